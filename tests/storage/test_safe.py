"""The safe: what a transport keeps comes back after a restart, and nothing of it shows on disk."""

import sqlite3
from pathlib import Path

import pytest

from bot.core.words.ports import Safe, StoreFailed
from storage.safe import StoreSafe
from storage.store import SealedStore
from tests.storage.conftest import Opener

USER, ROOM, TOKEN = "@example-a:example.org", "!room7:example.org", "syt_Quokka7Zanzibar"


@pytest.fixture
def safe(store: SealedStore) -> Safe:
    return StoreSafe(store, "example")


async def test_what_is_kept_outlives_a_restart(store: SealedStore, reopen: Opener) -> None:
    await StoreSafe(store, "example").write(
        {("login", "token"): TOKEN.encode(), ("login", ""): b"", ("room", ROOM): bytes(70_000)}
    )
    await store.close()
    again = StoreSafe(await reopen(), "example")
    assert await again.load("login") == {"token": TOKEN.encode(), "": b""}
    assert await again.load("room") == {ROOM: bytes(70_000)}
    assert await again.load("nothing") == {}


async def test_a_value_is_replaced_and_forgotten(safe: Safe) -> None:
    await safe.write({("login", "token"): b"one", ("login", "user"): b"u"})
    await safe.write({("login", "token"): b"two"})
    assert await safe.load("login") == {"token": b"two", "user": b"u"}
    await safe.write({("login", "token"): None, ("login", "absent"): None})
    assert await safe.load("login") == {"user": b"u"}
    await safe.write({})
    assert await safe.load("login") == {"user": b"u"}


async def test_what_is_forgotten_leaves_the_table(store: SealedStore, safe: Safe) -> None:
    await safe.write({("login", "token"): b"one", ("sync", "token"): b"two"})
    await safe.write({("login", "token"): None, ("sync", "token"): None})
    assert await store.database.run(count) == 0


def count(raw: sqlite3.Connection) -> int:
    (rows,) = raw.execute("SELECT count(*) FROM safe").fetchone()
    return int(rows)


async def test_transports_do_not_see_each_other(store: SealedStore) -> None:
    one, other = StoreSafe(store, "one"), StoreSafe(store, "other")
    await one.write({("login", "token"): b"1"})
    await other.write({("login", "token"): b"2"})
    await other.write({("login", "token"): None})
    assert await one.load("login") == {"token": b"1"}
    assert await other.load("login") == {}


async def test_nothing_can_be_read_in_the_files(
    store: SealedStore, safe: Safe, folder: Path
) -> None:
    await safe.write({("room", ROOM): USER.encode(), ("login", "token"): TOKEN.encode()})
    await safe.write({("room", ROOM): None})
    running = [path.read_bytes() for path in (folder / "data").glob("caseward.db*")]
    await store.close()
    closed = [path.read_bytes() for path in (folder / "data").glob("caseward.db*")]
    assert sum(map(len, running)) > 20_000
    for words in (USER, ROOM, TOKEN, "Quokka7", "example.org", "olm-account", "token"):
        assert not any(words.encode() in content for content in (*running, *closed))


async def test_a_value_in_another_place_is_no_value(store: SealedStore, safe: Safe) -> None:
    await safe.write({("a", "x"): b"1", ("a", "y"): b"2", ("b", "x"): b"3"})

    def swap(raw: sqlite3.Connection) -> None:
        rows = raw.execute("SELECT digest, kind, sealed FROM safe ORDER BY rowid").fetchall()
        # The value of a's x stands at a's y, and b's x is said to be of the kind a.
        raw.execute("UPDATE safe SET sealed = ? WHERE digest = ?", (rows[0][2], rows[1][0]))
        raw.execute("UPDATE safe SET kind = ? WHERE digest = ?", (rows[0][1], rows[2][0]))

    await store.database.run(swap)
    assert await safe.load("a") == {"x": b"1"}
    assert await safe.load("b") == {}


async def test_all_of_a_write_is_kept_or_nothing(store: SealedStore, safe: Safe) -> None:
    await safe.write({("login", "token"): b"one"})

    def bound(raw: sqlite3.Connection) -> None:
        (pages,) = raw.execute("PRAGMA page_count").fetchone()
        raw.execute(f"PRAGMA max_page_count = {pages + 20}")

    await store.database.call(bound)
    with pytest.raises(StoreFailed):
        await safe.write({("login", "token"): b"two", ("room", ROOM): bytes(500_000)})
    assert await safe.load("login") == {"token": b"one"}
    assert await safe.load("room") == {}


async def test_a_closed_store_fails(store: SealedStore, safe: Safe) -> None:
    await store.close()
    with pytest.raises(StoreFailed):
        await safe.load("login")
    with pytest.raises(StoreFailed):
        await safe.write({("login", "token"): b"one"})
