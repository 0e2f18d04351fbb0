"""With which words a phrase can begin, as far as its expression says so plainly.

Most words of a line cannot begin most phrases, and trying each there is what reading costs.
"""

import re

_WORD = re.compile(r"([a-z0-9']+)(\?)?")
_DIGITS = re.compile(r"(\d?)\[(\d)-(\d)\]")
_GROUP = "(?:"


def heads(expression: str) -> frozenset[str]:
    """Return the words of which one must stand first, for the expression up to a phrase's cue.

    Empty where that is not known.
    """
    return _starts(expression) or frozenset()


def _starts(text: str) -> frozenset[str] | None:
    """Return the first words of a sequence; None where they are not certain."""
    if text.startswith(_GROUP):
        parted = _parted(text)
        if parted is None:
            return None
        branches, rest = parted
        if rest[:1] in {"?", "*", "+", "{"}:
            return None
        found = [_starts(branch + rest) for branch in branches]
        certain = [words for words in found if words is not None]
        return frozenset().union(*certain) if len(certain) == len(found) else None
    digits = _DIGITS.match(text)
    if digits is not None:
        words = [f"{digits[1]}{at}" for at in range(int(digits[2]), int(digits[3]) + 1)]
        return frozenset(words) if _ends(text[digits.end() :]) else None
    word = _WORD.match(text)
    if word is None or not _ends(text[word.end() :]):
        return None
    return frozenset({word[1], word[1][:-1]} if word[2] else {word[1]})


def _ends(rest: str) -> bool:
    """Whether a word is over where this follows."""
    if not rest.startswith(_GROUP):
        return rest.startswith(" ")
    parted = _parted(rest)
    if parted is None:
        return False
    branches, after = parted
    if not all(branch.startswith(" ") for branch in branches):
        return False
    optional = re.match(r"[?*]|\{0,\d+\}", after)
    return optional is None or _ends(after[optional.end() :])


def _parted(text: str) -> tuple[list[str], str] | None:
    """Return the branches of the group that a text begins with, and what follows it."""
    depth, begin = 0, len(_GROUP)
    branches: list[str] = []
    for at, char in enumerate(text):
        if char == "\\":
            # No bracket is escaped in these lists; where one is, nothing is certain.
            if text[at + 1 : at + 2] in {"(", ")", "|"}:
                return None
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth == 0:
                return [*branches, text[begin:at]], text[at + 1 :]
        elif char == "|" and depth == 1:
            branches.append(text[begin:at])
            begin = at + 1
    return None
