"""What another store carried, written into this one: nothing twice, and nothing lost.

Facts are told by what they say, rows by their keys, pages and cases by their codes and how they
began. A code that is used here by something else gives way to a fresh one, drawn so that the
same arrival draws the same again; whatever refers to it follows.
"""

import hashlib
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.case.facts import FactKind
from bot.core.case.fold import undone_seqs
from bot.core.words.facts import Fact, Spine
from bot.core.words.ids import CodeKind, new_code
from storage.carriage import Carriage
from storage.carried import Baggage, CarriedCase, CarriedFact, Recoding
from storage.codec import dump_json, dump_spine, load_audit, load_json, load_page, load_spine
from storage.errors import KeyDestroyed, SealBroken
from storage.keyring import KeyRing

MARKS_OF_FACT = "SELECT kind, digest FROM marks WHERE case_id = ? AND seq = ?"
DROP_MARK_OF_FACT = "DELETE FROM marks WHERE kind = ? AND digest = ? AND case_id = ? AND seq = ?"

_TAKING_BACK = frozenset({FactKind.LIFTED.value, FactKind.UNDONE.value})
#: What makes a fact this one: kind, moment, who, and the data that goes with it.
_Told = tuple[str, datetime, str | None, bytes]


@dataclass(slots=True)
class _Draws:
    """Dice that fall the same for the same code from the same store."""

    ring: KeyRing
    seed: str
    falls: int = 0

    def below(self, limit: int) -> int:
        """Return a number in `range(limit)`."""
        self.falls += 1
        drawn = self.ring.of_name("carried", f"{self.seed}:{self.falls}")
        return int.from_bytes(drawn) % limit


class Homecoming:
    """One arrival, in one job."""

    def __init__(self, carriage: Carriage, baggage: Baggage, at: datetime) -> None:
        self._here = carriage
        self._baggage = baggage
        self._at = at

    def unpack(self) -> Mapping[str, str]:
        """Write everything; returns the codes that had to change, and what they are now.

        What has arrived before is left alone.
        """
        here, baggage = self._here, self._baggage
        codes = dict(self._renamed())
        arrived = f"carried:{baggage.origin}:{baggage.digest()}"
        if here.notes.of(arrived) is not None:
            return codes
        recoding = Recoding(codes)
        if baggage.whole:
            here.outbox.let_go(self._at)
        for case in baggage.files:
            self._take_case(case, recoding)
        self._take_work(recoding)
        self._take_people()
        self._take_audit(recoding)
        here.notes.put(baggage.notes)
        here.claims.put(baggage.claims)
        here.notes.add(arrived, self._at)
        return codes

    # ---- codes -------------------------------------------------------------------------------

    def _renamed(self) -> Iterator[tuple[str, str]]:
        """Yield the codes that have to change, with what they are called here."""
        for case in self._baggage.files:
            now = next(code for code in self._candidates(case.code) if self._fits(case, code))
            if now != case.code:
                yield case.code, now
        for carried in self._baggage.calls:
            page = load_page(carried.content)
            for code in self._candidates(page.code):
                same = self._here.pages.stands_for(replace(page, code=code))
                if same or not self._here.cases.code_used(code):
                    break
            if code != page.code:
                yield page.code, code

    def _candidates(self, code: str) -> Iterator[str]:
        yield code
        draws = _Draws(self._here.ring, f"{self._baggage.origin}:{code}")
        while True:
            yield new_code(CodeKind(code[0]), draws)

    def _fits(self, case: CarriedCase, code: str) -> bool:
        """Tell whether a case can be written under a code: as a new one, or to what is there."""
        if not self._here.cases.code_used(code):
            return True
        try:
            found = self._here.cases.spines(code)
        except (SealBroken, KeyDestroyed):
            return False
        if found is None or not found[1]:
            return False
        _, spines, read_only = found
        first = _spine(case.facts[0])
        if _told(first) != _told(spines[0]):
            return False
        return not read_only or not _matched(spines, case.facts)[1]

    # ---- cases -------------------------------------------------------------------------------

    def _take_case(self, case: CarriedCase, recoding: Recoding) -> None:
        code = recoding.code(case.code)
        assert code is not None
        facts = [replace(f, spine=recoding.content(f.spine)) for f in case.facts]
        found = self._here.cases.spines(code)
        if found is None:
            if code != case.code and self._here.cases.id_of(case.code) is not None:
                facts += self._relation(case)
            self._here.cases.put(code, facts)
            return
        case_id, spines, _ = found
        same, new = _matched(spines, facts)
        if any(_spine(fact).kind in _TAKING_BACK for fact in new):
            for fact, seq in same:
                self._take_marks_back(case_id, seq, fact)
        self._here.cases.put(code, new)

    def _relation(self, case: CarriedCase) -> Iterator[CarriedFact]:
        """Yield the fact that a case goes on what another one began, which cannot be changed."""
        try:
            found = self._here.cases.spines(case.code)
        except (SealBroken, KeyDestroyed):
            found = None
        if found is not None and _told(_spine(case.facts[0])) != _told(found[1][0]):
            return
        spine = dump_spine(Fact(kind=FactKind.RELATED, at=self._at, data={"code": case.code}))
        seq = case.facts[-1].seq + 1
        yield CarriedFact(seq=seq, spine=spine, keep="evidence", body=None, marks=())

    def _take_marks_back(self, case_id: int, seq: int, fact: CarriedFact) -> None:
        """Drop the marks that a fact has lost where it was carried from."""
        connection = self._here.connection
        for mark in connection.execute(MARKS_OF_FACT, (case_id, seq)).fetchall():
            if mark not in fact.marks:
                connection.execute(DROP_MARK_OF_FACT, (*mark, case_id, seq))
                self._here.cases.marks_version += 1

    # ---- what goes on ------------------------------------------------------------------------

    def _take_work(self, recoding: Recoding) -> None:
        """Write rows, then pages: one that is taken stills its rows; timers; interviews."""
        here, baggage = self._here, self._baggage
        for row in baggage.rows:
            here.outbox.put(row, recoding, self._at)
        for page in baggage.calls:
            here.pages.put(load_page(recoding.content(page.content)))
        for timer in baggage.timers:
            here.timers.put(replace(timer, content=recoding.content(timer.content)))
        for session in baggage.sessions:
            data, case = recoding.content(session.data), recoding.code(session.case)
            here.sessions.put(replace(session, data=data, case=case))

    def _take_people(self) -> None:
        """Write who may not act and who is on call; end what was ended."""
        here, baggage = self._here, self._baggage
        # What was ended in this reserve is not begun again by what was carried before that.
        ended = here.brought() - here.held()
        gone = frozenset(baggage.gone)
        for digest in gone:
            here.suspensions.end(digest)
        here.watches.end_told(gone)
        for suspension in baggage.suspensions:
            if suspension.digest not in ended:
                here.suspensions.put(suspension)
        here.watches.put(baggage.watches, baggage.offers, ended)
        if here.origin():
            here.bring(here.held() | gone)

    def _take_audit(self, recoding: Recoding) -> None:
        """Append entries, each once: it may come through one reserve, and again from another."""
        for entry in self._baggage.audit:
            arrived = f"audit:{hashlib.sha256(entry).hexdigest()}"
            if self._here.notes.of(arrived) is None:
                self._here.audit.append(load_audit(recoding.content(entry)))
                self._here.notes.add(arrived, self._at)


