"""Pictures of the state machines, drawn from the very tables that they run by."""

from collections.abc import Mapping
from enum import StrEnum
from importlib import import_module
from typing import TypeVar

State = TypeVar("State", bound=StrEnum)
Given = TypeVar("Given", bound=StrEnum)

#: Name of a picture to `module:TABLE`. Imported when asked for.
DIAGRAMS: Mapping[str, str] = {
    "delivery": "bot.core.words.delivery:TABLE",
    "interview": "bot.core.intake.table:STATES",
    "link": "bot.transports.irc.link:TABLE",
    "page": "bot.core.oncall.ladder:TABLE",
}


class UnknownDiagramError(LookupError):
    """There is no picture with this name. `known` are those that there are."""

    def __init__(self, known: tuple[str, ...]) -> None:
        self.known = known
        super().__init__(", ".join(known))


def draw(name: str) -> str:
    """Return the mermaid text of a machine by its name. Raises UnknownDiagramError."""
    if name not in DIAGRAMS:
        raise UnknownDiagramError(tuple(DIAGRAMS))
    module, table = DIAGRAMS[name].split(":")
    return render(getattr(import_module(module), table))


def render(table: Mapping[tuple[State, Given], State]) -> str:
    """Return a `stateDiagram-v2` of a table `(state, input) -> state`.

    The first state of the enumeration is where the machine starts; states that nothing leaves
    are where it ends. Inputs with the same way share an arrow.
    """
    lines = ["stateDiagram-v2"]
    leaves = {state for state, _ in table}
    arrows: dict[tuple[State, State], list[str]] = {}
    for (state, given), after in table.items():
        arrows.setdefault((state, after), []).append(str(given))
    lines.extend(f"    [*] --> {_id(first)}" for first in _first(table))
    for (state, after), inputs in arrows.items():
        lines.append(f"    {_id(state)} --> {_id(after)} : {', '.join(inputs)}")
    ends = dict.fromkeys(after for after in table.values() if after not in leaves)
    lines.extend(f"    {_id(state)} --> [*]" for state in ends)
    return "\n".join(lines)


def _first(table: Mapping[tuple[State, Given], State]) -> list[State]:
    return [next(iter(type(state))) for state, _ in table][:1]


def _id(state: StrEnum) -> str:
    # Mermaid takes no dashes in the names of states.
    return str(state).replace("-", "_")
