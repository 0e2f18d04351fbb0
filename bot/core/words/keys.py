"""Keys by which people prove who they are on a network, as far as operators must hear of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from bot.core.words.people import Account


class KeyKind(StrEnum):
    """What there is to tell of somebody's keys."""

    #: A key that was never seen before counts from now on.
    FIRST = "first"
    #: The key is not the one that counted: nothing is done for whoever writes by it.
    CHANGED = "changed"
    #: The key that is there now is the one that counts, after all: nobody need be told.
    SETTLED = "settled"
    #: Somebody of the roster wrote by a device that does not carry their own signature.
    UNSIGNED = "unsigned"
    #: Somebody wants to compare keys with the bot.
    ASKED = "asked"
    #: Both sides see the same pictures, if nobody is in between.
    SHOWN = "shown"
    #: Somebody's key was compared, and counts from now on.
    VERIFIED = "verified"
    #: A comparison ended without that.
    ENDED = "ended"
    #: The server shows another identity for the bot: people's clients keep their words from it.
    OWN_FOREIGN = "own-foreign"
    #: A human has to approve the bot's identity first, where `reason` says.
    OWN_WAITING = "own-waiting"
    #: The server did not take the bot's identity.
    OWN_FAILED = "own-failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyNews:
    """Something operators are told. `key` is the key now, `before` the one that counted.

    `by_file`: the configuration says which key counts. `shown` are names of pictures. `done` is
    called once those who must know will hear of it.
    """

    kind: KeyKind
    account: Account
    key: str | None = None
    before: str | None = None
    by_file: bool = False
    shown: tuple[str, ...] = ()
    reason: str | None = None
    done: Callable[[], None] | None = field(default=None, repr=False, compare=False)


class KeyAct(StrEnum):
    """What an operator decides of somebody's keys."""

    #: Let the key count that is there now.
    TRUST = "trust"
    #: Compare keys, as they ask for.
    COMPARE = "compare"
    #: They see the same.
    SAME = "same"
    #: They see something else.
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyOrder:
    """What is to be done with the keys of an account; `key` is the one that was looked at."""

    act: KeyAct
    account: Account
    key: str | None = None


def grouped(key: str) -> str:
    """Return a key as people compare it, in groups of four."""
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))
