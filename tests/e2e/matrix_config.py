"""The configuration of the program under test on a homeserver, alone or beside an IRC network."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.servers.api import BOT_ACCOUNT, IRCServer
from tests.servers.smtp import HOST, NAME, PASSWORD, FaultySMTP

#: Who is on the roster, with which roles.
ROSTER: Mapping[str, Sequence[str]] = {
    "alice": ("functionary", "oversighter", "on-call"),
    "bob": ("functionary", "steward", "on-call"),
    "carol": ("operator",),
    "dan": ("ombuds",),
    "erin": ("functionary",),
    "fay": ("functionary",),
}
#: Ceilings of the rooms, and whom they are set aside for.
CEILINGS: Mapping[str, tuple[str, str]] = {
    "team": ("case", ""),
    "oversight": ("pii", 'roles = ["oversighter"]\n'),
    "lobby": ("public", ""),
}

_HEAD = """\
[bot]
name = "caseward"
data_dir = "data"
team_name = "the safety team"
team_mail = "safety-team@example.org"

[keys]
root_key_file = "secrets/root.key"

[[transports]]
kind = "matrix"
name = "mx"
homeserver = "{url}"
user_id = "{user}"
password_file = "secrets/matrix"
{more}"""

_IRC = """
[[transports]]
kind = "irc"
name = "net"
host = "{host}"
port = {port}
tls = true
ca_file = "secrets/irc-ca.pem"
nick = "caseward"
account = "caseward"
password_file = "secrets/irc"
owner = "ops@example.org"
rate = {{ burst = 50, per_second = 500.0 }}
dm_ceiling = "pii"
"""

_TAIL = """
[contacts.life]
mail = ["emergency@example.org"]
[contacts.child]
mail = ["legal-reports@example.org"]

[oncall]
repage = "{repage}"
escalate = "{escalate}"
ack_lifetime = "30m"
[[oncall.steps]]
people = ["alice"]
[[oncall.steps]]
people = ["bob"]

[health]
listen = "127.0.0.1:0"
"""

_RELAY = """
[[smtp]]
host = "{host}"
port = {port}
security = "{security}"
{trust}sender = "caseward@example.org"
"""

_TRUST = """\
ca_file = "secrets/smtp-ca.pem"
username = "{name}"
password_file = "secrets/smtp"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixSide:
    """Where the bot logs in, how people are called there, and the addresses of its rooms by name.

    `more` are further keys of the transport.
    """

    url: str
    user_id: Callable[[str], str]
    password: str
    rooms: Mapping[str, str]
    more: str = ""


def write_matrix_config(
    folder: Path,
    matrix: MatrixSide,
    relays: Sequence[FaultySMTP],
    *,
    mail_ca: Path,
    irc: IRCServer | None = None,
    channels: Mapping[str, str] | None = None,
    repage: str = "2s",
    escalate: str = "4s",
) -> Path:
    """Write `config.toml` and every secret but the root key.

    With an `irc` server, `channels` are that network's places of the same rooms, by name.
    """
    secrets = folder / "secrets"
    secrets.mkdir(mode=0o700, exist_ok=True)
    _secret(secrets / "matrix", matrix.password)
    _secret(secrets / "smtp", PASSWORD)
    _secret(secrets / "smtp-ca.pem", mail_ca.read_text())
    text = _HEAD.format(url=matrix.url, user=matrix.user_id("caseward"), more=matrix.more)
    if irc is not None:
        _secret(secrets / "irc", irc.accounts[BOT_ACCOUNT])
        _secret(secrets / "irc-ca.pem", irc.certificates.ca.read_text())
        text += _IRC.format(host=irc.host, port=irc.tls_port)
    text += "".join(_room(name, matrix, channels or {}) for name in matrix.rooms)
    text += "".join(_person(name, matrix, irc) for name in ROSTER)
    text += _TAIL.format(repage=repage, escalate=escalate)
    text += "".join(_relay(relay) for relay in relays)
    path = folder / "config.toml"
    path.write_text(text, "utf-8")
    return path


def _room(name: str, matrix: MatrixSide, channels: Mapping[str, str]) -> str:
    ceiling, roles = CEILINGS[name]
    places = [f"mx/{matrix.rooms[name]}"]
    if name in channels:
        places.append(f"net/{channels[name]}")
    listed = ", ".join(f'"{place}"' for place in places)
    return f'\n[[rooms]]\nname = "{name}"\nplaces = [{listed}]\nceiling = "{ceiling}"\n{roles}'


def _person(name: str, matrix: MatrixSide, irc: IRCServer | None) -> str:
    roles = ", ".join(f'"{role}"' for role in ROSTER[name])
    lines = [
        "\n[[people]]",
        f'name = "{name}"',
        f"roles = [{roles}]",
        f'matrix = ["{matrix.user_id(name)}"]',
        f'wiki = ["Example-{name.capitalize()}"]',
        f'mail = "{name}@example.org"',
    ]
    if irc is not None and name in irc.accounts:
        lines.append(f'irc = ["net/{name}"]')
    return "\n".join(lines) + "\n"


def _relay(relay: FaultySMTP) -> str:
    trust = "" if relay.security == "none" else _TRUST.format(name=NAME)
    return _RELAY.format(host=HOST, port=relay.port, security=relay.security, trust=trust)


def _secret(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(f"{text}\n", "utf-8")
