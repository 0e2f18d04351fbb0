"""Pages and revisions that are named the way people of wikis name them: without an address.

`[[m:User:X]]`, `[[Special:Diff/1]]`, `{{diff|…}}`, `Special:Diff/1`, `?oldid=1`, `/wiki/X`, `rev 123456789`.
A number alone names nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.pii.addresses import pairs_of
from bot.core.pii.confusables import fold
from bot.core.pii.edges import CLOSE, LONGEST, OPEN
from bot.core.pii.wikiaddress import is_special, keys_of_title, number, wiki_keys

__all__ = ["SIGNS", "Named", "named"]

#: One of these is in every text that names something in this way, in lower case.
SIGNS = (
    "[[",
    "{{",
    "rev",
    "diff",
    "oldid",
    "curid",
    "pageid",
    "logid",
    "permalink",
    "/wiki/",
    ".php?",
)

_LINK = re.compile(r"\[\[(?P<target>[^\[\]|\n{}<>]{1,400})(?:\|[^\[\]\n]{0,400})?\]\]")
_TEMPLATE = re.compile(
    r"\{\{ {0,3}(?:(?:template|vorlage|modèle|plantilla|predefinição|шаблон):)?"
    r"(?P<name>diff\d?|dif|diffs?|difflink|oldid\d?|revision|permalink\d?|perma|permanent[ _]link|special:(?:diff|permalink|permanentlink))"
    r" {0,3}(?P<rest>[|/][^{}\n]{1,400})\}\}",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"(?<![\w/=.:&?|{-])(?P<what>rev(?:ision)?|diff|oldid|permalink|revid|curid|pageid|page[ -]id|logid|log[ -]id)\.?"
    r"(?:[ _-]?(?:id|no\.?|nr\.?|number))?(?: ?[:#=№] ?#?| #?)(?P<number>\d{1,14})(?![\w%]|[.,:/-]\d)",
    re.IGNORECASE,
)
_ALONE = re.compile(r"\W{0,4}\Z")
#: Shorter numbers after such a word are those of drafts and versions, but on a line of their own.
_FEWEST = 5
_WORD = re.compile(r"[^\s<>\"]+")
_QUERY = re.compile(r"(?:^|[?&;])(?:diff|oldid|curid)=(?:\d|prev\b|next\b|cur\b)", re.IGNORECASE)
_PATH = re.compile(r"/wiki/[^/\s]|/?(?:w/)?(?:index|api)\.php\?\w", re.IGNORECASE)
_SPECIAL = re.compile(r":?(?:[\w-]{1,15}:){0,3}[^\W\d]{3,40}:[^\s/:|]{2,40}/\S", re.IGNORECASE)
_KINDS = {"curid": "id", "pageid": "id", "page": "id", "logid": "log", "log": "log"}


@dataclass(frozen=True, slots=True)
class Named:
    """Where something is named, and its keys."""

    start: int
    end: int
    keys: tuple[str, ...]


def named(text: str, wiki: str | None) -> Iterator[Named]:
    """Yield what a text names on `wiki` (a host; None: on one that is not said). Linear.

    Brackets and templates come first; words inside them may come once more.
    """
    if "[[" in text:
        for match in _LINK.finditer(text):
            keys = _on(match["target"], wiki)
            if keys:
                yield Named(match.start(), match.end(), keys)
    if "{{" in text:
        for match in _TEMPLATE.finditer(text):
            keys = _in_template(match["name"], match["rest"], wiki)
            if keys:
                yield Named(match.start(), match.end(), keys)
    folded = fold(text)
    yield from _said(folded, wiki)
    yield from _words(text, folded, wiki)


def _on(title: str, wiki: str | None) -> tuple[str, ...]:
    """Return the keys of a title, on the wiki that is meant where it names none."""
    return keys_of_title(title, wiki or "")


def _said(text: str, wiki: str | None) -> Iterator[Named]:
    for match in _SAID.finditer(text):
        if len(match["number"]) < _FEWEST and not _is_alone(text, match):
            continue
        kind = _KINDS.get(re.split(r"[ -]", match["what"].lower())[0], "rev")
        found = number(match["number"])
        if found:
            key = f"{wiki} {kind} {found}" if wiki else f"{kind} {found}"
            yield Named(match.start(), match.end(), (key,))


def _is_alone(text: str, match: re.Match[str]) -> bool:
    """Whether nothing else stands on the line."""
    return not text[: match.start()].strip(" \t([<\"'") and bool(_ALONE.match(text, match.end()))


def _words(text: str, folded: str, wiki: str | None) -> Iterator[Named]:
    """Yield what single words name."""
    for word in _WORD.finditer(folded):
        if word.end() - word.start() > LONGEST:
            continue
        raw = word[0]
        if ":" not in raw and "=" not in raw and "/" not in raw:
            continue
        begin = word.start() + len(raw) - len(raw.lstrip(OPEN))
        bare = folded[begin : word.end()].rstrip(CLOSE)
        if "://" in bare or not bare:
            continue
        keys = _of_word(text[begin : begin + len(bare)], bare, wiki)
        if keys:
            yield Named(begin, begin + len(bare), keys)


def _of_word(typed: str, bare: str, wiki: str | None) -> tuple[str, ...]:
    path = _PATH.match(bare)
    if path is not None:
        at, mark, search = typed.partition("?")
        return wiki_keys(
            wiki or "", at if at.startswith("/") else f"/{at}", pairs_of(search if mark else "")
        )
    if _QUERY.search(bare) and "/" not in bare.partition("=")[0]:
        keys = wiki_keys(wiki or "", "", pairs_of((bare.partition("?")[2] or bare).lstrip("&;")))
        return keys if keys and not keys[0].rpartition(" ")[0].endswith("page") else ()
    if _SPECIAL.match(bare) and is_special(bare):
        return _on(typed, wiki)
    return ()


def _in_template(name: str, rest: str, wiki: str | None) -> tuple[str, ...]:
    """Return the revisions that a template names: by name, or in the order that it takes them."""
    if name.lower().startswith("special:"):
        return _on(f"{name}/{rest.lstrip('/|').replace('|', '/')}", wiki)
    if not rest.startswith("|"):
        return ()
    given: dict[str, str] = {}
    numbers: list[str] = []
    for part in rest[1:].split("|"):
        word, sign, value = part.partition("=")
        if sign and word.strip().lower() in {
            "diff",
            "oldid",
            "title",
            "page",
            "label",
            "1",
            "2",
            "3",
        }:
            given[word.strip().lower()] = value.strip()
        elif part.strip().isdecimal():
            numbers.append(part.strip())
    given.setdefault("diff", given.get("2", "") or (numbers[0] if numbers else ""))
    given.setdefault("oldid", given.get("3", "") or (numbers[1] if len(numbers) > 1 else ""))
    found = [number(given["diff"]), number(given["oldid"])]
    keys = [
        f"{wiki} rev {each}" if wiki else f"rev {each}" for each in dict.fromkeys(found) if each
    ]
    return tuple(keys)
