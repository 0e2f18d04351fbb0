"""Reading and writing lines: nothing anybody types breaks one or becomes one."""

import hypothesis
import pytest
from hypothesis import strategies as st

from bot.transports.irc.lines import LONGEST, Line, LineBuffer, decode, is_ctcp, pack, parse, plain


def lines_of(*pieces: bytes) -> list[str]:
    buffer = LineBuffer()
    found: list[str] = []
    for piece in pieces:
        buffer.feed(piece)
        found += map(decode, buffer.take())
    return found


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ("PING :a b", Line(command="PING", params=("a b",))),
        ("ping x", Line(command="PING", params=("x",))),
        ("QUIT", Line(command="QUIT")),
        (":a!b@c QUIT", Line(command="QUIT", nick="a", user="b", host="c")),
        (":irc 005 me A=1 :are", Line(command="005", params=("me", "A=1", "are"), nick="irc")),
        (
            ":a!b@c PRIVMSG #x ::)",
            Line(command="PRIVMSG", params=("#x", ":)"), nick="a", user="b", host="c"),
        ),
        (
            "@a=1;+a=2;b PRIVMSG x y",
            Line(command="PRIVMSG", params=("x", "y"), tags={"a": "1", "+a": "2", "b": ""}),
        ),
        (r"@t=a\sb\:\\\r X", Line(command="X", tags={"t": "a b;\\\r"})),
        ("@account=a;account=b X", Line(command="X")),
        ("A #t\u00a0x :y", Line(command="A", params=("#t\u00a0x", "y"))),
    ],
)
def test_a_line_is_read_as_it_is_written(raw: str, line: Line) -> None:
    assert parse(raw) == line


@pytest.mark.parametrize("raw", ["", " ", ":", ":only", "@tag", "@tag ", ":a\x02!b@c X", "@ :"])
def test_senseless_lines_are_nothing(raw: str) -> None:
    assert parse(raw) is None


@hypothesis.given(st.text())
def test_any_text_can_be_read(raw: str) -> None:
    line = parse(raw)
    assert line is None or (line.command and not set("\r\n\0") & set(line.command))


@hypothesis.given(st.text(st.characters()))
def test_what_is_sent_is_exactly_one_line(text: str) -> None:
    data = pack(f"PRIVMSG #x :{text}")
    assert len(data) <= 512
    assert data.endswith(b"\r\n")
    body = data[:-2]
    assert not any(byte < 0x20 for byte in body)
    body.decode("utf-8")


@hypothesis.given(st.binary(), st.integers(0, 40))
def test_bytes_may_come_in_any_pieces(data: bytes, cut: int) -> None:
    assert lines_of(data[:cut], data[cut:] + b"\n") == lines_of(data + b"\n")


def test_invalid_bytes_are_replaced() -> None:
    assert lines_of(b"caf\xc3\xa9 \xff\xfe\r\nnext\r\n") == ["café \ufffd\ufffd\r", "next\r"]


def test_what_never_ends_is_dropped_and_the_rest_is_heard() -> None:
    noise = b"x" * (LONGEST + 1)
    assert lines_of(noise, noise, b"tail\r\nPING :a\r\n") == ["PING :a\r"]
    assert lines_of(noise + b"\nPING :a\n") == ["PING :a"]


def test_what_never_ends_is_not_kept() -> None:
    buffer = LineBuffer()
    for _ in range(100):
        buffer.feed(b"x" * LONGEST)
    assert len(buffer._rest) <= LONGEST


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("\x02bold\x02 \x1funder\x0f", "bold under"),
        ("\x0304red \x0312,4blue\x03 1,2", "red blue 1,2"),
        ("\x04ff0000red", "red"),
        ("a\x10rQUIT", "arQUIT"),
        ("tab\there", "tab here"),
        ("\x01ACTION waves\x01", "ACTION waves"),
        ("  edges  ", "edges"),
    ],
)
def test_people_read_text_without_controls(typed: str, read: str) -> None:
    assert plain(typed) == read


def test_ctcp_is_for_programs() -> None:
    assert is_ctcp("\x01VERSION\x01")
    assert not is_ctcp("VERSION")
