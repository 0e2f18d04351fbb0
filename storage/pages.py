"""Emergencies on disk."""

import logging
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from bot.core.words.pages import Page, PageState
from storage.carried import CarriedPage
from storage.cases import CaseBook
from storage.codec import dump_page, load_page, stamp
from storage.errors import KeyDestroyed, SealBroken
from storage.keyring import KeyRing, Purpose
from storage.vault import Slot

_LOG = logging.getLogger("caseward.storage")

LIST_LIVE = """
SELECT code, sealed, (SELECT id FROM cases WHERE cases.code = case_code)
FROM pages WHERE state IN ('ringing', 'acked') ORDER BY opened_at, code
"""
FIND_PAGE = """
SELECT code, sealed, (SELECT id FROM cases WHERE cases.code = case_code)
FROM pages WHERE code = ?
"""
FIND_LIVE_OF_CASE = """
SELECT code, sealed, (SELECT id FROM cases WHERE cases.code = case_code)
FROM pages WHERE case_code = ? AND state <> 'ended' ORDER BY opened_at DESC LIMIT 1
"""
FIND_LIVE_JOINED = """
SELECT pages.code, sealed,
    (SELECT id FROM cases WHERE cases.code = pages.case_code),
    (SELECT id FROM cases WHERE cases.code = outbox.case_code)
FROM pages CROSS JOIN outbox ON outbox.page_code = pages.code
WHERE pages.state IN ('ringing', 'acked') AND outbox.case_code = ? ORDER BY opened_at DESC LIMIT 1
"""
FIND_LAST_OF_CASE = """
SELECT code, sealed, (SELECT id FROM cases WHERE cases.code = case_code)
FROM pages WHERE case_code = ? ORDER BY opened_at DESC LIMIT 1
"""
CASES_OF_PAGE = """
SELECT outbox.case_code, (SELECT id FROM cases WHERE cases.code = outbox.case_code)
FROM outbox WHERE page_code = ? AND case_code IS NOT NULL
GROUP BY outbox.case_code ORDER BY MIN(outbox.id)
"""
LIST_SINCE = """
SELECT code, sealed, (SELECT id FROM cases WHERE cases.code = case_code)
FROM pages WHERE state IN ('ringing', 'acked', 'ended') AND opened_at >= ?
"""
CARRY_LIVE = """
SELECT code, sealed FROM pages WHERE state IN ('ringing', 'acked') ORDER BY opened_at, code
"""
CARRY_PAGES = "SELECT code, sealed FROM pages WHERE code > '' ORDER BY code"
PAGE_THERE = "SELECT 1 FROM pages WHERE code = ?"
ADD_PAGE = "INSERT INTO pages (code, case_code, state, opened_at, sealed) VALUES (?, ?, ?, ?, ?)"
RENEW_PAGE = "UPDATE pages SET case_code = ?, state = ?, opened_at = ?, sealed = ? WHERE code = ?"
STILL_WAITING_ROWS = """
UPDATE outbox SET state = 'done', payload = NULL, reason = 'page-still'
WHERE page_code = ? AND lane = 1 AND state IN ('pending', 'uncertain', 'held')
"""
STILL_INFLIGHT_ROWS = """
UPDATE outbox SET unwanted = 1 WHERE page_code = ? AND lane = 1 AND state = 'inflight'
"""


