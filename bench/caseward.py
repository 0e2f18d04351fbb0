"""Caseward as it is run: a real configuration, its data on disk, everything on that there is."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.servers.api import BOT_ACCOUNT, IRCServer

_CONFIG = """\
[bot]
name = "caseward"
data_dir = "data"
team_mail = "safety-team@example.org"

[keys]
root_key_file = "secrets/root.key"

[[transports]]
kind = "irc"
name = "net"
host = "{host}"
port = {port}
tls = false
nick = "{nick}"
account = "caseward"
password_file = "secrets/irc"
owner = "ops@example.org"
rate = {{ burst = 1000, per_second = 1000.0 }}

[[rooms]]
name = "lobby"
places = ["net/{channel}"]
ceiling = "public"
watch = "all"
{people}
"""
#: What every configuration ends with: whom to write to, by which relay, and who is on call.
TAIL = """\
[contacts.life]
mail = ["emergency@example.org"]
[contacts.child]
mail = ["legal-reports@example.org"]

[[smtp]]
host = "127.0.0.1"
port = 25
security = "none"
sender = "caseward@example.org"

[oncall]
repage = "3m"
escalate = "5m"
[[oncall.steps]]
people = ["alice"]
[[oncall.steps]]
people = ["bob"]
"""
_PERSON = """
[[people]]
name = "{name}"
roles = ["functionary", "on-call"]
irc = ["net/{name}"]
mail = "{name}@example.org"
"""
#: Of the five speakers, these three are of the team; one has an account, one has none.
TEAM = ("alice", "bob", "erin")
_HEALTH = '\n[health]\nlisten = "127.0.0.1:0"\n'


def prepare(
    folder: Path, server: IRCServer, nick: str, channel: str, *, health: bool = False
) -> list[str]:
    """Write configuration, secrets and root key; return the command that runs it."""
    people = "".join(_PERSON.format(name=name) for name in TEAM)
    text = _CONFIG.format(
        host=server.host, port=server.port, nick=nick, channel=channel, people=people
    )
    return install(
        folder, text + TAIL + (_HEALTH if health else ""), {"irc": server.accounts[BOT_ACCOUNT]}
    )


def install(folder: Path, text: str, passwords: Mapping[str, str]) -> list[str]:
    """Write a configuration, passwords by the names of their files, and a root key.

    Returns the command that runs it.
    """
    secrets = folder / "secrets"
    secrets.mkdir(mode=0o700)
    for name, password in passwords.items():
        path = secrets / name
        path.touch(mode=0o600)
        path.write_text(password)
    config = folder / "config.toml"
    config.write_text(text)
    program = [sys.executable, "-P", "-m", "bot"]
    made = subprocess.run(  # noqa: S603 (our own program)
        [*program, "key", "new", str(secrets / "root.key")],
        check=False,
        capture_output=True,
        text=True,
    )
    if made.returncode != 0:
        raise RuntimeError(made.stderr)
    return [*program, "run", "--config", str(config), "--log-level", "warning"]
