"""Who may not act, though they are on the roster: kept until somebody reinstates them."""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from bot.core.words.readers import Suspension
from storage.carried import CarriedSuspension
from storage.codec import dump_json, load_json, moment, stamp
from storage.errors import KeyDestroyed, SealBroken
from storage.keyring import KeyRing, Purpose
from storage.vault import Slot

ADD_SUSPENSION = """
INSERT INTO suspensions (digest, at, sealed) VALUES (?, ?, ?) ON CONFLICT (digest) DO NOTHING
"""
DROP_SUSPENSION = "DELETE FROM suspensions WHERE digest = ?"
FIND_SUSPENSION = "SELECT at, sealed FROM suspensions WHERE digest = ?"
LIST_SUSPENSIONS = """
SELECT digest, at, sealed FROM suspensions WHERE digest > x'' ORDER BY digest
"""
IS_SUSPENDED = "SELECT 1 FROM suspensions WHERE digest = ?"


class SuspensionBook:
    """Suspensions by command, for one job. Names are compared as the roster does."""

    def __init__(self, connection: sqlite3.Connection, ring: KeyRing) -> None:
        self._connection = connection
        self._ring = ring

    def add(self, name: str, *, by: str, at: datetime) -> None:
        """Suspend somebody; who is suspended already stays so, by whom and since when it was."""
        digest = self._digest(name)
        content = dump_json({"name": name, "by": by})
        self.put(CarriedSuspension(digest=digest, at=stamp(at), content=content))

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

    def carried(self) -> Iterator[CarriedSuspension]:
        """Yield all suspensions; one that cannot be opened keeps its effect, and is empty."""
        for digest, at, sealed in self._connection.execute(LIST_SUSPENSIONS).fetchall():
            content = b""
            with suppress(SealBroken, KeyDestroyed):
                content = self._ring.unseal(_slot(digest), sealed)
            yield CarriedSuspension(digest=digest, at=at, content=content)

    def put(self, one: CarriedSuspension) -> None:
        """Write a suspension, unless there is one of the same person."""
        sealed = b""
        if one.content:
            slot = _slot(one.digest)
            sealed = self._ring.seal_for_month(Purpose.SUSPENSION, slot, one.content)
        self._connection.execute(ADD_SUSPENSION, (one.digest, one.at, sealed))

    def end(self, digest: bytes) -> None:
        """End the suspension with this digest, if there is one."""
        self._connection.execute(DROP_SUSPENSION, (digest,))

    def _digest(self, name: str) -> bytes:
        return self._ring.of_name("suspensions", name.lower())


def _slot(digest: bytes) -> Slot:
    return Slot(table="suspensions", row=digest.hex(), column="sealed")
