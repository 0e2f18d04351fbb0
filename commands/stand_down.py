"""`stand-down`: end an emergency that is over, or was none, by somebody who can act on it.

Everything that joined it is listed before it ends. Why it ended is kept in its cases, and said
in no room. Whoever may not know of one of them can end none of it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.core.case.facts import FactKind
from bot.core.oncall import drill
from bot.core.oncall.classes import class_of
from bot.core.oncall.ladder import PageInput, advance, may_end
from bot.core.oncall.tell import marked
from bot.core.policy.access import CALL_ROLES, Rule
from bot.core.words.cases import CaseView
from bot.core.words.effects import Answer, Confirm, Effects, StoodDown
from bot.core.words.labels import Label
from bot.core.words.pages import Page, PageState
from bot.core.words.readers import Cases, Desk, Pages, Terms, Watch
from bot.core.words.text import Count, Line, Msg, doc, team
from commands._calls import Known, page_of
from commands._spec import Call, Example, TakesText, TakesWord, command
from commands._watch import whom
from commands._words import age

#: How long the preview waits for its `yes`.
LASTING = timedelta(seconds=60)
#: Of more cases than this only the codes are listed, several in a line.
MOST_LINES = 12
IN_A_LINE = 6


@command(
    "stand-down",
    usage="stand-down CODE REASON",
    rule=Rule(who=CALL_ROLES, floor=Label.TEAM),
    label=Label.TEAM,
    takes=(TakesWord(name="code"), TakesText(name="reason")),
    examples=(
        Example(
            typed="!stand-down PAGE They are safe and with their family",
            says="stand-down.preview",
            given=("!emergency somebody says they will hurt a person",),
        ),
        Example(typed="!stand-down C-000000 It is over", says="ack.none"),
    ),
    goes_on=True,
)
def stand_down(
    call: Call,
    cases: Cases,
    pages: Pages,
    terms: Terms,
    desk: Desk,
    watch: Watch,
    now: datetime,
) -> Effects:
    """List every call that joined, and on `yes` end the page."""
    found = page_of(call.words["code"], pages, Known(cases=cases, person=call.asker.person))
    if isinstance(found, Msg):
        return [Answer(doc=doc(found))]
    codes, who = pages.cases_of(found), whom(found, terms, watch, now)
    if codes is None or not may_end(found, call.by, terms.ladder, who):
        return [Answer(doc=doc(Msg("ack.none")))]
    if found.state is PageState.ENDED:
        return [Answer(doc=doc(marked(found, Msg("ack.over", (team(found.code),)))))]
    newer = call.confirmed and _joined_since(found, desk)
    if not call.confirmed or newer:
        first = (Msg("stand-down.newer"),) if newer else ()
        preview = doc(*first, *_preview(found, codes, cases, now))
        return [Confirm(doc=preview, lasting=LASTING)]
    step = (
        drill.stand_down(found, call.by, now, terms.ladder, who)
        if found.drill
        else advance(found, PageInput.STAND_DOWN, now, terms.ladder, who, call.by)
    )
    return [
        *step.effects,
        *(
            StoodDown(code=code, page=found.code, by=call.by, reason=call.text or ())
            for code in codes
        ),
        Answer(doc=doc(marked(found, Msg("stand-down.done", (team(found.code),))))),
    ]


def _joined_since(page: Page, desk: Desk) -> bool:
    """Tell whether a call joined after what waits for this `yes` was decided."""
    shown = [waiting.until - LASTING for waiting in desk.waiting if waiting.verb == "stand-down"]
    return page.called_at is not None and any(page.called_at > at for at in shown)


def _preview(page: Page, codes: Sequence[str], cases: Cases, now: datetime) -> Iterator[Line]:
    if page.drill:
        yield marked(page, Msg("drill.would-end", (team(page.code), age(page.opened_at, now))))
        return
    about = (team(page.code), class_of(page), age(page.opened_at, now), Count(number=page.calls))
    yield Msg("stand-down.preview", about)
    if len(codes) > MOST_LINES:
        for at in range(0, len(codes), IN_A_LINE):
            yield Msg("stand-down.calls", (team(", ".join(codes[at : at + IN_A_LINE])),))
        return
    for code in codes:
        view = cases.find(code)
        called = [] if view is None else _called(view, page)
        # Whoever works no cases hears the code alone.
        yield (
            Msg("stand-down.call", (team(code), Count(number=len(called)), age(called[-1], now)))
            if called
            else Msg("stand-down.calls", (team(code),))
        )


def _called(view: CaseView, page: Page) -> list[datetime]:
    """Return when the calls about a case came that are on a page."""
    return [
        entry.at
        for entry in view.entries
        if entry.kind == FactKind.CALLED and entry.data.get("page") == page.code
    ]
