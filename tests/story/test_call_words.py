"""Public call words: off unless configured; they ring people on call and say nothing of why."""

from dataclasses import replace

from bot.core.words.people import Speaker
from commands._run import Runner
from tests.world import World


def with_words(world: World, *words: str) -> World:
    """Let the team have configured these call words."""
    assert world.bot is not None
    runner = world.bot.handling.runner
    assert isinstance(runner, Runner)
    world.bot.handling.runner = replace(runner, call_words=words)
    return world


def rings(world: World) -> list[str]:
    return [line for line in world.heard("alice") if "a call in a room" in line]


async def test_nothing_is_a_call_unless_it_is_configured(world: World) -> None:
    for line in ("!steward please", "!urgent please", "@help"):
        assert await world.says("stranger", "#lobby", line) == []
    assert rings(world) == []


async def test_a_call_rings_and_nobody_reads_why_in_the_room(world: World) -> None:
    with_words(world, "!steward")
    said = await world.says("stranger", "#lobby", "!Steward a lanternfish on the main page")
    assert any("calling somebody" in line for line in said)
    [ring] = rings(world)
    assert "lanternfish" not in " ".join(world.heard())
    assert not world.carrier.carried or all(
        mail.recipient.endswith("example.org") and b"lanternfish" not in mail.raw
        for mail in world.carrier.carried
    )
    assert not any(m.recipient == "emergency@example.org" for m in world.carrier.carried)
    taken = await world.says("alice", None, "!ack")
    shown = await world.says("alice", None, f"!show {world.code(taken)}")
    assert "lanternfish" in " ".join(shown)
    assert ring.startswith(world.page())


async def test_what_only_contains_the_word_is_no_call(world: World) -> None:
    with_words(world, "!steward")
    for line in ("please !steward", "!stewards", "a!steward"):
        assert await world.says("stranger", "#lobby", line) == []
    assert await world.says("stranger", "#elsewhere", "!steward hello") == []
    assert rings(world) == []


async def test_calls_join_one_page_and_are_each_answered_and_kept(world: World) -> None:
    with_words(world, "!urgent")
    for number in range(5):
        said = await world.says("stranger", "#lobby", f"!urgent periscope {number}")
        assert any("calling somebody" in line for line in said)
    assert len(rings(world)) == 1
    taken = await world.says("alice", None, "!ack")
    shown = " ".join(await world.says("alice", None, f"!show {world.code(taken)} messages"))
    assert all(f"periscope {number}" in shown for number in range(5))
    before = len(world.heard("alice"))
    for _ in range(4):
        await world.says("stranger", "#lobby", "!urgent again")
        await world.later(minutes=4)
    since = world.heard("alice")[before:]
    assert [("3 more calls" in line) for line in since] == [False, True]


async def test_whoever_is_named_in_a_call_is_not_rung(world: World) -> None:
    with_words(world, "!urgent")
    await world.says("stranger", "#lobby", "!urgent Example-Alice deletes pages")
    assert rings(world) == []
    await world.later(minutes=5, seconds=1)
    assert any("a call in a room" in line for line in world.heard("bob"))


async def test_somebody_over_a_bridge_may_call_and_nothing_else(world: World) -> None:
    with_words(world, "!urgent")
    assert world.bot is not None
    for number, line in enumerate(("!emergency help", "!urgent help"), start=1):
        inbound = world.net.hear("stranger", "#lobby", "nothing for the bot")
        bridge = Speaker(network="net", nick="bridge", identity="net|account|bridge", relayed=True)
        spoken = replace(inbound, key=f"bridge:{number}", speaker=bridge, text=line)
        world.bot.dispatcher.take(spoken)
        await world.settle()
        assert len(rings(world)) == number - 1
