"""Whatever the clock on the wall does, a page rings on: nothing is lost, doubled, or silent."""

from datetime import timedelta
from random import Random

import pytest

from bot.core.words.ports import MailOutcome
from tests.story.jumping import JUMPS, jump, lived
from tests.tiers import mostly_slow
from tests.world import World

#: What is tried each time; the long tier tries all.
FEW = tuple(timedelta(seconds=seconds) for seconds in (59, 3600, -60, -3600, -365 * 86_400))


@pytest.mark.parametrize("seed", mostly_slow(range(4), [0]))
async def test_a_page_rings_on_through_jumps_of_the_clock(world: World, seed: int) -> None:
    assert await lived(world, seed, 2.5) > 0


@pytest.mark.parametrize("by", mostly_slow(JUMPS, FEW), ids=str)
async def test_nobody_hears_too_early_or_too_late_that_nothing_went_out(
    world: World, by: timedelta
) -> None:
    world.carrier.always = MailOutcome.RETRY
    for nick in ("alice", "bob", "olga"):
        world.net.leave(nick)
    await world.says("rita", None, "urgent he is at my door")
    before = len(world.heard("rita"))
    await world.later(seconds=20)
    jump(world, by, Random(1))
    await world.later(seconds=79 - min(59, abs(by.total_seconds())))
    assert "couldn't reach anyone" not in " ".join(world.heard("rita")[before:])
    await world.later(seconds=180)
    assert "couldn't reach anyone" in " ".join(world.heard("rita")[before:])


@pytest.mark.parametrize("by", mostly_slow(JUMPS, FEW), ids=str)
async def test_a_mail_of_an_emergency_is_tried_on_in_its_own_pace(
    world: World, by: timedelta
) -> None:
    world.carrier.always = MailOutcome.RETRY
    await world.says("rita", None, "urgent he is at my door")
    await world.later(minutes=5)
    jump(world, by, Random(1))
    world.carrier.always = MailOutcome.SENT
    await world.later(seconds=130)
    assert [m for m in world.carrier.carried if m.recipient == "emergency@example.org"]


async def test_whom_a_colleague_wants_is_called_for_half_an_hour_whatever_the_clock_shows(
    world: World,
) -> None:
    await world.says("alice", "#team", "!open Insults on a talk page")
    await world.says("alice", "#team", f"!page bob {world.code()}")
    for seconds in (3600, -86_400, 365 * 86_400, -59):
        await world.later(minutes=6)
        world.clock.jump(timedelta(seconds=seconds, microseconds=7))
    assert not any("No answer" in line for line in world.heard("alice"))
    await world.later(minutes=8)
    assert sum("No answer" in line for line in world.heard("alice")) == 1
