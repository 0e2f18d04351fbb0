"""The way in: order per speaker, nothing dropped in silence, danger first."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.core.words.inbound import Inbound
from bot.runtime.dispatcher import MOST_WAITING
from bot.texts import catalogue
from tests.world import World, new_world


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world() as made:
        yield made


async def test_lines_of_one_speaker_keep_their_order(world: World) -> None:
    for number in range(20):
        world.net.hear("alice", None, f"!ping {number}")
    await world.settle()
    assert [line.split()[-1] for line in world.heard("alice")] == [str(n) for n in range(20)]


async def test_what_is_said_after_an_urgent_line_is_answered_after_it(world: World) -> None:
    world.net.hear("alice", None, "!emergency somebody is in danger")
    world.net.hear("alice", None, "!ping one")
    await world.settle()
    assert world.heard("alice").index("one") > 0
    world.net.hear("alice", None, "!ack")
    world.net.hear("alice", None, "!ping two")
    await world.settle()
    heard = world.heard("alice")
    taken = next(n for n, line in enumerate(heard) if catalogue.says("ack.done", line))
    assert taken < heard.index("two")


async def test_who_is_too_fast_hears_so_once_and_danger_still_gets_through(world: World) -> None:
    for number in range(MOST_WAITING + 50):
        world.net.hear("rita", None, f"line {number}")
    world.net.hear("rita", None, "urgent he is at my door")
    await world.settle()
    told = [line for line in world.heard("rita") if catalogue.says("dm.too-fast", line)]
    assert len(told) == 1
    assert any(m.recipient == "emergency@example.org" for m in world.carrier.carried)


async def test_a_prefixed_yes_of_a_stranger_answers_nothing(world: World) -> None:
    await world.says("rita", None, "Somebody frightens me.")
    await world.says("rita", None, "!yes")
    assert not world.carrier.carried
    assert "E-" not in " ".join(world.heard())
    assert "log in" in world.heard("rita")[-1]


async def test_a_colleague_who_forgot_to_log_in_begins_no_report(world: World) -> None:
    said = await world.says("stranger", None, "!cases")
    assert "log in" in " ".join(said)
    hello = await world.says("stranger", None, "Somebody frightens me.")
    assert "danger" in hello[-1]


async def test_danger_behind_a_command_is_heard(world: World) -> None:
    await world.says("stranger", None, "!show him that he will kill me tonight")
    assert world.carrier.carried


async def test_a_relay_is_never_obeyed(world: World) -> None:
    inbound = world.net.hear("alice", "#team", "!ping first")
    await world.settle()
    before = len(world.net.said)
    assert world.bot is not None
    world.bot.sink(_relayed(inbound))
    await world.settle()
    assert len(world.net.said) == before


def _relayed(inbound: Inbound) -> Inbound:
    speaker = replace(inbound.speaker, relayed=True)
    return replace(inbound, key=inbound.key + "r", speaker=speaker)
