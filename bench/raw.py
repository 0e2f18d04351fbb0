"""The floor: a bot on bare asyncio that answers `!ping TOKEN`, and does nothing else.

Written as most people would write it, on streams, a line at a time. Called as
`raw.py HOST PORT NICK CHANNEL`.
"""

import asyncio
import sys


async def main(host: str, port: str, nick: str, channel: str) -> None:
    """Connect, join, answer until the server hangs up."""
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"NICK {nick}\r\nUSER {nick} 0 * :bench\r\n".encode())
    while raw := await reader.readline():
        line = raw.decode("utf-8", "replace").rstrip("\r\n")
        if line.startswith("PING"):
            writer.write(f"PONG{line[4:]}\r\n".encode())
            continue
        _source, command, rest = line.split(" ", 2)
        if command == "001":
            writer.write(f"JOIN {channel}\r\n".encode())
        elif command == "PRIVMSG":
            target, _, text = rest.partition(" :")
            if text.startswith("!ping "):
                writer.write(f"PRIVMSG {target} :{text[6:]}\r\n".encode())
        await writer.drain()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:5]))
