"""The spool's file: made once, at its full size, so that it can be written when nothing grows.

A SQLite database of small pages, most of them free, beside a rollback journal that keeps its
size. Copy-on-write file systems need new space for every write: there it is no more than a
second place to try.
"""

import contextlib
import logging
import os
import secrets
import sqlite3
import stat
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from storage.audit import AuditBook
from storage.carriage import RESERVE, SET_MARK_OF_STORE
from storage.database import BEGIN, COMMIT, set_up_reserve
from storage.errors import DamagedDatabase, StorageRefused
from storage.keyring import KeyRing
from storage.keys import RootSecrets
from storage.migrate import migrate, migrations
from storage.preflight import examine, introduce

_LOG = logging.getLogger("caseward.storage")

SPOOL = "spool.db"
ASIDE = "spool-aside.db"
#: What emergencies may take up, in bytes; and the journal, which holds what a commit replaces.
ROOM = 256 * 1024
JOURNAL_ROOM = 192 * 1024
#: A file that has grown beyond this is made anew once it is empty.
MOST = 512 * 1024
#: Rows of the outbox are numbered from here on: no number means two rows in two stores.
FIRST_ID = 1 << 40

SMALL_PAGES = "PRAGMA page_size = 1024"
QUICK_CHECK = "PRAGMA quick_check(1)"
FREE_PAGES = "PRAGMA freelist_count"
PAGE_SIZE = "PRAGMA page_size"
SEED_IDS = "INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', ?)"
FILL = "INSERT INTO meta (name, value) VALUES ('filler', zeroblob(?))"
UNFILL = "DELETE FROM meta WHERE name = 'filler'"
FIND_CONTENT = """
SELECT 1 FROM codes WHERE code > '' UNION ALL SELECT 1 FROM outbox WHERE id > 0
UNION ALL SELECT 1 FROM keys WHERE id > 0 UNION ALL SELECT 1 FROM notes WHERE digest > x''
UNION ALL SELECT 1 FROM inbound WHERE digest > x'' LIMIT 1
"""
EMPTY = (
    "DELETE FROM facts WHERE case_id > 0",
    "DELETE FROM marks WHERE kind > ''",
    "DELETE FROM cases WHERE id > 0",
    "DELETE FROM pages WHERE code > ''",
    "DELETE FROM codes WHERE code > ''",
    "DELETE FROM sessions WHERE id > 0",
    "DELETE FROM timers WHERE due > -9223372036854775808",
    "DELETE FROM inbound WHERE digest > x''",
    "DELETE FROM outbox WHERE id > 0",
    "DELETE FROM audit WHERE id > 0",
    "DELETE FROM suspensions WHERE digest > x''",
    "DELETE FROM watches WHERE id > 0",
    "DELETE FROM offers WHERE digest > x''",
    "DELETE FROM notes WHERE digest > x''",
    "DELETE FROM keys WHERE parent > 0",
    "DELETE FROM keys WHERE id > 0",
    "DELETE FROM meta WHERE name = 'brought'",
)


def found(connection: sqlite3.Connection, ring: KeyRing, secrets_: RootSecrets, first: int) -> None:
    """Make an empty database into a reserve, whose outbox rows are numbered after `first`."""
    connection.execute(BEGIN)
    migrate(connection, migrations())
    introduce(connection, secrets_, secrets.token_hex(16))
    connection.execute(SEED_IDS, (first,))
    _begin(connection, ring)
    connection.execute(COMMIT)


def empty(connection: sqlite3.Connection, ring: KeyRing) -> None:
    """Delete all that a reserve holds, in the transaction of the caller, and name it anew."""
    for statement in EMPTY:
        connection.execute(statement)
    ring.forget()
    _begin(connection, ring)


def _begin(connection: sqlite3.Connection, ring: KeyRing) -> None:
    name = secrets.token_hex(16).encode()
    connection.execute(SET_MARK_OF_STORE, (RESERVE, name))
    AuditBook(connection, ring).start()


