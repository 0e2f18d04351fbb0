"""Keys of messages that were handled: the same message is never handled twice."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta

from storage.codec import stamp
from storage.keyring import KeyRing

CLAIM = "INSERT INTO inbound (digest, at) VALUES (?, ?) ON CONFLICT DO NOTHING"
LIST_CLAIMS = "SELECT digest, at FROM inbound WHERE digest > x'' ORDER BY digest"
PRUNE = "DELETE FROM inbound WHERE at < ?"

#: How long a key is remembered: longer than the keys that could open the same message once more.
MEMORY = timedelta(days=100)


class InboundBook:
    """Digests of keys, forgotten after some months."""

    def __init__(self, connection: sqlite3.Connection, ring: KeyRing) -> None:
        self._connection = connection
        self._ring = ring

    def claim(self, key: str, at: datetime) -> bool:
        """Take a key at the moment it is handled; False when it was handled before."""
        digest = self._ring.of_inbound(key)
        taken = self._connection.execute(CLAIM, (digest, stamp(at))).rowcount == 1
        self._connection.execute(PRUNE, (stamp(at - MEMORY),))
        return taken

    def carried(self) -> tuple[tuple[bytes, int], ...]:
        """Return all keys that were taken, as digests and stamps."""
        return tuple(self._connection.execute(LIST_CLAIMS).fetchall())

    def put(self, claims: Iterable[tuple[bytes, int]]) -> None:
        """Take the keys that another store carried."""
        for claim in claims:
            self._connection.execute(CLAIM, claim)
