"""Keys of messages that were handled: the same message is never handled twice."""

import sqlite3
from datetime import datetime, timedelta

from storage.codec import stamp
from storage.keyring import KeyRing

CLAIM = "INSERT INTO inbound (digest, at) VALUES (?, ?) ON CONFLICT DO NOTHING"
PRUNE = "DELETE FROM inbound WHERE at < ?"

#: How long a key is remembered.
MEMORY = timedelta(days=2)


class InboundBook:
    """Digests of keys, forgotten after two days."""

    def __init__(self, connection: sqlite3.Connection, ring: KeyRing) -> None:
        self._connection = connection
        self._ring = ring

    def claim(self, key: str, at: datetime) -> bool:
        """Take a key at the moment it is handled; False when it was handled before."""
        digest = self._ring.of_inbound(key)
        taken = self._connection.execute(CLAIM, (digest, stamp(at))).rowcount == 1
        self._connection.execute(PRUNE, (stamp(at - MEMORY),))
        return taken
