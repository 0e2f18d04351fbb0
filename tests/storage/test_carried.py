"""What goes from one store to another: all of it, once, and known of by the same people."""

import random
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial
from itertools import combinations

import pytest

from bot.core.case import facts
from bot.core.words.cases import CaseView
from bot.core.words.effects import Lane
from bot.core.words.facts import JSON
from bot.core.words.pages import EmergencyClass, Page, PageState
from bot.core.words.people import Account, Person, Role
from bot.core.words.ports import (
    AuditEntry,
    Carried,
    Kept,
    Letter,
    OutboxRow,
    RowState,
    Speech,
    Timer,
    Unit,
)
from bot.core.words.rota import Offer, Override
from bot.core.words.text import plain
from storage.cases import SKELETON
from storage.codec import dump_json
from storage.keyring import Purpose
from storage.reserve import MemoryReserve
from storage.store import SealedStore
from storage.vault import Slot
from tests.storage.kit import (
    ALICE,
    BOB,
    CODE,
    MINUTE,
    NOW,
    OTHER,
    SYSTEM,
    Clock,
    found,
    letter,
    named,
    note,
    opening,
    row,
    speech,
    viewer,
)

PAGE = Page(
    code="E-000000",
    emergency=EmergencyClass.LIFE,
    case=CODE,
    opened_at=NOW,
    caller="testnet|link|7",
)
LATER = NOW + 10 * MINUTE
OVERRIDE = Override(person="Example-A", begins=NOW, ends=NOW + 60 * MINUTE)
OFFER = Offer(
    giver="Example-A",
    taker="Example-B",
    begins=NOW,
    ends=NOW + 60 * MINUTE,
    until=NOW + 30 * MINUTE,
)


@pytest.fixture
async def reserve(store: SealedStore, clock: Clock) -> AsyncIterator[SealedStore]:
    """Give a store in memory that has the secrets of the database."""
    opened = await MemoryReserve(now=clock.now, secrets_=store.ring.secrets).open(Kept.MEMORY)
    yield opened
    await opened.close()


def emergency(unit: Unit) -> None:
    """Write a call for help as the program does: case, page, mail, ring, timers."""
    unit.create_case(CODE, [opening(), named("Example Alpha"), note("of the night", 1)])
    unit.save_page(PAGE)
    unit.add_facts(CODE, [facts.called(at=NOW, by=None, page=PAGE.code, emergency=PAGE.emergency)])
    mail = row("mail:E-000000:1:a", lane=Lane.EMERGENCY, payload=letter(), case=CODE)
    unit.enqueue(replace(mail, page=PAGE.code))
    unit.enqueue(row("ring:E-000000:0:Example-A", lane=Lane.PAGE, case=CODE, page=PAGE.code))
    unit.enqueue(row("told:E-000000:1", lane=Lane.EMERGENCY, case=CODE, page=PAGE.code))
    for key in ("page:E-000000", "routes:E-000000"):
        data = {"page": PAGE.code, "caller": "testnet|link|7"}
        kind = key.partition(":")[0]
        unit.set_timer(Timer(key=key, due=NOW + MINUTE, kind=kind, data=data))


def around(unit: Unit) -> None:
    """Write what is no emergency: it stays at home."""
    unit.create_case(OTHER, [opening(), note()])
    unit.enqueue(row("receipt:C-000001", case=OTHER))
    unit.set_timer(Timer(key="promise:C-000001", due=NOW, kind="promise", data={"case": OTHER}))
    unit.save_page(replace(PAGE, code="E-000001", case=OTHER, state=PageState.ENDED))


def packed(*, whole: bool = False) -> Callable[[Unit], Carried]:
    return lambda unit: unit.carry(whole=whole)


async def carry(source: SealedStore, target: SealedStore, *, whole: bool = False) -> dict[str, str]:
    carried = await source.run(packed(whole=whole))
    return dict(await target.run(lambda unit: unit.take_in(carried, LATER)))


def bare(rows: list[OutboxRow]) -> list[OutboxRow]:
    """Return rows without the numbers of their store."""
    return [replace(one, id=0) for one in rows]


def contents(unit: Unit) -> dict[str, object]:
    """Return what can be read in a store, without what its own numbers are."""
    codes = (CODE, OTHER, "C-000002")
    return {
        "cases": [unit.cases(SYSTEM).find(code) for code in codes],
        "words": [unit.cases(SYSTEM).words(code, seq) for code in codes for seq in range(1, 9)],
        "rows": unit.cases(SYSTEM).rows(status=None),
        "pages": unit.pages().live(),
        "outbox": bare([*unit.rows_of_page(PAGE.code), *unit.rows_of_page("E-000001")]),
        "timers": unit.due_timers(NOW + 99 * MINUTE),
        "session": unit.sessions().of("testnet|link|7"),
        "suspension": unit.suspension("Example-B"),
        "overrides": unit.overrides(),
        "offers": unit.offers(),
        "noted": unit.noted("drill"),
    }


