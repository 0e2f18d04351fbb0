"""What is told apart from its bytes alone is never for the bot, however it is dressed."""

import hypothesis
import pytest
from hypothesis import strategies as st

from bot.transports.irc.lines import plain
from commands._aside import aside
from commands._parse import addressed
from commands._registry import load
from commands._run import Runner

_BYTES = st.lists(
    st.sampled_from(
        (
            b"!", b"c", b"C", b"ca", b"caseward", b"CASEWARD", b":", b",", b" ", b"\x02", b"\x0304",
            b"\xc2\xa0", b"\xe3\x80\x80", b"\xe2\x84\xaa", b"\xc4\xb0", b"\xff", b"\xe4", b"\x00",
            b"ping", b"x", "ß".encode(), "с".encode(), "\u200b".encode(), "か".encode(), b"\x7f",
        )
    ),
    max_size=6,
).map(b"".join)  # fmt: skip


@hypothesis.given(_BYTES | st.binary(max_size=12))
@hypothesis.settings(max_examples=400)
@pytest.mark.parametrize(
    ("prefix", "name"),
    [("!", "caseward"), ("c!", "caseward"), ("?", "kK"), (".", "i"), ("!", "Çelik"), ("!!", "a-b")],
)
def test_nothing_for_the_bot_is_passed_over(prefix: str, name: str, data: bytes) -> None:
    if aside(prefix, name)(b":n PRIVMSG #x :" + data, 15):
        assert addressed(plain(data.decode("utf-8", "replace")), prefix=prefix, name=name) is None


@pytest.mark.parametrize(
    "text",
    [
        "hello there",
        "come here",
        "caseward is down",
        "Cased in",
        "Привет",
        "日本",
        "か",
        "1!",
        "c c",
    ],
)
def test_ordinary_talk_is_told_apart(text: str) -> None:
    assert aside("!", "caseward")(text.encode(), 0)


@pytest.mark.parametrize(
    "text",
    ["!ping", " !ping", "caseward: ping", "CaseWard, ping", "\x02!ping", "", "\x01ACTION\x01"],
)
def test_the_rest_is_read_whole(text: str) -> None:
    assert not aside("!", "caseward")(text.encode(), 0)


@hypothesis.given(_BYTES | st.binary(max_size=12))
@pytest.mark.parametrize("words", [("!urgent",), ("ping", "@help"), ("CASE",), ("x",)])
def test_no_call_word_is_passed_over(words: tuple[str, ...], data: bytes) -> None:
    words = tuple(word.lower() for word in words)
    runner = Runner(table=load(), prefix="!", name="caseward", call_words=words)
    line = b":n PRIVMSG #x :" + data
    if aside("!", "caseward", words)(line, 15):
        assert runner.addressed(plain(data.decode("utf-8", "replace"))) is None


def test_call_words_are_read_whole_and_the_rest_is_not() -> None:
    told = aside("!", "caseward", ("@help",))
    assert not told(b"@help me", 0)
    assert told(b"hello there", 0)
    assert not aside("!", "caseward", ("cab",))(b"cab please", 0)
