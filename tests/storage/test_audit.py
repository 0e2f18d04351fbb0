"""The audit: every way to tamper with it shows."""

import sqlite3
from collections.abc import Callable

import pytest

from bot.core.words.ports import AuditEntry, Unit
from storage.audit import AuditBook, AuditVerdict
from storage.errors import SealBroken
from storage.store import SealedStore
from tests.storage.conftest import Opener
from tests.storage.kit import CODE, MINUTE, NOW


def entry(number: int, case: str | None = CODE) -> AuditEntry:
    return AuditEntry(
        at=NOW + number * MINUTE,
        who="Example-A",
        place="testnet/#team",
        verb=f"verb-{number}",
        outcome="ok",
        case=case,
    )


ENTRIES = [entry(1), entry(2, None), entry(3), entry(4, "C-000001"), entry(5)]


def write(unit: Unit) -> None:
    for each in ENTRIES:
        unit.audit(each)


def read(store: SealedStore) -> Callable[[sqlite3.Connection], list[AuditEntry]]:
    return lambda connection: AuditBook(connection, store._ring).read()


async def test_what_was_done_is_written_down(store: SealedStore, reopen: Opener) -> None:
    assert await store.verify_audit() == AuditVerdict(entries=0)
    await store.run(write)
    await store.close()
    store = await reopen()
    assert await store.verify_audit() == AuditVerdict(entries=5)
    assert await store.database.run(read(store)) == ENTRIES


async def test_a_long_audit_is_read_in_pieces(store: SealedStore) -> None:
    def job(unit: Unit) -> None:
        for number in range(501):
            unit.audit(entry(number))

    await store.run(job)
    assert await store.verify_audit() == AuditVerdict(entries=501)
    assert len(await store.database.run(read(store))) == 501


TAMPERING = {
    "UPDATE audit SET at = at + 1 WHERE id = 2": 2,
    "UPDATE audit SET case_code = 'C-000009' WHERE id = 3": 3,
    "UPDATE audit SET case_code = NULL WHERE id = 3": 3,
    "UPDATE audit SET sealed = (SELECT sealed FROM audit WHERE id = 1) WHERE id = 5": 5,
    "UPDATE audit SET mac = zeroblob(32) WHERE id = 4": 4,
    "UPDATE audit SET id = 9 WHERE id = 5": 5,
    "UPDATE audit SET id = 0 WHERE id = 1": 1,
    "DELETE FROM audit WHERE id = 1": 1,
    "DELETE FROM audit WHERE id = 3": 3,
    "DELETE FROM audit WHERE id = 5": 5,
    "DELETE FROM audit": 1,
    "INSERT INTO audit SELECT 6, at, case_code, sealed, mac FROM audit WHERE id = 5": 6,
    "DELETE FROM meta WHERE name = 'audit_head'": 6,
    "UPDATE meta SET value = zeroblob(72) WHERE name = 'audit_head'": 6,
    "UPDATE meta SET value = x'' WHERE name = 'audit_head'": 6,
    "DELETE FROM keys WHERE purpose = 'audit'": 1,
}


@pytest.mark.parametrize(("statement", "broken_at"), TAMPERING.items())
async def test_tampering_shows_and_goes_on_showing(
    store: SealedStore, statement: str, broken_at: int
) -> None:
    def tamper(connection: sqlite3.Connection) -> None:
        connection.execute(statement)

    await store.run(write)
    await store.database.run(tamper)
    store._ring.forget()
    assert (await store.verify_audit()).broken_at == broken_at


@pytest.mark.parametrize("forget_head", [False, True])
async def test_writing_on_does_not_heal_what_was_cut_off(
    store: SealedStore, forget_head: bool
) -> None:
    """The end is cut off and the note of it made to fit, as far as that goes without the key."""

    def tamper(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM audit WHERE id > 3")
        if forget_head:
            connection.execute("DELETE FROM meta WHERE name = 'audit_head'")
            return
        (mac,) = connection.execute("SELECT mac FROM audit WHERE id = 3").fetchone()
        (head,) = connection.execute("SELECT value FROM meta WHERE name = 'audit_head'").fetchone()
        forged = (3).to_bytes(8) + mac + head[40:]
        connection.execute("UPDATE meta SET value = ? WHERE name = 'audit_head'", (forged,))

    await store.run(write)
    await store.database.run(tamper)
    await store.run(lambda unit: unit.audit(entry(6)))
    assert await store.verify_audit() == AuditVerdict(entries=3, broken_at=4)


async def test_an_audit_that_was_emptied_goes_on_but_never_verifies(store: SealedStore) -> None:
    def tamper(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM audit")
        connection.execute("DELETE FROM meta WHERE name = 'audit_head'")

    await store.run(write)
    await store.database.run(tamper)
    await store.run(lambda unit: unit.audit(entry(6)))
    assert await store.verify_audit() == AuditVerdict(entries=0, broken_at=1)


async def test_entries_that_were_changed_are_not_shown(store: SealedStore) -> None:
    def tamper(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE audit SET case_code = 'C-000009' WHERE id = 3")

    await store.run(write)
    await store.database.run(tamper)
    with pytest.raises(SealBroken):
        await store.database.run(read(store))
