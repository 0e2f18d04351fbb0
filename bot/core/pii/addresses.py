"""One key for the many ways to write the address of the same page.

A key is a line such as `wiki.example.org rev 123`, `wiki.example.org page User:Example`, or host,
path and query of any other address. Whatever cannot be parsed keeps its own text as the key: what
is odd is not thereby harmless.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import parse_qsl, unquote

#: How the web's own scheme is written, disguised or mistyped.
WEB = r"(?:h[tx*_]{2}ps?|meows?)"
_WEB = re.compile(rf"{WEB}:[/\\]*", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{1,20}:/", re.IGNORECASE)
_SPECIAL = re.compile(
    r"(?:^|:)special:(?:mobile)?(diff|permanentlink|permalink|redirect/revision)/"
    r"(\d+)(?:/(\d+|prev|next|cur))?",
    re.IGNORECASE,
)
_INNER = re.compile(r"https?(?:://|%3a%2f%2f)", re.IGNORECASE)
_MOBILE = frozenset({"m", "mobile", "www"})
_DEEPEST = 3

#: What a link carries for those who count its readers, and nothing else.
_TRACKING = re.compile(
    r"(?:utm_\w+|mtm_\w+|pk_\w+|hsa_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid"
    r"|ttclid|li_fat_id|igshid|igsh|mc_[ce]id|_hs\w+|mkt_tok|vero_\w+|oly_\w+|_ga|_gl|ref_src|ref_url"
    r"|spm|wprov|feature|share_id|__tn__|__cft__.*|s_cid|cmpid|rss|source_id)\Z",
    re.IGNORECASE,
)
#: How a wiki shows a page, not which one.
_SHOWN = frozenset(
    "title oldid diff action curid section veaction uselang useskin redlink redirect printable"
    " type direction dir limit offset mobileaction debug unhide diffmode diffonly safemode".split()
)
_SCRIPT = re.compile(r"(?:/(?:[\w.-]{1,40}/)?(?:index|wiki)\.php|/(?:w|wiki)?/?)\Z")
_UNDER_SCRIPT = re.compile(r"/(?:[\w.-]{1,40}/)?index\.php/")

Query = Sequence[tuple[str, str]]


def address_keys(plain: str, depth: int = 0) -> tuple[str, ...]:
    """Return the keys of an address without disguises, its own first, then what it leads to."""
    own = _own_keys(plain)
    if depth >= _DEEPEST:
        return own
    return tuple(dict.fromkeys((*own, *_inner_keys(plain, depth))))


def hostless_keys(plain: str) -> tuple[str, ...]:
    """Return the keys of a revision that is named without its wiki: `Special:Diff/123`."""
    bare = plain.strip("[]").removeprefix(":")
    if _SPECIAL.search(bare):
        return _wiki("", f"/wiki/{bare}", ()) or (plain.casefold(),)
    return _wiki("", "", parse_qsl(bare.partition("?")[2] or bare)) or (plain.casefold(),)


def _inner_keys(plain: str, depth: int) -> Iterator[str]:
    """Return the keys of an address that another one carries: an archive's, a redirect's."""
    for match in _INNER.finditer(plain, 1):
        inner = plain[match.start() :]
        if "%" in match[0]:
            inner = unquote(inner.partition("&")[0])
        yield from address_keys(inner, depth + 1)
        return


def _own_keys(plain: str) -> tuple[str, ...]:
    web = _WEB.match(plain)
    if web is not None:
        plain = f"https://{plain[web.end() :]}"
    elif _SCHEME.match(plain) is None:
        if "." not in plain.split("/")[0]:
            return hostless_keys(plain)
        plain = f"https://{plain.lstrip('/')}"
    import ada_url  # noqa: PLC0415 -- four megabytes, which a bot that sees no link never needs

    try:
        url = ada_url.URL(plain)
    except ValueError:
        return (plain.casefold(),)
    host = _host(url.hostname)
    if url.port:
        host += f":{url.port}"
    query = [
        (name, value)
        for name, value in parse_qsl(
            url.search.removeprefix("?").replace(";", "&"), keep_blank_values=True
        )
        if _TRACKING.match(name) is None
    ]
    path = _decoded(url.pathname)
    wiki = _wiki(host, path, query)
    if wiki:
        return wiki
    scheme = "" if url.protocol == "https:" else url.protocol
    return (f"{scheme}{host}{path.rstrip('/')}{_said(query)}",)


def _said(query: Query) -> str:
    """Return a query in one order, with its question mark."""
    said = "&".join(f"{name}={value}" if value else name for name, value in sorted(query))
    return f"?{said}" if said else ""


def _host(name: str) -> str:
    labels = name.casefold().rstrip(".").split(".")
    kept = [label for label in labels if label not in _MOBILE]
    return ".".join(kept if len(kept) > 1 else labels)


def _decoded(text: str) -> str:
    """Undo percent-encoding, twice over, and put accents and their letters together."""
    return unicodedata.normalize("NFC", unquote(unquote(text)))


def _wiki(host: str, path: str, pairs: Query) -> tuple[str, ...]:
    """Return the keys of a wiki's address, nothing for any other."""
    query = dict(pairs)
    title = _title_in(path)
    if not title and (not host or _SCRIPT.match(path)):
        title = _title(query.get("title", ""))
    revisions = _revisions(query) or _special(title)
    if revisions:
        return tuple(f"{host} rev {number}".strip() for number in revisions)
    if query.get("curid", "").isdigit():
        return (f"{host} id {query['curid']}".strip(),)
    if not title or not host:
        return ()
    rest = [(name, value) for name, value in pairs if name not in _SHOWN]
    if title.casefold().startswith("special:"):
        whom = [value for name, value in rest if name in {"target", "user", "page"}]
        if len(whom) == 1 and "/" not in title and len(rest) == 1:
            return (f"{host} page {title}/{_title(whom[0])}",)
    return (f"{host} page {title}{_said(rest)}",)


def _title_in(path: str) -> str:
    """Return the title that a path names."""
    if path.startswith("/wiki/"):
        return _title(path.removeprefix("/wiki/"))
    script = _UNDER_SCRIPT.match(path)
    return _title(path[script.end() :]) if script else ""


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
    title = _decoded(text).partition("#")[0]
    title = " ".join(title.replace("_", " ").split()).replace(" ", "_").rstrip("/")
    return title[:1].upper() + title[1:]
