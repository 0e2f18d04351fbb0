"""What a line leaves on the desk of whoever typed it, once it is committed."""

from datetime import datetime

from bot.core.words.readers import LastDone
from bot.runtime.desks import DeskKey, Desks
from bot.runtime.handling import Heard
from bot.runtime.performer import Outcome


def remember(desks: Desks, key: DeskKey, heard: Heard, outcome: Outcome, now: datetime) -> None:
    """Note what the asker now sees, works on, writes, waits with, or could take back."""
    used = heard.line is not None and heard.line.text is not None and outcome.result == "ok"
    if used or (outcome.forget is not None and outcome.forget.written):
        desks.drop_text(key)
    elif outcome.rerun is not None or outcome.forget is not None:
        asked = outcome.rerun or outcome.forget
        token = asked.token if asked is not None else None
        pending = desks.pending(key, token, now)
        if pending is not None:
            desks.settle(key, pending)
    if outcome.compose is not None:
        desks.compose(key, outcome.compose, now)
    desks.remember(key, listed=outcome.listed, case=outcome.case)
    if outcome.added:
        _note_done(desks, key, outcome, now)


def _note_done(desks: Desks, key: DeskKey, outcome: Outcome, now: datetime) -> None:
    if not outcome.undoable or outcome.left_the_room:
        desks.done_with(key)
        return
    code, seqs = outcome.added[-1]
    desks.remember(key, done=LastDone(code=code, seqs=seqs, at=now))
