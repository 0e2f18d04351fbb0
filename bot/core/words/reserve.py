"""The door to where emergencies go while the database cannot keep them."""

from typing import Protocol

from bot.core.words.ports import Carried, Kept, Store


class Reserve(Protocol):
    """Where emergencies go while the database cannot keep them."""

    async def open(self, kept: Kept) -> Store:
        """Return an empty store of this kind, SPOOL or MEMORY. `StoreFailed` where there is none."""

    async def left(self) -> Carried | None:
        """Return what an earlier process left in the spool; None for nothing."""

    async def clear(self) -> None:
        """Empty the spool for good: what it held is home. Any store opened is closed by then."""
