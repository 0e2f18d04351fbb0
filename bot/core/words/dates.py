"""Dates as people type them. What cannot be told apart is asked about, never guessed."""

import re
from calendar import isleap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: A date without a time means noon in the reader's zone; today, the next of these.
NOON = time(12)
_LATER_TODAY = (NOON, time(18), time(23, 59))
#: Nothing further away than this is taken for a date.
FURTHEST = timedelta(days=3660)

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH_NAMES = (
    "january february march april may june july august september october november december".split()
)
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguous:
    """A date such as 01/02: the readings with the month first, and with the day first."""

    month_first: datetime
    day_first: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A date that was understood, and is over."""

    at: datetime


Read = datetime | Ambiguous | Past | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Today:
    """The moment and zone of whoever types."""

    now: datetime
    zone: ZoneInfo

    @property
    def day(self) -> date:
        return self.now.astimezone(self.zone).date()

    def at(self, day: date, clock: time | None) -> datetime:
        """Return a day and time of the zone in UTC; without a time, see `NOON`."""
        if clock is None and day == self.day:
            ahead = (self._utc(day, later) for later in _LATER_TODAY)
            return next((at for at in ahead if at > self.now), self._utc(day, _LATER_TODAY[-1]))
        return self._utc(day, clock or NOON)

    def _utc(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(UTC)


def read_date(text: str, now: datetime, zone: str) -> Read:
    """Read a date to come.

    Takes `2031-05-28` (also with a time, and with an offset), `today`, `tomorrow`, names of
    weekdays (the next such day), `3d`, `+3d`, `in 3 days`, `2w`, `12h`, `3 dec`,
    `dec 3 2031`, `28/05`; a time may follow (`tomorrow 14:30`). `zone` is an IANA name, `now`
    an aware moment.

    Returns the moment in UTC; `Ambiguous` or `Past` where that is what it is; None for
    anything else, and for what is more than ten years away.
    """
    words = " ".join(text.lower().replace(",", " ").split())
    today = _Today(now=now.astimezone(UTC), zone=ZoneInfo(zone))
    for form, read in _FORMS:
        match = form.fullmatch(words)
        if match is not None:
            try:
                return _judged(read(match, today), today.now)
            except (ValueError, OverflowError):
                return None
    return None


def _judged(found: Read, now: datetime) -> Read:
    if not isinstance(found, datetime):
        return found
    if abs(found - now) > FURTHEST:
        return None
    return found if found > now else Past(at=found)


# ---- forms -----------------------------------------------------------------------------------

_CLOCK = r"(?:(?: |t| at )(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2}))?"
_ISO = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:(?: |t| at )(?P<clock>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)"
    r" ?(?P<offset>z|utc|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_NEAR = re.compile(rf"(?P<name>today|tomorrow){_CLOCK}")
_WEEKDAY = re.compile(rf"(?:on |next )?(?P<name>[a-z]{{3,9}}){_CLOCK}")
_SPAN = re.compile(
    r"(?:\+|in )?(?P<count>[0-9]{1,5}) ?"
    r"(?P<unit>h|hours?|d|days?|w|weeks?)"
)
_DAY_MONTH = re.compile(
    rf"(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th|\.)? (?P<month>[a-z]+)\.?(?: (?P<year>[0-9]{{4}}))?{_CLOCK}"
)
_MONTH_DAY = re.compile(
    rf"(?P<month>[a-z]+)\.? (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?: (?P<year>[0-9]{{4}}))?{_CLOCK}"
)
_NUMBERS = re.compile(
    rf"(?P<one>[0-9]{{1,2}})[/.](?P<two>[0-9]{{1,2}})\.?(?:[/ ]?(?P<year>[0-9]{{4}}))?{_CLOCK}"
)


def _clock(match: re.Match[str]) -> time | None:
    return time(int(match["hour"]), int(match["minute"])) if match["hour"] else None


def _iso(match: re.Match[str], today: _Today) -> Read:
    day = date.fromisoformat(match["day"])
    if match["clock"] is None:
        return today.at(day, None)
    clock = time.fromisoformat(match["clock"].zfill(5))
    if match["offset"] is None:
        return today.at(day, clock)
    offset = "+00:00" if match["offset"] in {"z", "utc"} else match["offset"]
    zone = datetime.strptime(offset, "%z").tzinfo
    return datetime.combine(day, clock, zone).astimezone(UTC)


def _near(match: re.Match[str], today: _Today) -> Read:
    day = today.day + timedelta(days=match["name"] == "tomorrow")
    return today.at(day, _clock(match))


def _weekday(match: re.Match[str], today: _Today) -> Read:
    name = match["name"]
    found = [n for n, full in enumerate(_WEEKDAYS) if full.startswith(name)]
    if len(found) != 1:
        return None
    ahead = (found[0] - today.day.weekday() - 1) % 7 + 1
    return today.at(today.day + timedelta(days=ahead), _clock(match))


def _span(match: re.Match[str], today: _Today) -> Read:
    count, unit = int(match["count"]), match["unit"][0]
    if unit == "h":
        return (today.now + timedelta(hours=count)).replace(second=0, microsecond=0)
    return today.at(today.day + timedelta(days=count * (7 if unit == "w" else 1)), None)


def _named(match: re.Match[str], today: _Today) -> Read:
    name = match["month"]
    number = _MONTHS.index(name[:3]) + 1
    if not _MONTH_NAMES[number - 1].startswith(name) and name != "sept":
        return None
    return _on(int(match["day"]), number, match, today)


def _on(day: int, month: int, match: re.Match[str], today: _Today) -> datetime:
    """Return a day of a year, or the next such day where no year is named."""
    clock = _clock(match)
    if match["year"]:
        return today.at(date(int(match["year"]), month, day), clock)
    return next(at for at in _yearly(day, month, clock, today) if at > today.now)


def _yearly(day: int, month: int, clock: time | None, today: _Today) -> Iterator[datetime]:
    """Yield that day in each of the years to come; a leap day may be eight years away."""
    date(2000, month, day)
    for year in range(today.day.year, today.day.year + 10):
        if (month, day) != (2, 29) or isleap(year):
            yield today.at(date(year, month, day), clock)


def _numbers(match: re.Match[str], today: _Today) -> Read:
    one, two = int(match["one"]), int(match["two"])
    month_first = _maybe_on(two, one, match, today)
    day_first = _maybe_on(one, two, match, today)
    if month_first is None or day_first is None or month_first == day_first:
        return month_first or day_first
    return Ambiguous(month_first=month_first, day_first=day_first)


def _maybe_on(day: int, month: int, match: re.Match[str], today: _Today) -> datetime | None:
    try:
        return _on(day, month, match, today)
    except ValueError:
        return None


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], _Today], Read]], ...] = (
    (_ISO, _iso),
    (_NEAR, _near),
    (_SPAN, _span),
    (_DAY_MONTH, _named),
    (_MONTH_DAY, _named),
    (_NUMBERS, _numbers),
    (_WEEKDAY, _weekday),
)
