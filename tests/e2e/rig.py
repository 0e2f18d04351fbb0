"""The real program with an IRC server, mail relays, and a team in its channels.

    async with make_rig(tmp_path, irc_server, relays=2) as rig:
        await rig.open()                     # channels, people, the bot: ready and in its places
        await rig.alice.asks("!open Threats", "Opened", TEAM)
        mail = await rig.relays[0].mail("emergency@example.org")
        await rig.kill9()
        await rig.restart()

Nothing in here sleeps: every wait is for something that is said, and has a deadline.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Self

from tests.e2e.config import LOBBY, OVERSIGHT, TEAM, write_config
from tests.e2e.people import BOT, Person
from tests.e2e.program import COMMAND, Program
from tests.e2e.relay import Relay
from tests.servers.api import IRCServer
from tests.servers.client import IRCClient
from tests.servers.smtp_certs import make_mail_certificates

__all__ = [
    "BOT",
    "CLOSED",
    "CODE",
    "LOBBY",
    "OVERSIGHT",
    "PAGE",
    "TEAM",
    "Person",
    "Relay",
    "Rig",
    "code_in",
    "make_rig",
]

CODE = re.compile(r"C-[0-9A-HJKMNP-TV-Z]{6}")
PAGE = re.compile(r"E-[0-9A-HJKMNP-TV-Z]{6}")
#: What a room of a careful team is: secret, invite-only, no words from outside.
CLOSED = "+sin"
#: Who may come in again past +i, by account.
_KNOWN = ("caseward", "alice", "bob", "carol", "dan", "erin")


class Rig:
    """A server, relays, the program and people. `program` is the process, `people` who entered.

    `command` and `env` are handed to the program, `repage` and `escalate` stand in its file.
    """

    def __init__(
        self,
        folder: Path,
        *,
        server: IRCServer,
        relays: Sequence[Relay],
        mail_ca: Path,
        command: Sequence[str] = COMMAND,
        env: Mapping[str, str] | None = None,
        repage: str = "2s",
        escalate: str = "4s",
    ) -> None:
        self.folder = folder
        self.server = server
        self.relays = relays
        config = write_config(
            folder, server, relays, mail_ca=mail_ca, repage=repage, escalate=escalate
        )
        self.program = Program(config, command=command, env=env or {})
        self.people: dict[str, Person] = {}

    async def __aenter__(self) -> Self:
        """Make the root key with the program itself."""
        made = await self.program.run_once("key", "new", str(self.folder / "secrets/root.key"))
        assert made.code == 0, made.err
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.program.close()
        for person in self.people.values():
            if not person.client.closed:
                await person.client.quit()

    # -- people

    async def enter(
        self, nick: str, *, account: str | None = None, login: bool = True, tls: bool = True
    ) -> Person:
        """Somebody connects; whoever has an account of their nick is logged in to it."""
        name = account or (nick if login and nick in self.server.accounts else None)
        client = await IRCClient.connect(
            self.server.host,
            self.server.tls_port if tls else self.server.port,
            nick,
            account=name,
            password=self.server.accounts[name] if name else "",
            tls=self.server.certificates.client_context() if tls else None,
        )
        person = self.people[nick] = Person(client)
        return person

    async def enter_all(self, *nicks: str) -> tuple[Person, ...]:
        """Several at once: InspIRCd registers people once a second."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self.enter(nick)) for nick in nicks]
        return tuple(task.result() for task in tasks)

    @property
    def alice(self) -> Person:
        """Operator of every channel; functionary, oversighter, first on call."""
        return self.people["alice"]

    @property
    def bob(self) -> Person:
        """Functionary and steward, second on call."""
        return self.people["bob"]

    # -- the program in its channels

    async def open(self, *others: str) -> None:
        """Alice and Bob make the channels, `others` connect, and the bot comes in."""
        await self.enter_all("alice", "bob", *others)
        await self.furnish()
        await self.start()

    async def furnish(self) -> None:
        """Make the channels as a careful team does: +sin, and +I where the network has it."""
        for channel in (TEAM, OVERSIGHT, LOBBY):
            await self.alice.client.join(channel)
        await self.bob.client.join(TEAM)
        await self.bob.client.join(LOBBY)
        for channel in (TEAM, OVERSIGHT):
            self.alice.client.mode(channel, CLOSED)
            if self.server.kind == "inspircd":
                masks = [f"R:{name}" for name in _KNOWN]
                self.alice.client.mode(channel, "+" + "I" * len(masks), *masks)
        await self.alice.client.sync()

    async def start(self) -> None:
        """Start the program, and wait until it is ready and in every channel."""
        await self.program.start()
        await self.seated()

    async def seated(self) -> None:
        """See the bot in its channels; Alice invites it where it was not let in."""
        client = self.alice.client
        for channel in (TEAM, OVERSIGHT, LOBBY):
            client.send(f"NAMES {channel}")
            names = await client.expect(rf" 353 \S+ \S+ {channel} ")
            if BOT not in {name.lstrip("~&@%+") for name in names.params[-1].split()}:
                client.send(f"INVITE {BOT} {channel}")
                await client.expect(rf"^:{BOT}\S* JOIN :?{re.escape(channel)}")
        await self.alice.settled(TEAM)

    async def kill9(self) -> None:
        """SIGKILL; returns when the network has seen the bot go."""
        await self.program.kill9()
        await self.alice.client.expect(rf"^:{BOT}\S* QUIT ")

    async def restart(self) -> None:
        """Start again, after `kill9` or `stop`."""
        await self.start()

    async def stop(self) -> int:
        """SIGTERM; returns the exit code. TimeoutError when it takes more than five seconds."""
        return await self.program.stop()


def code_in(text: str, kind: re.Pattern[str] = CODE) -> str:
    """The first code of a case, or of a page, in a line."""
    found = kind.search(text)
    assert found is not None, text
    return found[0]


@asynccontextmanager
async def make_rig(
    folder: Path,
    server: IRCServer,
    *,
    relays: int = 1,
    command: Sequence[str] = COMMAND,
    env: Mapping[str, str] | None = None,
) -> AsyncIterator[Rig]:
    """A rig with so many working relays. Nobody has connected, and nothing runs yet."""
    mail = make_mail_certificates(_new_folder(folder / "mail"))
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(Relay(mail)) for _ in range(relays)]
        rig = Rig(folder, server=server, relays=servers, mail_ca=mail.ca, command=command, env=env)
        yield await stack.enter_async_context(rig)


def _new_folder(path: Path) -> Path:
    path.mkdir()
    return path
