"""A typed line, everything its handler could ask for, and what came of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.core.words.effects import Effect
from bot.core.words.ids import Dice
from bot.core.words.people import Roster
from bot.core.words.places import Rooms
from bot.core.words.readers import (
    Asker,
    Cases,
    Desk,
    Hits,
    Keys,
    Pages,
    Reads,
    Sessions,
    Standing,
    Terms,
    Watch,
)

#: The outcome of an unknown verb after the bot's name, typed by a stranger in a room.
UNKNOWN_NAMED = "unknown-named"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line addressed to the bot: the verb, in lower case, and what follows it.

    `text` is what was composed for it in lines of their own; None for what was typed at once.
    `named` is whether it began with the bot's name, `calls` whether with a public call word.
    """

    verb: str
    rest: str
    text: str | None = None
    named: bool = field(default=False, compare=False)
    calls: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Everything that a handler could ask for; its signature says which it gets."""

    asker: Asker
    cases: Cases
    pages: Pages
    sessions: Sessions
    reads: Reads
    terms: Terms
    desk: Desk
    roster: Roster
    rooms: Rooms
    standing: Standing
    keys: Keys
    watch: Watch
    hits: Hits
    now: datetime
    dice: Dice


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What came of a line. `outcome` is a word for the audit: `ok`, or why not.

    `line` is what was typed with the case's code spelled out: what waits for a `yes` must not
    mean another case by then because another list was shown.
    """

    effects: tuple[Effect, ...]
    verb: str
    outcome: str
    line: Line | None = None
    case: str | None = None
    undoable: bool = False


class CommandRunner(Protocol):
    """The commands, behind one door."""

    def addressed(self, text: str) -> Line | None:
        """Return the typed line, None for text that is not for the bot."""

    def knows(self, verb: str) -> bool:
        """Tell whether there is such a command."""

    def writes_nothing(self, verb: str) -> bool:
        """Tell whether this command is decided without the database."""

    def goes_on(self, line: Line) -> bool:
        """Tell whether this line is run while the database cannot keep anything."""

    def run(self, line: Line, doors: Doors, *, late: bool = False, confirmed: bool = False) -> Ran:
        """Decide it."""
