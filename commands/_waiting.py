"""Which of the commands that wait for a `yes` is meant."""

from bot.core.words.readers import Desk, Waiting
from bot.core.words.text import Msg, Piece, public
from commands._spec import Call


def which(call: Call, desk: Desk) -> Waiting | Msg:
    """Return the waiting command that a `yes` or `no` means, or words for why none is."""
    token = call.words.get("token")
    waiting = desk.waiting
    if token is not None:
        waiting = tuple(item for item in waiting if item.token == token.upper())
    if len(waiting) == 1:
        return waiting[0]
    return Msg("yes.which", (_listed(desk),)) if desk.waiting else Msg("yes.nothing")


def _listed(desk: Desk) -> Piece:
    return public(", ".join(f"{item.token} ({item.verb})" for item in desk.waiting))
