"""One channel as it is: seats, modes, and what the policy is told of them."""

from dataclasses import dataclass, field

from bot.core.words.places import Member, RoomView
from bot.transports.irc.context import Context, Me

#: Fields asked of WHOX; the answer is: me, token, channel, user, host, nick, flags, account.
WHOX_FIELDS = "%tcuhnfa"
WHOX_PARAMS = 8
#: With these the server hides members from us (auditorium, delayed joins).
_HIDE_MEMBERS = frozenset("uD")


@dataclass(slots=True)
class Seat:
    """Somebody in a channel; `known` once it is certain under which account, if any."""

    nick: str
    user: str = ""
    host: str = ""
    account: str | None = None
    known: bool = False


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
    present: set[str] = field(default_factory=set)
    view: RoomView | None = None

    def forget(self) -> None:
        """Start anew."""
        self.joined = self.named = self.listed = self.moded = False
        self.modes.clear()
        self.seats.clear()
        self.present.clear()
        self.token = ""


def look(channel: Channel, context: Context, me: Me, enabled: frozenset[str]) -> RoomView | None:
    """Return what is known of a channel; None while we are not in it.

    Complete only where the network tells of every change of account, and hides nobody.
    """
    if not channel.joined:
        return None
    settings, modes = context.settings, channel.modes
    seats = channel.seats.values()
    told = {"extended-join", "account-notify"} <= enabled
    read = channel.named and channel.listed and channel.moded
    only = me.network.registered_only
    return RoomView(
        place=context.room(channel.address),
        epoch=channel.epoch,
        complete=told
        and read
        and all(seat.known for seat in seats)
        and modes.isdisjoint(_HIDE_MEMBERS),
        secure=settings.tls or settings.loopback,
        hidden=not modes.isdisjoint("sp"),
        closed=not modes.isdisjoint("ik") or (only != "" and only in modes),
        no_external="n" in modes,
        members=tuple(
            Member(
                nick=seat.nick,
                account=seat.account,
                agent=context.is_agent(seat.nick, seat.host, seat.account, me.server),
            )
            for seat in seats
        ),
    )
