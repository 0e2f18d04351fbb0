"""The doors between the runtime and the world: store, transports, mail, clock.

The runtime knows only these; `bot/app.py` puts the concrete parts behind them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from bot.core.policy.gate import Cleared
from bot.core.words.effects import Lane, Target
from bot.core.words.facts import JSON, Fact
from bot.core.words.hits import HitLog
from bot.core.words.inbound import Event
from bot.core.words.keys import KeyOrder
from bot.core.words.pages import Page
from bot.core.words.people import Person
from bot.core.words.places import Place, View
from bot.core.words.readers import Cases, Pages, Sessions, Suspension
from bot.core.words.rota import Offer, Override
from bot.core.words.text import Doc

Result = TypeVar("Result")


class Clock(Protocol):
    """Time, as the runtime sees it. Wall time is aware UTC; monotonic time is in seconds."""

    def now(self) -> datetime:
        """Return the present moment, UTC."""

    def monotonic(self) -> float:
        """Return seconds on a clock that never jumps."""

    async def sleep(self, seconds: float) -> None:
        """Wait on the monotonic clock."""


# ---- storage ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """On whose behalf cases are read: the asker, and whoever is present where it is said.

    `system` reads for the bot itself (timers, deliveries), without a person.
    """

    person: Person | None = None
    present: tuple[Person, ...] = ()
    system: bool = False


class RowState(StrEnum):
    """Life of an outbox row."""

    PENDING = "pending"
    INFLIGHT = "inflight"
    #: Handed over and proven.
    SENT = "sent"
    #: Handed over perhaps: resent unchanged.
    UNCERTAIN = "uncertain"
    #: Nobody needs it any more.
    DONE = "done"
    #: Given up, the lead was told.
    DEAD = "dead"
    #: Not allowed there, or nobody there to hear it: waits for a change.
    HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """Payload of a row that is said on a network."""

    to: Target
    doc: Doc
    relay: bool = False
    plain_message: bool = False
    prompt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Payload of a row that is mailed: the exact bytes, to exactly one address.

    `of_roster` marks an address of somebody on the roster: once nobody who may act reads it, the
    letter is not carried.
    """

    recipient: str = field(repr=False)
    raw: bytes = field(repr=False)
    of_roster: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRow:
    """A row to put into the outbox."""

    key: str
    lane: Lane
    payload: Speech | Letter
    at: datetime
    case: str | None = None
    page: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """A row as stored. `reason` is a short word of the program, never content.

    `store` tells in which of several stores it was found: its `id` is nothing in another.
    """

    id: int
    key: str
    lane: Lane
    state: RowState
    payload: Speech | Letter
    created_at: datetime
    next_at: datetime
    tries: int
    case: str | None
    page: str | None
    reason: str
    store: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A timer that is due."""

    key: str
    due: datetime
    kind: str
    data: Mapping[str, JSON]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who did what, where, with which result. Stored sealed, in a chain; never content.

    `about` is the name of whom on the roster it was done to, by a command about people.
    """

    at: datetime
    who: str
    place: str
    verb: str
    outcome: str
    case: str | None = None
    about: str | None = None


class Kept(StrEnum):
    """Where what is taken in is kept."""

    DATABASE = "database"
    #: A sealed file of fixed size beside it, for when nothing can grow any more.
    SPOOL = "spool"
    #: Gone when the program ends.
    MEMORY = "memory"


class StoreFailed(Exception):
    """The store could not do its part: nothing of the job was kept. The next job may fare as ill."""


class Carried(Protocol):
    """What one store hands to another, so that no emergency stops: its form is the store's own.

    Live pages with their timers, what is to go out for them, who may not know of their cases,
    who is suspended, who is on call by agreement; from a reserve also the whole of each case.
    """

    @property
    def cases(self) -> Sequence[str]:
        """Return the codes of cases that it brings, or brings something for."""

    @property
    def pages(self) -> Sequence[str]:
        """Return the codes of the pages in it."""


