"""Hits: sealed with their case, added to, gone with its evidence and after a while."""

import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.words.facts import Keep
from bot.core.words.hits import Hit
from bot.core.words.places import Place
from bot.core.words.ports import Unit
from storage.store import SealedStore
from storage.unit import SealedUnit
from tests.storage.conftest import Opener
from tests.storage.kit import CODE, NOW, OTHER, opening

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HIT = Hit(
    case=CODE,
    place=Place(network="testnet", address="#team"),
    author="testnet|account|example-a",
    nick="Example-A",
    at=NOW - HOUR,
    told_at=NOW,
    messages=("$one",),
    lines=1,
    removes=True,
)


def cases(unit: Unit) -> None:
    unit.create_case(CODE, (opening(),))
    unit.create_case(OTHER, (opening(),))


async def test_hits_outlive_a_restart_in_their_order(store: SealedStore, reopen: Opener) -> None:
    later = replace(HIT, author="", nick="bridge", told_at=NOW + HOUR, contained=True)

    def job(unit: Unit) -> None:
        cases(unit)
        unit.hits().save(later)
        unit.hits().save(HIT)
        unit.hits().save(replace(HIT, case=OTHER))

    await store.run(job)
    await store.close()
    again = await reopen()
    assert list(await again.run(lambda unit: unit.hits().of(CODE))) == [HIT, later]
    assert list(await again.run(lambda unit: unit.hits().of("C-00000Z"))) == []


async def test_what_is_added_takes_the_place_of_what_was_known(store: SealedStore) -> None:
    more = replace(HIT, messages=("$one", "$two"), lines=2, contained=True)
    elsewhere = replace(HIT, place=Place(network="testnet", address="#lobby"))

    def job(unit: Unit) -> None:
        cases(unit)
        unit.hits().save(HIT)
        unit.hits().save(elsewhere)
        unit.hits().save(more)

    await store.run(job)
    found = await store.run(lambda unit: unit.hits().of(CODE))
    assert sorted(found, key=lambda hit: hit.lines) == [elsewhere, more]


async def test_a_hit_needs_its_case(store: SealedStore) -> None:
    with pytest.raises(LookupError):
        await store.run(lambda unit: unit.hits().save(HIT))


async def test_old_hits_are_forgotten(store: SealedStore) -> None:
    def job(unit: Unit) -> None:
        cases(unit)
        unit.hits().save(HIT)
        unit.hits().save(replace(HIT, told_at=NOW + DAY))

    await store.run(job)
    assert await store.run(lambda unit: unit.hits().drop(NOW + HOUR)) is True
    assert [h.told_at for h in await store.run(lambda u: u.hits().of(CODE))] == [NOW + DAY]
    assert await store.run(lambda unit: unit.hits().drop(NOW + 2 * DAY)) is False


async def test_hits_are_gone_with_the_evidence_of_their_case(store: SealedStore) -> None:
    def job(unit: Unit) -> None:
        cases(unit)
        unit.hits().save(HIT)
        unit.hits().save(replace(HIT, case=OTHER))

    await store.run(job)

    def remove(raw: sqlite3.Connection) -> None:
        SealedUnit(raw, store.ring).remove_words(CODE, Keep.EVIDENCE, NOW)

    await store.database.run(remove)
    assert list(await store.run(lambda unit: unit.hits().of(CODE))) == []
    assert len(await store.run(lambda unit: unit.hits().of(OTHER))) == 1


async def test_a_hit_does_not_open_at_another_case(store: SealedStore) -> None:
    def job(unit: Unit) -> None:
        cases(unit)
        unit.hits().save(HIT)

    await store.run(job)

    def move(raw: sqlite3.Connection) -> None:
        raw.execute("UPDATE hits SET case_id = (SELECT id FROM cases WHERE code = ?)", (OTHER,))

    await store.database.run(move)
    assert list(await store.run(lambda unit: unit.hits().of(OTHER))) == []


async def test_no_name_is_on_the_disk(store: SealedStore) -> None:
    def job(unit: Unit) -> None:
        cases(unit)
        unit.hits().save(HIT)

    await store.run(job)

    def read(raw: sqlite3.Connection) -> list[object]:
        return [value for row in raw.execute("SELECT * FROM hits") for value in row]

    found = [value for value in await store.database.run(read) if isinstance(value, bytes)]
    assert len(found) == 2
    for word in (b"xample-", b"#team", b"$one", CODE.encode()):
        assert not any(word in value for value in found)
