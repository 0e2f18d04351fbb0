"""Runs the timers: each that is due is decided and carried out in one commit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.core.oncall.jump import Jump
from bot.core.words.ports import Clock, Probe, Store, Timer, Unit, no_probe
from bot.runtime.clock import Waker

IDLE = 60.0
#: After this a timer that failed is rung again.
AGAIN = timedelta(minutes=1)
#: What others wait for in an emergency: these are rung first, and before all that waits.
URGENT = frozenset({"page", "routes"})
#: Timers that are looked at together for such; and how many others are rung before it is
#: looked again. After a long stop thousands may be due.
LOOKED_AT, A_FEW = 1_000, 50
#: A clock that is slowed down, or corrected by less, loses nothing.
SET_BACK = timedelta(seconds=10)

log = structlog.get_logger()

#: Decides and carries out one timer that is due.
Ring = Callable[[Unit, Timer, datetime], None]


def not_looked(unit: Unit, jump: Jump | None) -> None:
    """Do nothing more."""
    del unit, jump


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
    #: Called whenever it looks what is due, with how the clock jumped since, if it did.
    looked: Callable[[Unit, Jump | None], None] = not_looked
    probe: Probe = no_probe
    #: When it last came round, on the monotonic clock.
    round_at: float = field(init=False)

    def __post_init__(self) -> None:
        """Begin."""
        self.round_at = self.clock.monotonic()

    async def run(self) -> None:
        """Work until cancelled."""
        latest, steady = self.clock.now(), self.clock.monotonic()
        while True:
            self.round_at = self.clock.monotonic()
            now = self.clock.now()
            passed = timedelta(seconds=self.round_at - steady)
            jump = Jump(by=now - latest - passed, now=now)
            latest, steady = now, self.round_at
            timers, following = await self.store.run(partial(self._look, jump), urgent=True)
            others = [timer for timer in timers if timer.kind not in URGENT]
            for some in ([timer for timer in timers if timer.kind in URGENT], others[:A_FEW]):
                for timer in some:
                    await self._rung(timer, now)
                if some:
                    self.after()
            if not timers:
                await self.waker.until(following, at_most=IDLE)

    def _look(self, jump: Jump, unit: Unit) -> tuple[Sequence[Timer], datetime | None]:
        """Return what is due, and when the next timer is, by a clock that may have jumped."""
        jumped = abs(jump.by) > SET_BACK
        self.looked(unit, jump if jumped else None)
        if jumped and jump.by < timedelta(0):
            self.turned_back(unit, jump.now)
        return unit.due_timers(jump.now, LOOKED_AT), unit.next_timer()

    async def _rung(self, timer: Timer, now: datetime) -> None:
        """Ring one timer, in a commit of its own; one that fails is rung again in a while."""

        def ring(unit: Unit) -> None:
            unit.drop_timer(timer.key)
            self.ring(unit, timer, now)

        self.round_at = self.clock.monotonic()
        self.probe(f"timer.{timer.kind}.before")
        try:
            await self.store.run(ring, urgent=timer.kind in URGENT)
        # One that can never be rung must not silence the others: emergencies hang on them.
        except Exception as error:
            log.exception("timer.failed", error=type(error).__name__)
            later = replace(timer, due=now + AGAIN)
            await self.store.run(lambda unit: unit.set_timer(later))
        self.probe(f"timer.{timer.kind}.committed")
