"""The prompt: where its lines come from, and what each of them does."""

import io

import pytest
from prompt_toolkit import PromptSession
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from bot.demo import prompt
from bot.demo.transcript import Transcript


async def test_a_person_types_until_the_end_of_the_input() -> None:
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        lines = prompt._Typed(PromptSession[str]())
        keys.send_text("a: !cases\r")
        assert await lines.next() == "a: !cases"
        keys.send_text("\x04")
        assert await lines.next() is None
        keys.send_text("half a line\x03")
        assert await lines.next() is None


def test_lines_are_wrapped_beneath_where_they_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "81")
    out = io.StringIO()
    transcript = Transcript(out)
    transcript.line("#functionaries", "caseward", "word " * 12)
    transcript.line("#functionaries", "", "alice joins")
    transcript.line("DM rita", "rita", "yes")
    first, second, third, fourth = out.getvalue().splitlines()
    assert first.startswith("  #functionaries   caseward  word word")
    assert second == " " * 29 + "word word"
    assert third == " " * 26 + "*  alice joins"
    assert fourth.split() == ["DM", "rita", "rita", "yes"]
    assert transcript.characters == sum(map(len, (first, second, third, fourth)))
