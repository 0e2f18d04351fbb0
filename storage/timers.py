"""Timers on disk: only when they are due is in clear."""

import logging
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from bot.core.words.facts import JSON
from bot.core.words.ports import Timer
from storage.carried import CarriedTimer
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
LIST_TIMERS = """
SELECT digest, due, sealed FROM timers WHERE due > -9223372036854775808 ORDER BY due, rowid
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
        content = dump_json({"key": timer.key, "kind": timer.kind, "data": dict(timer.data)})
        self.put(CarriedTimer(due=stamp(timer.due), content=content))

    def put(self, timer: CarriedTimer) -> None:
        """Set a timer that another store carried."""
        digest = self._ring.of_name("timers", str(load_json(timer.content)["key"]))
        sealed = self._ring.seal_for_month(Purpose.TIMER, _slot(digest), timer.content)
        self._connection.execute(SET_TIMER, (digest, timer.due, sealed))

    def carried(self, pages: Collection[str] | None) -> Iterator[CarriedTimer]:
        """Yield the timers of these pages, all timers for None; without any that are broken."""
        for digest, due, sealed in self._connection.execute(LIST_TIMERS).fetchall():
            try:
                content = self._ring.unseal(_slot(digest), sealed)
            except (SealBroken, KeyDestroyed):
                _LOG.error("a timer cannot be opened and stays behind")
                continue
            if pages is None or _page_of(load_json(content)) in pages:
                yield CarriedTimer(due=due, content=content)

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


def _page_of(content: Mapping[str, JSON]) -> str:
    """Return the code of the page that a timer drives; empty for one that drives none."""
    data = content["data"]
    if not of_page(str(content["key"])) or not isinstance(data, dict):
        return ""
    return str(data.get("page"))


def _slot(digest: bytes) -> Slot:
    return Slot(table="timers", row=digest.hex(), column="sealed")
