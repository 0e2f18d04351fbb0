"""What live cases hold: links by their key, and words that could only be meant for them.

Held in memory only, as plain sets found by their first token; a line costs the same however
many cases there are.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from bot.core.pii import links, recognisers
from bot.core.pii.disguise import undo
from bot.core.words.attachment import is_marker
from bot.core.words.ids import CodeKind, read_code
from bot.core.words.labels import Label
from bot.core.words.text import Pieces

Tokens = tuple[str, ...]

#: Shorter words are in everybody's mouth.
SHORTEST = 6
#: So many digits in a row are a number of somebody's.
DIGITS = 7
#: Words of mixed letters that everybody uses.
STOP_NAMES = frozenset(
    "wikipedia mediawiki wikidata wikimedia wiktionary youtube javascript github gitlab wikitext"
    " facebook whatsapp linkedin tiktok oversighter checkuser phabricator toolforge etherpad"
    " huggle twinkle autowikibrowser visualeditor openstreetmap".split()
)

#: What a name does not begin with.
_NO_FIRST_NAME = frozenset(
    "the a an user admin administrator my our some someone not no yes he she they it i we this that"
    " please thank maybe perhaps both all".split()
)
_MOST_NAMES, _SHORTEST_NAME = 4, 8

_TOKEN = re.compile(r"[^\W_]+")
_WORD = re.compile(r"[^\s,;:!?\"<>()\[\]{}|/]+")
_CODE = re.compile(r"[A-Za-z]-?[0-9A-Za-z]{6}\Z")
_DATE = re.compile(r"[\d.:TZ/+-]{6,25}\Z")
_TOLD = re.compile(r" (at|dot) ", re.IGNORECASE)
_ANY_HOST = "*"


@dataclass(slots=True)
class HeldSet:
    """The links and distinctive words of live cases.

    Phrases of `free` are never held, nor are codes: else whoever reports them could make the bot
    unable to say them.
    """

    free: frozenset[Tokens] = frozenset()
    _links: dict[str, set[str]] = field(default_factory=dict)
    _words: dict[str, dict[Tokens, set[str]]] = field(default_factory=dict)

    def add(self, code: str, pieces: Pieces) -> None:
        """Hold what is personal in these words of a case."""
        for piece in pieces:
            if piece.label < Label.PII or is_marker(piece.text):
                continue
            for key in _held_keys(piece.text):
                self._links.setdefault(key, set()).add(code)
            for tokens in _distinctive(piece.text):
                if tokens in self.free or _is_code(tokens):
                    continue
                self._words.setdefault(tokens[0], {}).setdefault(tokens, set()).add(code)

    def renew(self, free: frozenset[Tokens]) -> None:
        """Have other phrases that are never held; those that are held by now are let go."""
        self.free = free
        for first in list(self._words):
            phrases = self._words[first]
            for tokens in [tokens for tokens in phrases if tokens in free]:
                del phrases[tokens]
            if not phrases:
                del self._words[first]

    def drop(self, code: str) -> None:
        """Let go of everything that this case holds."""
        for key in [key for key, codes in self._links.items() if code in codes]:
            self._links[key].discard(code)
            if not self._links[key]:
                del self._links[key]
        for first in list(self._words):
            phrases = self._words[first]
            for tokens in [tokens for tokens, codes in phrases.items() if code in codes]:
                phrases[tokens].discard(code)
                if not phrases[tokens]:
                    del phrases[tokens]
            if not phrases:
                del self._words[first]

    def hit(self, line: str) -> frozenset[str]:
        """Return the codes of the cases that hold something in this line."""
        found: set[str] = set()
        if self._links:
            for key in _asked_keys(line):
                found |= self._links.get(key, set())
        if self._words:
            for form in _forms(line):
                found.update(self._in_words(_tokens(form)))
        return frozenset(found)

    def _in_words(self, tokens: Tokens) -> Iterator[str]:
        for at, token in enumerate(tokens):
            for phrase, codes in self._words.get(token, {}).items():
                if tokens[at : at + len(phrase)] == phrase:
                    yield from codes


def free_phrases(texts: Iterable[str]) -> frozenset[Tokens]:
    """Return every run of words in the program's own names and addresses."""
    found = (_tokens(text) for text in texts)
    return frozenset(
        tokens[start:end]
        for tokens in found
        for start in range(len(tokens))
        for end in range(start + 1, len(tokens) + 1)
    )


