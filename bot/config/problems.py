"""What is wrong with a configuration: where, and how to mend it. Values are never repeated."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: the dotted path of the key, and a sentence that says how to mend it."""

    path: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}: {self.text}" if self.path else self.text


class ConfigError(Exception):
    """The configuration cannot be used. `problems` are all that were found, in file order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that was most likely meant, None when nothing is near."""
    by_lower = {candidate.lower(): candidate for candidate in known}
    found = difflib.get_close_matches(name.lower(), by_lower, n=1)
    return by_lower[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean "…"?` for the nearest known name, or nothing."""
    near = nearest(name, known)
    return f'; did you mean "{near}"?' if near else ""


#: No key of the file is longer; what is may be a secret.
LONGEST_KEY = 40


def key_name(name: str) -> str:
    """Return a key of the file as it may be printed: somebody's secret may have slipped there."""
    plain = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return name if plain and len(name) <= LONGEST_KEY else "(a key in quotes)"
