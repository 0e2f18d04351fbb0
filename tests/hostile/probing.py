"""Everything that can be typed with something in it: each command, each argument, each place."""

import re
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from typing import NamedTuple

from bot.core.policy.gate import Cleared
from bot.core.words.labels import Label
from bot.core.words.places import Room, Rooms
from bot.core.words.text import Piece
from commands._registry import Table
from commands._spec import Command, Takes, TakesCase, TakesWord
from storage.audit import AuditBook
from storage.store import SealedStore
from tests.world import ROOMS, World, new_folder, place

#: What is said instead of `{}` in a form.
HOLE = "{}"
#: Rooms in which lines are typed, and the direct message (None).
PLACES = ("#lobby", "#office", "#team", "#oversight", "#safe", None)
#: Everybody who types: the roster by roles, somebody with a report, somebody without.
SPEAKERS = ("alice", "bob", "finn", "carol", "dan", "olga", "rita", "stranger")
_WORDS = {"who": "bob", "whom": "finn", "user": "Example-A", "url": "https://wiki.example.org/1"}


class Form(NamedTuple):
    """A line to type, with a hole for the words that are tried; `rest` is the verb's alone."""

    verb: str
    line: str


def forms(table: Table) -> tuple[Form, ...]:
    """Return a line for each argument of each command, `CASE` where a case belongs."""
    made: list[Form] = []
    for verb, found in table.commands.items():
        made += [Form(verb, line) for line in _lines(found)]
    return (
        *dict.fromkeys(made),
        Form("", HOLE),
        Form("", f"!{HOLE}"),
        Form("", f"caseward: {HOLE}"),
        Form("", f"caseward, what about {HOLE}?"),
        Form("", f"!nothing {HOLE}"),
    )


def _lines(found: Command) -> Iterator[str]:
    given = [_usual(takes) for takes in found.takes]
    for place_ in range(len(given)):
        tried = [*given[:place_], HOLE, *given[place_ + 1 :]]
        yield " ".join((f"!{found.verb}", *filter(None, tried)))
    yield " ".join((f"!{found.verb}", *filter(None, given), HOLE))
    for takes in found.takes:
        for choice in takes.choices if isinstance(takes, TakesWord) else ():
            words = [choice if each is takes else _usual(each) for each in found.takes]
            yield " ".join((f"!{found.verb}", *filter(None, words), HOLE))


def _usual(takes: Takes) -> str:
    match takes:
        case TakesCase():
            return "CASE"
        case TakesWord(choices=(first, *_)):
            return first
        case TakesWord(name=name, optional=optional):
            return "" if optional else _WORDS.get(name, "1")
        case _:
            return "some words"


# ---- a world that is probed ----------------------------------------------------------------------


class Heard(NamedTuple):
    """A line as it went out, and what its place could carry at that moment."""

    where: str
    ceiling: Label
    text: str


@dataclass(slots=True)
class Probed:
    """A world with a case that holds things, and everything that left it."""

    world: World
    code: str
    heard: list[Heard] = field(default_factory=list)

    def holds(self, things: Sequence[str]) -> None:
        """Have the case hold these things."""
        assert self.world.bot is not None
        for thing in things:
            self.world.bot.held.add(self.code, (Piece(text=thing, label=Label.PII),))

    def listen(self) -> None:
        """Note each line as it goes out from now on."""
        last: list[Cleared] = []

        def note(cleared: Cleared) -> None:
            # It is asked once for each line of the same text.
            if last and last[-1] is cleared:
                return
            last[:] = [cleared]
            ceiling = self.world.live.ceiling(cleared.place)[0]
            where = str(cleared.place)
            self.heard += (Heard(where, ceiling, line) for line in cleared.lines)

        self.world.net.before_send = note

    async def audit(self) -> str:
        """Return all that stands in the audit."""
        store = self.world.store
        assert isinstance(store, SealedStore)
        ring = store._ring
        entries = await store.database.run(lambda raw: AuditBook(raw, ring).read())
        return "\n".join(map(repr, entries))

    def mail(self, *, to_contacts: bool) -> str:
        """Return the mail that was carried, as whoever gets it reads it.

        What an emergency contact gets holds what was said, and is asked for by itself.
        """
        contacts = self.world.live.terms.contacts.values()
        known = {address for contact in contacts for address in contact.mail}
        letters = [letter.raw for letter in self.world.carrier.carried]
        read = [message_from_bytes(raw, policy=default) for raw in letters]
        return "\n".join(
            message.get_content() for message in read if (message["To"] in known) is to_contacts
        )

    def heads(self) -> str:
        """Return the heads of all mail that was carried."""
        letters = [letter.raw for letter in self.world.carrier.carried]
        read = [message_from_bytes(raw, policy=default) for raw in letters]
        return "\n".join(str(value) for message in read for value in message.values())

    def files(self) -> bytes:
        """Return what stands in the files of the database."""
        data = self.world.folder / "data"
        return b"\n".join(path.read_bytes() for path in data.rglob("*") if path.is_file())


def rooms() -> Rooms:
    """Return the rooms of the test world, one that carries codes, and one personal details."""
    return Rooms(
        (
            *ROOMS.rooms,
            Room(name="office", places=(place("#office"),), ceiling=Label.TEAM, watch="held"),
            Room(name="safe", places=(place("#safe"),), ceiling=Label.PII, watch="held"),
        )
    )


def furnish(world: World) -> None:
    """Give a world the two rooms more, before it starts."""
    world.live.rooms = rooms()
    world.live.dm_most = {world.net.name: Label.PII if world.net.sealed else Label.CASE}
    world.net.channel("#office", "alice", "bob", "finn", "carol", "olga", "dan")
    world.net.channel("#safe", "alice", "bob")


@asynccontextmanager
async def probed(*, sealed: bool) -> AsyncIterator[Probed]:
    """Give a world with more rooms and a case that alice leads; `sealed` as Matrix is."""
    world = World(new_folder(), sealed=sealed)
    world.populate()
    furnish(world)
    try:
        await world.start()
        code = world.code(await world.says("alice", None, "!open Something happened on a page"))
        made = Probed(world, code)
        made.listen()
        yield made
    finally:
        if world.bot is not None:
            await world.stop()
        shutil.rmtree(world.folder, ignore_errors=True)


class Shown:
    """A text that is searched for many things, written in whatever way."""

    def __init__(self, text: str) -> None:
        self._plain = text.casefold()
        self._bare = folded(text)

    def shows(self, thing: str) -> bool:
        """Whether the text shows a thing, as it is or with other signs between its letters."""
        bare = folded(thing)
        return thing.casefold() in self._plain or (len(bare) >= SAFE_LENGTH and bare in self._bare)


#: So many letters and digits in a row are no accident.
SAFE_LENGTH = 10


def folded(text: str) -> str:
    """Return a text with nothing but its letters and digits."""
    return re.sub(r"[\W_]+", "", text).casefold()
