"""The one thread that talks to SQLite: whole jobs, drained together, committed together.

A job is a plain function that gets the connection and runs inside its own savepoint. All jobs
that wait when the thread comes round share one transaction and one `COMMIT`; nobody learns of
a result before that commit is durable, and everybody does right after it. Urgent jobs overtake:
a transaction that is under way is committed between two of its jobs to let them go first.
aiosqlite has no public way to run a function on its thread, so `Connection._execute` and its
queue are used, here and nowhere else, with the version pinned.
"""

import asyncio
import logging
import sqlite3
import sys
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar, cast

import aiosqlite

from bot.core.words.ports import Probe, no_probe
from storage.errors import StorageClosed, TransactionLost, UnfitFileSystem

# At DEBUG it would write the parameters of statements into the log.
logging.getLogger("aiosqlite").setLevel(logging.WARNING)
_LOG = logging.getLogger("caseward.storage")

Result = TypeVar("Result")

#: Jobs that share one commit at most, so that the first of them does not wait for ever.
BATCH = 256
#: Seconds of work after which a transaction is committed, however many jobs wait.
SPELL = 0.05
_CACHED_STATEMENTS = 256
#: Seconds after which a busy loop lets this thread go on. Each statement of a job asks for that
#: anew, so that Python's own 5 ms would make seconds of one job while a flood is read.
_SWITCH = 0.0005

BEGIN = "BEGIN IMMEDIATE"
COMMIT = "COMMIT"
ROLLBACK = "ROLLBACK"
SAVEPOINT = "SAVEPOINT job"
RELEASE = "RELEASE job"
ROLLBACK_TO = "ROLLBACK TO job"
CHECKPOINT = "PRAGMA wal_checkpoint(TRUNCATE)"
JOURNAL = "PRAGMA journal_mode = WAL"
KEPT_JOURNAL = "PRAGMA journal_mode = PERSIST"
PRAGMAS = (
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA busy_timeout = 5000",
)


@dataclass(slots=True)
class _Waiting(Generic[Result]):
    """A job and, once its commit is durable or it has failed, how it fared.

    `over` is set on the loop when that is known.
    """

    job: Callable[[sqlite3.Connection], Result]
    over: asyncio.Future[None]
    results: list[Result] = field(default_factory=list)
    error: BaseException | None = None


