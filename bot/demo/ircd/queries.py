"""Asking about people: WHO and WHOX, WHOIS, MONITOR, AWAY, USERHOST, ISON, PING, QUIT."""

from __future__ import annotations

from bot.demo.ircd import wire
from bot.demo.ircd.commands import Command
from bot.demo.ircd.network import Network, unix
from bot.demo.ircd.state import Channel, User
from bot.demo.ircd.wire import Line

_MAX_MONITOR = 100
_MAX_AWAY = 200
_MAX_REASON = 255
_NO_ADDRESS = "255.255.255.255"
_WHOX_ORDER = "tcuihsnfdlaor"
_PAGE = 350
"""Characters of one list of nicks."""


def who(network: Network, user: User, line: Line) -> None:
    """WHO of a channel, a nick or a mask; `%fields,token` gives rows of 354."""
    name = line.param(0)
    _, percent, asked = line.param(1).partition("%")
    fields, _, token = asked.partition(",")
    for channel, found in _found(network, user, name):
        if percent:
            values = _whox(network, user, channel, found, token)
            row = [values[letter] for letter in _WHOX_ORDER if letter in fields]
            if row:
                network.reply(user, "354", *row)
        else:
            values = _whox(network, user, channel, found, token)
            row = [values[letter] for letter in "cuhsnf"]
            network.reply(user, "352", *row, f"0 {found.realname}")
    network.reply(user, "315", name, "End of /WHO list.")


def _found(network: Network, user: User, name: str) -> list[tuple[Channel | None, User]]:
    if name.startswith("#"):
        channel = network.channel(name)
        if channel is None or channel.hidden_from(user):
            return []
        # People who are +i are listed to those who share the channel.
        return [
            (channel, member)
            for member in channel.members
            if user in channel.members or "i" not in member.modes
        ]
    folded = network.fold(name)
    found: list[tuple[Channel | None, User]] = []
    # As InspIRCd does it: whoever has exactly this nick is looked up, not searched for.
    named = network.find(name)
    for other in network.users() if named is None else [named]:
        shared = next((each for each in user.channels if other in each.members), None)
        exact = network.fold(other.nick) == folded
        seen = exact or shared is not None or other is user or "i" not in other.modes
        names = (other.nick, other.host, other.mask, other.account or "")
        if seen and any(wire.matches(folded, network.fold(each)) for each in names if each):
            found.append((shared, other))
    return found


def _whox(
    network: Network, user: User, channel: Channel | None, found: User, token: str
) -> dict[str, str]:
    status = channel.status(found) if channel is not None else ""
    if "multi-prefix" not in user.caps:
        status = status[:1]
    flags = ("H" if found.away is None else "G") + ("B" if "B" in found.modes else "") + status
    return {
        "t": token or "0",
        "c": channel.name if channel is not None else "*",
        "u": found.ident,
        "i": found.address if found is user else _NO_ADDRESS,
        "h": found.host,
        "s": network.settings.name,
        "n": found.nick,
        "f": flags,
        "d": "0",
        "l": _idle(network, found),
        "a": found.account or "0",
        "o": "n/a",
        "r": found.realname,
    }


def _idle(network: Network, user: User) -> str:
    passed = network.settings.now() - (user.spoke or user.signon)
    return str(max(0, int(passed.total_seconds())))


def whois(network: Network, user: User, line: Line) -> None:
    """WHOIS; a server named before the nick is passed over."""
    name = line.params[-1]
    found = network.find(name)
    if found is None:
        network.reply(user, "401", name, "No such nick")
        network.reply(user, "318", name, "End of /WHOIS list.")
        return
    nick = found.nick
    network.reply(user, "311", nick, found.ident, found.host, "*", found.realname)
    shown = [
        each.status(found)[:1] + each.name for each in found.channels if not each.hidden_from(user)
    ]
    if shown:
        network.reply(user, "319", nick, " ".join(sorted(shown)))
    network.reply(user, "312", nick, network.settings.name, network.settings.network)
    if found.away is not None:
        network.reply(user, "301", nick, found.away)
    if found.account is not None:
        network.reply(user, "330", nick, found.account, "is logged in as")
    if "B" in found.modes:
        network.reply(user, "335", nick, f"is a bot on {network.settings.network}")
    if found.secure:
        network.reply(user, "671", nick, "is using a secure connection")
    idle = _idle(network, found)
    network.reply(user, "317", nick, idle, unix(found.signon), "seconds idle, signon time")
    network.reply(user, "318", nick, "End of /WHOIS list.")


