"""A look into a database that changes nothing, also beside whoever is using it."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.words.ports import StoreFailed
from storage.errors import CopiedDatabase, DamagedDatabase, KeyRefused, NoDatabase, WrongKey
from storage.keys import new_root_key
from storage.peek import peek
from storage.safe import StoreSafe
from storage.store import open_store


def now() -> datetime:
    return datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A data folder, with one value in a safe, and its key beside it."""
    (tmp_path / "secrets").mkdir(mode=0o700)
    new_root_key(tmp_path / "secrets/root.key")
    store = await open_store(tmp_path / "data", tmp_path / "secrets/root.key", now=now)
    await StoreSafe(store, "mx").write({("login", "device"): b"ONE"})
    await store.close()
    return tmp_path


async def test_it_reads_with_and_without_somebody_there(folder: Path) -> None:
    data, key = folder / "data", folder / "secrets/root.key"
    with peek(data, key, now) as found:
        assert not found.running
        assert await found.safe("mx").load("login") == {"device": b"ONE"}
        assert await found.safe("other").load("login") == {}
    store = await open_store(data, key, now=now)
    await StoreSafe(store, "mx").write({("login", "device"): b"TWO"})
    with peek(data, key, now) as found:
        assert found.running
        assert await found.safe("mx").load("login") == {"device": b"TWO"}
    await store.close()


async def test_it_writes_nothing(folder: Path) -> None:
    with peek(folder / "data", folder / "secrets/root.key", now) as found:
        safe = found.safe("mx")
        await safe.write({})
        with pytest.raises(StoreFailed):
            await safe.write({("login", "device"): None})
        assert await safe.load("login") == {"device": b"ONE"}


async def test_what_is_wrong_is_said(folder: Path) -> None:
    data, key = folder / "data", folder / "secrets/root.key"
    new_root_key(folder / "secrets/other.key")
    with pytest.raises(WrongKey), peek(data, folder / "secrets/other.key", now):
        pass
    with pytest.raises(KeyRefused), peek(data, folder / "secrets/none.key", now):
        pass
    with pytest.raises(NoDatabase), peek(folder / "nowhere", key, now):
        pass
    shutil.copytree(data, folder / "copy")
    with pytest.raises(CopiedDatabase), peek(folder / "copy", key, now):
        pass
    (data / "caseward.db").write_bytes(b"no database, and long enough to be looked at" * 50)
    with pytest.raises(DamagedDatabase), peek(data, key, now):
        pass
