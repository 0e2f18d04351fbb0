"""The events that a cleared text becomes: words as many as one event holds, each file by itself."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from bot.core.policy.gate import Cleared
from bot.core.words.attachment import Attachment, as_content, is_marker, parse
from bot.core.words.text import Piece, Pieces
from bot.transports.matrix.render import LARGE, body, content, split

#: What is too large even so, is cut into parts of this many bytes.
_SMALL = 12_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One event: words, or a file. `small` is what was too large before."""

    lines: tuple[Pieces, ...] = ()
    file: Attachment | None = None
    small: bool = False

    @property
    def words(self) -> str:
        """Everything that it says, to tell it from others."""
        return body(self.lines) if self.file is None else repr(self.file)

    def content(self, *, plain_message: bool, mentions: tuple[str, ...]) -> dict[str, Any]:
        """Return the content of the event."""
        if self.file is not None:
            return {**as_content(self.file), "m.mentions": {}}
        return content(self.lines, plain_message=plain_message, mentions=mentions)


def parts(cleared: Cleared, *, files: bool) -> Iterator[Part]:
    """Yield what a text becomes. Where files are not handed on, their names stand for them."""
    words: list[Pieces] = []
    for line in cleared.pieces or tuple((Piece(text=line),) for line in cleared.lines):
        rest: list[Piece] = []
        for piece in line:
            found = parse(piece.text) if is_marker(piece.text) else ()
            if not found:
                rest.append(piece)
            elif files:
                yield from _words([*words, tuple(rest)])
                yield Part(file=found[0])
                words, rest = [], []
            else:
                rest.append(replace(piece, text=found[0].name))
        words.append(tuple(rest))
    yield from _words(words)


def smaller(part: Part) -> tuple[Part, ...]:
    """Return a part that the server found too large, in smaller ones; nothing where that is vain."""
    if part.file is not None or part.small:
        return ()
    return tuple(Part(lines=group, small=True) for group in split(part.lines, _SMALL))


def _words(lines: list[Pieces]) -> Iterator[Part]:
    for group in split(lines, LARGE):
        if body(group).strip():
            yield Part(lines=group)
