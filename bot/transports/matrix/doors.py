"""Who lets the bot in and when it goes: invitations, configured rooms, direct messages.

Invitations are followed to configured rooms, and from anybody to a conversation of two. Whatever
else somebody invites the bot to, it declines; a conversation that nobody else is in, it leaves.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.core.words.ports import Clock
from bot.transports.matrix.rooms import Rooms
from bot.transports.matrix.wire import Lost, Refused, Wire, seg

_log = structlog.get_logger(__name__)
_V3 = "/_matrix/client/v3"
_SECONDS = 20.0
#: Conversations that strangers may open at once, then per second.
_BURST = 30
_PER_SECOND = 0.5
#: Invitations that wait for their turn; more are declined, so that the sender sees it.
_WAITING = 500
#: What a direct message that the bot opens begins with: nobody but the invited reads along.
_DM_STATE: list[dict[str, Any]] = [
    {"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}},
    {"type": "m.room.history_visibility", "content": {"history_visibility": "invited"}},
    {"type": "m.room.guest_access", "content": {"guest_access": "forbidden"}},
]


@dataclass(slots=True, kw_only=True)
class Doors:
    """Goes in and out of rooms. `configured` are addresses: room ids, or aliases."""

    wire: Wire
    rooms: Rooms
    clock: Clock
    me: str
    configured: tuple[str, ...]
    _invited: OrderedDict[str, None] = field(default_factory=OrderedDict)
    _asked_in: OrderedDict[str, None] = field(default_factory=OrderedDict)
    _leaving: OrderedDict[str, None] = field(default_factory=OrderedDict)
    _work: asyncio.Event = field(default_factory=asyncio.Event)
    _guests: asyncio.Event = field(default_factory=asyncio.Event)
    _credit: float = float(_BURST)
    _credited_at: float = 0.0
    _making: int = 0
    _opening: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def run(self) -> None:
        """Follow invitations to configured rooms and leave others, one by one; never returns."""
        while True:
            await self._work.wait()
            if self._invited:
                await self._follow(self._invited.popitem(last=False)[0])
            elif self._leaving:
                await self._go(self._leaving.popitem(last=False)[0])
            else:
                self._work.clear()

    async def receive(self) -> None:
        """Follow invitations to direct messages, no faster than is good; never returns."""
        while True:
            await self._guests.wait()
            if not self._asked_in:
                self._guests.clear()
                continue
            await self._wait_for_credit()
            if self._asked_in:
                await self._follow(self._asked_in.popitem(last=False)[0])

    def invited(self, room_id: str, events: Iterable[Mapping[str, Any]]) -> None:
        """Take note of an invitation, with the state that comes with it; returns at once."""
        if self.rooms.is_configured(room_id):
            self._invited[room_id] = None
            self._work.set()
        elif _may_be_direct(events) and len(self._asked_in) < _WAITING:
            self._asked_in[room_id] = None
            self._guests.set()
        else:
            self.leave(room_id)

    def withdrawn(self, room_id: str) -> None:
        """Forget an invitation, or a room that the bot is not in any more."""
        self._invited.pop(room_id, None)
        self._asked_in.pop(room_id, None)
        self._leaving.pop(room_id, None)

    def leave(self, room_id: str) -> None:
        """Leave a room soon, and forget it."""
        self._leaving[room_id] = None
        self._work.set()

    async def enter_configured(self) -> None:
        """Join each configured room that the bot is not in, where it may; `Lost` goes through."""
        for address in self.configured:
            if self.rooms.is_in(address):
                continue
            try:
                answer = await self.wire.call(
                    "POST", f"{_V3}/join/{seg(address)}", body={}, seconds=_SECONDS
                )
            except Refused as error:
                _log.warning("matrix.not-let-in", code=error.code)
                continue
            self.rooms.alias(address, str(answer.get("room_id")))

    async def name_aliases(self) -> None:
        """Ask which rooms stand behind configured aliases; one that is unknown stays so."""
        for address in self.configured:
            if not address.startswith("#"):
                continue
            try:
                answer = await self.wire.call("GET", f"{_V3}/directory/room/{seg(address)}")
            except Refused as error:
                _log.warning("matrix.alias-unknown", code=error.code)
                continue
            self.rooms.alias(address, str(answer.get("room_id")))

    @property
    def is_making(self) -> bool:
        """Whether a conversation is being made: for a moment nobody else is in it."""
        return self._making > 0

    async def open_dm(self, user: str) -> str:
        """Return the room of a direct message to somebody, made now where there is none.

        Raises what `Wire.call` does.
        """
        lock = self._opening.setdefault(user, asyncio.Lock())
        async with lock:
            known = self.rooms.dm_of(user)
            if known is not None:
                return known
            body = {
                "preset": "private_chat",
                "visibility": "private",
                "is_direct": True,
                "invite": [user],
                "initial_state": [{**event, "state_key": ""} for event in _DM_STATE],
            }
            self._making += 1
            try:
                answer = await self.wire.call("POST", f"{_V3}/createRoom", body=body, urgent=True)
                room_id = str(answer.get("room_id"))
                room = f"{_V3}/rooms/{seg(room_id)}"
                self.rooms.enter(room_id, await self.wire.call("GET", f"{room}/state", urgent=True))
            finally:
                self._making -= 1
            return room_id

    async def _follow(self, room_id: str) -> None:
        path = f"{_V3}/rooms/{seg(room_id)}/join"
        try:
            await self.wire.call("POST", path, body={}, seconds=_SECONDS)
        except Refused as error:
            _log.info("matrix.invitation-void", code=error.code)
        except Lost:
            # It comes again with the next whole look at everything.
            _log.info("matrix.invitation-lost")

    async def _go(self, room_id: str) -> None:
        room = f"{_V3}/rooms/{seg(room_id)}"
        try:
            await self.wire.call("POST", f"{room}/leave", body={}, seconds=_SECONDS)
            await self.wire.call("POST", f"{room}/forget", body={}, seconds=_SECONDS)
        except (Refused, Lost):
            _log.info("matrix.not-left")

    async def _wait_for_credit(self) -> None:
        """Keep strangers from filling the server with conversations."""
        while True:
            now = self.clock.monotonic()
            since = now - self._credited_at if self._credited_at else 0.0
            self._credit = min(float(_BURST), self._credit + since * _PER_SECOND)
            self._credited_at = now
            if self._credit >= 1.0:
                self._credit -= 1.0
                return
            await self.clock.sleep((1.0 - self._credit) / _PER_SECOND)


def _may_be_direct(events: Iterable[Mapping[str, Any]]) -> bool:
    """Whether an invitation reads like one to a conversation of two.

    Who joins is looked at again: more than two are left.
    """
    for event in events:
        content = event.get("content")
        if not isinstance(content, Mapping):
            continue
        if event.get("type") == "m.room.create" and content.get("type") is not None:
            # A space.
            return False
        if event.get("type") == "m.room.canonical_alias" and content.get("alias"):
            return False
        if event.get("type") == "m.room.join_rules" and content.get("join_rule") == "public":
            return False
    return True
