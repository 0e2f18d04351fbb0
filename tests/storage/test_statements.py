"""SQL: literal, named, and never a walk through a whole table."""

import ast
import importlib
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

import storage
from storage.migrate import migrate, migrations

FILES = sorted(Path(storage.__path__[0]).glob("*.py"))
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "REPLACE")


def named() -> Iterator[tuple[str, str]]:
    """Yield name and text of every constant of storage that is a statement on tables."""
    for path in FILES:
        name = "storage" if path.stem == "__init__" else f"storage.{path.stem}"
        for constant, value in vars(importlib.import_module(name)).items():
            every = value if isinstance(value, tuple) else (value,)
            for number, one in enumerate(every if constant.isupper() else ()):
                if isinstance(one, str) and one.strip().startswith(VERBS):
                    yield f"{path.stem}.{constant}.{number}", one


STATEMENTS = dict(named())


@pytest.fixture(scope="module")
def connection() -> Iterator[sqlite3.Connection]:
    """Give a database with the schema and a few rows, so that the planner has something."""
    made = sqlite3.connect(":memory:", isolation_level=None)
    migrate(made, migrations())
    yield made
    made.close()


def plan(connection: sqlite3.Connection, statement: str) -> list[str]:
    values = [None] * statement.count("?")
    rows = connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
    return [detail for *_, detail in rows]


def test_there_are_statements() -> None:
    assert len(STATEMENTS) > 50


@pytest.mark.parametrize("name", sorted(STATEMENTS))
def test_no_statement_scans_a_table(connection: sqlite3.Connection, name: str) -> None:
    details = plan(connection, STATEMENTS[name])
    assert [detail for detail in details if detail.startswith("SCAN")] == []


@pytest.mark.parametrize("name", sorted(STATEMENTS))
def test_values_are_bound_never_built_in(name: str) -> None:
    assert not re.search(r"[{}]|%[sd(]", STATEMENTS[name])


def test_the_check_would_see_a_scan(connection: sqlite3.Connection) -> None:
    assert plan(connection, "SELECT sealed FROM audit WHERE at = ?") == ["SCAN audit"]


def executed() -> Iterator[tuple[str, ast.expr]]:
    """Yield every first argument of `execute` and its kin."""
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr.startswith("execute")
                and node.args
            ):
                yield f"{path.name}:{node.lineno}", node.args[0]


def test_only_named_statements_are_run() -> None:
    given = {"migrate.py": {"statement"}, "sessions.py": {"statement"}, "pages.py": {"statement"}}
    given |= {"database.py": {"pragma"}, "spool.py": {"statement"}}
    found = list(executed())
    assert len(found) > 50
    for where, argument in found:
        assert isinstance(argument, ast.Name), where
        local = given.get(where.partition(":")[0], set())
        assert argument.id.isupper() or argument.id in local, where
