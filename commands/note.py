"""`note`: something the team should remember about a case."""

from datetime import datetime

from bot.core.case import facts
from bot.core.policy.access import CASE_ROLES, Rule
from bot.core.words.effects import AddFacts, Answer, Effects, RememberCase
from bot.core.words.labels import Label
from bot.core.words.text import Msg, doc, team
from commands._compose import compose
from commands._spec import Call, Example, TakesCase, TakesText, command
from commands._words import held_line, numbered


@command(
    "note",
    usage="note CASE TEXT",
    rule=Rule(who=CASE_ROLES, floor=Label.CASE),
    label=Label.TEAM,
    takes=(TakesCase(may_omit=True), TakesText(composed=True)),
    undoable=True,
    examples=(
        Example(
            typed="!note CASE The same account wrote on two other pages",
            says="note.done",
            given=("!open Insults on a talk page",),
        ),
        Example(typed="!note The same account again", says="case.which"),
    ),
)
def note(call: Call, now: datetime) -> Effects:
    """Keep a note for the team; without words, those of the lines that follow."""
    case = call.subject
    if call.text is None:
        return compose(call)
    words = numbered(call.text, case.code, case.next_number)
    fact = facts.noted(
        at=now, by=call.by, pieces=words.pieces, links=words.links, marks=words.marks
    )
    done = Msg("note.done", (team(case.code),))
    return [
        AddFacts(code=case.code, facts=(fact,)),
        RememberCase(code=case.code),
        Answer(doc=doc(done, *held_line(words, case.code))),
    ]
