"""Whose invitations are followed, in which order, and what is left."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from itertools import count
from typing import Any, cast

import pytest

from bot.transports.matrix.doors import Doors
from bot.transports.matrix.guests import Guests
from bot.transports.matrix.rooms import Rooms
from bot.transports.matrix.wire import Lost, Refused, Wire
from tests.transports.irc.fake import FakeClock, settle
from tests.transports.matrix.test_state import ALICE, ME, SOUND, event, member

NET, TEAM, ALIAS = "matrix", "!team:example.org", "#team:example.org"
DM = "!dm:example.org"


class FakeWire:
    """Answers by path, and notes what was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fails: dict[str, Exception] = {}
        self.behind: dict[str, str] = {}

    async def call(self, method: str, path: str, **_: Any) -> Mapping[str, Any]:
        assert method in {"GET", "POST"}
        short = path.removeprefix("/_matrix/client/v3").replace("%21", "!").replace("%3A", ":")
        short = short.replace("%23", "#")
        self.asked.append(short)
        if short in self.fails:
            raise self.fails[short]
        return {"room_id": self.behind.get(short.rpartition("/")[2])}


class World:
    def __init__(self, *configured: str, known: Callable[[str], bool] = lambda _: False) -> None:
        self.wire, self.clock = FakeWire(), FakeClock()
        self.rooms = Rooms(
            network=NET,
            me=ME,
            configured=configured,
            relays=(),
            epochs=count(1),
            emit=lambda _: None,
        )
        self.doors = Doors(
            wire=cast("Wire", self.wire),
            rooms=self.rooms,
            clock=self.clock,
            me=ME,
            configured=configured,
            known=known,
        )
        self.tasks = [asyncio.ensure_future(self.doors.run())]
        self.tasks += [asyncio.ensure_future(self.doors.receive()) for _ in range(2)]

    def did(self, what: str) -> list[str]:
        return [each.split("/")[2] for each in self.wire.asked if each.endswith(what)]


Make = Callable[..., World]


@pytest.fixture
async def make() -> AsyncIterator[Make]:
    made: list[World] = []

    def world(*configured: str, **more: Any) -> World:
        made.append(World(*configured, **more))
        return made[-1]

    yield world
    for each in made:
        for task in each.tasks:
            assert not task.done()
            task.cancel()


def invitation(*more: dict[str, Any], by: str = ALICE) -> list[dict[str, Any]]:
    return [event("m.room.member", {"membership": "invite"}, ME, by), *more]


def alias(name: str) -> dict[str, Any]:
    return event("m.room.canonical_alias", {"alias": name})


async def test_a_configured_room_is_entered_by_id(make: Make) -> None:
    world = make(TEAM)
    world.doors.invited(TEAM, invitation())
    await settle()
    assert world.did("/join") == [TEAM]


async def test_an_address_in_an_invitation_is_believed_by_the_directory_alone(make: Make) -> None:
    world = make(ALIAS)
    world.wire.behind[ALIAS] = TEAM
    world.doors.invited("!liar:example.com", invitation(alias(ALIAS)))
    world.doors.invited(TEAM, invitation(alias(ALIAS)))
    await settle()
    assert world.did("/join") == [TEAM]
    assert world.did("/leave") == ["!liar:example.com"]


async def test_anybody_may_open_a_conversation(make: Make) -> None:
    world = make(TEAM)
    world.doors.invited(DM, invitation())
    await settle()
    assert world.did("/join") == [DM]


@pytest.mark.parametrize(
    "state",
    [
        event("m.room.create", {"type": "m.space"}),
        event("m.room.join_rules", {"join_rule": "public"}),
        alias("#else:example.org"),
    ],
)
async def test_what_is_no_conversation_is_declined(make: Make, state: dict[str, Any]) -> None:
    world = make(TEAM)
    world.doors.invited(DM, invitation(state))
    await settle()
    assert (world.did("/join"), world.did("/leave")) == ([], [DM])
    assert world.did("/forget") == [DM]