def _is_code(tokens: Tokens) -> bool:
    """Whether these words are the code of a case or page, or the end of one."""
    kinds = {kind.casefold() for kind in CodeKind}
    bare = tokens[1:] if tokens[0] in kinds else tokens
    return len(bare) == 1 and isinstance(read_code(f"{CodeKind.CASE}-{bare[0]}"), str)


def _forms(line: str) -> tuple[str, ...]:
    """Return a line as it is written, without percent-encoding, and with signs for their names."""
    decoded = unquote(unquote(line)) if "%" in line else line
    told = _TOLD.sub(_sign, undo(decoded).text)
    return tuple(dict.fromkeys((line, decoded, told)))


def _sign(match: re.Match[str]) -> str:
    """Return the sign whose name stands between two words."""
    return "@" if match[1].lower() == "at" else "."


def _tokens(text: str) -> Tokens:
    plain = unicodedata.normalize("NFKC", undo(text).text)
    return tuple(_TOKEN.findall(plain.casefold()))


def _held_keys(text: str) -> Iterator[str]:
    """Return the keys under which links are held: revisions also without their wiki."""
    for link in links.find(text):
        own = link.keys[0]
        yield own
        _, rev, number = own.rpartition("rev ")
        if rev:
            yield f"{_ANY_HOST} rev {number}" if own.startswith("rev ") else f"rev {number}"


def _asked_keys(line: str) -> Iterator[str]:
    """Return the keys under which a line's links may be held."""
    for form in _forms(line):
        for link in links.find(form):
            for key in link.keys:
                yield key
                _, rev, number = key.rpartition("rev ")
                if rev:
                    yield f"{_ANY_HOST} rev {number}"


def _distinctive(text: str) -> Iterator[Tokens]:
    """Return the phrases of a personal piece that cannot be meant otherwise."""
    covered = [(link.start, link.end) for link in links.find(text)]
    for span in recognisers.spans(text):
        words = text[span.start : span.end]
        tokens = _tokens(_TOLD.sub(_sign, words) if span.kind == "mail" else words)
        if sum(map(len, tokens)) >= SHORTEST and not _within(span.start, covered):
            yield tokens
    if _is_name(text):
        yield _tokens(text)
    for word in _WORD.finditer(text):
        bare = word[0].strip(".'’*_-")
        if not _within(word.start(), covered) and _stands_out(bare):
            yield _tokens(bare)


def _is_name(text: str) -> bool:
    """Whether a whole piece is two to four capitalised words."""
    words = text.strip(" .,").split()
    return (
        1 < len(words) <= _MOST_NAMES
        and all(word[0].isupper() and word.replace("-", "").isalpha() for word in words)
        and sum(map(len, words)) >= _SHORTEST_NAME
        and words[0].casefold() not in _NO_FIRST_NAME
    )


def _within(at: int, covered: list[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in covered)


def _stands_out(word: str) -> bool:
    """Whether a word is somebody's own: digits among letters, capitals inside, many digits."""
    if len(word) < SHORTEST or not _tokens(word) or word.casefold() in STOP_NAMES:
        return False
    if _CODE.match(word):
        return False
    letters = any(char.isalpha() for char in word)
    digits = sum(char.isdigit() for char in word)
    if not letters:
        return digits >= DIGITS and word.isdigit()
    if _DATE.match(word):
        return False
    inner = any(char.isupper() for char in word[1:]) and any(char.islower() for char in word)
    return digits > 0 or inner
