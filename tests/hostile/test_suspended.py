"""Whoever is suspended is nobody: every line of theirs is answered as that of a stranger."""

import re

import pytest

from bot.core.words.ports import AuditEntry, Unit
from commands._registry import load
from storage.unit import SealedUnit
from tests.world import World

_CODES = re.compile(r"\b[CE]-[0-9A-Z]{6}\b")
#: In a DM these are words of a report, to whoever is not on the team.
REPORTED = {"emergency", "help", "yes", "no"}


def _lines(case: str) -> list[str]:
    typed = dict.fromkeys(
        line.replace("CASE", case).replace("PAGE", "E-000000")
        for command in load().commands.values()
        for example in command.examples
        for line in (*example.given, example.typed)
    )
    return [line for line in typed if line.startswith("!") and "emergency" not in line]


def _audit(unit: Unit) -> list[AuditEntry]:
    assert isinstance(unit, SealedUnit)
    return unit._audit.read()


async def _suspend(world: World, name: str) -> None:
    await world.says("carol", None, f"!suspend {name}")
    await world.says("carol", None, "!yes")


@pytest.mark.parametrize("where", [None, "#lobby", "#team"])
async def test_a_suspended_person_is_answered_as_a_stranger(
    world: World, where: str | None
) -> None:
    assert world.store is not None
    case = world.code(await world.says("alice", None, "!open Somebody writes threats"))
    world.net.arrive("ivan", "ivan")
    world.net.join("#lobby", "ivan")
    world.net.join("#lobby", "finn")
    await _suspend(world, "finn")
    entries = len(await world.store.run(_audit))
    for line in _lines(case):
        if where is None and line.split()[0][1:] in REPORTED:
            continue
        theirs, mine = [
            [_CODES.sub("?", said) for said in await world.says(nick, where, line)]
            for nick in ("ivan", "finn")
        ]
        assert [said.replace("finn", "ivan") for said in mine] == theirs, line
    new = (await world.store.run(_audit))[entries:]
    assert {entry.who for entry in new} == {"net|account|ivan", "net|account|finn"}
    assert {entry.outcome for entry in new} == {"refused-not-known"}


async def test_what_waits_for_a_yes_or_an_undo_is_nothing_once_its_asker_is_suspended(
    world: World,
) -> None:
    case = world.code(await world.says("finn", None, "!open Somebody writes threats"))
    await world.says("finn", None, f"!recuse {case}")
    await world.says("finn", None, f"!note {case} something")
    await _suspend(world, "finn")
    before = await world.says("alice", None, f"!show {case} timeline")
    for line in ("!yes", "!undo", f"!note {case} more", "more words", "done"):
        assert case not in "\n".join(await world.says("finn", None, line))
    assert await world.says("alice", None, f"!show {case} timeline") == before
