"""Naming people, stepping out and being let in again, in a whole bot, in front of everybody."""

from dataclasses import replace

import pytest

from tests.hostile.kit import report, since
from tests.world import World

STORY = "Somebody writes threats on several pages"


async def opened(world: World, name: str = "alice") -> str:
    return world.code(await world.says(name, None, f"!open {STORY}"))


async def knows(world: World, name: str, code: str) -> bool:
    """Ask for a case by DM in every way; the words must be those for a case that never was."""
    nothing = await world.says(name, None, "!show C-000000")
    asked = [f"!show {code}", f"!show {code} record", f"!take {code}", f"!lift {code} {name}"]
    answers = [await world.says(name, None, line) for line in asked]
    listed = "\n".join(await world.says(name, None, "!cases all"))
    if all(answer == nothing for answer in answers):
        assert code not in listed
        return False
    assert not any(answer == nothing for answer in answers)
    assert code in listed
    return True


@pytest.mark.parametrize(
    "typed",
    [
        "Example-Bob",
        "bob",
        "User:example-bob",
        "[[User:Example-Bob|him]]",
        "https://wiki.example.org/wiki/Special:Contributions/Example-Bob",
        "[[:de:Benutzer:Example-Bob]]",
        "bob.",
        "@bob",
        "bob (the steward)",
        "the account Example-Bob, I think",
    ],
)
async def test_whoever_is_named_is_out_of_it_from_then_on(world: World, typed: str) -> None:
    code = await opened(world)
    assert await knows(world, "bob", code)
    await world.says("bob", None, f"!drop {code}")
    said = await world.says("alice", None, f"!party {code} subject {typed}")
    assert "bob" in " ".join(said)
    assert not await knows(world, "bob", code)
    assert await knows(world, "finn", code)
    shown = " ".join(await world.says("alice", None, f"!show {code} parties"))
    assert "person reported: " in shown
    assert shown.endswith("bob")


async def test_undo_lets_them_in_again(world: World) -> None:
    code = await opened(world)
    await world.says("alice", None, f"!party {code} witness Example-Bob")
    assert not await knows(world, "bob", code)
    await world.says("alice", None, "!undo")
    assert await knows(world, "bob", code)


async def test_who_is_present_when_they_are_named_reads_what_an_absent_case_gives(
    world: World,
) -> None:
    code = await opened(world)
    mark = len(world.net.said)
    await world.says("alice", "#team", f"!party {code} subject Example-Bob")
    room = since(world, mark, "#team")
    assert code not in room
    assert "kept out" in since(world, mark, "alice")
    mark = len(world.net.said)
    await world.says("alice", "#team", "!show C-000000")
    assert since(world, mark, "#team") == room
    assert not await knows(world, "bob", code)
    assert await knows(world, "alice", code)


async def test_who_is_named_while_they_lead_it_leads_it_no_more(world: World) -> None:
    code = await opened(world, "bob")
    mark = len(world.net.said)
    await world.says("alice", None, f"!party {code} subject Example-Bob")
    for name, told in (("bob", False), ("#team", False), ("finn", True), ("alice", True)):
        assert (f"!take {code}" in since(world, mark, name)) is told
    shown = "\n".join(await world.says("alice", None, f"!show {code} timeline"))
    assert "bob is off the case" in shown
    assert "lead: nobody yet" in " ".join(await world.says("alice", None, f"!show {code}"))


async def test_naming_oneself_is_asked_about_first(world: World) -> None:
    code = await opened(world)
    asked = " ".join(await world.says("alice", None, f"!party {code} target Example-Alice"))
    assert "That is you" in asked
    assert await knows(world, "alice", code)
    await world.says("alice", None, "!no")
    await world.says("alice", None, f"!party {code} target Example-Alice")
    said = " ".join(await world.says("alice", None, "!yes"))
    assert "threats" not in said
    assert not await knows(world, "alice", code)
    assert await world.says("alice", None, "!undo") == await world.says("alice", None, "!undo")
    assert not await knows(world, "alice", code)
    assert await knows(world, "finn", code)


async def test_whoever_steps_out_knows_nothing_until_somebody_else_lets_them_in(
    world: World,
) -> None:
    code = await opened(world)
    mark = len(world.net.said)
    await world.says("alice", "#team", f"!recuse {code}")
    assert await knows(world, "alice", code)
    await world.says("alice", "#team", "!yes")
    assert "✓ You are out" in since(world, mark, "#team")
    assert "threats" not in since(world, mark, "#team")
    assert not await knows(world, "alice", code)
    nothing = await world.says("bob", "#team", "!show C-000000")
    assert (await world.says("bob", "#team", f"!show {code}"))[0] == nothing[0]
    await world.says("alice", None, "!undo")
    assert not await knows(world, "alice", code)
    said = await world.says("bob", None, f"!lift {code} alice")
    assert "✓ alice" in " ".join(said)
    assert await knows(world, "alice", code)


