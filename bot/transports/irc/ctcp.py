"""What programs ask: their version, as networks expect it of a bot; anything else is not heard."""

from collections.abc import Callable

from bot.transports.irc.context import Context, Me
from bot.transports.irc.lines import CTCP, Line

_EVERY_SECONDS = 60.0


class Ctcp:
    """Answers VERSION to people who ask the bot itself: once a minute in all, and with no more
    than the program's name.
    """

    def __init__(self, context: Context, me: Me, *, ask: Callable[[str], None]) -> None:
        self._context = context
        self._me = me
        self._ask = ask
        self._next_at = float("-inf")

    def handle(self, line: Line) -> None:
        """Take a PRIVMSG for programs in."""
        now = self._context.clock.monotonic()
        wanted = line.param(1).strip(CTCP).strip().upper() == "VERSION"
        if wanted and self._me.is_me(line.param(0)) and now >= self._next_at:
            self._next_at = now + _EVERY_SECONDS
            self._ask(f"NOTICE {line.nick} :{CTCP}VERSION caseward{CTCP}")
