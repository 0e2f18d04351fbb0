"""The table of rights as text: written from the rules, and read back as nothing but text.

Tests that ask who may do what ask the text, which people have read, and never the rules.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from bot.core.policy.access import Rule, may_ever
from bot.core.words.cases import CaseStatus
from bot.core.words.doors import Ran
from bot.core.words.effects import Answer, Confirm, RaiseEmergency
from bot.core.words.labels import Label, read_label
from bot.core.words.people import Person, Role
from commands._registry import load
from commands._spec import Command, Example, TakesCase
from tests.commands.bench import TERMS, Bench
from tests.world import PEOPLE

GOLDEN = Path(__file__).parents[1] / "golden" / "rights.txt"
COMMANDS = load().commands
#: The column for whoever is on no roster, or has no role.
ANYBODY = "anybody"
NEVER, OPEN_ONLY, LATER = "-", "/open", "later"

_LEGEND = """\
# Who may type what, where. A cell is the least that the place must be able to carry at that
# moment; `/open` means on open cases only, `-` never. Whoever has several roles may do what any
# of them may. `label` is how private the answer is, `answer` where it goes: where it was asked
# (here), or to the asker alone (dm); `dm < team` is by DM where the place carries less than that;
# `later` where it was asked, once it is done.
"""
#: What is told where it was asked, as are answers that are not private.
_SAYING = (Answer, Confirm, RaiseEmergency)
_CODE = re.compile(r"\b(CASE|PAGE)\b")


@dataclass(frozen=True, slots=True)
class Right:
    """One cell that is not empty."""

    floor: Label
    open_only: bool


def with_roles(roles: Iterable[Role], name: str = "somebody") -> Person:
    """Return somebody with these roles."""
    return Person(name=name, roles=frozenset(roles))


# ---- reading ---------------------------------------------------------------------------------


class Golden:
    """The reviewed table. `rows` has a cell for each verb and column."""

    def __init__(self, text: str) -> None:
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        head, *rows = (re.split(r" {2,}", line.strip()) for line in lines)
        self.head = head
        self.rows = {row[0]: dict(zip(head, row, strict=True)) for row in rows}

    def right(self, verb: str, column: str) -> Right | None:
        """Return what one column grants, None for nothing."""
        cell = self.rows[verb][column]
        if cell == NEVER:
            return None
        return Right(read_label(cell.removesuffix(OPEN_ONLY)), cell.endswith(OPEN_ONLY))

    def allows(
        self,
        verb: str,
        roles: Iterable[Role],
        ceiling: Label,
        state: CaseStatus | None = None,
    ) -> bool:
        """Tell whether somebody with these roles runs a verb in such a place.

        `state` is that of the case the line names, None for a line that names none.
        """
        rights = [self.right(verb, column) for column in (ANYBODY, *roles)]
        return any(
            right is not None
            and ceiling >= right.floor
            and not (right.open_only and state is CaseStatus.CLOSED)
            for right in rights
        )


@cache
def golden() -> Golden:
    """Return the table that people have read."""
    return Golden(GOLDEN.read_text("utf-8"))


# ---- writing ---------------------------------------------------------------------------------


def table() -> str:
    """Return the table that the commands make, as text."""
    head = ["verb", "label", "answer", ANYBODY, *Role]
    rows = [head, *(_row(command) for command in COMMANDS.values())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = ("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows)
    return _LEGEND + "\n".join(line.rstrip() for line in lines) + "\n"


def _row(command: Command) -> list[str]:
    columns = (None, *(with_roles({role}) for role in Role))
    cells = (_cell(command, person) for person in columns)
    return [command.verb, command.label.name.lower(), _answer(command), *cells]


def _cell(command: Command, person: Person | None) -> str:
    rule: Rule = command.rule
    if not may_ever(rule, person):
        return NEVER
    takes_case = any(isinstance(takes, TakesCase) for takes in command.takes)
    return rule.floor.name.lower() + (OPEN_ONLY if takes_case and not rule.closed_too else "")


def _answer(command: Command) -> str:
    """Tell where the answers of the examples go, as the place may carry more and more."""
    ceilings = [label for label in Label if command.rule.floor <= label <= Label.CASE]
    ways = {ceiling: _ways(command, ceiling) for ceiling in ceilings}
    first, last = ways[ceilings[0]], ways[ceilings[-1]]
    if first == last:
        return first
    changed = next(ceiling for ceiling in ceilings if ways[ceiling] == last)
    return f"{first} < {changed.name.lower()}"


def _ways(command: Command, ceiling: Label) -> str:
    ran = (played(example, ceiling) for example in command.examples)
    effects = [effect for one in ran if one.outcome == "ok" for effect in one.effects]
    private = [
        effect.private if isinstance(effect, Answer) else False
        for effect in effects
        if isinstance(effect, _SAYING)
    ]
    ways = (way for way, wanted in (("here", False), ("dm", True)) if wanted in private)
    return "+".join(ways) or LATER


def played(example: Example, ceiling: Label) -> Ran:
    """Type an example on a bench, its last line in a room that may carry this much."""
    bench = new_bench()
    people: Mapping[str, Person] = {person.name: person for person in PEOPLE}
    bench.who = people[example.by]
    for line in example.given:
        bench.types(filled(line, bench))
    bench.ceiling = ceiling
    return bench.types(filled(example.typed, bench))


def new_bench() -> Bench:
    """Return a bench whose people are those of the examples."""
    return Bench(terms=replace(TERMS, people=PEOPLE))


def filled(line: str, bench: Bench) -> str:
    """Put the codes of the last case and page of a bench into a line."""
    shelf = bench.shelf
    codes = {"CASE": next(reversed(shelf.facts), None), "PAGE": next(reversed(shelf.kept), None)}
    return _CODE.sub(lambda found: codes[found[1]] or "C-000000", line)
