"""`party`: who is involved in a case. Whoever of the team is named is kept out of it from then on."""

from dataclasses import replace
from datetime import datetime

from bot.core.case import facts, leaving
from bot.core.policy.access import CASE_ROLES, Rule
from bot.core.words.cases import CaseView
from bot.core.words.effects import AddFacts, Answer, Confirm, Effects, RememberCase
from bot.core.words.facts import Fact, Mark, MarkKind
from bot.core.words.labels import Label
from bot.core.words.names import bare_name, mentioned
from bot.core.words.people import Person
from bot.core.words.readers import Cases, Standing, Terms
from bot.core.words.text import Line, Msg, doc, plain, public, team
from commands._crew import called
from commands._spec import Call, Example, TakesCase, TakesText, TakesWord, command
from commands._words import Numbered, held_line, numbered

ROLES = ("target", "reporter", "subject", "witness")


@command(
    "party",
    usage="party CASE target|reporter|subject|witness USER",
    rule=Rule(who=CASE_ROLES, floor=Label.CASE),
    label=Label.TEAM,
    takes=(TakesCase(), TakesWord(name="role", choices=ROLES), TakesText(name="user")),
    undoable=True,
    examples=(
        Example(
            typed="!party CASE subject User:Example-A",
            says="party.done",
            given=("!open Insults on a talk page",),
        ),
        Example(
            typed="!party CASE culprit Example-A",
            says="word.choices",
            given=("!open Insults on a talk page",),
        ),
    ),
)
def party(call: Call, cases: Cases, standing: Standing, terms: Terms, now: datetime) -> Effects:
    """Keep a name under its role; naming oneself is asked about first."""
    case, role = call.subject, call.words["role"]
    user = plain(call.text or ())
    people = _meant(user, standing.everybody.people)
    named = Msg(f"show.role.{role}")
    oneself = any(person.name == call.by for person in people)
    if oneself and not call.confirmed:
        return [Confirm(doc=doc(Msg("party.preview-self", (team(case.code), named))))]
    words = numbered(call.text, case.code, case.next_number)
    fact = _fact(call, role, words, people, now)
    out_already = cases.kept_out(case.code, people)
    names = tuple(person.name for person in people if person.name not in out_already)
    if oneself:
        answer = Answer(doc=doc(Msg("party.done-self", (team(case.code),))))
    else:
        said = (Msg("party.done", (named, team(case.code))), *_kept_out(case, names, terms))
        answer = Answer(doc=doc(*said, *held_line(words, case.code)))
    return [
        AddFacts(code=case.code, facts=(fact, *leaving.named_off(case, names, now))),
        *leaving.news(case, names, terms),
        RememberCase(code=case.code),
        answer,
    ]


def _meant(user: str, everybody: tuple[Person, ...]) -> tuple[Person, ...]:
    """Return who of the team is named: as a wiki names them, or anywhere in what was typed."""
    person = called(bare_name(user), everybody)
    found = () if person is None else (person,)
    return tuple(dict.fromkeys((*found, *mentioned(user, everybody))))


def _fact(
    call: Call, role: str, words: Numbered, people: tuple[Person, ...], now: datetime
) -> Fact:
    """Return the fact, found by the name as typed and by every name of whoever is meant."""
    made = facts.party(at=now, by=call.by, role=role, name=words.pieces)
    meant = Mark(kind=MarkKind.PARTY, value=bare_name(plain(words.pieces)))
    names = [mark for person in people for mark in facts.person_marks(person)]
    marks = dict.fromkeys((*made.marks, meant, *names, *words.marks))
    return replace(made, marks=tuple(marks))


def _kept_out(case: CaseView, names: tuple[str, ...], terms: Terms) -> tuple[Line, ...]:
    code, prefix = team(case.code), public(terms.prefix)
    return tuple(Msg("party.kept-out", (team(name), code, prefix)) for name in names)
