"""Who is on the network and what the channels are: plain state, no I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


class Link(Protocol):
    """The way to somebody's client."""

    def send(self, tags: Mapping[str, str], text: str) -> None:
        """Write one line."""

    def close(self, reason: str) -> None:
        """Say ERROR and hang up, soon."""


@dataclass(slots=True, eq=False, kw_only=True)
class User:
    """Somebody connected, registered or about to be; services have no link."""

    host: str
    address: str
    signon: datetime
    link: Link | None = None
    nick: str = "*"
    ident: str = ""
    realname: str = ""
    account: str | None = None
    registered: bool = False
    secure: bool = False
    fingerprint: str | None = None
    away: str | None = None
    spoke: datetime | None = None
    modes: set[str] = field(default_factory=set)
    caps: set[str] = field(default_factory=set)
    channels: set[Channel] = field(default_factory=set)
    watching: dict[str, str] = field(default_factory=dict)  # folded nick: nick as asked for
    accepts: set[str] = field(default_factory=set)  # folded nicks that +g lets through
    told: set[str] = field(default_factory=set)  # folded nicks that +g has told about
    hears: Callable[[User, str], None] | None = None  # services listen here
    negotiating: bool = False
    sasl: Sasl | None = None

    @property
    def mask(self) -> str:
        """`nick!ident@host`, as others see it."""
        return f"{self.nick}!{self.ident}@{self.host}"


@dataclass(slots=True, kw_only=True)
class Sasl:
    """A login under way."""

    mechanism: str
    payload: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a channel is about, and who said so."""

    text: str
    by: str
    at: datetime


@dataclass(slots=True, eq=False, kw_only=True)
class Channel:
    """A channel; `members` maps each to the letters of their status (`o`, `v`)."""

    name: str
    created: datetime
    modes: set[str] = field(default_factory=lambda: {"n", "t"})
    key: str | None = None
    limit: int | None = None
    topic: Topic | None = None
    bans: list[str] = field(default_factory=list)
    members: dict[User, set[str]] = field(default_factory=dict)
    invited: set[User] = field(default_factory=set)

    def status(self, user: User) -> str:
        """`@+`, `@`, `+` or nothing: all prefixes, highest first."""
        letters = self.members.get(user, set())
        return ("@" if "o" in letters else "") + ("+" if "v" in letters else "")

    def is_op(self, user: User) -> bool:
        """Whether they are an operator here."""
        return "o" in self.members.get(user, set())

    def hidden_from(self, user: User) -> bool:
        """Secret and private channels are seen by their members only."""
        return bool(self.modes & {"s", "p"}) and user not in self.members

    def describe_modes(self, *, secrets: bool) -> list[str]:
        """The words of 324; without `secrets` the key is masked."""
        letters = set(self.modes)
        words: list[str] = []
        if self.key is not None:
            letters.add("k")
            words.append(self.key if secrets else "<key>")
        if self.limit is not None:
            letters.add("l")
            words.append(str(self.limit))
        return ["+" + "".join(sorted(letters, key=lambda c: (c.lower(), c))), *words]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a network is from its start to its end."""

    name: str
    network: str
    casemapping: str
    now: Callable[[], datetime]
    accounts: Mapping[str, str]  # account: password
    motd: tuple[str, ...]
    certificates: dict[str, str]  # SHA-256 of a client's certificate: account
    epoch: str  # differs between one start and the next, for message ids


@dataclass(frozen=True, slots=True, kw_only=True)
class UserView:
    """One user in a snapshot."""

    nick: str
    account: str | None
    modes: frozenset[str]
    channels: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelView:
    """One channel in a snapshot; `members` maps nick to prefixes."""

    name: str
    modes: tuple[str, ...]
    topic: str
    members: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The whole network at one moment; keys are nicks and channel names."""

    users: Mapping[str, UserView]
    channels: Mapping[str, ChannelView]
