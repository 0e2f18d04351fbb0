"""Who is on call at a moment: shifts in each person's own wall time, and what overrides them.

One function answers for everybody: the list that people read and the page that rings ask it alike.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.core.words.rota import Override, Rota, Shift, Span

_DAY = timedelta(days=1)
#: How far ahead somebody's next watch is looked for: they may have given the nearest ones away.
_AHEAD = 22
Steps = Sequence[Sequence[str]]


def is_on(rota: Rota, person: str, now: datetime) -> bool:
    """Tell whether a person is on call at a moment (aware). What was said last counts."""
    for override in reversed(rota.overrides):
        if override.begins <= now < override.ends:
            if override.person == person:
                return True
            if override.instead == person:
                return False
    own = [shift for shift in rota.shifts if shift.person == person]
    return not own or any(span.begins <= now < span.ends for span in _spans(own, now))


def covered(rota: Rota, steps: Steps, now: datetime) -> tuple[tuple[str, ...], ...]:
    """Return the steps of a ladder with those alone who are on call; all are empty in a gap.

    Whoever took the watch is in the first, and so is whoever holds somebody else's and is in none.
    """
    narrowed = [tuple(name for name in step if is_on(rota, name, now)) for step in steps]
    named = {name for step in steps for name in step}
    taking = dict.fromkeys(
        override.person
        for override in rota.overrides
        if override.begins <= now < override.ends
        and (override.instead is None or override.person not in named)
        and is_on(rota, override.person, now)
    )
    first = narrowed[0] if narrowed else ()
    later = (tuple(name for name in step if name not in taking) for step in narrowed[1:])
    return ((*(name for name in taking if name not in first), *first), *later)


def on_call(rota: Rota, steps: Steps, now: datetime) -> tuple[tuple[str, ...], ...]:
    """Return the steps of a ladder with those who are to be rung now.

    Where nobody is on call, everybody named is: a gap in the rota must not be a gap in the answer.
    """
    narrowed = covered(rota, steps, now)
    return narrowed if any(narrowed) else tuple(tuple(step) for step in steps)


def gaps(rota: Rota, steps: Steps, begins: datetime, ends: datetime) -> tuple[Span, ...]:
    """Return the stretches between two moments in which nobody is on call."""
    return _runs(rota, lambda at: not any(covered(rota, steps, at)), begins, ends)


def stretches(
    rota: Rota, steps: Steps, person: str, begins: datetime, ends: datetime
) -> tuple[Span, ...]:
    """Return when a person is on call between two moments; what touches is one stretch."""
    named = any(person in step for step in steps)
    if not named and all(override.person != person for override in rota.overrides):
        return ()

    def holds(at: datetime) -> bool:
        # Of somebody named it need not be asked who else there is.
        return is_on(rota, person, at) if named else person in covered(rota, steps, at)[0]

    # Nobody else's coming and going is of any matter.
    own = replace(
        rota,
        shifts=tuple(shift for shift in rota.shifts if shift.person == person),
        overrides=tuple(each for each in rota.overrides if person in {each.person, each.instead}),
    )
    return _runs(own, holds, begins, ends)


def changes(rota: Rota, begins: datetime, ends: datetime) -> list[datetime]:
    """Return every moment after `begins` and before `ends` at which somebody may come or go."""
    return sorted(set(_edges(rota, begins, ends)))


def next_watch(rota: Rota, person: str, now: datetime) -> Span | None:
    """Return the watch that a person has now or next and could hand on; None for none.

    That is a shift of theirs, or one that they took from somebody.
    """
    own = [shift for shift in rota.shifts if shift.person == person]
    spans = {span for day in range(_AHEAD) for span in _spans(own, now + day * _DAY)}
    spans |= {
        Span(begins=override.begins, ends=override.ends)
        for override in rota.overrides
        if override.person == person and override.instead is not None
    }
    held = [
        span for span in spans if span.ends > now and is_on(rota, person, max(span.begins, now))
    ]
    return min(held, key=lambda span: (span.begins, span.ends), default=None)


def own_takes(rota: Rota, person: str, now: datetime) -> tuple[Override, ...]:
    """Return what somebody took upon themselves besides their shifts, and is not over."""
    return tuple(
        override
        for override in rota.overrides
        if override.person == person and override.instead is None and override.ends > now
    )


def _runs(
    rota: Rota, holds: Callable[[datetime], bool], begins: datetime, ends: datetime
) -> tuple[Span, ...]:
    """Return the stretches in which something holds that changes with the rota alone."""
    edges = [begins, *changes(rota, begins, ends)]
    found: list[Span] = []
    for start, stop in zip(edges, [*edges[1:], ends], strict=True):
        if start >= stop or not holds(start):
            continue
        if found and found[-1].ends == start:
            found[-1] = Span(begins=found[-1].begins, ends=stop)
        else:
            found.append(Span(begins=start, ends=stop))
    return tuple(found)


def _edges(rota: Rota, begins: datetime, ends: datetime) -> Iterator[datetime]:
    day = begins
    while day < ends + _DAY:
        for span in _spans(rota.shifts, day):
            yield from (at for at in (span.begins, span.ends) if begins < at < ends)
        day += _DAY
    for override in rota.overrides:
        yield from (at for at in (override.begins, override.ends) if begins < at < ends)


def _spans(shifts: Iterable[Shift], around: datetime) -> Iterator[Span]:
    """Yield the shifts that begin within a day of a moment, each in its own zone."""
    for shift in shifts:
        today = around.astimezone(ZoneInfo(shift.zone)).date()
        for day in (today - _DAY, today, today + _DAY):
            span = _span(shift, day)
            if span is not None:
                yield span


@lru_cache(maxsize=4096)
def _span(shift: Shift, day: date) -> Span | None:
    """Return the shift of a day; None where there is none, or the clocks skip it whole."""
    if day.weekday() not in shift.days:
        return None
    zone = ZoneInfo(shift.zone)
    last = day if shift.end > shift.start else day + _DAY
    begins = moment(datetime.combine(day, shift.start, zone), zone)
    ends = _end(datetime.combine(last, shift.end, zone), zone)
    return Span(begins=begins, ends=ends) if begins < ends else None


def _end(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment from which on the wall clock never shows less any more.

    Of a time that comes twice that is the second, but for the very time the clocks go back to.
    """
    second = moment(wall.replace(fold=1), zone)
    before = (second - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None)
    back_to = before >= wall.replace(tzinfo=None)
    return moment(wall.replace(fold=0), zone) if back_to else second


def moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment of a wall clock, in UTC; the jump itself where the clocks skip it.

    PEP 495: of a time that is skipped, fold 0 lies behind the jump and fold 1 before it.
    """
    found = wall.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return found
    early = wall.replace(fold=1).astimezone(UTC)
    late = wall.replace(fold=0).astimezone(UTC)
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)
