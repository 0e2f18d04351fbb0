"""The real program on a real homeserver, with a team in encrypted rooms.

    async with make_matrix_rig(tmp_path, homeserver) as rig:
        await rig.open("rita")               # rooms, people, the bot: ready and in its rooms
        opened = await rig.alice.asks(rig.team, "!open Threats", "Opened")
        await rig.program.kill9()
        await rig.program.start()

`irc` puts an IRC network beside it: the same people, the same rooms on both.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Self

from bot.demo.homeserver import Homeserver
from bot.runtime.clock import SystemClock
from storage.safe import SafeBook
from storage.store import open_store
from tests.e2e.matrix_config import MatrixSide, write_matrix_config
from tests.e2e.matrix_person import BOT, MatrixPerson, Town
from tests.e2e.program import COMMAND, Program
from tests.e2e.relay import Relay
from tests.servers.api import IRCServer
from tests.servers.smtp_certs import make_mail_certificates

__all__ = ["BOT", "MatrixPerson", "MatrixRig", "Town", "make_matrix_rig"]

#: Who makes the rooms, and who is in them from the beginning.
_TEAM = ("bob", "erin")
#: Longer than elsewhere: keys are made and uploaded first.
_READY = 40.0


class MatrixRig:
    """A homeserver, relays, the program and people. `rooms` are room ids by configured name.

    `bot_url` is where the program connects, by default the homeserver itself: a proxy may stand
    in between.
    """

    def __init__(
        self,
        folder: Path,
        town: Town,
        *,
        relays: Sequence[Relay],
        mail_ca: Path,
        irc: IRCServer | None = None,
        channels: Mapping[str, str] | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.town = town
        self.relays = relays
        self.irc = irc
        self.channels = channels
        self.mail_ca = mail_ca
        self.bot_url = town.url
        #: Further keys of the transport, as lines of TOML.
        self.more = ""
        self.rooms: dict[str, str] = {}
        self.people: dict[str, MatrixPerson] = {}
        self.program = Program(folder / "config.toml", command=COMMAND, env=env or {})

    async def __aenter__(self) -> Self:
        """Make the root key with the program itself."""
        made = await self.program.run_once("key", "new", str(self.folder / "secrets/root.key"))
        assert made.code == 0, made.err
        await self.town.register(BOT)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.program.close()
        for person in self.people.values():
            await person.leave()

    # -- people and rooms

    async def enter(self, name: str, device: str = "", *, signed: bool = True) -> MatrixPerson:
        """Somebody logs in, on a device of theirs; they get an account where they have none."""
        await self.town.register(name)
        person = MatrixPerson(self.town, name, self.folder / f"client-{name}{device}")
        self.people[f"{name}{device}"] = person
        await person.enter(signed=signed)
        return person

    @property
    def alice(self) -> MatrixPerson:
        """She made the rooms; functionary, oversighter, first on call."""
        return self.people["alice"]

    @property
    def bob(self) -> MatrixPerson:
        """Functionary and steward, second on call."""
        return self.people["bob"]

    @property
    def team(self) -> str:
        """The team's room."""
        return self.rooms["team"]

    async def furnish(self, *others: str) -> None:
        """Make the rooms, have the team in them, and invite the bot. `others` only log in."""
        async with asyncio.TaskGroup() as group:
            for name in ("alice", *_TEAM, *others):
                group.create_task(self.enter(name))
        self.rooms = {
            "team": await self.alice.create(BOT, *_TEAM),
            "oversight": await self.alice.create(BOT),
            "lobby": await self.alice.create(BOT, *_TEAM, encrypted=False, public=True),
        }
        for name in _TEAM:
            await self.people[name].join(self.team)
        self.configure()

    def configure(self) -> None:
        """Write the program's file, with the rooms as they are called by now."""
        side = MatrixSide(
            url=self.bot_url,
            user_id=self.town.user_id,
            password=self.town.password(BOT),
            rooms=self.rooms,
            more=self.more,
        )
        write_matrix_config(
            self.folder,
            side,
            self.relays,
            mail_ca=self.mail_ca,
            irc=self.irc,
            channels=self.channels,
        )

    # -- the program

    async def open(self, *others: str) -> None:
        """Rooms, people, the bot: ready, in its rooms, and known to Alice and Bob to be there."""
        await self.furnish(*others)
        await self.start()

    async def start(self) -> None:
        """Start the program; returns once it is ready, and who is in the team's room sees it."""
        await self.program.start(within=_READY)
        for name in ("alice", *_TEAM):
            await self.people[name].sees(self.team, BOT, *_TEAM)
        await self.settled()

    async def forget(self, *kinds: str) -> None:
        """Take what the bot's safe holds of these kinds, as if it were lost. It must not run."""
        key = self.folder / "secrets/root.key"
        store = await open_store(self.folder / "data", key, now=SystemClock().now)

        def drop(raw: sqlite3.Connection) -> None:
            book = SafeBook(raw, store.ring, "mx")
            book.write({(kind, name): None for kind in kinds for name in book.list(kind)})

        try:
            await store.on_database(drop)
        finally:
            await store.close()

    async def settled(self) -> None:
        """Wait until the team's room carries words of cases."""
        await self.alice.asks(self.team, "!ping settled", "settled")


@asynccontextmanager
async def make_matrix_rig(
    folder: Path,
    homeserver: Homeserver,
    *,
    relays: int = 1,
    irc: IRCServer | None = None,
    channels: Mapping[str, str] | None = None,
    env: Mapping[str, str] | None = None,
) -> AsyncIterator[MatrixRig]:
    """A rig with so many working relays. Nobody has logged in, and nothing runs yet."""
    mail_folder = folder / "mail"
    mail_folder.mkdir()
    mail = make_mail_certificates(mail_folder)
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(Relay(mail)) for _ in range(relays)]
        rig = MatrixRig(
            folder,
            Town(homeserver),
            relays=servers,
            mail_ca=mail.ca,
            irc=irc,
            channels=channels,
            env=env,
        )
        yield await stack.enter_async_context(rig)
