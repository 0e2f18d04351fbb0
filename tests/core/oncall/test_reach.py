"""Whom a page rings when shifts narrow the ladder: those on call, and never nobody."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from bot.core.oncall.reach import Who, acks_needed, may_take, on_duty, steps_of
from bot.core.words.pages import EmergencyClass, Page
from bot.core.words.people import Person
from bot.core.words.rota import Override, Rota, Shift
from tests.core.oncall.office import ALICE, BOB, CAROL, CLEO, DORA, LADDER, PEOPLE, START

PAGE = Page(code="E-AAAAAA", emergency=EmergencyClass.LIFE, case=None, opened_at=START)
EVERY_DAY = frozenset(range(7))
HOUR = timedelta(hours=1)


def shift(name: str, start: int, end: int) -> Shift:
    return Shift(person=name, zone="UTC", days=EVERY_DAY, start=time(start), end=time(end))


#: The office opens at nine.
SHIFTS = (shift("alice", 8, 20), shift("bob", 20, 8), shift("cleo", 20, 8))


def who(
    *overrides: Override,
    excluded: frozenset[str] = frozenset(),
    people: tuple[Person, ...] = PEOPLE,
    now: datetime = START,
) -> Who:
    rota = Rota(shifts=SHIFTS, overrides=overrides)
    return Who(people=people, rooms=(), prefix="!", rota=rota, now=now, excluded=excluded)


def rung(asked: Who) -> list[list[str]]:
    steps = steps_of(PAGE, LADDER, asked)
    assert steps == on_duty(LADDER, asked), "the list and the page say the same"
    return [[person.name for person in step] for step in steps]


def test_a_shift_narrows_the_steps_and_keeps_their_order() -> None:
    assert rung(who()) == [["alice"], [], []]
    assert rung(who(now=START + 12 * HOUR)) == [[], ["bob"], ["cleo"]]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        (who(excluded=frozenset({"alice"})), [[], ["bob"], ["cleo"]]),
        (who(people=(BOB, CLEO, DORA)), [[], ["bob"], ["cleo"]]),
        (who(people=(replace(ALICE, accounts=(), mail=None), BOB)), [[], ["bob"], []]),
        (who(people=(DORA, CAROL)), [["dora"]]),
    ],
    ids=["named", "suspended", "no route", "nobody named"],
)
def test_where_nobody_on_call_can_be_rung_everybody_named_is(
    asked: Who, names: list[list[str]]
) -> None:
    assert rung(asked) == names


def test_a_watch_that_was_taken_counts_for_whoever_can_be_rung() -> None:
    swapped = Override(person="dora", begins=START, ends=START + HOUR, instead="alice")
    assert rung(who(swapped)) == [["dora"], [], []]
    assert rung(who(swapped, excluded=frozenset({"dora"}))) == [["alice"], [], []]
    to_operator = replace(swapped, person="carol")
    assert rung(who(to_operator)) == [["alice"], [], []]


def test_no_more_acks_are_needed_than_people_are_rung() -> None:
    ladder = replace(LADDER, acks={EmergencyClass.LIFE: 2})
    assert acks_needed(PAGE, ladder, who()) == 1
    assert acks_needed(PAGE, ladder, who(now=START + 12 * HOUR)) == 2


def test_whoever_is_off_may_take_a_page_all_the_same() -> None:
    assert may_take(PAGE, "bob", LADDER, who())
    assert not may_take(PAGE, "bob", LADDER, who(excluded=frozenset({"bob"})))


def test_an_exposure_asks_for_no_shift() -> None:
    page = replace(PAGE, emergency=None, exposure=True)
    steps = steps_of(page, LADDER, who(people=(ALICE, BOB)))
    assert [[person.name for person in step] for step in steps] == [["bob"]]
