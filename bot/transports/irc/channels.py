"""Who is in the configured channels, under which accounts, and in which modes they are."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from itertools import count

from bot.core.words.inbound import RoomChanged
from bot.core.words.people import fold_account
from bot.core.words.places import RoomView
from bot.transports.irc.context import Context, Me
from bot.transports.irc.lines import Line
from bot.transports.irc.link import TELLING
from bot.transports.irc.room import WHOX_FIELDS, WHOX_PARAMS, Channel, Seat, look
from bot.transports.irc.watchlist import Asked

#: What was asked of a channel and not answered whole is asked again after this long, then later
#: and later: some servers never tell everything.
_AGAIN_SECONDS = 30.0
_DOUBLINGS = 6
_TOKENS = 400


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
        self._tokens = count(1)
        self._all = {me.fold(name): Channel(name) for name in context.settings.channels}
        self._handlers: dict[str, Callable[[Line], Iterable[Channel]]] = {
            "JOIN": self._join,
            "PART": self._part,
            "KICK": self._kick,
            "QUIT": self._quit,
            "NICK": self._nick,
            "ACCOUNT": self._account,
            "CHGHOST": self._chghost,
            "MODE": self._mode,
            "324": self._modes,
            "353": self._names,
            "366": self._names_end,
            "354": self._who,
            "315": self._who_end,
            "442": self._not_there,
        }

    # ---- asked from outside ------------------------------------------------------------------

    def refold(self) -> None:
        """Take the network's case mapping over; once in a channel, its members are read anew."""
        self._all = {self._me.fold(channel.address): channel for channel in self._all.values()}
        for channel in self._all.values():
            seats = channel.seats.values()
            channel.seats = {self._me.fold(seat.nick): seat for seat in seats}
        self.reread()

    def reconfigure(self) -> None:
        """Take the configured channels over: leave those that are none any more, at once."""
        wanted = {self._me.fold(name): name for name in self._context.settings.channels}
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
        handler = self._handlers.get(line.command)
        if handler is not None:
            for channel in handler(line):
                self._settle(channel)

    def doubt(self, channel: Channel) -> None:
        """Read a channel anew: somebody spoke whom we do not see in it."""
        if channel.joined and channel.listed:
            self._read_members(channel)

    def reread(self) -> None:
        """Read every channel anew: what we know of members and modes may be out of date."""
        for channel in self._all.values():
            if channel.joined:
                for seat in channel.seats.values():
                    seat.known = False
                self._read(channel)

    def tick(self, now: float) -> None:
        """Ask again where an answer did not come; servers drop what they find too much."""
        if not self._me.network.whox or not self._enabled() >= TELLING:
            return
        for channel in self._all.values():
            waiting = channel.joined and not channel.read and not channel.queued
            if not waiting:
                continue
            patience = _AGAIN_SECONDS * 2 ** min(channel.unread, _DOUBLINGS)
            if now - channel.asked_at >= patience:
                channel.asked = 0
                channel.unread += 1
                self._read(channel)

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

    # ---- lines -------------------------------------------------------------------------------

    def _join(self, line: Line) -> Iterable[Channel]:
        channel = self.get(line.param(0))
        if self._me.is_me(line.nick):
            if channel is None:
                self._ask(f"PART {line.param(0)}")
                return ()
            channel.forget()
            channel.joined = True
            self._ask(f"MODE {channel.address}")
            self._list(channel)
            return (channel,)
        if channel is None:
            return ()
        extended = "extended-join" in self._enabled() and len(line.params) > 1
        account = line.param(1) if extended and line.param(1) != "*" else None
        folded = self._me.fold(line.nick)
        channel.present.add(folded)
        channel.seats[folded] = Seat(line.nick, line.user, line.host, account, extended)
        return (channel,)

    def _read(self, channel: Channel) -> None:
        channel.moded = False
        self._ask(f"MODE {channel.address}")
        self._read_members(channel)

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
        return (channel,)

    def _quit(self, line: Line) -> Iterable[Channel]:
        folded = self._me.fold(line.nick)
        for channel in self._all.values():
            channel.present.discard(folded)
            if channel.seats.pop(folded, None) is not None:
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
            seat.nick, seat.member = line.param(0), None
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
        self._apply(channel, line.param(1))
        return (channel,)

    def _modes(self, line: Line) -> Iterable[Channel]:
        channel = self.get(line.param(1))
        if channel is None or not channel.joined:
            return ()
        channel.modes.clear()
        self._apply(channel, line.param(2))
        channel.moded = True
        return (channel,)

    def _apply(self, channel: Channel, letters: str) -> None:
        lists, *_ = self._me.network.chanmodes
        ranks = {letter for _, letter in self._me.network.prefix}
        adding = True
        for letter in letters:
            if letter in "+-":
                adding = letter == "+"
            elif letter not in lists and letter not in ranks:
                (channel.modes.add if adding else channel.modes.discard)(letter)

    def _names(self, line: Line) -> Iterable[Channel]:
        channel = self.get(line.param(2))
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
        channel = self.get(line.param(1))
        if channel is None or not channel.joined or channel.named:
            return ()
        for folded in channel.seats.keys() - channel.present:
            del channel.seats[folded]
        channel.present.clear()
        channel.named = True
        return (channel,)

    def _who(self, line: Line) -> Iterable[Channel]:
        channel = self.get(line.param(2))
        if channel is None or not channel.joined or line.param(1) != channel.token:
            return ()
        if len(line.params) != WHOX_PARAMS:
            return ()
        _, _, _, user, host, nick, _, account = line.params
        if not self._me.is_me(nick):
            seat = channel.seats.setdefault(self._me.fold(nick), Seat(nick))
            channel.present.add(self._me.fold(nick))
            seat.user, seat.host, seat.known, seat.member = user, host, True, None
            seat.account = None if account in {"0", "*", ""} else account
        return (channel,)

    def _who_end(self, line: Line) -> Iterable[Channel]:
        channel = self.get(line.param(1))
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
