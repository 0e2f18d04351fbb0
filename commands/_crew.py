"""Who works on a case: what taking it, and working on it no more, comes to; whom a word names."""

from collections.abc import Iterable
from datetime import datetime

from bot.core.case import facts
from bot.core.words.cases import CaseView
from bot.core.words.effects import AddFacts, Answer, Effects, Post, RememberCase, ToRoom
from bot.core.words.names import party_key
from bot.core.words.people import Person
from bot.core.words.readers import Terms
from bot.core.words.text import Msg, doc, public, team


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


def has_it(case: CaseView, name: str) -> bool:
    """Tell whether somebody works on a case, or was asked to."""
    return name in {case.lead, *case.handlers, *case.assigned}


def news_of_leaving(case: CaseView, name: str, terms: Terms) -> Effects:
    """Return what the team's rooms hear when somebody had a case and nobody works on it now."""
    others = {case.lead, *case.handlers} - {name, None}
    if others or not has_it(case, name):
        return []
    said = Msg("drop.no-lead", (team(case.code), public(terms.prefix)))
    return [
        Post(
            to=ToRoom(room=room),
            doc=doc(said, instead=Msg("room.news")),
            key=f"no-lead:{case.code}:{len(case.entries) + 1}:{room}",
            case=case.code,
        )
        for room in terms.team_rooms
    ]


def called(word: str, people: Iterable[Person]) -> Person | None:
    """Return who of these people has that name, account or wiki name; None for nobody."""
    key = party_key(word)
    known = list(people)
    own = [person for person in known if party_key(person.name) == key]
    other = [person for person in known if key in map(party_key, person.names())]
    return next(iter(own + other), None)
