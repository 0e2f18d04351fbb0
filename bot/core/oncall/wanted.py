"""What is said where somebody wants one colleague: who asks, for which case, and what came of it."""

from datetime import datetime

from bot.core.oncall.reach import Who
from bot.core.oncall.tell import tell
from bot.core.words.effects import Effect
from bot.core.words.pages import Page
from bot.core.words.people import Person
from bot.core.words.text import Count, Msg, public, team


def wanted_line(page: Page, now: datetime, who: Who) -> Msg:
    """Return the line that rings: who asks, the case by its code, the age, how to answer."""
    minutes = max(0, int((now - page.opened_at).total_seconds()) // 60)
    code, case, prefix = team(page.code), team(page.case or ""), public(who.prefix)
    about = (code, team(page.asked_by or ""), case)
    if minutes == 0:
        return Msg("page.wanted.ring-now", (*about, prefix))
    return Msg("page.wanted.ring", (*about, Count(number=minutes), prefix))


def asker_of(page: Page, who: Who) -> tuple[Person, ...]:
    """Return who asked for somebody, as long as they may know of the case."""
    return tuple(
        person
        for person in who.people
        if person.name == page.asked_by and person.name not in who.excluded
    )


def wanted_words(page: Page, now: datetime, who: Who, key: str, *, kind: str) -> list[Effect]:
    """Tell whoever asked what came of it."""
    line = Msg(key, (team(page.code), team(page.whom or ""), team(page.case or "")))
    return tell(page, asker_of(page, who), (line,), now, kind=kind)
