"""What a store hands to another, read in one transaction."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from storage.audit import AuditBook
from storage.carried import Baggage, CarriedCase, CarriedPage, CarriedRow
from storage.cases import CaseBook
from storage.codec import load_page
from storage.inbound import InboundBook
from storage.keyring import KeyRing
from storage.outbox import OutboxBook
from storage.pages import PageBook
from storage.sessions import SessionBook
from storage.suspensions import SuspensionBook
from storage.timers import TimerBook
from storage.watches import NoteBook, WatchBook

FIND_MARK_OF_STORE = "SELECT value FROM meta WHERE name = ?"
SET_MARK_OF_STORE = """
INSERT INTO meta (name, value) VALUES (?, ?)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""
#: Only a reserve has this in its `meta`: its random name.
RESERVE = "reserve"
#: Digests of what was brought to a reserve, so that it can say what of it was ended there.
BROUGHT = "brought"
_DIGEST = 32


class Carriage:
    """All books of a store at once, for one job."""

    def __init__(self, connection: sqlite3.Connection, ring: KeyRing, cases: CaseBook) -> None:
        self.connection = connection
        self.ring = ring
        self.cases = cases
        self.pages = PageBook(connection, ring, cases)
        self.outbox = OutboxBook(connection, ring)
        self.timers = TimerBook(connection, ring)
        self.suspensions = SuspensionBook(connection, ring)
        self.watches = WatchBook(connection, ring)
        self.sessions = SessionBook(connection, ring)
        self.audit = AuditBook(connection, ring)
        self.notes = NoteBook(connection, ring)
        self.claims = InboundBook(connection, ring)

    def pack(self, *, whole: bool) -> Baggage:
        """Return what is needed to go on with the emergencies, or with `whole` everything."""
        calls = tuple(self.pages.carried(live=not whole))
        codes = None if whole else [page.code for page in calls]
        rows = tuple(self.outbox.carried(codes))
        suspensions = tuple(self.suspensions.carried())
        watches, offers = self.watches.list(), self.watches.offers()
        return Baggage(
            origin=self.origin(),
            whole=whole,
            files=tuple(self._files(calls, rows, whole=whole)),
            calls=calls,
            rows=rows,
            timers=tuple(self.timers.carried(codes)),
            suspensions=suspensions,
            watches=watches,
            offers=offers,
            gone=tuple(sorted(self.brought() - self.held())),
            sessions=tuple(self.sessions.carried()) if whole else (),
            audit=tuple(self.audit.carried()) if whole else (),
            notes=self.notes.carried() if whole else (),
            claims=self.claims.carried() if whole else (),
        )

    def origin(self) -> str:
        """Return the random name of this reserve; empty for the database."""
        row = self.connection.execute(FIND_MARK_OF_STORE, (RESERVE,)).fetchone()
        return "" if row is None else bytes(row[0]).decode()

    def held(self) -> frozenset[bytes]:
        """Return what tells each suspension, watch and offer in this store from all others."""
        return self.watches.digests().union(one.digest for one in self.suspensions.carried())

    def brought(self) -> frozenset[bytes]:
        """Return the digests of what was brought to this reserve."""
        row = self.connection.execute(FIND_MARK_OF_STORE, (BROUGHT,)).fetchone()
        whole = b"" if row is None else bytes(row[0])
        return frozenset(whole[at : at + _DIGEST] for at in range(0, len(whole), _DIGEST))

    def bring(self, digests: Iterable[bytes]) -> None:
        """Remember what was brought to this reserve, beside all that was before."""
        every = b"".join(sorted(self.brought() | frozenset(digests)))
        self.connection.execute(SET_MARK_OF_STORE, (BROUGHT, every))

    def _files(
        self, calls: Sequence[CarriedPage], rows: Sequence[CarriedRow], *, whole: bool
    ) -> Iterator[CarriedCase]:
        """Yield all cases, or those that the pages and what is urgent are about."""
        if whole:
            codes: Iterable[str | None] = self.cases.codes()
        else:
            pages = (load_page(page.content).case for page in calls)
            codes = dict.fromkeys((*pages, *(row.case for row in rows)))
        for code in codes:
            case = None if code is None else self.cases.carried(code, words=whole)
            if case is not None:
                yield case
