"""What a wiki's address names: a revision, a page, somebody's contributions, an entry of a log.

A key is `host kind rest`, or `kind rest` where no wiki is named. However a revision is shown, it
has one key; a difference between two has that of the newer one first. What is done with a page
(read, raw, history, edit) makes no difference. Forms of addresses: MediaWiki's manual on
index.php parameters, `api.php`, `rest.php` and the REST API of Wikimedia.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

from bot.core.pii.confusables import fold, fold_word
from bot.core.pii.wikinames import NAMESPACES, SPECIAL, namespace, special_page
from bot.core.pii.wikis import VARIANTS, interwiki, is_wikimedia, language_of

__all__ = ["Query", "is_special", "keys_of_title", "number", "wiki_keys"]

Query = Sequence[tuple[str, str]]

_UNDER_WIKI = re.compile(r"/+wiki/+(?=[^/])", re.IGNORECASE)
_UNDER_SCRIPT = re.compile(
    r"/+(?:[\w.-]{1,40}/+){0,3}?(?:index|wiki)\.php5?/+(?=[^/])", re.IGNORECASE
)
_SCRIPT = re.compile(
    r"/*(?:[\w.-]{1,40}/+){0,3}(?:index|wiki)\.php5?/*\Z|/*(?:w|wiki)?/*\Z", re.IGNORECASE
)
_VARIANT = re.compile(r"/+([a-z]{2,4}(?:-[a-z-]{2,12})?)/+(?=[^/])", re.IGNORECASE)
_API = re.compile(r"/*(?:[\w.-]{1,40}/+){0,3}api\.php\Z", re.IGNORECASE)
_REST_PAGE = re.compile(
    r"/+(?:w/+rest\.php|[\w.-]{1,40}/+rest\.php|rest\.php)/+(?:v1|coredev/v0)/+page/+"
    r"(?P<title>[^/]+)(?:/(?:bare|html|with_html|history(?:/counts/\w+)?|links/\w+))?/*\Z",
    re.IGNORECASE,
)
_REST_REVISION = re.compile(
    r"/+(?:[\w.-]{1,40}/+)?rest\.php/+(?:v1|coredev/v0)/+revision/+(?P<one>\d+)"
    r"(?:/+compare/+(?P<two>\d+)|/+(?:bare|html|with_html))?/*\Z",
    re.IGNORECASE,
)
_REST_V1 = re.compile(
    r"/+(?:api/+rest_v1|[\w.-]{1,80}/+v1)/+page/+(?P<form>[a-z][\w-]{1,30})/+(?P<title>[^/]+)"
    r"(?:/+(?P<rev>\d+)(?:/.*)?)?/*\Z",
    re.IGNORECASE,
)
_API_WIKIMEDIA = re.compile(
    r"/+core/+v1/+(?P<project>[a-z]+)/+(?P<language>[a-z-]{2,14})/+(?P<rest>(?:page|revision)/.*)\Z",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"/+entity/+(?P<item>[qpl]\d+)(?:\.\w+)?\Z", re.IGNORECASE)
_NUMBER = re.compile(r"\s*\+?(\d{1,18})")
_ANY_SPECIAL = frozenset(name for names in SPECIAL.values() for name in names) | {"special"}
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e]")
_ANY_SPACE = {name: space for names in NAMESPACES.values() for name, space in names.items()}
_ESCAPED = re.compile(
    r"(?:%[89a-f][0-9a-f])+|%(?:2[de]|3[0-9a]|[46][1-9a-f]|[57][0-9a]|5f|7e)", re.IGNORECASE
)

#: A title leads over so many other wikis at most.
_MOST_PREFIXES = 3

#: How a page is shown, not which one: what unknown sites may carry and be a wiki all the same.
_SHOWN = frozenset(
    "title oldid diff action curid section veaction uselang useskin redlink redirect printable variant"
    " type direction dir limit offset mobileaction debug unhide diffmode diffonly safemode rcid ctype"
    " editintro preload feed undo undoafter gadget withjs wprov maxage smaxage from to venotify"
    " useformat setlang hidebots".split()
)
#: Special pages that show another page, or one of its revisions.
_SHOWS_PAGE = frozenset(
    "history edit editpage pagehistory info pageinfo purge viewpage talkpage protect delete".split()
    + "movepage deletepage protectpage search watch".split()
)
_LOG_TYPES = frozenset(
    "abusefilter block contentmodel create delete gblblock gblrights gblrename global globalauth import"
    " managetags massmessage merge move newusers pagetriage-curation pagetriage-copyvio patrol protect"
    " renameuser review rights spamblacklist stable suppress tag thanks timedmediahandler translationreview"
    " titleblacklist upload usermerge abusefilterprivatedetails checkuser-private-event abuselog"
    " oath interwiki notifytranslators pagelang pagetranslation mark growthexperiments".split()
)
#: Wikis that call the namespace for themselves by their own name.
_OWN_NAMES = {
    "meta.wikimedia.org": "meta",
    "commons.wikimedia.org": "commons",
    "wikidata.org": "wikidata",
    "incubator.wikimedia.org": "incubator",
    "species.wikimedia.org": "wikispecies",
}
#: Names of a namespace on Wikipedia and where nobody knows; elsewhere they lead to Wikipedia.
_WIKIPEDIAS = frozenset({"wikipedia", "wikipedia_talk", "wp", "wt"})
_PROJECTS = frozenset(
    "wikipedia wiktionary wikibooks wikinews wikiquote wikisource wikiversity wikivoyage".split()
)


def wiki_keys(host: str, path: str, pairs: Query) -> tuple[str, ...]:
    """Return the keys of a wiki's address, the own one first; nothing for any other site's.

    `path` is as it was typed, `host` the desktop one. Linear in the length of both.
    """
    query = _first_values(pairs)
    path = _readable(path)
    served = fold(path)
    if host == "api.wikimedia.org":
        return _of_wikimedia_api(served)
    if _API.match(served):
        return _of_api(host, query)
    found = _of_rest(host, path, served)
    if found:
        return found
    title = _title_in(host, path, served)
    by_script = _SCRIPT.match(served) is not None
    if title is None and by_script:
        title = query.get("title")
        if title is not None and not _may_be_wiki(host, served, query):
            return ()
    any_path = "oldid" in query or ("diff" in query and is_wikimedia(host))
    any_path = any_path and "://" not in path and "%3a" not in path.lower()
    revisions = _revisions(query) if by_script or title is not None or any_path else ()
    if revisions:
        return tuple(_key(host, "rev", revision) for revision in revisions)
    page = number(query.get("curid", ""))
    if page and (by_script or title is not None):
        return (_key(host, "id", page),)
    return () if title is None else keys_of_title(title, host, query)


def keys_of_title(typed: str, host: str, query: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return the keys of a title as it is written in addresses and in wikitext on `host`.

    An empty `host` is a wiki that is not named. Prefixes of other wikis lead there.
    """
    query = {} if query is None else query
    title = _clean(typed)
    for _ in range(_MOST_PREFIXES):
        prefix, colon, rest = title.partition(":")
        known = colon and rest.strip("_ ") and (not host or is_wikimedia(host))
        there = interwiki(prefix.strip("_"), host or None) if known else None
        if there is None or _namespace(prefix, host) is not None:
            break
        host = there
        title = rest.lstrip(":_ ")
    if not title:
        return ()
    prefix, colon, rest = title.partition(":")
    space = _namespace(prefix, host) if colon else None
    if space is None:
        return (_key(host, "page", _first(title, host)),)
    rest = rest.strip("_ ")
    if space == "Special":
        return _special(host, rest, query)
    return (_key(host, "page", f"{space}:{_first(rest, '' if 'User' in space else host)}"),)


