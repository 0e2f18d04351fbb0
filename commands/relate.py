"""`relate`: two cases that have to do with each other."""

from datetime import datetime

from bot.core.case import facts
from bot.core.policy.access import CASE_ROLES, Rule
from bot.core.words.effects import AddFacts, Answer, Effects, RememberCase
from bot.core.words.ids import Slip
from bot.core.words.labels import Label
from bot.core.words.readers import Cases, Desk, Terms
from bot.core.words.text import Msg, doc, public, team
from commands._parse import absent, code_of
from commands._spec import Call, Example, TakesCase, TakesWord, command

USAGE = "relate CASE CASE"


@command(
    "relate",
    usage=USAGE,
    rule=Rule(who=CASE_ROLES, floor=Label.TEAM),
    label=Label.TEAM,
    takes=(TakesCase(), TakesWord(name="other")),
    undoable=True,
    examples=(
        Example(
            typed="!relate 1 2",
            says="relate.done",
            given=("!open Insults on a talk page", "!open Insults on another page", "!cases"),
        ),
        Example(
            typed="!relate CASE CASE",
            says="relate.itself",
            given=("!open Insults on a talk page",),
        ),
    ),
)
def relate(call: Call, cases: Cases, desk: Desk, terms: Terms, now: datetime) -> Effects:
    """Keep on both cases that they are related; both have to be there for everybody here."""
    case = call.subject
    code = code_of(call.words["other"], desk)
    usage = public(f"{terms.prefix}{USAGE}")
    if code is None or isinstance(code, Slip):
        why = absent("", usage) if code is None else Msg("case.slip")
        return [Answer(doc=doc(why, label=Label.PUBLIC))]
    other = cases.find(code)
    if other is None:
        return [Answer(doc=doc(absent(call.words["other"], usage), label=Label.PUBLIC))]
    about = (team(case.code), team(other.code))
    seen = RememberCase(code=case.code)
    if other.code == case.code:
        return [seen, Answer(doc=doc(Msg("relate.itself", about)))]
    if other.code in case.related:
        return [seen, Answer(doc=doc(Msg("relate.already", about)))]
    return [
        AddFacts(code=other.code, facts=(facts.related(at=now, by=call.by, code=case.code),)),
        AddFacts(code=case.code, facts=(facts.related(at=now, by=call.by, code=other.code),)),
        seen,
        Answer(doc=doc(Msg("relate.done", about))),
    ]
