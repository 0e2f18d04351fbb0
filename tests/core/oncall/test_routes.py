"""Whoever waits hears the truth when nothing could be sent."""

import pytest

from bot.core.words.effects import Lane, Post, RaiseEmergency, SetTimer, ToIdentity
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass
from bot.core.words.text import Piece
from bot.texts.catalogue import says
from tests.core.oncall.office import MINUTE, START, Office, page_of, posts, said

ANNA = "net|account|anna"
BERT = "net|link|77"


def called(office: Office, identity: str = ANNA) -> str:
    """Let somebody call; return the code of the page."""
    words = (Piece(text="help", label=Label.CASE),)
    effect = RaiseEmergency(emergency=EmergencyClass.LIFE, words=words, identity=identity)
    return page_of(office.call(effect)).code


def test_with_every_route_dead_the_caller_is_told_within_two_minutes() -> None:
    office = Office()
    code = called(office)
    due = office.timers[f"routes:{code}"].due
    assert due <= START + 2 * MINUTE
    office.now = due
    effects = office.ask_routes(code, ANNA)
    (post,) = posts(effects)
    assert post.to == ToIdentity(identity=ANNA)
    assert post.lane is Lane.EMERGENCY
    assert post.plain_message
    lines = said(post.doc).split("\n")
    assert says("emergency.unreachable", lines[0])
    assert "emergency@example.org" in lines[1]
    assert "local emergency services" in lines[2]
    assert office.timers[f"routes:{code}"].due == office.now + 2 * MINUTE


@pytest.mark.parametrize("prefix", ["mail:", "ring:"])
def test_one_route_that_went_out_is_enough(prefix: str) -> None:
    office = Office()
    code = called(office)
    assert office.send(prefix)
    assert office.ask_routes(code, ANNA) == []


def test_words_to_the_caller_or_a_room_are_no_route() -> None:
    office = Office()
    code = called(office)
    assert office.send("told:")
    assert office.send("ring-room:")
    assert posts(office.ask_routes(code, ANNA), "unreachable:")


def test_the_same_caller_is_told_once_and_once_more_when_something_goes_out() -> None:
    office = Office()
    code = called(office)
    office.ask_routes(code, ANNA)
    office.later(2)
    again = office.ask_routes(code, ANNA)
    assert [post.key for post in posts(again)] == office.repeated
    assert any(isinstance(effect, SetTimer) for effect in again)
    office.send("mail:")
    effects = office.ask_routes(code, ANNA)
    (post,) = posts(effects)
    assert says("emergency.through", said(post.doc))
    assert not any(isinstance(effect, SetTimer) for effect in effects)


def test_everybody_who_joined_is_told() -> None:
    office = Office()
    code = called(office)
    office.later(1)
    assert called(office, BERT) == code
    office.send("told:")
    waiting = [timer for key, timer in office.timers.items() if key.startswith("routes:")]
    assert [timer.data["caller"] for timer in waiting] == [ANNA, BERT]
    assert all(timer.data["page"] == code for timer in waiting)
    assert waiting[1].due - office.now <= 2 * MINUTE
    keys: set[str] = set()
    for timer in waiting:
        (post, again) = office.ask_routes(code, str(timer.data["caller"]))
        assert isinstance(post, Post)
        assert post.to == ToIdentity(identity=str(timer.data["caller"]))
        assert isinstance(again, SetTimer)
        assert again.key == timer.key
        keys.add(post.key)
    assert len(keys) == 2
    assert not any(ANNA in key or BERT in key for key in keys)


def test_without_anybody_who_waits_nothing_is_said() -> None:
    office = Office()
    code = called(office)
    assert office.ask_routes(code, None) == []


def test_a_page_that_somebody_took_needs_no_route() -> None:
    office = Office()
    code = called(office)
    office.ack(code, "alice")
    assert office.ask_routes(code, ANNA) == []


@pytest.mark.parametrize(
    ("before", "behind", "hears"),
    [
        ("", "", True),
        ("mail:", "", True),
        ("ring:", "", True),
        ("ack", "", True),
        ("", "mail:", False),
        ("", "ring:", False),
        ("", "ack", False),
        ("ack", "joined:", False),
    ],
)
def test_who_joined_hears_of_their_own_call(before: str, behind: str, hears: bool) -> None:
    office = Office()
    code = called(office)
    _happens(office, code, before)
    office.later(1)
    called(office, BERT)
    office.later(2)
    office.tick(code)
    _happens(office, code, behind)
    words = posts(office.ask_routes(code, BERT), "unreachable:")
    assert [post.to for post in words] == ([ToIdentity(identity=BERT)] if hears else [])
    if hears:
        office.send("mail:")
        assert posts(office.ask_routes(code, BERT), "through:")


def _happens(office: Office, code: str, what: str) -> None:
    if what == "ack":
        office.ack(code, "alice")
    elif what:
        assert office.send(what)


def test_a_clock_set_back_makes_nobody_wait_for_ever() -> None:
    office = Office()
    code = called(office)
    office.later(-60)
    assert office.send("ring:")
    assert office.ask_routes(code, ANNA) == []
