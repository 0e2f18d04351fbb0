"""Folding: the text as the patterns of the danger lists see it."""

import re
import unicodedata

from bot.core.danger.spelling import MASKED, SPELLING

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0f\ufeff]"
)
_APOSTROPHES = re.compile("[’‘ʼ`´]")
_TOKEN = re.compile(r"\w+(?:['*@$!]+\w+)*|[.!?;\n]+(?=\s|$)|[🔪🗡🔫💣]|y/o")
_SPACED = re.compile(r"(?<!\w)(?:\w[ .*_-]){2,40}\w(?!\w)")
_PAIRS = re.compile(r"(?<!\w)(?:\w[ .*_-]){1,40}\w(?!\w)")
_GAPS = re.compile(r"[ .*_-]")
_RUN = re.compile(r"(kill|rape|murder|hurt|stab|shoot)(myself|me|you|her|him|us|them)")
_DRAWN_OUT = re.compile(r"([a-z])\1{2,}")
_AGE = re.compile(r"(\d{1,2})(?:yo|yrs?|y|f|m|years?|yearold|yro)")
_MASKS = str.maketrans("@$!013457", "asioieast")
_PARTS = re.compile(r"\w+")
_ENDS = frozenset(".!?;\n")


def fold(text: str) -> str:
    """Return a text in lower case and plain spelling, single spaces, ` . ` between sentences."""
    plain = text
    if not text.isascii():
        plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
        plain = _APOSTROPHES.sub("'", plain)
    plain = plain.casefold()
    if _SPACED.search(plain) is not None:
        plain = _PAIRS.sub(lambda run: _apart(_GAPS.sub("", run[0])), plain)
    plain = _DRAWN_OUT.sub(r"\1\1", plain)
    known = SPELLING.get
    return " ".join([known(token) or _word(token) for token in _TOKEN.findall(plain)]).strip()


def _apart(joined: str) -> str:
    return _RUN.sub(r" \1 \2 ", joined)


def _word(token: str) -> str:
    if token.isalpha() or token.isdigit():
        return token
    if token[0] in _ENDS:
        return "."
    age = _AGE.fullmatch(token)
    if age is not None:
        return age[1] + " years old"
    bare = token.translate(_MASKS)
    bare = SPELLING.get(bare, bare)
    return (
        bare
        if bare in MASKED
        else " ".join(_PARTS.findall(token.replace("'", "").replace("_", " ")))
    )
