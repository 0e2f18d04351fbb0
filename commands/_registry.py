"""The folder is the command list: every module without an underscore holds one command."""

import difflib
import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass

import commands
from bot.core.policy.access import may_ever
from bot.core.words.people import Person
from commands._spec import Command


@dataclass(frozen=True, slots=True)
class Table:
    """All commands by verb."""

    commands: Mapping[str, Command]

    def find(self, verb: str) -> Command | None:
        """Return the command with this verb, in any case of letters."""
        return self.commands.get(verb.lower())

    def open_to(self, person: Person | None) -> tuple[Command, ...]:
        """Return the commands that this person has the right to, by verb."""
        return tuple(c for c in self.commands.values() if may_ever(c.rule, person))

    def nearest(self, verb: str, person: Person | None) -> str | None:
        """Return the verb that this person may have meant."""
        names = [c.verb for c in self.open_to(person)]
        close = difflib.get_close_matches(verb.lower(), names, n=1, cutoff=0.6)
        return close[0] if close else None


def load(package_path: list[str] | None = None, package: str = "commands") -> Table:
    """Import every command module and return the table; ValueError names a broken file."""
    found: dict[str, Command] = {}
    for info in pkgutil.iter_modules(package_path or list(commands.__path__)):
        if info.name.startswith("_"):
            continue
        module = importlib.import_module(f"{package}.{info.name}")
        declared = [value for value in vars(module).values() if isinstance(value, Command)]
        if len(declared) != 1:
            message = f"{info.name}.py declares {len(declared)} commands, not one"
            raise ValueError(message)
        found[declared[0].verb] = declared[0]
    return Table(dict(sorted(found.items())))
