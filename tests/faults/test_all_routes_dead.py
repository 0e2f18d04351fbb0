"""All routes die at any moment of an emergency: whoever called hears what is so."""

from collections.abc import AsyncIterator

import pytest

from tests.faults.kit import MAIL, OTHER, ROUTES, Moment, Routes, new_routes
from tests.faults.story import FEW, MOMENTS, Story
from tests.tiers import mostly_slow
from tests.world import NETWORK


@pytest.fixture
async def world() -> AsyncIterator[Routes]:
    async with new_routes() as made:
        yield made


@pytest.mark.parametrize("moment", mostly_slow(MOMENTS, FEW), ids=str)
async def test_all_routes_die(world: Routes, moment: Moment) -> None:
    story = Story(world, ROUTES)
    await story.play(moment)
    await story.check()


@pytest.mark.parametrize("moment", mostly_slow(MOMENTS, FEW), ids=str)
async def test_all_routes_die_but_the_callers_own(world: Routes, moment: Moment) -> None:
    for nick in ("alice", "bob", "finn", "olga"):
        world.net.leave(nick)
    story = Story(world, (OTHER, MAIL))
    await story.play(moment)
    await story.check(away=[NETWORK])
