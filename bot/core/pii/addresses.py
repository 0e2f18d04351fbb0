"""One key for the many ways to write the address of the same page.

A key is a line such as `en.wikipedia.org rev 123`, `wiki.example.org page User:Example`, `x.com user
example`, or host, path and query of any other address. What an address carries inside (an
archive's, a redirector's) is its key, too, and comes first. Whatever cannot be parsed keeps its own
text as the key: what is odd is not thereby harmless.
"""

import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import unquote, unquote_plus

from bot.core.pii.confusables import fold_label
from bot.core.pii.sites import site_key
from bot.core.pii.wikiaddress import Query, wiki_keys
from bot.core.pii.wikis import desktop, is_wikimedia
from bot.core.pii.wrappers import inner_addresses

#: How the web's own scheme is written, disguised or mistyped.
WEB = r"(?:h[tx*_]{2}ps?|meows?)"
_WEB = re.compile(rf"(?:view-source:)?{WEB}:[/\\]*", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{1,20}:/", re.IGNORECASE)
_MOBILE = frozenset({"m", "mobile", "www", "amp"})
_DEEPEST = 3
_AMPERSAND = re.compile(r"&(?:amp|#38|#x26);", re.IGNORECASE)
_PUNYCODE = "xn--"
_WEB_PORTS = frozenset({"", "80", "443"})
_PARTED = re.compile(r"&(?:amp;)?|;(?=(?:amp;)?[^\W\d]\w{0,30}=)", re.IGNORECASE)

#: What a link carries for those who count its readers, and nothing else.
_TRACKING = re.compile(
    r"(?:utm_\w+|mtm_\w+|pk_\w+|hsa_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid"
    r"|ttclid|li_fat_id|igshid|igsh|mc_[ce]id|_hs\w+|mkt_tok|vero_\w+|oly_\w+|_ga|_gl|ref_src|ref_url"
    r"|spm|wprov|feature|share_id|__tn__|__cft__.*|s_cid|cmpid|rss|source_id|si|ref_type)\Z",
    re.IGNORECASE,
)


def address_keys(plain: str, depth: int = 0) -> tuple[str, ...]:
    """Return the keys of an address, what it leads to first, then its own; at least one.

    Linear in its length. Three addresses deep; what is deeper is not looked for.
    """
    url = _parsed(plain)
    if url is None:
        return (plain.casefold(),)
    host, path, search, pairs = url
    wiki = () if _is_no_wiki(host) else wiki_keys(desktop(host), path, pairs)
    if wiki:
        return wiki
    own = site_key(host, _decoded(path), dict(pairs)) or _own_key(host, path, pairs)
    if depth >= _DEEPEST:
        return (own,)
    inner = tuple(
        key
        for found in inner_addresses(host, path, search, pairs)
        for key in address_keys(_stripped(found), depth + 1)
    )
    return tuple(dict.fromkeys((*inner, own)))


def _parsed(plain: str) -> tuple[str, str, str, Query] | None:
    """Return host, path and search as typed, and the values of the query; None for no address."""
    web = _WEB.match(plain)
    if web is not None:
        plain = f"https://{plain[web.end() :]}"
    elif _SCHEME.match(plain) is None:
        plain = "https://" + plain.lstrip("/\\")
    import ada_url  # noqa: PLC0415 -- four megabytes, which a bot that sees no link never needs

    try:
        url = ada_url.URL(_folded_host(plain))
    except ValueError:
        return None
    host = _host(url.hostname)
    if url.port not in _WEB_PORTS:
        host += f":{url.port}"
    if url.protocol != "https:":
        host = f"{url.protocol}{host}"
    return host, url.pathname, url.search, pairs_of(url.search)


def _folded_host(address: str) -> str:
    """Return an address whose host is written in ASCII where it only looks like that."""
    scheme, slashes, rest = address.partition("//")
    if not slashes:
        return address
    end = re.search(r"[/?#\\]", rest)
    cut = len(rest) if end is None else end.start()
    host = unquote(rest[:cut]) if "%" in rest[:cut] else rest[:cut]
    if host.isascii():
        return f"{scheme}//{host}{rest[cut:]}"
    labels = unicodedata.normalize("NFKC", host).replace("。", ".").split(".")
    return f"{scheme}//{'.'.join(map(fold_label, labels))}{rest[cut:]}"


def _host(name: str) -> str:
    """Return a host without what is only there for phones, and without disguises."""
    labels = [_label(label) for label in name.casefold().rstrip(".").split(".")]
    kept = [label for label in labels if label not in _MOBILE]
    return ".".join(kept if len(kept) > 1 else labels)


def _label(label: str) -> str:
    """Return a label of a host as the ASCII that it looks like, else in its own letters."""
    if not label.startswith(_PUNYCODE):
        return label
    try:
        shown = label.removeprefix(_PUNYCODE).encode().decode("punycode")
    except UnicodeError:
        return label
    return fold_label(shown).casefold()


def _is_no_wiki(host: str) -> bool:
    """Whether a host is one that has no wiki's pages, whatever its paths look like."""
    return host.endswith(
        (".translate.goog", "archive.org", ".ampproject.org")
    ) and not is_wikimedia(host)


def pairs_of(search: str) -> Query:
    """Return names and values of a query, decoded, without those that count readers."""
    found: list[tuple[str, str]] = []
    text = search.removeprefix("?")
    for part in _PARTED.split(text):
        name, _, value = part.partition("=")
        name = _decoded(name.replace("+", " "))
        if name and _TRACKING.match(name) is None:
            found.append((name, _value(value)))
    return found


def _value(text: str) -> str:
    """Decode a value once; twice where nothing but another encoding came out."""
    value = unquote_plus(text)
    return (
        unquote(value)
        if re.search(r"%25|\A[^%/:]*%[0-9a-f]{2}", value, re.IGNORECASE) and "://" not in value
        else value
    )


def _own_key(host: str, path: str, pairs: Query) -> str:
    return f"{host}{_decoded(path).rstrip('/')}{_said(pairs)}"


def _said(query: Sequence[tuple[str, str]]) -> str:
    """Return a query in one order, with its question mark."""
    said = "&".join(f"{name}={value}" if value else name for name, value in sorted(set(query)))
    return f"?{said}" if said else ""


def _decoded(text: str) -> str:
    """Undo percent-encoding, twice over, and put accents and their letters together."""
    return unicodedata.normalize("NFC", unquote(unquote(text)))


def _stripped(address: str) -> str:
    return _AMPERSAND.sub("&", address.strip().rstrip("\"'<>"))
