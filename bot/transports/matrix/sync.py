"""Hears the server out, batch by batch, each message once: what is read is done before it is noted.

The order inside a batch: keys first, and what they changed is durable before the next request,
as the server then forgets them; rooms that the bot left or entered; each room's state and words
in the order in which they happened. The token of a batch is durable once all it asked for is.
"""

import json
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import structlog

from bot.core.words.inbound import Event, Inbound, Overheard, Unheard, Why
from bot.core.words.people import Speaker
from bot.core.words.places import Place, PlaceKind
from bot.core.words.ports import Probe, no_probe
from bot.transports.matrix.checkpoint import Batch, Checkpoint
from bot.transports.matrix.comparing import Comparing
from bot.transports.matrix.crypt import Crypt, Plain, Unread
from bot.transports.matrix.doors import Doors
from bot.transports.matrix.ears import Ears
from bot.transports.matrix.echo import Echo
from bot.transports.matrix.gap import fill
from bot.transports.matrix.rooms import Known, Rooms
from bot.transports.matrix.typing import Typing
from bot.transports.matrix.wire import Lost, Refused, Wire

_log = structlog.get_logger(__name__)
_PATH = "/_matrix/client/v3/sync"
#: How long the server may wait for something to happen, and how long it may take beyond that.
_WAITS = 30.0
_SLACK = 20.0
#: A whole look at everything takes longer.
_FIRST = 120.0
#: Words of one room that a batch brings at most; what is missing is asked for.
_MOST = 100
_STATE = (
    "m.room.create m.room.member m.room.join_rules m.room.encryption m.room.history_visibility "
    "m.room.guest_access m.room.canonical_alias m.room.tombstone m.room.third_party_invite "
    "m.room.power_levels m.bridge uk.half-shot.bridge"
).split()
_WORDS = ("m.room.message", "m.room.encrypted", "m.reaction")
#: Comparisons of keys prove themselves: clients send them in clear.
_COMPARES = "m.key.verification.*"
_NONE = {"types": [], "limit": 0}
FILTER = json.dumps(
    {
        "presence": _NONE,
        "account_data": _NONE,
        "room": {
            "account_data": _NONE,
            "ephemeral": _NONE,
            "state": {"types": _STATE, "lazy_load_members": False},
            "timeline": {"types": [*_STATE, *_WORDS, _COMPARES], "limit": _MOST},
        },
    },
    separators=(",", ":"),
)


