"""What is decided without the database: it writes nothing, and cannot even ask."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.core.words.effects import RememberCase
from commands._registry import Table, load
from commands._spec import TakesCase
from storage.store import SealedStore
from tests.world import World, new_world

TABLE = load()
ALONE = [command for command in TABLE.commands.values() if command.writes_nothing]


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world() as made:
        yield made


def changes(world: World) -> int:
    """Count what the database was told to change so far."""
    assert isinstance(world.store, SealedStore)
    return world.store.database._raw.total_changes


def test_some_commands_are_of_this_kind() -> None:
    assert {command.verb for command in ALONE} >= {"ping", "help", "whoami", "can"}
    assert not any(isinstance(takes, TakesCase) for each in ALONE for takes in each.takes)


@pytest.mark.parametrize("verb", [command.verb for command in ALONE])
async def test_it_answers_and_writes_nothing(world: World, verb: str) -> None:
    await world.settle()
    before = changes(world)
    for nick in ("alice", "rita"):
        assert await world.says(nick, "#lobby", f"!{verb} note") or nick == "rita"
    assert changes(world) == before


async def test_it_keeps_its_place_among_what_the_same_person_typed(world: World) -> None:
    world.net.hear("alice", None, "!open Insults on a talk page")
    world.net.hear("alice", None, "!ping after")
    await world.settle()
    assert world.heard("alice")[-1] == "after"


async def test_a_command_that_lies_about_it_fails() -> None:
    ping = TABLE.commands["ping"]
    lying = replace(ping, handler=lambda **_: [RememberCase(code="C-AAAAAA")])
    async with new_world(table=Table({**TABLE.commands, "ping": lying})) as world:
        said = await world.says("alice", None, "!ping")
    assert len(said) == 1
