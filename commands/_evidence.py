"""Which piece of evidence a typed number means, and letting it travel further or less far."""

from collections.abc import Mapping
from datetime import datetime

from bot.core.case import facts
from bot.core.words.cases import CaseView, Evidence
from bot.core.words.effects import AddFacts, Answer, Effects, RememberCase
from bot.core.words.labels import Label
from bot.core.words.readers import Terms
from bot.core.words.text import Count, Msg, doc, public, team
from commands._spec import Call
from commands._words import usage

#: What the answers of `seal` and `unseal` begin with, by the label that the evidence gets.
_VERB: Mapping[Label, str] = {Label.PII: "seal", Label.CASE: "unseal"}


def is_number(typed: str) -> bool:
    """Tell whether a word is written in plain digits."""
    return typed.isascii() and typed.isdigit()


def numbered_as(case: CaseView, typed: str) -> Evidence | None:
    """Return the evidence with that number; None where the case has none."""
    number = int(typed)
    return next((item for item in case.evidence if item.number == number), None)


def no_such_number(case: CaseView) -> Answer:
    """Return that a case has no such number, and which it has."""
    has = Msg("reveal.numbers", (public(str(len(case.evidence))),))
    if not case.evidence:
        has = Msg("reveal.no-numbers")
    return Answer(doc=doc(Msg("reveal.none", (team(case.code), has))))


def relabel(call: Call, label: Label, how: str, terms: Terms, now: datetime) -> Effects:
    """Say from now on of a piece of evidence how far it may travel."""
    case, typed, verb = call.subject, call.words["number"], _VERB[label]
    if not is_number(typed):
        return [usage(how, terms)]
    item = numbered_as(case, typed)
    undone = {entry.seq for entry in case.entries if entry.undone}
    seen = RememberCase(code=case.code)
    if item is None or item.seq in undone:
        return [seen, no_such_number(case)]
    about = (Count(number=item.number), team(case.code), public(terms.prefix))
    if item.label is label:
        return [seen, Answer(doc=doc(Msg(f"{verb}.already", about)))]
    fact = facts.labelled(at=now, by=call.by, number=item.number, label=label)
    return [
        AddFacts(code=case.code, facts=(fact,)),
        seen,
        Answer(doc=doc(Msg(f"{verb}.done", about))),
    ]
