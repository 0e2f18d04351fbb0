"""A bot as the `irc` package's own manual has it. Called as `plain.py HOST PORT NICK CHANNEL`."""

import sys
from typing import Any

from irc.client_aio import AioSimpleIRCClient


class Plain(AioSimpleIRCClient):  # type: ignore[misc]  # the package has no types
    """Answers `!ping TOKEN`."""

    def __init__(self, channel: str) -> None:
        super().__init__()
        self.channel = channel

    def on_welcome(self, connection: Any, _event: Any) -> None:
        """Join."""
        connection.join(self.channel)

    def on_pubmsg(self, connection: Any, event: Any) -> None:
        """Answer."""
        text = event.arguments[0]
        if text.startswith("!ping "):
            connection.privmsg(event.target, text[6:])

    def on_disconnect(self, _connection: Any, _event: Any) -> None:
        """End."""
        sys.exit(0)


if __name__ == "__main__":
    host, port, nick, channel = sys.argv[1:5]
    client = Plain(channel)
    client.connect(host, int(port), nick)
    client.start()
