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
_IDENTIFIED = frozenset({LinkState.JOINING, LinkState.UP})
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
        if link.state in _IDENTIFIED:
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
        case "ACK" | "LIST" if link.state is LinkState.COLLECTING:
            return Input(kind=LinkInput.SETTLED, words=bare)
        case "ACK" if "sasl" in bare:
            return Input(kind=LinkInput.GRANTED)
        case "NAK":
            return Input(kind=LinkInput.REFUSED, words=("capability-refused",))
        case "NEW":
            return Input(kind=LinkInput.GAINED, words=names)
        case "DEL":
            return Input(kind=LinkInput.WITHDRAWN, words=bare)
    return None


def _offered(link: Link, line: Line, names: tuple[str, ...]) -> Input:
    if line.param(2) == "*" and len(line.params) >= _CONTINUED:
        return Input(kind=LinkInput.OFFERS, words=names)
    if link.can_prove(link.offered | offers(names)):
        return Input(kind=LinkInput.OFFERED, words=names)
    return Input(kind=LinkInput.REFUSED, words=("no-sasl",))
