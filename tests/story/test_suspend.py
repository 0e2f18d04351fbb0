"""A stolen account is stopped at night: at once, for good, and only others can undo it."""

from collections.abc import AsyncIterator

import pytest

from bot.core.words.labels import Label
from storage.audit import AuditBook
from storage.store import SealedStore
from tests.world import World, new_world, place


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world() as made:
        yield made


#: Stands inside names, so that nobody is pinged.
BREAK = "\u2060"


async def suspend(world: World, name: str, by: str = "bob") -> list[str]:
    await world.says(by, None, f"!suspend {name}")
    return await world.says(by, None, "!yes")


async def report(world: World, story: str = "Somebody follows me.") -> str:
    for line in (story, "no", "yes"):
        await world.says("rita", None, line)
    return world.code()


def heard(world: World, where: str, mark: int) -> str:
    found = (said.text for said in world.net.said[mark:] if said.place.address == where)
    return " ".join(found).replace(BREAK, "")


async def test_nothing_happens_before_yes(world: World) -> None:
    said = " ".join(await world.says("bob", None, "!suspend alice"))
    assert "no rights" in said
    assert "!yes" in said
    assert world.live.roster.named("alice") is not None
    await world.says("bob", None, "!no")
    assert world.live.roster.named("alice") is not None


async def test_from_yes_on_they_are_nobody(world: World) -> None:
    code = await report(world)
    await suspend(world, "alice")
    for line in (f"!show {code}", "!cases", f"!note {code} a note", f"!reveal {code} 1"):
        said = " ".join(await world.says("alice", None, line))
        assert code not in said
        assert "follows" not in said
    assert "not on the team's list" in " ".join(await world.says("alice", None, "!whoami"))


async def test_their_room_is_that_of_a_stranger_until_they_left(world: World) -> None:
    code = await report(world)
    assert world.live.ceiling(place("#team"))[0] is Label.CASE
    mark = len(world.net.said)
    await suspend(world, "alice")
    assert world.live.ceiling(place("#team"))[0] is Label.PUBLIC
    assert "whom I do not know" in heard(world, "#team", mark)
    assert code not in " ".join(await world.says("finn", "#team", f"!show {code}"))
    world.net.part("#team", "alice")
    await world.settle()
    assert code in " ".join(await world.says("finn", "#team", f"!show {code}"))


async def test_the_team_and_those_who_can_undo_it_hear(world: World) -> None:
    world.net.part("#team", "alice")
    mark = len(world.net.said)
    await suspend(world, "alice")
    for where in ("#team", "carol", "dan"):
        assert "alice was suspended by bob" in heard(world, where, mark)
    assert "alice" not in heard(world, "alice", mark)
    assert "alice" not in heard(world, "#lobby", mark)


async def test_in_the_room_where_they_sit_it_is_said_without_their_name(world: World) -> None:
    await world.says("bob", "#team", "!suspend alice")
    mark = len(world.net.said)
    await world.says("bob", "#team", "!yes")
    said = heard(world, "#team", mark)
    assert "Done" in said
    assert "alice" not in said
    assert "alice was suspended" in heard(world, "carol", mark)


async def test_cases_that_nobody_leads_are_counted(world: World) -> None:
    world.net.part("#team", "alice")
    for _ in range(2):
        await world.says("alice", None, "!open Insults on a talk page")
    said = " ".join(await world.says("bob", None, "!suspend alice"))
    assert "leads 2 open cases" in said
    mark = len(world.net.said)
    await world.says("bob", None, "!yes")
    assert "2 open cases have no lead" in heard(world, "#team", mark)


async def test_a_case_that_somebody_may_not_know_of_is_not_counted_before_them(
    world: World,
) -> None:
    world.net.part("#team", "alice")
    code = await report(world, "Example-Bob insults me")
    await world.says("alice", None, f"!take {code}")
    mark = len(world.net.said)
    await suspend(world, "alice", by="carol")
    assert "no lead" not in heard(world, "#team", mark)
    assert "no lead" not in heard(world, "bob", mark)
    assert f"{code} has no lead" in heard(world, "finn", mark)


async def test_a_case_that_only_they_could_see_goes_to_the_ombuds(world: World) -> None:
    code = await report(world, "Example-Bob and finn insult me")
    assert code not in heard(world, "dan", 0)
    await suspend(world, "alice", by="carol")
    assert f"{code} names everybody" in heard(world, "dan", 0)


async def test_calls_skip_them(world: World) -> None:
    await suspend(world, "alice")
    mark = len(world.net.said)
    await world.says("rita", None, "urgent he is at my door")
    assert "E-" not in heard(world, "alice", mark)
    assert "E-" in heard(world, "bob", mark)
    told = {letter.recipient for letter in world.carrier.carried}
    assert "bob@example.org" in told
    assert "alice@example.org" not in told
    await world.says("alice", None, f"!ack {world.page()}")
    await world.later(minutes=4)
    assert heard(world, "bob", mark).count(world.page()) > 2


