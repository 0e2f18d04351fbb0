"""A whole bot on the memory transport, with a real store on a temporary file.

    world.says("alice", "#team", "!open Somebody writes threats")
    assert world.heard("#team")[-1].startswith("✓")

Time and chance are fixed: the clock moves only by `world.later(...)`.
"""

import asyncio
import re
import shutil
import tempfile
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass
from bot.core.words.people import Account, Person, Role, Roster
from bot.core.words.places import Place, Room, Rooms
from bot.core.words.ports import Letter, MailOutcome, Store
from bot.core.words.readers import Contact, Ladder, Terms
from bot.core.words.reloading import ConfigSource
from bot.core.words.reserve import Reserve
from bot.runtime.bot import Bot, Parts
from bot.runtime.live import Live
from bot.transports.email import letter_writer
from bot.transports.memory import MemoryTransport
from commands._registry import Table, load
from commands._run import Runner
from storage.keys import new_root_key
from storage.reserve import reserve_of
from storage.store import open_store

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
NETWORK = "net"
CODE = re.compile(r"\bC-[0-9A-Z]{6}\b")
PAGE = re.compile(r"\bE-[0-9A-Z]{6}\b")


class FakeClock:
    """A clock that moves when it is told to. What it shows may jump; what has passed does not."""

    def __init__(self) -> None:
        self._now = START
        self._ahead = timedelta()
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now + self._ahead

    def jump(self, delta: timedelta) -> None:
        """Show another time from now on: no time passes, and nobody wakes."""
        self._ahead += delta

    def monotonic(self) -> float:
        return (self._now - START).total_seconds()

    async def sleep(self, seconds: float) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._now + timedelta(seconds=seconds), waiter))
        await waiter

    def next_wake(self) -> datetime | None:
        live = [due for due, waiter in self._sleepers if not waiter.done()]
        return min(live) + self._ahead if live else None

    def set(self, moment: datetime) -> None:
        self._now = moment - self._ahead
        for due, waiter in self._sleepers:
            if due <= self._now and not waiter.done():
                waiter.set_result(None)
        self._sleepers = [(d, w) for d, w in self._sleepers if not w.done()]


class FixedDice:
    """Chance that is the same each time: a small linear congruential generator."""

    def __init__(self, seed: int = 1) -> None:
        self._state = seed

    def below(self, limit: int) -> int:
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self._state >> 33) % limit


@dataclass
class FakeCarrier:
    """Mail relays that do as they are told."""

    outcomes: deque[MailOutcome] = field(default_factory=deque)
    always: MailOutcome = MailOutcome.SENT
    carried: list[Letter] = field(default_factory=list)

    async def carry(self, letter: Letter) -> MailOutcome:
        outcome = self.outcomes.popleft() if self.outcomes else self.always
        if outcome in {MailOutcome.SENT, MailOutcome.UNCERTAIN}:
            self.carried.append(letter)
        return outcome


def person(name: str, *roles: Role, mail: bool = True, wiki: tuple[str, ...] = ()) -> Person:
    return Person(
        name=name,
        roles=frozenset(roles),
        accounts=(Account(network=NETWORK, name=name),),
        wiki=wiki,
        mail=f"{name}@example.org" if mail else None,
    )


PEOPLE = (
    person("alice", Role.FUNCTIONARY, Role.OVERSIGHTER, Role.ON_CALL, wiki=("Example-Alice",)),
    person("bob", Role.FUNCTIONARY, Role.STEWARD, Role.ON_CALL, wiki=("Example-Bob",)),
    person("finn", Role.FUNCTIONARY),
    person("carol", Role.OPERATOR),
    person("dan", Role.OMBUDS),
    person("olga", Role.ON_CALL),
)


def place(channel: str) -> Place:
    return Place(network=NETWORK, address=channel)


ROOMS = Rooms(
    (
        Room(name="team", places=(place("#team"),), ceiling=Label.CASE, watch="held"),
        Room(
            name="oversight",
            places=(place("#oversight"),),
            ceiling=Label.CASE,
            roles=frozenset({Role.OVERSIGHTER}),
            watch="held",
        ),
        Room(name="lobby", places=(place("#lobby"),), ceiling=Label.PUBLIC, watch="all"),
    )
)


def terms(people: Iterable[Person] = PEOPLE) -> Terms:
    return Terms(
        bot_name="caseward",
        prefix="!",
        language="en",
        time_zone="UTC",
        team_name="the safety team",
        team_mail="safety-team@example.org",
        first_reply=timedelta(hours=48),
        check_in=timedelta(days=7),
        warn=timedelta(hours=48),
        contacts={
            "life": Contact(mail=("emergency@example.org",)),
            "child": Contact(mail=("legal-reports@example.org",)),
        },
        ladder=Ladder(
            steps=(("alice",), ("bob",), ("olga",)),
            repage=timedelta(minutes=3),
            escalate=timedelta(minutes=5),
            ack_lifetime=timedelta(minutes=30),
            acks={EmergencyClass.LIFE: 1, EmergencyClass.CHILD: 1},
        ),
        team_rooms=("team",),
        oversight_rooms=("oversight",),
        words=tuple(f"{a}{b}" for a in ("lake", "hill", "tree") for b in ("bird", "leaf", "moon")),
        people=tuple(people),
    )


