"""Lines of the IRC protocol, read so that nothing anybody sends can break or become a command.

Tags are the `irc` package's work. Splitting the rest is not: it splits parameters at any Unicode
white space, and `#team<NBSP>x` is not `#team`; its CTCP unquoting makes line ends out of what
users type; and its client loads much that nobody here needs.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from irc.message import Tag

#: More than the longest line with tags that servers may send.
LONGEST = 16 * 1024
_WIRE_BYTES = 510
_NEVER_IN = dict.fromkeys((0, 10, 13))
_LINE_ENDS = re.compile(r"[\t\n\v\f\r\x85]+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_COLOURS = re.compile(r"\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[0-9A-Fa-f]{6}(?:,[0-9A-Fa-f]{6})?)?")
#: Marks what programs say to programs.
CTCP = "\x01"
_VERSION = re.compile(rf"NOTICE [^\x00-\x20\x7f-\x9f]+ :{CTCP}VERSION [a-z]+{CTCP}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line from the server. `nick` is the server's name where `user` is empty.

    A tag that came twice is not in `tags` at all: nobody can say which of the two was meant.
    """

    command: str
    params: tuple[str, ...] = ()
    nick: str = ""
    user: str = ""
    host: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)

    def param(self, index: int) -> str:
        """Return a parameter, or an empty text where the server left it out."""
        return self.params[index] if -len(self.params) <= index < len(self.params) else ""


class LineBuffer:
    """Cuts bytes into lines; drops what never ends, and goes on with the next line."""

    def __init__(self) -> None:
        self._rest = b""
        self._skipping = False
        self._lines: list[bytes] = []

    def feed(self, data: bytes) -> None:
        """Take bytes in, holding at most one unfinished line."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if lines and self._skipping:
            del lines[0]
            self._skipping = False
        self._lines += [line for line in lines if len(line) <= LONGEST]
        if len(self._rest) > LONGEST:
            self._rest, self._skipping = b"", True

    def take(self) -> list[bytes]:
        """Return the finished lines."""
        lines, self._lines = self._lines, []
        return lines


def decode(raw: bytes) -> str:
    """Return the text of a line, invalid bytes replaced."""
    return raw.decode("utf-8", "replace")


def parse(raw: str) -> Line | None:
    """Read a line; None for an empty or senseless one."""
    raw = raw.removesuffix("\r")
    if not raw.isprintable():
        raw = raw.translate(_NEVER_IN)
    tags: dict[str, str] = {}
    if raw.startswith("@"):
        group, _, raw = raw[1:].partition(" ")
        tags = _tags(group)
    raw = raw.lstrip(" ")
    source = ""
    if raw.startswith(":"):
        source, _, raw = raw[1:].partition(" ")
    head, colon, tail = raw.partition(" :")
    words = [word for word in head.split(" ") if word]
    if not words or (not source.isprintable() and _CONTROLS.search(source)):
        return None
    nick, _, mask = source.partition("!")
    user, _, host = mask.partition("@")
    return Line(
        command=words[0].upper(),
        params=(*words[1:], tail) if colon else tuple(words[1:]),
        nick=nick,
        user=user,
        host=host,
        tags=tags,
    )


def _tags(group: str) -> dict[str, str]:
    found: dict[str, str] = {}
    doubled: set[str] = set()
    for item in group.split(";"):
        key, _, value = item.partition("=")
        if "\\" in value:
            value = Tag.parse(item)["value"] or ""
        if key in found:
            doubled.add(key)
        found[key] = value
    for key in doubled:
        del found[key]
    return found


def is_ctcp(text: str) -> bool:
    """Whether a message is for the program, not for people (ACTION counts as such)."""
    return text.startswith(CTCP)


def plain(text: str) -> str:
    """Return what people would read: no colours, no control characters, no edges of space."""
    if text.isprintable():
        return text.strip()
    return _CONTROLS.sub("", _LINE_ENDS.sub(" ", _COLOURS.sub("", text))).strip()


def pack(line: str) -> bytes:
    """Return the bytes of a line to send: exactly one line, whatever stands in it."""
    # The one line of ours that needs a control character; said text has lost them before.
    clean = line
    if not line.isprintable() and not _VERSION.fullmatch(line):
        clean = _CONTROLS.sub("", _LINE_ENDS.sub(" ", line))
    data = clean.encode("utf-8", "replace")
    if len(data) > _WIRE_BYTES:
        data = data[:_WIRE_BYTES].decode("utf-8", "ignore").encode()
    return data + b"\r\n"
