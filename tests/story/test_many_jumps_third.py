"""The third third of many long lives among jumps of the clock, a file for each runner."""

import pytest

from tests.story.jumping import lived
from tests.world import World


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(120, 130))
async def test_a_page_rings_on_through_many_jumps_of_the_clock(world: World, seed: int) -> None:
    assert await lived(world, seed, 8) > 0
