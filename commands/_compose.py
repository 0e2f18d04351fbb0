"""Composing: a command without its text, in a DM, collects the lines that follow until `done`."""

from bot.core.words.effects import Answer, Compose, Effects, RememberCase
from bot.core.words.text import Msg, doc, public, team
from commands._spec import Call


def compose(call: Call) -> Effects:
    """Return what opens composing for a call that came without its text.

    For commands that take a case, and whose text is declared as `TakesText(composed=True)`.
    """
    code = call.subject.code
    about = (public(call.verb), team(code))
    return [
        RememberCase(code=code),
        Compose(verb=call.verb, rest=call.spelled, case=code),
        Answer(doc=doc(Msg("compose.begin", about), Msg("compose.how"))),
    ]
