"""Recusal: who is named in a case cannot find it, nor tell that there is anything to find."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.core.case import facts
from bot.core.words.people import Person, Role
from bot.core.words.ports import Unit, Viewer
from storage import vault
from storage.store import SealedStore
from tests.storage.kit import (
    ALICE,
    BOB,
    CODE,
    NOW,
    OPERATOR,
    OTHER,
    SYSTEM,
    named,
    note,
    opening,
    party,
    viewer,
)

ON_CALL = Person(name="Example-C", roles=frozenset({Role.ON_CALL}))
OMBUDS = Person(name="Example-D", roles=frozenset({Role.OMBUDS}))


async def sees(store: SealedStore, who: Viewer) -> tuple[bool, bool, bool, bool]:
    """Return whether a viewer finds the case, its row, its words, its mark."""

    def job(unit: Unit) -> tuple[bool, bool, bool, bool]:
        door = unit.cases(who)
        return (
            door.find(CODE) is not None,
            any(row.code == CODE for row in door.rows(status=None)),
            door.words(CODE, 1) is not None,
            CODE in door.marked(party("somebody else")),
        )

    return await store.run(job)


ALL, NOTHING = (True,) * 4, (False,) * 4


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        (SYSTEM, ALL),
        (viewer(ALICE), ALL),
        (viewer(BOB), ALL),
        (viewer(ALICE, BOB), ALL),
        (viewer(ALICE, OPERATOR), ALL),
        (viewer(None), NOTHING),
        (viewer(None, ALICE), NOTHING),
        (viewer(OPERATOR), NOTHING),
        (viewer(ON_CALL), NOTHING),
        (viewer(OMBUDS), NOTHING),
    ],
)
async def test_cases_are_for_who_works_on_them(
    store: SealedStore, who: Viewer, seen: tuple[bool, ...]
) -> None:
    await store.run(lambda unit: unit.create_case(CODE, [opening(), named("somebody else")]))
    assert await sees(store, who) == seen


@pytest.mark.parametrize(
    "name", ["Example-A", "example-a", "ALICE[M]", "example_alpha", "E\u0301migre\u0301 Example"]
)
async def test_whoever_is_named_sees_nothing(store: SealedStore, name: str) -> None:
    made = [opening(), named("somebody else"), named(name)]
    await store.run(lambda unit: unit.create_case(CODE, made))
    await store.run(lambda unit: unit.create_case(OTHER, [opening(), named("somebody else")]))
    assert await sees(store, viewer(ALICE)) == NOTHING
    assert await sees(store, viewer(BOB, ALICE)) == NOTHING
    assert await sees(store, viewer(BOB)) == ALL
    assert await sees(store, SYSTEM) == ALL
    assert await store.run(lambda unit: unit.cases(viewer(ALICE)).find(OTHER)) is not None


async def test_exclusion_can_be_asked_for_people(store: SealedStore) -> None:
    await store.run(lambda unit: unit.create_case(CODE, [opening(), named("Alice[m]")]))

    def excluded(code: str, *people: Person) -> Callable[[Unit], bool]:
        return lambda unit: unit.excluded(code, people)

    assert await store.run(excluded(CODE, BOB, ALICE)) is True
    assert await store.run(excluded(CODE, OPERATOR, BOB)) is False
    assert await store.run(excluded(CODE)) is False
    assert await store.run(excluded(OTHER, ALICE)) is False


async def test_a_hidden_case_costs_what_an_absent_one_does(
    store: SealedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same statements in the same order, and nothing unsealed."""
    await store.run(
        lambda unit: unit.create_case(CODE, [opening(), named("Alice[m]"), *[note()] * 9])
    )
    await store.run(lambda unit: unit.create_case(OTHER, [opening()]))
    unsealed: list[str] = []
    honest = vault.unseal

    def counting(key: vault.DataKey, slot: vault.Slot, sealed: bytes) -> bytes:
        unsealed.append(slot.table)
        return honest(key, slot, sealed)

    monkeypatch.setattr(vault, "unseal", counting)

    async def cost(code: str, ask: Callable[[Unit, str], object]) -> tuple[list[str], int, object]:
        seen: list[str] = []
        store._ring.forget()
        unsealed.clear()
        await store.database.trace(seen.append)
        result = await store.run(lambda unit: ask(unit, code))
        await store.database.trace(None)
        return [statement.replace(code, "?") for statement in seen], len(unsealed), result

    def find(unit: Unit, code: str) -> object:
        return unit.cases(viewer(ALICE)).find(code)

    def words(unit: Unit, code: str) -> object:
        return unit.cases(viewer(BOB, ALICE)).words(code, 1)

    for ask in (find, words):
        hidden = await cost(CODE, ask)
        absent = await cost("C-ABSENT", ask)
        assert hidden == absent
        assert hidden[1:] == (0, None)
        statements, opened, result = await cost(OTHER, ask)
        assert (len(statements) > len(hidden[0]), opened > 0) == (True, True)
        assert result is not None


