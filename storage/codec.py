"""How values look inside the seal: compact JSON, read back into the very same values."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import cast

from pydantic import TypeAdapter

from bot.core.case.facts import KNOWN_KINDS, SPINE_VERSION
from bot.core.words.effects import Target, ToIdentity, ToPlace
from bot.core.words.facts import JSON, Fact, Spine
from bot.core.words.pages import Page
from bot.core.words.places import PlaceKind
from bot.core.words.ports import AuditEntry, Letter, Speech
from bot.core.words.text import Doc, Pieces

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
#: Kind under which a fact of a newer version is shown: it changes nothing.
NEWER = "newer"


# Each is built when it is first needed: a start needs none of them.
@cache
def _pieces() -> TypeAdapter[Pieces]:
    return TypeAdapter(Pieces)


@cache
def _speech() -> TypeAdapter[Speech]:
    return TypeAdapter(Speech)


@cache
def _page() -> TypeAdapter[Page]:
    return TypeAdapter(Page)


@cache
def _audit() -> TypeAdapter[AuditEntry]:
    return TypeAdapter(AuditEntry)


def stamp(moment: datetime) -> int:
    """Return an aware moment as microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(stamped: int) -> datetime:
    """Return the moment of a stamp, UTC."""
    return _EPOCH + stamped * _MICROSECOND


def dump_json(value: Mapping[str, JSON]) -> bytes:
    """Write a JSON object."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def load_json(content: bytes) -> dict[str, JSON]:
    """Read a JSON object."""
    return cast("dict[str, JSON]", json.loads(content.decode()))


# ---- facts -----------------------------------------------------------------------------------


def dump_spine(fact: Fact) -> bytes:
    """Write the spine of a fact, in the version of this program."""
    return dump_json(
        {
            "v": SPINE_VERSION,
            "kind": str(fact.kind),
            "at": fact.at.isoformat(),
            "by": fact.by,
            "data": dict(fact.data),
        }
    )


def load_spine(content: bytes, *, seq: int, words: bool) -> tuple[Spine, bool]:
    """Read a spine, and whether this program knows all that it means.

    `at` and `by` keep their meaning in all versions; the rest of a newer one is not guessed at.
    """
    wire = json.loads(content.decode())
    newer = wire["v"] > SPINE_VERSION
    spine = Spine(
        seq=seq,
        kind=NEWER if newer else wire["kind"],
        at=datetime.fromisoformat(wire["at"]),
        by=wire["by"],
        data={} if newer else wire["data"],
        words=words,
    )
    return spine, spine.kind in KNOWN_KINDS


def dump_pieces(pieces: Pieces) -> bytes:
    """Write labelled words."""
    return _pieces().dump_json(pieces)


def load_pieces(content: bytes) -> Pieces:
    """Read labelled words."""
    return _pieces().validate_json(content)


# ---- outbox ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What of an outbox row is kept when its content is gone. `to` is None for a letter."""

    key: str
    to: Target | None
    recipient: str = ""
    of_roster: bool = False

    def emptied(self) -> Speech | Letter:
        """Return what stands for the payload that is gone."""
        if self.to is None:
            return self.letter(b"")
        return Speech(to=self.to, doc=Doc(lines=()))

    def letter(self, raw: bytes) -> Letter:
        """Return the letter with these bytes."""
        return Letter(recipient=self.recipient, raw=raw, of_roster=self.of_roster)


@cache
def _head() -> TypeAdapter[Head]:
    return TypeAdapter(Head)


def head_of(key: str, payload: Speech | Letter) -> Head:
    """Return the head of a row: without the identity or nick it may be meant for."""
    if isinstance(payload, Letter):
        return Head(key=key, to=None, recipient=payload.recipient, of_roster=payload.of_roster)
    to = payload.to
    if isinstance(to, ToPlace) and to.place.kind is PlaceKind.DM:
        to = ToIdentity(identity="")
    return Head(key=key, to=ToIdentity(identity="") if isinstance(to, ToIdentity) else to)


def dump_head(head: Head) -> bytes:
    """Write the head of an outbox row."""
    return _head().dump_json(head)


def load_head(content: bytes) -> Head:
    """Read the head of an outbox row."""
    return _head().validate_json(content)


def dump_payload(payload: Speech | Letter) -> bytes:
    """Write what is to be sent: the bytes of a letter as they are, a speech as JSON."""
    return payload.raw if isinstance(payload, Letter) else _speech().dump_json(payload)


def load_payload(head: Head, content: bytes) -> Speech | Letter:
    """Read what is to be sent."""
    if head.to is None:
        return head.letter(content)
    return _speech().validate_json(content)


# ---- pages, audit ----------------------------------------------------------------------------


def dump_page(page: Page) -> bytes:
    """Write a page."""
    return _page().dump_json(page)


def load_page(content: bytes) -> Page:
    """Read a page."""
    return _page().validate_json(content)


def dump_audit(entry: AuditEntry) -> bytes:
    """Write an entry of the audit."""
    return _audit().dump_json(entry)


def load_audit(content: bytes) -> AuditEntry:
    """Read an entry of the audit."""
    return _audit().validate_json(content)