async def test_when_the_last_one_steps_out_the_others_hear_that_nobody_has_it(world: World) -> None:
    code = await opened(world)
    await world.says("alice", None, f"!recuse {code}")
    mark = len(world.net.said)
    await world.says("alice", None, "!yes")
    for name, told in (("alice", False), ("#team", False), ("finn", True), ("bob", True)):
        assert (f"!take {code}" in since(world, mark, name)) is told


async def test_when_everybody_steps_out_the_ombuds_hears_and_lets_somebody_in(
    world: World,
) -> None:
    code = await opened(world)
    for name in ("alice", "bob", "finn"):
        assert code not in " ".join(world.heard("dan"))
        await world.says(name, None, f"!recuse {code}")
        await world.says(name, None, "!yes")
    assert code in " ".join(world.heard("dan"))
    for line in (f"!show {code}", "!cases", f"!take {code}", f"!party {code} subject x"):
        assert "threats" not in " ".join(await world.says("dan", None, line))
    said = " ".join(await world.says("dan", None, f"!lift {code} finn"))
    assert said.startswith("✓ finn may know of")
    assert await knows(world, "finn", code)
    assert not await knows(world, "bob", code)


async def test_the_ombuds_is_told_the_truth_and_nothing_else(world: World) -> None:
    code = await opened(world)
    nothing = await world.says("dan", None, "!lift C-000000 finn")
    assert "nothing to lift" in " ".join(await world.says("dan", None, f"!lift {code} finn"))
    await world.says("alice", None, f"!party {code} subject dan")
    assert await world.says("dan", None, f"!lift {code} dan") == nothing
    assert await world.says("carol", None, f"!lift {code} finn") != nothing
    await world.says("alice", None, f"!lift {code} dan")
    assert "nothing to lift" in " ".join(await world.says("dan", None, f"!lift {code} finn"))


async def test_in_front_of_whom_it_is_about_lifting_is_answered_by_dm(world: World) -> None:
    code = await opened(world)
    await world.says("alice", None, f"!party {code} subject bob")
    mark = len(world.net.said)
    await world.says("alice", "#team", f"!lift {code} bob")
    assert code not in since(world, mark, "#team")
    assert code in since(world, mark, "alice")
    assert not await knows(world, "bob", code)


async def test_whoever_reported_keeps_the_reporters_view_whatever_is_lifted(world: World) -> None:
    code = await report(world, "bob", "more", "there", "nobody", start="report")
    said = [
        " ".join(await world.says("alice", None, f"!{typed}"))
        for typed in (f"lift {code} bob", f"show {code} parties", f"assign {code} bob")
    ]
    assert "nothing to lift" in said[0]
    assert "bob" not in said[1]
    assert "no such" not in said[2]
    assert not await knows(world, "bob", code)
    assert code in "\n".join(await world.says("bob", None, "status"))


async def test_a_name_in_a_report_can_be_lifted(world: World) -> None:
    code = await report(world, "rita", story="Not Example-Bob, somebody like him, insults me")
    assert not await knows(world, "bob", code)
    await world.says("finn", None, f"!lift {code} Example-Bob")
    assert await knows(world, "bob", code)


@pytest.mark.parametrize("named", [False, True])
async def test_being_asked_does_not_reach_whoever_was_named_meanwhile(
    world: World, named: bool
) -> None:
    code = await opened(world)
    world.net.leave("bob")
    await world.says("alice", None, f"!assign {code} bob")
    if named:
        await world.says("alice", None, f"!party {code} witness bob")
    world.net.arrive("bob", "bob")
    await world.later(minutes=20)
    world.net.link(up=True)
    await world.settle()
    assert (code in since(world, 0, "bob")) is not named


async def test_whoever_is_asked_hears_the_code_and_how_to_take_it(world: World) -> None:
    code = await opened(world)
    await world.says("alice", "#team", f"!assign {code} bob")
    [told] = world.heard("bob")
    assert f"!take {code}" in told
    assert "threats" not in told
    mine = " ".join(await world.says("bob", None, "!cases mine"))
    assert "asked" in mine
    await world.says("bob", None, f"!take {code}")
    assert "asked" not in " ".join(await world.says("bob", None, "!cases mine"))


async def test_nobody_tells_who_is_kept_out_from_who_is_no_handler(world: World) -> None:
    code = await opened(world)
    await world.says("alice", None, f"!party {code} subject bob")
    answers = [
        await world.says("finn", None, f"!assign {code} {who}")
        for who in ("bob", "Example-Bob", "carol", "olga", "somebody")
    ]
    assert all(answer == answers[0] for answer in answers)


