"""Why the database was not opened, or an act on it was refused: one tree of exceptions.

The docstring of each is its message; what is added names files and folders, never content.
"""

from inspect import cleandoc
from pathlib import Path

from bot.core.words.ports import StoreFailed


class StorageError(Exception):
    """The database could not do what it was asked to."""

    def __init__(self, where: Path | str | None = None) -> None:
        """Build the message from the docstring; `where` is a path or a word of the program."""
        message = " ".join(cleandoc(type(self).__doc__ or "").split())
        super().__init__(message if where is None else f"{message} ({where})")


class StorageRefused(StorageError):
    """The database was not opened, and nothing was changed."""


class KeyRefused(StorageRefused):
    """The root key was not taken."""


class MissingKey(KeyRefused):
    """There is no root key file here; make one with `caseward key new FILE`, or bring back the
    one this database was made with.
    """


class LooseKey(KeyRefused):
    """Others than the owner can read or replace the root key file; run `chmod 600` on it and
    `chmod 700` on its folder, and see that both belong to the user that runs the bot.
    """


class BadKey(KeyRefused):
    """The root key file does not hold a key of 32 bytes; bring back the right file, or make a
    new one for a new database with `caseward key new FILE`.
    """


class KeyInDataFolder(KeyRefused):
    """The root key lies in the data folder, where a copy of the data would take it along; move
    it elsewhere and change `root_key_file`.
    """


class KeyExists(KeyRefused):
    """There is a file here already, and a key is never overwritten; choose another name."""


class WrongKey(StorageRefused):
    """This root key is not the one the database was made with; bring back the right file."""


class NewerDatabase(StorageRefused):
    """The database was written by a newer version of this program; install that version."""


class NetworkFileSystem(StorageRefused):
    """The data folder is on a network file system, where locks and commits cannot be trusted;
    put it on a local disk.
    """


class AlreadyRunning(StorageRefused):
    """Another process is using this data folder; stop it first."""


class CopiedDatabase(StorageRefused):
    """This data folder is a copy or was moved; if the original no longer runs, start once with
    `--adopt`.
    """


class NoDatabase(StorageRefused):
    """There is no database yet; start the bot once."""


class DamagedDatabase(StorageRefused):
    """The database file cannot be read as one; bring back a backup."""


class UnfitFileSystem(StorageRefused):
    """The file system of the data folder cannot keep a write-ahead log; use a local disk."""


class NoRoom(StorageRefused):
    """The data folder cannot be written: its disk is full, read-only or failing; make room on
    it, or take in emergencies alone until there is some, with `run --emergency-only`.
    """


class StorageClosed(StorageError, StoreFailed):
    """The database is closed."""


class TransactionLost(StorageError, StoreFailed):
    """The database could not commit; nothing of this act was kept."""


class SealBroken(StorageError):
    """A sealed value was changed, moved, or sealed with another key; it is not used."""


class KeyDestroyed(StorageError):
    """The key of a sealed value was destroyed; it cannot be read any more."""
