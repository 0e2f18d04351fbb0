"""The measuring sets are what was sealed, well-formed and fairly parted."""

import json
from collections import Counter
from typing import Any

import pytest

from tests.measures.make import HERE, KINDS, kinds, written

NAMES = ("danger", "exposure", "links", "pii")
EACH = pytest.mark.parametrize("name", NAMES)
LEAST = {"danger": 400, "exposure": 150, "links": 300, "pii": 300}


def lines(name: str) -> list[dict[str, Any]]:
    """Return the lines of a set."""
    return [json.loads(row) for row in (HERE / f"{name}.jsonl").read_text("utf-8").splitlines()]


def stratum(line: dict[str, Any]) -> str:
    """Return what both parts need an equal share of."""
    if "spans" in line:
        return kinds(line["spans"])
    return str(line["label"] if "label" in line else line["how"])


def test_the_files_are_what_the_sources_make_and_the_sums_say() -> None:
    for name, content in written().items():
        assert (HERE / name).read_bytes() == content, name


@EACH
def test_nothing_stands_twice_and_enough_stands_there(name: str) -> None:
    said = [(line.get("text"), line.get("variant"), line.get("base")) for line in lines(name)]
    assert len(said) == len(set(said)) >= LEAST[name]


@EACH
def test_each_stratum_is_halved(name: str) -> None:
    counts = Counter((stratum(line), line["part"]) for line in lines(name))
    assert {part for _, part in counts} == {"dev", "test"}
    for which, _ in counts:
        assert abs(counts[which, "dev"] - counts[which, "test"]) <= 1, which


def test_labels_are_known() -> None:
    danger = {line["label"] for line in lines("danger")}
    assert danger == {"life", "child", "self-harm", "none", "unclear"}
    assert {line["label"] for line in lines("exposure")} == {"exposed", "none"}


def test_spans_stand_inside_the_text_in_order_and_apart() -> None:
    for line in lines("pii"):
        end = 0
        for start, stop, kind in line["spans"]:
            assert end <= start < stop <= len(line["text"]), line
            assert line["text"][start:stop].strip() == line["text"][start:stop], line
            assert kind in KINDS
            end = stop


def test_there_are_negatives_and_bases_enough() -> None:
    assert sum(not line["spans"] for line in lines("pii")) >= 60
    assert len({line["base"] for line in lines("links")}) >= 25
    assert sum(not line["same"] for line in lines("links")) >= 100
