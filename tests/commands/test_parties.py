"""Naming who is involved, stepping out, letting in: what is kept and what is said."""

import pytest

from bot.core.words.effects import Confirm, Post
from bot.core.words.facts import Mark, MarkKind
from bot.core.words.labels import Label
from bot.core.words.people import Role
from bot.core.words.text import plain
from tests.commands.bench import BOB, CAROL, START, Bench, person

DAN = person("dan", Role.OMBUDS)


def named(bench: Bench) -> set[str]:
    """Return the names that the last command's facts are found by."""
    marks = (mark for fact in bench.added for mark in fact.marks)
    return {mark.value for mark in marks if mark.kind is MarkKind.PARTY}


# ---- party ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "role"), [("subject", "subject"), ("TARGET", "target"), ("wit", "witness")]
)
def test_a_name_is_kept_under_its_role(bench: Bench, typed: str, role: str) -> None:
    code = bench.opens()
    bench.types(f"!party {code} {typed} Example Person")
    assert bench.keys == ["party.done"]
    [fact] = bench.added
    assert (fact.kind, fact.data["role"], fact.by) == ("party", role, "alice")
    assert plain(fact.body or ()) == "Example Person"
    bench.types(f"!show {code} parties")
    assert bench.said[0].endswith(": Example Person")


