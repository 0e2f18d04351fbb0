"""What live cases hold is found again, and nothing else."""

from time import perf_counter

import pytest

from bot.core.pii.held import HeldSet, free_phrases
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


NAME = "Jane Maria Example"


@pytest.mark.parametrize(
    ("held", "line"),
    [
        (NAME, "JaneMariaExample wrote"),
        (NAME, "J a n e  M a r i a  E x a m p l e"),
        (NAME, "it is j.a.n.e.m.a.r.i.a.e.x.a.m.p.l.e"),
        (NAME, "Jáné María Éxàmple"),
        (NAME, "jane_maria_example"),
        (NAME, "Example, Jane Maria"),
        (NAME, "J\u0430ne M\u0430ria Ex\u0430mple"),
        (NAME, "\uff2aane Maria Example"),
        (NAME, "Ja\u200bne Maria Ex\u00adample"),
        (NAME, "jane-maria.example"),
        ("ÉxàmpleVändal77", "examplevandal77"),
        ("Straßenköter99x", "strassenkoter99X"),
        ("+49 30 1234567 89", "call 030 123456789"),
        ("+44 7700 900123", "07700/900-123 is it"),
        ("+44 7700 900123", "00447700900123"),
        ("2001:db8::1", "from 2001:0DB8:0:0:0:0:0:1 again"),
        ("192.0.2.44", "192[.]0[.]2[.]44"),
        ("jane@example.org", "jane [at] example [dot] org"),
        ("jane@example.org", "jane@example . org"),
    ],
)
def test_words_are_found_however_they_are_spelled(held: str, line: str) -> None:
    held_set = HeldSet()
    held_set.add(CODE, (Piece(text=held, label=Label.PII),))
    assert held_set.hit(line) == {CODE}


@pytest.mark.parametrize(
    "line",
    ["jane", "maria example", "an example of it", "07700 900124", "192.0.2.4 4", "a b c d e f g", "10:30"],
)  # fmt: skip
def test_other_words_are_not_held(line: str) -> None:
    held = HeldSet()
    for text in (NAME, "+44 7700 900123", "192.0.2.44"):
        held.add(CODE, (Piece(text=text, label=Label.PII),))
    assert held.hit(line) == frozenset()


@pytest.mark.parametrize(
    ("held", "before", "line", "hit"),
    [
        (LINK, "see https://wiki.example.org/wiki/Spec", "ial:Diff/123456 there", True),
        (LINK, "https://wiki.example.org/wiki/Special:Diff/12", "3456", True),
        (NAME, "she is Jane Maria", "Example I think", True),
        (LINK, f"{LINK} it was", "thanks", False),
        (LINK, "hello", "there", False),
    ],
)
def test_what_stands_over_two_lines_is_found(held: str, before: str, line: str, hit: bool) -> None:
    held_set = HeldSet()
    held_set.add(CODE, (Piece(text=held, label=Label.PII),))
    assert held_set.hit(line, before) == ({CODE} if hit else frozenset())


@pytest.mark.parametrize(
    ("held", "line"),
    [
        ("https://en.wikipedia.org/wiki/User:Example-A", "[[User:Example-A]]"),
        ("[[User:Example-A]]", "https://de.wikipedia.org/wiki/Benutzer:Example-A"),
        ("https://de.wikipedia.org/wiki/Benutzer:Example-A", "[[Benutzer:Example-A]]"),
        ("https://en.wikipedia.org/wiki/Special:Contributions/Example-A", "Special:Contribs/Example-A"),
        ("https://en.wikipedia.org/?curid=77", "curid=77"),
    ],
)  # fmt: skip
def test_a_wiki_that_is_not_named_may_be_any(held: str, line: str) -> None:
    assert holding(held).hit(line) == {CODE}


@pytest.mark.parametrize(
    "common",
    [
        "https://en.wikipedia.org/wiki/Wikipedia:Harassment",
        "https://en.wikipedia.org/",
        "https://de.wikipedia.org/wiki/Hilfe:Signatur",
        "https://en.wikipedia.org/wiki/Main_Page",
        "https://example.org",
    ],
)
def test_what_everybody_links_to_is_not_held(common: str) -> None:
    assert holding(common) == HeldSet()


def test_the_bots_own_names_are_never_held() -> None:
    held = HeldSet(free=free_phrases(["the Example-Team 7", "safety-team@example.org"]))
    for text in ("Example-Team 7", "safety-team@example.org", "exampleteam7"):
        held.add(CODE, (Piece(text=text, label=Label.PII),))
    assert held == HeldSet(free=held.free)
    later = HeldSet()
    later.add(CODE, (Piece(text="safety-team@example.org", label=Label.PII),))
    later.renew(held.free)
    assert later == HeldSet(free=held.free)


def test_a_long_line_is_read_to_the_end_of_what_a_network_carries() -> None:
    held = holding(LINK)
    assert held.hit("ab " * 20_000 + LINK) == {CODE}


@pytest.mark.slow
def test_a_line_costs_the_same_with_ten_and_a_hundred_thousand_held_links() -> None:
    few, many = HeldSet(), HeldSet()
    for held, count in ((few, 10), (many, 100_000)):
        for number in range(count):
            address = f"https://wiki.example.org/?oldid={10_000_000 + number}"
            held.add(f"C-{number}", (Piece(text=address, label=Label.PII),))
    line = "I think the page was moved, see https://wiki.example.org/?oldid=77777777 for more"
    times: dict[int, list[float]] = {id(few): [], id(many): []}
    for _ in range(400):
        for held in (few, many):
            begun = perf_counter()
            for _ in range(5):
                held.hit(line)
            times[id(held)].append(perf_counter() - begun)
    assert min(times[id(many)]) < 1.2 * min(times[id(few)])
