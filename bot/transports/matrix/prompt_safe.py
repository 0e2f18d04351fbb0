"""A safe that answers in time: while the database hangs, the network must still be heard."""

import asyncio
from collections.abc import Awaitable, Mapping
from typing import TypeVar

from bot.core.words.ports import Safe, StoreFailed

Result = TypeVar("Result")
#: Longer than this nobody waits for what can be made up for later.
_SECONDS = 5.0


class PromptSafe:
    """Another safe, given up on after a few seconds; what it was asked to write may still come."""

    def __init__(self, safe: Safe, seconds: float = _SECONDS) -> None:
        self._safe = safe
        self._seconds = seconds

    async def load(self, kind: str) -> Mapping[str, bytes]:
        """Return all values of a kind by name. `StoreFailed` where that takes too long."""
        return await self._in_time(self._safe.load(kind))

    async def write(self, changes: Mapping[tuple[str, str], bytes | None]) -> None:
        """Set or forget values. `StoreFailed` where it is not known whether that was done."""
        if changes:
            await self._in_time(self._safe.write(changes))

    async def _in_time(self, work: Awaitable[Result]) -> Result:
        try:
            async with asyncio.timeout(self._seconds):
                return await work
        except TimeoutError as error:
            raise StoreFailed from error
