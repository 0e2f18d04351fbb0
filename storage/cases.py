"""Cases on disk: their open rows, their facts, and the marks they can be found by."""

import logging
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.case.facts import KNOWN_KINDS, SPINE_VERSION, CaseIsReadOnly, FactKind
from bot.core.case.fold import fold, row_of, undone_seqs
from bot.core.words.cases import CaseRow, CaseStatus, CaseView
from bot.core.words.facts import JSON, Fact, Keep, Mark, Spine
from bot.core.words.text import Pieces
from storage.carried import CarriedCase, CarriedFact
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
LIST_ALL_CASES = "SELECT code FROM cases WHERE id > 0 ORDER BY id"
CARRY_FACTS = "SELECT seq, spine, keep, body FROM facts WHERE case_id = ? ORDER BY seq"
CARRY_MARKS = """
SELECT seq, kind, digest FROM marks WHERE case_id = ? ORDER BY seq, kind, digest
"""
CODE_OF_CASE = "SELECT code FROM cases WHERE id = ?"

_PURPOSE = {
    Keep.TRANSCRIPT: Purpose.TRANSCRIPT,
    Keep.EVIDENCE: Purpose.EVIDENCE,
    Keep.RECORD: Purpose.RECORD,
}

#: Of a case with more facts than this, a reserve gets those only that rights and numbers hang on.
SKELETON = 64
_BEARING = frozenset(
    {FactKind.OPENED, FactKind.PARTY, FactKind.RECUSED, FactKind.LIFTED, FactKind.UNDONE}
    | {FactKind.TAKEN, FactKind.ASSIGNED, FactKind.DROPPED, FactKind.CLOSED, FactKind.KIND}
)
#: Stands for the spine of a fact that cannot be opened: like one of a newer version.
_UNREADABLE = dump_json(
    {
        "v": SPINE_VERSION + 1,
        "kind": "unreadable",
        "at": "1970-01-01T00:00:00+00:00",
        "by": None,
        "data": {},
    }
)


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

    # ---- from store to store -----------------------------------------------------------------

    def codes(self) -> list[str]:
        """Return the codes of all cases, in the order in which they began."""
        return [code for (code,) in self._connection.execute(LIST_ALL_CASES)]

    def carried(self, code: str, *, words: bool) -> CarriedCase | None:
        """Return a case for another store, None when there is none.

        Without its words, of a long case also without facts that nobody's rights hang on. A
        fact that cannot be opened makes the case one that can be read only.
        """
        case_id = self.id_of(code)
        if case_id is None:
            return None
        marks: dict[int, list[tuple[str, bytes]]] = {}
        for seq, kind, mark in self._connection.execute(CARRY_MARKS, (case_id,)):
            marks.setdefault(seq, []).append((kind, mark))
        facts: list[CarriedFact] = []
        rows = self._connection.execute(CARRY_FACTS, (case_id,)).fetchall()
        for seq, sealed, keep, body in rows:
            spine = self._opened(_fact_slot(code, seq, "spine"), sealed)
            said = None
            if words and body is not None:
                said = self._opened(_fact_slot(code, seq, "body"), body)
            facts.append(
                CarriedFact(
                    seq=seq,
                    spine=_UNREADABLE if spine is None else spine,
                    keep=keep,
                    body=said,
                    marks=tuple(marks.get(seq, ())),
                )
            )
        if not words and len(facts) > SKELETON:
            facts = [fact for fact in facts[:-1] if _bears(fact)] + facts[-1:]
        return CarriedCase(code=code, facts=tuple(facts))

    def spines(self, code: str) -> tuple[int, list[Spine], bool] | None:
        """Return number and spines of a case, and whether it is read-only; None without one.

        Raises `SealBroken` or `KeyDestroyed` where it cannot be read.
        """
        case_id = self.id_of(code)
        if case_id is None:
            return None
        loaded = self._load(case_id, code)
        return case_id, list(loaded.spines), loaded.read_only

    def put(self, code: str, facts: Sequence[CarriedFact]) -> None:
        """Write facts that another store carried, by their numbers; starts the case without one."""
        case_id = self.id_of(code)
        if case_id is None:
            self.use_code(code)
            at = load_spine(facts[0].spine, seq=facts[0].seq, words=False)[0].at
            row = (code, CaseStatus.OPEN, stamp(at), 0, 0, 0, b"")
            case_id = self._connection.execute(ADD_CASE, row).lastrowid
            assert case_id is not None
            self._loaded[case_id] = _Loaded()
        loaded = self._load(case_id, code)
        for fact in facts:
            spine, known = load_spine(fact.spine, seq=fact.seq, words=fact.body is not None)
            loaded.spines.append(spine)
            loaded.read_only = loaded.read_only or not known
            self._store(case_id, code, fact)
        if facts:
            self._renew(case_id, self.view(case_id, code))

    def _opened(self, slot: Slot, sealed: bytes) -> bytes | None:
        try:
            return self._ring.unseal(slot, sealed)
        except (SealBroken, KeyDestroyed):
            _LOG.error("a part of case %s cannot be opened and stays behind", slot.case)
            return None

    def _store(self, case_id: int, code: str, fact: CarriedFact) -> None:
        slot = _fact_slot(code, fact.seq, "spine")
        sealed, body = self._ring.seal(Purpose.SPINE, code, slot, fact.spine), None
        if fact.body is not None:
            slot = _fact_slot(code, fact.seq, "body")
            body = self._ring.seal(_PURPOSE[Keep(fact.keep)], code, slot, fact.body)
        self._connection.execute(ADD_FACT, (case_id, fact.seq, sealed, fact.keep, body))
        for kind, mark in fact.marks:
            self._connection.execute(ADD_MARK, (kind, mark, case_id, fact.seq))
            self.marks_version += 1

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
        # A reserve may hold a part of a case's facts only; they keep their numbers.
        first = spines[-1].seq + 1 if spines else 1
        for seq, fact in enumerate(facts, first):
            spines.append(self._write(case_id, code, seq, fact))
        self._renew(case_id, self.view(case_id, code))
        return tuple(range(first, first + len(facts)))

    def _write(self, case_id: int, code: str, seq: int, fact: Fact) -> Spine:
        if fact.kind not in KNOWN_KINDS:
            raise ValueError("a fact of an unknown kind cannot be written")
        content = dump_spine(fact)
        body = None if fact.body is None else dump_pieces(fact.body)
        carried = CarriedFact(seq=seq, spine=content, keep=fact.keep, body=body, marks=())
        self._store(case_id, code, carried)
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
            RENEW_CASE,
            (row.status, next_at, row.evidence, view.entries[-1].seq, sealed, case_id),
        )


def _bears(fact: CarriedFact) -> bool:
    """Tell whether something hangs on a fact: who may know of the case, or a number."""
    spine, known = load_spine(fact.spine, seq=fact.seq, words=False)
    return bool(fact.marks) or not known or spine.kind in _BEARING or "evidence" in spine.data


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
