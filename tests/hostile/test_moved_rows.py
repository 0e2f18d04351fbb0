"""Whoever can write the file, but has no key, must not turn one person's row into another's."""

import sqlite3
from datetime import timedelta

import pytest

from bot.core.words.effects import Lane
from bot.core.words.ports import RowState
from storage.errors import SealBroken
from storage.store import SealedStore
from tests.storage.conftest import Opener
from tests.storage.conftest import clock as clock  # noqa: PLC0414 -- fixtures, passed on
from tests.storage.conftest import folder as folder  # noqa: PLC0414
from tests.storage.conftest import key as key  # noqa: PLC0414
from tests.storage.conftest import reopen as reopen  # noqa: PLC0414
from tests.storage.conftest import store as store  # noqa: PLC0414
from tests.storage.kit import CODE, NOW, OTHER, row

RITA, MALLORY = "testnet|account|rita", "testnet|account|mallory"


async def _two(store: SealedStore) -> None:
    for identity, case in ((RITA, CODE), (MALLORY, OTHER)):
        await store.run(
            lambda unit, i=identity, c=case: unit.save_session(  # type: ignore[misc]  # bound now
                i, {"who": i}, seen_at=NOW, case=c, phrase=f"words of {i}"
            )
        )


async def _change(store: SealedStore, *statements: str) -> None:
    def job(raw: sqlite3.Connection) -> None:
        for statement in statements:
            raw.execute(statement)

    await store.database.run(job)


async def test_the_words_of_a_case_cannot_be_turned_to_another_reporter(
    store: SealedStore,
) -> None:
    await _two(store)
    await _change(
        store,
        f"UPDATE sessions SET case_code = NULL WHERE case_code = '{CODE}'",
        f"UPDATE sessions SET case_code = '{CODE}' WHERE case_code = '{OTHER}'",
    )
    with pytest.raises(SealBroken):
        await store.run(lambda unit: unit.sessions().of_case(CODE))


async def test_an_interview_cannot_be_turned_to_another_identity(store: SealedStore) -> None:
    await _two(store)

    def swap(raw: sqlite3.Connection) -> None:
        rows = raw.execute("SELECT id, identity FROM sessions ORDER BY id").fetchall()
        (one, first), (two, second) = rows
        raw.execute("UPDATE sessions SET identity = x'00' WHERE id = ?", (one,))
        raw.execute("UPDATE sessions SET identity = ? WHERE id = ?", (first, two))
        raw.execute("UPDATE sessions SET identity = ? WHERE id = ?", (second, one))

    await store.database.run(swap)
    with pytest.raises(SealBroken):
        await store.run(lambda unit: unit.sessions().of(MALLORY))


async def test_the_six_words_of_one_do_not_open_the_session_of_another(
    store: SealedStore,
) -> None:
    await _two(store)

    def copy(raw: sqlite3.Connection) -> None:
        rows = raw.execute("SELECT id, phrase FROM sessions ORDER BY id").fetchall()
        raw.execute("UPDATE sessions SET phrase = NULL WHERE id = ?", (rows[1][0],))
        raw.execute("UPDATE sessions SET phrase = ? WHERE id = ?", (rows[1][1], rows[0][0]))

    await store.database.run(copy)
    with pytest.raises(SealBroken):
        await store.run(lambda unit: unit.sessions().by_phrase(f"words of {MALLORY}"))


async def test_a_broken_session_does_not_keep_the_next_one_from_its_case(
    store: SealedStore,
) -> None:
    await _two(store)
    await _change(store, f"UPDATE sessions SET sealed = x'00' WHERE case_code = '{CODE}'")
    await store.run(
        lambda unit: unit.save_session(MALLORY, {"who": MALLORY}, seen_at=NOW, case=CODE)
    )
    second = await store.run(lambda unit: unit.sessions().of_case(CODE))
    assert second is not None
    assert second.identity == MALLORY


async def test_a_case_that_goes_to_another_session_leaves_the_first_readable(
    store: SealedStore,
) -> None:
    await _two(store)
    await store.run(
        lambda unit: unit.save_session(MALLORY, {"who": MALLORY}, seen_at=NOW, case=CODE)
    )
    first = await store.run(lambda unit: unit.sessions().of(RITA))
    second = await store.run(lambda unit: unit.sessions().of_case(CODE))
    assert first is not None
    assert second is not None
    assert (first.case, second.identity) == (None, MALLORY)


async def test_a_clock_that_is_set_back_does_not_silence_an_emergency(store: SealedStore) -> None:
    """What was to be tried again in seconds must not wait for the month that was never there."""
    ahead = NOW + timedelta(days=30)
    await store.run(lambda unit: unit.enqueue(row("key", lane=Lane.EMERGENCY, at=ahead)))
    (taken,) = await store.run(lambda unit: unit.take_rows(ahead))
    again = ahead + timedelta(seconds=15)
    await store.run(lambda unit: unit.settle(taken.id, RowState.PENDING, next_at=again))
    assert [one.key for one in await store.run(lambda unit: unit.take_rows(NOW))] == ["key"]


async def test_a_restart_keeps_the_order_of_what_waits(store: SealedStore, reopen: Opener) -> None:
    """What was to be tried again later must not be overtaken by what was in hand."""
    await store.run(lambda unit: [unit.enqueue(row(name)) for name in ("first", "second")])
    first, _ = await store.run(lambda unit: unit.take_rows(NOW))
    later = NOW + timedelta(minutes=5)
    await store.run(lambda unit: unit.settle(first.id, RowState.UNCERTAIN, next_at=later))
    await store.close()
    again = await reopen()
    rows = await again.run(lambda unit: unit.take_rows(NOW))
    assert [one.key for one in rows] == ["first", "second"]
