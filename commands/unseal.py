"""`unseal`: let a piece of evidence be read wherever the words of its case may be."""

from datetime import datetime

from bot.core.policy.access import PII_ROLES, Rule
from bot.core.words.effects import Effects
from bot.core.words.labels import Label
from bot.core.words.readers import Terms
from commands._evidence import relabel
from commands._spec import Call, Example, TakesCase, TakesWord, command

USAGE = "unseal CASE N"
LINK = "!link CASE https://en.wikipedia.example.org/w/index.php?diff=1234"


@command(
    "unseal",
    usage=USAGE,
    rule=Rule(who=PII_ROLES, floor=Label.CASE),
    label=Label.TEAM,
    takes=(TakesCase(), TakesWord(name="number")),
    undoable=True,
    examples=(
        Example(
            typed="!unseal CASE 1",
            says="unseal.done",
            given=("!open Insults on a talk page", LINK),
        ),
        Example(
            typed="!unseal CASE 9", says="reveal.none", given=("!open Insults on a talk page", LINK)
        ),
    ),
)
def unseal(call: Call, terms: Terms, now: datetime) -> Effects:
    """Make it words of the case; for those who may know what it says."""
    return relabel(call, Label.CASE, USAGE, terms, now)
