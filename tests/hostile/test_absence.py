"""A case that is not for somebody is as absent as one that never was: in words and in work.

Every example that names a case is typed with the code of a case whose asker, or somebody who
reads along, is a party to it; with that of a closed one; and with a code that nobody was given.
What is answered, how many statements are run and how much is unsealed must be the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from bot.core.words.ports import Unit, Viewer
from bot.texts.catalogue import says
from commands._registry import load
from storage import vault
from storage.store import SealedStore
from tests.hostile.kit import report, since
from tests.world import World, new_world

#: A code that was never given out; its check character is right.
ABSENT = "C-000000"
_LITERALS = re.compile(r"x'[0-9a-f]*'|'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b", re.IGNORECASE)
_CODES = re.compile(r"\b[CE]-[0-9A-Z]{6}\b")
_NAMES_BOB = "User:Example-Bob insults me on my talk page"


def _lines() -> Iterator[tuple[str, int]]:
    """Every example that names a case, with which of its names is to be hidden.

    A call for help is heard whatever it names, and so is what slipped out; these have tests of
    their own.
    """
    for command in load().commands.values():
        if command.verb in {"emergency", "spill"}:
            continue
        for line in dict.fromkeys(example.typed for example in command.examples):
            yield from ((line, number) for number in range(line.count("CASE")))


LINES = list(_lines())


def _with(line: str, number: int, code: str, other: str) -> str:
    """Put a code in place of one name of a case in a line, and another in place of the rest."""
    parts = line.split("CASE")
    codes = [code if place == number else other for place in range(len(parts) - 1)]
    return "".join(part + found for part, found in zip(parts, [*codes, ""], strict=True))


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of a line: what was said where it was typed, and what it took to find out."""

    said: tuple[str, ...]
    statements: tuple[str, ...]
    unsealed: int


def _of_the_line(statements: list[str]) -> tuple[str, ...]:
    """Return the statements of the job that took the line in, without their values."""
    first = next(n for n, one in enumerate(statements) if one.startswith("INSERT INTO inbound"))
    last = next(n for n, one in enumerate(statements) if n > first and one.startswith("RELEASE"))
    return tuple(_LITERALS.sub("?", one) for one in statements[first:last])


class Scene:
    """A world with a case that names bob, a closed one that does, and one that he works on."""

    def __init__(self, world: World, unsealed: list[str]) -> None:
        self.world = world
        self.unsealed = unsealed
        self.hidden = self.closed = self.other = ""

    @property
    def store(self) -> SealedStore:
        store = self.world.store
        assert isinstance(store, SealedStore)
        return store

    async def prepare(self) -> None:
        world = self.world
        world.net.arrive("roy")
        self.hidden = await report(world, "rita", story=_NAMES_BOB)
        self.closed = await report(world, "roy", story=_NAMES_BOB)
        await world.says("alice", None, f"!skip {self.closed} reporter They left")
        await world.says("alice", None, f"!close {self.closed} withdrawn They left")
        self.other = world.code(await world.says("finn", None, "!open Somebody else entirely"))
        assert self.other not in {self.hidden, self.closed}

    async def types(self, who: str, where: str | None, line: str) -> Seen:
        """Somebody types a line; whatever is remembered of keys is forgotten before."""
        world, seen = self.world, list[str]()
        assert world.bot is not None
        self.store._ring.forget()
        self.unsealed.clear()
        mark = len(world.net.said)
        await self.store.database.trace(seen.append)
        world.net.hear(who, where, line)
        await world.bot.supervisor.settled()
        await self.store.database.trace(None)
        opened = len(self.unsealed)
        await world.settle()
        said = [one.text for one in world.net.said[mark:] if one.place.address == (where or who)]
        return Seen(tuple(said), _of_the_line(seen), opened)

    async def facts(self) -> list[int]:
        """Return how much is in the cases that bob must not know of."""

        def count(unit: Unit) -> list[int]:
            cases = unit.cases(Viewer(system=True))
            views = [cases.find(code) for code in (self.hidden, self.closed)]
            return [len(view.entries) for view in views if view is not None]

        return await self.store.run(count)


@pytest.fixture
async def scene(world: World, monkeypatch: pytest.MonkeyPatch) -> Scene:
    unsealed: list[str] = []
    honest = vault.unseal

    def counting(key: vault.DataKey, slot: vault.Slot, sealed: bytes) -> bytes:
        unsealed.append(slot.table)
        return honest(key, slot, sealed)

    monkeypatch.setattr(vault, "unseal", counting)
    made = Scene(world, unsealed)
    await made.prepare()
    return made


