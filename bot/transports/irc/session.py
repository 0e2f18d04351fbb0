"""One connection, from dialling to its end: brings its parts together and gives them lines."""

import asyncio
import base64
from collections.abc import Callable

from bot.core.words.inbound import LinkChanged
from bot.core.words.people import fold_account
from bot.core.words.places import Place, PlaceKind, View
from bot.transports.irc.channels import Channels
from bot.transports.irc.context import Context, Me
from bot.transports.irc.ctcp import Ctcp
from bot.transports.irc.handshake import read
from bot.transports.irc.hearing import Hearing
from bot.transports.irc.isupport import Isupport
from bot.transports.irc.joins import Joins
from bot.transports.irc.lines import Line
from bot.transports.irc.link import (
    Effect,
    Hang,
    Input,
    Join,
    Link,
    LinkInput,
    LinkState,
    Prove,
    Report,
    Reread,
    Tell,
    advance,
    due,
    expired,
)
from bot.transports.irc.nick import REFUSED, Nick
from bot.transports.irc.own import Own
from bot.transports.irc.peers import Peers
from bot.transports.irc.questions import Questions
from bot.transports.irc.speech import Bucket, Lane, Turnstile
from bot.transports.irc.timing import within
from bot.transports.irc.watchlist import Asked, Watchlist
from bot.transports.irc.wire import Dial, Wire

#: The reason of a connection that ended since services were away.
NO_SERVICES = "no-services"
_DIAL_SECONDS = 20.0
_TICK_SECONDS = 1.0
_PING_SECONDS = 30.0
_DEAD_SECONDS = 90.0
_FAREWELL_SECONDS = 5.0
_GOODBYE_SECONDS = 1.0
_ROUNDS = 3
_SASL_CHUNK = 400
_REGISTERED = frozenset({LinkState.JOINING, LinkState.UP, LinkState.RENEWING})
_ENDS = frozenset({LinkInput.EXPIRED, LinkInput.LOST})
_LABELS = frozenset({"labeled-response", "batch"})
_IDENTIFIED = frozenset({LinkState.JOINING, LinkState.UP})


