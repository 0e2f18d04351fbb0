"""Who works on a case: what taking it comes to, and whom a word names."""

from collections.abc import Iterable
from datetime import datetime

from bot.core.case import facts
from bot.core.words.cases import CaseView
from bot.core.words.effects import AddFacts, Answer, Effects, RememberCase
from bot.core.words.names import party_key
from bot.core.words.people import Person
from bot.core.words.text import Msg, doc, team


def taking(case: CaseView, by: str, now: datetime) -> Effects:
    """Put somebody among those who work on a case; the first of them leads it."""
    code = team(case.code)
    seen = RememberCase(code=case.code)
    if by in case.handlers:
        return [seen, Answer(doc=doc(Msg("take.already", (code,))))]
    done = Msg("take.lead" if case.lead is None else "take.done", (code,))
    return [
        AddFacts(code=case.code, facts=(facts.taken(at=now, by=by),)),
        seen,
        Answer(doc=doc(done)),
    ]


def called(word: str, people: Iterable[Person]) -> Person | None:
    """Return who of these people has that name, account or wiki name; None for nobody."""
    key = party_key(word)
    known = list(people)
    own = [person for person in known if party_key(person.name) == key]
    other = [person for person in known if key in map(party_key, person.names())]
    return next(iter(own + other), None)
