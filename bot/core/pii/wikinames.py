"""How wikis of each language call namespaces and special pages, and the English names for these.

Source: MediaWiki's message files (`$namespaceNames`, `$namespaceAliases`, `$specialPageAliases`).
English names are valid everywhere. Names are compared without case, `_` and space are one.
"""

from collections.abc import Mapping
from typing import Final

from bot.core.pii.wikinames_pages import SPECIAL_PAGES
from bot.core.pii.wikinames_spaces import SPACES

__all__ = ["NAMESPACES", "PAGES", "SPECIAL", "namespace", "special_page"]


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _plain(name: str) -> str:
    return "_".join(name.replace("_", " ").replace("\u200c", "").split()).casefold()


def _table(text: str) -> dict[str, str]:
    """Return a table from lines of an English name and the local ones."""
    found: dict[str, str] = {}
    for line in text.strip().splitlines():
        english, *local = line.split()
        for name in (english, *local):
            found[_plain(name)] = english
    return found


SPECIAL: Final[Mapping[str, frozenset[str]]] = {
    "en": _names("special"), "de": _names("spezial"), "fr": _names("spécial special"), "es": _names("especial"),
    "pt": _names("especial"), "ca": _names("especial"), "gl": _names("especial"), "ru": _names("служебная"),
    "ar": _names("خاص"), "arz": _names("خاص"), "zh": _names("特殊 特別 特别"), "ja": _names("特別"),
    "it": _names("speciale"), "nl": _names("speciaal"), "pl": _names("specjalna"), "sv": _names("special"),
    "uk": _names("спеціальна"), "tr": _names("özel"), "fa": _names("ویژه"), "he": _names("מיוחד"),
    "ko": _names("특수 특수기능"), "cs": _names("speciální"), "id": _names("istimewa"), "vi": _names("đặc_biệt"),
    "no": _names("spesial"), "da": _names("speciel"), "fi": _names("toiminnot"), "hu": _names("speciális"),
    "ro": _names("special"), "el": _names("ειδικό"), "bg": _names("специални"), "sr": _names("посебно posebno"),
    "hr": _names("posebno"), "eo": _names("specialaĵo"), "hi": _names("विशेष"), "bn": _names("বিশেষ"), "th": _names("พิเศษ"),
}  # fmt: skip

PAGES: Final[Mapping[str, Mapping[str, str]]] = {
    language: _table(text) for language, text in SPECIAL_PAGES.items()
}

NAMESPACES: Final[Mapping[str, Mapping[str, str]]] = {
    language: _table(text) for language, text in SPACES.items()
}
_ENGLISH: Final = NAMESPACES["en"]
_ANY_PAGE: Final = {
    name: page for pages in reversed(list(PAGES.values())) for name, page in pages.items()
}


def special_page(name: str, language: str | None) -> str | None:
    """Return the English name, in lower case, of a special page by the name it has somewhere.

    None: there is none of that name among those that lead to pages and people. `language` None
    means any.
    """
    bare = _plain(name)
    if language is None:
        return _ANY_PAGE.get(bare)
    return PAGES.get(language, {}).get(bare) or PAGES["en"].get(bare)


def namespace(name: str, language: str | None) -> str | None:
    """Return the English name of a namespace; None: the word is a part of a title."""
    bare = _plain(name)
    found = NAMESPACES.get(language, {}).get(bare) if language is not None else None
    if found is None and language is not None and bare in SPECIAL.get(language, ()):
        return "Special"
    return found or _ENGLISH.get(bare)
