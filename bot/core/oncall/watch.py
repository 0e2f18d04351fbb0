"""Looking after the rota: gaps are told a week ahead, and each watch is handed over in time.

One timer looks whenever something is due, and at least once a day. What was done is noted under
keys made of dates, so a look that comes late, twice or after a jump of the clock loses nothing and
repeats nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.oncall.reach import Who, counted, on_duty, who_of_all
from bot.core.oncall.rota import gaps, stretches
from bot.core.oncall.tell import marked
from bot.core.words.effects import (
    DropOffer,
    Effect,
    Effects,
    Lane,
    Mail,
    Note,
    Post,
    SetTimer,
    ToPerson,
    ToRoom,
)
from bot.core.words.pages import Page
from bot.core.words.people import Person
from bot.core.words.ports import RowState
from bot.core.words.readers import Terms
from bot.core.words.rota import Offer, Rota, Span
from bot.core.words.text import Arg, Count, Line, Msg, When, doc, public, team

KIND = "rota"
TIMER = "rota"
#: How far ahead gaps are told.
WEEK = timedelta(days=7)
#: How long before a watch it is handed over.
BEFORE = timedelta(minutes=15)
#: How long a word that hands over has to arrive before it is tried again, then told.
PATIENCE = timedelta(minutes=5)
#: What lies further away is not looked at: a stretch that reaches there has no end to name.
BACK, AHEAD = timedelta(days=8), timedelta(days=15)
_DAY = timedelta(days=1)
#: Gaps named in one line; the others are counted.
_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchContext:
    """What a look at the rota may read.

    `noted` tells when something was done, by key; `states` what became of the rows of a word to
    somebody, on every route; `pages` the emergencies that somebody may know of and that are not
    over, drills among them.
    """

    now: datetime
    terms: Terms
    rota: Rota
    offers: Sequence[Offer]
    noted: Callable[[str], datetime | None]
    states: Callable[[str, Person], Sequence[RowState]]
    pages: Callable[[Person], Sequence[Page]]

    @property
    def who(self) -> Who:
        """Whom a page could reach now."""
        return who_of_all(self.terms, self.rota, self.now)


def look(ctx: WatchContext) -> Effects:
    """Return what is to be said and done now, and the timer of the next look."""
    if not (ctx.rota.shifts or ctx.rota.overrides or ctx.offers):
        return []
    effects: Effects = [*_gaps(ctx)]
    wakes = [ctx.now + _DAY]
    for offer in ctx.offers:
        if offer.until <= ctx.now:
            effects += lapsed(offer)
        else:
            wakes.append(offer.until)
    for person in _watchers(ctx):
        for watch in _watches(ctx, person):
            if watch.begins > ctx.now + BEFORE:
                wakes.append(watch.begins - BEFORE)
                break
            said, again = _hand_over(ctx, person, watch)
            effects += said
            wakes += again
    return [*effects, SetTimer(key=TIMER, due=min(wakes), kind=KIND)]


def lapsed(offer: Offer) -> Effects:
    """Return what follows when nobody accepted an offer in time."""
    line = Msg("oncall.lapsed", (team(offer.giver), team(offer.taker), When(at=offer.begins)))
    key = f"rota:lapsed:{offer.giver}:{stamp(offer.begins)}:{stamp(offer.until)}"
    return [
        DropOffer(giver=offer.giver, outcome="lapsed"),
        *(
            Post(to=ToPerson(name=name), doc=doc(line), key=f"{key}:{name}", lane=Lane.WORDS)
            for name in (offer.giver, offer.taker)
        ),
    ]


def gaps_ahead(ladder_of: Who, terms: Terms, now: datetime) -> tuple[Span, ...]:
    """Return the gaps that begin within a week, the one that is now first."""
    rota, steps = counted(terms.ladder, ladder_of)
    if not any(steps):
        return ()
    found = gaps(rota, steps, now - BACK, now + AHEAD)
    return tuple(gap for gap in found if gap.ends > now and gap.begins < now + WEEK)


def stamp(at: datetime) -> str:
    """Return a moment as it stands in keys."""
    return f"{at:%Y%m%dT%H%M%S}"


def span_of(span: Span) -> Msg:
    """Return the words for a stretch of time."""
    return Msg("oncall.span", (When(at=span.begins), When(at=span.ends)))


def listed(items: Sequence[Arg], key: str = "oncall.and") -> Arg:
    """Return items as one argument, joined two by two by a message."""
    joined = items[0]
    for item in items[1:]:
        joined = Msg(key, (joined, item))
    return joined


def _gaps(ctx: WatchContext) -> Iterator[Effect]:
    """Tell the team's rooms of gaps that they do not know of."""
    fresh = []
    for gap in gaps_ahead(ctx.who, ctx.terms, ctx.now):
        # One that has always been there has no beginning to know it by.
        begins = "always" if gap.begins <= ctx.now - BACK else stamp(gap.begins)
        ends = "open" if gap.ends >= ctx.now + AHEAD else stamp(gap.ends)
        key = f"rota:gap:{begins}:{ends}"
        if ctx.noted(key) is None:
            fresh.append(gap)
            yield Note(key=key)
    if not fresh:
        return
    named: list[Arg] = [span_of(gap) for gap in fresh[:_NAMED]]
    if len(fresh) > _NAMED:
        named.append(Msg("oncall.more", (Count(number=len(fresh) - _NAMED),)))
    line = Msg("oncall.gap-news", (listed(named), public(ctx.terms.prefix)))
    yield from tell_rooms(line, ctx.terms, f"rota:gaps:{stamp(ctx.now)}:{stamp(fresh[0].begins)}")


