"""Who is on call by plan, as data: shifts, what overrides them, and what is being offered."""

from dataclasses import dataclass
from datetime import datetime, time


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Hours of a person, in their own zone, on the days (0 is Monday) on which they begin.

    `end` at or before `start` is on the next day. Where the clocks change, a shift begins at the
    first moment whose wall clock shows `start` or later, and ends after the last one that does not
    show `end` yet: nobody's hours shrink because an hour comes twice.
    """

    person: str
    zone: str
    days: frozenset[int]
    start: time
    end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of time, its end excluded."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """From `begins` until before `ends`, `person` is on call; `instead` of somebody, or besides."""

    person: str
    begins: datetime
    ends: datetime
    instead: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """`giver` asks `taker` to be on call instead of them; nobody may accept it after `until`."""

    giver: str
    taker: str
    begins: datetime
    ends: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rota:
    """All shifts, and overrides in the order in which they were made.

    Whoever has no shift at all is always on call.
    """

    shifts: tuple[Shift, ...] = ()
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillPlan:
    """A drill each week: on this day (0 is Monday) at this time of the bot's zone."""

    day: int
    at: time
