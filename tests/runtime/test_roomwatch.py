"""What a room is told: why it carries less, that it still does, that it is in order again."""

import pytest

from bot.core.policy.ceiling import Finding, Flaw
from bot.core.words.labels import Label
from bot.core.words.text import Msg
from bot.runtime.roomwatch import notice


@pytest.mark.parametrize(
    ("found", "was", "key"),
    [
        (Finding(ceiling=Label.PUBLIC, flaws=(Flaw.STRANGER,)), Label.CASE, "room.lowered"),
        (Finding(ceiling=Label.TEAM, flaws=(Flaw.LOW_CLEARANCE,)), Label.CASE, "room.lowered"),
        (Finding(ceiling=Label.PUBLIC, flaws=(Flaw.NOT_CLOSED,)), Label.PUBLIC, "room.changed"),
        (Finding(ceiling=Label.TEAM, flaws=(Flaw.LOW_CLEARANCE,)), Label.PUBLIC, "room.changed"),
        (Finding(ceiling=Label.CASE), Label.PUBLIC, "room.restored"),
    ],
)
def test_the_words_fit_what_happened(found: Finding, was: Label, key: str) -> None:
    document = notice(found, was=was, wanted=Label.CASE)
    said = [line.key for line in document.lines if isinstance(line, Msg)]
    assert said == [key, *(f"room.flaw.{flaw}" for flaw in found.flaws)]
    assert document.label is Label.PUBLIC
