"""Addresses that carry another one: archives, caches, translators, redirectors, readers.

What they carry is what they show. Nothing is fetched: a short link that says nothing of where it
leads stands for itself.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import unquote

__all__ = ["inner_addresses"]

_SCHEME = re.compile(r"(?:https?|ftp):/{1,3}(?=[^/\s])", re.IGNORECASE)
_AS_TYPED = re.compile(r"(?:https?|ftp)(?::/{1,3}|%(?:25)*3a(?:%(?:25)*2f|/){1,3})", re.IGNORECASE)
_HOST_FIRST = re.compile(
    r"(?:[\w.:%-]{1,80}@)?(?:[\w-]{1,63}\.){1,6}[^\W\d_]{2,24}\.?(?::\d{1,5})?(?:[/?#]|\Z)"
)
_ARCHIVE = re.compile(
    r"/*(?:web|save|wayback)/+(?:(?:\d{1,14}|\*)(?:[a-z]{2}_)?\*?/+)?(?P<inner>.+)", re.IGNORECASE
)
_ARCHIVE_TODAY = re.compile(
    r"/*(?:\d{4}[\d.-]{0,20}|newest|oldest|o/\w{1,12}|timegate)/+(?P<inner>.+)", re.IGNORECASE
)
_AMP = re.compile(r"/*(?:amp|c|v|i|a)/+(?:s/+)?(?P<inner>.+)", re.IGNORECASE)
_MEGALODON = re.compile(r"/*(?:ref/+)?\d{4}-\d{4}-\d{4}-\d{2}/+(?P<inner>.+)")
_PROOFPOINT = re.compile(r"/*v3/+__(?P<inner>.+?)__;", re.IGNORECASE)
_CACHE = re.compile(r"\s*(?:cache|info|site|related):(?:[\w-]{12}:)?(?P<inner>\S+)", re.IGNORECASE)
_WHOLE_PATH = re.compile(r"/*(?P<inner>.+)")

_TODAY = re.compile(r"archive\.(?:today|is|ph|li|vn|fo|md)\Z")
#: Hosts whose path goes on with an address, that may lack its scheme.
_BY_PATH: Final[tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]] = (
    (re.compile(r"(?:.+\.)?archive\.org\Z"), _ARCHIVE),
    (re.compile(r"(?:wayback|webarchive|web)\.[\w.-]+\Z"), _ARCHIVE),
    (_TODAY, _ARCHIVE_TODAY),
    (re.compile(r"timetravel\.mementoweb\.org\Z"), re.compile(r"/*(?:list|memento|reconstruct)/+\d{4,14}/+(?P<inner>.+)")),
    (re.compile(r"google\.[a-z.]{2,6}\Z|(?:.+\.)?ampproject\.(?:org|net)\Z|(?:.+\.)?bing-amp\.com\Z"), _AMP),
    (re.compile(r"megalodon\.jp\Z"), _MEGALODON),
    (re.compile(r"urldefense\.(?:com|us|proofpoint\.com)\Z"), _PROOFPOINT),
    (re.compile(r"(?:12ft\.io|r\.jina\.ai|outline\.com|txtify\.it|archive\.fo|smry\.ai|1ft\.io|freedium\.cfd|removepaywall\.com|printfriendly\.com)\Z"), _WHOLE_PATH),
)  # fmt: skip
#: Names of values that hold an address on sites that exist to lead elsewhere.
_LEADS = tuple(
    "url u q to target dest destination redirect redirect_url redirect_uri redir link href goto go out"
    " uddg z a uri site next continue return returnurl return_to dl_url p r l source location page".split()
)
#: Hosts where such a value is an address even without a scheme.
_REDIRECTORS = re.compile(
    r"(?:google\.[a-z.]{2,6}|l\.(?:facebook|instagram|messenger|threads)\.(?:com|net)|lm\.facebook\.com"
    r"|facebook\.com|out\.reddit\.com|t\.umblr\.com|youtube\.com|vk\.com|away\.vk\.com|duckduckgo\.com|steamcommunity\.com|linkedin\.com"
    r"|slack-redir\.net|href\.li|anonym\.to|anon\.to|nullrefer\.com|dereferer\.me|[\w.-]*safelinks\.protection\.outlook\.com"
    r"|validator\.w3\.org|[\w.-]*microsofttranslator\.com|translate\.yandex\.[a-z]{2,3}|translate\.google\.[a-z.]{2,6}"
    r"|webcache\.googleusercontent\.com|12ft\.io|archive\.(?:today|is|ph|li|vn|fo|md)|(?:web\.)?archive\.org"
    r"|webcitation\.org|bing\.com|yandex\.[a-z]{2,3}|click\.[\w.-]+|redirect\.[\w.-]+|exit\.sc|curlie\.org|[\w.-]*translate\.goog|urldefense\.proofpoint\.com)\Z"
)
_DEEPEST_CODE = 3


def inner_addresses(
    host: str, path: str, search: str, pairs: Sequence[tuple[str, str]]
) -> Iterator[str]:
    """Yield the addresses that one carries, the likeliest first; they need not have a scheme.

    `path` and `search` are as typed, `pairs` the decoded values of the query.
    """
    whole = f"{path}{search}"
    if host.endswith(".translate.goog"):
        yield _untranslated(host, path, search)
        return
    for hosts, form in _BY_PATH:
        if hosts.match(host) is None:
            continue
        match = form.match(whole)
        if match is not None and _is_address(_opened(match["inner"])):
            yield _whole(match["inner"])
            return
    yield from _in_query(host, pairs)
    match = _AS_TYPED.search(path, 1)
    if match is not None:
        yield _whole(whole[match.start() :])
    elif search[1:2] and "=" not in search.split("/", 1)[0] and _is_address(_opened(search[1:])):
        yield _opened(search[1:])


def _in_query(host: str, pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Yield the addresses among the values of a query."""
    redirects = _REDIRECTORS.match(host) is not None
    for name, value in pairs:
        given = value.strip()
        if host == "urldefense.proofpoint.com" and name == "u":
            given = unquote(given.replace("-", "%").replace("_", "/"))
        if host == "bing.com" and name == "u" and given.startswith("a1"):
            given = _from_base64(given[2:]) or given
        cached = _CACHE.match(given)
        if cached is not None and (name in {"q", "p"}):
            yield _opened(cached["inner"])
            continue
        opened = _opened(given)
        led = redirects and name.lower() in _LEADS and _is_address(opened)
        if led or _SCHEME.match(opened) or opened.startswith("//"):
            yield opened


