"""`skip`: leave out a step of closing, for a reason that stays on the record."""

from datetime import datetime

from bot.core.case import facts
from bot.core.policy.access import CASE_ROLES, Rule
from bot.core.words.effects import AddFacts, Answer, Effects, RememberCase
from bot.core.words.labels import Label
from bot.core.words.text import Msg, doc, team
from commands._spec import Call, Example, TakesCase, TakesText, TakesWord, command
from commands._words import held_line, numbered

STEPS = ("reporter",)


@command(
    "skip",
    usage="skip CASE reporter REASON",
    rule=Rule(who=CASE_ROLES, floor=Label.CASE, closed_too=False),
    label=Label.TEAM,
    takes=(TakesCase(), TakesWord(name="step", choices=STEPS), TakesText(name="reason")),
    examples=(
        Example(
            typed="!skip CASE reporter They asked not to be written to",
            says="skip.not-needed",
            given=("!open Insults on a talk page",),
        ),
        Example(
            typed="!skip CASE everything It is late",
            says="word.choices",
            given=("!open Insults on a talk page",),
        ),
    ),
)
def skip(call: Call, now: datetime) -> Effects:
    """Leave a step out and keep why."""
    case = call.subject
    code = team(case.code)
    if not case.has_reporter:
        return [Answer(doc=doc(Msg("skip.not-needed", (code,))))]
    reason = numbered(call.text, case.code, case.next_number)
    fact = facts.skipped(at=now, by=call.by, step=call.words["step"], reason=reason.pieces)
    return [
        AddFacts(code=case.code, facts=(fact,)),
        RememberCase(code=case.code),
        Answer(doc=doc(Msg("skip.done", (code,)), *held_line(reason, case.code))),
    ]
