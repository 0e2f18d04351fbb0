"""Where words of cases stand in rooms: sealed with the key of the case's evidence."""

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache

from pydantic import TypeAdapter

from bot.core.words.hits import Hit
from storage.cases import CaseBook
from storage.codec import stamp
from storage.errors import KeyDestroyed, SealBroken
from storage.keyring import KeyRing, Purpose
from storage.vault import Slot

SAVE_HIT = """
INSERT INTO hits (digest, case_id, at, sealed) VALUES (?, ?, ?, ?)
ON CONFLICT (digest) DO UPDATE SET sealed = excluded.sealed
"""
LIST_HITS = "SELECT digest, sealed FROM hits WHERE case_id = ? ORDER BY at, digest"
PRUNE_HITS = "DELETE FROM hits WHERE at < ?"
FIND_ANY_HIT = "SELECT 1 FROM hits WHERE at >= -9223372036854775808 LIMIT 1"


@cache
def _hit() -> TypeAdapter[Hit]:
    return TypeAdapter(Hit)


class HitBook:
    """`HitLog` on the sealed database."""

    def __init__(self, connection: sqlite3.Connection, ring: KeyRing, cases: CaseBook) -> None:
        self._connection = connection
        self._ring = ring
        self._cases = cases

    def of(self, code: str) -> Sequence[Hit]:
        """Return the hits of a case, the earliest noticed first; without any that are broken."""
        case_id = self._cases.id_of(code)
        if case_id is None:
            return ()
        found: list[Hit] = []
        for digest, sealed in self._connection.execute(LIST_HITS, (case_id,)).fetchall():
            # What cannot be opened any more is gone with the case's evidence.
            with suppress(SealBroken, KeyDestroyed):
                content = self._ring.unseal(_slot(digest, code), sealed)
                found.append(_hit().validate_json(content))
        return found

    def save(self, hit: Hit) -> None:
        """Write a hit, in the place of what was known of it. Raises LookupError without its case."""
        case_id = self._cases.id_of(hit.case)
        if case_id is None:
            raise LookupError(f"there is no case {hit.case}")
        digest = self._ring.of_name("hits", _name(hit))
        content = _hit().dump_json(hit)
        sealed = self._ring.seal(Purpose.EVIDENCE, hit.case, _slot(digest, hit.case), content)
        self._connection.execute(SAVE_HIT, (digest, case_id, stamp(hit.told_at), sealed))

    def drop(self, before: datetime) -> bool:
        """Forget hits that were noticed before a moment; tells whether there are any left."""
        self._connection.execute(PRUNE_HITS, (stamp(before),))
        return self._connection.execute(FIND_ANY_HIT).fetchone() is not None


def _name(hit: Hit) -> str:
    """Return what tells a hit from all others, whatever was added to it since."""
    whole = (hit.case, str(hit.place), hit.author, hit.nick, hit.told_at.isoformat())
    return "\0".join(whole)


def _slot(digest: bytes, code: str) -> Slot:
    return Slot(table="hits", row=digest.hex(), column="sealed", case=code)
