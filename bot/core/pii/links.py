"""Links: where they are in a text, and one key for the many ways to write the same one.

Nothing is fetched. A key is a line such as `wiki.example.org rev 123`,
`wiki.example.org page User:Example`, or host, path and query of any other address. Whatever
cannot be parsed keeps its own text as the key: what is odd is not thereby harmless.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

import ada_url
from linkify_it import LinkifyIt  # type: ignore[import-untyped]  # it ships no types

#: Longer words are no addresses that anybody typed.
LONGEST = 4_000

INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_WORD = re.compile(r"\S+")
_MAYBE = re.compile(r"[.:=/]|\[\.|dot", re.IGNORECASE)
_DOTS = re.compile(r"[\[({](?:\.|dot)[\])}]|。|．", re.IGNORECASE)
_SCHEME = re.compile(r"^(?:hxxp|hxtp|htxp|h\*\*p|hXXp|meow)(s?)(?=:|\[:)", re.IGNORECASE)
_COLONS = re.compile(r"\[:\]|\[://\]")
_OPEN = "<([{\"'`*_|«“„‘"
_CLOSE = ">)]}\"'`*_|»”“’.,;:!?…"
_WITH_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{1,20}:/{1,2}[^/\s]", re.IGNORECASE)
_REVISION = re.compile(
    r"(?:^|[?&;]|(?<=\[\[))(?:(?:diff|oldid|curid)=(?:\d{3,}|prev|next|cur)\b|"
    r":?(?:\w{1,12}:){0,2}special:(?:mobile)?(?:diff|permanentlink|permalink|redirect/revision)/\d)",
    re.IGNORECASE,
)
_SPECIAL = re.compile(
    r"(?:^|:)special:(?:mobile)?(diff|permanentlink|permalink|redirect/revision)/"
    r"(\d+)(?:/(\d+|prev|next|cur))?",
    re.IGNORECASE,
)
_MOBILE = frozenset({"m", "mobile", "www"})

_finder = LinkifyIt()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link found in a text, and its keys: its own first, then what else it shows."""

    start: int
    end: int
    keys: tuple[str, ...]


def find(text: str) -> tuple[Link, ...]:
    """Return the links of a text in order; linear in its length."""
    return tuple(_find(text))


def canonical(text: str) -> str | None:
    """Return the key of the link that a text begins with, None where it begins with none."""
    stripped = text.strip()
    for link in find(stripped):
        lead = stripped[: link.start].strip(_OPEN)
        return link.keys[0] if not lead else None
    return None


def _find(text: str) -> Iterator[Link]:
    for word in _WORD.finditer(text):
        raw = word[0]
        if len(raw) > LONGEST or _MAYBE.search(raw) is None:
            continue
        left = len(raw) - len(raw.lstrip(_OPEN))
        bare = raw[left:].rstrip(_CLOSE)
        bare += _closing(raw[left + len(bare) :], bare)
        if not bare:
            continue
        for start, end, address in _addresses(bare):
            begin = word.start() + left
            yield Link(start=begin + start, end=begin + end, keys=keys(address))


def _closing(cut: str, bare: str) -> str:
    """Give back a closing bracket that belongs to the address: `User:Example_(test)`."""
    return ")" if cut.startswith(")") and bare.count("(") > bare.count(")") else ""


def refang(word: str) -> str:
    """Return a word with the usual disguises of a link undone."""
    plain = INVISIBLE.sub("", unicodedata.normalize("NFKC", word))
    plain = _DOTS.sub(".", _COLONS.sub(lambda m: m[0].strip("[]"), plain))
    return _SCHEME.sub(r"http\1", plain)


