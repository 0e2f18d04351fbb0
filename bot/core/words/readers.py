"""What handlers may read, each through the narrowest door: the signature names the doors.

All readers answer from the transaction that the decision will be committed in, except `Rooms`,
`Roster` and the desk, which are snapshots from the moment the job began.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.words.cases import CaseRow, CaseStatus, CaseView
from bot.core.words.facts import JSON, Mark
from bot.core.words.hits import Hit
from bot.core.words.ids import CodeKind, Dice
from bot.core.words.keys import KeyNews
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass, Page
from bot.core.words.people import Account, Person, Roster
from bot.core.words.rota import DrillPlan, Offer, Override, Shift
from bot.core.words.text import Pieces


class Cases(Protocol):
    """Cases that this viewer may know of. Anything else is as absent as if it never was."""

    def find(self, code: str) -> CaseView | None:
        """Return a case; None when there is none or it is not for this viewer."""

    def rows(self, *, status: CaseStatus | None = CaseStatus.OPEN) -> Sequence[CaseRow]:
        """Return the rows of visible cases, the next date first; None means any status."""

    def words(self, code: str, seq: int) -> Pieces | None:
        """Return the words of a fact; None once they are removed."""

    def marked(self, mark: Mark) -> Sequence[str]:
        """Return the codes of visible cases that carry this mark."""

    def fresh_code(self, kind: CodeKind, dice: Dice) -> str:
        """Return a code of this kind that was never used."""

    def known(self, code: str) -> bool:
        """Tell whether there is such a case for this viewer; the ombuds may know that, too."""

    def kept_out(self, code: str, people: Sequence[Person]) -> tuple[str, ...]:
        """Return which of these people are named in a case that is `known`, and so kept out."""


class Reads(Protocol):
    """How many cases somebody has read within the hour."""

    def full(self, name: str, code: str, now: datetime) -> bool:
        """Tell whether this case would be one too many for this person."""

    def told(self, name: str, now: datetime) -> bool:
        """Tell whether the others know by now that this person was stopped."""


class Pages(Protocol):
    """Emergencies that are not over."""

    def live(self) -> Sequence[Page]:
        """Return the pages that ring or were taken, oldest first."""

    def find(self, code: str) -> Page | None:
        """Return a page by its code, or by that of a case it is about, whatever its state."""

    def cases_of(self, page: Page) -> Sequence[str] | None:
        """Return the codes of the cases whose calls are on a page, its own first.

        None where one of them is not for this viewer.
        """


class Hits(Protocol):
    """Where words of cases stand in rooms."""

    def of(self, code: str) -> Sequence[Hit]:
        """Return the hits of a case, the earliest noticed first; for whoever may know of it."""


class Sessions(Protocol):
    """Interviews of reporters."""

    def of(self, identity: str) -> "StoredSession | None":
        """Return the session of an identity."""

    def by_phrase(self, phrase: str) -> "StoredSession | None":
        """Return the session whose six words these are."""

    def of_case(self, code: str) -> "StoredSession | None":
        """Return the session bound to a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """Who may not act, by a command of whom, since when."""

    name: str
    by: str
    at: datetime


class Standing(Protocol):
    """Everybody of the roster, and who of them may not act."""

    everybody: Roster

    def suspension(self, name: str) -> Suspension | None:
        """Return the suspension of somebody by a command; None where there is none."""


class Keys(Protocol):
    """What there is to decide about people's keys on networks that have them."""

    def changed(self, account: Account) -> KeyNews | None:
        """Return that the key of an account is not the one that counts; None where it is."""

    def comparing(self, account: Account) -> KeyNews | None:
        """Return how far a comparison of keys has come; None where there is none."""


class Watch(Protocol):
    """What people agreed on about being on call, and how much they took upon themselves."""

    def overrides(self) -> tuple[Override, ...]:
        """Return what overrides the shifts, in the order in which it was agreed on."""

    def offers(self) -> tuple[Offer, ...]:
        """Return what is being offered and was not accepted yet, over or not."""

    def taken(self, since: datetime) -> Mapping[str, int]:
        """Return how many pages opened since then each person has taken, by name.

        Pages that this viewer may not know of are not counted.
        """

    def recused(self, page: Page) -> frozenset[str]:
        """Return the names of those who must not hear of a page's case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSession:
    """A reporter's session as saved. `seen_at` is when they last wrote."""

    identity: str
    data: Mapping[str, JSON]
    case: str | None
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Where an emergency class, or a hand-over, goes."""

    mail: tuple[str, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiRoute:
    """Who hides revisions of a wiki: rooms of its oversighters, else how stewards are reached."""

    name: str
    oversight: tuple[str, ...] = ()
    stewards_mail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """Who is rung for a page, and when."""

    steps: tuple[tuple[str, ...], ...]
    repage: timedelta
    escalate: timedelta
    ack_lifetime: timedelta
    acks: Mapping[EmergencyClass, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the team configured and handlers go by."""

    bot_name: str
    prefix: str
    language: str
    time_zone: str
    team_name: str
    team_mail: str
    first_reply: timedelta
    check_in: timedelta
    warn: timedelta
    contacts: Mapping[str, Contact]
    ladder: Ladder
    team_rooms: tuple[str, ...]
    oversight_rooms: tuple[str, ...]
    #: Six-word phrases are drawn from these.
    words: tuple[str, ...]
    people: tuple[Person, ...] = ()
    #: When people are on call; whoever is in none always is.
    shifts: tuple[Shift, ...] = ()
    #: A line in a room that begins with one of these, in lower case, rings people on call.
    call_words: tuple[str, ...] = ()
    #: When people on call are rung for practice; None: never by itself.
    drill: DrillPlan | None = None
    #: Who hides revisions, wiki by wiki.
    wikis: tuple[WikiRoute, ...] = ()
    #: Accounts of bridges, `network/account`: they copy what is said elsewhere.
    relays: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A command that waits for a `yes`."""

    token: str
    verb: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDone:
    """The last thing this asker did here that can be taken back."""

    code: str
    seqs: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Composing:
    """A text that is being written in several lines: for which command, and how many so far."""

    verb: str
    case: str
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the bot remembers of one asker in one place, in memory only."""

    listed: tuple[str, ...] = ()
    case: str | None = None
    waiting: tuple[Waiting, ...] = ()
    last_done: LastDone | None = None
    composing: Composing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who typed a command, and where.

    `ceiling` is what this place may carry now, `dm_ceiling` what a DM to the asker may.
    `reasons` are message keys for why the place's ceiling is below what is configured.
    `sealed` is true where a DM to them is kept from the network that carries it.
    """

    person: Person | None
    identity: str
    nick: str
    account: Account | None
    in_dm: bool
    ceiling: Label
    dm_ceiling: Label
    reasons: tuple[str, ...] = ()
    room: str | None = None
    sealed: bool = False

    @property
    def name(self) -> str | None:
        """The roster name of the asker, None for a stranger."""
        return self.person.name if self.person else None
