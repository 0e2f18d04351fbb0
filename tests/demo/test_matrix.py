"""The story on Matrix, over a real homeserver: it is played whole, encrypted, and leaves nothing."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.config import load_config
from bot.core.words.labels import Label
from bot.demo import homeserver, matrix_venue, story
from bot.demo.cast import BOT
from bot.demo.matrix_actor import Town
from bot.demo.matrix_venue import LOBBY, TEAM, MatrixVenue
from bot.demo.plot import MATRIX_PLOT, SECRET
from bot.demo.stage import write_config

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def synapse() -> None:
    """Skip without a homeserver, fail where there must be one."""
    if homeserver.missing():
        sentence = f"not installed: {', '.join(homeserver.missing())}"
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.usefixtures("synapse")
def test_the_program_plays_it_on_matrix(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--matrix", "--script"],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=55,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert f"Every step went as it must: {len(MATRIX_PLOT)} steps" in done.stdout
    assert SECRET in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.usefixtures("synapse")
def test_after_the_story_people_come_with_clients_of_their_own(
    temporary: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(story, "MATRIX_PLOT", ())
    typed = "m\na: !ping one\nr: Somebody insults me\nquit\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    assert story.run_demo(script=False, matrix=True) == 0
    told = capsys.readouterr().out
    assert "as rita, who is not of the team" in told
    assert "homeserver:       http://127.0.0.1:" in told
    assert "users, passwords: alice " in told
    assert "!ping one" in told
    assert "Somebody insults me" in told
    assert list(temporary.iterdir()) == []


def test_without_a_homeserver_it_says_what_helps(
    temporary: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(matrix_venue, "missing", lambda: ["matrix-synapse"])
    monkeypatch.setattr("bot.demo.stage.Mailbox", _NoMailbox)
    assert story.run_demo(script=True, matrix=True) == 1
    assert "start this by ./run demo --matrix" in capsys.readouterr().out
    assert list(temporary.iterdir()) == []


class _NoMailbox:
    """A mailbox that opens no socket."""

    async def start(self) -> int:
        return 10025

    async def stop(self) -> None:
        """Nothing is open."""


def test_the_configuration_is_what_the_story_needs(tmp_path: Path) -> None:
    venue = MatrixVenue()
    rooms = {TEAM: "!team", LOBBY: "!lobby"}
    venue.town = Town(url="http://127.0.0.1:8008", domain="demo.test", folder=tmp_path, rooms=rooms)
    config = load_config(write_config(tmp_path, venue.terms, smtp_port=25, bot_password="once"))
    (network,) = config.matrix
    assert (network.homeserver, network.user_id) == (venue.town.url, f"@{BOT}:demo.test")
    assert network.dm_ceiling is Label.PII
    assert network.rooms == ("!team", "!lobby")
    team = config.rooms.named("team")
    assert team is not None
    # Not above: the link must be held back there on Matrix, too.
    assert team.ceiling is Label.CASE
    assert config.roster.holder("demo", "@alice:demo.test") is config.roster.named("alice")