# ---- what may be read in the room ------------------------------------------------------------

LINK = "https://wiki.example.org/w/index.php?diff=424242"


async def shown(world: World, where: str, code: str) -> str:
    parts = ("links", "timeline", "record")
    return " ".join(
        [" ".join(await world.says("alice", where, f"!show {code} {part}")) for part in parts]
    )


async def test_what_is_unsealed_is_read_in_the_room_and_nowhere_below(world: World) -> None:
    for name in ("bob", "finn"):
        world.net.part("#team", name)
    code = await opened(world)
    await world.says("alice", None, f"!link {code} {LINK}")
    assert LINK not in await room_lines(world, code)
    await world.says("alice", "#team", f"!unseal {code} 1")
    assert LINK in await room_lines(world, code)
    assert LINK not in await shown(world, "#lobby", code)
    world.net.join("#team", "stranger")
    await world.settle()
    assert LINK not in await room_lines(world, code)
    world.net.part("#team", "stranger")
    await world.settle()
    assert LINK in await room_lines(world, code)


@pytest.mark.parametrize("back", ["!undo", "!seal CASE 1"])
async def test_what_is_sealed_again_is_held_again_by_whatever_case(world: World, back: str) -> None:
    code, other = await opened(world), await opened(world)
    await world.says("alice", None, f"!link {code} {LINK}")
    await world.says("alice", "#team", f"!unseal {code} 1")
    assert LINK in await room_lines(world, code)
    await world.says("alice", "#team", back.replace("CASE", code))
    assert LINK not in await room_lines(world, code)
    assert world.bot is not None
    assert world.bot.held.hit(f"look at {LINK} please") == {code}
    await world.says("alice", None, f"!note {other} nothing")
    assert LINK not in await room_lines(world, other)


async def room_lines(world: World, code: str) -> str:
    """Return what the team's room reads of a case, the rest that goes by DM left out."""
    mark = len(world.net.said)
    for part in ("links", "timeline"):
        await world.says("alice", "#team", f"!show {code} {part}")
    return since(world, mark, "#team")


def renamed(world: World, name: str, to: str) -> None:
    """Have somebody under another name on the roster, with the same accounts."""
    people = world.live.everybody.people
    world.renew(replace(p, name=to) if p.name == name else p for p in people)


async def test_another_name_on_the_roster_lets_nobody_in(world: World) -> None:
    stepped_out = await opened(world)
    await world.says("finn", None, f"!recuse {stepped_out}")
    await world.says("finn", None, "!yes")
    named = await opened(world)
    await world.says("alice", None, f"!party {named} witness finn")
    told = await report(world, "rita", story="It was finn who wrote that")
    renamed(world, "finn", "fionn")
    for code in (stepped_out, named, told):
        assert not await knows(world, "finn", code)
        await world.says("alice", None, f"!lift {code} fionn")
        assert await knows(world, "finn", code)


async def test_lifting_one_of_two_who_share_a_name_lets_the_other_not_in(world: World) -> None:
    people = world.live.everybody.people
    world.renew(replace(p, wiki=("bob",)) if p.name == "finn" else p for p in people)
    code = await opened(world)
    await world.says("alice", None, f"!party {code} subject bob")
    assert not await knows(world, "bob", code)
    assert not await knows(world, "finn", code)
    said = " ".join(await world.says("alice", None, f"!lift {code} bob"))
    assert "finn" not in said
    assert await knows(world, "bob", code)
    assert not await knows(world, "finn", code)


async def test_who_is_named_while_suspended_leads_it_no_more(world: World) -> None:
    code = await opened(world, "finn")
    for name, line in (("bob", "!suspend finn"), ("bob", "!yes")):
        await world.says(name, None, line)
    await world.says("alice", None, f"!party {code} subject finn")
    assert code in " ".join(await world.says("alice", None, "!cases new"))


async def test_what_is_personal_in_the_words_beside_a_link_is_not_unsealed_with_it(
    world: World,
) -> None:
    code = await opened(world)
    line = f"!link {code} https://wiki.example.org/?diff=77 call +1 202 555 0143 now"
    await world.says("alice", None, line)
    await world.says("alice", None, f"!unseal {code} 1")
    said = await room_lines(world, code)
    assert "diff=77" in said
    assert "555" not in said
    assert f"reveal {code} 2" in said
    assert "555 0143" in " ".join(await world.says("alice", None, f"!reveal {code} 2"))


async def test_everybody_who_is_named_at_once_is_out_of_it(world: World) -> None:
    code = await opened(world, "bob")
    said = " ".join(await world.says("alice", None, f"!party {code} subject bob and finn"))
    assert "bob" in said
    assert "finn" in said
    for name in ("bob", "finn"):
        assert not await knows(world, name, code)
