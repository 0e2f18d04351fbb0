"""From a fresh connection to a registered user: CAP, SASL, PASS, NICK, USER, the welcome."""

from __future__ import annotations

import base64
import binascii

from bot.demo.ircd import wire
from bot.demo.ircd.commands import Command
from bot.demo.ircd.network import CAPS, Network, unix
from bot.demo.ircd.state import Sasl, User
from bot.demo.ircd.wire import Line

_CHUNK = 400
"""Characters of one AUTHENTICATE line; a full one says that more follows."""
_MAX_PAYLOAD = 4096
_IDENT_LENGTH = 10
_TOKENS_PER_LINE = 12
_MODERN = "302"


def mechanisms(user: User) -> str:
    """What SASL offers on this connection."""
    return "PLAIN,EXTERNAL" if user.secure else "PLAIN"


def _capabilities(network: Network) -> list[str]:
    return sorted((*CAPS, "sasl")) if network.services_up else list(CAPS)


def cap(network: Network, user: User, line: Line) -> None:
    """CAP LS, LIST, REQ, END."""
    verb = line.param(0).upper()
    if verb in {"LS", "REQ"} and not user.registered:
        user.negotiating = True
    if verb == "LS":
        modern = line.param(1) >= _MODERN
        if modern:
            user.caps.add("cap-notify")
        names = [
            f"sasl={mechanisms(user)}" if name == "sasl" and modern else name
            for name in _capabilities(network)
        ]
        _answer(network, user, "LS", " ".join(names))
    elif verb == "LIST":
        _answer(network, user, "LIST", " ".join(sorted(user.caps)))
    elif verb == "REQ":
        _request(network, user, line.param(1))
    elif verb == "END":
        user.negotiating = False
        _abort(network, user)
        try_welcome(network, user)
    else:
        network.reply(user, "410", line.param(0), "Invalid CAP subcommand")


def _answer(network: Network, user: User, verb: str, text: str) -> None:
    network.deliver(user, None, "CAP", user.nick, verb, text)


def _request(network: Network, user: User, text: str) -> None:
    """All or nothing, as the specification has it."""
    known = set(_capabilities(network))
    wanted = text.split()
    if any(name.removeprefix("-") not in known for name in wanted):
        _answer(network, user, "NAK", text)
        return
    for name in wanted:
        if name.startswith("-"):
            user.caps.discard(name[1:])
        else:
            user.caps.add(name)
    _answer(network, user, "ACK", text)


def nick(network: Network, user: User, line: Line) -> None:
    """NICK."""
    wanted = line.param(0)
    if not wire.valid_nick(wanted):
        network.reply(user, "432", wanted, "Erroneous Nickname")
        return
    holder = network.nicks.get(network.fold(wanted))
    if holder is not None and holder is not user:
        network.reply(user, "433", wanted, "Nickname is already in use.")
    elif user.registered:
        if wanted != user.nick:
            network.rename(user, wanted)
    else:
        if network.nicks.get(network.fold(user.nick)) is user:
            del network.nicks[network.fold(user.nick)]
        user.nick = wanted
        network.nicks[network.fold(wanted)] = user
        try_welcome(network, user)


def user_(network: Network, user: User, line: Line) -> None:
    """USER."""
    if user.registered or user.ident:
        network.reply(user, "462", "You may not reregister")
        return
    letters = [letter for letter in line.param(0) if letter.isascii() and letter.isalnum()]
    user.ident = "".join(letters)[:_IDENT_LENGTH] or "user"
    user.realname = line.param(3)
    try_welcome(network, user)


def password(network: Network, user: User, _line: Line) -> None:
    """PASS: this server asks for none, and takes any."""
    if user.registered:
        network.reply(user, "462", "You may not reregister")


def authenticate(network: Network, user: User, line: Line) -> None:
    """AUTHENTICATE: PLAIN by account and password, EXTERNAL by certificate."""
    word = line.param(0)
    if not network.services_up:
        user.sasl = None
        _fail(network, user)
    elif "sasl" not in user.caps:
        return
    elif user.account is not None and not user.registered:
        network.reply(user, "907", "You have already authenticated using SASL")
    elif word == "*":
        _abort(network, user)
    elif user.sasl is None:
        if word.upper() in mechanisms(user).split(","):
            user.sasl = Sasl(mechanism=word.upper())
            if user.link is not None:  # this line has no source, as on real networks
                user.link.send({}, wire.compose("", "AUTHENTICATE", "+"))
        else:
            network.reply(user, "908", mechanisms(user), "are available SASL mechanisms")
            _fail(network, user)
    elif len(word) > _CHUNK or len(user.sasl.payload) + len(word) > _MAX_PAYLOAD:
        user.sasl = None
        network.reply(user, "905", "SASL message too long")
    else:
        user.sasl.payload += "" if word == "+" else word
        if len(word) < _CHUNK:
            _finish(network, user, user.sasl)


