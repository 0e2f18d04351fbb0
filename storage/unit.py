"""One transaction as the rest of the program sees it: every act on the database, by name."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.core.words.effects import Lane
from bot.core.words.facts import JSON, Fact, Keep
from bot.core.words.pages import Page
from bot.core.words.people import Person
from bot.core.words.ports import (
    AuditEntry,
    Carried,
    NewRow,
    OutboxRow,
    RowState,
    Timer,
    Viewer,
)
from bot.core.words.readers import Suspension
from bot.core.words.rota import Offer, Override
from storage.audit import AuditBook
from storage.carriage import Carriage
from storage.carried import Baggage
from storage.cases import CaseBook
from storage.doors import CaseDoor, PageDoor
from storage.hits import HitBook
from storage.homecoming import Homecoming
from storage.inbound import InboundBook
from storage.keyring import KeyRing
from storage.outbox import OutboxBook
from storage.pages import PageBook
from storage.sessions import SessionBook
from storage.suspensions import SuspensionBook
from storage.timers import TimerBook, of_page
from storage.watches import NoteBook, WatchBook

#: The note that is renewed as long as the bot lives.
BEAT = "beat"


class SealedUnit:
    """`Unit` on the sealed database. Lives for one job, on the database thread."""

    def __init__(self, connection: sqlite3.Connection, ring: KeyRing) -> None:
        self._connection = connection
        self._ring = ring
        self._cases = CaseBook(connection, ring)
        self._pages = PageBook(connection, ring, self._cases)
        self._sessions = SessionBook(connection, ring)
        self._timers = TimerBook(connection, ring)
        self._inbound = InboundBook(connection, ring)
        self._outbox = OutboxBook(connection, ring)
        self._audit = AuditBook(connection, ring)
        self._suspensions = SuspensionBook(connection, ring)
        self._watches = WatchBook(connection, ring)
        self._notes = NoteBook(connection, ring)
        self._hits = HitBook(connection, ring, self._cases)
        self._vital = False

    def claim(self, key: str, at: datetime) -> bool:
        """Take an inbound key; False when it was handled before.

        `at` is the moment it is handled, not when it was said: keys are forgotten by it.
        """
        return self._inbound.claim(key, at)

    # ---- doors -------------------------------------------------------------------------------

    def cases(self, viewer: Viewer) -> CaseDoor:
        """Return the door to the cases that this viewer may know of."""
        return CaseDoor(self._cases, viewer)

    def pages(self, people: Sequence[Person] = ()) -> PageDoor:
        """Return the door to the emergencies that all of these people may know of."""
        return PageDoor(self._pages, self._cases, people)

    def sessions(self) -> SessionBook:
        """Return the door to the reporters' interviews."""
        return self._sessions

    def excluded(self, code: str, people: Sequence[Person]) -> bool:
        """Tell whether any of these people is a party to a case, and so must not hear of it."""
        case_id = self._cases.id_of(code)
        viewer = Viewer(present=tuple(people))
        return case_id is not None and case_id in CaseDoor(self._cases, viewer).hidden_cases()

    # ---- cases -------------------------------------------------------------------------------

    def create_case(self, code: str, facts: Sequence[Fact]) -> tuple[int, ...]:
        """Start a case; returns the facts' sequence numbers. ValueError if the code was used."""
        return self._cases.create(code, facts)

    def add_facts(self, code: str, facts: Sequence[Fact]) -> tuple[int, ...]:
        """Append facts, renew the open row; returns their sequence numbers.

        Raises LookupError for no such case, `CaseIsReadOnly` when it holds newer facts.
        """
        about = self._pages.live_about(code) or self._outbox.urgent_about(code)
        self._vital = self._vital or about
        return self._cases.add(code, facts)

    def remove_words(self, code: str, keep: Keep, at: datetime) -> int:
        """Destroy the words of one retention class; returns how many facts lost theirs."""
        return self._cases.remove_words(code, keep, at)

    # ---- hits --------------------------------------------------------------------------------

    def hits(self) -> HitBook:
        """Return where words of cases stand in rooms."""
        return self._hits

    # ---- sessions ----------------------------------------------------------------------------

    def save_session(
        self,
        identity: str,
        data: Mapping[str, JSON],
        *,
        seen_at: datetime,
        case: str | None = None,
        phrase: str | None = None,
    ) -> None:
        """Keep a session; a given case or phrase replaces the earlier one, None keeps it."""
        self._sessions.save(identity, data, seen_at=seen_at, case=case, phrase=phrase)

    def drop_session(self, identity: str) -> None:
        """Forget a session and destroy its key."""
        self._sessions.drop(identity)

    def move_session(self, old: str, new: str) -> None:
        """Let a session go on under another identity; rows held for its case are due again."""
        case = self._sessions.move(old, new)
        if case is not None and self._outbox.release(case=case):
            self._vital = True

    # ---- pages, timers -----------------------------------------------------------------------

    def save_page(self, page: Page) -> None:
        """Write a page; its live rows are marked done once it is taken or over."""
        self._vital = True
        self._pages.save(page)

    def set_timer(self, timer: Timer) -> None:
        """Set or replace a timer."""
        self._vital = self._vital or of_page(timer.key)
        self._timers.set(timer)

    def drop_timer(self, key: str) -> None:
        """Forget a timer."""
        self._vital = self._vital or of_page(key)
        self._timers.drop(key)

    def due_timers(self, now: datetime, limit: int = 50) -> Sequence[Timer]:
        """Return timers that are due, earliest first."""
        return self._timers.due(now, limit)

    def next_timer(self) -> datetime | None:
        """Return when the earliest timer is due."""
        return self._timers.next()

    # ---- outbox ------------------------------------------------------------------------------

    def enqueue(self, row: NewRow) -> bool:
        """Put a row into the outbox; False when its key is there already."""
        added = self._outbox.add(row)
        if added and (row.page is not None or row.lane is Lane.EMERGENCY):
            self._vital = True
        return added

    def take_rows(self, now: datetime, limit: int = 20) -> Sequence[OutboxRow]:
        """Mark due rows inflight and return them, urgent lanes first."""
        rows = self._outbox.take(now, limit)
        if any(row.page is not None or row.lane is Lane.EMERGENCY for row in rows):
            self._vital = True
        return rows

    def settle(
        self, row_id: int, state: RowState, *, next_at: datetime | None = None, reason: str = ""
    ) -> None:
        """Write how an inflight row fared; counts a try. `next_at` for those tried again."""
        if self._outbox.settle(row_id, state, next_at=next_at, reason=reason):
            self._vital = True

    def next_row(self) -> datetime | None:
        """Return when the earliest waiting row is due."""
        return self._outbox.next()

    def rows_of_page(self, code: str) -> Sequence[OutboxRow]:
        """Return the rows of a page, whatever their state; those that are over are empty."""
        return self._outbox.of_page(code)

    def release_rows(self, *, case: str | None = None, network: str | None = None) -> int:
        """Make held rows due again: those of a case, or all after a network came back."""
        if case is None and network is None:
            raise ValueError("say which rows are to be released")
        released = self._outbox.release(case=case)
        self._vital = self._vital or released > 0
        return released

    def recover(self, now: datetime) -> int:
        """Make rows that a stopped process had in hand uncertain and due; returns how many."""
        return self._outbox.recover(now)

    # ---- people ------------------------------------------------------------------------------

    def suspend(self, name: str, *, by: str, at: datetime) -> None:
        """Let somebody of the roster be nobody, until `reinstate`."""
        self._vital = True
        self._suspensions.add(name, by=by, at=at)

    def reinstate(self, name: str) -> None:
        """Let somebody act again, if they are suspended."""
        self._vital = True
        self._suspensions.drop(name)

    def is_suspended(self, name: str) -> bool:
        """Tell whether somebody is suspended by a command."""
        return self._suspensions.has(name)

    def suspension(self, name: str) -> Suspension | None:
        """Return who suspended somebody and when; None where nobody did."""
        return self._suspensions.of(name)

    def hidden_from_all(self, people: Sequence[Person]) -> Sequence[str]:
        """Return the codes of cases, closed ones too, of which not one of these people may know."""
        hidden: frozenset[int] | None = None
        for person in people:
            known = CaseDoor(self._cases, Viewer(present=(person,))).hidden_cases()
            hidden = known if hidden is None else hidden & known
            if not hidden:
                return []
        return [self._cases.code_of(case_id) for case_id in sorted(hidden or ())]

    # ---- being on call -----------------------------------------------------------------------

    def add_override(self, override: Override, at: datetime) -> None:
        """Keep who is on call by agreement; those that were over a month ago are forgotten."""
        self._vital = True
        self._watches.add(override, at)

    def end_overrides(self, person: str, at: datetime) -> None:
        """End what somebody took besides their shifts; what has not begun is forgotten."""
        self._vital = True
        self._watches.end(person, at)

    def overrides(self) -> tuple[Override, ...]:
        """Return what overrides the shifts, in the order in which it was agreed on."""
        return self._watches.list()

    def save_offer(self, offer: Offer) -> None:
        """Keep an offer, in the place of an earlier one of the same person."""
        self._vital = True
        self._watches.save_offer(offer)

    def drop_offer(self, giver: str) -> None:
        """Forget what somebody offers."""
        self._vital = True
        self._watches.drop_offer(giver)

    def offers(self) -> tuple[Offer, ...]:
        """Return what is being offered."""
        return self._watches.offers()

    def pages_taken(self, since: datetime, people: Sequence[Person]) -> Mapping[str, int]:
        """Return how many pages opened since then each person has taken, by name.

        Pages that one of `people` may not know of are not counted.
        """
        return self.pages(people).taken(since)

    def note(self, key: str, at: datetime) -> None:
        """Remember that something was done. A key that is noted keeps its moment."""
        self._notes.add(key, at)

    def noted(self, key: str) -> datetime | None:
        """Return when something was done; None if it was not."""
        return self._notes.of(key)

    def beat(self, at: datetime) -> None:
        """Remember that the bot lived at this moment."""
        self._notes.renew(BEAT, at)

    def last_beat(self) -> datetime | None:
        """Return when the bot last lived, by its own clock of then; None if it never did."""
        return self._notes.of(BEAT)

    def row_state(self, key: str) -> RowState | None:
        """Return what became of the outbox row with exactly this key; None without one."""
        return self._outbox.state_of(key)

    # ---- audit -------------------------------------------------------------------------------

    def audit(self, entry: AuditEntry) -> None:
        """Append to the audit chain."""
        self._audit.append(entry)

    # ---- from store to store -----------------------------------------------------------------

    @property
    def vital(self) -> bool:
        """Whether this job has changed anything that `carry` returns."""
        return self._vital

    def carry(self, *, whole: bool = False) -> Baggage:
        """Return what another store needs to go on with the emergencies.

        `whole`, from a reserve: everything that it holds, to bring it home.
        """
        return self._carriage().pack(whole=whole)

    def take_in(self, carried: Carried, at: datetime) -> Mapping[str, str]:
        """Write what another store carried here; doing it again changes nothing.

        Returns the codes that were taken here already by something else, and what they are
        called now. Raises TypeError for what no store of this kind has carried.
        """
        if not isinstance(carried, Baggage):
            raise TypeError("this was not carried by a store of this kind")
        self._vital = True
        return Homecoming(self._carriage(), carried, at).unpack()

    def _carriage(self) -> Carriage:
        return Carriage(self._connection, self._ring, self._cases)