def is_special(title: str) -> bool:
    """Tell whether a title as it is written is that of a special page, in any language."""
    parts = title.lstrip(":").split("/", 1)[0].split(":")
    return len(parts) > 1 and fold_word(parts[-2]).casefold() in _ANY_SPECIAL


def number(text: str) -> str:
    """Return the number that a value begins with, as MediaWiki reads it; empty for none or zero."""
    match = _NUMBER.match(text)
    return "" if match is None else str(int(match[1])).lstrip("0")


def _key(host: str, kind: str, rest: str) -> str:
    return f"{host} {kind} {rest}" if host else f"{kind} {rest}"


def _language(host: str) -> str | None:
    """Return whose names a wiki speaks, None where nobody knows."""
    label = host.partition(".")[0]
    return language_of(host) or (label if label in NAMESPACES else None)


def _namespace(prefix: str, host: str) -> str | None:
    """Return a namespace by its English name; those of special pages in any language.

    A wiki that nobody knows may speak any of them, and so may one that is not named.
    """
    word = fold_word(prefix.strip("_ "))
    if host and word.casefold().removesuffix("_talk") == _OWN_NAMES.get(host):
        return "Project_talk" if word.casefold().endswith("_talk") else "Project"
    if word.casefold() in _WIKIPEDIAS and is_wikimedia(host) and ".wikipedia." not in host:
        return None
    found = namespace(word, _language(host))
    if found is None and not (host and is_wikimedia(host)):
        found = "Special" if word.casefold() in _ANY_SPECIAL else None
    if found is None and not host:
        found = _ANY_SPACE.get(word.casefold())
    return found


