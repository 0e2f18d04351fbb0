"""Cases on disk: their open rows, their facts, and the marks they can be found by."""

import logging
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.case.facts import KNOWN_KINDS, CaseIsReadOnly, FactKind
from bot.core.case.fold import fold, row_of, undone_seqs
from bot.core.words.cases import CaseRow, CaseStatus, CaseView
from bot.core.words.facts import JSON, Fact, Keep, Mark, Spine
from bot.core.words.text import Pieces
from storage.codec import (
    dump_json,
    dump_pieces,
    dump_spine,
    load_json,
    load_pieces,
    load_spine,
    moment,
    stamp,
)
from storage.errors import KeyDestroyed, SealBroken
from storage.keyring import KeyRing, Purpose
from storage.vault import Slot

_LOG = logging.getLogger("caseward.storage")

FIND_CODE = "SELECT 1 FROM codes WHERE code = ?"
ADD_CODE = "INSERT INTO codes (code) VALUES (?)"
FIND_CASE = "SELECT id, version FROM cases WHERE code = ?"
ADD_CASE = """
INSERT INTO cases (code, status, opened_at, next_at, evidence, version, face)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
RENEW_CASE = """
UPDATE cases SET status = ?, next_at = ?, evidence = ?, version = ?, face = ? WHERE id = ?
"""
LIST_CASES = """
SELECT id, code, opened_at, next_at, evidence, face FROM cases
WHERE status = ? ORDER BY next_at, id
"""
LOAD_SPINES = "SELECT seq, spine, body IS NOT NULL FROM facts WHERE case_id = ? ORDER BY seq"
LOAD_BODY = "SELECT body FROM facts WHERE case_id = ? AND seq = ?"
ADD_FACT = "INSERT INTO facts (case_id, seq, spine, keep, body) VALUES (?, ?, ?, ?, ?)"
EMPTY_FACTS = """
UPDATE facts SET body = NULL, removed_at = ?
WHERE case_id = ? AND keep = ? AND body IS NOT NULL
"""
ADD_MARK = "INSERT OR IGNORE INTO marks (kind, digest, case_id, seq) VALUES (?, ?, ?, ?)"
DROP_MARKS = "DELETE FROM marks WHERE case_id = ? AND seq = ?"
DROP_MARK = "DELETE FROM marks WHERE kind = ? AND digest = ? AND case_id = ?"
FIND_MARKED = "SELECT DISTINCT case_id FROM marks WHERE kind = ? AND digest = ?"
CODE_OF_CASE = "SELECT code FROM cases WHERE id = ?"

_PURPOSE = {
    Keep.TRANSCRIPT: Purpose.TRANSCRIPT,
    Keep.EVIDENCE: Purpose.EVIDENCE,
    Keep.RECORD: Purpose.RECORD,
}


@dataclass(slots=True)
class _Loaded:
    """The spines of a case, as far as this job has read and written them."""

    spines: list[Spine] = field(default_factory=list)
    read_only: bool = False
    #: What the first `folded` spines make of the case.
    view: CaseView | None = None
    folded: int = 0


class CaseBook:
    """All cases, for one job: what it has read once is not read again."""

    def __init__(self, connection: sqlite3.Connection, ring: KeyRing) -> None:
        self._connection = connection
        self._ring = ring
        self._loaded: dict[int, _Loaded] = {}
        #: Grows whenever marks change, so that readers know when to look again.
        self.marks_version = 0

    # ---- codes -------------------------------------------------------------------------------

    def code_used(self, code: str) -> bool:
        """Tell whether a code was ever given out."""
        return self._connection.execute(FIND_CODE, (code,)).fetchone() is not None

    def use_code(self, code: str) -> None:
        """Give out a code. Raises ValueError when it was given out before."""
        if self.code_used(code):
            raise ValueError(f"the code {code} was used before")
        self._connection.execute(ADD_CODE, (code,))

    # ---- reading -----------------------------------------------------------------------------

    def id_of(self, code: str) -> int | None:
        """Return the number of a case, None when there is none."""
        row = self._connection.execute(FIND_CASE, (code,)).fetchone()
        return None if row is None else row[0]

    def code_of(self, case_id: int) -> str:
        """Return the code of a case that exists."""
        code: str = self._connection.execute(CODE_OF_CASE, (case_id,)).fetchone()[0]
        return code

    def view(self, case_id: int, code: str) -> CaseView:
        """Return a case as its facts make it."""
        loaded = self._load(case_id, code)
        if loaded.view is None or loaded.folded != len(loaded.spines):
            loaded.view, loaded.folded = fold(code, loaded.spines), len(loaded.spines)
        return loaded.view

    def rows(self, status: CaseStatus, hidden: frozenset[int]) -> list[CaseRow]:
        """Return the open rows of cases, next date first, without the hidden ones."""
        found = self._connection.execute(LIST_CASES, (status,)).fetchall()
        return [self._row(status, *values) for values in found if values[0] not in hidden]

    def words(self, case_id: int, code: str, seq: int) -> Pieces | None:
        """Return the words of a fact; None when they, their key or the fact are no more."""
        row = self._connection.execute(LOAD_BODY, (case_id, seq)).fetchone()
        if row is None or row[0] is None:
            return None
        try:
            return load_pieces(self._ring.unseal(_fact_slot(code, seq, "body"), row[0]))
        except KeyDestroyed:
            return None

    def marked(self, mark: Mark) -> list[int]:
        """Return the numbers of all cases that carry a mark."""
        key = (mark.kind, self._ring.of_mark(mark))
        return [case_id for (case_id,) in self._connection.execute(FIND_MARKED, key)]

    def _row(
        self,
        status: CaseStatus,
        case_id: int,
        code: str,
        opened_at: int,
        next_at: int | None,
        evidence: int,
        sealed: bytes,
    ) -> CaseRow:
        try:
            face = load_json(self._ring.unseal(_face_slot(code), sealed))
            if "handlers" not in face:
                # Rows that were written before they said who works on the case.
                face = _face(row_of(self.view(case_id, code)))
        except (SealBroken, KeyDestroyed):
            # One bad row must not take the whole list from the team.
            _LOG.warning("the row of case %s cannot be opened", code)
            face = {"kind": "unreadable"}
        return CaseRow(
            code=code,
            status=status,
            kind=str(face["kind"]),
            opened_at=moment(opened_at),
            next_at=None if next_at is None else moment(next_at),
            next_what=_text(face.get("next_what")),
            lead=_text(face.get("lead")),
            evidence=evidence,
            handlers=_names(face.get("handlers")),
            assigned=_names(face.get("assigned")),
        )

    def _load(self, case_id: int, code: str) -> _Loaded:
        loaded = self._loaded.get(case_id)
        if loaded is None:
            loaded = _Loaded()
            for seq, sealed, words in self._connection.execute(LOAD_SPINES, (case_id,)):
                content = self._ring.unseal(_fact_slot(code, seq, "spine"), sealed)
                spine, known = load_spine(content, seq=seq, words=bool(words))
                loaded.spines.append(spine)
                loaded.read_only = loaded.read_only or not known
            self._loaded[case_id] = loaded
        return loaded

    # ---- writing -----------------------------------------------------------------------------

    def create(self, code: str, facts: Sequence[Fact]) -> tuple[int, ...]:
        """Start a case. Raises ValueError when the code was used or the first fact is no opening.

        Returns the sequence numbers of its facts.
        """
        if not facts or facts[0].kind != FactKind.OPENED:
            raise ValueError(f"case {code} does not begin with its opening")
        self.use_code(code)
        row = (code, CaseStatus.OPEN, stamp(facts[0].at), 0, 0, 0, b"")
        case_id = self._connection.execute(ADD_CASE, row).lastrowid
        assert case_id is not None
        self._loaded[case_id] = _Loaded()
        return self._append(case_id, code, facts)

    def add(self, code: str, facts: Sequence[Fact]) -> tuple[int, ...]:
        """Append facts. Raises LookupError for no such case, `CaseIsReadOnly` for newer facts."""
        case_id = self.id_of(code)
        if case_id is None:
            raise LookupError(f"there is no case {code}")
        if self._load(case_id, code).read_only:
            raise CaseIsReadOnly(code)
        return self._append(case_id, code, facts)

    def remove_words(self, code: str, keep: Keep, at: datetime) -> int:
        """Destroy the key of one retention class and the words under it; returns how many."""
        case_id = self.id_of(code)
        if case_id is None:
            return 0
        self._ring.destroy(_PURPOSE[keep], code)
        self._loaded.pop(case_id, None)
        return self._connection.execute(EMPTY_FACTS, (stamp(at), case_id, keep)).rowcount

    def _append(self, case_id: int, code: str, facts: Sequence[Fact]) -> tuple[int, ...]:
        spines = self._load(case_id, code).spines
        first = len(spines) + 1
        for seq, fact in enumerate(facts, first):
            spines.append(self._write(case_id, code, seq, fact))
        self._renew(case_id, self.view(case_id, code))
        return tuple(range(first, len(spines) + 1))

    def _write(self, case_id: int, code: str, seq: int, fact: Fact) -> Spine:
        if fact.kind not in KNOWN_KINDS:
            raise ValueError("a fact of an unknown kind cannot be written")
        content, body = dump_spine(fact), None
        slot = _fact_slot(code, seq, "spine")
        sealed = self._ring.seal(Purpose.SPINE, code, slot, content)
        if fact.body is not None:
            slot = _fact_slot(code, seq, "body")
            body = self._ring.seal(_PURPOSE[fact.keep], code, slot, dump_pieces(fact.body))
        self._connection.execute(ADD_FACT, (case_id, seq, sealed, fact.keep, body))
        self._mark(case_id, seq, fact)
        return load_spine(content, seq=seq, words=body is not None)[0]

    def _mark(self, case_id: int, seq: int, fact: Fact) -> None:
        for mark in fact.unmarks:
            self._connection.execute(DROP_MARK, (mark.kind, self._ring.of_mark(mark), case_id))
        for mark in fact.marks:
            row = (mark.kind, self._ring.of_mark(mark), case_id, seq)
            self._connection.execute(ADD_MARK, row)
        gone = undone_seqs(fact.data) if fact.kind == FactKind.UNDONE else ()
        for undone in gone:
            self._connection.execute(DROP_MARKS, (case_id, undone))
        if fact.marks or fact.unmarks or gone:
            self.marks_version += 1

    def _renew(self, case_id: int, view: CaseView) -> None:
        row = row_of(view)
        face = dump_json(_face(row))
        sealed = self._ring.seal_for_month(Purpose.FACE, _face_slot(view.code), face)
        next_at = None if row.next_at is None else stamp(row.next_at)
        self._connection.execute(
            RENEW_CASE, (row.status, next_at, row.evidence, len(view.entries), sealed, case_id)
        )


def _fact_slot(code: str, seq: int, column: str) -> Slot:
    return Slot(table="facts", row=str(seq), column=column, case=code)


def _face_slot(code: str) -> Slot:
    return Slot(table="cases", row=code, column="face", case=code)


def _face(row: CaseRow) -> dict[str, JSON]:
    """Return what of a row is sealed."""
    return {
        "kind": row.kind,
        "lead": row.lead,
        "next_what": row.next_what,
        "handlers": list(row.handlers),
        "assigned": list(row.assigned),
    }


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _names(value: object) -> tuple[str, ...]:
    return tuple(name for name in value if isinstance(name, str)) if isinstance(value, list) else ()
