"""While emergencies are kept apart, nobody learns more, or may do more, than at home."""

import sqlite3
from functools import partial

import pytest

from bot.core.words.ports import Kept, MailOutcome
from bot.texts import catalogue
from storage.carried import CarriedFact
from storage.cases import CaseBook
from storage.codec import dump_json
from storage.store import SealedStore
from tests.story.test_reserve import CALL, EMERGENCY, Disk, home
from tests.world import World


@pytest.fixture
def disk(world: World) -> Disk:
    return Disk(world)


def heard(key: str, lines: list[str]) -> bool:
    return any(catalogue.says(key, line) for line in lines)


async def fall(world: World, disk: Disk) -> None:
    disk.full()
    await world.says("stranger", None, CALL)
    assert world.bot is not None
    assert world.bot.store.kept is Kept.SPOOL


async def test_nobody_counts_a_case_that_they_are_kept_out_of(world: World, disk: Disk) -> None:
    disk.full()
    await world.says("rita", None, f"Example-Bob: {CALL}")
    disk.well()
    await home(world)
    told = [*world.heard("#team"), *world.heard("carol"), *world.heard("bob")]
    assert not heard("home.calls", told)
    assert heard("home.none", world.heard("#team"))
    assert heard("home.case", world.heard("alice"))


async def test_nobody_counts_it_after_a_restart_either(world: World, disk: Disk) -> None:
    disk.full()
    await world.says("rita", None, f"Example-Bob: {CALL}")
    await world.stop()
    await world.start()
    await world.later(minutes=1)
    told = [*world.heard("#team"), *world.heard("carol"), *world.heard("bob")]
    assert not heard("home.left", told)
    assert heard("home.case", world.heard("alice"))


async def test_whoever_was_recused_at_home_is_recused(world: World, disk: Disk) -> None:
    world.carrier.always = MailOutcome.RETRY
    await world.says("alice", None, f"!emergency {CALL}")
    case, page = world.code(), world.page()
    await world.says("alice", None, f"!stand-down {page} It is over")
    await world.says("alice", None, "!yes")
    # The mail is still on its way, so the case is carried; what is said of it later, too.
    await world.says("alice", None, f"!party {case} subject bob")
    await fall(world, disk)
    assert case in " ".join(await world.says("alice", None, "!cases"))
    assert case not in " ".join(await world.says("bob", None, "!cases"))
    assert heard("case.none", await world.says("bob", None, f"!show {case}"))


async def test_a_stolen_account_can_be_stopped(world: World, disk: Disk) -> None:
    await fall(world, disk)
    await world.says("carol", None, "!suspend finn")
    assert heard("suspend.done", await world.says("carol", None, "!yes"))
    assert heard("refused.not-known", await world.says("finn", None, "!cases"))
    disk.well()
    await home(world)
    assert heard("refused.not-known", await world.says("finn", None, "!cases"))


@pytest.mark.parametrize("restarted", [False, True])
async def test_whom_a_reporter_named_before_is_not_rung_for_them(
    world: World, disk: Disk, restarted: bool
) -> None:
    for line in ("Example-Alice follows me everywhere", "no", "yes"):
        await world.says("rita", None, line)
    if restarted:
        await world.stop()
        await world.start()
        disk = Disk(world)
    await fall(world, disk)
    before = len(world.net.said)
    await world.says("rita", None, "now somebody says they will kill me tonight")
    await world.later(minutes=20)
    rung = {said.place.address for said in world.net.said[before:] if world.page() in said.text}
    assert "alice" not in rung
    assert {"bob", "olga"} <= rung
    own = world.code(await world.says("bob", None, "!cases"))
    assert own not in " ".join(await world.says("alice", None, "!cases"))
    disk.well()
    await world.later(minutes=1)
    assert own in " ".join(await world.says("bob", None, "!cases"))
    assert own not in " ".join(await world.says("alice", None, "!cases"))


@pytest.mark.parametrize("fallen", [True, False])
async def test_a_call_about_a_case_that_cannot_be_written_keeps_out_the_same_people(
    world: World, disk: Disk, fallen: bool
) -> None:
    case = world.code(await world.says("alice", None, "!open Somebody writes threats"))
    await world.says("alice", None, f"!party {case} subject bob")
    if fallen:
        await fall(world, disk)
    else:
        assert isinstance(world.store, SealedStore)
        await world.store.database.run(partial(newer, world.store, case))
    before = len(world.net.said)
    said = await world.says("alice", None, f"!emergency {case} somebody will die tonight")
    assert EMERGENCY in " ".join(said)
    assert world.bot is not None
    assert (world.bot.store.kept is Kept.DATABASE) is not fallen
    page = world.page()
    await world.later(minutes=20)
    told = [line for line in world.net.said[before:] if page in line.text]
    assert "olga" in {line.place.address for line in told}
    assert "bob" not in {line.place.address for line in told}
    assert "#team" not in {line.place.address for line in told}


async def test_whoever_is_kept_out_learns_nothing_by_naming_the_case(
    world: World, disk: Disk
) -> None:
    case = world.code(await world.says("finn", None, "!open Somebody writes threats"))
    await world.says("finn", None, f"!party {case} subject bob")
    await world.says("finn", None, f"!party {case} target alice")
    await fall(world, disk)
    await world.says("bob", None, f"!emergency {case} somebody will die tonight")
    assert world.page() in " ".join(world.heard("alice"))


def newer(store: SealedStore, case: str, raw: sqlite3.Connection) -> None:
    """Let a case hold a fact of a newer version."""
    spine = dump_json(
        {"v": 99, "kind": "newer", "at": "2026-11-02T09:00:00+00:00", "by": None, "data": {}}
    )
    fact = CarriedFact(seq=99, spine=spine, keep="evidence", body=None, marks=())
    CaseBook(raw, store.ring).put(case, [fact])
