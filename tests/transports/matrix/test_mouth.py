"""Nothing is said in a place that is no longer what the words were cleared for, and each once."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot.core.policy.gate import Cleared
from bot.core.words.attachment import Attachment, write
from bot.core.words.beside import NOTHING_BESIDE, Beside
from bot.core.words.labels import Label
from bot.core.words.people import Account, Person, Role, Roster
from bot.core.words.places import DMView, Member, Place, PlaceKind, RoomView, View
from bot.core.words.ports import Sent
from bot.core.words.text import Piece
from bot.transports.matrix.crypt import CryptError
from bot.transports.matrix.memory_safe import MemorySafe
from bot.transports.matrix.mouth import Mouth
from bot.transports.matrix.neighbours import Urgently
from bot.transports.matrix.once import Once
from bot.transports.matrix.threads import Threads
from bot.transports.matrix.wire import Limited, Lost, Refused
from tests.world import FakeClock

NET = "example"
TEAM = Place(network=NET, address="#team:example.org")
ALICE, BOB, RITA = "@alice:example.org", "@bob:example.org", "@rita:example.org"
ROOM_ID, DM_ID, CLEAR_ID = "!team:example.org", "!dm:example.org", "!clear:example.org"
DM = Place(network=NET, address=ALICE, kind=PlaceKind.DM)
CLEAR = Place(network=NET, address=CLEAR_ID, kind=PlaceKind.DM)
CASE = Beside(case="C-5AFMST", once="row|1")
PEOPLE = Roster(
    tuple(
        Person(
            name=user[1:4],
            roles=frozenset({Role.FUNCTIONARY} | ({Role.ON_CALL} if user == ALICE else set())),
            accounts=(Account(network=NET, name=user),),
        )
        for user in (ALICE, BOB)
    )
)


@dataclass
class State:
    encrypted: bool = True


@dataclass
class Known:
    state: State = field(default_factory=State)


class World:
    """A server, the keys and the rooms, each step in `log`; `at` is called before each step."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.puts: list[tuple[str, dict[str, Any]]] = []
        self.at: Callable[[str], None] = lambda _step: None
        self.answers: list[Exception | None] = []
        self.epoch = 1
        self.same = True
        self.known = {ROOM_ID: Known(), DM_ID: Known(), CLEAR_ID: Known(State(encrypted=False))}
        self.dms = {ALICE: DM_ID, RITA: DM_ID}
        self.others = {ROOM_ID: {ALICE, RITA}, DM_ID: {ALICE}}
        self.shared: list[Sequence[str]] = []
        self.unread: set[str] = set()
        self.events: dict[str, str] = {}

    def _step(self, name: str) -> None:
        self.at(name)
        self.log.append(name)

    # ---- the wire

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        seconds: float = 20.0,
        urgent: bool = False,
        waits: bool = True,
        void: Callable[[], bool] = lambda: False,
    ) -> Any:
        assert seconds <= 20
        if method == "PUT":
            # It waits for a connection.
            self.at("turn")
        if void():
            raise Lost("void", perhaps=False)
        if method != "PUT":
            await asyncio.sleep(0)
            self._step("read")
            return [] if path.endswith("state") else {"visibility": "private", "aliases": []}
        assert not waits
        self._step("urgent put" if urgent else "put")
        error = self.answers.pop(0) if self.answers else None
        if error is not None and not isinstance(error, Lost):
            raise error
        name = path.rpartition("/")[2]
        if name not in self.events:
            self.events[name] = f"$event{len(self.events)}"
            self.puts.append((path, dict(body or {})))
        await asyncio.sleep(0)
        if error is not None:
            raise error
        return {"event_id": self.events[name]}

    # ---- the keys

    async def share(self, wire: Any, room_id: str, users: Sequence[str], epoch: int, /) -> None:
        assert wire is self or isinstance(wire, Urgently)
        self.shared.append(users)
        await asyncio.sleep(0)
        self._step("share")
        del room_id

    def is_read_by(self, room_id: str, user_id: str, /) -> bool:
        del room_id
        return user_id not in self.unread

    def lock(self, room_id: str, kind: str, content: dict[str, Any], /) -> dict[str, Any]:
        del room_id
        self._step("lock")
        assert kind == "m.room.message"
        return {"sealed": content}

    # ---- the rooms

    def view(self, place: Place) -> View | None:
        if place.kind is PlaceKind.DM:
            if place.address not in {*self.dms, CLEAR_ID}:
                return None
            is_clear = place == CLEAR
            account = None if is_clear else place.address
            return DMView(
                place=place,
                epoch=self.epoch,
                identity="x",
                account=account,
                secure=not is_clear,
                clear=is_clear,
            )
        return RoomView(
            place=place,
            epoch=self.epoch,
            complete=True,
            secure=True,
            hidden=True,
            closed=True,
            no_external=True,
            members=(
                Member(nick=ALICE, account=ALICE),
                Member(nick=BOB, account=BOB, invited=True),
                Member(nick=RITA, account=RITA),
            ),
        )

    def room(self, room_id: str) -> Known | None:
        return self.known.get(room_id)

    def room_id_of(self, address: str) -> str | None:
        return ROOM_ID if address == TEAM.address else None

    def dm_of(self, user_id: str) -> str | None:
        return self.dms.get(user_id)

    def others_in(self, room_id: str) -> set[str]:
        return self.others.get(room_id, set())

    def fresh(
        self, room_id: str, state: Sequence[Mapping[str, Any]], *, listed: bool, aliased: bool
    ) -> bool:
        assert (room_id, list(state), listed, aliased) == (ROOM_ID, [], False, False)
        self._step("fresh")
        if not self.same:
            self.epoch += 1
        return self.same

    async def open_dm(self, user: str) -> str:
        self._step("open")
        self.dms[user] = DM_ID
        self.others[DM_ID] = {user}
        self.epoch += 1
        return DM_ID


