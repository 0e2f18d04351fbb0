"""`link`: put a link to the evidence of a case."""

from datetime import datetime

from bot.core.case import facts
from bot.core.pii.links import canonical
from bot.core.policy.access import CASE_ROLES, Rule
from bot.core.words.effects import AddFacts, Answer, Effects, RememberCase
from bot.core.words.labels import Label
from bot.core.words.text import Count, Msg, Piece, doc, team
from commands._spec import Call, Example, TakesCase, TakesText, TakesWord, command
from commands._words import held_line, numbered


@command(
    "link",
    usage="link CASE URL [TEXT]",
    rule=Rule(who=CASE_ROLES, floor=Label.CASE),
    label=Label.TEAM,
    takes=(TakesCase(may_omit=True), TakesWord(name="url"), TakesText(optional=True)),
    undoable=True,
    examples=(
        Example(
            typed="!link CASE https://wiki.example.org/?diff=1234 the first one",
            says="link.done",
            given=("!open Insults on a talk page",),
        ),
        Example(
            typed="!link CASE yesterday",
            says="link.not-a-link",
            given=("!open Insults on a talk page",),
        ),
    ),
)
def link(call: Call, now: datetime) -> Effects:
    """Number the link and keep it; what is personal beside it gets numbers of its own."""
    case, url = call.subject, call.words["url"]
    form = canonical(url)
    if form is None:
        return [Answer(doc=doc(Msg("link.not-a-link")))]
    number = case.next_number
    words = numbered(call.text, case.code, number + 1)
    own = Piece(text=url, code=case.code)
    beside = (Piece(text=" ", code=case.code), *words.pieces) if words.pieces else ()
    fact = facts.linked(
        at=now,
        by=call.by,
        number=number,
        label=Label.PII,
        pieces=(own, *beside),
        canonical=form,
        links=words.links,
        marks=words.marks,
    )
    done = Msg("link.done", (Count(number=number), team(case.code)))
    return [
        AddFacts(code=case.code, facts=(fact,)),
        RememberCase(code=case.code),
        Answer(doc=doc(done, *held_line(words, case.code))),
    ]
