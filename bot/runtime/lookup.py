"""Lines that are decided without the database: nothing is read there, and nothing written."""

from collections import OrderedDict
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, NoReturn

from bot.core.words.doors import CommandRunner, Doors, Line
from bot.core.words.effects import Answer
from bot.core.words.ids import Dice
from bot.core.words.inbound import Inbound
from bot.runtime.handling import Heard
from bot.runtime.live import Live
from bot.runtime.performer import Outcome

#: So many messages are known again; the oldest is forgotten first.
MOST_SEEN = 5000


class _Shut:
    """Stands where the database would be asked."""

    def __getattr__(self, name: str) -> NoReturn:
        message = f"a command that writes nothing asked the database for {name}"
        raise TypeError(message)


_OPEN = frozenset("asker terms desk roster rooms now dice".split())
#: All the other doors lead to the database.
_SHUT: dict[str, Any] = {each.name: _Shut() for each in fields(Doors) if each.name not in _OPEN}


@dataclass(slots=True, kw_only=True)
class Lookup:
    """Decides them. What was answered before is known until the program ends, and no longer."""

    live: Live
    runner: CommandRunner
    dice: Dice
    _seen: OrderedDict[str, str | None] = field(default_factory=OrderedDict)

    def replays(self, inbound: Inbound) -> bool:
        """Tell whether a line that was answered before comes again as if it were new."""
        return self._seen.get(inbound.key, inbound.mark) != inbound.mark

    def decide(self, heard: Heard, line: Line, now: datetime) -> Outcome | None:
        """Run a typed line; None when this very message was handled before.

        TypeError when the command does more than to answer.
        """
        if heard.inbound.key in self._seen:
            return None
        self._seen[heard.inbound.key] = heard.inbound.mark
        if len(self._seen) > MOST_SEEN:
            self._seen.popitem(last=False)
        doors = Doors(
            **_SHUT,
            asker=heard.asker,
            terms=self.live.terms,
            desk=heard.desk,
            roster=self.live.roster,
            rooms=self.live.rooms,
            now=now,
            dice=self.dice,
        )
        ran = self.runner.run(line, doors, late=heard.inbound.late)
        answers = [effect for effect in ran.effects if isinstance(effect, Answer)]
        if len(answers) != len(ran.effects):
            raise TypeError("a command that writes nothing does more than to answer")
        return Outcome(
            answers=answers, line=ran.line, verb=ran.verb, result=ran.outcome, stored=False
        )
