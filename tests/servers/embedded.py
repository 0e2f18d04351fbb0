"""The demo's IRC server behind the same protocol as InspIRCd."""

from __future__ import annotations

import datetime as dt

from bot.demo.ircd import DemoIRCd
from tests.servers.api import ACCOUNTS, BOT_ACCOUNT, HOST
from tests.servers.certs import Certificates, fingerprint

LIMIT = (10, 1.0)
"""Ten lines at once, one a second after that: as `limited_port` of InspIRCd."""


class EmbeddedServer:
    """Implements `tests.servers.api.IRCServer`; `ircd` has the hooks that only it can have."""

    kind = "embedded"
    host = HOST
    accounts = ACCOUNTS

    def __init__(self, certificates: Certificates) -> None:
        self.certificates = certificates
        self.port = self.limited_port = self.tls_port = 0
        self._running = False
        self.ircd = DemoIRCd(
            ACCOUNTS, now=lambda: dt.datetime.now(dt.UTC), tls=certificates.server_context()
        )
        self.ircd.add_certificate(BOT_ACCOUNT, fingerprint(certificates.bot))

    async def start(self) -> None:
        """Listen on the ports of the last time, if there was one."""
        if self._running:
            return
        self.port = await self.ircd.start(self.host, self.port)
        self.limited_port = await self.ircd.listen(self.host, self.limited_port, flood=LIMIT)
        self.tls_port = await self.ircd.listen(self.host, self.tls_port, secure=True)
        self._running = True

    async def kill(self) -> None:
        """Every connection breaks."""
        self._running = False
        await self.ircd.kill()

    async def restart(self) -> None:
        """`kill`, then `start`."""
        await self.kill()
        await self.start()

    async def services_down(self) -> None:
        """NickServ leaves, SASL is gone."""
        self.ircd.set_services(up=False)

    async def services_up(self) -> None:
        """NickServ is back."""
        self.ircd.set_services(up=True)

    async def kill_client(self, nick: str, reason: str = "tests") -> None:
        """An operator's KILL."""
        self.ircd.kill_client(nick, reason)

    async def force_join(self, nick: str, channel: str) -> None:
        """Past every mode."""
        self.ircd.force_join(nick, channel)

    async def close(self) -> None:
        """End for good; no line may have broken a handler."""
        if self._running:
            await self.kill()
        assert not self.ircd.faults, self.ircd.faults
