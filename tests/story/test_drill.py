"""Drills on a whole bot: rung like a call, marked in every word, over by themselves, reported."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import time, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from bot.core.words.pages import Page
from bot.core.words.people import Person
from bot.core.words.ports import MailOutcome
from bot.core.words.rota import DrillPlan
from storage.audit import AuditBook
from storage.store import SealedStore
from tests.tiers import mostly_slow
from tests.world import PAGE, PEOPLE, World

BREAK = "\u2060"
#: The world begins on a Monday at nine.
MONDAY_AT_TEN = DrillPlan(day=0, at=time(10))
PLACES = ("alice", "bob", "olga", "carol", "finn", "#team")


async def begun(drill: DrillPlan | None) -> World:
    world = World(Path(tempfile.mkdtemp(prefix="caseward-")))
    world.populate()
    world.live.terms = replace(world.live.terms, drill=drill)
    await world.start()
    return world


async def ended(world: World) -> None:
    await world.stop()
    shutil.rmtree(world.folder, ignore_errors=True)


@pytest.fixture
async def weekly() -> AsyncIterator[World]:
    made = await begun(MONDAY_AT_TEN)
    yield made
    await ended(made)


def heard(world: World, where: str, mark: int = 0) -> list[str]:
    return [
        said.text.replace(BREAK, "")
        for said in world.net.said[mark:]
        if said.place.address == where
    ]


def subjects(world: World) -> list[str]:
    found = []
    for letter in world.carrier.carried:
        lines = letter.raw.decode("ascii").splitlines()
        found += [line for line in lines if line.startswith("Subject:")]
    return found


async def drill(world: World, by: str = "finn") -> str:
    """Begin a drill by hand; returns its code."""
    await world.says(by, None, "!oncall drill")
    await world.says(by, None, "!yes")
    return world.page()


async def emergency(world: World, caller: str = "rita") -> str:
    await world.says(caller, None, "urgent he is at my door with a knife")
    return str(PAGE.findall(" ".join(line for line in world.heard() if "DRILL" not in line))[-1])


async def leap(world: World, **amount: float) -> None:
    world.clock.set(world.clock.now() + timedelta(**amount))
    await world.settle()


async def jump(world: World, seconds: float) -> None:
    """Set the clock, and let the bot notice."""
    world.clock.jump(timedelta(seconds=seconds))
    await world.later(minutes=2)


async def again(world: World) -> None:
    await world.stop()
    world.net = world.renewed()
    await world.start()
    await world.settle()


def begins(world: World) -> list[str]:
    """Return the codes of all drills that began, in order."""
    rings = [line for line in world.heard("#team") if "DRILL" in line and "raised just now" in line]
    return list(dict.fromkeys(code for line in rings for code in PAGE.findall(line)))


# ---- begun by hand ---------------------------------------------------------------------------


async def test_a_drill_says_whom_it_would_ring_and_rings_after_a_yes(world: World) -> None:
    shown = " ".join(await world.says("finn", None, "!oncall drill")).replace(BREAK, "")
    assert (
        "DRILL: this would call people on call now, for practice: alice; then bob; then olga."
        in shown
    )
    await world.later(seconds=10)
    assert begins(world) == []
    assert heard(world, "alice") == []
    await world.says("finn", None, "!oncall drill")
    await world.says("finn", None, "!yes")
    code = world.page()
    line = f"DRILL: {code}: practice, nobody is in danger, raised just now. Nobody has taken it yet. To take it: !ack {code}"
    assert heard(world, "alice") == [line]
    assert heard(world, "#team") == [line]
    assert heard(world, "bob") == []
    await world.later(minutes=6)
    assert any(code in said for said in heard(world, "bob"))


async def test_every_word_of_it_is_marked_and_no_contact_is_mailed(world: World) -> None:
    code = await drill(world)
    await world.says("finn", "#team", "!oncall")
    await world.later(minutes=6)
    await world.says("bob", "#team", "!ack")
    await world.says("bob", None, f"!ack {code}")
    await world.says("alice", None, f"!stand-down {code} That is enough")
    await world.says("alice", None, "!yes")
    await world.later(minutes=1)
    await world.says("bob", None, f"!ack {code}")
    about = [line for line in world.heard() if code in line]
    assert len(about) >= 12
    assert [line for line in about if not line.startswith("DRILL")] == []
    assert {letter.recipient for letter in world.carrier.carried} <= {
        "alice@example.org",
        "bob@example.org",
        "olga@example.org",
    }
    assert subjects(world) == [f"Subject: DRILL, on call: {code}"] * len(world.carrier.carried)
    for letter in world.carrier.carried:
        body = message_from_bytes(letter.raw).get_payload(decode=True)
        assert isinstance(body, bytes)
        assert body.startswith(b"DRILL: ")
    assert "C-" not in " ".join(world.heard())


async def test_an_answer_ends_the_rings_and_others_are_counted(world: World) -> None:
    code = await drill(world)
    await world.later(minutes=6)
    said = await world.says("bob", None, "!ack")
    assert said[0].startswith(f"DRILL: ✓ your answer to {code} is counted.")
    mark = len(world.net.said)
    letters = len(world.carrier.carried)
    await world.later(minutes=3)
    said = await world.says("alice", None, f"!ack {code}")
    assert said[0].startswith(f"DRILL: ✓ your answer to {code} is counted.")
    again = await world.says("alice", None, f"!ack {code}")
    assert again[0] == f"DRILL: ✓ your answer to {code} was counted already."
    await world.later(minutes=5)
    assert {said.place.address for said in world.net.said[mark:]} == {"alice"}
    assert len(world.carrier.carried) == letters
    await world.later(minutes=2)
    assert heard(world, "#team", mark) == [
        f"DRILL: {code} is over. 2 people were called, 2 answered.",
        "DRILL: Answered: bob after 6 minutes, alice after 9 minutes",
        "DRILL: Messages arrived with alice (net, mail), bob (net, mail).",
    ]
    assert heard(world, "carol", mark) == heard(world, "#team", mark)
    await world.later(hours=2)
    assert len(heard(world, "#team", mark)) == 3


async def test_nobody_answers(world: World) -> None:
    world.net.leave("olga")
    world.carrier.always = MailOutcome.RETRY
    code = await drill(world)
    mark = len(world.net.said)
    await world.later(minutes=16)
    report = [line for line in heard(world, "#team", mark) if "raised" not in line]
    assert report[0] == (
        f"DRILL: {code} is over, and nobody answered. In an emergency nobody would have answered"
        " my calls."
    )
    assert report[1] == "DRILL: Called: alice, bob, olga"
    assert report[2] == (
        "DRILL: Messages arrived with alice (net), bob (net). Nothing arrived with alice (mail),"
        " bob (mail), olga (net, mail)."
    )
    assert report[3].startswith("DRILL: What helps: ")
    assert len(report) == 4
    rings = len(heard(world, "alice"))
    await world.later(hours=1)
    assert len(heard(world, "alice")) == rings
    assert world.bot is not None
    assert (await world.says("alice", None, "!ack"))[0] == "Nothing is ringing."


async def test_who_did_not_answer_is_named_once_somebody_has(world: World) -> None:
    code = await drill(world)
    await world.later(minutes=11)
    mark = len(world.net.said)
    await world.says("olga", None, "!ack")
    await world.later(minutes=5)
    assert [line for line in heard(world, "#team", mark) if "taken" not in line] == [
        f"DRILL: {code} is over. 3 people were called, one answered.",
        "DRILL: Answered: olga after 11 minutes",
        "DRILL: Called, no answer: alice, bob. After the first answer none is needed.",
        "DRILL: Messages arrived with alice (net, mail), bob (net, mail), olga (net, mail).",
    ]


async def test_one_at_a_time(world: World) -> None:
    code = await drill(world)
    (said,) = await world.says("bob", None, "!oncall drill")
    assert said.startswith(f"DRILL: {code} has been under way since 2026-11-02 09:00 UTC")
    await world.says("bob", None, "!yes")
    assert begins(world) == [code]
    shown = await world.says("finn", None, "!oncall")
    assert shown[0].startswith(f"DRILL: {code} has been under way")
    assert "On call now" in shown[1]


@pytest.mark.parametrize("name", ["olga", "dan"])
async def test_who_neither_works_cases_nor_runs_the_bot_begins_none(
    world: World, name: str
) -> None:
    assert "I did nothing" in (await world.says(name, None, "!oncall drill"))[0]
    await world.says(name, None, "!yes")
    assert begins(world) == []


async def test_an_operator_begins_one_and_it_is_on_record(world: World) -> None:
    await drill(world, "carol")
    assert len(begins(world)) == 1
    await world.later(minutes=16)
    store = world.store
    assert isinstance(store, SealedStore)
    ring = store._ring
    kept = await store.database.run(lambda raw: AuditBook(raw, ring).read())
    drills = [(entry.who, entry.outcome) for entry in kept if entry.verb == "drill"]
    assert drills == [("carol", "begin"), ("caseward", "end")]


async def test_stood_down(world: World) -> None:
    code = await drill(world)
    await world.later(minutes=2)
    (shown, *_) = await world.says("bob", None, f"!stand-down {code} Enough of it")
    assert shown.startswith(f"DRILL: {code} would end, 2 min old.")
    mark = len(world.net.said)
    await world.says("bob", None, "!yes")
    assert f"DRILL: {code} is over: bob stood it down." in " ".join(heard(world, "alice", mark))
    await world.later(minutes=20)
    assert heard(world, "#team", mark)[1:] == [
        f"DRILL: {code} was ended by hand after 2 minutes. One person was called, 0 answered.",
        "DRILL: Called, no answer so far: alice",
        "DRILL: Messages arrived with alice (net, mail).",
    ]


async def test_a_drill_counts_in_nobodys_load(world: World) -> None:
    await drill(world)
    await world.says("alice", None, "!ack")
    assert "alice 168 h, 0" in " ".join(await world.says("finn", None, "!oncall")).replace(
        BREAK, ""
    )


# ---- something real --------------------------------------------------------------------------


async def test_a_real_call_ends_it_at_once_and_comes_first(world: World) -> None:
    code = await drill(world)
    await world.later(minutes=1)
    mark = len(world.net.said)
    real = await emergency(world)
    lines = heard(world, "alice", mark)
    assert lines[0].startswith(f"{real}: danger to life")
    assert lines[1] == f"DRILL: {code} is over, because a real call came in."
    assert (await world.says("alice", None, "!ack"))[0].startswith(f"✓ You have {real}")
    await world.later(minutes=20)
    told = [line for line in world.heard() if code in line][-3:]
    assert sum("because a real call came in" in line for line in heard(world, "alice")) == 1
    assert any("gave way to a real call after 1 minute" in line for line in heard(world, "carol"))
    assert not any("gave way" in line for line in heard(world, "#team"))
    assert all(line.startswith("DRILL") for line in told)


@pytest.mark.parametrize("line", ["!emergency they will hurt somebody", "!emergency child they do"])
async def test_any_real_page_ends_it(world: World, line: str) -> None:
    code = await drill(world)
    await world.says("bob", None, "!ack")
    await world.says("alice", "#team", line)
    assert f"DRILL: {code} is over, because a real call came in." in heard(world, "bob")


async def test_a_colleague_who_is_wanted_does_not_end_it(world: World) -> None:
    real = await emergency(world)
    (case,) = {page.case for page in await live_pages(world) if page.code == real}
    await world.says("alice", None, f"!stand-down {real} it is over")
    await world.says("alice", None, "!yes")
    code = await drill(world)
    await world.says("alice", None, f"!page bob {case}")
    pages = await live_pages(world)
    assert {page.code for page in pages if page.drill} == {code}
    assert [page.whom for page in pages if not page.drill] == ["bob"]
    await world.later(minutes=4)
    assert {page.code for page in await live_pages(world) if page.drill} == {code}


async def live_pages(world: World) -> Sequence[Page]:
    assert world.store is not None
    return await world.store.run(lambda unit: unit.pages().live())


async def test_while_something_real_is_open_none_begins(world: World) -> None:
    real = await emergency(world)
    (said,) = await world.says("finn", None, "!oncall drill")
    assert (
        said.replace(BREAK, "")
        == f"I did nothing: {real} is open, and a drill waits for real calls."
    )
    await world.says("finn", None, "!oncall drill")
    assert begins(world) == []


async def test_who_must_not_know_of_the_real_call_learns_nothing_of_it(world: World) -> None:
    await world.says("rita", None, "urgent Example-Bob is at my door with a knife")
    for where in ("bob", "#team"):
        assert heard(world, where) == []
    await world.says("bob", None, "!oncall drill")
    mark = len(world.net.said)
    said = (await world.says("bob", None, "!yes"))[0]
    assert said.startswith("DRILL: it begins now.")
    await world.later(minutes=20)
    assert begins(world) == []
    others = " ".join(heard(world, "bob", mark)[1:] + heard(world, "#team", mark))
    assert "real call" not in others
    assert any("a real call is open" in line for line in heard(world, "finn", mark))


async def test_whoever_is_named_in_the_real_call_hears_only_that_it_is_over(world: World) -> None:
    code = await drill(world)
    await world.later(minutes=6)
    mark = len(world.net.said)
    await world.says("rita", None, "urgent Example-Bob is at my door with a knife")
    await world.later(minutes=6)
    assert heard(world, "bob", mark) == [f"DRILL: {code} is over. You need not do anything."]
    assert f"DRILL: {code} is over, because a real call came in." in heard(world, "alice", mark)
    assert not any("real call" in line for line in heard(world, "#team", mark))


# ---- once a week -----------------------------------------------------------------------------


async def test_once_a_week_at_its_hour(weekly: World) -> None:
    await weekly.later(minutes=59)
    assert begins(weekly) == []
    await weekly.later(minutes=2)
    assert len(begins(weekly)) == 1
    await leap(weekly, days=7)
    assert len(begins(weekly)) == 2
    await leap(weekly, days=6, hours=22)
    assert len(begins(weekly)) == 2


async def test_without_a_plan_none_begins_by_itself() -> None:
    world = await begun(None)
    assert world.store is not None
    assert await world.store.run(lambda unit: unit.next_timer()) is None
    await ended(world)


async def test_a_reload_takes_a_plan_over_and_begins_no_week_twice() -> None:
    world = await begun(None)
    assert world.bot is not None
    for at in (time(9, 30), time(9, 40)):
        world.live.terms = replace(world.live.terms, drill=DrillPlan(day=0, at=at))
        await world.bot.reloader.reload()
        await world.later(minutes=31)
        assert len(begins(world)) == 1
    world.live.terms = replace(world.live.terms, drill=None)
    await world.bot.reloader.reload()
    await leap(world, days=7)
    assert len(begins(world)) == 1
    await ended(world)


async def test_while_something_real_is_open_the_weeks_drill_does_not_begin(weekly: World) -> None:
    await weekly.later(minutes=50)
    await emergency(weekly)
    await weekly.says("alice", None, "!ack")
    mark = len(weekly.net.said)
    await weekly.later(minutes=12)
    line = "DRILL: this week's drill, due 2026-11-02 10:00 UTC, did not begin: a real call is open."
    assert heard(weekly, "#team", mark) == [line]
    await weekly.says("alice", None, f"!stand-down {weekly.page()} over")
    await weekly.says("alice", None, "!yes")
    await leap(weekly, days=6, hours=22)
    assert begins(weekly) == []
    await leap(weekly, hours=2)
    assert len(begins(weekly)) == 1


async def test_one_by_hand_is_in_the_way_too(weekly: World) -> None:
    await weekly.later(minutes=55)
    await drill(weekly)
    await weekly.later(minutes=6)
    assert any("another drill is under way" in line for line in heard(weekly, "#team"))
    assert len(begins(weekly)) == 1


@pytest.mark.parametrize(("hours", "begun_then"), [(1.5, 1), (2.5, 0)])
async def test_a_bot_that_was_stopped(weekly: World, hours: float, begun_then: int) -> None:
    await weekly.stop()
    weekly.clock.set(weekly.clock.now() + timedelta(hours=hours))
    weekly.net = weekly.renewed()
    await weekly.start()
    await weekly.settle()
    assert len(begins(weekly)) == begun_then
    late = [line for line in heard(weekly, "#team") if "I was not running then" in line]
    assert len(late) == 1 - begun_then
    await leap(weekly, days=7, hours=0.5 - hours)
    assert len(begins(weekly)) == begun_then
    await leap(weekly, hours=1)
    assert len(begins(weekly)) == begun_then + 1


@pytest.mark.parametrize("back", mostly_slow([60, 3600, 86_400, 6 * 86_400], [3600, 6 * 86_400]))
async def test_a_clock_set_back_begins_no_week_twice(weekly: World, back: int) -> None:
    await weekly.later(hours=2)
    assert len(begins(weekly)) == 1
    await jump(weekly, -back)
    for _ in range(8):
        await leap(weekly, seconds=back / 8)
    assert len(begins(weekly)) == 1
    await leap(weekly, days=6, hours=23, minutes=30)
    assert len(begins(weekly)) == 2


@pytest.mark.parametrize("forward", mostly_slow([60, 3600, 86_400, 30 * 86_400], [86_400]))
async def test_a_clock_set_forward_begins_no_week_twice(weekly: World, forward: int) -> None:
    await weekly.later(hours=2)
    await jump(weekly, forward)
    for _ in range(7 * 24 * 2):
        await leap(weekly, minutes=30)
    assert len(begins(weekly)) == 2
    await jump(weekly, -forward)
    await weekly.later(minutes=40)
    assert len(begins(weekly)) == 2


@pytest.mark.parametrize("back", [300, 3600, 365 * 86_400])
async def test_one_that_runs_ends_though_the_clock_is_set_back(world: World, back: int) -> None:
    code = await drill(world)
    await world.later(minutes=8)
    await jump(world, -back)
    await world.says("bob", None, "!ack")
    await world.later(minutes=16)
    report = [line for line in heard(world, "#team") if f"{code} is over" in line]
    assert len(report) == 1


async def test_restarts_begin_nothing_twice_and_lose_nothing(weekly: World) -> None:
    await weekly.later(hours=1, minutes=2)
    (code,) = begins(weekly)
    await again(weekly)
    await weekly.says("alice", None, "!ack")
    await weekly.later(minutes=5)
    await again(weekly)
    await weekly.later(minutes=10)
    assert begins(weekly) == [code]
    assert sum(f"{code} is over." in line for line in heard(weekly, "#team")) == 1
    await again(weekly)
    await weekly.later(minutes=10)
    assert begins(weekly) == [code]
    assert sum(f"{code} is over." in line for line in heard(weekly, "#team")) == 1


async def test_a_bot_that_was_not_there_all_the_time_says_so(world: World) -> None:
    code = await drill(world)
    await world.stop()
    world.clock.set(world.clock.now() + timedelta(hours=3))
    world.net = world.renewed()
    await world.start()
    await world.later(minutes=1)
    (first,) = [line for line in heard(world, "#team") if f"{code} is over" in line]
    assert "I was not running all the time, so it says little." in first
    assert not any("nobody would have come" in line for line in heard(world, "#team"))


def without(name: str) -> tuple[Person, ...]:
    return tuple(person for person in PEOPLE if person.name != name)


async def test_whoever_left_meanwhile_is_still_in_the_report(world: World) -> None:
    await drill(world)
    await world.says("alice", None, "!ack")
    world.net.part("#team", "bob")
    world.renew(without("bob"))
    await world.later(minutes=16)
    assert "DRILL: Answered: alice within a minute" in heard(world, "#team")
