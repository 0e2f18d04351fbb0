"""Who is in the configured channels, under which accounts, and in which modes they are.

What happens there is followed here; what has to be asked for is the work of `roll`.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from bot.core.words.inbound import RoomChanged
from bot.core.words.people import fold_account
from bot.core.words.places import RoomView
from bot.transports.irc.context import Context, Me
from bot.transports.irc.lines import Line
from bot.transports.irc.link import TELLING
from bot.transports.irc.roll import Roll
from bot.transports.irc.room import Channel, Seat, look, readable
from bot.transports.irc.watchlist import Asked


class Channels:
    """All configured channels of one connection."""

    def __init__(
        self,
        context: Context,
        me: Me,
        *,
        ask: Callable[[Asked], None],
        enabled: Callable[[], frozenset[str]],
    ) -> None:
        self._context = context
        self._me = me
        self._ask = ask
        self._enabled = enabled
        self._all = {folded: Channel(name) for folded, name in self._wanted().items()}
        self._handlers: dict[str, Callable[[Line], Iterable[Channel]]] = {
            "JOIN": self._join,
            "PART": self._part,
            "KICK": self._kick,
            "QUIT": self._quit,
            "NICK": self._nick,
            "ACCOUNT": self._account,
            "CHGHOST": self._chghost,
            "MODE": self._mode,
            "442": self._not_there,
        }
        self._roll = Roll(context, me, ask=ask, get=self.get, settle=self._settle)

    # ---- asked from outside ------------------------------------------------------------------

    def refold(self) -> None:
        """Take the network's case mapping over; once in a channel, its members are read anew."""
        known = {channel.address: channel for channel in self._all.values()}
        wanted = self._wanted()
        self._all = {
            folded: known.pop(name) if name in known else Channel(name)
            for folded, name in wanted.items()
        }
        for channel in known.values():
            channel.forget()
            self._settle(channel)
        for channel in self._all.values():
            seats = channel.seats.values()
            channel.seats = {self._me.fold(seat.nick): seat for seat in seats}
        self.reread()

    def reconfigure(self) -> None:
        """Take the configured channels over: leave those that are none any more, at once."""
        wanted = self._wanted()
        for folded, channel in list(self._all.items()):
            if wanted.get(folded) == channel.address:
                continue
            del self._all[folded]
            if channel.joined:
                self._ask(f"PART {channel.address}")
                channel.forget()
                self._settle(channel)
        for folded, name in wanted.items():
            self._all.setdefault(folded, Channel(name))

    def recheck(self) -> None:
        """Have every channel judged anew: nothing that was cleared for one before is said."""
        self._forget_members()
        for channel in self._all.values():
            if channel.joined:
                self._renew(channel)
                self._context.emit(RoomChanged(place=self._context.room(channel.address)))

    def get(self, name: str) -> Channel | None:
        """Return a configured channel by any spelling."""
        return self._all.get(self._me.fold(name))

    def all(self) -> tuple[Channel, ...]:
        """Return the configured channels."""
        return tuple(self._all.values())

    def view(self, name: str) -> RoomView | None:
        """Return what is known of a channel; None while we are not in it."""
        channel = self.get(name)
        return channel.view if channel else None

    def seated(self, nick: str) -> bool:
        """Whether a nick shares a channel with us, so that we see it leave."""
        folded = self._me.fold(nick)
        return any(folded in channel.seats for channel in self._all.values())

    def holders(self, account: str) -> list[str]:
        """Return the nicks that are logged in to an account."""
        wanted = fold_account(account)
        found = {
            seat.nick: None
            for channel in self._all.values()
            for seat in channel.seats.values()
            if seat.account is not None and fold_account(seat.account) == wanted
        }
        return list(found)

    def handle(self, line: Line) -> None:
        """Take a line in; tells of every change."""
        handler = self._handlers.get(line.command) or self._roll.handlers.get(line.command)
        if handler is not None:
            for channel in handler(line):
                self._settle(channel)

    def doubt(self, channel: Channel, nick: str) -> None:
        """Read a channel anew: somebody spoke whom we do not see in it."""
        self._roll.doubt(channel, nick)

    def reread(self) -> None:
        """Read every channel anew: what we know of members and modes may be out of date."""
        for channel in self._all.values():
            if channel.joined:
                for seat in channel.seats.values():
                    seat.known = False
                self._roll.read(channel)

    def tick(self, now: float) -> None:
        """Ask again where an answer did not come; servers drop what they find too much."""
        if self._me.network.whox and self._enabled() >= TELLING:
            for channel in self._all.values():
                self._roll.tick(channel, now)

    def settle_all(self) -> None:
        """Judge every channel again: a capability came or went."""
        self._forget_members()
        for channel in self._all.values():
            self._settle(channel)

    def close(self) -> None:
        """Leave all, since the connection is gone."""
        for channel in self._all.values():
            channel.forget()
            self._settle(channel)

    def _wanted(self) -> dict[str, str]:
        """Return the configured names; of two that are one on this network, the first counts."""
        wanted: dict[str, str] = {}
        for name in self._context.settings.channels:
            wanted.setdefault(self._me.fold(name), name)
        return wanted

    # ---- lines -------------------------------------------------------------------------------

    def _join(self, line: Line) -> Iterable[Channel]:
        channel = self.get(line.param(0))
        if self._me.is_me(line.nick):
            if channel is None:
                self._ask(f"PART {line.param(0)}")
                return ()
            channel.forget()
            channel.joined = True
            self._roll.enter(channel)
            return (channel,)
        if channel is None:
            return ()
        extended = "extended-join" in self._enabled() and len(line.params) > 1
        account = line.param(1) if extended and line.param(1) != "*" else None
        folded = self._me.fold(line.nick)
        channel.present.add(folded)
        channel.outside.pop(folded, None)
        known = extended and readable(line.nick)
        channel.seats[folded] = Seat(line.nick, line.user, line.host, account, known)
        return (channel,)

    def _part(self, line: Line) -> Iterable[Channel]:
        return self._leave(line.param(0), line.nick)

    def _kick(self, line: Line) -> Iterable[Channel]:
        return self._leave(line.param(0), line.param(1))

    def _leave(self, name: str, nick: str) -> Iterable[Channel]:
        channel = self.get(name)
        if channel is None:
            return ()
        if self._me.is_me(nick):
            channel.forget()
        else:
            channel.seats.pop(self._me.fold(nick), None)
            channel.present.discard(self._me.fold(nick))
            channel.blur(nick)
        return (channel,)

    def _quit(self, line: Line) -> Iterable[Channel]:
        folded = self._me.fold(line.nick)
        for channel in self._all.values():
            channel.present.discard(folded)
            if channel.seats.pop(folded, None) is not None:
                channel.blur(line.nick)
                yield channel

    def _seats(self, nick: str) -> Iterable[tuple[Channel, Seat]]:
        folded = self._me.fold(nick)
        for channel in self._all.values():
            seat = channel.seats.get(folded)
            if seat is not None:
                yield channel, seat

    def _nick(self, line: Line) -> Iterable[Channel]:
        old, new = self._me.fold(line.nick), self._me.fold(line.param(0))
        for channel, seat in self._seats(line.nick):
            del channel.seats[old]
            channel.blur(seat.nick)
            seat.nick, seat.member = line.param(0), None
            seat.known = seat.known and readable(seat.nick)
            channel.seats[new] = seat
            channel.present.discard(old)
            channel.present.add(new)
            yield channel

    def _account(self, line: Line) -> Iterable[Channel]:
        name = line.param(0)
        for channel, seat in self._seats(line.nick):
            seat.account, seat.member = None if name in {"*", ""} else name, None
            yield channel

    def _chghost(self, line: Line) -> Iterable[Channel]:
        for channel, seat in self._seats(line.nick):
            seat.user, seat.host, seat.member = line.param(0), line.param(1), None
            yield channel

    def _mode(self, line: Line) -> Iterable[Channel]:
        channel = self.get(line.param(0))
        if channel is None or not channel.joined:
            return ()
        channel.apply(line.param(1), self._me.network)
        return (channel,)

    def _not_there(self, line: Line) -> Iterable[Channel]:
        return self._leave(line.param(1), self._me.nick)

    def _forget_members(self) -> None:
        """Have members judged anew, not only those who change."""
        for channel in self._all.values():
            for seat in channel.seats.values():
                seat.member = None

    # ---- judging -----------------------------------------------------------------------------

    def _settle(self, channel: Channel) -> None:
        old, new = channel.view, look(channel, self._context, self._me, self._enabled())
        if old == new:
            return
        channel.epoch = next(self._context.epochs)
        channel.view = None if new is None else replace(new, epoch=channel.epoch)
        said = (old is None) != (new is None)
        if said or (old and old.complete) or (new and new.complete):
            self._context.emit(RoomChanged(place=self._context.room(channel.address)))

    def _renew(self, channel: Channel) -> None:
        channel.epoch = next(self._context.epochs)
        channel.view = look(channel, self._context, self._me, self._enabled())
