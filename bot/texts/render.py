"""From a document to labelled lines in a language and a time zone."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.core.policy.gate import Draft
from bot.core.words.text import Arg, Count, Doc, Line, Msg, Piece, Pieces, When, plain, public
from bot.texts.catalogue import message

_PLACE = re.compile(r"\{\{PLURAL:\$(\d+)\|([^|{}]*)\|([^{}]*)\}\}|\$(\d+)")


class _Plural(NamedTuple):
    """Words for one of the argument with this index, and for any other number of it."""

    of: int
    one: str
    more: str


@cache
def _parts(template: str) -> tuple[Piece | int | _Plural, ...]:
    """Return the words of a template, and between them which argument stands there."""
    parts: list[Piece | int | _Plural] = []
    at = 0
    for place in _PLACE.finditer(template):
        parts.append(public(template[at : place.start()]))
        at = place.end()
        if place[4] is not None:
            parts.append(int(place[4]) - 1)
        else:
            parts.append(_Plural(int(place[1]) - 1, place[2], place[3]))
    parts.append(public(template[at:]))
    return tuple(part for part in parts if not isinstance(part, Piece) or part.text)


class Reader:
    """Whoever will read: their language and their time zone."""

    def __init__(self, language: str = "en", time_zone: str = "UTC") -> None:
        """Take a language code and an IANA zone name."""
        self.language = language
        self.zone = ZoneInfo(time_zone)

    def line(self, line: Line) -> Pieces:
        """Render one line."""
        return tuple(self._merge(self._message(line) if isinstance(line, Msg) else iter(line)))

    def draft(self, doc: Doc, *, plain_message: bool = False) -> Draft:
        """Render a whole document."""
        instead = None if doc.instead is None else self.line(doc.instead)
        return Draft(
            lines=tuple(part for line in doc.lines for part in _broken(self.line(line))),
            label=doc.label,
            instead=instead,
            plain_message=plain_message,
        )

    def text(self, msg: Msg) -> str:
        """Render a message to bare text, whatever its labels: for mails and the console."""
        return plain(self.line(msg))

    def moment(self, when: When) -> str:
        """Render a moment in the reader's zone."""
        local: datetime = when.at.astimezone(self.zone)
        return f"{local:%Y-%m-%d}" if when.day else f"{local:%Y-%m-%d %H:%M %Z}"

    def _message(self, msg: Msg) -> Iterator[Piece]:
        return self._filled(message(msg.key, self.language), msg.args)

    def _filled(self, template: str, args: tuple[Arg, ...]) -> Iterator[Piece]:
        for part in _parts(template):
            if isinstance(part, Piece):
                yield part
            elif isinstance(part, int):
                yield from self._argument(args[part])
            else:
                counted = args[part.of]
                one = isinstance(counted, Count) and counted.number == 1
                yield from self._filled(part.one if one else part.more, args)

    def _argument(self, arg: Arg) -> Iterator[Piece]:
        match arg:
            case Piece():
                yield arg
            case Count():
                yield Piece(text=str(arg.number), label=arg.label, own=True)
            case When():
                yield Piece(text=self.moment(arg), label=arg.label, own=True)
            case Msg():
                yield from self._message(arg)
            case _:
                yield from arg

    @staticmethod
    def _merge(pieces: Iterator[Piece]) -> Iterator[Piece]:
        """Drop empty pieces; keep the others as they are, so that each keeps its label."""
        return (piece for piece in pieces if piece.text)


@cache
def reader(language: str, time_zone: str = "UTC") -> Reader:
    """Return whoever reads this language in this time zone; there are few."""
    return Reader(language, time_zone)


def _broken(line: Pieces) -> Iterator[Pieces]:
    """Break a line where a piece holds a newline: what is said has one line per line."""
    if not any("\n" in piece.text for piece in line):
        yield line
        return
    current: list[Piece] = []
    for piece in line:
        first, *others = piece.text.split("\n")
        current.append(_with_text(piece, first))
        for other in others:
            yield tuple(current)
            current = [_with_text(piece, other)]
    yield tuple(current)


def _with_text(piece: Piece, text: str) -> Piece:
    return piece if piece.text == text else replace(piece, text=text)
