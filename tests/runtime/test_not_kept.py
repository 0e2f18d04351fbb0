"""When the database fails and no reserve can be had, nobody believes that words were kept."""

import sqlite3
from collections.abc import AsyncIterator

import pytest

from bot.core.words.ports import Carried, Kept, Store, StoreFailed
from bot.texts.catalogue import message
from storage.store import SealedStore
from tests.world import World, new_world

NOT_STORED = message("intake.not-stored")
LOCAL = message("emergency.local")


class NoReserve:
    """A reserve that cannot be opened."""

    async def open(self, kept: Kept) -> Store:
        raise StoreFailed(kept)

    async def left(self) -> Carried | None:
        return None

    async def clear(self) -> None:
        """Nothing is there."""


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world(reserve=NoReserve()) as made:
        yield made


def _full(world: World, *, times: int = 1) -> None:
    """Let the next commits fail, as on a full disk."""
    failing = iter(range(times))

    def probe(name: str) -> None:
        if name == "store.commit" and next(failing, None) is not None:
            raise sqlite3.OperationalError("database or disk is full")

    assert isinstance(world.store, SealedStore)
    world.store.database._probe = probe


async def test_a_reporter_hears_it_with_the_direct_address(world: World) -> None:
    _full(world)
    said = await world.says("rita", None, "Somebody follows me.")
    assert said == [
        NOT_STORED,
        message("emergency.direct").replace("$1", "emergency@example.org"),
        LOCAL,
    ]
    assert "danger" in " ".join(await world.says("rita", None, "Somebody follows me."))


@pytest.mark.parametrize("words", ["he says he will kill me tonight", "urgent he is at my door"])
async def test_a_call_for_help_hears_where_to_write_at_once(world: World, words: str) -> None:
    _full(world)
    said = await world.says("rita", None, words)
    assert "emergency@example.org" in " ".join(said)
    assert world.carrier.carried == []


async def test_a_call_about_a_child_hears_the_address_for_children(world: World) -> None:
    _full(world)
    said = await world.says("alice", "#team", "!emergency child a page that must go")
    assert "legal-reports@example.org" in " ".join(said)


async def test_a_call_from_a_public_room_is_not_met_with_silence(world: World) -> None:
    _full(world)
    said = await world.says("stranger", "#lobby", "!emergency somebody hurts a friend of mine")
    assert NOT_STORED in said
    assert "emergency@example.org" in " ".join(said)
    assert "hurts" not in " ".join(said)


async def test_a_command_is_answered_honestly_and_leaves_nothing(world: World) -> None:
    _full(world)
    said = await world.says("alice", "#team", "!open Somebody writes threats")
    assert said == [message("storage.failed")]
    assert "C-" not in " ".join(await world.says("alice", "#team", "!cases"))
    assert "✓" in " ".join(await world.says("alice", "#team", "!open Somebody writes threats"))


async def test_the_lines_behind_one_that_failed_are_read(world: World) -> None:
    _full(world)
    world.net.hear("rita", None, "Somebody follows me.")
    world.net.hear("rita", None, "On every page.")
    await world.settle()
    said = world.heard("rita")
    assert NOT_STORED in said
    assert "danger" in said[-1]
