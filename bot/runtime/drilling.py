"""Drills, as one job sees them: their timers, and what is put on record of them."""

from datetime import datetime

from bot.core.oncall.drill import KIND
from bot.core.oncall.drill_start import LOOK, WEEK
from bot.core.words.pages import Page, PageState
from bot.core.words.people import Person
from bot.core.words.ports import AuditEntry, Timer, Unit
from bot.runtime.live import Live


def look_for_drill(unit: Unit, live: Live, now: datetime) -> None:
    """Have the next drill of the week looked for: the plan, or the clock, may be another."""
    if live.terms.drill is None:
        unit.drop_timer(WEEK)
    else:
        unit.set_timer(Timer(key=LOOK, due=now, kind=KIND, data={}))


def record_drill(unit: Unit, page: Page, by: Person | None, live: Live, now: datetime) -> None:
    """Put on record that a drill begins or ends, before its page is saved so.

    Without somebody who asked for it, it is the bot's own doing.
    """
    before = unit.pages().find(page.code)
    if before is None:
        outcome = "begin"
    elif page.state is PageState.ENDED and before.state is not page.state:
        outcome = "end"
    else:
        return
    who = live.terms.bot_name if by is None else by.name
    unit.audit(AuditEntry(at=now, who=who, place="rota", verb="drill", outcome=outcome))
