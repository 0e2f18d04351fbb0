"""Waiting with an end, on the injected clock; and how long to wait between attempts."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from bot.core.words.ports import Clock

Result = TypeVar("Result")


async def within(clock: Clock, seconds: float, work: Awaitable[Result]) -> Result:
    """Await `work`; TimeoutError when the clock says it took too long."""
    done: list[Result] = []
    failure: Exception | None = None
    async with asyncio.timeout(None) as scope, asyncio.TaskGroup() as group:
        alarm = group.create_task(_ring(clock, seconds, scope))
        try:
            done.append(await work)
        except Exception as error:  # noqa: BLE001 -- raised below, outside the group, unwrapped
            failure = error
        alarm.cancel()
    if failure is not None:
        raise failure
    return done[0]


async def _ring(clock: Clock, seconds: float, scope: asyncio.Timeout) -> None:
    await clock.sleep(seconds)
    scope.reschedule(asyncio.get_running_loop().time())


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """How long to wait before the next attempt, in seconds."""

    first: float = 5.0
    last: float = 60.0

    def delay(self, attempt: int, chance: float) -> float:
        """Return the wait after failure number `attempt` (from 0); `chance` is in [0, 1)."""
        reach = min(self.last, self.first * 2.0 ** min(attempt + 1, 16))
        return self.first + (reach - self.first) * chance
