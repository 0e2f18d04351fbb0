"""Cases: facts in, the same case out; words that can be destroyed; codes that never come back."""

import sqlite3
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.core.case import facts
from bot.core.case.facts import CaseIsReadOnly
from bot.core.words.cases import CaseStatus, Outcome
from bot.core.words.facts import JSON, Fact, Keep, Mark, MarkKind
from bot.core.words.ids import CodeKind, read_code
from bot.core.words.pages import Page
from bot.core.words.ports import Unit
from bot.core.words.text import plain
from storage.codec import dump_json
from storage.errors import KeyDestroyed, SealBroken
from storage.keyring import KeyRing, Purpose
from storage.store import SealedStore
from storage.vault import Slot
from tests.storage.conftest import Opener
from tests.storage.kit import (
    ALICE,
    CODE,
    MINUTE,
    NOW,
    OTHER,
    SYSTEM,
    Draws,
    found,
    named,
    note,
    opening,
    party,
    viewer,
    words,
)


async def test_a_case_is_what_its_facts_say(store: SealedStore, reopen: Opener) -> None:
    def job(unit: Unit) -> tuple[int, ...]:
        first = unit.create_case(CODE, [opening(by=None), note("seen", 1)])
        return first + unit.add_facts(CODE, [facts.taken(at=NOW, by="Example-A")])

    assert await store.run(job) == (1, 2, 3)
    await store.close()
    store = await reopen()
    view = await store.run(found)
    assert [(entry.seq, entry.kind, entry.words) for entry in view.entries] == [
        (1, "opened", True),
        (2, "noted", True),
        (3, "taken", False),
    ]
    assert (view.lead, view.kind, view.next_number) == ("Example-A", "harassment", 2)
    door = await store.run(lambda unit: plain(unit.cases(SYSTEM).words(CODE, 2) or ()))
    assert door == "seen"


async def test_a_job_sees_what_it_has_written(store: SealedStore) -> None:
    def job(unit: Unit) -> list[int]:
        unit.create_case(CODE, [opening()])
        seen = [len(found(unit).entries)]
        unit.add_facts(CODE, [note()])
        return [*seen, len(found(unit).entries)]

    assert await store.run(job) == [1, 2]


async def test_the_open_row_follows_the_case(store: SealedStore) -> None:
    due = facts.due(at=NOW, by="Example-B", next_at=NOW + timedelta(days=2), next_what="check-in")
    await store.run(lambda unit: unit.create_case(CODE, [opening(by=None), note("x", 1)]))
    (before,) = await store.run(lambda unit: unit.cases(SYSTEM).rows())
    assert (before.code, before.status, before.kind) == (CODE, CaseStatus.OPEN, "harassment")
    assert (before.lead, before.next_at, before.next_what) == (
        None,
        NOW + 60 * MINUTE,
        "first-reply",
    )
    assert (before.evidence, before.opened_at) == (1, NOW)
    taken = facts.taken(at=NOW, by="Example-A")
    await store.run(lambda unit: unit.add_facts(CODE, [due, taken]))
    (after,) = await store.run(lambda unit: unit.cases(SYSTEM).rows())
    assert (after.lead, after.next_what, after.next_at) == ("Example-A", "check-in", due_at(due))


def due_at(fact: Fact) -> object:
    return NOW.fromisoformat(str(fact.data["next_at"]))


async def test_rows_come_with_the_next_date_first(store: SealedStore) -> None:
    closed = facts.closed(at=NOW, by="Example-B", outcome=Outcome.MISTAKEN, summary=words("closed"))
    soon = facts.due(at=NOW, by=None, next_at=NOW + MINUTE, next_what="soon")

    def job(unit: Unit) -> None:
        unit.create_case("C-LATER0", [opening()])
        unit.create_case("C-SOON00", [opening(), soon])
        unit.create_case("C-CLOSED", [opening(), closed])

    await store.run(job)

    def codes(status: CaseStatus | None) -> Callable[[Unit], list[str]]:
        return lambda unit: [row.code for row in unit.cases(SYSTEM).rows(status=status)]

    assert await store.run(codes(CaseStatus.OPEN)) == ["C-SOON00", "C-LATER0"]
    assert await store.run(codes(CaseStatus.CLOSED)) == ["C-CLOSED"]
    assert await store.run(codes(None)) == ["C-SOON00", "C-LATER0", "C-CLOSED"]


