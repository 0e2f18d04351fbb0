"""The reserve: where emergencies go when the database, the disk or the sealing fails."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from operator import methodcaller
from pathlib import Path

import pytest

from bot.core.words.ports import Carried, Kept, RowState, StoreFailed, Unit
from storage import spool, vault
from storage.carried import Baggage
from storage.database import Database
from storage.errors import NoRoom
from storage.keys import derive, load_root_key, new_root_key
from storage.reserve import MemoryReserve, SealedReserve, reserve_of
from storage.spool import ASIDE, FIRST_ID, JOURNAL_ROOM, MOST, ROOM, SPOOL, journal_of, keep_ready
from storage.store import SealedStore, open_store
from tests.storage.conftest import Opener
from tests.storage.full_disk import call, emergency, fill
from tests.storage.kit import ALICE, NOW, SYSTEM, Clock, found, row

MARKER = b"Quokka7Zanzibar"
CASE, PAGE = call(0)


@pytest.fixture
def data(folder: Path) -> Path:
    return folder / "data"


@pytest.fixture
async def reserve(store: SealedStore, clock: Clock) -> SealedReserve:
    """Give a reserve that is prepared, beside a database that is open."""
    made = reserve_of(store, now=clock.now)
    assert await made.prepare()
    return made


def one(unit: Unit) -> None:
    emergency(unit, 0)


def live(unit: Unit) -> list[str]:
    return [page.code for page in unit.pages().live()]


def taken_in(carried: Carried) -> Callable[[Unit], object]:
    return lambda unit: unit.take_in(carried, NOW)


async def used(reserve: SealedReserve, *jobs: Callable[[Unit], object]) -> None:
    """Run jobs on the spool."""
    store = await reserve.open(Kept.SPOOL)
    for job in jobs:
        await store.run(job)
    await store.close()


# ---- the file --------------------------------------------------------------------------------


async def test_its_size_is_there_from_the_beginning(reserve: SealedReserve, data: Path) -> None:
    path = data / SPOOL
    sizes = [file.stat().st_size for file in (path, journal_of(path))]
    taken = sum(file.stat().st_blocks * 512 for file in (path, journal_of(path)))
    assert sizes[0] > ROOM
    assert sizes[1] == JOURNAL_ROOM
    assert sum(sizes) <= MOST
    assert sum(sizes) <= taken <= MOST + 8192
    assert {file.stat().st_mode & 0o777 for file in (path, journal_of(path))} == {0o600}
    await used(reserve, *[partial(emergency, number=number) for number in range(5)])
    assert [file.stat().st_size for file in (path, journal_of(path))] == sizes


async def test_it_is_not_made_again(reserve: SealedReserve, data: Path) -> None:
    before = (data / SPOOL).stat()
    assert await reserve.prepare()
    after = (data / SPOOL).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


async def test_others_are_shut_out_again(reserve: SealedReserve, data: Path) -> None:
    (data / SPOOL).chmod(0o644)
    assert await reserve.prepare()
    assert (data / SPOOL).stat().st_mode & 0o777 == 0o600


async def test_one_that_is_short_is_made_again(reserve: SealedReserve, data: Path) -> None:
    with sqlite3.connect(data / SPOOL, isolation_level=None) as raw:
        raw.execute("VACUUM")
    raw.close()
    journal_of(data / SPOOL).unlink(missing_ok=True)
    assert (data / SPOOL).stat().st_size < ROOM
    assert await reserve.prepare()
    assert (data / SPOOL).stat().st_size > ROOM
    assert journal_of(data / SPOOL).stat().st_size == JOURNAL_ROOM


async def test_one_that_is_short_and_not_empty_is_kept(reserve: SealedReserve, data: Path) -> None:
    await used(reserve, one)
    with sqlite3.connect(data / SPOOL, isolation_level=None) as raw:
        raw.execute("VACUUM")
    raw.close()
    assert await reserve.prepare()
    carried = await reserve.left()
    assert carried is not None
    assert carried.pages == (PAGE,)


# ---- its content -----------------------------------------------------------------------------


async def test_what_it_held_comes_home_after_a_restart(
    store: SealedStore, reserve: SealedReserve, clock: Clock
) -> None:
    def taken(unit: Unit) -> None:
        one(unit)
        unit.take_rows(NOW)

    assert await reserve.left() is None
    await used(reserve, taken)
    later = reserve_of(store, now=clock.now)
    assert await later.prepare()
    carried = await later.left()
    assert carried is not None
    assert (carried.cases, carried.pages) == ((CASE,), (PAGE,))
    assert await store.run(taken_in(carried)) == {}
    assert await store.run(live) == [PAGE]
    state = await store.run(lambda unit: unit.row_state(f"mail:{PAGE}:1:a"))
    assert state is RowState.UNCERTAIN
    assert await store.run(lambda unit: unit.cases(SYSTEM).words(CASE, 2)) is not None
    # A crash here: it is home, and still in the spool.
    await store.run(lambda unit: unit.drop_timer(f"page:{PAGE}"))
    again = await later.left()
    assert again is not None
    before = await store.run(lambda unit: unit.carry(whole=True))
    await store.run(taken_in(again))
    assert await store.run(lambda unit: unit.carry(whole=True)) == before
    await later.clear()
    assert await later.left() is None


async def test_its_rows_have_numbers_of_their_own(reserve: SealedReserve) -> None:
    numbers: list[int] = []

    def take(unit: Unit) -> None:
        unit.enqueue(row("k"))
        numbers.extend(taken.id for taken in unit.take_rows(NOW))

    await used(reserve, take)
    await reserve.clear()
    await used(reserve, take)
    assert FIRST_ID < numbers[0] < numbers[1] < 2 * FIRST_ID


async def test_what_an_earlier_process_left_stays_until_it_is_home(
    reserve: SealedReserve,
) -> None:
    await used(reserve, one)
    store = await reserve.open(Kept.SPOOL)
    assert await store.run(live) == [PAGE]
    await store.close()
    await reserve.clear()
    store = await reserve.open(Kept.SPOOL)
    assert await store.run(live) == []
    await store.run(one)
    await store.close()


async def test_rows_in_hand_at_the_end_are_due(reserve: SealedReserve) -> None:
    def taken(unit: Unit) -> None:
        one(unit)
        unit.take_rows(NOW)

    await used(reserve, taken)
    store = await reserve.open(Kept.SPOOL)
    rows = await store.run(lambda unit: unit.rows_of_page(PAGE))
    assert {found_.state for found_ in rows} == {RowState.UNCERTAIN}
    await store.close()


def everything_in(data: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(data.glob("spool*")))


async def test_nothing_can_be_read_in_it_and_nothing_is_left(
    reserve: SealedReserve, data: Path
) -> None:
    await used(reserve, one)
    with sqlite3.connect(data / SPOOL, isolation_level=None) as raw:
        values = [
            value
            for statement in (
                "SELECT wrapped FROM keys",
                "SELECT spine FROM facts",
                "SELECT payload FROM outbox",
                "SELECT digest FROM marks",
            )
            for (value,) in raw.execute(statement)
        ]
    raw.close()
    assert len(values) > 10
    there = everything_in(data)
    assert MARKER not in there
    assert all(value[:32] in there for value in values)
    size = (data / SPOOL).stat().st_size
    await reserve.clear()
    left = everything_in(data)
    assert not any(value[:32] in left for value in values)
    assert CASE.encode() not in left
    assert (data / SPOOL).stat().st_size == size
    assert journal_of(data / SPOOL).stat().st_size == JOURNAL_ROOM


async def test_one_that_has_grown_is_made_anew_once_it_is_empty(
    reserve: SealedReserve, data: Path
) -> None:
    await used(reserve, *[partial(emergency, number=number) for number in range(40)])
    assert (data / SPOOL).stat().st_size > MOST - JOURNAL_ROOM
    await reserve.clear()
    assert (data / SPOOL).stat().st_size < MOST - JOURNAL_ROOM
    await used(reserve, one)


async def test_one_that_could_not_be_emptied_is_not_used(
    reserve: SealedReserve, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await used(reserve, one)

    def no(connection: sqlite3.Connection, _ring: object) -> None:
        connection.execute("INSERT INTO nothing VALUES (1)")

    with monkeypatch.context() as patch:
        patch.setattr(spool, "empty", no)
        with pytest.raises(StoreFailed):
            await reserve.clear()
        with pytest.raises(StoreFailed):
            await reserve.open(Kept.SPOOL)
    store = await reserve.open(Kept.SPOOL)
    assert await store.run(live) == []
    await store.close()


# ---- what is not a spool ---------------------------------------------------------------------


def spoil_bytes(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[1024:40960] = os.urandom(40960 - 1024)
    path.write_bytes(content)


def spoil_head(path: Path) -> None:
    path.write_bytes(b"this is not a database" * 1000)


def spoil_length(path: Path) -> None:
    os.truncate(path, 20000)


def spoil_emptied(path: Path) -> None:
    os.truncate(path, 0)


def spoil_version(path: Path) -> None:
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA user_version = 99")
    raw.close()


def spoil_foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE other (x)")
        raw.execute("PRAGMA user_version = 1")
    raw.close()


def spoil_key(path: Path) -> None:
    key = path.parent.parent / "other" / "root.key"
    new_root_key(key)
    secrets = derive(load_root_key(key))
    path.unlink()
    journal_of(path).unlink()
    keep_ready(path.parent, secrets, Clock().now)


SPOILED = [
    spoil_bytes,
    spoil_head,
    spoil_length,
    spoil_emptied,
    spoil_version,
    spoil_foreign,
    spoil_key,
]


@pytest.mark.parametrize("spoil", SPOILED)
async def test_one_that_is_damaged_or_not_ours_is_set_aside(
    reserve: SealedReserve,
    data: Path,
    spoil: Callable[[Path], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    spoil(data / SPOOL)
    assert await reserve.prepare()
    assert (data / ASIDE).exists()
    assert ASIDE in caplog.text
    assert (data / SPOOL).stat().st_size > ROOM
    assert await reserve.left() is None
    await used(reserve, one)


async def test_one_that_breaks_later_is_set_aside_then(reserve: SealedReserve, data: Path) -> None:
    await used(reserve, one)
    spoil_bytes(data / SPOOL)
    with pytest.raises(StoreFailed):
        await reserve.open(Kept.SPOOL)
    assert await reserve.left() is None
    assert (data / ASIDE).exists()
    await used(reserve, one)


async def test_without_a_spool_there_is_memory(reserve: SealedReserve, data: Path) -> None:
    (data / SPOOL).unlink()
    assert await reserve.left() is None
    await reserve.clear()
    with pytest.raises(StoreFailed):
        await reserve.open(Kept.SPOOL)
    store = await reserve.open(Kept.MEMORY)
    await store.run(one)
    assert await store.run(live) == [PAGE]
    await store.close()


async def test_a_database_is_no_reserve(reserve: SealedReserve) -> None:
    with pytest.raises(StoreFailed):
        await reserve.open(Kept.DATABASE)


async def test_a_folder_that_cannot_be_written_is_said(
    store: SealedStore, clock: Clock, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = SealedReserve(folder / "nowhere", store.ring.secrets, now=clock.now)
    assert not await nowhere.prepare()
    assert "there is no spool" in caplog.text


# ---- memory ----------------------------------------------------------------------------------


def broken(*_args: object, **_kwargs: object) -> bytes:
    raise RuntimeError("this cipher is broken")


async def test_memory_works_where_sealing_does_not(
    store: SealedStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rest(unit: Unit) -> None:
        unit.save_session("me", {"step": "danger"}, seen_at=NOW, case=CASE, phrase="a b c d e f")
        unit.suspend("Example-A", by="Example-B", at=NOW)
        unit.drop_session("me")

    await store.run(one)
    carried = await store.run(lambda unit: unit.carry())
    with monkeypatch.context() as patch:
        for name in ("seal", "unseal", "wrap", "unwrap", "wrapping_key", "make_key"):
            patch.setattr(vault, name, broken)
        with pytest.raises(RuntimeError):
            await store.run(lambda unit: emergency(unit, 1))
        memory = await reserve_of(store, now=clock.now).open(Kept.MEMORY)
        await memory.run(taken_in(carried))
        await memory.run(lambda unit: emergency(unit, 1))
        await memory.run(rest)
        assert await memory.run(live) == [PAGE, call(1)[1]]
        assert await memory.run(lambda unit: unit.excluded(CASE, [ALICE]))
        assert (await memory.run(lambda unit: found(unit, call(1)[0]))).has_reporter
        home = await memory.run(lambda unit: unit.carry(whole=True))
        await memory.close()
    await store.run(taken_in(home))
    assert await store.run(live) == [PAGE, call(1)[1]]


async def test_memory_needs_neither_folder_nor_key(clock: Clock) -> None:
    reserve = MemoryReserve(now=clock.now)
    assert await reserve.left() is None
    await reserve.clear()
    with pytest.raises(StoreFailed):
        await reserve.open(Kept.SPOOL)
    first, second = await reserve.open(Kept.MEMORY), await reserve.open(Kept.MEMORY)
    await first.run(one)
    assert await second.run(live) == []
    carried = await first.run(lambda unit: unit.carry(whole=True))
    await second.run(taken_in(carried))
    assert await second.run(lambda unit: unit.excluded(CASE, [ALICE]))
    for store in (first, second):
        await store.close()
        with pytest.raises(StoreFailed):
            await store.run(live)


# ---- real disks ------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a file system of 1 MB, which needs root."""
    data = tmp_path / "small"
    data.mkdir(mode=0o700)
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "caseward-test", str(data)]
    mounted = subprocess.run(mount, capture_output=True, check=False)
    if mounted.returncode != 0:
        sentence = "a small file system cannot be mounted here: this needs root"
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    try:
        yield data
    finally:
        subprocess.run(["umount", "--lazy", str(data)], check=True)


