"""A real SMTP server on the loopback that goes wrong, at the step and in the way it is told to.

A script maps steps to what happens there. Steps: `connect banner ehlo starttls tls auth mail rcpt
data body` (`tls` is the handshake, `body` the answer to the message's last dot). What happens:
`refuse` and `black-hole` (connect only), `drop` (the connection is cut), `hang` (silence), `flood`
(a megabyte without an end of line), `half` (data only: cut in the middle of the message),
`taken-drop` (body only: cut after the 250), or a line to answer with; after `slow ` it is answered
a byte each second, after `once ` this time only.
"""

# ruff: noqa: N802 - aiosmtpd finds its commands and hooks by these names
from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any, Self
from unittest.mock import patch

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.smtp_certs import MailCertificates

HOST = "127.0.0.1"
NAME, PASSWORD = "bot", "correct-horse-battery"
MECHANISMS = ("LOGIN", "PLAIN")
_FLOOD = b"2" * 2**20
_Connect = Callable[[socket.socket, tuple[str, int]], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message as it arrived, after dot-stuffing was undone."""

    sender: str
    recipient: str
    raw: bytes


class FaultySMTP:
    """One server. `security` as in `[[smtp]]`; `certificate` names one of `MailCertificates`.

    What it saw: `handed` (messages that arrived whole), `accepted` (those answered with 250),
    `steps` (step, whether it came over TLS), `logins` (mechanism, good or not), `greetings` (names
    said in EHLO). `on_hang` is called when a silence begins, `second` lets a second of it pass.
    `idle` is set while nobody is connected.
    """

    def __init__(
        self,
        certificates: MailCertificates,
        script: Mapping[str, str] | None = None,
        *,
        security: str = "starttls",
        certificate: str = "good",
        offers_starttls: bool = True,
        mechanisms: Sequence[str] = MECHANISMS,
        on_hang: Callable[[], None] | None = None,
        second: Callable[[], Awaitable[None]] | None = None,
        port: int = 0,
    ) -> None:
        self.script = dict(script or {})
        self.security = security
        self.mechanisms = mechanisms
        self.on_hang = on_hang
        self.second = second
        self.port = port
        self.handed: list[Delivery] = []
        self.accepted: list[Delivery] = []
        self.steps: list[tuple[str, bool]] = []
        self.logins: list[tuple[str, bool]] = []
        self.greetings: list[str] = []
        self.idle = asyncio.Event()
        self.idle.set()
        self.connections: set[_Faulty] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        context = None if security == "none" else certificates.server_context(certificate)
        handshake_hangs = security == "tls" and "tls" in self.script
        self.implicit = context if security == "tls" and not handshake_hangs else None
        self.starttls = context if security == "starttls" and offers_starttls else None
        self._server: asyncio.Server | None = None
        self._closed_port: socket.socket | None = None
        self._stack = ExitStack()

    async def __aenter__(self) -> Self:
        # Its own log of the talk holds addresses and messages, as a server's may; not for tests.
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        loop = asyncio.get_running_loop()
        if self.script.get("connect") in {"refuse", "black-hole"}:
            # Bound without listening: the port is ours, and connecting to it is refused.
            self._closed_port = socket.socket()
            self._closed_port.bind((HOST, 0))
            self.port = self._closed_port.getsockname()[1]
            if self.script["connect"] == "black-hole":
                self._stack.enter_context(
                    patch.object(loop, "sock_connect", partial(self._swallow, loop.sock_connect))
                )
            return self
        self._server = await loop.create_server(
            lambda: _Faulty(self), HOST, self.port, ssl=self.implicit
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._closed_port is not None:
            self._closed_port.close()
            self._stack.close()
        if self._server is not None:
            self._server.close()
            for connection in tuple(self.connections):
                connection.cut()
            for task in self.tasks:
                task.cancel()
            if self.tasks:
                await asyncio.wait(self.tasks)
            await self._server.wait_closed()

    async def silence(self) -> None:
        """Wait for whoever gives up; does not return."""
        if self.on_hang is not None:
            self.on_hang()
        while self.second is not None:
            await self.second()
        await asyncio.get_running_loop().create_future()

    async def _swallow(
        self, connect: _Connect, end: socket.socket, address: tuple[str, int]
    ) -> None:
        """Connect, unless it is to our port: that is never answered at all."""
        if address[1] == self.port:
            await self.silence()
        await connect(end, address)

    async def handle_DATA(self, server: _Faulty, _session: Session, envelope: Envelope) -> str:
        raw, sender = envelope.original_content or b"", envelope.mail_from or ""
        here = [Delivery(sender=sender, recipient=to, raw=raw) for to in envelope.rcpt_tos]
        self.handed += here
        answer = await server.scripted("body")
        if answer in {None, "taken-drop"}:
            self.accepted += here
        if answer == "taken-drop":
            await server.push("250 2.0.0 Taken")
            server.cut()
        return answer or "250 2.0.0 Taken"

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        good = data == LoginPassword(NAME.encode(), PASSWORD.encode())
        self.logins.append((mechanism, good))
        return AuthResult(success=good, handled=False)


class _Faulty(SMTP):
    """One connection, which asks the script before each step."""

    def __init__(self, owner: FaultySMTP) -> None:
        self._owner = owner
        super().__init__(
            owner,
            loop=asyncio.get_running_loop(),
            hostname="mail.example.org",
            tls_context=owner.starttls,
            # That a password is asked for over TLS only is our own affair: see smtp_MAIL.
            auth_require_tls=owner.starttls is not None,
            auth_exclude_mechanism=set(MECHANISMS) - set(owner.mechanisms),
            authenticator=owner.authenticate,
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._owner.connections.add(self)
        self._owner.idle.clear()
        if self._handler_coroutine is not None:
            self._owner.tasks.add(self._handler_coroutine)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._owner.connections.discard(self)
        if not self._owner.connections:
            self._owner.idle.set()

    def data_received(self, data: bytes) -> None:
        # Seen here because the end of the connection, right behind it, cancels the command.
        if data == b"QUIT\r\n":
            self._owner.steps.append(("quit", self._over_tls))
        super().data_received(data)

    def freeze(self) -> None:
        """Read nothing any more, not even the end of the connection or of TLS."""
        for transport in (self.transport, self._original_transport):
            if isinstance(transport, asyncio.ReadTransport):
                transport.pause_reading()

    def cut(self) -> None:
        for transport in (self.transport, self._original_transport):
            if isinstance(transport, asyncio.WriteTransport):
                transport.abort()

    @property
    def _over_tls(self) -> bool:
        return self._owner.implicit is not None or self._tls_protocol is not None

    async def scripted(self, step: str) -> str | None:
        """The scripted answer to `step`, None for the usual one; does not return from the others."""
        self._owner.steps.append((step, self._over_tls))
        answer = self._owner.script.get(step)
        if answer is not None and answer.startswith("once "):
            del self._owner.script[step]
            answer = answer.removeprefix("once ")
        if answer is not None and answer.startswith("slow "):
            await self._slowly(answer.removeprefix("slow ").encode() + b"\r\n")
        if answer == "flood" and self._writer is not None:
            self._writer.write(_FLOOD)
        if answer == "half":
            await self._half()
        if answer in {"drop", "half"}:
            self.cut()
            # Whoever waits here is cancelled when the connection is lost.
            await asyncio.get_running_loop().create_future()
        if answer in {"hang", "flood"}:
            await self._owner.silence()
        return answer

    async def _slowly(self, answer: bytes) -> None:
        assert self._writer is not None
        assert self._owner.second is not None or self._owner.on_hang is not None
        for byte in answer:
            self._writer.write(bytes([byte]))
            if self._owner.second is None:
                await self._owner.silence()
            else:
                await self._owner.second()

    async def _half(self) -> None:
        """Take the beginning of a message."""
        assert self._reader is not None
        await self.push("354 Go ahead")
        for _ in range(8):
            await self._reader.readline()

    async def _answered(self, step: str) -> bool:
        answer = await self.scripted(step)
        if answer is not None and not answer.startswith("slow "):
            await self.push(answer)
        return answer is not None

    async def _handle_client(self) -> None:
        try:
            if self._owner.security == "tls" and self._owner.implicit is None:
                await self._answered("tls")
            if not await self._answered("banner"):
                await super()._handle_client()
        finally:
            # Cancelled by the client's EOF, which alone leaves our half of the connection open.
            if self.transport is not None:
                self.transport.close()

    async def smtp_EHLO(self, hostname: str) -> None:
        self._owner.greetings.append(hostname)
        if not await self._answered("ehlo"):
            await super().smtp_EHLO(hostname)

    async def smtp_STARTTLS(self, arg: str) -> None:
        if await self._answered("starttls"):
            return
        if "tls" in self._owner.script:
            await self.push("220 Go ahead")
            await self.scripted("tls")
        await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg: str) -> None:
        if not await self._answered("auth"):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:
        if await self._answered("mail"):
            return
        if self.session is None or not self.session.authenticated:
            await self.push("530 5.7.0 Authentication required")
            return
        await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        if not await self._answered("rcpt"):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        if not await self._answered("data"):
            await super().smtp_DATA(arg)
