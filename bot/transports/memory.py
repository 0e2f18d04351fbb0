"""A network in memory: lines are scripted in, what the bot says is recorded.

It keeps the promises of a real transport (epochs, identities, proof by account on the message
itself) and is shipped, so that whoever extends the bot can test against it.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from bot.core.policy.gate import Cleared
from bot.core.words.attachment import Attachment
from bot.core.words.beside import NOTHING_BESIDE, Beside
from bot.core.words.identity import by_account, by_link
from bot.core.words.inbound import (
    Event,
    IdentityEnded,
    Inbound,
    LinkChanged,
    Never,
    RoomChanged,
    Unheard,
    Why,
)
from bot.core.words.keys import KeyOrder
from bot.core.words.labels import Label
from bot.core.words.people import Account, Roster, Speaker, fold_account
from bot.core.words.places import DMView, Flaw, Member, Place, PlaceKind, RoomView, View
from bot.core.words.ports import MAX_LATE, Clock, Sent

#: More people than any test has: epochs after a recheck are none that were before.
_FAR = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One line of the bot, as it went out."""

    place: Place
    text: str
    plain_message: bool
    beside: Beside = NOTHING_BESIDE


@dataclass(slots=True)
class _User:
    nick: str
    account: str | None
    serial: int
    secure: bool = True
    refuses: bool = False
    #: Nobody proves who they are here, and the network could keep what they say from others.
    clear: bool = False


@dataclass(slots=True)
class _Channel:
    modes: set[str] = field(default_factory=lambda: set("sin"))
    epoch: int = 1
    #: What else keeps it from what it should carry.
    found: tuple[Flaw, ...] = ()


