"""Details of an address that a browser or a wiki reads as the same."""

import re
from collections.abc import Callable
from urllib.parse import SplitResult, unquote, urlsplit

from tests.measures.canon.variant import Catalogue, Change, Variant, to

DETAILS = Catalogue(1)
Piece = Callable[[Variant, SplitResult], str | None]


def _detail(group: str) -> Callable[[Piece], Piece]:
    """Enter a function that gets the parsed address too."""

    def enter(piece: Piece) -> Piece:
        def change(variant: Variant) -> Variant | None:
            if not variant.url:
                return None
            return to(variant, piece(variant, urlsplit(variant.text)))

        why = (piece.__doc__ or "").splitlines()[0]
        DETAILS.put(piece.__name__.replace("_", " "), group, change, why)
        return piece

    return enter


def _hosted(host: str) -> Change:
    """Put something else for the host of a Wikimedia wiki."""

    def change(variant: Variant) -> Variant | None:
        if not variant.url or variant.seed.wiki is None or not variant.seed.wiki.db:
            return None
        own = variant.seed.wiki.host
        first, _, rest = own.removeprefix("www.").partition(".")
        if not own.endswith("wikipedia.org") and "zero" in host:
            return None
        new = f"m.{first}.{rest}" if own.startswith("www.") else host.format(a=first, b=rest)
        return to(variant, variant.text.replace(f"//{own}", f"//{new}", 1))

    return change


DETAILS.put("mobile host", "host", _hosted("{a}.m.{b}"), "The host for phones shows the same wiki.")
DETAILS.put("zero host", "host", _hosted("{a}.zero.{b}"), "So did the host for free data.")


@_detail("host")
def bare_host(variant: Variant, url: SplitResult) -> str | None:
    """The host without `www.` leads to the host with it."""
    if url.netloc not in {"www.wikidata.org", "www.reddit.com", "www.facebook.com"}:
        return None
    return variant.text.replace("//www.", "//", 1)


@_detail("authority")
def trailing_dot(variant: Variant, url: SplitResult) -> str | None:
    """A dot at the end of a host says only that it is complete."""
    return variant.text.replace(url.netloc, url.netloc + ".", 1)


@_detail("authority")
def default_port(variant: Variant, url: SplitResult) -> str | None:
    """443 is the port of https anyway."""
    return variant.text.replace(url.netloc, url.netloc + ":443", 1)


@_detail("authority")
def plain_port(variant: Variant, url: SplitResult) -> str | None:
    """80 is the port of http anyway, and sites lead from there to https."""
    return variant.text.replace(f"https://{url.netloc}", f"http://{url.netloc}:80", 1)


@_detail("authority")
def userinfo(variant: Variant, url: SplitResult) -> str | None:
    """A name before the host is sent along, but the place is the same."""
    return variant.text.replace(url.netloc, "reader@" + url.netloc, 1)


@_detail("authority")
def misleading_userinfo(variant: Variant, url: SplitResult) -> str | None:
    """What stands before the at sign is no host, even if it looks like one."""
    return variant.text.replace(url.netloc, "example.com:pw@" + url.netloc, 1)


@_detail("authority")
def host_in_capitals(variant: Variant, url: SplitResult) -> str | None:
    """Hosts are read without regard to case."""
    return variant.text.replace(url.netloc, url.netloc.upper(), 1)


@_detail("authority")
def host_in_mixed_case(variant: Variant, url: SplitResult) -> str | None:
    """Hosts are read without regard to case."""
    mixed = "".join(c.upper() if i % 2 else c for i, c in enumerate(url.netloc))
    return variant.text.replace(url.netloc, mixed, 1)


@_detail("authority")
def http(variant: Variant, url: SplitResult) -> str | None:
    """Without encryption the same page answers, or leads to it."""
    return "http" + variant.text.removeprefix("https")


@_detail("authority")
def scheme_in_capitals(variant: Variant, url: SplitResult) -> str | None:
    """Schemes are read without regard to case."""
    return "HTTPS" + variant.text.removeprefix("https")


