"""Manners in rooms: few lines, and a hint for strangers who call the bot by its name."""

import re

from bot.core.words.labels import Label
from bot.runtime.voice import ROOM_LINES
from bot.texts.catalogue import says
from tests.world import NETWORK, World


async def test_a_stranger_who_calls_by_name_hears_once_a_minute_how_the_team_is_reached(
    world: World,
) -> None:
    said = await world.says("stranger", "#lobby", "caseward: frobnicate C-000000")
    assert [says("help.stranger-named", line) for line in said] == [True]
    assert world.net.said[-1].place.address == "#lobby"
    assert await world.says("stranger", "#lobby", "caseward, hello again") == []
    assert await world.says("stranger", "#lobby", "!frobnicate") == []
    await world.later(seconds=61)
    assert len(await world.says("stranger", "#lobby", "Caseward: hello?")) == 1
    await world.says("stranger", None, "caseward: hello")
    assert says("intake.hello", world.heard("stranger")[0]) or world.heard("stranger")


async def test_a_member_who_mistypes_by_name_hears_what_was_probably_meant(world: World) -> None:
    said = await world.says("alice", "#team", "caseward: nots it")
    assert [says("verb.near", line) for line in said] == [True]


async def test_a_long_line_fills_no_room(world: World) -> None:
    words = " ".join(f"word{number}" for number in range(400))
    code = world.code(await world.says("alice", None, f"!open {words}"))
    before = len(world.net.said)
    await world.says("bob", "#team", f"!show {code}")
    said = [(line.place.address, line.text) for line in world.net.said[before:]]
    room = [text for where, text in said if where == "#team"]
    assert sum(-(-len(text.encode()) // 400) for text in room) <= 4
    assert says("answer.rest-by-dm", room[-1])
    dm = " ".join(text for where, text in said if where == "bob")
    shown = " ".join([*room[:-1], dm])
    assert all(f"word{number} " in f"{shown} " for number in range(400))


async def test_a_room_hears_of_many_flaws_in_four_lines(world: World) -> None:
    before = len(world.heard("#team"))
    for mode in "sin":
        world.net.mode("#team", f"-{mode}")
    world.net.join("#team", "stranger")
    await world.settle()
    said = world.heard("#team")[before:]
    assert any(says("room.flaws-more", line) for line in said)
    assert len(await world.says("alice", "#team", "!show C-000000")) <= 4


async def test_words_that_stand_for_held_ones_fill_no_room_either(world: World) -> None:
    code = world.code(await world.says("alice", None, "!open Insults"))
    numbers = " and ".join(f"+1 202 555 01{number:02d}" for number in range(30))
    await world.says("alice", None, f"!note {code} {numbers} end")
    mark = len(world.net.said)
    await world.says("alice", "#team", f"!show {code} timeline")
    said = [s.text for s in world.net.said[mark:] if s.place.address == "#team"]
    assert sum(-(-len(text.encode()) // 400) for text in said) <= ROOM_LINES
    apart = [s.text for s in world.net.said[mark:] if s.place.address == "alice"]
    whole = "".join(said[:-1] + apart)
    assert whole.count("[held: ") + whole.count("+1 202 555 01") == 30
    assert apart[-1].endswith(" end")
    assert re.search(r"\[held: [^\]]*$", said[-2]) is None


async def test_who_cannot_have_the_rest_by_dm_hears_that(world: World) -> None:
    world.live.dm_most = {NETWORK: Label.TEAM}
    code = world.code(await world.says("alice", "#team", "!open Insults"))
    for number in range(6):
        await world.says("alice", "#team", f"!note {code} note {number}")
    mark = len(world.heard("alice")), len(world.heard("#team"))
    await world.says("alice", "#team", f"!show {code} timeline")
    assert world.heard("alice")[mark[0] :] == []
    assert says("answer.stopped.above-ceiling", world.heard("#team")[-1])


async def test_who_catches_up_late_hears_it_once_for_all_their_lines(world: World) -> None:
    for number in range(10_000):
        nick = ("alice", "bob")[number % 2]
        text = f"!cases {number}" if number % 50 < 2 else f"by the way {number}"
        world.net.hear(nick, "#team", text, age_seconds=3_600)
    await world.settle()
    assert [says("late.once", line) for line in world.heard("#team")] == [True, True]
    for text in ("!open Insults", "!frobnicate", "plain words"):
        world.net.hear("finn", None, text, age_seconds=3_600)
    await world.settle()
    assert [says("late.once", line) for line in world.heard("finn")] == [True]
    await world.later(minutes=11)
    world.net.hear("alice", "#team", "!open Insults", age_seconds=3_600)
    await world.settle()
    assert len(world.heard("#team")) == 3
    assert "C-" not in " ".join(world.heard())
