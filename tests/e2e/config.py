"""The configuration of the program under test: of the form of the example, on loopback servers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.servers.api import BOT_ACCOUNT, IRCServer
from tests.servers.smtp import HOST, NAME, PASSWORD, FaultySMTP

TEAM, OVERSIGHT, LOBBY = "#functionaries", "#oversight", "#lobby"

_HEAD = """\
[bot]
name = "caseward"
data_dir = "data"
team_name = "the safety team"
team_mail = "safety-team@example.org"

[keys]
root_key_file = "secrets/root.key"

[[transports]]
kind = "irc"
name = "net"
host = "{host}"
port = {port}
tls = true
ca_file = "secrets/irc-ca.pem"
nick = "caseward"
account = "caseward"
sasl = "plain"
password_file = "secrets/irc"
owner = "ops@example.org"
rate = {{ burst = 50, per_second = 500.0 }}
dm_ceiling = "pii"
trusted_agents = ["ChanServ"]
relays = ["heidi"]

[[rooms]]
name = "team"
places = ["net/#functionaries"]
ceiling = "case"

[[rooms]]
name = "oversight"
places = ["net/#oversight"]
ceiling = "case"
roles = ["oversighter"]

[[rooms]]
name = "lobby"
places = ["net/#lobby"]
ceiling = "public"

[[people]]
name = "alice"
roles = ["functionary", "oversighter", "on-call"]
irc = ["net/alice"]
wiki = ["Example-Alice"]
mail = "alice@example.org"

[[people]]
name = "bob"
roles = ["functionary", "steward", "on-call"]
irc = ["net/bob"]
wiki = ["Example-Bob"]
mail = "bob@example.org"

[[people]]
name = "carol"
roles = ["operator"]
irc = ["net/carol"]

[[people]]
name = "dan"
roles = ["ombuds"]
irc = ["net/dan"]

[[people]]
name = "erin"
roles = ["functionary"]
irc = ["net/erin"]

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


def write_config(
    folder: Path,
    server: IRCServer,
    relays: Sequence[FaultySMTP],
    *,
    mail_ca: Path,
    repage: str = "2s",
    escalate: str = "4s",
) -> Path:
    """Write `config.toml` and every secret but the root key."""
    secrets = folder / "secrets"
    secrets.mkdir(mode=0o700, exist_ok=True)
    _secret(secrets / "irc", server.accounts[BOT_ACCOUNT])
    _secret(secrets / "smtp", PASSWORD)
    _secret(secrets / "irc-ca.pem", server.certificates.ca.read_text())
    _secret(secrets / "smtp-ca.pem", mail_ca.read_text())
    text = _HEAD.format(
        host=server.host, port=server.tls_port, repage=repage, escalate=escalate
    ) + "".join(_relay(relay) for relay in relays)
    path = folder / "config.toml"
    path.write_text(text, "utf-8")
    return path


def _relay(relay: FaultySMTP) -> str:
    trust = "" if relay.security == "none" else _TRUST.format(name=NAME)
    return _RELAY.format(host=HOST, port=relay.port, security=relay.security, trust=trust)


def _secret(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(f"{text}\n", "utf-8")
