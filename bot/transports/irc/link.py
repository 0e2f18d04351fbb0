"""The life of one connection: capabilities, SASL, welcome, channels, up. Pure; no bytes here.

Nothing is joined and nothing is claimed before the account is proven. `sasl` is asked for alone:
while services are away it may still be offered, and takes down any request that it is part of.
Without services the registration is held open, so that nobody takes the bot for present.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Literal


class LinkState(StrEnum):
    """Where a connection is in its life."""

    OFF = "off"
    DIALLING = "dialling"
    #: `CAP LS` is asked.
    ASKING = "asking"
    #: `sasl` is requested.
    REQUESTING = "requesting"
    #: Services are away: `sasl` is asked for now and then.
    WAITING = "waiting"
    #: The account is being proven.
    PROVING = "proving"
    #: The other capabilities are requested.
    COLLECTING = "collecting"
    #: Registration ends.
    WELCOMING = "welcoming"
    JOINING = "joining"
    UP = "up"
    #: Logged out by the network: the account is being proven again.
    RENEWING = "renewing"


class LinkInput(StrEnum):
    """What can happen to a connection."""

    DIAL = "dial"
    OPENED = "opened"
    #: Part of the list of capabilities, and the end of it.
    OFFERS = "offers"
    OFFERED = "offered"
    #: Capabilities that came or went later.
    GAINED = "gained"
    WITHDRAWN = "withdrawn"
    #: Later requests: what was granted, what was not.
    ADDED = "added"
    DENIED = "denied"
    #: Nobody is there to prove an account to; and time to ask again.
    UNSERVED = "unserved"
    NUDGED = "nudged"
    GRANTED = "granted"
    CHALLENGED = "challenged"
    PROVEN = "proven"
    SETTLED = "settled"
    WELCOMED = "welcomed"
    JOINED = "joined"
    LOGGED_OUT = "logged-out"
    REFUSED = "refused"
    #: The state took too long.
    EXPIRED = "expired"
    LOST = "lost"


_S, _I = LinkState, LinkInput
_REGISTERING = (_S.ASKING, _S.REQUESTING, _S.PROVING, _S.COLLECTING, _S.WELCOMING)
_SETTING_UP = (*_REGISTERING, _S.WAITING, _S.RENEWING)
_REGISTERED = (_S.JOINING, _S.UP, _S.RENEWING)
_LATER = (_S.REQUESTING, _S.WAITING, _S.PROVING, _S.COLLECTING, _S.WELCOMING, *_REGISTERED)

TABLE: Mapping[tuple[LinkState, LinkInput], LinkState] = MappingProxyType(
    {
        (_S.OFF, _I.DIAL): _S.DIALLING,
        (_S.DIALLING, _I.OPENED): _S.ASKING,
        (_S.ASKING, _I.OFFERS): _S.ASKING,
        (_S.ASKING, _I.OFFERED): _S.REQUESTING,
        (_S.ASKING, _I.UNSERVED): _S.WAITING,
        (_S.REQUESTING, _I.UNSERVED): _S.WAITING,
        (_S.WAITING, _I.UNSERVED): _S.WAITING,
        (_S.WAITING, _I.NUDGED): _S.WAITING,
        (_S.WAITING, _I.GRANTED): _S.PROVING,
        (_S.REQUESTING, _I.GRANTED): _S.PROVING,
        (_S.PROVING, _I.CHALLENGED): _S.PROVING,
        (_S.PROVING, _I.PROVEN): _S.COLLECTING,
        (_S.COLLECTING, _I.SETTLED): _S.WELCOMING,
        (_S.WELCOMING, _I.WELCOMED): _S.JOINING,
        (_S.JOINING, _I.JOINED): _S.UP,
        (_S.JOINING, _I.EXPIRED): _S.UP,
        (_S.JOINING, _I.LOGGED_OUT): _S.RENEWING,
        (_S.UP, _I.LOGGED_OUT): _S.RENEWING,
        (_S.RENEWING, _I.GRANTED): _S.RENEWING,
        (_S.RENEWING, _I.CHALLENGED): _S.RENEWING,
        (_S.RENEWING, _I.PROVEN): _S.JOINING,
        **{(state, _I.GAINED): state for state in _LATER},
        **{(state, _I.ADDED): state for state in _REGISTERED},
        **{(state, _I.DENIED): state for state in _REGISTERED},
        **{(state, _I.WITHDRAWN): state for state in _LATER},
        **{(state, _I.REFUSED): _S.OFF for state in _SETTING_UP},
        **{(state, _I.EXPIRED): _S.OFF for state in _SETTING_UP},
        **{(state, _I.LOST): _S.OFF for state in LinkState},
    }
)

#: Seconds a state may last. Dialling is bounded by whoever dials.
LIMITS: Mapping[LinkState, float] = MappingProxyType(
    dict.fromkeys(_REGISTERING, 30.0) | {_S.WAITING: 20.0, _S.RENEWING: 10.0, _S.JOINING: 10.0}
)
#: Seconds between two requests for `sasl` while services are away.
NUDGE_SECONDS = 5.0

#: Asked for after `sasl`, as far as they are offered. No echo-message: what comes back is cut.
WANTED = (
    "message-tags",
    "account-tag",
    "server-time",
    "extended-join",
    "account-notify",
    "multi-prefix",
    "userhost-in-names",
    "invite-notify",
    "cap-notify",
    "chghost",
    "setname",
    "batch",
    "labeled-response",
)
#: Without these we miss whose account changes: what we knew before they came is worth nothing.
TELLING = frozenset({"account-notify", "extended-join"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Send this line."""

    line: str


