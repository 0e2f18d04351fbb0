"""`spill`: one sentence where it was typed, the steps by DM, a case, and who can hide it is rung."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.core.words.effects import AddFacts, CreateCase, RaiseExposure
from bot.core.words.labels import Label
from bot.core.words.people import Role
from bot.core.words.places import Place, Room, Rooms
from bot.core.words.readers import WikiRoute
from bot.core.words.text import plain
from commands.spill import STEPS
from tests.commands.bench import ALICE, BOB, CAROL, Bench
from tests.world import World, new_world

LINK = "https://wiki.example.org/w/index.php?diff=471147"
LOBBY = Place(network="net", address="#lobby")
OTHER = Place(network="oth", address="#lobby")


@pytest.fixture
def bench() -> Bench:
    return Bench(in_dm=True)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world() as made:
        yield made


def test_it_opens_a_case_rings_and_begins(bench: Bench) -> None:
    bench.types(f"!spill it stood in {LINK}")
    [made] = [effect for effect in bench.effects if isinstance(effect, CreateCase)]
    [opened] = made.facts
    assert opened.data["kind"] == "doxing"
    assert opened.by == "alice"
    assert "471147" in plain(opened.body or ())
    assert [p.label for p in opened.body or () if "471147" in p.text] == [Label.PII]
    assert RaiseExposure(case=made.code) in bench.effects
    assert bench.keys == ["spill.begun", "spill.step.quiet", "spill.next"]
    assert f"!spill {made.code} 2" in bench.said[-1]
    assert "471147" not in " ".join(bench.said)


def test_with_a_case_its_words_go_there(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!spill {code} {LINK}")
    [added] = [effect for effect in bench.effects if isinstance(effect, AddFacts)]
    assert added.code == code
    assert not [effect for effect in bench.effects if isinstance(effect, CreateCase)]
    bench.types(f"!spill {code}")
    assert not [effect for effect in bench.effects if isinstance(effect, AddFacts)]
    assert RaiseExposure(case=code) in bench.effects


def test_steps_come_one_by_one_or_all_at_once(bench: Bench) -> None:
    code = bench.opens()
    for number, name in enumerate(STEPS, 1):
        bench.types(f"!spill {code} {number}")
        assert bench.keys[0].startswith(f"spill.step.{name}")
        assert not [e for e in bench.effects if isinstance(e, RaiseExposure | AddFacts)]
        assert ("spill.next" in bench.keys) == (number < len(STEPS))
    bench.types("!spill all")
    counted = [line.partition(" ")[0] for line in bench.said if line[1:2] == "/"]
    assert counted == [f"{number}/6" for number in range(1, 7)]


@pytest.mark.parametrize(
    ("left", "key"),
    [
        (Role.OVERSIGHTER, "spill.step.hide"),
        (Role.STEWARD, "spill.step.hide-stewards"),
        (Role.FUNCTIONARY, "spill.step.hide-nobody"),
    ],
)
def test_who_can_hide_it_is_named(bench: Bench, left: Role, key: str) -> None:
    bench.terms = replace(bench.terms, people=(ALICE, replace(BOB, roles=frozenset({left}))))
    bench.types("!spill 2")
    assert bench.keys[0] == key
    assert ("bob" in bench.said[0]) == (left is not Role.FUNCTIONARY)


def test_ways_of_each_wiki_and_copies_are_named(bench: Bench) -> None:
    bench.terms = replace(
        bench.terms,
        wikis=(
            WikiRoute(name="examplewiki", oversight=("oversight",)),
            WikiRoute(name="smallwiki", stewards_mail=("stewards@example.org",)),
        ),
        relays=("net/bridge", "far/bridge"),
    )
    bench.in_dm = False
    bench.rooms = Rooms((Room(name="team", places=(LOBBY, OTHER), ceiling=Label.PUBLIC),))
    bench.types("!spill all")
    said = " ".join(bench.said)
    assert "room oversight" in said
    assert "stewards@example.org" in said
    assert "net/#lobby, oth/#lobby" in said
    assert "net/bridge" in said
    assert "far/bridge" not in said


def test_who_works_no_cases_hears_no_code(bench: Bench) -> None:
    bench.who = CAROL
    bench.types("!spill something stood there")
    [made] = [effect for effect in bench.effects if isinstance(effect, CreateCase)]
    assert made.facts[0].by is None
    assert bench.keys[0] == "spill.passed-on"
    assert made.code not in " ".join(bench.said)


def test_a_case_of_others_is_text_like_any_other(bench: Bench) -> None:
    code = bench.opens()
    bench.who = CAROL
    bench.types(f"!spill {code} words")
    assert [effect for effect in bench.effects if isinstance(effect, CreateCase)]
    assert not [effect for effect in bench.effects if isinstance(effect, AddFacts)]


async def test_in_a_public_room_nothing_is_repeated(world: World) -> None:
    mark = len(world.net.said)
    await world.says("alice", "#lobby", f"!spill Example-Victim99 {LINK}")
    said = [line for line in world.net.said[mark:] if line.place.address == "#lobby"]
    assert len(said) == 1
    assert "direct message" in said[0].text
    everything = " ".join(line.text for line in world.net.said[mark:])
    assert "471147" not in everything
    assert "Victim99" not in everything
    assert "1/6" in everything
