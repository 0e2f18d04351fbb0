"""`close`: the end of a case, once its reporter has heard from the team."""

from datetime import datetime

from bot.core.case import facts
from bot.core.policy.access import CASE_ROLES, Rule
from bot.core.words.cases import CaseView, Outcome
from bot.core.words.effects import AddFacts, Answer, Effects, RememberCase
from bot.core.words.labels import Label
from bot.core.words.readers import Terms
from bot.core.words.text import Msg, doc, public, team
from commands._spec import Call, Example, TakesCase, TakesText, TakesWord, command
from commands._words import held_line, numbered

OUTCOMES = tuple(outcome.value for outcome in Outcome)


@command(
    "close",
    usage="close CASE OUTCOME SUMMARY",
    rule=Rule(who=CASE_ROLES, floor=Label.CASE, closed_too=False),
    label=Label.TEAM,
    takes=(
        TakesCase(),
        TakesWord(name="outcome", choices=OUTCOMES),
        TakesText(name="summary"),
    ),
    undoable=True,
    examples=(
        Example(
            typed="!close CASE actionable The account was blocked for a month",
            says="close.done",
            given=("!open Insults on a talk page",),
        ),
        Example(
            typed="!close CASE solved It stopped",
            says="word.choices",
            given=("!open Insults on a talk page",),
        ),
        Example(
            typed="!close CASE mistaken It was a misunderstanding",
            says="refused.case-closed",
            given=("!open Insults on a talk page", "!close CASE withdrawn Asked us to stop"),
        ),
    ),
)
def close(call: Call, terms: Terms, now: datetime) -> Effects:
    """End a case with its outcome and its closing record."""
    case = call.subject
    code, prefix = team(case.code), public(terms.prefix)
    if _still_owed(case):
        owed = (Msg("close.untold", (code,)), Msg("close.untold-how", (code, prefix)))
        return [RememberCase(code=case.code), Answer(doc=doc(*owed))]
    outcome = Outcome(call.words["outcome"])
    summary = numbered(call.text, case.code, case.next_number)
    fact = facts.closed(at=now, by=call.by, outcome=outcome, summary=summary.pieces)
    done = Msg("close.done", (code, Msg(f"outcome.{outcome}"), prefix))
    return [
        AddFacts(code=case.code, facts=(fact,)),
        RememberCase(code=case.code),
        Answer(doc=doc(done, *held_line(summary, case.code))),
    ]


def _still_owed(case: CaseView) -> bool:
    """Tell whether the reporter has heard nothing yet, and nobody decided that it is right so."""
    told = case.reporter_told_at is not None
    return case.has_reporter and not told and not case.reporter_skipped
