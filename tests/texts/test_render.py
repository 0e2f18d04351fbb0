"""Rendering keeps every piece's label, and the catalogue is whole."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.words.labels import Label
from bot.core.words.text import Count, Doc, Msg, Piece, When, doc, public, team
from bot.texts import catalogue
from bot.texts.render import Reader

TEXTS = Path(catalogue.__file__).parent


@pytest.fixture(autouse=True)
def _messages(monkeypatch: pytest.MonkeyPatch) -> None:
    made = {
        "greet": "Hello $1, $1 again: $2",
        "plural": "{{PLURAL:$1|one case|$1 cases}} of $2",
        "lines": "first $1\nsecond",
    }
    real = catalogue.message
    monkeypatch.setattr(
        "bot.texts.render.message", lambda key, language="en": made.get(key) or real(key, language)
    )


def _shown(document: Doc) -> list[list[tuple[str, Label]]]:
    lines = Reader("en", "Europe/Berlin").draft(document).lines
    return [[(piece.text, piece.label) for piece in line] for line in lines]


def test_arguments_keep_their_labels() -> None:
    secret = Piece(text="a name")
    assert _shown(doc(Msg("greet", (secret, team("C-1"))))) == [
        [
            ("Hello ", Label.PUBLIC),
            ("a name", Label.PII),
            (", ", Label.PUBLIC),
            ("a name", Label.PII),
            (" again: ", Label.PUBLIC),
            ("C-1", Label.TEAM),
        ]
    ]


def test_an_argument_may_be_a_message_of_its_own() -> None:
    inner = Msg("greet", (public("x"), Piece(text="y")))
    labels = {label for _, label in _shown(doc(Msg("greet", (inner, public("z")))))[0]}
    assert labels == {Label.PUBLIC, Label.PII}


@pytest.mark.parametrize(("number", "words"), [(1, "one case"), (0, "0 cases"), (2, "2 cases")])
def test_plural(number: int, words: str) -> None:
    shown = _shown(doc(Msg("plural", (Count(number=number), public("x")))))
    assert "".join(text for text, _ in shown[0]) == f"{words} of x"


def test_a_newline_in_a_piece_makes_a_line_and_keeps_the_label() -> None:
    shown = _shown(doc(Msg("lines", (Piece(text="a\nb", label=Label.CASE),))))
    assert [[text for text, _ in line if text] for line in shown] == [
        ["first ", "a"],
        ["b"],
        ["second"],
    ]


def test_moments_are_shown_in_the_readers_zone() -> None:
    at = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    shown = _shown(doc((Piece(text="x"),), Msg("greet", (When(at=at), When(at=at, day=True)))))
    assert ("2026-07-02 01:30 CEST", Label.TEAM) in shown[1]
    assert ("2026-07-02", Label.TEAM) in shown[1]


def test_a_missing_key_is_a_fault() -> None:
    with pytest.raises(catalogue.MissingMessage):
        Reader().text(Msg("no.such.key"))


def test_every_message_has_a_note_and_every_note_a_message() -> None:
    english = json.loads((TEXTS / "en.json").read_text("utf-8"))
    notes = json.loads((TEXTS / "qqq.json").read_text("utf-8"))
    assert set(english) == set(notes)
    assert all(
        isinstance(text, str) and text.strip() for text in (*english.values(), *notes.values())
    )


def test_no_message_shouts_or_jokes() -> None:
    for key in catalogue.all_keys():
        text = catalogue.message(key)
        assert "!" not in re.sub(r"`[^`]*`|\$\d", "", text), key
        assert all(ord(char) < 0x1F000 for char in text), key


def test_says_recognises_a_message_whatever_fills_it() -> None:
    key = next(key for key in sorted(catalogue.all_keys()) if "$1" in catalogue.message(key))
    filled = re.sub(r"\{\{[^}]*\}\}|\$\d+", "anything", catalogue.message(key))
    assert catalogue.says(key, filled)
    assert not catalogue.says(key, filled + " and more")


def test_mail_subjects_are_plain_ascii() -> None:
    for language in catalogue.languages():
        for key in ("emergency.subject", "page.subject", "drill.subject"):
            assert re.fullmatch(
                r"[A-Za-z0-9 .,:;()\[\]#/_$-]{1,70}", catalogue.message(key, language)
            )
