"""A Matrix room that changes while something is being said in it: no word of a case after that.

Changes are mixed at random with commands, by seed. `matrix_room` says when one counts as seen.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

import pytest
import pytest_asyncio

from bot.core.words.labels import Label
from bot.core.words.people import Account, Person, Roster
from bot.core.words.places import Place, Room, Rooms
from bot.runtime.live import Live
from bot.transports.matrix.memory_safe import MemorySafe
from bot.transports.matrix.settings import Settings
from bot.transports.matrix.transport import MatrixTransport, build
from tests.hostile.matrix_room import (
    ALICE,
    BOB,
    BOT,
    IN_ORDER,
    ROOM,
    Server,
    member,
    state,
)
from tests.hostile.test_flips import CoarseClock, later
from tests.world import NETWORK, PEOPLE, World, new_folder, terms

TEAM = Place(network=NETWORK, address=ROOM)
SECRET = "lanternfish"
STEPS = 8
_PATIENCE = 30.0
MALLORY = "@mallory:example.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """A change of the room, and what undoes it; nothing does where it is for good."""

    name: str
    does: Callable[[Play], None]
    undoes: Callable[[Play], None] | None = None


def _set(name: str, kind: str, **content: object) -> Flip:
    was = next(each for each in IN_ORDER if each["type"] == kind)
    return Flip(
        name=name,
        does=lambda play: play.server.happens(state(kind, content)),
        undoes=lambda play: play.server.happens(was),
    )


def _comes(name: str, membership: str) -> Flip:
    return Flip(
        name=name,
        does=lambda play: play.server.happens(member(MALLORY, membership)),
        undoes=lambda play: play.server.happens(member(MALLORY, "leave")),
    )


FLIPS = (
    _set("public", "m.room.join_rules", join_rule="public"),
    _set("world_readable", "m.room.history_visibility", history_visibility="world_readable"),
    _set("guests", "m.room.guest_access", guest_access="can_join"),
    _comes("stranger joined", "join"),
    _comes("stranger invited", "invite"),
    _set("encryption missing", "m.room.encryption"),
    Flip(
        name="tombstone",
        does=lambda play: play.server.happens(state("m.room.tombstone", {"body": "Gone"})),
    ),
    Flip(
        name="room replaced",
        does=lambda play: play.server.happens(
            state("m.room.tombstone", {"body": "Gone", "replacement_room": "!new:example.org"})
        ),
    ),
    _set(
        "bot demoted",
        "m.room.power_levels",
        users={ALICE: 100},
        events_default=50,
    ),
    Flip(
        name="alias",
        does=lambda play: play.directory(aliases=["#team:example.org"]),
        undoes=lambda play: play.directory(),
    ),
    Flip(
        name="published",
        does=lambda play: play.directory(listed=True),
        undoes=lambda play: play.directory(),
    ),
    Flip(
        name="member loses role by reload",
        does=lambda play: play.roster(without=BOB),
        undoes=lambda play: play.roster(),
    ),
)


class Play:
    """Random steps on one bot."""

    server: Server
    world: World

    def __init__(self, world: World, server: Server, matrix: MatrixTransport) -> None:
        self.world = world
        self.server = server
        self.matrix = matrix
        self.dice = Random(1)
        self.code = ""

    def directory(self, *, listed: bool = False, aliases: Sequence[str] = ()) -> None:
        """The directory says something else, of which no event tells."""
        self.server.listed, self.server.aliases = listed, list(aliases)
        self.server.untold()

    def roster(self, without: str | None = None) -> None:
        self.world.live.roster = Roster(people(without))
        self.matrix.recheck()
        self.server.untold()
        self.server.seen = self.server.version

    async def begin(self) -> None:
        """The team opens a case."""
        async with asyncio.timeout(_PATIENCE):
            while not self.world.ready or self.matrix.view(TEAM) is None:
                await later(self.world, 1)
            await self.server.alice.share([BOT], ROOM)
            await self.until(f"!open Somebody writes of a {SECRET}", "Opened")
        self.code = self.world.code(text for text, _, _ in self.server.said)

    async def until(self, text: str, answer: str) -> None:
        """Say something until it is answered: what was cleared before a change is not said."""
        start = len(self.server.said)
        self.server.speak(text)
        while not any(answer in said for said, _, _ in self.server.said[start:]):
            await later(self.world, 1)

    async def turns(self) -> None:
        """Let a few things happen, at any depth."""
        for _ in range(self.dice.randrange(40)):
            await asyncio.sleep(0)
        if self.dice.random() < 0.5:
            await asyncio.sleep(self.dice.random() / 300)

    async def interleaving(self, flip: Flip) -> None:
        """One flip at a random point among commands; then it is undone, and all is said again."""
        # A session holds a hundred messages.
        await self.server.alice.share([BOT], ROOM)
        at = self.dice.randrange(STEPS)
        flipped = self.server.version + 1
        start = len(self.server.said)
        for step in range(STEPS):
            if step == at:
                flip.does(self)
                flipped = self.server.version
            verb = self.dice.choice(("show {}", "show {} timeline", "show {} record", "cases"))
            self.server.speak(f"!{verb.format(self.code)}")
            await self.turns()
        await later(self.world, 20)
        for text, seen, _ in self.server.said[start:]:
            told = SECRET in text or self.code in text
            assert not (told and seen >= flipped), flip.name
        if flip.undoes is None:
            return
        flip.undoes(self)
        await later(self.world, 70)
        async with asyncio.timeout(_PATIENCE):
            await self.until(f"!show {self.code}", SECRET)


def people(without: str | None = None) -> tuple[Person, ...]:
    """Return the roster as this network knows it."""
    return tuple(
        replace(
            each,
            accounts=(Account(network=NETWORK, name=f"@{each.name}:example.org"),),
            roles=frozenset() if f"@{each.name}:example.org" == without else each.roles,
        )
        for each in PEOPLE
    )


@pytest_asyncio.fixture
async def play(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Play]:
    """A bot on a homeserver in memory; nobody has said anything."""
    world, server = World(new_folder()), Server()
    world.falls = False
    world.clock = CoarseClock()
    monkeypatch.setattr("bot.transports.matrix.session.Wire", server.wire)
    await server.alice.publish()
    server.keys.sign(ALICE, server.alice.device)
    password = world.folder / "password"
    password.write_text("correct horse\n")
    settings = Settings(
        name=NETWORK, homeserver="http://localhost", user_id=BOT, password_file=password,
        rooms=(ROOM,),
    )  # fmt: skip
    rooms = Rooms((Room(name="team", places=(TEAM,), ceiling=Label.CASE),))
    world.live = Live(
        roster=Roster(people()), rooms=rooms, terms=replace(terms(people()), oversight_rooms=()),
        transports={}, dm_most={NETWORK: Label.PII},
    )  # fmt: skip
    matrix = build(
        settings, lambda: world.live.roster, lambda _: True, world.clock, MemorySafe(),
        chance=lambda: 0.5,
    )  # fmt: skip
    world.live.transports = {NETWORK: matrix}
    await world.start()
    yield Play(world, server, matrix)
    await world.stop()
    shutil.rmtree(world.folder, ignore_errors=True)


@pytest.mark.parametrize("flip", FLIPS, ids=lambda flip: flip.name)
async def test_no_word_of_a_case_after_a_change_was_seen(play: Play, flip: Flip) -> None:
    await play.begin()
    for _ in range(1 if flip.undoes is None else 2):
        await play.interleaving(flip)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
async def test_nor_after_any_of_many(play: Play, seed: int) -> None:
    play.dice.seed(seed)
    await play.begin()
    passing = [flip for flip in FLIPS if flip.undoes is not None]
    for _ in range(19):
        await play.interleaving(play.dice.choice(passing))
    await play.interleaving(play.dice.choice(FLIPS))
