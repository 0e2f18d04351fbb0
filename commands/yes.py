"""`yes`: do what was shown and waits."""

from bot.core.policy.access import ROSTER, Rule
from bot.core.words.effects import Answer, Effects, Rerun
from bot.core.words.labels import Label
from bot.core.words.readers import Desk
from bot.core.words.text import Msg, doc
from commands._spec import Call, Example, TakesWord, command
from commands._waiting import which


@command(
    "yes",
    usage="yes [TOKEN]",
    rule=Rule(who=ROSTER, floor=Label.PUBLIC),
    label=Label.PUBLIC,
    takes=(TakesWord(name="token", optional=True),),
    examples=(
        Example(typed="!yes", says="yes.nothing"),
        Example(typed="!yes K7Q", says="yes.nothing"),
    ),
    goes_on=True,
)
def yes(call: Call, desk: Desk) -> Effects:
    """Run the command that waits, decided anew."""
    chosen = which(call, desk)
    if isinstance(chosen, Msg):
        return [Answer(doc=doc(chosen, label=Label.PUBLIC))]
    return [Rerun(token=chosen.token)]