def keep_ready(folder: Path, secrets_: RootSecrets, now: Callable[[], datetime]) -> None:
    """See to it that there is a spool in the data folder, of full size, sound and ours.

    What is not ours or damaged is set aside. Raises OSError or `sqlite3.OperationalError` where
    that cannot be done now.
    """
    path = folder / SPOOL
    if path.exists():
        _own(path)
        try:
            fit = _look(path, secrets_)
        except (sqlite3.DatabaseError, StorageRefused) as error:
            if is_trouble(error):
                raise
            set_aside(folder, error)
            fit = False
        if fit:
            _fill_journal(path)
            return
    build(folder, secrets_, now)


def is_trouble(error: Exception) -> bool:
    """Tell whether an error is one of the disk or of a lock, and says nothing of the file.

    A file of something else, without our tables, is `SQLITE_ERROR`.
    """
    if not isinstance(error, sqlite3.OperationalError):
        return False
    return error.sqlite_errorcode != sqlite3.SQLITE_ERROR


def set_aside(folder: Path, error: Exception) -> None:
    """Give a spool that cannot be used another name, so that somebody may look at it."""
    _LOG.error("the spool is set aside as %s: %s", ASIDE, type(error).__name__)
    for ending in ("", "-journal"):
        with contextlib.suppress(FileNotFoundError):
            (folder / f"{SPOOL}{ending}").replace(folder / f"{ASIDE}{ending}")


def build(folder: Path, secrets_: RootSecrets, now: Callable[[], datetime]) -> None:
    """Make an empty spool, in the place of any that is there, in one step."""
    path = folder / SPOOL
    draft = path.with_suffix(".new")
    try:
        _write(draft, _image(secrets_, now))
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    journal_of(path).unlink(missing_ok=True)
    _fill_journal(path)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def journal_of(path: Path) -> Path:
    """Return where SQLite keeps the journal of a database."""
    return path.with_name(f"{path.name}-journal")


def overwrite_journal(path: Path) -> None:
    """Write zeros over the journal of a database that nobody has open: it holds old pages."""
    journal = journal_of(path)
    if journal.exists():
        _write(journal, bytes(max(journal.stat().st_size, JOURNAL_ROOM)))
        os.truncate(journal, JOURNAL_ROOM)


def _look(path: Path, secrets_: RootSecrets) -> bool:
    """Tell whether the spool can be used as it is; an empty one that is short cannot."""
    connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, isolation_level=None)
    try:
        # Before anything is read: what was cut off by a crash is undone by this connection.
        set_up_reserve(connection)
        if connection.execute(QUICK_CHECK).fetchone()[0] != "ok":
            raise DamagedDatabase(path)
        if examine(connection, secrets_) is None:
            raise DamagedDatabase(path)
        connection.execute(BEGIN)
        migrate(connection, migrations())
        connection.execute(COMMIT)
        if connection.execute(FIND_CONTENT).fetchone() is not None:
            return True
        free = connection.execute(FREE_PAGES).fetchone()[0]
        size = connection.execute(PAGE_SIZE).fetchone()[0]
        return bool(free * size >= ROOM * 9 // 10)
    finally:
        connection.close()


def _image(secrets_: RootSecrets, now: Callable[[], datetime]) -> bytes:
    """Return the bytes of an empty spool."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.execute(SMALL_PAGES)
        set_up_reserve(connection)
        found(connection, KeyRing(connection, secrets_, now), secrets_, FIRST_ID)
        connection.execute(FILL, (ROOM,))
        connection.execute(UNFILL)
        return connection.serialize()
    finally:
        connection.close()


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(handle)


def _fill_journal(path: Path) -> None:
    """Let the journal have its full size. Zeros are nothing to be undone."""
    journal = journal_of(path)
    there = journal.stat().st_size if journal.exists() else 0
    if there >= JOURNAL_ROOM:
        return
    handle = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(bytes(JOURNAL_ROOM - there))
        file.flush()
        os.fsync(handle)


def _own(path: Path) -> None:
    for file in (path, journal_of(path)):
        if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
            file.chmod(0o600)