async def test_rows_say_who_works_on_a_case(store: SealedStore) -> None:
    taken = facts.taken(at=NOW, by="Example-A")
    asked = facts.assigned(at=NOW, by="Example-A", to="Example-B")
    await store.run(lambda unit: unit.create_case(CODE, [opening(), taken, asked]))
    (row,) = await store.run(lambda unit: unit.cases(SYSTEM).rows())
    assert (row.handlers, row.assigned) == (("Example-A",), ("Example-B",))


async def test_rows_of_an_earlier_version_say_it_too(store: SealedStore) -> None:
    taken = facts.taken(at=NOW, by="Example-A")
    await store.run(lambda unit: unit.create_case(CODE, [opening(), taken]))
    face: dict[str, JSON] = {"kind": "harassment", "lead": "Example-B", "next_what": None}
    slot = Slot(table="cases", row=CODE, column="face", case=CODE)

    def age(connection: sqlite3.Connection) -> None:
        sealed = store._ring.seal_for_month(Purpose.FACE, slot, dump_json(face))
        connection.execute("UPDATE cases SET face = ?", (sealed,))

    await store.database.run(age)
    (row,) = await store.run(lambda unit: unit.cases(SYSTEM).rows())
    assert (row.lead, row.handlers, row.assigned) == ("Example-B", ("Example-A",), ())
    assert row.next_what == "first-reply"


async def test_codes_are_never_used_twice(store: SealedStore) -> None:
    await store.run(lambda unit: unit.create_case(CODE, [opening()]))
    with pytest.raises(ValueError, match="used before"):
        await store.run(lambda unit: unit.create_case(CODE, [opening()]))

    def page(unit: Unit) -> None:
        unit.save_page(Page(code="E-000000", emergency=None, case=None, opened_at=NOW))

    def fresh(unit: Unit, kind: CodeKind) -> str:
        return unit.cases(SYSTEM).fresh_code(kind, Draws(0, 0, 0, 0, 0, 5))

    await store.run(page)
    for kind in CodeKind:
        code = await store.run(lambda unit, kind=kind: fresh(unit, kind))  # type: ignore[misc] # mypy cannot infer a lambda with a default
        assert code not in {CODE, "E-000000"}
        assert read_code(code, kind) == code


async def test_a_case_begins_with_its_opening(store: SealedStore) -> None:
    for made in ([], [note()]):
        with pytest.raises(ValueError, match="opening"):
            await store.run(lambda unit, made=made: unit.create_case(CODE, made))  # type: ignore[misc] # as above
    assert await store.run(lambda unit: unit.cases(SYSTEM).find(CODE)) is None


async def test_facts_need_a_case_and_a_known_kind(store: SealedStore) -> None:
    with pytest.raises(LookupError, match=CODE):
        await store.run(lambda unit: unit.add_facts(CODE, [note()]))
    await store.run(lambda unit: unit.create_case(CODE, [opening()]))
    with pytest.raises(ValueError, match="unknown kind"):
        await store.run(lambda unit: unit.add_facts(CODE, [Fact(kind="weighed", at=NOW)]))
    assert len((await store.run(found)).entries) == 1


