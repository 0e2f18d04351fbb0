"""What comes in behind an ack: it says "I have seen this", not "I have seen what comes later".

Whoever took a page hears of calls that join it, every quarter of an hour at most: what comes in
between is counted, and told when that is over. Where somebody calls who had not called before,
whoever took it is asked for another `ack`; without it the page rings again.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.oncall.classes import class_of
from bot.core.oncall.context import CallContext
from bot.core.oncall.ladder import MAX_SILENCE, TIMER, PageInput, Step, advance
from bot.core.oncall.reach import takers_of
from bot.core.oncall.tell import tell
from bot.core.words.effects import Effect, Mail, Post, SavePage, SetTimer
from bot.core.words.pages import Page, PageState
from bot.core.words.text import Count, Line, Msg, public, team

#: A caller is mailed for again, and whoever took a page is told of calls, at most this often.
QUIET = timedelta(minutes=15)


def timer_key(page: Page) -> str:
    """Return the key of the timer by which a page tells what has waited.

    It is not the ladder's own, which an `ack` sets anew.
    """
    return f"{TIMER}:{page.code}:behind"


def joined(page: Page, case: str, ctx: CallContext, *, new: bool, by: str | None) -> Step:
    """Return what a call about `case` means to whoever took the page it joined, already counted.

    `new` says that the caller had not called before; `by` names one of the roster. Where nobody
    is left who took it, it rings.
    """
    if page.state is not PageState.ACKED:
        return Step(page=page, effects=(SavePage(page=page),))
    takers = takers_of(page, ctx.who(page))
    if not takers:
        step = advance(page, PageInput.TICK, ctx.now, ctx.terms.ladder, ctx.who(page))
        return Step(page=step.page, effects=(SavePage(page=page), *step.effects))
    if all(person.name == by for person in takers):
        return Step(page=page, effects=(SavePage(page=page),))
    page = replace(page, untold=page.untold + 1, unheard=page.unheard + new)
    if page.untold == 1 and _is_quiet(page, ctx):
        return _told(page, joined_line(page, case), ctx, case)
    if _is_quiet(page, ctx):
        return _told(page, _counted(page), ctx, page.case)
    return Step(page=page, effects=(SavePage(page=page), _timer(page, ctx)))


def joined_line(page: Page, case: str) -> Line:
    """Return the line that names the case of a call that joined a page."""
    return Msg("page.joined", (team(page.code), class_of(page), team(case)))


def on_time(page: Page, ctx: CallContext) -> Step:
    """Return what is due of that by now; a page on which nothing waits stays as it is."""
    waits = page.untold > 0 or page.unseen_at is not None
    if page.state is not PageState.ACKED or not waits:
        return Step(page=page, effects=())
    if page.unseen_at is not None and passed(page.unseen_at, _patience(ctx), ctx.now):
        # Everybody is rung, and can see for themselves what came in.
        page = replace(page, untold=0, unheard=0, unseen_at=None)
        return advance(page, PageInput.LAPSE, ctx.now, ctx.terms.ladder, ctx.who(page))
    if page.untold and _is_quiet(page, ctx):
        return _told(page, _counted(page), ctx, page.case)
    return Step(page=page, effects=(_timer(page, ctx),))


def passed(since: datetime, span: timedelta, now: datetime) -> bool:
    """Tell whether so much time has passed; one still to come comes of a wrong clock."""
    return not timedelta(0) <= now - since < span


def _is_quiet(page: Page, ctx: CallContext) -> bool:
    return page.told_at is None or passed(page.told_at, QUIET, ctx.now)


def _counted(page: Page) -> Line:
    count = Count(number=page.untold)
    return Msg("page.joined-since", (team(page.code), count, class_of(page)))


def _told(page: Page, line: Line, ctx: CallContext, case: str | None) -> Step:
    """Tell whoever took the page; after a new caller they are asked to say `ack` again."""
    who = ctx.who(page)
    look = Msg("page.look", (team(page.code), public(who.prefix)))
    lines = (line, look) if page.unheard else (line,)
    unseen_at = ctx.now if page.unheard else page.unseen_at
    page = replace(page, told_at=ctx.now, untold=0, unheard=0, unseen_at=unseen_at)
    words = [
        about(word, case)
        for word in tell(page, takers_of(page, who), lines, ctx.now, kind="joined")
    ]
    timer = () if unseen_at is None else (_timer(page, ctx),)
    return Step(page=page, effects=(SavePage(page=page), *words, *timer))


def about(word: Effect, case: str | None) -> Effect:
    """Tie a word about a page to the very case that it names: each has words of its own."""
    if case is None or not isinstance(word, Post | Mail):
        return word
    return replace(word, case=case, key=f"{word.key}:{case}")


def _patience(ctx: CallContext) -> timedelta:
    return min(ctx.terms.ladder.repage, MAX_SILENCE)


def _timer(page: Page, ctx: CallContext) -> SetTimer:
    dues = []
    if page.unseen_at is not None:
        dues.append(min(page.unseen_at, ctx.now) + _patience(ctx))
    if page.untold and page.told_at is not None:
        dues.append(min(page.told_at, ctx.now) + QUIET)
    due = min(dues, default=ctx.now)
    return SetTimer(key=timer_key(page), due=due, kind=TIMER, data={"page": page.code})