def _clean(typed: str) -> str:
    """Return a title as its wiki keeps it, but for namespace and first letter."""
    text = unicodedata.normalize("NFC", _decoded(typed))
    text = _BIDI.sub("", text).partition("#")[0].replace("_", " ")
    return "_".join(text.split()).lstrip(":_")


def _readable(path: str) -> str:
    """Return a path without encoding, but for the signs that part it."""
    return _ESCAPED.sub(lambda match: unquote(match[0]), path) if "%" in path else path


def _decoded(text: str) -> str:
    return unquote(unquote(text)) if "%" in text else text


def _first(title: str, host: str) -> str:
    """Return a title with a capital first, as all wikis but dictionaries have it."""
    if "wiktionary" in host:
        return title
    capital = title[:1].upper()
    return capital + title[1:] if len(capital) == 1 else title


def _first_values(pairs: Query) -> dict[str, str]:
    """Return the values that count: the last one that is not empty, as in PHP."""
    values: dict[str, str] = {}
    for name, value in pairs:
        bare = fold_word(name).strip().lower()
        if value or bare not in values:
            values[bare] = value
    return values


def _may_be_wiki(host: str, served: str, query: Mapping[str, str]) -> bool:
    """Tell whether a `title=` is a wiki's: at an unknown site's root others use it, too."""
    return is_wikimedia(host) or ".php" in served.lower() or query.keys() <= _SHOWN


def _title_in(host: str, path: str, served: str) -> str | None:
    """Return the title that a path names."""
    match = _UNDER_WIKI.match(served) or _UNDER_SCRIPT.match(served)
    if match is not None:
        return path[match.end() :]
    language = language_of(host)
    variant = _VARIANT.match(served)
    if variant is not None and language is not None:
        known = VARIANTS.get(language, frozenset())
        if variant[1].lower() in known or (variant[1].lower() == language and known):
            return path[variant.end() :]
    entity = _ENTITY.match(served)
    if entity is not None and host == "wikidata.org":
        return _entity_title(entity["item"])
    return None


def _entity_title(item: str) -> str:
    name = item.upper()
    spaces = {"P": "Property:", "L": "Lexeme:"}
    return f"{spaces.get(name[0], '')}{name}"


def _revisions(query: Mapping[str, str]) -> tuple[str, ...]:
    """Return the revisions that are shown, the newer one first."""
    found = (number(query.get("diff", "")), number(query.get("oldid", "")))
    return tuple(dict.fromkeys(each for each in found if each))


def _special(host: str, rest: str, query: Mapping[str, str]) -> tuple[str, ...]:
    """Return what a special page shows."""
    name, _, sub = rest.partition("/")
    local = fold_word(name)
    language = _language(host)
    page = special_page(local, language) or special_page(local, None) or local.casefold()
    page = page.removeprefix("special:")
    sub = sub.strip("_ ")
    if page in {"diff", "mobilediff", "permanentlink", "permalink", "comparepages"}:
        shown = _difference(sub, query)
        if shown:
            return tuple(_key(host, "rev", each) for each in shown)
    if page == "redirect":
        return _redirect(host, sub, query)
    if page in {"contributions", "contribs", "mobilecontributions"}:
        whom = sub or query.get("target") or query.get("user") or ""
        if whom:
            return (_key(host, "contribs", _first(_clean(whom), "")),)
    if page == "log":
        return (_logs(host, sub, query),)
    if page == "entitydata" and sub:
        return keys_of_title(_entity_title(sub.partition(".")[0]), host)
    if page in _SHOWS_PAGE and (sub or query.get("target") or query.get("page")):
        target = sub or query.get("target") or query.get("page") or ""
        return keys_of_title(target, host)
    whom = sub or query.get("target") or query.get("user") or query.get("page") or ""
    tail = f"/{_first(_clean(whom), '')}" if whom else ""
    return (_key(host, "page", f"Special:{page.capitalize()}{tail}"),)


