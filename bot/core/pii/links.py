"""Links: where they are in a text, in whatever disguise, with the keys they are known by.

Nothing is fetched. A text is read as it stands, and again with letters of other widths undone,
gaps closed, percent-encoding undone and broken lines joined; each reading is one pass over it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain
from urllib.parse import unquote

from linkify_it.tlds import TLDS  # type: ignore[import-untyped]  # it ships no types

from bot.core.pii.addresses import WEB, address_keys
from bot.core.pii.confusables import fold, fold_word
from bot.core.pii.disguise import Plain, rewrite, undo
from bot.core.pii.edges import CLOSE, LONGEST, OPEN
from bot.core.pii.wikitext import SIGNS, named

__all__ = ["LONGEST_TEXT", "Link", "canonical", "find", "key_of_line", "keys"]

#: More characters, or links, are not read at once.
LONGEST_TEXT = 32_768
MOST = 400

_SIGNS = ("/", "\\", "www.", "%2f", "id=", "diff=", "://", "?")
_TOP = frozenset(map(str.lower, TLDS)) | {"example", "test", "invalid", "onion", "i2p", "local"}
_PAIRS = {")": "(", "]": "["}

_SCHEMED = re.compile(
    rf"(?<![a-z0-9])(?:(?P<web>(?:view-source:)?{WEB}:)(?P<slashes>[/\\]{{0,6}})|[a-z][a-z0-9+.-]{{1,19}}:/{{1,2}}(?=\w)"
    r"|(?<![\w:/\\.])//(?=(?:[\w.:%-]{1,80}@)?[\w-]{1,63}\.[\w-]))"
    rf"(?P<rest>[^\s<>\"]{{1,{LONGEST}}})",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?:(?<![\w@.~!\\$#-])|(?<=\w@)(?=[\w.-]{4,200}/w(?:iki)?/))(?P<host>(?:[\w-]{1,63}\.){1,8}(?P<top>[^\W\d_]{2,24}|xn--[a-z0-9-]{1,59})\.?)"
    rf"(?::\d{{1,5}})?(?P<path>[/\\?][^\s<>\"]{{0,{LONGEST}}})?",
    re.IGNORECASE,
)
_MATRIX = re.compile(r"(?:^|\s)[@#!$+][^\s:]{1,80}:\Z")
_NAMESPACE = re.compile(r"[/=:][^\W\d_]{2,20}\Z")
_TALK = re.compile(r" talk:[^\s<>\"]+", re.IGNORECASE)
_NEXT_WORD = re.compile(r" [^\s<>\"]+")
_WORDS_OF_TITLE = 3

_LOOSE = re.compile(
    rf"(?<![\w/.@-])(?:{WEB}\s?:\s?[/\\]{{0,3}}\s?)?"
    r"[\w-]{1,63}(?:(?: {1,3}(?:\.|dot) {1,3}|\.)[\w-]{1,63}){1,8}"
    r"(?: {0,3}(?=/)|(?!\S))(?:/ [^\s/]+| / [^\s/]+|/ ?[^\s/]+){0,12}"
    rf"|{WEB}\s{{1,3}}:\s{{0,3}}//\s{{0,3}}|{WEB}:\s{{1,3}}//\s{{0,3}}|{WEB}://\s{{1,3}}",
    re.IGNORECASE,
)
#: A host with gaps on one side of its dots: behind a scheme, or with more than one dot and a path.
_GAPS = re.compile(
    rf"{WEB}:[/\\]{{1,3}}[\w-]{{1,63}}(?: {{0,2}}\. {{0,2}}[\w-]{{1,63}}){{1,8}}(?=[/\\?:#]|\s|\Z)"
    r"|(?<![\w/.@-])[\w-]{1,63}(?:(?: {1,2}\.|\. {1,2})[\w-]{1,63}){2,8}(?=[/\\][\w%])",
    re.IGNORECASE,
)
_ESCAPED_DOT = re.compile(r"\\(?=[.\-_])")
#: An address that is spelled: a letter, a space, a letter.
_SPELLED = re.compile(r"(?<!\S)(?:\S {1,2}){9,400}\S(?!\S)")
_LOOSE_DOT = re.compile(r"\s+(?:\.|dot)\s+", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_ESCAPES = re.compile(r"(?:%[0-9a-f]{2})+", re.IGNORECASE)
_BREAK = re.compile(r" ?[\t\r\n\x0b\x0c\u2028\u2029\x85]+ ?")
_FIRST_BREAK = re.compile(rf"({WEB}:\S{{0,2000}}?) ?[\t\r\n]+ ?", re.IGNORECASE)
_PAGE = re.compile(r"(?:\A| )page ")
_TARGET = re.compile(
    rf"\]\(\s*<?(?P<mark>[^\s()<>]{{4,{LONGEST}}})|\bhref\s*=\s*[\"']?(?P<href>[^\s\"'<>]{{4,{LONGEST}}})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link found in a text, and its keys: its own first, then what else it shows."""

    start: int
    end: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """One way to read a text. `joins` is true where it closes what the text's lines break."""

    plain: Plain
    joins: bool = False


