"""What is for a room waits until the room is read, so that it is said whole; but not for long."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.core.words.places import Place, RoomView, View
from tests.world import World, new_world

CALL = "Someone from the on-call list is needed"


class Reading:
    """A network on which the rooms are not read until `done`."""

    def __init__(self, world: World, patch: pytest.MonkeyPatch) -> None:
        self.world = world
        self._view = world.net.view
        self.done = False
        patch.setattr(world.net, "view", self.view)

    def view(self, place: Place) -> View | None:
        view = self._view(place)
        if isinstance(view, RoomView) and not self.done:
            return replace(view, complete=False)
        return view

    def finish(self) -> None:
        self.done = True
        self.world.net.recheck()


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world() as made:
        yield made


async def reports(world: World) -> str:
    for line in ("Somebody follows me.", "no", "yes"):
        await world.says("rita", None, line)
    return world.code()


async def test_what_comes_due_while_a_room_is_read_is_said_whole_afterwards(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = Reading(world, monkeypatch)
    code = await reports(world)
    await world.later(seconds=20)
    assert world.heard("#team") == []
    reading.finish()
    await world.later(seconds=3)
    assert any(code in line for line in world.heard("#team"))


async def test_a_ring_waits_for_the_room_and_for_nobody_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = Reading(world, monkeypatch)
    await world.says("rita", None, "urgent he is at my door")
    page = world.page()
    assert any(page in line for line in world.heard("alice"))
    assert world.heard("#team") == []
    await world.later(seconds=30)
    reading.finish()
    await world.later(seconds=3)
    assert any(page in line for line in world.heard("#team"))


async def test_a_room_that_cannot_be_read_hears_what_it_may_after_a_minute(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    Reading(world, monkeypatch)
    await world.says("rita", None, "urgent he is at my door")
    await world.later(seconds=55)
    assert world.heard("#team") == []
    await world.later(seconds=10)
    heard = " ".join(world.heard("#team"))
    assert CALL in heard
    assert world.page() not in heard


async def test_nothing_waits_for_a_room_after_its_page_was_taken(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = Reading(world, monkeypatch)
    await world.says("rita", None, "urgent he is at my door")
    await world.says("alice", None, "!ack")
    reading.finish()
    await world.later(seconds=90)
    assert not any("Nobody has taken it" in line for line in world.heard("#team"))
    assert any("was taken by alice" in line for line in world.heard("#team"))