async def test_a_thousand_invitations_keep_nobody_waiting(make: Make) -> None:
    world = make(TEAM, known=lambda user: user == "@lead:example.org")
    for number in range(1000):
        world.doors.invited(f"!{number}:example.com", invitation(by="@flood:example.com"))
    world.doors.invited(DM, invitation(by=ALICE))
    world.doors.invited("!lead:example.org", invitation(by="@lead:example.org"))
    world.doors.invited(TEAM, invitation(by="@flood:example.com"))
    await settle()
    joined = world.did("/join")
    assert joined[0] == TEAM
    assert DM in joined[:5]
    assert "!lead:example.org" in joined[:4]
    assert len(joined) <= 40
    assert len(world.did("/leave")) == 502
    await world.clock.advance(20)
    assert len(world.did("/join")) <= 55


def test_those_who_have_most_are_turned_away() -> None:
    guests = Guests(most=10)
    assert [guests.add(f"!e{n}", f"@e{n}:evil.example") for n in range(10)] == [None] * 10
    assert guests.add("!a", ALICE) == "!e9"
    assert guests.add("!a2", ALICE) == "!a2"
    order = [guests.take()[0] for _ in range(len(guests))]
    assert order[1] == "!a"
    with pytest.raises(KeyError):
        guests.take()


async def test_a_withdrawn_invitation_is_forgotten(make: Make) -> None:
    world = make(TEAM)
    world.doors.invited(DM, invitation())
    world.doors.invited(TEAM, invitation())
    world.doors.withdrawn(DM)
    world.doors.withdrawn(TEAM)
    await settle()
    assert world.wire.asked == []


async def test_an_invitation_that_is_refused_is_void(make: Make) -> None:
    world = make(TEAM)
    world.wire.fails[f"/rooms/{DM}/join"] = Refused(403, "M_FORBIDDEN")
    world.doors.invited(DM, invitation())
    await world.clock.advance(100)
    assert world.did("/join") == [DM]


async def test_an_invitation_during_a_hiccup_is_not_lost(make: Make) -> None:
    world = make(TEAM)
    for room in (DM, TEAM):
        world.wire.fails[f"/rooms/{room}/join"] = Lost("connection")
        world.doors.invited(room, invitation())
    await settle()
    assert sorted(world.did("/join")) == [DM, TEAM]
    world.wire.fails.clear()
    await world.clock.advance(20)
    assert sorted(world.did("/join")) == [DM, DM, TEAM, TEAM]


async def test_what_never_answers_is_given_up(make: Make) -> None:
    world = make(TEAM)
    for room, what in ((DM, "join"), (TEAM, "join"), ("!old:example.org", "leave")):
        world.wire.fails[f"/rooms/{room}/{what}"] = Lost("deadline")
    world.doors.invited(DM, invitation())
    world.doors.invited(TEAM, invitation())
    world.doors.leave("!old:example.org")
    await world.clock.advance(1000)
    assert sorted(world.did("/join")) == [DM] * 5 + [TEAM] * 5
    assert world.did("/leave") == ["!old:example.org"] * 5


async def test_a_room_that_became_configured_is_not_left(make: Make) -> None:
    world = make()
    world.doors.leave(TEAM)
    world.rooms.renew((TEAM,), ())
    await settle()
    assert world.wire.asked == []


async def test_entering_tells_whether_to_try_again(make: Make) -> None:
    world = make(TEAM, ALIAS, "!in:example.org")
    world.rooms.enter("!in:example.org", [*SOUND, member(ME)])
    world.wire.fails[f"/join/{TEAM}"] = Refused(403, "M_FORBIDDEN")
    world.wire.behind[ALIAS] = "!a:example.org"
    assert not await world.doors.enter_configured()
    assert sorted(world.wire.asked) == [f"/join/{TEAM}", f"/join/{ALIAS}"]
    assert world.rooms.room_id_of(ALIAS) == "!a:example.org"
    world.wire.fails[f"/join/{TEAM}"] = Lost("deadline")
    assert await world.doors.enter_configured()
    world.wire.fails[f"/directory/room/{ALIAS}"] = Lost("deadline")
    assert await world.doors.name_aliases()
