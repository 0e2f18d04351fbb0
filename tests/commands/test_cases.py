"""Opening, listing, taking, noting, linking, undoing."""

from datetime import timedelta

import pytest

from bot.core.case import facts
from bot.core.words.cases import CaseStatus, Outcome
from bot.core.words.effects import AddFacts, RememberCase, RememberList
from bot.core.words.facts import MarkKind
from bot.core.words.kinds import KINDS, read_kind
from bot.core.words.labels import Label
from tests.commands.bench import BOB, CAROL, START, Bench

LINK = "https://en.wikipedia.example.org/w/index.php?diff=1234"


# ---- open ----------------------------------------------------------------------------------


def test_open_makes_a_case_that_the_opener_leads(bench: Bench) -> None:
    code = bench.opens("Insults on a talk page")
    case = bench.case(code)
    assert (case.lead, case.kind, case.has_reporter) == ("alice", "something-else", False)
    assert case.next_at == START + timedelta(days=7)
    assert bench.keys == ["open.done"]
    assert bench.said[0].startswith(f"✓ Opened {code}")
    assert bench.desk.case == code


@pytest.mark.parametrize(
    "typed",
    ["kind:doxing Insults again", "Insults kind:DOXING again", "Insults again kind:dox"],
)
def test_the_kind_may_stand_anywhere_and_is_not_part_of_the_summary(
    bench: Bench, typed: str
) -> None:
    code = bench.opens(typed)
    words = bench.shelf.words(code, 1)
    assert words is not None
    assert "".join(piece.text for piece in words).split() == ["Insults", "again"]
    assert bench.case(code).kind == "doxing"


def test_an_unknown_kind_opens_nothing_and_is_not_repeated(bench: Bench) -> None:
    bench.types("!open Insults kind:secretword")
    assert bench.keys == ["open.kind", "open.kinds", "open.kinds"]
    assert "secretword" not in " ".join(bench.said)
    assert max(map(len, bench.said)) <= 200
    assert not bench.shelf.facts


@pytest.mark.parametrize("typed", ["!open", "!open kind:spam"])
def test_a_case_needs_a_summary(bench: Bench, typed: str) -> None:
    bench.types(typed)
    assert bench.keys == ["usage"]
    assert not bench.shelf.facts


def test_personal_pieces_of_a_summary_are_numbered_and_held(bench: Bench) -> None:
    code = bench.opens(f"See {LINK} and mail@example.org")
    assert [(item.number, item.link) for item in bench.case(code).evidence] == [
        (1, True),
        (2, False),
    ]
    assert bench.keys == ["open.done", "held.count"]
    assert "example.org" not in " ".join(bench.said)


def test_an_ambiguous_kind_is_no_kind() -> None:
    assert read_kind("threats") is None
    assert read_kind("threats-s") == "threats-self-harm"
    assert read_kind("") is None
    assert len(set(KINDS)) == len(KINDS)


# ---- cases ---------------------------------------------------------------------------------


def test_cases_are_numbered_and_the_numbers_work(bench: Bench) -> None:
    first, second = bench.opens("One"), bench.opens("Two")
    bench.types("!cases")
    assert bench.keys == ["cases.row", "cases.row"]
    assert bench.said[0].startswith(f"1 {first} something else")
    bench.types("!show 2")
    assert bench.said[0].startswith(second)


def test_cases_by_whose_they_are(bench: Bench) -> None:
    own, new = bench.opens(), bench.report()
    bench.types("!cases mine")
    assert list(bench.desk.listed) == [own]
    bench.types("!cases new")
    assert list(bench.desk.listed) == [new]
    bench.who = BOB
    bench.types("!cases mine")
    assert bench.keys == ["cases.none"]
    assert list(bench.desk.listed) == []
    bench.types(f"!take {own}")
    bench.types("!cases mine")
    assert list(bench.desk.listed) == [own]


