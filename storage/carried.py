"""What one store hands to another: in clear, in memory only, and never shown by `repr`.

Contents are the bytes that stand inside the seals; marks, notes and inbound keys are digests,
which mean the same in every store that has the same secrets.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

from bot.core.words.rota import Offer, Override


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CarriedFact:
    """A fact: its spine, its words where they come along, and the marks it still has."""

    seq: int
    spine: bytes
    keep: str
    body: bytes | None
    marks: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CarriedCase:
    """A case; from the database only what tells who may know of it."""

    code: str
    facts: tuple[CarriedFact, ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CarriedPage:
    """An emergency."""

    code: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CarriedRow:
    """A row of the outbox; `payload` is None for one that is over."""

    lane: int
    state: str
    unwanted: bool
    created_at: int
    next_at: int
    tries: int
    case: str | None
    page: str | None
    reason: str
    head: bytes
    payload: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CarriedTimer:
    """A timer."""

    due: int
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CarriedSession:
    """An interview. `phrase` is the digest of its six words."""

    identity: str
    phrase: bytes | None
    case: str | None
    seen_at: int
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CarriedSuspension:
    """Somebody who may not act; `content` is empty where it cannot be read by whose command."""

    digest: bytes
    at: int
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Baggage:
    """`Carried`: all that goes from one store to another.

    `origin` is the random name of the reserve it comes from, empty for the database. `gone` are
    digests of suspensions, watches and offers that were brought to the reserve and ended there.
    """

    origin: str
    whole: bool
    files: tuple[CarriedCase, ...] = ()
    calls: tuple[CarriedPage, ...] = ()
    rows: tuple[CarriedRow, ...] = ()
    timers: tuple[CarriedTimer, ...] = ()
    suspensions: tuple[CarriedSuspension, ...] = ()
    watches: tuple[Override, ...] = ()
    offers: tuple[Offer, ...] = ()
    gone: tuple[bytes, ...] = ()
    sessions: tuple[CarriedSession, ...] = ()
    audit: tuple[bytes, ...] = ()
    notes: tuple[tuple[bytes, int], ...] = ()
    claims: tuple[tuple[bytes, int], ...] = ()

    @property
    def cases(self) -> Sequence[str]:
        """Return the codes of cases that it brings, or brings something for."""
        return tuple(case.code for case in self.files)

    @property
    def pages(self) -> Sequence[str]:
        """Return the codes of the pages in it."""
        return tuple(page.code for page in self.calls)

    @property
    def empty(self) -> bool:
        """Whether there is nothing in it."""
        return not any(value for value in astuple(self)[2:])

    def digest(self) -> str:
        """Return what tells this from everything else that was ever carried."""
        return hashlib.sha256(repr(astuple(self)).encode()).hexdigest()


class Recoding:
    """Puts new codes in the place of old ones, in texts and contents of the program's making."""

    def __init__(self, codes: Mapping[str, str]) -> None:
        self._codes = codes
        old = "|".join(sorted(map(re.escape, codes)))
        self._pattern = re.compile(rf"(?<!\w)(?:{old})(?!\w)") if codes else None

    def text(self, text: str) -> str:
        """Return a text with the new codes."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda match: self._codes[match[0]], text)

    def code(self, code: str | None) -> str | None:
        """Return what a code is called now."""
        return code if code is None else self._codes.get(code, code)

    def content(self, content: bytes) -> bytes:
        """Return JSON with the new codes."""
        return self.text(content.decode()).encode() if self._codes else content