async def test_words_that_are_destroyed_leave_the_case_whole(
    store: SealedStore, reopen: Opener
) -> None:
    heard = facts.heard(at=NOW, question="what", pieces=words("the story", 1))
    await store.run(lambda unit: unit.create_case(CODE, [opening(), heard, note("kept")]))

    def remove(connection: sqlite3.Connection) -> int:
        from storage.unit import SealedUnit

        unit = SealedUnit(connection, store._ring)
        found(unit)
        gone = unit.remove_words(CODE, Keep.TRANSCRIPT, NOW)
        assert not found(unit).entries[1].words
        assert unit.remove_words(CODE, Keep.RECORD, NOW) == 0
        assert unit.remove_words(OTHER, Keep.TRANSCRIPT, NOW) == 0
        return gone

    assert await store.database.run(remove) == 1
    await store.close()
    store = await reopen()
    view = await store.run(found)
    assert [entry.words for entry in view.entries] == [True, False, True]
    assert view.next_number == 2
    texts = [
        await store.run(lambda unit, seq=seq: unit.cases(SYSTEM).words(CODE, seq))  # type: ignore[misc] # as above
        for seq in (1, 2, 3, 4)
    ]
    assert [text and plain(text) for text in texts] == ["it began", None, "kept", None]


async def test_without_its_key_a_text_is_gone(store: SealedStore) -> None:
    await store.run(lambda unit: unit.create_case(CODE, [opening()]))
    await store.database.run(lambda _: store._ring.destroy(Purpose.EVIDENCE, CODE))
    assert await store.run(lambda unit: unit.cases(SYSTEM).words(CODE, 1)) is None
    await store.database.run(lambda _: store._ring.destroy(Purpose.SPINE, CODE))
    with pytest.raises(KeyDestroyed):
        await store.run(found)


async def test_marks_are_found_however_they_are_written(store: SealedStore) -> None:
    link = Mark(kind=MarkKind.LINK, value="example.org/a")
    heard = facts.heard(
        at=NOW, question="who", pieces=words("x"), marks=(party("Ann Example"), link)
    )
    await store.run(lambda unit: unit.create_case(CODE, [opening(), named("Zed"), heard]))
    await store.run(lambda unit: unit.create_case(OTHER, [opening(), named("zed")]))

    def marked(mark: Mark) -> Callable[[Unit], list[str]]:
        return lambda unit: list(unit.cases(SYSTEM).marked(mark))

    assert await store.run(marked(party("ZED_"))) == [CODE, OTHER]
    assert await store.run(marked(party("ann example"))) == [CODE]
    assert await store.run(marked(link)) == [CODE]
    assert await store.run(marked(Mark(kind=MarkKind.LINK, value="Example.org/a"))) == []
    assert await store.run(marked(party("example.org/a"))) == []
    stranger = await store.run(lambda unit: unit.cases(viewer(None)).marked(party("zed")))
    assert list(stranger) == []


async def test_undoing_a_party_lets_them_in_again(store: SealedStore) -> None:
    await store.run(lambda unit: unit.create_case(CODE, [opening(), named(ALICE.name)]))
    assert await store.run(lambda unit: unit.cases(viewer(ALICE)).find(CODE)) is None
    undone = facts.undone(at=NOW, by="Example-B", seqs=[2])

    def job(unit: Unit) -> list[bool]:
        door = unit.cases(viewer(ALICE))
        seen = [door.find(CODE) is not None]
        unit.add_facts(CODE, [undone])
        return [*seen, door.find(CODE) is not None]

    assert await store.run(job) == [False, True]


# ---- facts of another time -------------------------------------------------------------------


def newer(ring: KeyRing, wire: dict[str, JSON]) -> Callable[[sqlite3.Connection], None]:
    """Return a job that puts a spine of another version into the case."""

    def job(connection: sqlite3.Connection) -> None:
        slot = Slot(table="facts", row="2", column="spine", case=CODE)
        sealed = ring.seal(Purpose.SPINE, CODE, slot, dump_json(wire))
        connection.execute(
            "INSERT INTO facts (case_id, seq, spine, keep) VALUES (1, 2, ?, 'record')", (sealed,)
        )

    return job