def remount(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(disk)], check=True)


def run_child(data: Path, key: Path, how: str) -> tuple[int, dict[str, int]]:
    """Run the program of `full_disk`; return how it ended and what it printed."""
    child = [sys.executable, "-m", "tests.storage.full_disk", str(data), str(key), how]
    root = Path(__file__).parents[2]
    done = subprocess.run(child, capture_output=True, check=False, cwd=root, text=True)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


async def come_home(data: Path, key: Path) -> list[str]:
    """Open everything again, bring home what was left, and return the live pages."""
    clock = Clock()
    store = await open_store(data, key, now=clock.now)
    reserve = reserve_of(store, now=clock.now)
    assert await reserve.prepare()
    carried = await reserve.left()
    assert carried is not None
    await store.run(taken_in(carried))
    await reserve.clear()
    assert await reserve.left() is None
    pages = await store.run(live)
    for page in pages:
        rows = await store.run(methodcaller("rows_of_page", page))
        assert {found_.state for found_ in rows} == {RowState.PENDING}
    await store.close()
    return pages


@pytest.mark.crash
@pytest.mark.slow
async def test_a_disk_of_one_megabyte_that_is_full(small_disk: Path, key: Path) -> None:
    code, came = run_child(small_disk, key, "filler")
    assert code == 0
    assert came["prepared"]
    assert came["lost"]
    assert came["kept"] == came["live"] >= 10
    (small_disk / "filler").unlink()
    remount(small_disk, "size=8m")
    pages = await come_home(small_disk, key)
    assert pages == [call(number)[1] for number in range(came["kept"])]


