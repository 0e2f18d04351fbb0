"""`oncall drill`: ring the people on call for practice; and what `oncall` says of a drill."""

from collections.abc import Iterator
from datetime import datetime

from bot.core.oncall.drill_start import ask
from bot.core.oncall.watch import drill_open
from bot.core.policy.access import CASE_ROLES
from bot.core.words.effects import Answer, Confirm, Effects
from bot.core.words.people import Role
from bot.core.words.readers import Pages, Terms, Watch
from bot.core.words.text import Line, Msg, doc, public, team
from commands._spec import Call
from commands._watch import rung_now

#: Who may have people rung for practice.
DRILL_ROLES = CASE_ROLES | {Role.OPERATOR}


def drilled(call: Call, terms: Terms, watch: Watch, pages: Pages, now: datetime) -> Effects:
    """Say whom a drill would ring now, and on `yes` ask for one.

    Whether it begins is decided by what is open, not by what the asker may know of.
    """
    person = call.asker.person
    if person is None or person.roles.isdisjoint(DRILL_ROLES):
        return [Answer(doc=doc(Msg("drill.not-yours")))]
    for page in pages.live():
        if page.drill:
            return [Answer(doc=doc(drill_open(page, terms)))]
        return [Answer(doc=doc(Msg("drill.not-now", (team(page.code),))))]
    if not call.confirmed:
        return [Confirm(doc=doc(_word(Msg("drill.preview", (rung_now(terms, watch, now),)))))]
    said = Msg("drill.asked-for", (public(terms.prefix),))
    return [ask(person.name, now), Answer(doc=doc(_word(said)))]


def under_way(pages: Pages, terms: Terms) -> Iterator[Line]:
    """Yield a line for a drill that runs."""
    for page in pages.live():
        if page.drill:
            yield drill_open(page, terms)


def _word(line: Msg) -> Msg:
    return Msg("drill.word", (line,))
