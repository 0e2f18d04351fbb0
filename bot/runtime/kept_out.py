"""Who must not hear of which case, remembered for when the database cannot be asked.

A call that comes in then is kept in a case of its own. Whoever may not know of the caller's
earlier case must not be rung for it.
"""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bot.core.words.people import Person
from bot.core.words.ports import Unit

#: How many cases, and how many reporters, are remembered; the oldest is forgotten first.
MOST = 5_000

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@dataclass(slots=True)
class KeptOut:
    """Names of the roster by case, and cases by who reported them; gone when the program ends."""

    _names: OrderedDict[str, frozenset[str]] = field(default_factory=OrderedDict)
    _cases: OrderedDict[str, str] = field(default_factory=OrderedDict)

    def fill(self, unit: Unit, people: Sequence[Person]) -> None:
        """Remember what the database knows, at the start."""
        names: dict[str, set[str]] = {}
        for person in people:
            for code in unit.hidden_from_all((person,)):
                names.setdefault(code, set()).add(person.name)
        for code, out in names.items():
            self.note(code, frozenset(out))
            stored = unit.sessions().of_case(code)
            if stored is not None:
                self.note_reporter(stored.identity, code)

    def note(self, case: str, names: frozenset[str]) -> None:
        """Remember exactly who must not hear of a case."""
        _put(self._names, case, names)

    def note_reporter(self, identity: str, case: str) -> None:
        """Remember whose case this is."""
        _put(self._cases, identity, case)

    def of(self, case: str) -> frozenset[str]:
        """Return who must not hear of a case, as far as is remembered."""
        return self._names.get(case, frozenset())

    def of_reporter(self, identity: str) -> frozenset[str]:
        """Return who must not hear of what somebody reported, as far as is remembered."""
        return self.of(self._cases.get(identity, ""))


def _put(there: OrderedDict[Key, Value], key: Key, value: Value) -> None:
    there[key] = value
    there.move_to_end(key)
    if len(there) > MOST:
        there.popitem(last=False)
