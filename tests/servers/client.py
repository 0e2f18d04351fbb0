"""A raw IRC client for tests: it sends lines, waits for lines with a deadline, and never sleeps."""

from __future__ import annotations

import asyncio
import base64
import itertools
import re
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

DEFAULT_CAPS = ("message-tags", "account-tag", "server-time")
"""What a present-day client asks for; tests name others where they matter."""

PATIENCE = 10.0
"""Seconds after which a wait has failed; nothing takes this long unless something is wrong."""

_UNESCAPED = {":": ";", "s": " ", "r": "\r", "n": "\n", "\\": "\\"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One line from the server; `text` is the line without its tags."""

    raw: str
    text: str
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """The prefix without its colon, or an empty string."""
        return self.text[1:].partition(" ")[0] if self.text.startswith(":") else ""

    @property
    def nick(self) -> str:
        """The nick (or server name) that the line came from."""
        return self.source.partition("!")[0]

    @property
    def params(self) -> list[str]:
        """Command and parameters, the last one without its colon."""
        rest = self.text.partition(" ")[2] if self.text.startswith(":") else self.text
        head, colon, tail = rest.partition(" :")
        return head.split() + ([tail] if colon else [])


def _unescape(value: str) -> str:
    return re.sub(r"\\(.?)", lambda found: _UNESCAPED.get(found[1], found[1]), value)


def parse(raw: str) -> Heard:
    """Split the tags from a line."""
    if not raw.startswith("@"):
        return Heard(raw=raw, text=raw)
    packed, _, text = raw[1:].partition(" ")
    pairs = (tag.partition("=") for tag in packed.split(";"))
    return Heard(raw=raw, text=text.lstrip(" "), tags={k: _unescape(v) for k, _, v in pairs})


class IRCClient(asyncio.Protocol):
    """One connection. `lines` holds all that came; `expect` reads on from where the last one ended."""

    def __init__(self, nick: str) -> None:
        self.nick = nick
        self.lines: list[Heard] = []
        self.offered: dict[str, str] = {}
        self.closed = False
        self._buffer = b""
        self._cursor = 0
        self._news = asyncio.Event()
        self._tokens = itertools.count(1)
        self._transport: asyncio.Transport | None = None

    # -- opening and closing

    @classmethod
    async def open(
        cls, host: str, port: int, nick: str = "*", *, tls: ssl.SSLContext | None = None
    ) -> Self:
        """Connect and say nothing."""
        loop = asyncio.get_running_loop()
        _, client = await loop.create_connection(
            lambda: cls(nick), host, port, ssl=tls, server_hostname="localhost" if tls else None
        )
        return client

    @classmethod
    async def connect(
        cls,
        host: str,
        port: int,
        nick: str,
        *,
        account: str | None = None,
        password: str = "",
        external: bool = False,
        tls: ssl.SSLContext | None = None,
        caps: Iterable[str] = DEFAULT_CAPS,
    ) -> Self:
        """Connect and register; logs in by SASL when there is an account or `external` is true.

        Raises:
            AssertionError: the server refused something, or did not answer in time.
        """
        client = await cls.open(host, port, nick, tls=tls)
        try:
            await client._register(tuple(caps), account, password, external=external)
        except AssertionError:
            client.drop()
            raise
        return client

    async def _register(
        self, caps: tuple[str, ...], account: str | None, password: str, *, external: bool
    ) -> None:
        """In the order of the wire; `sasl` is asked for alone, so that nothing else fails with it."""
        self.send("CAP LS 302")
        self.send(f"NICK {self.nick}")
        self.send(f"USER {self.nick} 0 * :{self.nick} of the tests")
        await self._read_offer()
        if caps:
            self.send(f"CAP REQ :{' '.join(caps)}")
            await self.expect(r"CAP \S+ ACK ")
        if account is not None or external:
            self.send("CAP REQ sasl")
            await self.expect(r"CAP \S+ ACK :?sasl")
            await self.log_in(account or "", password, external=external)
        self.send("CAP END")
        await self.expect(r" 001 ")
        await self.expect(r" (376|422) ")

    async def _read_offer(self) -> None:
        while True:
            line = await self.expect(r"CAP \S+ LS ")
            names = (name.partition("=") for name in line.params[-1].split())
            self.offered.update({name: value for name, _, value in names})
            if line.params[3] != "*":
                return

    async def log_in(self, account: str, password: str, *, external: bool = False) -> None:
        """SASL PLAIN or EXTERNAL; the capability must be on already."""
        self.send("AUTHENTICATE " + ("EXTERNAL" if external else "PLAIN"))
        await self.expect(r"^AUTHENTICATE :?\+")
        self.send("AUTHENTICATE " + (plain(account, password) if not external else "+"))
        answer = await self.expect(r" (903|904|905|906|908) ")
        assert answer.params[0] == "903", answer.text

    async def quit(self, reason: str = "done") -> None:
        """Leave and wait until the server has closed the connection."""
        if not self.closed:
            self.send(f"QUIT :{reason}")
        await self.wait_closed()

    def drop(self) -> None:
        """Vanish without a word."""
        if self._transport is not None:
            self._transport.abort()

    async def wait_closed(self, within: float = PATIENCE) -> None:
        """Return once the connection is gone."""
        async with asyncio.timeout(within):
            while not self.closed:
                self._news.clear()
                await self._news.wait()

    # -- speaking

    def send(self, line: str) -> None:
        """Send one line, as it is."""
        self.send_raw(line.encode("utf-8", "surrogateescape") + b"\r\n")

    def send_raw(self, data: bytes) -> None:
        """Send bytes, with no line end added."""
        assert self._transport is not None
        self._transport.write(data)

    def say(self, target: str, text: str) -> None:
        """PRIVMSG."""
        self.send(f"PRIVMSG {target} :{text}")

    def notice(self, target: str, text: str) -> None:
        """NOTICE."""
        self.send(f"NOTICE {target} :{text}")

    def mode(self, target: str, *changes: str) -> None:
        """MODE; without changes it asks."""
        self.send(" ".join(["MODE", target, *changes]))

    async def join(self, channel: str, key: str = "") -> None:
        """Join and wait until the names have come."""
        self.send(f"JOIN {channel} {key}".rstrip())
        await self.expect(rf" 366 \S+ {re.escape(channel)} ")

    # -- hearing

    async def expect(self, pattern: str, within: float = PATIENCE) -> Heard:
        """The next line whose text (tags apart) matches; lines before it are passed over.

        Raises:
            AssertionError: none came in time, or the connection ended.
        """
        wanted = re.compile(pattern)
        try:
            async with asyncio.timeout(within):
                while True:
                    for line in self.lines[self._cursor :]:
                        self._cursor += 1
                        if wanted.search(line.text):
                            return line
                    assert not self.closed, f"{self.nick}: closed before {pattern!r}{self._last()}"
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"{self.nick}: no {pattern!r} in time{self._last()}") from None

    async def sync(self, within: float = PATIENCE) -> list[Heard]:
        """Wait for the echo of a PING; returns what came since the last look, without the echo.

        After it, all that the server had sent before has arrived, and all that was sent has been
        handled by the server. Services answer on their own time: `expect` those.
        """
        start = self._cursor
        token = f"sync-{next(self._tokens)}"
        self.send(f"PING {token}")
        await self.expect(rf"PONG .*{token}$", within)
        return self.lines[start : self._cursor - 1]

    def _last(self) -> str:
        return "\n  last lines:" + "".join(f"\n    {line.raw}" for line in self.lines[-15:])

    # -- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Take lines in; PING is answered at once."""
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for piece in lines:
            line = parse(piece.rstrip(b"\r").decode("utf-8", "surrogateescape"))
            if line.text.startswith("PING "):
                self.send("PONG" + line.text[4:])
            else:
                self.lines.append(line)
        self._news.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wake whoever waits."""
        self.closed = True
        self._news.set()


def plain(account: str, password: str) -> str:
    """The one chunk of a SASL PLAIN login."""
    return base64.b64encode(f"\0{account}\0{password}".encode()).decode()


async def barrier(*clients: IRCClient) -> None:
    """All that any of them sent before has been handled, and has arrived at all of them.

    What came in stays to be read by `expect`.
    """
    cursors = [client._cursor for client in clients]
    for client in clients * 2:
        await client.sync()
    for client, cursor in zip(clients, cursors, strict=True):
        client._cursor = cursor
