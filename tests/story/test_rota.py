"""Shifts on a whole bot: who is rung is who the list names, and each watch is handed over."""

import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from bot.core.words.ports import MailOutcome
from bot.core.words.rota import Shift
from storage.audit import AuditBook
from storage.store import SealedStore
from tests.tiers import mostly_slow
from tests.world import START, World

EVERY_DAY = frozenset(range(7))
#: The world begins on a Monday at nine.
SHIFTS = (
    Shift(person="alice", zone="UTC", days=EVERY_DAY, start=time(8), end=time(20)),
    Shift(person="bob", zone="UTC", days=EVERY_DAY, start=time(20), end=time(8)),
    Shift(person="olga", zone="UTC", days=frozenset({5}), start=time(8), end=time(9)),
)
STRIDE = timedelta(minutes=5)
BREAK = "\u2060"


async def begun(*shifts: Shift) -> World:
    world = World(Path(tempfile.mkdtemp(prefix="caseward-")))
    world.populate()
    world.live.terms = replace(world.live.terms, shifts=shifts)
    await world.start()
    await world.settle()
    return world


async def ended(world: World) -> None:
    await world.stop()
    shutil.rmtree(world.folder, ignore_errors=True)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    made = await begun(*SHIFTS)
    yield made
    await ended(made)


@pytest.fixture
async def gappy() -> AsyncIterator[World]:
    made = await begun(replace(SHIFTS[0], end=time(19)), *SHIFTS[1:])
    yield made
    await ended(made)


def heard(world: World, where: str, mark: int = 0) -> list[str]:
    return [
        said.text.replace(BREAK, "")
        for said in world.net.said[mark:]
        if said.place.address == where
    ]


async def rung(world: World, until: timedelta = timedelta()) -> set[str]:
    """Call for help, wait, and return who was rung."""
    mark = len(world.net.said)
    caller = f"caller{mark}"
    world.net.arrive(caller)
    await world.says(caller, None, "urgent he is at my door")
    code = world.page()
    if until:
        await world.later(seconds=until.total_seconds())
    names = ("alice", "bob", "olga", "finn")
    found = {
        name
        for name in names
        if any("Nobody has taken" in line and code in line for line in heard(world, name, mark))
    }
    await world.says("alice", None, f"!ack {code}")
    return found


async def again(world: World) -> None:
    """Stop the bot and start it anew on the same network."""
    await world.stop()
    world.net = world.renewed()
    await world.start()
    await world.settle()


async def leap(world: World, **amount: float) -> None:
    """Let time pass at once, as for a machine that slept."""
    world.clock.set(world.clock.now() + timedelta(**amount))
    await world.settle()


