"""`kind`: what a case is about, in one of the known words."""

from datetime import datetime

from bot.core.case import facts
from bot.core.policy.access import CASE_ROLES, Rule
from bot.core.words.effects import AddFacts, Answer, Effects, RememberCase
from bot.core.words.kinds import read_kind
from bot.core.words.labels import Label
from bot.core.words.text import Msg, doc, team
from commands._spec import Call, Example, TakesCase, TakesWord, command
from commands._words import kind_of, kinds_listed


@command(
    "kind",
    usage="kind CASE K",
    rule=Rule(who=CASE_ROLES, floor=Label.TEAM),
    label=Label.TEAM,
    takes=(TakesCase(), TakesWord(name="kind")),
    undoable=True,
    examples=(
        Example(
            typed="!kind CASE stalking", says="kind.done", given=("!open Insults on a talk page",)
        ),
        Example(
            typed="!kind CASE insults", says="kind.unknown", given=("!open Insults on a talk page",)
        ),
    ),
)
def kind(call: Call, now: datetime) -> Effects:
    """Set the kind anew."""
    case = call.subject
    chosen = read_kind(call.words["kind"])
    if chosen is None:
        return [kinds_listed(Msg("kind.unknown"))]
    about = (team(case.code), kind_of(chosen))
    seen = RememberCase(code=case.code)
    if chosen == case.kind:
        return [seen, Answer(doc=doc(Msg("kind.same", about)))]
    return [
        AddFacts(code=case.code, facts=(facts.kind(at=now, by=call.by, kind=chosen),)),
        seen,
        Answer(doc=doc(Msg("kind.done", about))),
    ]
