"""Mail relays for whole-program tests: one can wait for a mail, and take them down and up again."""

from __future__ import annotations

import asyncio
import email
import email.policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import Envelope, Session

from tests.servers.smtp import Delivery, FaultySMTP

_PATIENCE = 10.0


class Relay(FaultySMTP):
    """A mail server that tells when something has arrived."""

    _news: asyncio.Event | None = None

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """As the server does it, and tell whoever waits."""
        try:
            return await super().handle_DATA(server, session, envelope)
        finally:
            if self._news is not None:
                self._news.set()

    def down(self) -> None:
        """From now on every connection is cut as soon as it is made."""
        self.script["banner"] = "drop"

    def up(self) -> None:
        """Work again."""
        self.script.pop("banner", None)

    def mails(self, recipient: str) -> list[Delivery]:
        """What has arrived for somebody."""
        return [each for each in self.accepted if each.recipient == recipient]

    async def refuses(self, recipient: str) -> Delivery:
        """Wait for a mail for somebody that came whole, whether or not it was taken."""
        return await self._wait(self.handed, recipient, 1, _PATIENCE)

    async def mail(self, recipient: str, count: int = 1, within: float = _PATIENCE) -> Delivery:
        """Wait for mail number `count` for somebody. TimeoutError when it does not come."""
        return await self._wait(self.accepted, recipient, count, within)

    async def _wait(
        self, box: list[Delivery], recipient: str, count: int, within: float
    ) -> Delivery:
        async with asyncio.timeout(within):
            while True:
                found = [each for each in box if each.recipient == recipient]
                if len(found) >= count:
                    return found[count - 1]
                self._news = asyncio.Event()
                await self._news.wait()


def read(mail: Delivery) -> EmailMessage:
    """The message as a mail program sees it."""
    return email.message_from_bytes(mail.raw, _class=EmailMessage, policy=email.policy.default)
