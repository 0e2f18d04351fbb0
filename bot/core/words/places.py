"""Places where the bot hears and speaks, and what a transport sees in them right now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.core.words.labels import Label
from bot.core.words.people import Role


class Flaw(StrEnum):
    """What keeps a room below its configured ceiling; each is a message `room.flaw.…`."""

    UNREAD = "unread"
    NOT_SECURE = "not-secure"
    NOT_HIDDEN = "not-hidden"
    NOT_CLOSED = "not-closed"
    OPEN_TO_OUTSIDE = "open-to-outside"
    REPLAYED = "replayed"
    NOT_ENCRYPTED = "not-encrypted"
    JOINABLE = "joinable"
    HISTORY = "history"
    GUESTS = "guests"
    LISTED = "listed"
    ALIASED = "aliased"
    REPLACED = "replaced"
    BRIDGED = "bridged"
    BY_ADDRESS = "by-address"
    UNKNOWN_VERSION = "unknown-version"
    DEMOTED = "demoted"
    STRANGER = "stranger"
    STRANGER_INVITED = "stranger-invited"
    LOW_CLEARANCE = "low-clearance"


class PlaceKind(StrEnum):
    """Whether several people read along."""

    ROOM = "room"
    DM = "dm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An address on a network: `libera/#functionaries`, or a nick for a direct message."""

    network: str
    address: str
    kind: PlaceKind = PlaceKind.ROOM

    def __str__(self) -> str:
        return f"{self.network}/{self.address}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A configured room, on one or several networks.

    `roles` narrows who the room is for; empty means the whole team.
    """

    name: str
    places: tuple[Place, ...]
    ceiling: Label
    roles: frozenset[Role] = frozenset()
    watch: str = "off"
    redact: bool = False


@dataclass(frozen=True, slots=True)
class Rooms:
    """The configured rooms."""

    rooms: tuple[Room, ...]
    _by_place: Mapping[Place, Room] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the places; of two rooms with the same one, the first counts."""
        pairs = [(place, room) for room in self.rooms for place in room.places]
        object.__setattr__(self, "_by_place", dict(reversed(pairs)))

    def at(self, place: Place) -> Room | None:
        """Return the room that has this place, None for a place that is not configured."""
        return self._by_place.get(place)

    def named(self, name: str) -> Room | None:
        """Return the room with this configured name."""
        for room in self.rooms:
            if room.name == name:
                return room
        return None

    def of_team(self) -> tuple[Room, ...]:
        """Return the rooms where the whole team hears of its cases."""
        return tuple(r for r in self.rooms if r.ceiling >= Label.TEAM and not r.roles)

    def for_role(self, role: Role) -> tuple[Room, ...]:
        """Return the rooms that are set aside for this role."""
        return tuple(r for r in self.rooms if role in r.roles and r.ceiling >= Label.TEAM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody present in a room: the bot itself is left out.

    `agent` is true for services that the configuration trusts and the network vouches for.
    `invited` is true for whoever may come in at any moment: they count as present.
    """

    nick: str
    account: str | None
    agent: bool = False
    invited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomView:
    """What a transport knows of a room at this moment.

    `epoch` grows with every change of members, accounts or modes. `complete` is false until
    members, accounts and modes have all been read: then nothing above `public` is said.
    `replayed` is true where whoever joins later is shown what was said before. `found` are further
    flaws that the transport has found by itself. `most` is what a room of this kind ever carries.
    """

    place: Place
    epoch: int
    complete: bool
    secure: bool
    hidden: bool
    closed: bool
    no_external: bool
    members: tuple[Member, ...]
    replayed: bool = False
    found: tuple[Flaw, ...] = ()
    most: Label = Label.CASE


@dataclass(frozen=True, slots=True, kw_only=True)
class DMView:
    """What a transport knows of the other end of a direct message at this moment.

    `epoch` changes when the nick may belong to somebody else. `secure` is true when both
    ends are encrypted towards the network (loopback counts). `clear` is true where the network
    could keep what is said from everybody else, and here it does not: nothing but public words
    are said there. `sealed` is true where it is kept from the network itself.
    """

    place: Place
    epoch: int
    identity: str
    account: str | None
    secure: bool
    clear: bool = False
    sealed: bool = False


View = RoomView | DMView
