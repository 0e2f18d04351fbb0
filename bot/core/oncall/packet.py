"""What the emergency mail says: what the people behind its address need, and nothing else.

What is not known is named, so that nobody looks for it in vain.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.core.oncall.classes import contact_of, name_of
from bot.core.words.cases import CaseView
from bot.core.words.identity import network_of
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass
from bot.core.words.people import Person
from bot.core.words.readers import Cases, Terms
from bot.core.words.text import Doc, Line, Msg, Piece, Pieces, plain

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
#: Questions of the interview whose answers belong into the mail.
_WHERE = "where"
_CONTACT = "contact"


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
class Known:
    """What the case already tells: where it happens, links, and a contact that was consented."""

    where: Pieces = ()
    links: tuple[Pieces, ...] = ()
    contact: Pieces = ()


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


def known_of(view: CaseView | None, cases: Cases) -> Known:
    """Gather what a case holds of what the mail needs; nothing for a case not yet written."""
    if view is None:
        return Known()
    answers: dict[str, Pieces] = {}
    for entry in view.entries:
        question = entry.data.get("question")
        if entry.undone or not entry.words or question not in {_WHERE, _CONTACT}:
            continue
        answers[str(question)] = cases.words(view.code, entry.seq) or ()
    return Known(
        where=answers.get(_WHERE, ()),
        links=tuple(_linked(view, cases)),
        contact=answers.get(_CONTACT, ()),
    )


def _linked(view: CaseView, cases: Cases) -> Iterator[Pieces]:
    for item in view.evidence:
        if item.link:
            words = cases.words(view.code, item.seq) or ()
            found = tuple(piece for piece in words if piece.number == item.number)
            if found:
                yield found


def packet_doc(packet: Packet, terms: Terms) -> Doc:
    """Return the body of the mail. Its lines are personal information: they go by mail only."""
    return Doc(lines=tuple(_lines(packet, terms)), label=Label.PII)


def _lines(packet: Packet, terms: Terms) -> Iterator[Line]:
    yield Msg("emergency.mail.head", (_text(terms.team_name), name_of(packet.emergency)))
    yield Msg("emergency.mail.codes", (_text(packet.page), _text(packet.case)))
    yield Msg("emergency.mail.time", (_text(f"{packet.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"),))
    yield from _where(packet)
    yield from _caller(packet.caller)
    yield _given("emergency.mail.contact", packet.known.contact)
    yield Msg("emergency.mail.words")
    yield packet.words or (_text("-"),)
    if packet.emergency is EmergencyClass.CHILD:
        yield Msg("emergency.mail.no-pictures")
    note = contact_of(packet.emergency, terms).note
    if note:
        yield (_text(note),)
    yield Msg("emergency.mail.reply", (_text(terms.team_mail), _text(packet.page)))


def _where(packet: Packet) -> Iterator[Line]:
    """Yield where it happens, and the links: those of the case and those just said."""
    yield _given("emergency.mail.where", packet.known.where)
    in_words = tuple((_text(found),) for found in _LINK.findall(plain(packet.words)))
    seen: set[str] = set()
    for link in (*packet.known.links, *in_words):
        if plain(link) not in seen:
            seen.add(plain(link))
            yield Msg("emergency.mail.link", (link,))
    if not seen:
        yield Msg("emergency.mail.link", (Msg("emergency.mail.unknown"),))


def _caller(caller: Caller) -> Iterator[Line]:
    if caller.of_team:
        yield Msg("emergency.mail.from-team")
        return
    yield _given("emergency.mail.nick", _pieces(caller.nick))
    yield _given("emergency.mail.account", _pieces(caller.account))
    yield _given("emergency.mail.network", _pieces(caller.network))


def _account(identity: str) -> str | None:
    kind, _, name = identity.partition("|")[2].partition("|")
    return name if kind == "account" else None


def _given(key: str, words: Pieces) -> Msg:
    return Msg(key, (words or Msg("emergency.mail.unknown"),))


def _pieces(text: str | None) -> Pieces:
    return (_text(text),) if text else ()


def _text(text: str) -> Piece:
    return Piece(text=text, label=Label.PII)
