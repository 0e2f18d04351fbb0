"""Tells the network whose going we want to hear of (MONITOR), many nicks to a line."""

from collections.abc import Callable

#: What waits for its turn: a line, or what makes it when the turn has come.
Asked = str | Callable[[], str]
_NICKS_A_LINE = 10


class Watchlist:
    """Collects changes while earlier ones wait for their turn, so that nobody can flood us."""

    def __init__(self, ask: Callable[[Asked], None]) -> None:
        self._ask = ask
        self._changes: dict[str, bool] = {}
        self._waiting = False

    def change(self, nick: str, *, watch: bool) -> None:
        """Watch a nick, or stop doing so."""
        self._changes.pop(nick, None)
        self._changes[nick] = watch
        self._nudge()

    def hurry(self, nick: str) -> str | None:
        """Return the line that watches a nick if it still waits for its turn: it is yours now."""
        if self._changes.get(nick) is not True:
            return None
        del self._changes[nick]
        return f"MONITOR + {nick}"

    def _nudge(self) -> None:
        if not self._waiting and self._changes:
            self._waiting = True
            self._ask(self._line)

    def _line(self) -> str:
        self._waiting = False
        watch = next(iter(self._changes.values()), False)
        nicks = [nick for nick, wanted in self._changes.items() if wanted is watch][:_NICKS_A_LINE]
        for nick in nicks:
            del self._changes[nick]
        self._nudge()
        return f"MONITOR {'+' if watch else '-'} {','.join(nicks)}" if nicks else ""