async def test_what_they_took_rings_again(world: World) -> None:
    await world.says("rita", None, "urgent he is at my door")
    await world.says("alice", None, f"!ack {world.page()}")
    mark = len(world.net.said)
    await suspend(world, "alice", by="carol")
    await world.later(seconds=2)
    assert world.page() in heard(world, "bob", mark)


async def test_they_can_report_like_anybody(world: World) -> None:
    await suspend(world, "alice")
    said = " ".join(await world.says("alice", None, "Somebody writes to my employer."))
    assert "danger" in said
    for line in ("no", "yes"):
        await world.says("alice", None, line)
    assert world.code() in heard(world, "alice", 0)
    assert "status" not in " ".join(await world.says("alice", None, f"!show {world.code()}"))


async def test_it_outlives_a_restart(world: World) -> None:
    await suspend(world, "alice")
    await world.stop()
    world.live.suspend(frozenset())
    world.renewed()
    world.net = world.live.transports["net"]  # type: ignore[assignment]  # it is the memory one
    await world.start()
    assert world.live.roster.named("alice") is None
    assert "C-" not in " ".join(await world.says("alice", None, "!open Insults"))


@pytest.mark.parametrize("by", ["carol", "dan"])
async def test_an_operator_or_the_ombuds_reinstate(world: World, by: str) -> None:
    code = await report(world)
    await suspend(world, "alice")
    mark = len(world.net.said)
    assert "all their rights" in " ".join(await world.says(by, None, "!reinstate alice"))
    await world.says(by, None, "!yes")
    assert f"says {by}" in heard(world, "#team", mark)
    assert code in " ".join(await world.says("alice", None, f"!show {code}"))


@pytest.mark.parametrize("by", ["alice", "bob", "finn", "olga"])
async def test_nobody_else_reinstates(world: World, by: str) -> None:
    await suspend(world, "alice", by="carol")
    await world.says(by, None, "!reinstate alice")
    await world.says(by, None, "!yes")
    assert world.live.roster.named("alice") is None


@pytest.mark.parametrize("by", ["alice", "finn", "olga", "dan", "rita"])
async def test_not_everybody_suspends(world: World, by: str) -> None:
    await suspend(world, "bob", by=by)
    assert world.live.roster.named("bob") is not None


async def test_nobody_suspends_themselves(world: World) -> None:
    assert "nobody suspends themselves" in " ".join(await world.says("bob", None, "!suspend bob"))
    assert world.live.roster.named("bob") is not None


async def test_a_second_time_tells_by_whom(world: World) -> None:
    await suspend(world, "alice")
    said = " ".join(await world.says("carol", None, "!suspend ALICE"))
    assert "suspended already, by bob" in said


async def test_the_last_on_the_ladder_is_a_warning(world: World) -> None:
    for name in ("bob", "olga"):
        await suspend(world, name, by="carol")
    assert "on-call ladder" in " ".join(await world.says("carol", None, "!suspend alice"))
    await world.says("carol", None, "!no")
    await suspend(world, "finn", by="carol")
    said = " ".join(await world.says("carol", None, "!suspend alice"))
    assert "Nobody who handles cases" in said


async def test_a_line_behind_it_in_the_same_commit_has_no_right(world: World) -> None:
    await world.says("bob", None, "!suspend alice")
    world.net.hear("bob", None, "!yes")
    world.net.hear("alice", None, "!open Insults on a talk page")
    mark = len(world.net.said)
    await world.settle()
    assert "C-" not in heard(world, "alice", mark)


@pytest.mark.parametrize("moment", ["command.before", "command.committed"])
async def test_a_crash_leaves_it_whole_or_undone(world: World, moment: str) -> None:
    await world.says("bob", None, "!suspend alice")

    def die(name: str) -> None:
        if name == moment:
            raise RuntimeError("pulled the plug")

    world.on_probe = die
    await world.says("bob", None, "!yes")
    world.on_probe = world.probed.append
    await world.stop()
    world.live.suspend(frozenset())
    world.renewed()
    world.net = world.live.transports["net"]  # type: ignore[assignment]  # it is the memory one
    await world.start()
    stopped = moment == "command.committed"
    assert (world.live.roster.named("alice") is None) is stopped
    await world.later(minutes=1)
    assert ("alice was suspended" in heard(world, "carol", 0)) is stopped


async def test_the_audit_says_whom_it_was_about(world: World) -> None:
    await suspend(world, "finn")
    for name, line in (
        ("carol", "!reinstate finn"),
        ("carol", "!yes"),
        ("alice", "!allow bob"),
        ("alice", "!cases"),
    ):
        await world.says(name, None, line)
    store = world.store
    assert isinstance(store, SealedStore)
    ring = store._ring
    entries = await store.database.run(lambda raw: AuditBook(raw, ring).read())
    assert [(e.who, e.verb, e.about) for e in entries if e.about or e.verb == "cases"] == [
        ("bob", "suspend", "finn"),
        ("carol", "reinstate", "finn"),
        ("alice", "allow", "bob"),
        ("alice", "cases", None),
    ]
