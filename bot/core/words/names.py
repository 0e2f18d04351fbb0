"""Names of people as they are compared: one key for all the ways a name can be written."""

import string
import unicodedata

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def party_key(name: str) -> str:
    """Return the form under which a wiki name, nick or account is marked and looked up.

    Invisible formatting is dropped, the rest is NFC; underscores are spaces, runs of spaces
    are one, the first letter has no case (as on wikis), and ASCII letters have none at all.
    What differs here is a different person; what is folded together is treated as the same,
    which at worst excludes somebody too many.
    """
    visible = "".join(char for char in name if unicodedata.category(char) != "Cf")
    text = " ".join(unicodedata.normalize("NFC", visible).replace("_", " ").split())
    first = text[:1].upper()
    if len(first) == 1:
        text = first + text[1:]
    return text.translate(_LOWER)