def _tail(variant: Variant) -> tuple[str, str]:
    """Split an address after its host."""
    at = variant.text.index("/", 8)
    return variant.text[:at], variant.text[at:]


@_detail("path")
def letter_in_percent(variant: Variant, url: SplitResult) -> str | None:
    """A percent-encoded letter is the letter."""
    at = [i for i, c in enumerate(url.path) if c.isalpha() and url.path[i - 1 : i] not in {"%", ""}]
    at = [i for i in at if "%" not in url.path[max(0, i - 2) : i]]
    if not at:
        return None
    i = at[variant.pick % len(at)]
    new = f"{url.path[:i]}%{ord(url.path[i]):02X}{url.path[i + 1 :]}" if url.path.isascii() else ""
    return variant.text.replace(url.path, new, 1) if new else None


@_detail("path")
def value_in_percent(variant: Variant, url: SplitResult) -> str | None:
    """Percent-encoded characters of a value are the characters."""
    found = re.search(r"=([0-9A-Za-z]{3,})", url.query)
    if found is None or url.query.startswith("/"):
        return None
    coded = "".join(f"%{ord(c):02x}" for c in found[1])
    return variant.text.replace(found[0], "=" + coded, 1)


def _has_percent(variant: Variant) -> bool:
    return "%" in variant.text and variant.seed.wiki is not None


@_detail("path")
def double_percent(variant: Variant, url: SplitResult) -> str | None:
    """A program has encoded the address once more; a reader undoes it."""
    head, tail = _tail(variant)
    return head + tail.replace("%", "%25") if _has_percent(variant) else None


@_detail("path")
def double_percent_everywhere(variant: Variant, url: SplitResult) -> str | None:
    """As before, also for what needed no encoding."""
    if variant.seed.wiki is None or "%" in variant.text:
        return None
    head, tail = _tail(variant)
    known = ":" in tail and "rest" not in tail
    return head + tail.replace(":", "%253A").replace("_", "%255F") if known else None


@_detail("path")
def small_percent(variant: Variant, url: SplitResult) -> str | None:
    """The digits of percent-encoding are read without regard to case."""
    return re.sub(r"%[0-9A-F]{2}", lambda m: m[0].lower(), variant.text)


@_detail("path")
def nothing_in_percent(variant: Variant, url: SplitResult) -> str | None:
    """Letters of any script may stand for themselves."""
    return unquote(variant.text) if _has_percent(variant) and "%2F" not in variant.text else None


@_detail("path")
def colon_in_percent(variant: Variant, url: SplitResult) -> str | None:
    """A percent-encoded colon is a colon to a wiki."""
    head, tail = _tail(variant)
    return head + tail.replace(":", "%3A") if variant.seed.wiki and "%" not in tail else None


@_detail("path")
def spaces_in_percent(variant: Variant, url: SplitResult) -> str | None:
    """A wiki reads spaces as underscores."""
    head, tail = _tail(variant)
    known = variant.seed.wiki is not None and "rest" not in tail and "api.php" not in tail
    head2, sep, value = tail.rpartition("/") if "?" not in tail else ("", "", tail)
    return head + head2 + sep + re.sub("(?<=[^/?&=])_", "%20", value) if known else None


@_detail("path")
def double_underscores(variant: Variant, url: SplitResult) -> str | None:
    """A wiki takes several underscores for one."""
    known = variant.seed.kind in {"page", "file"} and "php/v1" not in variant.text
    return variant.text.replace("_", "__", 1) if known else None


@_detail("path")
def underscores_around(variant: Variant, url: SplitResult) -> str | None:
    """A wiki drops underscores at the end of a title."""
    known = variant.seed.kind == "page" and url.path.startswith("/wiki/")
    return variant.text.replace(url.path, url.path + "_", 1) if known else None


@_detail("path")
def dot_segments(variant: Variant, url: SplitResult) -> str | None:
    """Browsers resolve `.` and `..` before they ask."""
    head, tail = _tail(variant)
    return f"{head}/a/../.{tail}"


