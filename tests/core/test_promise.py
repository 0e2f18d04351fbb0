"""An open case always has a next date, and the team hears of it in time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.promise import first_dates, on_timer, timers
from bot.core.words.cases import CaseStatus, CaseView
from bot.core.words.effects import DropTimer, Effects, Post, SetTimer, ToRoom
from bot.core.words.labels import Label
from bot.core.words.readers import Ladder, Terms
from bot.texts.catalogue import says
from bot.texts.render import Reader

START = datetime(2031, 3, 4, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TERMS = Terms(
    bot_name="caseward",
    prefix="!",
    language="en",
    time_zone="UTC",
    team_name="the safety team",
    team_mail="safety-team@example.org",
    first_reply=48 * HOUR,
    check_in=timedelta(days=7),
    warn=12 * HOUR,
    contacts={},
    ladder=Ladder(steps=(), repage=HOUR, escalate=HOUR, ack_lifetime=HOUR, acks={}),
    team_rooms=("team", "second"),
    oversight_rooms=(),
    words=(),
)
OWNED = CaseView(
    code="C-AAAAAA",
    status=CaseStatus.OPEN,
    kind="report",
    opened_at=START,
    opened_by=None,
    has_reporter=True,
    lead="alice",
    handlers=("alice",),
    next_at=START + 48 * HOUR,
    next_what="first-reply",
    evidence=(),
    entries=(),
)
UNOWNED = replace(OWNED, lead=None, handlers=())


def due(view: CaseView, hours: float) -> float | None:
    """Return when the timer set at this hour is due, in hours; None for none."""
    (timer,) = timers(view, TERMS, START + hours * HOUR)
    assert timer.key == "promise:C-AAAAAA"
    if isinstance(timer, DropTimer):
        return None
    assert timer.kind == "promise"
    return (timer.due - START) / HOUR


def lines(effects: Effects) -> list[str]:
    """Return what is said in the first room."""
    posts = [e for e in effects if isinstance(e, Post) and e.to == ToRoom(room="team")]
    return [
        Reader().text(line)
        for post in posts
        for line in post.doc.lines
        if not isinstance(line, tuple)
    ]


def said(view: CaseView, hours: float) -> list[str]:
    return lines(on_timer(view, TERMS, START + hours * HOUR))


def test_a_report_is_first_owed_an_answer_and_a_team_case_a_look() -> None:
    assert first_dates(TERMS, START) == (START + 48 * HOUR, "first-reply")
    assert first_dates(TERMS, START, reporter=False) == (START + timedelta(days=7), "check-in")


@pytest.mark.parametrize(
    ("view", "hours", "expected"),
    [
        (OWNED, 0, 36),
        (OWNED, 35.9, 36),
        (OWNED, 36, 48),
        (OWNED, 48, 72),
        (OWNED, 72, 96),
        (OWNED, 1000, 1008),
        (UNOWNED, 0, 24),
        (UNOWNED, 24, 36),
        (UNOWNED, 36, 48),
        (UNOWNED, 48, 72),
        (replace(OWNED, next_at=None), 0, None),
        (replace(UNOWNED, next_at=None), 0, 24),
        (replace(UNOWNED, status=CaseStatus.CLOSED), 0, None),
    ],
)
def test_the_one_timer_of_a_case(view: CaseView, hours: float, expected: float | None) -> None:
    assert due(view, hours) == expected


def test_the_team_is_reminded_before_the_date_and_told_without_blame_after_it() -> None:
    assert said(OWNED, 35) == []
    (line,) = said(OWNED, 36)
    assert says("promise.warn", line)
    assert line.startswith("C-AAAAAA ")
    assert "2031-03-06 09:00 UTC" in line
    assert "a first answer to the reporter" in line
    (line,) = said(OWNED, 48)
    assert says("promise.due", line)
    assert "!due C-AAAAAA" in line
    assert "alice" not in line


def test_a_case_that_nobody_took_is_named_every_day() -> None:
    assert said(UNOWNED, 23) == []
    (line,) = said(UNOWNED, 24)
    assert says("promise.unowned", line)
    assert "!take C-AAAAAA" in line
    warned, unowned = said(UNOWNED, 36)
    assert says("promise.warn", warned)
    assert says("promise.unowned", unowned)


def test_a_step_of_another_name_is_the_next_step() -> None:
    (line,) = said(replace(OWNED, next_what="anything else"), 48)
    assert "the next step" in line


def test_reminders_go_to_every_team_room_with_codes_and_dates_only() -> None:
    effects = on_timer(OWNED, TERMS, START + 48 * HOUR)
    posts = [effect for effect in effects if isinstance(effect, Post)]
    assert [post.to for post in posts] == [ToRoom(room="team"), ToRoom(room="second")]
    assert {post.case for post in posts} == {"C-AAAAAA"}
    assert {post.doc.label for post in posts} == {Label.TEAM}
    assert {post.doc.instead and post.doc.instead.key for post in posts} == {"promise.public"}


def test_a_closed_case_is_silent() -> None:
    closed = replace(OWNED, status=CaseStatus.CLOSED)
    assert on_timer(closed, TERMS, START + 480 * HOUR) == [DropTimer(key="promise:C-AAAAAA")]


@given(
    lead=st.sampled_from([None, "alice"]),
    warn=st.integers(0, 100),
    first=st.integers(1, 300),
    late=st.lists(st.integers(0, 30), min_size=1, max_size=20),
)
def test_every_wake_says_something_new_and_no_wake_is_the_last(
    lead: str | None, warn: int, first: int, late: list[int]
) -> None:
    terms = replace(TERMS, warn=warn * HOUR)
    view = replace(UNOWNED, lead=lead, next_at=START + first * HOUR)
    (timer,) = [effect for effect in timers(view, terms, START) if isinstance(effect, SetTimer)]
    keys: set[str] = set()
    for hours in late:
        now = timer.due + hours * HOUR
        effects = on_timer(view, terms, now)
        new = {effect.key for effect in effects if isinstance(effect, Post)} - keys
        assert new
        keys |= new
        (timer,) = [effect for effect in effects if isinstance(effect, SetTimer)]
        assert now < timer.due <= max(now, view.next_at or now) + 24 * HOUR
