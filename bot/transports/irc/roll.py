"""Calls the roll of a channel: asks who is there and how it is set, and takes the answers in."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import count

from bot.transports.irc.context import Context, Me
from bot.transports.irc.lines import Line
from bot.transports.irc.room import (
    WHOX_FIELDS,
    WHOX_PARAMS,
    Channel,
    Seat,
    readable,
)
from bot.transports.irc.watchlist import Asked

#: What was asked of a channel and not answered whole is asked again after this long, then later
#: and later: some servers never tell everything.
_AGAIN_SECONDS = 30.0
_DOUBLINGS = 6
_TOKENS = 400
#: Whoever spoke from outside and was not found inside is not looked for again for this long.
_OUTSIDE_SECONDS = 60.0
_MOST_OUTSIDE = 100


class Roll:
    """The questions about all channels of one connection."""

    def __init__(
        self,
        context: Context,
        me: Me,
        *,
        ask: Callable[[Asked], None],
        get: Callable[[str], Channel | None],
        settle: Callable[[Channel], None],
    ) -> None:
        self._context = context
        self._me = me
        self._ask = ask
        self._get = get
        self._settle = settle
        self._tokens = count(1)
        #: What takes the answers in; each returns the channels that it has changed.
        self.handlers: Mapping[str, Callable[[Line], Iterable[Channel]]] = {
            "324": self._modes,
            "353": self._names,
            "366": self._names_end,
            "354": self._who,
            "315": self._who_end,
        }

    # ---- questions ---------------------------------------------------------------------------

    def enter(self, channel: Channel) -> None:
        """Ask what the network does not say by itself to those who come in."""
        self._ask(f"MODE {channel.address}")
        self._list(channel)

    def read(self, channel: Channel) -> None:
        """Ask for everything anew."""
        channel.moded = False
        self._ask(f"MODE {channel.address}")
        self._read_members(channel)

    def doubt(self, channel: Channel, nick: str) -> None:
        """Read members anew: somebody spoke whom we do not see among them.

        A service may speak from outside as often as it likes: it is looked for once in a while.
        """
        hidden = not channel.modes.isdisjoint(self._me.network.hiding)
        if hidden or not channel.joined or not channel.listed:
            return
        folded, now = self._me.fold(nick), self._context.clock.monotonic()
        if now - channel.outside.get(folded, float("-inf")) < _OUTSIDE_SECONDS:
            return
        if len(channel.outside) >= _MOST_OUTSIDE:
            channel.outside.clear()
        channel.outside[folded] = now
        self._read_members(channel)

    def tick(self, channel: Channel, now: float) -> None:
        """Ask again where an answer did not come."""
        if not channel.joined or channel.read or channel.queued:
            return
        patience = _AGAIN_SECONDS * 2 ** min(channel.unread, _DOUBLINGS)
        if now - channel.asked_at >= patience:
            channel.asked = 0
            channel.unread += 1
            self.read(channel)

    def _read_members(self, channel: Channel) -> None:
        channel.named = channel.listed = False
        channel.present.clear()
        self._settle(channel)
        self._ask(f"NAMES {channel.address}")
        self._list(channel)

    def _list(self, channel: Channel) -> None:
        if self._me.network.whox and not channel.queued:
            channel.queued = True
            self._ask(partial(self._question, channel))

    def _question(self, channel: Channel) -> str:
        channel.queued = False
        if not channel.joined:
            return ""
        channel.token = str(next(self._tokens) % _TOKENS)
        channel.asked += 1
        channel.asked_at = self._context.clock.monotonic()
        return f"WHO {channel.address} {WHOX_FIELDS},{channel.token}"

    # ---- answers -----------------------------------------------------------------------------

    def _modes(self, line: Line) -> Iterable[Channel]:
        channel = self._get(line.param(1))
        if channel is None or not channel.joined:
            return ()
        channel.modes.clear()
        channel.apply(line.param(2), self._me.network)
        channel.moded = True
        return (channel,)

    def _names(self, line: Line) -> Iterable[Channel]:
        channel = self._get(line.param(2))
        if channel is None or not channel.joined or channel.named:
            return ()
        ranks = "".join(char for char, _ in self._me.network.prefix)
        for word in line.param(-1).split(" "):
            nick, _, mask = word.lstrip(ranks).partition("!")
            if nick and not self._me.is_me(nick):
                user, _, host = mask.partition("@")
                channel.present.add(self._me.fold(nick))
                channel.seats.setdefault(self._me.fold(nick), Seat(nick, user, host))
        return (channel,)

    def _names_end(self, line: Line) -> Iterable[Channel]:
        channel = self._get(line.param(1))
        if channel is None or not channel.joined or channel.named:
            return ()
        for folded in channel.seats.keys() - channel.present:
            del channel.seats[folded]
        channel.present.clear()
        channel.named = True
        return (channel,)

    def _who(self, line: Line) -> Iterable[Channel]:
        channel = self._get(line.param(2))
        if channel is None or not channel.joined or line.param(1) != channel.token:
            return ()
        if len(line.params) != WHOX_PARAMS:
            return ()
        _, _, _, user, host, nick, _, account = line.params
        if not self._me.is_me(nick):
            seat = channel.seats.setdefault(self._me.fold(nick), Seat(nick))
            channel.present.add(self._me.fold(nick))
            seat.user, seat.host, seat.known, seat.member = user, host, readable(nick), None
            seat.account = None if account in {"0", "*", ""} else account
        return (channel,)

    def _who_end(self, line: Line) -> Iterable[Channel]:
        channel = self._get(line.param(1))
        if channel is None or not channel.asked:
            return ()
        # Ends bear no token: that of an earlier question says nothing about this one.
        channel.asked -= 1
        if channel.asked or not channel.token:
            return ()
        channel.token = ""
        channel.listed = True
        if channel.read:
            channel.unread = 0
        return (channel,)
