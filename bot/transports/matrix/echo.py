"""Whether what we say still goes round: a message to our own device, by the server and back.

It is told by its type, its sender and a token that nobody else has seen; it is never anybody's
word.
"""

import asyncio
import secrets
from collections.abc import Mapping
from typing import Any

from bot.transports.matrix.timing import heard_within
from bot.transports.matrix.wire import Lost, Refused, Wire, seg

TYPE = "org.caseward.echo"
_PATH = f"/_matrix/client/v3/sendToDevice/{TYPE}"


class Echo:
    """Sends messages to ourselves, and knows them when they come; any number at once."""

    def __init__(self) -> None:
        #: Who sends, and what is set when it comes, by token.
        self._waiting: dict[str, tuple[str, asyncio.Event]] = {}

    async def beat(self, wire: Wire, me: str, device_id: str, seconds: float) -> bool:
        """Send the device a message; whether it came back in time, by the wire's clock."""
        token, back = secrets.token_hex(16), asyncio.Event()
        body = {"messages": {me: {device_id: {"token": token}}}}
        ends = wire.clock.monotonic() + seconds
        self._waiting[token] = (me, back)
        try:
            path = f"{_PATH}/{seg(secrets.token_hex(16))}"
            await wire.call("PUT", path, body=body, seconds=seconds)
            return await heard_within(wire.clock, ends - wire.clock.monotonic(), back)
        except (Refused, Lost):
            return False
        finally:
            del self._waiting[token]

    def heard(self, event: Mapping[str, Any]) -> bool:
        """Take in a to-device event; whether it is an echo, which nobody else needs to see."""
        if event.get("type") != TYPE:
            return False
        content = event.get("content")
        token = content.get("token") if isinstance(content, Mapping) else None
        if isinstance(token, str) and token in self._waiting:
            sender, back = self._waiting[token]
            if event.get("sender") == sender:
                back.set()
        return True