def find(text: str, wiki: str | None = None) -> tuple[Link, ...]:
    """Return the links of a text in order; linear in its length.

    `wiki` is the host of the wiki that is meant where none is named. Of a text longer than
    `LONGEST_TEXT` the rest is one link with a key of its own: what is not read is not harmless.
    """
    found: list[Link] = []
    for way in _ways(text[:LONGEST_TEXT]):
        for link in _in_reading(way.plain, wiki):
            _add(found, link, joins=way.joins, last=len(text))
            if len(found) >= MOST:
                return (*found, *_unread(text, found[-1].end))
    return (*found, *_unread(text, LONGEST_TEXT))


def _unread(text: str, start: int) -> Iterator[Link]:
    """Yield what was not read as one link, whose key is that of these very words."""
    if len(text) > start:
        digest = blake2b(text[start:].encode("utf-8", "replace"), digest_size=16).hexdigest()
        yield Link(start=start, end=len(text), keys=(f"unread {digest}",))


def canonical(text: str) -> str | None:
    """Return the key of the link that a text begins with, None where it begins with none."""
    stripped = text.strip()
    for link in find(stripped):
        lead = undo(stripped[: link.start]).text.strip(OPEN)
        return None if lead else link.keys[0]
    return None


def key_of_line(line: str, wiki: str | None = None) -> str | None:
    """Return the key of where a line leads: that of a target before that of the text around it."""
    target = _TARGET.search(line)
    if target is not None:
        inside = find(target["mark"] or target["href"], wiki)
        if inside:
            return inside[0].keys[0]
    found = find(line, wiki)
    return found[0].keys[0] if found else None


def keys(address: str) -> tuple[str, ...]:
    """Return the keys of one address, its own first."""
    found = find(address)
    return found[0].keys if found else address_keys(undo(address).text)


def _add(found: list[Link], link: Link, *, joins: bool, last: int) -> None:
    """Put a link among those found; one that is there already may learn its other keys.

    What is known to be a wiki's or a site's page learns nothing from another reading of the same
    words, where that is not of what stands on the next line.
    """
    at = bisect_right(found, link.start, key=_start)
    if at and link.start < found[at - 1].end:
        at -= 1
    elif at == len(found) or found[at].start >= link.end:
        found.insert(at, link)
        return
    known = found[at]
    if " " in known.keys[0] and not joins:
        return
    border = found[at + 1].start if at + 1 < len(found) else link.end
    whole = joins and link.end >= last and border >= link.end
    better = _weight(link) > _weight(known) or (whole and _weight(link) == _weight(known))
    merged = (*link.keys, *known.keys) if better else (*known.keys, *link.keys)
    found[at] = Link(
        start=min(known.start, link.start)
        if at == 0 or found[at - 1].end <= link.start
        else known.start,
        end=max(known.end, min(link.end, border)),
        keys=tuple(dict.fromkeys(merged)),
    )


def _weight(link: Link) -> int:
    """Return how much a link's key tells: 0 an address, 1 a page, 2 what has a number or an owner."""
    key = link.keys[0]
    return 0 if " " not in key else 1 if _PAGE.search(key) else 2


def _start(link: Link) -> int:
    return link.start


def _ways(text: str) -> Iterator[_Way]:
    """Return the ways to read a text: as it stands first."""
    seen = _without_escapes(undo(text, letters=False))
    plain = seen if text.isascii() else _without_escapes(undo(text))
    low = plain.text.lower()
    if not any(sign in low for sign in _SIGNS) and not any(sign in low for sign in SIGNS):
        return
    yield _Way(plain=seen)
    for base in (seen, plain) if plain.text != seen.text else (seen,):
        if base is not seen:
            yield _Way(plain=base)
        yield from _rewritten(base)


def _without_escapes(plain: Plain) -> Plain:
    """Return a text without the signs by which patterns and markup keep a dot a dot."""
    return rewrite(plain, _ESCAPED_DOT, lambda _: "") if "\\" in plain.text else plain


def _rewritten(base: Plain) -> Iterator[_Way]:
    if " " in base.text:
        tight = rewrite(rewrite(base, _GAPS, _closed), _LOOSE, _tightened)
        if tight is not base:
            yield _Way(plain=tight)
        spelled = rewrite(base, _SPELLED, _closed)
        if spelled is not base:
            yield _Way(plain=spelled)
    if "%" in base.text:
        yield _Way(plain=rewrite(base, _ESCAPES, _unescaped))
    if not base.text.isprintable() and _BREAK.search(base.text):
        yield _Way(plain=rewrite(base, _FIRST_BREAK, lambda match: match[1]), joins=True)
        yield _Way(plain=rewrite(base, _BREAK, lambda _: ""), joins=True)


def _closed(match: re.Match[str]) -> str:
    return match[0].replace(" ", "")