class Session:
    """One connection. Its parts are public to the rest of this package."""

    def __init__(self, context: Context, dial: Dial) -> None:
        settings = context.settings
        self.context = context
        self.me = Me(settings.nick)
        self.link = Link(
            account=settings.account,
            mechanism="PLAIN" if settings.sasl == "plain" else "EXTERNAL",
        )
        self.reason = ""
        self._dial = dial
        self._wire: Wire | None = None
        self._gone = asyncio.Event()
        self._asked: asyncio.Queue[Asked] = asyncio.Queue()
        bucket = Bucket(burst=settings.burst, per_second=settings.per_second)
        self.turnstile = Turnstile(bucket, context.clock)
        self._heard_at = self._pinged_at = context.clock.monotonic()
        self.channels = Channels(context, self.me, ask=self.ask, enabled=self._enabled)
        watchlist = Watchlist(self.ask)
        self.peers = Peers(
            context, self.me, ask=self.ask, watchlist=watchlist, seated=self.channels.seated
        )
        self.questions = Questions(self.me)
        self._own = Own(self.me, changed=self._network_changed)
        self._joins = Joins(context, self.me, self.channels, ask=self.ask)
        self._nick = Nick(context, self.me, ask=self.ask, watchlist=watchlist)
        self._hearing = Hearing(
            context,
            self.me,
            channels=self.channels,
            peers=self.peers,
            enabled=self._enabled,
            for_program=Ctcp(context, self.me, ask=self.ask).handle,
        )

    # ---- asked from outside ------------------------------------------------------------------

    @property
    def identified(self) -> bool:
        """Whether we are on the network under our account."""
        return self.link.state in _IDENTIFIED

    @property
    def labels(self) -> bool:
        """Whether the network says what became of each line."""
        return self.link.enabled >= _LABELS

    def view(self, place: Place) -> View | None:
        """Return what is known of a place."""
        if place.kind is PlaceKind.DM:
            return self.peers.view(place.address)
        return self.channels.view(place.address)

    def renew(self) -> None:
        """Take over what the configuration says of channels, agents and relays by now."""
        self.channels.reconfigure()
        if self.identified:
            self._joins.enter(self.context.clock.monotonic())

    def recheck(self) -> None:
        """Have every place judged anew."""
        self.channels.recheck()
        self.peers.recheck()

    def ask(self, line: Asked) -> None:
        """Send a line of housekeeping when its turn comes."""
        self._asked.put_nowait(line)

    def write(self, line: str) -> None:
        """Send a line now."""
        self.turnstile.owe()
        if self._wire is not None:
            self._wire.write(line)

    def write_counted(self, line: str) -> None:
        """Send a line that has had its turn; an empty one was not needed any more."""
        if self._wire is not None and line:
            self._wire.write(line)

    async def run(self) -> None:
        """Connect, and return when the connection is over; `reason` says why."""
        self._follow(Input(kind=LinkInput.DIAL))
        try:
            clock = self.context.clock
            await within(clock, _DIAL_SECONDS, self._dial(self.context.settings, self))
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._pump()), group.create_task(self._ticks())]
                await self._gone.wait()
                for task in tasks:
                    task.cancel()
        except (OSError, TimeoutError, UnicodeError) as error:
            self.reason = type(error).__name__
        finally:
            await self._hang_up()

    def give_up(self) -> None:
        """End the connection now, whether or not the other side still takes anything."""
        self.reason = self.reason or "silent"
        if self._wire is not None:
            self._wire.close("going")
            self._wire.abort()

    async def _hang_up(self) -> None:
        if self._wire is not None:
            self._wire.close("going")
            try:
                await within(self.context.clock, _GOODBYE_SECONDS, self._gone.wait())
            except TimeoutError:
                self._wire.abort()
        # An attempt that was cut off half-way is closed by the loop in its next rounds.
        for _ in range(_ROUNDS):
            await asyncio.sleep(0)
        self.lost()

    # ---- the wire ----------------------------------------------------------------------------

    def opened(self, wire: Wire) -> None:
        """Take the connection over, before NICK and USER are sent."""
        self._wire = wire
        self._heard_at = self.context.clock.monotonic()
        self._follow(Input(kind=LinkInput.OPENED))

    @property
    def overheard(self) -> Callable[[bytes], bool]:
        """Takes in talk among people, whose line need not be read; False for every other line."""
        return self._hearing.overheard

    def heard(self, line: Line) -> None:
        """Take a line in."""
        self._heard_at = self.context.clock.monotonic()
        if self.link.state is LinkState.OFF:
            return
        if line.command == "PING":
            self.write(f"PONG :{line.param(-1)}")
        # What people say tells nothing of the network.
        if line.command != "PRIVMSG":
            for part in (self.channels, self.peers, self._own, self._joins, self._nick):
                part.handle(line)
        if line.command in REFUSED and self.link.state not in _REGISTERED:
            # In its turn: a network may refuse whatever it is offered.
            self.ask(f"NICK {self._nick.another()}")
        self.questions.handle(line)
        if self.link.state in _REGISTERED:
            self._hearing.handle(line)
        given = None if line.command == "PRIVMSG" else read(self.link, line)
        given = given or self._logged_out(line)
        if given is not None:
            self._follow(given)
        if self.link.state is LinkState.JOINING and self._joins.settled():
            self._follow(Input(kind=LinkInput.JOINED))
        if line.command == "INVITE" and self.identified:
            self._joins.enter(self._heard_at)

    def lost(self) -> None:
        """The connection is gone: so is everything that it vouched for."""
        if self._gone.is_set():
            return
        self._gone.set()
        self.turnstile.close()
        self._hearing.close()
        self._follow(Input(kind=LinkInput.LOST))
        self.questions.close()
        self.peers.close()
        self.channels.close()

    # ---- the link ----------------------------------------------------------------------------

    def _enabled(self) -> frozenset[str]:
        return self.link.enabled

    def _follow(self, given: Input) -> None:
        if self.link.state is LinkState.WAITING and given.kind in _ENDS:
            self.reason = NO_SERVICES
        step = advance(self.link, given, self.context.clock.monotonic())
        self.link = step.value
        for effect in step.effects:
            self._do(effect)
        if given.kind in {LinkInput.WITHDRAWN, LinkInput.ADDED}:
            self.channels.settle_all()

    def _do(self, effect: Effect) -> None:
        match effect:
            case Tell(line=line):
                self.write(line)
            case Prove():
                self._prove()
            case Join():
                self._begin()
            case Reread():
                self.channels.reread()
            case Report(up=up):
                self.context.emit(LinkChanged(network=self.context.settings.name, up=up))
            case Hang(reason=reason):
                self.reason = self.reason or reason
                if self._wire is not None:
                    self._wire.close("going")

    def _prove(self) -> None:
        settings = self.context.settings
        if settings.sasl == "external":
            self.write("AUTHENTICATE +")
            return
        try:
            secret = f"\0{settings.account}\0{settings.password()}".encode()
        except (OSError, ValueError):
            self._follow(Input(kind=LinkInput.REFUSED, words=("no-password",)))
            return
        text = base64.b64encode(secret).decode("ascii")
        for start in range(0, len(text), _SASL_CHUNK):
            self.write(f"AUTHENTICATE {text[start : start + _SASL_CHUNK]}")
        if len(text) % _SASL_CHUNK == 0:
            self.write("AUTHENTICATE +")

    def _begin(self) -> None:
        self._joins.enter(self.context.clock.monotonic())
        self._mark()

    def _mark(self) -> None:
        """Wear the mode by which this network knows bots."""
        if self.me.network.bot:
            self.ask(f"MODE {self.me.nick} +{self.me.network.bot}")

    def _network_changed(self, before: Isupport) -> None:
        """Take over what the network says of itself by now, even in the middle of things."""
        now = self.me.network
        if now.casemapping != before.casemapping:
            self.channels.refold()
            self.peers.refold()
        if now.monitor < before.monitor:
            self.peers.shorten()
        if (now.prefix, now.chanmodes) != (before.prefix, before.chanmodes):
            self.channels.reread()
        if now.bot != before.bot and self.identified:
            self._mark()

    def _logged_out(self, line: Line) -> Input | None:
        """Read our own ACCOUNT line: only the name says whether it is about us."""
        if line.command != "ACCOUNT" or not self.me.is_me(line.nick) or not self.identified:
            return None
        other = fold_account(line.param(0)) != fold_account(self.context.settings.account)
        return Input(kind=LinkInput.LOGGED_OUT) if other else None

    # ---- time --------------------------------------------------------------------------------

    async def _pump(self) -> None:
        while True:
            asked = await self._asked.get()
            if await self.turnstile.turn(Lane.CONTROL):
                self.write_counted(asked if isinstance(asked, str) else asked())

    async def _ticks(self) -> None:
        while True:
            await self.context.clock.sleep(_TICK_SECONDS)
            self.tick(self.context.clock.monotonic())

    def tick(self, now: float) -> None:
        """Do what is due: keep alive, give up, join, get the nick back."""
        if self._wire is None:
            return
        off = self.link.state is LinkState.OFF
        heard_at = max(self._heard_at, self._hearing.overheard_at)
        if now - heard_at >= _DEAD_SECONDS or (off and now - self.link.since >= _FAREWELL_SECONDS):
            self.reason = self.reason or "silent"
            self._wire.abort()
            return
        if expired(self.link, now):
            self._follow(Input(kind=LinkInput.EXPIRED))
        elif due(self.link, now):
            self._follow(Input(kind=LinkInput.NUDGED))
        if now - self._pinged_at >= _PING_SECONDS and self.link.state in _REGISTERED:
            self._pinged_at = now
            self.write("PING :alive")
        if self.identified:
            self._joins.enter(now)
            self._nick.tick(now)
        if self.link.state in _REGISTERED:
            self.channels.tick(now)
        self._hearing.release(now)
