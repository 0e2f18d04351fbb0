"""One channel as it is: seats, modes, and what the policy is told of them."""

from dataclasses import dataclass, field

from bot.core.words.places import Member, RoomView
from bot.transports.irc.context import Context, Me
from bot.transports.irc.isupport import UNREADABLE, Isupport
from bot.transports.irc.link import TELLING

#: Fields asked of WHOX; the answer is: me, token, channel, user, host, nick, flags, account.
WHOX_FIELDS = "%tcuhnfa"
WHOX_PARAMS = 8


def readable(nick: str) -> bool:
    """Whether a nick came in UTF-8: several others look the same to us."""
    return UNREADABLE not in nick


@dataclass(slots=True)
class Seat:
    """Somebody in a channel; `known` once it is certain under which account, if any.

    `member` is kept, since thousands may come and go in a moment; None when it must be made anew.
    """

    nick: str
    user: str = ""
    host: str = ""
    account: str | None = None
    known: bool = False
    member: Member | None = field(default=None, repr=False)


@dataclass(slots=True)
class Channel:
    """A configured channel. `view` is what was last told, None while we are not in it."""

    address: str
    epoch: int = 0
    joined: bool = False
    modes: set[str] = field(default_factory=set)
    seats: dict[str, Seat] = field(default_factory=dict)
    named: bool = False
    listed: bool = False
    moded: bool = False
    token: str = ""
    #: A WHO waits for its turn; WHOs that are not answered yet; when the last one went out.
    queued: bool = False
    asked: int = 0
    asked_at: float = 0.0
    #: How often the answer was not whole.
    unread: int = 0
    present: set[str] = field(default_factory=set)
    #: Who spoke without being seen in it, and when they were looked for.
    outside: dict[str, float] = field(default_factory=dict)
    view: RoomView | None = None

    @property
    def read(self) -> bool:
        """Whether members, accounts and modes have all been read."""
        listed = self.named and self.listed and self.moded
        return listed and all(seat.known for seat in self.seats.values())

    def apply(self, letters: str, network: Isupport) -> None:
        """Follow a change of modes; lists and ranks are not modes of the channel."""
        lists, *_ = network.chanmodes
        ranks = {letter for _, letter in network.prefix}
        adding = True
        for letter in letters:
            if letter in "+-":
                adding = letter == "+"
            elif letter not in lists and letter not in ranks:
                (self.modes.add if adding else self.modes.discard)(letter)

    def blur(self, nick: str) -> None:
        """Somebody goes: under a nick that cannot be read, nobody knows who of several."""
        if not readable(nick):
            self.named = self.listed = False

    def forget(self) -> None:
        """Start anew."""
        self.joined = self.named = self.listed = self.moded = False
        self.modes.clear()
        self.seats.clear()
        self.present.clear()
        self.outside.clear()
        self.token = ""
        self.unread = 0


def look(channel: Channel, context: Context, me: Me, enabled: frozenset[str]) -> RoomView | None:
    """Return what is known of a channel; None while we are not in it.

    Complete only where the network tells of every change of account, and hides nobody.
    """
    if not channel.joined:
        return None
    settings, modes = context.settings, channel.modes
    only, replaying = me.network.registered_only, me.network.replaying
    return RoomView(
        place=context.room(channel.address),
        epoch=channel.epoch,
        complete=enabled >= TELLING and channel.read and modes.isdisjoint(me.network.hiding),
        secure=settings.tls or settings.loopback,
        hidden=not modes.isdisjoint("sp"),
        closed=not modes.isdisjoint("ik") or (only != "" and only in modes),
        no_external="n" in modes,
        members=tuple(seat.member or _seen(seat, context, me) for seat in channel.seats.values()),
        replayed=replaying != "" and replaying in modes,
    )


def _seen(seat: Seat, context: Context, me: Me) -> Member:
    agent = context.is_agent(seat.nick, seat.host, seat.account, me.server)
    seat.member = Member(nick=seat.nick, account=seat.account, agent=agent)
    return seat.member
