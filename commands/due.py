"""`due`: the date by which the reporter hears from the team again."""

from datetime import datetime

from bot.core.case import facts
from bot.core.policy.access import CASE_ROLES, Rule
from bot.core.promise import CHECK_IN
from bot.core.words.cases import CaseView
from bot.core.words.dates import Ambiguous, Past, Read, read_date
from bot.core.words.effects import (
    AddFacts,
    Answer,
    Confirm,
    Effects,
    Lane,
    Post,
    RememberCase,
    ToReporter,
)
from bot.core.words.labels import Label
from bot.core.words.readers import Terms
from bot.core.words.text import Msg, When, doc, plain, public, team
from commands._spec import Call, Example, TakesCase, TakesText, command


@command(
    "due",
    usage="due CASE DATE",
    rule=Rule(who=CASE_ROLES, floor=Label.TEAM, closed_too=False),
    label=Label.TEAM,
    takes=(TakesCase(), TakesText(name="date")),
    examples=(
        Example(typed="!due CASE 3d", says="due.done", given=("!open Insults on a talk page",)),
        Example(
            typed="!due CASE soon", says="dates.unread", given=("!open Insults on a talk page",)
        ),
        Example(
            typed="!due CASE 2025-01-01",
            says="dates.past",
            given=("!open Insults on a talk page",),
        ),
    ),
)
def due(call: Call, terms: Terms, now: datetime) -> Effects:
    """Set the next date; where a reporter waits, show it first and then tell them."""
    case = call.subject
    zone = call.asker.person.time_zone if call.asker.person else terms.time_zone
    read = read_date(plain(call.text or ()), now, zone)
    if not isinstance(read, datetime):
        return [Answer(doc=doc(_unread(read)))]
    about = (team(case.code), When(at=read))
    if case.has_reporter and not call.confirmed:
        return [Confirm(doc=doc(Msg("due.preview", (*about, public(terms.team_name)))))]
    fact = facts.due(at=now, by=call.by, next_at=read, next_what=CHECK_IN)
    told = [_post(case, read, terms)] if case.has_reporter else []
    return [
        AddFacts(code=case.code, facts=(fact,)),
        *told,
        RememberCase(code=case.code),
        Answer(doc=doc(Msg("due.done-told" if told else "due.done", about))),
    ]


def _unread(read: Read) -> Msg:
    match read:
        case Ambiguous(month_first=one, day_first=two):
            return Msg("dates.ambiguous", (When(at=one, day=True), When(at=two, day=True)))
        case Past(at=at):
            return Msg("dates.past", (When(at=at),))
        case _:
            return Msg("dates.unread")


def _post(case: CaseView, at: datetime, terms: Terms) -> Post:
    words = Msg("due.told", (public(terms.team_name), When(at=at, day=True)))
    return Post(
        to=ToReporter(case=case.code),
        doc=doc(words),
        key=f"due:{case.code}:{case.entries[-1].seq + 1}",
        lane=Lane.WORDS,
        case=case.code,
        plain_message=True,
    )