async def walk(world: World, **amount: float) -> None:
    """Let time pass in strides."""
    for _ in range(timedelta(**amount) // STRIDE):
        await leap(world, seconds=STRIDE.total_seconds())


def said(lines: list[str]) -> str:
    return " ".join(lines).replace(BREAK, "")


# ---- who is rung -----------------------------------------------------------------------------


async def test_a_page_rings_whom_the_list_names(world: World) -> None:
    listed = said(await world.says("finn", "#team", "!oncall"))
    assert "On call now: alice until 2026-11-02 20:00 UTC" in listed
    assert "From 2026-11-02 20:00 UTC: bob" in listed
    assert "No gaps in the next 7 days." in listed
    assert await rung(world, timedelta(minutes=14)) == {"alice"}
    await leap(world, hours=12)
    listed = said(await world.says("finn", "#team", "!oncall"))
    assert "On call now: bob until 2026-11-03 08:00 UTC" in listed
    assert await rung(world, timedelta(minutes=14)) == {"bob"}


async def test_the_list_takes_four_lines_in_a_room(world: World) -> None:
    said_now = await world.says("finn", "#team", "!oncall")
    assert len(said_now) == 4
    assert "alice 84 h, 0, bob 84 h, 0, olga 1 h, 0" in said(said_now)


async def test_calls_taken_are_counted(world: World) -> None:
    await rung(world)
    assert "alice 84 h, 1, bob 84 h, 0" in said(await world.says("finn", "#team", "!oncall"))


async def test_a_watch_that_is_taken_rings_besides(world: World) -> None:
    answer = said(await world.says("olga", None, "!oncall take 4h"))
    assert "✓ You are on call until 2026-11-02 13:00 UTC." in answer
    assert "olga is on call as well, until 2026-11-02 13:00 UTC." in heard(world, "#team")
    assert await rung(world, timedelta(minutes=14)) == {"alice", "olga"}
    await again(world)
    listed = said(await world.says("finn", "#team", "!oncall"))
    assert "olga until 2026-11-02 13:00 UTC, alice until 2026-11-02 20:00 UTC" in listed
    await world.says("olga", None, "!oncall drop")
    assert await rung(world, timedelta(minutes=14)) == {"alice"}
    assert "Nothing changed" in said(await world.says("olga", None, "!oncall drop"))


async def test_whoever_is_on_no_step_joins_the_first(world: World) -> None:
    await world.says("finn", None, "!oncall take 1h")
    assert await rung(world) == {"alice", "finn"}


async def test_whoever_takes_the_watch_is_rung_at_once_whatever_their_step(world: World) -> None:
    await world.says("bob", None, "!oncall take 1h")
    assert await rung(world) == {"alice", "bob"}


async def test_in_a_gap_everybody_named_is_rung(gappy: World) -> None:
    await leap(gappy, hours=10, minutes=30)
    listed = said(await gappy.says("finn", "#team", "!oncall"))
    assert "No shift covers this hour, so everybody named is rung: alice; then bob" in listed
    assert await rung(gappy, timedelta(minutes=14)) == {"alice", "bob", "olga"}


async def test_whoever_is_suspended_leaves_no_silence(world: World) -> None:
    await world.says("bob", None, "!suspend alice")
    await world.says("bob", None, "!yes")
    assert await rung(world, timedelta(minutes=14)) == {"bob", "olga"}


# ---- handing on ------------------------------------------------------------------------------


async def test_a_swap_counts_once_it_is_accepted(world: World) -> None:
    asked = said(await world.says("alice", None, "!oncall swap bob"))
    assert "It counts once bob types !oncall accept alice" in asked
    assert any("type !oncall accept alice" in line for line in heard(world, "bob"))
    assert await rung(world, timedelta(minutes=14)) == {"alice"}
    await again(world)
    taken = said(await world.says("bob", None, "!oncall accept alice"))
    assert "✓ You are on call instead of alice: 2026-11-02 09:14 UTC to 2026-11-02 20:00" in taken
    assert any("bob has accepted" in line for line in heard(world, "alice"))
    assert any("bob is on call instead of alice" in line for line in heard(world, "#team"))
    assert await rung(world, timedelta(minutes=14)) == {"bob"}
    assert "nobody is asking you" in said(await world.says("bob", None, "!oncall accept"))
    # What was handed on can be handed on again, or back.
    await world.says("bob", None, "!oncall swap alice")
    await world.says("alice", None, "!oncall accept")
    assert await rung(world, timedelta(minutes=14)) == {"alice"}


async def test_an_offer_lapses_when_the_watch_begins(world: World) -> None:
    await world.says("bob", None, "!oncall swap olga")
    mark = len(world.net.said)
    await leap(world, hours=12)
    for name in ("bob", "olga"):
        told = [line for line in heard(world, name, mark) if "Nobody accepted in time" in line]
        assert len(told) == 1
    assert "nobody is asking you" in said(await world.says("olga", None, "!oncall accept"))
    assert await rung(world) == {"bob"}


async def test_an_offer_to_somebody_else_withdraws_the_first(world: World) -> None:
    await world.says("alice", None, "!oncall swap bob")
    await world.says("alice", None, "!oncall swap olga")
    assert any("does not ask you any more" in line for line in heard(world, "bob"))
    assert "nobody is asking you" in said(await world.says("bob", None, "!oncall accept"))
    assert "✓" in said(await world.says("olga", None, "!oncall accept"))


async def test_every_act_is_on_record(world: World) -> None:
    for name, line in (
        ("olga", "take 2h"),
        ("olga", "drop"),
        ("alice", "swap bob"),
        ("bob", "accept"),
    ):
        await world.says(name, None, f"!oncall {line}")
    store = world.store
    assert isinstance(store, SealedStore)
    ring = store._ring
    entries = await store.database.run(lambda raw: AuditBook(raw, ring).read())
    assert [(e.who, e.outcome) for e in entries if e.verb == "oncall" and e.place == "rota"] == [
        ("olga", "take"),
        ("olga", "drop"),
        ("alice", "offer"),
        ("bob", "swap"),
        ("bob", "accept"),
    ]


# ---- looking after it ------------------------------------------------------------------------


def told_of_gaps(world: World) -> list[str]:
    return [line for line in heard(world, "#team") if line.startswith("Nobody is on call")]


async def test_a_gap_is_told_once_a_week_ahead(gappy: World) -> None:
    first = told_of_gaps(gappy)
    assert len(first) == 1
    assert "2026-11-02 19:00 UTC to 2026-11-02 20:00 UTC" in first[0]
    assert "and 4 more" in first[0]
    await again(gappy)
    await leap(gappy, hours=1)
    assert told_of_gaps(gappy) == first
    for _ in range(4):
        await leap(gappy, hours=12)
    after = told_of_gaps(gappy)[1:]
    assert "2026-11-09 19:00 UTC to 2026-11-09 20:00 UTC" in " ".join(after)
    assert len(after) == 2


async def test_a_gap_that_somebody_made_is_told_at_once(world: World) -> None:
    assert told_of_gaps(world) == []
    world.live.terms = replace(
        world.live.terms, shifts=(replace(SHIFTS[0], end=time(19)), *SHIFTS[1:])
    )
    assert world.bot is not None
    await world.bot.reloader.reload()
    await world.settle()
    assert "2026-11-02 19:00 UTC to 2026-11-02 20:00 UTC" in told_of_gaps(world)[0]


async def test_whoever_is_suspended_leaves_a_gap_that_is_told(world: World) -> None:
    await world.says("bob", None, "!suspend alice")
    await world.says("bob", None, "!yes")
    world.net.part("#team", "alice")
    await leap(world, seconds=2)
    assert "2026-11-03 08:00 UTC to 2026-11-03 20:00 UTC" in said(told_of_gaps(world))


def handed(world: World, name: str) -> list[str]:
    return [line for line in heard(world, name) if line.startswith("You are on call from")]


async def test_a_watch_is_handed_over_before_it_begins(world: World) -> None:
    assert handed(world, "bob") == []
    await leap(world, hours=10, minutes=44)
    assert handed(world, "bob") == []
    await world.says("rita", None, "urgent he is at my door")
    code = world.page()
    await world.later(minutes=2)
    assert handed(world, "bob") == [
        "You are on call from 2026-11-02 20:00 UTC until 2026-11-03 08:00 UTC."
    ]
    lines = heard(world, "bob")
    assert "Nobody else is on call." in lines
    assert f"Open right now: {code}. To take one: !ack CODE" in lines
    await again(world)
    await world.later(minutes=20)
    assert len(handed(world, "bob")) == 1
    assert not any("cannot reach" in line for line in heard(world, "#team"))


async def test_whoever_cannot_be_reached_is_told_before_the_watch_begins(world: World) -> None:
    world.net.leave("bob")
    world.carrier.always = MailOutcome.RETRY
    await leap(world, hours=10, minutes=44)
    await world.later(minutes=14)
    news = [line for line in heard(world, "#team") if "cannot reach" in line]
    assert news == [
        "I cannot reach bob, who is on call from 2026-11-02 20:00 UTC: no message and no mail arrived."
    ]
    await walk(world, hours=2)
    assert sum("cannot reach" in line for line in heard(world, "#team")) == 1


async def test_a_mail_is_enough(world: World) -> None:
    world.net.leave("bob")
    await leap(world, hours=10, minutes=44)
    await world.later(minutes=15)
    assert [letter.recipient for letter in world.carrier.carried] == ["bob@example.org"]
    assert not any("cannot reach" in line for line in heard(world, "#team"))


async def test_whoever_comes_back_in_time_hears_of_it(world: World) -> None:
    world.net.leave("bob")
    await leap(world, hours=10, minutes=44)
    await world.later(minutes=2)
    world.net.arrive("bob", "bob")
    await world.later(minutes=6)
    assert len(handed(world, "bob")) == 1


@pytest.mark.parametrize(
    "jump", mostly_slow([1, 60, 3600, 86_400, 30 * 86_400, 365 * 86_400], [3600, 30 * 86_400])
)
async def test_a_clock_that_jumps_loses_and_doubles_nothing(world: World, jump: int) -> None:
    await leap(world, hours=10, minutes=50)
    await leap(world, seconds=jump)
    await walk(world, hours=25)
    for name in ("alice", "bob"):
        found = handed(world, name)
        assert len(found) == len(set(found))
    day = (world.clock.now() - timedelta(hours=2)).date()
    begins = [f"{day - timedelta(days=1):%Y-%m-%d} 20:00", f"{day:%Y-%m-%d} 08:00"]
    lines = said(handed(world, "bob") + handed(world, "alice"))
    moments = [datetime.fromisoformat(f"{begin}+00:00") for begin in begins]
    for begin, at in zip(begins, moments, strict=True):
        if START + timedelta(hours=11, seconds=jump) < at < world.clock.now():
            assert f"from {begin} UTC" in lines
    assert not any("cannot reach" in line for line in heard(world, "#team"))


@pytest.mark.parametrize(
    "back", mostly_slow([60, 3600, 86_400, 365 * 86_400], [3600, 365 * 86_400])
)
async def test_a_clock_that_is_set_back_is_gone_by_at_once(world: World, back: int) -> None:
    world.clock.jump(timedelta(seconds=-back))
    await world.says("finn", "#team", "!oncall")
    await walk(world, hours=24)
    for name in ("alice", "bob"):
        found = handed(world, name)
        assert len(found) == len(set(found))
        assert len(found) >= 1
    begins = world.clock.now().date() - timedelta(days=1 if world.clock.now().hour < 20 else 0)
    assert any(f"from {begins} 20:00 UTC" in line for line in handed(world, "bob"))


async def test_a_bot_without_shifts_sets_no_timer() -> None:
    world = await begun()
    assert world.store is not None
    assert await world.store.run(lambda unit: unit.next_timer()) is None
    assert "That stays so" in said(await world.says("finn", "#team", "!oncall"))
    await ended(world)