async def _mouth(world: World, safe: MemorySafe | None = None) -> Mouth:
    safe = safe or MemorySafe()
    return Mouth(
        wire=world,
        crypt=world,
        rooms=world,
        threads=await Threads.open(safe),
        once=await Once.open(safe),
        clock=FakeClock(),
        roster=lambda: PEOPLE,
        network=NET,
        open_dm=world.open_dm,
    )


def _cleared(
    *lines: str,
    place: Place = TEAM,
    label: Label = Label.CASE,
    plain_message: bool = False,
    beside: Beside = NOTHING_BESIDE,
) -> Cleared:
    return Cleared(
        place=place,
        epoch=1,
        lines=lines,
        plain_message=plain_message,
        label=label,
        pieces=tuple((Piece(text=line, label=label),) for line in lines),
        beside=beside,
    )


def _said(world: World) -> list[dict[str, Any]]:
    return [body["sealed"] for _, body in world.puts]


async def test_the_room_is_read_then_keys_are_shared_then_it_is_said() -> None:
    world = World()
    assert await (await _mouth(world)).say(_cleared("words"), urgent=False) is Sent.DELIVERED
    assert world.log == ["read", "read", "read", "fresh", "share", "lock", "put"]
    assert world.shared == [[ALICE, RITA]]
    path, _ = world.puts[0]
    assert "/rooms/%21team%3Aexample.org/send/m.room.encrypted/" in path
    (said,) = _said(world)
    assert (said["msgtype"], said["body"], said["m.mentions"]) == ("m.notice", "words", {})


async def test_up_to_team_the_room_is_not_asked_for_again() -> None:
    world = World()
    mouth = await _mouth(world)
    assert await mouth.say(_cleared("words", label=Label.TEAM), urgent=True) is Sent.DELIVERED
    assert world.log == ["share", "lock", "urgent put"]


@pytest.mark.parametrize("step", ["read", "share", "before"])
@pytest.mark.parametrize("place", [TEAM, DM])
async def test_after_a_change_nothing_is_said(step: str, place: Place) -> None:
    world = World()

    def flip(at: str) -> None:
        if at == step:
            world.epoch += 1

    world.at = flip
    flip("before")
    sent = await (await _mouth(world)).say(_cleared("words", place=place), urgent=False)
    if step == "read" and place is DM:
        assert sent is Sent.DELIVERED
    else:
        assert sent is Sent.STALE
        assert not world.puts
        assert "lock" not in world.log


