"""Words that a homeserver shows once more while the database keeps nothing."""

from collections.abc import AsyncIterator

import pytest

from tests.world import World, new_world


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world(sealed=True) as made:
        yield made


async def answers_to_a_replay(world: World, *, breaks: bool) -> list[str]:
    """Have an `ack` shown once more for a call that it was not for."""
    await world.says("rita", None, "urgent: he wants to kill me")
    taken = world.net.hear("alice", "#team", "!ack")
    await world.settle()
    assert any("✓" in line for line in world.heard("#team"))
    await world.says("alice", "#team", f"!stand-down {world.page()} it is over")
    await world.says("alice", "#team", "!yes")
    world.net.arrive("sam")
    await world.says("sam", None, "urgent: they are at my door")
    assert world.bot is not None
    if breaks:
        await world.bot.store.fall()
        await world.settle()
    mark = len(world.net.said)
    world.net.repeat(taken, mark="$made-up")
    await world.settle()
    return [said.text for said in world.net.said[mark:]]


@pytest.mark.parametrize("breaks", [False, True], ids=["database", "reserve"])
async def test_an_ack_that_is_shown_again_takes_no_other_call(world: World, breaks: bool) -> None:
    assert await answers_to_a_replay(world, breaks=breaks) == []


async def test_the_same_words_said_anew_count_in_the_reserve(world: World) -> None:
    await answers_to_a_replay(world, breaks=True)
    said = await world.says("alice", "#team", "!ack")
    assert any("✓" in line for line in said)
