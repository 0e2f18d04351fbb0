"""When the drill of a week is due: once a week, by the wall clock of the team."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.oncall.rota import moment
from bot.core.words.rota import DrillPlan

_DAY = timedelta(days=1)


def next_drill(plan: DrillPlan, zone: str, now: datetime) -> datetime:
    """Return the first moment (UTC) after now at which a drill is due, whether or not one was.

    A time that the clocks skip that day is the first moment after it; of one that comes twice the
    first counts.
    """
    return next(due for _, due in _around(plan, zone, now) if due > now)


def week_of(plan: DrillPlan, zone: str, due: datetime) -> str | None:
    """Return the name of the week whose drill is due at this moment; None where none is."""
    for day, planned in _around(plan, zone, due):
        if planned == due:
            year, week, _ = day.isocalendar()
            return f"{year}-{week:02}"
    return None


def _around(plan: DrillPlan, zone: str, now: datetime) -> Iterator[tuple[date, datetime]]:
    """Yield the last day of drill until this one with its moment, then the next."""
    local = ZoneInfo(zone)
    today = now.astimezone(local).date()
    last = today - (today.weekday() - plan.day) % 7 * _DAY
    for day in (last, last + 7 * _DAY):
        yield day, moment(datetime.combine(day, plan.at, local), local)