def monitor(network: Network, user: User, line: Line) -> None:
    """MONITOR + - C L S."""
    verb = line.param(0).upper()
    nicks = list(dict.fromkeys(nick for nick in line.param(1).split(",") if nick))
    if verb == "+":
        _watch(network, user, nicks)
    elif verb in {"-", "C"}:
        gone = [network.fold(nick) for nick in nicks] if verb == "-" else list(user.watching)
        for folded in gone:
            user.watching.pop(folded, None)
            network.watchers.get(folded, set()).discard(user)
    elif verb == "L":
        _pages(network, user, "732", list(user.watching.values()))
        network.reply(user, "733", "End of MONITOR list")
    elif verb == "S":
        _tell_presence(network, user, list(user.watching.values()))


def _watch(network: Network, user: User, nicks: list[str]) -> None:
    fresh: list[str] = []
    for position, nick in enumerate(nicks):
        folded = network.fold(nick)
        if folded not in user.watching and len(user.watching) >= _MAX_MONITOR:
            rest = ",".join(nicks[position:])
            network.reply(user, "734", str(_MAX_MONITOR), rest, "Monitor list is full.")
            break
        user.watching[folded] = nick
        network.watchers.setdefault(folded, set()).add(user)
        fresh.append(nick)
    _tell_presence(network, user, fresh)


def _tell_presence(network: Network, user: User, nicks: list[str]) -> None:
    here = [(nick, network.find(nick)) for nick in nicks]
    _pages(network, user, "730", [found.mask for _, found in here if found is not None])
    _pages(network, user, "731", [nick for nick, found in here if found is None])


def _pages(network: Network, user: User, numeric: str, words: list[str]) -> None:
    page: list[str] = []
    for word in words:
        if page and len(",".join([*page, word])) > _PAGE:
            network.reply(user, numeric, ",".join(page))
            page = []
        page.append(word)
    if page:
        network.reply(user, numeric, ",".join(page))


def away(network: Network, user: User, line: Line) -> None:
    """AWAY, and back."""
    user.away = line.param(0)[:_MAX_AWAY] or None
    if user.away is None:
        network.reply(user, "305", "You are no longer marked as being away")
    else:
        network.reply(user, "306", "You have been marked as being away")


def userhost(network: Network, user: User, line: Line) -> None:
    """USERHOST of up to five."""
    found = [each for each in map(network.find, line.params[:5]) if each is not None]
    words = [
        f"{each.nick}={'+' if each.away is None else '-'}{each.ident}@{each.host}" for each in found
    ]
    network.reply(user, "302", " ".join(words))


def ison(network: Network, user: User, line: Line) -> None:
    """ISON."""
    wanted = " ".join(line.params).split()
    found = [each.nick for each in map(network.find, wanted) if each is not None]
    network.reply(user, "303", " ".join(found))


def ping(network: Network, user: User, line: Line) -> None:
    """PING."""
    network.deliver(user, None, "PONG", network.settings.name, line.param(0))


def pong(_network: Network, _user: User, _line: Line) -> None:
    """PONG: that a line came is all that matters, and the connection has seen that."""


def quit_(network: Network, user: User, line: Line) -> None:
    """QUIT."""
    reason = f"Quit: {line.param(0)[:_MAX_REASON]}".strip()
    network.quit(user, reason)
    if user.link is not None:
        user.link.close(reason)


def kill(network: Network, user: User, _line: Line) -> None:
    """KILL: nobody here is an operator."""
    text = "Permission Denied - You do not have the required operator privileges"
    network.reply(user, "481", text)


COMMANDS = {
    "WHO": Command(run=who, params=1),
    "WHOIS": Command(run=whois, params=1),
    "MONITOR": Command(run=monitor, params=1),
    "AWAY": Command(run=away),
    "USERHOST": Command(run=userhost, params=1),
    "ISON": Command(run=ison, params=1),
    "PING": Command(run=ping, params=1),
    "PONG": Command(run=pong, early=True),
    "QUIT": Command(run=quit_, early=True),
    "KILL": Command(run=kill, params=1),
    "OPER": Command(run=kill, params=2),
}
