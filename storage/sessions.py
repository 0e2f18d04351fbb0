"""Interviews of reporters: found by digests, sealed with a key of their own.

What is sealed is bound to the identity, to the six words, and to the case whose reporter this
is: nobody without a key can turn the team's words, or another's interview, to themselves.
"""

import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime

from bot.core.words.facts import JSON
from bot.core.words.readers import StoredSession
from storage.carried import CarriedSession
from storage.codec import dump_json, load_json, moment, stamp
from storage.errors import KeyDestroyed, SealBroken
from storage.keyring import KeyRing, Purpose
from storage.vault import Slot

FIND_BY_IDENTITY = """
SELECT ref, identity, phrase, case_code, seen_at, sealed FROM sessions WHERE identity = ?
"""
FIND_BY_PHRASE = """
SELECT ref, identity, phrase, case_code, seen_at, sealed FROM sessions WHERE phrase = ?
"""
FIND_BY_CASE = """
SELECT ref, identity, phrase, case_code, seen_at, sealed FROM sessions WHERE case_code = ?
"""
LIST_SESSIONS = """
SELECT ref, identity, phrase, case_code, seen_at, sealed FROM sessions WHERE id > 0 ORDER BY id
"""
FIND_REF = "SELECT ref, case_code, phrase FROM sessions WHERE identity = ?"
FIND_BOUND = "SELECT ref, phrase FROM sessions WHERE case_code = ? AND ref <> ?"
UNBIND = "UPDATE sessions SET case_code = NULL, sealed = coalesce(?, sealed) WHERE ref = ?"
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
        words = None if phrase is None else self._ring.of_phrase(phrase)
        self._write(identity, data, seen_at=stamp(seen_at), case=case, phrase=words)

    def carried(self) -> Iterator[CarriedSession]:
        """Yield all sessions, oldest first; without those that cannot be opened."""
        for row in self._connection.execute(LIST_SESSIONS).fetchall():
            with suppress(SealBroken, KeyDestroyed):
                session = self._opened(*row)
                yield CarriedSession(
                    identity=session.identity,
                    phrase=row[2],
                    case=session.case,
                    seen_at=row[4],
                    data=dump_json(session.data),
                )

    def put(self, session: CarriedSession) -> None:
        """Write a session that another store carried, where its identity has none.

        One that is there and bound to no case gets the case and the six words: whoever was
        given them must be found by them. What others have taken since stays theirs.
        """
        case, phrase = session.case, session.phrase
        if case is not None and self._connection.execute(FIND_BY_CASE, (case,)).fetchone():
            case = None
        if phrase is not None and self._connection.execute(FIND_BY_PHRASE, (phrase,)).fetchone():
            phrase = None
        found, data, seen_at = self._found(session.identity), session.data, session.seen_at
        if found is not None:
            if found[1] is not None or case is None:
                return
            phrase = None if found[2] is not None else phrase
            # One that cannot be opened anyway gives way to what was said since.
            with suppress(SealBroken, KeyDestroyed):
                there = self.of(session.identity)
                assert there is not None
                data, seen_at = dump_json(there.data), stamp(there.seen_at)
        self._write(session.identity, load_json(data), seen_at=seen_at, case=case, phrase=phrase)

    def _write(
        self,
        identity: str,
        data: Mapping[str, JSON],
        *,
        seen_at: int,
        case: str | None,
        phrase: bytes | None,
    ) -> None:
        found = self._found(identity)
        ref, earlier, words = found or (secrets.token_hex(16), None, None)
        words = words if phrase is None else phrase
        sealed = self._seal(ref, identity, case or earlier, words, data)
        if case is not None:
            self._unbind(case, ref)
        if found is None:
            row = (ref, self._ring.of_identity(identity), words, case, seen_at, sealed)
            self._connection.execute(ADD_SESSION, row)
        else:
            self._connection.execute(RENEW_SESSION, (words, case, seen_at, sealed, ref))

    def drop(self, identity: str) -> None:
        """Forget a session and destroy its key; nothing happens where there is none."""
        found = self._found(identity)
        if found is not None:
            self._connection.execute(DROP_SESSION, found[:1])
            self._ring.destroy(Purpose.SESSION, found[0])

    def move(self, old: str, new: str) -> str | None:
        """Let the session of `old` go on as that of `new`, in the place of any it had.

        Returns the case it is bound to. Raises LookupError when `old` has no session.
        """
        session = self.of(old)
        found = self._found(old)
        if session is None or found is None:
            raise LookupError("there is no such session to move")
        if old != new:
            self.drop(new)
            ref, case, words = found
            sealed = self._seal(ref, new, case, words, session.data)
            self._connection.execute(MOVE_SESSION, (self._ring.of_identity(new), sealed, ref))
        return session.case

    def _found(self, identity: str) -> tuple[str, str | None, bytes | None] | None:
        """Return what the session of an identity is bound to: its row, case and six words."""
        digest = self._ring.of_identity(identity)
        found: tuple[str, str | None, bytes | None] | None
        found = self._connection.execute(FIND_REF, (digest,)).fetchone()
        return found

    def _unbind(self, case: str, ref: str) -> None:
        """Take a case from the session that had it, other than `ref`."""
        row = self._connection.execute(FIND_BOUND, (case, ref)).fetchone()
        if row is None:
            return
        other, words = row
        sealed = None
        # One that cannot be opened anyway must not keep this reporter's words from being kept.
        with suppress(SealBroken, KeyDestroyed):
            session = self.of_case(case)
            assert session is not None
            sealed = self._seal(other, session.identity, None, words, session.data)
        self._connection.execute(UNBIND, (sealed, other))

    def _seal(
        self,
        ref: str,
        identity: str,
        case: str | None,
        words: bytes | None,
        data: Mapping[str, JSON],
    ) -> bytes:
        phrase = "" if words is None else words.hex()
        content = dump_json({"identity": identity, "phrase": phrase, "data": dict(data)})
        return self._ring.seal(Purpose.SESSION, ref, _slot(ref, case), content)

    def _open(self, statement: str, key: bytes | str) -> StoredSession | None:
        row = self._connection.execute(statement, (key,)).fetchone()
        return None if row is None else self._opened(*row)

    def _opened(
        self,
        ref: str,
        digest: bytes,
        words: bytes | None,
        case: str | None,
        seen_at: int,
        sealed: bytes,
    ) -> StoredSession:
        content = load_json(self._ring.unseal(_slot(ref, case), sealed))
        identity, data = content["identity"], content["data"]
        assert isinstance(identity, str)
        phrase = "" if words is None else words.hex()
        if self._ring.of_identity(identity) != digest or content["phrase"] != phrase:
            raise SealBroken("sessions")
        assert isinstance(data, dict)
        return StoredSession(identity=identity, data=data, case=case, seen_at=moment(seen_at))


def _slot(ref: str, case: str | None) -> Slot:
    return Slot(table="sessions", row=ref, column="sealed", case=case or "")
