"""The outbox: nothing is lost, nothing is sent twice under one key, nothing stays longer than needed."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime

import pytest

from bot.core.words.effects import Lane, ToIdentity, ToRoom
from bot.core.words.ports import Letter, NewRow, OutboxRow, RowState, Speech, Unit
from bot.core.words.text import Doc
from storage.store import SealedStore
from tests.storage.conftest import Opener
from tests.storage.kit import CODE, MINUTE, NOW, OTHER, Clock, letter, row, speech

PAGE = "E-000000"


def put(*rows: NewRow) -> Callable[[Unit], list[bool]]:
    return lambda unit: [unit.enqueue(each) for each in rows]


def take(now: datetime = NOW, limit: int = 20) -> Callable[[Unit], Sequence[OutboxRow]]:
    return lambda unit: unit.take_rows(now, limit)


async def settled(
    store: SealedStore,
    state: RowState,
    *,
    next_at: datetime | None = None,
    reason: str = "",
    page: str | None = PAGE,
) -> OutboxRow:
    """Put a row in, take it, settle it; return it as it then is."""
    await store.run(put(row("key", page=page, payload=speech(text="secret"))))
    (taken,) = await store.run(take())
    await store.run(lambda unit: unit.settle(taken.id, state, next_at=next_at, reason=reason))
    (now,) = await store.run(lambda unit: unit.rows_of_page(PAGE))
    return now


async def test_a_row_comes_out_as_it_went_in(store: SealedStore) -> None:
    wanted = row("key", lane=Lane.PAGE, payload=letter(), case=CODE, page=PAGE)
    assert await store.run(put(wanted)) == [True]
    (taken,) = await store.run(take())
    assert taken == OutboxRow(
        id=taken.id,
        key="key",
        lane=Lane.PAGE,
        state=RowState.INFLIGHT,
        payload=letter(),
        created_at=NOW,
        next_at=NOW,
        tries=0,
        case=CODE,
        page=PAGE,
        reason="",
    )
    assert await store.run(take()) == []


async def test_a_key_is_taken_once_for_ever(store: SealedStore) -> None:
    assert await store.run(put(row("key"), row("key"), row("other"))) == [True, False, True]
    for taken in await store.run(take()):
        await store.run(lambda unit, taken=taken: unit.settle(taken.id, RowState.SENT))  # type: ignore[misc] # mypy cannot infer a lambda with a default
    assert await store.run(put(row("key"))) == [False]


async def test_urgent_lanes_leave_first_then_the_oldest(store: SealedStore) -> None:
    await store.run(
        put(
            row("news", lane=Lane.NEWS, at=NOW - 9 * MINUTE),
            row("words", lane=Lane.WORDS),
            row("page late", lane=Lane.PAGE),
            row("page", lane=Lane.PAGE, at=NOW - MINUTE),
            row("emergency", lane=Lane.EMERGENCY),
            row("not yet", lane=Lane.EMERGENCY, at=NOW + MINUTE),
        )
    )
    first = await store.run(take(limit=4))
    assert [each.key for each in first] == ["emergency", "page", "page late", "words"]
    assert [each.key for each in await store.run(take())] == ["news"]
    assert await store.run(lambda unit: unit.next_row()) == NOW + MINUTE


@pytest.mark.parametrize("state", [RowState.SENT, RowState.DONE, RowState.DEAD])
async def test_what_is_over_is_empty(store: SealedStore, state: RowState) -> None:
    after = await settled(store, state, reason="done-now")
    assert (after.state, after.tries, after.reason) == (state, 1, "done-now")
    assert (after.key, after.payload) == ("key", Speech(to=ToRoom(room="team"), doc=Doc(lines=())))
    assert await store.run(take(NOW + 99 * MINUTE)) == []
    assert await store.run(lambda unit: unit.next_row()) is None


async def test_an_emptied_letter_still_says_to_whom(store: SealedStore) -> None:
    await store.run(put(row("key", payload=letter(), page=PAGE)))
    (taken,) = await store.run(take())
    await store.run(lambda unit: unit.settle(taken.id, RowState.SENT))
    (after,) = await store.run(lambda unit: unit.rows_of_page(PAGE))
    assert after.payload == Letter(recipient="contact@example.org", raw=b"")


async def test_an_emptied_row_forgets_a_stranger(store: SealedStore) -> None:
    payload = speech(ToIdentity(identity="testnet|link|7"))
    await store.run(put(row("key", payload=payload, page=PAGE)))
    (taken,) = await store.run(take())
    assert taken.payload == payload
    await store.run(lambda unit: unit.settle(taken.id, RowState.SENT))
    (after,) = await store.run(lambda unit: unit.rows_of_page(PAGE))
    assert after.payload == Speech(to=ToIdentity(identity=""), doc=Doc(lines=()))


@pytest.mark.parametrize("state", [RowState.PENDING, RowState.UNCERTAIN])
async def test_what_is_tried_again_waits_and_counts(store: SealedStore, state: RowState) -> None:
    later = NOW + 5 * MINUTE
    after = await settled(store, state, next_at=later)
    assert (after.state, after.tries, after.next_at) == (state, 1, later)
    assert await store.run(take(later - MINUTE)) == []
    (again,) = await store.run(take(later))
    assert (again.tries, again.payload) == (1, speech(text="secret"))


async def test_without_a_time_it_is_due_at_once(store: SealedStore) -> None:
    await settled(store, RowState.PENDING)
    assert len(await store.run(take())) == 1


async def test_what_is_held_waits_to_be_released(store: SealedStore) -> None:
    def hold(unit: Unit) -> None:
        for each in unit.take_rows(NOW):
            unit.settle(each.id, RowState.HELD, next_at=NOW)

    await store.run(put(row("a", case=CODE), row("b", case=OTHER), row("c")))
    await store.run(hold)
    assert await store.run(take(NOW + 99 * MINUTE)) == []
    assert await store.run(lambda unit: unit.release_rows(case=CODE)) == 1
    assert [each.key for each in await store.run(take())] == ["a"]
    assert await store.run(lambda unit: unit.release_rows(network="testnet")) == 2
    assert [each.key for each in await store.run(take())] == ["b", "c"]
    with pytest.raises(ValueError, match="which rows"):
        await store.run(lambda unit: unit.release_rows())


async def test_what_found_no_network_is_due_when_one_comes_back(store: SealedStore) -> None:
    later = NOW + 60 * MINUTE
    await settled(store, RowState.PENDING, next_at=later, reason="network-down")
    assert await store.run(take()) == []
    assert await store.run(lambda unit: unit.release_rows(case=CODE)) == 0
    assert await store.run(lambda unit: unit.release_rows(network="testnet")) == 1
    assert len(await store.run(take())) == 1


async def test_only_rows_in_hand_can_be_settled(store: SealedStore) -> None:
    await store.run(put(row("key", page=PAGE)))
    await store.run(lambda unit: unit.settle(1, RowState.SENT))
    await store.run(lambda unit: unit.settle(404, RowState.SENT))
    (after,) = await store.run(lambda unit: unit.rows_of_page(PAGE))
    assert (after.state, after.tries) == (RowState.PENDING, 0)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("", ""), ("relay-down", "relay-down"), ("Somebody's name", "other"), ("x" * 41, "other")],
)
async def test_reasons_are_words_of_the_program(store: SealedStore, given: str, kept: str) -> None:
    after = await settled(store, RowState.PENDING, reason=given)
    assert after.reason == kept


async def test_rows_in_hand_at_a_stop_are_uncertain_after_it(
    store: SealedStore, reopen: Opener, clock: Clock
) -> None:
    await store.run(put(row("in hand"), row("waiting", at=NOW + 60 * MINUTE)))
    await store.run(take())
    await store.close()
    clock.at = NOW + 3 * MINUTE
    store = await reopen()
    (again,) = await store.run(take(clock.at))
    assert (again.key, again.next_at, again.tries) == ("in hand", NOW, 1)
    await store.close()
    store = await reopen()
    (again,) = await store.run(take(clock.at))
    assert again.reason == "restart"


async def test_one_row_that_was_tampered_with_does_not_stop_the_others(
    store: SealedStore, caplog: pytest.LogCaptureFixture
) -> None:
    def tamper(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE outbox SET payload = head WHERE id = 1")

    await store.run(put(row("bad", lane=Lane.EMERGENCY), row("good")))
    await store.database.run(tamper)
    assert [each.key for each in await store.run(take())] == ["good"]
    assert "outbox row 1" in caplog.text
    state = await store.database.call(
        lambda connection: connection.execute(
            "SELECT state, reason, payload FROM outbox WHERE id = 1"
        ).fetchone()
    )
    assert state == ("dead", "seal-broken", None)
