"""Where SQLite fails inside a job: whoever shares the commit is told the truth, and it goes on."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.core.words.ports import StoreFailed, Unit
from storage.errors import TransactionLost
from storage.store import SealedStore
from tests.storage.kit import NOW, SYSTEM, named, note, opening

CODES = ("C-000000", "C-000001", "C-000002")
Job = Callable[[Unit], object]


def create(code: str) -> Job:
    return lambda unit: unit.create_case(code, [opening(), named("Example Alpha")])


async def together(store: SealedStore, *jobs: Job) -> list[object]:
    """Run jobs in one batch; return what came of each."""
    return await asyncio.gather(*map(store.run, jobs), return_exceptions=True)


async def kept(store: SealedStore) -> list[str]:
    return await store.run(
        lambda unit: [code for code in CODES if unit.cases(SYSTEM).find(code) is not None]
    )


async def told_truly(store: SealedStore, outcomes: list[object]) -> None:
    """Who was given a result finds it kept, who was told of a failure finds nothing."""
    good = [code for code, came in zip(CODES, outcomes, strict=True) if isinstance(came, tuple)]
    assert await kept(store) == good
    assert all(isinstance(came, tuple | StoreFailed) for came in outcomes)


async def test_a_job_that_finds_no_room_fails_alone(store: SealedStore) -> None:
    def big(unit: Unit) -> object:
        return unit.create_case(CODES[1], [opening(), *[note("-" * 100_000)] * 20])

    def bound(raw: sqlite3.Connection) -> None:
        (pages,) = raw.execute("PRAGMA page_count").fetchone()
        raw.execute(f"PRAGMA max_page_count = {pages + 100}")

    await store.database.call(bound)
    outcomes = await together(store, create(CODES[0]), big, create(CODES[2]))
    assert isinstance(outcomes[1], TransactionLost)
    assert "SQLITE_FULL" in str(outcomes[1])
    await told_truly(store, outcomes)
    assert await store.run(lambda unit: unit.claim("after", NOW))


async def test_the_log_of_writes_gives_its_room_back_on_a_full_disk(store: SealedStore) -> None:
    """On a small disk it may be what fills it, and nothing else would ever empty it."""

    def log(raw: sqlite3.Connection) -> int:
        (_, _, file) = raw.execute("PRAGMA database_list").fetchone()
        return Path(f"{file}-wal").stat().st_size

    def big(unit: Unit) -> object:
        return unit.create_case(CODES[1], [opening(), *[note("-" * 100_000)] * 20])

    def bound(raw: sqlite3.Connection) -> None:
        (pages,) = raw.execute("PRAGMA page_count").fetchone()
        raw.execute(f"PRAGMA max_page_count = {pages + 100}")

    await store.run(create(CODES[0]))
    assert await store.database.call(log) > 0
    await store.database.call(bound)
    with pytest.raises(TransactionLost):
        await store.run(big)
    assert await store.database.call(log) == 0
    assert await kept(store) == [CODES[0]]


async def test_where_sqlite_undoes_everything_nobody_is_told_otherwise(
    store: SealedStore,
) -> None:
    def undone(unit: Unit) -> object:
        unit.create_case(CODES[1], [opening()])
        # What SQLite does by itself on some errors, in the middle of any statement.
        raw.execute("ROLLBACK")
        raise sqlite3.OperationalError("database or disk is full")

    raw = await store.database.call(lambda connection: connection)
    outcomes = await together(store, create(CODES[0]), undone, create(CODES[2]))
    await told_truly(store, outcomes)
    assert isinstance(outcomes[1], TransactionLost)
    assert await store.run(create(CODES[1]))


async def test_a_database_that_may_not_be_written(store: SealedStore) -> None:
    await store.database.call(lambda raw: raw.execute("PRAGMA query_only = ON").close())
    outcomes = await together(store, *map(create, CODES))
    assert all(isinstance(came, TransactionLost) for came in outcomes)
    await store.database.call(lambda raw: raw.execute("PRAGMA query_only = OFF").close())
    assert await kept(store) == []
    assert await store.run(create(CODES[1]))


async def test_a_database_that_somebody_else_has_locked(store: SealedStore, folder: Path) -> None:
    await store.database.call(lambda raw: raw.execute("PRAGMA busy_timeout = 0").close())
    other = sqlite3.connect(folder / "data" / "caseward.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    outcomes = await together(store, *map(create, CODES))
    assert all(isinstance(came, TransactionLost) for came in outcomes)
    other.execute("ROLLBACK")
    other.close()
    assert await kept(store) == []
    assert await store.run(create(CODES[1]))


@pytest.mark.parametrize(
    "error",
    [
        sqlite3.OperationalError("disk I/O error"),
        sqlite3.DatabaseError("database disk image is malformed"),
        sqlite3.InternalError("made up"),
    ],
)
async def test_what_the_database_cannot_do_is_a_lost_transaction(
    store: SealedStore, error: sqlite3.Error
) -> None:
    def failing(unit: Unit) -> object:
        unit.create_case(CODES[1], [opening()])
        raise error

    outcomes = await together(store, create(CODES[0]), failing, create(CODES[2]))
    assert isinstance(outcomes[1], TransactionLost)
    await told_truly(store, outcomes)
    assert await kept(store) == [CODES[0], CODES[2]]


@pytest.mark.parametrize(
    "error", [sqlite3.IntegrityError("made up"), sqlite3.ProgrammingError("made up")]
)
async def test_what_a_job_does_wrong_is_its_own(store: SealedStore, error: sqlite3.Error) -> None:
    def wrong(_unit: Unit) -> object:
        raise error

    with pytest.raises(type(error)):
        await store.run(wrong)
