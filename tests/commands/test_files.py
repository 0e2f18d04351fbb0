"""Files among the evidence: `show` leaves them in their holes, `reveal` hands them on."""

import pytest

from bot.core.case import facts
from bot.core.pii.reading import label
from bot.core.words.attachment import Attachment, write
from bot.core.words.effects import Answer
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass
from bot.core.words.text import Piece, of_case
from tests.commands.bench import START, Bench

MARKER = write(Attachment(msgtype="m.image", name="a.png", url="mxc://example.org/a"))


@pytest.fixture
def code(bench: Bench) -> str:
    """A reporter's case with a file as its first evidence."""
    words = (*label("look"), Piece(text="\n", label=Label.CASE), Piece(text=MARKER))
    code = bench.report()
    numbered, _ = of_case(words, code, 1)
    bench.shelf.facts[code].append(facts.heard(at=START, question="story", pieces=numbered))
    return code


def test_every_place_shows_a_hole(bench: Bench, code: str) -> None:
    for bench.in_dm in (False, True):
        for part in ("", " timeline", " links", " messages", " record"):
            bench.types(f"!show {code}{part}")
            assert "attachment:" not in " ".join(bench.said)
    bench.types(f"!show {code} messages")
    assert f"[held {code} 1]" in " ".join(bench.said)


def test_elsewhere_it_cannot_be_opened(bench: Bench, code: str) -> None:
    bench.in_dm = True
    bench.types(f"!reveal {code} 1")
    assert bench.keys == ["reveal.attachment-elsewhere", "reveal.network"]
    assert "attachment:" not in " ".join(bench.said)


def test_on_matrix_it_is_handed_on_in_a_line_of_its_own(bench: Bench, code: str) -> None:
    bench.sealed = True
    bench.in_dm = True
    bench.types(f"!reveal {code} 1")
    assert bench.keys == ["reveal.attachment", "", "reveal.sealed"]
    assert bench.said[1] == MARKER
    [answer] = [each for each in bench.effects if isinstance(each, Answer)]
    assert (answer.private, answer.doc.label) == (True, Label.PII)


def test_below_personal_details_it_is_not(bench: Bench, code: str) -> None:
    bench.sealed = True
    bench.in_dm, bench.dm_ceiling = True, Label.CASE
    bench.types(f"!reveal {code} 1")
    assert "attachment:" not in " ".join(bench.said)


def test_in_a_case_of_a_child_nobody_is_handed_a_file(bench: Bench, code: str) -> None:
    called = facts.called(at=START, by=None, page="E-000000", emergency=EmergencyClass.CHILD)
    bench.shelf.facts[code].append(called)
    bench.sealed = True
    bench.in_dm = True
    bench.types(f"!reveal {code} 1")
    assert bench.keys == ["reveal.attachment-child", "reveal.sealed"]
    assert "attachment:" not in " ".join(bench.said)
