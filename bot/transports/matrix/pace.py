"""How fast a server is followed: one that answers at once, for nothing, drives nobody in circles."""

from dataclasses import dataclass, field

from bot.core.words.ports import Clock

#: Batches that are taken as fast as they come, then per second; and how long a server must at
#: least keep us waiting for nothing, in seconds.
_BATCHES, _PER_SECOND, _NOTHING = 200.0, 50.0, 1.0


@dataclass(slots=True)
class Pace:
    """Counts batches, and waits where they come too fast."""

    clock: Clock
    _credit: float = _BATCHES
    _at: float = field(init=False)

    def __post_init__(self) -> None:
        self._at = self.clock.monotonic()

    async def keep(self, began: float, *, nothing: bool) -> None:
        """Wait after a batch that was asked for at `began`; `nothing` where it brought nothing."""
        now = self.clock.monotonic()
        self._credit = min(_BATCHES, self._credit + (now - self._at) * _PER_SECOND) - 1.0
        self._at = now
        wait = max(0.0, -self._credit / _PER_SECOND)
        if nothing:
            wait = max(wait, began + _NOTHING - now)
        if wait > 0.0:
            await self.clock.sleep(wait)
