"""`ping`: is the bot there?"""

from bot.core.policy.access import Rule
from bot.core.words.effects import Answer, Effects
from bot.core.words.labels import Label
from bot.core.words.text import Msg, Piece, doc
from commands._spec import Call, Example, TakesWord, command

LONGEST = 64


@command(
    "ping",
    usage="ping [TOKEN]",
    rule=Rule(who=None, floor=Label.PUBLIC),
    label=Label.PUBLIC,
    takes=(TakesWord(name="token", optional=True),),
    examples=(
        Example(typed="!ping", says="ping"),
        Example(typed="!ping 12ab", says="ping.token"),
        Example(typed="!ping one two", says="usage"),
    ),
)
def ping(call: Call) -> Effects:
    """Answer with the token, and nothing but the token."""
    token = call.words.get("token", "")
    fits = 0 < len(token) <= LONGEST and token.isprintable()
    said = Msg("ping.token", (Piece(text=token, label=Label.PUBLIC),)) if fits else Msg("ping")
    return [Answer(doc=doc(said, label=Label.PUBLIC))]
