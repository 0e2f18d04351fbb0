"""`take`: work on a case."""

from datetime import datetime

from bot.core.case import facts
from bot.core.policy.access import CASE_ROLES, Rule
from bot.core.words.effects import AddFacts, Answer, Effects, RememberCase
from bot.core.words.labels import Label
from bot.core.words.text import Msg, doc, team
from commands._spec import Call, Example, TakesCase, command


@command(
    "take",
    usage="take CASE",
    rule=Rule(who=CASE_ROLES, floor=Label.TEAM, closed_too=False),
    label=Label.TEAM,
    takes=(TakesCase(),),
    undoable=True,
    examples=(
        Example(typed="!take CASE", says="take.done", given=("!open Insults on a talk page",)),
        Example(
            typed="!take CASE",
            says="take.already",
            given=("!open Insults on a talk page", "!take CASE"),
        ),
        Example(typed="!take", says="case.which"),
    ),
)
def take(call: Call, now: datetime) -> Effects:
    """Put the asker among those who work on the case; the first of them leads it."""
    case = call.subject
    code = team(case.code)
    seen = RememberCase(code=case.code)
    if call.by in case.handlers:
        return [seen, Answer(doc=doc(Msg("take.already", (code,))))]
    done = Msg("take.lead" if case.lead is None else "take.done", (code,))
    return [
        AddFacts(code=case.code, facts=(facts.taken(at=now, by=call.by),)),
        seen,
        Answer(doc=doc(done)),
    ]
