"""Interviews of reporters: found by digests, sealed with a key of their own."""

import secrets
import sqlite3
from collections.abc import Mapping
from datetime import datetime

from bot.core.words.facts import JSON
from bot.core.words.readers import StoredSession
from storage.codec import dump_json, load_json, moment, stamp
from storage.keyring import KeyRing, Purpose
from storage.vault import Slot

FIND_BY_IDENTITY = """
SELECT ref, case_code, seen_at, sealed FROM sessions WHERE identity = ?
"""
FIND_BY_PHRASE = "SELECT ref, case_code, seen_at, sealed FROM sessions WHERE phrase = ?"
FIND_BY_CASE = "SELECT ref, case_code, seen_at, sealed FROM sessions WHERE case_code = ?"
FIND_REF = "SELECT ref FROM sessions WHERE identity = ?"
UNBIND = "UPDATE sessions SET case_code = NULL WHERE case_code = ? AND ref <> ?"
ADD_SESSION = """
INSERT INTO sessions (ref, identity, phrase, case_code, seen_at, sealed)
VALUES (?, ?, ?, ?, ?, ?)
"""
RENEW_SESSION = """
UPDATE sessions
SET phrase = coalesce(?, phrase), case_code = coalesce(?, case_code), seen_at = ?, sealed = ?
WHERE ref = ?
"""
MOVE_SESSION = "UPDATE sessions SET identity = ?, sealed = ? WHERE ref = ?"
DROP_SESSION = "DELETE FROM sessions WHERE ref = ?"


class SessionBook:
    """`Sessions`, and how they are written."""

    def __init__(self, connection: sqlite3.Connection, ring: KeyRing) -> None:
        self._connection = connection
        self._ring = ring

    def of(self, identity: str) -> StoredSession | None:
        """Return the session of an identity."""
        return self._open(FIND_BY_IDENTITY, self._ring.of_identity(identity))

    def by_phrase(self, phrase: str) -> StoredSession | None:
        """Return the session whose six words these are."""
        return self._open(FIND_BY_PHRASE, self._ring.of_phrase(phrase))

    def of_case(self, code: str) -> StoredSession | None:
        """Return the session bound to a case."""
        return self._open(FIND_BY_CASE, code)

    def save(
        self,
        identity: str,
        data: Mapping[str, JSON],
        *,
        seen_at: datetime,
        case: str | None,
        phrase: str | None,
    ) -> None:
        """Keep a session. None keeps an earlier case and phrase; a case has one session."""
        ref = self._ref(identity)
        fresh = ref is None
        ref = ref or secrets.token_hex(16)
        sealed = self._seal(ref, identity, data)
        words = None if phrase is None else self._ring.of_phrase(phrase)
        if case is not None:
            self._connection.execute(UNBIND, (case, ref))
        if fresh:
            row = (ref, self._ring.of_identity(identity), words, case, stamp(seen_at), sealed)
            self._connection.execute(ADD_SESSION, row)
        else:
            self._connection.execute(RENEW_SESSION, (words, case, stamp(seen_at), sealed, ref))

    def drop(self, identity: str) -> None:
        """Forget a session and destroy its key; nothing happens where there is none."""
        ref = self._ref(identity)
        if ref is not None:
            self._connection.execute(DROP_SESSION, (ref,))
            self._ring.destroy(Purpose.SESSION, ref)

    def move(self, old: str, new: str) -> str | None:
        """Let the session of `old` go on as that of `new`, in the place of any it had.

        Returns the case it is bound to. Raises LookupError when `old` has no session.
        """
        session = self.of(old)
        ref = self._ref(old)
        if session is None or ref is None:
            raise LookupError("there is no such session to move")
        if old != new:
            self.drop(new)
            sealed = self._seal(ref, new, session.data)
            self._connection.execute(MOVE_SESSION, (self._ring.of_identity(new), sealed, ref))
        return session.case

    def _ref(self, identity: str) -> str | None:
        digest = self._ring.of_identity(identity)
        row = self._connection.execute(FIND_REF, (digest,)).fetchone()
        return None if row is None else row[0]

    def _seal(self, ref: str, identity: str, data: Mapping[str, JSON]) -> bytes:
        content = dump_json({"identity": identity, "data": dict(data)})
        return self._ring.seal(Purpose.SESSION, ref, _slot(ref), content)

    def _open(self, statement: str, key: bytes | str) -> StoredSession | None:
        row = self._connection.execute(statement, (key,)).fetchone()
        if row is None:
            return None
        ref, case, seen_at, sealed = row
        content = load_json(self._ring.unseal(_slot(ref), sealed))
        identity, data = content["identity"], content["data"]
        assert isinstance(identity, str)
        assert isinstance(data, dict)
        return StoredSession(identity=identity, data=data, case=case, seen_at=moment(seen_at))


def _slot(ref: str) -> Slot:
    return Slot(table="sessions", row=ref, column="sealed")
