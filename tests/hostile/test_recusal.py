"""Whoever is reported, or reports, must not find the case by any way."""

import pytest

from tests.hostile.kit import minutes, report, since
from tests.world import World


async def _knows_nothing(world: World, name: str, code: str) -> None:
    """Try everything that could tell this person of the case."""
    listed = await world.says(name, None, "!cases all")
    assert code not in "\n".join(listed)
    nothing = await world.says(name, None, "!show C-000000")
    for line in (f"!show {code}", f"!show {code} record", "!show 1", f"!take {code}"):
        said = "\n".join(await world.says(name, None, line))
        assert code not in said
        if code in line:
            assert said == "\n".join(nothing)


@pytest.mark.parametrize(
    "story",
    [
        "User:Example-Bob insults me on my talk page",
        "It is example_bob, again and again",
        "see https://wiki.example.org/wiki/Special:Contributions/Example-Bob?limit=50",
        "see https://wiki.example.org/wiki/User:Example%2DBob",
        "BOB's edits are all about me",
        "words " * 80 + "and it was Example-Bob.",
    ],
)
async def test_who_is_named_anywhere_in_a_report_knows_nothing_of_it(
    world: World, story: str
) -> None:
    code = await report(world, "rita", story=story)
    await _knows_nothing(world, "bob", code)
    assert code in "\n".join(await world.says("finn", None, f"!show {code}"))


async def test_who_is_named_later_knows_nothing_from_then_on(world: World) -> None:
    code = await report(world, "rita", "more", "there", "nobody", "me", "yes")
    assert code in "\n".join(await world.says("bob", None, f"!take {code}"))
    await world.says("bob", None, f"!say {code} We are looking at it")
    await world.says("rita", None, "It was Example-Bob all the time.")
    before = len(world.heard("rita"))
    await world.says("bob", None, "!yes")
    assert "looking" not in "\n".join(world.heard("rita")[before:])
    await world.says("bob", None, "!note what is this")
    await world.says("bob", None, "!undo")
    await _knows_nothing(world, "bob", code)
    shown = "\n".join(await world.says("alice", None, f"!show {code} timeline"))
    assert "what is this" not in shown


async def test_a_lead_who_is_named_later_leads_it_no_more_and_the_others_hear(
    world: World,
) -> None:
    code = await report(world, "rita", "more", "there", "nobody", "me", "yes")
    await world.says("bob", None, f"!take {code}")
    mark = len(world.net.said)
    await world.says("rita", None, "It was Example-Bob all the time.")
    for name, told in (("bob", False), ("#team", False), ("finn", True), ("alice", True)):
        assert (f"!take {code}" in since(world, mark, name)) is told
    assert "lead: nobody yet" in "\n".join(await world.says("finn", None, f"!show {code}"))


async def test_a_name_inside_another_word_excludes_nobody(world: World) -> None:
    code = await report(world, "rita", story="somebody bobbed up and down on my page")
    assert code in "\n".join(await world.says("bob", None, f"!show {code}"))


async def test_a_functionary_who_reports_keeps_the_reporters_view(world: World) -> None:
    code = await report(world, "bob", "more", "there", "nobody", start="report")
    await _knows_nothing(world, "bob", code)
    assert code in "\n".join(await world.says("finn", None, f"!show {code}"))
    assert code in "\n".join(await world.says("bob", None, "status"))


async def test_a_reporter_who_joins_the_team_later_keeps_the_reporters_view(world: World) -> None:
    world.net.part("#team", "bob")
    world.net.log_in("rita", "bob")
    people = world.live.roster.people
    world.renew(person for person in people if person.name != "bob")
    code = await report(world, "rita")
    world.renew(people)
    await _knows_nothing(world, "rita", code)


async def test_news_for_a_room_with_a_recused_person_go_to_the_others_by_dm(world: World) -> None:
    mark = len(world.net.said)
    code = await report(world, "rita", story="Example-Bob insults me")
    assert code not in since(world, mark, "#team")
    assert code not in since(world, mark, "bob")
    assert code in since(world, mark, "finn")
    assert code in since(world, mark, "alice")
    mark = len(world.net.said)
    await world.later(days=3)
    assert code in since(world, mark, "finn")
    assert code not in since(world, mark, "bob")


async def test_a_report_that_names_everybody_is_told_to_the_ombuds_by_code(world: World) -> None:
    mark = len(world.net.said)
    code = await report(world, "rita", story="alice, bob and finn insult me together")
    assert code in since(world, mark, "dan")
    for name in ("alice", "bob", "finn", "#team", "carol", "olga"):
        assert code not in since(world, mark, name)


async def test_a_call_that_names_the_first_on_call_rings_the_next_at_once(world: World) -> None:
    mark = len(world.net.said)
    await world.says("stranger", "#lobby", "!emergency alice says she will kill me tonight")
    assert "E-" not in since(world, mark, "alice")
    assert "E-" not in since(world, mark, "#team")
    assert "E-" in since(world, mark, "bob")


async def test_a_call_that_names_everybody_does_not_silence_the_calls_of_others(
    world: World,
) -> None:
    await world.says(
        "stranger", "#lobby", "!emergency alice, bob, finn and olga say they will kill me"
    )
    mark = len(world.net.said)
    world.net.arrive("vic")
    world.net.join("#lobby", "vic")
    await world.says("vic", "#lobby", "!emergency somebody says they will kill me")
    assert "E-" in since(world, mark, "alice")
    await minutes(world, 6)
    assert "E-" in since(world, mark, "bob")


async def test_a_joined_call_tells_nobody_whom_it_names(world: World) -> None:
    await world.says("stranger", "#lobby", "!emergency somebody says they will kill me")
    await world.says("alice", None, "!ack")
    world.net.arrive("vic")
    world.net.join("#lobby", "vic")
    mark = len(world.net.said)
    await world.says("vic", "#lobby", "!emergency alice says she will kill me")
    assert "E-" not in since(world, mark, "alice")
    assert "C-" not in since(world, mark, "#team")
    assert "E-" in since(world, mark, "bob")
