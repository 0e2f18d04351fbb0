"""A case as the fold of its facts shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.words.facts import JSON
from bot.core.words.labels import Label


class CaseStatus(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a case can end."""

    ACTIONABLE = "actionable"
    NON_ACTIONABLE = "non-actionable"
    MISTAKEN = "mistaken"
    MALICIOUS = "malicious"
    DEADLOCK = "deadlock"
    REDIRECTED = "redirected"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A numbered item of a case: its words are in the body of fact `seq`, piece `number`.

    `relabelled` is true once somebody of the team has said how far it may travel.
    """

    number: int
    seq: int
    label: Label
    link: bool
    relabelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the timeline. `undone` facts stay visible and count for nothing."""

    seq: int
    kind: str
    at: datetime
    by: str | None
    data: Mapping[str, JSON]
    words: bool
    undone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """Everything about a case but its words. Names of parties are not in it: they are words.

    `next_at` is never None while the case is open. `reporter_told_at` is when the team's words
    last went to the reporter; `has_reporter` whether anybody is there to be told. `handlers` have
    taken the case, `assigned` were asked to; `related` are codes of other cases, which a reader may
    not know of. Labels of the evidence are those it has now.
    """

    code: str
    status: CaseStatus
    kind: str
    opened_at: datetime
    opened_by: str | None
    has_reporter: bool
    lead: str | None
    handlers: tuple[str, ...]
    next_at: datetime | None
    next_what: str | None
    evidence: tuple[Evidence, ...]
    entries: tuple[Entry, ...]
    reporter_told_at: datetime | None = None
    reporter_skipped: bool = False
    first_reply_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: Outcome | None = None
    assigned: tuple[str, ...] = ()
    related: tuple[str, ...] = ()

    @property
    def next_number(self) -> int:
        """The number that the next piece of evidence gets, from 1."""
        return len(self.evidence) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """The open row of a case, for lists: codes, dates, counts, and who works on it."""

    code: str
    status: CaseStatus
    kind: str
    opened_at: datetime
    next_at: datetime | None
    next_what: str | None
    lead: str | None
    evidence: int
    handlers: tuple[str, ...] = ()
    assigned: tuple[str, ...] = ()
