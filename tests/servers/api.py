"""What every IRC server under test can do, whichever it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from tests.servers.certs import Certificates

HOST = "127.0.0.1"

ACCOUNTS: Mapping[str, str] = {
    name: f"{name}-test-password"
    for name in (
        *("caseward", "alice", "bob", "carol", "dan", "erin", "heidi", "ivan"),
        *("faythe", "frank", "grace", "judy", "mike", "olga", "victor", "zoe[m]"),
    )
}
"""Accounts and passwords. mallory has none. `caseward` also has the certificate of the bot."""

BOT_ACCOUNT = "caseward"


class IRCServer(Protocol):
    """A private server on loopback; ports stay the same over `kill` and `start`."""

    kind: str  # "embedded" or "inspircd"
    host: str
    port: int  # no limits
    limited_port: int  # limits as networks have them
    tls_port: int
    certificates: Certificates
    accounts: Mapping[str, str]

    async def start(self) -> None:
        """Listen, and wait until services are there."""

    async def kill(self) -> None:
        """SIGKILL, or what comes nearest: every connection breaks, all state is gone."""

    async def restart(self) -> None:
        """`kill`, then `start`."""

    async def services_down(self) -> None:
        """Take services away; returns when the network has seen it."""

    async def services_up(self) -> None:
        """Bring services back; returns when the network has seen it."""

    async def kill_client(self, nick: str, reason: str = "tests") -> None:
        """An operator's KILL."""

    async def force_join(self, nick: str, channel: str) -> None:
        """Put somebody into a channel past its modes."""