def newer(store: SealedStore) -> Callable[[sqlite3.Connection], None]:
    """Return a job that puts a fact of a newer program to the end of the case."""

    def job(connection: sqlite3.Connection) -> None:
        wire: dict[str, JSON] = {"v": 99, "kind": "closed", "at": NOW.isoformat(), "by": None}
        slot = Slot(table="facts", row="5", column="spine", case=CODE)
        sealed = store.ring.seal(Purpose.SPINE, CODE, slot, dump_json(wire))
        connection.execute(
            "INSERT INTO facts (case_id, seq, spine, keep) VALUES (1, 5, ?, 'record')", (sealed,)
        )

    return job


def settle(unit: Unit, row_id: int) -> None:
    unit.settle(row_id, RowState.SENT)


def break_it(connection: sqlite3.Connection, statement: str) -> None:
    connection.execute(statement)


# ---- what is vital ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("job", "vital"),
    [
        (lambda unit: unit.save_page(PAGE), True),
        (lambda unit: unit.enqueue(row("k", lane=Lane.EMERGENCY)), True),
        (lambda unit: unit.enqueue(row("k", lane=Lane.PAGE, page="E-000000")), True),
        (lambda unit: unit.enqueue(row("k")), False),
        (lambda unit: unit.enqueue(row("told:E-000000:1", lane=Lane.EMERGENCY)), False),
        (lambda unit: unit.set_timer(Timer(key="page:E-0", due=NOW, kind="page", data={})), True),
        (lambda unit: unit.drop_timer("routes:E-0"), True),
        (lambda unit: unit.drop_timer("promise:C-0"), False),
        (lambda unit: unit.take_rows(NOW), True),
        (lambda unit: unit.take_rows(NOW - MINUTE), False),
        (lambda unit: unit.add_facts(CODE, [named("Example Beta")]), True),
        (lambda unit: unit.add_facts(OTHER, [named("Example Beta")]), False),
        (lambda unit: unit.create_case("C-000002", [opening()]), False),
        (lambda unit: unit.suspend("Example-B", by="Example-A", at=NOW), True),
        (lambda unit: unit.reinstate("Example-B"), True),
        (lambda unit: unit.add_override(OVERRIDE, NOW), True),
        (lambda unit: unit.end_overrides("Example-A", NOW), True),
        (lambda unit: unit.save_offer(OFFER), True),
        (lambda unit: unit.drop_offer("Example-A"), True),
        (lambda unit: unit.claim("key", NOW), False),
        (lambda unit: unit.pages().live(), False),
        (lambda unit: unit.carry(), False),
        (lambda unit: unit.take_in(unit.carry(), NOW), True),
        (lambda unit: unit.release_rows(network="testnet"), False),
    ],
)
async def test_a_job_knows_whether_it_changed_an_emergency(
    store: SealedStore, job: Callable[[Unit], object], vital: bool
) -> None:
    await store.run(emergency)
    await store.run(around)

    def whole_job(unit: Unit) -> bool:
        job(unit)
        return unit.vital

    assert await store.run(whole_job) is vital


async def test_settling_is_vital_where_the_row_was(store: SealedStore) -> None:
    def settled(row_id: int) -> Callable[[Unit], bool]:
        def job(unit: Unit) -> bool:
            unit.settle(row_id, RowState.SENT)
            return unit.vital

        return job

    await store.run(emergency)
    await store.run(around)
    rows = {one.key: one.id for one in await store.run(lambda unit: unit.take_rows(NOW))}
    assert await store.run(settled(rows["mail:E-000000:1:a"]))
    assert not await store.run(settled(rows["mail:E-000000:1:a"]))
    assert not await store.run(settled(rows["receipt:C-000001"]))


# ---- from home to a reserve ------------------------------------------------------------------


