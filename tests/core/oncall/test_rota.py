"""The rota against an oracle that walks the minutes of UTC and looks at each zone's wall clock."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from random import Random
from zoneinfo import ZoneInfo, available_timezones

import pytest

from bot.core.oncall.reach import Who
from bot.core.oncall.reach import rung as rung_for
from bot.core.oncall.rota import covered, gaps, next_watch, on_call, stretches
from bot.core.words.pages import EmergencyClass, Page
from bot.core.words.people import Role
from bot.core.words.rota import Override, Rota, Shift, Span
from tests.core.oncall.office import LADDER
from tests.core.oncall.office import person as somebody

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: What a window shows: the minutes before and after it belong to shifts that reach into it.
SHOWN, AROUND = 30 * 60, 27 * 60
WALKED = AROUND + SHOWN + 2 * 60
FIRST_DAY = date(1970, 1, 1).toordinal()
ZONES = sorted(available_timezones())
LEAP = datetime(2028, 2, 28, 12, tzinfo=UTC)
PEOPLE = ("ann", "ben", "cai", "dee")
#: Everybody who can be rung, one of them on no rota, and one who takes no calls.
TEAM = (
    *(somebody(name, Role.ON_CALL) for name in PEOPLE),
    somebody("eve", Role.FUNCTIONARY),
    somebody("fay", Role.OPERATOR),
)
#: One that has climbed the whole ladder.
PAGE = Page(code="E-AAAAAA", emergency=EmergencyClass.LIFE, case=None, opened_at=LEAP, step=9)


# ---- the oracle ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Walk:
    """What the clock on a wall showed while somebody walked the minutes of a window.

    Shown times are counted in minutes, too. `first` is the minute at which the clock first showed
    a time or a later one, `last` the one at which it last showed an earlier one.
    """

    begins: int
    ends: int
    first: dict[int, int]
    last: dict[int, int]


@lru_cache(maxsize=8)
def walk(zone: str, begin: int) -> Walk:
    """Walk a window with its surroundings, minute by minute, there and back."""
    info = ZoneInfo(zone)
    moments = (EPOCH + timedelta(minutes=begin - AROUND + n) for n in range(WALKED))
    clock = [minutes(at.astimezone(info)) for at in moments]
    first, last = dict[int, int](), dict[int, int]()
    shown = clock[0] + 1
    for n, reads in enumerate(clock):
        while shown <= reads:
            first[shown] = n
            shown += 1
    shown = clock[-1]
    for n in range(WALKED - 1, -1, -1):
        while shown > clock[n]:
            last[shown] = n
            shown -= 1
    return Walk(begins=clock[0], ends=clock[-1], first=first, last=last)


def minutes(clock: datetime) -> int:
    """Count the minutes that a clock on a wall shows, whatever its zone."""
    return (clock.toordinal() - FIRST_DAY) * 1440 + clock.hour * 60 + clock.minute


def bits(start: int, stop: int) -> int:
    """Return minutes as bits: from `start` until before `stop`, within the window shown."""
    start, stop = max(0, start), min(SHOWN, stop)
    return ((1 << (stop - start)) - 1) << start if stop > start else 0


def runs(found: int, what: str) -> list[tuple[int, int]]:
    """Return runs of ones, or of zeros, as pairs of minutes, the second excluded."""
    return [(run.start(), run.end()) for run in re.finditer(what, f"{found:0{SHOWN}b}"[::-1])]


def worked(shift: Shift, begin: int) -> int:
    """Return the minutes of a shift within a window, as bits.

    It goes from the first minute whose clock is not before its beginning through the last whose
    clock is before its end.
    """
    seen = walk(shift.zone, begin)
    found = 0
    for day in range(seen.begins // 1440 - 1, seen.ends // 1440 + 2):
        if (day + 3) % 7 not in shift.days:
            continue
        start = day * 1440 + shift.start.hour * 60 + shift.start.minute
        stop = day * 1440 + shift.end.hour * 60 + shift.end.minute
        stop += 1440 if shift.end <= shift.start else 0
        if start <= seen.ends and stop > seen.begins:
            starts = seen.first.get(start, 0)
            stops = seen.last.get(stop, WALKED - 1) + 1
            found |= bits(starts - AROUND, stops - AROUND)
    return found


@dataclass
class Oracle:
    """Who is on call at each minute of a window, from the definition alone."""

    rota: Rota
    steps: Sequence[Sequence[str]]
    begin: int

    def on(self, person: str) -> int:
        """Return the minutes at which somebody is on call; whoever spoke last is right."""
        shifts = [shift for shift in self.rota.shifts if shift.person == person]
        found = 0 if shifts else bits(0, SHOWN)
        for shift in shifts:
            found |= worked(shift, self.begin)
        for override in self.rota.overrides:
            if override.person == person:
                found |= self._inside(override)
            elif override.instead == person:
                found &= ~self._inside(override)
        return found

    def rung(self) -> list[dict[str, int]]:
        """Return who of each step is on call when; whoever took the watch is in the first."""
        named = {name for step in self.steps for name in step}
        found = [{name: self.on(name) for name in step} for step in self.steps]
        for override in self.rota.overrides:
            if override.instead is None or override.person not in named:
                taken = self._inside(override) & self.on(override.person)
                found[0][override.person] = found[0].get(override.person, 0) | taken
                for step in found[1:]:
                    step[override.person] = step.get(override.person, 0) & ~taken
        return found

    def gaps(self) -> list[tuple[int, int]]:
        """Return where nobody is on call, as pairs of minutes, the second excluded."""
        covered_at = 0
        for step in self.rung():
            for on in step.values():
                covered_at |= on
        return runs(covered_at, "0+")

    def _inside(self, override: Override) -> int:
        begins = int((override.begins - EPOCH) / MINUTE) - self.begin
        return bits(begins, int((override.ends - EPOCH) / MINUTE) - self.begin)


# ---- random rotas ----------------------------------------------------------------------------


def jumps(zone: str, year: int) -> list[datetime]:
    """Return about when the clocks of a zone change in a year."""
    info = ZoneInfo(zone)
    days = [datetime(year, 1, 1, tzinfo=UTC) + n * DAY for n in range(366)]
    offsets = [day.astimezone(info).utcoffset() for day in days]
    return [days[n] for n in range(1, len(days)) if offsets[n] != offsets[n - 1]]


@lru_cache(maxsize=64)
def window(zone: str, seed: int) -> int:
    """Return the first minute of a window: around a jump of the zone, the leap day, or any day."""
    dice = Random(f"{zone} {seed}")
    edges = jumps(zone, dice.randrange(2000, 2037))
    days = [*edges, *edges, *edges, LEAP, datetime(dice.randrange(2000, 2037), 6, 1, tzinfo=UTC)]
    begins = dice.choice(days) - dice.randrange(4, 36) * HOUR
    return int((begins - EPOCH) / MINUTE)


def random_rota(dice: Random, zones: Sequence[str], first: int) -> Rota:
    """Return some shifts, wraps among them, and overrides near the window."""
    clocks = [time(hour, minute) for hour in range(24) for minute in (0, 30)]
    shifts: list[Shift] = []
    for person in dice.sample(PEOPLE[:3], dice.randrange(1, 4)):
        for _ in range(dice.randrange(1, 3)):
            start, end = dice.sample(clocks, 2)
            days = dice.sample(range(7), dice.choice([1, 3, 7, 7]))
            zone = zones[PEOPLE.index(person) % len(zones)]
            shift = Shift(person=person, zone=zone, days=frozenset(days), start=start, end=end)
            shifts.append(shift)
    overrides: list[Override] = []
    for _ in range(dice.choice([0, 0, 1, 2, 3])):
        begins = EPOCH + (first + dice.randrange(-600, SHOWN)) * MINUTE
        person, other = dice.sample(PEOPLE, 2)
        instead = other if dice.random() < 0.5 else None
        ends = begins + dice.randrange(1, 900) * MINUTE
        overrides.append(Override(person=person, begins=begins, ends=ends, instead=instead))
    return Rota(shifts=tuple(shifts), overrides=tuple(overrides))


def steps_for(dice: Random, rota: Rota) -> list[tuple[str, ...]]:
    """Return a ladder; mostly of those who have shifts, so that there are gaps."""
    named = list(dict.fromkeys(shift.person for shift in rota.shifts))
    if dice.random() < 0.2:
        named = list(dict.fromkeys([*named, "cai"]))
    cut = dice.randrange(1, len(named) + 1)
    return [tuple(named[:cut]), tuple(named[cut:])]


def agree(dice: Random, zone: str, first: int) -> int:
    """Hold one random rota to the oracle; returns how many gaps it had."""
    rota = random_rota(dice, (zone, "Europe/Berlin", zone), first)
    steps = steps_for(dice, rota)
    oracle = Oracle(rota, steps, first)
    begins = EPOCH + first * MINUTE
    found = gaps(rota, steps, begins, begins + SHOWN * MINUTE)
    expected = oracle.gaps()
    shown = [(int((g.begins - begins) / MINUTE), int((g.ends - begins) / MINUTE)) for g in found]
    assert shown == expected, (zone, rota, begins)
    rung_at = oracle.rung()
    someone = dice.choice(PEOPLE)
    held = 0
    for step in rung_at:
        held |= step.get(someone, 0)
    spans = stretches(rota, steps, someone, begins, begins + SHOWN * MINUTE)
    shown = [(int((s.begins - begins) / MINUTE), int((s.ends - begins) / MINUTE)) for s in spans]
    assert shown == runs(held, "1+"), (zone, rota, someone)
    edges = {n for pair in expected for n in pair} | {dice.randrange(SHOWN) for _ in range(3)}
    for minute in {m for edge in edges for m in (edge - 1, edge) if 0 <= m < SHOWN}:
        now = begins + minute * MINUTE + timedelta(seconds=dice.randrange(60))
        rung = [{name for name, on in step.items() if on >> minute & 1} for step in rung_at]
        assert [set(step) for step in covered(rota, steps, now)] == rung, (zone, rota, now)
        everybody = [set(step) for step in steps]
        wanted = rung if any(rung) else everybody
        assert [set(step) for step in on_call(rota, steps, now)] == wanted
    rings_all(rota, steps, now, set().union(*wanted))
    return len(expected)


def rings_all(rota: Rota, steps: Sequence[Sequence[str]], now: datetime, duty: set[str]) -> None:
    """Where nobody takes it in time, everybody who may is rung, whatever the rota says."""
    who = Who(people=TEAM, rooms=(), prefix="!", rota=rota, now=now)
    ladder = replace(LADDER, steps=tuple(map(tuple, steps)))
    assert {p.name for p in rung_for(PAGE, ladder, who)} == duty
    assert {p.name for p in rung_for(replace(PAGE, whole=True), ladder, who)} == {*PEOPLE, "eve"}


def check_many(count: int, seed: int) -> None:
    dice = Random(seed)
    zones = list(ZONES)
    dice.shuffle(zones)
    if count < len(zones):
        zones = zones[: count // 20]
    each = -(-count // len(zones))
    met = sum(agree(dice, zone, window(zone, seed)) for zone in zones for _ in range(each))
    assert met > count // 2, "random rotas have gaps"


def test_rotas_agree_with_walking_the_minutes() -> None:
    check_many(500, 7)


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_rotas_of_all_zones_agree_with_walking_the_minutes() -> None:
    assert len(ZONES) > 400
    check_many(10_000, 11)


# ---- edges by hand -----------------------------------------------------------------------------


def shift(start: str, end: str, zone: str, *days: int) -> Shift:
    return Shift(
        person="ann",
        zone=zone,
        days=frozenset(days or range(7)),
        start=time.fromisoformat(start),
        end=time.fromisoformat(end),
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


@pytest.mark.parametrize(
    ("given", "begins", "ends"),
    [
        # Berlin, when 02:00 to 03:00 is skipped, and when it comes twice.
        (shift("02:30", "08:00", "Europe/Berlin"), "2031-03-30 01:00", "2031-03-30 06:00"),
        (shift("20:00", "02:30", "Europe/Berlin"), "2031-03-29 19:00", "2031-03-30 01:00"),
        (shift("02:30", "08:00", "Europe/Berlin"), "2031-10-26 00:30", "2031-10-26 07:00"),
        (shift("20:00", "02:30", "Europe/Berlin"), "2031-10-25 18:00", "2031-10-26 01:30"),
        (shift("20:00", "02:00", "Europe/Berlin"), "2031-10-25 18:00", "2031-10-26 00:00"),
        # Lord Howe goes back by half an hour only.
        (shift("01:45", "03:00", "Australia/Lord_Howe"), "2031-04-05 14:45", "2031-04-05 16:30"),
        # Apia skipped the 30th of December 2011: the night before it ended with the 29th.
        (shift("20:00", "08:00", "Pacific/Apia", 3), "2011-12-30 06:00", "2011-12-30 10:00"),
        # The leap day is a day like others.
        (shift("22:00", "01:00", "UTC", 1), "2028-02-29 22:00", "2028-03-01 01:00"),
    ],
)
def test_a_shift_at_an_edge(given: Shift, begins: str, ends: str) -> None:
    rota = Rota(shifts=(given,))
    span = Span(begins=at(begins), ends=at(ends))
    window = (span.begins - timedelta(hours=1), span.ends + timedelta(minutes=30))
    assert span in stretches(rota, [("ann",)], "ann", *window)
    assert next_watch(rota, "ann", span.begins) == span


def test_what_was_taken_over_can_be_handed_on_and_what_was_given_away_not() -> None:
    rota = Rota(shifts=(shift("08:00", "20:00", "UTC", 0),))
    monday = Span(begins=at("2031-03-03 08:00"), ends=at("2031-03-03 20:00"))
    assert next_watch(rota, "ann", at("2031-03-01 00:00")) == monday
    swap = Override(person="ben", begins=monday.begins, ends=monday.ends, instead="ann")
    rota = Rota(shifts=rota.shifts, overrides=(swap,))
    assert next_watch(rota, "ben", at("2031-03-01 00:00")) == monday
    later = next_watch(rota, "ann", at("2031-03-01 00:00"))
    assert later == Span(begins=at("2031-03-10 08:00"), ends=at("2031-03-10 20:00"))
    assert next_watch(rota, "cai", at("2031-03-01 00:00")) is None
