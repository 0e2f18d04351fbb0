"""What a case is about, what it has to do with, and how far its evidence may travel."""

import pytest

from bot.core.words.labels import Label
from tests.commands.bench import ALICE, BOB, Bench

LINK = "https://en.wikipedia.example.org/w/index.php?diff=1234"

# ---- kind ----------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["stalking", "STALK"])
def test_the_kind_is_set_anew(bench: Bench, typed: str) -> None:
    code = bench.opens()
    bench.types(f"!kind {code} {typed}")
    assert bench.keys == ["kind.done"]
    assert bench.case(code).kind == "stalking"
    bench.types(f"!kind {code} stalking")
    assert (bench.keys, bench.added) == (["kind.same"], [])
    bench.types(f"!kind {code} doxing")
    bench.types("!undo")
    assert bench.case(code).kind == "stalking"
    bench.types(f"!show {code} timeline")
    assert bench.said[1].endswith("alice set the kind to stalking")


@pytest.mark.parametrize("typed", ["secretword", "threats"])
def test_an_unknown_kind_is_not_repeated_and_all_are_listed(bench: Bench, typed: str) -> None:
    code = bench.opens()
    bench.types(f"!kind {code} {typed}")
    assert bench.keys == ["kind.unknown", "open.kinds", "open.kinds"]
    assert typed not in bench.said[0]
    assert bench.added == []


# ---- relate --------------------------------------------------------------------------------


def test_both_cases_know_of_each_other(bench: Bench) -> None:
    one, two = bench.opens(), bench.opens()
    bench.types(f"!relate {one} {two.lower()}")
    assert bench.keys == ["relate.done"]
    assert (bench.case(one).related, bench.case(two).related) == ((two,), (one,))
    bench.types(f"!relate {two} {one}")
    assert (bench.keys, bench.added) == (["relate.already"], [])
    bench.types(f"!show {one}")
    assert f"Related to: {two}" in bench.said


def test_undo_takes_it_back_on_both(bench: Bench) -> None:
    one, two = bench.opens(), bench.opens()
    bench.types(f"!relate {one} {two}")
    bench.types("!undo")
    assert (bench.case(one).related, bench.case(two).related) == ((), ())
    bench.types(f"!relate {two} {one}")
    assert bench.keys == ["relate.done"]


@pytest.mark.parametrize("undone", [False, True])
def test_nothing_tells_of_a_case_that_is_not_for_the_reader(bench: Bench, undone: bool) -> None:
    one, two, three = bench.opens(), bench.opens(), bench.opens()
    expected = []
    for part in (" timeline", " record"):
        bench.types(f"!show {three}{part}")
        expected.append([line.replace(three, one) for line in bench.said])
    bench.types(f"!relate {one} {two}")
    if undone:
        bench.types("!undo")
    bench.shelf.hidden.add(two)
    for part in ("", " timeline", " record"):
        bench.types(f"!show {one}{part}")
        assert two not in " ".join(bench.said)
        assert "elated" not in " ".join(bench.said)
        if part:
            assert bench.said == expected.pop(0)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("ONE HIDDEN", "case.none"),
        ("HIDDEN ONE", "case.none"),
        ("ONE C-000000", "case.none"),
        ("ONE ONE", "relate.itself"),
        ("ONE C-000001", "case.slip"),
        ("ONE other", "case.which"),
        ("ONE", "usage"),
    ],
)
def test_what_cannot_be_related(bench: Bench, typed: str, key: str) -> None:
    one, hidden = bench.opens(), bench.opens()
    bench.shelf.hidden.add(hidden)
    bench.types(f"!relate {typed.replace('ONE', one).replace('HIDDEN', hidden)}")
    assert bench.keys == [key]
    assert bench.added == []


# ---- seal and unseal -----------------------------------------------------------------------


def read(bench: Bench, code: str) -> str:
    said = []
    for part in ("links", "timeline", "record"):
        bench.types(f"!show {code} {part}")
        said += bench.said
    return " ".join(said)


def test_unsealed_evidence_is_read_in_the_room_until_it_is_sealed(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!link {code} {LINK} the first one")
    assert LINK not in read(bench, code)
    bench.types(f"!unseal {code} 1")
    assert bench.keys == ["unseal.done"]
    assert read(bench, code).count(LINK) == 4
    bench.types(f"!unseal {code} 1")
    assert (bench.keys, bench.added) == (["unseal.already"], [])
    bench.who = BOB
    bench.types(f"!seal {code} 1")
    assert bench.keys == ["seal.done"]
    assert LINK not in read(bench, code)
    bench.types(f"!seal {code} 1")
    assert (bench.keys, bench.added) == (["seal.already"], [])
    assert bench.case(code).evidence[0].label is Label.PII


@pytest.mark.parametrize(("verb", "read_after"), [("unseal", False), ("seal", True)])
def test_undo_of_either(bench: Bench, verb: str, read_after: bool) -> None:
    code = bench.opens()
    bench.types(f"!link {code} {LINK}")
    bench.types(f"!unseal {code} 1")
    if verb == "seal":
        bench.types(f"!seal {code} 1")
    bench.types("!undo")
    assert (LINK in read(bench, code)) is read_after


def test_only_the_number_that_was_meant_is_read(bench: Bench) -> None:
    code = bench.opens(f"See {LINK} and write to somebody@example.org")
    bench.types(f"!unseal {code} 1")
    said = read(bench, code)
    assert LINK in said
    assert "somebody@example.org" not in said


def test_what_is_unsealed_is_still_revealed_by_dm_only(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!link {code} {LINK}")
    bench.types(f"!unseal {code} 1")
    bench.types(f"!reveal {code} 1")
    assert bench.keys == ["reveal.by-dm", "reveal.words", "reveal.network"]


def test_unsealing_is_for_those_who_may_know_what_it_says(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!link {code} {LINK}")
    bench.who = BOB
    bench.types(f"!unseal {code} 1")
    assert bench.keys == ["refused.not-yours"]
    bench.who, bench.ceiling = ALICE, Label.TEAM
    bench.types(f"!unseal {code} 1")
    assert bench.keys == ["refused.not-here"]
    bench.types(f"!seal {code} 1")
    assert bench.keys == ["seal.already"]


@pytest.mark.parametrize("verb", ["seal", "unseal"])
@pytest.mark.parametrize(
    ("typed", "key"), [("2", "reveal.none"), ("0", "reveal.none"), ("one", "usage"), ("²", "usage")]
)
def test_a_wrong_number_changes_nothing(bench: Bench, verb: str, typed: str, key: str) -> None:
    code = bench.opens()
    bench.types(f"!link {code} {LINK}")
    bench.types(f"!{verb} {code} {typed}")
    assert (bench.keys, bench.added) == ([key], [])


def test_evidence_that_was_taken_back_is_not_unsealed(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!link {code} {LINK}")
    bench.types("!undo")
    bench.types(f"!unseal {code} 1")
    assert bench.keys == ["reveal.none"]
