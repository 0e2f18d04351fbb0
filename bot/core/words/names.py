"""Names of people as they are compared: one key for all the ways a name can be written."""

import ipaddress
import re
import string
import unicodedata
from collections.abc import Iterable
from urllib.parse import unquote

from bot.core.words.people import Person

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
#: How the page of a user begins, before the name.
USER_PREFIX = re.compile(r"\buser(?: talk)?:\s*", re.IGNORECASE)
#: Where a link or page names a user: their page, their edits, a value of a query.
_USER_PAGE = re.compile(
    r"(?:\buser(?: talk)?:|\bspecial:contrib(?:ution)?s/|[?&](?:user|target)=)"
    r"\s*(?P<name>[^/?#&|\]]+)",
    re.IGNORECASE,
)
_WIKI_LINK = "[] "


def party_key(name: str) -> str:
    """Return the form under which a wiki name, nick or account is marked and looked up.

    Invisible formatting is dropped, the rest is NFC; underscores are spaces, runs of spaces
    are one, the first letter has no case (as on wikis), and ASCII letters have none at all.
    What differs here is a different person; what is folded together is treated as the same,
    which at worst excludes somebody too many.
    """
    text = _spaced(name)
    first = text[:1].upper()
    if len(first) == 1:
        text = first + text[1:]
    return text.translate(_LOWER)


def bare_name(text: str) -> str:
    """Return the name of the user that is meant, however a wiki writes it.

    `User:Example-A`, `[[de:Benutzer:Example-A|A]]` and links to pages or edits of a user all give
    `Example-A`; a text that is none of these is the name itself.
    """
    whole = _spaced(unquote(text))
    found = _USER_PAGE.search(whole)
    if found is not None:
        return found["name"].strip()
    name = whole.strip(_WIKI_LINK).partition("|")[0].strip()
    if "://" in name:
        name = re.split(r"[?#]", name.partition("://")[2])[0].rstrip("/").rpartition("/")[2]
    if not _is_address(name):
        name = name.rpartition(":")[2].strip()
    return name or whole


def mentioned(text: str, people: Iterable[Person]) -> tuple[Person, ...]:
    """Return the people one of whose names stands in a text, in links too, as words of its own.

    A name that is also an everyday word counts whenever it is said: better somebody too many.
    """
    folded = _spaced(unquote(text)).casefold()
    return tuple(
        person for person in people if any(_stands_in(name, folded) for name in person.names())
    )


def _stands_in(name: str, folded: str) -> bool:
    key = re.escape(_spaced(name).casefold())
    return bool(key) and re.search(rf"(?<![^\W_]){key}(?![^\W_])", folded) is not None


def _is_address(text: str) -> bool:
    """Whether an account is named by its IP address, whose colons are its own."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _spaced(text: str) -> str:
    """Return a text without invisible characters: NFC, underscores and runs of spaces as one."""
    visible = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return " ".join(unicodedata.normalize("NFC", visible).replace("_", " ").split())
