"""Showing a case with its holes, and revealing what is in one of them."""

from datetime import timedelta

import pytest

from bot.core.case import facts
from bot.core.words.effects import Answer, RememberCase
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass
from bot.core.words.text import Piece
from tests.commands.bench import BOB, START, Bench

LINK = "https://en.wikipedia.example.org/w/index.php?diff=1234"


def story(text: str) -> tuple[Piece, ...]:
    return (Piece(text=text, label=Label.CASE),)


@pytest.fixture
def code(bench: Bench) -> str:
    """A reporter's case with everything in it."""
    code = bench.report(("story", story("They follow me around")), ("where", story("the wiki")))
    name = (Piece(text="Example-A", code=code, number=1),)
    bench.shelf.facts[code] += [
        facts.party(at=START, by=None, role="subject", name=name),
        facts.called(at=START, by=None, page="E-000000", emergency=EmergencyClass.LIFE),
        facts.delivered(at=START, what="reply"),
    ]
    bench.types(f"!take {code}")
    bench.types(f"!link {code} {LINK}")
    bench.types(f"!note {code} A first note")
    bench.types(f"!say {code} Thank you", confirmed=True)
    return code


# ---- show ----------------------------------------------------------------------------------


def test_the_overview(bench: Bench, code: str) -> None:
    bench.types(f"!show {code}")
    assert bench.keys == ["show.head", "show.about", "show.evidence"]
    head, about, evidence = bench.said
    assert head == (
        f"{code}: doxing. Opened 2031-05-28, lead: alice, next: the next check-in by 2031-06-04."
    )
    assert about == "About: They follow me around"
    assert "1, 2*" in evidence
    assert RememberCase(code=code) in bench.effects


def test_an_overdue_case_says_so(bench: Bench) -> None:
    code = bench.opens()
    bench.now = START + timedelta(days=9)
    bench.types(f"!show {code}")
    assert "overdue: the next check-in, since 2031-06-04" in bench.said[0]


