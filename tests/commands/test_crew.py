"""Who works on a case: asking, taking, passing on, and whose lists it stands in."""

import pytest

from bot.core.words.effects import ToPerson, ToRoom
from bot.core.words.labels import Label
from tests.commands.bench import ALICE, BOB, Bench

# ---- assign --------------------------------------------------------------------------------


def test_whoever_is_asked_is_told_by_dm_and_has_it_once_they_take_it(bench: Bench) -> None:
    code = bench.opens("Violet words")
    bench.types(f"!assign {code} Bob")
    assert bench.keys == ["assign.done"]
    [post] = bench.posts
    assert (post.to, post.case, post.doc.label) == (ToPerson(name="bob"), code, Label.TEAM)
    assert "Violet" not in str(post.doc)
    case = bench.case(code)
    assert (case.assigned, case.handlers, case.lead) == (("bob",), (), "alice")
    bench.types(f"!show {code}")
    assert "Asked to take it: bob" in bench.said
    bench.who = BOB
    bench.types(f"!take {code}")
    case = bench.case(code)
    assert (case.assigned, case.handlers) == ((), ("bob",))


def test_asking_oneself_is_taking(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!assign {code} alice")
    assert bench.keys == ["take.done"]
    assert bench.case(code).handlers == ("alice",)
    bench.types(f"!assign {code} alice")
    assert bench.keys == ["take.already"]


def test_nobody_is_asked_twice_or_for_what_they_have(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!assign {code} bob")
    bench.types(f"!assign {code} bob")
    assert (bench.keys, bench.posts) == (["assign.again"], [])
    bench.who = BOB
    bench.types(f"!take {code}")
    for name in ("bob", "alice"):
        bench.who = ALICE if name == "bob" else BOB
        bench.types(f"!assign {code} {name}")
        assert (bench.keys, bench.posts) == (["assign.has-it"], [])


@pytest.mark.parametrize("who", ["bob", "carol", "olga", "nobody", "User:bob"])
def test_no_handler_and_one_who_is_kept_out_are_the_same_words(bench: Bench, who: str) -> None:
    code = bench.opens()
    bench.types(f"!party {code} subject bob")
    bench.types(f"!assign {code} {who}")
    assert (bench.keys, bench.posts) == (["assign.nobody"], [])
    assert bench.case(code).assigned == ()


def test_a_closed_case_is_nobodys_work(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!close {code} withdrawn Over")
    for line in (f"!assign {code} bob", f"!drop {code}", f"!take {code}"):
        bench.types(line)
        assert bench.keys == ["refused.case-closed"]


# ---- drop ----------------------------------------------------------------------------------


def test_the_last_one_who_leaves_is_news_for_the_team(bench: Bench) -> None:
    code = bench.opens("Violet words")
    bench.types(f"!drop {code}")
    assert bench.keys == ["drop.done"]
    [post] = bench.posts
    assert (post.to, post.case, post.doc.label) == (ToRoom(room="team"), code, Label.TEAM)
    assert post.doc.instead is not None
    assert "Violet" not in str(post.doc)
    assert bench.case(code).lead is None
    bench.types(f"!drop {code}")
    assert (bench.keys, bench.posts) == (["drop.not-yours"], [])


def test_while_somebody_is_left_nobody_hears_of_it(bench: Bench) -> None:
    code = bench.opens()
    bench.who = BOB
    bench.types(f"!take {code}")
    bench.who = ALICE
    bench.types(f"!drop {code}")
    assert bench.posts == []
    assert bench.case(code).lead == "bob"
    bench.types("!undo")
    assert bench.case(code).lead == "alice"


def test_leaving_twice_is_news_twice(bench: Bench) -> None:
    code = bench.opens()
    keys = set()
    for _ in range(2):
        bench.types(f"!take {code}")
        bench.types(f"!drop {code}")
        keys |= {post.key for post in bench.posts}
    assert len(keys) == 2


def test_being_asked_can_be_turned_down(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!assign {code} bob")
    bench.who = BOB
    bench.types(f"!drop {code}")
    assert (bench.keys, bench.posts) == (["drop.done"], [])
    case = bench.case(code)
    assert (case.assigned, case.lead) == ((), "alice")


# ---- lists ---------------------------------------------------------------------------------


def test_a_case_that_one_was_asked_to_take_is_marked_in_ones_list(bench: Bench) -> None:
    own = bench.opens()
    bench.types(f"!assign {own} bob")
    bench.types("!cases mine")
    assert bench.keys == ["cases.row"]
    bench.who = BOB
    bench.types("!cases mine")
    assert bench.keys == ["cases.asked"]
    assert bench.said[0].endswith("you were asked to take it")
    bench.types("!take 1")
    bench.types("!cases mine")
    assert bench.keys == ["cases.row"]


def test_a_case_is_new_until_somebody_takes_it(bench: Bench) -> None:
    code = bench.report()
    bench.types(f"!assign {code} bob")
    bench.types("!cases new")
    assert list(bench.desk.listed) == [code]
    bench.types(f"!take {code}")
    bench.types("!cases new")
    assert bench.keys == ["cases.none"]
    bench.types(f"!drop {code}")
    bench.types("!cases new")
    assert list(bench.desk.listed) == [code]


def test_all_are_open_and_closed_ones(bench: Bench) -> None:
    over, kept = bench.opens(), bench.opens()
    bench.types(f"!close {over} withdrawn Over")
    bench.types("!cases all")
    assert sorted(bench.desk.listed) == sorted([kept, over])
    assert "closed" in bench.said[-1]


def test_the_words_of_a_post_name_who_asks_and_nothing_else(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!assign {code} bob")
    [line] = bench.posts[0].doc.lines
    assert not isinstance(line, tuple)
    said = [arg.text for arg in line.args if hasattr(arg, "text")]
    assert said == [code, "alice", "!"]
