"""The chain of stores: it falls, goes on with what is vital, and comes home with all of it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar, cast

import pytest

from bot.core.words.ports import Carried, Kept, Store, StoreFailed, Unit
from bot.runtime.stores import NoDatabase, Stores
from tests.world import FakeClock

Result = TypeVar("Result")


@dataclass
class Luggage:
    """The names of what is carried."""

    names: tuple[str, ...]
    whole: bool = False

    @property
    def cases(self) -> Sequence[str]:
        return self.names

    @property
    def pages(self) -> Sequence[str]:
        return ()


@dataclass
class FakeUnit:
    """A set of names: those in capitals are vital."""

    names: set[str]
    vital: bool = False

    def put(self, name: str) -> None:
        self.names.add(name)
        self.vital = self.vital or name.isupper()

    def claim(self, key: str, at: datetime) -> bool:
        del key, at
        return True

    def carry(self, *, whole: bool = False) -> Carried:
        return Luggage(tuple(sorted(n for n in self.names if whole or n.isupper())), whole)

    def take_in(self, carried: Carried, at: datetime) -> Mapping[str, str]:
        del at
        self.names |= set(carried.cases)
        return {}


@dataclass
class FakeStore:
    """Keeps names; fails while `broken`, hangs while `hung`."""

    names: set[str] = field(default_factory=set)
    broken: bool = False
    hung: asyncio.Event | None = None
    closed: bool = False
    jobs: int = 0

    async def run(self, job: Callable[[Unit], Result], *, urgent: bool = False) -> Result:
        del urgent
        await asyncio.sleep(0)
        if self.hung is not None:
            await self.hung.wait()
        self.jobs += 1
        unit = FakeUnit(set(self.names))
        result = job(cast("Unit", unit))
        if self.broken:
            raise StoreFailed
        self.names = unit.names
        return result

    async def close(self) -> None:
        self.closed = True


@dataclass
class FakeReserve:
    """Opens fake stores; those in `without` cannot be had."""

    without: set[Kept] = field(default_factory=set)
    broken: set[Kept] = field(default_factory=set)
    opened: list[FakeStore] = field(default_factory=list)
    aside: Carried | None = None
    cleared: int = 0

    async def open(self, kept: Kept) -> Store:
        if kept in self.without:
            raise StoreFailed
        self.opened.append(FakeStore(broken=kept in self.broken))
        return self.opened[-1]

    async def left(self) -> Carried | None:
        return self.aside

    async def clear(self) -> None:
        assert all(store.closed for store in self.opened)
        self.cleared += 1


@dataclass
class Chain:
    """A chain of fakes, and its parts."""

    clock: FakeClock = field(default_factory=FakeClock)
    database: FakeStore = field(default_factory=FakeStore)
    reserve: FakeReserve = field(default_factory=FakeReserve)
    brought: list[tuple[str, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stores = Stores(self.database, self.reserve, self.clock)

    def bring(self, unit: Unit, carried: Carried) -> None:
        unit.take_in(carried, self.clock.now())
        self.brought.append(tuple(carried.cases))

    async def put(self, name: str, *, urgent: bool = False) -> None:
        await self.stores.run(lambda unit: cast("FakeUnit", unit).put(name), urgent=urgent)

    async def pass_time(self, wakes: int) -> None:
        """Move the clock to what is due next, so many times."""
        for _ in range(wakes):
            await self.turn()
            wake = self.clock.next_wake()
            if wake is not None:
                self.clock.set(max(wake, self.clock.now()))
        await self.turn()

    @staticmethod
    async def turn() -> None:
        for _ in range(10):
            await asyncio.sleep(0)


@pytest.fixture
async def chain() -> Chain:
    made = Chain()
    await made.stores.start(made.bring)
    return made


async def test_it_goes_on_in_the_spool_with_what_was_vital(chain: Chain) -> None:
    await chain.put("plain")
    await chain.put("PAGE")
    chain.database.broken = True
    with pytest.raises(StoreFailed):
        await chain.put("LOST")
    assert chain.stores.kept is Kept.SPOOL
    assert chain.stores.fallen.is_set()
    assert chain.reserve.opened[0].names == {"PAGE"}
    jobs = chain.database.jobs
    await chain.put("MORE")
    assert chain.reserve.opened[0].names == {"PAGE", "MORE"}
    assert chain.database.jobs == jobs


async def test_what_the_database_held_before_the_start_is_known(chain: Chain) -> None:
    chain.database.names = {"EARLIER", "plain"}
    again = Chain(database=chain.database)
    await again.stores.start(again.bring)
    await again.stores.fall()
    assert again.reserve.opened[0].names == {"EARLIER"}


async def test_without_a_spool_it_is_memory_and_never_nothing(chain: Chain) -> None:
    chain.reserve.without = {Kept.SPOOL}
    await chain.stores.fall()
    assert chain.stores.kept is Kept.MEMORY
    await chain.put("PAGE")
    assert chain.reserve.opened[0].names == {"PAGE"}


async def test_a_spool_that_fails_hands_all_it_holds_to_memory(chain: Chain) -> None:
    await chain.stores.fall()
    await chain.put("PAGE")
    await chain.put("plain")
    await chain.put("OTHER")
    chain.reserve.opened[0].broken = True
    with pytest.raises(StoreFailed):
        await chain.put("LOST")
    assert chain.stores.kept is Kept.MEMORY
    assert chain.reserve.opened[1].names == {"PAGE", "plain", "OTHER"}


async def test_a_reserve_that_takes_nothing_in_is_closed(chain: Chain) -> None:
    """Its thread would keep the program from ending."""
    await chain.stores.start(chain.bring)
    await chain.put("PAGE")
    chain.reserve.broken = {Kept.SPOOL}
    await chain.stores.fall()
    assert chain.stores.kept is Kept.MEMORY
    assert [store.closed for store in chain.reserve.opened] == [True, False]
    assert chain.reserve.opened[1].names == {"PAGE"}


async def test_where_no_reserve_opens_nothing_is_pretended(chain: Chain) -> None:
    chain.reserve.without = {Kept.SPOOL, Kept.MEMORY}
    chain.database.broken = True
    with pytest.raises(StoreFailed):
        await chain.put("PAGE")
    assert chain.stores.kept is Kept.DATABASE
    chain.database.broken = False
    await chain.put("PAGE")
    assert chain.database.names == {"PAGE"}


async def test_a_job_that_fails_by_itself_is_no_reason_to_fall(chain: Chain) -> None:
    with pytest.raises(ZeroDivisionError):
        await chain.stores.run(lambda _unit: 1 // 0)
    assert chain.stores.kept is Kept.DATABASE


async def test_home_again_everything_is_there_and_the_spool_is_empty(chain: Chain) -> None:
    await chain.stores.fall()
    await chain.put("PAGE")
    await chain.stores.go_home(chain.bring)
    assert chain.database.names == {"PAGE"}
    assert chain.brought == [("PAGE",)]
    assert chain.stores.where == 0
    assert not chain.stores.fallen.is_set()
    assert chain.reserve.cleared == 1
    await chain.put("AFTER")
    assert "AFTER" in chain.database.names


async def test_what_is_said_on_the_way_home_waits_and_is_kept_there(chain: Chain) -> None:
    await chain.stores.fall()
    await chain.put("PAGE")
    going = asyncio.ensure_future(chain.stores.go_home(chain.bring))
    for number in range(20):
        await chain.put(f"LATE{number}")
    await going
    await chain.put("LAST")
    assert {"PAGE", "LAST", *(f"LATE{n}" for n in range(20))} <= chain.database.names


async def test_a_home_that_fails_still_leaves_all_where_it_was(chain: Chain) -> None:
    await chain.stores.fall()
    await chain.put("PAGE")
    chain.database.broken = True
    with pytest.raises(StoreFailed):
        await chain.stores.go_home(chain.bring)
    assert chain.stores.kept is Kept.SPOOL
    await chain.put("MORE")
    chain.database.broken = False
    await chain.stores.go_home(chain.bring)
    assert chain.database.names == {"PAGE", "MORE"}


async def test_an_urgent_job_that_hangs_falls_after_ten_seconds(chain: Chain) -> None:
    chain.database.hung = asyncio.Event()
    waiting = asyncio.ensure_future(chain.put("PAGE", urgent=True))
    start = chain.clock.now()
    await chain.pass_time(6)
    with pytest.raises(StoreFailed):
        await waiting
    assert (chain.clock.now() - start).total_seconds() <= 12
    assert chain.stores.kept is Kept.SPOOL
    await chain.put("MORE")
    assert chain.reserve.opened[0].names == {"MORE"}


async def test_a_database_that_is_slow_but_alive_does_not_fall(chain: Chain) -> None:
    gate = chain.database.hung = asyncio.Event()
    slow = [asyncio.ensure_future(chain.put(f"slow{n}")) for n in range(3)]
    await chain.pass_time(3)
    gate.set()
    await asyncio.gather(*slow)
    assert chain.stores.kept is Kept.DATABASE
    assert chain.database.names == {"slow0", "slow1", "slow2"}


async def test_one_leap_of_the_clock_is_not_taken_for_a_store_that_hangs(chain: Chain) -> None:
    gate = chain.database.hung = asyncio.Event()
    waiting = asyncio.ensure_future(chain.put("PAGE", urgent=True))
    await asyncio.sleep(0)
    await chain.pass_time(1)
    gate.set()
    await waiting
    assert chain.stores.kept is Kept.DATABASE


async def test_jobs_that_wait_for_a_store_that_hangs_are_let_go(chain: Chain) -> None:
    chain.database.hung = asyncio.Event()
    others = [asyncio.ensure_future(chain.put(f"other{n}")) for n in range(3)]
    urgent = asyncio.ensure_future(chain.put("PAGE", urgent=True))
    await chain.pass_time(8)
    found = await asyncio.gather(urgent, *others, return_exceptions=True)
    assert all(isinstance(each, StoreFailed) for each in found)
    chain.database.hung.set()
    await chain.pass_time(1)
    # What had not begun when the database was left is not done behind anybody's back.
    assert chain.database.names == set()


async def test_a_worker_s_job_is_run_again_on_the_next_store(chain: Chain) -> None:
    chain.database.broken = True
    await chain.stores.again.run(lambda unit: cast("FakeUnit", unit).put("PAGE"))
    assert chain.reserve.opened[0].names == {"PAGE"}


async def test_what_an_earlier_process_left_comes_home_at_the_start() -> None:
    chain = Chain(reserve=FakeReserve(aside=Luggage(("LEFT",))))
    await chain.stores.start(chain.bring)
    assert chain.database.names == {"LEFT"}
    assert chain.reserve.cleared == 1


async def test_what_cannot_come_home_at_the_start_goes_on_aside() -> None:
    chain = Chain(reserve=FakeReserve(aside=Luggage(("LEFT",))))
    chain.database.names = {"PAGE"}
    healthy = chain.bring

    def bring(unit: Unit, carried: Carried) -> None:
        healthy(unit, carried)
        raise StoreFailed

    await chain.stores.start(bring)
    assert chain.stores.kept is Kept.SPOOL
    assert chain.reserve.opened[0].names == {"LEFT", "PAGE"}
    assert chain.reserve.cleared == 0


async def test_without_any_database_it_begins_in_the_reserve() -> None:
    clock = FakeClock()
    reserve = FakeReserve(without={Kept.SPOOL})
    stores = Stores(NoDatabase(), reserve, clock)
    await stores.start(lambda _unit, _carried: None)
    assert stores.kept is Kept.MEMORY
    assert not stores.has_home
    await stores.run(lambda unit: cast("FakeUnit", unit).put("PAGE"))
    await stores.close()
    assert reserve.opened[0].closed


async def test_a_store_that_is_being_closed_does_not_fall(chain: Chain) -> None:
    await chain.stores.close()
    chain.database.broken = True
    with pytest.raises(StoreFailed):
        await chain.put("PAGE")
    assert chain.reserve.opened == []
