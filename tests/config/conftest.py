"""A folder with a complete configuration in it, and its secrets, each holding a marker."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.config import ConfigError, Problem, load_config

NOW = datetime(2031, 3, 23, 12, 0, tzinfo=UTC)
MARKER = "Marker-7f3a"
CONTRACT = Path(__file__).with_name("contract.toml")

#: Changes the text of a configuration: pairs of what is there and what stands there instead.
Edits = tuple[tuple[str, str], ...]
Mistakes = Callable[[Edits], tuple[Problem, ...]]


def make_secrets(folder: Path) -> None:
    """Make the files that the contract and the example name."""
    secrets = folder / "secrets"
    secrets.mkdir()
    for name in ("ca.pem", "irc", "matrix", "smtp", "irc.pem"):
        (secrets / name).write_text(f"{MARKER}\n")
        (secrets / name).chmod(0o600)
    (secrets / "root.key").write_bytes(os.urandom(32))
    (secrets / "root.key").chmod(0o600)


def edited(text: str, edits: Edits) -> str:
    """Return the text with each edit made once; an edit that finds nothing is a mistake here."""
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    """The contract file, with its secrets beside it."""
    make_secrets(tmp_path)
    path = tmp_path / "config.toml"
    path.write_text(CONTRACT.read_text())
    return path


@pytest.fixture
def mistakes(contract: Path) -> Mistakes:
    """Read the contract with edits made, and return what was wrong with it."""

    def read(edits: Edits) -> tuple[Problem, ...]:
        contract.write_text(edited(contract.read_text(), edits))
        with pytest.raises(ConfigError) as caught:
            load_config(contract)
        return caught.value.problems

    return read