def _finish(network: Network, user: User, sasl: Sasl) -> None:
    user.sasl = None
    account = _who(network, user, sasl)
    if account is None:
        _fail(network, user)
        return
    network.log_in(user, account)
    network.reply(user, "903", "SASL authentication successful")


def _who(network: Network, user: User, sasl: Sasl) -> str | None:
    try:
        payload = base64.b64decode(sasl.payload, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    if sasl.mechanism == "EXTERNAL":
        account = network.settings.certificates.get(user.fingerprint or "")
        return account if payload in {"", account} else None
    authorise, _, rest = payload.partition("\0")
    name, _, secret = rest.partition("\0")
    account = network.account_of(name, secret)
    return account if authorise in {"", name} else None


def _fail(network: Network, user: User) -> None:
    network.reply(user, "904", "SASL authentication failed")


def _abort(network: Network, user: User) -> None:
    if user.sasl is not None:
        user.sasl = None
        network.reply(user, "906", "SASL authentication aborted")


def try_welcome(network: Network, user: User) -> None:
    """Register somebody who has said all that is needed."""
    ready = user.nick != "*" and user.ident and not user.negotiating
    if user.registered or not ready:
        return
    network.admit(user)
    settings = network.settings
    network.reply(user, "001", f"Welcome to the {settings.network} IRC network, {user.mask}")
    network.reply(user, "002", f"Your host is {settings.name}, running caseward-demo")
    network.reply(user, "003", f"This server was created {settings.now():%H:%M:%S %b %d %Y}")
    network.reply(user, "004", settings.name, "caseward-demo", "BRgix", "Rbiklmnoprstv", "bklov")
    _isupport(network, user)
    motd(network, user, Line(command="MOTD", params=(), tags={}))
    user.modes.add("x")
    network.reply(user, "396", user.host, "is now your displayed host")
    network.deliver(user, user, "MODE", user.nick, "+x")


def _isupport(network: Network, user: User) -> None:
    tokens = (
        "ACCEPT=100 AWAYLEN=200 BOT=B CALLERID=g "
        f"CASEMAPPING={network.settings.casemapping} CHANLIMIT=#:100 CHANMODES=b,k,l,Rimnprst "
        f"CHANNELLEN={wire.CHANNEL_LENGTH} CHANTYPES=# KEYLEN=32 KICKLEN=255 MAXLIST=b:100 "
        f"MODES=20 MONITOR=100 NETWORK={network.settings.network} NICKLEN={wire.NICK_LENGTH} "
        "PREFIX=(ov)@+ STATUSMSG=@+ TARGMAX=PRIVMSG:20,NOTICE:20,TAGMSG:20,MONITOR: TOPICLEN=307 "
        "USERLEN=10 WHOX"
    ).split()
    for start in range(0, len(tokens), _TOKENS_PER_LINE):
        piece = tokens[start : start + _TOKENS_PER_LINE]
        network.reply(user, "005", *piece, "are supported by this server")


def motd(network: Network, user: User, _line: Line) -> None:
    """MOTD."""
    if not network.settings.motd:
        network.reply(user, "422", "There is no message of the day.")
        return
    network.reply(user, "375", f"{network.settings.name} message of the day")
    for text in network.settings.motd:
        network.reply(user, "372", f"- {text}")
    network.reply(user, "376", "End of message of the day.")


def version(network: Network, user: User, _line: Line) -> None:
    """VERSION, which also repeats what is supported."""
    started = unix(user.signon)
    network.reply(user, "351", "caseward-demo", network.settings.name, started)
    _isupport(network, user)


COMMANDS = {
    "CAP": Command(run=cap, params=1, early=True),
    "NICK": Command(run=nick, params=1, early=True),
    "USER": Command(run=user_, params=4, early=True),
    "PASS": Command(run=password, params=1, early=True),
    "AUTHENTICATE": Command(run=authenticate, params=1, early=True),
    "MOTD": Command(run=motd),
    "VERSION": Command(run=version),
}
