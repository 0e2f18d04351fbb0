"""Several people on one server: connected together, gone when the test ends."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable

from tests.servers.api import IRCServer
from tests.servers.client import DEFAULT_CAPS, IRCClient


class Crowd:
    """Connects clients to a server; whoever has an account there is logged in to it."""

    def __init__(self, server: IRCServer) -> None:
        self.server = server
        self._clients: list[IRCClient] = []

    async def enter(
        self,
        nick: str,
        *,
        account: str | None = None,
        login: bool = True,
        caps: Iterable[str] = DEFAULT_CAPS,
        port: int | None = None,
        tls: ssl.SSLContext | None = None,
        external: bool = False,
    ) -> IRCClient:
        """One client; `account` defaults to the nick's own, `login=False` leaves it out."""
        name = account or (
            nick if nick in self.server.accounts and login and not external else None
        )
        client = await IRCClient.connect(
            self.server.host,
            port or (self.server.tls_port if tls else self.server.port),
            nick,
            account=name,
            password=self.server.accounts[name] if name else "",
            external=external,
            tls=tls,
            caps=caps,
        )
        self._clients.append(client)
        return client

    async def enter_all(
        self, *nicks: str, caps: Iterable[str] = DEFAULT_CAPS
    ) -> tuple[IRCClient, ...]:
        """Several at once: InspIRCd registers people once a second."""
        wanted = tuple(caps)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self.enter(nick, caps=wanted)) for nick in nicks]
        return tuple(task.result() for task in tasks)

    async def raw(self, *, port: int | None = None, tls: ssl.SSLContext | None = None) -> IRCClient:
        """A connection that has said nothing yet."""
        chosen = port or (self.server.tls_port if tls else self.server.port)
        client = await IRCClient.open(self.server.host, chosen, tls=tls)
        self._clients.append(client)
        return client

    async def leave(self) -> None:
        """Everyone quits, and has gone."""
        async with asyncio.TaskGroup() as group:
            for client in self._clients:
                group.create_task(client.quit())
