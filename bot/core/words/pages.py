"""An emergency as the bot keeps it: one page, the calls that joined it, how far it has rung."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EmergencyClass(StrEnum):
    """Which contacts an emergency goes to by itself."""

    LIFE = "life"
    CHILD = "child"


class PageState(StrEnum):
    """Where a page stands."""

    #: Ringing until somebody takes it.
    RINGING = "ringing"
    #: Taken by somebody; opens again when the ack has lived its time.
    ACKED = "acked"
    #: Over.
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One emergency, ringing the on-call people step by step until somebody takes it.

    `step` counts the ladder's steps from 0; `rung_at` is when people were last rung;
    `stepped_at` when the present step began; `calls` how many calls joined it.
    `called_at` is when the last call joined. `exposure` marks a live exposure: it rings oversighters and sends no emergency mail.
    `strangers` marks the one incident that calls of unverified strangers join. `drill` marks a
    test that everybody is told is one; `whom` names the only person whom a colleague wants rung.
    `asked_by` is the roster name of that colleague. `began_at` is when it began to ring, or to
    ring again; `whole` is set once the whole team is rung. `answers` are all acks with their
    moments, first ones only.

    What came in behind an ack: `told_at` is when whoever took it last heard of calls that joined;
    `untold` counts those since, `unheard` how many of them are of people who had not called
    before. `unseen_at` is since when nobody has said `ack` after being told of such calls.
    """

    code: str
    emergency: EmergencyClass | None
    case: str | None
    opened_at: datetime
    state: PageState = PageState.RINGING
    step: int = 0
    rung_at: datetime | None = None
    stepped_at: datetime | None = None
    acked_by: tuple[str, ...] = ()
    acked_at: datetime | None = None
    calls: int = 1
    called_at: datetime | None = None
    exposure: bool = False
    #: Identity of the person who raised it, where somebody waits for an answer.
    caller: str | None = None
    strangers: bool = False
    drill: bool = False
    whom: str | None = None
    asked_by: str | None = None
    began_at: datetime | None = None
    whole: bool = False
    answers: tuple[tuple[str, datetime], ...] = ()
    told_at: datetime | None = None
    untold: int = 0
    unheard: int = 0
    unseen_at: datetime | None = None
