"""What somebody said in a room that a case holds: where it stands, and whether it could be removed."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.words.places import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Lines of one author in one place that hold words of one case; never the words themselves.

    `author` is their identity, `at` when the first of the lines was said. `messages` are the names
    that the network gave them, none where it names none. `removes` is whether the network can take
    back what others said. `contained` is set once somebody took care of it.
    """

    case: str
    place: Place
    author: str
    nick: str
    at: datetime
    messages: tuple[str, ...]
    lines: int
    removes: bool
    contained: bool = False
