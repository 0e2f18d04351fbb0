"""A page rings until somebody takes it, and is never lost on the way."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.oncall.ladder import MAX_SILENCE, TABLE, PageError, PageInput, advance
from bot.core.oncall.reach import acks_needed, may_take, steps_of, who_of
from bot.core.words.effects import DropTimer, Lane, Mail, Post, SetTimer, ToRoom
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass, Page, PageState
from bot.core.words.people import Role
from bot.core.words.rota import Rota
from tests.core.oncall.office import (
    ALICE,
    BOB,
    CAROL,
    DORA,
    LADDER,
    MINUTE,
    OLGA,
    PEOPLE,
    START,
    Office,
    mails,
    page_of,
    person,
    posts,
    rung,
    said,
)

PAGE = Page(code="E-AAAAAA", emergency=EmergencyClass.LIFE, case="C-AAAAAA", opened_at=START)


def begun(office: Office | None = None, page: Page = PAGE) -> Office:
    """Return an office in which the page has rung for the first time."""
    office = office or Office()
    who = office.context().who(page)
    office.keep(advance(page, PageInput.RING, office.now, office.ladder, who).effects)
    return office


def test_the_first_ring_goes_everywhere_the_first_step_can_be_reached() -> None:
    office = begun()
    keys = list(office.outbox)
    assert [key.rpartition(":")[0] if not key.endswith(":mail") else "mail" for key in keys] == [
        "ring:E-AAAAAA:alice",
        "mail",
        "ring-room:E-AAAAAA:team",
    ]
    page = office.saved["E-AAAAAA"]
    assert (page.step, page.rung_at, page.stepped_at) == (0, START, START)
    assert office.timers["page:E-AAAAAA"].due == START + 3 * MINUTE
    assert office.timers["page:E-AAAAAA"].kind == "page"
    assert office.timers["page:E-AAAAAA"].data == {"page": "E-AAAAAA"}


def test_a_ring_says_code_class_and_age_and_no_more() -> None:
    office = begun()
    office.later(3)
    effects = office.tick("E-AAAAAA")
    ring = posts(effects, "ring:")[0]
    line = "E-AAAAAA: danger to life, raised 3 minutes ago."
    assert said(ring.doc).startswith(line)
    assert "!ack E-AAAAAA" in said(ring.doc)
    assert ring.plain_message
    assert ring.lane is Lane.PAGE
    assert ring.page == "E-AAAAAA"
    mail = mails(effects, Lane.PAGE)[0]
    assert mail.to == "alice@example.org"
    assert said(mail.body).startswith(line)


def test_the_ladder_is_climbed_and_everybody_reached_so_far_rings_again() -> None:
    office = begun()
    heard: list[tuple[float, list[str]]] = []
    for minute in (3, 5, 8, 10, 13, 15, 18):
        office.now = START + minute * MINUTE
        assert office.timers["page:E-AAAAAA"].due == office.now
        heard.append((minute, rung(office.tick("E-AAAAAA"))))
    assert heard == [
        (3, ["alice"]),
        (5, ["alice", "bob"]),
        (8, ["alice", "bob"]),
        (10, ["alice", "bob", "cleo"]),
        (13, ["alice", "bob", "cleo"]),
        (15, ["alice", "bob", "cleo", "dora", "olga"]),
        (18, ["alice", "bob", "cleo", "dora", "olga"]),
    ]


def test_a_tick_that_comes_early_only_waits() -> None:
    office = begun()
    office.later(1)
    effects = office.tick("E-AAAAAA")
    assert [type(effect) for effect in effects] == [SetTimer]
    assert office.timers["page:E-AAAAAA"].due == START + 3 * MINUTE


def test_a_tick_that_comes_late_makes_up_for_the_steps_missed() -> None:
    office = begun()
    office.later(60)
    assert rung(office.tick("E-AAAAAA")) == ["alice", "bob", "cleo", "dora", "olga"]


@pytest.mark.parametrize(
    ("gone", "first"),
    [
        (frozenset(), ["alice"]),
        (frozenset({"alice"}), ["bob"]),
        (frozenset({"alice", "bob"}), ["cleo"]),
        # Nobody of the ladder is left: whoever could take it rings.
        (frozenset({"alice", "bob", "cleo"}), ["dora", "olga"]),
    ],
)
def test_steps_without_anybody_are_skipped_at_once(gone: frozenset[str], first: list[str]) -> None:
    office = begun(Office(excluded=gone))
    keys = [key.split(":")[2] for key in office.outbox if key.startswith("ring:")]
    assert list(dict.fromkeys(keys)) == first


def test_somebody_without_any_route_is_nobody() -> None:
    silent = person("alice", Role.ON_CALL, mail=False, chat=False)
    office = begun(Office(people=(silent, BOB)))
    assert {key.split(":")[2] for key in office.outbox if key.startswith("ring:")} == {"bob"}


def test_with_nobody_at_all_the_room_still_hears_and_the_page_goes_on() -> None:
    office = begun(Office(people=()))
    assert [key.split(":")[0] for key in office.outbox] == ["ring-room"]
    office.later(3)
    assert posts(office.tick("E-AAAAAA"), "ring-room:")
    assert office.timers["page:E-AAAAAA"].due == office.now + 3 * MINUTE


def test_the_configured_pause_is_never_longer_than_the_longest_silence() -> None:
    slow = replace(LADDER, repage=timedelta(hours=1), steps=(("alice",),))
    office = begun(Office(ladder=slow))
    assert office.timers["page:E-AAAAAA"].due == START + MAX_SILENCE


# ---- taking ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "excluded", "able"),
    [
        ("alice", frozenset(), True),
        ("cleo", frozenset(), True),
        ("dora", frozenset(), True),
        ("carol", frozenset(), False),
        ("nobody", frozenset(), False),
        ("alice", frozenset({"alice"}), False),
    ],
)
def test_who_may_take_a_page(name: str, excluded: frozenset[str], able: bool) -> None:
    office = begun(Office(excluded=excluded))
    page = office.saved["E-AAAAAA"]
    who = who_of(page, office.terms, Rota(), START, excluded)
    assert may_take(page, name, LADDER, who) is able
    if able:
        assert office.ack("E-AAAAAA", name).page.state is PageState.ACKED
    else:
        with pytest.raises(PageError):
            office.ack("E-AAAAAA", name)
        assert office.saved["E-AAAAAA"] == page


def test_an_ack_ends_the_ringing_and_the_others_hear_who_took_it() -> None:
    office = begun()
    office.later(5)
    office.tick("E-AAAAAA")
    office.later(1)
    step = office.ack("E-AAAAAA", "bob")
    assert step.page.state is PageState.ACKED
    assert step.page.acked_by == ("bob",)
    told = posts(step.effects, "taken:")
    assert [post.key.split(":")[2] for post in told] == ["alice"]
    assert "bob" in said(told[0].doc)
    rooms = posts(step.effects, "taken-room:")
    assert [post.to for post in rooms] == [ToRoom(room="team")]
    assert [mail.to for mail in mails(step.effects, Lane.PAGE)] == ["alice@example.org"]
    assert office.timers["page:E-AAAAAA"].due == office.now + 30 * MINUTE


def test_a_second_ack_renews_in_silence() -> None:
    office = begun()
    office.ack("E-AAAAAA", "alice")
    office.later(20)
    step = office.ack("E-AAAAAA", "alice")
    assert not posts(step.effects)
    assert step.page.acked_by == ("alice",)
    assert office.timers["page:E-AAAAAA"].due == office.now + 30 * MINUTE


def test_an_ack_that_has_lived_is_asked_about_then_the_page_opens() -> None:
    office = begun()
    office.later(1)
    office.ack("E-AAAAAA", "alice")
    office.later(30)
    effects = office.tick("E-AAAAAA")
    assert [post.key.split(":")[2] for post in posts(effects, "still:")] == ["alice"]
    assert rung(effects) == []
    assert page_of(effects).state is PageState.ACKED
    office.later(2)
    assert [type(effect) for effect in office.tick("E-AAAAAA")] == [SetTimer]
    office.later(1)
    effects = office.tick("E-AAAAAA")
    page = page_of(effects)
    assert (page.state, page.acked_by, page.step) == (PageState.RINGING, (), 0)
    assert rung(effects) == ["alice"]


def test_an_answer_to_the_question_keeps_it_taken() -> None:
    office = begun()
    office.ack("E-AAAAAA", "alice")
    office.later(30)
    office.tick("E-AAAAAA")
    office.later(2)
    office.ack("E-AAAAAA", "alice")
    office.later(29)
    assert [type(effect) for effect in office.tick("E-AAAAAA")] == [SetTimer]
    assert office.saved["E-AAAAAA"].state is PageState.ACKED


def test_several_acks_are_needed_where_configured() -> None:
    office = begun(Office(ladder=replace(LADDER, acks={EmergencyClass.LIFE: 2})))
    step = office.ack("E-AAAAAA", "alice")
    assert step.page.state is PageState.RINGING
    assert office.ack("E-AAAAAA", "alice").page.state is PageState.RINGING
    office.now = START + 5 * MINUTE
    assert rung(office.tick("E-AAAAAA")) == ["bob"]
    assert office.ack("E-AAAAAA", "bob").page.state is PageState.ACKED


def test_never_more_acks_than_people_who_can_be_reached() -> None:
    ladder = replace(LADDER, acks={EmergencyClass.LIFE: 9})
    terms = Office(people=(ALICE, CAROL)).terms
    assert acks_needed(PAGE, ladder, who_of(PAGE, terms, Rota(), START)) == 1
    terms = Office(people=()).terms
    assert acks_needed(PAGE, ladder, who_of(PAGE, terms, Rota(), START)) == 1


# ---- the table -------------------------------------------------------------------------------

#: Nobody gives these: an ack or a tick turns into them.
TURNED_INTO = {PageInput.ENOUGH, PageInput.ANSWERED, PageInput.UNANSWERED}


def test_every_input_has_its_place_in_the_table() -> None:
    assert {what for _, what in TABLE} == set(PageInput)
    assert {state for state, _ in TABLE} == set(PageState) - {PageState.ENDED}
    assert set(TABLE.values()) == set(PageState)


@pytest.mark.parametrize("state", list(PageState))
@pytest.mark.parametrize("what", PageInput)
def test_what_the_table_does_not_name_is_an_error(state: PageState, what: PageInput) -> None:
    page = replace(PAGE, state=state, rung_at=START, acked_at=START, stepped_at=START)
    office = Office()
    if what in TURNED_INTO:
        with pytest.raises(PageError):
            advance(page, what, START, LADDER, office.context().who(page), "alice")
        return
    names = {PageInput.ACK: {PageInput.ACK, PageInput.ENOUGH}}.get(what, {what})
    if any((state, name) in TABLE for name in names):
        step = advance(page, what, START, LADDER, office.context().who(page), "alice")
        assert step.page.state in {TABLE[state, name] for name in names if (state, name) in TABLE}
    else:
        with pytest.raises(PageError):
            advance(page, what, START, LADDER, office.context().who(page), "alice")


def test_an_ended_page_drops_its_timer() -> None:
    office = begun()
    who = office.context().who(PAGE)
    step = advance(office.saved["E-AAAAAA"], PageInput.OVER, START, LADDER, who)
    assert step.page.state is PageState.ENDED
    assert DropTimer(key="page:E-AAAAAA") in step.effects


def test_standing_down_ends_it_and_everybody_who_was_rung_hears_by_whom() -> None:
    office = begun()
    office.later(5)
    office.tick("E-AAAAAA")
    who = office.context().who(PAGE)
    step = advance(office.saved["E-AAAAAA"], PageInput.STAND_DOWN, office.now, LADDER, who, "alice")
    assert step.page.state is PageState.ENDED
    assert DropTimer(key="page:E-AAAAAA") in step.effects
    told = posts(step.effects, "stood-down:")
    assert [post.key.split(":")[2] for post in told] == ["bob"]
    assert "alice" in said(told[0].doc)
    assert [mail.to for mail in mails(step.effects, Lane.PAGE)] == ["bob@example.org"]
    assert [post.to for post in posts(step.effects, "stood-down-room:")] == [ToRoom(room="team")]


def test_whoever_took_it_hears_that_it_was_stood_down() -> None:
    office = begun()
    office.ack("E-AAAAAA", "dora")
    who = office.context().who(PAGE)
    page = office.saved["E-AAAAAA"]
    step = advance(page, PageInput.STAND_DOWN, office.now, LADDER, who, "bob")
    told = [post.key.split(":")[2] for post in posts(step.effects, "stood-down:")]
    assert told == ["alice", "dora"]


@pytest.mark.parametrize("name", ["carol", "nobody", None])
def test_nobody_stands_down_what_they_cannot_act_on(name: str | None) -> None:
    office = begun()
    who = office.context().who(PAGE)
    with pytest.raises(PageError):
        advance(office.saved["E-AAAAAA"], PageInput.STAND_DOWN, office.now, LADDER, who, name)


def test_an_exposure_rings_oversighters_else_stewards() -> None:
    page = replace(PAGE, emergency=None, exposure=True)

    def first(*people_names: str) -> list[str]:
        people = tuple(p for p in PEOPLE if p.name in people_names)
        steps = steps_of(page, LADDER, who_of(page, Office(people=people).terms, Rota(), START))
        return [p.name for p in steps[0]]

    assert first("alice", "bob", "olga") == ["olga"]
    assert first("alice", "bob") == ["bob"]
    assert first("alice", "cleo") == ["alice"]
    who = who_of(page, Office().terms, Rota(), START)
    assert may_take(page, OLGA.name, LADDER, who)
    assert not may_take(page, ALICE.name, LADDER, who)
    assert not may_take(page, DORA.name, LADDER, who)


# ---- age ---------------------------------------------------------------------------------------


def test_a_page_that_nobody_takes_rings_for_days_and_always_says_how_old_it_is() -> None:
    office = begun()
    last = START
    while office.now < START + timedelta(days=2):
        office.now = office.timers["page:E-AAAAAA"].due
        if rung(effects := office.tick("E-AAAAAA")):
            assert office.now - last <= MAX_SILENCE
            last = office.now
            age = (office.now - START) // MINUTE
            assert f"raised {age} minutes ago" in said(posts(effects, "ring:")[0].doc)
    assert last > START + timedelta(hours=47)


# ---- whatever happens ------------------------------------------------------------------------

NAMES = ["alice", "bob", "cleo", "dora"]
#: Either the timer wakes us, some seconds late, or somebody acks before that.
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("tick"), st.sampled_from([0, 0, 0, 1, 59, 299, 900])),
        st.tuples(st.just("early tick"), st.integers(0, 99)),
        st.tuples(st.sampled_from(NAMES), st.integers(0, 99)),
    ),
    max_size=40,
)


@given(moves=MOVES, gone=st.sets(st.sampled_from(NAMES[:3])), acks=st.integers(1, 3))
def test_a_page_is_never_silent_never_lost_never_rung_twice_under_one_key(
    moves: list[tuple[str, int]], gone: set[str], acks: int
) -> None:
    ladder = replace(LADDER, acks={EmergencyClass.LIFE: acks})
    office = begun(Office(ladder=ladder, excluded=frozenset(gone)))
    for move, number in moves:
        due = max(office.timers["page:E-AAAAAA"].due, office.now)
        if move == "tick":
            office.now = due + timedelta(seconds=number)
        else:
            office.now += (due - office.now) * number / 100
        if move in NAMES:
            page = office.saved["E-AAAAAA"]
            if may_take(page, move, ladder, office.context().who(page)):
                office.ack("E-AAAAAA", move)
        else:
            office.tick("E-AAAAAA")
        page = office.saved["E-AAAAAA"]
        assert page.state in {PageState.RINGING, PageState.ACKED}
        if page.state is PageState.RINGING:
            assert page.rung_at is not None
            assert office.timers["page:E-AAAAAA"].due - page.rung_at <= MAX_SILENCE
            assert office.timers["page:E-AAAAAA"].due <= office.now + MAX_SILENCE
        else:
            assert office.timers["page:E-AAAAAA"].due <= office.now + ladder.ack_lifetime
    assert [key for key in office.repeated if key.startswith("ring")] == []


@given(gone=st.sets(st.sampled_from(["alice", "bob", "cleo"]), max_size=2))
def test_everybody_of_the_ladder_is_reached_within_a_quarter_of_an_hour(gone: set[str]) -> None:
    office = begun(Office(excluded=frozenset(gone)))
    while (due := office.timers["page:E-AAAAAA"].due) <= START + 15 * MINUTE:
        office.now = due
        office.tick("E-AAAAAA")
    reached = {key.split(":")[2] for key in office.outbox if key.startswith("ring:")}
    assert reached == {"alice", "bob", "cleo", "dora", "olga"} - gone


def test_no_ring_carries_anything_but_codes() -> None:
    office = begun()
    who = office.context().who(PAGE)
    step = advance(PAGE, PageInput.RING, START, LADDER, who)
    subjects = [e.subject for e in step.effects if isinstance(e, Mail)]
    assert {key.key for key in subjects} == {"page.subject"}
    docs = [e.doc for e in step.effects if isinstance(e, Post)]
    assert {doc.label for doc in docs} == {Label.TEAM}
    assert {doc.instead and doc.instead.key for doc in docs} == {"page.public"}


# ---- a clock that is set back --------------------------------------------------------------------


@pytest.mark.parametrize("back", [timedelta(seconds=1), timedelta(hours=1), timedelta(days=365)])
def test_a_clock_set_back_silences_no_page(back: timedelta) -> None:
    office = begun()
    rung_at = office.saved[PAGE.code].rung_at
    assert rung_at is not None
    now = rung_at - back
    who = office.context().who(PAGE)
    step = advance(office.saved[PAGE.code], PageInput.TICK, now, office.ladder, who)
    assert step.page.rung_at == now
    assert step.page.step == 0
    later = now + office.ladder.escalate
    risen = advance(step.page, PageInput.TICK, later, office.ladder, who)
    assert risen.page.step == 1


def test_a_clock_set_back_lets_no_ack_live_longer() -> None:
    office = begun()
    who = office.context().who(PAGE)
    taken = advance(office.saved[PAGE.code], PageInput.ACK, START, office.ladder, who, "alice")
    office.keep(taken.effects)
    now = START - timedelta(days=365)
    office.keep(advance(office.saved[PAGE.code], PageInput.TICK, now, office.ladder, who).effects)
    assert office.saved[PAGE.code].state is PageState.ACKED
    then = now + office.ladder.ack_lifetime
    office.keep(advance(office.saved[PAGE.code], PageInput.TICK, then, office.ladder, who).effects)
    assert office.saved[PAGE.code].rung_at == then
