"""Lines while the database cannot keep anything: calls for help go on, all else is told so.

A call whose job failed, for whatever reason, is made once more without what it failed of.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

import structlog

from bot.core.intake import machine
from bot.core.words.doors import Line
from bot.core.words.effects import Answer, RaiseEmergency
from bot.core.words.labels import Label
from bot.core.words.ports import Clock, StoreFailed, Unit
from bot.core.words.text import Msg, doc
from bot.runtime.handling import Handling, Heard
from bot.runtime.performer import Outcome
from bot.runtime.stores import Stores

#: How many are remembered who were asked about danger; the oldest is forgotten first.
MOST_ASKED = 5_000
#: A `yes` or `no` goes on where what waits for it does.
ANSWERS = frozenset({"yes", "no"})

log = structlog.get_logger()


class LostError(Exception):
    """The line was no call for help, or nothing could keep it."""


@dataclass(slots=True, kw_only=True)
class Aside:
    """Decides them, on whatever store there is."""

    store: Stores
    clock: Clock
    handling: Handling
    #: Who was asked whether somebody is in danger, and has not answered: what a yes would mean.
    _asked: OrderedDict[str, RaiseEmergency] = field(default_factory=OrderedDict)

    def stands_for(self, line: Line | None) -> bool:
        """Tell whether a line has to be decided here."""
        alone = line is not None and self.handling.runner.writes_nothing(line.verb)
        return self.store.fallen.is_set() and not alone

    def remember(self, heard: Heard, outcome: Outcome) -> None:
        """Remember whether somebody was just asked: their yes may find no database."""
        identity = heard.asker.identity
        self._asked.pop(identity, None)
        if outcome.in_question is not None:
            self._asked[identity] = outcome.in_question
            if len(self._asked) > MOST_ASKED:
                self._asked.popitem(last=False)

    async def decide(self, heard: Heard, *, urgent: bool) -> Outcome | None:
        """Decide a line while fallen; None for one that was handled before.

        LostError for a line that is neither a call for help nor goes on.
        """
        line, identity = heard.line, heard.asker.identity
        if line is None and identity in self._asked and machine.is_yes(heard.text):
            heard.decided.append(self._asked[identity])
        if not (urgent or heard.decided if line is None else self._goes_on(heard, line)):
            raise LostError
        calls = urgent or bool(heard.decided)
        outcome = await (self._run_to_the_last(heard) if calls else self._run(heard))
        self._asked.pop(identity, None)
        if outcome is not None and line is not None and not urgent and line.verb not in ANSWERS:
            outcome.answers.append(Answer(doc=doc(Msg("storage.sees"), label=Label.PUBLIC)))
        return outcome

    async def rescue(self, heard: Heard, error: Exception, *, urgent: bool) -> Outcome | None:
        """Make a call for help whose job failed once more. LostError where that cannot be."""
        if not (urgent or heard.decided):
            raise LostError
        if not isinstance(error, StoreFailed):
            log.error("line.rescued", error=type(error).__name__)
            if heard.line is None or heard.decided:
                try:
                    return await self._run(heard, bare=True)
                # The database may keep a call without an interview, or not even that.
                except Exception as again:
                    log.exception("line.not-rescued", error=type(again).__name__)
            await self.store.fall()
        if not self.store.fallen.is_set():
            raise LostError
        try:
            return await self._run_to_the_last(heard)
        # Somebody waits, and nothing is left to try but to tell them the direct address.
        except Exception as last:
            raise LostError from last

    def _goes_on(self, heard: Heard, line: Line) -> bool:
        runner = self.handling.runner
        waiting = heard.pending if line.verb in ANSWERS else ()
        return runner.goes_on(line) and all(runner.goes_on(each.line) for each in waiting)

    async def _run_to_the_last(self, heard: Heard) -> Outcome | None:
        """Run a call on one reserve after the other, whatever is wrong with each of them."""
        while True:
            where = self.store.where
            try:
                return await self._run(heard)
            except Exception as error:
                log.exception("line.falls", error=type(error).__name__)
                await self.store.fall()
                if self.store.where == where:
                    raise

    async def _run(self, heard: Heard, *, bare: bool = False) -> Outcome | None:
        """Run a line on the store of the moment, and where that fails on what is left.

        `bare`: no more of it than the call for help.
        """
        now, line, handling = self.clock.now(), heard.line, self.handling

        def job(unit: Unit) -> Outcome | None:
            if line is not None and not bare and handling.runner.goes_on(line):
                return handling.command(unit, heard, line, now)
            return handling.call(unit, heard, now)

        return await self.store.again.run(job, urgent=True)