def test_a_closed_case_says_how(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!close {code} deadlock We could not agree")
    bench.types("!show")
    assert "closed: no agreement" in bench.said[0]


def test_personal_pieces_stay_in_their_holes(bench: Bench, code: str) -> None:
    for part in ("", " timeline", " parties", " links", " messages", " record"):
        bench.types(f"!show {code}{part}")
        said = " ".join(bench.said)
        assert "Example-A" not in said
        assert "diff=1234" not in said


def test_a_dm_that_may_carry_them_reads_it_whole(bench: Bench, code: str) -> None:
    bench.in_dm = True
    bench.types(f"!show {code} parties")
    assert bench.said == ["person reported: Example-A"]
    bench.types(f"!show {code} links")
    assert bench.said == [f"2 (link): {LINK}"]


def test_the_timeline_has_it_all_in_order(bench: Bench, code: str) -> None:
    bench.types(f"!show {code} timeline")
    said = bench.said
    assert said[0] == "2031-05-28 12:00 UTC the reporter opened the case"
    assert said[1].endswith("the reporter wrote (story): They follow me around")
    assert said[3].endswith(f"the reporter named a party (person reported): [held {code} 1]")
    assert said[4].endswith("Caseward called an emergency, E-000000")
    assert said[-2].endswith("alice noted: A first note")
    assert said[-1].endswith("alice wrote to the reporter: Thank you")


def test_the_timeline_shows_what_was_taken_back(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!link {code} {LINK}")
    bench.types("!undo")
    bench.types(f"!show {code} timeline")
    assert bench.said[1].startswith("[taken back] ")
    assert bench.said[2].endswith("alice took something back")
    bench.types(f"!show {code} links")
    assert bench.keys == ["show.no-links"]
    bench.types(f"!show {code}")
    assert bench.keys == ["show.head", "show.about"]


def test_a_long_timeline_is_cut_at_its_beginning(bench: Bench) -> None:
    code = bench.opens()
    for number in range(25):
        bench.types(f"!note {code} note {number}")
    bench.types(f"!show {code} timeline")
    assert bench.keys[0] == "show.earlier"
    assert bench.said[0].startswith("6 earlier entries")
    assert len(bench.said) == 21
    bench.types(f"!show {code} record")
    assert "note 0" in " ".join(bench.said)


def test_messages_are_those_of_both_sides(bench: Bench, code: str) -> None:
    bench.types(f"!show {code} messages")
    assert [line.split("UTC ")[1] for line in bench.said] == [
        "the reporter wrote (story): They follow me around",
        "the reporter wrote (where): the wiki",
        "alice wrote to the reporter: Thank you",
    ]


def test_a_number_beyond_the_last_list_is_no_other_case_and_no_part(
    bench: Bench, code: str
) -> None:
    bench.types("!cases")
    bench.types(f"!show {code}")
    bench.types("!show 13")
    assert bench.keys == ["case.which"]


def test_the_record_is_wiki_text(bench: Bench, code: str) -> None:
    bench.types(f"!show {code} record")
    assert bench.said[0] == f"== {code} =="
    assert all(line.startswith("* ") for line in bench.said[1:])
    assert "* Who worked on it: alice" in bench.said


def test_removed_words_are_named_as_such(bench: Bench, code: str) -> None:
    bench.shelf.removed |= {(code, entry.seq) for entry in bench.case(code).entries}
    bench.types(f"!show {code}")
    assert bench.said[1] == "About: words removed"
    bench.types(f"!show {code} links")
    assert bench.said == ["2 (link): words removed"]
    bench.types(f"!show {code} parties")
    assert bench.said == ["person reported: words removed"]


def test_a_summary_that_was_removed_is_named_too(bench: Bench) -> None:
    code = bench.opens()
    bench.shelf.removed.add((code, 1))
    bench.types(f"!show {code}")
    assert bench.said[1] == "About: words removed"


def test_facts_of_a_later_version_are_passed_over_in_words(bench: Bench) -> None:
    code = bench.opens()
    last = bench.shelf.facts[code][-1]
    bench.shelf.facts[code].append(type(last)(kind="newer", at=START, by="bob"))
    bench.types(f"!show {code} timeline")
    assert bench.said[-1].endswith("bob did something that this version does not know")


@pytest.mark.parametrize("part", ["parties", "links", "messages"])
def test_an_empty_part_says_so(bench: Bench, part: str) -> None:
    bench.opens()
    bench.types(f"!show {part}")
    assert bench.keys == [f"show.no-{part}"]


def test_there_is_no_last_case_at_first(bench: Bench) -> None:
    bench.types("!show")
    assert bench.keys == ["case.which"]
    bench.types("!show C-000000 nonsense")
    assert bench.keys == ["case.none"]


# ---- reveal ----------------------------------------------------------------------------------


def test_reveal_answers_by_dm_and_only_there(bench: Bench, code: str) -> None:
    bench.types(f"!reveal {code} 2")
    answers = [effect for effect in bench.effects if isinstance(effect, Answer)]
    assert [answer.private for answer in answers] == [False, True]
    assert [answer.doc.label for answer in answers] == [Label.TEAM, Label.PII]
    assert bench.keys == ["reveal.by-dm", "reveal.words", "reveal.network"]
    assert LINK not in bench.said[0]
    assert bench.said[1] == f"{code}, number 2: {LINK}"


def test_reveal_in_a_dm(bench: Bench, code: str) -> None:
    bench.in_dm = True
    bench.types(f"!reveal {code} 1")
    assert bench.said[0] == f"{code}, number 1: Example-A"


def test_a_dm_that_may_not_carry_it_says_how_it_could(bench: Bench, code: str) -> None:
    for ceiling in (Label.PUBLIC, Label.TEAM, Label.CASE):
        bench.dm_ceiling = ceiling
        bench.types(f"!reveal {code} 2")
        assert len(bench.said) == 2
        assert "dm_ceiling" in bench.said[1]
        assert LINK not in bench.said[1]


@pytest.mark.parametrize(
    ("typed", "key"), [("9", "reveal.none"), ("0", "reveal.none"), ("two", "usage"), ("²", "usage")]
)
def test_a_wrong_number_reveals_nothing(bench: Bench, code: str, typed: str, key: str) -> None:
    bench.types(f"!reveal {code} {typed}")
    assert bench.keys == [key]


def test_a_case_without_evidence_says_so(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!reveal {code} 1")
    assert "none yet" in bench.said[0]


def test_removed_evidence_says_so(bench: Bench, code: str) -> None:
    seq = bench.case(code).evidence[0].seq
    bench.shelf.removed.add((code, seq))
    bench.types(f"!reveal {code} 1")
    assert bench.keys == ["reveal.removed"]


def test_reveal_is_for_those_who_may_see_personal_details(bench: Bench, code: str) -> None:
    bench.who = BOB
    bench.types(f"!reveal {code} 1")
    assert bench.keys == ["refused.not-yours"]
