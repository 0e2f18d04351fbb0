"""What others promise of on-call software, and what its users complain of: one test for each.

The promises are those that GoAlert's smoke tests keep; the complaints are those of people who
were paged, or were not.
"""

import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.core.words.pages import EmergencyClass, PageState
from bot.core.words.ports import MailOutcome
from bot.core.words.rota import Shift
from tests.world import NETWORK, START, World, new_world

EVERY_DAY = frozenset(range(7))
BREAK = "\u2060"
RING = "Nobody has taken it yet"


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world() as made:
        yield made


@pytest.fixture
async def on_shifts() -> AsyncIterator[World]:
    """A world in which alice is on duty by day, and bob by night."""
    made = World(Path(tempfile.mkdtemp(prefix="caseward-")))
    made.populate()
    shifts = tuple(
        Shift(person=name, zone="UTC", days=EVERY_DAY, start=time(start), end=time(end))
        for name, start, end in (("alice", 8, 20), ("bob", 20, 8), ("olga", 20, 8))
    )
    made.live.terms = replace(made.live.terms, shifts=shifts)
    await made.start()
    yield made
    await made.stop()
    shutil.rmtree(made.folder, ignore_errors=True)


async def calls(world: World, nick: str = "rita") -> str:
    """Somebody calls for help; returns the code of the page."""
    await world.says(nick, None, "urgent he is at my door")
    return world.page()


def rings(world: World, nick: str, since: int = 0) -> list[str]:
    said = world.net.said[since:]
    return [line.text for line in said if line.place.address == nick and RING in line.text]


def rung(world: World, since: int = 0) -> set[str]:
    return {nick for nick in ("alice", "bob", "finn", "olga") if rings(world, nick, since)}


def mark(world: World) -> int:
    return len(world.net.said)


# ---- promises --------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [-1, 1, 24])
async def test_clock_changes(world: World, hours: float) -> None:
    await calls(world)
    world.clock.jump(timedelta(hours=hours, microseconds=3))
    since = mark(world)
    await world.later(minutes=2)
    assert rung(world, since) == set()
    await world.later(minutes=3)
    assert "alice" in rung(world, since)


async def test_wrap_at_the_end_of_the_ladder(world: World) -> None:
    await calls(world)
    await world.later(minutes=10, seconds=1)
    assert rung(world) == {"alice", "bob", "olga"}
    await world.later(minutes=6)
    since = mark(world)
    await world.later(hours=2)
    assert rung(world, since) == {"alice", "bob", "finn", "olga"}
    assert all(len(rings(world, nick, since)) >= 24 for nick in rung(world, since))


async def test_gaps(on_shifts: World) -> None:
    world = on_shifts
    world.live.terms = replace(world.live.terms, shifts=world.live.terms.shifts[:1])
    ladder = replace(world.live.terms.ladder, steps=(("alice",),))
    world.live.terms = replace(world.live.terms, ladder=ladder)
    await world.later(hours=12)
    since = mark(world)
    await calls(world)
    assert rung(world, since) == {"alice"}, "in a gap everybody named is rung"


async def test_overrides(on_shifts: World) -> None:
    world = on_shifts
    await world.says("alice", None, "!oncall swap olga")
    await world.says("olga", None, "!oncall accept")
    await calls(world)
    await world.later(minutes=14)
    assert rung(world) == {"olga"}


async def test_duplicates(world: World) -> None:
    page = await calls(world)
    for _ in range(3):
        assert await calls(world) == page
    await world.later(minutes=1)
    assert len(rings(world, "alice")) == 1
    await world.stop()
    world.net = world.renewed()
    await world.start()
    await world.later(minutes=1)
    assert len(rings(world, "alice")) == 1


async def test_stale_pages(world: World) -> None:
    page = await calls(world)
    await world.later(minutes=47)
    assert f"{page}: danger to life, raised 45 minutes ago" in rings(world, "alice")[-1]
    await world.says("bob", None, f"!stand-down {page} all is well")
    await world.says("bob", None, "!yes")
    since = mark(world)
    await world.later(hours=3)
    assert rung(world, since) == set()


# ---- complaints ------------------------------------------------------------------------------


async def test_acked_and_forgotten(world: World) -> None:
    page = await calls(world)
    await world.says("alice", None, "!ack")
    since = mark(world)
    await world.later(minutes=29)
    assert rung(world, since) == set()
    await world.later(minutes=2)
    assert any(f"{page}: are you still on it?" in line for line in world.heard("alice"))
    await world.later(minutes=3)
    assert "alice" in rung(world, since)


async def test_half_an_hour_of_silence_after_a_missed_page(world: World) -> None:
    await calls(world)
    for _ in range(12):
        since = mark(world)
        await world.later(minutes=5)
        assert "alice" in rung(world, since)


async def test_empty_steps_that_still_wait(world: World) -> None:
    ladder = replace(world.live.terms.ladder, steps=((), ("nobody",), ("olga",)))
    world.live.terms = replace(world.live.terms, ladder=ladder)
    await calls(world)
    assert rung(world) == {"olga"}


@pytest.mark.parametrize("why", ["no route", "named", "suspended"])
async def test_steps_that_nobody_can_be_reached_on_and_that_still_wait(
    world: World, why: str
) -> None:
    match why:
        case "no route":
            mute = replace(world.live.terms.people[0], accounts=(), mail=None)
            people = (mute, *world.live.terms.people[1:])
            world.renew(people)
            world.live.terms = replace(world.live.terms, people=people)
            await calls(world)
        case "suspended":
            await world.says("bob", None, "!suspend alice")
            await world.says("bob", None, "!yes")
            await calls(world)
        case _:
            await world.says("rita", None, "Example-Alice is at my door, urgent")
    first = world.heard("bob")
    assert any(RING in line for line in first)
    assert not rings(world, "alice")


