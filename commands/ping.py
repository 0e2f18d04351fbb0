"""`ping`: is the bot there?"""

import re

from bot.core.policy.access import Rule
from bot.core.words.effects import Answer, Effects
from bot.core.words.labels import Label
from bot.core.words.text import Msg, Piece, doc
from commands._spec import Call, Example, TakesWord, command

#: Nothing that could be a link is repeated, held or not, and nothing is looked up: nobody can learn
#: from the answer what a case holds.
TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")


@command(
    "ping",
    usage="ping [TOKEN]",
    rule=Rule(who=None, floor=Label.PUBLIC),
    label=Label.PUBLIC,
    writes_nothing=True,
    takes=(TakesWord(name="token", optional=True),),
    examples=(
        Example(typed="!ping", says="ping"),
        Example(typed="!ping 12ab", says="ping.token"),
        Example(typed="!ping one two", says="usage"),
    ),
)
def ping(call: Call) -> Effects:
    """Answer with the token, where it is one plain word, and with nothing else."""
    token = call.words.get("token", "")
    echo = Piece(text=token, label=Label.PUBLIC, own=True)
    said = Msg("ping.token", (echo,)) if TOKEN.fullmatch(token) else Msg("ping")
    return [Answer(doc=doc(said, label=Label.PUBLIC))]
