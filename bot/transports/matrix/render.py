"""From cleared pieces to what a Matrix client shows: plain text, and HTML in which nothing is parsed.

Only words of the program may stand in `code`. What people wrote is escaped, and is never more
than text: no markup, no mention, and no sign in it turns the words that stand around it.
"""

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from bot.core.words.text import Piece, Pieces, plain

#: A text whose body and HTML are larger than this, in bytes, goes out as several events.
LARGE = 40_000
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
#: Halves of characters: no server takes them.
_HALVES = re.compile(r"[\ud800-\udfff]")
_LINE_BREAK = 8
_PDF, _PDI = "\u202c", "\u2069"
_CLOSED_BY = {
    **dict.fromkeys("\u202a\u202b\u202d\u202e", _PDF),
    **dict.fromkeys("\u2066\u2067\u2068", _PDI),
}
_TURNS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


def body(lines: Sequence[Pieces]) -> str:
    """Return the plain text of lines."""
    return "\n".join(_text(line) for line in lines)


def html_of(lines: Sequence[Pieces]) -> str:
    """Return the HTML of lines: `code` spans of the program's words, all else escaped."""
    return "<br>".join(_line(line) for line in lines)


def content(
    lines: Sequence[Pieces], *, plain_message: bool, mentions: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the content of a message event.

    It rings exactly the user ids of `mentions`; a notice rings nobody.
    """
    rings = plain_message and bool(mentions)
    return {
        "msgtype": "m.text" if plain_message else "m.notice",
        "body": body(lines),
        "format": "org.matrix.custom.html",
        "formatted_body": html_of(lines),
        "m.mentions": {"user_ids": list(mentions)} if rings else {},
    }


def split(lines: Sequence[Pieces], most: int = LARGE) -> Iterator[tuple[Pieces, ...]]:
    """Yield lines in groups of at most `most` bytes, as they are sent; a longer line is cut."""
    group: list[Pieces] = []
    taken = 0
    for line in chain.from_iterable(_short(each, most) for each in lines):
        size = _size(line) + _LINE_BREAK
        if group and taken + size > most:
            yield tuple(group)
            group, taken = [], 0
        group.append(line)
        taken += size
    if group:
        yield tuple(group)


def _text(line: Pieces) -> str:
    return "".join(_safe(piece) for piece in line)


def _line(line: Pieces) -> str:
    ticks = sum(piece.text.count("`") for piece in line if piece.own) // 2 * 2
    shown: list[str] = []
    for piece in line:
        if not piece.own:
            shown.append(html.escape(_safe(piece)))
            continue
        first, *others = _safe(piece).split("`")
        shown.append(html.escape(first))
        for other in others:
            # A tick without another one is just that.
            shown.append("`" if ticks == 0 else "</code>" if ticks % 2 else "<code>")
            ticks = max(0, ticks - 1)
            shown.append(html.escape(other))
    return "".join(shown)


def _safe(piece: Piece) -> str:
    """Return a piece's text as it can be sent; what turns its direction ends where it ends."""
    text = piece.text
    if not text.isprintable():
        text = _HALVES.sub("\ufffd", _CONTROLS.sub("", text))
        if not piece.own and _TURNS.search(text):
            text += _closers(text)
    return text


def _closers(text: str) -> str:
    """Return the signs that end whatever still turns the direction of text."""
    still: list[str] = []
    for sign in _TURNS.findall(text):
        closer = _CLOSED_BY.get(sign)
        if closer is not None:
            still.append(closer)
        elif sign == _PDI and _PDI in still:
            # The end of an isolate ends all that was begun in it.
            while still.pop() != _PDI:
                pass
        elif sign == _PDF and still[-1:] == [_PDF]:
            still.pop()
    return "".join(reversed(still))


def _size(line: Pieces) -> int:
    """Return the bytes that a line takes, as text and as HTML, in what is sent."""
    return len(json.dumps(_text(line))) + len(json.dumps(_line(line)))


def _short(line: Pieces, most: int) -> Iterator[Pieces]:
    """Yield a line in pieces of at most `most` bytes, cut between words where there are any."""
    while line and _size(line) + _LINE_BREAK > most:
        whole = plain(line)
        few, many = 1, len(whole)
        while few < many:
            middle = (few + many + 1) // 2
            fits = _size(_cut(line, middle)[0]) + _LINE_BREAK <= most
            few, many = (middle, many) if fits else (few, middle - 1)
        blank = whole.rfind(" ", 0, few + 1)
        head, line = _cut(line, blank if blank > 0 else few)
        yield head
        line = _cut(line, 1)[1] if plain(line)[:1] == " " else line
    if line:
        yield line


def _cut(line: Pieces, at: int) -> tuple[Pieces, Pieces]:
    """Cut a line before its character number `at`."""
    head: list[Piece] = []
    tail: list[Piece] = []
    for piece in line:
        if at > 0:
            head.append(replace(piece, text=piece.text[:at]))
        if at < len(piece.text):
            tail.append(replace(piece, text=piece.text[max(at, 0) :]))
        at -= len(piece.text)
    return tuple(head), tuple(tail)
