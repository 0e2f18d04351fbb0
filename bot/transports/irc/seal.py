"""Whether somebody's own connection is encrypted, as WHOIS tells, and how long that holds."""

from collections.abc import Callable, Mapping

from bot.transports.irc.context import Context
from bot.transports.irc.lines import Line
from bot.transports.irc.peer import Peer

#: What WHOIS has told holds for this long of somebody whom we would not see go and come back.
_UNSEEN_SECONDS = 10.0
#: A WHOIS that was not answered within this time is asked again when it matters.
_ANSWER_SECONDS = 10.0


class Seal:
    """Judges peers of one connection."""

    def __init__(
        self,
        context: Context,
        *,
        ask: Callable[[str], None],
        get: Callable[[str], Peer | None],
        observed: Callable[[Peer], bool],
    ) -> None:
        self._context = context
        self._ask = ask
        self._get = get
        self._observed = observed
        self.handlers: Mapping[str, Callable[[Line], None]] = {
            "671": self._secure,
            "318": self._whois_end,
        }

    def judge(self, peer: Peer) -> None:
        """Ask whether the other end is encrypted; answered by `peer.judged`."""
        if not self._context.settings.tls:
            peer.secure = False
            peer.judged.set()
            return
        self.doubt(peer)
        now = self._context.clock.monotonic()
        # Networks pass questions over that come too fast.
        if not peer.asked or now - peer.asked_at >= _ANSWER_SECONDS:
            peer.asked, peer.asked_at = True, now
            self._ask(f"WHOIS {peer.nick}")

    def lapse(self, peer: Peer) -> None:
        """Note that they may go unseen from now on, if that is so."""
        if not self._observed(peer):
            peer.vouched = False

    def doubt(self, peer: Peer) -> None:
        """Forget what WHOIS told if the nick may have gone and come back unseen, without TLS."""
        if not self._context.settings.tls or not peer.judged.is_set():
            return
        self.lapse(peer)
        age = self._context.clock.monotonic() - peer.judged_at
        if peer.vouched or age <= _UNSEEN_SECONDS:
            return
        if peer.secure:
            peer.epoch = next(self._context.epochs)
        peer.secure, peer.asked, peer.waited = None, False, False
        peer.judged.clear()

    def _secure(self, line: Line) -> None:
        peer = self._get(line.param(1))
        if peer is not None and peer.asked:
            peer.secure = True

    def _whois_end(self, line: Line) -> None:
        peer = self._get(line.param(1))
        if peer is not None and peer.asked:
            peer.secure = bool(peer.secure)
            peer.judged_at = self._context.clock.monotonic()
            peer.vouched = self._observed(peer)
            peer.judged.set()
