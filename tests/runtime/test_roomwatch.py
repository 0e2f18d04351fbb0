"""What a room is told: why it carries less, that it still does, that it is in order again."""

import pytest

from bot.core.policy.ceiling import Finding
from bot.core.words.labels import Label
from bot.core.words.places import Flaw
from bot.core.words.text import Msg
from bot.runtime.roomwatch import notice
from tests.world import new_world


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


async def test_strangers_who_come_and_go_do_not_make_the_bot_talk() -> None:
    async with new_world() as world:
        world.net.mode("#team", "-i")
        await world.settle()
        for _ in range(20):
            world.net.join("#team", "stranger")
            await world.settle()
            world.net.part("#team", "stranger")
            await world.settle()
        assert len([line for line in world.heard("#team") if "I say" in line]) <= 6
        before = len(world.heard("#team"))
        await world.later(minutes=2)
        said = world.heard("#team")[before:]
        assert len([line for line in said if "I say" in line]) == 1
        assert any("Anybody can walk in" in line for line in said)
        assert not any("whom I do not know" in line for line in said)
