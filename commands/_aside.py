"""Tells, from the bytes of a line, that it is not for the bot: most of what is said in a room.

Whoever answers yes must be right whatever happens to the text on its way to `addressed`: control
characters and colours taken out, edges of space cut, bytes that are no UTF-8 replaced, small
letters made of large ones. Where that could matter, the answer is no, and the line is read whole.
"""

import re
from collections.abc import Callable

#: Takes a line and where its text begins; anything but None or False says: not for the bot.
Aside = Callable[[bytes, int], object]

_PLAIN = frozenset(map(chr, range(0x20, 0x7F)))
#: What letters beyond ASCII begin with, except where white space, control characters, or letters
#: whose small form is an ASCII one begin as well.
_OTHERS = rb"[\xc3\xc5-\xdf\xe0\xe4-\xef\xf0-\xf4]|\xe3[\x81-\xbf]"


def aside(prefix: str, name: str, words: tuple[str, ...] = ()) -> Aside:
    """Return what tells lines that are neither `!verb` nor `name: verb`, nor begin with a word."""
    said = prefix[:1] + name + "".join(words)
    if not prefix or not name or not set(said) <= _PLAIN - {" "}:
        return lambda _line, _at: False
    first = _cases(name[0])
    calling = frozenset[str]().union(*(_cases(word[0]) for word in words))
    others = _PLAIN - {" ", prefix[0]} - first - calling
    ways = [_any(others), _OTHERS]
    if prefix[0] not in first and first.isdisjoint(calling):
        ways.append(_any(first) + _after(name, 1))
    return re.compile(rb"(?:%b)" % b"|".join(ways)).match


def _after(name: str, at: int) -> bytes:
    if at == len(name):
        return _any(_PLAIN - {":", ","})
    cases = _cases(name[at])
    return rb"(?:%b|%b%b)" % (_any(_PLAIN - cases), _any(cases), _after(name, at + 1))


def _cases(letter: str) -> frozenset[str]:
    return frozenset({letter.lower(), letter.upper()})


def _any(letters: frozenset[str]) -> bytes:
    return b"[" + b"".join(re.escape(letter.encode()) for letter in sorted(letters)) + b"]"
