"""After a restart people go on as if nothing had been, and nothing that rang falls silent."""

from collections.abc import AsyncIterator

import pytest

from tests.world import World, new_world


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world() as made:
        yield made


async def test_a_ring_waits_for_the_network_and_is_not_taken_for_unheard(world: World) -> None:
    world.net.link(up=False)
    await world.says("rita", None, "urgent he is at my door")
    await world.stop()
    world.net = world.renewed()
    world.net.up = False
    world.net.leave("alice")
    await world.start()
    assert not any("!ack" in line for line in world.heard("alice"))
    world.net.arrive("alice", "alice")
    world.net.link(up=True)
    await world.settle()
    assert any("!ack" in line for line in world.heard("alice"))


async def test_news_for_a_room_waits_for_the_network_and_is_not_called_refused(
    world: World,
) -> None:
    await world.says("rita", None, "Somebody follows me.")
    await world.says("rita", None, "no")
    world.net.link(up=False)
    await world.says("rita", None, "yes")
    await world.later(seconds=20)
    world.net.link(up=True)
    await world.settle()
    news = [line for line in world.heard("#team") if line.startswith("New report")]
    assert len(news) == 1
    assert not any("delivered" in line for line in world.heard("#team"))


async def test_a_no_that_is_said_again_after_a_restart_deletes_nothing(world: World) -> None:
    await world.says("rita", None, "Somebody follows me.")
    await world.says("rita", None, "no")
    await world.later(seconds=1)
    await world.stop()
    world.net = world.renewed()
    await world.start()
    again = await world.says("rita", None, "no")
    assert "I need a yes or a no" in " ".join(again)
    refused = await world.says("rita", None, "no")
    assert "nothing is passed on" in " ".join(refused)


async def test_a_receipt_follows_the_six_words(world: World) -> None:
    await world.says("rita", None, "Somebody follows me.")
    await world.says("rita", None, "no")
    told = await world.says("rita", None, "yes")
    phrase = next(line for line in told if len(line.split()) == 6 and line.islower())
    for _ in ("what", "where", "who", "whom"):
        await world.says("rita", None, "skip")
    world.net.refuse("rita")
    await world.says("rita", None, "skip")
    world.net.leave("rita")
    world.net.arrive("rita-phone")
    await world.says("rita-phone", None, phrase)
    assert any(line.startswith("Thank you for telling") for line in world.heard("rita-phone"))
