"""The one way out: text is cleared for one place as it is now, or it is not said.

Rules of this file: unlabelled text is personal; nothing above the place's ceiling is rendered;
what was rendered is read once more for what live cases hold, whatever its labels said. Only the
program's own sentences are not read: a report that holds words like theirs must not silence it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from bot.core.words.attachment import is_marker
from bot.core.words.beside import NOTHING_BESIDE, Beside
from bot.core.words.labels import Label
from bot.core.words.places import Place
from bot.core.words.text import MOST_READ, Piece, Pieces

_LINE_END = Piece(text=" ", label=Label.PUBLIC)
#: Tells whether rendered text carries something that a live case holds.
HeldScan = Callable[[str], bool]
#: Puts words on a piece that is held back, e.g. "[held: `reveal C-… 2` in a DM]".
HeldWords = Callable[[str | None, int | None], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """Lines that may be said in one place, as long as its epoch stays what it was.

    Only `clear` makes these; transports take nothing else. `label` is the highest of what is in
    it, `pieces` are the lines once more, in the pieces they are made of.
    """

    place: Place
    epoch: int
    lines: tuple[str, ...]
    plain_message: bool
    label: Label = Label.PII
    pieces: tuple[Pieces, ...] = ()
    beside: Beside = NOTHING_BESIDE


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """Nothing is said: the text as a whole, or something found in it, is above the ceiling."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Rendered lines on their way to a place."""

    lines: tuple[Pieces, ...]
    label: Label
    instead: Pieces | None = None
    plain_message: bool = False
    beside: Beside = NOTHING_BESIDE


def show(piece: Piece, ceiling: Label, held: HeldWords) -> str:
    """Return a piece's text, or the words that stand for it above the ceiling.

    What leads to a file is said nowhere, but where the program hands it on.
    """
    return piece.text if _may_be_said(piece, ceiling) else held(piece.code, piece.number)


def _may_be_said(piece: Piece, ceiling: Label) -> bool:
    return piece.label <= ceiling and (piece.own or not is_marker(piece.text))


def clear(
    draft: Draft, *, place: Place, epoch: int, ceiling: Label, scan: HeldScan, held: HeldWords
) -> Cleared | Stopped:
    """Clear a draft for a place whose live ceiling is `ceiling`.

    A draft whose own label is above the ceiling gives its `instead`, or is stopped. A hit of
    `scan` below the level of personal information stops the whole message.
    """
    if draft.label > ceiling:
        if draft.instead is None:
            return Stopped(reason="above-ceiling")
        said: tuple[Pieces, ...] = (draft.instead,)
    else:
        said = draft.lines
    lines = tuple("".join(show(piece, ceiling, held) for piece in line) for line in said)
    if ceiling < Label.PII and any(
        len(run) > MOST_READ or scan(run) for run in _runs(said, ceiling)
    ):
        return Stopped(reason="held-content")
    inside = max((p.label for line in said for p in line if p.label <= ceiling), default=ceiling)
    label = inside if said is not draft.lines else max(inside, draft.label)
    # What says nothing of a case must not tell strangers either which of them it is about.
    beside = draft.beside if label > Label.PUBLIC else replace(draft.beside, case=None)
    return Cleared(
        place=place,
        epoch=epoch,
        lines=lines,
        plain_message=draft.plain_message,
        label=label,
        pieces=tuple(tuple(_shown(piece, ceiling, held) for piece in line) for line in said),
        beside=beside,
    )


def _shown(piece: Piece, ceiling: Label, held: HeldWords) -> Piece:
    """Return a piece that may be shown: itself, or the words that stand for it."""
    if _may_be_said(piece, ceiling):
        return piece
    return Piece(text=held(piece.code, piece.number), label=Label.PUBLIC, own=True)


def _runs(lines: tuple[Pieces, ...], ceiling: Label) -> Iterator[str]:
    """Yield what people could have typed: neighbouring pieces together, over ends of lines too."""
    pieces = (piece for line in lines for piece in (*line, _LINE_END))
    for typed, run in groupby(pieces, key=lambda piece: not piece.own and piece.label <= ceiling):
        text = "".join(piece.text for piece in run)
        if typed and text.strip():
            yield text.removesuffix(_LINE_END.text)
