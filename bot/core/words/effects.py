"""What a handler can want. Handlers return these; the performer alone carries them out.

Everything that changes the database goes in with one commit; `Answer`s are said after it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum

from bot.core.words.facts import JSON, Fact
from bot.core.words.hits import Hit
from bot.core.words.keys import KeyOrder
from bot.core.words.kinds import DEFAULT_KIND
from bot.core.words.pages import EmergencyClass, Page
from bot.core.words.places import Place
from bot.core.words.rota import Offer
from bot.core.words.text import Doc, Msg, Pieces


class Lane(IntEnum):
    """Order in which outbox rows leave; lower first."""

    EMERGENCY = 0
    PAGE = 1
    WORDS = 2
    NEWS = 3


# ---- where something goes ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ToRoom:
    """All places of the configured room with this name."""

    room: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToPerson:
    """A direct message to a roster person, on every network where they have an account."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToReporter:
    """The reporter of a case, wherever they last proved to be."""

    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToIdentity:
    """Whoever spoke under this identity.

    `person` names the one of the roster it is meant for: where the account is not theirs any
    more by the time it leaves, or they may not act, nobody is told.
    """

    identity: str
    person: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToPlace:
    """One place, named exactly: what `ToRoom` becomes when it is committed."""

    place: Place


Target = ToRoom | ToPerson | ToReporter | ToIdentity | ToPlace


# ---- saying --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Say something once to whoever asked: where they asked, or by DM when `private`.

    `plain_message` sends an ordinary message instead of a notice: for reporters and pages.
    `keep` is the lane in which a direct message waits that did not arrive; None: it is not kept.
    """

    doc: Doc
    private: bool = False
    plain_message: bool = False
    keep: Lane | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Say something durably: an outbox row, tried until it is proven to have arrived.

    `key` makes it unique: a second Post with the same key is dropped. `case` and `page` tie
    the row to what it is about. `relay` marks the team's words to a reporter, which are
    announced first to somebody who has been silent for a while. `prompt` is for what must be
    heard within seconds: it overtakes what waits for the network's rate.
    """

    to: Target
    doc: Doc
    key: str
    lane: Lane = Lane.NEWS
    case: str | None = None
    page: str | None = None
    relay: bool = False
    plain_message: bool = False
    prompt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail to one address: bytes and Message-ID are fixed when it is committed.

    `subject` is a message of the catalogue whose arguments are codes only. The body may hold
    whatever its lines are labelled: mail goes to fixed addresses of the configuration.
    """

    to: str
    subject: Msg
    body: Doc
    key: str
    lane: Lane = Lane.PAGE
    case: str | None = None
    page: str | None = None


# ---- cases ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateCase:
    """Start a case under a code that is not taken, with its first facts."""

    code: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddFacts:
    """Append facts to a case."""

    code: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReport:
    """Start a case from what a reporter, or whoever calls, has said so far.

    `answers` are pairs of question id and words. `identity` is None where nobody can be
    written back to; `kept_out` are names of the roster who must not hear of it, whatever the words
    name. The performer makes the facts of it (`core/case`).
    """

    code: str
    answers: tuple[tuple[str, Pieces], ...]
    kind: str = DEFAULT_KIND
    identity: str | None = None
    by: str | None = None
    kept_out: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hear:
    """Keep more words of the reporter in their case, under the question they answer."""

    code: str
    question: str
    words: Pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """Record on a case that an emergency was called and which page it rings."""

    code: str
    page: str
    emergency: EmergencyClass | None
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoodDown:
    """Record on a case that somebody ended the page its call rang, and why."""

    code: str
    page: str
    by: str
    reason: Pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRead:
    """A person reads a case; without one, they were stopped from reading one more."""

    name: str
    case: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowReads:
    """A person who was stopped may read as many cases again within the hour."""

    name: str


# ---- reporters -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveSession:
    """Keep the interview of an identity (versioned JSON, sealed). `case` binds its route.

    `phrase` is set when six words were given: only their keyed digest is stored.
    """

    identity: str
    data: Mapping[str, JSON]
    case: str | None = None
    phrase: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DropSession:
    """Forget the interview of an identity and the key its words were sealed with."""

    identity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveSession:
    """The six words were right: the session of `old` goes on under `new`."""

    old: str
    new: str


# ---- emergencies and time ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SavePage:
    """Write a page as it now is."""

    page: Page


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseEmergency:
    """Somebody may be in danger: fact, mail and page belong into this very commit.

    `words` is what was said; `identity` who waits for an answer. `self_harm` chooses gentler
    words for them. `kept_out` are names of the roster who must not hear of a call without a case,
    besides those that a stranger's words name. Expanded by `core/oncall`.
    """

    emergency: EmergencyClass
    words: Pieces
    case: str | None = None
    identity: str | None = None
    by: str | None = None
    self_harm: bool = False
    kept_out: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicCall:
    """Somebody typed a public call word in a room; `words` is what followed it."""

    words: Pieces
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseExposure:
    """Private details are out in the open: oversighters (else stewards) are rung."""

    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTimer:
    """Wake the handler for `kind` at `due`. A timer with the same key is replaced."""

    key: str
    due: datetime
    kind: str
    data: Mapping[str, JSON] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DropTimer:
    """Forget a timer, if it is set."""

    key: str


# ---- being on call ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeWatch:
    """From `begins` until before `ends` somebody is on call, `instead` of another or besides."""

    person: str
    begins: datetime
    ends: datetime
    instead: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndWatch:
    """Whatever somebody took upon themselves besides their shifts is over."""

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferWatch:
    """Somebody offers a watch to another; an earlier offer of theirs is void."""

    offer: Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class DropOffer:
    """What somebody offers is void. `outcome` is a word for the audit."""

    giver: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Remember for a year that something was done, under a key that is never used again."""

    key: str


