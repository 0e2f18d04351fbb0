"""How soon the bot is back: at once, then at random moments that grow rarer."""

import asyncio

import pytest

from bot.transports.matrix.timing import Backoff, heard_within
from tests.transports.irc.fake import FakeClock


def test_the_first_attempt_waits_for_nothing() -> None:
    assert Backoff().delay(0, 0.999) == 0.0


@pytest.mark.parametrize(
    ("attempt", "reach"), [(1, 0.5), (2, 1.0), (3, 2.0), (4, 4.0), (5, 5.0), (10_000, 5.0)]
)
def test_full_jitter(attempt: int, reach: float) -> None:
    assert Backoff().delay(attempt, 0.0) == 0.0
    assert Backoff().delay(attempt, 0.5) == reach / 2


async def test_heard_within_leaves_nothing_behind() -> None:
    clock, event = FakeClock(), asyncio.Event()
    before = asyncio.all_tasks()
    waiting = asyncio.create_task(heard_within(clock, 2.0, event))
    await clock.advance(1.9)
    assert not waiting.done()
    await clock.advance(0.2)
    assert await waiting is False
    waiting = asyncio.create_task(heard_within(clock, 2.0, event))
    await clock.advance(1.0)
    event.set()
    assert await waiting is True
    assert asyncio.all_tasks() == before


async def test_heard_within_can_be_cancelled() -> None:
    clock = FakeClock()
    before = asyncio.all_tasks()
    waiting = asyncio.create_task(heard_within(clock, 2.0, asyncio.Event()))
    await clock.advance(1.0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert asyncio.all_tasks() == before
