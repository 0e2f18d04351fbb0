"""When a drill begins: once a week by plan, or when somebody asks; or why it does not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.oncall.context import CallContext
from bot.core.oncall.drill import KIND, begin, on_own_timer
from bot.core.oncall.drill_week import next_drill, week_of
from bot.core.words.effects import (
    DropTimer,
    Effect,
    Effects,
    Note,
    Post,
    SetTimer,
    ToPerson,
    ToRoom,
)
from bot.core.words.ports import Timer
from bot.core.words.text import Arg, Msg, When, doc

#: The timers of the weekly drill, of looking when that is, and of one that somebody asked for.
WEEK, LOOK, HAND = "drill:week", "drill:look", "drill:hand"
#: The drill of a week that could not begin for longer than this does not begin.
LATE = timedelta(hours=1)


class Bar(StrEnum):
    """Why a drill does not begin; each is a message `drill.bar.…` of the catalogue."""

    REAL = "real"
    RUNNING = "running"
    LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillContext:
    """What the timers of drills are decided from. `noted` tells when something was done."""

    call: CallContext
    noted: Callable[[str], datetime | None]


def on_timer(timer: Timer, ctx: DrillContext) -> Effects:
    """Return what one of these timers asks for; one without sense any more asks for nothing."""
    if timer.key == WEEK:
        due = datetime.fromisoformat(str(timer.data["due"]))
        return [*_weekly(due, ctx), *plan(ctx, after=due)]
    if timer.key == LOOK:
        return plan(ctx)
    if timer.key == HAND:
        return _start(ctx.call, by=str(timer.data["by"]))
    page = ctx.call.pages.find(str(timer.data.get("page")))
    return [] if page is None else on_own_timer(page, timer.data, ctx.call)


def plan(ctx: DrillContext, after: datetime | None = None) -> Effects:
    """Return the timer of the next drill: no week has two, whatever the clock did."""
    now, terms = ctx.call.now, ctx.call.terms
    if terms.drill is None:
        return [DropTimer(key=WEEK)]
    due = next_drill(terms.drill, terms.time_zone, max(now, after or now))
    while ctx.noted(_week_key(week_of(terms.drill, terms.time_zone, due))) is not None:
        due = next_drill(terms.drill, terms.time_zone, due)
    return [SetTimer(key=WEEK, due=due, kind=KIND, data={"due": due.isoformat()})]


def ask(by: str, now: datetime) -> SetTimer:
    """Return the timer that begins a drill by hand.

    A real call that is in its way may be none that `by` may know of, so it is looked for there.
    """
    return SetTimer(key=HAND, due=now, kind=KIND, data={"by": by})


def _weekly(due: datetime, ctx: DrillContext) -> Iterator[Effect]:
    terms = ctx.call.terms
    week = week_of(terms.drill, terms.time_zone, due) if terms.drill else None
    if week is None or ctx.noted(_week_key(week)) is not None:
        return
    yield Note(key=_week_key(week))
    yield from _start(ctx.call, due=due)


def _week_key(week: str | None) -> str:
    return f"drill:{week}"


def _start(ctx: CallContext, *, due: datetime | None = None, by: str | None = None) -> Effects:
    """Begin a drill that was `due`, or that somebody asked for; or say why not."""
    live = ctx.pages.live()
    real = next((page for page in live if not page.drill), None)
    if due is not None and ctx.now - due > LATE:
        return _barred(Bar.LATE, None, ctx, due, by)
    if real is not None:
        return _barred(Bar.REAL, real.case, ctx, due, by)
    return _barred(Bar.RUNNING, None, ctx, due, by) if live else begin(ctx)


def _barred(
    bar: Bar, case: str | None, ctx: CallContext, due: datetime | None, by: str | None
) -> Effects:
    """Tell the team's rooms, and who asked; nobody who must not know of the case in the way."""
    what: Arg = Msg("drill.asked") if due is None else Msg("drill.of-week", (When(at=due),))
    line = Msg("drill.word", (Msg("drill.barred", (what, Msg(f"drill.bar.{bar}"))),))
    words = doc(line, instead=Msg("drill.public"))
    key = f"drill-barred:{ctx.now:%Y%m%dT%H%M%S%f}"
    told: Effects = [
        Post(to=ToRoom(room=room), doc=words, key=f"{key}:{room}", case=case)
        for room in ctx.terms.team_rooms
    ]
    if by is not None:
        told.append(Post(to=ToPerson(name=by), doc=words, key=f"{key}:by-dm:{by}", case=case))
    return told