def tell_rooms(line: Line, terms: Terms, key: str) -> Iterator[Effect]:
    """Tell the team's rooms one line; one that may not carry it hears that there is news."""
    for room in terms.team_rooms:
        yield Post(
            to=ToRoom(room=room), doc=doc(line, instead=Msg("room.news")), key=f"{key}:{room}"
        )


def _watchers(ctx: WatchContext) -> list[Person]:
    """Return everybody who may be rung by plan: named in a step, or taking a watch."""
    names = {name for step in ctx.terms.ladder.steps for name in step}
    names |= {override.person for override in ctx.rota.overrides}
    return [person for person in ctx.terms.people if person.name in names]


def _watches(ctx: WatchContext, person: Person) -> Iterator[Span]:
    """Yield the watches of somebody that are not over, but for those just taken by themselves."""
    taken = {
        override.begins
        for override in ctx.rota.overrides
        if override.person == person.name and override.instead is None
    }
    rota, steps = counted(ctx.terms.ladder, ctx.who)
    for span in stretches(rota, steps, person.name, ctx.now - BACK, ctx.now + AHEAD):
        endless = span.begins <= ctx.now - BACK
        if span.ends > ctx.now and not endless and span.begins not in taken:
            yield span


def _hand_over(
    ctx: WatchContext, person: Person, watch: Span
) -> tuple[list[Effect], list[datetime]]:
    """Tell somebody of their watch: this is the test of their routes, too.

    By message first; where that does not arrive by message and mail; then the team hears.
    Returns what to do now, and when to look again.
    """
    key = f"rota:watch:{person.name}:{stamp(watch.begins)}"
    tries = [f"{key}:1", f"{key}:2", f"{key}:told"]
    done = [at for each in tries if (at := ctx.noted(each)) is not None]
    if len(done) == len(tries):
        return [], []
    states = [state for each in tries for state in ctx.states(each, person)]
    if RowState.SENT in states:
        return [], []
    if done and ctx.now < done[-1] + PATIENCE:
        return [], [done[-1] + PATIENCE]
    note = Note(key=tries[len(done)])
    if len(done) == len(tries) - 1:
        line = Msg("oncall.unreached", (team(person.name), When(at=watch.begins)))
        return [note, *tell_rooms(line, ctx.terms, tries[-1])], []
    by_mail = bool(done) or not person.accounts
    said = _told(ctx, person, watch, tries[len(done)], by_mail=by_mail)
    return [note, *said], [ctx.now + PATIENCE]


def _told(
    ctx: WatchContext, person: Person, watch: Span, key: str, *, by_mail: bool
) -> Iterator[Effect]:
    lines = tuple(_lines(ctx, person, watch))
    yield Post(
        to=ToPerson(name=person.name),
        doc=doc(*lines, instead=Msg("page.public")),
        key=key,
        lane=Lane.PAGE,
        plain_message=True,
    )
    if by_mail and person.mail:
        yield Mail(
            to=person.mail, subject=Msg("oncall.subject"), body=doc(*lines), key=f"{key}:mail"
        )


def _lines(ctx: WatchContext, person: Person, watch: Span) -> Iterator[Line]:
    """Yield from when until when, who else, and what is open."""
    endless = watch.ends >= ctx.now + AHEAD
    until: Arg = Msg("oncall.long") if endless else When(at=watch.ends)
    yield Msg("oncall.handover", (When(at=watch.begins), until))
    at = max(watch.begins, ctx.now)
    steps = on_duty(ctx.terms.ladder, who_of_all(ctx.terms, ctx.rota, at))
    others = [team(each.name) for step in steps for each in step if each.name != person.name]
    yield Msg("oncall.with", (listed(others),)) if others else Msg("oncall.alone")
    pages = ctx.pages(person)
    codes = [team(page.code) for page in pages if not page.drill]
    if codes:
        yield Msg("oncall.open-pages", (listed(codes), public(ctx.terms.prefix)))
    for page in pages:
        if page.drill:
            yield drill_open(page, ctx.terms)


def drill_open(page: Page, terms: Terms) -> Line:
    """Return that a drill is under way."""
    since = When(at=page.opened_at)
    return marked(page, Msg("drill.open", (team(page.code), since, public(terms.prefix))))
