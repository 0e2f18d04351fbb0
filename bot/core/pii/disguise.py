"""What people write so that a machine does not see it, undone; positions are kept.

Colours and bold of IRC, invisible characters, letters of other widths, entities of HTML, and
`[.]`, `(dot)`, `[at]`, `[:]` in brackets. Ordinary lines are told from the rest at once.
"""

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from html.entities import html5

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_FORMAT = re.compile(
    r"\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04[0-9a-fA-F]{0,6}|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
_FOREIGN = re.compile(rf"{INVISIBLE.pattern}+|[^\x00-\x7f]")
_UNSEEN = re.compile(rf"{INVISIBLE.pattern}+|[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});")
_BRACKETED = re.compile(
    r" ?[\[({<](?:(?P<dot>\.|dot|punkt|punto|point)|(?P<at>@|at|arroba)"
    r"|(?P<slash>:|/|://|//|slash|colon))[\])}>] ?",
    re.IGNORECASE,
)
_SAME = {"。": ".", "\u2024": ".", "\u2044": "/", "\u2215": "/", "\u29f8": "/", "\u2236": ":"}
_SLASHES = {"slash": "/", "colon": ":"}
_OPENERS = ("[", "(", "{", "<")


@dataclass(frozen=True, slots=True)
class Plain:
    """A text without disguises, and for each of its characters where it began in the original."""

    text: str
    starts: tuple[int, ...] | None = None

    def back(self, at: int) -> int:
        """Return where position `at` is in the text as it was typed."""
        return at if self.starts is None else self.starts[at]

    def after(self, at: int) -> int:
        """Return where what ends before position `at` ends in the text as it was typed.

        Of what was rewritten as one, the whole is meant.
        """
        if self.starts is None or at == 0 or self.starts[at] != self.starts[at - 1]:
            return self.back(at)
        return self.starts[bisect_right(self.starts, self.starts[at], lo=at)]


def undo(text: str, *, letters: bool = True) -> Plain:
    """Return a text with its disguises undone; linear in its length.

    Without `letters`, letters and signs of other widths stay as they are: in the title of a page
    they make another page.
    """
    plain = Plain(text)
    if not text.isascii():
        plain = rewrite(plain, _FOREIGN, _own) if letters else rewrite(plain, _UNSEEN, _seen)
    if not text.isprintable():
        plain = rewrite(plain, _FORMAT, _nothing)
    if "&" in text:
        plain = rewrite(plain, _ENTITY, _character)
    if any(opener in plain.text for opener in _OPENERS):
        plain = rewrite(plain, _BRACKETED, _sign)
    return plain


def rewrite(
    plain: Plain, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]
) -> Plain:
    """Return a text in which each match is replaced; the same object where nothing changes."""
    text, before = plain.text, plain.starts or range(len(plain.text) + 1)
    pieces: list[str] = []
    starts: list[int] = []
    at = 0
    for match in pattern.finditer(text):
        new = replace(match)
        start, end = match.span()
        if new == text[start:end]:
            continue
        if start > at:
            pieces.append(text[at:start])
            starts += before[at:start]
        if new:
            pieces.append(new)
            starts += [before[start]] * len(new)
        at = end
    if not at:
        return plain
    pieces.append(text[at:])
    starts += before[at:]
    return Plain("".join(pieces), tuple(starts))


def _own(match: re.Match[str]) -> str:
    """Return the character that one from far away stands for."""
    char = match[0]
    return "" if INVISIBLE.match(char) else _plain(char)


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    wide = unicodedata.normalize("NFKC", char)
    return _SAME.get(wide, wide)


def _seen(match: re.Match[str]) -> str:
    """Return any space as a space, and nothing for what cannot be seen."""
    return " " if match[0].isspace() else ""


def _nothing(_: re.Match[str]) -> str:
    return ""


def _character(match: re.Match[str]) -> str:
    name = match[0][1:]
    char = html.unescape(match[0]) if name[0] == "#" else html5.get(name, match[0])
    return char if char.isprintable() or char.isspace() else ""


def _sign(match: re.Match[str]) -> str:
    if match["dot"]:
        return "."
    if match["at"]:
        return "@"
    return _SLASHES.get(match["slash"].lower(), match["slash"])
