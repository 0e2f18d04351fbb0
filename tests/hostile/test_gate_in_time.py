"""The gate while things change: rooms that somebody enters, cases that are open again."""

import asyncio

from tests.hostile.kit import report, since
from tests.world import World

LINK = "https://wiki.example.org/w/index.php?diff=471147"


async def test_who_is_named_and_walks_in_reads_no_answer_that_was_decided_before(
    world: World,
) -> None:
    code = await report(world, "rita", "more", "there", "finn", "me", "yes")
    answers: set[str] = set()
    for turns in range(40):
        world.net.part("#team", "finn")
        await world.settle()
        world.net.hear("bob", "#team", f"!show {code}")
        for _ in range(turns):
            await asyncio.sleep(0)
        mark = len(world.net.said)
        world.net.join("#team", "finn")
        await world.settle()
        read = since(world, mark, "#team")
        assert code not in read, turns
        answers.add(read)
    assert any("just come in" in read for read in answers)


async def test_a_closed_case_goes_on_holding_its_words(world: World) -> None:
    opened = await world.says("alice", None, f"!open Look at {LINK}")
    code = world.code(opened)
    assert world.bot is not None
    assert world.bot.held.hit(LINK)
    await world.says("alice", None, f"!close {code} withdrawn They asked us to")
    assert world.bot.held.hit(LINK) == {code}
    await world.says("alice", None, "!undo")
    assert world.bot.held.hit(LINK) == {code}
