"""Before the database is opened: may this folder be used, by this process, with this key?

Everything here looks first and changes nothing while a refusal is still possible, as far as a
database that was cleanly closed can tell; what is only in the write-ahead log is looked at
again by the store once the database is open.
"""

import fcntl
import hmac
import json
import os
import secrets
import shutil
import sqlite3
import stat
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from storage.errors import (
    AlreadyRunning,
    CopiedDatabase,
    DamagedDatabase,
    NetworkFileSystem,
    NewerDatabase,
    WrongKey,
)
from storage.keys import RootSecrets, digest
from storage.migrate import migrations, version_of

DATABASE = "caseward.db"
MARKER = "instance"
_MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = frozenset(
    {"9p", "afs", "beegfs", "ceph", "cifs", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4"}
    | {"ocfs2", "smb2", "smb3", "smbfs", "fuse.ceph", "fuse.glusterfs", "fuse.rclone"}
    | {"fuse.s3fs", "fuse.sshfs"}
)

FIND_META = "SELECT value FROM meta WHERE name = ?"
ADD_META = "INSERT INTO meta (name, value) VALUES (?, ?)"


@dataclass(slots=True, kw_only=True)
class Folder:
    """A data folder that this process alone uses, until `release`."""

    database: Path
    instance: str
    lock: int = field(repr=False)

    def release(self) -> None:
        """Let another process use the folder."""
        os.close(self.lock)


def claim_folder(data_dir: Path, secrets_: RootSecrets, *, adopt: bool) -> Folder:
    """Take the data folder for this process, creating it where needed.

    Raises `NetworkFileSystem`, `AlreadyRunning`, `WrongKey`, `NewerDatabase`,
    `CopiedDatabase` (unless `adopt`), `DamagedDatabase`.
    """
    folder = data_dir.resolve()
    if on_network(folder, _mounts()):
        raise NetworkFileSystem(data_dir)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = _lock(folder)
    try:
        return _claim(folder, secrets_, lock, adopt=adopt)
    except BaseException:
        os.close(lock)
        raise


def _claim(folder: Path, secrets_: RootSecrets, lock: int, *, adopt: bool) -> Folder:
    database = folder / DATABASE
    marked = _read_marker(folder)
    inode = folder.stat().st_ino
    instance = marked[0] if marked else secrets.token_hex(16)
    if database.exists() and database.stat().st_size:
        stored = _peek(database, secrets_)
        if stored is not None and (stored, inode) != marked:
            if not adopt:
                raise CopiedDatabase(folder)
            instance = stored
    _own(folder, 0o700)
    if (instance, inode) != marked:
        _write_marker(folder, instance, inode)
    os.close(os.open(database, os.O_RDWR | os.O_CREAT, 0o600))
    for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"):
        _own(folder / name, 0o600)
    return Folder(database=database, instance=instance, lock=lock)


def _lock(folder: Path) -> int:
    """Lock the folder itself: nothing has to be made for it, and it ends with the process."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise AlreadyRunning(folder) from error
    return handle


def is_locked(folder: Path) -> bool:
    """Tell whether another process is using a data folder."""
    try:
        os.close(_lock(folder))
    except AlreadyRunning:
        return True
    return False


def marked_as(folder: Path) -> str | None:
    """Return which instance a folder was made for; None where it was copied or moved since."""
    marked = _read_marker(folder)
    return marked[0] if marked and marked[1] == folder.stat().st_ino else None


def _own(path: Path, mode: int) -> None:
    """Shut out others from what is ours."""
    if not path.exists():
        return
    status = path.stat()
    if status.st_uid == os.geteuid() and stat.S_IMODE(status.st_mode) & 0o077:
        path.chmod(mode)


# ---- what the database says of itself --------------------------------------------------------


def _peek(database: Path, secrets_: RootSecrets) -> str | None:
    """Read the database without touching anything; None when it does not say who it is yet.

    Killed while its log was being written into it, a file is whole only together with the log.
    """
    try:
        return _examined(f"{database.as_uri()}?mode=ro&immutable=1", secrets_)
    except (sqlite3.DatabaseError, DamagedDatabase) as error:
        logs = [log for log in map(Path, (f"{database}-wal", f"{database}-journal")) if _full(log)]
        if not logs:
            raise DamagedDatabase(database) from error
    with tempfile.TemporaryDirectory(prefix="caseward-") as folder:
        for file in (database, *logs):
            shutil.copyfile(file, Path(folder) / file.name)
        try:
            return _examined((Path(folder) / database.name).as_uri(), secrets_)
        except (sqlite3.DatabaseError, DamagedDatabase) as error:
            raise DamagedDatabase(database) from error


def _full(file: Path) -> bool:
    return file.exists() and file.stat().st_size > 0


def _examined(uri: str, secrets_: RootSecrets) -> str | None:
    connection = sqlite3.connect(uri, uri=True)
    try:
        return examine(connection, secrets_)
    finally:
        connection.close()


def examine(connection: sqlite3.Connection, secrets_: RootSecrets) -> str | None:
    """Return which instance a database is; None when it is still empty.

    Raises `NewerDatabase`, `WrongKey` or `DamagedDatabase`.
    """
    version = version_of(connection)
    if version > len(migrations()):
        raise NewerDatabase
    if version == 0:
        return None
    instance = _meta(connection, "instance").decode("ascii", "replace")
    if not hmac.compare_digest(_meta(connection, "check"), digest(secrets_.check, instance)):
        raise WrongKey
    return instance


def _meta(connection: sqlite3.Connection, name: str) -> bytes:
    row = connection.execute(FIND_META, (name,)).fetchone()
    if row is None:
        raise DamagedDatabase
    return bytes(row[0])


def introduce(connection: sqlite3.Connection, secrets_: RootSecrets, instance: str) -> None:
    """Write into a new database which instance it is, and a value to tell its key by."""
    connection.execute(ADD_META, ("instance", instance.encode()))
    connection.execute(ADD_META, ("check", digest(secrets_.check, instance)))


# ---- the marker beside the database ----------------------------------------------------------


def _read_marker(folder: Path) -> tuple[str, int] | None:
    """Return instance and folder number that were written down; None when nothing usable is."""
    try:
        content = json.loads((folder / MARKER).read_text(encoding="ascii"))
        return str(content["instance"]), int(content["folder"])
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _write_marker(folder: Path, instance: str, inode: int) -> None:
    """Write down which database this folder is for. A copied folder has another number."""
    draft = folder / f"{MARKER}.new"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump({"instance": instance, "folder": inode}, file)
        file.flush()
        os.fsync(handle)
    draft.replace(folder / MARKER)


# ---- file systems ----------------------------------------------------------------------------


def _mounts() -> str:
    try:
        return _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""


def on_network(folder: Path, mountinfo: str) -> bool:
    """Tell whether a resolved path lies on a network file system, going by the mount table."""
    best, kind = -1, ""
    for line in mountinfo.splitlines():
        left, _, right = line.partition(" - ")
        fields, rest = left.split(), right.split()
        if len(fields) < 5 or not rest:  # noqa: PLR2004 - the fifth field is the mount point
            continue
        point = Path(fields[4].encode().decode("unicode_escape"))
        if folder.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), rest[0]
    return kind in _NETWORK
