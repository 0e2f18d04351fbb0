"""Who waits when a homeserver says that it was asked too much, and who goes first then."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.core.words.ports import Clock


class Gate:
    """One kind of call. Once it was too much, ordinary calls go one by one, urgent ones first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._opens = clock.monotonic()
        self._line = asyncio.Lock()
        self._fast = asyncio.Lock()
        self._hurried = 0
        self._calm = asyncio.Event()
        self._calm.set()

    @property
    def open(self) -> bool:
        """Whether an ordinary call may go now, beside others."""
        return not self._line.locked() and self._calm.is_set() and not self.ahead

    def shut(self, seconds: float) -> float:
        """Let ordinary calls wait; returns the moment before which nothing will be had."""
        moment = self._clock.monotonic() + seconds
        self._opens = max(self._opens, moment)
        return moment

    @asynccontextmanager
    async def turn(self, *, urgent: bool) -> AsyncIterator[None]:
        """Stand in line and hold up whoever is behind, until the call that was waited for is over."""
        if not urgent:
            async with self._line:
                yield
            return
        self._hurried += 1
        self._calm.clear()
        try:
            async with self._fast:
                yield
        finally:
            self._hurried -= 1
            if not self._hurried:
                self._calm.set()

    async def wait(self, *, urgent: bool, moment: float) -> None:
        """Wait, at the head of the line: an urgent call for its own moment, others for all of it."""
        if urgent:
            await self._sleep(moment - self._clock.monotonic())
            return
        while self.ahead or not self._calm.is_set():
            await self._sleep(self.ahead)
            await self._calm.wait()

    @property
    def ahead(self) -> float:
        """Return the seconds for which the server wants to be left in peace."""
        return max(0.0, self._opens - self._clock.monotonic())

    async def _sleep(self, seconds: float) -> None:
        if seconds > 0.0:
            await self._clock.sleep(seconds)