async def test_an_emergency_goes_along_without_its_words(
    store: SealedStore, reserve: SealedStore
) -> None:
    await store.run(emergency)
    await store.run(around)
    there: CaseView = await store.run(found)
    assert await carry(store, reserve) == {}
    kept = await reserve.run(found)
    assert [e.seq for e in kept.entries] == [e.seq for e in there.entries]
    assert [(e.kind, e.data) for e in kept.entries] == [(e.kind, e.data) for e in there.entries]
    assert not any(entry.words for entry in kept.entries)
    assert kept.evidence == there.evidence
    assert (await reserve.run(lambda unit: unit.pages().live())) == (PAGE,)
    rows = await reserve.run(lambda unit: unit.rows_of_page(PAGE.code))
    assert bare([*rows]) == bare([*await store.run(lambda unit: unit.rows_of_page(PAGE.code))])
    assert [one.key for one in await reserve.run(lambda unit: unit.due_timers(LATER))] == [
        "page:E-000000",
        "routes:E-000000",
    ]
    assert await reserve.run(lambda unit: unit.cases(SYSTEM).find(OTHER)) is None
    assert await reserve.run(lambda unit: unit.row_state("receipt:C-000001")) is None
    assert await reserve.run(lambda unit: unit.pages().find("E-000001")) is None
    (seq,) = await reserve.run(lambda unit: unit.add_facts(CODE, [note()]))
    assert seq == there.entries[-1].seq + 1


async def test_what_is_urgent_goes_along_without_a_page(
    store: SealedStore, reserve: SealedStore
) -> None:
    def job(unit: Unit) -> None:
        unit.create_case(CODE, [opening(), named("Example Alpha")])
        unit.enqueue(row("urgent", lane=Lane.EMERGENCY, case=CODE))
        unit.enqueue(row("over", lane=Lane.EMERGENCY, case=CODE))
        (one, *_) = [one for one in unit.take_rows(NOW) if one.key == "over"]
        unit.settle(one.id, RowState.SENT)

    await store.run(job)
    carried = await store.run(packed())
    assert (carried.cases, carried.pages) == ((CODE,), ())
    await carry(store, reserve)
    assert await reserve.run(lambda unit: unit.row_state("urgent")) is RowState.UNCERTAIN
    assert await reserve.run(lambda unit: unit.row_state("over")) is None
    assert await reserve.run(lambda unit: unit.excluded(CODE, [ALICE]))


async def test_rows_keep_their_bytes_and_states(store: SealedStore, reserve: SealedStore) -> None:
    def fare(unit: Unit) -> None:
        by_key = {one.key: one.id for one in unit.take_rows(NOW)}
        unit.settle(by_key["told:E-000000:1"], RowState.SENT)
        unit.settle(by_key["ring:E-000000:0:Example-A"], RowState.HELD, reason="nobody-there")

    await store.run(emergency)
    await store.run(fare)
    await carry(store, reserve)
    rows = {one.key: one for one in await reserve.run(lambda unit: unit.rows_of_page(PAGE.code))}
    mail = rows["mail:E-000000:1:a"]
    assert mail.payload == letter()
    assert (mail.state, mail.next_at) == (RowState.UNCERTAIN, LATER)
    assert rows["told:E-000000:1"].state is RowState.SENT
    held = rows["ring:E-000000:0:Example-A"]
    assert (held.state, held.reason, held.tries) == (RowState.HELD, "nobody-there", 1)


def persons() -> list[Person]:
    """Return people who are named in cases in one way or another, or not at all."""
    made = [
        Person(
            name=f"Example-{letter_}",
            roles=frozenset({Role.FUNCTIONARY}),
            accounts=(Account(network="testnet", name=f"acct-{letter_}"),),
            wiki=(f"Example wiki {letter_}",),
        )
        for letter_ in "CDEFGH"
    ]
    return [ALICE, BOB, *made]


@pytest.mark.parametrize("seed", range(8))
async def test_the_same_people_are_kept_out_at_both_ends(
    store: SealedStore, reserve: SealedStore, seed: int
) -> None:
    dice = random.Random(seed)
    people = persons()

    def write(unit: Unit, code: str, most: int) -> None:
        if unit.cases(SYSTEM).find(code) is None:
            unit.create_case(code, [opening(by=None)])
        for _ in range(most):
            who = dice.choice(people)
            seqs = [entry.seq for entry in found(unit, code).entries]
            fact = dice.choice(
                [
                    named(dice.choice(who.wiki or (who.name,))),
                    named(who.accounts[0].name),
                    facts.recused(at=NOW, by=who),
                    facts.lifted(at=NOW, by="Example-B", person=who),
                    facts.undone(at=NOW, by="Example-B", seqs=dice.sample(seqs, 1)),
                    note(),
                ]
            )
            unit.add_facts(code, [fact])

    def known(unit: Unit) -> list[object]:
        answers: list[object] = []
        for number in (1, 2):
            for group in combinations(people, number):
                answers += [unit.excluded(code, group) for code in codes]
        for who in people:
            for code in codes:
                answers.append(unit.cases(viewer(who)).find(code) is None)
                answers.append(unit.cases(viewer(who)).kept_out(code, people))
            answers.append([page.code for page in unit.pages([who]).live()])
        return answers

    codes = [CODE, OTHER]

    def written(unit: Unit) -> None:
        for code, page in zip(codes, ("E-000000", "E-000001"), strict=True):
            write(unit, code, dice.choice((9, SKELETON + 9)))
            unit.save_page(replace(PAGE, code=page, case=code))

    def gone_on(unit: Unit) -> None:
        for code in codes:
            write(unit, code, 8)

    await store.run(written)
    await carry(store, reserve)
    assert await reserve.run(known) == await store.run(known)
    await reserve.run(gone_on)
    there = await reserve.run(known)
    await carry(reserve, store, whole=True)
    assert await store.run(known) == there


