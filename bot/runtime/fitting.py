"""How much of an answer a room is filled with; the rest goes by DM."""

from collections.abc import Callable
from dataclasses import replace

from bot.core.words.text import Piece, Pieces

#: Bytes that a network surely shows in one line, whatever it puts around them.
LINE_BYTES = 400

Lines = tuple[Pieces, ...]
#: Returns what is said of a piece: its text, or the words that stand for it.
Shown = Callable[[Piece], str]


def rows(line: Pieces, shown: Shown) -> int:
    """Return how many lines of the network a line takes, at the worst."""
    return max(1, -(-len(_bytes(line, shown)) // LINE_BYTES))


def fit(lines: Lines, most: int, shown: Shown) -> tuple[Lines, Lines]:
    """Return what fits into `most` lines of the network, cut between words, and the rest.

    A piece that other words stand for is never cut.
    """
    left = most
    for index, line in enumerate(lines):
        taken = rows(line, shown)
        if taken <= left:
            left -= taken
            continue
        head, tail = _cut(line, left * LINE_BYTES, shown)
        said = lines[:index] + ((head,) if head else ())
        return said, (tail, *lines[index + 1 :])
    return lines, ()


def _bytes(line: Pieces, shown: Shown) -> bytes:
    return "".join(map(shown, line)).encode("utf-8", "replace")


def _cut(line: Pieces, size: int, shown: Shown) -> tuple[Pieces, Pieces]:
    """Cut a line at the last blank within `size` bytes; nothing fits where there is none."""
    at = _bytes(line, shown)[:size].decode("utf-8", "ignore").rfind(" ")
    if at <= 0:
        return (), line
    head: list[Piece] = []
    tail: list[Piece] = []
    for piece in line:
        said = shown(piece)
        if at >= len(said):
            head.append(piece)
            at -= len(said)
            continue
        if at >= 0 and said == piece.text:
            head.append(replace(piece, text=said[:at]))
            tail.append(replace(piece, text=said[at + 1 :]))
        else:
            tail.append(piece)
        at = -1
    return _spoken(head), _spoken(tail)


def _spoken(pieces: list[Piece]) -> Pieces:
    return tuple(piece for piece in pieces if piece.text)
