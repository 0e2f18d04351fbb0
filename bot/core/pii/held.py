"""What cases hold: links by their key, and words that could only be meant for them.

Held in memory only, as plain sets that are asked for what a line says: it costs the same however
much is held, and whatever that is.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.core.pii import links, recognisers
from bot.core.pii.edges import LONGEST
from bot.core.pii.links import LONGEST_TEXT
from bot.core.pii.spelling import forms, joined, numbers, phrases, words
from bot.core.words.attachment import is_marker
from bot.core.words.ids import CodeKind, read_code
from bot.core.words.labels import Label
from bot.core.words.text import MOST_READ, Pieces

#: Shorter words are in everybody's mouth.
SHORTEST = 6
#: So many digits in a row are a number of somebody's.
DIGITS = 7
#: Over a seam, so much of what was said before and of what is said now is read together.
SEAM = 512
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

_WORD = re.compile(r"[^\s,;:!?\"<>()\[\]{}|/]+")
_CODE = re.compile(r"[A-Za-z]-?[0-9A-Za-z]{6}\Z")
_DATE = re.compile(r"[\d.:TZ/+-]{6,25}\Z")
_BARE_CODE = re.compile(rf"(?:{'|'.join(kind.casefold() for kind in CodeKind)})?(\w{{6}})\Z")
#: What a key is of that names its wiki, and of one that does not.
_OF_WIKI = re.compile(r"(?:\S+ )(?P<bare>(?:rev|page|id|log|contribs|logs) .+)", re.DOTALL)
_BARE = re.compile(r"(?:rev|page|id|log|contribs|logs) ")
#: Pages that everybody links to, and hosts without a page.
_COMMON = re.compile(
    r"(?:\S+ )?page (?:(?:Project|Help|MediaWiki|Template|Category|Portal|Special)(?:_talk)?:[^/]*|Main_Page)\Z"
    r"|[^\s/?]+\Z"
)


@dataclass(slots=True)
class HeldSet:
    """The links and distinctive words of cases.

    What is `free` is never held, nor are codes: else whoever reports them could make the bot
    unable to say them.
    """

    free: frozenset[str] = frozenset()
    _held: dict[str, set[str]] = field(default_factory=dict)
    _of: dict[str, set[str]] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether no case holds anything."""
        return not self._held

    def add(self, code: str, pieces: Pieces) -> None:
        """Hold what is personal in these words of a case."""
        for piece in pieces:
            if piece.label < Label.PII or is_marker(piece.text):
                continue
            for key in (*_held_keys(piece.text), *self._distinctive(piece.text)):
                self._held.setdefault(key, set()).add(code)
                self._of.setdefault(code, set()).add(key)

    def renew(self, free: frozenset[str]) -> None:
        """Have other phrases that are never held; those that are held by now are let go."""
        self.free = free
        for phrase in free & self._held.keys():
            for code in self._held.pop(phrase):
                self._let_go(code, phrase)

    def drop(self, code: str) -> None:
        """Let go of everything that this case holds."""
        for key in self._of.pop(code, ()):
            codes = self._held[key]
            codes.discard(code)
            if not codes:
                del self._held[key]

    def hit(self, line: str, before: str = "") -> frozenset[str]:
        """Return the codes of the cases that hold something in this line.

        `before` is what its speaker said right before it: what stands over the seam of both counts,
        what stands in `before` alone does not. Of a line, `MOST_READ` characters are read.
        """
        if not self._held:
            return frozenset()
        found: set[str] = set()
        for start in range(0, min(len(line), MOST_READ), LONGEST_TEXT - LONGEST):
            found |= self._in(line[start : start + LONGEST_TEXT])
        if before:
            last, first = before[-SEAM:], line[:SEAM]
            over = (self._in(f"{last}{first}") | self._in(f"{last} {first}")) - found
            found |= over - self._in(last) if over else over
        return frozenset(code for key in found for code in self._held[key])

    def _in(self, line: str) -> set[str]:
        """Return what is held of what a line says."""
        return {key for key in _said(line) if key in self._held}

    def _distinctive(self, text: str) -> Iterator[str]:
        """Return the phrases of a personal piece that cannot be meant otherwise."""
        for phrase in _phrases_of(text):
            if phrase not in self.free and not _is_code(phrase):
                yield phrase

    def _let_go(self, code: str, key: str) -> None:
        kept = self._of[code]
        kept.discard(key)
        if not kept:
            del self._of[code]


