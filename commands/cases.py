"""`cases`: the numbered list of cases that the asker may see."""

from collections.abc import Sequence
from datetime import datetime

from bot.core.policy.access import CASE_ROLES, Rule
from bot.core.words.cases import CaseRow, CaseStatus
from bot.core.words.effects import Answer, Effects, RememberList
from bot.core.words.labels import Label
from bot.core.words.readers import Cases, Terms
from bot.core.words.text import Arg, Count, Line, Msg, When, doc, public, team
from commands._spec import Call, Example, TakesWord, command
from commands._words import age, kind_of, lead_of, usage

#: A list is read on a phone: what is beyond this is counted.
MOST = 12
USAGE = "cases [mine|new|due|open|closed|all] [FROM]"
WHICH = ("mine", "new", "due", "open", "closed", "all")


@command(
    "cases",
    usage=USAGE,
    rule=Rule(who=CASE_ROLES, floor=Label.TEAM),
    label=Label.TEAM,
    takes=(
        TakesWord(name="which", choices=WHICH, optional=True),
        TakesWord(name="from", optional=True),
    ),
    examples=(
        Example(typed="!cases", says="cases.row", given=("!open Insults on a talk page",)),
        Example(typed="!cases closed", says="cases.none"),
        Example(typed="!cases tomorrow", says="usage"),
    ),
    goes_on=True,
)
def cases_(call: Call, cases: Cases, terms: Terms, now: datetime) -> Effects:
    """List cases, the next date first; the numbers stand for the cases from then on."""
    which, typed = call.words.get("which", "open"), call.words.get("from", "1")
    if not (typed.isascii() and typed.isdigit()) or int(typed) < 1:
        return [usage(USAGE, terms)]
    rows = _rows(which, cases, call.by, now + terms.warn)
    first = int(typed)
    shown = rows[: first - 1 + MOST]
    lines: list[Line] = [
        _asked(_row(number, row, now), row, call.by) if which == "mine" else _row(number, row, now)
        for number, row in enumerate(shown[first - 1 :], start=first)
    ]
    if not rows:
        lines = [Msg("cases.none", (Msg(f"cases.which.{which}"),))]
    elif not lines:
        lines = [Msg("cases.beyond", (Count(number=len(rows)),))]
    if len(rows) > len(shown):
        more = Count(number=len(rows) - len(shown))
        on = team(str(len(shown) + 1))
        lines.append(Msg("cases.more", (more, public(terms.prefix), public(which), on)))
    codes = tuple(row.code for row in shown)
    return [RememberList(codes=codes), Answer(doc=doc(*lines, label=Label.TEAM))]


def _rows(which: str, cases: Cases, name: str, soon: datetime) -> Sequence[CaseRow]:
    match which:
        case "closed":
            return cases.rows(status=CaseStatus.CLOSED)
        case "all":
            return cases.rows(status=None)
        case "mine":
            return [row for row in cases.rows() if name in {row.lead, *row.handlers, *row.assigned}]
        case "new":
            return [row for row in cases.rows() if row.lead is None]
        case "due":
            return [row for row in cases.rows() if row.next_at is not None and row.next_at <= soon]
        case _:
            return cases.rows()


def _asked(line: Msg, row: CaseRow, name: str) -> Msg:
    """Mark a case that somebody was asked to take and has not taken yet."""
    return Msg("cases.asked", (line,)) if name in row.assigned else line


def _row(number: int, row: CaseRow, now: datetime) -> Msg:
    words = (
        Count(number=number),
        team(row.code),
        kind_of(row.kind),
        age(row.opened_at, now),
        _next(row, now),
        lead_of(row.lead),
    )
    return Msg("cases.row", words)


def _next(row: CaseRow, now: datetime) -> Arg:
    if row.next_at is None:
        return Msg(f"status.{row.status}")
    key = "cases.overdue" if row.next_at < now else "cases.next"
    return Msg(key, (When(at=row.next_at, day=True),))
