"""The life of a page: it rings people step by step until somebody takes it.

A page is never silent for longer than `MAX_SILENCE` while it rings, whatever is configured. Where
nobody takes it for `WHOLE_LADDER`, the whole team is rung, on duty or not. An ack lives for a
while only: then whoever took it is asked, and without an answer the page rings again. What a
colleague wants of one person rings nobody else, and is over when they answer, or do not for
`GIVES_UP`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.core.oncall.ladder_fit import WHOLE_LADDER
from bot.core.oncall.reach import (
    Who,
    acks_needed,
    may_end,
    may_take,
    rung,
    steps_of,
    takers_of,
    who_of,
    whole_team,
)
from bot.core.oncall.tell import ring_line, tell, tell_rooms
from bot.core.oncall.wanted import asker_of, wanted_line, wanted_words
from bot.core.words.effects import DropTimer, Effect, SavePage, SetTimer
from bot.core.words.pages import Page, PageState
from bot.core.words.people import Person
from bot.core.words.readers import Ladder
from bot.core.words.text import Msg, public, team

__all__ = [
    "GIVES_UP",
    "MAX_SILENCE",
    "TABLE",
    "TIMER",
    "PageError",
    "PageInput",
    "Step",
    "Who",
    "acks_needed",
    "advance",
    "may_end",
    "may_take",
    "who_of",
]

MAX_SILENCE = timedelta(minutes=5)
#: How long somebody is rung whom a colleague wants.
GIVES_UP = timedelta(minutes=30)
TIMER = "page"
_NEVER = datetime.max.replace(tzinfo=UTC)


class PageInput(StrEnum):
    """What can happen to a page."""

    #: The first ring.
    RING = "ring"
    #: Its timer.
    TICK = "tick"
    #: Somebody takes it.
    ACK = "ack"
    #: What an ack turns into when it is the last one needed.
    ENOUGH = "enough"
    #: An ack counts no more: what a tick turns into when its time is over and nobody answered.
    LAPSE = "lapse"
    #: What an ack turns into when a colleague wanted that very person.
    ANSWERED = "answered"
    #: What a tick turns into when whom a colleague wants did not answer for long.
    UNANSWERED = "unanswered"
    #: Every case it is about was closed.
    OVER = "over"
    #: Somebody who can act says that it is over.
    STAND_DOWN = "stand-down"


TABLE: Mapping[tuple[PageState, PageInput], PageState] = {
    (PageState.RINGING, PageInput.RING): PageState.RINGING,
    (PageState.RINGING, PageInput.TICK): PageState.RINGING,
    (PageState.RINGING, PageInput.ACK): PageState.RINGING,
    (PageState.RINGING, PageInput.ENOUGH): PageState.ACKED,
    (PageState.RINGING, PageInput.ANSWERED): PageState.ENDED,
    (PageState.RINGING, PageInput.UNANSWERED): PageState.ENDED,
    (PageState.RINGING, PageInput.OVER): PageState.ENDED,
    (PageState.RINGING, PageInput.STAND_DOWN): PageState.ENDED,
    (PageState.ACKED, PageInput.TICK): PageState.ACKED,
    (PageState.ACKED, PageInput.ENOUGH): PageState.ACKED,
    (PageState.ACKED, PageInput.LAPSE): PageState.RINGING,
    (PageState.ACKED, PageInput.OVER): PageState.ENDED,
    (PageState.ACKED, PageInput.STAND_DOWN): PageState.ENDED,
}


class PageError(ValueError):
    """The page does not take this input, or not from this person; nothing changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A page after an input, and what follows from it."""

    page: Page
    effects: tuple[Effect, ...]


def advance(
    page: Page, what: PageInput, now: datetime, ladder: Ladder, who: Who, by: str | None = None
) -> Step:
    """Return the page after `what`, and the rings, words and timer that follow.

    `by` is the roster name behind an ACK or a STAND_DOWN. PageError for an input that the
    page's state does not take, and for one by somebody who cannot act on it.
    """
    match what:
        case PageInput.RING:
            return _first_ring(page, now, ladder, who)
        case PageInput.TICK:
            return _tick(page, now, ladder, who)
        case PageInput.ACK if by is not None and may_take(page, by, ladder, who):
            return _ack(page, by, now, ladder, who)
        case PageInput.STAND_DOWN if by is not None and may_end(page, by, ladder, who):
            return _stand_down(page, by, now, ladder, who)
        case PageInput.OVER:
            return _ended(page, what)
        case PageInput.LAPSE:
            return _lapsed(page, now, ladder, who)
        case _:
            raise PageError(f"{what} is not for {by} to give")


def _to(page: Page, what: PageInput) -> PageState:
    state = TABLE.get((page.state, what))
    if state is None:
        raise PageError(f"a page that is {page.state} takes no {what}")
    return state


# ---- ringing ---------------------------------------------------------------------------------


def _following(steps: Sequence[Sequence[Person]], after: int) -> int | None:
    """Return the next step that has anybody, None when there is none."""
    return next((n for n in range(after + 1, len(steps)) if steps[n]), None)


def _first_ring(page: Page, now: datetime, ladder: Ladder, who: Who) -> Step:
    steps = steps_of(page, ladder, who)
    first = _following(steps, -1) or 0
    state = _to(page, PageInput.RING)
    started = replace(page, state=state, step=first, stepped_at=now, began_at=now)
    return _ring(started, now, ladder, who)


def _tick(page: Page, now: datetime, ladder: Ladder, who: Who) -> Step:
    told = _set_back(page, now, ladder)
    follow = _tick_taken if page.state is PageState.ACKED else _tick_ringing
    step = follow(told, now, ladder, who)
    if told == page:
        return step
    return Step(page=step.page, effects=(SavePage(page=step.page), *step.effects))


def _set_back(page: Page, now: datetime, ladder: Ladder) -> Page:
    """Return the page after the clock was set back: what is still to come was just now.

    Nobody waits for the clock to come round again, so whoever is to be rung is rung at once.
    """
    rung = page.rung_at
    if rung is not None and rung > now:
        ringing = page.state is PageState.RINGING
        rung = now - min(ladder.repage, MAX_SILENCE) if ringing else now
    return replace(
        page,
        rung_at=rung,
        stepped_at=page.stepped_at and min(page.stepped_at, now),
        began_at=page.began_at and min(page.began_at, now),
        acked_at=page.acked_at and min(page.acked_at, now),
    )


def _tick_ringing(page: Page, now: datetime, ladder: Ladder, who: Who) -> Step:
    late = now - _ring_due(page, ladder)
    if page.whom is not None and late > MAX_SILENCE:
        # While the bot was away nobody was called, and nobody is told that they did not answer.
        page = replace(page, began_at=_began(page) + late)
    if page.whom is not None and now >= _began(page) + GIVES_UP:
        return _unanswered(page, now, who)
    page = replace(page, state=_to(page, PageInput.TICK))
    risen = _risen(page, now, ladder, who)
    if (risen.step, risen.whole) != (page.step, page.whole) or now >= _ring_due(page, ladder):
        return _ring(risen, now, ladder, who, wakes=risen.whole and not page.whole)
    return Step(page=page, effects=(_ringing_timer(page, now, ladder, who),))


def _risen(page: Page, now: datetime, ladder: Ladder, who: Who) -> Page:
    """Return the page on the step where the time since the last one puts it.

    A tick that comes late makes up for the steps that were missed. Where nobody can be rung any
    more on the steps so far, the next one does not wait.
    """
    steps = steps_of(page, ladder, who)
    following = _following(steps, page.step)
    since = page.stepped_at or page.opened_at
    while following is not None and now >= since + ladder.escalate:
        since += ladder.escalate
        page = replace(page, step=following, stepped_at=since)
        following = _following(steps, following)
    if following is not None and not rung(page, ladder, who):
        page = replace(page, step=following, stepped_at=now)
    return replace(page, whole=page.whole or _turn_of_all(page, ladder, who) <= now)


def _began(page: Page) -> datetime:
    return page.began_at or page.opened_at


def _turn_of_all(page: Page, ladder: Ladder, who: Who) -> datetime:
    """Return from when on the whole team is rung; never where nobody would be rung besides."""
    named = {person.name for step in steps_of(page, ladder, who) for person in step}
    if all(person.name in named for person in whole_team(page, ladder, who)):
        return _NEVER
    return _began(page) + WHOLE_LADDER


def _ring_due(page: Page, ladder: Ladder) -> datetime:
    return (page.rung_at or page.opened_at) + min(ladder.repage, MAX_SILENCE)


def _ring(page: Page, now: datetime, ladder: Ladder, who: Who, *, wakes: bool = False) -> Step:
    """Ring everybody whose turn it is, and say so in the rooms; `wakes` the whole team."""
    page = replace(page, rung_at=now)
    reached = rung(page, ladder, who)
    people = tuple(person for person in reached if person.name not in page.acked_by)
    line = ring_line(page, now, who) if page.whom is None else wanted_line(page, now, who)
    said = Msg("page.whole", (team(page.code), public(who.prefix))) if wakes else line
    return Step(
        page=page,
        effects=(
            SavePage(page=page),
            *tell(page, people, (line,), now, kind="ring"),
            *tell_rooms(page, who, (said,), now, kind="ring-room"),
            _ringing_timer(page, now, ladder, who),
        ),
    )


def _ringing_timer(page: Page, now: datetime, ladder: Ladder, who: Who) -> SetTimer:
    due = min(_ring_due(page, ladder), now + MAX_SILENCE)
    if _following(steps_of(page, ladder, who), page.step) is not None:
        due = min(due, (page.stepped_at or page.opened_at) + ladder.escalate)
    if page.whom is not None:
        due = min(due, _began(page) + GIVES_UP)
    elif not page.whole:
        due = min(due, _turn_of_all(page, ladder, who))
    return _timer(page, due)


def _timer(page: Page, due: datetime) -> SetTimer:
    return SetTimer(key=f"{TIMER}:{page.code}", due=due, kind=TIMER, data={"page": page.code})


# ---- taken -----------------------------------------------------------------------------------


def _ack(page: Page, by: str, now: datetime, ladder: Ladder, who: Who) -> Step:
    new = by not in page.acked_by
    takers = (*page.acked_by, by) if new else page.acked_by
    enough = page.state is PageState.ACKED or len(takers) >= acks_needed(page, ladder, who)
    what = PageInput.ENOUGH if enough else PageInput.ACK
    state = _to(page, what if page.whom is None else PageInput.ANSWERED)
    answers = page.answers
    if all(name != by for name, _ in answers):
        answers = (*answers, (by, now))
    page = replace(
        page, state=state, acked_by=takers, acked_at=now, answers=answers, unseen_at=None
    )
    if page.whom is not None:
        return _over(page, wanted_words(page, now, who, "page.wanted.answered", kind="taken"))
    words: list[Effect] = []
    if new:
        people = rung(page, ladder, who)
        others = tuple(person for person in people if person.name not in takers)
        line = Msg("page.taken" if enough else "page.taken.part", (team(page.code), team(by)))
        words += tell(page, others, (line,), now, kind="taken")
        words += tell_rooms(page, who, (line,), now, kind="taken-room")
    if enough:
        timer = _timer(page, now + ladder.ack_lifetime)
    else:
        timer = _ringing_timer(page, now, ladder, who)
    return Step(page=page, effects=(SavePage(page=page), *words, timer))


def _ended(page: Page, what: PageInput) -> Step:
    return _over(replace(page, state=_to(page, what)))


def _over(page: Page, words: Iterable[Effect] = ()) -> Step:
    """Return a page that is over, and what is said of it."""
    over = (SavePage(page=page), DropTimer(key=f"{TIMER}:{page.code}"))
    return Step(page=page, effects=(*over, *words))


def _unanswered(page: Page, now: datetime, who: Who) -> Step:
    """End what a colleague wanted, and tell them that nobody answered."""
    ended = replace(page, state=_to(page, PageInput.UNANSWERED))
    return _over(ended, wanted_words(page, now, who, "page.wanted.unanswered", kind="unanswered"))


def _stand_down(page: Page, by: str, now: datetime, ladder: Ladder, who: Who) -> Step:
    """End a page by hand: everybody who was rung, or took it, hears by whom."""
    step = _ended(page, PageInput.STAND_DOWN)
    told = (*rung(page, ladder, who), *takers_of(page, who), *asker_of(page, who))
    others = {person.name: person for person in told if person.name != by}
    line = Msg("page.stood-down", (team(page.code), team(by)))
    words = (
        *tell(step.page, others.values(), (line,), now, kind="stood-down"),
        *tell_rooms(step.page, who, (line,), now, kind="stood-down-room"),
    )
    return Step(page=step.page, effects=(*step.effects, *words))


def _tick_taken(page: Page, now: datetime, ladder: Ladder, who: Who) -> Step:
    """Wait for the ack's time to pass, then ask whoever took it, then ring again.

    Where nobody who took it may act any more, it rings again at once.
    """
    ends = (page.acked_at or page.opened_at) + ladder.ack_lifetime
    patience = min(ladder.repage, MAX_SILENCE)
    asked = page.rung_at is not None and page.rung_at >= ends
    answer_by = page.rung_at + patience if asked and page.rung_at else ends
    alone = bool(page.acked_by) and not takers_of(page, who)
    if now < answer_by and not alone:
        return Step(
            page=replace(page, state=_to(page, PageInput.TICK)), effects=(_timer(page, answer_by),)
        )
    if not asked and not alone:
        return _still_on_it(page, now, patience, who)
    return _lapsed(page, now, ladder, who)


def _lapsed(page: Page, now: datetime, ladder: Ladder, who: Who) -> Step:
    """Ring a page that was taken again, as if nobody had."""
    state = _to(page, PageInput.LAPSE)
    opened = replace(
        page, state=state, acked_by=(), acked_at=None, stepped_at=now, began_at=now, whole=False
    )
    return _ring(_risen(opened, now, ladder, who), now, ladder, who)


def _still_on_it(page: Page, now: datetime, patience: timedelta, who: Who) -> Step:
    page = replace(page, state=_to(page, PageInput.TICK), rung_at=now)
    line = Msg("page.still", (team(page.code), public(who.prefix)))
    asked = tell(page, takers_of(page, who), (line,), now, kind="still")
    return Step(page=page, effects=(SavePage(page=page), *asked, _timer(page, now + patience)))
