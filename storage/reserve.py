"""Where emergencies go while the database cannot keep them: a sealed spool, else memory."""

import asyncio
import logging
import os
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from pathlib import Path

from bot.core.words.ports import Kept, Probe, no_probe
from storage import spool
from storage.carriage import SET_MARK_OF_STORE
from storage.carried import Baggage
from storage.database import Database, set_up_reserve
from storage.errors import StorageError, TransactionLost
from storage.keyring import ClearRing, KeyRing
from storage.keys import KEY_BYTES, RootSecrets
from storage.store import SealedStore
from storage.unit import SealedUnit

_LOG = logging.getLogger("caseward.storage")

UNPROVE = "DELETE FROM meta WHERE name = 'proof'"

#: As much as a call for help takes up: its case, page, mails and timers.
_PROOF = 16 * 1024
#: Rows in memory are numbered from here on, each store's in a range of its own.
_FIRST_ID = 1 << 41
_RANGE = 1 << 32
_Now = Callable[[], datetime]


class MemoryReserve:
    """`Reserve` without a folder: gone when the program ends. Nothing in it is ever sealed."""

    def __init__(self, *, now: _Now, secrets_: RootSecrets | None = None) -> None:
        self._now = now
        self._secrets = secrets_ or RootSecrets(
            **{field.name: secrets.token_bytes(KEY_BYTES) for field in fields(RootSecrets)}
        )
        self._opened = 0

    async def open(self, kept: Kept) -> SealedStore:
        """Return an empty store in memory. `StoreFailed` for anything else."""
        if kept is not Kept.MEMORY:
            raise TransactionLost(kept.value)
        first = _FIRST_ID + self._opened * _RANGE
        self._opened += 1
        database = await Database.open_memory()

        def found(raw: sqlite3.Connection) -> KeyRing:
            set_up_reserve(raw)
            ring = ClearRing(raw, self._secrets, self._now)
            spool.found(raw, ring, self._secrets, first)
            return ring

        return SealedStore(database, await database.call(found))

    async def left(self) -> Baggage | None:
        """Return None: memory leaves nothing."""
        return None

    async def clear(self) -> None:
        """Do nothing: memory empties itself."""


class SealedReserve:
    """`Reserve` beside a database that is open: a spool in its folder, sealed with its key."""

    def __init__(
        self, folder: Path, secrets_: RootSecrets, *, now: _Now, probe: Probe = no_probe
    ) -> None:
        self._folder = folder
        self._secrets = secrets_
        self._now = now
        self._probe = probe
        self._memory = MemoryReserve(now=now, secrets_=secrets_)
        #: Whether the spool holds what has come home, and must be emptied before it is used.
        self._stale = False

    async def prepare(self) -> bool:
        """See to it that there is a spool; False, and a line in the log, where that cannot be."""
        try:
            await asyncio.to_thread(spool.keep_ready, self._folder, self._secrets, self._now)
        except (OSError, sqlite3.OperationalError) as error:
            _LOG.error("there is no spool: %s", type(error).__name__)
            return False
        return True

    async def open(self, kept: Kept) -> SealedStore:
        """Return a store of this kind. `StoreFailed` where it cannot be written, which is tried.

        A spool is empty, but for what an earlier process left in it and `clear` was not called
        for: that stays in it.
        """
        if kept is Kept.MEMORY:
            return await self._memory.open(kept)
        if kept is not Kept.SPOOL:
            raise TransactionLost(kept.value)
        if self._stale:
            await self.clear()
        try:
            return await self._proven()
        except (sqlite3.Error, StorageError) as error:
            raise _lost(error) from error

    async def _proven(self) -> SealedStore:
        """Return the spool's store, once something of size was kept in it."""
        store = await self._connect()
        try:
            await store.database.run(_prove)
            await store.database.run(lambda raw: raw.execute(UNPROVE).close())
            now = self._now()
            await store.database.run(lambda raw: SealedUnit(raw, store.ring).recover(now))
        except BaseException:
            await _shut(store)
            raise
        return store

    async def left(self) -> Baggage | None:
        """Return what is in the spool, None for nothing. No store of it may be open.

        `StoreFailed` where that cannot be read now. A damaged spool is set aside and made anew.
        """
        if not (self._folder / spool.SPOOL).exists():
            return None
        try:
            return await self._carried()
        except sqlite3.DatabaseError as error:
            if spool.is_trouble(error):
                raise _lost(error) from error
            spool.set_aside(self._folder, error)
        await self.prepare()
        return None

    async def _carried(self) -> Baggage | None:
        store = await self._connect()
        try:
            baggage = await store.database.call(
                lambda raw: SealedUnit(raw, store.ring).carry(whole=True)
            )
        finally:
            await _shut(store)
        return None if baggage.empty else baggage

    async def clear(self) -> None:
        """Empty the spool for good; its space is kept. `StoreFailed` where that is not done."""
        if not (self._folder / spool.SPOOL).exists():
            return
        self._stale = True
        try:
            await self._emptied()
            await asyncio.to_thread(self._tidy)
        except (OSError, sqlite3.Error, StorageError) as error:
            raise _lost(error) from error
        self._stale = False

    async def _emptied(self) -> None:
        store = await self._connect()
        try:
            await store.database.run(lambda raw: spool.empty(raw, store.ring))
        finally:
            await _shut(store)

    def _tidy(self) -> None:
        path = self._folder / spool.SPOOL
        spool.overwrite_journal(path)
        if path.stat().st_size > spool.MOST - spool.JOURNAL_ROOM:
            spool.build(self._folder, self._secrets, self._now)

    async def _connect(self) -> SealedStore:
        database = await Database.open(self._folder / spool.SPOOL, probe=self._probe)

        def set_up(raw: sqlite3.Connection) -> KeyRing:
            set_up_reserve(raw)
            return KeyRing(raw, self._secrets, self._now)

        try:
            return SealedStore(database, await database.call(set_up))
        except BaseException:
            await _shut(database)
            raise


def reserve_of(store: SealedStore, *, now: _Now, probe: Probe = no_probe) -> SealedReserve:
    """Return the reserve in the folder of a database that is open; `prepare` it next."""
    assert store.folder is not None
    folder = store.folder.database.parent
    return SealedReserve(folder, store.ring.secrets, now=now, probe=probe)


def _prove(raw: sqlite3.Connection) -> None:
    raw.execute(SET_MARK_OF_STORE, ("proof", os.urandom(_PROOF)))


def _lost(error: Exception) -> TransactionLost:
    return TransactionLost(getattr(error, "sqlite_errorname", None))


async def _shut(opened: SealedStore | Database) -> None:
    """Close, whatever is wrong with it: its thread ends in any case."""
    try:
        await opened.close()
    except (sqlite3.Error, StorageError):
        _LOG.warning("the spool could not be closed in order")
