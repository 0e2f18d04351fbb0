"""Whether what we say still goes round: a message to ourselves, through the network and back.

A server that answers PING may yet pass nothing on. What comes back is told by its source, its
target and a token that nobody else has seen; it is never anybody's word, and never shown.
"""

import asyncio

import structlog

from bot.core.words.ports import Sent
from bot.transports.irc.questions import Echo
from bot.transports.irc.session import Session
from bot.transports.irc.speech import Lane
from bot.transports.irc.timing import within

_log = structlog.get_logger(__name__)
#: So often after an echo a busy connection is left in peace; then its turn is waited for.
_MOST_SKIPPED = 2
#: A network that has never given back so many is one that does not, and not one that is silent.
_MOST_UNHEARD = 4


class Pulse:
    """Asks one network, over all of its connections; one question at a time."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        #: Where an echo came back last, and how often that is good enough.
        self._good: Session | None = None
        self._skips = 0
        #: Whether an echo has ever come back, and how many have not before that.
        self._proven = False
        self._unheard = 0
        #: The connection on which the network has refused messages to ourselves.
        self._refused: Session | None = None

    async def beat(self, session: Session, seconds: float) -> bool:
        """Return whether a message came back within `seconds` of being sent.

        True as well where no turn came: pages go first, and they are proven by themselves.
        False for a connection that is not there, or ended meanwhile.
        """
        async with self._lock:
            if not session.identified:
                return False
            if not session.turnstile.idle and session is self._good and self._skips:
                self._skips -= 1
                return True
            self._good = None
            try:
                turn = session.turnstile.turn(Lane.CONTROL)
                if not await within(session.context.clock, seconds, turn):
                    return False
            except TimeoutError:
                return session.identified
            return session.identified and await self._ask(session, seconds)

    async def _ask(self, session: Session, seconds: float) -> bool:
        echo = session.questions.echo(session.context.token())
        try:
            if session is not self._refused:
                session.write_counted(f"PRIVMSG {echo.target} :{echo.token}")
            if session is self._refused or self._by_ping:
                session.write(f"PING {echo.token}")
                echo.by_ping = True
            verdict = await within(session.context.clock, seconds, echo.verdict)
        except TimeoutError:
            self._unheard += 1
            if self._by_ping and self._unheard == _MOST_UNHEARD:
                self._say_how(session, "unheard")
            return False
        finally:
            session.questions.done(echo)
        if verdict in {Sent.GONE, Sent.REFUSED}:
            return await self._refusal(session, echo, seconds)
        self._proven = self._proven or echo.heard
        self._good, self._skips = session, _MOST_SKIPPED
        return session.identified

    @property
    def _by_ping(self) -> bool:
        """Whether an answer to PING is as much as can be had."""
        return not self._proven and self._unheard >= _MOST_UNHEARD

    async def _refusal(self, session: Session, echo: Echo, seconds: float) -> bool:
        """Ask by PING from now on, unless it was just our nick that changed under way."""
        if not session.identified or not session.me.is_me(echo.target):
            return False
        self._refused = session
        self._say_how(session, "refused")
        return await self._ask(session, seconds)

    @staticmethod
    def _say_how(session: Session, reason: str) -> None:
        network = session.context.settings.name
        _log.debug("irc.echo-by-ping", network=network, reason=reason)
