"""The store: a data folder opened with its root key, running jobs until it is closed."""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from bot.core.words.ports import Probe, Unit, no_probe
from storage.audit import AuditBook, AuditVerdict
from storage.database import BEGIN, COMMIT, ROLLBACK, Database, checkpoint, set_up
from storage.errors import CopiedDatabase, DamagedDatabase, TransactionLost
from storage.keyring import KeyRing
from storage.keys import RootSecrets, derive, load_root_key
from storage.migrate import migrate, migrations, version_of
from storage.preflight import Folder, claim_folder, examine, introduce
from storage.unit import SealedUnit

Result = TypeVar("Result")


class SealedStore:
    """`Store` on a folder of this machine. Made by `open_store`."""

    def __init__(self, database: Database, ring: KeyRing, folder: Folder) -> None:
        self.database = database
        self._ring = ring
        self._folder = folder
        database.on_rollback = ring.forget

    async def run(self, job: Callable[[Unit], Result], *, urgent: bool = False) -> Result:
        """Run a job on the database thread; returns after its commit is durable.

        An urgent one overtakes those that wait. An exception of the job rolls only this job back
        and is raised here. Raises `TransactionLost` when SQLite failed, in the job or at the
        commit, `StorageClosed` after `close`.
        """
        ring = self._ring
        try:
            return await self.database.run(
                lambda connection: job(SealedUnit(connection, ring)), urgent=urgent
            )
        except sqlite3.OperationalError as error:
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
            self._folder.release()


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
    folder that was copied or moved. `probe` is told of the points of each commit. Rows that an earlier process had in hand are uncertain and
    due afterwards. Raises a `StorageRefused` when this must not be done, and changes nothing.
    """
    secrets = derive(load_root_key(root_key_file, data_dir=data_dir))
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