def _matched(
    spines: Sequence[Spine], facts: Sequence[CarriedFact]
) -> tuple[list[tuple[CarriedFact, int]], list[CarriedFact]]:
    """Return which facts are there already, with their numbers there, and those that are not.

    The new ones come with the numbers that are next, and name by their numbers there whatever
    they take back.
    """
    there: dict[_Told, deque[int]] = defaultdict(deque)
    for spine in spines:
        there[_told(spine)].append(spine.seq)
    numbers: dict[int, int] = {}
    same: list[tuple[CarriedFact, int]] = []
    new: list[CarriedFact] = []
    last = spines[-1].seq
    for fact in facts:
        renumbered = _renumbered(fact, numbers)
        waiting = there[_told(_spine(renumbered))]
        if waiting:
            numbers[fact.seq] = waiting.popleft()
            same.append((fact, numbers[fact.seq]))
        else:
            last += 1
            numbers[fact.seq] = last
            new.append(replace(renumbered, seq=last))
    return same, new


def _renumbered(fact: CarriedFact, numbers: Mapping[int, int]) -> CarriedFact:
    wire = load_json(fact.spine)
    data = wire.get("data")
    if wire.get("kind") != FactKind.UNDONE or not isinstance(data, dict):
        return fact
    seqs = [numbers.get(seq, seq) for seq in undone_seqs(data)]
    return replace(fact, spine=dump_json({**wire, "data": {**data, "seqs": [*seqs]}}))


def _spine(fact: CarriedFact) -> Spine:
    return load_spine(fact.spine, seq=fact.seq, words=fact.body is not None)[0]


def _told(spine: Spine) -> _Told:
    return (spine.kind, spine.at, spine.by, dump_json(spine.data))
