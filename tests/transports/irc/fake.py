"""A clock that moves when told, and a network of strings: no sockets, no waiting."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from bot.core.policy.gate import Cleared
from bot.core.words.inbound import Event, IdentityEnded, Inbound, LinkChanged
from bot.core.words.places import Place, View
from bot.transports.irc import Settings, build
from bot.transports.irc.lines import parse
from bot.transports.irc.wire import Ears, Wire
from commands._aside import Aside
from tests.transports.irc.rig import ROSTER

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
MASK = "caseward!caseward@bot.example.org"
CAPS = (
    "sasl=PLAIN,EXTERNAL message-tags account-tag server-time extended-join account-notify "
    "multi-prefix cap-notify chghost"
)
SETTLE = 30


class FakeClock:
    """Implements Clock."""

    def __init__(self) -> None:
        self.passed = 0.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return START + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return 1000.0 + self.passed

    async def sleep(self, seconds: float) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.passed + seconds, waiter))
        await waiter

    async def advance(self, seconds: float) -> None:
        """Let time pass, waking everybody at their moment."""
        await settle()
        end = self.passed + seconds
        while due := [(at, w) for at, w in self._sleepers if at <= end and not w.done()]:
            self.passed = max(self.passed, min(at for at, _ in due))
            for at, waiter in due:
                if at <= self.passed:
                    waiter.set_result(None)
            await settle()
            self._sleepers = [(at, w) for at, w in self._sleepers if not w.done()]
        self.passed = end
        await settle()


async def settle() -> None:
    """Let everything run that can."""
    for _ in range(SETTLE):
        await asyncio.sleep(0)


class FakeWire:
    """Implements Wire: remembers what was written."""

    def __init__(self, ears: Ears) -> None:
        self.ears = ears
        self.lines: list[str] = []
        self.open = True

    def write(self, line: str) -> None:
        if self.open:
            self.lines.append(line)

    def close(self, farewell: str) -> None:
        self.write(f"QUIT :{farewell}")
        self.abort()

    def abort(self) -> None:
        if self.open:
            self.open = False
            self.ears.lost()


class FakeNet:
    """One network under the test's hand, and the bot on it."""

    def __init__(self, folder: Path, *, aside: Aside | None = None, **changes: object) -> None:
        self.watched = False
        self.clock = FakeClock()
        self.events: list[Event] = []
        self.wires: list[FakeWire] = []
        self.refuse: Exception | None = None
        self.passed_over = 0
        password = folder / "password"
        password.write_text("correct horse\n")
        values: dict[str, object] = {
            "name": "net",
            "host": "localhost",
            "port": 6667,
            "tls": False,
            "nick": "caseward",
            "account": "caseward",
            "password_file": password,
            "channels": ("#team",),
            "burst": 100,
        }
        tokens = count(1)
        self.transport = build(
            Settings(**(values | changes)),  # type: ignore[arg-type]  # tests vary any key
            lambda: ROSTER,
            self.clock,
            chance=lambda: 0.5,
            token=lambda: f"token{next(tokens)}",
            dialler=self._dial,
            aside=aside,
            watched=lambda _place: self.watched,
        )
        self._task: asyncio.Task[None] | None = None

    async def _dial(self, settings: Settings, ears: Ears) -> Wire:
        if self.refuse is not None:
            raise self.refuse
        wire = FakeWire(ears)
        self.wires.append(wire)
        ears.opened(wire)
        wire.write(f"NICK {settings.nick}")
        wire.write(f"USER caseward 0 * :{settings.owner} bot")
        return wire

    @property
    def wire(self) -> FakeWire:
        return self.wires[-1]

    def sent(self) -> list[str]:
        """What the bot sent since the last look."""
        lines, self.wire.lines = self.wire.lines, []
        return lines

    async def says(self, *lines: str) -> None:
        """Lines from the server; `settle` comes with it."""
        for line in lines:
            if self.wire.ears.overheard(line.encode("utf-8", "surrogatepass")):
                self.passed_over += 1
                continue
            parsed = parse(line)
            if parsed is not None:
                self.wire.ears.heard(parsed)
        await settle()

    async def begin(self) -> None:
        self._task = asyncio.create_task(self.transport.run(self.events.append))
        await settle()

    async def prove(self, *, caps: str = CAPS) -> None:
        """Up to the end of SASL."""
        await self.says(f":irc CAP * LS :{caps}")
        await self.says(":irc CAP caseward ACK :sasl")
        await self.says("AUTHENTICATE +")
        await self.says(f":irc 900 caseward {MASK} caseward :in", ":irc 903 caseward :ok")

    async def register(self, *, caps: str = CAPS, isupport: str = "WHOX MONITOR=3 BOT=B") -> None:
        """Up to the end of the welcome."""
        await self.prove(caps=caps)
        wanted = " ".join(name for name in caps.split() if not name.startswith("sasl"))
        await self.says(f":irc CAP caseward ACK :{wanted}")
        await self.says(
            ":irc 001 caseward :Welcome",
            ":irc 004 caseward irc.example.org InspIRCd-3 biswx Rbeiklmnoprst :bklov",
            f":irc 005 caseward {isupport} CHANMODES=be,k,l,Rimnprstu :are supported",
            ":irc 422 caseward :no message",
        )
        await self.clock.advance(1)

    async def enter(self, *others: str, modes: str = "+nsti") -> None:
        """Into #team, with others given as `nick=account`."""
        await self.says(
            f":{MASK} JOIN #team caseward :bot",
            f":irc 353 caseward = #team :caseward {' '.join(o.split('=')[0] for o in others)}",
            ":irc 366 caseward #team :end",
        )
        await self.clock.advance(3)
        token = next(line for line in self.sent() if line.startswith("WHO #team")).split(",")[1]
        rows = [other.split("=") for other in others]
        await self.says(
            f":irc 324 caseward #team {modes}",
            *(
                f":irc 354 caseward {token} #team u h.example.org {nick} H {account}"
                for nick, account in rows
            ),
            ":irc 315 caseward #team :end",
        )

    async def up(self, *others: str) -> None:
        """All of it."""
        await self.begin()
        await self.register()
        await self.enter(*others)
        self.sent()

    async def end(self) -> None:
        if self._task is not None:
            await self.transport.stop()
            await self._task

    def links(self) -> list[bool]:
        return [event.up for event in self.events if isinstance(event, LinkChanged)]

    def heard(self) -> list[Inbound]:
        return [event for event in self.events if isinstance(event, Inbound)]

    def ended(self) -> list[str]:
        return [event.identity for event in self.events if isinstance(event, IdentityEnded)]

    def view(self, place: Place) -> View | None:
        return self.transport.view(place)

    def cleared(self, place: Place, *lines: str) -> Cleared:
        view = self.view(place)
        return Cleared(
            place=place, epoch=view.epoch if view else 0, lines=lines, plain_message=True
        )


Make = Callable[..., FakeNet]