async def test_people_and_watches_go_along_and_end_at_home(
    store: SealedStore, reserve: SealedStore
) -> None:
    other = replace(OVERRIDE, person="Example-B")

    def at_home(unit: Unit) -> None:
        unit.suspend("Example-A", by="Example-B", at=NOW)
        unit.suspend("Example-B", by="Example-A", at=NOW)
        unit.add_override(OVERRIDE, NOW)
        unit.add_override(other, NOW)
        unit.save_offer(OFFER)

    def in_reserve(unit: Unit) -> None:
        unit.reinstate("example-a")
        unit.suspend("Example-O", by="Example-A", at=NOW)
        unit.end_overrides("Example-A", NOW + MINUTE)
        unit.drop_offer("Example-A")

    def people(unit: Unit) -> object:
        names = ("Example-A", "Example-B", "Example-O")
        standing = [unit.suspension(name) for name in names]
        return standing, set(unit.overrides()), unit.offers()

    await store.run(at_home)
    await carry(store, reserve)
    assert await reserve.run(people) == await store.run(people)
    await reserve.run(in_reserve)
    # Through another reserve, since the first one failed as well.
    third = await MemoryReserve(now=Clock().now, secrets_=store.ring.secrets).open(Kept.MEMORY)
    await carry(reserve, third, whole=True)
    await carry(third, store, whole=True)
    assert await store.run(people) == await reserve.run(people)
    assert not await store.run(lambda unit: unit.is_suspended("Example-A"))
    await third.close()


async def test_who_is_suspended_at_home_stays_so_though_nothing_was_brought(
    store: SealedStore, reserve: SealedStore
) -> None:
    await store.run(lambda unit: unit.suspend("Example-A", by="Example-B", at=NOW))
    await reserve.run(emergency)
    await carry(reserve, store, whole=True)
    assert await store.run(lambda unit: unit.is_suspended("Example-A"))


# ---- from a reserve to home ------------------------------------------------------------------


def everything(unit: Unit) -> None:
    """Write all that a reserve can hold."""
    emergency(unit)
    around(unit)
    unit.save_session(
        "testnet|link|7", {"step": "danger"}, seen_at=NOW, case=CODE, phrase="a b c d e f"
    )
    unit.suspend("Example-B", by="Example-A", at=NOW)
    unit.add_override(OVERRIDE, NOW)
    unit.save_offer(OFFER)
    unit.note("drill", NOW)
    unit.claim("message-1", NOW)
    unit.audit(AuditEntry(at=NOW, who="Example-A", place="dm", verb="show", outcome="done"))


async def test_all_of_a_reserve_comes_home(store: SealedStore, reserve: SealedStore) -> None:
    await reserve.run(everything)
    assert await carry(reserve, store, whole=True) == {}
    assert await store.run(contents) == await reserve.run(contents)
    assert not await store.run(lambda unit: unit.claim("message-1", NOW))
    session = await store.run(lambda unit: unit.sessions().by_phrase("a b c d e f"))
    assert session is not None
    assert session.case == CODE
    assert (await store.verify_audit()).entries == 1
    said = await store.run(lambda unit: unit.cases(SYSTEM).words(CODE, 3))
    assert said is not None
    assert plain(said) == "of the night"


async def test_arriving_twice_changes_nothing(store: SealedStore, reserve: SealedStore) -> None:
    await reserve.run(everything)
    carried = await reserve.run(packed(whole=True))
    await store.run(lambda unit: unit.take_in(carried, LATER))

    def on(unit: Unit) -> None:
        unit.save_page(replace(PAGE, state=PageState.ENDED))
        unit.reinstate("Example-B")
        unit.drop_timer("page:E-000000")
        unit.add_facts(CODE, [facts.lifted(at=NOW, by="Example-B", person=ALICE)])
        unit.drop_session("testnet|link|7")

    await store.run(on)
    before = await store.run(contents)
    whole = await store.run(packed(whole=True))
    assert await store.run(lambda unit: unit.take_in(carried, LATER)) == {}
    assert await store.run(contents) == before
    assert await store.run(packed(whole=True)) == whole


