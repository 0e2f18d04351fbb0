"""From a typed line to a verb and its arguments."""

import pytest

from bot.core.words.doors import Line
from bot.core.words.effects import AddFacts, Compose
from bot.core.words.ids import read_code
from bot.core.words.text import plain
from commands._parse import addressed
from commands._run import run_line
from tests.commands.bench import TABLE, Bench


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("!note words", ("note", "words")),
        ("  !NOTE  two words ", ("note", "two words")),
        ("caseward: help", ("help", "")),
        ("Caseward, help note", ("help", "note")),
        ("caseward: !help", ("help", "")),
        ("!", None),
        ("!!!", None),
        ("! note", None),
        ("note words", None),
        ("casewards: help", None),
    ],
)
def test_what_is_for_the_bot(typed: str, line: tuple[str, str] | None) -> None:
    expected = None if line is None else Line(verb=line[0], rest=line[1])
    assert addressed(typed, prefix="!", name="caseward") == expected


def test_usage_is_shown_as_it_is_typed(bench: Bench) -> None:
    bench.types("!take one two")
    assert bench.said[-1].endswith("!take CASE")
    bench.types("!cases mine now")
    assert bench.said[-1].endswith(f"!{TABLE.commands['cases'].usage}")


def test_codes_are_read_forgivingly(bench: Bench) -> None:
    code = bench.opens()
    for typed in (code.lower(), code.replace("-", ""), code.replace("0", "o").replace("1", "l")):
        bench.types(f"!show {typed}")
        assert bench.keys[0] == "show.head"


def test_numbers_beyond_the_list_are_no_cases(bench: Bench) -> None:
    bench.opens()
    bench.types("!cases")
    for typed in ("0", "2", "01", "-1"):
        bench.types(f"!take {typed}")
        assert bench.keys == ["case.which"]


def test_a_word_that_may_be_left_out_is_taken_whole_only(bench: Bench) -> None:
    code = bench.report()
    bench.types(f"!say {code} report on its way", confirmed=True)
    [fact] = bench.added
    assert fact.body is not None
    assert "".join(piece.text for piece in fact.body) == "report on its way"


# ---- texts that are written in several lines -----------------------------------------------------


@pytest.mark.parametrize("verb", ["note", "say"])
def test_in_a_room_a_text_is_typed_at_once(bench: Bench, verb: str) -> None:
    code = bench.report()
    bench.types(f"!{verb} {code}")
    assert bench.keys == ["usage", "compose.in-dm"]
    assert bench.last is not None
    assert bench.last.outcome == "unclear"


def test_in_a_dm_it_may_be_left_out(bench: Bench) -> None:
    code = bench.report()
    bench.in_dm = True
    bench.types(f"!say {code.lower()} reporter")
    assert bench.keys == ["compose.begin", "compose.how"]
    [asked] = [effect for effect in bench.effects if isinstance(effect, Compose)]
    assert asked == Compose(verb="say", rest=f"{code} reporter", case=code)
    bench.types("!note")
    assert bench.keys == ["compose.open", "compose.how"]


def test_nothing_is_composed_for_a_case_without_a_reporter(bench: Bench) -> None:
    code = bench.opens()
    bench.in_dm = True
    bench.types(f"!say {code}")
    assert bench.keys == ["say.no-reporter"]


def test_a_composed_text_is_a_text_whatever_it_begins_with(bench: Bench) -> None:
    code = bench.report()
    line = Line(verb="note", rest=code, text="reporter\nC-000000 done")
    ran = run_line(TABLE, line, bench._doors(), late=False, confirmed=False)
    assert ran.line == line
    [kept] = [fact for e in ran.effects if isinstance(e, AddFacts) for fact in e.facts]
    assert plain(kept.body or ()) == line.text


def test_letters_without_a_dash_mean_the_same_whatever_there_is(bench: Bench) -> None:
    bench.opens()
    assert isinstance(read_code("Commons"), str)
    bench.types("!note Commons said it again")
    assert bench.keys == ["case.dash"]
    assert bench.added == []
    bench.types("!note Clearly said again")
    assert bench.keys == ["note.done"]