@pytest.mark.parametrize(("version", "kind"), [(2, "closed"), (1, "weighed")])
async def test_a_case_with_newer_facts_can_be_read_only(
    store: SealedStore, version: int, kind: str
) -> None:
    await store.run(lambda unit: unit.create_case(CODE, [opening()]))
    wire: dict[str, JSON] = {"v": version, "kind": kind, "at": NOW.isoformat(), "by": None}
    await store.database.run(newer(store._ring, wire | {"data": {"outcome": "mistaken"}}))
    view = await store.run(found)
    assert (view.status, len(view.entries)) == (CaseStatus.OPEN, 2)
    with pytest.raises(CaseIsReadOnly, match=CODE):
        await store.run(lambda unit: unit.add_facts(CODE, [note()]))


# ---- tampering -------------------------------------------------------------------------------


def run_sql(statement: str) -> Callable[[sqlite3.Connection], None]:
    return lambda connection: void(connection.execute(statement))


def void(_value: object) -> None:
    """Drop a result."""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE facts SET body = (SELECT body FROM facts WHERE seq = 2) WHERE seq = 1",
        "UPDATE facts SET body = spine WHERE seq = 1",
        "UPDATE facts SET body = substr(body, 1, length(body) - 1) WHERE seq = 1",
        "UPDATE facts SET body = x'00' WHERE seq = 1",
        "UPDATE keys SET wrapped = substr(wrapped, 2) WHERE purpose = 'evidence'",
        "UPDATE keys SET scope = 'C-000009' WHERE purpose = 'evidence'",
    ],
)
async def test_words_that_were_tampered_with_are_not_shown(
    store: SealedStore, statement: str
) -> None:
    await store.run(lambda unit: unit.create_case(CODE, [opening(), note("two")]))
    await store.database.run(run_sql(statement))
    store._ring.forget()
    with pytest.raises(SealBroken):
        await store.run(lambda unit: unit.cases(SYSTEM).words(CODE, 1))


async def test_one_bad_row_does_not_take_the_list(
    store: SealedStore, caplog: pytest.LogCaptureFixture
) -> None:
    await store.run(lambda unit: unit.create_case(CODE, [opening()]))
    await store.run(lambda unit: unit.create_case(OTHER, [opening()]))
    await store.database.run(run_sql(f"UPDATE cases SET face = x'01' WHERE code = '{CODE}'"))
    rows = await store.run(lambda unit: unit.cases(SYSTEM).rows())
    assert [(row.code, row.kind, row.lead) for row in rows] == [
        (CODE, "unreadable", None),
        (OTHER, "harassment", "Example-B"),
    ]
    assert CODE in caplog.text


async def test_many_keys_are_held_but_not_all(
    store: SealedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.keyring._HELD", 3)
    codes = [f"C-{number:06d}" for number in range(5)]
    for code in codes:
        await store.run(lambda unit, code=code: unit.create_case(code, [opening()]))  # type: ignore[misc] # as above
    assert len(store._ring._keys) == len(store._ring._ids) == 3
    for code in codes:
        assert (await store.run(lambda unit, code=code: found(unit, code))).code == code  # type: ignore[misc] # as above


async def test_a_new_month_has_a_new_key(store: SealedStore, reopen: Opener, clock: object) -> None:
    from tests.storage.kit import Clock

    assert isinstance(clock, Clock)
    await store.run(lambda unit: unit.create_case(CODE, [opening()]))
    clock.at = NOW + timedelta(days=31)
    await store.run(lambda unit: unit.create_case(OTHER, [opening()]))
    scopes = await store.database.run(
        lambda connection: connection.execute(
            "SELECT scope FROM keys WHERE purpose = 'epoch' ORDER BY id"
        ).fetchall()
    )
    assert scopes == [("2026-11",), ("2026-12",)]
    await store.close()
    store = await reopen()
    rows = await store.run(lambda unit: unit.cases(SYSTEM).rows())
    assert [row.kind for row in rows] == ["harassment", "harassment"]