@pytest.mark.parametrize("place", [TEAM, DM])
async def test_whenever_a_change_is_seen_nothing_is_handed_over_after_it(place: Place) -> None:
    sent: list[Sent] = []
    for turns in range(40):
        world = World()
        seen: list[int] = []

        def look(step: str, world: World = world, seen: list[int] = seen) -> None:
            if step in {"lock", "put"}:
                seen.append(world.epoch)

        async def flip(world: World = world, turns: int = turns) -> None:
            for _ in range(turns):
                await asyncio.sleep(0)
            world.epoch += 1

        world.at = look
        flipping = asyncio.ensure_future(flip())
        text = _cleared("x" * 30_000, place=place)
        sent.append(await (await _mouth(world)).say(text, urgent=False))
        await flipping
        assert set(seen) <= {1}
    assert set(sent) == {Sent.STALE, Sent.DELIVERED}


async def test_a_room_that_the_server_tells_otherwise_of_hears_nothing() -> None:
    world = World()
    world.same = False
    assert await (await _mouth(world)).say(_cleared("words"), urgent=False) is Sent.STALE
    assert "share" not in world.log
    assert not world.puts


async def test_a_change_between_two_parts_keeps_the_second_back() -> None:
    world = World()

    def flip(at: str) -> None:
        if at == "put":
            world.epoch += 1

    world.at = flip
    sent = await (await _mouth(world)).say(_cleared("x" * 30_000, "y" * 30_000), urgent=False)
    assert sent is Sent.STALE
    assert len(world.puts) == 1


@pytest.mark.parametrize(
    "error", [Lost("connection"), Refused(403, "M_FORBIDDEN", soft=False), Limited(1.0)], ids=repr
)
@pytest.mark.parametrize("step", ["read", "share"])
async def test_what_fails_before_was_not_said(step: str, error: Exception) -> None:
    world = World()

    def fail(at: str) -> None:
        if at == step:
            raise error

    world.at = fail
    assert await (await _mouth(world)).say(_cleared("words"), urgent=False) is Sent.DOWN
    assert not world.puts


async def test_without_keys_nothing_is_said() -> None:
    world = World()

    def fail(at: str) -> None:
        if at == "lock":
            raise CryptError

    world.at = fail
    assert await (await _mouth(world)).say(_cleared("words"), urgent=False) is Sent.DOWN
    assert not world.puts


@pytest.mark.parametrize(
    ("error", "place", "sent"),
    [
        (Lost("connection"), TEAM, Sent.UNCERTAIN),
        (Lost("connection", perhaps=False), TEAM, Sent.DOWN),
        (Refused(403, "M_FORBIDDEN", soft=False), TEAM, Sent.REFUSED),
        (Refused(403, "M_FORBIDDEN", soft=False), DM, Sent.GONE),
        (Refused(404, "M_NOT_FOUND", soft=False), DM, Sent.GONE),
        (Refused(401, "M_UNKNOWN_TOKEN", soft=True), TEAM, Sent.DOWN),
        (Limited(60.0), TEAM, Sent.DOWN),
    ],
)
async def test_what_the_server_says_to_it(error: Exception, place: Place, sent: Sent) -> None:
    world = World()
    world.answers = [error]
    assert await (await _mouth(world)).say(_cleared("words", place=place), urgent=False) is sent


async def test_where_patience_is_asked_for_the_room_is_read_again() -> None:
    world = World()
    world.answers = [Limited(2.0)]
    mouth = await _mouth(world)
    clock = mouth.clock
    assert isinstance(clock, FakeClock)
    saying = asyncio.ensure_future(mouth.say(_cleared("words"), urgent=False))
    for _ in range(20):
        await asyncio.sleep(0)
    world.same = False
    wake = clock.next_wake()
    assert wake is not None
    clock.set(wake)
    assert await saying is Sent.STALE
    assert not world.puts


