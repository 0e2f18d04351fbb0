"""What a changed configuration brings, and where it is read from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.core.words.labels import Label
from bot.core.words.people import Role, Roster
from bot.core.words.places import Rooms
from bot.core.words.readers import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class RolesChange:
    """Roles that somebody gained and lost."""

    name: str
    gained: tuple[Role, ...] = ()
    lost: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CeilingChange:
    """What a room might carry by the file, and what it may now."""

    name: str
    was: Label
    now: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What differs between two configurations: names of people and rooms, and paths of keys.

    `renamed` are those who left and those who came in their stead, by an account or wiki name that
    both have. `details` are people whose accounts, wiki names, mail or time zone changed, `rooms`
    those whose places, roles or watch did.
    """

    came: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    roles: tuple[RolesChange, ...] = ()
    suspended: tuple[str, ...] = ()
    reinstated: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    rooms_added: tuple[str, ...] = ()
    rooms_removed: tuple[str, ...] = ()
    ceilings: tuple[CeilingChange, ...] = ()
    rooms: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()

    @property
    def concerns_rights(self) -> bool:
        """Whether anybody may do, or any room may carry, something else now."""
        people = (self.came, self.left, self.roles, self.suspended, self.reinstated)
        rooms = (self.rooms_added, self.rooms_removed, self.ceilings, self.rooms)
        return any((*people, self.details, *rooms))

    @property
    def count(self) -> int:
        """How many things differ."""
        people = (self.came, self.left, self.roles, self.suspended, self.reinstated, self.details)
        rooms = (self.rooms_added, self.rooms_removed, self.ceilings, self.rooms)
        return sum(len(part) for part in (*people, *rooms, self.keys))


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkTerms:
    """What of a network can change while it is connected: `channels` are its rooms, by address."""

    channels: tuple[str, ...] = ()
    trusted_agents: tuple[str, ...] = ()
    relays: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """A file without mistakes, whose every change can be taken over; `was` is what stands now."""

    roster: Roster
    rooms: Rooms
    terms: Terms
    dm_most: Mapping[str, Label]
    networks: Mapping[str, NetworkTerms]
    was: Mapping[str, NetworkTerms]
    difference: Difference = field(default_factory=Difference)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistakes:
    """A file that cannot be used: a sentence for each mistake, with the path of its key."""

    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsRestart:
    """A file that is sound, but changes keys that are read at the start only: their paths."""

    keys: tuple[str, ...]


Found = Fresh | Mistakes | NeedsRestart


class ConfigSource(Protocol):
    """The file, as it is now."""

    async def read(self) -> Found:
        """Read and check it, and compare it with what stands."""

    def taken(self) -> None:
        """Note that what `read` returned last stands now."""
