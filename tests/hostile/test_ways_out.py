"""Every way out of the program is known, and kept clean by a test that exists."""

import ast
import re
import sqlite3
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache

import pytest

from bot.core.words.ports import AuditEntry
from bot.logs import SAFE_KEYS
from storage.migrate import migrate, migrations
from tests.hostile.ways import ROOT, LogCall, Way, everywhere, log_calls, ways
from tests.hostile.ways_table import COLUMNS_BY_KIND, LOGGED, ROWS, Row

_EVENT = re.compile(r"[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*")


@cache
def found() -> frozenset[Way]:
    return frozenset(way for source, name in everywhere() for way in ways(source, name))


@cache
def logged() -> tuple[LogCall, ...]:
    return tuple(call for source, name in everywhere() for call in log_calls(source, name))


def matches(row: Row, way: Way) -> bool:
    return row.kind == way.kind and all(
        fnmatchcase(given, pattern)
        for given, pattern in ((way.where, row.where), (way.what, row.what))
    )


def test_every_way_out_is_in_the_table() -> None:
    assert len(found()) > 100
    assert [way for way in sorted(found()) if not any(matches(row, way) for row in ROWS)] == []


def test_nothing_is_in_the_table_that_is_not_there() -> None:
    assert [row for row in ROWS if not any(matches(row, way) for way in found())] == []


@pytest.mark.parametrize("check", sorted({row.check for row in ROWS}))
def test_what_keeps_a_way_clean_exists(check: str) -> None:
    file, _, name = check.partition("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    named = (ast.FunctionDef, ast.AsyncFunctionDef)
    assert name in {node.name for node in tree.body if isinstance(node, named)}


@pytest.mark.parametrize(
    ("source", "way"),
    [
        ("async def f(): await self.transport.send(x)", ("send", "x.py:f", "self.transport.send")),
        ("g = partial(transport.send, x)", ("send", "x.py", "transport.send")),
        ("class A:\n def f(s): s._carrier.carry(x)", ("mail", "x.py:A.f", "s._carrier.carry")),
        ("Cleared(place=p)", ("cleared", "x.py", "Cleared")),
        ("ports.AuditEntry(at=now)", ("audit", "x.py", "ports.AuditEntry")),
        ("import urllib.request", ("import", "x.py", "urllib.request")),
        ("from http import client", ("import", "x.py", "http")),
        ("say = print", ("print", "x.py", "print")),
        ("open('f', 'w')", ("file", "x.py", "open")),
        ("Path('f').write_text(x)", ("file", "x.py", "Path('f').write_text")),
        ("sys.stderr.write(x)", ("stream", "x.py", "sys.stderr")),
        ("try: f()\nexcept E as e: g(f'no {e}')", ("error", "x.py", "{e}")),
        ("try: f()\nexcept E as e: g(str(e))", ("error", "x.py", "str(e)")),
        ("try: f()\nexcept E as e: g(e.args)", ("error", "x.py", "e.args")),
        ("await self.wire.call('PUT', p, body=b)", ("request", "x.py", "self.wire.call")),
    ],
)
def test_a_new_way_out_is_seen(source: str, way: tuple[str, str, str]) -> None:
    assert Way(*way) in set(ways(source, "x.py"))


def test_what_only_looks_like_one_is_none() -> None:
    calm = "async def f():\n await self._safe.write(x)\n await Crypt.open(x)\n y = proof.open"
    assert set(ways(calm, "x.py")) == set()


# ---- logs ----------------------------------------------------------------------------------------


def test_what_is_logged_is_known() -> None:
    assert len(logged()) > 60
    unknown = [
        (call.where, key, value)
        for call in logged()
        for key, value in call.values
        if value not in LOGGED.get(key, set())
    ]
    assert unknown == []
    assert LOGGED.keys() - SAFE_KEYS == {"exc_info", "%"}


def test_events_are_words_of_the_program() -> None:
    for call in logged():
        plain = isinstance(call.event, ast.Constant) and isinstance(call.event.value, str)
        if call.where.startswith("storage/"):
            assert plain, call.where
        elif call.where != "bot/logs.py:_Cut.emit":
            assert plain, call.where
            assert isinstance(call.event, ast.Constant)
            assert _EVENT.fullmatch(str(call.event.value)), call.where
            assert "%" not in dict(call.values), call.where


def test_a_new_key_or_a_sentence_in_a_log_is_seen() -> None:
    [call] = log_calls("log.info(f'{x} came', nick=nick, **more)", "x.py")
    assert not isinstance(call.event, ast.Constant)
    assert call.values == (("nick", "nick"), ("**", "more"))


# ---- the audit and the database ------------------------------------------------------------------


def test_the_audit_has_these_columns() -> None:
    fields = {"at", "who", "place", "verb", "outcome", "case", "about"}
    assert set(AuditEntry.__dataclass_fields__) == fields


def columns() -> Iterator[str]:
    """Yield each column that the migrations make."""
    made = sqlite3.connect(":memory:", isolation_level=None)
    migrate(made, migrations())
    tables = made.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (table,) in tables:
        if not table.startswith("sqlite_"):
            for column in made.execute(f"PRAGMA table_info({table})").fetchall():
                yield f"{table}.{column[1]}"
    made.close()


def test_each_column_is_known() -> None:
    known = [column for kind in COLUMNS_BY_KIND.values() for column in kind.split()]
    assert len(known) == len(set(known))
    assert sorted(known) == sorted(columns())
