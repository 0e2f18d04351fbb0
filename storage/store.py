"""The store: a data folder opened with its root key, running jobs until it is closed."""

import errno
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from bot.core.words.ports import Probe, Unit, no_probe
from storage.audit import AuditBook, AuditVerdict
from storage.database import BEGIN, COMMIT, ROLLBACK, Database, checkpoint, set_up
from storage.errors import (
    CopiedDatabase,
    DamagedDatabase,
    NoRoom,
    StorageError,
    TransactionLost,
)
from storage.keyring import KeyRing
from storage.keys import RootSecrets, derive, load_root_key
from storage.migrate import migrate, migrations, version_of
from storage.preflight import Folder, claim_folder, examine, introduce
from storage.unit import SealedUnit

Result = TypeVar("Result")

_UNWRITABLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG})
#: `SQLITE_FULL`, `SQLITE_IOERR`, `SQLITE_READONLY`, `SQLITE_CANTOPEN`.
_FAILING = frozenset({13, 10, 8, 14})


class SealedStore:
    """`Store` on a database. Made by `open_store`, which holds the `folder` until it is closed.

    A reserve's has no folder of its own.
    """

    def __init__(self, database: Database, ring: KeyRing, folder: Folder | None = None) -> None:
        self.database = database
        self._ring = ring
        self.folder = folder
        database.on_rollback = ring.forget

    @property
    def ring(self) -> KeyRing:
        """Return what its values are sealed with, for jobs on the database thread."""
        return self._ring

    async def run(self, job: Callable[[Unit], Result], *, urgent: bool = False) -> Result:
        """Run a job on the database thread; returns after its commit is durable.

        An urgent one overtakes those that wait. An exception of the job rolls only this job back
        and is raised here. Raises `TransactionLost` when SQLite failed, in the job or at the
        commit, `StorageClosed` after `close`.
        """
        ring = self._ring
        return await self.on_database(lambda raw: job(SealedUnit(raw, ring)), urgent=urgent)

    async def on_database(
        self, job: Callable[[sqlite3.Connection], Result], *, urgent: bool = False
    ) -> Result:
        """Run a job on the connection itself, as `run` does; raises what that raises."""
        try:
            return await self.database.run(job, urgent=urgent)
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            # Whoever wrote the job is to blame, not the database.
            raise
        except sqlite3.DatabaseError as error:
            raise TransactionLost(getattr(error, "sqlite_errorname", None)) from error

    async def verify_audit(self) -> AuditVerdict:
        """Tell whether the audit is as it was written."""
        ring = self._ring
        return await self.database.run(lambda connection: AuditBook(connection, ring).verify())

    async def close(self) -> None:
        """Finish the jobs in hand and close; a second call does nothing."""
        if self.database.closed:
            return
        try:
            await self.database.close()
        finally:
            if self.folder is not None:
                self.folder.release()


async def open_store(
    data_dir: Path,
    root_key_file: Path,
    *,
    now: Callable[[], datetime],
    adopt: bool = False,
    probe: Probe = no_probe,
) -> SealedStore:
    """Open the database in `data_dir`, making and migrating it where needed.

    `now` is the wall clock, UTC; it is called on the database thread. `adopt` takes over a
    folder that was copied or moved. `probe` is told of the points of each commit. Rows that an
    earlier process had in hand are uncertain and due afterwards. Raises a `StorageRefused` when
    this must not be done, and changes nothing; `NoRoom` where nothing can be written.
    """
    secrets = derive(load_root_key(root_key_file, data_dir=data_dir))
    try:
        return await _open(data_dir, secrets, now=now, adopt=adopt, probe=probe)
    except (OSError, sqlite3.Error, StorageError) as error:
        if _unwritable(error):
            raise NoRoom(data_dir) from error
        raise


async def _open(
    data_dir: Path,
    secrets: RootSecrets,
    *,
    now: Callable[[], datetime],
    adopt: bool,
    probe: Probe,
) -> SealedStore:
    folder = claim_folder(data_dir, secrets, adopt=adopt)
    try:
        database = await Database.open(folder.database, probe=probe)
        try:
            ring = await database.call(lambda raw: _prepare(raw, secrets, folder, now, adopt))
            store = SealedStore(database, ring, folder)
            await store.database.run(lambda raw: SealedUnit(raw, ring).recover(now()))
        except BaseException:
            await database.close()
            raise
    except BaseException:
        folder.release()
        raise
    return store


def _unwritable(error: BaseException) -> bool:
    """Tell whether an error, or what caused it, says that the disk cannot be written."""
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(error, OSError):
        found = error.errno in _UNWRITABLE
    else:
        found = code is not None and code & 0xFF in _FAILING
    return found or (error.__cause__ is not None and _unwritable(error.__cause__))


def _prepare(
    connection: sqlite3.Connection,
    secrets: RootSecrets,
    folder: Folder,
    now: Callable[[], datetime],
    adopt: bool,
) -> KeyRing:
    """Look once more, now with the write-ahead log, then set up and migrate."""
    try:
        instance = examine(connection, secrets)
    except sqlite3.DatabaseError as error:
        raise DamagedDatabase(folder.database) from error
    if instance not in (None, folder.instance) and not adopt:
        raise CopiedDatabase(folder.database.parent)
    set_up(connection)
    ring = KeyRing(connection, secrets, now)
    if version_of(connection) < len(migrations()):
        _bring_up(connection, secrets, ring, None if instance else folder.instance)
    return ring


def _bring_up(
    connection: sqlite3.Connection, secrets: RootSecrets, ring: KeyRing, fresh: str | None
) -> None:
    """Run what migrations are missing, and introduce a `fresh` instance, in one commit."""
    connection.execute(BEGIN)
    try:
        migrate(connection, migrations())
        if fresh is not None:
            introduce(connection, secrets, fresh)
            AuditBook(connection, ring).start()
    except BaseException:
        connection.execute(ROLLBACK)
        raise
    connection.execute(COMMIT)
    # What the next start looks at, before it touches anything, is then in the file itself.
    checkpoint(connection)
