"""What the interview says: every sentence is there, can be filled in, and is short and calm."""

import json
import re
from importlib import resources

import pytest

from bot.core.intake.script import SCRIPT
from bot.core.words.effects import Answer, Effect, Post
from bot.core.words.labels import Label
from bot.texts.catalogue import message
from bot.texts.render import Reader
from tests.core.intake.talk import RAISED, Talk


def table(name: str) -> dict[str, str]:
    text = resources.files("bot.texts").joinpath(f"{name}.json").read_text("utf-8")
    loaded: dict[str, str] = json.loads(text)
    return loaded


INTAKE = sorted(key for key in table("en") if key.startswith("intake."))
MOST_WORDS = 30


@pytest.mark.parametrize("key", INTAKE)
def test_lines_are_short_and_calm(key: str) -> None:
    text = message(key)
    assert len(text.split()) <= MOST_WORDS
    assert "!" not in text
    assert not re.search(r"harasser|promise|guarantee|unfortunately|\bvictim", text, re.IGNORECASE)


def test_translators_get_a_note_for_each() -> None:
    notes = table("qqq")
    assert [key for key in INTAKE if not notes.get(key)] == []


def test_each_question_has_its_two_texts() -> None:
    for question in SCRIPT.questions:
        assert message(question.key)
        assert message(question.again)


def said(effects: list[Effect]) -> list[str]:
    """Everything that is said, to whomever, as text."""
    reader = Reader()
    return [
        "".join(piece.text for piece in line)
        for effect in effects
        if isinstance(effect, Answer | Post)
        for line in reader.draft(effect.doc).lines
    ]


WALK = (
    "somebody follows me around", "no", "yes", "he insults me", "status", "help", "back", "skip",
    "language", "appeal", "pause", "ok", "skip", "skip", "skip", "yes", "it happened again",
    "status", "delete", "no", "add more words", "add", "read", "report", "stop", "delete", "yes",
)  # fmt: skip


def test_every_sentence_of_a_walk_can_be_said() -> None:
    talk = Talk()
    for line in WALK:
        talk.says(line, later=12)
    other = Talk()
    other.says("he will kill me", RAISED)
    texts = said([*talk.history, *other.history])
    assert len(texts) > len(WALK)
    assert not [text for text in texts if "$" in text or "{{" in text]


def test_only_codes_and_counts_go_to_the_team_and_nothing_personal_to_the_reporter() -> None:
    talk = Talk()
    for line in WALK:
        talk.says(line, later=12)
    for effect in talk.history:
        if isinstance(effect, Answer | Post):
            most = max(
                (piece.label for line in Reader().draft(effect.doc).lines for piece in line),
                default=Label.PUBLIC,
            )
            room = isinstance(effect, Post) and not effect.plain_message
            assert most <= (Label.TEAM if room else Label.CASE)
