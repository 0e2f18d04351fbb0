"""Runs the timers: each that is due is decided and carried out in one commit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.core.words.ports import Clock, Store, Timer, Unit
from bot.runtime.clock import Waker

IDLE = 60.0

#: Decides and carries out one timer that is due.
Ring = Callable[[Unit, Timer, datetime], None]


@dataclass(slots=True, kw_only=True)
class Scheduler:
    """The worker. `nudge` its waker after a commit that set timers."""

    store: Store
    clock: Clock
    ring: Ring
    waker: Waker
    after: Callable[[], None]

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            rung, following = await self.store.run(self._due)
            if rung:
                self.after()
            else:
                await self.waker.until(following, at_most=IDLE)

    def _due(self, unit: Unit) -> tuple[int, datetime | None]:
        now = self.clock.now()
        timers = unit.due_timers(now)
        for timer in timers:
            unit.drop_timer(timer.key)
            self.ring(unit, timer, now)
        return len(timers), unit.next_timer()
