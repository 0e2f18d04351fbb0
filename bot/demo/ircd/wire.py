"""Lines of IRC: taking them apart, putting them together, names and masks."""

from __future__ import annotations

import fnmatch
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass

MAX_BODY = 510
"""Bytes of a line without tags and without its end; what is longer is cut, as networks do."""
MAX_CLIENT_TAGS = 4094
"""Bytes of tags that a client may send, without the `@` and the space."""
MAX_LINE = 8192
"""Bytes of one line after which the rest of it is thrown away."""

NICK_LENGTH = 30
CHANNEL_LENGTH = 64

_NICK = re.compile(r"[A-Za-z\[\]\\`_^{|}][A-Za-z0-9\[\]\\`_^{|}-]*")
_CHANNEL = re.compile(r"#[^\x00\x07\r\n ,:]*")
_ASCII = (string.ascii_uppercase, string.ascii_lowercase)
_FOLDING = {
    "ascii": str.maketrans(*_ASCII),
    "rfc1459": str.maketrans(_ASCII[0] + "[]\\~", _ASCII[1] + "{}|^"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line from a client; values of tags stay escaped, as they travel."""

    command: str
    params: tuple[str, ...]
    tags: Mapping[str, str]

    def param(self, index: int, default: str = "") -> str:
        """A parameter, or `default` where the line is shorter."""
        return self.params[index] if index < len(self.params) else default


class TooLongError(ValueError):
    """The tags of a line are longer than a client may send."""


def parse(data: bytes) -> Line | None:
    """One line without its end; None for an empty one. Bytes that are not UTF-8 survive a relay.

    Raises:
        TooLongError: the tags are over the limit.
    """
    tags: dict[str, str] = {}
    if data.startswith(b"@"):
        packed, _, data = data[1:].partition(b" ")
        if len(packed) > MAX_CLIENT_TAGS:
            raise TooLongError
        for tag in _decode(packed).split(";"):
            key, _, value = tag.partition("=")
            tags[key] = value
    text = _decode(data.lstrip(b" ")[:MAX_BODY]).replace("\0", " ").replace("\r", "")
    if text.startswith(":"):
        text = text.partition(" ")[2]
    head, colon, tail = text.partition(" :")
    words = head.split(" ")
    params = [word for word in words[1:] if word]
    if colon:
        params.append(tail)
    if not words[0]:
        return None
    return Line(command=words[0].upper(), params=tuple(params), tags=tags)


def compose(source: str, command: str, *params: str) -> str:
    """A line from `source` (may be empty); the last parameter always has its colon."""
    words = [f":{source}"] if source else []
    words.append(command)
    if params:
        words += [*params[:-1], f":{params[-1]}"]
    return " ".join(words)


def encode(tags: Mapping[str, str], text: str) -> bytes:
    """Bytes for the wire: the text is cut in the middle of a character if need be."""
    body = text.encode("utf-8", "surrogateescape")[:MAX_BODY]
    packed = ";".join(f"{key}={value}" if value else key for key, value in tags.items())
    start = f"@{packed} ".encode("utf-8", "surrogateescape") if packed else b""
    return start + body + b"\r\n"


def escape(value: str) -> str:
    """Escape the value of a tag."""
    for plain, escaped in (
        ("\\", "\\\\"),
        (";", "\\:"),
        (" ", "\\s"),
        ("\r", "\\r"),
        ("\n", "\\n"),
    ):
        value = value.replace(plain, escaped)
    return value


def fold(name: str, casemapping: str) -> str:
    """The form in which two names of the same thing are equal: `rfc1459` or `ascii`."""
    return name.translate(_FOLDING[casemapping])


def valid_nick(nick: str) -> bool:
    """Whether somebody may be called this."""
    return len(nick) <= NICK_LENGTH and _NICK.fullmatch(nick) is not None


def valid_channel(name: str) -> bool:
    """Whether a channel may be called this."""
    return len(name) <= CHANNEL_LENGTH and _CHANNEL.fullmatch(name) is not None


def matches(mask: str, name: str) -> bool:
    """Whether a folded mask with `*` and `?` covers a folded name."""
    return fnmatch.fnmatchcase(name, mask.replace("[", "[[]"))


def full_mask(mask: str) -> str:
    """Complete `nick`, `nick!user` or `user@host` to `nick!user@host`."""
    if "!" in mask or "@" not in mask:
        nick, _, rest = mask.partition("!")
    else:
        nick, rest = "", mask
    ident, _, host = rest.partition("@")
    return f"{nick or '*'}!{ident or '*'}@{host or '*'}"


def _decode(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
