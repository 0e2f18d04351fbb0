"""Names of people who are present, said without ringing their clients.

A WORD JOINER (U+2060) after the first letter: clients look for a nick letter by letter, so they do
not find it; it has no width, and unlike a ZERO WIDTH SPACE (U+200B) no line is broken there, and no
script needs it, so that it can be taken out of whatever is typed or pasted. The gate reads through it.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from bot.core.pii import links
from bot.core.policy.gate import Draft
from bot.core.words.ids import read_code
from bot.core.words.text import NO_PING, Piece, Pieces, plain

#: What a nick can be made of, on any network.
_WORD = re.compile(r"[\w\[\]\\`^{|}-]+")
_AROUND = "[]{}\\|`^-"
#: Signs beside a word that make it a part of something longer: an address, an account.
_GLUE = frozenset("@/=&#%")
_INNER = re.compile(r"\.\w")


def unpinged(draft: Draft, names: frozenset[str]) -> Draft:
    """Return a draft in which none of these names (folded by `casefold`) stands as it is."""
    whole = plain(tuple(piece for line in (*draft.lines, draft.instead or ()) for piece in line))
    folded = whole.casefold()
    if not any(name in folded for name in names):
        return draft
    lines = tuple(_line(line, names) for line in draft.lines)
    instead = None if draft.instead is None else _line(draft.instead, names)
    return replace(draft, lines=lines, instead=instead)


def restored(lines: tuple[Pieces, ...]) -> tuple[Pieces, ...]:
    """Return lines as they were before: in a direct message nobody else is rung."""
    return tuple(
        tuple(replace(piece, text=piece.text.replace(NO_PING, "")) for piece in line)
        for line in lines
    )


def _line(line: Pieces, names: frozenset[str]) -> Pieces:
    return tuple(_piece(piece, names) for piece in line)


def _piece(piece: Piece, names: frozenset[str]) -> Piece:
    found = [at for at in map(_after_first(names, piece.text), _WORD.finditer(piece.text)) if at]
    if not found:
        return piece
    covered = [(link.start, link.end) for link in links.find(piece.text)]
    text = piece.text
    for at in reversed(found):
        if not any(start < at < end for start, end in covered):
            text = f"{text[:at]}{NO_PING}{text[at:]}"
    return replace(piece, text=text)


def _after_first(names: frozenset[str], text: str) -> Callable[[re.Match[str]], int]:
    """Return what says where to break a word: behind its first letter, 0 for no break."""

    def place(word: re.Match[str]) -> int:
        whole, start = word[0], word.start()
        bare = whole.strip(_AROUND)
        if bare.casefold() in names and whole.casefold() not in names:
            whole, start = bare, start + whole.index(bare)
        known = len(whole) > 1 and whole.casefold() in names
        if not known or isinstance(read_code(whole), str) or _glued(text, word):
            return 0
        return start + 1

    return place


def _glued(text: str, word: re.Match[str]) -> bool:
    before, after = text[: word.start()][-1:], text[word.end() :][:1]
    return bool({before, after} & _GLUE) or before == "." or bool(_INNER.match(text, word.end()))
