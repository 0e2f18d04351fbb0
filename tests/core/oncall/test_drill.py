"""When a drill is due, what it asks of whom, and what it reports, on paper."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo, available_timezones

import pytest

from bot.core.oncall import drill
from bot.core.oncall.drill_report import report
from bot.core.oncall.drill_start import HAND, WEEK, DrillContext, on_timer, plan
from bot.core.oncall.drill_week import next_drill, week_of
from bot.core.words.effects import DropTimer, Effects, Mail, Note, Post, SavePage, SetTimer, ToRoom
from bot.core.words.pages import Page, PageState
from bot.core.words.people import Role
from bot.core.words.ports import RowState, Timer
from bot.core.words.rota import DrillPlan
from tests.core.oncall.office import BOB, CAROL, PEOPLE, START, Office, person, posts, rung, said

MINUTE = timedelta(minutes=1)


def shown(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


def first_showing(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the first minute (UTC) whose wall clock shows this or later, by looking at each."""
    wanted = datetime.combine(day, at)
    minute = wanted.replace(tzinfo=UTC) - timedelta(hours=30)
    while shown(minute, zone) < wanted:
        minute += MINUTE
    return minute


@pytest.mark.parametrize("seed", range(40))
def test_it_is_due_at_the_first_minute_that_shows_the_hour_or_later(seed: int) -> None:
    dice = Random(seed)
    name = dice.choice(sorted(available_timezones()))
    zone = ZoneInfo(name)
    hour = DrillPlan(day=dice.randrange(7), at=time(dice.randrange(24), dice.randrange(60)))
    now = datetime(2031, 1, 1, tzinfo=UTC) + dice.randrange(525_600) * MINUTE
    due = next_drill(hour, name, now)
    assert now < due <= now + timedelta(days=7, hours=2)
    days = [shown(now, zone).date() + timedelta(days=n) for n in range(-1, 10)]
    planned = [first_showing(d, hour.at, zone) for d in days if d.weekday() == hour.day]
    assert due == next(at for at in planned if at > now)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        # The clocks skip half past two, and come to it twice in autumn.
        ((2031, 3, 29, 12, 0), (2031, 3, 30, 1, 0)),
        ((2031, 10, 25, 12, 0), (2031, 10, 26, 0, 30)),
        ((2031, 10, 26, 0, 30), (2031, 11, 2, 1, 30)),
        ((2031, 10, 26, 1, 15), (2031, 11, 2, 1, 30)),
    ],
)
def test_the_clocks_change(now: tuple[int, ...], due: tuple[int, ...]) -> None:
    half_past_two = DrillPlan(day=6, at=time(2, 30))
    found = next_drill(half_past_two, "Europe/Berlin", datetime(*now, tzinfo=UTC))  # type: ignore[arg-type, misc]  # five numbers
    assert found == datetime(*due, tzinfo=UTC)  # type: ignore[arg-type, misc]  # five numbers


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York", "Asia/Gaza"])
@pytest.mark.parametrize("at", [time(0), time(0, 30), time(2, 30), time(23, 59)])
@pytest.mark.parametrize("day", [0, 6])
def test_each_week_has_one_and_its_name_is_its_own(zone: str, at: time, day: int) -> None:
    hour = DrillPlan(day=day, at=at)
    now, names = START, []
    for _ in range(120):
        now = next_drill(hour, zone, now)
        names.append(week_of(hour, zone, now))
    assert None not in names
    assert len(set(names)) == 120
    assert week_of(hour, zone, now + MINUTE) is None


# ---- beginning -------------------------------------------------------------------------------


def context(office: Office, noted: dict[str, datetime], hour: DrillPlan | None) -> DrillContext:
    call = office.context()
    return DrillContext(call=replace(call, terms=replace(call.terms, drill=hour)), noted=noted.get)


#: The office opens on a Tuesday at nine.
TUESDAY = DrillPlan(day=1, at=time(10))


def weekly(due: datetime) -> Timer:
    return Timer(key=WEEK, due=due, kind=drill.KIND, data={"due": due.isoformat()})


def ringing(effects: Effects) -> list[Page]:
    return [each.page for each in effects if isinstance(each, SavePage)]


def test_a_plan_that_is_gone_leaves_no_timer() -> None:
    assert plan(context(Office(), {}, None)) == [DropTimer(key=WEEK)]
    effects = on_timer(weekly(START), context(Office(), {}, None))
    assert effects == [DropTimer(key=WEEK)]


def test_a_week_that_had_its_drill_is_passed_over() -> None:
    (timer,) = plan(context(Office(), {"drill:2031-10": START}, TUESDAY))
    assert isinstance(timer, SetTimer)
    assert timer.due == START + timedelta(days=7, hours=1)
    effects = on_timer(
        weekly(START + timedelta(hours=1)), context(Office(), {"drill:2031-10": START}, TUESDAY)
    )
    assert ringing(effects) == []