def is_everybodys(link: links.Link) -> bool:
    """Tell whether a link is one that everybody makes: no case ever holds it."""
    return all(map(_COMMON.match, link.keys))


def free_phrases(texts: Iterable[str]) -> frozenset[str]:
    """Return every run of words in the program's own names and addresses."""
    found = (words(text) for text in texts)
    return frozenset(
        "".join(tokens[start:end])
        for tokens in found
        for start in range(len(tokens))
        for end in range(start + 1, len(tokens) + 1)
    )


def _said(line: str) -> Iterator[str]:
    """Yield everything that a line says, as it would be held."""
    for form in forms(line):
        for link in links.find(form):
            for key in link.keys:
                yield from _asked(key)
        yield from phrases(words(form))
        yield from numbers(form)


def _is_code(phrase: str) -> bool:
    """Whether this is the code of a case or page, or the end of one."""
    bare = _BARE_CODE.match(phrase)
    return bare is not None and isinstance(read_code(f"{CodeKind.CASE}-{bare[1]}"), str)


def _held_keys(text: str) -> Iterator[str]:
    """Yield the keys under which links are held: those of wikis also for who does not name them."""
    for link in links.find(text):
        own = link.keys[0]
        if _COMMON.match(own):
            continue
        yield f"link {own}"
        of_wiki = _OF_WIKI.match(own)
        if of_wiki is not None:
            yield f"unnamed {of_wiki['bare']}"
        elif _BARE.match(own):
            yield f"anywhere {own}"


def _asked(key: str) -> Iterator[str]:
    """Yield the keys under which a link of a line may be held."""
    yield f"link {key}"
    of_wiki = _OF_WIKI.match(key)
    if of_wiki is not None:
        yield f"anywhere {of_wiki['bare']}"
    elif _BARE.match(key):
        yield f"unnamed {key}"


def _phrases_of(text: str) -> Iterator[str]:
    """Yield what of a personal piece is held besides its links."""
    covered = [(link.start, link.end) for link in links.find(text)]
    for span in recognisers.spans(text):
        if _within(span.start, covered):
            continue
        typed = text[span.start : span.end]
        if span.kind == "ip":
            yield from (each for each in numbers(typed) if each.startswith("ip "))
            continue
        if span.kind == "phone":
            yield from numbers(typed)
        phrase = joined(forms(typed)[-1] if span.kind == "mail" else typed)
        if len(phrase) >= SHORTEST:
            yield phrase
            yield from _turned(words(typed)) if span.kind == "real-name" else ()
    if _is_name(text):
        yield joined(text)
        yield from _turned(words(text))
    for word in _WORD.finditer(text):
        bare = word[0].strip(".'’*_-")
        if not _within(word.start(), covered) and _stands_out(bare):
            yield joined(bare)


def _turned(name: tuple[str, ...]) -> Iterator[str]:
    """Yield a name with the last word first."""
    if len(name) > 1:
        yield "".join((name[-1], *name[:-1]))


def _is_name(text: str) -> bool:
    """Whether a whole piece is two to four capitalised words."""
    parts = text.strip(" .,").split()
    return (
        1 < len(parts) <= _MOST_NAMES
        and all(word[0].isupper() and word.replace("-", "").isalpha() for word in parts)
        and sum(map(len, parts)) >= _SHORTEST_NAME
        and parts[0].casefold() not in _NO_FIRST_NAME
    )


def _within(at: int, covered: list[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in covered)


def _stands_out(word: str) -> bool:
    """Whether a word is somebody's own: digits among letters, capitals inside, many digits."""
    if len(joined(word)) < SHORTEST or word.casefold() in STOP_NAMES:
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
