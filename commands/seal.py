"""`seal`: hold a piece of evidence back again in every place that may not carry personal details."""

from datetime import datetime

from bot.core.policy.access import CASE_ROLES, Rule
from bot.core.words.effects import Effects
from bot.core.words.labels import Label
from bot.core.words.readers import Terms
from commands._evidence import relabel
from commands._spec import Call, Example, TakesCase, TakesWord, command

USAGE = "seal CASE N"
LINK = "!link CASE https://en.wikipedia.example.org/w/index.php?diff=1234"


@command(
    "seal",
    usage=USAGE,
    rule=Rule(who=CASE_ROLES, floor=Label.TEAM),
    label=Label.TEAM,
    takes=(TakesCase(), TakesWord(name="number")),
    undoable=True,
    examples=(
        Example(
            typed="!seal CASE 1",
            says="seal.done",
            given=("!open Insults on a talk page", LINK, "!unseal CASE 1"),
        ),
        Example(
            typed="!seal CASE 1", says="seal.already", given=("!open Insults on a talk page", LINK)
        ),
    ),
)
def seal(call: Call, terms: Terms, now: datetime) -> Effects:
    """Make it personal; anybody who works cases may be that careful."""
    return relabel(call, Label.PII, USAGE, terms, now)