async def test_what_comes_through_two_reserves_is_there_once(
    store: SealedStore, reserve: SealedStore, clock: Clock
) -> None:
    third = await MemoryReserve(now=clock.now, secrets_=store.ring.secrets).open(Kept.MEMORY)
    await reserve.run(everything)
    await carry(reserve, third, whole=True)
    await third.run(lambda unit: unit.add_facts(CODE, [note("more", 2)]))
    await carry(third, store, whole=True)
    before = await store.run(contents)
    await carry(reserve, store, whole=True)
    assert await store.run(contents) == before
    assert (await store.verify_audit()).entries == 1
    await third.close()


async def test_what_went_on_in_the_reserve_arrives_after_more_of_it(
    store: SealedStore, reserve: SealedStore
) -> None:
    await store.run(emergency)
    await carry(store, reserve)

    def on(unit: Unit) -> None:
        for one in unit.take_rows(LATER):
            unit.settle(one.id, RowState.SENT)
        unit.save_page(replace(PAGE, state=PageState.ACKED, acked_by=("Example-A",)))
        unit.add_facts(CODE, [note("more", 2), note("wrong")])
        unit.add_facts(CODE, [facts.undone(at=NOW, by="Example-B", seqs=[6, 2])])

    meanwhile = replace(note("meanwhile"), at=NOW + MINUTE)
    await store.run(lambda unit: unit.add_facts(CODE, [meanwhile]))
    await reserve.run(on)
    for _ in range(2):
        # The second time from a reserve that has something more to say, and says all again.
        assert await carry(reserve, store, whole=True) == {}
        await reserve.run(lambda unit: unit.note("again", NOW))
        entries = (await store.run(found)).entries
        assert [entry.undone for entry in entries] == [False, True, *[False] * 4, True, False]
        assert [entry.words for entry in entries[4:]] == [True, True, True, False]
        (page,) = await store.run(lambda unit: unit.pages().live())
        assert page.acked_by == ("Example-A",)
        rows = await store.run(lambda unit: unit.rows_of_page(PAGE.code))
        assert {one.state for one in rows} == {RowState.SENT}
    assert not await store.run(lambda unit: unit.excluded(CODE, [ALICE]))


async def test_who_was_lifted_in_the_reserve_is_lifted_at_home(
    store: SealedStore, reserve: SealedStore
) -> None:
    await store.run(emergency)
    await carry(store, reserve)
    lifted = facts.lifted(at=NOW, by="Example-B", person=ALICE)
    await reserve.run(lambda unit: unit.add_facts(CODE, [lifted]))
    await carry(reserve, store, whole=True)
    assert not await store.run(lambda unit: unit.excluded(CODE, [ALICE]))


async def test_who_was_named_at_home_meanwhile_stays_out(
    store: SealedStore, reserve: SealedStore
) -> None:
    await store.run(emergency)
    await carry(store, reserve)
    await store.run(lambda unit: unit.add_facts(CODE, [facts.recused(at=NOW, by=BOB)]))
    lifted = facts.lifted(at=NOW, by="Example-B", person=ALICE)
    await reserve.run(lambda unit: unit.add_facts(CODE, [lifted]))
    await carry(reserve, store, whole=True)
    assert await store.run(lambda unit: unit.excluded(CODE, [BOB]))


async def test_a_page_that_is_over_at_home_does_not_ring_again(
    store: SealedStore, reserve: SealedStore
) -> None:
    await store.run(emergency)
    await carry(store, reserve)
    await store.run(lambda unit: unit.save_page(replace(PAGE, state=PageState.ENDED)))
    await carry(reserve, store, whole=True)
    assert await store.run(lambda unit: unit.pages().live()) == ()


@pytest.mark.parametrize(
    ("here", "there", "then"),
    [
        (RowState.PENDING, RowState.SENT, RowState.SENT),
        (RowState.INFLIGHT, RowState.DEAD, RowState.DEAD),
        (RowState.SENT, RowState.PENDING, RowState.SENT),
        (RowState.DONE, RowState.INFLIGHT, RowState.DONE),
        (RowState.PENDING, RowState.INFLIGHT, RowState.UNCERTAIN),
        (RowState.INFLIGHT, RowState.PENDING, RowState.UNCERTAIN),
        (RowState.HELD, RowState.PENDING, RowState.PENDING),
        (RowState.PENDING, RowState.HELD, RowState.HELD),
        (RowState.INFLIGHT, RowState.HELD, RowState.UNCERTAIN),
    ],
)
async def test_the_further_state_of_a_row_counts(
    store: SealedStore, reserve: SealedStore, here: RowState, there: RowState, then: RowState
) -> None:
    def fare(state: RowState) -> Callable[[Unit], None]:
        def job(unit: Unit) -> None:
            unit.save_page(PAGE)
            unit.enqueue(row("mail", lane=Lane.EMERGENCY, payload=letter(), page=PAGE.code))
            if state is RowState.PENDING:
                return
            (one,) = unit.take_rows(NOW)
            if state is not RowState.INFLIGHT:
                unit.settle(one.id, state)

        return job

    await store.run(fare(here))
    await reserve.run(fare(there))
    await carry(reserve, store, whole=True)
    assert await store.run(lambda unit: unit.row_state("mail")) is then
    if then is RowState.UNCERTAIN:
        (one,) = await store.run(lambda unit: unit.take_rows(LATER))
        assert one.payload == letter()


