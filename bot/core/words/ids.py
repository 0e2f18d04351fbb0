"""Codes of cases (`C-…`) and pages (`E-…`): random, forgiving to read, with a check character.

A code is a letter, a dash and six Crockford base32 characters. The last one makes the
polynomial sum over GF(32) zero, so that any single wrong character and any two swapped
neighbours are noticed.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 6
_VALUE = {char: value for value, char in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_FORM = re.compile(r"([A-Za-z])-?([0-9A-Za-z]{6})\Z")
_REDUCING = 0b100101  # x^5 + x^2 + 1, primitive over GF(2)


class CodeKind(StrEnum):
    """What a code stands for, by its first letter."""

    CASE = "C"
    PAGE = "E"


class Dice(Protocol):
    """The only source of chance that handlers know."""

    def below(self, limit: int) -> int:
        """Return a uniformly random number in `range(limit)`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A text of the right form whose check character does not fit."""

    text: str


def _times_x(value: int) -> int:
    doubled = value << 1
    return doubled ^ _REDUCING if doubled & 0b100000 else doubled


def _checksum(values: list[int]) -> int:
    total = 0
    for value in values:
        total = _times_x(total) ^ value
    return _times_x(total)


def new_code(kind: CodeKind, dice: Dice) -> str:
    """Return a fresh random code; whether it is taken already is the caller's to ask."""
    values = [dice.below(len(ALPHABET)) for _ in range(LENGTH - 1)]
    values.append(_checksum(values))
    return f"{kind}-{''.join(ALPHABET[value] for value in values)}"


def read_code(text: str, kind: CodeKind = CodeKind.CASE) -> str | Slip | None:
    """Read what somebody typed as a code.

    Returns the code in its canonical form, `Slip` where the form is right but the check
    character is not, and None for anything that does not look like a code of this kind.
    """
    match = _FORM.match(text.strip())
    if match is None or match[1].upper() != kind.value:
        return None
    characters = match[2].upper()
    if any(char not in _VALUE for char in characters):
        return Slip(text=text)
    values = [_VALUE[char] for char in characters]
    if _checksum(values[:-1]) != values[-1]:
        return Slip(text=text)
    return f"{kind}-{''.join(ALPHABET[value] for value in values)}"
