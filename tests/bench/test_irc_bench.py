"""Medians and ratios, what is said, and one quick run on the real server."""

import random

import pytest

from bench import chatter
from bench.__main__ import names, run
from bench.irc import Plan, measure
from bench.stats import Book, growth, short, spread, table


def test_a_ratio_is_taken_inside_each_repeat() -> None:
    book = Book()
    for ours, floor in ((2.0, 1.0), (9.0, 3.0), (40.0, 10.0)):
        book.add("burst", "ours", ours)
        book.add("burst", "raw", floor)
    assert book.middle("burst", "ours") == 9.0
    assert book.ratio("burst", "ours", "raw") == 3.0
    assert book.middle("burst", "nobody") is None
    assert book.ratio("burst", "nobody", "raw") is None
    assert spread(book.samples["burst"], "ours") == "2.00-40.0"


def test_a_floor_of_nothing_gives_no_ratio() -> None:
    book = Book()
    book.add("burst", "raw", 0.0)
    book.add("burst", "ours", 1.0)
    assert book.ratio("burst", "ours", "raw") is None


def test_growth_is_counted_per_so_many() -> None:
    assert growth([(100, 30.0), (200, 31.0), (300, 32.0)], 1000) == 10.0
    assert growth([(100, 30.0)], 1000) == 0.0


@pytest.mark.parametrize(
    ("value", "text"), [(None, "-"), (1.234, "1.23"), (12.34, "12.3"), (1234.5, "1234")]
)
def test_figures_are_short(value: float | None, text: str) -> None:
    assert short(value) == text


def test_the_table_is_markdown() -> None:
    text = table(["figure", "raw"], [["burst", "1.00"]])
    assert text.splitlines() == ["| figure | raw  |", "| ------ | ---- |", "| burst  | 1.00 |"]


def test_what_is_said_is_the_same_in_every_run() -> None:
    said = chatter.lines(2000)
    assert said[:50] == chatter.lines(50)
    assert all(chatter.SHORTEST <= len(line) <= chatter.LONGEST for line in said)
    assert 0.03 < sum("https://" in line for line in said) / len(said) < 0.07
    assert any("@example.org" in line for line in said)
    assert len(chatter.line(random.Random(1))) >= chatter.SHORTEST - 1


def test_the_folder_is_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert "irc" in names()
    assert "raw" not in names()
    assert run(["no-such-benchmark"]) == 2
    assert "irc" in capsys.readouterr().err


@pytest.mark.real
@pytest.mark.slow
async def test_a_short_run_prints_every_figure() -> None:
    plan = Plan(repeats=1, starts=2, burst=500, paced=30, commands=50, asked=5, notes=6)
    text = await measure(plan, ["raw", "plain", "caseward"])
    rows = {row.split("|")[1].strip(): row for row in text.splitlines()[2:]}
    assert len(rows) > 10
    ours = {name: row.split("|")[-2].strip() for name, row in rows.items()}
    assert "-" not in ours.values()
