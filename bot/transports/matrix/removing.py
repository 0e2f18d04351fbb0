"""Takes back what others said in a room, where the bot has the power for it there.

The power is read from the server first: some servers take a removal without it, and remove
nothing. No reason is given, as everybody in the room could read it.
"""

import hashlib
from collections.abc import Sequence

from bot.core.words.places import Place, PlaceKind
from bot.core.words.ports import Clock
from bot.transports.matrix.neighbours import Asks
from bot.transports.matrix.rooms import Known, Rooms
from bot.transports.matrix.state import POWER, RoomState
from bot.transports.matrix.wire import Lost, Refused, seg

_V3 = "/_matrix/client/v3"
#: How long all of it may take, how long one answer, and how soon what was lost is asked again, in
#: seconds; and how often in all.
_LONGEST, _SECONDS, _AGAIN, _TRIES = 60.0, 20.0, 1.0, 3
_NOT_FOUND = "M_NOT_FOUND"


class Remover:
    """Removes events with one login, whose user id is `me`."""

    def __init__(self, wire: Asks, rooms: Rooms, clock: Clock, me: str) -> None:
        self._wire = wire
        self._rooms = rooms
        self._clock = clock
        self._me = me

    async def remove(self, place: Place, messages: Sequence[str]) -> tuple[str, ...]:
        """Remove events of a configured room; returns those that could not be, in their order.

        Waits where the server wants patience, for a minute at most over all of them. What it may
        have removed without saying so counts as not removed.
        """
        left = tuple(dict.fromkeys(messages))
        known = self._room(place)
        if not left or known is None:
            return left
        until = self._clock.monotonic() + _LONGEST
        failed: list[str] = []
        try:
            if not await self._may_remove(known, until):
                return left
            while left:
                if not await self._redact(known.room_id, left[0], until):
                    failed.append(left[0])
                left = left[1:]
        except Lost:
            # Whatever else is tried now would be lost like it.
            return (*failed, *left)
        return tuple(failed)

    def _room(self, place: Place) -> Known | None:
        room_id = self._rooms.room_id_of(place.address)
        if place.kind is not PlaceKind.ROOM or room_id is None or self._rooms.view(place) is None:
            return None
        return self._rooms.room(room_id)

    async def _may_remove(self, known: Known, until: float) -> bool:
        """Whether the bot may remove what others said there, by what the server says now."""
        state = RoomState(created=known.state.created)
        try:
            said = await self._ask("GET", f"{_V3}/rooms/{seg(known.room_id)}/state/{POWER}", until)
        except Refused as error:
            # In a room where nothing was ever said of powers, whoever made it has them.
            return error.code == _NOT_FOUND and state.may_remove(self._me)
        state.apply({"type": POWER, "state_key": "", "content": said})
        return state.may_remove(self._me)

    async def _redact(self, room_id: str, message: str, until: float) -> bool:
        # The same words for the same event: asked again, the server removes it only once.
        name = hashlib.sha256(f"{room_id} {message}".encode()).hexdigest()
        path = f"{_V3}/rooms/{seg(room_id)}/redact/{seg(message)}/{name}"
        try:
            await self._ask("PUT", path, until, body={})
        except Refused:
            return False
        return True

    async def _ask(
        self, method: str, path: str, until: float, *, body: dict[str, str] | None = None
    ) -> object:
        """Ask ahead of what can wait, again where the answer was lost; `Lost` after a few times."""
        for tries in range(1, _TRIES + 1):
            seconds = min(_SECONDS, until - self._clock.monotonic())
            if seconds <= 0.0:
                break
            try:
                return await self._wire.call(method, path, body=body, seconds=seconds, urgent=True)
            except Lost:
                if tries < _TRIES:
                    await self._clock.sleep(_AGAIN)
        raise Lost("often")
