"""Calling for help, and taking a call."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.case import facts
from bot.core.words.effects import Answer, Confirm, Post, RaiseEmergency, SavePage, StoodDown
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass, PageState
from bot.core.words.readers import Waiting
from bot.core.words.text import plain
from tests.commands.bench import ALICE, BOB, CAROL, OLGA, Bench


def raised(bench: Bench) -> RaiseEmergency:
    [effect] = bench.effects
    assert isinstance(effect, RaiseEmergency)
    return effect


# ---- emergency -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "emergency", "words"),
    [
        ("somebody says they will jump", "life", "somebody says they will jump"),
        ("life somebody will jump", "life", "somebody will jump"),
        ("CHILD see the talk page", "child", "see the talk page"),
        ("lifeguard wanted", "life", "lifeguard wanted"),
        ("", "life", ""),
        ("child", "child", ""),
        ("3 people are in danger", "life", "3 people are in danger"),
    ],
)
def test_whatever_is_typed_is_a_call(bench: Bench, typed: str, emergency: str, words: str) -> None:
    bench.opens()
    bench.types("!cases")
    bench.types(f"!emergency {typed}")
    call = raised(bench)
    assert (call.emergency, plain(call.words), call.case) == (emergency, words, None)
    assert (call.by, call.identity) == ("alice", "net|account|alice")


def test_a_call_about_a_case_joins_it(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!emergency child {code.lower()} see https://example.org/x there")
    call = raised(bench)
    assert call.case == code
    assert plain(call.words) == "see https://example.org/x there"
    bench.types(f"!emergency {code}")
    assert (raised(bench).case, raised(bench).words) == (code, ())


def test_a_code_that_the_caller_cannot_find_is_text(bench: Bench) -> None:
    code = bench.opens()
    slip = code[:-1] + ("0" if code[-1] != "0" else "1")
    for who, typed in ((None, code), (CAROL, code), (OLGA, code), (ALICE, slip), (None, slip)):
        bench.who = who
        bench.types(f"!emergency {typed} help")
        assert raised(bench).case is None
        assert plain(raised(bench).words) == f"{typed} help"
    bench.who = ALICE
    bench.shelf.hidden.add(code)
    bench.types(f"!emergency {code} help")
    assert plain(raised(bench).words) == f"{code} help"


def test_a_stranger_may_call_in_a_public_room_and_late(bench: Bench) -> None:
    bench.who, bench.ceiling, bench.account = None, Label.PUBLIC, False
    bench.types("!emergency help", late=True)
    assert raised(bench).by is None


# ---- ack -------------------------------------------------------------------------------------


def test_ack_takes_the_only_call(bench: Bench) -> None:
    page = bench.page()
    bench.who = OLGA
    bench.types("!ack")
    assert bench.keys == ["ack.done"]
    assert bench.said[0].endswith(f"To end it: !stand-down {page.code} REASON")
    assert bench.shelf.kept[page.code].state is PageState.ACKED
    assert bench.shelf.kept[page.code].acked_by == ("olga",)
    assert any(isinstance(effect, Post) for effect in bench.effects)


def test_ack_forgives_how_a_code_is_typed(bench: Bench) -> None:
    page, _ = bench.page(), bench.page()
    bench.types(f"!ack {page.code.replace('-', '').lower()}")
    assert bench.keys == ["ack.done"]
    assert page.code in bench.said[0]


def test_ack_by_the_code_of_the_case(bench: Bench) -> None:
    code = bench.opens()
    page, _ = bench.page(code), bench.page()
    bench.types(f"!ack {code}")
    assert bench.shelf.kept[page.code].state is PageState.ACKED
    assert code in bench.said[0]


def test_ack_with_a_slip(bench: Bench) -> None:
    code = bench.page().code
    bench.types(f"!ack {code[:-1]}{'0' if code[-1] != '0' else '1'}")
    assert bench.keys == ["case.slip"]


def test_several_calls_are_listed_and_none_is_taken(bench: Bench) -> None:
    pages = [bench.page(), bench.page(kind=EmergencyClass.CHILD)]
    bench.now += timedelta(minutes=4)
    bench.types("!ack")
    assert bench.keys == ["ack.which", "ack.row", "ack.row"]
    assert f"{pages[0].code}: danger to life, 4 min ago" in bench.said
    assert not any(isinstance(effect, SavePage) for effect in bench.effects)


def test_nothing_rings(bench: Bench) -> None:
    bench.types("!ack")
    assert bench.keys == ["ack.nothing"]


def test_a_call_about_a_hidden_case_is_as_good_as_none(bench: Bench) -> None:
    code = bench.opens()
    page = bench.page(code)
    bench.shelf.hidden.add(code)
    bench.types("!ack")
    assert bench.keys == ["ack.nothing"]
    heard = []
    for typed in (page.code, code, "E-000000", "C-000000", "nonsense"):
        bench.types(f"!ack {typed}")
        heard.append(bench.said)
        assert bench.keys == ["ack.none"]
    assert heard == heard[:1] * 5


def test_whoever_is_on_call_without_working_cases_can_ack(bench: Bench) -> None:
    code = bench.opens()
    bench.page(code)
    bench.shelf.hidden.add(code)  # as for everybody who works no cases
    bench.who = OLGA
    bench.types("!ack")
    assert bench.keys == ["ack.done"]


def test_only_those_who_can_act_may_take_an_exposure(bench: Bench) -> None:
    page = replace(bench.page(), emergency=None, exposure=True)
    bench.shelf.kept[page.code] = page
    bench.who = BOB
    bench.types(f"!ack {page.code}")
    assert bench.keys == ["ack.none"]
    bench.who = ALICE
    bench.types(f"!ack {page.code}")
    assert bench.keys == ["ack.done"]


def test_two_are_needed_where_two_are_asked_for(bench: Bench) -> None:
    page = bench.page(kind=EmergencyClass.CHILD)
    bench.types("!ack")
    assert bench.keys == ["ack.partly"]
    assert bench.shelf.kept[page.code].state is PageState.RINGING
    bench.who = OLGA
    bench.types("!ack")
    assert bench.keys == ["ack.done"]


def test_ack_again_keeps_it(bench: Bench) -> None:
    code = bench.opens()
    page = bench.page(code)
    bench.types("!ack")
    bench.now += timedelta(minutes=29)
    bench.types("!ack")
    assert bench.keys == ["ack.again"]
    # Whoever says it twice may not have heard the first answer.
    assert f"case {code}" in bench.said[-1]
    assert bench.shelf.kept[page.code].acked_at == bench.now


def test_a_call_that_is_over(bench: Bench) -> None:
    page = replace(bench.page(), state=PageState.ENDED)
    bench.shelf.kept[page.code] = page
    bench.types(f"!ack {page.code}")
    assert bench.keys == ["ack.over"]


def test_ack_counts_late_and_in_public_where_the_answer_goes_by_dm(bench: Bench) -> None:
    page = bench.page()
    bench.ceiling = Label.PUBLIC
    bench.types("!ack", late=True)
    [answer] = [effect for effect in bench.effects if isinstance(effect, Answer)]
    assert answer.private
    assert page.code in bench.said[0]
    bench.dm_ceiling = Label.PUBLIC
    bench.types("!ack")
    assert page.code not in bench.said[0]


def test_an_operator_takes_no_calls(bench: Bench) -> None:
    bench.page()
    bench.who = CAROL
    bench.types("!ack")
    assert bench.keys == ["refused.not-yours"]


# ---- stand-down ------------------------------------------------------------------------------


def test_standing_down_lists_every_case_and_waits_for_a_yes(bench: Bench) -> None:
    own, joined = bench.opens(), bench.opens("Somebody else calls, too")
    page = replace(bench.page(own), calls=3)
    bench.shelf.kept[page.code] = page
    bench.shelf.joined[page.code] = [joined]
    for at, code in ((0, own), (0, joined), (4, joined)):
        made = facts.called(
            at=bench.now + timedelta(minutes=at), by=None, page=page.code, emergency=page.emergency
        )
        bench.shelf.facts[code].append(made)
    bench.now += timedelta(minutes=9)
    bench.types(f"!stand-down {page.code} They are safe")
    assert bench.keys == ["stand-down.preview", "stand-down.call", "stand-down.call"]
    assert f"{page.code} would end: danger to life, 9 min old, 3 calls." in bench.said[0]
    assert bench.said[1:] == [
        f"{own}: 1 call, the last 9 min ago",
        f"{joined}: 2 calls, the last 5 min ago",
    ]
    assert bench.shelf.kept[page.code].state is PageState.RINGING
    bench.types(f"!stand-down {page.code} They are safe", confirmed=True)
    assert bench.keys == ["stand-down.done"]
    assert bench.shelf.kept[page.code].state is PageState.ENDED
    kept = [effect for effect in bench.effects if isinstance(effect, StoodDown)]
    assert [(one.code, one.page, one.by) for one in kept] == [
        (own, page.code, "alice"),
        (joined, page.code, "alice"),
    ]
    assert {plain(one.reason) for one in kept} == {"They are safe"}
    assert not any("safe" in line for post in bench.posts for line in map(str, post.doc.lines))


def test_many_cases_are_listed_by_their_codes(bench: Bench) -> None:
    page = bench.page()
    codes = [bench.opens() for _ in range(14)]
    bench.shelf.joined[page.code] = codes
    bench.types(f"!stand-down {page.code} A joke of many")
    assert bench.keys == ["stand-down.preview", *["stand-down.calls"] * 3]
    assert all(code in " ".join(bench.said) for code in codes)


def test_a_call_that_came_after_the_preview_is_shown_before_anything_ends(bench: Bench) -> None:
    code = bench.opens()
    shown = bench.now
    page = replace(bench.page(code), calls=2, called_at=shown + timedelta(seconds=5))
    bench.shelf.kept[page.code] = page
    bench.now += timedelta(seconds=10)
    waits = Waiting(token="abc", verb="stand-down", until=shown + timedelta(seconds=60))
    bench.desk = replace(bench.desk, waiting=(waits,))
    bench.types(f"!stand-down {code} They are safe", confirmed=True)
    assert bench.keys[:2] == ["stand-down.newer", "stand-down.preview"]
    assert isinstance(bench.effects[-1], Confirm)
    again = replace(waits, until=bench.now + timedelta(seconds=60))
    bench.desk = replace(bench.desk, waiting=(again,))
    bench.types(f"!stand-down {code} They are safe", confirmed=True)
    assert bench.shelf.kept[page.code].state is PageState.ENDED


def test_whoever_may_not_know_of_one_joined_case_ends_none(bench: Bench) -> None:
    page, joined = bench.page(bench.opens()), bench.opens()
    bench.shelf.joined[page.code] = [joined]
    bench.shelf.hidden.add(joined)
    for typed in (page.code, "E-000000", "nonsense", joined):
        for confirmed in (False, True):
            bench.types(f"!stand-down {typed} They are safe", confirmed=confirmed)
            assert bench.keys == ["ack.none"]
    assert bench.shelf.kept[page.code].state is PageState.RINGING


def test_only_those_who_can_act_may_stand_an_exposure_down(bench: Bench) -> None:
    page = replace(bench.page(), emergency=None, exposure=True)
    bench.shelf.kept[page.code] = page
    for who, keys in (
        (BOB, ["ack.none"]),
        (OLGA, ["ack.none"]),
        (CAROL, ["refused.not-yours"]),
        (ALICE, ["stand-down.preview"]),
    ):
        bench.who = who
        bench.types(f"!stand-down {page.code} It is gone")
        assert bench.keys == keys


def test_what_is_over_needs_no_standing_down(bench: Bench) -> None:
    page = replace(bench.page(), state=PageState.ENDED)
    bench.shelf.kept[page.code] = page
    bench.types(f"!stand-down {page.code} It is over", confirmed=True)
    assert bench.keys == ["ack.over"]


def test_standing_down_wants_a_reason(bench: Bench) -> None:
    bench.types(f"!stand-down {bench.page().code}")
    assert bench.keys == ["usage"]
