"""Every migration, on the samples of those before it; whole or not at all."""

import sqlite3
from collections.abc import Iterator

import pytest

from storage.migrate import Migration, migrate, migrations, read_migration, statements, version_of

TEXT = """-- up
CREATE TABLE one (a INTEGER) STRICT;
PRAGMA user_version = 1;
-- sample
INSERT INTO one VALUES (1);
-- must_be_empty
SELECT * FROM one WHERE a IS NULL;
"""


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    made = sqlite3.connect(":memory:", isolation_level=None)
    made.execute("PRAGMA foreign_keys = ON")
    yield made
    made.close()


def run(connection: sqlite3.Connection, lines: tuple[str, ...]) -> list[object]:
    return [row for line in lines for row in connection.execute(line).fetchall()]


@pytest.mark.parametrize("migration", migrations(), ids=lambda migration: migration.name)
def test_a_migration_keeps_what_was_there(
    connection: sqlite3.Connection, migration: Migration
) -> None:
    for earlier in migrations()[: migration.number - 1]:
        migrate(connection, migrations()[: earlier.number])
        run(connection, earlier.sample)
    connection.execute("BEGIN IMMEDIATE")
    migrate(connection, migrations()[: migration.number])
    connection.execute("COMMIT")
    assert version_of(connection) == migration.number
    assert run(connection, migration.must_be_empty) == []
    run(connection, migration.sample)
    assert run(connection, migration.must_be_empty) == []
    assert run(connection, ("PRAGMA foreign_key_check",)) == []
    assert run(connection, ("PRAGMA integrity_check",)) == [("ok",)]


@pytest.mark.parametrize("migration", migrations(), ids=lambda migration: migration.name)
def test_a_sample_fills_every_table(connection: sqlite3.Connection, migration: Migration) -> None:
    migrate(connection, migrations()[: migration.number])
    for each in migrations()[: migration.number]:
        run(connection, each.sample)
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    assert [
        name for (name,) in tables if not connection.execute(f"SELECT 1 FROM {name}").fetchone()
    ] == []


@pytest.mark.parametrize("migration", migrations(), ids=lambda migration: migration.name)
def test_the_checks_of_a_migration_can_fail(
    connection: sqlite3.Connection, migration: Migration
) -> None:
    migrate(connection, migrations()[: migration.number])
    for each in migrations()[: migration.number]:
        run(connection, each.sample)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("DELETE FROM codes")
    assert run(connection, migration.must_be_empty) != []


def test_all_tables_are_strict(connection: sqlite3.Connection) -> None:
    migrate(connection, migrations())
    rows = connection.execute("PRAGMA table_list").fetchall()
    strict = {name: bool(is_strict) for _, name, _, _, _, is_strict in rows}
    assert {name for name, is_strict in strict.items() if not is_strict} <= {
        "sqlite_schema",
        "sqlite_temp_schema",
        "sqlite_sequence",
    }


def test_a_database_that_is_up_to_date_is_left_alone(connection: sqlite3.Connection) -> None:
    migrate(connection, migrations())
    migrate(connection, migrations())
    assert version_of(connection) == len(migrations())


def test_a_migration_that_fails_leaves_nothing(connection: sqlite3.Connection) -> None:
    broken = read_migration("0001_x.sql", TEXT.replace("PRAGMA", "CREATE TABLE one (b);\nPRAGMA"))
    connection.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, [broken])
    connection.execute("ROLLBACK")
    assert run(connection, ("SELECT name FROM sqlite_schema",)) == []
    assert version_of(connection) == 0


def test_a_migration_says_its_own_number(connection: sqlite3.Connection) -> None:
    silent = read_migration("0001_x.sql", TEXT.replace("PRAGMA user_version = 1;", ""))
    with pytest.raises(ValueError, match="0001_x"):
        migrate(connection, [silent])


def test_a_file_has_its_three_parts() -> None:
    made = read_migration("0001_x.sql", TEXT)
    assert (made.number, len(made.up), len(made.sample), len(made.must_be_empty)) == (1, 2, 1, 1)
    for name, text in (("x.sql", TEXT), ("0001_x.sql", TEXT.replace("-- sample", ""))):
        with pytest.raises(ValueError, match="is not a migration"):
            read_migration(name, text)


def test_statements_are_cut_where_they_end() -> None:
    trigger = "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  DELETE FROM b;\nEND;"
    assert list(statements(f"-- a note; not more\n\n{trigger}\nSELECT 1;\n")) == [
        trigger,
        "SELECT 1;",
    ]
    with pytest.raises(ValueError, match="middle"):
        list(statements("SELECT 1"))


def test_a_gap_in_the_numbers_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def renumbered(name: str, text: str) -> Migration:
        return read_migration(name.replace("0001", "0002"), text)

    monkeypatch.setattr("storage.migrate.read_migration", renumbered)
    with pytest.raises(ValueError, match="gap"):
        migrations()
