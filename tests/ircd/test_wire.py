"""Lines taken apart and put together."""

from __future__ import annotations

import pytest

from bot.demo.ircd import wire


@pytest.mark.parametrize(
    ("data", "command", "params", "tags"),
    [
        (b"privmsg #a :b c", "PRIVMSG", ("#a", "b c"), {}),
        (b"PRIVMSG  #a   b", "PRIVMSG", ("#a", "b"), {}),
        (b"TOPIC #a :", "TOPIC", ("#a", ""), {}),
        (b":liar!x@y QUIT", "QUIT", (), {}),
        (b"@a=1;b;+c=x\\:y  PING z", "PING", ("z",), {"a": "1", "b": "", "+c": "x\\:y"}),
        (b"PRIVMSG a :b :c", "PRIVMSG", ("a", "b :c"), {}),
        (b"A \x00\r", "A", (), {}),
    ],
)
def test_parse(data: bytes, command: str, params: tuple[str, ...], tags: dict[str, str]) -> None:
    line = wire.parse(data)
    assert line is not None
    assert (line.command, line.params, line.tags) == (command, params, tags)


@pytest.mark.parametrize("data", [b"", b"   ", b"@a=1 ", b"@a=1", b":only-a-source"])
def test_parse_nothing(data: bytes) -> None:
    assert wire.parse(data) is None


def test_tags_over_the_limit_are_an_error() -> None:
    assert wire.parse(b"@" + b"x" * wire.MAX_CLIENT_TAGS + b" PING a") is not None
    with pytest.raises(wire.TooLongError):
        wire.parse(b"@" + b"x" * (wire.MAX_CLIENT_TAGS + 1) + b" PING a")


def test_encode_cuts_the_text_and_not_the_tags() -> None:
    data = wire.encode({"time": "now", "bot": ""}, "é" * 600)
    tags, _, body = data.partition(b" ")
    assert tags == b"@time=now;bot"
    assert len(body) == 512
    assert body.endswith(b"\r\n")


def test_compose() -> None:
    assert wire.compose("irc.demo.test", "ACK") == ":irc.demo.test ACK"
    assert wire.compose("", "ERROR", "bye now") == "ERROR :bye now"
    assert wire.compose("a!b@c", "MODE", "#x", "+o", "d") == ":a!b@c MODE #x +o :d"


def test_names_fold_by_the_mapping() -> None:
    assert wire.fold("Nick[\\]~", "rfc1459") == "nick{|}^"
    assert wire.fold("Nick[\\]~", "ascii") == "nick[\\]~"
    assert wire.fold("ÄÖ", "rfc1459") == "ÄÖ"


@pytest.mark.parametrize(
    ("mask", "name", "covered"),
    [
        ("*!*@*", "a!b@c", True),
        ("a*!*@*", "b!b@c", False),
        ("a[b]!*@*", "a[b]!x@y", True),
        ("a[b]!*@*", "ab!x@y", False),
        ("a?c!*@*", "abc!x@y", True),
    ],
)
def test_masks(mask: str, name: str, covered: bool) -> None:
    assert wire.matches(mask, name) is covered


@pytest.mark.parametrize(
    ("given", "full"),
    [
        ("nick", "nick!*@*"),
        ("nick!user", "nick!user@*"),
        ("user@host", "*!user@host"),
        ("a!b@c", "a!b@c"),
        ("", "*!*@*"),
    ],
)
def test_masks_are_completed(given: str, full: str) -> None:
    assert wire.full_mask(given) == full


def test_names_that_can_be() -> None:
    assert wire.valid_nick("a-[x]_1")
    assert not any(map(wire.valid_nick, ["", "1a", "-a", "a b", "é", "a" * 31, "a!", "#a"]))
    assert wire.valid_channel("#team-1")
    assert not any(map(wire.valid_channel, ["", "team", "#a b", "#a,b", "#a:b", "#" + "a" * 64]))


def test_values_of_tags_are_escaped() -> None:
    assert wire.escape("a; b\\c\r\n") == "a\\:\\sb\\\\c\\r\\n"
