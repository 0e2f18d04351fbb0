"""Words to one reader arrive in the order in which they were said, whatever happens between."""

from bot.core.policy.gate import Cleared
from bot.core.words.ports import Sent
from tests.hostile.kit import report
from tests.world import World


async def test_words_that_wait_are_not_overtaken_by_later_ones(world: World) -> None:
    code = await report(world, "rita", "more", "there", "nobody", "me", "yes")
    send = world.net.send
    failing = iter([Sent.UNCERTAIN])

    async def once_lost(cleared: Cleared, *, proof: bool = False, urgent: bool = False) -> Sent:
        if cleared.place.address == "rita" and any("first" in line for line in cleared.lines):
            fate = next(failing, None)
            if fate is not None:
                return fate
        return await send(cleared, proof=proof, urgent=urgent)

    world.net.send = once_lost  # type: ignore[method-assign]
    await world.says("rita", None, "status")
    await world.says("alice", None, f"!say {code} These are the first words")
    await world.says("alice", None, "!yes")
    await world.says("alice", None, f"!say {code} These are the second words")
    await world.says("alice", None, "!yes")
    await world.says("rita", None, "status")
    await world.later(seconds=20)
    await world.later(seconds=20)
    said = "\n".join(world.heard("rita"))
    assert next(failing, None) is None
    assert 0 <= said.find("first words") < said.find("second words")
