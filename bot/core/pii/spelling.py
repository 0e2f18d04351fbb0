"""Words as they are compared: without case, accents, look-alikes, gaps and signs between them.

A phrase is one string, all its words run together. A line is read word by word; runs of single
letters count as one word, so that `J a n e` is `jane`; signs of scripts that are written without
gaps count as words of their own.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

from bot.core.pii.confusables import fold_word
from bot.core.pii.disguise import undo

__all__ = ["forms", "joined", "numbers", "phrases", "words"]

#: A phrase has at most so many words, and so many letters.
MOST_WORDS, MOST_LETTERS = 8, 64
#: So many digits at the end tell a number, however its country is written.
TELLING = 9

_WORD = re.compile(r"[^\W_]+")
_TOLD = re.compile(r" (at|dot|punkt|punto|point|arroba) ", re.IGNORECASE)
_ACCENT = re.compile(r"[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]")
_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ħ": "h",
        "ß": "ss",
    }
)
_SIGNS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_FEWEST_SPELLED = 4
#: Letters before and after that may be words of their own: `a J a n e`.
_STRAY = 2
_ADDRESS = re.compile(
    r"(?<![\w.:])(?=[0-9a-f:]*[.:])[0-9a-f:]{2,39}(?:\.\d{1,3}){0,3}(?![\w:])", re.IGNORECASE
)
_LONGEST_NUMBER = 15


def forms(line: str) -> tuple[str, ...]:
    """Return a line as it is written, without percent-encoding, and with signs for their names."""
    decoded = unquote(unquote(line)) if "%" in line else line
    plain = undo(decoded).text
    told = _TOLD.sub(lambda match: "@" if match[1].lower() in {"at", "arroba"} else ".", plain)
    return tuple(dict.fromkeys((line, decoded, told)))


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text as they are compared."""
    plain = text if text.isascii() and text.isprintable() else _folded(undo(text).text)
    return tuple(_WORD.findall(plain.casefold()))


def joined(text: str) -> str:
    """Return a phrase as it is compared: its words run together."""
    return "".join(words(text))


def phrases(spoken: tuple[str, ...]) -> Iterator[str]:
    """Yield every run of words of a line, run together; linear in the line."""
    read = tuple(_spelled(spoken))
    for at, word in enumerate(read):
        phrase = word
        yield phrase
        for after in read[at + 1 : at + MOST_WORDS]:
            phrase += after
            if len(phrase) > MOST_LETTERS:
                break
            yield phrase
    if len(read) < len(spoken):
        for word in set(read).difference(spoken):
            yield from _without_strays(word)


def numbers(text: str) -> Iterator[str]:
    """Yield what tells the numbers in a text: addresses of the network, ends of long numbers."""
    if not any(char.isdigit() for char in text) and ":" not in text:
        return
    plain = undo(text).text
    for match in _ADDRESS.finditer(plain):
        try:
            yield f"ip {ipaddress.ip_address(match[0].rstrip('.:') if match[0][-2:] != '::' else match[0])}"
        except ValueError:
            continue
    yield from _ends(words(plain))


def _ends(spoken: tuple[str, ...]) -> Iterator[str]:
    """Yield the telling ends of numbers, whatever their groups are."""
    for at, word in enumerate(spoken):
        if not word.isdigit():
            continue
        digits = ""
        for after in spoken[at : at + MOST_WORDS]:
            if not after.isdigit():
                break
            digits += after
            if len(digits) > _LONGEST_NUMBER:
                break
            if len(digits) >= TELLING:
                yield f"number {digits[-TELLING:]}"


def _folded(text: str) -> str:
    """Return a text without accents, and with the letters that look-alikes pose as."""
    apart = _ACCENT.sub("", unicodedata.normalize("NFKD", text))
    whole = unicodedata.normalize("NFC", apart).casefold().translate(_LETTERS)
    whole = _WORD.sub(lambda match: fold_word(match[0]), whole)
    return _SIGNS.sub(r" \g<0> ", whole)


def _spelled(spoken: tuple[str, ...]) -> Iterator[str]:
    """Yield words, and runs of single letters as one word each."""
    run: list[str] = []
    for word in spoken:
        if len(word) == 1 and not _SIGNS.match(word):
            run.append(word)
            continue
        yield from _closed(run)
        run = []
        yield word
    yield from _closed(run)


def _closed(run: list[str]) -> Iterator[str]:
    if len(run) < _FEWEST_SPELLED:
        yield from run
    else:
        yield "".join(run)


def _without_strays(run: str) -> Iterator[str]:
    """Yield a run of letters without one or two at its ends, that may be words of their own."""
    if len(run) <= MOST_LETTERS + 2 * _STRAY:
        for lead in range(_STRAY + 1):
            for tail in range(_STRAY + 1):
                if lead or tail:
                    yield run[lead : len(run) - tail]
