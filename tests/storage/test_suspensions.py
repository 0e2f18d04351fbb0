"""Suspensions: kept over a restart, sealed, and never lifted by damage."""

import sqlite3

import pytest

from bot.core.words.ports import Unit
from storage.errors import KeyDestroyed, SealBroken
from storage.store import SealedStore
from tests.storage.conftest import Opener
from tests.storage.kit import ALICE, BOB, CODE, MINUTE, NOW, OPERATOR, named, opening


async def test_a_suspension_outlives_a_restart(store: SealedStore, reopen: Opener) -> None:
    await store.run(lambda unit: unit.suspend("Bob", by="carol", at=NOW))
    await store.close()
    again = await reopen()
    found = await again.run(lambda unit: unit.suspension("bob"))
    assert found is not None
    assert (found.name, found.by, found.at) == ("Bob", "carol", NOW)
    assert not await again.run(lambda unit: unit.is_suspended("alice"))
    await again.run(lambda unit: unit.reinstate("BOB"))
    assert not await again.run(lambda unit: unit.is_suspended("Bob"))
    assert await again.run(lambda unit: unit.suspension("Bob")) is None


async def test_the_first_suspension_counts(store: SealedStore) -> None:
    await store.run(lambda unit: unit.suspend("bob", by="carol", at=NOW))
    await store.run(lambda unit: unit.suspend("bob", by="alice", at=NOW + MINUTE))
    found = await store.run(lambda unit: unit.suspension("bob"))
    assert found is not None
    assert found.by == "carol"


async def test_a_job_that_fails_suspends_nobody(store: SealedStore) -> None:
    def job(unit: Unit) -> None:
        unit.suspend("bob", by="carol", at=NOW)
        raise ValueError("undone")

    with pytest.raises(ValueError, match="undone"):
        await store.run(job)
    assert not await store.run(lambda unit: unit.is_suspended("bob"))


async def test_damage_lifts_no_suspension(store: SealedStore) -> None:
    await store.run(lambda unit: unit.suspend("bob", by="carol", at=NOW))

    def damage(raw: sqlite3.Connection) -> None:
        raw.execute("UPDATE suspensions SET sealed = zeroblob(length(sealed))")

    await store.database.run(damage)
    assert await store.run(lambda unit: unit.is_suspended("bob"))
    with pytest.raises((SealBroken, KeyDestroyed)):
        await store.run(lambda unit: unit.suspension("bob"))


async def test_names_are_not_on_the_disk(store: SealedStore) -> None:
    await store.run(lambda unit: unit.suspend("Bob-the-Example", by="carol", at=NOW))

    def read(raw: sqlite3.Connection) -> list[bytes]:
        rows = raw.execute("SELECT digest, sealed FROM suspensions").fetchall()
        return [value for row in rows for value in row]

    assert not any(
        b"Example" in value or b"carol" in value for value in await store.database.run(read)
    )


async def test_cases_that_nobody_may_know_of_are_found(store: SealedStore) -> None:
    await store.run(lambda unit: unit.create_case(CODE, [opening(), named("Example-A")]))
    assert list(await store.run(lambda unit: unit.hidden_from_all([ALICE]))) == [CODE]
    assert list(await store.run(lambda unit: unit.hidden_from_all([ALICE, BOB]))) == []
    assert list(await store.run(lambda unit: unit.hidden_from_all([]))) == []
    assert list(await store.run(lambda unit: unit.hidden_from_all([OPERATOR]))) == []