@_detail("path")
def php_in_place_of_index(variant: Variant, url: SplitResult) -> str | None:
    """The script takes the title from its path as from the parameter."""
    if variant.seed.wiki is None or url.query or not url.path.startswith("/wiki/"):
        return None
    return variant.text.replace("/wiki/", "/w/index.php?title=", 1)


def _query(name: str, why: str, change: Callable[[Variant, list[str]], str | None]) -> None:
    """Enter a change of the parameters; it gets them as a list and returns the new query."""

    def whole(variant: Variant) -> Variant | None:
        head, mark, query = variant.text.partition("?")
        if not variant.url or not mark or "#" in query:
            return None
        new = change(variant, query.split("&"))
        return to(variant, None if new is None else f"{head}?{new}")

    DETAILS.put(name, "query", whole, why)


def _wiki(variant: Variant, query: str) -> str | None:
    return query if variant.seed.wiki is not None else None


_query(
    "reversed parameters",
    "Their order does not matter.",
    lambda v, q: _wiki(v, "&".join(reversed(q))),
)
_query(
    "rotated parameters",
    "Their order does not matter.",
    lambda v, q: _wiki(v, "&".join(q[1:] + q[:1])),
)
_query(
    "parameter twice",
    "The same again says nothing new.",
    lambda v, q: _wiki(v, "&".join([*q, q[-1]])),
)
_query("ampersand entity", "Pages and mails write & so.", lambda _, q: "&amp;".join(q))
_query("semicolons", "An old separator of parameters.", lambda v, q: _wiki(v, ";".join(q)))
_query(
    "empty parameter first",
    "Empty values say nothing.",
    lambda v, q: _wiki(v, "&".join(["section=", *q])),
)
_query(
    "empty parameter last",
    "Empty values say nothing.",
    lambda v, q: _wiki(v, "&".join([*q, "printable="])),
)
_query(
    "empty pieces",
    "Nothing stands between two ampersands.",
    lambda v, q: _wiki(v, "&" + "&&".join(q) + "&"),
)
_query(
    "user language",
    "The language of the buttons is no part of it.",
    lambda v, q: _wiki(v, "&".join([*q, "uselang=fr"])),
)
_query("skin", "Looks are no part of it.", lambda v, q: _wiki(v, "&".join(["useskin=vector", *q])))
_query(
    "mobile view",
    "The view for phones shows the same.",
    lambda v, q: _wiki(v, "&".join([*q, "mobileaction=toggle_view_mobile"])),
)
_query(
    "diff only",
    "What stands below a difference is no part of it.",
    lambda v, q: (
        "&".join([*q, "diffonly=1"])
        if v.seed.kind == "revision" and "index.php" in v.text
        else None
    ),
)
_query(
    "visual difference",
    "How a difference is drawn is no part of it.",
    lambda v, q: (
        "&".join([*q, "diffmode=visual"])
        if v.seed.kind == "revision" and "diff=" in v.text
        else None
    ),
)


@_detail("query")
def first_parameter(variant: Variant, url: SplitResult) -> str | None:
    """A parameter for looks says nothing about the thing."""
    return variant.text + "?useskin=minerva" if not url.query and variant.seed.wiki else None


@_detail("query")
def tracking(variant: Variant, url: SplitResult) -> str | None:
    """Parameters that say where a reader came from lead nowhere else."""
    if variant.seed.wiki is not None:
        return None
    mark = "&" if url.query else "?"
    return variant.text + mark + "utm_source=chat&utm_medium=irc&fbclid=IwAR0ExampleA"


@_detail("query")
def mark_without_query(variant: Variant, url: SplitResult) -> str | None:
    """A question mark with nothing behind it asks nothing."""
    return variant.text + "?" if not url.query and variant.seed.wiki else None


for _name, _fragment in {
    "section": "Example_section",
    "citation": "cite_note-3",
    "text fragment": ":~:text=made%20up",
    "empty fragment": "",
    "top": "top",
}.items():

    def _with(variant: Variant, fragment: str = _fragment) -> Variant | None:
        return to(variant, f"{variant.text}#{fragment}") if variant.url else None

    DETAILS.put(f"fragment: {_name}", "fragment", _with, "A fragment is a place in the page.")
