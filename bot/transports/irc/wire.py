"""The one place that holds a connection of the `irc` package, and the guards around it.

Nothing that comes in can end the connection; nothing that goes out can be two lines; nothing is
logged but the kind of a fault.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import structlog
from irc.client_aio import AioConnection, AioReactor, IrcProtocol
from irc.connection import AioFactory

from bot.transports.irc.lines import Line, LineBuffer, pack, parse
from bot.transports.irc.settings import Settings

# The package writes every line, passwords included, to its DEBUG log.
for _name in ("irc", "irc.client", "irc.client_aio"):
    logging.getLogger(_name).setLevel(logging.WARNING)

_log = structlog.get_logger(__name__)
_HANDSHAKE_SECONDS = 15.0
#: A server that takes nothing any more gets nothing any more.
_MOST_UNSENT = 256 * 1024


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

    def heard(self, line: Line) -> None:
        """Take a line in."""

    def lost(self) -> None:
        """Learn that the connection is gone; called once."""


#: Opens a connection. Raises OSError (ssl.SSLError among them) when there is none to be had.
Dial = Callable[[Settings, Ears], Awaitable[Wire]]


class _Connection(AioConnection):  # type: ignore[misc]  # the package has no types
    """A connection that hands every readable line to `ears`, whatever the line holds."""

    buffer_class = LineBuffer
    ears: Ears
    gone = False

    def process_data(self, new_data: bytes) -> None:
        self.buffer.feed(new_data)
        for raw in self.buffer:
            try:
                line = parse(raw)
                if line is not None:
                    self.ears.heard(line)
            except Exception as error:  # noqa: BLE001 -- one bad line must not end the connection
                _log.warning("irc.line-failed", kind=type(error).__name__)

    def send_raw(self, string: str) -> None:
        self.write(string)

    def write(self, line: str) -> None:
        """Send one line, unlogged."""
        transport = self.transport
        if self.gone or transport.is_closing():
            return
        if transport.get_write_buffer_size() > _MOST_UNSENT:
            transport.abort()
            return
        transport.write(pack(line))

    def close(self, farewell: str) -> None:
        """Say goodbye and hang up."""
        self.write(f"QUIT :{farewell}")
        self.transport.close()

    def abort(self) -> None:
        """Hang up at once."""
        self.transport.abort()


class _Protocol(IrcProtocol):  # type: ignore[misc]  # the package has no types
    """Tells the connection once that it is gone, and leaves the package's own QUIT out."""

    connection: _Connection

    def connection_lost(self, _exc: Exception | None) -> None:
        self.connection.gone = True
        self.connection.ears.lost()


_Connection.protocol_class = _Protocol


class _Reactor(AioReactor):  # type: ignore[misc]  # the package has no types
    connection_class = _Connection


async def dial(settings: Settings, ears: Ears) -> Wire:
    """Connect, verify, and send NICK and USER after `ears.opened`.

    Raises OSError when there is no connection to be had; whoever calls bounds the time.
    """
    options: dict[str, Any] = {}
    context = settings.tls_context()
    if context is not None:
        options = {"ssl": context, "ssl_handshake_timeout": _HANDSHAKE_SECONDS}

    def opened(_protocol: object, transport: object) -> None:
        connection.transport = transport
        ears.opened(connection)

    reactor = _Reactor(on_connect=opened)
    connection: _Connection = reactor.server()
    connection.ears = ears
    await connection.connect(
        settings.host,
        settings.port,
        settings.nick,
        username="caseward",
        ircname=f"{settings.owner} bot".strip(),
        connect_factory=AioFactory(**options),
    )
    return connection