@dataclass(slots=True, kw_only=True)
class Sync:
    """One login's view of the server. `since` is where the next request begins, None for ever."""

    wire: Wire
    crypt: Crypt
    rooms: Rooms
    ears: Ears
    doors: Doors
    echo: Echo
    comparing: Comparing
    checkpoint: Checkpoint
    typing: Typing
    network: str
    me: str
    #: Reads a room from the server.
    look: Callable[[str], Awaitable[None]]
    emit: Callable[[Event], None]
    probe: Probe = no_probe
    since: str | None = None
    #: The server has forgotten where we were: whatever it still shows may be unread.
    astray: bool = False
    _whole: bool = True
    _readable: set[str] = field(default_factory=set)
    _asked_keys_of: set[str] = field(default_factory=set)

    async def once(self, *, wait: bool = True) -> None:
        """Ask once, and take in what comes. Raises what `Wire.call` does."""
        await self.take(await self.ask(wait=wait))

    async def ask(self, *, wait: bool = True) -> Mapping[str, Any]:
        """Ask what there is; `wait` until something happens, if nothing has.

        Raises what `Wire.call` does. Until an answer was taken in, the same is asked for again.
        """
        params = {"filter": FILTER, "set_presence": "offline", "timeout": "0"}
        if self.since is not None:
            params["since"] = self.since
        if self._whole:
            params["full_state"] = "true"
        elif wait:
            params["timeout"] = str(int(_WAITS * 1000))
        seconds = _FIRST if self._whole else _WAITS + _SLACK
        answer: Mapping[str, Any] = await self.wire.call(
            "GET", _PATH, params=params, seconds=seconds
        )
        return answer

    async def take(self, answer: Mapping[str, Any]) -> None:
        """Take in what the server answered. Raises what `Wire.call` does, where more is needed."""
        token = answer.get("next_batch")
        if not isinstance(token, str) or not token.isascii():
            raise ConnectionError
        batch = self.checkpoint.begin(token)
        self.probe("matrix.batch.taken")
        try:
            # Kept until they were used: the server tells of each key only once.
            self._readable |= self._keys(answer)
            await self._settle()
            self.comparing.listed()
            self.probe("matrix.keys.kept")
            await self._rooms(batch, answer)
            if self._readable or self._whole:
                await self._again(batch, None if self._whole else self._readable)
            self._readable.clear()
            await self.ears.waiting.flush()
        except BaseException:
            self.checkpoint.drop(batch)
            raise
        self.checkpoint.end(batch)
        self.since, self._whole, self.astray = token, False, False
        await self.checkpoint.write()

    def _keys(self, answer: Mapping[str, Any]) -> frozenset[str]:
        """Take keys in; returns the ids of sessions that can be read now."""
        sent = [
            each
            for each in _events(answer, "to_device")
            if not (self.echo.heard(each) or self.comparing.heard(each))
        ]
        lists, counts = answer.get("device_lists"), answer.get("device_one_time_keys_count")
        self._asked_keys_of.clear()
        return self.crypt.take(sent, _object(lists), _object(counts))

    async def _settle(self) -> None:
        """Ask for keys that are missing, and make durable what is new.

        What cannot be now, is tried again with the next batch.
        """
        try:
            await self.crypt.settle(self.wire)
        except (Refused, Lost) as error:
            _log.warning("matrix.keys-unsettled", error=type(error).__name__)
        await self.crypt.flush()

    async def _rooms(self, batch: Batch, answer: Mapping[str, Any]) -> None:
        rooms = _object(answer.get("rooms"))
        for room_id in _object(rooms.get("leave")):
            self.rooms.left(room_id)
            self.doors.withdrawn(room_id)
        for room_id, part in _object(rooms.get("join")).items():
            await self._room(batch, room_id, _object(part))
        for room_id, part in _object(rooms.get("invite")).items():
            self.doors.invited(room_id, _events(_object(part), "invite_state"))

    async def _room(self, batch: Batch, room_id: str, part: Mapping[str, Any]) -> None:
        state = _events(part, "state")
        if self._whole or self.rooms.room(room_id) is None:
            self.rooms.enter(room_id, state)
        else:
            for event in state:
                self.rooms.apply(room_id, event)
        timeline = _object(part.get("timeline"))
        events = _events(part, "timeline")
        came_in = self._came_in(events)
        if timeline.get("limited") is True and came_in is None and self.since is not None:
            before = timeline.get("prev_batch")
            if isinstance(before, str):
                for event in await fill(
                    self.wire, room_id, since=self.since, before=before, types=_WORDS
                ):
                    await self._word(batch, room_id, event, early=False)
        for number, event in enumerate(events):
            if "state_key" in event:
                self.rooms.apply(room_id, event)
            elif self.since is not None or self.astray:
                await self._word(batch, room_id, event, early=number < (came_in or 0))
        self._look_at(batch, room_id)

    def _came_in(self, events: Sequence[Mapping[str, Any]]) -> int | None:
        """Return the number of the event by which the bot came in, None where it was there."""
        for number, event in enumerate(events):
            if event.get("type") == "m.room.member" and event.get("state_key") == self.me:
                before = _object(_object(event.get("unsigned")).get("prev_content"))
                if before.get("membership") != "join":
                    return number
        return None

    def _look_at(self, batch: Batch, room_id: str) -> None:
        """Leave a conversation that nobody else is in, and one that others came into."""
        if self.rooms.is_configured(room_id):
            return
        others = self.rooms.others_in(room_id)
        if len(others) == 1:
            return
        if not others:
            if not self.doors.is_making:
                self.doors.leave(room_id)
            return
        # Whoever of them it is, nothing private is said here.
        nobody = Speaker(network=self.network, nick=room_id, identity=self.rooms.crowd_in(room_id))
        place = Place(network=self.network, address=room_id, kind=PlaceKind.DM)
        crowded = Unheard(speaker=nobody, place=place, why=Why.CROWDED)
        self._emit(batch, crowded, partial(self.doors.leave, room_id))

    async def _word(
        self, batch: Batch, room_id: str, event: Mapping[str, Any], *, early: bool
    ) -> None:
        """Hear one event that is no state; `early` are those from before the bot came in."""
        known = self.rooms.room(room_id)
        if known is None or (early and known.configured):
            return
        if known.configured and not known.complete:
            # It is judged by the room as it is now, not by one that is being read.
            await self.look(room_id)
        sender = event.get("sender")
        if sender == self.me:
            # Nobody has a key for it here, and nobody needs one.
            self.ears.hearing.hear(known, event)
            return
        opened = None
        if event.get("type") == "m.room.encrypted":
            opened = await self._opened(room_id, event)
        if self._compares(known, event, opened):
            return
        if known.dm and isinstance(sender, str):
            self.rooms.heard_in(sender, room_id)
        for heard in self.ears.hear(known, event, opened, early=early):
            self._emit(batch, heard)
            self.probe("matrix.event.heard")

    def _compares(
        self, known: Known, event: Mapping[str, Any], opened: Plain | Unread | None
    ) -> bool:
        """Take in a word of a comparison of keys; whether it was one."""
        if not known.dm or isinstance(opened, Unread):
            return False
        # Nobody takes part in somebody else's conversation.
        if list(self.rooms.others_in(known.room_id)) != [event.get("sender")]:
            return False
        kind = event.get("type") if opened is None else opened.type
        content = event.get("content") if opened is None else opened.content
        return isinstance(kind, str) and self.comparing.said(known.room_id, event, kind, content)

    async def _opened(self, room_id: str, event: Mapping[str, Any]) -> Plain | Unread:
        opened = self.crypt.read(room_id, event)
        sender = event.get("sender")
        if not isinstance(opened, Plain) or not isinstance(sender, str):
            return opened
        if self.crypt.is_doubtful(sender, opened.proof):
            # A device or a signature that came since is asked for once in a batch.
            if sender not in self._asked_keys_of:
                self._asked_keys_of.add(sender)
                self.crypt.wonder(sender)
                await self._settle()
            opened = self.crypt.read(room_id, event)
        return opened

    async def _again(self, batch: Batch, sessions: Collection[str] | None) -> None:
        """Hear what waited for keys, of these sessions or at all; kept until it is done."""
        for room_id, event in self.ears.waiting.retry(sessions):
            known = self.rooms.room(room_id)
            if known is None:
                continue
            opened = await self._opened(room_id, event)
            if isinstance(opened, Unread):
                continue
            forget = partial(self.ears.waiting.forget, room_id, event)
            heard = list(self.ears.hear(known, event, opened))
            for each in heard:
                self._emit(batch, each, forget)
            if not heard:
                forget()

    def _emit(
        self,
        batch: Batch,
        heard: Inbound | Overheard | Unheard,
        then: Callable[[], None] | None = None,
    ) -> None:
        open_before = batch.left
        counted = self.checkpoint.asks(batch)
        awaited = self._awaited_in(heard)

        def done() -> None:
            counted()
            if awaited is not None:
                self.typing.end(awaited)
            if then is not None:
                then()

        self.emit(replace(heard, done=done))
        if batch.left == open_before:
            self.checkpoint.passed(batch)

    def _awaited_in(self, heard: Inbound | Overheard | Unheard) -> str | None:
        """Return the conversation where somebody is shown that the bot is at work."""
        if not isinstance(heard, Inbound) or heard.place.kind is not PlaceKind.DM or heard.late:
            return None
        room_id = self.rooms.dm_of(heard.place.address)
        return room_id if room_id is not None and self.typing.begin(room_id) else None


def _object(value: Any) -> Mapping[str, Any]:
    """Return a JSON object, an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def _events(part: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the events under `name`, without what cannot be one."""
    events = _object(part.get(name)).get("events")
    if not isinstance(events, list):
        return []
    return [each for each in events if isinstance(each, Mapping)]
