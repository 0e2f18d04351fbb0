"""Sessions of reporters: found by identity, by six words, by case; moved and forgotten."""

import sqlite3
from collections.abc import Callable

import pytest

from bot.core.words.effects import ToReporter
from bot.core.words.ports import RowState, Unit
from bot.core.words.readers import StoredSession
from storage.errors import SealBroken
from storage.store import SealedStore
from tests.storage.conftest import Opener
from tests.storage.kit import CODE, MINUTE, NOW, OTHER, row, speech

ME = "testnet|account|example"
NEW = "testnet|link|7"
PHRASE = "one two three four five six"


def of(identity: str) -> Callable[[Unit], StoredSession | None]:
    return lambda unit: unit.sessions().of(identity)


def of_case(code: str) -> Callable[[Unit], StoredSession | None]:
    return lambda unit: unit.sessions().of_case(code)


def by_phrase(phrase: str) -> Callable[[Unit], StoredSession | None]:
    return lambda unit: unit.sessions().by_phrase(phrase)


def save(
    identity: str = ME, *, step: int = 1, case: str | None = None, phrase: str | None = None
) -> Callable[[Unit], None]:
    return lambda unit: unit.save_session(
        identity, {"step": step}, seen_at=NOW + step * MINUTE, case=case, phrase=phrase
    )


async def test_a_session_is_found_by_all_its_names(store: SealedStore, reopen: Opener) -> None:
    await store.run(save(case=CODE, phrase=PHRASE))
    await store.close()
    store = await reopen()
    wanted = StoredSession(identity=ME, data={"step": 1}, case=CODE, seen_at=NOW + MINUTE)
    for ask in (
        of(ME),
        of_case(CODE),
        by_phrase(PHRASE),
        by_phrase("  ONE two three\tfour five SIX "),
    ):
        assert await store.run(ask) == wanted
    for ask in (of(NEW), of_case(OTHER), by_phrase("one two three four five"), by_phrase("")):
        assert await store.run(ask) is None


async def test_saving_again_keeps_case_and_words(store: SealedStore) -> None:
    await store.run(save(case=CODE, phrase=PHRASE))
    await store.run(save(step=2))
    wanted = StoredSession(identity=ME, data={"step": 2}, case=CODE, seen_at=NOW + 2 * MINUTE)
    assert await store.run(by_phrase(PHRASE)) == wanted
    await store.run(save(step=3, case=OTHER, phrase="other words"))
    assert await store.run(by_phrase(PHRASE)) is None
    assert await store.run(of_case(CODE)) is None
    found = await store.run(by_phrase("other words"))
    assert found == await store.run(of_case(OTHER))


async def test_a_case_has_one_session_the_newest(store: SealedStore) -> None:
    await store.run(save(case=CODE))
    await store.run(save(NEW, case=CODE))
    found = await store.run(of_case(CODE))
    assert found is not None
    assert found.identity == NEW
    left = await store.run(of(ME))
    assert left is not None
    assert left.case is None


def keys_of_sessions(connection: sqlite3.Connection) -> int:
    count: int = connection.execute(
        "SELECT count(*) FROM keys WHERE purpose = 'session'"
    ).fetchone()[0]
    return count


async def test_forgetting_destroys_the_key(store: SealedStore) -> None:
    await store.run(save(case=CODE, phrase=PHRASE))
    await store.run(save(NEW))
    assert await store.database.call(keys_of_sessions) == 2
    await store.run(lambda unit: unit.drop_session(ME))
    await store.run(lambda unit: unit.drop_session("nobody"))
    assert await store.database.call(keys_of_sessions) == 1
    for ask in (of(ME), of_case(CODE), by_phrase(PHRASE)):
        assert await store.run(ask) is None
    await store.run(save())
    assert await store.run(by_phrase(PHRASE)) is None


async def test_a_session_goes_on_under_another_identity(store: SealedStore, reopen: Opener) -> None:
    await store.run(save(case=CODE, phrase=PHRASE))
    await store.run(save(NEW, step=9))
    await store.run(lambda unit: unit.move_session(ME, NEW))
    await store.close()
    store = await reopen()
    wanted = StoredSession(identity=NEW, data={"step": 1}, case=CODE, seen_at=NOW + MINUTE)
    for ask in (of(NEW), of_case(CODE), by_phrase(PHRASE)):
        assert await store.run(ask) == wanted
    assert await store.run(of(ME)) is None
    assert await store.database.call(keys_of_sessions) == 1


async def test_what_was_held_for_the_case_is_due_again(store: SealedStore) -> None:
    payload = speech(ToReporter(case=CODE))

    def hold(unit: Unit) -> None:
        unit.enqueue(row("held", payload=payload, case=CODE))
        (taken,) = unit.take_rows(NOW)
        unit.settle(taken.id, RowState.HELD)

    await store.run(save(case=CODE))
    await store.run(hold)
    assert await store.run(lambda unit: unit.next_row()) is None
    await store.run(lambda unit: unit.move_session(ME, NEW))
    (due,) = await store.run(lambda unit: unit.take_rows(NOW))
    assert (due.key, due.payload) == ("held", payload)


async def test_moving_to_oneself_changes_nothing(store: SealedStore) -> None:
    await store.run(save())
    await store.run(lambda unit: unit.move_session(ME, ME))
    assert await store.run(of(ME)) is not None


async def test_what_is_not_there_cannot_be_moved(store: SealedStore) -> None:
    with pytest.raises(LookupError):
        await store.run(lambda unit: unit.move_session(ME, NEW))


async def test_sessions_cannot_be_exchanged(store: SealedStore) -> None:
    await store.run(save())
    await store.run(save(NEW))

    def swap(connection: sqlite3.Connection) -> None:
        connection.execute(
            "UPDATE sessions SET sealed = (SELECT sealed FROM sessions ORDER BY id DESC LIMIT 1)"
        )

    await store.database.run(swap)
    with pytest.raises(SealBroken):
        await store.run(of(ME))
    assert await store.run(of(NEW)) is not None
