"""`no`: drop what was shown and waits."""

from bot.core.policy.access import ROSTER, Rule
from bot.core.words.effects import Answer, Effects, Forget
from bot.core.words.labels import Label
from bot.core.words.readers import Desk
from bot.core.words.text import Msg, doc
from commands._spec import Call, Example, TakesWord, command
from commands._waiting import which


@command(
    "no",
    usage="no [TOKEN]",
    rule=Rule(who=ROSTER, floor=Label.PUBLIC),
    label=Label.PUBLIC,
    takes=(TakesWord(name="token", optional=True),),
    examples=(
        Example(typed="!no", says="yes.nothing"),
        Example(typed="!no K7Q", says="yes.nothing"),
    ),
    goes_on=True,
)
def no(call: Call, desk: Desk) -> Effects:
    """Drop the text that is being composed, or the command that waits; nothing of it happens."""
    if desk.composing is not None and "token" not in call.words:
        return [Forget(written=True)]
    chosen = which(call, desk)
    if isinstance(chosen, Msg):
        return [Answer(doc=doc(chosen, label=Label.PUBLIC))]
    return [Forget(token=chosen.token)]
