"""A liar between the bot and its server: lines with a marker get other tags, or another sender.

Networks let no client do this. It shows what the bot makes of a server that has gone wrong.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from tests.servers.api import HOST, IRCServer

_MARKED = re.compile(
    r"(?:@(?P<tags>\S*) )?:(?P<source>\S+) PRIVMSG (?P<target>\S+) :~(?P<mark>[a-z0-9-]+)~(?P<text>.*)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgery:
    """What becomes of a line. `{rest}` in the tags is what the server sent, without account.

    `who` is whom the audit should name for it; None where the line is no message at all.
    """

    tags: str = "{rest}"
    source: str | None = None
    who: str | None

    def made_of(self, found: re.Match[str]) -> str:
        """Return the line that the bot gets instead."""
        tags = (found["tags"] or "").split(";")
        rest = ";".join(tag for tag in tags if tag.partition("=")[0] != "account")
        group = self.tags.replace("{rest}", rest).replace("{all}", ";".join(tags)).strip(";")
        source = found["source"] if self.source is None else self.source
        start = f":{source} " if source else ""
        return f"@{group} {start}PRIVMSG {found['target']} :{found['text']}"


class Forger:
    """Listens as an IRC server with the server's own certificate, and passes everything on."""

    def __init__(self, server: IRCServer, forgeries: Mapping[str, Forgery]) -> None:
        self._server = server
        self._forgeries = forgeries
        self._listening: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0
        #: How many lines were changed.
        self.forged = 0

    async def __aenter__(self) -> Self:
        """Listen."""
        context = self._server.certificates.server_context()
        self._listening = await asyncio.start_server(self._serve, HOST, 0, ssl=context)
        self.port = self._listening.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close, with every connection."""
        assert self._listening is not None
        self._listening.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection(
            HOST,
            self._server.tls_port,
            ssl=self._server.certificates.client_context(),
            server_hostname="localhost",
        )
        for source, target, forge in ((reader, there[1], False), (there[0], writer, True)):
            task = asyncio.create_task(self._pass_on(source, target, forge=forge))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass_on(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, forge: bool
    ) -> None:
        with suppress(ConnectionError, ssl.SSLError):
            while line := await source.readline():
                target.write(self._changed(line) if forge else line)
                await target.drain()
        target.close()

    def _changed(self, line: bytes) -> bytes:
        found = _MARKED.fullmatch(line.decode("utf-8", "surrogateescape").rstrip("\r\n"))
        if found is None:
            return line
        self.forged += 1
        made = self._forgeries[found["mark"]].made_of(found)
        return made.encode("utf-8", "surrogateescape") + b"\r\n"
