"""The database thread: whole jobs, commits that are shared, and nothing left half done."""

import asyncio
import inspect
import logging
import os
import sqlite3
import threading
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import aiosqlite
import pytest

from bot.core.words.ports import Unit
from storage.cases import ADD_FACT
from storage.database import BATCH, SPELL, Database, checkpoint, set_up
from storage.errors import StorageClosed, TransactionLost, UnfitFileSystem
from storage.inbound import CLAIM
from storage.store import SealedStore, open_store
from tests.storage.conftest import Opener
from tests.storage.kit import CODE, NOW, Clock, found, note, opening


def test_the_back_door_of_aiosqlite_is_where_it_was() -> None:
    assert version("aiosqlite") == "0.22.1"
    signature = inspect.signature(aiosqlite.Connection._execute)
    assert list(signature.parameters) == ["self", "fn", "args", "kwargs"]
    assert inspect.iscoroutinefunction(aiosqlite.Connection._execute)


async def test_its_thread_does_what_nobody_waits_for(store: SealedStore) -> None:
    done: list[str] = []
    store.database._aio._tx.put_nowait((None, lambda: done.append("first")))
    await store.database.call(lambda _connection: done.append("then"))
    assert done == ["first", "then"]


def test_its_log_cannot_show_parameters() -> None:
    assert logging.getLogger("aiosqlite").level == logging.WARNING


class Gate:
    """Holds the database thread inside a job until it is opened."""

    def __init__(self) -> None:
        self.entered = asyncio.Event()
        self.loop = asyncio.get_running_loop()
        self.opened = threading.Event()

    def job(self, _unit: Unit) -> None:
        self.loop.call_soon_threadsafe(self.entered.set)
        assert self.opened.wait(timeout=30)


async def queued(store: SealedStore, jobs: list[Callable[[Unit], object]]) -> list[object]:
    """Run jobs so that all of them wait while the thread is busy; return what came of them."""
    gate = Gate()
    first = asyncio.create_task(store.run(gate.job))
    await gate.entered.wait()
    tasks = [asyncio.create_task(store.run(job)) for job in jobs]
    await asyncio.sleep(0)
    gate.opened.set()
    await first
    return await asyncio.gather(*tasks, return_exceptions=True)


def claim(key: str) -> Callable[[Unit], bool]:
    return lambda unit: unit.claim(key, NOW)


async def test_waiting_jobs_share_one_commit(store: SealedStore) -> None:
    seen: list[str] = []
    await store.database.trace(seen.append)
    results = await queued(store, [claim(str(number)) for number in range(40)])
    assert results == [True] * 40
    assert seen.count("COMMIT") == 2
    assert seen.count("BEGIN IMMEDIATE") == 2


async def test_a_long_queue_is_cut_into_batches(store: SealedStore) -> None:
    seen: list[str] = []
    await store.database.trace(seen.append)
    results = await queued(store, [claim(str(number)) for number in range(BATCH + 1)])
    assert results == [True] * (BATCH + 1)
    assert seen.count("COMMIT") == 3


async def test_a_transaction_ends_after_a_spell_of_work(store: SealedStore) -> None:
    seen: list[str] = []
    at = 0.0
    store.database._monotonic = lambda: at

    def long(unit: Unit) -> bool:
        nonlocal at
        at += SPELL / 2
        return unit.claim(str(at), NOW)

    await store.database.trace(seen.append)
    assert await queued(store, [long] * 4) == [True] * 4
    assert seen.count("COMMIT") == 1 + 2


class Line:
    """Jobs that write down when they are done, and when their askers hear of it."""

    def __init__(self, store: SealedStore) -> None:
        self.store = store
        self.order: list[str] = []

    def job(self, name: str) -> Callable[[Unit], None]:
        return lambda _unit: self.order.append(name)

    async def ask(self, name: str, *, urgent: bool = False) -> None:
        await self.store.run(self.job(name), urgent=urgent)
        self.order.append(f"{name} heard")


async def test_what_is_urgent_overtakes_what_waits_and_keeps_its_order(store: SealedStore) -> None:
    gate, line = Gate(), Line(store)
    first = asyncio.create_task(store.run(gate.job))
    await gate.entered.wait()
    tasks = [asyncio.create_task(line.ask(name)) for name in ("one", "two")]
    tasks += [asyncio.create_task(line.ask(name, urgent=True)) for name in ("a", "b")]
    await asyncio.sleep(0)
    gate.opened.set()
    await asyncio.gather(first, *tasks)
    assert [name for name in line.order if "heard" not in name] == ["a", "b", "one", "two"]


