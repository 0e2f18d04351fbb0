"""Makes of one event what the core hears: who said what, where, when, and what it may count for.

Events are what a server says: of any shape, and without proof. Who spoke is taken from what was
decrypted and proven alone; whatever came in clear, or from a device that nobody lists, is nobody's
of the roster.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from bot.core.words.identity import by_account, by_link
from bot.core.words.inbound import Inbound, Never, Overheard, Unheard, Why
from bot.core.words.people import Account, Person, Roster, Speaker
from bot.core.words.places import Place, PlaceKind
from bot.core.words.ports import MAX_LATE, Clock
from bot.transports.matrix.content import Said, besides, clean, event_id, reacts_to, said
from bot.transports.matrix.owners import Proof

ENCRYPTED = "m.room.encrypted"
MESSAGE = "m.room.message"
REACTION = "m.reaction"
#: How often one person is told the same thing about words that are nothing to the bot.
TOLD_AGAIN = timedelta(minutes=10)
_MOST_OWN = 5000
_MOST_TOLD = 1000
_MOST_TIME = 253_402_300_799_000
_USER = re.compile(r"@[^\s:\x00]{0,250}:[^\s\x00]{1,250}")
_MOST_USER = 255


class KnownRoom(Protocol):
    """What is known of the room that an event stands in.

    `dm` is a conversation of two, `clear` one that is not encrypted. `above_public` where the
    configuration lets a room hear more than anybody may.
    """

    @property
    def room_id(self) -> str:
        """How the server calls the room."""

    @property
    def place(self) -> Place | None:
        """How the configuration calls it."""

    @property
    def encrypted(self) -> bool:
        """Whether it was ever said that the room is encrypted."""

    @property
    def configured(self) -> bool:
        """Whether the configuration names it."""

    @property
    def above_public(self) -> bool:
        """Whether it is configured to carry more than public words."""

    @property
    def dm(self) -> bool:
        """Whether it is a direct message."""

    @property
    def clear(self) -> bool:
        """Whether it is a direct message without encryption."""


class Opened(Protocol):
    """What an encrypted event held, and how far it is proven who made it."""

    @property
    def content(self) -> dict[str, Any]:
        """The content of the event inside."""

    @property
    def type(self) -> str:
        """The type of the event inside."""

    @property
    def digest(self) -> str:
        """What names this very ciphertext."""

    @property
    def proof(self) -> Proof:
        """How far the device that wrote it is proven to be the sender's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """Who sent an event where, before it is known what they say."""

    speaker: Speaker
    place: Place
    event_id: str


