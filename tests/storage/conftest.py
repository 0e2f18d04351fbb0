"""A store on memory where there is such a folder, so that waiting for a disk is no test's work."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from storage.keys import new_root_key
from storage.store import SealedStore, open_store
from tests.storage.kit import Clock

Opener = Callable[..., Awaitable[SealedStore]]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Give an empty folder, in memory where possible."""
    memory = Path("/dev/shm")
    if not memory.is_dir():
        yield tmp_path
        return
    made = Path(tempfile.mkdtemp(prefix="caseward-", dir=memory))
    yield made
    shutil.rmtree(made)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def key(folder: Path) -> Path:
    """Give the file of a root key."""
    path = folder / "secrets" / "root.key"
    new_root_key(path)
    return path


@pytest.fixture
async def reopen(folder: Path, key: Path, clock: Clock) -> AsyncIterator[Opener]:
    """Give a function that opens the store (again), as often as wanted; all are closed."""
    opened: list[SealedStore] = []

    async def open_it(*, adopt: bool = False) -> SealedStore:
        store = await open_store(folder / "data", key, now=clock.now, adopt=adopt)
        opened.append(store)
        return store

    yield open_it
    for store in opened:
        await store.close()


@pytest.fixture
async def store(reopen: Opener) -> SealedStore:
    """Give a store that is open and empty."""
    return await reopen()
