"""Watches, offers and notes: kept over a restart, sealed, and no damage silences a page."""

import sqlite3
from datetime import timedelta

from bot.core.words.effects import Lane, ToIdentity
from bot.core.words.pages import EmergencyClass, Page, PageState
from bot.core.words.ports import NewRow, RowState, Speech, Unit
from bot.core.words.rota import Offer, Override
from bot.core.words.text import Msg, doc
from storage.store import SealedStore
from tests.storage.conftest import Opener
from tests.storage.kit import ALICE, BOB, CODE, NOW, named, opening

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TAKEN = Override(person="olga", begins=NOW - HOUR, ends=NOW + HOUR)
SWAPPED = Override(person="bob", begins=NOW, ends=NOW + DAY, instead="alice")
LATER = Override(person="olga", begins=NOW + HOUR, ends=NOW + 2 * HOUR)
OFFER = Offer(giver="alice", taker="bob", begins=NOW + HOUR, ends=NOW + DAY, until=NOW + HOUR)


async def test_watches_outlive_a_restart_in_their_order(store: SealedStore, reopen: Opener) -> None:
    await store.run(lambda unit: unit.add_override(SWAPPED, NOW))
    await store.run(lambda unit: unit.add_override(TAKEN, NOW))
    await store.close()
    again = await reopen()
    assert await again.run(lambda unit: unit.overrides()) == (SWAPPED, TAKEN)


async def test_dropping_ends_what_was_taken_besides_and_nothing_else(store: SealedStore) -> None:
    def job(unit: Unit) -> tuple[Override, ...]:
        over = Override(person="olga", begins=NOW - DAY, ends=NOW - HOUR)
        for watch in (over, TAKEN, LATER, SWAPPED):
            unit.add_override(watch, NOW)
        unit.end_overrides("olga", NOW)
        unit.end_overrides("bob", NOW)
        return unit.overrides()

    over, taken, swapped = await store.run(job)
    assert over.ends == NOW - HOUR
    assert (taken.begins, taken.ends) == (TAKEN.begins, NOW)
    assert swapped == SWAPPED


async def test_old_watches_are_forgotten(store: SealedStore) -> None:
    await store.run(lambda unit: unit.add_override(TAKEN, NOW))
    late = NOW + 31 * DAY
    new = Override(person="bob", begins=late, ends=late + HOUR)
    await store.run(lambda unit: unit.add_override(new, NOW + 29 * DAY))
    assert len(await store.run(lambda unit: unit.overrides())) == 2
    await store.run(lambda unit: unit.add_override(new, late))
    assert await store.run(lambda unit: unit.overrides()) == (new, new)


async def test_an_offer_takes_the_place_of_an_earlier_one(store: SealedStore) -> None:
    other = Offer(giver="alice", taker="olga", begins=NOW, ends=NOW + DAY, until=NOW + DAY)
    await store.run(lambda unit: unit.save_offer(OFFER))
    assert await store.run(lambda unit: unit.offers()) == (OFFER,)
    await store.run(lambda unit: unit.save_offer(other))
    assert await store.run(lambda unit: unit.offers()) == (other,)
    await store.run(lambda unit: unit.drop_offer("alice"))
    assert await store.run(lambda unit: unit.offers()) == ()


async def test_a_note_keeps_its_first_moment_for_a_year(store: SealedStore) -> None:
    assert await store.run(lambda unit: unit.noted("gap")) is None
    await store.run(lambda unit: unit.note("gap", NOW))
    await store.run(lambda unit: unit.note("gap", NOW + HOUR))
    await store.run(lambda unit: unit.note("other", NOW + 366 * DAY))
    assert await store.run(lambda unit: unit.noted("gap")) == NOW
    await store.run(lambda unit: unit.note("other", NOW + 401 * DAY))
    assert await store.run(lambda unit: unit.noted("gap")) is None
    assert await store.run(lambda unit: unit.noted("other")) is not None


async def test_damage_takes_one_watch_and_leaves_the_others(store: SealedStore) -> None:
    def job(unit: Unit) -> None:
        unit.add_override(TAKEN, NOW)
        unit.add_override(SWAPPED, NOW)
        unit.save_offer(OFFER)

    await store.run(job)

    def damage(raw: sqlite3.Connection) -> None:
        raw.execute("UPDATE watches SET sealed = zeroblob(length(sealed)) WHERE id = 1")
        raw.execute("UPDATE offers SET sealed = zeroblob(length(sealed))")

    await store.database.run(damage)
    assert await store.run(lambda unit: unit.overrides()) == (SWAPPED,)
    assert await store.run(lambda unit: unit.offers()) == ()


async def test_no_name_is_on_the_disk(store: SealedStore) -> None:
    def job(unit: Unit) -> None:
        unit.add_override(Override(person="Olga-Example", begins=NOW, ends=NOW + HOUR), NOW)
        unit.save_offer(
            Offer(giver="Olga-Example", taker="x", begins=NOW, ends=NOW + HOUR, until=NOW + HOUR)
        )
        unit.note("rota:Olga-Example", NOW)

    await store.run(job)

    def read(raw: sqlite3.Connection) -> list[object]:
        rows = [
            *raw.execute("SELECT ends, sealed FROM watches"),
            *raw.execute("SELECT digest, sealed FROM offers"),
            *raw.execute("SELECT digest, at FROM notes"),
        ]
        return [value for row in rows for value in row]

    found = await store.database.run(read)
    assert len(found) == 6
    assert not any(b"Olga" in value for value in found if isinstance(value, bytes))


async def test_pages_taken_are_counted_but_for_those_of_a_hidden_case(store: SealedStore) -> None:
    def page(code: str, case: str | None, at: timedelta, *by: str) -> Page:
        return Page(
            code=code,
            emergency=EmergencyClass.LIFE,
            case=case,
            opened_at=NOW + at,
            state=PageState.ACKED,
            acked_by=by,
        )

    def job(unit: Unit) -> None:
        unit.create_case(CODE, (opening(), named(BOB.name)))
        unit.save_page(page("E-000000", CODE, timedelta(), "alice"))
        unit.save_page(page("E-00000J", None, HOUR, "alice", "bob"))
        unit.save_page(page("E-000011", None, -DAY, "alice"))

    await store.run(job)
    assert await store.run(lambda u: dict(u.pages_taken(NOW, (ALICE,)))) == {"alice": 2, "bob": 1}
    assert await store.run(lambda u: dict(u.pages_taken(NOW, (BOB,)))) == {"alice": 1, "bob": 1}


async def test_what_became_of_a_row_is_known_by_its_key(store: SealedStore) -> None:
    def job(unit: Unit) -> None:
        said = Speech(to=ToIdentity(identity="net|account|bob"), doc=doc(Msg("oncall.alone")))
        unit.enqueue(NewRow(key="a", lane=Lane.PAGE, payload=said, at=NOW))

    await store.run(job)
    assert await store.run(lambda unit: unit.row_state("b")) is None
    assert await store.run(lambda unit: unit.row_state("a")) is RowState.PENDING
