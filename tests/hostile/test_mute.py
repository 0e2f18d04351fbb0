"""Somebody reports the bot's own words, names, codes or dates, to make it unable to speak."""

import pytest

from tests.hostile.kit import report
from tests.world import World

STOPPED = "keeps private"


async def _poison(world: World, *names: str) -> None:
    for number, name in enumerate(names):
        world.net.arrive(f"eve{number}")
        await report(world, f"eve{number}", "more", "there", name, name, name)


@pytest.mark.parametrize(
    "name",
    [
        "Safety Team",
        "Safety Team A",
        "Report Is",
        "Six Words On One",
        "the safety team, safety-team@example.org",
        "emergency@example.org",
    ],
)
async def test_a_report_cannot_silence_the_interview_or_the_emergency(
    world: World, name: str
) -> None:
    await _poison(world, name)
    before = len(world.net.said)
    await report(world, "rita", "more", "there", "nobody", "me", "yes")
    await world.says("rita", None, "urgent he stands outside")
    said = "\n".join(s.text for s in world.net.said[before:] if s.place.address == "rita")
    assert STOPPED not in said
    assert "six words" in said
    assert "emergency@example.org" in said


async def test_a_report_cannot_silence_the_list_with_a_code_a_date_or_a_lead(
    world: World,
) -> None:
    code = await report(world, "rita")
    await world.says("bob", "#team", f"!take {code}")
    bare = code.removeprefix("C-")
    await _poison(
        world, bare, f"C_{bare}", f"case:{code}", "he lives at 2026-11-04", "Bob", "net/bob"
    )
    for asker, where in (("finn", None), ("bob", "#team")):
        said = "\n".join(await world.says(asker, where, "!cases mine"))
        said += "\n".join(await world.says(asker, where, "!cases"))
        assert code in said
        assert STOPPED not in said


async def test_words_typed_by_people_are_still_read_once_more(world: World) -> None:
    await report(world, "rita", "more", "there", "Jane Exemplar")
    code = await report(world, "stranger")
    preview = await world.says("alice", "#team", f"!say {code} It was Jane Exemplar")
    assert preview
    await world.says("alice", "#team", "!yes")
    assert "Exemplar" not in "\n".join(world.heard("stranger"))
    assert "could not be delivered" in "\n".join(world.heard("#team"))


async def test_what_a_reporter_told_is_no_secret_to_them(world: World) -> None:
    code = await report(world, "rita", "more", "there", "Jane Exemplar", "me", "yes")
    await world.says("alice", "#team", f"!say {code} We have looked at what Jane Exemplar wrote")
    await world.says("alice", "#team", "!yes")
    assert "We have looked at what Jane Exemplar wrote" in "\n".join(world.heard("rita"))
    await world.later(minutes=20)
    await world.says("alice", "#team", f"!say {code} Jane Exemplar was blocked")
    await world.says("alice", "#team", "!yes")
    assert "Jane Exemplar was blocked" in "\n".join(await world.says("rita", None, "read"))


async def test_a_token_cannot_make_the_bot_say_what_is_held(world: World) -> None:
    link = "https://wiki.example.org/w/index.php?diff=471147"
    await report(world, "rita", "more", f"there: {link}")
    said = await world.says("stranger", "#lobby", f"!ping {link}")
    assert link not in "\n".join(said)
    other = await world.says("stranger", "#lobby", f"!ping {link}0")
    assert said == other
