"""The sentences, by key and language, as translatewiki.net serves them (banana JSON)."""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

FALLBACK = "en"
_PLACE = re.compile(r"\$\d+|\{\{PLURAL:\$\d+\|[^{}]*\}\}")


class MissingMessage(KeyError):
    """A message key that no language has: a fault of the program, found by tests."""


@cache
def _messages(language: str) -> Mapping[str, str]:
    text = resources.files("bot.texts").joinpath(f"{language}.json").read_text("utf-8")
    loaded = json.loads(text)
    return {key: value for key, value in loaded.items() if not key.startswith("@")}


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of the languages that there are."""
    names = [entry.name for entry in resources.files("bot.texts").iterdir()]
    found = [name.removesuffix(".json") for name in names if name.endswith(".json")]
    return tuple(sorted(name for name in found if name != "qqq"))


@cache
def message(key: str, language: str = FALLBACK) -> str:
    """Return a message's template, the English one where the language lacks it."""
    for candidate in (language, FALLBACK):
        if candidate in languages() and key in _messages(candidate):
            return _messages(candidate)[key]
    raise MissingMessage(key)


def all_keys() -> frozenset[str]:
    """Return every key of the fallback language."""
    return frozenset(_messages(FALLBACK))


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts: list[str] = []
    at = 0
    for place in _PLACE.finditer(template):
        parts += [re.escape(template[at : place.start()]), ".*?"]
        at = place.end()
    parts.append(re.escape(template[at:]))
    return re.compile("".join(parts) + r"\Z", re.DOTALL)


def says(key: str, text: str) -> bool:
    """Tell whether `text` could be this message in English, whatever fills its places.

    Its first line counts as well: a message of several lines is said line by line.
    """
    template = message(key)
    return any(_pattern(one).match(text) for one in (template, template.split("\n")[0]))