async def test_what_was_in_hand_at_home_is_tried_again(
    store: SealedStore, reserve: SealedStore
) -> None:
    def taken(unit: Unit) -> int:
        unit.enqueue(row("say:C-000000:1"))
        (one,) = unit.take_rows(NOW)
        return one.id

    row_id = await store.run(taken)
    await carry(reserve, store, whole=True)
    await store.run(lambda unit: unit.settle(row_id, RowState.SENT))
    assert await store.run(lambda unit: unit.row_state("say:C-000000:1")) is RowState.UNCERTAIN


async def test_no_number_means_two_rows(store: SealedStore, clock: Clock) -> None:
    memory = MemoryReserve(now=clock.now, secrets_=store.ring.secrets)
    opened = [store, await memory.open(Kept.MEMORY), await memory.open(Kept.MEMORY)]
    taken: list[int] = []
    for one in opened:
        await one.run(lambda unit: unit.enqueue(row("k", lane=Lane.EMERGENCY)))
        taken += [found_.id for found_ in await one.run(lambda unit: unit.take_rows(NOW))]
    assert len(set(taken)) == len(opened)
    assert taken[0] < 1 << 40
    assert min(taken[1:]) > 1 << 41
    for one, row_id in zip(opened, taken[1:] + taken[:1], strict=True):
        await one.run(partial(settle, row_id=row_id))
        assert await one.run(lambda unit: unit.row_state("k")) is RowState.INFLIGHT
    for one in opened[1:]:
        await one.close()


@pytest.mark.parametrize("newer_first", [True, False])
async def test_the_page_that_has_gone_on_for_longer_counts(
    store: SealedStore, reserve: SealedStore, clock: Clock, newer_first: bool
) -> None:
    third = await MemoryReserve(now=clock.now, secrets_=store.ring.secrets).open(Kept.MEMORY)
    acked = replace(
        PAGE, state=PageState.ACKED, acked_by=("Example-A",), acked_at=NOW + MINUTE, rung_at=NOW
    )
    await reserve.run(lambda unit: unit.save_page(replace(PAGE, rung_at=NOW)))
    await third.run(lambda unit: unit.save_page(acked))
    for source in (third, reserve) if newer_first else (reserve, third):
        await carry(source, store, whole=True)
    assert await store.run(lambda unit: unit.pages().live()) == (acked,)
    again = replace(acked, state=PageState.RINGING, acked_by=(), rung_at=NOW + 31 * MINUTE)
    await reserve.run(lambda unit: unit.save_page(again))
    await carry(reserve, store, whole=True)
    assert await store.run(lambda unit: unit.pages().live()) == (again,)
    await third.close()


async def test_what_was_ended_in_a_reserve_is_not_begun_again_by_what_came_before(
    store: SealedStore, reserve: SealedStore
) -> None:
    def at_home(unit: Unit) -> None:
        unit.suspend("Example-A", by="Example-B", at=NOW)
        unit.add_override(OVERRIDE, NOW)
        unit.save_offer(OFFER)

    def ended(unit: Unit) -> None:
        unit.reinstate("Example-A")
        unit.end_overrides("Example-A", NOW)
        unit.drop_offer("Example-A")

    await store.run(at_home)
    await carry(store, reserve)
    await reserve.run(ended)
    await store.run(lambda unit: unit.save_page(PAGE))
    await carry(store, reserve)
    assert not await reserve.run(lambda unit: unit.is_suspended("Example-A"))
    assert await reserve.run(lambda unit: (unit.overrides(), unit.offers())) == ((), ())
    await carry(reserve, store, whole=True)
    assert not await store.run(lambda unit: unit.is_suspended("Example-A"))
    assert await store.run(lambda unit: (unit.overrides(), unit.offers())) == ((), ())


# ---- codes that are taken --------------------------------------------------------------------


