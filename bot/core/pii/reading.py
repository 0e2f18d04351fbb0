"""Reading a line, once, as it comes in: its pieces with their labels, danger, exposure."""

from bot.core.danger.exposure import exposes
from bot.core.danger.judge import judge
from bot.core.pii import links, recognisers
from bot.core.words.labels import Label
from bot.core.words.text import Piece, Pieces
from bot.core.words.verdict import Reading


def read(text: str) -> Reading:
    """Return what a line holds; personal spans and links are labelled `pii`, the rest `case`."""
    return Reading(text=text, pieces=label(text), verdict=judge(text), exposure=exposes(text))


def label(text: str) -> Pieces:
    """Return the whole text in pieces: personal spans and links `pii`, the rest `case`."""
    found = [(span.start, span.end) for span in recognisers.spans(text)]
    found += [(link.start, link.end) for link in links.find(text)]
    pieces: list[Piece] = []
    at = 0
    for start, end in sorted(found):
        if end <= at:
            continue
        begin = max(start, at)
        if begin > at:
            pieces.append(Piece(text=text[at:begin], label=Label.CASE))
        pieces.append(Piece(text=text[begin:end], label=Label.PII))
        at = end
    if at < len(text) or not pieces:
        pieces.append(Piece(text=text[at:], label=Label.CASE))
    return tuple(pieces)
