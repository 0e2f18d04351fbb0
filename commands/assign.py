"""`assign`: ask somebody to work on a case. It counts once they take it."""

from datetime import datetime

from bot.core.case import facts
from bot.core.policy.access import CASE_ROLES, Rule
from bot.core.words.cases import CaseView
from bot.core.words.effects import AddFacts, Answer, Effects, Post, RememberCase, ToPerson
from bot.core.words.labels import Label
from bot.core.words.people import Roster
from bot.core.words.readers import Cases, Terms
from bot.core.words.text import Msg, doc, public, team
from commands._crew import called, taking
from commands._spec import Call, Example, TakesCase, TakesWord, command


@command(
    "assign",
    usage="assign CASE WHO",
    rule=Rule(who=CASE_ROLES, floor=Label.TEAM, closed_too=False),
    label=Label.TEAM,
    takes=(TakesCase(), TakesWord(name="who")),
    examples=(
        Example(
            typed="!assign CASE bob", says="assign.done", given=("!open Insults on a talk page",)
        ),
        Example(
            typed="!assign CASE somebody",
            says="assign.nobody",
            given=("!open Insults on a talk page",),
        ),
    ),
)
def assign(call: Call, cases: Cases, roster: Roster, terms: Terms, now: datetime) -> Effects:
    """Ask a handler by DM; whoever is named in the case is no handler here, in the same words."""
    case = call.subject
    seen = RememberCase(code=case.code)
    handlers = [person for person in roster.people if person.handles_cases]
    kept_out = cases.kept_out(case.code, handlers)
    free = [person for person in handlers if person.name not in kept_out]
    chosen = called(call.words["who"], free)
    if chosen is None:
        return [seen, Answer(doc=doc(Msg("assign.nobody")))]
    if chosen.name == call.by:
        return taking(case, call.by, now)
    about = (team(case.code), team(chosen.name))
    if chosen.name in {case.lead, *case.handlers}:
        return [seen, Answer(doc=doc(Msg("assign.has-it", about)))]
    if chosen.name in case.assigned:
        return [seen, Answer(doc=doc(Msg("assign.again", about)))]
    return [
        AddFacts(code=case.code, facts=(facts.assigned(at=now, by=call.by, to=chosen.name),)),
        _told(case, chosen.name, call.by, terms),
        seen,
        Answer(doc=doc(Msg("assign.done", about))),
    ]


def _told(case: CaseView, name: str, by: str, terms: Terms) -> Post:
    words = Msg("assign.told", (team(case.code), team(by), public(terms.prefix)))
    return Post(
        to=ToPerson(name=name),
        doc=doc(words),
        key=f"assign:{case.code}:{len(case.entries) + 1}",
        case=case.code,
    )
