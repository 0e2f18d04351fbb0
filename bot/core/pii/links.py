"""Links: where they are in a text, in whatever disguise, with the keys they are known by.

Nothing is fetched. A text is read as it stands, and again with gaps closed, percent-encoding
undone and broken lines joined; each reading is one pass over it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from linkify_it.tlds import TLDS  # type: ignore[import-untyped]  # it ships no types

from bot.core.pii.addresses import WEB, address_keys, hostless_keys
from bot.core.pii.disguise import Plain, rewrite, undo

__all__ = ["LONGEST", "Link", "canonical", "find", "keys"]

#: Longer words are no addresses that anybody typed.
LONGEST = 4_000

_SIGNS = ("/", "\\", "www.", "special:", "%2f", "id=", "diff=")
_HOSTLESS_SIGNS = ("special:", "id=", "diff=")
_TOP = frozenset(map(str.lower, TLDS)) | {"example", "test", "invalid", "onion", "i2p", "local"}
_OPEN = "<([{\"'`*_|«“„‘"
_CLOSE = ">)]}\"'`*_|»”“’.,;:!?…"
_PAIRS = {")": "(", "]": "["}

_WORD = re.compile(r"\S+")
_SCHEMED = re.compile(
    rf"(?<![a-z0-9])(?:(?P<web>{WEB}:)(?P<slashes>[/\\]{{0,6}})|[a-z][a-z0-9+.-]{{1,19}}:/{{1,2}}(?=\w))"
    r"(?P<rest>[^\s<>\"]+)",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?<![\w@.~!\\$#-])(?:[\w-]{1,63}\.){1,8}(?P<top>[^\W\d_]{2,24}|xn--[a-z0-9-]{1,59})\.?"
    r"(?::\d{1,5})?(?P<path>[/\\?][^\s<>\"]*)?",
    re.IGNORECASE,
)
_REVISION = re.compile(
    r"(?:^|[?&;]|(?<=\[\[))(?:(?:diff|oldid|curid)=(?:\d{3,}|prev|next|cur)\b|"
    r":?(?:\w{1,12}:){0,2}special:(?:mobile)?(?:diff|permanentlink|permalink|redirect/revision)/\d)",
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
_LOOSE_DOT = re.compile(r"\s+(?:\.|dot)\s+", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_ESCAPES = re.compile(r"(?:%[0-9a-f]{2})+", re.IGNORECASE)
_BREAK = re.compile(r" ?[\t\r\n]+ ?")
_FIRST_BREAK = re.compile(rf"({WEB}:\S{{0,2000}}?) ?[\t\r\n]+ ?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link found in a text, and its keys: its own first, then what else it shows."""

    start: int
    end: int
    keys: tuple[str, ...]


def find(text: str) -> tuple[Link, ...]:
    """Return the links of a text in order; linear in its length."""
    plain = undo(text)
    low = plain.text.lower()
    if not any(sign in low for sign in _SIGNS):
        return ()
    found: list[Link] = []
    for reading in _readings(plain):
        for link in _in_reading(reading):
            _add(found, link)
    return tuple(found)


def canonical(text: str) -> str | None:
    """Return the key of the link that a text begins with, None where it begins with none."""
    stripped = text.strip()
    for link in find(stripped):
        lead = undo(stripped[: link.start]).text.strip(_OPEN)
        return link.keys[0] if not lead else None
    return None


def keys(address: str) -> tuple[str, ...]:
    """Return the keys of one address, its own first."""
    found = find(address)
    return found[0].keys if found else address_keys(undo(address).text)


def _add(found: list[Link], link: Link) -> None:
    """Put a link among those found; one that is there already learns its other keys."""
    at = bisect_right(found, link.start, key=_start)
    if at and link.start < found[at - 1].end:
        at -= 1
    elif at == len(found) or found[at].start >= link.end:
        found.insert(at, link)
        return
    known = found[at]
    border = found[at + 1].start if at + 1 < len(found) else link.end
    found[at] = Link(
        start=known.start,
        end=max(known.end, min(link.end, border)),
        keys=tuple(dict.fromkeys((*known.keys, *link.keys))),
    )


def _start(link: Link) -> int:
    return link.start


