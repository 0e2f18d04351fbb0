"""The demo's configuration is one that anybody could run."""

import re
from pathlib import Path

from typer.testing import CliRunner

from bot.cli import app
from bot.config import load_config
from bot.core.words.labels import Label
from bot.core.words.people import Role
from bot.demo.irc_venue import terms
from bot.demo.stage import write_config


def written(folder: Path) -> Path:
    return write_config(folder, terms(16667), smtp_port=10025, bot_password="once")


def test_the_configuration_passes_the_check(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["check-config", "--config", str(written(tmp_path))])
    assert result.exit_code == 0, result.output
    assert re.search(r"alice", result.output)


def test_the_configuration_is_what_the_story_needs(tmp_path: Path) -> None:
    config = load_config(written(tmp_path))
    (network,) = config.irc
    assert (network.host, network.port, network.tls) == ("127.0.0.1", 16667, False)
    assert network.dm_ceiling is Label.PII
    assert set(network.channels) == {"#functionaries", "#lobby"}
    assert [(relay.host, relay.port) for relay in config.relays] == [("127.0.0.1", 10025)]
    alice = config.roster.named("alice")
    assert alice is not None
    assert alice.roles == {Role.FUNCTIONARY, Role.OVERSIGHTER, Role.ON_CALL}
    assert config.terms.ladder.steps == (("alice",), ("bob",))
    assert config.terms.contacts["life"].mail == ("emergency@example.org",)


def test_secrets_are_the_owners_alone(tmp_path: Path) -> None:
    secrets = written(tmp_path).parent / "secrets"
    assert {path.name: path.stat().st_mode & 0o077 for path in secrets.iterdir()} == {
        "irc": 0,
        "root.key": 0,
    }