@pytest.mark.parametrize("label", [Label.TEAM, Label.CASE, Label.PII])
async def test_only_public_words_are_said_in_clear(label: Label) -> None:
    world = World()
    world.known[ROOM_ID].state.encrypted = False
    world.known[DM_ID].state.encrypted = False
    mouth = await _mouth(world)
    for place in (TEAM, DM, CLEAR):
        sent = await mouth.say(_cleared("words", place=place, label=label), urgent=False)
        assert sent is Sent.GONE
    assert not world.puts


async def test_public_words_are_said_in_clear_where_nothing_is_encrypted() -> None:
    world = World()
    world.known[ROOM_ID].state.encrypted = False
    world.known[DM_ID].state.encrypted = False
    mouth = await _mouth(world)
    for place, sent in ((TEAM, Sent.DELIVERED), (CLEAR, Sent.DELIVERED), (DM, Sent.GONE)):
        cleared = _cleared("words", place=place, label=Label.PUBLIC)
        assert await mouth.say(cleared, urgent=False) is sent
    assert ["/send/m.room.message/" in path for path, _ in world.puts] == [True, True]
    assert "lock" not in world.log


async def test_a_conversation_that_others_came_into_or_nobody_is_in_hears_nothing() -> None:
    for others in ({ALICE, BOB}, {BOB}, set()):
        world = World()
        world.others[DM_ID] = others
        mouth = await _mouth(world)
        assert await mouth.say(_cleared("words", place=DM), urgent=False) is Sent.GONE
        assert not world.log


@pytest.mark.parametrize("change", ["elsewhere", "crowded"])
async def test_a_conversation_that_changes_meanwhile_hears_nothing(change: str) -> None:
    world = World()

    def flip(at: str) -> None:
        if at == "share" and change == "elsewhere":
            world.dms[ALICE] = CLEAR_ID
        elif at == "share":
            world.others[DM_ID] = {ALICE, BOB}

    world.at = flip
    sent = await (await _mouth(world)).say(_cleared("words", place=DM), urgent=False)
    assert sent is Sent.STALE
    assert not world.puts


async def test_somebody_of_the_roster_is_invited_and_the_words_are_cleared_anew() -> None:
    world = World()
    world.dms.clear()
    mouth = await _mouth(world)
    assert await mouth.say(_cleared("words", place=DM), urgent=False) is Sent.STALE
    anew = replace(_cleared("words", place=DM), epoch=world.epoch)
    assert await mouth.say(anew, urgent=False) is Sent.DELIVERED
    assert world.log == ["open", "share", "lock", "put"]
    world.dms.clear()
    nobody = Place(network=NET, address=RITA, kind=PlaceKind.DM)
    assert await mouth.say(_cleared("words", place=nobody), urgent=False) is Sent.GONE


async def test_only_messages_to_people_of_the_roster_ring() -> None:
    world = World()
    world.others[ROOM_ID] = {ALICE, BOB, RITA}
    mouth = await _mouth(world)
    for place, plain_message, rung in (
        (TEAM, True, {"user_ids": [ALICE]}),
        (TEAM, False, {}),
        (DM, True, {"user_ids": [ALICE]}),
        (DM, False, {}),
    ):
        cleared = _cleared("@room @bob", place=place, plain_message=plain_message)
        await mouth.say(cleared, urgent=False)
        assert _said(world)[-1]["m.mentions"] == rung
    world.others[DM_ID] = {RITA}
    rita = Place(network=NET, address=RITA, kind=PlaceKind.DM)
    await mouth.say(_cleared("words", place=rita, plain_message=True), urgent=False)
    assert _said(world)[-1]["m.mentions"] == {}
    assert _said(world)[-1]["msgtype"] == "m.text"


async def test_what_is_said_of_a_case_stands_in_its_thread() -> None:
    world = World()
    mouth = await _mouth(world)
    asked = Beside(case=CASE.case, message="$question", thread="$thread")
    for beside in (CASE, Beside(case=CASE.case, message="$question"), asked, NOTHING_BESIDE):
        await mouth.say(_cleared("words", beside=beside), urgent=False)
    await mouth.say(_cleared("words", place=DM, beside=CASE), urgent=False)
    first, second, third, fourth, apart = _said(world)
    assert "m.relates_to" not in first
    assert second["m.relates_to"]["event_id"] == "$event0"
    assert second["m.relates_to"]["m.in_reply_to"] == {"event_id": "$event0"}
    assert third["m.relates_to"]["event_id"] == "$thread"
    assert third["m.relates_to"]["m.in_reply_to"] == {"event_id": "$question"}
    assert third["m.relates_to"]["is_falling_back"] is True
    assert "m.relates_to" not in fourth
    assert "m.relates_to" not in apart