def test_the_name_that_is_meant_is_looked_up_whatever_was_typed(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!party {code} subject [[User:Example-X]]")
    assert named(bench) == {"[[User:Example-X]]", "Example-X"}


def test_a_link_to_a_person_is_numbered_and_held(bench: Bench) -> None:
    code = bench.opens()
    link = "https://wiki.example.org/wiki/User:Example-X"
    bench.types(f"!party {code} subject {link}")
    assert bench.keys == ["party.done", "held.count"]
    assert "Example-X" not in " ".join(bench.said)
    assert "Example-X" in named(bench)
    assert any(mark.kind is MarkKind.LINK for fact in bench.added for mark in fact.marks)
    [item] = bench.case(code).evidence
    assert (item.number, item.label) == (1, Label.PII)
    bench.types(f"!show {code} parties")
    assert link not in " ".join(bench.said)


def test_somebody_of_the_team_is_said_to_be_out(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!party {code} witness User:Bob")
    assert bench.keys == ["party.done", "party.kept-out"]
    bench.types(f"!party {code} subject bob")
    assert bench.keys == ["party.done"]
    bench.types(f"!show {code} parties")
    assert bench.keys == ["show.party", "show.party", "show.kept-out"]
    assert bench.said[-1].endswith(": bob")
    bench.types(f"!show {code} record")
    assert "show.kept-out" not in str(bench.docs)


def test_who_works_on_it_and_is_named_works_on_it_no_more(bench: Bench) -> None:
    code = bench.opens()
    bench.who = BOB
    bench.types(f"!take {code}")
    bench.types(f"!party {code} subject alice")
    case = bench.case(code)
    assert (case.lead, case.handlers) == ("bob", ("bob",))
    assert bench.posts == []
    bench.types(f"!show {code} timeline")
    assert bench.said[-1].endswith("alice is off the case, as they are named in it")
    bench.types(f"!party {code} witness carol")
    assert len(bench.added) == 1


def test_undo_takes_the_name_back_and_lets_them_go_on(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!take {code}")
    bench.who = BOB
    bench.types(f"!take {code}")
    bench.types(f"!party {code} subject alice")
    bench.types("!undo")
    assert bench.case(code).handlers == ("alice", "bob")
    bench.types(f"!show {code} parties")
    assert bench.keys == ["show.no-parties"]


def test_the_last_one_who_is_named_leaves_a_case_without_a_lead(bench: Bench) -> None:
    code = bench.opens()
    bench.who = BOB
    bench.types(f"!party {code} subject alice")
    [post] = bench.posts
    assert post.case == code
    assert bench.case(code).lead is None


def test_naming_oneself_waits_for_a_yes(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!party {code} target user:ALICE")
    assert [type(effect) for effect in bench.effects] == [Confirm]
    assert bench.keys == ["party.preview-self"]
    bench.types(f"!party {code} target user:ALICE", confirmed=True)
    assert bench.keys == ["party.done-self"]
    assert bench.shelf.kept_out(code, bench.terms.people) == ("alice",)
    assert "Insults" not in " ".join(bench.said)


@pytest.mark.parametrize("typed", ["", "subject", "culprit Example-X"])
def test_a_role_and_a_name_are_needed(bench: Bench, typed: str) -> None:
    code = bench.opens()
    bench.types(f"!party {code} {typed}")
    assert bench.keys in (["usage"], ["word.choices"])
    assert "Example-X" not in " ".join(bench.said)
    assert len(bench.shelf.facts[code]) == 1


def test_parties_of_a_closed_case_can_still_be_named(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!close {code} actionable Over")
    bench.types(f"!party {code} subject Example-X")
    assert bench.keys == ["party.done"]


# ---- recuse --------------------------------------------------------------------------------


def test_stepping_out_says_what_it_means_first(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!recuse {code}")
    assert [type(effect) for effect in bench.effects] == [Confirm]
    assert bench.shelf.kept_out(code, bench.terms.people) == ()


def test_stepping_out_leaves_the_case_and_says_nothing_of_it(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!recuse {code}", confirmed=True)
    assert bench.keys == ["recuse.done"]
    assert bench.shelf.kept_out(code, bench.terms.people) == ("alice",)
    assert bench.case(code).lead is None
    [post] = bench.posts
    assert (post.case, post.doc.label) == (code, Label.TEAM)
    assert bench.last is not None
    assert not bench.last.undoable


def test_whoever_did_not_work_on_it_leaves_without_news(bench: Bench) -> None:
    code = bench.opens()
    bench.who = BOB
    bench.types(f"!recuse {code}", confirmed=True)
    assert bench.posts == []
    assert bench.case(code).lead == "alice"


def test_nobody_is_asked_to_take_a_closed_case(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!close {code} withdrawn Over")
    bench.types(f"!recuse {code}", confirmed=True)
    assert (bench.keys, bench.posts) == (["recuse.done"], [])


# ---- lift ----------------------------------------------------------------------------------


def test_lifting_lets_somebody_in(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!party {code} subject bob")
    bench.types(f"!lift {code} BOB")
    assert bench.keys == ["lift.done"]
    [fact] = bench.added
    assert Mark(kind=MarkKind.PARTY, value="bob") in fact.unmarks
    assert bench.shelf.kept_out(code, bench.terms.people) == ()
    bench.types(f"!show {code} timeline")
    assert bench.said[-1].endswith("alice let bob see the case again")


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("CASE bob", "lift.not-kept"),
        ("CASE nobody", "lift.nobody"),
        ("C-000000 bob", "case.none"),
        ("C-000001 bob", "case.slip"),
        ("case bob", "case.which"),
        ("CASE", "usage"),
        ("1 bob", "lift.not-kept"),
    ],
)
def test_what_is_not_there_is_not_lifted(bench: Bench, typed: str, key: str) -> None:
    code = bench.opens()
    bench.types("!cases")
    bench.types(f"!lift {typed.replace('CASE', code)}")
    assert bench.keys == [key]
    assert bench.added == []


def test_nobody_learns_who_reported(bench: Bench) -> None:
    code = bench.report()
    opening = bench.shelf.facts[code][0]
    mark = Mark(kind=MarkKind.PARTY, value="net|account|bob")
    bench.shelf.facts[code][0] = type(opening)(
        kind=opening.kind, at=START, data=opening.data, marks=(mark,)
    )
    bench.types(f"!lift {code} bob")
    assert bench.keys == ["lift.not-kept"]
    assert bench.added == []


def test_the_ombuds_lifts_and_reads_nothing(bench: Bench) -> None:
    code = bench.opens("Violet words")
    bench.types(f"!party {code} subject bob")
    bench.who, bench.in_dm = DAN, True
    bench.types(f"!lift {code} bob")
    assert bench.keys == ["lift.done"]
    assert "Violet" not in " ".join(bench.said)
    bench.types(f"!show {code}")
    assert bench.keys == ["refused.not-yours"]
    bench.who = CAROL
    bench.types(f"!lift {code} bob")
    assert bench.keys == ["refused.not-yours"]
    assert not any(isinstance(effect, Post) for effect in bench.effects)
