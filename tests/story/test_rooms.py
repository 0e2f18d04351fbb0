"""Rooms: what they may carry follows what they are, and they are told."""

import pytest

from bot.core.policy.gate import Cleared
from tests.world import World


async def _case(world: World) -> str:
    return world.code(await world.says("alice", "#team", "!open Somebody writes threats"))


@pytest.mark.parametrize("change", ["-s", "-i", "-n"])
async def test_a_room_that_loses_a_mode_gets_no_case_and_says_so(world: World, change: str) -> None:
    code = await _case(world)
    before = len(world.heard("#team"))
    world.net.mode("#team", change)
    await world.settle()
    assert len(world.heard("#team")) > before
    said = await world.says("alice", "#team", f"!show {code}")
    assert "threats" not in " ".join(said)
    world.net.mode("#team", "+" + change[1])
    await world.settle()
    assert "threats" in " ".join(await world.says("alice", "#team", f"!show {code}"))


async def test_a_room_that_gains_a_stranger_gets_no_case_and_says_so(world: World) -> None:
    code = await _case(world)
    before = len(world.heard("#team"))
    world.net.join("#team", "stranger")
    await world.settle()
    assert len(world.heard("#team")) > before
    said = await world.says("alice", "#team", f"!show {code}")
    assert "threats" not in " ".join(said)
    assert code not in " ".join(await world.says("alice", "#team", "!cases"))


async def test_an_operator_in_the_room_lowers_it_to_codes(world: World) -> None:
    code = await _case(world)
    world.net.join("#team", "carol")
    await world.settle()
    assert "threats" not in " ".join(await world.says("alice", "#team", f"!show {code}"))
    assert code in " ".join(await world.says("alice", "#team", "!cases"))


async def test_a_flip_between_decision_and_send_stops_the_answer(world: World) -> None:
    code = await _case(world)
    flips = iter([True])

    def flip(cleared: Cleared) -> None:
        if cleared.place.address == "#team" and next(flips, False):
            world.net.join("#team", "stranger")

    world.net.before_send = flip
    before = len(world.heard("#team"))
    await world.says("alice", "#team", f"!show {code}")
    assert "threats" not in " ".join(world.heard("#team")[before:])


@pytest.mark.parametrize(
    ("nick", "account"), [("alice", None), ("alice", "somebody"), ("stranger", None)]
)
async def test_without_the_account_no_command_runs(
    world: World, nick: str, account: str | None
) -> None:
    world.net.log_in(nick, account)
    await world.says(nick, "#team", "!open Nothing should come of this")
    assert world.code is not None
    assert "C-" not in " ".join(world.heard())


async def test_commands_that_arrive_late_do_not_run(world: World) -> None:
    world.net.hear("alice", "#team", "!open Said an hour ago", age_seconds=3600)
    await world.settle()
    assert "C-" not in " ".join(world.heard())
    assert world.heard("#team")


async def test_news_goes_to_a_flawed_room_without_codes(world: World) -> None:
    world.net.mode("#team", "-i")
    await world.settle()
    await world.says("rita", None, "Somebody follows me.")
    await world.says("rita", None, "no")
    await world.says("rita", None, "yes")
    team = " ".join(world.heard("#team"))
    assert "C-" not in team
    assert "news" in team


async def test_a_flawed_room_that_was_empty_is_told_once_somebody_comes(world: World) -> None:
    for nick in ("alice", "bob", "finn"):
        world.net.part("#team", nick)
    world.net.mode("#team", "-s")
    await world.settle()
    before = len(world.heard("#team"))
    world.net.join("#team", "alice")
    await world.settle()
    assert "Set mode +s" in " ".join(world.heard("#team")[before:])


async def test_a_notice_that_is_no_longer_true_is_not_said(world: World) -> None:
    flips = iter([True])

    def mend(cleared: Cleared) -> None:
        if cleared.place.address == "#team" and next(flips, False):
            world.net.mode("#team", "+i")

    before = len(world.heard("#team"))
    world.net.before_send = mend
    world.net.mode("#team", "-i")
    await world.settle()
    said = world.heard("#team")[before:]
    assert not any("Set mode +i" in line for line in said)
