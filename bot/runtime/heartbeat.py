"""Notes each minute that the bot lives, and tells at a start for how long it did not.

What was said while it was not there has not arrived, and nobody was rung: people have to know.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.core.policy.standing import tell_people, tell_rooms
from bot.core.words.people import Role
from bot.core.words.ports import Clock, Store, StoreFailed, Unit
from bot.core.words.text import Count, Line, Msg, When, doc
from bot.runtime.clock import within
from bot.runtime.live import Live
from bot.runtime.performer import Cause, Performer

EVERY = 60.0
#: A stop that was shorter is not worth a word: networks keep people waiting as long.
UNTOLD = timedelta(minutes=5)
#: A database that has not answered after so many seconds is not well.
ANSWER = 5.0

log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class Heartbeat:
    """The worker."""

    store: Store
    clock: Clock
    live: Live
    performer: Performer
    #: Whether something else than the database is asked for now: that is no place for notes.
    fallen: Callable[[], bool]
    #: Wakes the outbox.
    nudge: Callable[[], None]
    #: Whether the last note was kept.
    kept: bool = True

    async def run(self) -> None:
        """Work until cancelled."""
        began, told = self.clock.now(), False
        while True:
            if not self.fallen() and not told:
                told = await self._kept(partial(self._first, began))
                self.nudge()
            elif not self.fallen():
                await self._kept(self._beat)
            await self.clock.sleep(EVERY)

    async def _kept(self, job: Callable[[Unit], None]) -> bool:
        try:
            await self.store.run(job)
        except StoreFailed as error:
            self.kept = False
            log.warning("heartbeat.unkept", kind=type(error).__name__)
        else:
            self.kept = True
        return self.kept

    async def answers(self) -> bool:
        """Tell whether the database keeps what it is given, and answers now."""
        if self.fallen() or not self.kept:
            return False
        try:
            await within(self.clock, ANSWER, self._asked())
        except (StoreFailed, TimeoutError):
            return False
        return True

    async def _asked(self) -> None:
        await self.store.run(lambda unit: unit.last_beat())

    def _beat(self, unit: Unit) -> None:
        unit.beat(self.clock.now())

    def _first(self, began: datetime, unit: Unit) -> None:
        last = unit.last_beat()
        unit.beat(self.clock.now())
        if last is not None and began - last > UNTOLD:
            self._tell(unit, last, began)

    def _tell(self, unit: Unit, last: datetime, began: datetime) -> None:
        lines: list[Line] = [Msg("pulse.gap", (When(at=last), When(at=began)))]
        # A call that somebody of the team may not know of is nothing to be counted for all.
        live = unit.pages(self.live.roster.people).live()
        calls = [p for p in live if p.opened_at <= last and not p.drill]
        if calls:
            lines.append(Msg("pulse.gap-calls", (Count(number=len(calls)),)))
        key = f"gap:{began:%Y%m%dT%H%M%S.%f}"
        operators = self.live.roster.with_roles([Role.OPERATOR])
        effects = [
            *tell_rooms(*lines, key=key, terms=self.live.terms),
            *tell_people(doc(*lines, instead=Msg("room.news")), operators, key=key),
        ]
        self.performer.apply(unit, effects, Cause(now=began))
