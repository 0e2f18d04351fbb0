"""The people of the demo: a tiny IRC client each, over real sockets, with everything remembered."""

import asyncio
import base64
import re
from collections.abc import Callable
from dataclasses import dataclass

#: How a direct message is called where a channel's name could stand.
DM = "DM"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Something that an actor's socket received.

    `place` is a channel, or `DM`; `nick` who it came from, empty for what the server tells
    (somebody joins, leaves, changes modes).
    """

    place: str
    nick: str
    text: str


Witness = Callable[["Actor", Heard], None]


class NotHeardError(Exception):
    """What was expected did not come in time; `last` is what came instead, oldest first."""

    def __init__(self, last: tuple[Heard, ...]) -> None:
        super().__init__("not heard")
        self.last = last


class Actor(asyncio.Protocol):
    """One person at one IRC client.

    `record` holds all that was heard, in order; `hears` reads on, in each place from where it
    last stopped.
    """

    def __init__(self, nick: str, witness: Witness) -> None:
        self.nick = nick
        self.record: list[Heard] = []
        self._witness = witness
        self._read: dict[str, int] = {}
        self._numerics: list[str] = []
        self._news = asyncio.Event()
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self._gone = False

    # -- coming and going

    async def enter(
        self, host: str, port: int, *, password: str | None = None, within: float = 30.0
    ) -> None:
        """Connect; with a password log in, by SASL, to the account of one's name.

        Raises OSError or TimeoutError where the server does not let them.
        """
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(within):
            await loop.create_connection(lambda: self, host, port)
            if password is not None:
                self.raw("CAP REQ sasl")
            self.raw(f"NICK {self.nick}")
            self.raw(f"USER {self.nick} 0 * :{self.nick}")
            if password is not None:
                secret = f"\0{self.nick}\0{password}".encode()
                self.raw("AUTHENTICATE PLAIN")
                self.raw(f"AUTHENTICATE {base64.b64encode(secret).decode()}")
                await self._told("903")
                self.raw("CAP END")
            await self._told("422|376")

    async def join(self, channel: str, *, within: float = 30.0) -> None:
        """Join a channel and wait for its names."""
        self._numerics.clear()
        self.raw(f"JOIN {channel}")
        async with asyncio.timeout(within):
            await self._told("366")

    def leave(self) -> None:
        """Quit."""
        if not self._gone and self._transport is not None:
            self.raw("QUIT :bye")
            self._transport.close()

    # -- speaking

    def say(self, target: str, text: str) -> None:
        """Send a message to a channel or a nick."""
        self.raw(f"PRIVMSG {target} :{text}")

    def raw(self, line: str) -> None:
        """Send one line as it is; ConnectionError where the connection is gone."""
        if self._transport is None or self._gone:
            message = f"{self.nick} is not connected"
            raise ConnectionError(message)
        self._transport.write(line.encode() + b"\r\n")

    # -- hearing

    async def hears(self, place: str, pattern: str, *, within: float) -> re.Match[str]:
        """Return the first match of `pattern` in what came to `place` since the last one.

        Raises NotHeardError when there was none after `within` seconds.
        """
        wanted = re.compile(pattern)
        start = self._read.get(place, 0)
        try:
            async with asyncio.timeout(within):
                while True:
                    found = self._find(place, wanted)
                    if found is not None:
                        return found
                    await self._more()
        except TimeoutError:
            came = tuple(heard for heard in self.record[start:] if heard.place == place)
            raise NotHeardError(came) from None

    def _find(self, place: str, wanted: re.Pattern[str]) -> re.Match[str] | None:
        for index in range(self._read.get(place, 0), len(self.record)):
            heard = self.record[index]
            found = wanted.search(heard.text) if heard.place == place else None
            if found is not None:
                self._read[place] = index + 1
                return found
        return None

    async def _told(self, numeric: str) -> None:
        """Wait for a numeric of the server, one of those between bars."""
        while not any(name in numeric.split("|") for name in self._numerics):
            await self._more()

    async def _more(self) -> None:
        self._news.clear()
        await self._news.wait()
        if self._gone:
            message = f"{self.nick} lost the connection"
            raise ConnectionError(message)

    # -- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Take lines in."""
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            self._take(line.rstrip(b"\r").decode("utf-8", "replace"))
        self._news.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wake whoever waits."""
        del exc
        self._gone = True
        self._news.set()

    def _take(self, line: str) -> None:
        source, command, words = split_line(line)
        nick = source.partition("!")[0]
        if command == "PING":
            self.raw(f"PONG :{words[-1]}")
        elif command.isdigit():
            self._numerics.append(command)
        elif command in {"PRIVMSG", "NOTICE"} and "!" in source:
            direct = words[0].lower() == self.nick.lower()
            self._hear(DM if direct else words[0], nick, words[-1])
        elif command in _TOLD and words[0].startswith("#"):
            self._hear(words[0], "", _TOLD[command].format(nick=nick, words=" ".join(words[1:])))

    def _hear(self, place: str, nick: str, text: str) -> None:
        heard = Heard(place=place, nick=nick, text=text)
        self.record.append(heard)
        self._witness(self, heard)


_TOLD = {"JOIN": "{nick} joins", "PART": "{nick} leaves", "MODE": "{nick} sets {words}"}


def split_line(line: str) -> tuple[str, str, list[str]]:
    """Split a line of IRC without tags into its source, its command and its parameters."""
    source = ""
    if line.startswith(":"):
        source, _, line = line[1:].partition(" ")
    head, colon, tail = line.partition(" :")
    command, *words = head.split() or [""]
    return source, command, [*words, tail] if colon else words
