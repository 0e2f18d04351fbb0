"""After a stop people hear for how long nobody listened; and the health page knows the database."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.core.words.ports import StoreFailed
from bot.runtime.heartbeat import Heartbeat
from tests.world import World, new_world

GAP = "I was not running"


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world() as made:
        yield made


async def stopped(world: World, **amount: float) -> None:
    """Stop, let time pass, start."""
    await world.stop()
    world.clock.set(world.clock.now() + timedelta(**amount))
    world.renewed()
    await world.start()
    await world.later(seconds=1)


def told(world: World, where: str | None = None) -> list[str]:
    return [line for line in world.heard(where) if GAP in line]


async def test_a_long_stop_is_told_to_the_team_and_to_operators(world: World) -> None:
    await world.later(minutes=30)
    await stopped(world, hours=2)
    (line,) = told(world, "#team")
    assert "09:30" in line
    assert "11:30" in line
    assert told(world, "carol") == [line]
    assert told(world, "#lobby") == []
    assert not [line for line in world.heard() if "call for help" in line]
    await world.later(hours=1)
    assert len(told(world)) == 2


async def test_it_says_how_many_calls_were_open(world: World) -> None:
    await world.says("alice", None, "!emergency somebody says where they will do it")
    await stopped(world, minutes=6)
    assert len(told(world, "#team")) == 1
    said = " ".join(world.heard("#team"))
    assert "1 call for help was open all that time, and goes on now" in said


async def test_a_call_about_one_of_the_team_is_not_counted_for_all(world: World) -> None:
    await world.says("stranger", None, "emergency")
    await world.says("stranger", None, "bob says he will kill himself, I am in danger")
    assert world.store is not None
    live = await world.store.run(lambda unit: len(unit.pages().live()))
    assert live == 1
    await stopped(world, minutes=6)
    assert len(told(world, "#team")) == 1
    assert "open all that time" not in " ".join(world.heard())


async def test_a_short_stop_is_not_told(world: World) -> None:
    await world.later(minutes=30)
    await stopped(world, minutes=4)
    assert told(world) == []


async def test_a_clock_that_was_set_back_tells_of_nothing(world: World) -> None:
    await world.later(minutes=30)
    await stopped(world, days=-365)
    assert told(world) == []
    # From here on it counts anew.
    await stopped(world, minutes=10)
    assert len(told(world, "#team")) == 1


async def test_a_first_start_tells_of_nothing(world: World) -> None:
    await world.later(minutes=30)
    assert told(world) == []


class Moody:
    """A store that can fail, and can hang, before the real one."""

    def __init__(self, world: World) -> None:
        assert world.store is not None
        self.store = world.store
        self.fails = self.hangs = False
        self.jobs = 0

    async def run(self, job: object, *, urgent: bool = False) -> object:
        self.jobs += 1
        if self.hangs:
            await asyncio.Event().wait()
        if self.fails:
            raise StoreFailed("full")
        return await self.store.run(job, urgent=urgent)  # type: ignore[arg-type]  # any job


async def test_the_health_page_knows_of_the_database(world: World) -> None:
    assert world.bot is not None
    heartbeat = world.bot.vitals.heartbeat
    moody = Moody(world)
    heartbeat.store = moody  # type: ignore[assignment]  # all that is asked of it
    assert await world.bot.vitals.well()
    moody.fails = True
    assert not await world.bot.vitals.well()
    await world.later(minutes=2)
    moody.fails = False
    # It answers, but what it was given last it has not kept.
    assert not await world.bot.vitals.well()
    await world.later(minutes=1)
    assert await world.bot.vitals.well()
    moody.hangs = True
    asked = asyncio.ensure_future(world.bot.vitals.well())
    for _ in range(5):
        await asyncio.sleep(0)
    world.clock.set(world.clock.now() + timedelta(seconds=5))
    assert not await asked


async def test_nothing_is_noted_where_the_database_is_not_asked(world: World) -> None:
    assert world.bot is not None
    moody = Moody(world)
    fallen = True
    heartbeat = Heartbeat(
        store=moody,  # type: ignore[arg-type]  # all that is asked of it
        clock=world.clock,
        live=world.live,
        performer=world.bot.handling.performer,
        fallen=lambda: fallen,
        nudge=lambda: None,
    )
    world.bot.supervisor.keep("another heartbeat", heartbeat.run)
    await world.later(minutes=10)
    assert moody.jobs == 0
    assert not await heartbeat.answers()
    fallen = False
    await world.later(minutes=1)
    assert moody.jobs == 1
    assert await heartbeat.answers()
