"""The team's words to a reporter: announced first to somebody who has been silent for a while.

Phones are shared. Whoever has not written for ten minutes hears only that something waits, and
gets it by writing `read`.
"""

from datetime import datetime, timedelta

from bot.core.intake.session import load, save, with_unread
from bot.core.words.labels import Label
from bot.core.words.ports import Unit
from bot.core.words.text import Doc, Msg, doc

SILENT = timedelta(minutes=10)


def relay_key(code: str, seq: int) -> str:
    """Return the outbox key of the words that fact `seq` of a case holds."""
    return f"say:{code}:{seq}"


def _seq_of(key: str) -> int:
    return int(key.rpartition(":")[2])


def knock_first(unit: Unit, case: str, key: str, now: datetime) -> Doc | None:
    """Return what to say instead of the words when their reader has been silent, else None.

    The words then wait in the reporter's session.
    """
    stored = unit.sessions().of_case(case)
    if stored is None or now - stored.seen_at <= SILENT:
        return None
    session = with_unread(load(stored.data), (_seq_of(key),))
    unit.save_session(stored.identity, save(session), seen_at=stored.seen_at, case=case)
    return doc(Msg("intake.unread"), label=Label.PUBLIC)
