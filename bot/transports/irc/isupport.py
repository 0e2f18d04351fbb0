"""What a network says about itself: case mapping, channel types, modes, limits.

Parsing of the tokens is the `irc` package's; what it drops (tokens without a value) and what it
trips over (malformed ones) is taken care of here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from irc.features import FeatureSet

_ASCII = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_STRICT = _ASCII | {ord("["): ord("{"), ord("]"): ord("}"), ord("\\"): ord("|")}
_FOLDS = MappingProxyType(
    {"ascii": _ASCII, "strict-rfc1459": _STRICT, "rfc1459": _STRICT | {ord("^"): ord("~")}}
)
#: The mode that lets only registered users in. InspIRCd's `r` says something else: registered.
_REGISTERED_ONLY = MappingProxyType(
    {"inspircd": "R", "unrealircd": "R", "ergo": "R", "solanum": "r", "charybdis": "r"}
)
#: Servers whose channel mode `H` keeps a history.
_REPLAYING = ("inspircd", "unrealircd")
_KNOWN = frozenset("BOT CASEMAPPING CHANMODES CHANTYPES MONITOR PREFIX WHOX".split())
_MANY = 100
#: Auditorium and delayed joins; UnrealIRCd sets `d` for those who are still hidden after `-D`.
_HIDING = frozenset("uD")
_HIDING_UNREAL = _HIDING | {"d"}
#: Stands for bytes that are no UTF-8, whichever they were.
UNREADABLE = "\ufffd"
_LONGEST_NICK, _LONGEST_CHANNEL = 64, 200
_NOT_IN_NICKS = re.compile(f"[\x00- ,*?!@\x7f{UNREADABLE}]")
_NOT_IN_CHANNELS = re.compile(f"[\x00- ,\x7f{UNREADABLE}]")


def valid_nick(nick: str) -> bool:
    """Whether a nick can stand in a line without becoming something else."""
    return (
        0 < len(nick.encode()) <= _LONGEST_NICK
        and nick[0] not in "#&+$:%~"
        and not _NOT_IN_NICKS.search(nick)
    )


def valid_channel(channel: str) -> bool:
    """Whether a channel's name can stand in a line without becoming something else."""
    return (
        1 < len(channel.encode()) <= _LONGEST_CHANNEL
        and channel[0] in "#&+!"
        and not _NOT_IN_CHANNELS.search(channel)
    )


@lru_cache(maxsize=4096)
def _folded(name: str, casemapping: str) -> str:
    """Fold a short name: the same few are folded many times for each line."""
    return name.translate(_FOLDS.get(casemapping, _ASCII))


@dataclass(frozen=True, slots=True, kw_only=True)
class Isupport:
    """What is known of the network so far; the defaults are those of RFC 1459."""

    casemapping: str = "rfc1459"
    chantypes: str = "#&"
    #: Prefix characters of members, with the mode letter that each stands for.
    prefix: tuple[tuple[str, str], ...] = (("@", "o"), ("+", "v"))
    #: Mode letters: lists, always with a value, with a value when set, without.
    chanmodes: tuple[str, str, str, str] = ("b", "k", "l", "imnpst")
    whox: bool = False
    monitor: int = 0
    bot: str = ""
    software: str = ""

    def fold(self, name: str) -> str:
        """Fold a nick or channel as this network does; what it maps otherwise stays apart."""
        if len(name) > _LONGEST_NICK:
            return name.translate(_FOLDS.get(self.casemapping, _ASCII))
        return _folded(name, self.casemapping)

    @property
    def registered_only(self) -> str:
        """The channel mode that keeps people without an account out; empty if not known."""
        for name, mode in _REGISTERED_ONLY.items():
            if self.software.startswith(name) and mode in "".join(self.chanmodes):
                return mode
        return ""

    @property
    def replaying(self) -> str:
        """The channel mode under which later joiners are shown earlier words; empty if none."""
        has_it = self.software.startswith(_REPLAYING)
        return "H" if has_it and "H" in "".join(self.chanmodes) else ""

    @property
    def hiding(self) -> frozenset[str]:
        """The channel modes under which the server hides members from us."""
        return _HIDING_UNREAL if self.software.startswith("unrealircd") else _HIDING


class Features:
    """Collects the tokens of a connection."""

    def __init__(self) -> None:
        self._features = FeatureSet()
        self.now = Isupport()

    def software(self, version: str) -> None:
        """Take the server's version from its welcome."""
        self.now = replace(self.now, software=version.lower())

    def learn(self, tokens: Sequence[str]) -> Isupport:
        """Take the tokens of one line; malformed ones are passed over."""
        for token in tokens:
            name = token.removeprefix("-").partition("=")[0]
            if name not in _KNOWN:
                continue
            if token == name:
                self._features.set(name)
                continue
            try:
                self._features.load_feature(token)
            except (ValueError, IndexError, TypeError):
                continue
        self.now = self._read(vars(self._features))
        return self.now

    def _read(self, values: dict[str, object]) -> Isupport:
        default = Isupport(software=self.now.software)
        casemapping = values.get("casemapping")
        chantypes = values.get("chantypes")
        prefix = values.get("prefix")
        modes = values.get("chanmodes")
        monitor = values.get("monitor", 0)
        bot = values.get("bot")
        return replace(
            default,
            casemapping=casemapping if isinstance(casemapping, str) else default.casemapping,
            chantypes=chantypes if isinstance(chantypes, str) else default.chantypes,
            prefix=tuple(prefix.items()) if isinstance(prefix, dict) else default.prefix,
            chanmodes=(modes[0], modes[1], modes[2], modes[3])
            if isinstance(modes, list) and len(modes) >= len(default.chanmodes)
            else default.chanmodes,
            whox=bool(values.get("whox")),
            monitor=_MANY if monitor is True else monitor if isinstance(monitor, int) else 0,
            bot=bot if isinstance(bot, str) and len(bot) == 1 and bot.isalpha() else "",
        )
