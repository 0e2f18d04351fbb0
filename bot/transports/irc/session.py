"""One connection, from dialling to its end: brings its parts together and gives them lines."""

import asyncio
import base64
from collections.abc import Callable, Mapping

from bot.core.words.inbound import LinkChanged
from bot.core.words.people import fold_account
from bot.core.words.places import Place, PlaceKind, View
from bot.transports.irc.channels import Channels
from bot.transports.irc.context import Context, Me
from bot.transports.irc.handshake import read
from bot.transports.irc.hearing import Hearing
from bot.transports.irc.isupport import Features
from bot.transports.irc.joins import REFUSALS, Joins
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
    Tell,
    advance,
    expired,
)
from bot.transports.irc.nick import REFUSED, Nick
from bot.transports.irc.peers import Peers
from bot.transports.irc.questions import Questions
from bot.transports.irc.speech import Bucket, Lane, Turnstile, split
from bot.transports.irc.timing import within
from bot.transports.irc.wire import Dial, Wire

_DIAL_SECONDS = 20.0
_TICK_SECONDS = 1.0
_PING_SECONDS = 30.0
_DEAD_SECONDS = 90.0
_FAREWELL_SECONDS = 5.0
_SASL_CHUNK = 400
_JOIN_BYTES = 400
_REGISTERED = frozenset({LinkState.JOINING, LinkState.UP, LinkState.RENEWING})
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
        self._features = Features()
        self._gone = asyncio.Event()
        self._asked: asyncio.Queue[str] = asyncio.Queue()
        bucket = Bucket(burst=settings.burst, per_second=settings.per_second)
        self.turnstile = Turnstile(bucket, context.clock)
        self._heard_at = self._pinged_at = context.clock.monotonic()
        self.channels = Channels(context, self.me, ask=self.ask, enabled=self._enabled)
        self.peers = Peers(context, self.me, ask=self.ask, seated=self.channels.seated)
        self.questions = Questions(self.me)
        self._joins = Joins(settings.channels)
        self._nick = Nick(context, self.me, ask=self.ask)
        self._hearing = Hearing(
            context, self.me, channels=self.channels, peers=self.peers, enabled=self._enabled
        )
        self._handlers: Mapping[str, Callable[[Line], None]] = {
            "001": self._welcome,
            "004": lambda line: self._features.software(line.param(2)),
            "005": self._isupport,
            "376": self._settled,
            "422": self._settled,
            "396": self._displayed,
            "900": self._logged_in,
            "PING": lambda line: self.write(f"PONG :{line.param(-1)}"),
            "INVITE": self._invited,
            "JOIN": self._joined,
            "PART": lambda line: self._left(line.param(0), line.nick),
            "KICK": lambda line: self._left(line.param(0), line.param(1)),
            "NICK": self._renamed,
            "CHGHOST": self._rehosted,
            "ACCOUNT": self._account,
        }

    # ---- asked from outside ------------------------------------------------------------------

    @property
    def identified(self) -> bool:
        """Whether we are on the network under our account."""
        return self.link.state in _IDENTIFIED

    def view(self, place: Place) -> View | None:
        """Return what is known of a place."""
        if place.kind is PlaceKind.DM:
            return self.peers.view(place.address)
        return self.channels.view(place.address)

    def ask(self, line: str) -> None:
        """Send a line of housekeeping when its turn comes."""
        self._asked.put_nowait(line)

    def write(self, line: str) -> None:
        """Send a line now."""
        self.turnstile.owe()
        if self._wire is not None:
            self._wire.write(line)

    def write_counted(self, line: str) -> None:
        """Send a line that has had its turn."""
        if self._wire is not None:
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
            if self._wire is not None:
                self._wire.close("going")
            self.lost()

    # ---- the wire ----------------------------------------------------------------------------

    def opened(self, wire: Wire) -> None:
        """Take the connection over, before NICK and USER are sent."""
        self._wire = wire
        self._heard_at = self.context.clock.monotonic()
        self._follow(Input(kind=LinkInput.OPENED))

    def heard(self, line: Line) -> None:
        """Take a line in."""
        self._heard_at = self.context.clock.monotonic()
        if self.link.state is LinkState.OFF:
            return
        self.channels.handle(line)
        self.peers.handle(line)
        handler = self._handlers.get(line.command)
        if handler is not None:
            handler(line)
        if line.command in REFUSED and self.link.state not in _REGISTERED:
            self.write(f"NICK {self._nick.another()}")
        elif line.command in REFUSALS:
            self._refused(line)
        self._nick.handle(line)
        self.questions.handle(line)
        if self.link.state in _REGISTERED:
            self._hearing.handle(line)
        given = read(self.link, line)
        if given is not None:
            self._follow(given)
        self._all_entered()

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
        step = advance(self.link, given, self.context.clock.monotonic())
        self.link = step.value
        for effect in step.effects:
            self._do(effect)
        if given.kind is LinkInput.WITHDRAWN:
            self.channels.settle_all()

    def _do(self, effect: Effect) -> None:
        match effect:
            case Tell(line=line):
                self.write(line)
            case Prove():
                self._prove()
            case Join():
                self._enter(self.context.clock.monotonic())
            case Report(up=up):
                self.context.emit(LinkChanged(network=self.context.settings.name, up=up))
            case Hang(reason=reason):
                self.reason = reason
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

    def _enter(self, now: float) -> None:
        outside = [channel.address for channel in self.channels.all() if not channel.joined]
        names = self._joins.due(outside, now)
        for group in split(" ".join(names), _JOIN_BYTES):
            self.ask(f"JOIN {group.replace(' ', ',')}")

    def _all_entered(self) -> None:
        if self.link.state is not LinkState.JOINING:
            return
        for channel in self.channels.all():
            ready = channel.view is not None and channel.view.complete
            if not ready and not (self._joins.answered(channel.address) and not channel.joined):
                return
        self._follow(Input(kind=LinkInput.JOINED))

    # ---- lines about ourselves ---------------------------------------------------------------

    def _welcome(self, line: Line) -> None:
        self.me.nick = line.param(0)

    def _isupport(self, line: Line) -> None:
        self.me.network = self._features.learn(line.params[1:-1])
        self.channels.refold()

    def _settled(self, _line: Line) -> None:
        if self.link.state is LinkState.WELCOMING and self.me.network.bot:
            self.ask(f"MODE {self.me.nick} +{self.me.network.bot}")

    def _displayed(self, line: Line) -> None:
        user, at, host = line.param(1).rpartition("@")
        self.me.host = host
        if at:
            self.me.user = user

    def _logged_in(self, line: Line) -> None:
        _, _, mask = line.param(1).partition("!")
        self.me.user, _, self.me.host = mask.partition("@")

    def _joined(self, line: Line) -> None:
        if self.me.is_me(line.nick):
            self.me.user, self.me.host = line.user, line.host
            channel = self.channels.get(line.param(0))
            if channel is not None:
                self._joins.entered(channel.address)

    def _left(self, name: str, nick: str) -> None:
        channel = self.channels.get(name)
        if channel is not None and self.me.is_me(nick):
            now = self.context.clock.monotonic()
            self._joins.failed(channel.address, now, self.context.chance())

    def _refused(self, line: Line) -> None:
        channel = self.channels.get(line.param(1))
        if channel is not None and not channel.joined:
            now = self.context.clock.monotonic()
            self._joins.failed(channel.address, now, self.context.chance())

    def _invited(self, line: Line) -> None:
        channel = self.channels.get(line.param(1))
        if channel is None or channel.joined or not self.me.is_me(line.param(0)):
            return
        self._joins.at_once(channel.address)
        if self.identified:
            self._enter(self.context.clock.monotonic())

    def _renamed(self, line: Line) -> None:
        if self.me.is_me(line.nick):
            self.me.nick = line.param(0)

    def _rehosted(self, line: Line) -> None:
        if self.me.is_me(line.nick):
            self.me.user, self.me.host = line.param(0), line.param(1)

    def _account(self, line: Line) -> None:
        other = fold_account(line.param(0)) != fold_account(self.context.settings.account)
        if self.me.is_me(line.nick) and other and self.identified:
            self._follow(Input(kind=LinkInput.LOGGED_OUT))

    # ---- time --------------------------------------------------------------------------------

    async def _pump(self) -> None:
        while True:
            line = await self._asked.get()
            if await self.turnstile.turn(Lane.CONTROL):
                self.write_counted(line)

    async def _ticks(self) -> None:
        while True:
            await self.context.clock.sleep(_TICK_SECONDS)
            self.tick(self.context.clock.monotonic())

    def tick(self, now: float) -> None:
        """Do what is due: keep alive, give up, join, get the nick back."""
        if self._wire is None:
            return
        off = self.link.state is LinkState.OFF
        if now - self._heard_at >= _DEAD_SECONDS or (
            off and now - self.link.since >= _FAREWELL_SECONDS
        ):
            self.reason = self.reason or "silent"
            self._wire.abort()
            return
        if expired(self.link, now):
            self._follow(Input(kind=LinkInput.EXPIRED))
        if now - self._pinged_at >= _PING_SECONDS and self.link.state in _REGISTERED:
            self._pinged_at = now
            self.write("PING :alive")
        if self.identified:
            self._enter(now)
            self._nick.tick(now)
        self._hearing.release(now)
