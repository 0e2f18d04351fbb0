"""What comes in from a network, after the transport has proven what it can."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.core.words.attachment import Attachment
from bot.core.words.keys import KeyNews
from bot.core.words.people import Speaker
from bot.core.words.places import Place


class Never(StrEnum):
    """Why a line is never obeyed, though it may read like a command; goes into the audit."""

    #: Said in clear where the network could have kept it from others: it proves nobody.
    CLEAR = "clear"
    #: The device that said it does not carry its owner's signature, or nobody lists it.
    UNSIGNED = "unsigned"
    #: It hangs on a key that is not the one that counts for whoever it says it is.
    CHANGED = "changed"
    #: It changes what was said before.
    EDIT = "edit"
    #: A word of some program.
    NOTICE = "notice"

    @property
    def proves_nobody(self) -> bool:
        """Whether it is not known who said it."""
        return self in {Never.CLEAR, Never.UNSIGNED, Never.CHANGED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One line that somebody said where the bot could hear it.

    `key` names this very message, for ever: the same key is never handled twice. `mark` names
    this delivery of it, on networks where one message can be made to look like two: a key that
    comes again under another mark is a replay. `late` is true when it was said more than ten
    minutes before it arrived. `never` says why it is not obeyed. `message` is how its network
    names it, `thread` the first message of the thread it stands in, `about` the case that thread is about; `attachments` are files that
    were sent with it, whose names may be in the text. `done` is called once
    all that it asked for is durable, or its author was told that nothing was kept. `besides` is what
    else people may read in it: markup, quoted words, other forms of it.
    """

    key: str
    speaker: Speaker
    place: Place
    text: str
    at: datetime
    besides: str = field(default="", repr=False, compare=False)
    late: bool = False
    mark: str | None = None
    never: Never | None = None
    message: str | None = None
    thread: str | None = None
    about: str | None = None
    attachments: tuple[Attachment, ...] = ()
    done: Callable[[], None] | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overheard:
    """Words in a room that are nothing to the bot, and only read for what cases hold.

    The rest is as in `Inbound`.
    """

    speaker: Speaker
    place: Place
    text: str = field(repr=False)
    at: datetime
    message: str | None = None
    done: Callable[[], None] | None = field(default=None, repr=False, compare=False)


class Why(StrEnum):
    """Why somebody's words could not be read."""

    #: They were said before the bot came in.
    FIRST = "first"
    #: Their key has not come within a minute.
    NO_KEY = "no-key"
    #: Others are in the conversation: the bot leaves it.
    CROWDED = "crowded"
    #: A reaction: nothing is done for it.
    REACTION = "reaction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheard:
    """Somebody said something that the bot can do nothing with, and should be told."""

    speaker: Speaker
    place: Place
    why: Why
    done: Callable[[], None] | None = field(default=None, repr=False, compare=False)


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


Event = Inbound | Overheard | Unheard | RoomChanged | IdentityEnded | LinkChanged | KeyNews
