"""`take`: work on a case."""

from datetime import datetime

from bot.core.policy.access import CASE_ROLES, Rule
from bot.core.words.effects import Effects
from bot.core.words.labels import Label
from commands._crew import taking
from commands._spec import Call, Example, TakesCase, command


@command(
    "take",
    usage="take CASE",
    rule=Rule(who=CASE_ROLES, floor=Label.TEAM, closed_too=False),
    label=Label.TEAM,
    takes=(TakesCase(),),
    undoable=True,
    examples=(
        Example(typed="!take CASE", says="take.done", given=("!open Insults on a talk page",)),
        Example(
            typed="!take CASE",
            says="take.already",
            given=("!open Insults on a talk page", "!take CASE"),
        ),
        Example(typed="!take", says="case.which"),
    ),
)
def take(call: Call, now: datetime) -> Effects:
    """Put the asker among those who work on the case; the first of them leads it."""
    return taking(call.subject, call.by, now)
