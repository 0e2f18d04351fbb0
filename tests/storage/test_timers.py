"""Timers and inbound keys."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime

import pytest

from bot.core.words.ports import Timer, Unit
from storage.inbound import MEMORY
from storage.store import SealedStore
from tests.storage.conftest import Opener
from tests.storage.kit import MINUTE, NOW


def timer(key: str, due: datetime = NOW, *, data: int = 1) -> Timer:
    return Timer(key=key, due=due, kind="ladder", data={"step": data})


def put(*timers: Timer) -> Callable[[Unit], None]:
    def job(unit: Unit) -> None:
        for each in timers:
            unit.set_timer(each)

    return job


def due(now: datetime = NOW, limit: int = 50) -> Callable[[Unit], Sequence[Timer]]:
    return lambda unit: unit.due_timers(now, limit)


def following(unit: Unit) -> datetime | None:
    return unit.next_timer()


async def test_timers_ring_when_due_earliest_first(store: SealedStore, reopen: Opener) -> None:
    assert await store.run(following) is None
    late, early, later = timer("a", NOW), timer("b", NOW - MINUTE), timer("c", NOW + MINUTE)
    await store.run(put(late, early, later))
    await store.close()
    store = await reopen()
    assert await store.run(due()) == [early, late]
    assert await store.run(due(limit=1)) == [early]
    assert await store.run(following) == NOW - MINUTE
    await store.run(lambda unit: unit.drop_timer("b"))
    await store.run(lambda unit: unit.drop_timer("nothing"))
    assert await store.run(due()) == [late]


async def test_a_timer_of_the_same_key_is_replaced(store: SealedStore) -> None:
    again = timer("a", NOW + MINUTE, data=2)
    await store.run(put(timer("a"), again))
    assert await store.run(due()) == []
    assert await store.run(due(NOW + MINUTE)) == [again]


async def test_a_timer_that_was_tampered_with_does_not_ring_for_ever(
    store: SealedStore, caplog: pytest.LogCaptureFixture
) -> None:
    def tamper(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE timers SET sealed = x'01' WHERE due < ?", (2**62,))

    await store.run(put(timer("bad", NOW - MINUTE)))
    await store.database.run(tamper)
    await store.run(put(timer("good")))
    assert await store.run(due()) == [timer("good")]
    assert await store.run(following) == NOW
    assert "dropped" in caplog.text


def claim(key: str, at: datetime = NOW) -> Callable[[Unit], bool]:
    return lambda unit: unit.claim(key, at)


async def test_a_message_is_handled_once(store: SealedStore, reopen: Opener) -> None:
    assert await store.run(claim("key")) is True
    assert await store.run(claim("key")) is False
    assert await store.run(claim("other")) is True
    await store.close()
    store = await reopen()
    assert await store.run(claim("key", NOW + MEMORY)) is False


async def test_keys_are_forgotten_after_two_days(store: SealedStore) -> None:
    await store.run(claim("old"))
    await store.run(claim("new", NOW + MINUTE))
    await store.run(claim("now", NOW + MEMORY + MINUTE))

    def count(connection: sqlite3.Connection) -> object:
        return connection.execute("SELECT count(*) FROM inbound").fetchone()[0]

    assert await store.database.call(count) == 2
    assert await store.run(claim("new", NOW + MEMORY + MINUTE)) is False
