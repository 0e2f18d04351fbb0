"""Timers on disk: only when they are due is in clear."""

import logging
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from bot.core.words.ports import Timer
from storage.codec import dump_json, load_json, moment, stamp
from storage.errors import KeyDestroyed, SealBroken
from storage.keyring import KeyRing, Purpose
from storage.vault import Slot

_LOG = logging.getLogger("caseward.storage")

SET_TIMER = """
INSERT INTO timers (digest, due, sealed) VALUES (?, ?, ?)
ON CONFLICT (digest) DO UPDATE SET due = excluded.due, sealed = excluded.sealed
"""
DROP_TIMER = "DELETE FROM timers WHERE digest = ?"
DUE_TIMERS = """
SELECT digest, due, sealed FROM timers WHERE due <= ? ORDER BY due, rowid LIMIT ?
"""
NEXT_TIMER = "SELECT min(due) FROM timers"

#: How the keys of timers begin that drive an emergency.
_PAGES = ("page:", "routes:")


def of_page(key: str) -> bool:
    """Tell whether a timer drives an emergency, by its key."""
    return key.startswith(_PAGES)


class TimerBook:
    """What the bot is to be woken for."""

    def __init__(self, connection: sqlite3.Connection, ring: KeyRing) -> None:
        self._connection = connection
        self._ring = ring

    def set(self, timer: Timer) -> None:
        """Set a timer, in the place of one with the same key."""
        digest = self._ring.of_name("timers", timer.key)
        content = dump_json({"key": timer.key, "kind": timer.kind, "data": dict(timer.data)})
        sealed = self._ring.seal_for_month(Purpose.TIMER, _slot(digest), content)
        self._connection.execute(SET_TIMER, (digest, stamp(timer.due), sealed))

    def drop(self, key: str) -> None:
        """Forget a timer, if it is set."""
        self._connection.execute(DROP_TIMER, (self._ring.of_name("timers", key),))

    def due(self, now: datetime, limit: int) -> Sequence[Timer]:
        """Return timers that are due, earliest first; they stay until dropped or set anew.

        One whose seal is broken is dropped and logged: it would be due for ever.
        """
        found = self._connection.execute(DUE_TIMERS, (stamp(now), limit)).fetchall()
        timers: list[Timer] = []
        for digest, due, sealed in found:
            try:
                timers.append(self._open(digest, due, sealed))
            except (SealBroken, KeyDestroyed):
                _LOG.error("a timer cannot be opened and is dropped")
                self._connection.execute(DROP_TIMER, (digest,))
        return timers

    def next(self) -> datetime | None:
        """Return when the earliest timer is due."""
        due = self._connection.execute(NEXT_TIMER).fetchone()[0]
        return None if due is None else moment(due)

    def _open(self, digest: bytes, due: int, sealed: bytes) -> Timer:
        content = load_json(self._ring.unseal(_slot(digest), sealed))
        data = content["data"]
        assert isinstance(data, dict)
        key, kind = str(content["key"]), str(content["kind"])
        return Timer(key=key, due=moment(due), kind=kind, data=data)


def _slot(digest: bytes) -> Slot:
    return Slot(table="timers", row=digest.hex(), column="sealed")
