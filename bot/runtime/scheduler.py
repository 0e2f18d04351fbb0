"""Runs the timers: each that is due is decided and carried out in one commit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.core.words.ports import Clock, Probe, Store, Timer, Unit, no_probe
from bot.runtime.clock import Waker

IDLE = 60.0
#: After this a timer that failed is rung again.
AGAIN = timedelta(minutes=1)
#: A clock that is slowed down, or corrected by less, loses nothing.
SET_BACK = timedelta(seconds=10)

log = structlog.get_logger()

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
    #: Called when the clock was set back: what was due soon is due in a far future then.
    turned_back: Callable[[Unit, datetime], None]
    probe: Probe = no_probe

    async def run(self) -> None:
        """Work until cancelled."""
        latest = self.clock.now()
        while True:
            now = self.clock.now()
            if now < latest - SET_BACK:
                await self.store.run(partial(self._turn_back, now))
            latest = now
            timers, following = await self.store.run(partial(_due, now))
            for timer in timers:
                await self._rung(timer, now)
            if timers:
                self.after()
            else:
                await self.waker.until(following, at_most=IDLE)

    def _turn_back(self, now: datetime, unit: Unit) -> None:
        self.turned_back(unit, now)

    async def _rung(self, timer: Timer, now: datetime) -> None:
        """Ring one timer, in a commit of its own; one that fails is rung again in a while."""

        def ring(unit: Unit) -> None:
            unit.drop_timer(timer.key)
            self.ring(unit, timer, now)

        self.probe(f"timer.{timer.kind}.before")
        try:
            await self.store.run(ring)
        # One that can never be rung must not silence the others: emergencies hang on them.
        except Exception as error:
            log.exception("timer.failed", error=type(error).__name__)
            later = replace(timer, due=now + AGAIN)
            await self.store.run(lambda unit: unit.set_timer(later))
        self.probe(f"timer.{timer.kind}.committed")


def _due(now: datetime, unit: Unit) -> tuple[Sequence[Timer], datetime | None]:
    return unit.due_timers(now), unit.next_timer()