@pytest.mark.parametrize(("who", "where"), [("bob", None), ("bob", "#team"), ("alice", "#team")])
async def test_a_case_that_is_not_for_all_who_read_is_as_absent_as_any(
    scene: Scene, who: str, where: str | None
) -> None:
    before = await scene.facts()
    await scene.types(who, where, f"!show {ABSENT}")
    for line, number in LINES:
        absent, hidden, closed = [
            await scene.types(who, where, _with(line, number, code, scene.other))
            for code in (ABSENT, scene.hidden, scene.closed)
        ]
        assert any(says("case.none", said) for said in absent.said), line
        assert hidden == absent, line
        assert closed == absent, line
    assert await scene.facts() == before
    told = await scene.types("bob", None, f"!show {scene.other}")
    assert (told.unsealed > 0, len(told.statements) > 10) == (True, True)


@pytest.mark.parametrize(("who", "where"), [("bob", None), ("alice", "#team")])
async def test_what_was_remembered_of_a_case_that_is_hidden_now_is_as_if_it_never_was(
    world: World, who: str, where: str | None
) -> None:
    """Numbers of the last list, and the last case used, once bob is named in what they mean."""
    code = await report(world, "rita", "more", "there", "nobody", "me", "yes")
    lines = [line.replace("CASE", "1") for line, _ in LINES if line.count("CASE") == 1]
    lines += ["!show", "!note It goes on", "!link https://wiki.example.org/1"]
    unknown = [await world.says(who, where, line) for line in lines]
    listed = await world.says(who, where, "!cases")
    assert code in "\n".join(listed)
    assert code in "\n".join(await world.says(who, where, f"!show {code}"))
    await world.says("rita", None, "It was Example-Bob all the time.")
    for line, before in zip(lines, unknown, strict=True):
        mark = len(world.net.said)
        await world.says(who, where, line)
        assert since(world, mark, where or who).splitlines() == before, line


@pytest.mark.parametrize(("who", "where"), [("bob", None), ("bob", "#team"), ("alice", "#team")])
async def test_a_call_about_a_hidden_case_is_as_absent_as_any(
    scene: Scene, who: str, where: str | None
) -> None:
    await scene.types(who, where, "!ack")
    silent = await scene.types(who, where, "!ack")
    await scene.world.says("finn", None, f"!emergency child {scene.hidden} see the link")
    page = scene.world.page()
    assert page in "\n".join(scene.world.heard("finn"))
    absent = [await scene.types(who, where, f"!ack {code}") for code in ("E-000000", ABSENT)]
    hidden = [await scene.types(who, where, f"!ack {code}") for code in (page, scene.hidden)]
    assert hidden == absent
    bare = await scene.types(who, where, "!ack")
    assert bare == silent
    assert any(says("ack.nothing", said) for said in bare.said)
    taken = await scene.types("finn", None, f"!ack {page}")
    assert taken.unsealed > 0
    assert any(says("ack.done", said) for said in taken.said)


async def test_a_call_for_help_that_names_a_hidden_case_is_heard_as_one_that_names_none() -> None:
    told = []
    for place in range(2):
        async with new_world() as world:
            code = await report(world, "rita", story=_NAMES_BOB)
            named = (ABSENT, code)[place]
            said = await world.says("bob", None, f"!emergency child {named} see the link")
            told.append(_CODES.sub("?", "\n".join(said)).replace(named, "?"))
            shown = await world.says("finn", None, f"!show {code} timeline")
            assert "emergency" not in "\n".join(shown)
    assert told[0] == told[1]


@pytest.mark.parametrize("more", ["", " 3", " a name stood there"])
async def test_what_slipped_out_is_taken_alike_whether_it_names_a_hidden_case_or_none(
    more: str,
) -> None:
    told = []
    for place in range(2):
        async with new_world() as world:
            code = await report(world, "rita", story=_NAMES_BOB)
            named = (ABSENT, code)[place]
            said = await world.says("bob", None, f"!spill {named}{more}")
            told.append(_CODES.sub("?", "\n".join(said)))
            shown = await world.says("finn", None, f"!show {code} timeline")
            assert "by bob" not in "\n".join(shown)
    assert told[0] == told[1]
