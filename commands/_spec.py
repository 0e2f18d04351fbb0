"""How a command says what it is: one decorator on one function in one file.

The function's signature is what it may read: parameters are filled by their type (`Call`,
`Cases`, `Pages`, `Sessions`, `Terms`, `Desk`, `Roster`, `Rooms`, `Standing`,
`Keys`, `Watch`, `Hits`, `Table`) or by name (`now`,
`dice`). It returns effects and touches nothing else.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_type_hints

from bot.core.policy.access import Rule
from bot.core.words.cases import CaseView
from bot.core.words.effects import Effects
from bot.core.words.labels import Label
from bot.core.words.readers import Asker
from bot.core.words.text import Pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A line that shows the command at work; help shows it and a test types it.

    `given` are lines typed before (`CASE` stands for the code of the case opened there).
    `says` is the message key of the answer. `by` is who types it, of the test world's people.
    """

    typed: str
    says: str
    given: tuple[str, ...] = ()
    by: str = "alice"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakesCase:
    """A case's code, or a number of the last list.

    `may_omit` allows leaving it out for the last case used here; `optional` allows no case.
    """

    may_omit: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TakesWord:
    """One word; with `choices`, one of these (an unambiguous beginning is enough)."""

    name: str
    choices: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TakesText:
    """The rest of the line, with its labels.

    `composed` lets it be left out in a DM: the handler is called without a text then, and returns
    `compose(call)`, which collects the lines that follow until `done`.
    """

    name: str = "text"
    optional: bool = False
    composed: bool = False


Takes = TakesCase | TakesWord | TakesText


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A command as typed, understood as far as its arguments go.

    `case` is set where the command takes one (None only if optional and left out). `words`
    holds the `TakesWord` arguments that were given, `text` the rest of the line. `spelled` is
    what was typed after the verb, with the case's code in full. `confirmed` is true when the asker
    said `yes` to this very call.
    """

    verb: str
    asker: Asker
    case: CaseView | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    text: Pieces | None = None
    spelled: str = ""
    confirmed: bool = False

    @property
    def subject(self) -> CaseView:
        """The case of a command that cannot be called without one."""
        if self.case is None:
            message = f"{self.verb} is declared to take a case"
            raise TypeError(message)
        return self.case

    @property
    def by(self) -> str:
        """The roster name of the asker, for commands that only roster people may run."""
        if self.asker.person is None:
            message = f"{self.verb} is declared for roster people only"
            raise TypeError(message)
        return self.asker.person.name


Handler = Callable[..., Effects]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One verb: what it takes, who may run it, how private its answer is, what decides it."""

    verb: str
    usage: str
    takes: tuple[Takes, ...]
    rule: Rule
    label: Label
    examples: tuple[Example, ...]
    handler: Handler
    reads: Mapping[str, Any]
    undoable: bool = False
    reads_case: bool = False
    writes_nothing: bool = False
    by_dm: bool = False
    goes_on: bool = False

    @property
    def summary_key(self) -> str:
        """Message key of the line that `help` shows."""
        return f"help.{self.verb}"

    @property
    def takes_case(self) -> bool:
        """Whether a case is among the arguments."""
        return any(isinstance(takes, TakesCase) for takes in self.takes)


def command(
    verb: str,
    *,
    usage: str,
    rule: Rule,
    label: Label,
    examples: tuple[Example, ...],
    takes: tuple[Takes, ...] = (),
    undoable: bool = False,
    reads_case: bool = False,
    writes_nothing: bool = False,
    by_dm: bool = False,
    goes_on: bool = False,
) -> Callable[[Handler], Command]:
    """Declare a command; see the module's docstring for what the function may ask for.

    `reads_case` counts the case among those that the asker reads within the hour. What
    `writes_nothing` is decided without the database, and stands in no audit: it may neither read
    nor keep anything of a case. `by_dm` says that what is asked for is answered by DM, wherever
    that was: the DM must be able to carry `label`. What `goes_on` is run while the database
    cannot keep anything, too, on what the reserve holds.
    """

    def declare(handler: Handler) -> Command:
        hints = get_type_hints(handler)
        hints.pop("return", None)
        names = inspect.signature(handler).parameters
        return Command(
            verb=verb,
            usage=usage,
            takes=takes,
            rule=rule,
            label=label,
            examples=examples,
            handler=handler,
            reads={name: hints[name] for name in names},
            undoable=undoable,
            reads_case=reads_case,
            writes_nothing=writes_nothing,
            by_dm=by_dm,
            goes_on=goes_on,
        )

    return declare
