"""The promise clock: an open case always has a next date, and the team hears of it in time.

First form: reminders in the team's rooms, with code and date. Nothing is said to the reporter
by itself, and nobody is blamed.
"""

from datetime import datetime, timedelta

from bot.core.words.cases import CaseStatus, CaseView
from bot.core.words.effects import DropTimer, Effects, Post, SetTimer, ToRoom
from bot.core.words.readers import Terms
from bot.core.words.text import Msg, When, doc, public, team

TIMER = "promise"
FIRST_REPLY = "first-reply"
CHECK_IN = "check-in"
_NAMED = frozenset({FIRST_REPLY, CHECK_IN})
_DAY = timedelta(days=1)


def first_dates(terms: Terms, now: datetime, *, reporter: bool = True) -> tuple[datetime, str]:
    """Return `next_at` and `next_what` of a new case.

    Where a reporter waits, it is the first answer; a case of the team's own is looked at again
    at the first check-in.
    """
    if reporter:
        return now + terms.first_reply, FIRST_REPLY
    return now + terms.check_in, CHECK_IN


def timers(view: CaseView, terms: Terms, now: datetime) -> list[SetTimer | DropTimer]:
    """Return the one timer of a case: its next reminder, or none once it is closed.

    Reminders: `warn` before the date, at the date, then daily; for a case that nobody has
    taken also every 24 hours since it was opened.
    """
    key = f"{TIMER}:{view.code}"
    if view.status is CaseStatus.CLOSED:
        return [DropTimer(key=key)]
    moments = [_next_daily(view.opened_at + _DAY, now)] if view.lead is None else []
    if view.next_at is not None:
        moments.append(_next_daily(view.next_at, now))
        if view.next_at - terms.warn > now:
            moments.append(view.next_at - terms.warn)
    if not moments:
        return [DropTimer(key=key)]
    return [SetTimer(key=key, due=min(moments), kind=TIMER, data={"case": view.code})]


def on_timer(view: CaseView, terms: Terms, now: datetime) -> Effects:
    """Return the reminders that are due for a case, and its next timer.

    A reminder that was given already has the same key, and so is not given twice.
    """
    effects: Effects = []
    if view.status is CaseStatus.OPEN:
        effects += _dated(view, terms, now)
        effects += _unowned(view, terms, now)
    return [*effects, *timers(view, terms, now)]


def _next_daily(first: datetime, now: datetime) -> datetime:
    """Return the first of `first`, a day later, two days later … that is still to come."""
    return first if first > now else first + ((now - first) // _DAY + 1) * _DAY


def _dated(view: CaseView, terms: Terms, now: datetime) -> Effects:
    if view.next_at is None or now < view.next_at - terms.warn:
        return []
    what = view.next_what if view.next_what in _NAMED else "other"
    args = (team(view.code), When(at=view.next_at), Msg(f"promise.what.{what}"))
    if now < view.next_at:
        return _remind(view, terms, Msg("promise.warn", args), f"warn:{_stamp(view.next_at)}")
    days = (now - view.next_at) // _DAY
    msg = Msg("promise.due", (*args, public(terms.prefix)))
    return _remind(view, terms, msg, f"due:{_stamp(view.next_at)}:{days}")


def _unowned(view: CaseView, terms: Terms, now: datetime) -> Effects:
    days = (now - view.opened_at) // _DAY
    if view.lead is not None or days < 1:
        return []
    args = (team(view.code), When(at=view.opened_at), public(terms.prefix))
    return _remind(view, terms, Msg("promise.unowned", args), f"unowned:{days}")


def _remind(view: CaseView, terms: Terms, line: Msg, what: str) -> Effects:
    return [
        Post(
            to=ToRoom(room=room),
            doc=doc(line, instead=Msg("promise.public")),
            key=f"promise:{view.code}:{what}:{room}",
            case=view.code,
        )
        for room in terms.team_rooms
    ]


def _stamp(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%S}"
