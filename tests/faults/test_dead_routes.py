"""Any two routes die at any moment of an emergency: nothing is lost, no lie is told."""

from collections.abc import AsyncIterator

import pytest

from tests.faults.kit import CALL, MAIL, OTHER, Moment, Routes, new_routes
from tests.faults.story import FEW, MOMENTS, Story
from tests.tiers import mostly_slow
from tests.world import NETWORK

PAIRS = ((NETWORK, OTHER), (NETWORK, MAIL), (OTHER, MAIL))


@pytest.fixture
async def world() -> AsyncIterator[Routes]:
    async with new_routes() as made:
        yield made


async def test_these_are_all_points_that_an_emergency_passes(world: Routes) -> None:
    world.probed.clear()
    await world.says("rita", None, CALL)
    await world.later(minutes=8)
    assert set(world.probed) == {moment.point for moment in MOMENTS}
    assert len(set(MOMENTS)) == len(MOMENTS) >= 20


@pytest.mark.parametrize("moment", mostly_slow(MOMENTS, FEW), ids=str)
@pytest.mark.parametrize("routes", PAIRS, ids="+".join)
async def test_two_routes_die(world: Routes, routes: tuple[str, ...], moment: Moment) -> None:
    story = Story(world, routes)
    await story.play(moment)
    await story.check()
    assert not world.told("emergency.unreachable")
