"""What the bot says, as a small document tree: messages by key, filled with labelled pieces.

Handlers never write sentences: they name a message of `bot/texts` and give its arguments. The
words of a message are public by nature; what fills its places carries a label of its own.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.words.attachment import is_marker
from bot.core.words.labels import Label

#: No network carries a longer message. Longer runs of what people typed are not read, and so not said.
MOST_READ = 65_536
#: Put into a name so that nobody is rung by it; without width or meaning, whoever types it.
NO_PING = "\u2060"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of text with its label.

    `code` and `number` name the evidence to `reveal` where the piece is held back. `own` marks
    words of the program, a number or a moment: nothing that says what a case holds.
    """

    text: str
    label: Label = Label.PII
    code: str | None = None
    number: int | None = None
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A number, which `{{PLURAL:$n|…}}` understands."""

    number: int
    label: Label = Label.TEAM


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A moment, shown in the reader's time zone; `day` shows the date alone."""

    at: datetime
    label: Label = Label.TEAM
    day: bool = False


@dataclass(frozen=True, slots=True)
class Msg:
    """A message of the catalogue and what fills its `$1 $2 …`."""

    key: str
    args: "tuple[Arg, ...]" = ()


#: Several pieces in a row, as one argument or one line.
Pieces = tuple[Piece, ...]
Arg = Piece | Count | When | Msg | Pieces
Line = Msg | Pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class Doc:
    """Lines to say. A place whose ceiling is below `label` gets `instead`, or nothing."""

    lines: tuple[Line, ...]
    label: Label = Label.TEAM
    instead: Msg | None = None


def doc(*lines: Line, label: Label = Label.TEAM, instead: Msg | None = None) -> Doc:
    """Return a document of these lines."""
    return Doc(lines=lines, label=label, instead=instead)


def public(text: str) -> Piece:
    """Label text that may be said anywhere: words of the program, never of a person."""
    return Piece(text=text, label=Label.PUBLIC, own=True)


def team(text: str) -> Piece:
    """Label text that the team's rooms may see: codes, dates, roster names."""
    return Piece(text=text, label=Label.TEAM)


def plain(pieces: Pieces) -> str:
    """Return the bare text of pieces, whatever their labels: for sealing and scanning only."""
    return "".join(piece.text for piece in pieces)


def without_files(pieces: Pieces) -> Pieces:
    """Return somebody's words without what leads to the files that came with them."""
    kept: list[Piece] = []
    for piece in pieces:
        if not is_marker(piece.text):
            kept.append(piece)
        elif kept and kept[-1].text == "\n":
            kept.pop()
    return tuple(kept)


def quotes(line: Arg) -> bool:
    """Tell whether a line holds words of a case: anything of a person's above `team`."""
    match line:
        case Piece(label=label, own=own):
            return label > Label.TEAM and not own
        case Msg(args=args):
            return any(quotes(arg) for arg in args)
        case tuple():
            return any(quotes(piece) for piece in line)
        case _:
            return False


def at_least(pieces: Pieces, label: Label) -> Pieces:
    """Return the pieces with none below `label`."""
    return tuple(piece if piece.label >= label else replace(piece, label=label) for piece in pieces)


def of_case(pieces: Pieces, code: str, first: int) -> tuple[Pieces, tuple[tuple[int, str], ...]]:
    """Number the personal pieces of a case's words, so that each can be revealed.

    Returns the pieces with `code` and `number` set on those labelled `pii`, and the pairs
    (number, text), counted from `first`.
    """
    numbered: list[Piece] = []
    evidence: list[tuple[int, str]] = []
    for piece in pieces:
        if piece.label < Label.PII:
            numbered.append(piece)
            continue
        number = first + len(evidence)
        evidence.append((number, piece.text))
        numbered.append(replace(piece, code=code, number=number))
    return tuple(numbered), tuple(evidence)
