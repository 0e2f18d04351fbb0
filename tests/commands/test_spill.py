"""`spill`: one sentence where it was typed, the steps by DM, a case, and who can hide it is rung."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.core.case.spilling import STEPS, Progress, progress
from bot.core.words.effects import AddFacts, CreateCase, RaiseExposure
from bot.core.words.labels import Label
from bot.core.words.people import Person, Role
from bot.core.words.places import Place, Room, Rooms
from bot.core.words.readers import WikiRoute
from bot.core.words.text import plain
from tests.commands.bench import ALICE, BOB, CAROL, Bench
from tests.world import World, new_world

STEP_KEYS = [
    *("spill.step.quiet", "spill.step.hide", "spill.step.attention"),
    *("spill.step.copies", "spill.step.operators", "spill.step.tell"),
]
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


def added(bench: Bench) -> list[tuple[str, str]]:
    """Return the facts that the last line added to cases: code and kind."""
    adds = [effect for effect in bench.effects if isinstance(effect, AddFacts)]
    return [(each.code, fact.kind) for each in adds for fact in each.facts]


def test_it_opens_a_case_rings_and_begins(bench: Bench) -> None:
    bench.types(f"!spill it stood in {LINK}")
    [made] = [effect for effect in bench.effects if isinstance(effect, CreateCase)]
    [opened, said] = made.facts
    assert opened.data["kind"] == "doxing"
    assert opened.by == "alice"
    assert (said.kind, said.by, said.data, said.body) == ("spilled", "alice", {"step": 0}, None)
    assert "471147" in plain(opened.body or ())
    assert [p.label for p in opened.body or () if "471147" in p.text] == [Label.PII]
    assert RaiseExposure(case=made.code) in bench.effects
    assert bench.keys == ["spill.begun", "spill.step.quiet", "spill.next"]
    assert f"!spill {made.code} next" in bench.said[-1]
    assert "471147" not in " ".join(bench.said)


def test_with_a_case_its_words_go_there(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!spill {code} {LINK}")
    assert added(bench) == [(code, "spilled"), (code, "noted")]
    assert not [effect for effect in bench.effects if isinstance(effect, CreateCase)]
    bench.types(f"!spill {code}")
    assert added(bench) == [(code, "spilled")]
    assert RaiseExposure(case=code) in bench.effects


def test_next_keeps_what_is_done_and_shows_what_comes_then(bench: Bench) -> None:
    bench.types("!spill")
    code = next(reversed(bench.shelf.facts))
    for number, name in enumerate(STEPS[1:], 2):
        bench.types(f"!spill {code} next")
        assert bench.keys[0].startswith(f"spill.step.{name}")
        assert bench.keys[-1] == ("spill.last" if number == len(STEPS) else "spill.next")
        assert f"!spill {code} next" in bench.said[-1]
        assert added(bench) == [(code, "spilled")]
        assert progress(bench.case(code)) == Progress(done=number - 1)
        assert not [effect for effect in bench.effects if isinstance(effect, RaiseExposure)]
    bench.who = BOB
    bench.types(f"!spill {code} NEXT")
    assert bench.keys == ["spill.finished"]
    assert progress(bench.case(code)) == Progress(done=6)
    bench.types(f"!spill {code} next")
    assert bench.keys == ["spill.finished"]
    assert not added(bench)
    bench.types(f"!show {code} timeline")
    assert "alice said that something slipped out" in "\n".join(bench.said)
    assert "removed" not in "\n".join(bench.said)
    assert "bob did step 6 of containing it" in "\n".join(bench.said)
    bench.types(f"!spill {code} it is there again")
    assert bench.keys == ["spill.begun", "spill.step.quiet", "spill.next"]
    assert progress(bench.case(code)) == Progress()


def test_next_of_a_case_where_nothing_slipped_out_says_that_it_did(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!spill {code} next")
    assert added(bench) == [(code, "spilled")]
    assert RaiseExposure(case=code) in bench.effects
    assert bench.keys == ["spill.begun", "spill.step.quiet", "spill.next"]


@pytest.mark.parametrize("typed", ["next", "C-000000 next"])
@pytest.mark.parametrize("who", [BOB, CAROL])
def test_next_of_no_case_shows_all_steps(bench: Bench, who: Person, typed: str) -> None:
    bench.who = who
    bench.types(f"!spill {typed}")
    assert [key for key in bench.keys if key in STEP_KEYS] == STEP_KEYS
    assert not [e for e in bench.effects if isinstance(e, RaiseExposure | AddFacts | CreateCase)]


def test_what_slips_out_of_a_closed_case_is_a_new_one_related_to_it(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!party {code} subject Example-Bob")
    bench.terms = replace(bench.terms, people=(ALICE, replace(BOB, wiki=("Example-Bob",)), CAROL))
    bench.types(f"!close {code} withdrawn They left")
    bench.types(f"!spill {code} it is there again")
    assert bench.keys == ["spill.begun", "spill.again", "spill.step.quiet", "spill.next"]
    new = next(reversed(bench.shelf.facts))
    assert new != code
    assert RaiseExposure(case=new) in bench.effects
    assert bench.case(new).related == (code,)
    assert bench.case(code).related == (new,)
    assert bench.shelf.kept_out(new, bench.terms.people) == ("bob",)
    assert code in bench.said[1]


def test_who_must_not_know_of_the_case_is_not_to_be_asked(bench: Bench) -> None:
    both = frozenset({Role.FUNCTIONARY, Role.OVERSIGHTER})
    named = replace(BOB, roles=both, wiki=("Example-Bob",))
    bench.terms = replace(bench.terms, people=(ALICE, named, replace(CAROL, roles=both)))
    code = bench.opens()
    bench.types(f"!party {code} subject Example-Bob")
    bench.types(f"!spill {code} 2")
    assert "carol" in bench.said[0]
    assert "bob" not in bench.said[0]
    bench.types("!spill 2")
    assert "bob, carol" in bench.said[0]


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


def test_places_are_those_of_the_room_where_it_was_said(bench: Bench) -> None:
    bench.rooms = Rooms((Room(name="team", places=(LOBBY, OTHER), ceiling=Label.PUBLIC),))
    bench.in_dm = False
    bench.types("!spill")
    code = next(reversed(bench.shelf.facts))
    bench.in_dm = True
    bench.types(f"!spill {code} 4")
    assert "net/#lobby, oth/#lobby" in " ".join(bench.said)
    bench.types(f"!spill {bench.opens()} 4")
    assert "#lobby" not in " ".join(bench.said)


def test_who_works_no_cases_hears_no_code(bench: Bench) -> None:
    bench.who = CAROL
    bench.types("!spill something stood there")
    [made] = [effect for effect in bench.effects if isinstance(effect, CreateCase)]
    assert made.facts[0].by is None
    assert made.facts[1].by == "carol"
    assert bench.keys == ["spill.passed-on", "spill.step.quiet", "spill.next"]
    assert "!spill 2" in bench.said[-1]
    assert made.code not in " ".join(bench.said)


def test_a_case_of_others_is_text_like_any_other(bench: Bench) -> None:
    code = bench.opens()
    bench.who = CAROL
    bench.types(f"!spill {code} words")
    [made] = [effect for effect in bench.effects if isinstance(effect, CreateCase)]
    # Whoever may know of both can tell what was meant.
    assert plain(made.facts[0].body or ()) == f"{code} words"
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


async def test_what_slips_out_of_a_closed_case_goes_on_ringing(world: World) -> None:
    code = world.code(await world.says("finn", None, "!open Somebody else entirely"))
    await world.says("finn", None, f"!close {code} withdrawn They left")
    await world.says("finn", None, f"!spill {code} it is there again")
    mark = len(world.net.said)
    await world.later(minutes=4)
    assert any("private details" in line.text for line in world.net.said[mark:])
