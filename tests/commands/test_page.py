"""`page`: one colleague is called, nobody else, and nobody learns who is kept out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.words.effects import Mail, Post, ToPerson
from bot.core.words.pages import EmergencyClass, Page, PageState
from bot.core.words.readers import Waiting
from tests.commands.bench import ALICE, BOB, CAROL, OLGA, Bench, person


def wanted(bench: Bench) -> Page:
    [page] = [page for page in bench.shelf.kept.values() if page.whom]
    return page


def test_one_person_is_called_and_nobody_else(bench: Bench) -> None:
    code = bench.opens("Violet words")
    bob = replace(BOB, mail="bob@example.org")
    bench.terms = replace(bench.terms, people=(ALICE, bob, CAROL, OLGA))
    bench.types(f"!page bob {code}")
    assert bench.keys == ["page.done"]
    page = wanted(bench)
    assert (page.whom, page.asked_by, page.case) == ("bob", "alice", code)
    [post] = bench.posts
    [mail] = [effect for effect in bench.effects if isinstance(effect, Mail)]
    assert (post.to, mail.to) == (ToPerson(name="bob"), "bob@example.org")
    assert "Violet" not in f"{post.doc}{mail.body}"
    assert page.code in bench.said[0]


def test_nobody_is_called_twice_at_once(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!page bob {code}")
    bench.types(f"!page bob {code}")
    assert (bench.keys, bench.posts) == (["page.already"], [])
    bench.types(f"!page olga {code}")
    assert bench.keys == ["page.done"]


def test_whoever_did_not_answer_is_not_called_again_at_once(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!page bob {code}")
    page = wanted(bench)
    bench.shelf.kept[page.code] = replace(page, state=PageState.ENDED)
    bench.now += timedelta(minutes=14)
    bench.types(f"!page bob {code}")
    assert bench.keys == ["page.already"]
    bench.now += timedelta(minutes=1)
    bench.types(f"!page bob {code}")
    assert bench.keys == ["page.done"]


def test_whoever_answered_may_be_called_again(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!page bob {code}")
    bench.who = BOB
    bench.types(f"!ack {wanted(bench).code}")
    assert bench.keys == ["ack.wanted"]
    assert wanted(bench).state is PageState.ENDED
    assert [post.to for post in bench.posts] == [ToPerson(name="alice")]
    bench.who = ALICE
    bench.types(f"!page bob {code}")
    assert bench.keys == ["page.done"]


@pytest.mark.parametrize("who", ["bob", "carol", "nobody", "User:bob", "mute"])
def test_no_such_person_and_one_who_is_kept_out_are_the_same_words(bench: Bench, who: str) -> None:
    mute = replace(person("mute", *BOB.roles), accounts=())
    bench.terms = replace(bench.terms, people=(ALICE, BOB, CAROL, OLGA, mute))
    code = bench.opens()
    bench.types(f"!party {code} subject bob")
    bench.types(f"!page {who} {code}")
    assert (bench.keys, bench.posts) == (["page.nobody"], [])
    assert not bench.shelf.kept


def test_nobody_calls_themselves(bench: Bench) -> None:
    bench.types(f"!page alice {bench.opens()}")
    assert (bench.keys, bench.posts) == (["page.yourself"], [])


def test_a_bare_ack_is_not_for_what_somebody_else_is_wanted_for(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!page bob {code}")
    bench.types("!ack")
    assert bench.keys == ["ack.nothing"]
    bench.types(f"!ack {wanted(bench).code}")
    assert bench.keys == ["ack.none"]
    bench.who = BOB
    bench.types("!ack")
    assert bench.keys == ["ack.wanted"]


def test_the_code_of_a_case_means_its_emergency_first(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!page bob {code}")
    call = wanted(bench)
    emergency = bench.page(code, kind=EmergencyClass.LIFE)
    bench.who = BOB
    bench.types(f"!ack {code}")
    assert (bench.keys, bench.shelf.kept[call.code]) == (["ack.done"], call)
    assert bench.shelf.kept[emergency.code].state is PageState.ACKED


def test_whoever_works_the_case_can_stand_it_down(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!page olga {code}")
    page = wanted(bench)
    bench.who = BOB
    bench.types(f"!stand-down {page.code} we have it")
    assert bench.keys[0] == "stand-down.preview"
    waiting = Waiting(token="1", verb="stand-down", until=bench.now + timedelta(seconds=60))
    bench.desk = replace(bench.desk, waiting=(waiting,))
    bench.types(f"!stand-down {page.code} we have it", confirmed=True)
    assert wanted(bench).state is PageState.ENDED
    told = [effect.to for effect in bench.effects if isinstance(effect, Post)]
    assert told == [ToPerson(name="olga"), ToPerson(name="alice")]