# ---- the asker's desk: what is remembered between two commands, in memory only -------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """Show what would happen and wait for `yes`: the same command is then decided anew."""

    doc: Doc
    lasting: timedelta = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rerun:
    """`yes`: run the waiting command again, this time confirmed. `token` picks among several."""

    token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget:
    """`no`: drop what waits for a `yes`, or with `written` the text that is being composed."""

    token: str | None = None
    written: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Compose:
    """Collect the asker's plain lines in this DM: `done` runs the command with all of them.

    `rest` is what was typed before the text, the code of `case` spelled out.
    """

    verb: str
    rest: str
    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberList:
    """These are the numbered lines the asker now sees."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberCase:
    """The asker is now working on this case here."""

    code: str


# ---- the roster ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspend:
    """From this commit on somebody of the roster is nobody. `by` is who decided it."""

    name: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reinstate:
    """Somebody who was suspended by a command may act again."""

    name: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderKeys:
    """After this commit the network does this with somebody's keys."""

    order: KeyOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Reload:
    """Read the configuration again after this commit, and tell the asker what came of it."""


# ---- words of cases in rooms -----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveHit:
    """Keep where words of a case stand, in the place of what was known of it."""

    hit: Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class DropHits:
    """Forget hits that were noticed before a moment; another look for such follows in a day."""

    before: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveMessages:
    """After this commit the networks take back what these hits name, and the asker is told.

    What could be taken back is contained by that.
    """

    hits: tuple[Hit, ...]


Effect = (
    Answer
    | Post
    | Mail
    | CreateCase
    | AddFacts
    | OpenReport
    | Hear
    | Called
    | StoodDown
    | CountRead
    | AllowReads
    | SaveSession
    | DropSession
    | MoveSession
    | SavePage
    | RaiseEmergency
    | RaiseExposure
    | PublicCall
    | SetTimer
    | DropTimer
    | TakeWatch
    | EndWatch
    | OfferWatch
    | DropOffer
    | Note
    | Confirm
    | Rerun
    | Forget
    | Compose
    | RememberList
    | RememberCase
    | Suspend
    | Reinstate
    | OrderKeys
    | Reload
    | SaveHit
    | DropHits
    | RemoveMessages
)
Effects = list[Effect]
