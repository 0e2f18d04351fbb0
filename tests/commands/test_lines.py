"""From a typed line to a verb and its arguments."""

import pytest

from bot.core.words.doors import Line
from commands._parse import addressed
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
    assert bench.said[0].endswith("!take CASE")
    bench.types("!cases mine now")
    assert bench.said[0].endswith(f"!{TABLE.commands['cases'].usage}")


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
