"""Waiting with an end, on the injected clock; and how long to wait between attempts."""

import asyncio
from dataclasses import dataclass

from bot.core.words.ports import Clock


async def heard_within(clock: Clock, seconds: float, event: asyncio.Event) -> bool:
    """Wait for an event; whether it was set before the clock says that it took too long."""
    async with asyncio.TaskGroup() as group:
        heard = group.create_task(event.wait())
        nap = group.create_task(clock.sleep(seconds))
        await asyncio.wait({heard, nap}, return_when=asyncio.FIRST_COMPLETED)
        heard.cancel()
        nap.cancel()
    return event.is_set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """How long to wait before the next attempt, in seconds.

    The server that is back must find the bot back within ten seconds: hence the low end.
    """

    first: float = 0.5
    last: float = 5.0

    def delay(self, attempt: int, chance: float) -> float:
        """Return the wait after failure number `attempt` (from 0); `chance` is in [0, 1).

        None after the first; then anything up to a reach that doubles each time.
        """
        if attempt <= 0:
            return 0.0
        return chance * min(self.last, self.first * 2.0 ** min(attempt - 1, 16))
