"""The people of the demo on IRC: a tiny client each, over real sockets, remembering everything."""

import asyncio
import base64

from bot.demo.cast import DM, Deed, Heard, Listener, Witness


class IRCActor(Listener, asyncio.Protocol):
    """One person at one IRC client; implements `cast.Actor`."""

    def __init__(self, nick: str, witness: Witness) -> None:
        super().__init__(nick)
        self._witness = witness
        self._numerics: list[str] = []
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

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

    async def leave(self) -> None:
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

    def does(self, deed: Deed, place: str) -> None:
        """Join or part, or let others in by taking the mode away that keeps them out."""
        self.raw(_DEEDS[deed].format(place=place))

    def invite(self, nick: str, place: str) -> None:
        """Let somebody into a channel."""
        self.raw(f"INVITE {nick} {place}")

    # -- hearing

    async def _told(self, numeric: str) -> None:
        """Wait for a numeric of the server, one of those between bars."""
        while not any(name in numeric.split("|") for name in self._numerics):
            await self._more()

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


_DEEDS = {
    Deed.JOIN: "JOIN {place}",
    Deed.PART: "PART {place}",
    Deed.OPEN: "MODE {place} -i",
    Deed.CLOSE: "MODE {place} +i",
}
_TOLD = {"JOIN": "{nick} joins", "PART": "{nick} leaves", "MODE": "{nick} sets {words}"}


def split_line(line: str) -> tuple[str, str, list[str]]:
    """Split a line of IRC without tags into its source, its command and its parameters."""
    source = ""
    if line.startswith(":"):
        source, _, line = line[1:].partition(" ")
    head, colon, tail = line.partition(" :")
    command, *words = head.split() or [""]
    return source, command, [*words, tail] if colon else words