async def test_a_code_that_is_something_else_here_gives_way(
    store: SealedStore, reserve: SealedStore
) -> None:
    def elsewhere(unit: Unit) -> None:
        unit.create_case(CODE, [opening(kind="spam"), named("Example Beta")])
        unit.save_page(replace(PAGE, opened_at=NOW - MINUTE, caller="testnet|link|8"))
        unit.enqueue(row("mail:E-000000:1:a", lane=Lane.EMERGENCY, page=PAGE.code))

    await store.run(elsewhere)
    before = await store.run(found)
    await reserve.run(everything)
    await reserve.run(
        lambda unit: unit.add_facts(OTHER, [facts.related(at=NOW, by="Example-B", code=CODE)])
    )
    codes = await carry(reserve, store, whole=True)
    assert sorted(codes) == [CODE, PAGE.code]
    case, call = codes[CODE], codes[PAGE.code]
    assert await store.run(found) == before
    here = await store.run(lambda unit: found(unit, case))
    assert here.entries[-1].data == {"page": call, "emergency": "life"}
    assert (await store.run(lambda unit: found(unit, OTHER))).related == (case,)
    page = await store.run(lambda unit: unit.pages().find(call))
    assert page == replace(PAGE, code=call, case=case)
    rows = {one.key: one for one in await store.run(lambda unit: unit.rows_of_page(call))}
    assert set(rows) == {f"mail:{call}:1:a", f"ring:{call}:0:Example-A", f"told:{call}:1"}
    assert {one.case for one in rows.values()} == {case}
    mail = rows[f"mail:{call}:1:a"].payload
    assert isinstance(mail, Letter)
    assert mail.raw == letter().raw
    timers = await store.run(lambda unit: unit.due_timers(NOW + 99 * MINUTE))
    assert {timer.data.get("page") for timer in timers if timer.kind == "page"} == {call}
    session = await store.run(lambda unit: unit.sessions().of("testnet|link|7"))
    assert session is not None
    assert session.case == case
    assert await store.run(lambda unit: unit.excluded(case, [ALICE]))
    assert not await store.run(lambda unit: unit.excluded(CODE, [ALICE]))
    # Again, and with something new to say: the same codes.
    assert await carry(reserve, store, whole=True) == codes
    await reserve.run(lambda unit: unit.add_facts(CODE, [note("later")]))
    assert await carry(reserve, store, whole=True) == codes
    assert len((await store.run(lambda unit: found(unit, case))).entries) == 5


async def test_words_that_are_said_follow_a_new_code(
    store: SealedStore, reserve: SealedStore
) -> None:
    await store.run(lambda unit: unit.create_case(CODE, [opening(kind="spam")]))

    def say(unit: Unit) -> None:
        unit.create_case(CODE, [opening()])
        unit.enqueue(row("ring", payload=speech_about(CODE), case=CODE))

    await reserve.run(say)
    codes = await carry(reserve, store, whole=True)
    (one,) = await store.run(lambda unit: unit.take_rows(NOW))
    assert one.payload == speech_about(codes[CODE])


def speech_about(code: str) -> Speech:
    return speech(text=f"about {code}, not {CODE}7")


async def test_a_case_that_is_read_only_at_home_goes_on_as_another(
    store: SealedStore, reserve: SealedStore
) -> None:
    await store.run(emergency)
    await carry(store, reserve)
    await store.database.run(newer(store))
    await reserve.run(lambda unit: unit.add_facts(CODE, [note("more")]))
    codes = await carry(reserve, store, whole=True)
    assert list(codes) == [CODE]
    on = await store.run(lambda unit: found(unit, codes[CODE]))
    assert on.related == (CODE,)
    assert on.entries[4].words
    assert await store.run(lambda unit: unit.excluded(codes[CODE], [ALICE]))
    page = await store.run(lambda unit: unit.pages().find(PAGE.code))
    assert page is not None
    assert page.case == codes[CODE]
    await reserve.run(lambda unit: unit.add_facts(CODE, [note("even more")]))
    assert await carry(reserve, store, whole=True) == codes
    assert len((await store.run(lambda unit: found(unit, codes[CODE]))).entries) == 7


async def test_a_case_that_was_read_only_and_has_nothing_new_stays(
    store: SealedStore, reserve: SealedStore
) -> None:
    await store.run(emergency)
    await store.database.run(newer(store))
    await carry(store, reserve)
    with pytest.raises(facts.CaseIsReadOnly):
        await reserve.run(lambda unit: unit.add_facts(CODE, [note()]))
    assert await carry(reserve, store, whole=True) == {}


# ---- interviews ------------------------------------------------------------------------------