# ---- who is kept out, and who is let in again ------------------------------------------------


def asked(
    who: Viewer, *people: Person, code: str = CODE
) -> Callable[[Unit], tuple[bool, tuple[str, ...]]]:
    """Return what a viewer learns of who may not know of a case."""

    def job(unit: Unit) -> tuple[bool, tuple[str, ...]]:
        door = unit.cases(who)
        return door.known(code), door.kept_out(code, people)

    return job


async def test_handlers_and_the_ombuds_learn_who_is_kept_out(store: SealedStore) -> None:
    await store.run(lambda unit: unit.create_case(CODE, [opening(), named("example alpha")]))
    everybody = (ALICE, BOB, OMBUDS)
    for who in (SYSTEM, viewer(BOB), viewer(OMBUDS)):
        assert await store.run(asked(who, *everybody)) == (True, ("Example-A",))
    for who in (viewer(ALICE), viewer(BOB, ALICE), viewer(OPERATOR), viewer(ON_CALL), viewer(None)):
        assert await store.run(asked(who, *everybody)) == (False, ())
    assert await sees(store, viewer(OMBUDS)) == NOTHING


async def test_an_ombuds_who_is_named_knows_of_nothing(store: SealedStore) -> None:
    await store.run(lambda unit: unit.create_case(CODE, [opening(), named("Example-D")]))
    assert await store.run(asked(viewer(OMBUDS), OMBUDS)) == (False, ())
    assert await store.run(asked(viewer(BOB), OMBUDS)) == (True, ("Example-D",))


async def test_lifting_takes_every_name_of_somebody_off_every_fact(store: SealedStore) -> None:
    both = [opening(), named("Example-A"), named("ALICE[M]"), named("somebody else")]
    await store.run(lambda unit: unit.create_case(CODE, both))
    lifted = facts.lifted(at=NOW, by="Example-B", person=ALICE)

    def job(unit: Unit) -> list[bool]:
        door = unit.cases(viewer(ALICE))
        seen = [door.find(CODE) is not None]
        unit.add_facts(CODE, [lifted])
        return [*seen, door.find(CODE) is not None]

    assert await store.run(job) == [False, True]
    assert await store.run(asked(viewer(BOB), ALICE, BOB)) == (True, ())
    assert await sees(store, viewer(ALICE)) == ALL
    again = named("Example_Alpha")
    await store.run(lambda unit: unit.add_facts(CODE, [again]))
    assert await sees(store, viewer(ALICE)) == NOTHING


async def test_lifting_leaves_other_cases_and_those_who_reported_alone(store: SealedStore) -> None:
    reported = opening(by=None)
    reported = replace(reported, marks=(party("testnet|account|alice[m]"),))
    await store.run(lambda unit: unit.create_case(CODE, [reported, named("Example-A")]))
    await store.run(lambda unit: unit.create_case(OTHER, [opening(), named("Example-A")]))
    lifted = facts.lifted(at=NOW, by="Example-B", person=ALICE)
    await store.run(lambda unit: unit.add_facts(CODE, [lifted]))
    assert await store.run(asked(viewer(BOB), ALICE, code=OTHER)) == (True, ("Example-A",))
    # Nobody learns who reported: they are kept out, and not among those who are named.
    assert await store.run(asked(viewer(BOB), ALICE)) == (True, ())
    assert await sees(store, viewer(ALICE)) == NOTHING


async def test_asking_who_is_kept_out_costs_the_same_for_a_hidden_case(store: SealedStore) -> None:
    await store.run(lambda unit: unit.create_case(CODE, [opening(), named("Example-A")]))
    await store.run(lambda unit: unit.create_case(OTHER, [opening(), named("Example-D")]))

    async def cost(code: str, who: Viewer) -> list[str]:
        seen: list[str] = []
        store._ring.forget()
        await store.database.trace(seen.append)
        await store.run(asked(who, ALICE, BOB, code=code))
        await store.database.trace(None)
        return [statement.replace(code, "?") for statement in seen]

    for who, hidden in ((viewer(ALICE), CODE), (viewer(BOB, ALICE), CODE), (viewer(OMBUDS), OTHER)):
        assert await cost(hidden, who) == await cost("C-ABSENT", who)
