"""When the store does not open, it says why in words and changes nothing."""

import asyncio
import os
import shutil
import sqlite3
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from storage import errors, preflight
from storage.errors import (
    AlreadyRunning,
    CopiedDatabase,
    DamagedDatabase,
    KeyInDataFolder,
    LooseKey,
    MissingKey,
    NetworkFileSystem,
    NewerDatabase,
    StorageError,
    StorageRefused,
    WrongKey,
)
from storage.keys import new_root_key
from storage.migrate import migrations, read_migration
from storage.preflight import on_network
from storage.store import open_store
from tests.storage.conftest import Opener
from tests.storage.kit import CODE, NOW, Clock, found, opening


def snapshot(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Return what every file of a folder is: mode, time of change, content."""
    return {
        str(path.relative_to(folder)): (
            path.stat().st_mode,
            path.stat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in [folder, *sorted(folder.rglob("*"))]
    }


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def set_mode(path: Path, wanted: int) -> None:
    path.chmod(wanted)


async def refused(
    data: Path, key: Path, kind: type[StorageRefused], clock: Clock, *, adopt: bool = False
) -> str:
    """Try to open, see that it is refused and that nothing was changed; return the words."""
    before = snapshot(data.parent)
    with pytest.raises(kind) as caught:
        await open_store(data, key, now=clock.now, adopt=adopt)
    assert snapshot(data.parent) == before
    return str(caught.value)


@pytest.fixture
async def data(reopen: Opener, folder: Path) -> Path:
    """Give a data folder with one case in it, closed."""
    store = await reopen()
    await store.run(lambda unit: unit.create_case(CODE, [opening()]))
    await store.close()
    return folder / "data"


async def test_another_key_is_refused(data: Path, folder: Path, clock: Clock) -> None:
    other = folder / "secrets" / "other.key"
    new_root_key(other)
    assert "not the one" in await refused(data, other, WrongKey, clock)


async def test_a_missing_or_loose_key_is_refused(
    data: Path, folder: Path, key: Path, clock: Clock
) -> None:
    await refused(data, folder / "none", MissingKey, clock)
    await refused(folder / "elsewhere", folder / "none", MissingKey, clock)
    set_mode(key, 0o644)
    await refused(data, key, LooseKey, clock)


async def test_a_key_beside_the_data_is_refused(data: Path, key: Path, clock: Clock) -> None:
    inside = data / "root.key"
    shutil.copy(key, inside)
    inside.chmod(0o600)
    await refused(data, inside, KeyInDataFolder, clock)


def edit(data: Path, statement: str) -> None:
    """Change the closed database from outside."""
    connection = sqlite3.connect(data / "caseward.db", isolation_level=None)
    connection.execute(statement)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


async def test_a_newer_database_is_refused(data: Path, key: Path, clock: Clock) -> None:
    edit(data, f"PRAGMA user_version = {len(migrations()) + 1}")
    assert "newer version" in await refused(data, key, NewerDatabase, clock)


async def test_what_is_no_database_is_refused(data: Path, key: Path, clock: Clock) -> None:
    (data / "caseward.db").write_bytes(b"not a database, but longer than a header" * 40)
    await refused(data, key, DamagedDatabase, clock)


async def test_a_database_without_its_names_is_refused(data: Path, key: Path, clock: Clock) -> None:
    edit(data, "DELETE FROM meta")
    await refused(data, key, DamagedDatabase, clock)


async def test_a_folder_in_use_is_refused(
    reopen: Opener, folder: Path, key: Path, clock: Clock
) -> None:
    store = await reopen()
    await refused(folder / "data", key, AlreadyRunning, clock)
    await store.close()
    await reopen()


async def test_the_lock_ends_with_the_process(data: Path, key: Path, reopen: Opener) -> None:
    script = (
        "import asyncio, os, sys\n"
        "from datetime import UTC, datetime\n"
        "from pathlib import Path\n"
        "from storage.store import open_store\n"
        "async def main():\n"
        "    await open_store(Path(sys.argv[1]), Path(sys.argv[2]), now=lambda: datetime.now(UTC))\n"
        "    os.kill(os.getpid(), 9)\n"
        "asyncio.run(main())\n"
    )
    ended = await asyncio.create_subprocess_exec(sys.executable, "-c", script, data, key)
    assert await ended.wait() == -9
    store = await reopen()
    assert (await store.run(found)).code == CODE


async def test_a_copied_folder_needs_to_be_adopted(
    data: Path, folder: Path, key: Path, clock: Clock
) -> None:
    copy = folder / "copy"
    shutil.copytree(data, copy)
    assert "--adopt" in await refused(copy, key, CopiedDatabase, clock)
    store = await open_store(copy, key, now=clock.now, adopt=True)
    assert (await store.run(found)).code == CODE
    await store.close()
    store = await open_store(copy, key, now=clock.now)
    await store.close()


async def test_a_copied_file_needs_to_be_adopted(
    data: Path, folder: Path, key: Path, clock: Clock
) -> None:
    copy = folder / "copy"
    copy.mkdir(mode=0o700)
    shutil.copy(data / "caseward.db", copy)
    await refused(copy, key, CopiedDatabase, clock)
    (data / "instance").write_text("{}")
    await refused(data, key, CopiedDatabase, clock)
    await (await open_store(data, key, now=clock.now, adopt=True)).close()
    await (await open_store(data, key, now=clock.now)).close()


async def test_a_database_that_was_put_in_the_place_of_another_is_noticed(
    data: Path, folder: Path, key: Path, clock: Clock
) -> None:
    store = await open_store(folder / "second", key, now=clock.now)
    await store.close()
    shutil.copy(data / "caseward.db", folder / "second" / "caseward.db")
    await refused(folder / "second", key, CopiedDatabase, clock)


async def test_a_log_that_tells_another_story_is_believed(
    data: Path, key: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the file alone could not tell is looked at again with the write-ahead log."""
    monkeypatch.setattr(preflight, "_peek", lambda *_: None)
    (data / "instance").unlink()
    with pytest.raises(CopiedDatabase):
        await open_store(data, key, now=clock.now)
    await (await open_store(data, key, now=clock.now, adopt=True)).close()


async def test_a_new_folder_and_its_files_are_the_owners_alone(
    reopen: Opener, folder: Path
) -> None:
    old = os.umask(0)
    try:
        store = await reopen()
        await store.run(lambda unit: unit.claim("key", NOW))
    finally:
        os.umask(old)
    data = folder / "data"
    assert mode(data) == 0o700
    modes = {path.name: mode(path) for path in data.iterdir()}
    assert set(modes) == {"caseward.db", "caseward.db-wal", "caseward.db-shm", "instance"}
    assert set(modes.values()) == {0o600}


async def test_a_loose_folder_is_closed_to_others(data: Path, reopen: Opener) -> None:
    set_mode(data, 0o755)
    set_mode(data / "caseward.db", 0o644)
    await reopen()
    assert (mode(data), mode(data / "caseward.db")) == (0o700, 0o600)


async def test_a_first_start_that_broke_off_can_be_repeated(
    folder: Path, key: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("power cut")

    monkeypatch.setattr("storage.store.introduce", fail)
    with pytest.raises(OSError, match="power cut"):
        await open_store(folder / "data", key, now=clock.now)
    monkeypatch.undo()
    await (await open_store(folder / "data", key, now=clock.now)).close()
    await (await open_store(folder / "data", key, now=clock.now)).close()


NEXT = len(migrations()) + 1
FOLLOWING = f"""-- up
ALTER TABLE cases ADD COLUMN colour TEXT;
PRAGMA user_version = {NEXT};
-- sample
-- must_be_empty
"""


async def test_an_older_database_is_brought_up_to_date(
    data: Path, key: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = (*migrations(), read_migration(f"{NEXT:04}_colour.sql", FOLLOWING))
    monkeypatch.setattr("storage.store.migrations", lambda: newer)
    monkeypatch.setattr(preflight, "migrations", lambda: newer)
    store = await open_store(data, key, now=clock.now)
    assert (await store.run(found)).code == CODE
    assert (await store.verify_audit()).broken_at is None
    await store.close()
    monkeypatch.undo()
    await refused(data, key, NewerDatabase, clock)


async def test_a_log_that_says_it_is_damaged_is_believed(
    data: Path, key: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(data, "DROP TABLE meta")
    await refused(data, key, DamagedDatabase, clock)
    monkeypatch.setattr(preflight, "_peek", lambda *_: None)
    with pytest.raises(DamagedDatabase):
        await open_store(data, key, now=clock.now)


MOUNTS = r"""22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /srv rw - nfs4 server:/srv rw
31 30 0:41 / /srv/local rw master:2 - xfs /dev/sdb rw
32 22 0:42 / /mnt/with\040space rw - fuse.sshfs host: rw
33 22 0:43 / /over rw - nfs server:/ rw
34 22 0:44 / /over rw - tmpfs tmpfs rw

short - line
35 22 0:45 / /odd rw - """


@pytest.mark.parametrize(
    ("path", "network"),
    [
        ("/", False),
        ("/data", False),
        ("/srv", True),
        ("/srv/bot", True),
        ("/srvx", False),
        ("/srv/local/bot", False),
        ("/mnt/with space/data", True),
        ("/over/data", False),
    ],
)
def test_network_file_systems_are_known(path: str, network: bool) -> None:
    assert on_network(Path(path), MOUNTS) is network


async def test_a_network_file_system_is_refused(
    data: Path, key: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "_mounts", lambda: "1 0 0:1 / / rw - nfs server:/ rw\n")
    assert "local disk" in await refused(data, key, NetworkFileSystem, clock)


def test_without_a_mount_table_nothing_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "_MOUNTS", folder / "none")
    assert on_network(folder, preflight._mounts()) is False


def kinds(kind: type[StorageError]) -> list[type[StorageError]]:
    return [kind, *(each for child in kind.__subclasses__() for each in kinds(child))]


@pytest.mark.parametrize("kind", kinds(StorageError), ids=lambda kind: kind.__name__)
def test_every_refusal_is_a_sentence(kind: type[StorageError]) -> None:
    assert str(kind()).endswith(".")
    assert "\n" not in str(kind())
    assert str(kind(Path("/x"))) == f"{kind()} (/x)"
    make: Callable[[], object] = getattr(errors, kind.__name__)
    assert isinstance(make(), kind)


def half_written(data: Path) -> Callable[[], int]:
    """Leave a database as a kill in the middle of a checkpoint does, but for its log.

    Returns what puts the log beside it.
    """
    database = data / "caseward.db"
    log = Path(f"{database}-wal")
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("VACUUM")
    kept = log.read_bytes()
    connection.close()
    database.write_bytes(database.read_bytes()[:4096])
    return lambda: log.write_bytes(kept)


async def test_a_file_that_is_whole_only_with_its_log_is_opened(
    data: Path, reopen: Opener, key: Path, clock: Clock
) -> None:
    put_back = half_written(data)
    await refused(data, key, DamagedDatabase, clock)
    put_back()
    await (await reopen()).close()