async def test_where_the_root_is_lost_a_new_thread_begins() -> None:
    world = World()
    mouth = await _mouth(world)
    await mouth.say(_cleared("one", beside=CASE), urgent=False)
    world.answers = [Refused(400, "M_UNKNOWN", soft=False)]
    assert await mouth.say(_cleared("two", beside=CASE), urgent=False) is Sent.DELIVERED
    await mouth.say(_cleared("three", beside=CASE), urgent=False)
    _, second, third = _said(world)
    assert "m.relates_to" not in second
    assert third["m.relates_to"]["event_id"] == "$event1"


async def test_what_stands_in_a_lost_thread_is_said_in_that_of_its_case() -> None:
    world = World()
    mouth = await _mouth(world)
    await mouth.say(_cleared("one", beside=CASE), urgent=False)
    world.answers = [Refused(400, "M_UNKNOWN", soft=False)]
    asked = Beside(case=CASE.case, message="$question", thread="$thread")
    assert await mouth.say(_cleared("two", beside=asked), urgent=False) is Sent.DELIVERED
    assert _said(world)[1]["m.relates_to"]["event_id"] == "$event0"


async def test_what_is_refused_for_itself_is_refused() -> None:
    world = World()
    world.answers = [Refused(400, "M_BAD_JSON", soft=False)] * 3
    mouth = await _mouth(world)
    assert await mouth.say(_cleared("one", beside=CASE), urgent=False) is Sent.REFUSED
    assert world.log.count("put") == 1


async def test_the_same_words_are_said_once_whatever_ends_in_between() -> None:
    world, safe = World(), MemorySafe()
    world.answers = [Lost("connection")]
    cleared = _cleared("words", beside=CASE)
    assert await (await _mouth(world, safe)).say(cleared, urgent=False) is Sent.UNCERTAIN
    # The process ended before the answer came.
    assert await (await _mouth(world, safe)).say(cleared, urgent=False) is Sent.DELIVERED
    assert len(world.puts) == 1
    follow = Beside(case=CASE.case)
    await (await _mouth(world, safe)).say(_cleared("more", beside=follow), urgent=False)
    assert _said(world)[1]["m.relates_to"]["event_id"] == "$event0"


async def test_other_words_another_part_or_another_day_is_said() -> None:
    world = World()
    mouth = await _mouth(world)
    for cleared in (
        _cleared("words", beside=CASE),
        _cleared("others", beside=CASE),
        _cleared("words", beside=replace(CASE, once="row|2")),
        _cleared("words"),
        _cleared("words"),
    ):
        await mouth.say(cleared, urgent=False)
    assert len(world.puts) == 5
    twice = _cleared("x" * 18_000, "x" * 18_000, beside=CASE)
    await mouth.say(twice, urgent=False)
    await mouth.say(twice, urgent=False)
    assert len(world.puts) == 7


async def test_names_tell_the_server_nothing_of_the_words() -> None:
    world, other = World(), World()
    for each in (world, other):
        await (await _mouth(each)).say(_cleared("words", beside=CASE), urgent=False)
    assert world.puts[0][0] != other.puts[0][0]


async def test_what_is_too_large_is_cut_once_more() -> None:
    world = World()
    too_large = Refused(413, "M_TOO_LARGE", soft=False)
    lines = [f"{number} {'x' * 4_000}" for number in range(4)]
    world.answers = [too_large]
    assert await (await _mouth(world)).say(_cleared(*lines), urgent=False) is Sent.DELIVERED
    assert "\n".join(said["body"] for said in _said(world)) == "\n".join(lines)
    assert len(world.puts) > 1
    world.answers = [too_large, too_large]
    assert await (await _mouth(world)).say(_cleared(*lines), urgent=False) is Sent.REFUSED


