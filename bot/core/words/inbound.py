"""What comes in from a network, after the transport has proven what it can."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.words.people import Speaker
from bot.core.words.places import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One line that somebody said where the bot could hear it.

    `key` names this very message, for ever: the same key is never handled twice. `late` is
    true when it was said more than ten minutes before it arrived.
    """

    key: str
    speaker: Speaker
    place: Place
    text: str
    at: datetime
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomChanged:
    """Members, accounts or modes of a room are no longer what they were."""

    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityEnded:
    """A connection identity is over (nick change, quit, split): it will not come back."""

    identity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkChanged:
    """A network came up (joined and answering) or went down."""

    network: str
    up: bool


Event = Inbound | RoomChanged | IdentityEnded | LinkChanged
