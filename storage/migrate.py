"""Migrations: numbered SQL files with three parts, run statement by statement.

`-- up` changes the schema and ends by setting `user_version` to the file's number; `-- sample`
is data in the new schema, and `-- must_be_empty` are queries that may return nothing: the
tests put the samples of all earlier files in, run `up`, and ask.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files

_NAME = re.compile(r"(\d{4})_\w+\.sql")
_PART = re.compile(r"^-- (up|sample|must_be_empty)$", re.MULTILINE)
VERSION = "PRAGMA user_version"


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One file, cut into single statements."""

    number: int
    name: str
    up: tuple[str, ...]
    sample: tuple[str, ...]
    must_be_empty: tuple[str, ...]


def read_migration(name: str, text: str) -> Migration:
    """Read one file; ValueError when its name or its parts are not what they must be."""
    match = _NAME.fullmatch(name)
    pieces = _PART.split(text)
    if match is None or pieces[1::2] != ["up", "sample", "must_be_empty"]:
        raise ValueError(f"{name} is not a migration with `up`, `sample` and `must_be_empty`")
    up, sample, must_be_empty = (tuple(statements(piece)) for piece in pieces[2::2])
    return Migration(
        number=int(match[1]), name=name, up=up, sample=sample, must_be_empty=must_be_empty
    )


def statements(text: str) -> Iterator[str]:
    """Cut SQL into complete statements; ValueError when the last one is not finished."""
    pending = ""
    for line in text.splitlines(keepends=True):
        if not pending and (not line.strip() or line.startswith("--")):
            continue
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending.strip()
            pending = ""
    if pending.strip():
        raise ValueError("a migration ends in the middle of a statement")


def migrations() -> tuple[Migration, ...]:
    """Return all migrations of this program, first to last, numbered from 1 without a gap."""
    folder = files("storage") / "migrations"
    found = sorted(
        (
            read_migration(entry.name, entry.read_text(encoding="utf-8"))
            for entry in folder.iterdir()
            if entry.name.endswith(".sql")
        ),
        key=lambda migration: migration.number,
    )
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise ValueError("the migrations are not numbered from 1 without a gap")
    return tuple(found)


def version_of(connection: sqlite3.Connection) -> int:
    """Return the number of the last migration this database has seen."""
    number: int = connection.execute(VERSION).fetchone()[0]
    return number


def migrate(connection: sqlite3.Connection, wanted: Sequence[Migration]) -> None:
    """Bring the database up to date, inside the transaction that the caller has begun."""
    for migration in wanted[version_of(connection) :]:
        for statement in migration.up:
            connection.execute(statement)
        if version_of(connection) != migration.number:
            raise ValueError(f"{migration.name} does not set its user_version")
