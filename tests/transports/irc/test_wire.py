"""The adapter on real sockets, towards a server that sends whatever it likes."""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from bot.transports.irc import Settings
from bot.transports.irc.lines import Line
from bot.transports.irc.wire import Wire, dial

pytestmark = pytest.mark.net


class Listener:
    """Ears that remember, and that may be made to fail."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.losses = 0
        self.fail_on = ""
        self.news = asyncio.Event()

    def opened(self, wire: Wire) -> None:
        wire.write("CAP LS 302")

    @property
    def overheard(self) -> Callable[[bytes], bool]:
        return lambda raw: raw.startswith(b":chat")

    def heard(self, line: Line) -> None:
        if line.command == self.fail_on:
            raise RuntimeError("a handler with a fault")
        self.lines.append(line)
        self.news.set()

    def lost(self) -> None:
        self.losses += 1
        self.news.set()

    async def until(self, command: str) -> Line:
        async with asyncio.timeout(10):
            while True:
                for line in self.lines:
                    if line.command == command:
                        return line
                self.news.clear()
                await self.news.wait()


class HostileServer:
    """Takes one connection after another; `send` goes to the latest."""

    def __init__(self) -> None:
        self.peers: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]]
        self.peers = asyncio.Queue()
        self.port = 0
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self.peers.put((reader, writer))

    async def close(self) -> None:
        while not self.peers.empty():
            self.peers.get_nowait()[1].close()
        if self._server is not None:
            self._server.close()


@pytest_asyncio.fixture
async def server() -> AsyncIterator[HostileServer]:
    made = HostileServer()
    await made.start()
    yield made
    await made.close()


def settings(**changes: object) -> Settings:
    values: dict[str, object] = {
        "name": "net",
        "host": "127.0.0.1",
        "port": 6667,
        "nick": "caseward",
        "account": "caseward",
        "tls": False,
        "password_file": Path("unread"),
        "owner": "ops@example.org",
    }
    return Settings(**(values | changes))  # type: ignore[arg-type]  # tests vary any key


async def meet(
    server: HostileServer, listener: Listener
) -> tuple[Wire, asyncio.StreamReader, asyncio.StreamWriter]:
    wire = await dial(settings(port=server.port), listener)
    reader, writer = await server.peers.get()
    return wire, reader, writer


async def test_capabilities_are_asked_before_the_nick_is_given(server: HostileServer) -> None:
    wire, reader, writer = await meet(server, Listener())
    assert await reader.readline() == b"CAP LS 302\r\n"
    assert await reader.readline() == b"NICK caseward\r\n"
    assert await reader.readline() == b"USER caseward 0 * :ops@example.org bot\r\n"
    wire.abort()
    writer.close()


@pytest.mark.parametrize(
    "noise",
    [
        b"\xff\xfe\xc3\x28\r\n",
        b":a!b@c PRIVMSG x :\xf0\x9f\x98\r\n",
        b"\r\n\r\n \r\n\0\0\r\n:\r\n@\r\n:a!b@c\r\n",
        b"QUIT\r\n:irc 005\r\nPING\r\nMODE\r\n",
        b"BROKEN handler\r\n",
        b"x" * 100_000 + b"\r\n",
        b"@" + b"a=1;" * 20_000 + b" PING :x\r\n",
        b":a!b@c PRIVMSG x :\x10r\x10n\x100QUIT\x01\x01\x01\r\n",
    ],
)
async def test_no_line_ends_the_connection(server: HostileServer, noise: bytes) -> None:
    listener = Listener()
    listener.fail_on = "BROKEN"
    wire, _, writer = await meet(server, listener)
    writer.write(noise + b"AFTER :all\r\n")
    await listener.until("AFTER")
    assert listener.losses == 0
    wire.abort()
    writer.close()


async def test_a_line_without_end_is_dropped_not_kept(server: HostileServer) -> None:
    listener = Listener()
    wire, _, writer = await meet(server, listener)
    for _ in range(20):
        writer.write(b"y" * 100_000)
        await writer.drain()
    writer.write(b"\r\nAFTER :all\r\n")
    await listener.until("AFTER")
    assert [line.command for line in listener.lines] == ["AFTER"]
    wire.abort()
    writer.close()


async def test_nothing_sent_is_two_lines(server: HostileServer) -> None:
    wire, reader, writer = await meet(server, Listener())
    for _ in range(3):
        await reader.readline()
    wire.write("PRIVMSG #x :one\r\nQUIT\0 :two\rthree")
    assert await reader.readline() == b"PRIVMSG #x :one QUIT :two three\r\n"
    wire.abort()
    writer.close()


async def test_a_server_that_hangs_up_is_noticed_once(server: HostileServer) -> None:
    listener = Listener()
    wire, _, writer = await meet(server, listener)
    writer.close()
    async with asyncio.timeout(10):
        while not listener.losses:
            listener.news.clear()
            await listener.news.wait()
    wire.write("PRIVMSG #x :into the void")
    wire.close("bye")
    assert listener.losses == 1


async def test_nothing_is_logged_by_the_package(
    server: HostileServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    listener = Listener()
    wire, _, writer = await meet(server, listener)
    wire.write("AUTHENTICATE c2VjcmV0")
    writer.write(b"AFTER :private words\r\n")
    await listener.until("AFTER")
    assert "c2VjcmV0" not in caplog.text
    assert "private words" not in caplog.text
    assert not [record for record in caplog.records if record.name.startswith("irc")]
    wire.abort()
    writer.close()


@pytest.mark.parametrize(
    "changes",
    [
        {"host": "irc.example.org"},
        {"port": 0},
        {"nick": "two words"},
        {"account": ""},
        {"sasl": "external"},
        {"sasl": "plain", "password_file": None},
        {"channels": ("#a b",)},
        {"channels": ("no-channel",)},
        {"channels": ("#a,0",)},
        {"burst": 0},
        {"owner": "a\r\nQUIT"},
    ],
)
def test_settings_that_are_not_safe_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="cannot use"):
        settings(**changes)


def test_tls_is_verified() -> None:
    context = settings(port=6697, tls=True).tls_context()
    assert context is not None
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