@dataclass(frozen=True, slots=True)
class Prove:
    """Send the credentials: they never stand in a value."""


@dataclass(frozen=True, slots=True)
class Join:
    """Enter the configured channels."""


@dataclass(frozen=True, slots=True)
class Reread:
    """Read all members anew: accounts may have changed unseen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Say that the network came up or went down."""

    up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Hang:
    """Give this connection up. `reason` is a word of the program."""

    reason: str


Effect = Tell | Prove | Join | Reread | Report | Hang


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """Something that happened, with the capabilities it is about, or a reason."""

    kind: LinkInput
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A connection's state. `since` is on the monotonic clock."""

    account: str
    mechanism: Literal["PLAIN", "EXTERNAL"]
    state: LinkState = LinkState.OFF
    since: float = 0.0
    #: When `sasl` was last asked for.
    asked: float = 0.0
    offered: dict[str, str] = field(default_factory=dict)
    enabled: frozenset[str] = frozenset()

    def can_prove(self, offered: Mapping[str, str]) -> bool:
        """Whether SASL is offered in the way that is configured."""
        mechanisms = offered.get("sasl")
        if mechanisms is None:
            return False
        return not mechanisms or self.mechanism in mechanisms.upper().split(",")


def offers(words: Iterable[str]) -> dict[str, str]:
    """Return capabilities with their values, as a `CAP LS` names them."""
    named = (word.partition("=") for word in words)
    return {name: text for name, _, text in named}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The next value, and what to do."""

    value: Link
    effects: tuple[Effect, ...] = ()


def advance(value: Link, given: Input, now: float) -> Step:
    """Return what an input makes of a connection. KeyError when it cannot happen there."""
    state = TABLE[value.state, given.kind]
    moved = replace(value, state=state, since=now) if state != value.state else value
    moved = _remember(moved, given)
    if state is LinkState.WAITING and given.kind in {LinkInput.UNSERVED, LinkInput.NUDGED}:
        moved = replace(moved, asked=now)
    reports: tuple[Effect, ...] = ()
    if (value.state is LinkState.UP) != (state is LinkState.UP):
        reports = (Report(up=state is LinkState.UP),)
    return Step(value=moved, effects=reports + _effects(moved, given))


def _remember(value: Link, given: Input) -> Link:
    match given.kind:
        case LinkInput.DIAL:
            return replace(value, offered={}, enabled=frozenset())
        case LinkInput.OFFERS | LinkInput.OFFERED | LinkInput.UNSERVED | LinkInput.GAINED:
            return replace(value, offered=value.offered | offers(given.words))
        case LinkInput.WITHDRAWN:
            gone = set(given.words)
            left = {name: text for name, text in value.offered.items() if name not in gone}
            return replace(value, offered=left, enabled=value.enabled - gone)
        case LinkInput.GRANTED:
            return replace(value, enabled=value.enabled | {"sasl"})
        case LinkInput.SETTLED | LinkInput.ADDED:
            return replace(value, enabled=value.enabled | set(given.words))
    return value


_SAYINGS: Mapping[LinkInput, str] = MappingProxyType(
    {
        LinkInput.OPENED: "CAP LS 302",
        LinkInput.OFFERED: "CAP REQ :sasl",
        LinkInput.NUDGED: "CAP REQ :sasl",
        LinkInput.SETTLED: "CAP END",
    }
)


def _effects(value: Link, given: Input) -> tuple[Effect, ...]:
    """Return what to do; `value` is the connection after the input."""
    said = _SAYINGS.get(given.kind)
    if said is not None:
        return (Tell(line=said),)
    match given.kind, value.state:
        case LinkInput.GRANTED, _:
            return (Tell(line=f"AUTHENTICATE {value.mechanism}"),)
        case LinkInput.CHALLENGED, _:
            return (Prove(),)
        case LinkInput.PROVEN, LinkState.COLLECTING:
            return (_collect(value),)
        case ((LinkInput.WELCOMED | LinkInput.PROVEN), LinkState.JOINING):
            return (*_ask_for(value, value.offered), Join())
        case ((LinkInput.GAINED | LinkInput.ADDED | LinkInput.DENIED), _):
            return _later(value, given)
        case _:
            return _trouble(value, given)


def _trouble(value: Link, given: Input) -> tuple[Effect, ...]:
    match given.kind, value.state:
        case LinkInput.LOGGED_OUT, _:
            return (_renew(value),)
        case ((LinkInput.REFUSED | LinkInput.EXPIRED), LinkState.OFF):
            return (Hang(reason=given.words[0] if given.words else given.kind.value),)
        case _:
            return ()


def _later(value: Link, given: Input) -> tuple[Effect, ...]:
    """Return what to do about capabilities that come, or are refused, while connected."""
    names = offers(given.words)
    match given.kind, value.state:
        case LinkInput.GAINED, LinkState.WAITING:
            return (Tell(line="CAP REQ :sasl"),) if value.can_prove(names) else ()
        case LinkInput.GAINED, state if state in _REGISTERED:
            return _ask_for(value, names)
        case LinkInput.ADDED, _ if not TELLING.isdisjoint(names):
            return (Reread(),)
        # One that is refused takes the others with it: each is asked for alone then, once.
        case LinkInput.DENIED, _ if len(given.words) > 1:
            return tuple(Tell(line=f"CAP REQ :{name}") for name in _lacking(value, names))
        case _:
            return ()


def _lacking(value: Link, names: Iterable[str]) -> list[str]:
    return [name for name in WANTED if name in set(names) - value.enabled]


def _ask_for(value: Link, names: Iterable[str]) -> tuple[Effect, ...]:
    lacking = _lacking(value, names)
    return (Tell(line=f"CAP REQ :{' '.join(lacking)}"),) if lacking else ()


def _collect(value: Link) -> Effect:
    asked = _ask_for(value, value.offered)
    return asked[0] if asked else Tell(line="CAP LIST")


def _renew(value: Link) -> Effect:
    if not value.can_prove(value.offered):
        return Hang(reason="logged-out")
    asked = "sasl" in value.enabled
    return Tell(line=f"AUTHENTICATE {value.mechanism}" if asked else "CAP REQ :sasl")


def expired(link: Link, now: float) -> bool:
    """Whether the state has lasted longer than it may."""
    limit = LIMITS.get(link.state)
    return limit is not None and now - link.since >= limit


def due(link: Link, now: float) -> bool:
    """Whether it is time to ask again whether services are back."""
    return link.state is LinkState.WAITING and now - link.asked >= NUDGE_SECONDS
