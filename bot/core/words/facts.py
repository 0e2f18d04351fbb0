"""A fact: the one thing a case is made of. Its kinds and their meaning are in `core/case`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.core.words.text import Pieces

#: What JSON can hold, as far as spines use it.
JSON = str | int | bool | None | list["JSON"] | dict[str, "JSON"]


class Keep(StrEnum):
    """Retention class of a fact's words: they are sealed with the key of this class."""

    #: What the reporter said and was told.
    TRANSCRIPT = "transcript"
    #: Notes, links and other evidence.
    EVIDENCE = "evidence"
    #: The closing record.
    RECORD = "record"


class MarkKind(StrEnum):
    """What a blind index can be asked for."""

    #: A wiki name, nick or account of a party.
    PARTY = "party"
    #: A link, in canonical form.
    LINK = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A value that can be looked up later without being stored: only its HMAC is."""

    kind: MarkKind
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that became true of a case.

    The spine (`kind`, `by`, `at`, `data`) says what changed, without anybody's words; the
    words are the `body`, which can be destroyed and leaves the case whole. `by` is the name
    of a roster person, None for the reporter or the bot. `unmarks` are taken from all facts of
    the case, then `marks` are added.
    """

    kind: str
    at: datetime
    by: str | None = None
    data: Mapping[str, JSON] = field(default_factory=dict)
    body: Pieces | None = None
    keep: Keep = Keep.EVIDENCE
    marks: tuple[Mark, ...] = ()
    unmarks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spine:
    """A stored fact without its words. `words` tells whether they still exist."""

    seq: int
    kind: str
    at: datetime
    by: str | None
    data: Mapping[str, JSON]
    words: bool