def test_a_timer_of_another_plan_begins_nothing() -> None:
    effects = on_timer(weekly(START + timedelta(minutes=30)), context(Office(), {}, TUESDAY))
    assert ringing(effects) == []
    assert not any(isinstance(effect, Note | Post) for effect in effects)


@pytest.mark.parametrize(("minutes", "begins"), [(0, True), (60, True), (61, False)])
def test_an_hour_late_is_late_enough(minutes: int, begins: bool) -> None:
    due = START + timedelta(hours=1)
    office = Office(now=due + minutes * MINUTE)
    effects = on_timer(weekly(due), context(office, {}, TUESDAY))
    assert bool(ringing(effects)) is begins
    assert Note(key="drill:2031-10") in effects
    assert any("did not begin" in said(post.doc) for post in posts(effects)) is not begins


def by_hand(office: Office) -> Page:
    timer = Timer(key=HAND, due=office.now, kind=drill.KIND, data={"by": "alice"})
    effects = office.keep(on_timer(timer, context(office, {}, None)))
    return ringing(effects)[-1]


# ---- while it runs ---------------------------------------------------------------------------


def test_it_rings_the_steps_of_the_ladder_for_a_quarter_of_an_hour_and_no_longer() -> None:
    office = Office()
    page = by_hand(office)
    names: list[list[str]] = []
    ends, rings = f"drill:{page.code}", f"page:{page.code}"
    while office.saved[page.code].state is not PageState.ENDED:
        office.later(1)
        due = {key for key, timer in office.timers.items() if timer.due <= office.now}
        if rings in due:
            effects = office.keep(drill.on_page_timer(office.saved[page.code], office.context()))
            names.append(rung(effects))
        if ends in due:
            timer = office.timers[ends]
            office.keep(drill.on_own_timer(office.saved[page.code], timer.data, office.context()))
    assert rings not in office.timers
    assert office.now - START == timedelta(minutes=15)
    assert {name for each in names for name in each} == {"alice", "bob", "cleo"}
    addresses = {row.key for row in office.outbox.values() if row.key.endswith(":mail")}
    assert all(key.startswith(f"ring:{page.code}:") for key in addresses)


def test_nobody_is_asked_whether_they_are_still_on_it() -> None:
    office = Office()
    office.ladder = replace(office.ladder, ack_lifetime=MINUTE)
    page = by_hand(office)
    who = office.context().who(page)
    step = drill.answer(page, "bob", office.now, office.ladder, who)
    office.keep(step.effects)
    assert f"page:{page.code}" not in office.timers
    office.later(5)
    effects = drill.on_page_timer(office.saved[page.code], office.context())
    assert not any(isinstance(effect, Post | Mail) for effect in effects)


# ---- the report ------------------------------------------------------------------------------


def reported(office: Office, page: Page, end: str = "over", minutes: float = 15) -> list[str]:
    effects = report(page, end, page.opened_at + minutes * MINUTE, None, office.context())
    rooms = [post for post in effects if isinstance(post, Post) and isinstance(post.to, ToRoom)]
    return said(rooms[0].doc).split("\n")


def test_a_route_is_said_to_work_when_something_arrived_and_not_when_it_was_not_tried() -> None:
    office = Office(ladder=replace(Office().ladder, steps=(("alice", "bob", "cleo"),)))
    page = by_hand(office)
    for key in list(office.outbox):
        if ":alice:" in key and key.endswith(":mail"):
            office.outbox[key] = replace(office.outbox[key], state=RowState.DEAD, tries=3)
        elif ":alice:" in key:
            # The performer makes a row for each account.
            sent = replace(office.outbox.pop(key), key=f"{key}@net/alice", state=RowState.SENT)
            office.outbox[sent.key] = sent
    lines = reported(office, replace(page, answers=(("alice", START + 90 * timedelta(seconds=1)),)))
    assert lines[1] == "DRILL: Answered: alice after 1 minute"
    assert lines[2] == "DRILL: Called, no answer: bob, cleo. After the first answer none is needed."
    assert lines[3].startswith(
        "DRILL: Messages arrived with alice (net). Nothing arrived with alice (mail)"
    )
    assert "bob (" not in lines[3]


def test_whoever_has_no_route_at_all_is_named() -> None:
    dumb = person("bob", Role.STEWARD, Role.ON_CALL)
    people = tuple(dumb if each.name == BOB.name else each for each in PEOPLE)
    office = Office(people=people, ladder=replace(Office().ladder, steps=(("bob",),)))
    page = by_hand(office)
    office.outbox.clear()
    assert "DRILL: No message arrived: bob (no route at all)." in reported(office, page)


def test_operators_hear_it_by_dm_and_of_one_that_gave_way_they_alone() -> None:
    office = Office()
    page = by_hand(office)
    effects = report(page, "real", START + MINUTE, "C-AAAAAA", office.context())
    assert {post.key.rpartition(":")[2] for post in posts(effects)} == {CAROL.name, "cleo"}
    assert {post.case for post in posts(effects)} == {"C-AAAAAA"}
    assert {post.page for post in posts(effects)} == {None}