def test_cases_by_what_is_due(bench: Bench) -> None:
    far, near = bench.opens(), bench.report()
    bench.types("!cases due")
    assert list(bench.desk.listed) == [near]
    bench.now = START + timedelta(days=8)
    bench.types("!cases due")
    assert list(bench.desk.listed) == [near, far]
    assert "overdue since 2031-05-30" in bench.said[0]


def test_cases_by_status(bench: Bench) -> None:
    kept, over = bench.opens(), bench.opens()
    bench.types(f"!close {over} withdrawn Asked us to stop")
    bench.types("!cases")
    assert list(bench.desk.listed) == [kept]
    bench.types("!cases closed")
    assert list(bench.desk.listed) == [over]
    bench.types("!cases all")
    assert list(bench.desk.listed) == [kept, over]


def test_a_long_list_is_cut_and_counted(bench: Bench) -> None:
    codes = [bench.opens() for _ in range(15)]
    bench.types("!cases")
    assert len(bench.desk.listed) == 12
    assert set(bench.desk.listed) <= set(codes)
    assert bench.keys[-1] == "cases.more"
    assert bench.said[-1].startswith("3 more")
    assert bench.said[-1].endswith("!cases open 13")
    bench.types("!cases open 13")
    assert bench.keys == ["cases.row"] * 3
    assert bench.said[0].startswith("13 ")
    last = bench.said[-1].split()[1]
    bench.types("!show 15")
    assert last in bench.said[0]
    bench.types("!cases open 16")
    assert bench.keys == ["cases.beyond"]
    for wrong in ("0", "x", "-1"):
        bench.types(f"!cases all {wrong}")
        assert bench.keys == ["usage"]


def test_a_hidden_case_is_in_no_list(bench: Bench) -> None:
    bench.shelf.hidden.add(bench.opens())
    for which in ("", " mine", " new", " due", " open", " all"):
        bench.types(f"!cases{which}")
        assert bench.keys == ["cases.none"]


def test_a_list_has_no_words_of_a_case(bench: Bench) -> None:
    bench.opens("Violet words")
    bench.ceiling = Label.TEAM
    bench.types("!cases")
    assert "Violet" not in " ".join(bench.said)


# ---- take ----------------------------------------------------------------------------------


def test_the_first_who_takes_a_report_leads_it(bench: Bench) -> None:
    code = bench.report()
    bench.types(f"!take {code}")
    assert bench.keys == ["take.lead"]
    bench.who = BOB
    bench.types(f"!take {code}")
    assert bench.keys == ["take.done"]
    case = bench.case(code)
    assert (case.lead, case.handlers) == ("alice", ("alice", "bob"))


def test_taking_twice_changes_nothing(bench: Bench) -> None:
    code = bench.report()
    bench.types(f"!take {code}")
    bench.types(f"!take {code}")
    assert bench.keys == ["take.already"]
    assert bench.added == []


