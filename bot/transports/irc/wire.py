"""The one place that holds a connection to an IRC server, and the guards around it.

Nothing that comes in can end the connection; nothing that goes out can be two lines; nothing is
logged but the kind of a fault.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, cast

import structlog

from bot.core.danger.hint import pressing
from bot.transports.irc.backlog import Backlog
from bot.transports.irc.lines import Line, LineBuffer, decode, pack, parse
from bot.transports.irc.settings import Settings

_log = structlog.get_logger(__name__)
_HANDSHAKE_SECONDS = 15.0
#: A server that takes nothing any more gets nothing any more.
_MOST_UNSENT = 256 * 1024
#: Seconds of reading after which others on the loop have their turn, however much has come in.
#: A mail takes dozens of turns, and each of them waits for such a spell.
_SPELL = 0.004
#: Lines that may wait here; beyond that no more are taken from the network until some are read.
#: A network holds back little for us, and disconnects whoever reads too slowly.
_MOST_WAITING, _ROOM = 20_000, 500
#: Bytes that the system may hold back besides: nobody can look ahead in these.
_MOST_UNTAKEN = 256 * 1024


class Wire(Protocol):
    """A connection, as the rest of this package sees it."""

    def write(self, line: str) -> None:
        """Send one line; does nothing once the connection is gone."""

    def close(self, farewell: str) -> None:
        """Say goodbye and hang up."""

    def abort(self) -> None:
        """Hang up at once."""


class Ears(Protocol):
    """Whoever listens to a connection."""

    def opened(self, wire: Wire) -> None:
        """Take the connection over; NICK and USER follow when this returns."""

    @property
    def overheard(self) -> Callable[[bytes], bool]:
        """Takes in talk among people, whose line need not be read; False for every other line."""

    def heard(self, line: Line) -> None:
        """Take a line in."""

    def lost(self) -> None:
        """Learn that the connection is gone; called once."""


#: Opens a connection. Raises OSError (ssl.SSLError among them) when there is none to be had.
Dial = Callable[[Settings, Ears], Awaitable[Wire]]


class _Connection(asyncio.Protocol):
    """A connection that hands every readable line to `ears`, whatever the line holds."""

    transport: asyncio.Transport

    def __init__(self, settings: Settings, ears: Ears) -> None:
        self._settings = settings
        self._ears = ears
        self._buffer = LineBuffer()
        self._gone = False
        self._loop = asyncio.get_running_loop()
        self._backlog = Backlog(self._hear, pressing)
        #: Whether the loop was asked to go on with it; whether no more lines are taken.
        self._going_on = False
        self._paused = False
        #: Lines of this round of the loop: they go out at its end, in one piece.
        self._unsent: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let `ears` begin, then say who we are."""
        self.transport = cast("asyncio.Transport", transport)
        settings = self._settings
        link = transport.get_extra_info("socket")
        if link is not None:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _MOST_UNTAKEN)
        self._ears.opened(self)
        self.write(f"NICK {settings.nick}")
        realname = f"{settings.owner} bot".strip()
        self.write(f"USER caseward 0 * :{realname}")

    def data_received(self, data: bytes) -> None:
        """Take lines in; what the network answers is read before what people say."""
        self._buffer.feed(data)
        # What comes in may change a place: what was cleared for it before goes out before.
        self._flush()
        self._backlog.put(self._buffer.take())
        if not self._going_on:
            self._read()
        if len(self._backlog) > _MOST_WAITING and not self._paused:
            self._paused = True
            self.transport.pause_reading()

    def _read(self, *, until_the_end: bool = False) -> None:
        """Read what has come in: for a spell, and the rest when others have had their turn."""
        self._flush()
        backlog, time = self._backlog, self._loop.time
        ends = time() + _SPELL
        while backlog:
            backlog.read_one()
            if backlog and time() >= ends and not until_the_end:
                self._going_on = True
                self._loop.call_soon(self._read_on)
                return

    def _hear(self, raw: bytes) -> None:
        try:
            if self._ears.overheard(raw):
                return
            line = parse(decode(raw))
            if line is not None:
                self._ears.heard(line)
        except Exception as error:  # noqa: BLE001 -- one bad line must not end the connection
            _log.warning("irc.line-failed", kind=type(error).__name__)

    def _read_on(self) -> None:
        self._going_on = False
        self._read()
        if self._paused and len(self._backlog) <= max(0, _MOST_WAITING - _ROOM):
            self._paused = False
            self.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell, once, that the connection is gone; what came before that is read first."""
        del exc
        self._read(until_the_end=True)
        self._gone = True
        self._ears.lost()

    def write(self, line: str) -> None:
        """Send one line, unlogged."""
        if self._gone or self.transport.is_closing():
            return
        if not self._unsent:
            asyncio.get_running_loop().call_soon(self._flush)
        self._unsent.append(pack(line))

    def _flush(self) -> None:
        if not self._unsent:
            return
        data, transport = b"".join(self._unsent), self.transport
        self._unsent.clear()
        if self._gone or transport.is_closing():
            return
        if transport.get_write_buffer_size() > _MOST_UNSENT:
            transport.abort()
            return
        transport.write(data)

    def close(self, farewell: str) -> None:
        """Say goodbye and hang up."""
        self.write(f"QUIT :{farewell}")
        self._flush()
        self.transport.close()

    def abort(self) -> None:
        """Hang up at once."""
        self.transport.abort()


async def dial(settings: Settings, ears: Ears) -> Wire:
    """Connect, verify, and send NICK and USER after `ears.opened`.

    Raises OSError when there is no connection to be had; whoever calls bounds the time.
    """
    options: dict[str, Any] = {}
    context = settings.tls_context()
    if context is not None:
        options = {"ssl": context, "ssl_handshake_timeout": _HANDSHAKE_SECONDS}
    loop = asyncio.get_running_loop()
    connection = _Connection(settings, ears)
    await loop.create_connection(lambda: connection, settings.host, settings.port, **options)
    return connection
