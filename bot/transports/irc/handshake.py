"""Reads lines of the server as inputs of the link."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.core.words.people import fold_account
from bot.transports.irc.lines import Line
from bot.transports.irc.link import TABLE, Input, Link, LinkInput, LinkState, offers

_SIMPLE: Mapping[str, LinkInput] = MappingProxyType(
    {
        "376": LinkInput.WELCOMED,
        "422": LinkInput.WELCOMED,
        "901": LinkInput.LOGGED_OUT,
        "903": LinkInput.PROVEN,
    }
)
_SASL_FAILED = frozenset({"902", "904", "905", "906", "907", "908"})
_PROVING = frozenset({LinkState.PROVING, LinkState.RENEWING})
_JOINED = frozenset({LinkState.JOINING, LinkState.UP})
_ASKED_FOR_SASL = frozenset({LinkState.REQUESTING, LinkState.WAITING})
#: `CAP me LS * :…` has one parameter more than the last line of the list.
_CONTINUED = 4


def read(link: Link, line: Line) -> Input | None:
    """Return what a line means for the connection; None for all the lines that mean nothing."""
    given = _capability(link, line) if line.command == "CAP" else _answer(link, line)
    return given if given is not None and (link.state, given.kind) in TABLE else None


def _answer(link: Link, line: Line) -> Input | None:
    simple = _SIMPLE.get(line.command)
    if simple is not None:
        return Input(kind=simple)
    if line.command == "AUTHENTICATE" and line.param(0) == "+":
        return Input(kind=LinkInput.CHALLENGED)
    if line.command == "900" and fold_account(line.param(2)) != fold_account(link.account):
        if link.state in _JOINED:
            return Input(kind=LinkInput.LOGGED_OUT)
        return Input(kind=LinkInput.REFUSED, words=("wrong-account",))
    if line.command in _SASL_FAILED and link.state in _PROVING:
        return Input(kind=LinkInput.REFUSED, words=("sasl-failed",))
    if line.command == "001" and link.state is not LinkState.WELCOMING:
        return Input(kind=LinkInput.REFUSED, words=("no-capabilities",))
    return None


def _capability(link: Link, line: Line) -> Input | None:
    names = tuple(line.param(-1).split())
    bare = tuple(name.removeprefix("-").partition("=")[0] for name in names)
    match line.param(1).upper():
        case "LS":
            return _offered(link, line, names)
        case "LIST" if link.state is LinkState.COLLECTING:
            return Input(kind=LinkInput.SETTLED, words=bare)
        case "ACK":
            return _granted(link, names, bare)
        case "NAK":
            return _denied(link, bare)
        case "NEW":
            return Input(kind=LinkInput.GAINED, words=names)
        case "DEL":
            return Input(kind=LinkInput.WITHDRAWN, words=bare)
    return None


def _granted(link: Link, names: tuple[str, ...], bare: tuple[str, ...]) -> Input:
    if names and all(name.startswith("-") for name in names):
        return Input(kind=LinkInput.WITHDRAWN, words=bare)
    if link.state is LinkState.COLLECTING:
        return Input(kind=LinkInput.SETTLED, words=bare)
    if "sasl" in bare:
        return Input(kind=LinkInput.GRANTED)
    return Input(kind=LinkInput.ADDED, words=bare)


def _denied(link: Link, bare: tuple[str, ...]) -> Input:
    if link.state in _ASKED_FOR_SASL:
        return Input(kind=LinkInput.UNSERVED)
    if link.state is LinkState.COLLECTING:
        # All or none: they are asked for again once we are in, then one by one.
        return Input(kind=LinkInput.SETTLED)
    if link.state in _JOINED or ("sasl" not in bare and link.state is LinkState.RENEWING):
        return Input(kind=LinkInput.DENIED, words=bare)
    return Input(kind=LinkInput.REFUSED, words=("capability-refused",))


def _offered(link: Link, line: Line, names: tuple[str, ...]) -> Input:
    if line.param(2) == "*" and len(line.params) >= _CONTINUED:
        return Input(kind=LinkInput.OFFERS, words=names)
    offered = link.offered | offers(names)
    if link.can_prove(offered):
        return Input(kind=LinkInput.OFFERED, words=names)
    if "sasl" not in offered:
        return Input(kind=LinkInput.UNSERVED, words=names)
    return Input(kind=LinkInput.REFUSED, words=("no-mechanism",))