class Database:
    """A connection on aiosqlite's thread.

    `on_rollback` is called there when writes are undone, `probe` at `store.begun`, `store.job`
    (after each), `store.commit` (before it) and `store.committed`. `monotonic` tells seconds.
    """

    def __init__(
        self,
        connection: aiosqlite.Connection,
        probe: Probe,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._aio = connection
        self._probe = probe
        self._monotonic = monotonic
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[_Waiting[object]] = deque()
        self._urgent: deque[_Waiting[object]] = deque()
        #: Whether a drain is on its way that has not looked at the lines yet.
        self._called = False
        self._closing = False
        self.on_rollback: Callable[[], None] = lambda: None

    @classmethod
    async def open(cls, path: Path, *, probe: Probe = no_probe) -> "Database":
        """Connect to a file that exists, by its absolute path; nothing is written to it yet."""
        return await cls._connect(f"{path.as_uri()}?mode=rw", probe)

    @classmethod
    async def open_memory(cls, *, probe: Probe = no_probe) -> "Database":
        """Make an empty database in memory, which nobody else sees and which ends with this."""
        return await cls._connect("file::memory:", probe)

    @classmethod
    async def _connect(cls, uri: str, probe: Probe) -> "Database":
        sys.setswitchinterval(_SWITCH)
        connection = aiosqlite.connect(
            uri, uri=True, isolation_level=None, cached_statements=_CACHED_STATEMENTS
        )
        try:
            return cls(await connection, probe)
        except BaseException:
            _join(connection)
            raise

    @property
    def closed(self) -> bool:
        """Whether no more jobs are taken."""
        return self._closing

    async def run(
        self, job: Callable[[sqlite3.Connection], Result], *, urgent: bool = False
    ) -> Result:
        """Run a job in its own savepoint; returns after the commit that holds it is durable.

        An urgent one goes before all that wait and are not, in a transaction of its own kind;
        equals keep their order. An exception of the job rolls back this job alone and is raised
        here; a failed commit is `TransactionLost` for every job in it. Whoever waits may be
        cancelled: the job runs to its end on the thread all the same, and the others' with it.
        """
        if self._closing:
            raise StorageClosed
        waiting = _Waiting(job, self._loop.create_future())
        line = self._urgent if urgent else self._waiting
        line.append(cast("_Waiting[object]", waiting))
        self._call()
        await waiting.over
        if waiting.error is not None:
            raise waiting.error
        return waiting.results[0]

    async def call(self, function: Callable[[sqlite3.Connection], Result]) -> Result:
        """Run a function on the thread outside any transaction: for opening and closing."""
        return await self._hop(function, self._raw)

    async def trace(self, callback: Callable[[str], None] | None) -> None:
        """Call back with every statement that is run, on the database thread: for tests."""
        await self.call(lambda connection: connection.set_trace_callback(callback))

    async def close(self) -> None:
        """Finish the jobs in hand, empty the write-ahead log, close and end the thread."""
        if self._closing:
            return
        self._closing = True
        try:
            await self._hop(self._drain)
            if not await self.call(checkpoint):
                _LOG.warning("the write-ahead log could not be emptied")
        finally:
            await self._aio.close()
            _join(self._aio)

    @property
    def _raw(self) -> sqlite3.Connection:
        return self._aio._conn  # noqa: SLF001 - see the module's docstring

    async def _hop(self, function: Callable[..., Result], *args: object) -> Result:
        """Run a function on aiosqlite's thread. The one place that goes round its front door."""
        execute: Callable[..., Awaitable[Result]] = self._aio._execute  # noqa: SLF001 - as above
        return await execute(function, *args)

    def _call(self) -> None:
        """Have the lines looked at; a drain that was called and has not begun does that."""
        if not self._called:
            self._called = True
            self._aio._tx.put_nowait((None, self._drain))  # noqa: SLF001 - see the docstring above

    def _drain(self) -> None:
        """Do all that waits; what is urgent never waits for more than one job that is not."""
        self._called = False
        try:
            while self._urgent or self._waiting:
                self._commit_some(self._urgent)
                self._commit_some(self._waiting)
        finally:
            # Whatever broke off here, nobody may wait for ever.
            if self._urgent or self._waiting:
                self._call()

    def _commit_some(self, line: deque[_Waiting[object]]) -> None:
        """Do the first jobs of a line in one transaction, at least one if there is any."""
        most = min(BATCH, len(line))
        if not most:
            return
        batch: list[_Waiting[object]] = []
        connection, ends = self._raw, self._monotonic() + SPELL
        try:
            connection.execute(BEGIN)
            self._probe("store.begun")
            while len(batch) < most:
                batch.append(line.popleft())
                self._attempt(connection, batch[-1])
                self._probe("store.job")
                if self._monotonic() >= ends or (self._urgent and line is not self._urgent):
                    break
            self._probe("store.commit")
            connection.execute(COMMIT)
        except BaseException as error:  # noqa: BLE001 - no failure may leave a transaction open
            if not batch:
                # No transaction could begin: none of them may wait for another such try.
                batch += [line.popleft() for _ in range(most)]
            self._lose(connection, batch, error)
        else:
            self._probe("store.committed")
        finally:
            if any(_is_full(waiting.error) for waiting in batch):
                _make_room(connection)
            self._loop.call_soon_threadsafe(_release, batch)

    def _attempt(self, connection: sqlite3.Connection, waiting: _Waiting[object]) -> None:
        connection.execute(SAVEPOINT)
        try:
            waiting.results.append(waiting.job(connection))
        except BaseException as error:  # noqa: BLE001 - whatever a job raises is its asker's
            waiting.error = error
            self.on_rollback()
            connection.execute(ROLLBACK_TO)
        connection.execute(RELEASE)

    def _lose(
        self, connection: sqlite3.Connection, batch: list[_Waiting[object]], error: BaseException
    ) -> None:
        """Undo the whole transaction; SQLite itself has done so already on some errors."""
        for waiting in batch:
            if waiting.error is None:
                waiting.error = TransactionLost(getattr(error, "sqlite_errorname", None))
                waiting.error.__cause__ = error
        if connection.in_transaction:
            connection.execute(ROLLBACK)
        self.on_rollback()


def _is_full(error: BaseException | None) -> bool:
    why = error.__cause__ if isinstance(error, TransactionLost) else error
    return getattr(why, "sqlite_errorname", None) == "SQLITE_FULL"


def _make_room(connection: sqlite3.Connection) -> None:
    """Empty the write-ahead log: on a small disk it may itself be what fills it."""
    try:
        checkpoint(connection)
    except sqlite3.Error as error:
        _LOG.warning("no room could be made (%s)", type(error).__name__)


def _release(batch: list[_Waiting[object]]) -> None:
    """Let whoever waits for these jobs go on, on the loop; some may have gone already."""
    for waiting in batch:
        if not waiting.over.done():
            waiting.over.set_result(None)


def _join(connection: aiosqlite.Connection) -> None:
    """Wait for a thread that was told to end: aiosqlite leaves a moment before it has."""
    connection._thread.join()  # noqa: SLF001 - see the module's docstring


def set_up(connection: sqlite3.Connection) -> None:
    """Set what every connection needs. Raises `UnfitFileSystem` where WAL cannot be had."""
    if connection.execute(JOURNAL).fetchone()[0] != "wal":
        raise UnfitFileSystem
    _set_up(connection)


def set_up_reserve(connection: sqlite3.Connection) -> None:
    """Set what a connection to a reserve needs: a journal that never gives its space back."""
    connection.execute(KEPT_JOURNAL)
    _set_up(connection)


def _set_up(connection: sqlite3.Connection) -> None:
    for pragma in PRAGMAS:
        connection.execute(pragma)


def checkpoint(connection: sqlite3.Connection) -> bool:
    """Move the write-ahead log into the database and empty it; whether that worked."""
    busy: int = connection.execute(CHECKPOINT).fetchone()[0]
    return busy == 0
