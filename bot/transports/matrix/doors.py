"""Who lets the bot in and when it goes: invitations, configured rooms, direct messages.

Invitations are followed to configured rooms, and from anybody to a conversation of two. Whatever
else somebody invites the bot to, it declines; a conversation that nobody else is in, it leaves.
"""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Callable, Coroutine, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog

from bot.core.words.ports import Clock
from bot.transports.matrix.guests import Guests
from bot.transports.matrix.rooms import Rooms
from bot.transports.matrix.wire import Lost, Refused, Wire, seg

_log = structlog.get_logger(__name__)
Note = TypeVar("Note")
_V3 = "/_matrix/client/v3"
_SECONDS = 20.0
#: Conversations that strangers may open at once, then per second.
_BURST = 30
_PER_SECOND = 0.5
#: Invitations that wait for their turn; more are declined, so that the sender sees it.
_WAITING = 500
#: Rooms that wait to be left; what is beyond that is left after the next whole look.
_MOST_LEAVING = 5000
#: What the server did not answer to is tried again after so many seconds, and so often.
_AGAIN = 5.0
_TRIES = 5
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
    #: Whose invitations are followed first.
    known: Callable[[str], bool] = lambda _: False
    #: Invitations to configured rooms; with an address where it has to be looked up first.
    _invited: OrderedDict[str, str | None] = field(default_factory=OrderedDict)
    _leaving: OrderedDict[str, None] = field(default_factory=OrderedDict)
    _asked_in: Guests = field(init=False)
    _tries: Counter[str] = field(default_factory=Counter)
    _work: asyncio.Event = field(default_factory=asyncio.Event)
    _guests: asyncio.Event = field(default_factory=asyncio.Event)
    _credit: float = float(_BURST)
    _credited_at: float = 0.0
    _making: int = 0
    _opening: dict[str, asyncio.Lock] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._asked_in = Guests(most=_WAITING, known=self.known)

    async def run(self) -> None:
        """Follow invitations to configured rooms and leave others, one by one; never returns."""
        while True:
            await self._work.wait()
            if self._invited:
                room_id, address = self._invited.popitem(last=False)
                if await self._expected(room_id, address):
                    del self._tries[room_id]
                else:
                    await self._put_off(room_id, self._invited, address)
            elif self._leaving:
                room_id, _ = self._leaving.popitem(last=False)
                if await self._go(room_id):
                    del self._tries[room_id]
                else:
                    await self._put_off(room_id, self._leaving, None)
            else:
                self._work.clear()

    async def receive(self) -> None:
        """Follow invitations to direct messages, no faster than is good; never returns.

        May run several times at once, so that a slow server holds nobody else up.
        """
        while True:
            await self._guests.wait()
            if not self._asked_in:
                self._guests.clear()
                continue
            await self._wait_for_credit()
            if not self._asked_in:
                continue
            room_id, inviter = self._asked_in.take()
            if await self._follow(room_id):
                del self._tries[room_id]
                continue
            self._tries[room_id] += 1
            await self.clock.sleep(_AGAIN)
            # None at all: it was withdrawn meanwhile.
            if 0 < self._tries[room_id] < _TRIES:
                self._wait_in_line(room_id, inviter)
            else:
                del self._tries[room_id]

    def invited(self, room_id: str, events: Sequence[Mapping[str, Any]]) -> None:
        """Take note of an invitation, with the state that comes with it; returns at once."""
        address = _address(events)
        if self.rooms.is_configured(room_id):
            self._invited[room_id] = None
            self._invited.move_to_end(room_id, last=False)
            self._work.set()
        elif address in self.configured and len(self._invited) < _WAITING:
            # What an invitation says of itself proves nothing: the directory is asked.
            self._invited[room_id] = address
            self._work.set()
        elif _may_be_direct(events):
            self._wait_in_line(room_id, _inviter(events, self.me))
        else:
            self.leave(room_id)

    def _wait_in_line(self, room_id: str, inviter: str) -> None:
        turned_away = self._asked_in.add(room_id, inviter)
        if turned_away is not None:
            self.leave(turned_away)
        self._guests.set()

    def withdrawn(self, room_id: str) -> None:
        """Forget an invitation, or a room that the bot is not in any more."""
        self._invited.pop(room_id, None)
        self._asked_in.discard(room_id)
        self._leaving.pop(room_id, None)
        del self._tries[room_id]

    def leave(self, room_id: str) -> None:
        """Leave a room soon, and forget it."""
        if len(self._leaving) < _MOST_LEAVING:
            self._leaving[room_id] = None
            self._work.set()

    async def enter_configured(self) -> bool:
        """Join each configured room that the bot is not in, where it may.

        Returns whether the server did not answer for one: that is to be tried again.
        """
        return await self._each(
            [each for each in self.configured if not self.rooms.is_in(each)], self._enter
        )

    async def name_aliases(self) -> bool:
        """Ask which rooms stand behind configured aliases; one that is unknown stays so.

        Returns whether the server did not answer for one: that is to be tried again.
        """
        return await self._each(
            [each for each in self.configured if each.startswith("#")], self._name
        )

    async def _each(
        self, addresses: Iterable[str], work: Callable[[str], Coroutine[Any, Any, bool]]
    ) -> bool:
        """Do something for all addresses at once, so that one hanging server holds up none."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work(each)) for each in addresses]
        return not all(task.result() for task in tasks)

    async def _enter(self, address: str) -> bool:
        """Join a room; whether the server gave an answer, whichever."""
        path = f"{_V3}/join/{seg(address)}"
        try:
            answer = await self.wire.call("POST", path, body={}, seconds=_SECONDS)
        except Refused as error:
            _log.warning("matrix.not-let-in", code=error.code)
        except Lost:
            _log.warning("matrix.not-let-in", code="lost")
            return False
        else:
            self.rooms.alias(address, str(answer.get("room_id")))
        return True

    async def _name(self, address: str) -> bool:
        """Ask which room stands behind an alias; whether the server gave an answer."""
        path = f"{_V3}/directory/room/{seg(address)}"
        try:
            answer = await self.wire.call("GET", path, seconds=_SECONDS)
        except Refused as error:
            _log.warning("matrix.alias-unknown", code=error.code)
        except Lost:
            _log.warning("matrix.alias-unknown", code="lost")
            return False
        else:
            self.rooms.alias(address, str(answer.get("room_id")))
        return True

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

    async def _expected(self, room_id: str, address: str | None) -> bool:
        """Follow an invitation that may be to a configured room; whether the server answered."""
        if address is not None and not await self._name(address):
            return False
        if self.rooms.is_configured(room_id):
            return await self._follow(room_id)
        self.leave(room_id)
        return True

    async def _put_off(self, room_id: str, line: MutableMapping[str, Note], note: Note) -> None:
        """Try again later, at the end of the line, unless that was done often."""
        self._tries[room_id] += 1
        if self._tries[room_id] < _TRIES:
            line[room_id] = note
        else:
            del self._tries[room_id]
        await self.clock.sleep(_AGAIN)

    async def _follow(self, room_id: str) -> bool:
        """Follow an invitation; whether the server gave an answer, whichever."""
        path = f"{_V3}/rooms/{seg(room_id)}/join"
        try:
            await self.wire.call("POST", path, body={}, seconds=_SECONDS)
        except Refused as error:
            _log.info("matrix.invitation-void", code=error.code)
        except Lost:
            _log.info("matrix.invitation-lost")
            return False
        return True

    async def _go(self, room_id: str) -> bool:
        """Leave a room and forget it; whether the server gave an answer."""
        if self.rooms.is_configured(room_id):
            # It has become one meanwhile.
            return True
        room = f"{_V3}/rooms/{seg(room_id)}"
        try:
            await self.wire.call("POST", f"{room}/leave", body={}, seconds=_SECONDS)
            await self.wire.call("POST", f"{room}/forget", body={}, seconds=_SECONDS)
        except Refused as error:
            _log.info("matrix.not-left", code=error.code)
        except Lost:
            return False
        return True

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


def _address(events: Iterable[Mapping[str, Any]]) -> str | None:
    """Return the address that an invitation says its room has."""
    for event in events:
        content = event.get("content")
        if event.get("type") == "m.room.canonical_alias" and isinstance(content, Mapping):
            alias = content.get("alias")
            return alias if isinstance(alias, str) else None
    return None


def _inviter(events: Iterable[Mapping[str, Any]], me: str) -> str:
    """Return who invites, as far as the server tells."""
    for event in events:
        if event.get("type") == "m.room.member" and event.get("state_key") == me:
            sender = event.get("sender")
            return sender if isinstance(sender, str) else ""
    return ""
