"""While emergencies are kept apart, nobody learns more, or may do more, than at home."""

import pytest

from bot.core.words.ports import Kept, MailOutcome
from bot.texts import catalogue
from tests.story.test_reserve import CALL, Disk, home
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