class World:
    """See the module's docstring."""

    def __init__(self, folder: Path, *, table: Table | None = None, sealed: bool = False) -> None:
        self.folder = folder
        self.clock = FakeClock()
        self.dice = FixedDice()
        self.carrier = FakeCarrier()
        self.net = MemoryTransport(
            NETWORK, roster=lambda: self.live.roster, clock=self.clock, sealed=sealed
        )
        self.live = Live(
            roster=Roster(PEOPLE),
            rooms=ROOMS,
            terms=terms(),
            transports={NETWORK: self.net},
            dm_most={NETWORK: Label.PII},
        )
        self.source: ConfigSource | None = None
        self.table = table or load()
        self.ready = False
        self.bot: Bot | None = None
        self.store: Store | None = None
        #: Where the bot goes while the store fails; the spool beside it, but for a test's own.
        self.reserve: Reserve | None = None
        #: False where the clock runs faster than the database's thread: nothing is taken to hang.
        self.falls = True
        self.probed: list[str] = []
        self.on_probe: Callable[[str], None] = self.probed.append

    async def start(self) -> None:
        """Open the store (again) and start the bot; everybody of the roster is on the network."""
        key = self.folder / "root.key"
        if not key.exists():
            new_root_key(key)
        self.store = await open_store(self.folder / "data", key, now=self.clock.now)
        reserve = self.reserve
        if self.falls and reserve is None:
            reserve = sealed = reserve_of(self.store, now=self.clock.now)
            await sealed.prepare()
        parts = Parts(
            store=self.store,
            reserve=reserve,
            clock=self.clock,
            dice=self.dice,
            live=self.live,
            runner=Runner(table=self.table, prefix="!", name="caseward"),
            carrier=self.carrier,
            write_letter=letter_writer(
                sender="caseward@example.org", team_mail="safety-team@example.org"
            ),
            mail_domain="example.org",
            probe=self._probe,
            source=self.source,
        )
        self.bot = Bot(parts, on_ready=self._set_ready)
        await self.bot.start()
        await self.settle()

    async def stop(self) -> None:
        assert self.bot is not None
        await self.bot.stop()

    def _probe(self, name: str) -> None:
        self.on_probe(name)

    def _set_ready(self) -> None:
        self.ready = True

    def renewed(self) -> MemoryTransport:
        """Return the same network, as a bot that starts anew finds it; use it from now on."""
        net = self.net.restarted()
        self.live.transports = {NETWORK: net}
        return net

    def populate(self) -> None:
        for name in ("alice", "bob", "finn", "carol", "dan", "olga"):
            self.net.arrive(name, name)
        self.net.arrive("rita")
        self.net.arrive("stranger")
        self.net.channel("#team", "alice", "bob", "finn")
        self.net.channel("#oversight", "alice")
        self.net.channel("#lobby", "alice", "carol", "stranger", modes="nt")

    def renew(self, people: Iterable[Person]) -> None:
        """Have another roster, as a reload brings it."""
        live = self.live
        live.renew(
            roster=Roster(tuple(people)),
            rooms=live.rooms,
            terms=live.terms,
            dm_most=live.dm_most,
            suspended=live.suspended,
        )
        self.net.recheck()

    async def settle(self) -> None:
        """Let everything that is due now happen.

        A row that the worker has taken but not yet begun shows nowhere, so quiet has to last.
        """
        assert self.bot is not None
        assert self.store is not None
        quiet = 0
        while quiet < 3:
            await asyncio.sleep(0)
            await self.bot.supervisor.settled()
            await self.bot.store.settled()
            due = await self.bot.store.run(
                lambda unit: self._due(unit.next_row(), unit.next_timer())
            )
            quiet = 0 if due else quiet + 1
            if due:
                self.bot.outbox.waker.nudge()
                self.bot.scheduler.waker.nudge()

    def _due(self, *moments: datetime | None) -> bool:
        return any(moment is not None and moment <= self.clock.now() for moment in moments)

    async def says(self, nick: str, where: str | None, text: str) -> list[str]:
        """Somebody says a line (`where` None: to the bot); returns what the bot said since."""
        before = len(self.net.said)
        self.net.hear(nick, where, text)
        await self.settle()
        return [said.text for said in self.net.said[before:]]

    def heard(self, where: str | None = None) -> list[str]:
        """Return every line the bot said, or only those in a channel or to a nick."""
        return [s.text for s in self.net.said if where is None or s.place.address == where]

    async def later(self, **amount: float) -> None:
        """Let time pass, waking whatever is due on the way."""
        end = self.clock.now() + timedelta(**amount)
        while (wake := self.clock.next_wake()) is not None and wake < end:
            self.clock.set(max(wake, self.clock.now()))
            await self.settle()
        self.clock.set(end)
        await self.settle()

    def code(self, lines: Iterable[str] | None = None) -> str:
        """Return the last case code among lines, or among everything said."""
        return str(CODE.findall("\n".join(self.heard() if lines is None else lines))[-1])

    def page(self) -> str:
        """Return the last page code among everything said."""
        return str(PAGE.findall("\n".join(self.heard()))[-1])


@asynccontextmanager
async def new_world(
    *, table: Table | None = None, reserve: Reserve | None = None, sealed: bool = False
) -> AsyncIterator[World]:
    """Make a world on a temporary folder, in memory where the machine has such a place.

    `sealed`: its network is encrypted from end to end and has threads, as Matrix has.
    """
    world = World(new_folder(), table=table, sealed=sealed)
    world.reserve = reserve
    world.populate()
    try:
        await world.start()
        yield world
    finally:
        if world.bot is not None:
            await world.stop()
        shutil.rmtree(world.folder, ignore_errors=True)


def new_folder() -> Path:
    """Make a folder for a world, in memory where the machine has such a place."""
    shm = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="caseward-", dir=shm if shm.is_dir() else None))
