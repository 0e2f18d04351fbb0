"""The demo on Matrix: a homeserver of its own on the loopback, two rooms, and their people."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from bot.demo.cast import BOT, Actor, Terms, Unset, Witness
from bot.demo.homeserver import Homeserver, missing
from bot.demo.matrix_actor import ENCRYPTED, NO_GUESTS, MatrixActor, Town

TEAM = "functionaries"
LOBBY = "lobby"

_TRANSPORT = """\
kind = "matrix"
name = "demo"
homeserver = "{url}"
user_id = "{user}"
password_file = "secrets/matrix"
"""


class MatrixVenue:
    """A homeserver; implements `cast.Venue`."""

    team = TEAM
    reporter = "rita, who is not of the team"
    #: Whoever joins later could read what was said: before the story begins, the bot says so.
    unready = "since they joined"

    def __init__(self) -> None:
        self._server: Homeserver | None = None
        self.town: Town | None = None
        self._group = asyncio.TaskGroup()
        self._passwords: dict[str, str] = {}
        self._actors: list[MatrixActor] = []

    @asynccontextmanager
    async def open(
        self, folder: Path, passwords: Mapping[str, str], witness: Witness
    ) -> AsyncIterator[dict[str, Actor]]:
        """Start the homeserver. Alice makes the rooms and invites bob and the bot; rita is there."""
        if missing():
            raise Unset("no homeserver is installed: start this by ./run demo --matrix")
        clients = folder / "clients"
        clients.mkdir(mode=0o700)
        self._server = server = Homeserver(folder / "homeserver")
        await server.start()
        try:
            self.town = town = Town(url=server.url, domain=server.name, folder=clients)
            for name, password in passwords.items():
                self._passwords[name] = password
                await server.register(name, password)
            async with self._group:
                try:
                    alice = await self.enter("alice", witness)
                    bob = await self.enter("bob", witness)
                    town.rooms[TEAM] = await alice.create(TEAM, ENCRYPTED, NO_GUESTS)
                    town.rooms[LOBBY] = await alice.create(LOBBY, public=True)
                    for nick, place in (("bob", TEAM), (BOT, TEAM), (BOT, LOBBY)):
                        await alice.bring(nick, place)
                    await bob.join(TEAM)
                    rita = await self.enter("rita", witness)
                    yield {"alice": alice, "bob": bob, "rita": rita}
                finally:
                    for actor in self._actors:
                        await actor.leave()
        finally:
            await server.stop()

    async def enter(self, nick: str, witness: Witness) -> MatrixActor:
        """Let somebody log in; who has no account yet gets one."""
        assert self._server is not None, "the venue is open"
        if nick not in self._passwords:
            self._passwords[nick] = secrets.token_hex(4)
            await self._server.register(nick, self._passwords[nick])
        actor = MatrixActor(nick, witness, self._open_town)
        self._actors.append(actor)
        await actor.enter(self._passwords[nick], self._group)
        return actor

    @property
    def terms(self) -> Terms:
        """What the configuration says."""
        town = self._open_town
        return Terms(
            transport=_TRANSPORT.format(url=town.url, user=town.user(BOT)),
            team=f"demo/{town.rooms[TEAM]}",
            lobby=f"demo/{town.rooms[LOBBY]}",
            account=f'matrix = ["@{{name}}:{town.domain}"]',
            file="matrix",
        )

    @property
    def introduction(self) -> tuple[str, ...]:
        """Say what is real, and where."""
        return (
            "The bot is real, and so is its Matrix: a homeserver (Synapse), a mailbox and a database",
            f"on this machine ({self._open_town.url}), for as long as this runs. All but the lobby is",
            "encrypted from end to end.",
        )

    @property
    def attaching(self) -> tuple[str, ...]:
        """How to come here with a client of one's own."""
        users = ", ".join(
            f"{name} {password}" for name, password in self._passwords.items() if name != BOT
        )
        return (
            "",
            "Your own client:  Element Desktop, or any that takes a homeserver without https",
            f"homeserver:       {self._open_town.url}",
            f"users, passwords: {users}",
            f"alice and bob are in {TEAM}, and invite others; write to {self._open_town.user(BOT)}",
            "as rita or stranger, and see.",
            "",
        )

    @property
    def kept(self) -> tuple[Path, ...]:
        """Where the homeserver keeps what it carries."""
        return () if self._server is None else (self._server.folder,)

    @property
    def _open_town(self) -> Town:
        assert self.town is not None, "the venue is open"
        return self.town
