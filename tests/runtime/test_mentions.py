"""In a notice to a room nobody is rung by name but whoever asked."""

from collections.abc import AsyncIterator

import pytest

from bot.core.pii.disguise import undo
from bot.core.policy.gate import Draft
from bot.core.words.labels import Label
from bot.core.words.text import NO_PING, Piece
from bot.runtime.mentions import unpinged
from bot.texts.catalogue import says
from tests.world import World, new_world

NAMES = frozenset({"alice", "bob[away]", "c-5afmst", "x", "note", "zoë"})


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world() as made:
        yield made


def _said(text: str) -> str:
    pieces = (Piece(text=text, label=Label.TEAM),)
    draft = unpinged(Draft(lines=(pieces,), label=Label.TEAM, instead=pieces), NAMES)
    assert draft.instead == draft.lines[0]
    return draft.lines[0][0].text


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("lead: alice.", "lead: a|lice."),
        ("Alice, ALICE's and [alice]", "A|lice, A|LICE's and [a|lice]"),
        ("for bob[away]: ring", "for b|ob[away]: ring"),
        ("Zoë took it", "Z|oë took it"),
        ("alice", "a|lice"),
        ("!note it", "!n|ote it"),
    ],
)
def test_whole_names_are_broken_after_the_first_letter(text: str, broken: str) -> None:
    assert _said(text) == broken.replace("|", NO_PING)
    assert undo(_said(text)).text == text


@pytest.mark.parametrize(
    "text",
    [
        "alices alice2 malice alice-x alice_",
        "C-5AFMST",
        "alice@example.org",
        "https://wiki.example.org/wiki/User:alice",
        "wiki.example.org/alice and User_talk:x?user=alice",
        "net/alice",
        "x",
        "bob",
        "",
    ],
)
def test_parts_of_words_codes_and_links_are_left_alone(text: str) -> None:
    assert _said(text) == text


async def test_answers_in_a_room_ring_the_asker_alone(world: World) -> None:
    code = world.code(await world.says("alice", "#team", "!open Insults on a talk page"))
    await world.says("bob", "#team", f"!take {code}")
    to_bob = " ".join(await world.says("bob", "#team", f"!show {code}"))
    assert f"a{NO_PING}lice" in to_bob
    to_alice = " ".join(await world.says("alice", "#team", f"!show {code}"))
    assert "alice" in to_alice
    in_a_dm = " ".join(await world.says("bob", None, f"!show {code}"))
    assert "alice" in in_a_dm
    assert NO_PING not in in_a_dm


async def test_somebody_is_known_by_nick_and_by_name(world: World) -> None:
    code = world.code(await world.says("alice", None, "!open Insults by phoebe or alice"))
    world.net.part("#team", "alice")
    world.net.arrive("phoebe", "alice")
    world.net.join("#team", "phoebe")
    await world.settle()
    said = " ".join(await world.says("bob", "#team", f"!show {code}"))
    assert f"p{NO_PING}hoebe" in said
    assert f"a{NO_PING}lice" in said


async def test_what_goes_on_in_a_direct_message_is_whole(world: World) -> None:
    await world.says("bob", "#team", "!open Insults on a talk page")
    for number in range(5):
        await world.says("bob", "#team", f"!note Seen again {number}")
    mark = len(world.net.said)
    await world.says("alice", "#team", f"!show {world.code()} timeline")
    told = world.net.said[mark:]
    assert any("b\u2060ob" in said.text for said in told if said.place.address == "#team")
    rest = [said.text for said in told if said.place.address == "alice"]
    assert any("bob" in text for text in rest)
    assert not any("\u2060" in text for text in rest)


async def test_pages_ring(world: World) -> None:
    await world.says("stranger", "#lobby", "!emergency life somebody asks for alice")
    rung = [said for said in world.net.said if said.plain_message]
    assert rung
    assert not any(NO_PING in said.text for said in rung)


async def test_the_gate_reads_through_it(world: World) -> None:
    for line in ("Somebody writes", "no", "yes", "skip", "skip", "Finn Exemplar", "skip"):
        await world.says("rita", None, line)
    code = world.code()
    other = world.code(await world.says("alice", None, "!open It was Finn Exemplar again"))
    assert code != other
    said = await world.says("bob", "#team", f"!show {other}")
    assert says("answer.stopped.held-content", said[-1])
    assert "Exemplar" not in " ".join(said).replace(NO_PING, "")


async def test_what_is_pasted_back_is_read_without_it(world: World) -> None:
    code = world.code(await world.says("alice", "#team", "!open Insults on a talk page"))
    said = await world.says("alice", "#team", f"!a{NO_PING}ssign {code} b{NO_PING}ob")
    assert "✓" in " ".join(said)
