"""Where nobody takes a page for a quarter of an hour, everybody is rung who may take it.

The definition: a page is `whole` once 15 minutes have passed since it began to ring, or to ring
again, without being taken. Then everybody is rung who can be reached, may know of the case and
may take the page, whether on duty, on a step, or neither. Drills, and what a colleague wants of
one person, are never whole.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.oncall.ladder import PageInput, advance
from bot.core.oncall.reach import acks_needed, on_duty, whole_team
from bot.core.oncall.reach import rung as rung_for
from bot.core.policy.access import CALL_ROLES
from bot.core.words.pages import EmergencyClass, Page, PageState
from bot.core.words.people import Role
from bot.core.words.rota import Rota, Shift
from tests.core.oncall.office import LADDER, MINUTE, PEOPLE, START, Office, posts, rung, said
from tests.core.oncall.test_ladder import PAGE, begun

QUARTER = 15 * MINUTE
#: The office opens at nine: alice is on duty, bob and cleo sleep.
DAYS = frozenset(range(7))
SHIFTS = tuple(
    Shift(person=name, zone="UTC", days=DAYS, start=time(start), end=time(end))
    for name, start, end in (("alice", 8, 20), ("bob", 20, 8), ("cleo", 20, 8))
)


def on_shifts(excluded: frozenset[str] = frozenset()) -> Office:
    return Office(rota=Rota(shifts=SHIFTS), excluded=excluded)


def played(office: Office, until: timedelta) -> Mapping[timedelta, list[str]]:
    """Tick whenever the page wants to, and return who was rung when."""
    heard: dict[timedelta, list[str]] = {}
    while (due := office.timers["page:E-AAAAAA"].due) <= START + until:
        office.now = due
        effects = office.tick("E-AAAAAA")
        if rung(effects):
            heard[due - START] = rung(effects)
    return heard


def test_whoever_sleeps_off_duty_is_rung_after_a_quarter_of_an_hour_and_from_then_on() -> None:
    heard = played(begun(on_shifts()), 25 * MINUTE)
    assert list(heard) == [n * MINUTE for n in (3, 6, 9, 12, 15, 18, 21, 24)]
    for at, names in heard.items():
        everybody = {"alice", "bob", "cleo", "dora", "olga"}
        assert set(names) == (everybody if at >= QUARTER else {"alice"})
        assert len(names) == len(set(names))


def test_the_rooms_hear_it_once() -> None:
    office = begun(on_shifts())
    lines = []
    while (due := office.timers["page:E-AAAAAA"].due) <= START + 30 * MINUTE:
        office.now = due
        lines += [said(post.doc) for post in posts(office.tick("E-AAAAAA"), "ring-room:")]
    told = [line for line in lines if "on duty or not" in line]
    assert told == [lines[4]]
    assert "!ack E-AAAAAA" in told[0]


def test_whoever_may_not_know_of_it_stays_out() -> None:
    heard = played(begun(on_shifts(excluded=frozenset({"bob", "olga"}))), QUARTER)
    assert set(heard[QUARTER]) == {"alice", "cleo", "dora"}


@pytest.mark.parametrize("page", [replace(PAGE, drill=True), replace(PAGE, whom="bob")])
def test_a_drill_and_what_one_person_is_wanted_for_wake_nobody_else(page: Page) -> None:
    office = begun(on_shifts(), page)
    names = {name for names in played(office, 29 * MINUTE).values() for name in names}
    assert names == ({"alice"} if page.drill else {"bob"})


def test_an_exposure_rings_those_who_may_take_it_and_no_others() -> None:
    page = replace(PAGE, emergency=None, exposure=True)
    heard = played(begun(on_shifts(), page), 30 * MINUTE)
    assert {name for names in heard.values() for name in names} == {"olga"}


def test_an_ack_that_lapsed_begins_the_quarter_anew() -> None:
    office = begun(on_shifts())
    played(office, QUARTER)
    office.ack("E-AAAAAA", "bob")
    heard = played(office, 70 * MINUTE)
    again = min(heard)
    assert again == QUARTER + 33 * MINUTE
    assert {at: set(names) == {"alice"} for at, names in heard.items()} == {
        at: at < again + QUARTER for at in heard
    }


def test_no_more_acks_are_needed_than_are_rung() -> None:
    office = on_shifts()
    office.ladder = replace(LADDER, acks={EmergencyClass.LIFE: 4})
    begun(office)
    page = office.saved["E-AAAAAA"]
    who = office.context().who(page)
    assert acks_needed(page, office.ladder, who) == 1
    assert acks_needed(replace(page, whole=True), office.ladder, who) == 4


def test_one_who_took_it_with_others_missing_lets_the_whole_team_be_rung() -> None:
    office = Office(ladder=replace(LADDER, acks={EmergencyClass.LIFE: 2}))
    begun(office)
    office.ack("E-AAAAAA", "alice")
    assert office.saved["E-AAAAAA"].state is PageState.RINGING
    assert set(played(office, QUARTER)[QUARTER]) == {"bob", "cleo", "dora", "olga"}


def test_a_page_of_an_older_version_knows_when_it_began() -> None:
    office = begun(on_shifts())
    office.saved["E-AAAAAA"] = replace(office.saved["E-AAAAAA"], began_at=None)
    office.now = START + QUARTER
    assert set(rung(office.tick("E-AAAAAA"))) == {"alice", "bob", "cleo", "dora", "olga"}


@given(
    roles=st.lists(st.frozensets(st.sampled_from(Role), max_size=2), min_size=6, max_size=6),
    routes=st.lists(st.sampled_from(["chat", "mail", "both", "none"]), min_size=6, max_size=6),
    gone=st.sets(st.integers(0, 5)),
    exposure=st.booleans(),
    step=st.integers(0, 2),
)
def test_whoever_is_rung_in_the_end_is_who_the_definition_says(
    roles: list[frozenset[Role]],
    routes: list[str],
    gone: set[int],
    exposure: bool,
    step: int,
) -> None:
    people = tuple(
        replace(
            person,
            roles=held,
            accounts=() if way in {"mail", "none"} else person.accounts,
            mail=None if way in {"chat", "none"} else f"{person.name}@example.org",
        )
        for person, held, way in zip(PEOPLE, roles, routes, strict=True)
    )
    out = frozenset(people[n].name for n in gone)
    page = replace(PAGE, exposure=exposure, step=step, whole=True)
    office = Office(people=people, excluded=out, rota=Rota(shifts=SHIFTS))
    who = office.context().who(page)
    reachable = {p.name: p for p in people if p.name not in out and (p.accounts or p.mail)}
    wanted = {
        name
        for name, p in reachable.items()
        if name in {"alice", "bob", "cleo"} or not p.roles.isdisjoint(CALL_ROLES)
    }
    if exposure:
        # Oversighters, else stewards; where there is neither, whom the ladder rings right now.
        found = [
            {name for name, p in reachable.items() if role in p.roles}
            for role in (Role.OVERSIGHTER, Role.STEWARD)
        ]
        steps = {p.name for step in on_duty(LADDER, who) for p in step}
        wanted = found[0] or found[1] or steps
    assert {p.name for p in whole_team(page, LADDER, who)} == wanted
    assert {p.name for p in rung_for(page, LADDER, who)} == wanted


def test_somebody_who_takes_it_after_that_ends_it_for_all() -> None:
    office = begun(on_shifts())
    played(office, QUARTER)
    step = office.ack("E-AAAAAA", "bob")
    assert step.page.state is PageState.ACKED
    told = {post.key.split(":")[2] for post in posts(step.effects, "taken:")}
    assert told == {"alice", "cleo", "dora", "olga"}
    who = office.context().who(step.page)
    ended = advance(step.page, PageInput.STAND_DOWN, office.now, LADDER, who, "bob")
    told = {post.key.split(":")[2] for post in posts(ended.effects, "stood-down:")}
    assert told == {"alice", "cleo", "dora", "olga"}
