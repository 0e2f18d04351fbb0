"""Disguises: addresses that no browser takes as they stand, but every reader understands."""

import re
from urllib.parse import urlsplit

from tests.measures.canon.variant import Catalogue, Change, Variant, to

DISGUISES = Catalogue(3)
WHY_SCHEME = "A browser or a reader puts the usual scheme there."
WHY_DOT = "A reader knows that the dot of a host is meant."
WHY_HIDDEN = "The character cannot be seen, and nobody means it."
HOST = re.compile(r"(?<=://)[^/?#\s]+")


def _start(new: str) -> Change:
    """Put something else for `https://`."""

    def change(variant: Variant) -> Variant | None:
        if not variant.url or not variant.text.startswith("https://"):
            return None
        # Without a scheme, a name or a port before the path would be read otherwise.
        if not new and set("@:") & set(urlsplit(variant.text).netloc):
            return None
        return to(variant, new + variant.text.removeprefix("https://"), url=False)

    return change


for _name, _new in {
    "hxxps": "hxxps://",
    "hXXp": "hXXp://",
    "bracketed colon": "https[:]//",
    "bracketed scheme mark": "hxxps[://]",
    "no scheme": "",
    "relative scheme": "//",
    "backslashes": "https:\\\\",
    "one slash": "https:/",
    "three slashes": "https:///",
    "mixed slashes": "https:/\\",
}.items():
    DISGUISES.put(_name, "scheme", _start(_new), WHY_SCHEME)


@DISGUISES.add("scheme")
def no_scheme_and_dots_in_brackets(variant: Variant) -> Variant | None:
    """The usual way to write a host so that nothing makes a link of it."""
    host = urlsplit(variant.text).netloc
    if not variant.url or set("@:") & set(host) or host.endswith("."):
        return None
    bare = variant.text.partition("://")[2].removeprefix(host)
    return to(variant, host.replace(".", "[.]") + bare, url=False)


@DISGUISES.add("scheme")
def backslashes_throughout(variant: Variant) -> Variant | None:
    """Browsers take backslashes before the question mark for slashes."""
    if not variant.url or re.search(r"[?#]|:.*:", variant.text) or variant.seed.wiki is None:
        return None
    return to(variant, variant.text.replace("/", "\\"), url=False)


def _host(change: re.Pattern[str] | str, new: str, *, count: int = 0) -> Change:
    """Put something else into the host that stands behind the first `://`."""

    def whole(variant: Variant) -> Variant | None:
        found = HOST.search(variant.text)
        if found is None or not found.start() < 12 or "@" in found[0] or ":" in found[0]:
            return None
        if found[0].endswith(".") or not found[0].isascii() or "xn--" in found[0].lower():
            return None
        host = re.sub(change, new, found[0], count=count)
        if host == found[0]:
            return None
        text = variant.text[: found.start()] + host + variant.text[found.end() :]
        return to(variant, text, url=False)

    return whole


for _name, _new in {
    "dots in brackets": "[.]",
    "dots in parentheses": "(.)",
    "dots in braces": "{.}",
    "dot as a word in brackets": "[dot]",
    "dot as a word in parentheses": "(dot)",
    "spaces around dots": " . ",
    "spaces before dots": " .",
    "spaces behind dots": ". ",
    "ideographic full stops": "\u3002",
    "full-width dots": "\uff0e",
    "dots in percent": "%2E",
    "escaped dots": "\\\\.",
}.items():
    DISGUISES.put(_name, "host", _host(r"\.", _new), WHY_DOT)
DISGUISES.put("last dot in brackets", "host", _host(r"\.(?=[a-z]+$)", "[.]"), WHY_DOT)
for _old, _new in {"e": "е", "o": "о", "i": "і", "a": "а"}.items():
    DISGUISES.put(
        f"Cyrillic {_old} in the host",
        "host",
        _host(_old, _new, count=1),
        "Looks alike; the host that is meant is the known one.",
    )


