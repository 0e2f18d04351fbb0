"""Two linked InspIRCd: `hub` with services, and `leaf`; they are split and healed at will."""

from __future__ import annotations

import asyncio
from typing import Self

from tests.servers import inspircd_config
from tests.servers.certs import Certificates
from tests.servers.client import IRCClient, barrier
from tests.servers.inspircd import InspIRCd, free_ports
from tests.servers.inspircd_config import HUB, LEAF, NETWORK

_LEAF_NAME = f"{LEAF.name}.{NETWORK}"


class Linked:
    """One network of two servers. People connect to `hub` or to `leaf`.

    `split` and `heal` return once both sides have seen it; both sides live on meanwhile. Two
    clients, one on either side, that watch each other tell when that is.
    """

    def __init__(self, certificates: Certificates) -> None:
        hub, leaf = free_ports(2)
        self.hub = InspIRCd(certificates, server=HUB, ports=hub, peer=(LEAF, leaf.link))
        self.leaf = InspIRCd(certificates, server=LEAF, ports=leaf, peer=(HUB, hub.link))
        self._watchers: tuple[IRCClient, IRCClient]

    async def __aenter__(self) -> Self:
        """Start both, link them, and wait for services."""
        await asyncio.to_thread(self.leaf.start_ircd)
        await self.hub.start()
        self._watchers = (
            await self._watcher(self.hub, "hub-watch", "leaf-watch"),
            await self._watcher(self.leaf, "leaf-watch", "hub-watch"),
        )
        await self.heal()
        return self

    async def __aexit__(self, *_: object) -> None:
        """The watchers leave; `close` ends the servers."""
        for watcher in self._watchers:
            await watcher.quit()

    def close(self) -> None:
        """End the processes and remove what they wrote."""
        self.leaf.close()
        self.hub.close()

    async def split(self) -> None:
        """Cut the link."""
        self._watchers[0].send(f"SQUIT {_LEAF_NAME} :tests")
        for watcher in self._watchers:
            await watcher.expect(" 731 ")

    async def heal(self) -> None:
        """Link again; returns when each side has told the other all that it has."""
        self._watchers[0].send(f"CONNECT {_LEAF_NAME}")
        for watcher in self._watchers:
            await watcher.expect(" 730 ")
        await self.settle()

    async def settle(self) -> None:
        """What either side had sent over the link has arrived on the other."""
        here, there = self._watchers
        for one, other in ((here, there), (there, here)):
            one.say(other.nick, "over the link")
            await other.expect("PRIVMSG .*over the link")
        await barrier(here, there)

    @staticmethod
    async def _watcher(server: InspIRCd, nick: str, other: str) -> IRCClient:
        watcher = await IRCClient.connect(server.host, server.port, nick)
        watcher.send(f"MONITOR + {other}")
        await watcher.expect(" 731 ")
        watcher.send("OPER {} {}".format(*inspircd_config.OPER))
        await watcher.expect(" 381 ")
        return watcher