class MemoryTransport:
    """The network `name`: users with and without accounts, channels with modes and members.

    `sealed` makes it one whose staff cannot read along, with threads: what is said there has a mark
    for each delivery, unless it is said in clear.
    """

    def __init__(
        self, name: str, *, roster: Callable[[], Roster], clock: Clock, sealed: bool = False
    ) -> None:
        """Start with nobody there."""
        self.name = name
        self.sealed = sealed
        self.room_lines = 40 if sealed else 4
        self.names_ring = not sealed
        self.removes = sealed
        #: What was taken back of what others said, and which messages cannot be.
        self.removed: list[tuple[Place, str]] = []
        self.refuse_removal: set[str] = set()
        self.said: list[Said] = []
        #: What operators ordered about keys.
        self.orders: list[KeyOrder] = []
        self.up = True
        #: Looks up and passes nothing on.
        self.silent = False
        self.redialled = 0
        #: Called before each line is recorded, so that tests can change the world in between.
        self.before_send: Callable[[Cleared], None] | None = None
        self._roster = roster
        self._clock = clock
        self._users: dict[str, _User] = {}
        self._channels: dict[str, _Channel] = {}
        self._members: dict[str, set[str]] = {}
        self._serial = 0
        self._messages = 0
        self._checks = 0
        self._roots: dict[tuple[Place, str], str] = {}
        self._sink: Callable[[Event], None] | None = None
        self._stopped = asyncio.Event()

    # ---- the port ------------------------------------------------------------------------

    async def run(self, sink: Callable[[Event], None]) -> None:
        """Hand events to `sink` until `stop`."""
        self._sink = sink
        for channel in self._channels:
            sink(RoomChanged(place=self._room(channel)))
        sink(LinkChanged(network=self.name, up=self.up))
        await self._stopped.wait()

    async def stop(self) -> None:
        """End `run`."""
        self._stopped.set()

    def view(self, place: Place) -> View | None:
        """Return what is known of a place right now."""
        if place.kind is PlaceKind.DM:
            user = self._users.get(place.address)
            return None if user is None else self._dm_view(place, user)
        channel = self._channels.get(place.address)
        if channel is None:
            return None
        members = [self._users[nick] for nick in sorted(self._members[place.address])]
        return RoomView(
            place=place,
            epoch=channel.epoch,
            complete=True,
            secure=True,
            hidden="s" in channel.modes or "p" in channel.modes,
            closed="i" in channel.modes or "k" in channel.modes,
            no_external="n" in channel.modes,
            members=tuple(Member(nick=user.nick, account=user.account) for user in members),
            found=channel.found,
            most=Label.PII if self.sealed else Label.CASE,
        )

    async def find(self, identity: str) -> Place | None:
        """Return the DM place of an identity."""
        for user in self._users.values():
            if self._identity(user) == identity:
                return Place(network=self.name, address=user.nick, kind=PlaceKind.DM)
        return None

    async def send(self, cleared: Cleared, *, proof: bool = False, urgent: bool = False) -> Sent:
        """Record each line while the place is what it was cleared for."""
        del proof, urgent
        if not self.up:
            return Sent.DOWN
        for line in cleared.lines:
            if self.before_send is not None:
                self.before_send(cleared)
            view = self.view(cleared.place)
            if view is None:
                return Sent.GONE
            if view.epoch != cleared.epoch:
                return Sent.STALE
            if cleared.place.kind is PlaceKind.DM and self._users[cleared.place.address].refuses:
                return Sent.REFUSED
            said = Said(
                place=cleared.place,
                text=line,
                plain_message=cleared.plain_message,
                beside=cleared.beside,
            )
            self.said.append(said)
            self._stands(said)
        return Sent.DELIVERED

    async def remove(self, place: Place, messages: Sequence[str]) -> tuple[str, ...]:
        """Record what is taken back; returns what is not, all of it where nothing ever is."""
        if not (self.up and self.removes):
            return tuple(messages)
        taken = [message for message in messages if message not in self.refuse_removal]
        self.removed += [(place, message) for message in taken]
        return tuple(message for message in messages if message in self.refuse_removal)

    async def echo(self, seconds: float) -> bool:
        """Come back at once, or never."""
        if self.silent and self.up:
            await self._clock.sleep(seconds)
        return self.up and not self.silent

    async def keys(self, order: KeyOrder) -> None:
        """Note an order; a test looks at it."""
        self.orders.append(order)

    def redial(self) -> None:
        """Go away; `link` brings it back."""
        self.redialled += 1
        self.link(up=False)

    def renew(
        self,
        *,
        channels: tuple[str, ...],
        trusted_agents: tuple[str, ...],
        relays: tuple[str, ...],
    ) -> None:
        """Enter new channels, leave those that are not among `channels`; agents and bridges are none."""
        del trusted_agents, relays
        for name in set(self._channels) - set(channels):
            del self._channels[name], self._members[name]
        for name in channels:
            if name not in self._channels:
                self.channel(name)
        self.recheck()

    def recheck(self) -> None:
        """Give every place a new epoch, and have the rooms judged anew."""
        self._checks += 1
        for channel in self._channels:
            self._changed(channel)

    # ---- the script ----------------------------------------------------------------------

    def restarted(self) -> "MemoryTransport":
        """Return this network for a bot that starts anew: everybody is where they were."""
        again = MemoryTransport(
            self.name, roster=self._roster, clock=self._clock, sealed=self.sealed
        )
        again.said, again.before_send = self.said, self.before_send
        again.removes, again.removed = self.removes, self.removed
        again.refuse_removal = self.refuse_removal
        again._users, again._channels = self._users, self._channels
        again._members, again._roots = self._members, self._roots
        again._serial, again._messages = self._serial, self._messages
        return again

    def arrive(
        self, nick: str, account: str | None = None, *, secure: bool = True, clear: bool = False
    ) -> None:
        """Somebody connects; `clear`: what they say proves nothing, whatever they are called."""
        self._serial += 1
        self._users[nick] = _User(nick, account, self._serial, secure, clear=clear)

    def leave(self, nick: str) -> None:
        """Somebody quits: their connection identity is over."""
        user = self._users.pop(nick)
        for channel, members in self._members.items():
            if nick in members:
                members.discard(nick)
                self._changed(channel)
        if user.account is None:
            self._emit(IdentityEnded(identity=self._identity(user)))

    def log_in(self, nick: str, account: str | None) -> None:
        """Somebody logs in to an account, or out of it (None)."""
        self._users[nick].account = account
        self._serial += 1
        self._users[nick].serial = self._serial
        for channel, members in self._members.items():
            if nick in members:
                self._changed(channel)

    def refuse(self, nick: str, *, refuses: bool = True) -> None:
        """Somebody does not take messages from the bot any more, or does again."""
        self._users[nick].refuses = refuses

    def channel(self, name: str, *nicks: str, modes: str = "sin") -> None:
        """Set up a channel with its modes and the members beside the bot."""
        self._channels[name] = _Channel(set(modes))
        self._members[name] = set(nicks)

    def join(self, channel: str, nick: str) -> None:
        """Somebody joins a channel."""
        self._members[channel].add(nick)
        self._changed(channel)

    def part(self, channel: str, nick: str) -> None:
        """Somebody leaves a channel."""
        self._members[channel].discard(nick)
        self._changed(channel)

    def mode(self, channel: str, change: str) -> None:
        """Change modes, e.g. `+s` or `-i`."""
        modes = self._channels[channel].modes
        (modes.update if change[0] == "+" else modes.difference_update)(change[1:])
        self._changed(channel)

    def link(self, *, up: bool) -> None:
        """The network goes away, or comes back."""
        self.up = up
        self._emit(LinkChanged(network=self.name, up=up))

    def flaws(self, channel: str, *found: Flaw) -> None:
        """Something else than its modes is wrong with a channel, or no longer."""
        self._channels[channel].found = found
        self._changed(channel)

    def thread_of(self, place: Place, case: str) -> str | None:
        """Return the thread in which a case is spoken of in a room."""
        return self._roots.get((place, case))

    def unheard(
        self, nick: str, where: str | None, why: Why, *, done: Callable[[], None] | None = None
    ) -> None:
        """Somebody says something in a channel, or to the bot, that cannot be read."""
        place = self._dm(nick) if where is None else self._room(where)
        speaker = replace(self._speaker(self._users[nick]), person=None, account=None)
        self._emit(Unheard(speaker=speaker, place=place, why=why, done=done))

    def hear(
        self,
        nick: str,
        where: str | None,
        text: str,
        *,
        age_seconds: float = 0,
        never: Never | None = None,
        relayed: bool = False,
        mark: str | None = None,
        thread: str | None = None,
        attachments: tuple[Attachment, ...] = (),
        done: Callable[[], None] | None = None,
    ) -> Inbound:
        """Somebody says something in a channel, or to the bot (`where` None)."""
        user = self._users[nick]
        self._messages += 1
        place = self._dm(nick) if where is None else self._room(where)
        now = self._clock.now()
        never = Never.CLEAR if user.clear else never
        message = f"${self.name}-{self._messages}"
        if self.sealed and mark is None and never is not Never.CLEAR:
            mark = message
        inbound = Inbound(
            key=f"{self.name}:{self._messages}",
            speaker=replace(self._speaker(user), relayed=relayed),
            place=place,
            text=text,
            at=now,
            late=age_seconds > MAX_LATE.total_seconds(),
            mark=mark,
            never=never,
            message=message,
            thread=thread,
            about=None if thread is None else self._case_of(place, thread),
            attachments=attachments,
            done=done,
        )
        self._emit(inbound)
        return inbound

    def repeat(self, inbound: Inbound, *, mark: str | None = None) -> None:
        """The network hands over the very same message again; with a `mark`, as if it were new."""
        self._emit(replace(inbound, mark=mark or inbound.mark))

    # ---- inside --------------------------------------------------------------------------

    def _stands(self, said: Said) -> None:
        """On a network with threads the first words about a case in a room begin its own."""
        case = said.beside.case
        if self.sealed and case is not None and said.place.kind is PlaceKind.ROOM:
            root = said.beside.thread or f"$said-{len(self.said)}"
            self._roots.setdefault((said.place, case), root)

    def _room(self, channel: str) -> Place:
        return Place(network=self.name, address=channel)

    def _case_of(self, place: Place, thread: str) -> str | None:
        return next((c for (p, c), t in self._roots.items() if (p, t) == (place, thread)), None)

    def _dm(self, nick: str) -> Place:
        return Place(network=self.name, address=nick, kind=PlaceKind.DM)

    def _speaker(self, user: _User) -> Speaker:
        account = None if user.clear else user.account
        return Speaker(
            network=self.name,
            nick=user.nick,
            identity=self._identity(user),
            account=account,
            person=self._roster().holder(self.name, account),
        )

    def _identity(self, user: _User) -> str:
        if user.clear:
            return by_link(self.name, f"clear:{user.serial}:{user.account or user.nick}")
        if user.account is None:
            return by_link(self.name, str(user.serial))
        return by_account(Account(network=self.name, name=fold_account(user.account)))

    def _dm_view(self, place: Place, user: _User) -> DMView:
        return DMView(
            place=place,
            epoch=user.serial + self._checks * _FAR,
            identity=self._identity(user),
            account=None if user.clear else user.account,
            secure=user.secure and not user.clear,
            clear=user.clear,
            sealed=self.sealed and not user.clear,
        )

    def _changed(self, channel: str) -> None:
        self._channels[channel].epoch += 1
        self._emit(RoomChanged(place=self._room(channel)))

    def _emit(self, event: Event) -> None:
        if self._sink is not None:
            self._sink(event)
