"""What others said is removed where the server lets the bot, and whatever is left is told."""

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

import pytest

from bot.core.words.places import Place, PlaceKind
from bot.transports.matrix.removing import Remover
from bot.transports.matrix.rooms import Rooms
from bot.transports.matrix.wire import Lost, Refused
from tests.transports.irc.fake import FakeClock
from tests.transports.matrix.test_state import ALICE, ME, SOUND, event

NET, ROOM = "matrix", "!team:example.org"
PLACE = Place(network=NET, address=ROOM)
ONE, TWO, THREE = "$one", "$two/..", "$three"
POWERS: dict[str, Any] = {"users": {ME: 50}}


class Server:
    """Answers what it was told to, in turn, then yes; `asked` are method and path."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.powers: list[Any] = [POWERS]
        self.answers: list[Exception | float | None] = []
        self.asked: list[tuple[str, str]] = []
        self.seconds: list[float] = []

    @property
    def removals(self) -> list[str]:
        return [path.rpartition("/redact/")[2].partition("/")[0] for _, path in self.asked[1:]]

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
        assert urgent
        assert waits
        assert not void()
        self.asked.append((method, path))
        self.seconds.append(seconds)
        if method == "GET":
            assert body is None
            answer = self.powers.pop(0)
        else:
            # Whatever stood here, everybody in the room could read it.
            assert body == {}
            answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, float):
            # The server lets it wait.
            self.clock.passed += answer
            answer = None
        if isinstance(answer, Exception):
            raise answer
        return answer if method == "GET" else {"event_id": "$gone"}


class Clock(FakeClock):
    """Nobody waits: time goes on at once."""

    async def sleep(self, seconds: float) -> None:
        self.passed += seconds


def rooms(*more: dict[str, Any]) -> Rooms:
    made = Rooms(
        network=NET,
        me=ME,
        configured=(ROOM,),
        relays=(),
        epochs=count(1),
        emit=lambda _event: None,
    )
    made.enter(ROOM, (*SOUND, *more))
    return made


@pytest.fixture
def server() -> Server:
    return Server(Clock())


def remover(server: Server, *more: dict[str, Any]) -> Remover:
    return Remover(server, rooms(*more), server.clock, ME)


async def test_each_is_removed_once_and_none_is_left(server: Server) -> None:
    assert await remover(server).remove(PLACE, (ONE, TWO, ONE)) == ()
    base = "/_matrix/client/v3/rooms/%21team%3Aexample.org"
    assert server.asked[0] == ("GET", f"{base}/state/m.room.power_levels")
    paths = [path.rpartition("/")[0] for _, path in server.asked[1:]]
    assert paths == [f"{base}/redact/%24one", f"{base}/redact/%24two%2F.."]
    names = {path.rpartition("/")[2] for _, path in server.asked[1:]}
    assert len(names) == 2


async def test_the_same_event_is_asked_for_by_the_same_name(server: Server) -> None:
    server.powers *= 2
    await remover(server).remove(PLACE, (ONE,))
    await remover(server).remove(PLACE, (ONE,))
    assert server.asked[1] == server.asked[3]


@pytest.mark.parametrize(
    "powers",
    [
        {},
        {"users": {ME: 49}},
        {"users": {ME: 50}, "redact": 51},
        {"users": {ME: 50}, "redact": "0"},
        {"users": {ME: 50}, "events": {"m.room.redaction": 51}},
        {"users": {ME: 50}, "events_default": 51},
        {"users": []},
        Refused(403, "M_FORBIDDEN"),
        Refused(404, "M_NOT_FOUND"),
    ],
)
async def test_without_the_power_nothing_is_tried(server: Server, powers: Any) -> None:
    server.powers = [powers]
    # What the bot had heard last does not count.
    stale = event("m.room.power_levels", {"users": {ME: 100}})
    assert await remover(server, stale).remove(PLACE, (ONE, TWO)) == (ONE, TWO)
    assert server.removals == []


@pytest.mark.parametrize(
    "powers",
    [
        {"users": {ME: 50}},
        {"users": {ME: 1}, "redact": 1, "events": {"m.room.redaction": 1}},
        {"redact": 0},
        {"users_default": 50},
    ],
)
async def test_with_the_power_it_is_done(server: Server, powers: Any) -> None:
    server.powers = [powers]
    assert await remover(server).remove(PLACE, (ONE,)) == ()


@pytest.mark.parametrize("version", ["10", "11", "12"])
@pytest.mark.parametrize("maker", [ME, ALICE])
async def test_whoever_made_a_room_without_powers_has_them(
    server: Server, version: str, maker: str
) -> None:
    server.powers = [Refused(404, "M_NOT_FOUND")]
    created = event("m.room.create", {"room_version": version, "creator": maker}, sender=maker)
    left = await remover(server, created).remove(PLACE, (ONE,))
    assert left == (() if maker == ME else (ONE,))


async def test_what_is_refused_is_left_and_the_rest_is_done(server: Server) -> None:
    server.answers = [None, Refused(403, "M_FORBIDDEN")]
    assert await remover(server).remove(PLACE, (ONE, TWO, THREE)) == (TWO,)
    assert server.removals == ["%24one", "%24two%2F..", "%24three"]


async def test_what_was_lost_is_asked_again(server: Server) -> None:
    server.powers = [Lost("connection"), POWERS]
    server.answers = [Lost("deadline"), Lost("broken answer"), None, Lost("status 502")]
    assert await remover(server).remove(PLACE, (ONE, TWO)) == ()
    assert len({path for _, path in server.asked}) == 3


async def test_a_server_that_stays_away_is_left_alone(server: Server) -> None:
    server.answers = [Refused(404, "M_NOT_FOUND"), *(Lost("connection") for _ in range(9))]
    assert await remover(server).remove(PLACE, (ONE, TWO, THREE)) == (ONE, TWO, THREE)
    assert server.removals == ["%24one", *["%24two%2F.."] * 3]


async def test_nothing_is_asked_while_powers_cannot_be_read(server: Server) -> None:
    server.powers = [Lost("connection") for _ in range(9)]
    assert await remover(server).remove(PLACE, (ONE,)) == (ONE,)
    assert len(server.asked) == 3


async def test_a_server_that_wants_patience_has_a_minute_for_all(server: Server) -> None:
    server.answers = [15.0, 30.0, 20.0]
    messages = tuple(f"${number}" for number in range(9))
    assert await remover(server).remove(PLACE, messages) == messages[3:]
    # No call outlasts what is left of the minute.
    assert server.seconds == [20.0, 20.0, 20.0, 15.0]


@pytest.mark.parametrize(
    "place",
    [
        Place(network=NET, address="!other:example.org"),
        Place(network=NET, address="#unnamed:example.org"),
        Place(network="elsewhere", address=ROOM),
        Place(network=NET, address=ROOM, kind=PlaceKind.DM),
        Place(network=NET, address=ALICE, kind=PlaceKind.DM),
    ],
)
async def test_only_in_configured_rooms_where_the_bot_is(server: Server, place: Place) -> None:
    assert await remover(server).remove(place, (ONE, ONE)) == (ONE,)
    assert server.asked == []


async def test_nothing_to_remove_asks_nothing(server: Server) -> None:
    assert await remover(server).remove(PLACE, ()) == ()
    assert server.asked == []