class PageBook:
    """`Pages`, and how they are written."""

    def __init__(self, connection: sqlite3.Connection, ring: KeyRing, cases: CaseBook) -> None:
        self._connection = connection
        self._ring = ring
        self._cases = cases

    def live(self, hidden: frozenset[int] = frozenset()) -> Sequence[Page]:
        """Return the pages that ring or were taken, oldest first; none of a hidden case.

        A page whose seal is broken is left out and logged: the others must go on ringing.
        """
        return tuple(self._readable(self._connection.execute(LIST_LIVE), hidden))

    def taken(self, since: datetime, hidden: frozenset[int] = frozenset()) -> Mapping[str, int]:
        """Return how many pages opened since then each has taken, by name; drills apart."""
        pages = self._readable(self._connection.execute(LIST_SINCE, (stamp(since),)), hidden)
        return Counter(name for page in pages if not page.drill for name in page.acked_by)

    def find(self, code: str, hidden: frozenset[int] = frozenset()) -> Page | None:
        """Return a page by its code, or by that of a case whose call is on it.

        The latest, one that is not over first. One of a hidden case is passed over unopened,
        and costs what none does.
        """
        for statement in (FIND_PAGE, FIND_LIVE_OF_CASE, FIND_LIVE_JOINED, FIND_LAST_OF_CASE):
            row = self._connection.execute(statement, (code,)).fetchone()
            if row is not None and hidden.isdisjoint(row[2:]):
                return self._open(row[0], row[1])
        return None

    def cases_of(self, page: Page, hidden: frozenset[int] = frozenset()) -> Sequence[str] | None:
        """Return the codes of the cases whose calls are on a page; None where one is hidden."""
        rows = self._connection.execute(CASES_OF_PAGE, (page.code,)).fetchall()
        if any(case_id in hidden for _, case_id in rows):
            return None
        own = () if page.case is None else (page.case,)
        return tuple(dict.fromkeys((*own, *(code for code, _ in rows))))

    def live_about(self, case: str) -> bool:
        """Tell whether a page that is not over is about a case, or a call from there is on it."""
        return any(
            self._connection.execute(statement, (case,)).fetchone() is not None
            for statement in (FIND_LIVE_OF_CASE, FIND_LIVE_JOINED)
        )

    def save(self, page: Page) -> None:
        """Write a page. Once it is taken or over, its calls that wait to go out are done.

        Mails of the emergency lane go out all the same.
        """
        content = dump_page(page)
        sealed = self._ring.seal_for_month(Purpose.PAGE, _slot(page.code), content)
        if self._connection.execute(PAGE_THERE, (page.code,)).fetchone() is None:
            self._cases.use_code(page.code)
            row = (page.code, page.case, page.state, stamp(page.opened_at), sealed)
            self._connection.execute(ADD_PAGE, row)
        else:
            renewed = (page.case, page.state, stamp(page.opened_at), sealed, page.code)
            self._connection.execute(RENEW_PAGE, renewed)
        if page.state is not PageState.RINGING:
            self._connection.execute(STILL_WAITING_ROWS, (page.code,))
            self._connection.execute(STILL_INFLIGHT_ROWS, (page.code,))

    def carried(self, *, live: bool) -> Iterator[CarriedPage]:
        """Yield the pages that ring or were taken, or all; without any that cannot be opened."""
        statement = CARRY_LIVE if live else CARRY_PAGES
        rows = self._connection.execute(statement).fetchall()
        for code, sealed in rows:
            try:
                content = self._ring.unseal(_slot(code), sealed)
            except (SealBroken, KeyDestroyed):
                _LOG.error("page %s cannot be opened and stays behind", code)
                continue
            yield CarriedPage(code=code, content=content)

    def stands_for(self, page: Page) -> bool:
        """Tell whether the page that has this one's code is this one, as far as can be read."""
        row = self._connection.execute(FIND_PAGE, (page.code,)).fetchone()
        if row is None:
            return False
        try:
            there = self._open(row[0], row[1])
        except (SealBroken, KeyDestroyed):
            return True
        return _origin(there) == _origin(page)

    def put(self, page: Page) -> None:
        """Write a page that another store carried, unless this one has gone on for longer."""
        row = self._connection.execute(FIND_PAGE, (page.code,)).fetchone()
        there = None
        if row is not None:
            with suppress(SealBroken, KeyDestroyed):
                there = self._open(row[0], row[1])
        if there is None or _came_to(there) <= _came_to(page):
            self.save(page)

    def _readable(
        self, rows: Iterable[tuple[str, bytes, int | None]], hidden: frozenset[int]
    ) -> Iterable[Page]:
        for code, sealed, case_id in rows:
            if case_id in hidden:
                continue
            try:
                yield self._open(code, sealed)
            except (SealBroken, KeyDestroyed):
                _LOG.error("page %s cannot be opened", code)

    def _open(self, code: str, sealed: bytes) -> Page:
        return load_page(self._ring.unseal(_slot(code), sealed))


def _origin(page: Page) -> tuple[object, ...]:
    """Return what of a page never changes."""
    return (page.opened_at, page.emergency, page.exposure, page.strangers, page.caller)


def _came_to(page: Page) -> tuple[bool, datetime]:
    """Return how far a page has come: whether it is over, and when something last happened."""
    moments = (page.rung_at, page.stepped_at, page.acked_at, page.called_at)
    answered = (at for _, at in page.answers)
    happened = (page.opened_at, *(at for at in moments if at is not None), *answered)
    return page.state is PageState.ENDED, max(happened)


def _slot(code: str) -> Slot:
    return Slot(table="pages", row=code, column="sealed")
