"""What was meant for somebody of the team is for nobody else, though they left meanwhile."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.core.words.labels import Label
from bot.core.words.people import Person, Role
from bot.core.words.ports import MailOutcome
from tests.world import PEOPLE, World, new_world


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world() as made:
        yield made


def without(name: str) -> list[Person]:
    return [person for person in PEOPLE if person.name != name]


async def report(world: World) -> str:
    for line in ("Somebody follows me from page to page.", "no", "yes"):
        await world.says("rita", None, line)
    return world.code()


async def waiting_for(world: World, name: str) -> str:
    """Have words of a case wait for somebody who is away: their room has somebody recused."""
    world.net.leave(name)
    for line in ("Example-Bob insults me", "no", "yes"):
        await world.says("rita", None, line)
    return world.code()


async def test_words_for_the_team_wait_for_who_is_away(world: World) -> None:
    code = await waiting_for(world, "finn")
    world.net.arrive("finn", "finn")
    await world.later(minutes=20)
    world.net.link(up=True)
    await world.settle()
    assert code in " ".join(world.heard("finn"))


@pytest.mark.parametrize("how", ["left", "suspended", "renamed account"])
async def test_they_are_not_said_to_whoever_has_the_account_by_then(world: World, how: str) -> None:
    code = await waiting_for(world, "finn")
    finn = next(person for person in PEOPLE if person.name == "finn")
    changed = {
        "left": [],
        "suspended": [replace(finn, suspended=True)],
        "renamed account": [replace(finn, accounts=())],
    }[how]
    world.renew([*without("finn"), *changed])
    world.net.arrive("finn", "finn")
    await world.later(minutes=20)
    world.net.link(up=True)
    await world.settle()
    assert code not in " ".join(world.heard("finn"))
    # Nor is anybody told that something is held back: it is over.
    assert code not in " ".join(line for line in world.heard("#team") if "delivered" in line)


async def test_an_account_that_went_to_somebody_else_gets_nothing_of_before(world: World) -> None:
    code = await waiting_for(world, "finn")
    carol = next(person for person in PEOPLE if person.name == "carol")
    finn = next(person for person in PEOPLE if person.name == "finn")
    new = replace(carol, name="frieda", accounts=finn.accounts)
    world.renew([*without("finn"), new])
    world.net.arrive("finn", "finn")
    await world.later(minutes=20)
    world.net.link(up=True)
    await world.settle()
    assert code not in " ".join(world.heard("finn"))


async def test_an_answer_is_not_for_who_left_while_it_was_decided(world: World) -> None:
    code = world.code(await world.says("alice", None, "!open Somebody writes threats"))
    before = len(world.heard("alice"))

    def leave(name: str) -> None:
        world.probed.append(name)
        if name == "command.committed":
            world.renew(without("alice"))

    world.on_probe = leave
    await world.says("alice", None, f"!show {code}")
    assert "threats" not in " ".join(world.heard("alice")[before:])


async def test_a_line_that_waited_has_no_right_that_is_gone(world: World) -> None:
    def leave(name: str) -> None:
        world.probed.append(name)
        if name == "command.before":
            world.renew(without("alice"))

    world.on_probe = leave
    said = await world.says("alice", None, "!open Somebody writes threats")
    assert "C-" not in " ".join(said)


async def test_a_ring_is_not_for_who_takes_no_pages_any_more(world: World) -> None:
    world.net.up = False
    await world.says("stranger", "#lobby", "!emergency he is at my door")
    alice = next(person for person in PEOPLE if person.name == "alice")
    world.renew([*without("alice"), replace(alice, roles=frozenset({Role.OPERATOR}))])
    world.net.link(up=True)
    await world.settle()
    await world.later(minutes=6)
    assert "E-" not in " ".join(world.heard("alice"))
    assert "E-" in " ".join(world.heard("bob"))


async def test_mail_for_somebody_who_left_is_not_sent_any_more(world: World) -> None:
    world.carrier.always = MailOutcome.RETRY
    await world.says("stranger", "#lobby", "!emergency he is at my door")
    world.renew(without("alice"))
    world.carrier.always = MailOutcome.SENT
    await world.later(minutes=2)
    told = {letter.recipient for letter in world.carrier.carried}
    assert "emergency@example.org" in told
    assert "alice@example.org" not in told


async def test_who_is_suspended_is_a_stranger_in_the_room(world: World) -> None:
    code = await report(world)
    finn = next(person for person in PEOPLE if person.name == "finn")
    world.renew([*without("finn"), replace(finn, suspended=True)])
    await world.settle()
    assert "whom I do not know" in " ".join(world.heard("#team"))
    place = world.net.hear("alice", "#team", f"!show {code}").place
    assert world.live.ceiling(place)[0] is Label.PUBLIC


async def test_a_report_that_names_somebody_suspended_is_never_theirs(world: World) -> None:
    bob = next(person for person in PEOPLE if person.name == "bob")
    world.renew([*without("bob"), replace(bob, suspended=True)])
    for line in ("Example-Bob insults me", "no", "yes"):
        await world.says("rita", None, line)
    code = world.code()
    world.renew(PEOPLE)
    assert code not in " ".join(await world.says("bob", None, f"!show {code}"))
    assert code in " ".join(await world.says("finn", None, f"!show {code}"))
