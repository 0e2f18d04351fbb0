"""What somebody said in a room that a case holds: where it stands, and whether it could be removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.words.places import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Lines of one author in one place that hold words of one case; never the words themselves.

    `author` is their identity, empty where nobody could be written to. `at` is when the first of
    the lines was said, `told_at` when it was noticed that they, or those of others right before
    them, stand there. `messages` are the names that the network gave the lines, as far as it names
    them. `removes` is whether the network can take back what others said. `contained` is set once
    somebody took care of it.
    """

    case: str
    place: Place
    author: str
    nick: str
    at: datetime
    told_at: datetime
    messages: tuple[str, ...]
    lines: int
    removes: bool
    contained: bool = False


class HitLog(Protocol):
    """The hits of all cases, in one job."""

    def of(self, code: str) -> Sequence[Hit]:
        """Return the hits of a case, the earliest noticed first."""

    def save(self, hit: Hit) -> None:
        """Write a hit, in the place of what was known of it. LookupError without its case."""

    def drop(self, before: datetime) -> bool:
        """Forget hits that were noticed before a moment; tells whether there are any left."""
