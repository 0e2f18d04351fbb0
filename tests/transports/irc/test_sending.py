"""What is said in one moment goes out in one piece, before anything else is read."""

import asyncio
import itertools
from pathlib import Path

import pytest

from bot.transports.irc import wire
from bot.transports.irc.lines import Line
from bot.transports.irc.settings import Settings
from bot.transports.irc.wire import Wire, _Connection

SETTINGS = Settings(
    name="net",
    host="localhost",
    port=6667,
    nick="caseward",
    account="caseward",
    tls=False,
    password_file=Path("/none"),
)


class Pipe(asyncio.Transport):
    """Keeps what is written, one entry for each write."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.open = True
        self.unsent = self.paused = self.resumed = 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written.append(bytes(data))

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def pause_reading(self) -> None:
        self.paused += 1

    def resume_reading(self) -> None:
        self.resumed += 1

    def is_closing(self) -> bool:
        return not self.open

    def close(self) -> None:
        self.open = False

    def abort(self) -> None:
        self.open = False


class Listener:
    """Notes what had gone out when a line was heard."""

    def __init__(self, pipe: Pipe) -> None:
        self.pipe = pipe
        self.before: list[list[bytes]] = []
        self.lines: list[Line] = []

    def opened(self, wire: Wire) -> None:
        """Say nothing first."""

    def overheard(self, raw: bytes) -> bool:
        """Read every line."""
        return not raw

    def heard(self, line: Line) -> None:
        """Note it."""
        self.lines.append(line)
        self.before.append(list(self.pipe.written))

    def lost(self) -> None:
        """Nothing is left to do."""


async def _connected() -> tuple[_Connection, Pipe, Listener]:
    pipe = Pipe()
    listener = Listener(pipe)
    connection = _Connection(SETTINGS, listener)
    connection.connection_made(pipe)
    await asyncio.sleep(0)
    pipe.written.clear()
    return connection, pipe, listener


async def test_lines_of_one_moment_are_one_write() -> None:
    connection, pipe, _ = await _connected()
    connection.write("PRIVMSG #team :one")
    connection.write("PRIVMSG #team :two")
    assert pipe.written == []
    await asyncio.sleep(0)
    assert pipe.written == [b"PRIVMSG #team :one\r\nPRIVMSG #team :two\r\n"]


async def test_what_was_said_is_out_before_a_line_is_heard_and_is_sent_once() -> None:
    connection, pipe, listener = await _connected()
    connection.write("NOTICE #team :cleared before")
    connection.data_received(b":eve!e@h JOIN #team\r\n")
    assert listener.before == [[b"NOTICE #team :cleared before\r\n"]]
    await asyncio.sleep(0)
    assert len(pipe.written) == 1


async def test_the_farewell_goes_out_last_and_nothing_after_it() -> None:
    connection, pipe, _ = await _connected()
    connection.write("PRIVMSG #team :last words")
    connection.close("going")
    connection.write("PRIVMSG #team :too late")
    await asyncio.sleep(0)
    assert pipe.written == [b"PRIVMSG #team :last words\r\nQUIT :going\r\n"]


async def test_a_server_that_takes_nothing_is_hung_up_on() -> None:
    connection, pipe, _ = await _connected()
    pipe.unsent = 1024 * 1024
    connection.write("PRIVMSG #team :more")
    await asyncio.sleep(0)
    assert (pipe.written, pipe.open) == ([], False)


async def test_others_have_their_turn_while_a_flood_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connection, pipe, listener = await _connected()
    at = itertools.count()
    monkeypatch.setattr(wire, "_MOST_WAITING", 2)
    monkeypatch.setattr(connection, "_loop", _Loop(asyncio.get_running_loop(), at))
    connection.data_received(b"".join(b":a!b@c PRIVMSG x :%d\r\n" % n for n in range(5)))
    heard = [len(listener.before)]
    assert pipe.paused == 1
    # What comes while others have their turn waits behind what came before.
    connection.data_received(b":a!b@c PRIVMSG x :last\r\n")
    assert len(listener.before) == heard[0]
    while len(listener.before) < 6:
        await asyncio.sleep(0)
        heard.append(len(listener.before))
    assert heard == sorted(heard)
    assert len(set(heard)) > 2
    assert (pipe.paused, pipe.resumed) == (1, 1)
    assert [line.param(-1) for line in listener.lines] == ["0", "1", "2", "3", "4", "last"]


async def test_what_the_network_answers_is_read_before_what_others_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connection, pipe, listener = await _connected()
    monkeypatch.setattr(connection, "_loop", _Loop(asyncio.get_running_loop(), itertools.count()))
    connection.data_received(b":a!b@c PRIVMSG x :one\r\n" * 5 + b":d!e@f PRIVMSG x :no\r\n")
    connection.data_received(b":irc 354 me 401 * e f D H dora\r\n:irc PONG irc :token\r\n")
    assert [line.command for line in listener.lines][-3:] == ["PRIVMSG", "354", "PONG"]
    assert listener.lines[-3].nick == "d"
    assert len(listener.lines) < 8
    assert pipe.paused == 0
    connection.connection_lost(None)
    assert len(listener.lines) == 8


async def test_what_was_said_before_the_end_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    connection, _, listener = await _connected()
    monkeypatch.setattr(connection, "_loop", _Loop(asyncio.get_running_loop(), itertools.count()))
    connection.data_received(b":a!b@c PRIVMSG x :one\r\n" * 5)
    assert len(listener.lines) < 5
    connection.connection_lost(None)
    assert len(listener.lines) == 5


class _Loop:
    """A loop on whose clock each look takes a hundredth of a second."""

    def __init__(self, loop: asyncio.AbstractEventLoop, at: "itertools.count[int]") -> None:
        self.call_soon = loop.call_soon
        self._at = at

    def time(self) -> float:
        return next(self._at) / 100