async def test_what_is_urgent_ends_the_transaction_in_hand_and_its_asker_hears_first(
    store: SealedStore,
) -> None:
    before, within, last, line = Gate(), Gate(), Gate(), Line(store)
    seen: list[str] = []
    await store.database.trace(seen.append)
    tasks = [asyncio.create_task(store.run(before.job))]
    await before.entered.wait()
    tasks += [asyncio.create_task(store.run(gate.job)) for gate in (within, last)]
    await asyncio.sleep(0)
    before.opened.set()
    await within.entered.wait()
    urgent = asyncio.create_task(line.ask("urgent", urgent=True))
    await asyncio.sleep(0)
    within.opened.set()
    # The last ordinary job is held back: the urgent one is committed and heard of before it.
    await urgent
    assert not last.opened.is_set()
    assert seen.count("COMMIT") == 3
    last.opened.set()
    await asyncio.gather(*tasks)
    assert seen.count("COMMIT") == 4


async def test_one_ordinary_job_goes_between_any_two_urgent_transactions(
    store: SealedStore,
) -> None:
    gate, line = Gate(), Line(store)
    at = 0.0

    def slow_clock() -> float:
        nonlocal at
        at += SPELL
        return at

    store.database._monotonic = slow_clock
    tasks = [asyncio.create_task(store.run(gate.job))]
    await gate.entered.wait()
    tasks += [asyncio.create_task(line.ask(name)) for name in ("one", "two")]
    tasks += [asyncio.create_task(line.ask(name, urgent=True)) for name in ("a", "b")]
    await asyncio.sleep(0)
    gate.opened.set()
    await asyncio.gather(*tasks)
    done = [name for name in line.order if "heard" not in name]
    assert done == ["a", "one", "b", "two"]


async def test_a_database_that_is_locked_fails_all_that_wait_at_once(
    store: SealedStore, folder: Path
) -> None:
    await store.database.call(lambda connection: connection.execute("PRAGMA busy_timeout = 1"))
    path = folder / "data" / "caseward.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    gate = Gate()
    first = asyncio.create_task(store.run(gate.job))
    await gate.entered.wait()
    tasks = [asyncio.create_task(store.run(claim(name), urgent=name == "a")) for name in "abc"]
    await asyncio.sleep(0)
    begun: list[str] = []

    def lock(name: str) -> None:
        if name == "store.committed" and not begun:
            begun.append(name)
            other.execute("BEGIN IMMEDIATE")

    store.database._probe = lock
    gate.opened.set()
    await first
    lost = await asyncio.gather(*tasks, return_exceptions=True)
    other.execute("ROLLBACK")
    other.close()
    assert [type(error) for error in lost] == [TransactionLost] * 3
    assert await store.run(claim("a")) is True


async def test_an_exception_takes_back_its_own_job_alone(
    store: SealedStore, reopen: Opener
) -> None:
    def fail(unit: Unit) -> None:
        unit.claim("of the failing", NOW)
        raise LookupError("mine")

    before, failed, after = await queued(store, [claim("before"), fail, claim("after")])
    assert (before, after) == (True, True)
    assert isinstance(failed, LookupError)
    assert str(failed) == "mine"
    await store.close()
    store = await reopen()
    keys = ("before", "of the failing", "after")
    assert [await store.run(claim(key)) for key in keys] == [False, True, False]


