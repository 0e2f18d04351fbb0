"""Who may not act, though they are on the roster: kept until somebody reinstates them."""

import sqlite3
from datetime import datetime

from bot.core.words.readers import Suspension
from storage.codec import dump_json, load_json, moment, stamp
from storage.keyring import KeyRing, Purpose
from storage.vault import Slot

ADD_SUSPENSION = """
INSERT INTO suspensions (digest, at, sealed) VALUES (?, ?, ?) ON CONFLICT (digest) DO NOTHING
"""
DROP_SUSPENSION = "DELETE FROM suspensions WHERE digest = ?"
FIND_SUSPENSION = "SELECT at, sealed FROM suspensions WHERE digest = ?"
IS_SUSPENDED = "SELECT 1 FROM suspensions WHERE digest = ?"


class SuspensionBook:
    """Suspensions by command, for one job. Names are compared as the roster does."""

    def __init__(self, connection: sqlite3.Connection, ring: KeyRing) -> None:
        self._connection = connection
        self._ring = ring

    def add(self, name: str, *, by: str, at: datetime) -> None:
        """Suspend somebody; who is suspended already stays so, by whom and since when it was."""
        digest = self._digest(name)
        sealed = self._ring.seal_for_month(
            Purpose.SUSPENSION, _slot(digest), dump_json({"name": name, "by": by})
        )
        self._connection.execute(ADD_SUSPENSION, (digest, stamp(at), sealed))

    def drop(self, name: str) -> None:
        """End a suspension, if there is one."""
        self._connection.execute(DROP_SUSPENSION, (self._digest(name),))

    def has(self, name: str) -> bool:
        """Tell whether somebody is suspended; true as well where it cannot be read by whom."""
        return self._connection.execute(IS_SUSPENDED, (self._digest(name),)).fetchone() is not None

    def of(self, name: str) -> Suspension | None:
        """Return the suspension of somebody. Raises `SealBroken` where it was tampered with."""
        digest = self._digest(name)
        row = self._connection.execute(FIND_SUSPENSION, (digest,)).fetchone()
        if row is None:
            return None
        at, sealed = row
        content = load_json(self._ring.unseal(_slot(digest), sealed))
        return Suspension(name=str(content["name"]), by=str(content["by"]), at=moment(at))

    def _digest(self, name: str) -> bytes:
        return self._ring.of_name("suspensions", name.lower())


def _slot(digest: bytes) -> Slot:
    return Slot(table="suspensions", row=digest.hex(), column="sealed")