async def test_a_network_that_is_gone_leaves_the_other_route(world: World) -> None:
    world.net.link(up=False)
    await world.settle()
    world.net.hear("rita", None, "urgent he is at my door")
    await world.settle()
    assert "alice@example.org" in {letter.recipient for letter in world.carrier.carried}


async def test_old_pages_that_wake_people(world: World) -> None:
    world.net.leave("alice")
    world.carrier.always = MailOutcome.RETRY
    page = await calls(world)
    await world.later(minutes=4)
    await world.says("bob", None, f"!ack {page}")
    world.net.arrive("alice", "alice")
    world.carrier.always = MailOutcome.SENT
    since, mailed = mark(world), len(world.carrier.carried)
    await world.later(minutes=20)
    assert rung(world, since) == set()
    late = [m.raw for m in world.carrier.carried[mailed:] if m.recipient == "alice@example.org"]
    assert not any(RING.encode() in raw for raw in late)


async def test_rosters_that_show_one_thing_and_page_another(on_shifts: World) -> None:
    world = on_shifts
    for _ in range(4):
        listed = " ".join(await world.says("finn", "#team", "!oncall")).replace(BREAK, "")
        named = re.findall(r"\b(alice|bob|olga)\b", listed.partition("From ")[0])
        since = mark(world)
        page = await calls(world, "stranger")
        await world.later(minutes=14)
        assert rung(world, since) == set(named)
        assert "If nobody takes a call within 15 minutes, everybody is rung." in listed
        await world.later(minutes=2)
        assert rung(world, since) == {"alice", "bob", "finn", "olga"}
        await world.says("bob", None, f"!stand-down {page} all is well")
        await world.says("bob", None, "!yes")
        await world.later(hours=6)
    assert world.clock.now() > START + timedelta(hours=24)


async def test_one_ack_that_silences_all(world: World) -> None:
    ladder = replace(world.live.terms.ladder, acks={EmergencyClass.LIFE: 2})
    world.live.terms = replace(world.live.terms, ladder=ladder)
    first = await calls(world)
    await world.says("rita", None, "!emergency child see the talk page")
    second = await calls(world, "stranger")
    await world.says("alice", None, f"!ack {first}")
    since = mark(world)
    await world.later(minutes=6)
    assert "bob" in rung(world, since), "one of two is not enough"
    assert any("It still needs somebody else" in line for line in world.heard("#team"))
    await world.says("bob", None, f"!ack {first}")
    assert world.store is not None
    page = await world.store.run(lambda unit: unit.pages().find(first))
    assert page is not None
    assert (page.state, page.acked_by) == (PageState.ACKED, ("alice", "bob"))
    assert second


async def test_an_ack_of_one_page_leaves_the_others_ringing(world: World) -> None:
    first = await calls(world)
    await world.says("finn", "#team", "!emergency child see the talk page")
    second = world.page()
    assert first != second
    await world.says("alice", None, f"!ack {first}")
    since = mark(world)
    await world.later(minutes=4)
    assert any(second in line for line in rings(world, "alice", since))
    assert not any(first in line for line in rings(world, "alice", since))


async def test_nobody_else_is_ever_woken_when_the_only_one_on_duty_sleeps(
    on_shifts: World,
) -> None:
    world = on_shifts
    page = await calls(world)
    await world.later(minutes=14)
    assert rung(world) == {"alice"}
    await world.later(minutes=2)
    assert rung(world) == {"alice", "bob", "finn", "olga"}
    assert sum("on duty or not" in line for line in world.heard("#team")) == 1
    await world.says("olga", None, f"!ack {page}")
    since = mark(world)
    await world.later(minutes=20)
    assert rung(world, since) == set()


async def test_a_colleague_is_called_alone_and_whoever_asked_hears(world: World) -> None:
    await world.says("alice", "#team", "!open Insults on a talk page")
    code = world.code()
    since = mark(world)
    said = await world.says("alice", "#team", f"!page olga {code}")
    assert any("olga is being called" in line.replace(BREAK, "") for line in said)
    await world.later(minutes=20)
    places = {
        line.place.address
        for line in world.net.said[since:]
        if "asks for you" in line.text and line.place.network == NETWORK
    }
    assert places == {"olga"}
    await world.says("olga", None, "!ack")
    assert any(f"olga answered your call about {code}" in line for line in world.heard("alice"))
    since = mark(world)
    await world.later(hours=1)
    assert not any("asks for you" in line.text for line in world.net.said[since:])


async def test_nobody_learns_from_a_call_to_a_colleague_who_reported(world: World) -> None:
    await world.says("finn", None, "report")
    for line in ("Somebody of us insults me.", "no", "yes"):
        await world.says("finn", None, line)
    code = world.code()
    mailed = len(world.carrier.carried)
    answers = []
    for name in ("finn", "bob"):
        await world.says("alice", None, f"!page {name} {code}")
        said = world.heard("alice")[-1]
        answers.append(re.sub(r"E-\w{6}", "E", said).replace(name, "NAME"))
    assert answers[0] == answers[1]
    await world.later(minutes=31)
    missed = [line for line in world.heard("alice") if "No answer" in line]
    assert [name for name in ("finn", "bob") for line in missed if name in line] == ["finn", "bob"]
    assert any("asks for you" in line for line in world.heard("bob"))
    assert not any("asks for you" in line for line in world.heard("finn"))
    assert all(m.recipient != "finn@example.org" for m in world.carrier.carried[mailed:])
