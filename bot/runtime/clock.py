"""The one place that reads the clock, draws chance and waits."""

import asyncio
import secrets
import time
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar

from bot.core.words.ports import Clock

Result = TypeVar("Result")


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the present moment, UTC."""
        return datetime.now(UTC)

    #: Seconds on a clock that never jumps; asked for each line, so nothing stands in between.
    monotonic = staticmethod(time.monotonic)

    async def sleep(self, seconds: float) -> None:
        """Wait on the monotonic clock."""
        await asyncio.sleep(max(0.0, seconds))


class SystemDice:
    """Chance from the operating system."""

    def below(self, limit: int) -> int:
        """Return a uniformly random number in `range(limit)`."""
        return secrets.randbelow(limit)


class Waker:
    """Wakes a worker when its next moment has come, or when somebody nudges it."""

    def __init__(self, clock: Clock) -> None:
        """Take the clock on which moments are measured."""
        self._clock = clock
        self._nudged = asyncio.Event()

    def nudge(self) -> None:
        """Wake the worker now, or keep it from falling asleep."""
        self._nudged.set()

    async def until(self, moment: datetime | None, *, at_most: float) -> None:
        """Wait for `moment` (None: none is known), a nudge, or `at_most` seconds."""
        seconds = at_most
        if moment is not None:
            seconds = min(at_most, max(0.0, (moment - self._clock.now()).total_seconds()))
        nudge = asyncio.ensure_future(self._nudged.wait())
        nap = asyncio.ensure_future(self._clock.sleep(seconds))
        try:
            await asyncio.wait({nudge, nap}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            nudge.cancel()
            nap.cancel()
        self._nudged.clear()


def begun(work: Coroutine[Any, Any, Result]) -> "asyncio.Task[Result]":
    """Begin work that the caller waits for, with the clock beside it, or sees the end of."""
    return asyncio.create_task(work)


async def within(clock: Clock, seconds: float, work: Coroutine[Any, Any, Result]) -> Result:
    """Wait for work, but not for ever: TimeoutError, and the work is cancelled."""
    working, nap = begun(work), begun(clock.sleep(seconds))
    try:
        await asyncio.wait({working, nap}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        nap.cancel()
        if not working.done():
            working.cancel()
    if not working.done():
        raise TimeoutError
    return working.result()
