"""`link`: put a link to the evidence of a case."""

from dataclasses import replace
from datetime import datetime

from bot.core.case import facts
from bot.core.pii.links import canonical
from bot.core.policy.access import CASE_ROLES, Rule
from bot.core.words.effects import AddFacts, Answer, Effects, RememberCase
from bot.core.words.labels import Label
from bot.core.words.text import Count, Msg, Piece, doc, team
from commands._spec import Call, Example, TakesCase, TakesText, TakesWord, command


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
    """Number the link and keep it; only its number is said."""
    case, url = call.subject, call.words["url"]
    form = canonical(url)
    if form is None:
        return [Answer(doc=doc(Msg("link.not-a-link")))]
    number = case.next_number
    words = (Piece(text=url), *((Piece(text=" "), *call.text) if call.text else ()))
    fact = facts.linked(
        at=now,
        by=call.by,
        number=number,
        label=Label.PII,
        pieces=tuple(replace(piece, code=case.code) for piece in words),
        canonical=form,
    )
    return [
        AddFacts(code=case.code, facts=(fact,)),
        RememberCase(code=case.code),
        Answer(doc=doc(Msg("link.done", (Count(number=number), team(case.code))))),
    ]