def _addresses(bare: str) -> Iterator[tuple[int, int, str]]:
    """Return the addresses within one word, with their borders in it."""
    plain = refang(bare)
    if _REVISION.search(plain) is not None and "://" not in plain and "." not in plain:
        yield 0, len(bare), plain
        return
    if "." not in plain and _WITH_SCHEME.match(plain) is None:
        return
    found = [m for m in _finder.match(plain) or [] if not m.url.startswith("mailto:")]
    for match in found:
        if not match.schema and not _has_path(match.raw):
            continue
        end = _to_border(plain, match.last_index) if match.schema else match.last_index
        address = plain[match.index : end]
        if plain == bare:
            yield match.index, end, address
        else:
            yield 0, len(bare), address
    if not found and _WITH_SCHEME.match(plain) is not None:
        yield 0, len(bare), plain


def _to_border(plain: str, end: int) -> int:
    """Let an address run to the next one, or to the end of the word."""
    following = plain.find("://", end)
    return len(plain) if following < 0 else end


def _has_path(raw: str) -> bool:
    """Whether an address without scheme says more than a host."""
    if raw.lower().startswith("www."):
        return True
    _, slash, path = raw.partition("/")
    return bool(slash and path)


# ---- keys ----------------------------------------------------------------------------------


def keys(address: str) -> tuple[str, ...]:
    """Return the keys of one address, its own first."""
    plain = refang(address)
    if "." not in plain.split("/")[0] and _WITH_SCHEME.match(plain) is None:
        return _wiki("", *_hostless(plain)) or (plain.casefold(),)
    try:
        url = ada_url.URL(plain if _WITH_SCHEME.match(plain) else f"https://{plain}")
    except ValueError:
        return (plain.casefold(),)
    host = _host(url.hostname)
    path = _decoded(url.pathname)
    query = dict(parse_qsl(url.search.removeprefix("?").replace(";", "&"), keep_blank_values=True))
    wiki = _wiki(host, path, query)
    if wiki:
        return wiki
    said = "&".join(f"{name}={value}" for name, value in sorted(query.items()) if value)
    scheme = "" if url.protocol in {"http:", "https:"} else url.protocol
    return (f"{scheme}{host}{path.rstrip('/')}{'?' if said else ''}{said}",)


def _hostless(plain: str) -> tuple[str, Mapping[str, str]]:
    """Return title and query of what is written without an address."""
    bare = plain.strip("[]").removeprefix(":")
    if _SPECIAL.search(bare):
        return f"/wiki/{bare}", {}
    return "", dict(parse_qsl(bare.partition("?")[2] or bare))


def _host(name: str) -> str:
    labels = name.casefold().rstrip(".").split(".")
    kept = [label for label in labels if label not in _MOBILE]
    return ".".join(kept if len(kept) > 1 else labels)


def _decoded(text: str) -> str:
    """Undo percent-encoding, twice over."""
    return unquote(unquote(text))


def _wiki(host: str, path: str, query: Mapping[str, str]) -> tuple[str, ...]:
    """Return the keys of a wiki's address, nothing for any other."""
    title = _title(query.get("title", ""))
    if not title and path.startswith("/wiki/"):
        title = _title(path.removeprefix("/wiki/"))
    revisions = _revisions(query) or _special(title)
    if revisions:
        return tuple(f"{host} rev {number}".strip() for number in revisions)
    if query.get("curid", "").isdigit():
        return (f"{host} id {query['curid']}".strip(),)
    return (f"{host} page {title}",) if title and host else ()


def _revisions(query: Mapping[str, str]) -> tuple[str, ...]:
    diff, old = query.get("diff", ""), query.get("oldid", "")
    if diff == "next" and old.isdigit():
        return (f"after {old}", old)
    return tuple(dict.fromkeys(number for number in (diff, old) if number.isdigit()))


def _special(title: str) -> tuple[str, ...]:
    match = _SPECIAL.search(title)
    if match is None:
        return ()
    first, second = match[2], match[3] or ""
    if second == "next":
        return (f"after {first}", first)
    return (second, first) if second.isdigit() else (first,)


def _title(text: str) -> str:
    title = unicodedata.normalize("NFC", _decoded(text)).partition("#")[0]
    title = " ".join(title.replace("_", " ").split()).replace(" ", "_")
    return title[:1].upper() + title[1:]