class Unit(Protocol):
    """One transaction, on the database thread. Everything here is synchronous."""

    def claim(self, key: str, at: datetime) -> bool:
        """Take an inbound key; False when it was handled before."""

    def cases(self, viewer: Viewer) -> Cases:
        """Return the door to the cases that this viewer may know of."""

    def pages(self, people: Sequence[Person] = ()) -> Pages:
        """Return the door to the emergencies that all of these people may know of.

        Whose case names one of them is as absent as one that never was.
        """

    def sessions(self) -> Sessions:
        """Return the door to the reporters' interviews."""

    def create_case(self, code: str, facts: Sequence[Fact]) -> tuple[int, ...]:
        """Start a case; returns the facts' sequence numbers. ValueError if the code was used."""

    def add_facts(self, code: str, facts: Sequence[Fact]) -> tuple[int, ...]:
        """Append facts, renew the open row; returns their sequence numbers."""

    def hits(self) -> HitLog:
        """Return where words of cases stand in rooms."""

    def save_session(
        self,
        identity: str,
        data: Mapping[str, JSON],
        *,
        seen_at: datetime,
        case: str | None = None,
        phrase: str | None = None,
    ) -> None:
        """Keep a session; a given `phrase` replaces the earlier one, None keeps it."""

    def drop_session(self, identity: str) -> None:
        """Forget a session and destroy its key."""

    def move_session(self, old: str, new: str) -> None:
        """Let a session go on under another identity; rows held for its case are due again."""

    def save_page(self, page: Page) -> None:
        """Write a page; its live rows are marked done once it is taken or over."""

    def set_timer(self, timer: Timer) -> None:
        """Set or replace a timer."""

    def drop_timer(self, key: str) -> None:
        """Forget a timer."""

    def due_timers(self, now: datetime, limit: int = 50) -> Sequence[Timer]:
        """Return timers that are due, earliest first."""

    def next_timer(self) -> datetime | None:
        """Return when the earliest timer is due."""

    def enqueue(self, row: NewRow) -> bool:
        """Put a row into the outbox; False when its key is there already."""

    def take_rows(self, now: datetime, limit: int = 20) -> Sequence[OutboxRow]:
        """Mark due rows inflight and return them, urgent lanes first."""

    def settle(
        self, row_id: int, state: RowState, *, next_at: datetime | None = None, reason: str = ""
    ) -> None:
        """Write how an inflight row fared; counts a try. `next_at` for those tried again."""

    def next_row(self) -> datetime | None:
        """Return when the earliest waiting row is due."""

    def excluded(self, code: str, people: Sequence[Person]) -> bool:
        """Tell whether any of these people is a party to a case, and so must not hear of it."""

    def rows_of_page(self, code: str) -> Sequence[OutboxRow]:
        """Return the rows of a page, whatever their state."""

    def release_rows(self, *, case: str | None = None, network: str | None = None) -> int:
        """Make held rows due again: those of a case, or all after a network came back."""

    def suspend(self, name: str, *, by: str, at: datetime) -> None:
        """Let somebody of the roster be nobody, until `reinstate`."""

    def reinstate(self, name: str) -> None:
        """Let somebody act again, if they are suspended."""

    def is_suspended(self, name: str) -> bool:
        """Tell whether somebody is suspended by a command."""

    def suspension(self, name: str) -> Suspension | None:
        """Return who suspended somebody and when; None where nobody did."""

    def add_override(self, override: Override, at: datetime) -> None:
        """Keep who is on call by agreement; those that were over a month ago are forgotten."""

    def end_overrides(self, person: str, at: datetime) -> None:
        """End what somebody took besides their shifts; what has not begun is forgotten."""

    def overrides(self) -> tuple[Override, ...]:
        """Return what overrides the shifts, in the order in which it was agreed on."""

    def save_offer(self, offer: Offer) -> None:
        """Keep an offer, in the place of an earlier one of the same person."""

    def drop_offer(self, giver: str) -> None:
        """Forget what somebody offers."""

    def offers(self) -> tuple[Offer, ...]:
        """Return what is being offered."""

    def pages_taken(self, since: datetime, people: Sequence[Person]) -> Mapping[str, int]:
        """Return how many pages opened since then each person has taken, by name.

        Pages that one of `people` may not know of are not counted.
        """

    def note(self, key: str, at: datetime) -> None:
        """Remember that something was done. A key that is noted keeps its moment."""

    def noted(self, key: str) -> datetime | None:
        """Return when something was done; None if it was not."""

    def beat(self, at: datetime) -> None:
        """Remember that the bot lived at this moment."""

    def last_beat(self) -> datetime | None:
        """Return when the bot last lived, by its own clock of then; None if it never did."""

    def row_state(self, key: str) -> RowState | None:
        """Return what became of the outbox row with exactly this key; None without one."""

    def hidden_from_all(self, people: Sequence[Person]) -> Sequence[str]:
        """Return the codes of cases, closed ones too, of which not one of these people may know."""

    def audit(self, entry: AuditEntry) -> None:
        """Append to the audit chain."""

    @property
    def vital(self) -> bool:
        """Whether this job has changed anything that `carry` returns."""

    def carry(self, *, whole: bool = False) -> Carried:
        """Return what another store needs to go on with the emergencies.

        `whole`, from a reserve: everything that it holds, to bring it home.
        """

    def take_in(self, carried: Carried, at: datetime) -> Mapping[str, str]:
        """Write what another store carried here; doing it again changes nothing.

        Rows that were in hand there are uncertain here. Returns the codes that were taken here
        already by something else, and what they are called now.
        """


