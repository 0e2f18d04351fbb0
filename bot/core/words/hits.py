"""What somebody said in a room that a case holds: where it stands, and whether it could be removed."""

from dataclasses import dataclass
from datetime import datetime

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
