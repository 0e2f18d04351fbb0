"""`drop`: work on a case no more. Nobody asks why."""

from datetime import datetime

from bot.core.case import facts, leaving
from bot.core.policy.access import CASE_ROLES, Rule
from bot.core.words.effects import AddFacts, Answer, Effects, RememberCase
from bot.core.words.labels import Label
from bot.core.words.readers import Terms
from bot.core.words.text import Msg, doc, team
from commands._spec import Call, Example, TakesCase, command


@command(
    "drop",
    usage="drop CASE",
    rule=Rule(who=CASE_ROLES, floor=Label.TEAM, closed_too=False),
    label=Label.TEAM,
    takes=(TakesCase(),),
    undoable=True,
    examples=(
        Example(typed="!drop CASE", says="drop.done", given=("!open Insults on a talk page",)),
        Example(
            typed="!drop CASE",
            says="drop.not-yours",
            given=("!open Insults on a talk page", "!drop CASE"),
        ),
    ),
)
def drop(call: Call, terms: Terms, now: datetime) -> Effects:
    """Pass a case on; where nobody works on it now, the team hears that."""
    case = call.subject
    code = team(case.code)
    seen = RememberCase(code=case.code)
    if not leaving.has_it(case, call.by):
        return [seen, Answer(doc=doc(Msg("drop.not-yours", (code,))))]
    return [
        AddFacts(code=case.code, facts=(facts.dropped(at=now, by=call.by),)),
        *leaving.news(case, (call.by,), terms),
        seen,
        Answer(doc=doc(Msg("drop.done", (code,)))),
    ]
