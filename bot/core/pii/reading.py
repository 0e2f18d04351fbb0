"""Reading a line, once, as it comes in: its pieces with their labels, danger, exposure.

Files that were sent with it become pieces of their own; words that look like one never do.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.danger.exposure import exposes
from bot.core.danger.judge import judge
from bot.core.pii import links, recognisers
from bot.core.words.attachment import Attachment, defuse, write
from bot.core.words.inbound import Inbound
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass
from bot.core.words.text import Piece, Pieces
from bot.core.words.verdict import Reading

_LINE_END = Piece(text="\n", label=Label.CASE)


def read(text: str) -> Reading:
    """Return what a line holds; personal spans and links are labelled `pii`, the rest `case`."""
    typed = defuse(text)
    return Reading(text=typed, pieces=label(typed), verdict=judge(typed), exposure=exposes(typed))


def reading_of(inbound: Inbound, text: str | None = None) -> Reading:
    """Return what a message holds, its files included; `text` is it without what is not read.

    Where it tells of the abuse of a child, nothing that leads to a file is kept.
    """
    found = read(inbound.text if text is None else text)
    if not inbound.attachments:
        return found
    pieces = _label(found.text, [each.name for each in inbound.attachments])
    if found.verdict.emergency is not EmergencyClass.CHILD:
        pieces += tuple(_marked(inbound.attachments))
    return replace(found, pieces=pieces)


def label(text: str) -> Pieces:
    """Return the whole text in pieces: personal spans and links `pii`, the rest `case`."""
    return _label(defuse(text))


def _marked(attachments: Iterable[Attachment]) -> Iterator[Piece]:
    for each in attachments:
        yield _LINE_END
        yield Piece(text=write(each), label=Label.PII)


def _whole(name: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield where a name stands in a text, and is no part of a longer word."""
    for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
        yield match.span()


def _label(text: str, names: Iterable[str] = ()) -> Pieces:
    """Return a text in pieces; `names` of files, which may be those of people, are `pii`."""
    found = [(span.start, span.end) for span in recognisers.spans(text)]
    found += [(link.start, link.end) for link in links.find(text)]
    found += [span for name in names if name for span in _whole(defuse(name), text)]
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
