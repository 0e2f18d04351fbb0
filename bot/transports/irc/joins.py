"""Which channel to try next: at once at first, then with growing patience."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.transports.irc.timing import Backoff

_PATIENCE = Backoff(first=5.0, last=300.0)
#: An unanswered JOIN counts as refused after this long.
_ANSWER_SECONDS = 15.0
#: Reasons why a JOIN fails; all name the channel after our nick.
REFUSALS = frozenset("403 405 407 437 461 470 471 473 474 475 476 477 480 489 520".split())


@dataclass(slots=True)
class _Try:
    attempt: int = 0
    next_at: float = 0.0
    refused: bool = False


class Joins:
    """Attempts to enter the configured channels."""

    def __init__(self, names: Iterable[str]) -> None:
        self._tries = {name: _Try() for name in names}

    def due(self, outside: Iterable[str], now: float) -> list[str]:
        """Return which of the channels we are not in should be asked for now."""
        found = [name for name in outside if self._tries[name].next_at <= now]
        for name in found:
            self._tries[name].next_at = now + _ANSWER_SECONDS
        return found

    def at_once(self, name: str) -> None:
        """Somebody invited us: do not wait any longer."""
        self._tries[name].next_at = 0.0

    def entered(self, name: str) -> None:
        """We are in."""
        self._tries[name] = _Try()

    def failed(self, name: str, now: float, chance: float) -> None:
        """We were refused, or put out."""
        current = self._tries[name]
        current.next_at = now + _PATIENCE.delay(current.attempt, chance)
        current.attempt += 1
        current.refused = True

    def answered(self, name: str) -> bool:
        """Whether the channel has refused us at least once."""
        return self._tries[name].refused
