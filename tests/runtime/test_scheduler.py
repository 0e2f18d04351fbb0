"""The scheduler: what others wait for in an emergency is rung before all else that is due."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from bot.core.words.ports import Timer, Unit
from bot.runtime.clock import Waker
from bot.runtime.scheduler import A_FEW, Scheduler
from tests.world import START, World, new_world

EARLIER = timedelta(hours=1)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world() as made:
        yield made


def timer(key: str, due: datetime) -> Timer:
    return Timer(key=key, due=due, kind=key.partition(":")[0], data={})


async def test_a_page_is_rung_before_hundreds_of_promises_that_were_due_before_it(
    world: World,
) -> None:
    assert world.store is not None
    order: list[str] = []
    done = asyncio.Event()

    def fill(unit: Unit) -> None:
        for number in range(A_FEW + 30):
            unit.set_timer(timer(f"promise:{number}", START - EARLIER))
        unit.set_timer(timer("routes:E-000000", START))
        unit.set_timer(timer("page:E-000000", START))

    def ring(_unit: Unit, rung: Timer, _now: datetime) -> None:
        order.append(rung.kind)
        if order.count("promise") == A_FEW + 30:
            loop.call_soon_threadsafe(done.set)

    loop = asyncio.get_running_loop()
    await world.store.run(fill)
    scheduler = Scheduler(
        store=world.store,
        clock=world.clock,
        ring=ring,
        waker=Waker(world.clock),
        after=lambda: order.append("outbox"),
        turned_back=lambda _unit, _now: None,
    )
    assert world.bot is not None
    world.bot.supervisor.keep("another", scheduler.run)
    async with asyncio.timeout(20):
        await done.wait()
    assert order[:3] in (["page", "routes", "outbox"], ["routes", "page", "outbox"])
    assert order[3 : 4 + A_FEW] == ["promise"] * A_FEW + ["outbox"]
