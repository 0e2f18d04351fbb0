"""The drill: people on call are rung for practice, by the ladder and the routes of a real call.

It ends by itself, or by hand, or at once when something real rings. Whatever is said of it is
marked (`tell.marked`). It has no case, mails no contact and is never mistaken for a call.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.oncall.context import CallContext
from bot.core.oncall.drill_report import called, report
from bot.core.oncall.ladder import TIMER as RINGING
from bot.core.oncall.ladder import PageInput, Step, advance
from bot.core.oncall.reach import Who
from bot.core.oncall.tell import tell, tell_rooms
from bot.core.words.effects import DropTimer, Effects, SavePage, SetTimer
from bot.core.words.facts import JSON
from bot.core.words.ids import CodeKind
from bot.core.words.pages import Page, PageState
from bot.core.words.readers import Ladder
from bot.core.words.text import Msg, team

KIND = "drill"
#: A drill lasts so long.
LASTS = timedelta(minutes=15)
#: A drill that ends later than this was not looked after all the time.
UNATTENDED = timedelta(minutes=5)
#: What is on its way when a drill ends has this long to arrive before that is reported.
SETTLES = timedelta(seconds=10)


class End(StrEnum):
    """How a drill ended; each is a message `drill.end.…` of the catalogue."""

    OVER = "over"
    LATE = "late"
    STOOD_DOWN = "stood-down"
    REAL = "real"


def begin(ctx: CallContext) -> Effects:
    """Return the first rings of a drill, and the timer of its end."""
    code = ctx.cases.fresh_code(CodeKind.PAGE, ctx.dice)
    page = Page(code=code, emergency=None, case=None, opened_at=ctx.now, drill=True)
    ring = advance(page, PageInput.RING, ctx.now, ctx.terms.ladder, ctx.who(page))
    return [*ring.effects, _end_timer(ring.page)]


def _end_timer(page: Page) -> SetTimer:
    due = page.opened_at + LASTS
    return SetTimer(key=f"drill:{page.code}", due=due, kind=KIND, data={"page": page.code})


# ---- while it runs ---------------------------------------------------------------------------


def on_page_timer(page: Page, ctx: CallContext) -> Effects:
    """Return what the timer of a drill's rings asks for.

    Nobody is rung any more once somebody has answered, and nobody is asked anything.
    """
    if page.state is PageState.ENDED:
        return [DropTimer(key=_ringing(page))]
    real = next((other for other in ctx.pages.live() if is_real(other)), None)
    if real is not None:
        return _cut_short(page, real, ctx)
    # Where the clock was set, the page may have been moved with it; its end has not been.
    page = replace(page, opened_at=min(page.opened_at, ctx.now))
    ends: Effects = [SavePage(page=page), _end_timer(page)]
    if ctx.now >= page.opened_at + LASTS:
        return _over(page, ctx.now)
    if page.state is PageState.ACKED:
        return [*ends, DropTimer(key=_ringing(page))]
    step = advance(page, PageInput.TICK, ctx.now, ctx.terms.ladder, ctx.who(page))
    return [*ends, *step.effects]


def answer(page: Page, by: str, now: datetime, ladder: Ladder, who: Who) -> Step:
    """Return the drill after somebody's ack: the first ends the rings, every one is counted."""
    first = page.state is PageState.RINGING
    step = advance(page, PageInput.ACK, now, ladder, who, by)
    kept = [
        effect
        for effect in step.effects
        if isinstance(effect, SavePage) or (first and not isinstance(effect, SetTimer))
    ]
    return Step(page=step.page, effects=(*kept, DropTimer(key=_ringing(page))))


def stand_down(page: Page, by: str, now: datetime, ladder: Ladder, who: Who) -> Step:
    """Return the drill ended by hand."""
    step = advance(page, PageInput.STAND_DOWN, now, ladder, who, by)
    return Step(page=step.page, effects=(*step.effects, _report_timer(page, End.STOOD_DOWN, now)))


def is_real(page: Page) -> bool:
    """Tell whether a page ends a drill: an emergency or an exposure, not one wanted colleague."""
    return not page.drill and page.whom is None


def give_way(real: Page, ctx: CallContext) -> Effects:
    """End a drill that runs, since a page rings that is none."""
    effects: Effects = []
    for page in ctx.pages.live():
        if page.drill:
            effects += _cut_short(page, real, ctx)
    return effects


def _ringing(page: Page) -> str:
    return f"{RINGING}:{page.code}"


# ---- its end ---------------------------------------------------------------------------------


def on_own_timer(page: Page, data: Mapping[str, JSON], ctx: CallContext) -> Effects:
    """Return what the timer of a drill's end asks for: that it ends, or what it has shown."""
    if page.state is not PageState.ENDED:
        ends = page.opened_at + LASTS
        return [_end_timer(page)] if ctx.now < ends else _over(page, ctx.now)
    end, at, case = data.get("end"), data.get("at"), data.get("case")
    if end is None or at is None:
        return []
    ended_at = datetime.fromisoformat(str(at))
    return report(page, str(end), ended_at, None if case is None else str(case), ctx)


def _over(page: Page, now: datetime) -> Effects:
    late = now > page.opened_at + LASTS + UNATTENDED
    return _ended(page, End.LATE if late else End.OVER, now)


def _ended(page: Page, end: End, now: datetime, case: str | None = None) -> Effects:
    ended = replace(page, state=PageState.ENDED)
    return [
        SavePage(page=ended),
        DropTimer(key=_ringing(page)),
        _report_timer(page, end, now, case),
    ]


def _report_timer(page: Page, end: End, now: datetime, case: str | None = None) -> SetTimer:
    data = {"page": page.code, "end": end, "at": now.isoformat(), "case": case}
    return SetTimer(key=f"drill-report:{page.code}", due=now + SETTLES, kind=KIND, data=data)


def _cut_short(page: Page, real: Page, ctx: CallContext) -> Effects:
    """End a drill because of a real page; who must not hear of that hears only that it is over."""
    hidden = frozenset[str]() if real.case is None else ctx.excluded(real.case)
    names = called(page, ctx)
    people = [person for person in ctx.terms.people if person.name in names]
    ended = replace(page, state=PageState.ENDED)
    why, over = (Msg(f"drill.{key}", (team(page.code),)) for key in ("real", "over"))
    # A room where somebody sits who must not hear of the real case is passed over by its code.
    of_case = replace(ended, case=real.case)
    return [
        *_ended(page, End.REAL, ctx.now, real.case),
        *tell(ended, [p for p in people if p.name not in hidden], (why,), ctx.now, kind="gone"),
        *tell(ended, [p for p in people if p.name in hidden], (over,), ctx.now, kind="gone"),
        *tell_rooms(of_case, ctx.who(page), (why,), ctx.now, kind="gone-room"),
    ]
