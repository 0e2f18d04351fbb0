"""Our own nick: another one when it is taken, and the way back to it."""

from collections.abc import Callable

from bot.transports.irc.context import Context, Me
from bot.transports.irc.lines import Line
from bot.transports.irc.watchlist import Watchlist

REFUSED = frozenset({"432", "433", "436", "437"})
_RETRY_SECONDS = 60.0
_UNDERSCORES = 2
_KEPT = 6
#: The services' agent that throws whoever has the nick of our account off the network.
_KEEPER = "NickServ"


class Nick:
    """Gets and keeps the configured nick."""

    def __init__(
        self, context: Context, me: Me, *, ask: Callable[[str], None], watchlist: Watchlist
    ) -> None:
        self._context = context
        self._me = me
        self._ask = ask
        self._watchlist = watchlist
        self._refusals = 0
        self._next_at = 0.0
        self._watching = False

    @property
    def right(self) -> bool:
        """Whether we have the nick that we want."""
        return self._me.is_me(self._context.settings.nick)

    def another(self) -> str:
        """Return what to call ourselves after a refusal."""
        self._refusals += 1
        wanted = self._context.settings.nick
        if self._refusals <= _UNDERSCORES:
            return wanted + "_" * self._refusals
        return f"{wanted[:_KEPT]}{int(self._context.chance() * 1000):03}"

    def handle(self, line: Line) -> None:
        """Take a line in: the nick may just have become free."""
        wanted = self._me.fold(self._context.settings.nick)
        if line.command == "731" and not self.right:
            names = {self._me.fold(name) for name in line.param(-1).split(",")}
            if wanted in names:
                self._ask(f"NICK {self._context.settings.nick}")

    def tick(self, now: float) -> None:
        """Try again now and then; let the network tell us when it can."""
        wanted = self._context.settings.nick
        if self.right:
            if self._watching:
                self._watching = False
                self._watchlist.change(wanted, watch=False)
            return
        if not self._me.network.monitor:
            self._watching = False
        elif not self._watching:
            self._watching = True
            self._watchlist.change(wanted, watch=True)
        if self._next_at == 0.0:
            self._next_at = now + _RETRY_SECONDS
            self._ask_for_it()
        elif now >= self._next_at:
            self._next_at = now + _RETRY_SECONDS
            self._ask(f"NICK {wanted}")
            self._ask_for_it()

    def _ask_for_it(self) -> None:
        """Ask services, if they are trusted, for the nick: most likely our own old connection."""
        if _KEEPER in self._context.settings.trusted_agents:
            self._ask(f"PRIVMSG {_KEEPER} :GHOST {self._context.settings.nick}")
