"""The story over real sockets: it is played whole, and it fails when any step does."""

import io
import os
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bot.demo import picture, stage, story
from bot.demo.beats import Hears, Step
from bot.demo.cast import DM
from bot.demo.plot import LINK, PLOT, SECRET

pytestmark = [pytest.mark.net, pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]


def test_the_story_is_played_whole_and_leaves_nothing(
    temporary: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert story.run_demo(script=True) == 0
    told = capsys.readouterr().out
    assert f"{len(PLOT)} steps" in told
    assert SECRET in told
    assert "alice" in told
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("broken", [1, 4, 8])
def test_a_broken_step_is_named_and_ends_the_demo(
    broken: int,
    temporary: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    impossible = Hears("rita" if broken == 1 else "alice", DM, "words that nobody says", 0.3)
    step = Step(
        name=PLOT[broken].name,
        caption=PLOT[broken].caption,
        beats=(*PLOT[broken].beats, impossible),
    )
    monkeypatch.setattr(story, "PLOT", (*PLOT[:broken], step, *PLOT[broken + 1 :]))
    assert story.run_demo(script=True) == 1
    told = capsys.readouterr().out
    assert f"Step {broken + 1}, “{PLOT[broken].name}”, failed." in told
    assert "words that nobody says" in told
    assert "Every step went as it must" not in told
    assert list(temporary.iterdir()) == []


def test_the_program_plays_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--script"],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert "Every step went as it must" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_after_the_story_a_person_is_everybody(
    temporary: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(story, "PLOT", ())
    typed = "m\na: !ping one\nd: !ping two\nr: Somebody insults me\ninvite x y\nquit\na: !ping no\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    assert story.run_demo(script=False) == 0
    told = capsys.readouterr().out
    assert "The mailbox is empty." in told
    assert told.count("one") >= 2
    assert told.count("two") >= 2
    assert "Somebody insults me" in told
    assert "in danger" in told
    assert told.count("as rita, who has no account") == 2
    assert "!ping no" not in told
    assert "NickServ IDENTIFY alice" in told
    assert list(temporary.iterdir()) == []


def test_a_bot_that_fails_ends_the_demo_in_words(
    temporary: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fails(*_: object, **__: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(stage, "serve_until", fails)
    assert story.run_demo(script=True) == 1
    told = capsys.readouterr().out
    assert "could not be played" in told
    assert "RuntimeError" in told
    assert SECRET not in told
    assert list(temporary.iterdir()) == []


def test_ended_from_outside_it_leaves_nothing(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "demo"],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as demo:
        assert demo.stdout is not None
        assert any("irssi -c 127.0.0.1" in line for line in demo.stdout)
        assert list(tmp_path.iterdir()) != []
        demo.send_signal(signal.SIGTERM)
        assert demo.wait(timeout=20) == 130
    assert list(tmp_path.iterdir()) == []


def test_the_picture_shows_the_hole_and_the_link(tmp_path: Path, temporary: Path) -> None:
    drawn = tmp_path / "demo.svg"
    assert picture.main(drawn) == 0
    tree = ET.fromstring(drawn.read_text())
    marked = {(part.get("class"), part.text) for part in tree.iter() if part.get("class")}
    assert ("link", LINK) in marked
    assert any(kind == "held" and "!reveal" in str(text) for kind, text in marked)
    titles = [text for kind, text in marked if kind == "title"]
    assert len(titles) == len([scene for scene in picture.SCENES if scene.title])
    assert len(drawn.read_bytes()) < 20_000
