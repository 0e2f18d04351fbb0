"""The supervisor: one part that fails never takes another along."""

import asyncio

from bot.runtime.supervisor import Supervisor
from tests.world import FakeClock


async def _turn() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_part_that_fails_is_started_again_after_a_pause_that_grows() -> None:
    clock = FakeClock()
    supervisor = Supervisor(clock)
    starts: list[float] = []

    async def failing() -> None:
        starts.append(clock.monotonic())
        raise RuntimeError("a fault")

    supervisor.keep("failing", failing)
    await _turn()
    for _ in range(3):
        wake = clock.next_wake()
        assert wake is not None
        clock.set(wake)
        await _turn()
    assert starts == [0, 1, 3, 7]
    await supervisor.stop()


async def test_other_parts_and_works_go_on() -> None:
    supervisor = Supervisor(FakeClock())
    done = asyncio.Event()

    async def failing() -> None:
        raise RuntimeError("a fault")

    async def working() -> None:
        await _turn()
        done.set()

    supervisor.keep("failing", failing)
    supervisor.once("failing too", failing())
    supervisor.once("working", working())
    await asyncio.wait_for(done.wait(), 1)
    await supervisor.settled()
    await supervisor.stop()


async def test_stop_ends_every_part() -> None:
    supervisor = Supervisor(FakeClock())
    ended = asyncio.Event()

    async def part() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    supervisor.keep("part", part)
    await _turn()
    await supervisor.stop()
    assert ended.is_set()
