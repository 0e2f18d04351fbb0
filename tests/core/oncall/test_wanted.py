"""What a colleague wants of one person rings nobody else, and ends by an answer or without one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.oncall.ladder import GIVES_UP, PageError, PageInput, advance
from bot.core.oncall.reach import may_end, may_take
from bot.core.words.cases import CaseStatus
from bot.core.words.effects import DropTimer, Effect, Lane
from bot.core.words.pages import Page, PageState
from tests.core.oncall.office import (
    LADDER,
    MINUTE,
    START,
    Office,
    case,
    mails,
    posts,
    rung,
    said,
)
from tests.core.oncall.test_ladder import begun

PAGE = Page(
    code="E-AAAAAA",
    emergency=None,
    case="C-AAAAAA",
    opened_at=START,
    whom="dora",
    asked_by="alice",
)


def told(effects: list[Effect], kind: str) -> list[str]:
    return [post.key.split(":")[2] for post in posts(effects, kind)]


def test_it_rings_one_person_on_every_route_and_no_room() -> None:
    office = begun(page=PAGE)
    assert [key.split(":")[0] for key in office.outbox] == ["ring", "ring"]
    assert all(key.startswith("ring:E-AAAAAA:dora") for key in office.outbox)
    office.later(3)
    effects = office.tick("E-AAAAAA")
    line = "E-AAAAAA: alice asks for you, about C-AAAAAA (asked 3 minutes ago). To answer: !ack E-AAAAAA"
    assert [said(post.doc) for post in posts(effects)] == [line]
    assert [mail.to for mail in mails(effects, Lane.PAGE)] == ["dora@example.org"]


def test_without_an_answer_it_rings_for_half_an_hour_and_whoever_asked_hears_so() -> None:
    office = begun(page=PAGE)
    times = []
    effects: list[Effect] = []
    while "page:E-AAAAAA" in office.timers:
        office.now = office.timers["page:E-AAAAAA"].due
        effects = office.tick("E-AAAAAA")
        times += [(office.now - START) // MINUTE for _ in rung(effects)]
    assert times == [3, 6, 9, 12, 15, 18, 21, 24, 27]
    assert office.now == START + GIVES_UP
    assert office.saved["E-AAAAAA"].state is PageState.ENDED
    assert told(effects, "unanswered:") == ["alice"]
    assert "No answer: dora was called for 30 minutes about C-AAAAAA" in said(posts(effects)[0].doc)


def test_an_answer_ends_it_and_whoever_asked_hears_of_it() -> None:
    office = begun(page=PAGE)
    office.later(4)
    step = office.ack("E-AAAAAA", "dora")
    assert step.page.state is PageState.ENDED
    assert step.page.answers == (("dora", office.now),)
    assert told(list(step.effects), "taken:") == ["alice"]
    assert DropTimer(key="page:E-AAAAAA") in step.effects


@pytest.mark.parametrize("name", ["alice", "bob", "olga", "carol"])
def test_nobody_answers_for_somebody_else(name: str) -> None:
    office = begun(page=PAGE)
    who = office.context().who(PAGE)
    assert not may_take(PAGE, name, LADDER, who)
    assert may_end(PAGE, name, LADDER, who) is (name != "carol")
    with pytest.raises(PageError):
        office.ack("E-AAAAAA", name)


def test_whoever_asked_can_stand_it_down() -> None:
    office = begun(page=PAGE)
    who = office.context().who(PAGE)
    page = office.saved["E-AAAAAA"]
    step = advance(page, PageInput.STAND_DOWN, office.now, LADDER, who, "alice")
    assert step.page.state is PageState.ENDED
    assert told(list(step.effects), "stood-down:") == ["dora"]
    step = advance(page, PageInput.STAND_DOWN, office.now, LADDER, who, "bob")
    assert told(list(step.effects), "stood-down:") == ["dora", "alice"]


def test_it_is_over_with_its_case() -> None:
    office = begun(page=PAGE)
    office.views["C-AAAAAA"] = case("C-AAAAAA", status=CaseStatus.CLOSED)
    office.later(3)
    effects = office.tick("E-AAAAAA")
    assert office.saved["E-AAAAAA"].state is PageState.ENDED
    assert not posts(effects)


def test_one_who_is_named_meanwhile_is_rung_no_more_and_the_end_is_as_ever() -> None:
    office = begun(page=PAGE)
    office.excluded = frozenset({"dora"})
    office.later(3)
    assert rung(office.tick("E-AAAAAA")) == []
    office.now = START + GIVES_UP - MINUTE
    office.tick("E-AAAAAA")
    assert office.saved["E-AAAAAA"].state is PageState.RINGING


def test_whoever_asked_and_is_named_meanwhile_hears_nothing_more() -> None:
    office = begun(page=PAGE)
    office.excluded = frozenset({"alice"})
    assert posts(office.ack("E-AAAAAA", "dora").effects) == []


def test_while_the_bot_was_away_nobody_failed_to_answer() -> None:
    office = begun(page=PAGE)
    office.now += timedelta(hours=2)
    assert rung(office.tick("E-AAAAAA")) == ["dora"]
    page = office.saved["E-AAAAAA"]
    assert page.state is PageState.RINGING
    assert page.began_at is not None
    assert office.now - page.began_at < 5 * MINUTE


def test_one_who_has_no_route_left_is_waited_for_in_the_same_way() -> None:
    people = tuple(
        replace(p, accounts=(), mail=None) if p.name == "dora" else p for p in Office().people
    )
    office = begun(Office(people=people), PAGE)
    assert list(office.outbox) == []
    assert office.timers["page:E-AAAAAA"].due == START + 3 * MINUTE