async def test_an_interview_at_home_is_not_written_over(
    store: SealedStore, reserve: SealedStore
) -> None:
    def save(step: str, case: str | None, phrase: str) -> Callable[[Unit], None]:
        def job(unit: Unit) -> None:
            if case is not None:
                unit.create_case(case, [opening()])
            unit.save_session("me", {"step": step}, seen_at=NOW, case=case, phrase=phrase)

        return job

    await store.run(save("mine", None, "a b c d e f"))
    await reserve.run(save("other", CODE, "g h i j k l"))
    await carry(reserve, store, whole=True)
    session = await store.run(lambda unit: unit.sessions().of("me"))
    assert session is not None
    assert session.data == {"step": "mine"}
    # Whoever was told of a case is found for it.
    assert session.case == CODE
    assert await store.run(lambda unit: unit.sessions().by_phrase("a b c d e f")) == session
    await reserve.run(save("third", OTHER, "m n o p q r"))
    await carry(reserve, store, whole=True)
    assert await store.run(lambda unit: unit.sessions().of("me")) == session


async def test_six_words_that_are_somebody_elses_stay_theirs(
    store: SealedStore, reserve: SealedStore
) -> None:
    def save(identity: str, step: str) -> Callable[[Unit], None]:
        return lambda unit: unit.save_session(
            identity, {"step": step}, seen_at=NOW, case=CODE, phrase="a b c d e f"
        )

    await store.run(save("me", "mine"))
    await reserve.run(save("you", "yours"))
    await carry(reserve, store, whole=True)
    found_ = [
        await store.run(lambda unit: unit.sessions().by_phrase("a b c d e f")),
        await store.run(lambda unit: unit.sessions().of_case(CODE)),
    ]
    assert [one and one.identity for one in found_] == ["me", "me"]
    yours = await store.run(lambda unit: unit.sessions().of("you"))
    assert yours is not None
    assert yours.case is None


# ---- what cannot be read ---------------------------------------------------------------------


async def test_what_cannot_be_opened_stays_behind_and_the_rest_goes(
    store: SealedStore, reserve: SealedStore, caplog: pytest.LogCaptureFixture
) -> None:
    await store.run(everything)
    await store.run(lambda unit: unit.save_page(replace(PAGE, code="E-000002")))
    for damage in (
        "UPDATE facts SET spine = x'01' WHERE seq = 3",
        "UPDATE pages SET sealed = x'01' WHERE code = 'E-000000'",
        "UPDATE outbox SET head = x'01' WHERE lane = 1",
        "UPDATE timers SET sealed = x'01' WHERE due > 0",
        "UPDATE suspensions SET sealed = x'01' WHERE at > 0",
        "UPDATE watches SET sealed = x'01' WHERE id > 0",
    ):
        await store.database.run(partial(break_it, statement=damage))
    await carry(store, reserve)
    assert [page.code for page in await reserve.run(lambda unit: unit.pages().live())] == [
        "E-000002"
    ]
    assert await reserve.run(lambda unit: unit.row_state("mail:E-000000:1:a")) is RowState.PENDING
    assert await reserve.run(lambda unit: unit.excluded(CODE, [ALICE]))
    assert await reserve.run(lambda unit: unit.is_suspended("Example-B"))
    with pytest.raises(facts.CaseIsReadOnly):
        await reserve.run(lambda unit: unit.add_facts(CODE, [note()]))
    assert "night" not in caplog.text
    # At home that case cannot be told from another, and nothing more was said of it.
    await reserve.run(lambda unit: unit.note("drill", NOW))
    await carry(reserve, store, whole=True)


async def test_a_case_that_cannot_be_opened_at_home_goes_on_as_another(
    store: SealedStore, reserve: SealedStore
) -> None:
    await store.run(emergency)
    await carry(store, reserve)
    await reserve.run(lambda unit: unit.add_facts(CODE, [note()]))
    damage = "UPDATE facts SET spine = x'01' WHERE seq = 1"
    await store.database.run(partial(break_it, statement=damage))
    codes = await carry(reserve, store, whole=True)
    assert (await store.run(lambda unit: found(unit, codes[CODE]))).related == (CODE,)


async def test_only_what_a_store_carried_is_taken_in(store: SealedStore) -> None:
    class Other:
        cases = ()
        pages = ()

    with pytest.raises(TypeError):
        await store.run(lambda unit: unit.take_in(Other(), NOW))


async def test_nothing_of_it_is_shown(store: SealedStore) -> None:
    await store.run(everything)
    carried = await store.run(packed(whole=True))
    shown = f"{carried} {carried!r} {vars(type(carried))['files']}"
    assert "night" not in shown
    assert "Example" not in shown
    assert "link|7" not in shown
