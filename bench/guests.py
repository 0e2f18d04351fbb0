"""Thousands of people on the embedded server, without a connection of their own.

Each is known to the network as anybody is (WHO, MONITOR and direct messages find them); only
their client is here in this process.
"""

import asyncio
import re
import socket
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from bot.demo.ircd import messages
from bot.demo.ircd.connection import Connection
from bot.demo.ircd.network import Network
from bot.demo.ircd.state import User
from bot.demo.ircd.wire import Line
from tests.e2e.people import BOT
from tests.servers.embedded import EmbeddedServer

#: Bytes that may wait for the bot at the server: who floods goes as fast as it reads.
_UNSENT = 64 * 1024
#: Lines said before others on this loop have their turn.
_BREATH = 25
_NAP = 0.001


class Guest:
    """Somebody who talks to the bot by direct messages; `heard` is what it said to them."""

    def __init__(self, network: Network, nick: str) -> None:
        self.nick = nick
        self.heard: list[str] = []
        self._network = network
        self._news = asyncio.Event()
        self._user = User(
            host=f"{nick}.example.org",
            address="192.0.2.1",
            signon=datetime.now(UTC),
            nick=nick,
            ident="guest",
            link=self,
        )
        network.admit(self._user)

    def send(self, tags: Mapping[str, str], text: str) -> None:
        """Take a line of the server, as a client does."""
        del tags
        source, command, _, said = (*text.split(" ", 3), "", "", "")[:4]
        if command in {"PRIVMSG", "NOTICE"} and source.startswith(f":{BOT}!"):
            self.heard.append(said.removeprefix(":"))
            self._news.set()

    def close(self, reason: str) -> None:
        """Nothing is open."""

    def says(self, text: str) -> None:
        """Write to the bot."""
        line = Line(command="PRIVMSG", params=(BOT, text), tags={})
        messages.message(self._network, self._user, line)

    async def hears(self, words: str, *, within: float) -> str:
        """Wait for a line of the bot that matches. TimeoutError when none comes."""
        wanted, at = re.compile(words), 0
        async with asyncio.timeout(within):
            while True:
                for said in self.heard[at:]:
                    if wanted.search(said):
                        return said
                at = len(self.heard)
                self._news.clear()
                await self._news.wait()


def guests(server: EmbeddedServer, count: int, name: str) -> list[Guest]:
    """Let so many people come to the network."""
    network = server.ircd._running()
    return [Guest(network, f"{name}{number}") for number in range(count)]


class Flood:
    """Guests who write in turn until they are told to stop.

    `pace` is how many lines all of them write in a second; 0 for as many as the bot reads.
    """

    def __init__(
        self, server: EmbeddedServer, people: Sequence[Guest], said: Sequence[str], pace: float
    ) -> None:
        self._pace = pace
        self.lines = 0
        self.seconds = 0.0
        self._network = server.ircd._running()
        self._people = people
        self._said = said
        self._over = False
        self._many = asyncio.Event()
        self._wanted = 0

    async def under_way(self, lines: int) -> None:
        """Wait until so many lines have been written."""
        self._wanted = lines
        await self._many.wait()

    def stop(self) -> None:
        """End it after the next few lines."""
        self._over = True

    async def run(self) -> None:
        """Write and write."""
        # What a server holds back for somebody is bounded, and these networks end whoever reads too
        # slowly: the kernel must not hide a longer queue than that.
        self._link().get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_SNDBUF, _UNSENT
        )
        begun = time.perf_counter()
        while not self._over:
            await asyncio.sleep(_NAP if self._must_wait(begun) else 0)
            if self._must_wait(begun):
                continue
            for _ in range(_BREATH):
                guest = self._people[self.lines % len(self._people)]
                guest.says(self._said[self.lines % len(self._said)])
                self.lines += 1
            if self.lines >= self._wanted > 0:
                self._many.set()
        self.seconds = time.perf_counter() - begun

    def _must_wait(self, begun: float) -> bool:
        allowed = (time.perf_counter() - begun) * self._pace
        ahead = self._pace > 0 and self.lines > allowed
        return ahead or self._link().get_write_buffer_size() > _UNSENT

    def _link(self) -> asyncio.Transport:
        """Return the server's end of the bot's connection."""
        bot = self._network.find(BOT)
        assert bot is not None, "the bot is gone"
        assert isinstance(bot.link, Connection)
        transport = bot.link._transport
        assert transport is not None
        return transport