async def test_a_failed_commit_fails_every_job_in_it(store: SealedStore, reopen: Opener) -> None:
    def orphan(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA defer_foreign_keys = ON")
        connection.execute(ADD_FACT, (404, 1, b"", "record", None))

    def fail(_unit: Unit) -> None:
        raise LookupError("mine")

    gate = Gate()
    first = asyncio.create_task(store.run(gate.job))
    await gate.entered.wait()
    good = asyncio.create_task(store.run(claim("lost")))
    bad = asyncio.create_task(store.database.run(orphan))
    failing = asyncio.create_task(store.run(fail))
    await asyncio.sleep(0)
    gate.opened.set()
    await first
    for task in (good, bad):
        with pytest.raises(TransactionLost) as caught:
            await task
        assert isinstance(caught.value.__cause__, sqlite3.IntegrityError)
    with pytest.raises(LookupError, match="mine"):
        await failing
    assert await store.run(claim("lost")) is True


async def test_a_transaction_that_sqlite_gave_up_is_nobodys(store: SealedStore) -> None:
    def give_up(connection: sqlite3.Connection) -> None:
        connection.execute("ROLLBACK")
        raise OSError("disk")

    gate = Gate()
    first = asyncio.create_task(store.run(gate.job))
    await gate.entered.wait()
    good = asyncio.create_task(store.run(claim("lost")))
    bad = asyncio.create_task(store.database.run(give_up))
    await asyncio.sleep(0)
    gate.opened.set()
    await first
    with pytest.raises(TransactionLost):
        await good
    with pytest.raises(OSError, match="disk"):
        await bad
    assert await store.run(claim("lost")) is True


async def test_a_full_disk_loses_nothing_that_was_there(store: SealedStore) -> None:
    await store.run(claim("kept"))

    def full(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    def fill(connection: sqlite3.Connection) -> None:
        for number in range(10_000):
            connection.execute(CLAIM, (number.to_bytes(32), 1))

    await store.database.call(full)
    with pytest.raises((sqlite3.OperationalError, TransactionLost)):
        await store.database.run(fill)
    assert await store.run(claim("kept")) is False


async def test_whoever_stops_waiting_leaves_no_transaction_open(store: SealedStore) -> None:
    gate = Gate()
    first = asyncio.create_task(store.run(gate.job))
    await gate.entered.wait()
    given_up = asyncio.create_task(store.run(claim("given up")))
    other = asyncio.create_task(store.run(claim("other")))
    await asyncio.sleep(0)
    given_up.cancel()
    first.cancel()
    await asyncio.sleep(0)
    gate.opened.set()
    assert await other is True
    assert given_up.cancelled()
    assert await store.run(claim("given up")) is False
    assert await store.database.call(lambda connection: connection.in_transaction) is False


async def test_keys_made_in_a_job_that_failed_are_not_used_again(store: SealedStore) -> None:
    def fail(unit: Unit) -> None:
        unit.create_case(CODE, [opening()])
        raise LookupError

    with pytest.raises(LookupError):
        await store.run(fail)
    await store.run(lambda unit: unit.create_case("C-000001", [opening()]))
    await store.run(lambda unit: unit.create_case(CODE, [opening(), note()]))
    await store.run(lambda unit: unit.save_session("testnet|account|x", {}, seen_at=NOW))
    store._ring.forget()
    assert len((await store.run(found)).entries) == 2


async def test_the_connection_is_set_as_it_must_be(store: SealedStore) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "secure_delete": 1,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "temp_store": 2,
    }

    def read(connection: sqlite3.Connection) -> dict[str, object]:
        return {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted}

    assert await store.database.call(read) == wanted


def test_a_file_system_without_a_log_is_refused() -> None:
    connection = sqlite3.connect(":memory:")
    with pytest.raises(UnfitFileSystem):
        set_up(connection)
    connection.close()


async def test_closing_empties_the_log_and_ends_the_thread(
    store: SealedStore, folder: Path
) -> None:
    running = [t for t in threading.enumerate() if "_connection_worker_thread" in t.name]
    assert running
    await store.run(claim("key"))
    assert (folder / "data" / "caseward.db-wal").stat().st_size > 0
    last = asyncio.create_task(store.run(claim("last")))
    await asyncio.sleep(0)
    await store.close()
    await store.close()
    await store.database.close()
    assert await last is True
    assert not (folder / "data" / "caseward.db-wal").exists()
    assert not [t for t in running if t.is_alive()]
    with pytest.raises(StorageClosed):
        await store.run(claim("late"))


async def test_a_log_that_cannot_be_emptied_is_said(
    store: SealedStore, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await store.run(claim("key"))
    reader = sqlite3.connect(folder / "data" / "caseward.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM meta").fetchall()
    await store.run(claim("another"))
    await store.database.call(lambda connection: connection.execute("PRAGMA busy_timeout = 1"))
    assert await store.database.call(checkpoint) is False
    await store.close()
    reader.close()
    assert "could not be emptied" in caplog.text


async def test_the_points_of_a_commit_have_names(folder: Path, key: Path, clock: Clock) -> None:
    seen: list[str] = []
    store = await open_store(folder / "data", key, now=clock.now, probe=seen.append)
    seen.clear()
    await store.run(claim("key"))
    await store.close()
    assert seen == ["store.begun", "store.job", "store.commit", "store.committed"]


async def test_a_thread_that_is_stopped_before_the_commit_keeps_nothing(
    folder: Path, key: Path, clock: Clock
) -> None:
    unplugged = ""

    def probe(name: str) -> None:
        if name == unplugged:
            raise KeyboardInterrupt

    store = await open_store(folder / "data", key, now=clock.now, probe=probe)
    for unplugged in ("store.begun", "store.job", "store.commit"):  # noqa: B007 - probe reads it
        with pytest.raises(TransactionLost):
            await store.run(claim("key"))
    unplugged = ""
    assert await store.run(claim("key")) is True
    await store.close()


async def test_a_drain_that_breaks_off_leaves_nobody_waiting(store: SealedStore) -> None:
    def probe(name: str) -> None:
        if name == "store.committed":
            raise KeyboardInterrupt

    store.database._probe = probe
    results = await queued(store, [claim(str(number)) for number in range(BATCH + 1)])
    assert results == [True] * (BATCH + 1)


async def test_a_file_that_is_not_there_is_not_made(folder: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        await Database.open(folder / "absent.db")
    assert os.listdir(folder) == []  # noqa: PTH208 - a fixture's folder, in memory
