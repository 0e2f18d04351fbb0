"""The way in: order per speaker, nothing dropped in silence, danger first."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from bot.core.words.inbound import Inbound
from bot.core.words.ports import Unit
from bot.runtime import crowd as crowds
from bot.runtime.crowd import AT_ONCE, MOST_WAITING
from bot.texts import catalogue
from tests.world import World, new_world


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world() as made:
        yield made


async def test_lines_of_one_speaker_keep_their_order(world: World) -> None:
    for number in range(20):
        world.net.hear("alice", None, f"!ping {number}")
    await world.settle()
    assert [line.split()[-1] for line in world.heard("alice")] == [str(n) for n in range(20)]


async def test_what_is_said_after_an_urgent_line_is_answered_after_it(world: World) -> None:
    world.net.hear("alice", None, "!emergency somebody is in danger")
    world.net.hear("alice", None, "!ping one")
    await world.settle()
    assert world.heard("alice").index("one") > 0
    world.net.hear("alice", None, "!ack")
    world.net.hear("alice", None, "!ping two")
    await world.settle()
    heard = world.heard("alice")
    taken = next(n for n, line in enumerate(heard) if catalogue.says("ack.done", line))
    assert taken < heard.index("two")


async def test_who_is_too_fast_hears_so_once_and_danger_still_gets_through(world: World) -> None:
    for number in range(MOST_WAITING + 50):
        world.net.hear("rita", None, f"line {number}")
    world.net.hear("rita", None, "urgent he is at my door")
    await world.settle()
    told = [line for line in world.heard("rita") if catalogue.says("dm.too-fast", line)]
    assert len(told) == 1
    assert any(m.recipient == "emergency@example.org" for m in world.carrier.carried)


class Desk:
    """Sees what is in the store at once, and holds all of it up until it is let go."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        assert world.store is not None
        self.run = world.store.run
        self.ordinary = self.most = 0
        self.urgent: list[bool] = []
        self.open = asyncio.Event()
        monkeypatch.setattr(world.store, "run", self.held)

    async def held(self, job: Callable[[Unit], object], *, urgent: bool = False) -> object:
        self.urgent.append(urgent)
        if urgent:
            return await self.run(job, urgent=True)
        self.ordinary += 1
        self.most = max(self.most, self.ordinary)
        await self.open.wait()
        try:
            return await self.run(job)
        finally:
            self.ordinary -= 1


def crowd(world: World, count: int) -> list[str]:
    nicks = [f"guest{number}" for number in range(count)]
    for nick in nicks:
        world.net.arrive(nick)
    return nicks


async def passes() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_crowd_is_served_a_few_at_a_time_and_danger_waits_for_none_of_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, nicks = Desk(world, monkeypatch), crowd(world, 3 * AT_ONCE)
    for nick in nicks:
        world.net.hear(nick, None, "hello there")
    await passes()
    assert desk.ordinary == AT_ONCE
    world.net.hear("rita", None, "urgent he is at my door")
    world.net.hear("alice", None, "!cases")
    async with asyncio.timeout(10):
        while not world.carrier.carried:  # noqa: ASYNC110 - the store is held, nothing can tell
            await asyncio.sleep(0)
    # The roster's own lines are held up by no crowd.
    assert desk.most > AT_ONCE
    desk.open.set()
    await world.settle()
    assert all(world.heard(nick) for nick in nicks)


async def test_a_crowd_is_served_in_turn(world: World) -> None:
    nicks = crowd(world, 2 * AT_ONCE)
    for _ in range(3):
        for nick in nicks:
            world.net.hear(nick, None, "status")
    await world.settle()
    told = [said.place.address for said in world.net.said]
    first = [told.index(nick) for nick in nicks]
    assert max(first) < 2 * len(told) / 3
    assert not any(catalogue.says("dm.too-fast", line) for line in world.heard())


async def test_who_answers_that_there_is_danger_goes_before_a_crowd(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.says("rita", None, "Somebody frightens me.")
    desk, nicks = Desk(world, monkeypatch), crowd(world, 20 * AT_ONCE)
    for nick in nicks:
        world.net.hear(nick, None, "hello there")
    world.net.hear("rita", None, "yes")
    desk.open.set()
    async with asyncio.timeout(20):
        while not world.carrier.carried:  # noqa: ASYNC110 - nothing tells of the first mail
            await asyncio.sleep(0)
    unheard = [nick for nick in nicks if not world.heard(nick)]
    assert len(unheard) > len(nicks) / 2
    await world.settle()


async def test_lines_of_all_strangers_together_are_bounded_and_danger_is_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowds, "CROWDED", 300)
    monkeypatch.setattr(crowds, "MOST_IN_ALL", 500)
    desk, nicks = Desk(world, monkeypatch), crowd(world, 1_000)
    for nick in nicks:
        world.net.hear(nick, None, "hello there")
    assert world.bot is not None
    assert len(world.bot.dispatcher.crowd._queues) == 500
    world.net.hear(nicks[-1], None, "urgent he is at my door")
    desk.open.set()
    await world.settle()
    told = [line for line in world.heard() if catalogue.says("dm.too-fast", line)]
    assert len(told) == AT_ONCE
    assert world.carrier.carried
    assert not world.bot.dispatcher.crowd._queues
    assert world.bot.dispatcher.crowd._waiting == 0
    await world.says(nicks[-2], None, "hello there")
    assert world.heard(nicks[-2])


async def test_one_of_a_crowd_has_a_few_lines_waiting_where_another_has_many(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowds, "CROWDED", 20)
    desk = Desk(world, monkeypatch)
    for number in range(30):
        world.net.hear("rita", None, f"line {number}")
        world.net.hear("alice", None, "!cases")
    assert world.bot is not None
    waiting = {len(queue.waiting) for queue in world.bot.dispatcher.crowd._queues.values()}
    assert waiting == {20, 30}
    desk.open.set()
    await world.settle()


async def test_a_prefixed_yes_of_a_stranger_answers_nothing(world: World) -> None:
    await world.says("rita", None, "Somebody frightens me.")
    await world.says("rita", None, "!yes")
    assert not world.carrier.carried
    assert "E-" not in " ".join(world.heard())
    assert "log in" in world.heard("rita")[-1]


async def test_a_colleague_who_forgot_to_log_in_begins_no_report(world: World) -> None:
    said = await world.says("stranger", None, "!cases")
    assert "log in" in " ".join(said)
    hello = await world.says("stranger", None, "Somebody frightens me.")
    assert "danger" in hello[-1]


async def test_danger_behind_a_command_is_heard(world: World) -> None:
    await world.says("stranger", None, "!show him that he will kill me tonight")
    assert world.carrier.carried


async def test_a_relay_is_never_obeyed(world: World) -> None:
    inbound = world.net.hear("alice", "#team", "!ping first")
    await world.settle()
    before = len(world.net.said)
    assert world.bot is not None
    world.bot.sink(_relayed(inbound))
    await world.settle()
    assert len(world.net.said) == before


def _relayed(inbound: Inbound) -> Inbound:
    speaker = replace(inbound.speaker, relayed=True)
    return replace(inbound, key=inbound.key + "r", speaker=speaker)
