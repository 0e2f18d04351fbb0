"""How much of an answer a room is filled with; the rest goes by DM."""

from dataclasses import replace

from bot.core.words.text import Piece, Pieces, plain

#: Bytes that a network surely shows in one line, whatever it puts around them.
LINE_BYTES = 400

Lines = tuple[Pieces, ...]


def rows(line: Pieces) -> int:
    """Return how many lines of the network a line takes, at the worst."""
    return max(1, -(-len(plain(line).encode("utf-8", "replace")) // LINE_BYTES))


def fit(lines: Lines, most: int) -> tuple[Lines, Lines]:
    """Return what fits into `most` lines of the network, cut between words, and the rest."""
    left = most
    for index, line in enumerate(lines):
        taken = rows(line)
        if taken <= left:
            left -= taken
            continue
        head, tail = _cut(line, left * LINE_BYTES)
        shown = lines[:index] + ((head,) if head else ())
        return shown, (tail, *lines[index + 1 :])
    return lines, ()


def _cut(line: Pieces, size: int) -> tuple[Pieces, Pieces]:
    """Cut a line at the last blank within `size` bytes; nothing fits where there is none."""
    text = plain(line)
    at = text.encode("utf-8", "replace")[:size].decode("utf-8", "ignore").rfind(" ")
    if at <= 0:
        return (), line
    return _part(line, 0, at), _part(line, at + 1, len(text))


def _part(line: Pieces, start: int, end: int) -> Pieces:
    kept: list[Piece] = []
    at = 0
    for piece in line:
        text = piece.text[max(0, start - at) : max(0, end - at)]
        at += len(piece.text)
        if text:
            kept.append(replace(piece, text=text))
    return tuple(kept)
