"""Reads a database without changing anything, also beside the bot that is using it."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from bot.core.words.ports import Safe, StoreFailed
from storage.errors import CopiedDatabase, DamagedDatabase, NoDatabase
from storage.keyring import KeyRing
from storage.keys import derive, load_root_key
from storage.preflight import DATABASE, examine, is_locked, marked_as
from storage.safe import SafeBook


class Peek:
    """What a database holds now. `running` while a bot uses it."""

    def __init__(self, connection: sqlite3.Connection, ring: KeyRing, *, running: bool) -> None:
        self.running = running
        self._connection = connection
        self._ring = ring

    def safe(self, transport: str) -> Safe:
        """Return a transport's safe, to read from."""
        return _ReadSafe(SafeBook(self._connection, self._ring, transport))


class _ReadSafe:
    """`Safe` that keeps nothing new."""

    def __init__(self, book: SafeBook) -> None:
        self._book = book

    async def load(self, kind: str) -> Mapping[str, bytes]:
        """Return all values of a kind by name. `StoreFailed` where they cannot be read."""
        try:
            return self._book.list(kind)
        except sqlite3.Error as error:
            raise StoreFailed from error

    async def write(self, changes: Mapping[tuple[str, str], bytes | None]) -> None:
        """Raise `StoreFailed`, unless there is nothing to write."""
        if changes:
            raise StoreFailed


@contextmanager
def peek(data_dir: Path, root_key_file: Path, now: Callable[[], datetime]) -> Iterator[Peek]:
    """Open the database of a data folder to read in it.

    Raises what is wrong with it, as `open_store` does (`KeyRefused`, `WrongKey`, `NewerDatabase`,
    `CopiedDatabase`, `DamagedDatabase`), and `NoDatabase` where there is none.
    """
    secrets = derive(load_root_key(root_key_file, data_dir=data_dir))
    folder = data_dir.resolve()
    file = folder / DATABASE
    if not file.exists() or not file.stat().st_size:
        raise NoDatabase(data_dir)
    try:
        connection = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
    except sqlite3.Error as error:
        raise DamagedDatabase(file) from error
    try:
        try:
            instance = examine(connection, secrets)
        except sqlite3.DatabaseError as error:
            raise DamagedDatabase(file) from error
        if instance is None:
            raise NoDatabase(data_dir)
        if instance != marked_as(folder):
            raise CopiedDatabase(folder)
        yield Peek(connection, KeyRing(connection, secrets, now), running=is_locked(folder))
    finally:
        connection.close()
