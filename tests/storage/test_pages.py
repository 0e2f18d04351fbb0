"""Pages: what rings, what is still, and which of their rows still go out."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from bot.core.words.effects import Lane
from bot.core.words.pages import EmergencyClass, Page, PageState
from bot.core.words.ports import RowState, Unit
from storage.cases import CaseBook
from storage.store import SealedStore
from tests.storage.conftest import Opener
from tests.storage.kit import CODE, MINUTE, NOW, OTHER, letter, row

RINGING = Page(
    code="E-000000",
    emergency=EmergencyClass.LIFE,
    case=CODE,
    opened_at=NOW,
    step=2,
    rung_at=NOW + MINUTE,
    calls=3,
    caller="testnet|link|7",
)
ACKED = replace(RINGING, state=PageState.ACKED, acked_by=("Example-A",), acked_at=NOW + MINUTE)


def save(*pages: Page) -> Callable[[Unit], None]:
    def job(unit: Unit) -> None:
        for page in pages:
            unit.save_page(page)

    return job


def find(code: str) -> Callable[[Unit], Page | None]:
    return lambda unit: unit.pages().find(code)


def live(unit: Unit) -> Sequence[Page]:
    return unit.pages().live()


async def test_a_page_is_found_by_its_code_and_its_cases(
    store: SealedStore, reopen: Opener
) -> None:
    await store.run(save(RINGING))
    await store.close()
    store = await reopen()
    assert await store.run(find(RINGING.code)) == RINGING
    assert await store.run(find(CODE)) == RINGING
    assert await store.run(find(OTHER)) is None
    await store.run(save(replace(ACKED, case=OTHER)))
    assert await store.run(find(OTHER)) == replace(ACKED, case=OTHER)
    assert await store.run(find(CODE)) is None


async def test_of_several_the_latest_that_is_not_over_is_found(store: SealedStore) -> None:
    over = replace(RINGING, code="E-000001", state=PageState.ENDED, opened_at=NOW + 2 * MINUTE)
    newer = replace(RINGING, code="E-000002", opened_at=NOW + MINUTE)
    await store.run(save(RINGING, over, newer))
    assert await store.run(find(CODE)) == newer
    await store.run(save(replace(RINGING, state=PageState.ENDED)))
    await store.run(save(replace(newer, state=PageState.ENDED)))
    assert await store.run(find(CODE)) == over


async def test_live_pages_come_oldest_first(store: SealedStore) -> None:
    over = replace(RINGING, code="E-000001", state=PageState.ENDED)
    newer = replace(ACKED, code="E-000002", opened_at=NOW + MINUTE, case=None)
    await store.run(save(newer, over, RINGING))
    assert await store.run(live) == (RINGING, newer)


async def test_a_code_that_was_a_case_cannot_be_a_page(store: SealedStore) -> None:
    await store.run(save(RINGING))
    with pytest.raises(ValueError, match="used before"):
        await store.database.run(lambda connection: _book(connection, store).use_code(RINGING.code))


def _book(connection: sqlite3.Connection, store: SealedStore) -> CaseBook:
    return CaseBook(connection, store._ring)


@pytest.mark.parametrize("state", [PageState.ACKED, PageState.ENDED])
async def test_a_page_that_is_still_rings_nobody_more(store: SealedStore, state: PageState) -> None:
    other = replace(RINGING, code="E-000001")

    def ring(unit: Unit) -> None:
        for key, lane, page in (
            ("in hand", Lane.PAGE, RINGING),
            ("uncertain", Lane.PAGE, RINGING),
            ("held", Lane.PAGE, RINGING),
            ("mail in hand", Lane.EMERGENCY, RINGING),
        ):
            unit.save_page(page)
            unit.enqueue(row(key, lane=lane, page=page.code))
        taken = {each.key: each.id for each in unit.take_rows(NOW)}
        unit.settle(taken["uncertain"], RowState.UNCERTAIN, next_at=NOW + MINUTE)
        unit.settle(taken["held"], RowState.HELD)
        unit.save_page(other)
        unit.enqueue(row("ring", lane=Lane.PAGE, page=RINGING.code))
        unit.enqueue(row("mail", lane=Lane.EMERGENCY, payload=letter(), page=RINGING.code))
        unit.enqueue(row("words", lane=Lane.WORDS, page=RINGING.code))
        unit.enqueue(row("other page", lane=Lane.PAGE, page=other.code))

    await store.run(ring)
    await store.run(save(replace(ACKED, state=state)))
    rows = await store.run(lambda unit: unit.rows_of_page(RINGING.code))
    states = {each.key: each.state for each in rows}
    assert states == {
        "in hand": RowState.INFLIGHT,
        "uncertain": RowState.DONE,
        "held": RowState.DONE,
        "mail in hand": RowState.INFLIGHT,
        "ring": RowState.DONE,
        "mail": RowState.PENDING,
        "words": RowState.PENDING,
    }
    left = await store.run(lambda unit: unit.take_rows(NOW + 5 * MINUTE))
    assert {each.key for each in left} == {"mail", "words", "other page"}


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (RowState.SENT, RowState.SENT),
        (RowState.PENDING, RowState.DONE),
        (RowState.UNCERTAIN, RowState.DONE),
        (RowState.HELD, RowState.DONE),
        (RowState.DEAD, RowState.DEAD),
    ],
)
async def test_a_ring_in_hand_is_not_tried_again_once_the_page_is_taken(
    store: SealedStore, state: RowState, after: RowState
) -> None:
    def ring(unit: Unit) -> int:
        unit.save_page(RINGING)
        unit.enqueue(row("ring", lane=Lane.PAGE, page=RINGING.code))
        (taken,) = unit.take_rows(NOW)
        unit.save_page(ACKED)
        return taken.id

    row_id = await store.run(ring)
    await store.run(lambda unit: unit.settle(row_id, state, next_at=NOW))
    (found,) = await store.run(lambda unit: unit.rows_of_page(RINGING.code))
    assert found.state is after


async def test_nor_after_a_restart(store: SealedStore, reopen: Opener) -> None:
    def ring(unit: Unit) -> None:
        unit.save_page(RINGING)
        unit.enqueue(row("ring", lane=Lane.PAGE, page=RINGING.code))
        unit.enqueue(row("mail", lane=Lane.EMERGENCY, page=RINGING.code))
        unit.take_rows(NOW)
        unit.save_page(ACKED)

    await store.run(ring)
    await store.close()
    store = await reopen()
    left = await store.run(lambda unit: unit.take_rows(NOW))
    assert [each.key for each in left] == ["mail"]


async def test_a_page_that_rings_again_rings(store: SealedStore) -> None:
    await store.run(save(ACKED, RINGING))
    await store.run(lambda unit: unit.enqueue(row("again", lane=Lane.PAGE, page=RINGING.code)))
    assert len(await store.run(lambda unit: unit.take_rows(NOW))) == 1


async def test_one_broken_page_does_not_silence_the_others(
    store: SealedStore, caplog: pytest.LogCaptureFixture
) -> None:
    other = replace(RINGING, code="E-000001", case=None)

    def tamper(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE pages SET sealed = x'01' WHERE code = ?", (RINGING.code,))

    await store.run(save(RINGING, other))
    await store.database.run(tamper)
    assert await store.run(live) == (other,)
    assert RINGING.code in caplog.text


async def test_a_page_is_found_by_the_cases_that_joined_it(store: SealedStore) -> None:
    def job(unit: Unit) -> None:
        unit.save_page(RINGING)
        unit.enqueue(replace(row("told:1"), case=CODE, page=RINGING.code))
        unit.enqueue(replace(row("told:2"), case=OTHER, page=RINGING.code))

    await store.run(job)
    assert await store.run(find(OTHER)) == RINGING
    assert await store.run(lambda unit: unit.pages().cases_of(RINGING)) == (CODE, OTHER)
    await store.run(save(replace(RINGING, state=PageState.ENDED)))
    assert await store.run(find(OTHER)) is None