def _readings(plain: Plain) -> Iterator[Plain]:
    """Return the ways to read a text: as it stands first."""
    yield plain
    if " " in plain.text:
        tight = rewrite(plain, _LOOSE, _tightened)
        if tight is not plain:
            yield tight
    if "%" in plain.text:
        yield rewrite(plain, _ESCAPES, lambda match: unquote(unquote(match[0])))
    if not plain.text.isprintable():
        yield rewrite(plain, _FIRST_BREAK, lambda match: match[1])
        yield rewrite(plain, _BREAK, lambda _: "")


def _tightened(match: re.Match[str]) -> str:
    return _SPACE.sub("", _LOOSE_DOT.sub(".", match[0]))


def _in_reading(plain: Plain) -> Iterator[Link]:
    """Return the links of one reading."""
    text = plain.text
    covered = bytearray(len(text))
    for match in (*_SCHEMED.finditer(text), *_BARE.finditer(text)):
        start, end = match.span()
        if covered[start] or end - start > LONGEST:
            continue
        end = _end(text, start, end)
        if not _is_address(text, match, end):
            continue
        end = _with_talk(text, end)
        covered[start:end] = b"\1" * (end - start)
        yield Link(
            start=plain.back(start),
            end=plain.back(end),
            keys=tuple(dict.fromkeys(_all_keys(text, start, end))),
        )
    if any(sign in text.lower() for sign in _HOSTLESS_SIGNS):
        yield from _hostless(plain, covered)


def _hostless(plain: Plain, covered: bytearray) -> Iterator[Link]:
    """Return the revisions that are named without their wiki."""
    for word in _WORD.finditer(plain.text):
        raw = word[0]
        if len(raw) > LONGEST or covered.find(1, word.start(), word.end()) >= 0:
            continue
        begin = len(raw) - len(raw.lstrip(_OPEN))
        bare = raw[begin:].rstrip(_CLOSE)
        if "." not in bare and "://" not in bare and _REVISION.search(bare) is not None:
            start = word.start() + begin
            yield Link(
                start=plain.back(start),
                end=plain.back(start + len(bare)),
                keys=hostless_keys(bare),
            )


def _all_keys(text: str, start: int, end: int) -> Iterator[str]:
    """Return the keys of an address, then those of the titles that the next words may belong to."""
    own = address_keys(text[start:end])
    yield from own
    if " page " not in own[0]:
        return
    for _ in range(_WORDS_OF_TITLE):
        word = _NEXT_WORD.match(text, end)
        if word is None:
            return
        end = word.end()
        yield address_keys(text[start:end].rstrip(_CLOSE))[0]


def _with_talk(text: str, end: int) -> int:
    """Let a title go on after the space that names of talk namespaces have."""
    if _NAMESPACE.search(text, max(0, end - 24), end) is None:
        return end
    talk = _TALK.match(text, end)
    return end + len(talk[0].rstrip(_CLOSE)) if talk else end


def _end(text: str, start: int, end: int) -> int:
    """Return where an address ends: before what closes a sentence or a bracket around it."""
    end = _balanced(text, start, end)
    while end > start and text[end - 1] in _CLOSE:
        opener = _PAIRS.get(text[end - 1])
        if opener is not None and text.count(opener, start, end) >= text.count(
            text[end - 1], start, end
        ):
            break
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
            return True
        host, _, path = match["rest"].replace("\\", "/").partition("/")
        dotted = "." in host.strip(".") or ":" in host or "%" in host
        return (dotted or bool(path and match["slashes"])) and bool(match["slashes"] or path)
    return _is_bare(text, match, end)


def _is_bare(text: str, match: re.Match[str], end: int) -> bool:
    """Whether a name with dots is a host with a page, not a file, a mask or somebody on Matrix."""
    top = match["top"].lower()
    if top not in _TOP and not top.startswith("xn--") and top.isascii():
        return False
    start = match.start()
    before = text[max(0, start - 100) : start]
    if before.endswith("/") and not before.endswith("//"):
        return False
    if before.endswith(":") and _MATRIX.search(before):
        return False
    path = text[match.end("top") : end]
    return match[0].lower().startswith("www.") or (("/" in path or "\\" in path) and len(path) > 1)