def _tightened(match: re.Match[str]) -> str:
    return _SPACE.sub("", _LOOSE_DOT.sub(".", match[0]))


def _unescaped(match: re.Match[str]) -> str:
    return unquote(unquote(match[0]))


def _in_reading(plain: Plain, wiki: str | None) -> Iterator[Link]:
    """Return the links of one reading."""
    text = plain.text
    covered = bytearray(len(text))
    known: dict[str, tuple[str, ...]] = {}
    for match, stop in chain(_matches(_SCHEMED, text), _matches(_BARE, text)):
        start = match.start()
        if covered[start] or not _is_address(text, match, stop):
            continue
        end = _with_talk(text, stop)
        covered[start:end] = b"\1" * (end - start)
        own = text[start:end]
        if own not in known:
            known[own] = address_keys(own)
        yield Link(
            start=plain.back(start),
            end=plain.after(end),
            keys=tuple(dict.fromkeys(_all_keys(text, known[own], start, end))),
        )
    for each in named(text, wiki):
        if covered.find(1, each.start, each.end) < 0:
            covered[each.start : each.end] = b"\1" * (each.end - each.start)
            yield Link(start=plain.back(each.start), end=plain.after(each.end), keys=each.keys)


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[tuple[re.Match[str], int]]:
    """Yield what may be addresses, and where each ends: behind that, the next one may begin."""
    match = pattern.search(text)
    while match is not None:
        start, end = match.span()
        if pattern is not _BARE or _has_top(match["top"]):
            end = max(_end(text, start, end), start + 1)
            yield match, end
        match = pattern.search(text, end)


def _all_keys(text: str, own: tuple[str, ...], start: int, end: int) -> Iterator[str]:
    """Return the keys of an address, then those of the titles that the next words may belong to."""
    yield from own
    if " page " not in own[0]:
        return
    for _ in range(_WORDS_OF_TITLE):
        word = _NEXT_WORD.match(text, end)
        if word is None:
            return
        end = word.end()
        yield address_keys(text[start:end].rstrip(CLOSE))[0]


def _with_talk(text: str, end: int) -> int:
    """Let a title go on after the space that names of talk namespaces have."""
    if _NAMESPACE.search(text, max(0, end - 24), end) is None:
        return end
    talk = _TALK.match(text, end)
    return end + len(talk[0].rstrip(CLOSE)) if talk else end


def _end(text: str, start: int, end: int) -> int:
    """Return where an address ends: before what closes a sentence or a bracket around it."""
    end = _balanced(text, start, end)
    if text[end - 1] not in CLOSE:
        return end
    opened = {opener: text.count(opener, start, end) for opener in _PAIRS.values()}
    closed = {closer: text.count(closer, start, end) for closer in _PAIRS}
    while end > start and text[end - 1] in CLOSE:
        closer = text[end - 1]
        opener = _PAIRS.get(closer)
        if opener is not None:
            if opened[opener] >= closed[closer]:
                break
            closed[closer] -= 1
        end -= 1
    return end


def _balanced(text: str, start: int, end: int) -> int:
    """Return where the bracket closes that was open before an address, else its end."""
    if start == 0 or text[start - 1] not in "([":
        return end
    opener = text[start - 1]
    closer = ")" if opener == "(" else "]"
    depth = 1
    for at in range(start, end):
        depth += (text[at] == opener) - (text[at] == closer)
        if depth == 0:
            return at
    return end


def _is_address(text: str, match: re.Match[str], end: int) -> bool:
    """Whether what looks like an address says enough to be one."""
    if match.re is _SCHEMED:
        if match["web"] is None:
            return not match[0].startswith("//") or _names_host(match["rest"])
        host, _, path = match["rest"].replace("\\", "/").partition("/")
        dotted = "." in fold(host).strip(".") or ":" in host or "%" in host
        return (dotted or bool(path and match["slashes"])) and bool(match["slashes"] or path)
    return _is_bare(text, match, end)


def _names_host(rest: str) -> bool:
    """Whether what follows two slashes is a host with something to read on it."""
    host, slash, path = rest.partition("/")
    host = host.rpartition("@")[2]
    return (
        bool(slash and path) and host.rstrip(".").rpartition(".")[2].split(":")[0].lower() in _TOP
    )


def _has_top(typed: str) -> bool:
    """Whether a name's last part is one that hosts end in."""
    top = fold_word(typed).lower()
    return top in _TOP or top.startswith("xn--") or not top.isascii()


def _is_bare(text: str, match: re.Match[str], end: int) -> bool:
    """Whether a name with dots is a host with a page, not a file, a mask or somebody on Matrix."""
    start = match.start()
    before = text[max(0, start - 100) : start]
    if before.endswith("/") and not before.endswith("//"):
        return False
    if before.endswith(":") and _MATRIX.search(before):
        return False
    path = text[match.end("host") : end]
    if match["host"].lower().startswith("www."):
        return True
    return ("/" in path or "\\" in path or ("?" in path and "=" in path)) and len(path) > 1