def test_a_closed_case_cannot_be_taken(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!close {code} withdrawn Asked us to stop")
    bench.types(f"!take {code}")
    assert bench.keys == ["refused.case-closed"]


# ---- note and link ---------------------------------------------------------------------------


def test_a_note_goes_to_the_case_that_is_named(bench: Bench) -> None:
    code, _ = bench.opens("One"), bench.opens("Two")
    bench.types(f"!note {code} They wrote to mail@example.org")
    [fact] = bench.added
    assert (fact.kind, fact.by) == ("noted", "alice")
    assert bench.keys == ["note.done", "held.count"]
    assert RememberCase(code=code) in bench.effects


def test_a_note_without_a_code_goes_to_the_last_case(bench: Bench) -> None:
    code = bench.opens()
    for words in ("Comment on the first diff", "checked twice", "The same again"):
        bench.types(f"!note {words}")
        assert bench.effects[0] == AddFacts(code=code, facts=tuple(bench.added))
        assert bench.added[0].body is not None
        assert "".join(p.text for p in bench.added[0].body) == words


def test_a_code_with_a_slip_is_not_taken_for_words(bench: Bench) -> None:
    code = bench.opens()
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    bench.types(f"!note {wrong} The same again")
    assert bench.keys == ["case.slip"]
    assert bench.added == []


def test_links_are_numbered_and_never_said(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!link {code} {LINK} the first, ask mail@example.org")
    [fact] = bench.added
    assert [mark.kind for mark in fact.marks] == [MarkKind.LINK]
    assert bench.keys == ["link.done", "held.count"]
    assert bench.said[0] == f"✓ Kept as number 1 of {code}."
    bench.types(f"!link {LINK}&other")
    assert bench.said == [f"✓ Kept as number 3 of {code}."]
    assert [item.link for item in bench.case(code).evidence] == [True, False, True]
    bench.types(f"!show {code} links")
    assert "diff=1234" not in " ".join(bench.said)


def test_what_is_no_link_is_not_kept(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!link {code} yesterday at noon")
    assert bench.keys == ["link.not-a-link"]
    assert bench.added == []


# ---- undo ----------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["note {} Wrong", f"link {{}} {LINK}", "take {}"])
def test_what_stayed_in_the_room_can_be_taken_back(bench: Bench, line: str) -> None:
    code = bench.report()
    bench.types("!" + line.format(code))
    bench.types("!undo")
    assert bench.keys == ["undo.done"]
    assert [entry.undone for entry in bench.case(code).entries] == [False, True, False]
    bench.types("!undo")
    assert bench.keys == ["undo.nothing"]


def test_a_closed_case_opens_again(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!close {code} mistaken It was a misunderstanding")
    bench.types("!undo")
    assert bench.case(code).status is CaseStatus.OPEN


def test_undo_has_a_minute(bench: Bench) -> None:
    bench.opens()
    bench.types("!note Wrong")
    bench.now += timedelta(seconds=61)
    bench.types("!undo")
    assert bench.keys == ["undo.nothing"]
    assert bench.added == []


def test_undo_says_no_code_where_it_may_not(bench: Bench) -> None:
    code = bench.opens()
    bench.types("!note Wrong")
    bench.ceiling = Label.PUBLIC
    bench.types("!undo")
    assert len(bench.said) == 1
    assert code not in bench.said[0]


def test_undo_of_a_case_that_is_hidden_now_does_nothing(bench: Bench) -> None:
    code = bench.opens()
    bench.types("!note Wrong")
    bench.shelf.hidden.add(code)
    bench.types("!undo")
    assert bench.keys == ["undo.nothing"]


# ---- nobody else ---------------------------------------------------------------------------


def test_an_operator_works_no_case(bench: Bench) -> None:
    code = bench.opens()
    bench.who = CAROL
    for line in ("cases", f"show {code}", f"note {code} words", f"reveal {code} 1"):
        bench.types(f"!{line}")
        assert bench.keys == ["refused.not-yours"]


def test_absent_and_hidden_cases_get_the_same_words(bench: Bench) -> None:
    hidden = bench.opens()
    absent = bench.opens()
    del bench.shelf.facts[absent]
    bench.shelf.hidden.add(hidden)
    lines = "show {}|note {} words|link {} https://example.org/a|take {}|reveal {} 1"
    more = "say {} words|due {} 3d|close {} mistaken words|skip {} reporter words"
    for line in f"{lines}|{more}".split("|"):
        heard = []
        for code in (hidden, absent):
            ran = bench.types("!" + line.format(code))
            heard.append((bench.said, ran.outcome, ran.case))
        assert heard[0] == heard[1]
        assert bench.keys == ["case.none"]


def test_every_outcome_can_be_typed(bench: Bench) -> None:
    for outcome in Outcome:
        code = bench.opens()
        bench.types(f"!close {code} {outcome} words")
        assert bench.case(code).outcome is outcome
        assert bench.keys == ["close.done"]


def test_the_fold_of_an_opening_is_what_open_made(bench: Bench) -> None:
    code = bench.opens("kind:image Pictures")
    [fact] = bench.shelf.facts[code]
    assert fact.kind == facts.FactKind.OPENED
    assert RememberList not in {type(effect) for effect in bench.effects}