@DISGUISES.add("host")
def full_width_host(variant: Variant) -> Variant | None:
    """Browsers map full-width letters of hosts to plain ones."""
    found = HOST.search(variant.text)
    if found is None or found.start() > 8 or not found[0].isascii() or not variant.url:
        return None
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isalpha() else c for c in found[0])
    return to(variant, variant.text.replace(found[0], wide, 1), url=False)


@DISGUISES.add("host")
def letter_of_host_in_percent(variant: Variant) -> Variant | None:
    """Browsers decode percent in hosts."""
    found = HOST.search(variant.text)
    if found is None or found.start() > 8 or not found[0][0].isascii() or not variant.url:
        return None
    if not found[0][1].isalpha() or not found[0].isascii():
        return None
    coded = f"{found[0][0]}%{ord(found[0][1]):02X}{found[0][2:]}"
    return to(variant, variant.text.replace(found[0], coded, 1), url=False)


def _inserted(character: str, *, in_host: bool) -> Change:
    def change(variant: Variant) -> Variant | None:
        found = HOST.search(variant.text)
        if found is None or found.start() > 8:
            return None
        first, last = (found.start() + 1, found.end()) if in_host else (found.end(), 0)
        places = range(first, last or len(variant.text))
        letters = [i for i in places if variant.text[i - 1 : i + 1].isalnum()]
        if not letters:
            return None
        at = letters[variant.pick % len(letters)]
        # Inside an escape the character would part what belongs together.
        if re.search(r"%(25)*[0-9A-Fa-f]?$", variant.text[:at]) or "&" in variant.text[at - 6 : at]:
            return None
        return to(variant, variant.text[:at] + character + variant.text[at:], url=False)

    return change


for _name, _character in {
    "zero-width space": "\u200b",
    "zero-width joiner": "\u200d",
    "soft hyphen": "\u00ad",
    "word joiner": "\u2060",
    "byte order mark": "\ufeff",
    "left-to-right mark": "\u200e",
    "right-to-left mark": "\u200f",
}.items():
    DISGUISES.put(f"{_name} in the host", "hidden", _inserted(_character, in_host=True), WHY_HIDDEN)
    DISGUISES.put(f"{_name} behind it", "hidden", _inserted(_character, in_host=False), WHY_HIDDEN)


@DISGUISES.add("hidden")
def directional_isolate(variant: Variant) -> Variant | None:
    """Marks of direction around an address are no part of it."""
    return to(variant, f"\u2066{variant.text}\u2069", url=False) if variant.url else None


@DISGUISES.add("hidden")
def directional_embedding(variant: Variant) -> Variant | None:
    """Marks of direction around an address are no part of it."""
    return to(variant, f"\u202a{variant.text}\u202c", url=False) if variant.url else None


@DISGUISES.add("hidden")
def line_break(variant: Variant) -> Variant | None:
    """Browsers drop line breaks inside an address."""
    return _inserted("\n", in_host=False)(variant) if variant.url else None


@DISGUISES.add("hidden")
def tab(variant: Variant) -> Variant | None:
    """Browsers drop tabs inside an address."""
    return _inserted("\t", in_host=False)(variant) if variant.url else None


def _word(old: str, new: str) -> Change:
    def change(variant: Variant) -> Variant | None:
        if variant.seed.wiki is None or old not in variant.text or "://" in variant.text[8:]:
            return None
        if "%3A%2F%2F" in variant.text or variant.seed.wiki.special != "Special":
            return None
        return to(variant, variant.text.replace(old, new, 1), url=False)

    return change


for _old, _new in {
    "oldid=": "оldid=",
    "diff=": "dіff=",
    "curid=": "сurid=",
}.items():
    DISGUISES.put(
        f"look-alike in {_old[:-1]}",
        "word",
        _word(_old, _new),
        "An ASCII word of the address is meant, not its look-alike.",
    )
