"""Keeps true what we know of ourselves and of the network."""

from collections.abc import Callable

from bot.transports.irc.context import Me
from bot.transports.irc.isupport import Features, Isupport
from bot.transports.irc.lines import Line


class Own:
    """Reads the lines that tell how the network sees us, and what it can do."""

    def __init__(self, me: Me, *, changed: Callable[[Isupport], None]) -> None:
        self._me = me
        self._features = Features()
        self._changed = changed
        self._handlers: dict[str, Callable[[Line], None]] = {
            "001": self._welcome,
            "004": self._software,
            "005": self._isupport,
            "396": self._displayed,
            "900": self._logged_in,
            "JOIN": self._joined,
            "NICK": self._renamed,
            "CHGHOST": self._rehosted,
        }

    def handle(self, line: Line) -> None:
        """Take a line in; runs after the channels and the peers have taken it."""
        handler = self._handlers.get(line.command)
        if handler is not None:
            handler(line)

    def _welcome(self, line: Line) -> None:
        self._me.nick = line.param(0) or self._me.nick

    def _software(self, line: Line) -> None:
        if line.param(2):
            self._me.server = line.param(1)
            self._features.software(line.param(2))

    def _isupport(self, line: Line) -> None:
        before = self._me.network
        self._me.network = self._features.learn(line.params[1:-1])
        self._changed(before)

    def _displayed(self, line: Line) -> None:
        user, at, host = line.param(1).rpartition("@")
        if not self._me.is_me(line.param(0)) or not host:
            return
        self._me.host = host
        if at:
            self._me.user = user

    def _logged_in(self, line: Line) -> None:
        _, _, mask = line.param(1).partition("!")
        user, _, host = mask.partition("@")
        if user and host:
            self._me.user, self._me.host = user, host

    def _joined(self, line: Line) -> None:
        if self._me.is_me(line.nick):
            self._me.user, self._me.host = line.user, line.host

    def _renamed(self, line: Line) -> None:
        if self._me.is_me(line.nick) and line.param(0):
            self._me.nick = line.param(0)

    def _rehosted(self, line: Line) -> None:
        if self._me.is_me(line.nick):
            self._me.user, self._me.host = line.param(0), line.param(1)