@pytest.mark.crash
@pytest.mark.slow
async def test_files_that_may_not_grow(data: Path, key: Path) -> None:
    code, came = run_child(data, key, "limit")
    assert code == 0
    assert came["prepared"]
    assert came["lost"]
    assert came["kept"] == came["live"] >= 10
    pages = await come_home(data, key)
    assert pages == [call(number)[1] for number in range(came["kept"])]


@pytest.mark.crash
@pytest.mark.slow
async def test_killed_in_the_middle_of_a_commit(data: Path, key: Path) -> None:
    code, came = run_child(data, key, "torn")
    assert code == -9
    assert came == {"hot": True}
    assert await come_home(data, key) == [PAGE]
    assert journal_of(data / SPOOL).stat().st_size == JOURNAL_ROOM


@pytest.mark.crash
async def test_a_disk_that_becomes_read_only(small_disk: Path, key: Path) -> None:
    clock = Clock()
    store = await open_store(small_disk, key, now=clock.now)
    reserve = reserve_of(store, now=clock.now)
    assert await reserve.prepare()
    await used(reserve, one)
    # What is open for writing would keep it from becoming read-only.
    await store.close()

    remount(small_disk, "ro")
    with pytest.raises(NoRoom):
        await open_store(small_disk, key, now=clock.now)
    with pytest.raises(StoreFailed):
        await reserve.open(Kept.SPOOL)
    with pytest.raises(StoreFailed):
        await reserve.clear()
    memory = await reserve.open(Kept.MEMORY)
    await memory.run(lambda unit: emergency(unit, 1))
    await memory.close()
    left = await reserve.left()
    assert left is not None
    assert left.pages == (PAGE,)
    remount(small_disk, "rw")
    assert await come_home(small_disk, key) == [PAGE]


@pytest.mark.crash
async def test_a_disk_that_is_full_at_the_start(small_disk: Path, key: Path) -> None:
    fill(small_disk)
    with pytest.raises(NoRoom, match="run --emergency-only"):
        await open_store(small_disk, key, now=Clock().now)
    (small_disk / "filler").unlink()
    store = await open_store(small_disk, key, now=Clock().now)
    await store.run(one)
    await store.close()
    fill(small_disk)
    with pytest.raises(NoRoom, match="run --emergency-only"):
        await open_store(small_disk, key, now=Clock().now)


@pytest.mark.parametrize("code", [sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE])
async def test_a_database_that_cannot_be_written_at_the_start_is_said(
    reopen: Opener, store: SealedStore, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    await store.close()

    async def failing(*_args: object, **_kwargs: object) -> Database:
        error = sqlite3.OperationalError("made up")
        error.sqlite_errorcode = code
        raise error

    monkeypatch.setattr(Database, "open", failing)
    with pytest.raises(NoRoom, match="run --emergency-only"):
        await reopen()


def test_nothing_is_what_an_empty_store_carries() -> None:
    assert Baggage(origin="name", whole=True).empty
    assert not Baggage(origin="", whole=False, gone=(b"digest",)).empty
