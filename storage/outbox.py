"""The outbox: what must reach somebody, kept until it did or nobody needs it any more.

When a row is sent, done or dead its content is emptied; the head stays, so that the same key
is never taken twice.
"""

import logging
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.core.words.effects import Lane
from bot.core.words.ports import NewRow, OutboxRow, RowState
from storage.carried import CarriedRow, Recoding
from storage.codec import (
    dump_head,
    dump_payload,
    head_of,
    load_head,
    load_payload,
    moment,
    stamp,
)
from storage.errors import KeyDestroyed, SealBroken
from storage.keyring import KeyRing, Purpose
from storage.vault import Slot

_LOG = logging.getLogger("caseward.storage")

FIND_ROW_STATE = "SELECT state FROM outbox WHERE digest = ?"
FIND_ROW_KEY = "SELECT 1 FROM outbox WHERE digest = ?"
ADD_ROW = """
INSERT INTO outbox (digest, lane, state, created_at, next_at, case_code, page_code, head, payload)
VALUES (?, ?, 'pending', ?, ?, ?, ?, ?, ?)
"""
DUE_IDS = """
SELECT id FROM outbox
WHERE state IN ('pending', 'uncertain') AND lane = ? AND (next_at <= ? OR next_at > ?)
ORDER BY next_at, id LIMIT ?
"""
TAKE_ROW = """
UPDATE outbox SET state = 'inflight' WHERE id = ?
RETURNING id, digest, lane, state, created_at, next_at, tries, case_code, page_code, reason,
    head, payload
"""
ROWS_OF_PAGE = """
SELECT id, digest, lane, state, created_at, next_at, tries, case_code, page_code, reason,
    head, payload
FROM outbox WHERE page_code = ? ORDER BY id
"""
CARRY_PAGE_ROWS = """
SELECT digest, lane, state, unwanted, created_at, next_at, tries, case_code, page_code, reason,
    head, payload
FROM outbox WHERE page_code = ? ORDER BY id
"""
CARRY_URGENT_ROWS = """
SELECT digest, lane, state, unwanted, created_at, next_at, tries, case_code, page_code, reason,
    head, payload
FROM outbox
WHERE state IN ('pending', 'inflight', 'uncertain', 'held') AND lane = 0 ORDER BY id
"""
FIND_URGENT_OF_CASE = """
SELECT 1 FROM outbox
WHERE state IN ('pending', 'inflight', 'uncertain', 'held') AND lane = 0 AND case_code = ? LIMIT 1
"""
CARRY_ALL_ROWS = """
SELECT digest, lane, state, unwanted, created_at, next_at, tries, case_code, page_code, reason,
    head, payload
FROM outbox
WHERE id > 0 AND (page_code IS NOT NULL OR state NOT IN ('sent', 'done', 'dead')) ORDER BY id
"""
FIND_ROW = "SELECT id, state, tries FROM outbox WHERE digest = ?"
PUT_ROW = """
INSERT INTO outbox (digest, lane, state, unwanted, created_at, next_at, tries, case_code,
    page_code, reason, head, payload)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
PUT_OPEN = """
UPDATE outbox SET state = ?, unwanted = ?, next_at = ?, tries = ?, reason = ? WHERE id = ?
"""
PUT_OVER = "UPDATE outbox SET state = ?, payload = NULL, tries = ?, reason = ? WHERE id = ?"
FIND_INFLIGHT = "SELECT unwanted, lane, page_code FROM outbox WHERE id = ? AND state = 'inflight'"
SETTLE_WAITING = """
UPDATE outbox
SET state = ?, next_at = coalesce(?, next_at), tries = tries + 1, reason = ?
WHERE id = ?
"""
SETTLE_OVER = """
UPDATE outbox SET state = ?, payload = NULL, tries = tries + 1, reason = ? WHERE id = ?
"""
NEXT_ROW = """
SELECT min(next_at) FROM outbox WHERE state IN ('pending', 'uncertain')
"""
RELEASE_CASE_ROWS = """
UPDATE outbox SET state = 'pending', next_at = created_at
WHERE state = 'held' AND case_code = ?
"""
RELEASE_ALL_ROWS = """
UPDATE outbox SET state = 'pending', next_at = created_at
WHERE state = 'held' OR (state = 'pending' AND reason = 'network-down')
"""
LIST_INFLIGHT = "SELECT id FROM outbox WHERE state = 'inflight'"
ANEW = "UPDATE outbox SET next_at = created_at WHERE state IN ('pending', 'uncertain')"

_OVER = frozenset({RowState.SENT, RowState.DONE, RowState.DEAD})
#: Whatever is due later than this was so by a clock that was set back since.
_LONGEST_WAIT, _LONGEST_URGENT_WAIT = timedelta(hours=1), timedelta(minutes=2)
_REASON = re.compile(r"[a-z0-9-]{0,40}")


class OutboxBook:
    """Rows on their way out, for one job."""

    def __init__(self, connection: sqlite3.Connection, ring: KeyRing) -> None:
        self._connection = connection
        self._ring = ring

    def add(self, row: NewRow) -> bool:
        """Put a row in; False when its key is there already, whatever became of that row."""
        digest = self._ring.of_name("outbox", row.key)
        if self._connection.execute(FIND_ROW_KEY, (digest,)).fetchone() is not None:
            return False
        head = dump_head(head_of(row.key, row.payload))
        sealed_head = self._ring.seal_for_month(Purpose.OUTBOX, _slot(digest, "head"), head)
        payload = self._ring.seal_for_month(
            Purpose.OUTBOX, _slot(digest, "payload"), dump_payload(row.payload)
        )
        at = stamp(row.at)
        self._connection.execute(
            ADD_ROW, (digest, int(row.lane), at, at, row.case, row.page, sealed_head, payload)
        )
        return True

    def take(self, now: datetime, limit: int) -> Sequence[OutboxRow]:
        """Mark due rows inflight and return them, urgent lanes first, then those due first.

        No row waits for longer than an hour: one that says so was written by a clock that has
        been set back since.
        A row whose seal is broken is dead at once and logged: the others must go out.
        """
        ids: list[int] = []
        for lane in Lane:
            longest = _LONGEST_URGENT_WAIT if lane <= Lane.PAGE else _LONGEST_WAIT
            wanted = (int(lane), stamp(now), stamp(now + longest), limit - len(ids))
            ids += [row_id for (row_id,) in self._connection.execute(DUE_IDS, wanted)]
        taken = (self._take(row_id) for row_id in ids)
        return [row for row in taken if row is not None]

    def settle(
        self, row_id: int, state: RowState, *, next_at: datetime | None, reason: str
    ) -> bool:
        """Write how an inflight row fared and count the try; other rows are left alone.

        A row that nobody wants any more is done, whatever else became of it but sent. Returns
        whether it was an emergency's.
        """
        found = self._connection.execute(FIND_INFLIGHT, (row_id,)).fetchone()
        if found is None:
            return False
        if found[0] and state not in _OVER:
            state = RowState.DONE
        word = reason if _REASON.fullmatch(reason) else "other"
        if state in _OVER:
            self._connection.execute(SETTLE_OVER, (state, word, row_id))
        else:
            due = None if next_at is None else stamp(next_at)
            self._connection.execute(SETTLE_WAITING, (state, due, word, row_id))
        return found[1] == Lane.EMERGENCY or found[2] is not None

    def next(self) -> datetime | None:
        """Return when the earliest waiting row is due."""
        due = self._connection.execute(NEXT_ROW).fetchone()[0]
        return None if due is None else moment(due)

    def of_page(self, code: str) -> Sequence[OutboxRow]:
        """Return the rows of a page, whatever their state."""
        return [self._open(*row) for row in self._connection.execute(ROWS_OF_PAGE, (code,))]

    def state_of(self, key: str) -> RowState | None:
        """Return what became of the row with exactly this key; None without one."""
        digest = self._ring.of_name("outbox", key)
        row = self._connection.execute(FIND_ROW_STATE, (digest,)).fetchone()
        return None if row is None else RowState(row[0])

    def release(self, *, case: str | None) -> int:
        """Make the held rows of a case due again; returns how many.

        Without a case: all that are held, and those that waited for a network.
        """
        if case is not None:
            return self._connection.execute(RELEASE_CASE_ROWS, (case,)).rowcount
        return self._connection.execute(RELEASE_ALL_ROWS).rowcount

    def urgent_about(self, case: str) -> bool:
        """Tell whether an open row of the emergency lane is about a case: that case is carried."""
        return self._connection.execute(FIND_URGENT_OF_CASE, (case,)).fetchone() is not None

    def carried(self, pages: Iterable[str] | None) -> Iterator[CarriedRow]:
        """Yield the rows of these pages and what else is urgent and open; for None, all rows.

        Of those that are over none but a page's. One whose seal is broken stays behind.
        """
        if pages is None:
            yield from self._carried(self._connection.execute(CARRY_ALL_ROWS).fetchall())
            return
        pages = tuple(pages)
        for code in pages:
            yield from self._carried(self._connection.execute(CARRY_PAGE_ROWS, (code,)).fetchall())
        urgent = self._connection.execute(CARRY_URGENT_ROWS).fetchall()
        yield from self._carried(row for row in urgent if row[8] not in pages)

    def _carried(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[CarriedRow]:
        for digest, *values, sealed_head, sealed in rows:
            lane, state, unwanted, created_at, next_at, tries, case, page, reason = values
            payload = None
            try:
                head = self._ring.unseal(_slot(digest, "head"), sealed_head)
                if sealed is not None:
                    payload = self._ring.unseal(_slot(digest, "payload"), sealed)
            except (SealBroken, KeyDestroyed):
                _LOG.error("an outbox row cannot be opened and stays behind")
                continue
            yield CarriedRow(
                lane=lane,
                state=state,
                unwanted=bool(unwanted),
                created_at=created_at,
                next_at=next_at,
                tries=tries,
                case=case,
                page=page,
                reason=reason,
                head=head,
                payload=payload,
            )

    def put(self, row: CarriedRow, codes: Recoding, at: datetime) -> None:
        """Write a row that another store carried, or how far it has come there.

        What was in hand there went out or did not. The bytes of letters stay as they are.
        """
        state, due = RowState(row.state), row.next_at
        if state is RowState.INFLIGHT:
            state, due = RowState.UNCERTAIN, stamp(at)
        if row.unwanted and state not in _OVER:
            state = RowState.DONE
        head_content = codes.content(row.head)
        head = load_head(head_content)
        digest = self._ring.of_name("outbox", head.key)
        found = self._connection.execute(FIND_ROW, (digest,)).fetchone()
        if found is not None:
            self._merge(found, state, due, row, at)
            return
        sealed_head = self._ring.seal_for_month(Purpose.OUTBOX, _slot(digest, "head"), head_content)
        sealed = None
        if state not in _OVER and row.payload is not None:
            payload = row.payload if head.to is None else codes.content(row.payload)
            slot = _slot(digest, "payload")
            sealed = self._ring.seal_for_month(Purpose.OUTBOX, slot, payload)
        case, page = codes.code(row.case), codes.code(row.page)
        spine = (digest, row.lane, state, row.unwanted, row.created_at, due, row.tries)
        values = (*spine, case, page, row.reason, sealed_head, sealed)
        self._connection.execute(PUT_ROW, values)

    def _merge(
        self, found: tuple[int, str, int], state: RowState, due: int, row: CarriedRow, at: datetime
    ) -> None:
        """Write the further one of two states of the same row."""
        row_id, there, tries = found[0], RowState(found[1]), max(found[2], row.tries)
        if there in _OVER:
            return
        if state in _OVER:
            self._connection.execute(PUT_OVER, (state, tries, row.reason, row_id))
            return
        if there in (RowState.INFLIGHT, RowState.UNCERTAIN) and state is not RowState.UNCERTAIN:
            state, due = RowState.UNCERTAIN, stamp(at)
        values = (state, row.unwanted, due, tries, row.reason, row_id)
        self._connection.execute(PUT_OPEN, values)

    def let_go(self, at: datetime) -> None:
        """Whatever is in hand here is in nobody's hands any more: it is tried again."""
        for (row_id,) in self._connection.execute(LIST_INFLIGHT).fetchall():
            self.settle(row_id, RowState.UNCERTAIN, next_at=at, reason="carried")

    def recover(self, now: datetime) -> int:
        """After a start: rows that were in hand went out or did not. Returns how many.

        Whatever waits is due at once, so that it leaves in the order in which it came.
        """
        left = self._connection.execute(LIST_INFLIGHT).fetchall()
        for (row_id,) in left:
            self.settle(row_id, RowState.UNCERTAIN, next_at=now, reason="restart")
        self._connection.execute(ANEW)
        return len(left)

    def _take(self, row_id: int) -> OutboxRow | None:
        values = self._connection.execute(TAKE_ROW, (row_id,)).fetchone()
        try:
            return self._open(*values)
        except (SealBroken, KeyDestroyed):
            _LOG.error("outbox row %d cannot be opened", row_id)
            self.settle(row_id, RowState.DEAD, next_at=None, reason="seal-broken")
            return None

    def _open(
        self,
        row_id: int,
        digest: bytes,
        lane: int,
        state: str,
        created_at: int,
        next_at: int,
        tries: int,
        case: str | None,
        page: str | None,
        reason: str,
        sealed_head: bytes,
        sealed: bytes | None,
    ) -> OutboxRow:
        head = load_head(self._ring.unseal(_slot(digest, "head"), sealed_head))
        if sealed is None:
            payload = head.emptied()
        else:
            payload = load_payload(head, self._ring.unseal(_slot(digest, "payload"), sealed))
        return OutboxRow(
            id=row_id,
            key=head.key,
            lane=Lane(lane),
            state=RowState(state),
            payload=payload,
            created_at=moment(created_at),
            next_at=moment(next_at),
            tries=tries,
            case=case,
            page=page,
            reason=reason,
        )


def _slot(digest: bytes, column: str) -> Slot:
    return Slot(table="outbox", row=digest.hex(), column=column)