def _untranslated(host: str, path: str, search: str) -> str:
    """Return the address that `de-wikipedia-org.translate.goog` stands for."""
    name = (
        host.removesuffix(".translate.goog")
        .replace("--", "\0")
        .replace("-", ".")
        .replace("\0", "-")
    )
    kept = "&".join(part for part in search[1:].split("&") if part and not part.startswith("_x_tr"))
    return f"https://{name}{path}" + (f"?{kept}" if kept else "")


def _whole(text: str) -> str:
    """Return an address that is a part of another: encoded as a whole, up to where that ends."""
    if _SCHEME.match(text) or not re.match(r"[^/?#&]*%(?:25)*(?:3a|2f)", text, re.IGNORECASE):
        return text
    return _opened(re.split(r"[&?]", text, maxsplit=1)[0])


def _opened(text: str) -> str:
    """Undo the encoding of an address as a whole, however often it was done."""
    for _ in range(_DEEPEST_CODE):
        if _SCHEME.match(text) or "%" not in text:
            break
        opened = unquote(text)
        if not re.match(r"(?:https?|ftp|[\w.-]{3,}[/:%])", opened, re.IGNORECASE):
            break
        text = opened
    return text


def _is_address(text: str) -> bool:
    return _SCHEME.match(text) is not None or _HOST_FIRST.match(text) is not None


def _from_base64(text: str) -> str | None:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (ValueError, binascii.Error, UnicodeDecodeError):
        return None
