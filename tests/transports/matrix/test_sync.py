"""One batch after the other: what is read is heard, what cannot be read waits, nothing is noted early."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import count
from typing import Any, cast

import pytest

from bot.core.words.inbound import Event, Inbound
from bot.core.words.people import Roster
from bot.transports.matrix.checkpoint import KIND, Checkpoint
from bot.transports.matrix.comparing import Comparing
from bot.transports.matrix.crypt import Crypt, Plain, Unread
from bot.transports.matrix.doors import Doors
from bot.transports.matrix.ears import Ears
from bot.transports.matrix.echo import Echo
from bot.transports.matrix.hearing import Hearing
from bot.transports.matrix.memory_safe import MemorySafe
from bot.transports.matrix.owners import Proof
from bot.transports.matrix.rooms import Rooms
from bot.transports.matrix.sync import Sync
from bot.transports.matrix.threads import Threads
from bot.transports.matrix.typing import Typing
from bot.transports.matrix.waiting import Waiting
from bot.transports.matrix.wire import Lost, Wire
from tests.world import FakeClock

NET = "example"
ME, RITA, ROOM = "@bot:example.org", "@rita:example.org", "!dm:example.org"
MEMBERS = [
    {"type": "m.room.create", "state_key": "", "sender": RITA, "content": {"room_version": "10"}},
    {
        "type": "m.room.encryption",
        "state_key": "",
        "sender": RITA,
        "content": {"algorithm": "m.megolm.v1.aes-sha2"},
    },
    *(
        {
            "type": "m.room.member",
            "state_key": who,
            "sender": who,
            "content": {"membership": "join"},
        }
        for who in (ME, RITA)
    ),
]


class Server:
    """Answers `/sync` with what it is given; `/messages` is lost where `broken`.

    `left_out` is what `/messages` tells, newest first. `journal` says what happened when.
    """

    def __init__(self, journal: list[str]) -> None:
        self.answers: list[dict[str, Any]] = []
        self.asked: list[Mapping[str, str]] = []
        self.left_out: list[dict[str, Any]] = []
        self.broken = False
        self.journal = journal

    async def call(
        self, _method: str, path: str, *, params: Mapping[str, str], seconds: float
    ) -> Any:
        assert seconds > 0
        self.journal.append(path.rpartition("/")[2])
        if path.endswith("/messages"):
            if self.broken:
                raise Lost("connection")
            return {"chunk": self.left_out}
        self.asked.append(params)
        return self.answers.pop(0)


class Keys:
    """Opens what it has a key for."""

    def __init__(self, journal: list[str]) -> None:
        self.have: set[str] = set()
        self.journal = journal
        self.proof = Proof.SIGNED
        self.wondered: list[str] = []

    def take(
        self, to_device: Sequence[Mapping[str, Any]], _lists: object, _counts: object
    ) -> frozenset[str]:
        new = frozenset(str(each["content"]["session_id"]) for each in to_device)
        self.have |= new
        self.journal.append("keys")
        return new

    async def settle(self, _wire: object) -> None:
        pass

    async def flush(self) -> None:
        self.journal.append("kept")

    def read(self, _room: str, event: Mapping[str, Any]) -> Plain | Unread:
        session = str(event["content"]["session_id"])
        if session not in self.have:
            return Unread(session_id=session, sender_key="key")
        body = {"msgtype": "m.text", "body": f"words {event['event_id']}"}
        digest = str(event["event_id"])
        return Plain(content=body, type="m.room.message", digest=digest, proof=self.proof)

    def is_doubtful(self, _user: str, proof: Proof) -> bool:
        return proof is not Proof.SIGNED

    def wonder(self, user: str) -> None:
        self.wondered.append(user)


class NothingToCompare(Comparing):
    """Nobody compares keys."""

    def __init__(self) -> None:
        """Take nothing: nobody is asked."""

    def heard(self, event: Mapping[str, Any]) -> bool:
        del event
        return False

    def listed(self) -> None:
        pass

    def said(self, room_id: str, event: Mapping[str, Any], kind: str, inside: Any) -> bool:
        del room_id, event, kind, inside
        return False


class World:
    """A sync with everything around it; `heard` is what the core is told."""

    def __init__(self) -> None:
        self.journal: list[str] = []
        self.server, self.keys = Server(self.journal), Keys(self.journal)
        self.clock = FakeClock()
        self.safe = MemorySafe()
        self.heard: list[Event] = []
        self.looked: list[str] = []
        self.configured: tuple[str, ...] = ()
        self.sync: Sync
        self.ears: Ears

    async def look(self, room_id: str) -> None:
        self.looked.append(room_id)

    async def begin(self, since: str | None = "t0") -> "World":
        epochs: Iterator[int] = count(1)
        rooms = Rooms(
            network=NET,
            me=ME,
            configured=self.configured,
            relays=(),
            epochs=epochs,
            emit=self.heard.append,
        )
        hearing = Hearing(
            network=NET, me=ME, roster=lambda: Roster(()), relays=tuple, clock=self.clock
        )
        waiting = await Waiting.open(self.safe, lambda *_: None, self.clock.now())
        self.ears = Ears(hearing, waiting, await Threads.open(self.safe), self.clock)
        wire = cast("Wire", self.server)
        self.sync = Sync(
            wire=wire,
            crypt=cast("Crypt", self.keys),
            rooms=rooms,
            ears=self.ears,
            doors=Doors(wire=wire, rooms=rooms, clock=self.clock, me=ME, configured=()),
            echo=Echo(),
            comparing=NothingToCompare(),
            checkpoint=Checkpoint(self.safe, self.clock),
            typing=Typing(wire=wire, clock=self.clock, me=ME),
            network=NET,
            me=ME,
            look=self.look,
            emit=self.heard.append,
            since=since,
        )
        return self

    async def hears(self, token: str, *events: dict[str, Any], **more: Any) -> list[str]:
        """Take one batch in; returns the words that came of it."""
        before = len(self.heard)
        first = not self.server.asked
        part: dict[str, Any] = {"timeline": {"events": list(events), **more.pop("timeline", {})}}
        if first:
            part["state"] = {"events": MEMBERS}
        self.server.answers.append({"next_batch": token, "rooms": {"join": {ROOM: part}}, **more})
        await self.sync.once()
        return [each.text for each in self.heard[before:] if isinstance(each, Inbound)]

    async def noted(self) -> bytes | None:
        return (await self.safe.load(KIND)).get("token")

    def done(self) -> None:
        for each in self.heard:
            if isinstance(each, Inbound) and each.done is not None:
                each.done()


def event(name: str, session: str, sender: str = RITA) -> dict[str, Any]:
    return {
        "type": "m.room.encrypted",
        "event_id": name,
        "sender": sender,
        "content": {"session_id": session},
    }


def key(session: str) -> dict[str, Any]:
    sent = {"type": "m.room.encrypted", "sender": RITA, "content": {"session_id": session}}
    return {"to_device": {"events": [sent]}}


def passed_over(heard: Event) -> None:
    assert isinstance(heard, Inbound)
    assert heard.done is not None
    heard.done()


@pytest.fixture
async def world() -> World:
    return await World().begin()


async def test_words_are_heard_and_noted_once_they_are_done(world: World) -> None:
    world.keys.have.add("s1")
    assert await world.hears("t1", event("$1", "s1")) == ["words $1"]
    await world.sync.checkpoint.write(now=True)
    assert await world.noted() is None
    world.done()
    await world.hears("t2")
    assert await world.noted() == b"t2"
    assert [each.get("since") for each in world.server.asked] == ["t0", "t1"]


async def test_whose_device_is_not_proven_is_asked_about_once_in_a_batch(world: World) -> None:
    world.keys.have.add("s1")
    world.keys.proof = Proof.UNSIGNED
    assert await world.hears("t1", event("$1", "s1"), event("$2", "s1")) == ["words $1", "words $2"]
    assert len(world.keys.wondered) == 1
    await world.hears("t2", event("$3", "s1"))
    assert len(world.keys.wondered) == 2
    world.keys.proof = Proof.SIGNED
    await world.hears("t3", event("$4", "s1"))
    assert len(world.keys.wondered) == 2


async def test_talk_that_is_passed_over_at_once_is_noted_once_a_minute(world: World) -> None:
    world.keys.have.add("s1")
    await world.sync.checkpoint.load()
    world.sync.emit = passed_over
    for number in range(5):
        await world.hears(f"t{number}", event(f"${number}", "s1"))
        assert await world.noted() is None
    world.clock.set(world.clock.now() + timedelta(minutes=1))
    await world.hears("t5", event("$5", "s1"))
    assert await world.noted() == b"t5"


async def test_what_has_no_key_is_heard_when_it_comes_and_after_a_restart(world: World) -> None:
    assert await world.hears("t1", event("$1", "s1")) == []
    assert len(world.ears.waiting) == 1
    assert await world.hears("t2", **key("s1")) == ["words $1"]
    world.done()
    await world.hears("t3")
    assert len(world.ears.waiting) == 0
    await world.hears("t4", event("$2", "s2"))
    again = World()
    again.safe = world.safe
    again.keys.have.add("s2")
    await again.begin("t4")
    assert await again.hears("t5") == ["words $2"]


async def test_own_words_neither_wait_nor_are_heard(world: World) -> None:
    assert await world.hears("t1", event("$1", "s1", ME)) == []
    assert len(world.ears.waiting) == 0


async def test_a_gap_that_cannot_be_filled_is_not_noted_and_its_keys_are_kept(
    world: World,
) -> None:
    await world.hears("t1", event("$1", "s1"))
    world.server.broken = True
    gap = {"limited": True, "prev_batch": "p1"}
    with pytest.raises(Lost):
        await world.hears("t2", timeline=gap, **key("s1"))
    await world.sync.checkpoint.write(now=True)
    assert await world.noted() == b"t1"
    world.server.broken = False
    assert await world.hears("t2") == ["words $1"]
    assert [each.get("since") for each in world.server.asked] == ["t0", "t1", "t1"]


async def test_what_a_batch_left_out_is_heard_before_the_rest_of_it(world: World) -> None:
    world.keys.have.add("s1")
    await world.hears("t1", event("$1", "s1"))
    world.server.left_out = [event("$3", "s1"), event("$2", "s1", ME), event("$2b", "s1")]
    gap = {"limited": True, "prev_batch": "p1"}
    later = [event("$4", "s1"), event("$5", "s1")]
    words = await world.hears("t2", *later, timeline=gap)
    assert words == ["words $2b", "words $3", "words $4", "words $5"]
    assert world.journal.count("messages") == 1
    # Nothing of it is noted before all of it is done, though the rest came with the batch itself.
    world.heard[-1].done()  # type: ignore[union-attr, misc]  # an Inbound, as `words` says
    await world.sync.checkpoint.write(now=True)
    assert await world.noted() is None
    world.done()
    await world.sync.checkpoint.write(now=True)
    assert await world.noted() == b"t2"


async def test_keys_are_kept_before_anything_else_is_asked_or_heard(world: World) -> None:
    def emit(heard: Event) -> None:
        world.heard.append(heard)
        world.journal.append("heard")

    world.sync.emit = emit
    gap = {"limited": True, "prev_batch": "p1"}
    await world.hears("t1", event("$1", "s1"), timeline=gap, **key("s1"))
    await world.hears("t2", event("$2", "s2"), **key("s2"))
    assert world.journal == [
        *("sync", "keys", "kept", "messages", "heard"),
        *("sync", "keys", "kept", "heard"),
    ]


async def test_what_waited_is_forgotten_only_when_it_is_done(world: World) -> None:
    await world.hears("t1", event("$1", "s1"))
    assert await world.hears("t2", **key("s1")) == ["words $1"]
    # The process ends here: whoever heard it had not done it.
    again = World()
    again.safe = world.safe
    again.keys.have.add("s1")
    await again.begin("t1")
    assert await again.hears("t2") == ["words $1"]
    again.done()
    await again.hears("t3")
    third = World()
    third.safe = world.safe
    third.keys.have.add("s1")
    await third.begin("t3")
    assert await third.hears("t4") == []


async def test_a_first_login_hears_nothing_of_before() -> None:
    world = await World().begin(None)
    world.keys.have.add("s1")
    world.server.left_out = [event("$0", "s1")]
    gap = {"limited": True, "prev_batch": "p1"}
    assert await world.hears("t1", event("$1", "s1"), timeline=gap) == []
    assert "messages" not in world.journal
    assert await world.hears("t2", event("$2", "s1")) == ["words $2"]


async def test_where_the_server_forgot_whatever_it_shows_is_heard() -> None:
    world = await World().begin(None)
    world.sync.astray = True
    world.keys.have.add("s1")
    assert await world.hears("t1", event("$1", "s1")) == ["words $1"]


async def test_a_room_that_is_being_read_is_read_before_anybody_is_judged_by_it() -> None:
    world = World()
    world.configured = (ROOM,)
    await world.begin()
    world.keys.have.add("s1")
    assert await world.hears("t1", event("$1", "s1")) == ["words $1"]
    assert world.looked == [ROOM]
    known = world.sync.rooms.room(ROOM)
    assert known is not None
    world.sync.rooms.fresh(ROOM, MEMBERS, listed=False, aliased=False)
    world.sync.rooms.fresh(ROOM, MEMBERS, listed=False, aliased=False)
    assert known.complete
    await world.hears("t2", event("$2", "s1"))
    assert world.looked == [ROOM]
