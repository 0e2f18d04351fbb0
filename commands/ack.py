"""`ack`: take an emergency, which ends its ringing.

A call that is not there and one that is not for the asker get the same words.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.core.oncall import drill
from bot.core.oncall.classes import class_of
from bot.core.oncall.ladder import PageInput, acks_needed, advance, may_take
from bot.core.oncall.tell import marked
from bot.core.policy.access import CALL_ROLES, Rule
from bot.core.words.effects import Answer, Effects
from bot.core.words.labels import Label
from bot.core.words.pages import Page, PageState
from bot.core.words.readers import Asker, Cases, Pages, Terms, Watch
from bot.core.words.text import Count, Line, Msg, doc, public, team
from commands._calls import Known, page_of
from commands._spec import Call, Example, TakesWord, command
from commands._watch import whom
from commands._words import age


@command(
    "ack",
    usage="ack [CODE]",
    rule=Rule(who=CALL_ROLES, floor=Label.PUBLIC),
    label=Label.TEAM,
    takes=(TakesWord(name="code", optional=True),),
    examples=(
        Example(
            typed="!ack PAGE",
            says="ack.done",
            given=("!emergency somebody says they will hurt a person",),
        ),
        Example(typed="!ack", says="ack.nothing"),
    ),
    goes_on=True,
)
def ack(
    call: Call, cases: Cases, pages: Pages, terms: Terms, watch: Watch, now: datetime
) -> Effects:
    """Take the page that is meant, or list those that could be."""
    typed = call.words.get("code")
    mine = Known(cases=cases, person=call.asker.person)
    found = page_of(typed, pages, mine) if typed else _only(pages, mine)
    if isinstance(found, Msg):
        return [_answer(call.asker, found)]
    if not isinstance(found, Page):
        lines = [_row(page, now) for page in found]
        return [_answer(call.asker, Msg("ack.which", (public(terms.prefix),)), *lines)]
    who = whom(found, terms, watch, now)
    if not may_take(found, call.by, terms.ladder, who):
        return [_answer(call.asker, Msg("ack.none"))]
    if found.state is PageState.ENDED:
        return [_answer(call.asker, marked(found, Msg("ack.over", (team(found.code),))))]
    if found.drill:
        taken = drill.answer(found, call.by, now, terms.ladder, who)
        return [*taken.effects, _answer(call.asker, marked(found, _answered(found, call.by)))]
    step = advance(found, PageInput.ACK, now, terms.ladder, who, call.by)
    missing = acks_needed(step.page, terms.ladder, who) - len(step.page.acked_by)
    said = _done(found, step.page, call.by, missing, terms.prefix)
    return [*step.effects, _answer(call.asker, said)]


def _only(pages: Pages, mine: Known) -> Page | Msg | Sequence[Page]:
    known = [page for page in pages.live() if page in mine and mine.rings(page)]
    # A drill is never what is meant while there is anything real.
    live = [page for page in known if not page.drill] or known
    if not live:
        return Msg("ack.nothing")
    # A page that nobody has taken is what is meant, however many others are being worked on.
    meant = [page for page in live if page.state is PageState.RINGING] or live
    return meant[0] if len(meant) == 1 else meant


def _done(before: Page, after: Page, name: str, missing: int, prefix: str) -> Msg:
    code = team(after.code)
    if after.whom is not None:
        return Msg("ack.wanted", (code, team(after.asked_by or ""), team(after.case or "")))
    if after.state is not PageState.ACKED:
        return Msg("ack.partly", (code, class_of(after), Count(number=missing)))
    case = Msg("ack.no-case") if after.case is None else team(after.case)
    if name in before.acked_by:
        return Msg("ack.again", (code, case))
    return Msg("ack.done", (code, class_of(after), case, public(prefix)))


def _answered(before: Page, name: str) -> Msg:
    again = any(name == answered for answered, _ in before.answers)
    return Msg("drill.counted" if again else "drill.thanks", (team(before.code),))


def _row(page: Page, now: datetime) -> Line:
    row = Msg("ack.row", (team(page.code), class_of(page), age(page.opened_at, now)))
    return marked(page, row)


def _answer(asker: Asker, *lines: Line) -> Answer:
    """Answer where the code may be said: by DM where this place may not carry it."""
    private = not asker.in_dm and asker.ceiling < Label.TEAM
    return Answer(doc=doc(*lines, instead=Msg("ack.public")), private=private)
