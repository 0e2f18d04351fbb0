"""The audit: sealed entries in a chain, whose end is signed.

Each entry's MAC covers the one before, and `meta` holds a signed note of the last. So an entry
that was changed, taken out, put in, or cut off at the end shows. What cannot show is the whole
database put back to an earlier day.
"""

import hmac
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from bot.core.words.ports import AuditEntry
from storage.codec import dump_audit, load_audit, stamp
from storage.errors import KeyDestroyed, SealBroken
from storage.keyring import KeyRing, Purpose
from storage.keys import digest
from storage.vault import Slot

FIND_HEAD = "SELECT value FROM meta WHERE name = 'audit_head'"
SET_HEAD = """
INSERT INTO meta (name, value) VALUES ('audit_head', ?)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""
ADD_ENTRY = "INSERT INTO audit (id, at, case_code, sealed, mac) VALUES (?, ?, ?, ?, ?)"
NEXT_ENTRIES = """
SELECT id, at, case_code, sealed, mac FROM audit WHERE id > ? ORDER BY id LIMIT 500
"""
LAST_ENTRY = "SELECT max(id) FROM audit"

_START = bytes(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditVerdict:
    """How many entries are sound, in order; `broken_at` is the first that is not, if any.

    One past the last entry means that entries are missing at the end.
    """

    entries: int
    broken_at: int | None = None


class AuditBook:
    """The chain, for one job."""

    def __init__(self, connection: sqlite3.Connection, ring: KeyRing) -> None:
        self._connection = connection
        self._ring = ring

    def start(self) -> None:
        """Sign the end of the empty chain, in a new database."""
        self._sign(0, _START)

    def append(self, entry: AuditEntry) -> None:
        """Append an entry. On a chain whose end was tampered with it never verifies again."""
        head = self._head()
        if head is None:
            last = self._connection.execute(LAST_ENTRY).fetchone()[0] or 0
            head = (last, b"")
        number, at, case = head[0] + 1, stamp(entry.at), entry.case
        content = dump_audit(entry)
        sealed = self._ring.seal_for_month(Purpose.AUDIT, _slot(number, case), content)
        mac = self._mac(head[1], number, at, case, sealed)
        self._connection.execute(ADD_ENTRY, (number, at, case, sealed, mac))
        self._sign(number, mac)

    def read(self) -> list[AuditEntry]:
        """Return all entries, oldest first. Raises `SealBroken` when one was changed."""
        entries: list[AuditEntry] = []
        after = 0
        while rows := self._connection.execute(NEXT_ENTRIES, (after,)).fetchall():
            for number, _, case, sealed, _ in rows:
                entries.append(load_audit(self._ring.unseal(_slot(number, case), sealed)))
                after = number
        return entries

    def carried(self) -> Iterator[bytes]:
        """Yield the content of each entry, oldest first; without those that cannot be opened."""
        after = 0
        while rows := self._connection.execute(NEXT_ENTRIES, (after,)).fetchall():
            for number, _, case, sealed, _ in rows:
                after = number
                with suppress(SealBroken, KeyDestroyed):
                    yield self._ring.unseal(_slot(number, case), sealed)

    def verify(self) -> AuditVerdict:
        """Read the whole chain and tell whether it is as it was written."""
        last, mac = 0, _START
        while rows := self._connection.execute(NEXT_ENTRIES, (last,)).fetchall():
            for number, at, case, sealed, stored in rows:
                if number != last + 1 or not self._sound(mac, number, at, case, sealed, stored):
                    return AuditVerdict(entries=last, broken_at=last + 1)
                last, mac = number, stored
        if self._head() != (last, mac):
            return AuditVerdict(entries=last, broken_at=last + 1)
        return AuditVerdict(entries=last)

    def _sound(
        self, before: bytes, number: int, at: int, case: str | None, sealed: bytes, stored: bytes
    ) -> bool:
        if not hmac.compare_digest(self._mac(before, number, at, case, sealed), stored):
            return False
        try:
            self._ring.unseal(_slot(number, case), sealed)
        except (SealBroken, KeyDestroyed):
            return False
        return True

    def _head(self) -> tuple[int, bytes] | None:
        """Return number and MAC of the last entry; None when the note of it is not ours."""
        row = self._connection.execute(FIND_HEAD).fetchone()
        if row is None:
            return None
        number, mac, signature = int.from_bytes(row[0][:8]), row[0][8:40], row[0][40:]
        if not hmac.compare_digest(self._signature(number, mac), signature):
            return None
        return number, mac

    def _sign(self, number: int, mac: bytes) -> None:
        note = number.to_bytes(8) + mac + self._signature(number, mac)
        self._connection.execute(SET_HEAD, (note,))

    def _signature(self, number: int, mac: bytes) -> bytes:
        return digest(self._ring.secrets.audit, "head", str(number), mac.hex())

    def _mac(self, before: bytes, number: int, at: int, case: str | None, sealed: bytes) -> bytes:
        parts = ("entry", before.hex(), str(number), str(at), case or "", sealed.hex())
        return digest(self._ring.secrets.audit, *parts)


def _slot(number: int, case: str | None) -> Slot:
    return Slot(table="audit", row=str(number), column="sealed", case=case or "")
