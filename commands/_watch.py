"""What commands say and ask about who is on call."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.core.oncall.reach import Who, counted, on_duty, who_of, who_of_all
from bot.core.oncall.rota import changes, covered, stretches
from bot.core.oncall.watch import AHEAD, WEEK, gaps_ahead, listed, span_of
from bot.core.words.pages import Page
from bot.core.words.people import Person
from bot.core.words.readers import Terms, Watch
from bot.core.words.rota import Rota
from bot.core.words.text import Arg, Count, Line, Msg, When, team

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=7)
#: Pages taken are counted as far back as this.
MONTH = timedelta(days=30)
_DURATION = re.compile(r"([0-9]{1,5})(m|min|h|d)")
_UNITS = {"m": timedelta(minutes=1), "min": timedelta(minutes=1), "h": timedelta(hours=1)}
_HOUR = timedelta(hours=1)


def rota_of(terms: Terms, watch: Watch) -> Rota:
    """Return the rota as it stands."""
    return Rota(shifts=terms.shifts, overrides=watch.overrides())


def whom(page: Page, terms: Terms, watch: Watch, now: datetime) -> Who:
    """Return whom a page can reach now."""
    return who_of(page, terms, rota_of(terms, watch), now, watch.recused(page))


def duration(word: str) -> timedelta | None:
    """Read how long a watch is to last; None for what is none, or too short or too long."""
    match = _DURATION.fullmatch(word.lower())
    if match is None:
        return None
    length = int(match[1]) * _UNITS.get(match[2], timedelta(days=1))
    return length if SHORTEST <= length <= LONGEST else None


def shown(terms: Terms, watch: Watch, now: datetime) -> Iterator[Line]:
    """Yield who is on call, who follows, where nobody is, and how much each one carries."""
    who = who_of_all(terms, rota_of(terms, watch), now)
    rota, names = counted(terms.ladder, who)
    steps = on_duty(terms.ladder, who)
    key = "oncall.now-shifts" if rota.shifts else "oncall.now"
    key = key if any(covered(rota, names, now)) else "oncall.now-nobody"
    yield Msg(key, (_rung(steps, terms, who),))
    yield _next(terms, who, steps)
    gaps = gaps_ahead(who, terms, now)
    if gaps:
        yield Msg("oncall.gaps", (Count(number=len(gaps)), span_of(gaps[0])))
    else:
        yield Msg("oncall.no-gaps")
    yield _load(terms, who, watch)
    for gap in gaps[1:]:
        yield Msg("oncall.gap", (span_of(gap),))
    for offer in watch.offers():
        if offer.until > now:
            yield Msg(
                "oncall.offer-open",
                (team(offer.giver), team(offer.taker), When(at=offer.begins), When(at=offer.ends)),
            )


def ends_of(name: str, terms: Terms, who: Who) -> datetime | None:
    """Return until when somebody is on call now.

    None for longer than anybody looks ahead, and for those who are rung in a gap alone.
    """
    rota, steps = counted(terms.ladder, who)
    span = next(iter(stretches(rota, steps, name, who.now, who.now + AHEAD)), None)
    if span is None or span.begins > who.now or span.ends >= who.now + AHEAD:
        return None
    return span.ends


def _rung(steps: Sequence[Sequence[Person]], terms: Terms, who: Who) -> Arg:
    def one(person: Person) -> Arg:
        ends = ends_of(person.name, terms, who)
        name = team(person.name)
        return name if ends is None else Msg("oncall.until", (name, When(at=ends)))

    return _steps([[one(person) for person in step] for step in steps])


def rung_now(terms: Terms, watch: Watch, now: datetime) -> Arg:
    """Return whom a page would ring now, step by step."""
    steps = on_duty(terms.ladder, who_of_all(terms, rota_of(terms, watch), now))
    return _steps([[team(person.name) for person in step] for step in steps])


def _steps(steps: Sequence[Sequence[Arg]]) -> Arg:
    return listed([listed(step) for step in steps if step] or [Msg("oncall.nobody")], "oncall.then")


def _next(terms: Terms, who: Who, steps: Sequence[Sequence[Person]]) -> Msg:
    """Return when others are rung than now, and who they are."""
    for at in changes(who.rota, who.now, who.now + WEEK):
        following = on_duty(terms.ladder, who_of_all(terms, who.rota, at))
        if following != steps:
            names = _steps([[team(person.name) for person in step] for step in following])
            return Msg("oncall.next", (When(at=at), names))
    return Msg("oncall.no-change")


def _load(terms: Terms, who: Who, watch: Watch) -> Msg:
    """Return how many hours each one is on call within a week, and how many pages they took."""
    rota, steps = counted(terms.ladder, who)
    names = dict.fromkeys(name for step in steps for name in step)
    names |= dict.fromkeys(each.person for each in rota.overrides if each.ends > who.now)
    taken = watch.taken(who.now - MONTH)
    loads: list[Arg] = []
    for name in names:
        spans = stretches(rota, steps, name, who.now, who.now + WEEK)
        hours = sum(((span.ends - span.begins) for span in spans), timedelta()) / _HOUR
        loads.append(
            Msg(
                "oncall.load-of",
                (team(name), Count(number=round(hours)), Count(number=taken.get(name, 0))),
            )
        )
    return Msg("oncall.load", (listed(loads or [Msg("oncall.nobody")]),))
