"""The team's words to a reporter: announced first to somebody who has been silent for a while.

Phones are shared. Whoever has not written for ten minutes hears only that something waits, and
gets it by writing `read`.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from bot.core.case import facts
from bot.core.intake.session import load, save, with_unread
from bot.core.words.labels import Label
from bot.core.words.ports import OutboxRow, RowState, Speech, Unit
from bot.core.words.text import Doc, Msg, doc

SILENT = timedelta(minutes=10)
#: Why a relayed row is done though its words were not said: they wait to be read.
KNOCKED = "knocked"


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


def record_relay(unit: Unit, row: OutboxRow, state: RowState, reason: str, now: datetime) -> None:
    """Put on a case's record whether the team's words reached their reader, or at first did not.

    A case that a newer version wrote cannot be changed; the row's own state still tells.
    """
    if row.case is None or not isinstance(row.payload, Speech) or not row.payload.relay:
        return
    with suppress(facts.CaseIsReadOnly):
        if state is RowState.SENT and reason != KNOCKED:
            unit.add_facts(row.case, (facts.delivered(at=now, what="words"),))
        elif state is RowState.HELD and row.tries == 0:
            unit.add_facts(row.case, (facts.undelivered(at=now, what="words"),))
