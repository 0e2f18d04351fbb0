"""What the emergency mail says: what the people behind its address need, and nothing else.

Which fields each class has, and in which order, is one table. First what can be read in ten
seconds, a line for each; then the words; then what is not known, so that nobody looks for it in
vain. A line of its own is never broken, or turned round, by what somebody wrote.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.core.oncall.classes import contact_of, name_of
from bot.core.oncall.known import Known, Link
from bot.core.words.identity import network_of
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass
from bot.core.words.people import Person
from bot.core.words.readers import Terms
from bot.core.words.text import Count, Doc, Line, Msg, Piece, Pieces, plain, without_files

#: The most characters of a call, of what was said before, of a line and of a link in one.
MOST_WORDS = 65_536
MOST_EARLIER = 10_000
_MOST_OF_LINE = 500
_MOST_OF_LINK = 4_000
#: The most links, and names in a line.
MOST_LINKS = 40
_MOST_NAMES = 20
#: A case opened this shortly before its call began with it.
_AT_ONCE = timedelta(minutes=1)
#: These join letters in some scripts, and move nothing.
_JOINERS = frozenset("\u200c\u200d")
#: What ends a line, and the kinds of characters that move or hide others.
_BREAKS = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029")
_MOVING = frozenset({"Cc", "Cf", "Cs"})
#: What a terminal would obey is shown instead.
_SHOWN = {code: 0x2400 + code for code in range(32) if chr(code) != "\t"}
_SHOWN |= {127: 0x2421} | dict.fromkeys(range(0x80, 0xA0), 0xFFFD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whoever called, as far as the network tells. Team members are never named to others."""

    of_team: bool = False
    nick: str | None = None
    account: str | None = None
    network: str | None = None

    @classmethod
    def of(cls, person: Person | None, nick: str | None, identity: str | None) -> "Caller":
        """Return what may be said of a caller; `identity` as in `core/words/identity.py`."""
        if person is not None:
            return cls(of_team=True)
        if identity is None:
            return cls(nick=nick)
        return cls(nick=nick, account=_account(identity), network=network_of(identity))


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """Everything that one emergency mail is made of."""

    page: str
    case: str
    emergency: EmergencyClass
    at: datetime
    words: Pieces
    caller: Caller
    known: Known
    self_harm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that the people behind the address ask for.

    `lines` says it; where it has nothing to say, `missing` (a message) names what is not known.
    """

    lines: Callable[[Packet], Sequence[Line]]
    missing: str | None = None


def packet_doc(packet: Packet, terms: Terms) -> Doc:
    """Return the body of the mail. Its lines are personal information: they go by mail only."""
    return Doc(lines=tuple(_lines(packet, terms)), label=Label.PII)


def _lines(packet: Packet, terms: Terms) -> Iterator[Line]:
    record = PACKETS[packet.emergency]
    yield Msg("emergency.mail.head", (_safe(terms.team_name), name_of(packet.emergency)))
    if packet.self_harm:
        yield Msg("emergency.mail.self-harm")
    yield Msg("emergency.mail.codes", (_safe(packet.page), _safe(packet.case)))
    missing: list[Msg] = []
    for field in record:
        lines = field.lines(packet)
        yield from lines
        if not lines and field.missing is not None:
            missing.append(Msg(field.missing))
    if missing:
        yield Msg("emergency.mail.missing", (_listed(missing),))
    note = contact_of(packet.emergency, terms).note
    if note:
        yield (_text(note),)
    yield Msg("emergency.mail.reply", (_text(terms.team_mail), _text(packet.page)))


# ---- the fields -------------------------------------------------------------------------------


def _where(packet: Packet) -> Sequence[Line]:
    return _named("emergency.mail.where", packet.known.where)


def _reported(packet: Packet) -> Sequence[Line]:
    return _named("emergency.mail.reported", packet.known.reported)


def _affected(packet: Packet) -> Sequence[Line]:
    return _named("emergency.mail.affected", packet.known.affected)


def _accounts(packet: Packet) -> Sequence[Line]:
    return _named("emergency.mail.accounts", packet.known.accounts)


def _any_account(packet: Packet) -> Sequence[Line]:
    """Return all lines about accounts: where there is any, none is missing."""
    return [*_reported(packet), *_affected(packet), *_accounts(packet)]


def _links(packet: Packet) -> Sequence[Line]:
    links = packet.known.links
    lines: list[Line] = [_link(link) for link in links[:MOST_LINKS]]
    if len(links) > MOST_LINKS:
        more = Count(number=len(links) - MOST_LINKS)
        lines.append(Msg("emergency.mail.more-links", (more, _safe(packet.case))))
    return lines


def _link(link: Link) -> Line:
    text = _safe(link.text, _MOST_OF_LINK)
    if link.given_at is None:
        return Msg("emergency.mail.link", (text,))
    return Msg("emergency.mail.link-given", (text, _moment(link.given_at)))


def _called(packet: Packet) -> Sequence[Line]:
    lines: list[Line] = [Msg("emergency.mail.time", (_moment(packet.at),))]
    opened = packet.known.opened_at
    if opened is not None and packet.at - opened > _AT_ONCE:
        lines.append(Msg("emergency.mail.first", (_moment(opened),)))
    return lines


def _when(packet: Packet) -> Sequence[Line]:
    return _named("emergency.mail.when", packet.known.when)


def _contact(packet: Packet) -> Sequence[Line]:
    if packet.known.contact is not None:
        return [Msg("emergency.mail.contact", (_safe(packet.known.contact),))]
    return [Msg("emergency.mail.no-contact")] if packet.known.refused else []


def _caller(packet: Packet) -> Sequence[Line]:
    caller = packet.caller
    if caller.of_team:
        return [Msg("emergency.mail.from-team")]
    said = {"nick": caller.nick, "account": caller.account, "network": caller.network}
    parts = [Msg(f"emergency.mail.{key}", (_safe(text),)) for key, text in said.items() if text]
    return [Msg("emergency.mail.by", (_listed(parts),))] if parts else []


def _local(_packet: Packet) -> Sequence[Line]:
    return [Msg("emergency.mail.local")]


def _no_pictures(_packet: Packet) -> Sequence[Line]:
    return [Msg("emergency.mail.no-pictures")]


def _words(packet: Packet) -> Sequence[Line]:
    bare = without_files(packet.words)
    said = plain(bare)
    files: list[Line] = []
    if bare != packet.words and packet.emergency is not EmergencyClass.CHILD:
        files.append(Msg("emergency.mail.attachment", (_safe(packet.case),)))
    if not said.strip():
        return files
    return [Msg("emergency.mail.words"), *_quoted(said, MOST_WORDS, packet), *files]


def _earlier(packet: Packet) -> Sequence[Line]:
    said = "\n".join(packet.known.earlier)
    if not said.strip():
        return []
    return [Msg("emergency.mail.earlier"), *_quoted(said, MOST_EARLIER, packet)]


_LINKS = Field(lines=_links, missing="emergency.mail.no.link")
_WHERE = Field(lines=_where, missing="emergency.mail.no.where")
_TIMES = (Field(lines=_called), Field(lines=_when, missing="emergency.mail.no.when"))
_FROM = (
    Field(lines=_contact, missing="emergency.mail.no.contact"),
    Field(lines=_caller, missing="emergency.mail.no.caller"),
)
_SAID = Field(lines=_words, missing="emergency.mail.no.words")

#: What the mail of each class holds, in this order.
PACKETS: Mapping[EmergencyClass, tuple[Field, ...]] = {
    EmergencyClass.LIFE: (
        _WHERE,
        Field(lines=_reported, missing="emergency.mail.no.reported"),
        Field(lines=_affected, missing="emergency.mail.no.affected"),
        Field(lines=_accounts),
        _LINKS,
        *_TIMES,
        *_FROM,
        Field(lines=_local),
        _SAID,
        Field(lines=_earlier),
    ),
    EmergencyClass.CHILD: (
        _LINKS,
        _WHERE,
        Field(lines=_any_account, missing="emergency.mail.no.account"),
        *_TIMES,
        *_FROM,
        Field(lines=_no_pictures),
        _SAID,
    ),
}


# ---- how it is written ------------------------------------------------------------------------


def _quoted(said: str, most: int, packet: Packet) -> list[Line]:
    """Return words with a mark before each line, so that none can pass for one of ours.

    They are as they were said; only what a terminal would obey is shown by a sign.
    """
    kept = said[:most]
    lines: list[Line] = [
        (_text(f"> {line.translate(_SHOWN)}".rstrip()),) for line in kept.splitlines()
    ]
    if len(said) > most:
        rest = Count(number=len(said) - most)
        lines.append(Msg("emergency.mail.cut", (rest, _safe(packet.case))))
    return lines


def _named(key: str, names: Sequence[str]) -> Sequence[Line]:
    parts = [_safe(name) for name in names[:_MOST_NAMES]]
    return [Msg(key, (_listed(parts),))] if parts else []


def _listed(parts: Sequence[Msg | Piece]) -> Msg | Piece:
    """Return parts as one argument, joined two by two by a message."""
    joined = parts[0]
    for part in parts[1:]:
        joined = Msg("emergency.mail.and", (joined, part))
    return joined


def _safe(text: str, most: int = _MOST_OF_LINE) -> Piece:
    """Return text for one line: no breaks, no controls, nothing that turns its direction."""
    kept = "".join(
        " " if char in _BREAKS else char
        for char in text[: 2 * most]
        if char in _BREAKS or char in _JOINERS or unicodedata.category(char) not in _MOVING
    )
    line = " ".join(kept.split())
    return _text(line if len(line) <= most else f"{line[: most - 1]}…")


def _moment(at: datetime) -> Piece:
    return _text(f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC")


def _account(identity: str) -> str | None:
    kind, _, name = identity.partition("|")[2].partition("|")
    return name if kind == "account" else None


def _text(text: str) -> Piece:
    return Piece(text=text, label=Label.PII)
