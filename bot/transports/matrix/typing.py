"""Shows that the bot is at work on an answer to a direct message, once that takes a while."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.core.words.ports import Clock
from bot.transports.matrix.wire import Limited, Lost, Refused, seg

#: An answer that comes sooner needs no sign, in seconds.
_SOON = 0.3
#: The server takes the sign back after this many seconds by itself.
_SHOWN = 20.0
#: In a crowd nobody is shown anything: the server has enough to do.
_MOST = 20


class Asks(Protocol):
    """Whatever asks the server, see `Wire.call`."""

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = ...,
        seconds: float = ...,
        waits: bool = ...,
    ) -> Any:
        """Return the server's answer."""


@dataclass(slots=True, kw_only=True)
class Typing:
    """The rooms where an answer is awaited. `me` is the bot's user id."""

    wire: Asks
    clock: Clock
    me: str
    _open: dict[str, asyncio.Event] = field(default_factory=dict)
    _begun: asyncio.Queue[tuple[str, asyncio.Event]] = field(default_factory=asyncio.Queue)

    def begin(self, room_id: str) -> bool:
        """Somebody awaits an answer in a room; whether `end` is to be called once it is there.

        One sign in a room at a time is enough.
        """
        if room_id in self._open or len(self._open) >= _MOST:
            return False
        answered = self._open[room_id] = asyncio.Event()
        self._begun.put_nowait((room_id, answered))
        return True

    def end(self, room_id: str) -> None:
        """The answer that was awaited is there; nothing where none was."""
        answered = self._open.pop(room_id, None)
        if answered is not None:
            answered.set()

    async def run(self) -> None:
        """Show it where it is due; never returns."""
        async with asyncio.TaskGroup() as group:
            while True:
                room_id, answered = await self._begun.get()
                group.create_task(self._watch(room_id, answered))

    async def _watch(self, room_id: str, answered: asyncio.Event) -> None:
        await self.clock.sleep(_SOON)
        if answered.is_set():
            return
        await self._show(room_id, {"typing": True, "timeout": int(_SHOWN * 1000)})
        await answered.wait()
        if room_id not in self._open:
            await self._show(room_id, {"typing": False})

    async def _show(self, room_id: str, body: Mapping[str, Any]) -> None:
        path = f"/_matrix/client/v3/rooms/{seg(room_id)}/typing/{seg(self.me)}"
        try:
            await self.wire.call("PUT", path, body=body, seconds=_SHOWN, waits=False)
        except (Refused, Limited, Lost):
            # A courtesy: nobody waits for it.
            return
