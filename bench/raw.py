"""The floor: a bot on bare asyncio that answers `!ping TOKEN`, and does nothing else.

Called as `raw.py HOST PORT NICK CHANNEL`.
"""

import asyncio
import sys


class Raw(asyncio.Protocol):
    """The whole bot."""

    def __init__(self, nick: str, channel: str) -> None:
        self.nick, self.channel, self.rest = nick, channel, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Register."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(f"NICK {self.nick}\r\nUSER {self.nick} 0 * :bench\r\n".encode())

    def data_received(self, data: bytes) -> None:
        """Answer."""
        *lines, self.rest = (self.rest + data).split(b"\r\n")
        for line in lines:
            if line.startswith(b"PING"):
                self.transport.write(b"PONG" + line[4:] + b"\r\n")
                continue
            source, command, rest = line.split(b" ", 2)
            if command == b"PRIVMSG":
                target, _, text = rest.partition(b" :")
                if text.startswith(b"!ping "):
                    self.transport.write(b"PRIVMSG %b :%b\r\n" % (target, text[6:]))
            elif command == b"001":
                self.transport.write(f"JOIN {self.channel}\r\n".encode())
            del source

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        del exc
        sys.exit(0)


async def main(host: str, port: str, nick: str, channel: str) -> None:
    """Connect, and stay."""
    loop = asyncio.get_running_loop()
    await loop.create_connection(lambda: Raw(nick, channel), host, int(port))
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:5]))
