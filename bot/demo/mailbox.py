"""The demo's mailbox: a small SMTP server on the loopback that keeps what it is sent in memory."""

from __future__ import annotations

import asyncio
import hmac
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMail:
    """One message as it arrived for one recipient; `text` is decoded, its line breaks are LF."""

    recipient: str
    message_id: str
    subject: str
    text: str = field(repr=False)
    raw: bytes = field(repr=False)


class Mailbox:
    """Takes any mail for anybody. With `tls` it insists on STARTTLS, with `login` on AUTH."""

    def __init__(
        self, *, tls: ssl.SSLContext | None = None, login: tuple[str, str] | None = None
    ) -> None:
        """`login` (name, password) needs `tls`: ValueError otherwise."""
        if login is not None and tls is None:
            raise ValueError("a password needs TLS")
        self.messages: list[ReceivedMail] = []
        self._tls = tls
        self._login = login
        self._arrival = asyncio.Condition()
        self._open: set[_Connection] = set()
        self._server: asyncio.Server | None = None

    async def start(self, port: int = 0) -> int:
        """Listen on the loopback; the port, chosen by the system when 0 was asked for."""
        # At INFO and below this logger writes addresses and whole messages.
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connection, HOST, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening and cut what is still connected."""
        if self._server is None:
            return
        self._server.close()
        for connection in tuple(self._open):
            connection.cut()
        await self._server.wait_closed()
        self._server = None

    async def wait(self, predicate: Callable[[ReceivedMail], bool], within: float) -> ReceivedMail:
        """The first message for which `predicate` holds; TimeoutError after `within` seconds."""
        async with asyncio.timeout(within), self._arrival:
            while True:
                for mail in self.messages:
                    if predicate(mail):
                        return mail
                await self._arrival.wait()

    async def handle_DATA(  # noqa: N802 - aiosmtpd calls its hooks by these names
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep one message for each of its recipients."""
        raw = envelope.original_content or b""
        async with self._arrival:
            self.messages += [_received(recipient, raw) for recipient in envelope.rcpt_tos]
            self._arrival.notify_all()
        return "250 2.0.0 Kept"

    async def handle_exception(self, _error: Exception) -> str:
        """Answer without writing what was being read into a log."""
        return "451 4.3.0 Something went wrong"

    def _connection(self) -> _Connection:
        return _Connection(
            self,
            self._open,
            loop=asyncio.get_running_loop(),
            hostname="localhost",
            ident="mailbox",
            tls_context=self._tls,
            require_starttls=self._tls is not None,
            auth_required=self._login is not None,
            auth_exclude_mechanism=() if self._login else ("PLAIN", "LOGIN"),
            authenticator=self._authenticate,
        )

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        if self._login is None or not isinstance(data, LoginPassword):
            return AuthResult(success=False, handled=False)
        name, password = (word.encode() for word in self._login)
        good = hmac.compare_digest(data.login, name) & hmac.compare_digest(data.password, password)
        return AuthResult(success=good, handled=False)


class _Connection(SMTP):
    """A connection that its mailbox can find and cut."""

    def __init__(self, mailbox: Mailbox, opened: set[_Connection], **options: Any) -> None:
        super().__init__(mailbox, **options)
        self._opened = opened

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._opened.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._opened.discard(self)
        super().connection_lost(error)

    def cut(self) -> None:
        """Close without waiting for the other side."""
        for transport in (self.transport, self._original_transport):
            if isinstance(transport, asyncio.WriteTransport):
                transport.abort()


def _received(recipient: str, raw: bytes) -> ReceivedMail:
    message = message_from_bytes(raw, policy=policy.default)
    content = message.get_content() if message.get_content_maintype() == "text" else ""
    return ReceivedMail(
        recipient=recipient,
        message_id=str(message["Message-ID"] or ""),
        subject=str(message["Subject"] or ""),
        text=content.replace("\r\n", "\n"),
        raw=raw,
    )