def _difference(sub: str, query: Mapping[str, str]) -> tuple[str, ...]:
    """Return the revisions of `Special:Diff/…`, however the two are parted."""
    found = [number(part) for part in re.split(r"\.\.\.?|/", sub) if part.isdecimal()]
    if not found:
        found = [number(query.get(name, "")) for name in ("rev2", "rev1", "diff", "oldid")]
    else:
        found.reverse()
    return tuple(dict.fromkeys(each for each in found if each))


def _redirect(host: str, sub: str, query: Mapping[str, str]) -> tuple[str, ...]:
    """Return what `Special:Redirect` leads to."""
    kind, _, value = sub.partition("/")
    kind = fold_word(kind or query.get("wptype", "")).lower()
    value = value or query.get("wpvalue", "")
    if kind == "file" and value:
        return keys_of_title(f"File:{value}", host)
    named = {"revision": "rev", "page": "id", "user": "user", "logid": "log"}.get(kind)
    found = number(value)
    if named is not None and found:
        return (_key(host, named, found),)
    return (_key(host, "page", "Special:Redirect" + (f"/{sub}" if sub else "")),)


def _logs(host: str, sub: str, query: Mapping[str, str]) -> str:
    """Return the key of a log's entry, or of a log by kind, performer and page."""
    entry = number(query.get("logid", ""))
    if entry:
        return _key(host, "log", entry)
    first, _, rest = sub.partition("/")
    if first.lower() in _LOG_TYPES:
        kind, whom = first.lower(), rest
    else:
        kind, whom = "", sub
    kind = query.get("type", "").lower() or kind
    whom = query.get("user") or whom
    performer = _first(_clean(whom.removeprefix("User:")), "")
    page = query.get("page", "")
    about = keys_of_title(page, "")[0].removeprefix("page ") if _clean(page) else ""
    return _key(host, "logs", "|".join((kind if kind != "all" else "", performer, about)))


def _of_rest(host: str, path: str, served: str) -> tuple[str, ...]:
    """Return what an address of the REST interfaces names."""
    revision = _REST_REVISION.match(served)
    if revision is not None:
        shown = (number(revision["two"] or ""), number(revision["one"]))
        return tuple(_key(host, "rev", each) for each in shown if each)
    page = _REST_PAGE.match(served)
    if page is not None:
        return keys_of_title(path[page.start("title") : page.end("title")], host)
    shown_page = _REST_V1.match(served)
    if shown_page is None:
        return ()
    if shown_page["rev"]:
        return (_key(host, "rev", number(shown_page["rev"])),)
    return keys_of_title(path[shown_page.start("title") : shown_page.end("title")], host)


def _of_wikimedia_api(served: str) -> tuple[str, ...]:
    """Return what `api.wikimedia.org/core/v1/wikipedia/en/…` names."""
    match = _API_WIKIMEDIA.match(served)
    if match is None or match["project"].lower() not in _PROJECTS:
        return ()
    host = f"{match['language']}.{match['project']}.org".lower()
    path = f"/w/rest.php/v1/{match['rest']}"
    return _of_rest(host, path, path)


def _of_api(host: str, query: Mapping[str, str]) -> tuple[str, ...]:
    """Return what a call of `api.php` asks for, where that is one thing or a few."""
    revisions: list[str] = []
    for name in ("torev", "oldid", "revids", "revid", "fromrev"):
        values = re.split(r"[|\x1f]", query.get(name, ""))
        revisions += [number(value) for value in values if number(value)]
    if revisions:
        return tuple(_key(host, "rev", each) for each in dict.fromkeys(revisions))
    for name in ("pageids", "pageid"):
        pages = [number(value) for value in query.get(name, "").split("|") if number(value)]
        if pages:
            return tuple(_key(host, "id", each) for each in pages)
    for name in ("ucuser", "user") if query.get("action") != "parse" else ():
        if query.get(name):
            return (_key(host, "contribs", _first(_clean(query[name]), "")),)
    if query.get("list") == "logevents" or query.get("leuser") or query.get("letitle"):
        about = {"user": query.get("leuser", ""), "page": query.get("letitle", "")}
        return (_logs(host, "", {**about, "type": query.get("letype", "")}),)
    for name in ("titles", "page", "title"):
        titles = [each for each in query.get(name, "").split("|") if _clean(each)]
        if titles:
            return tuple(key for each in titles for key in keys_of_title(each, host))
    return ()
