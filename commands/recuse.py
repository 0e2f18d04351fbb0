"""`recuse`: step out of a case, for good. Nobody asks why."""

from datetime import datetime

from bot.core.case import facts, leaving
from bot.core.policy.access import CASE_ROLES, Rule
from bot.core.words.effects import AddFacts, Answer, Confirm, Effects
from bot.core.words.labels import Label
from bot.core.words.readers import Terms
from bot.core.words.text import Msg, doc, team
from commands._spec import Call, Example, TakesCase, command


@command(
    "recuse",
    usage="recuse CASE",
    rule=Rule(who=CASE_ROLES, floor=Label.TEAM),
    label=Label.TEAM,
    takes=(TakesCase(),),
    examples=(
        Example(
            typed="!recuse CASE", says="recuse.preview", given=("!open Insults on a talk page",)
        ),
        Example(typed="!recuse C-000000", says="case.none"),
    ),
)
def recuse(call: Call, terms: Terms, now: datetime) -> Effects:
    """Say what it means first; from the `yes` on the case is not there for the asker."""
    case, person = call.subject, call.asker.person
    code = team(case.code)
    if not call.confirmed or person is None:
        return [Confirm(doc=doc(Msg("recuse.preview", (code,))))]
    return [
        AddFacts(code=case.code, facts=(facts.recused(at=now, by=person),)),
        *leaving.news(case, (person.name,), terms),
        Answer(doc=doc(Msg("recuse.done", (code,)))),
    ]