class Store(Protocol):
    """The database: runs whole jobs, each in its own savepoint, committed together."""

    async def run(self, job: Callable[[Unit], Result], *, urgent: bool = False) -> Result:
        """Run a job on the database thread; returns after its commit is durable.

        An urgent one overtakes those that wait. An exception of the job rolls only this job back and is raised here.
        `StoreFailed` when the database could not do its part.
        """

    async def close(self) -> None:
        """Finish the jobs in hand and close."""


# ---- networks --------------------------------------------------------------------------------


class Sent(StrEnum):
    """How a hand-over to a network ended."""

    DELIVERED = "delivered"
    #: Nobody of that identity is there now.
    GONE = "gone"
    #: The other side does not take messages from the bot.
    REFUSED = "refused"
    #: The place is not what it was when the text was cleared: clear it anew.
    STALE = "stale"
    #: The network is not there.
    DOWN = "down"
    #: It may or may not have arrived.
    UNCERTAIN = "uncertain"


class Safe(Protocol):
    """A drawer of one transport's own: small values, sealed, written together in one commit."""

    async def load(self, kind: str) -> Mapping[str, bytes]:
        """Return all values of a kind by name. `StoreFailed` where they cannot be read."""

    async def write(self, changes: Mapping[tuple[str, str], bytes | None]) -> None:
        """Set values by kind and name, or forget them (None); returns once that is durable.

        `StoreFailed`, and nothing has changed, where it cannot be.
        """


class Transport(Protocol):
    """One network.

    `room_lines` is how many lines an answer may fill in a room. `names_ring` is true where
    whoever is present and named in a text is rung by that, `removes` where messages of others can
    be taken back.
    """

    name: str
    room_lines: int
    names_ring: bool
    removes: bool

    async def run(self, sink: Callable[[Event], None]) -> None:
        """Connect, stay connected, hand every event to `sink`; returns only after `stop`."""

    async def stop(self) -> None:
        """Say goodbye and close."""

    def view(self, place: Place) -> View | None:
        """Return what is known of a place right now; None when nothing is."""

    async def find(self, identity: str) -> Place | None:
        """Return the DM place of an identity, proven now; None when nobody is there.

        OSError while the network cannot tell: they may well be.
        """

    async def send(self, cleared: Cleared, *, proof: bool = False, urgent: bool = False) -> Sent:
        """Say cleared text in its place; with `proof`, only return once it has arrived.

        Urgent text (pages, emergencies) overtakes what waits for the network's rate.

        Each line is written only while the place's epoch is still the one it was cleared for.
        """

    async def remove(self, place: Place, messages: Sequence[str]) -> tuple[str, ...]:
        """Take back what others said in a place; returns the messages that could not be.

        Those are all of them while the network is away, and where the bot has no right to it.
        """

    async def echo(self, seconds: float) -> bool:
        """Send a message to oneself by the way all messages go; whether it came back in time.

        True where the network has no way to do that. False while it is not there.
        """

    async def keys(self, order: KeyOrder) -> None:
        """Do what an operator decided about somebody's keys; done when it returns.

        `StoreFailed` or OSError where it could not be, ValueError where there is nothing to do:
        that is always so where people prove who they are by other means.
        """

    def redial(self) -> None:
        """Drop the connection, if there is one, and dial anew; returns at once."""

    def renew(
        self,
        *,
        channels: tuple[str, ...],
        trusted_agents: tuple[str, ...],
        relays: tuple[str, ...],
    ) -> None:
        """Take a changed configuration over at once, connected or not; `recheck` comes with it.

        ValueError, and nothing has changed, for names that cannot be used.
        """

    def recheck(self) -> None:
        """Have every place judged anew: who is on the roster has changed."""


class MailOutcome(StrEnum):
    """How a hand-over to the mail relays ended."""

    SENT = "sent"
    RETRY = "retry"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"


class MailCarrier(Protocol):
    """Whatever carries mail."""

    async def carry(self, letter: Letter) -> MailOutcome:
        """Hand a letter to the first relay that takes it."""


class LetterWriter(Protocol):
    """Fixes the bytes of a mail."""

    def __call__(
        self, *, recipient: str, subject: str, body: str, message_id: str, at: datetime
    ) -> Letter:
        """Return the letter; the same input gives the same bytes."""


#: Called at named points, so that tests can pull the plug exactly there.
Probe = Callable[[str], None]


def no_probe(_name: str) -> None:
    """Do nothing: the probe of a bot that is not under test."""


MAX_LATE = timedelta(minutes=10)