@dataclass(slots=True, kw_only=True)
class Hearing:
    """Ears of one login; remembers what the bot said, and whom it told of reactions."""

    network: str
    me: str
    roster: Callable[[], Roster]
    #: User ids of bridges and bots, `*` for any part of one.
    relays: Callable[[], tuple[str, ...]]
    clock: Clock
    _own: OrderedDict[str, None] = field(default_factory=OrderedDict)
    _told: OrderedDict[str, datetime] = field(default_factory=OrderedDict)

    def hear(
        self, known: KnownRoom, event: Mapping[str, Any], opened: Opened | None = None
    ) -> Inbound | Overheard | Unheard | None:
        """Return what one event of a timeline says; None for what is nothing to the core.

        What says nothing to the bot, in a room of ours, is overheard as far as people read it.

        `opened` is what an encrypted event held, None where it is not readable. No event, of
        whatever shape, makes this raise.
        """
        if event.get("sender") == self.me:
            self._note_own(event)
            return None
        encrypted = event.get("type") == ENCRYPTED
        if encrypted and opened is None:
            return None
        source = self._source(known, event, opened if encrypted else None)
        if source is None:
            return None
        outside = event.get("content")
        kind, content = event.get("type"), outside
        if encrypted and opened is not None:
            kind, content = opened.type, opened.content
        if kind == REACTION:
            told = self._reaction(source, event, reacts_to(content, outside))
            return told or self._overheard(known, event, source, content)
        words = said(content, outside) if kind == MESSAGE else None
        if words is None:
            return self._overheard(known, event, source, content)
        inbound = self._inbound(known, event, opened if encrypted else None, source, words)
        if not known.configured:
            return inbound
        return replace(inbound, besides=besides(content, words.text))

    def unread(self, known: KnownRoom, event: Mapping[str, Any], why: Why) -> Unheard | None:
        """Return that an event could not be read; None where its author is not told.

        In rooms only people of the roster are. Nobody has proven to be anybody.
        """
        sender = event.get("sender")
        if sender == self.me:
            return None
        source = self._source(known, event, None)
        if source is None or source.speaker.relayed:
            return None
        if not known.dm and self._holder(str(sender)) is None:
            return None
        return Unheard(speaker=source.speaker, place=source.place, why=why)

    def _source(
        self, known: KnownRoom, event: Mapping[str, Any], opened: Opened | None
    ) -> _Source | None:
        """Return who sent an event, and where; None for what cannot be anybody's."""
        sender, name = event.get("sender"), event_id(event.get("event_id"))
        if not isinstance(sender, str) or not _is_user(sender) or name is None:
            return None
        network, nick = self.network, sender
        identity = by_account(Account(network=network, name=sender))
        place = known.place
        if known.dm:
            place = Place(network=network, address=sender, kind=PlaceKind.DM)
            if known.clear and event.get("type") != ENCRYPTED:
                # Nothing here proves that they are who they are elsewhere.
                nick = known.room_id
                identity = by_link(network, f"clear:{known.room_id}:{sender}")
                place = Place(network=network, address=nick, kind=PlaceKind.DM)
        elif not known.configured:
            return None
        if place is None:
            return None
        holder = self._holder(sender)
        proven = opened is not None and _is_proven(opened.proof, by_signature=holder is not None)
        speaker = Speaker(
            network=network,
            nick=nick,
            identity=identity,
            account=sender if proven else None,
            person=holder if proven else None,
            relayed=self._is_relay(sender),
        )
        return _Source(speaker=speaker, place=place, event_id=name)

    def _inbound(
        self,
        known: KnownRoom,
        event: Mapping[str, Any],
        opened: Opened | None,
        source: _Source,
        words: Said,
    ) -> Inbound:
        now = self.clock.now()
        at = _moment(event.get("origin_server_ts")) or now
        key, mark = f"{self.network}:e:{source.event_id}", None
        if opened is not None:
            key, mark = f"{self.network}:m:{opened.digest}", source.event_id
        return Inbound(
            key=key,
            mark=mark,
            speaker=source.speaker,
            place=source.place,
            text=words.text,
            at=min(at, now),
            late=now - at > MAX_LATE,
            never=self._never(known, opened, source, words),
            message=source.event_id,
            thread=words.thread,
            attachments=() if words.attachment is None else (words.attachment,),
        )

    def _overheard(
        self, known: KnownRoom, event: Mapping[str, Any], source: _Source, content: object
    ) -> Overheard | None:
        text = besides(content) if known.configured else ""
        if not text:
            return None
        now = self.clock.now()
        return Overheard(
            speaker=source.speaker,
            place=source.place,
            text=text,
            at=min(_moment(event.get("origin_server_ts")) or now, now),
            message=source.event_id,
        )

    def _never(
        self, known: KnownRoom, opened: Opened | None, source: _Source, words: Said
    ) -> Never | None:
        """Return why a message is not obeyed, None where it may be."""
        if opened is None:
            if known.encrypted or known.above_public or known.dm:
                return Never.CLEAR
        elif not source.speaker.account and not self._may_be_unproven(known, source):
            return Never.CHANGED if opened.proof is Proof.CHANGED else Never.UNSIGNED
        if words.notice:
            return Never.NOTICE
        # A reporter who corrects what they said is heard, like anybody who says it again.
        if words.edit and (not known.dm or source.speaker.person is not None):
            return Never.EDIT
        return None

    def _may_be_unproven(self, known: KnownRoom, source: _Source) -> bool:
        """Whether somebody is heard though the server does not list their device.

        Whoever reports from a server that cannot be asked just now must not stay unheard.
        """
        return known.dm and self._holder(source.speaker.nick) is None

    def _reaction(
        self, source: _Source, event: Mapping[str, Any], about: str | None
    ) -> Unheard | None:
        """Return that nothing is done for a reaction to the bot's words, now and then."""
        sender = str(event.get("sender"))
        if about is None or about not in self._own or self._holder(sender) is None:
            return None
        now = self.clock.now()
        told = self._told.pop(sender, None)
        again = told is None or now - told >= TOLD_AGAIN
        self._told[sender] = now if again or told is None else told
        while len(self._told) > _MOST_TOLD:
            self._told.popitem(last=False)
        if not again:
            return None
        return Unheard(speaker=source.speaker, place=source.place, why=Why.REACTION)

    def _note_own(self, event: Mapping[str, Any]) -> None:
        name = event_id(event.get("event_id"))
        if name is not None:
            self._own[name] = None
            while len(self._own) > _MOST_OWN:
                self._own.popitem(last=False)

    def _holder(self, user: str) -> Person | None:
        """Return whose user id this is, letter by letter."""
        person = self.roster().holder(self.network, user)
        if person is None:
            return None
        mine = Account(network=self.network, name=user)
        return person if mine in person.accounts else None

    def _is_relay(self, user: str) -> bool:
        return any(matches(pattern, user) for pattern in self.relays())


def matches(pattern: str, user: str) -> bool:
    """Whether a user id is meant by a pattern, in which `*` stands for anything."""
    if "*" not in pattern:
        return pattern == user
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), user) is not None


def _is_proven(proof: Proof, *, by_signature: bool) -> bool:
    return proof is Proof.SIGNED if by_signature else proof is not Proof.UNKNOWN


def _is_user(name: str) -> bool:
    return len(name) <= _MOST_USER and _USER.fullmatch(name) is not None and clean(name) == name


def _moment(stamp: object) -> datetime | None:
    """Return a moment from milliseconds; None for what is none."""
    if not isinstance(stamp, int) or isinstance(stamp, bool) or not 0 < stamp <= _MOST_TIME:
        return None
    return datetime.fromtimestamp(stamp / 1000, UTC)
