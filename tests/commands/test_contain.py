"""`contain`: what is taken back, the steps for what is not, a word to the author, and to whom it is nothing."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.words.effects import Confirm, Post, RemoveMessages, SaveHit, ToIdentity
from bot.core.words.hits import Hit
from bot.core.words.labels import Label
from bot.core.words.people import Person, Role
from bot.core.words.places import Place, Room, Rooms
from bot.core.words.text import public
from tests.commands.bench import BOB, CAROL, START, Bench, keys_in, person
from tests.world import World, new_world

LINK = "https://wiki.example.org/w/index.php?diff=471147"
LOBBY = Place(network="net", address="#lobby")
OTHER = Place(network="oth", address="#lobby")


@pytest.fixture
def bench() -> Bench:
    return Bench(in_dm=True)


def hit(code: str, *, place: Place = LOBBY, nick: str = "rita", removes: bool = False) -> Hit:
    return Hit(
        case=code,
        place=place,
        author=f"net|account|{nick}",
        nick=nick,
        at=START,
        told_at=START,
        messages=("$one", "$two") if removes else (),
        lines=2,
        removes=removes,
    )


def spotted(bench: Bench, *hits: Hit) -> None:
    bench.spots.hits += hits


def steps(bench: Bench) -> list[str]:
    return [key.rpartition(".")[2] for key in bench.keys if key.startswith("contain.step.")]


# ---- deciding ------------------------------------------------------------------------------------


def test_where_nothing_was_seen_that_is_said(bench: Bench) -> None:
    code = bench.opens()
    spotted(bench, hit("C-000000"))
    bench.types(f"!contain {code}")
    assert bench.keys == ["contain.nothing"]


def test_what_stands_has_exact_steps_and_is_over(bench: Bench) -> None:
    code = bench.opens()
    spotted(bench, hit(code), hit(code, nick="finn"))
    bench.types(f"!contain {code}")
    assert bench.keys[0] == "contain.by-hand"
    assert steps(bench) == ["operators", "history", "logs", "bridges", "rest"]
    assert [line.partition(" ")[0] for line in bench.said[1:]] == ["1.", "2.", "3.", "4.", "5."]
    assert "4 lines" in bench.said[0]
    assert "net/#lobby" in bench.said[0]
    assert "rita" not in " ".join(bench.said)
    assert all(hit.contained for hit in bench.spots.of(code))
    assert not [each for each in bench.effects if isinstance(each, RemoveMessages)]
    bench.types(f"!contain {code}")
    assert bench.keys[:2] == ["contain.already", "contain.by-hand"]
    assert not [each for each in bench.effects if isinstance(each, SaveHit)]


def test_other_places_of_the_room_are_named(bench: Bench) -> None:
    code = bench.opens()
    bench.rooms = Rooms((Room(name="lobby", places=(LOBBY, OTHER), ceiling=Label.PUBLIC),))
    spotted(bench, hit(code))
    bench.types(f"!contain {code}")
    assert steps(bench) == ["operators", "history", "logs", "copies", "rest"]
    assert any("oth/#lobby" in line for line in bench.said)


def test_what_the_network_can_take_back_is_ordered(bench: Bench) -> None:
    code = bench.opens()
    goes, stands = hit(code, removes=True), hit(code, place=OTHER)
    spotted(bench, goes, stands, replace(goes, nick="x", contained=True))
    bench.types(f"!contain {code}")
    [order] = [each for each in bench.effects if isinstance(each, RemoveMessages)]
    assert order.hits == (goes,)
    assert bench.keys[:2] == ["contain.begun", "contain.by-hand"]
    assert "2 messages" in bench.said[0]
    # It is contained once that has come true.
    assert [each.hit.place for each in bench.effects if isinstance(each, SaveHit)] == [OTHER]


def test_it_is_refused_where_others_read_along(bench: Bench) -> None:
    code = bench.opens()
    spotted(bench, hit(code))
    bench.in_dm = False
    for ceiling, keys in ((Label.CASE, "refused.not-here"), (Label.PII, "contain.by-hand")):
        bench.ceiling = ceiling
        bench.types(f"!contain {code}")
        assert bench.keys[0] == keys


@pytest.mark.parametrize("who", [BOB, CAROL, None, person("cora", Role.CHECKUSER)])
def test_for_all_others_a_case_is_as_one_that_is_not(bench: Bench, who: Person | None) -> None:
    code = bench.opens()
    spotted(bench, hit(code))
    bench.who = who
    said = []
    for typed in (f"!contain {code}", "!contain C-000000", f"!contain {code} tell"):
        ran = bench.types(typed)
        said.append((bench.said, ran.outcome, ran.case))
    assert said[0] == said[1] == said[2]


def test_for_a_recused_oversighter_it_is_as_one_that_is_not(bench: Bench) -> None:
    code = bench.opens()
    spotted(bench, hit(code))
    bench.shelf.hidden.add(code)
    said = []
    for typed in (f"!contain {code}", "!contain C-000000"):
        ran = bench.types(typed)
        said.append((bench.keys, ran.outcome, ran.case))
    assert said[0] == said[1] == (["case.none"], "unclear", None)


# ---- a word to the author ------------------------------------------------------------------------


def test_authors_are_written_to_after_a_yes(bench: Bench) -> None:
    code = bench.opens()
    spotted(bench, hit(code), hit(code, place=OTHER), hit(code, nick="finn"))
    bench.types(f"!contain {code} tell")
    assert bench.keys == ["contain.tell-preview", "contain.author"]
    assert [type(each) for each in bench.effects if isinstance(each, Confirm | Post)] == [Confirm]
    bench.types(f"!contain {code} tell", confirmed=True)
    assert [post.to for post in bench.posts] == [
        ToIdentity(identity="net|account|rita"),
        ToIdentity(identity="net|account|finn"),
    ]
    for post in bench.posts:
        assert post.doc.label is Label.PUBLIC
        assert post.case is None
        [line] = post.doc.lines
        assert list(keys_in(line)) == ["contain.author"]
        assert public(code) not in getattr(line, "args", ())
    assert bench.keys[-1] == "contain.told"


def test_nobody_is_written_to_who_cannot_or_must_not_be(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!party {code} subject bob")
    old = replace(hit(code, nick="old"), told_at=START - timedelta(days=2))
    spotted(bench, replace(hit(code), author=""), hit(code, nick="bob"), old)
    bench.types(f"!contain {code} tell")
    assert bench.keys == ["contain.nobody"]


def test_anything_else_behind_the_case_is_nothing_to_it(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!contain {code} shout")
    assert bench.keys == ["usage"]


# ---- the whole -----------------------------------------------------------------------------------


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world(sealed=True) as made:
        yield made


async def seen(world: World, *nicks: str) -> str:
    """Have somebody say what a case holds in a room; returns the code."""
    code = world.code(await world.says("alice", None, f"!open Look at {LINK}"))
    for nick in nicks:
        await world.says(nick, "#lobby", f"look: {LINK}")
    await world.later(seconds=8)
    return code


async def test_messages_are_taken_back_and_the_asker_is_told(world: World) -> None:
    code = await seen(world, "stranger", "carol", "stranger")
    said = "\n".join(await world.says("alice", None, f"!contain {code}"))
    assert [place for place, _ in world.net.removed] == [LOBBY] * 3
    assert "2 messages are taken back" in said
    assert "1 message is taken back" in said
    assert LINK not in said
    again = "\n".join(await world.says("alice", None, f"!contain {code}"))
    assert "taken care of before" in again
    assert len(world.net.removed) == 3


async def test_what_could_not_be_taken_back_has_steps_and_is_tried_again(world: World) -> None:
    code = await seen(world, "stranger", "stranger")
    assert world.store is not None
    [hit] = await world.store.run(lambda unit: unit.hits().of(code))
    world.net.refuse_removal = {hit.messages[1]}
    said = "\n".join(await world.says("alice", None, f"!contain {code}"))
    assert "1 message is taken back, 1 not" in said
    assert "1. Ask a moderator" in said
    world.net.refuse_removal = set()
    said = "\n".join(await world.says("alice", None, f"!contain {code}"))
    assert "2 messages are taken back" in said


async def test_nothing_is_over_that_somebody_added_to_meanwhile(world: World) -> None:
    code = await seen(world, "stranger")
    world.net.hear("stranger", "#lobby", LINK)
    await world.settle()
    await world.says("alice", None, f"!contain {code}")
    await world.later(seconds=8)
    await world.says("alice", None, f"!contain {code}")
    assert len(world.net.removed) == 2


async def test_authors_hear_a_word_that_names_nothing(world: World) -> None:
    code = await seen(world, "stranger")
    await world.says("alice", None, f"!contain {code} tell")
    mark = len(world.net.said)
    await world.says("alice", None, "!yes")
    [word] = [said.text for said in world.net.said[mark:] if said.place.address == "stranger"]
    assert "net/#lobby" in word
    assert code not in word
    assert "471147" not in word
    await world.says("alice", None, f"!contain {code} tell")
    await world.says("alice", None, "!yes")
    told = [said for said in world.net.said[mark:] if said.place.address == "stranger"]
    assert len(told) == 1


async def test_the_room_hears_nothing_of_any_of_it(world: World) -> None:
    mark = len(world.net.said)
    code = await seen(world, "stranger")
    await world.says("alice", None, f"!contain {code}")
    assert [s for s in world.net.said[mark:] if s.place.address.startswith("#lobby")] == []
    team = [s.text for s in world.net.said[mark:] if s.place.address.startswith("#")]
    assert not any("471147" in text or "stand in" in text for text in team)


async def test_while_the_network_is_away_all_of_it_is_left(world: World) -> None:
    code = await seen(world, "stranger")
    assert world.store is not None
    world.net.removes = False
    await world.says("alice", None, f"!contain {code}")
    [hit] = await world.store.run(lambda unit: unit.hits().of(code))
    assert (hit.contained, world.net.removed) == (False, [])
