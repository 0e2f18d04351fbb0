"""Says cleared text, event by event, each only while its place is still what it was cleared for.

What is above `team` goes into a room only after the server was asked once more what that room is.
What is not public is never written in clear. The id of an event in the server's answer is the
proof that it has arrived.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from weakref import WeakValueDictionary

from bot.core.policy.gate import Cleared
from bot.core.words.beside import Beside
from bot.core.words.labels import Label
from bot.core.words.people import Role, Roster
from bot.core.words.places import DMView, Place, PlaceKind, View
from bot.core.words.ports import Clock, Sent
from bot.transports.matrix.crypt import CryptError
from bot.transports.matrix.neighbours import Asks, Knows, Locks, Urgently
from bot.transports.matrix.once import Once
from bot.transports.matrix.parts import Part, parts, smaller
from bot.transports.matrix.survey import survey
from bot.transports.matrix.threads import Threads, relation
from bot.transports.matrix.wire import Limited, Lost, Refused, seg

_V3 = "/_matrix/client/v3"
#: How long the server may take to answer, in seconds.
_SECONDS = 20.0
#: How long one that asks for patience is asked again, and how soon at the earliest, in seconds.
_PATIENCE, _SOONEST = 60.0, 0.1
_FORBIDDEN, _TOO_LARGE, _NOT_FOUND = "M_FORBIDDEN", "M_TOO_LARGE", "M_NOT_FOUND"
_BAD_REQUEST, _SIGNED_OUT, _PAYLOAD_TOO_LARGE = 400, {401}, 413


@dataclass(slots=True, kw_only=True)
class _Errand:
    """One text on its way into one room, and how far it has come."""

    cleared: Cleared
    room_id: str
    encrypted: bool
    urgent: bool
    beside: Beside
    once: str
    until: float
    said: int = 0

    @property
    def in_room(self) -> bool:
        """Whether several people read along."""
        return self.cleared.place.kind is PlaceKind.ROOM


class _Failed(Exception):
    """The text, or what is left of it, is not said; `sent` tells how that ended."""

    def __init__(self, sent: Sent) -> None:
        super().__init__(sent)
        self.sent = sent


@dataclass(slots=True, kw_only=True)
class Mouth:
    """Says what is cleared. `open_dm` makes a conversation with somebody of the roster."""

    wire: Asks
    crypt: Locks
    rooms: Knows
    threads: Threads
    once: Once
    clock: Clock
    roster: Callable[[], Roster]
    network: str
    open_dm: Callable[[str], Awaitable[str]]
    _turns: WeakValueDictionary[tuple[Place, bool], asyncio.Lock] = field(
        default_factory=WeakValueDictionary
    )

    async def say(self, cleared: Cleared, *, urgent: bool) -> Sent:
        """Say a text; what is urgent does not wait for what is not, all else keeps its order."""
        key = (cleared.place, urgent)
        turn = self._turns.get(key)
        if turn is None:
            turn = self._turns[key] = asyncio.Lock()
        async with turn:
            try:
                await self._say(cleared, urgent=urgent)
            except _Failed as failed:
                return failed.sent
            return Sent.DELIVERED

    async def _say(self, cleared: Cleared, *, urgent: bool) -> None:
        room_id = await self._room_of(cleared.place)
        self._check(cleared, room_id)
        known = self.rooms.room(room_id)
        errand = _Errand(
            cleared=cleared,
            room_id=room_id,
            encrypted=known is not None and known.state.encrypted,
            urgent=urgent,
            beside=cleared.beside,
            once=cleared.beside.once or secrets.token_hex(16),
            until=self.clock.monotonic() + _PATIENCE,
        )
        is_clear = cleared.label is Label.PUBLIC and not cleared.place.address.startswith("@")
        if not errand.encrypted and not is_clear:
            raise _Failed(Sent.GONE)
        rest = deque(parts(cleared, files=errand.encrypted and not errand.in_room))
        while rest:
            part = rest.popleft()
            try:
                rest.extendleft(reversed(await self._part(errand, part)))
            except _Failed as failed:
                # Some of it was said already.
                if errand.said and failed.sent is Sent.DOWN:
                    raise _Failed(Sent.UNCERTAIN) from None
                raise

    async def _room_of(self, place: Place) -> str:
        if place.kind is PlaceKind.ROOM:
            room_id = self.rooms.room_id_of(place.address)
            if room_id is None or self.rooms.view(place) is None:
                raise _Failed(Sent.DOWN)
            return room_id
        if not place.address.startswith("@"):
            return place.address
        room_id = self.rooms.dm_of(place.address)
        if room_id is None:
            if self.roster().holder(self.network, place.address) is None:
                raise _Failed(Sent.GONE)
            try:
                room_id = await self.open_dm(place.address)
            except Refused:
                raise _Failed(Sent.GONE) from None
            except (Limited, Lost):
                raise _Failed(Sent.DOWN) from None
        if set(self.rooms.others_in(room_id)) != {place.address}:
            raise _Failed(Sent.GONE)
        return room_id

    def _check(self, cleared: Cleared, room_id: str) -> View:
        """Return the view of a place, if it is still what the text was cleared for."""
        place = cleared.place
        view = self.rooms.view(place)
        if view is None or view.epoch != cleared.epoch:
            raise _Failed(Sent.STALE)
        if place.address.startswith("@") and (
            self.rooms.dm_of(place.address) != room_id
            or set(self.rooms.others_in(room_id)) != {place.address}
        ):
            # They wrote elsewhere meanwhile, or are not alone there any more.
            raise _Failed(Sent.STALE)
        return view

    async def _part(self, errand: _Errand, part: Part) -> tuple[Part, ...]:
        """Say a part; returns what is to be said in its place where it is too large."""
        while True:
            await self._make_ready(errand)
            try:
                event_id, began = await self._put(errand, part)
            except Limited as error:
                # Whatever changes meanwhile is looked at again.
                after = max(error.after, _SOONEST)
                if self.clock.monotonic() + after >= errand.until:
                    raise _Failed(Sent.DOWN) from None
                await self.clock.sleep(after)
            except Refused as error:
                if _is_too_large(error):
                    return self._smaller(part)
                if not await self._let_go(errand, error):
                    raise _Failed(self._fate(errand, error)) from None
            except Lost as error:
                raise _Failed(Sent.UNCERTAIN if error.perhaps else Sent.DOWN) from None
            else:
                errand.said += 1
                if began:
                    await self.threads.begun(errand.room_id, errand.beside, event_id)
                return ()

    async def _make_ready(self, errand: _Errand) -> None:
        """See that the room is what it was, and that exactly those who are in it can read."""
        cleared, room_id = errand.cleared, errand.room_id
        try:
            if errand.in_room and cleared.label > Label.TEAM:
                seen = await survey(self.wire, room_id, urgent=errand.urgent)
                if not self.rooms.fresh(
                    room_id, seen.state, listed=seen.listed, aliased=seen.aliased
                ):
                    raise _Failed(Sent.STALE)
            self._check(cleared, room_id)
            if errand.encrypted:
                readers = sorted(self.rooms.others_in(room_id))
                wire = Urgently(self.wire) if errand.urgent else self.wire
                await self.crypt.share(wire, room_id, readers, cleared.epoch)
                self._check_read(cleared.place, room_id)
        except (Refused, Limited, Lost, CryptError):
            raise _Failed(Sent.DOWN) from None

    def _check_read(self, place: Place, room_id: str) -> None:
        """What is for somebody alone waits until one of their devices can read it."""
        user = place.address
        if user.startswith("@") and not self.crypt.is_read_by(room_id, user):
            raise _Failed(Sent.DOWN)

    async def _put(self, errand: _Errand, part: Part) -> tuple[str, bool]:
        """Hand an event over; returns its id, and whether a thread can begin with it.

        From the look at the place to the wire nothing else runs.
        """
        cleared = errand.cleared
        view = self._check(cleared, errand.room_id)
        content = part.content(
            plain_message=cleared.plain_message, mentions=self._rung(cleared, view)
        )
        root = self.threads.root(errand.room_id, errand.beside) if errand.in_room else None
        if root is not None:
            message = errand.beside.message if root == errand.beside.thread else None
            content["m.relates_to"] = relation(root, message)
        kind = "m.room.message"
        if errand.encrypted:
            try:
                content = self.crypt.lock(errand.room_id, kind, content)
            except CryptError:
                raise _Failed(Sent.DOWN) from None
            kind = "m.room.encrypted"
        name = self.once.name(errand.once, errand.said, errand.room_id, part.words)
        answer = await self.wire.call(
            "PUT",
            f"{_V3}/rooms/{seg(errand.room_id)}/send/{kind}/{name}",
            body=content,
            seconds=_SECONDS,
            urgent=errand.urgent,
            waits=False,
            void=lambda: self._is_over(cleared, errand.room_id),
        )
        event_id = answer.get("event_id")
        if not isinstance(event_id, str):
            raise _Failed(Sent.UNCERTAIN)
        return event_id, errand.in_room and root is None

    def _is_over(self, cleared: Cleared, room_id: str) -> bool:
        """Whether a place is not any more what a text was cleared for."""
        try:
            self._check(cleared, room_id)
        except _Failed:
            return True
        return False

    def _rung(self, cleared: Cleared, view: View) -> tuple[str, ...]:
        """Return whom a message rings: whom it is for, and of a room whoever is on call."""
        if not cleared.plain_message:
            return ()
        roster = self.roster()
        if isinstance(view, DMView):
            mine = view.account
            return () if mine is None or roster.holder(self.network, mine) is None else (mine,)
        joined = (each.account for each in view.members if not each.invited)
        held = ((account, roster.holder(self.network, account)) for account in joined)
        return tuple(a for a, who in held if a is not None and who and Role.ON_CALL in who.roles)

    async def _let_go(self, errand: _Errand, error: Refused) -> bool:
        """Forget the thread that a text was to stand in, if that may be why it was refused."""
        root = self.threads.root(errand.room_id, errand.beside) if errand.in_room else None
        if root is None or error.status != _BAD_REQUEST:
            return False
        await self.threads.lost(errand.room_id, root)
        errand.beside = replace(errand.beside, thread=None)
        return True

    @staticmethod
    def _smaller(part: Part) -> tuple[Part, ...]:
        cut = smaller(part)
        if not cut:
            raise _Failed(Sent.REFUSED)
        return cut

    @staticmethod
    def _fate(errand: _Errand, error: Refused) -> Sent:
        """Return what a refusal means: the bot may not speak there, or nobody is there."""
        if error.status in _SIGNED_OUT:
            return Sent.DOWN
        if error.code == _NOT_FOUND or (error.code == _FORBIDDEN and not errand.in_room):
            return Sent.GONE
        return Sent.REFUSED


def _is_too_large(error: Refused) -> bool:
    return error.code == _TOO_LARGE or error.status == _PAYLOAD_TOO_LARGE
