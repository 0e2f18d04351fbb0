"""What `spill` keeps: a case of what slipped out, or more in a case that is open."""

from collections.abc import Sequence
from datetime import datetime

from bot.core import promise
from bot.core.case import facts
from bot.core.policy.access import CASE_ROLES, Rule, may_ever
from bot.core.words.cases import CaseView
from bot.core.words.effects import AddFacts, CreateCase, Effects
from bot.core.words.people import Person
from bot.core.words.readers import Terms
from bot.core.words.text import Pieces, plain, team
from commands._spec import Call
from commands._words import numbered

KIND = "doxing"
_FOR_CASES = Rule(who=CASE_ROLES)


def handles(call: Call) -> bool:
    """Tell whether the asker works on cases."""
    return may_ever(_FOR_CASES, call.asker.person)


def extended(call: Call, case: CaseView, words: Pieces, now: datetime) -> Effects:
    """Keep in a case that something slipped out, and the words about it."""
    made = [facts.spilled(at=now, by=call.by, step=0, room=call.asker.room)]
    if plain(words).strip():
        typed = numbered(words, case.code, case.next_number)
        links, marks = typed.links, typed.marks
        made.append(facts.noted(at=now, by=call.by, pieces=typed.pieces, links=links, marks=marks))
    return [AddFacts(code=case.code, facts=tuple(made))]


def opened(
    call: Call,
    code: str,
    words: Pieces,
    terms: Terms,
    now: datetime,
    *,
    after: CaseView | None,
    out: Sequence[Person],
) -> Effects:
    """Open a case, led by whoever works on cases, by nobody else.

    Without words the verb stands for them: a case that says nothing looks as if its words were
    removed. `after` is the closed case that it goes on from, `out` those who must not know of either.
    """
    typed = numbered(words, code, 1)
    next_at, next_what = promise.first_dates(terms, now, reporter=False)
    first = facts.opened(
        at=now,
        by=call.by if handles(call) else None,
        kind=KIND,
        has_reporter=False,
        next_at=next_at,
        next_what=next_what,
        summary=typed.pieces if plain(words).strip() else (team(call.verb),),
        links=typed.links,
        marks=(*typed.marks, *(mark for person in out for mark in facts.person_marks(person))),
    )
    said = facts.spilled(at=now, by=call.by, step=0, room=call.asker.room)
    made: Effects = [CreateCase(code=code, facts=(first, said))]
    if after is None:
        return made
    pairs = ((code, after.code), (after.code, code))
    return [
        *made,
        *(
            AddFacts(code=one, facts=(facts.related(at=now, by=call.by, code=other),))
            for one, other in pairs
        ),
    ]
