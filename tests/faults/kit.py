"""A bot with three ways to its people, two networks and mail, each of which can die.

    async with new_routes() as world:
        world.dies_at(Moment("outbox.page.taken"), ("net", "mail"))
        await world.says("rita", None, CALL)

Whoever calls is on `net`. Everybody of the roster is on both networks and has a mail address.
"""

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email import message_from_bytes
from functools import partial

from bot.core.policy.gate import Cleared
from bot.core.words.people import Account, Person, Roster
from bot.core.words.places import Place, Room, Rooms
from bot.core.words.ports import Letter, MailOutcome, OutboxRow, Sent
from bot.texts import catalogue
from bot.transports.memory import MemoryTransport
from tests.world import NETWORK, PEOPLE, ROOMS, FakeCarrier, World, new_folder, terms

OTHER, MAIL = "oth", "mail"
ROUTES = (NETWORK, OTHER, MAIL)
CALL = "urgent he is at my door"
EMERGENCY = "emergency@example.org"
TEAM = ("alice", "bob", "olga")
#: How long a route may keep silent that works.
SILENCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Moment:
    """A hit of a named point."""

    point: str
    hit: int = 1

    def __str__(self) -> str:
        return self.point + ("" if self.hit == 1 else f"*{self.hit}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Something that reached somebody, or may have: `key` is the same for the same thing."""

    route: str
    whom: str
    at: datetime
    what: str
    key: str
    raw: bytes = b""
    #: Whether the bot could know it.
    sure: bool = True


class DyingNetwork(MemoryTransport):
    """A network that may die in the middle of a line: then nobody knows whether it arrived."""

    world: "Routes"

    async def send(self, cleared: Cleared, *, proof: bool = False, urgent: bool = False) -> Sent:
        """Say it."""
        before, was_up = len(self.said), self.up
        sent = await super().send(cleared, proof=proof, urgent=urgent)
        if sent is Sent.DELIVERED:
            self.world.pass_by("network.said")
        sure = self.up or not was_up
        for said in self.said[before:]:
            self.world.note(self.name, said.place.address, said.text, said.text, sure=sure)
        return sent if sure or sent is not Sent.DELIVERED else Sent.UNCERTAIN

    def restarted(self) -> "DyingNetwork":
        """Return this network, as dead or alive as it is, for a bot that starts anew."""
        again = DyingNetwork(self.name, roster=self._roster, clock=self._clock)
        again.__dict__.update(
            {
                name: value
                for name, value in self.__dict__.items()
                if name not in {"_sink", "_stopped"}
            }
        )
        return again


class DyingMail(FakeCarrier):
    """Relays that may die before they answer to a mail."""

    world: "Routes"

    def __init__(self) -> None:
        super().__init__()
        self.tries: list[tuple[datetime, Letter]] = []

    async def carry(self, letter: Letter) -> MailOutcome:
        """Carry it, or have it lost at once."""
        self.tries.append((self.world.clock.now(), letter))
        outcome = await super().carry(letter)
        if outcome is not MailOutcome.SENT:
            return outcome
        self.world.pass_by("relay.took")
        mail, sure = message_from_bytes(letter.raw), self.always is MailOutcome.SENT
        key, subject = str(mail["Message-ID"]), str(mail["Subject"])
        self.world.note(MAIL, letter.recipient, subject, key, letter.raw, sure=sure)
        return outcome if sure else MailOutcome.UNCERTAIN


class Routes(World):
    """See the module's docstring."""

    def __init__(self) -> None:
        super().__init__(new_folder())
        self.seen: list[Seen] = []
        self.page_code = ""
        self.died_at: datetime | None = None
        self._moment: Moment | None = None
        self._dying: tuple[str, ...] = ()
        self._hits: Counter[str] = Counter()
        self._loop = asyncio.get_running_loop()
        self.mail = DyingMail()
        self.mail.world = self
        self.carrier = self.mail
        self.on_probe = self.pass_by
        people = [_on_both(person) for person in PEOPLE]
        self.nets = {name: self._network(name) for name in (NETWORK, OTHER)}
        self.net = self.nets[NETWORK]
        live = self.live
        live.transports = dict(self.nets)
        live.dm_most = dict.fromkeys(self.nets, live.dm_most[NETWORK])
        live.renew(
            roster=Roster(tuple(people)),
            rooms=Rooms(tuple(_both(room) for room in ROOMS.rooms)),
            terms=terms(people),
            dm_most=live.dm_most,
            suspended=frozenset(),
        )

    def _network(self, name: str) -> DyingNetwork:
        net = DyingNetwork(name, roster=lambda: self.live.roster, clock=self.clock)
        net.world = self
        return net

    def populate(self) -> None:
        """Have everybody on both networks, and rita on the first."""
        for net in self.nets.values():
            for person in PEOPLE:
                net.arrive(person.name, person.name)
            net.channel("#team", "alice", "bob", "finn")
            net.channel("#oversight", "alice")
            net.channel("#lobby", "alice", modes="nt")
        self.net.arrive("rita")

    # ---- what is seen ------------------------------------------------------------------------

    def note(
        self, route: str, whom: str, what: str, key: str, raw: bytes = b"", *, sure: bool
    ) -> None:
        """Somebody got something."""
        now = self.clock.now()
        seen = Seen(route=route, whom=whom, at=now, what=what, key=key, raw=raw, sure=sure)
        self.seen.append(seen)

    @property
    def doubts(self) -> int:
        """How much of it the bot could not be sure of."""
        return sum(not seen.sure for seen in self.seen)

    def told(self, key: str) -> list[Seen]:
        """Return what rita heard that is the sentence with this key."""
        return [s for s in self.seen if s.whom == "rita" and catalogue.says(key, s.what)]

    def letters(self) -> list[Seen]:
        """Return the emergency letters."""
        return [seen for seen in self.seen if seen.whom == EMERGENCY]

    def rings(self, route: str) -> list[Seen]:
        """Return the rings that reached a person over a route."""
        people = {*TEAM, *(f"{name}@example.org" for name in TEAM)}
        return [seen for seen in self.seen if seen.route == route and seen.whom in people]

    async def rows(self) -> Sequence[OutboxRow]:
        """Return the rows of the one page there is, whatever their state."""
        assert self.store is not None
        live = await self.store.run(lambda unit: unit.pages().live())
        self.page_code = live[0].code if live else self.page_code
        return await self.store.run(lambda unit: unit.rows_of_page(self.page_code))

    async def settle(self) -> None:
        """Let everything that is due now happen; also what was taken and not yet committed."""
        await super().settle()
        assert self.store is not None
        now = self.clock.now()
        await self.store.run(lambda unit: unit.note("settled", now))
        await super().settle()

    # ---- dying -------------------------------------------------------------------------------

    def dies_at(self, moment: Moment, routes: Iterable[str]) -> None:
        """Have routes die at a moment."""
        self._moment, self._dying = moment, tuple(routes)
        self._hits.clear()

    def pass_by(self, point: str) -> None:
        """A point is passed, on the loop or on the database thread."""
        self.probed.append(point)
        self._hits[point] += 1
        if self._moment == Moment(point, self._hits[point]):
            self.died_at = self.clock.now()
            self.cut(self._dying)

    def cut(self, routes: Iterable[str]) -> None:
        """Let routes die at once; the bot hears of a network from it, as soon as it listens."""
        for route in routes:
            if route == MAIL:
                self.carrier.always = MailOutcome.RETRY
            else:
                net = self.nets[route]
                net.up = False
                self._loop.call_soon_threadsafe(partial(net.link, up=False))

    async def mend(self, routes: Iterable[str]) -> None:
        """Let routes come back."""
        for route in routes:
            if route == MAIL:
                self.carrier.always = MailOutcome.SENT
            else:
                self.nets[route].link(up=True)
        await self.settle()

    async def again(self) -> None:
        """Stop the bot and start it anew; the routes are as they were."""
        await self.stop()
        self.nets = {name: net.restarted() for name, net in self.nets.items()}
        self.net = self.nets[NETWORK]
        self.live.transports = dict(self.nets)
        await self.start()


def _on_both(person: Person) -> Person:
    accounts = tuple(Account(network=net, name=person.name) for net in (NETWORK, OTHER))
    return replace(person, accounts=accounts)


def _both(room: Room) -> Room:
    address = room.places[0].address
    return replace(room, places=tuple(Place(network=n, address=address) for n in (NETWORK, OTHER)))


@asynccontextmanager
async def new_routes() -> AsyncIterator[Routes]:
    """Make such a world."""
    world = Routes()
    world.populate()
    try:
        await world.start()
        yield world
    finally:
        if world.bot is not None:
            await world.stop()
        shutil.rmtree(world.folder, ignore_errors=True)
