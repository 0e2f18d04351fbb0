"""What live cases hold is found again, and nothing else."""

import pytest

from bot.core.pii.held import HeldSet
from bot.core.pii.reading import label
from bot.core.words.labels import Label
from bot.core.words.text import Piece

CODE = "C-4KTZ1A"


def holding(*texts: str, code: str = CODE) -> HeldSet:
    held = HeldSet()
    for text in texts:
        held.add(code, label(text))
    return held


LINK = "https://wiki.example.org/wiki/Special:Diff/123456"


@pytest.mark.parametrize(
    "line",
    [
        f"see {LINK}",
        "see hxxps://wiki[.]example[.]org/w/index.php?oldid=123456.",
        "wiki.example.org/wiki/Special%3ADiff%2F123456",
        "https%3A%2F%2Fwiki.example.org%2Fwiki%2FSpecial%3ADiff%2F123456",
        "Special:Diff/123456",
        "https://WIKI.EXAMPLE.ORG/wiki/Special:Diff/123\u200b456",
        "https://wiki.example.org/w/index.php?diff=999999&oldid=123456",
        "wiki dot example dot org/wiki/Special:Diff/123456",
        "https://archive.example.com/2031/https://wiki.example.org/wiki/Special:Diff/123456",
    ],
)
def test_a_held_link_is_found_in_disguise(line: str) -> None:
    assert holding(LINK).hit(line) == {CODE}


@pytest.mark.parametrize(
    "line",
    [
        "https://wiki.example.org/wiki/Special:Diff/123457",
        "https://other.example.org/wiki/Special:Diff/123456",
        "123456 of them",
        "https://wiki.example.org/",
        "",
    ],
)
def test_other_links_are_not_held(line: str) -> None:
    assert holding(LINK).hit(line) == frozenset()


def test_a_revision_without_its_wiki_is_held_on_every_wiki() -> None:
    assert holding("Special:Diff/123456").hit(LINK) == {CODE}


@pytest.mark.parametrize(
    ("held", "line"),
    [
        ("jane@example.org", "write to JANE@example.org"),
        ("+49 30 1234567", "the number 49-30-1234567 again"),
        ("her real name is Jane Example", "so it was jane example"),
        ("jane@example.org", "it is jane at example dot org"),
        ("jane at example dot org", "JANE@example.org"),
        ("jane@example.org", "ja\x02ne@exam\x0fple.org again"),
    ],
)
def test_personal_spans_are_held(held: str, line: str) -> None:
    assert holding(held).hit(line) == {CODE}


@pytest.mark.parametrize("inside", ["\u2060", "\u200b", "\x02"])
def test_a_told_sign_is_read_through_what_is_invisible(inside: str) -> None:
    held = HeldSet()
    held.add("C-1", (Piece(text="alice at example dot org"),))
    for line in (
        "alice a|t example dot org",
        "alice at example d|ot org",
        "al|ice a|t example dot o|rg",
    ):
        assert held.hit(line.replace("|", inside)) == {"C-1"}


def test_distinctive_words_of_personal_answers_are_held() -> None:
    held = HeldSet()
    words = "I think it was ExampleVandal77 on Tuesday, see C-4KTZ1A from 2031-05-28, follow-up"
    held.add(CODE, (Piece(text=words, label=Label.PII),))
    assert held.hit("is examplevandal77 blocked") == {CODE}
    for line in ("on Tuesday", CODE, "due 2031-05-28", "a follow-up", "I think it was"):
        assert held.hit(line) == frozenset()


def test_words_below_pii_are_not_held() -> None:
    held = HeldSet()
    held.add(CODE, (Piece(text="ExampleVandal77", label=Label.CASE),))
    assert held.hit("ExampleVandal77") == frozenset()


def test_each_case_lets_go_of_its_own() -> None:
    held = holding(LINK, "jane@example.org")
    held.add("C-OTHER1", label(LINK))
    assert held.hit(LINK) == {CODE, "C-OTHER1"}
    held.drop(CODE)
    assert held.hit(LINK) == {"C-OTHER1"}
    assert held.hit("jane@example.org") == frozenset()
    held.drop("C-OTHER1")
    assert held == HeldSet()
