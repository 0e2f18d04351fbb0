"""A drawer for each transport: small values by kind and name, nothing of them readable on disk."""

import json
import logging
import sqlite3
from collections.abc import Mapping

from storage.errors import KeyDestroyed, SealBroken
from storage.keyring import KeyRing, Purpose
from storage.store import SealedStore
from storage.vault import Slot

_LOG = logging.getLogger("caseward.storage")

SAVE_VALUE = """
INSERT INTO safe (digest, kind, sealed) VALUES (?, ?, ?)
ON CONFLICT (digest) DO UPDATE SET sealed = excluded.sealed
"""
DROP_VALUE = "DELETE FROM safe WHERE digest = ?"
LIST_VALUES = "SELECT digest, sealed FROM safe WHERE kind = ?"

_LENGTH = 4


class StoreSafe:
    """`Safe` on the sealed database, for one transport: none sees what another keeps."""

    def __init__(self, store: SealedStore, transport: str) -> None:
        self._store = store
        self._transport = transport

    async def load(self, kind: str) -> Mapping[str, bytes]:
        """Return all values of a kind by name. `StoreFailed` where they cannot be read.

        One whose seal is broken is left out and logged: a lost session must not keep the rest
        from being used.
        """
        return await self._store.on_database(
            lambda raw: SafeBook(raw, self._store.ring, self._transport).list(kind)
        )

    async def write(self, changes: Mapping[tuple[str, str], bytes | None]) -> None:
        """Set values by kind and name, or forget them (None), in one commit.

        `StoreFailed`, and nothing has changed, where it cannot be.
        """
        if not changes:
            return
        held = dict(changes)
        await self._store.on_database(
            lambda raw: SafeBook(raw, self._store.ring, self._transport).write(held)
        )


class SafeBook:
    """What one transport keeps, for one job."""

    def __init__(self, connection: sqlite3.Connection, ring: KeyRing, transport: str) -> None:
        self._connection = connection
        self._ring = ring
        self._transport = transport

    def list(self, kind: str) -> dict[str, bytes]:
        """Return all values of a kind by name, without those that cannot be opened."""
        rows = self._connection.execute(LIST_VALUES, (self._digest(kind),)).fetchall()
        found: dict[str, bytes] = {}
        for digest, sealed in rows:
            try:
                name, value = self._open(kind, digest, sealed)
            except (SealBroken, KeyDestroyed):
                _LOG.error("a value in the safe cannot be opened")
            else:
                found[name] = value
        return found

    def write(self, changes: Mapping[tuple[str, str], bytes | None]) -> None:
        """Set or forget values."""
        for (kind, name), value in changes.items():
            digest = self._digest(kind, name)
            if value is None:
                self._connection.execute(DROP_VALUE, (digest,))
                continue
            title = name.encode()
            content = len(title).to_bytes(_LENGTH) + title + value
            sealed = self._ring.seal_for_month(Purpose.SAFE, _slot(digest), content)
            self._connection.execute(SAVE_VALUE, (digest, self._digest(kind), sealed))

    def _open(self, kind: str, digest: bytes, sealed: bytes) -> tuple[str, bytes]:
        content = self._ring.unseal(_slot(digest), sealed)
        start = _LENGTH + int.from_bytes(content[:_LENGTH])
        name = content[_LENGTH:start].decode()
        if self._digest(kind, name) != digest:
            # The row was put under another kind.
            raise SealBroken("safe")
        return name, content[start:]

    def _digest(self, *parts: str) -> bytes:
        # As JSON no part can reach over into the next.
        return self._ring.of_name("safe", json.dumps((self._transport, *parts)))


def _slot(digest: bytes) -> Slot:
    return Slot(table="safe", row=digest.hex(), column="sealed")