async def test_a_file_is_handed_on_in_a_direct_message_and_named_elsewhere() -> None:
    file = Attachment(
        msgtype="m.image",
        name="a.png",
        url="mxc://example.org/abc",
        key="a" * 43,
        iv="b" * 22,
        sha256="c" * 43,
    )
    world = World()
    mouth = await _mouth(world)
    lines = ("before", write(file), "after")
    assert await mouth.say(_cleared(*lines, place=DM), urgent=False) is Sent.DELIVERED
    before, image, after = _said(world)
    assert (before["body"], after["body"]) == ("before", "after")
    assert image["msgtype"] == "m.image"
    assert image["file"]["url"] == "mxc://example.org/abc"
    await mouth.say(_cleared(*lines), urgent=False)
    assert _said(world)[-1]["body"] == "before\na.png\nafter"


async def test_words_keep_their_order_and_what_is_urgent_overtakes() -> None:
    world = World()
    gate = asyncio.Event()
    mouth = await _mouth(world)
    share, held = world.share, iter([True])

    async def slow(wire: Any, room_id: str, users: Sequence[str], epoch: int, /) -> None:
        if next(held, False):
            await gate.wait()
        await share(wire, room_id, users, epoch)

    world.share = slow  # type: ignore[method-assign]
    ordinary = [
        asyncio.ensure_future(mouth.say(_cleared(text), urgent=False)) for text in ("one", "two")
    ]
    for _ in range(10):
        await asyncio.sleep(0)
    await mouth.say(_cleared("now"), urgent=True)
    assert [said["body"] for said in _said(world)] == ["now"]
    gate.set()
    await asyncio.gather(*ordinary)
    assert [said["body"] for said in _said(world)] == ["now", "one", "two"]


@pytest.mark.parametrize("urgent", [True, False])
async def test_the_keys_for_a_page_are_as_urgent_as_the_page(urgent: bool) -> None:
    world = World()
    seen: list[bool] = []

    async def share(wire: Any, room_id: str, users: Sequence[str], epoch: int, /) -> None:
        del room_id, users, epoch
        seen.append(isinstance(wire, Urgently))

    mouth = await _mouth(world)
    world.share = share  # type: ignore[method-assign]
    await mouth.say(_cleared("now"), urgent=urgent)
    assert seen == [urgent]


async def test_urgently_asks_by_the_urgent_lane() -> None:
    asked: list[dict[str, Any]] = []

    class Wire:
        async def call(self, method: str, path: str, **more: Any) -> Any:
            asked.append({"method": method, "path": path, **more})

    await Urgently(Wire()).call("POST", "/keys/query", body={})
    assert asked == [{"method": "POST", "path": "/keys/query", "body": {}, "urgent": True}]


async def test_nothing_to_say_is_said() -> None:
    world = World()
    assert await (await _mouth(world)).say(_cleared(), urgent=False) is Sent.DELIVERED
    assert not world.puts


async def test_a_room_that_the_bot_is_not_in_is_not_there() -> None:
    elsewhere = replace(TEAM, address="#other:example.org")
    mouth = await _mouth(World())
    assert await mouth.say(_cleared("words", place=elsewhere), urgent=False) is Sent.DOWN


async def test_a_place_that_changes_while_a_text_waits_for_its_turn_gets_nothing() -> None:
    world = World()

    def change(step: str) -> None:
        if step == "turn":
            world.epoch += 1

    world.at = change
    assert await (await _mouth(world)).say(_cleared("x"), urgent=False) is Sent.DOWN
    assert not world.puts


async def test_what_nobody_could_read_waits() -> None:
    """Words to somebody none of whose devices is proven must not count as delivered."""
    world = World()
    world.unread = {ALICE}
    mouth = await _mouth(world)
    assert await mouth.say(_cleared("words", place=DM), urgent=False) is Sent.DOWN
    assert world.puts == []
    world.unread.clear()
    assert await mouth.say(_cleared("words", place=DM), urgent=False) is Sent.DELIVERED
