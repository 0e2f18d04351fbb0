"""Mail: one message of fixed bytes to one recipient, over the first relay that takes it.

Only this module imports aiosmtplib. Nothing here logs, and no result or error carries a text, an
address or a credential: whoever calls learns which relay, which step and which reply code.
"""

from __future__ import annotations

import asyncio
import base64
import ipaddress
import re
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Literal

import aiosmtplib

from bot.core.words.ports import Letter, LetterWriter, MailOutcome

Security = Literal["tls", "starttls", "none"]

CONNECT_TIMEOUT = 15.0
TOTAL_TIMEOUT = 25.0
# A relay that let us wait for as long as that is asked after the others for this many seconds.
SHUNNED = 60.0
# Said in EHLO instead of the machine's own name, which would tell the relay's logs where we live.
EHLO_NAME = "localhost"

_PORTS = range(1, 65536)
_GO_AHEAD = 354
_ACCEPTED = range(200, 300)
_REJECTED = range(400, 600)
# Codes about the mailbox or the message; the other 5xx are about us, and an operator can mend them.
_FOR_GOOD = frozenset({501, *range(550, 560)})
_LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))

_SUBJECT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 .,:;()\[\]#/_-]{0,76}[A-Za-z0-9.)\]])?")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = rf"{_LABEL}(?:\.{_LABEL})*"
# Narrower than RFC 5321: no quotes, no source routes, no "=?" that a reader might decode.
_ATOM = r"[A-Za-z0-9#$&'*+/=^_~-]+"
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@)(?=.{{3,254}}\Z){_ATOM}(?:\.{_ATOM})*@{_DOMAIN}")
_MESSAGE_ID = re.compile(rf"<[A-Za-z0-9][A-Za-z0-9._-]{{0,99}}@{_DOMAIN}>")
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45}")
_BREAK = re.compile(r"\r\n|\r|\n")
_STRAY_BREAK = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_LONG_LINE = re.compile(rb"[^\r\n]{999}")
_LEADING_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """One mail server that takes our mail, in the words of `[[smtp]]`.

    Raises ValueError, without repeating a value, where it could not be used safely: `none` is for
    the loopback only, and a name and a password file come together.
    """

    host: str
    port: int
    security: Security
    ca_file: Path | None = None
    username: str | None = field(default=None, repr=False)
    password_file: Path | None = None
    sender: str = field(repr=False)

    def __post_init__(self) -> None:
        if not _HOST.fullmatch(self.host) or self.port not in _PORTS:
            raise ValueError("not a host and port")
        if self.security not in {"tls", "starttls", "none"}:
            raise ValueError("security is tls, starttls or none")
        if self.security == "none" and not _is_loopback(self.host):
            raise ValueError("security = none is for the loopback only")
        if (self.username is None) != (self.password_file is None):
            raise ValueError("username and password_file come together")
        check_address(self.sender)


class Step(StrEnum):
    """Where in the talk with a relay a delivery ended."""

    SETUP = "setup"  # the CA or the password file could not be read
    CONNECT = "connect"  # up to and with the greeting
    EHLO = "ehlo"
    TLS = "tls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"  # from the first byte of the message to the answer to its last dot


@dataclass(frozen=True, slots=True, kw_only=True)
class MailResult:
    """How a delivery ended and where: the relay's index, the step, the reply code if there was one.

    `retry`: nobody took it, for reasons that may pass or that an operator can mend. `refused`: every
    relay refused this recipient or this message for good. `uncertain`: handed over and not answered,
    so that it may or may not arrive. `earlier` are the failures of the other relays asked in the same call.
    """

    kind: MailOutcome
    relay: int
    where: Step
    code: int | None = None
    earlier: tuple[MailResult, ...] = ()


def check_address(address: str) -> str:
    """Answer `address` if it is a plain ASCII addr-spec, else raise ValueError (not naming it)."""
    if not _ADDRESS.fullmatch(address):
        raise ValueError("not a plain mail address")
    return address


def build_mail(
    *,
    sender: str,
    recipient: str,
    subject: str,
    body: str,
    message_id: str,
    date: datetime,
    team_mail: str | None,
) -> bytes:
    """One message as it goes over the wire: CRLF, 7 bits, and the same bytes for the same input.

    Only `body` may hold what people wrote; it travels in base64 with its line breaks as CRLF and
    unpaired surrogates as "?". `message_id` is given with its angle brackets, `date` with a zone;
    `team_mail` is where answers go. Raises ValueError for anything unsafe in a header.
    """
    if not _SUBJECT.fullmatch(subject):
        raise ValueError("not a plain subject")
    if not _MESSAGE_ID.fullmatch(message_id):
        raise ValueError("not a plain Message-ID")
    if date.tzinfo is None:
        raise ValueError("a date needs its zone")
    headers = [
        f"From: {check_address(sender)}",
        f"To: {check_address(recipient)}",
        *([] if team_mail is None else [f"Reply-To: {check_address(team_mail)}"]),
        f"Subject: {subject}",
        f"Date: {format_datetime(date.astimezone(UTC).replace(microsecond=0))}",
        f"Message-ID: {message_id}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: base64",
        "Auto-Submitted: auto-generated",
    ]
    content = base64.encodebytes(_BREAK.sub("\r\n", body).encode("utf-8", "replace"))
    return "\r\n".join([*headers, "", ""]).encode("ascii") + content.replace(b"\n", b"\r\n")


def letter_writer(*, sender: str, team_mail: str | None) -> LetterWriter:
    """What fixes the bytes of this team's mails, see `build_mail`."""
    check_address(sender)

    def write(*, recipient: str, subject: str, body: str, message_id: str, at: datetime) -> Letter:
        raw = build_mail(
            sender=sender,
            recipient=recipient,
            subject=subject,
            body=body,
            message_id=message_id,
            date=at,
            team_mail=team_mail,
        )
        return Letter(recipient=recipient, raw=raw)

    return write


class Mailer:
    """Hands messages to relays in their order, until one has taken or may have taken it."""

    def __init__(
        self,
        relays: Sequence[Relay],
        *,
        connect_timeout: float = CONNECT_TIMEOUT,
        total_timeout: float = TOTAL_TIMEOUT,
        report: Callable[[MailResult], None] | None = None,
    ) -> None:
        """`connect_timeout` (seconds) bounds connection and greeting, `total_timeout` one relay.

        `report` is told how each `carry` ended, for logs and health; it holds nothing personal.
        """
        if not relays:
            raise ValueError("a mailer needs a relay")
        self._relays = tuple(relays)
        self._connect_timeout = connect_timeout
        self._total_timeout = total_timeout
        self._report = report
        self._begin_at: dict[bytes, int] = {}
        # When a relay last let us wait in vain, on the loop's clock.
        self._silent_at: dict[int, float] = {}

    async def carry(self, letter: Letter) -> MailOutcome:
        """Deliver a letter; one that was left uncertain begins at the relay after that one.

        So a relay which loses answers for good does not keep an emergency from the next relay;
        nor does one that hangs keep up more letters than those that found it so.
        """
        mark = sha256(letter.recipient.encode() + b"\n" + letter.raw).digest()
        first = self._begin_at.pop(mark, self._first())
        result = await self.deliver(letter.raw, recipient=letter.recipient, first=first)
        if result.kind is MailOutcome.UNCERTAIN:
            self._begin_at[mark] = result.relay + 1
        if self._report is not None:
            self._report(result)
        return result.kind

    def _first(self) -> int:
        """Return the first relay that has not let us wait in vain lately; else the first."""
        since = asyncio.get_running_loop().time() - SHUNNED
        never = float("-inf")
        answering = (
            index for index in range(len(self._relays)) if self._silent_at.get(index, never) < since
        )
        return next(answering, 0)

    async def deliver(self, raw: bytes, *, recipient: str, first: int = 0) -> MailResult:
        """Offer `raw` (from `build_mail`) to each relay once, from the one with index `first` on.

        Stops at the first `sent` or `uncertain`. After `uncertain` the same bytes may be delivered
        again; give `first=result.relay + 1` then, so that a relay which loses answers is not
        asked twice in a row. Raises ValueError for bytes or a recipient that cannot be sent
        safely, never for what a relay does. Cancelling it closes the connection at once.
        """
        check_address(recipient)
        if not raw.isascii() or b"\0" in raw or not raw.endswith(b"\r\n"):
            raise ValueError("not a message of 7 bits that ends its last line")
        if _STRAY_BREAK.search(raw) or _LONG_LINE.search(raw):
            raise ValueError("not a message of short lines with CRLF")
        failures: list[MailResult] = []
        for turn in range(len(self._relays)):
            index = (first + turn) % len(self._relays)
            result = await self._offer(index, raw, recipient)
            if result.kind in {MailOutcome.SENT, MailOutcome.UNCERTAIN}:
                return replace(result, earlier=tuple(failures))
            failures.append(result)
        passing = [failure for failure in failures if failure.kind is MailOutcome.RETRY]
        last = (passing or failures)[-1]
        return replace(last, earlier=tuple(one for one in failures if one is not last))

    async def _offer(self, index: int, raw: bytes, recipient: str) -> MailResult:
        talk = _Talk(self._relays[index], self._connect_timeout)
        code: int | None = None
        try:
            async with asyncio.timeout(self._total_timeout):
                code = await talk.hand_over(raw, recipient)
        except aiosmtplib.SMTPResponseException as error:
            code = error.code if error.code > 0 else None
        except TimeoutError:
            self._silent_at[index] = asyncio.get_running_loop().time()
        # UnicodeError is what asyncio raises for a host that cannot be a domain name.
        except (aiosmtplib.SMTPException, OSError, UnicodeError) as error:
            if talk.step is Step.CONNECT and isinstance(error.__cause__, ssl.SSLError):
                talk.step = Step.TLS
        finally:
            talk.hang_up()
        if code is not None:
            self._silent_at.pop(index, None)
        return MailResult(kind=talk.judge(code), relay=index, where=talk.step, code=code)


class _Client(aiosmtplib.SMTP):
    """A client whose close is immediate: a polite TLS close waits long for a peer that hangs."""

    def close(self) -> None:
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()
        super().close()


class _Talk:
    """One message offered to one relay, and how far that got."""

    def __init__(self, relay: Relay, connect_timeout: float) -> None:
        self.step = Step.SETUP
        self._relay = relay
        self._connect_timeout = connect_timeout
        self._handed_over = False
        self._accepted = False
        # The library's own timeouts stay off: those round the whole talk cover every wait in it,
        # and asyncio.wait_for may swallow a cancellation on Python 3.11.
        self._client = _Client(
            hostname=relay.host,
            port=relay.port,
            local_hostname=EHLO_NAME,
            timeout=None,
            use_tls=relay.security == "tls",
            start_tls=False,
        )

    async def hand_over(self, raw: bytes, recipient: str) -> int | None:
        """Everything from the connection to the last answer; the code of that answer."""
        context, password = await asyncio.to_thread(_read_secrets, self._relay)
        await self._open(context)
        if self._relay.username is not None:
            self.step = Step.AUTH
            await self._login(self._relay.username, password)
        self.step = Step.MAIL
        await self._client.mail(self._relay.sender)
        self.step = Step.RCPT
        await self._client.rcpt(recipient)
        return await self._send(raw)

    def judge(self, code: int | None) -> MailOutcome:
        """What an ending at this step, with this reply code, means for the message."""
        if self._accepted:
            return MailOutcome.SENT
        if code in _FOR_GOOD and self.step in {Step.RCPT, Step.BODY}:
            return MailOutcome.REFUSED
        if self._handed_over and code not in _REJECTED:
            return MailOutcome.UNCERTAIN
        return MailOutcome.RETRY

    def hang_up(self) -> None:
        """Close at once; after success with a QUIT whose answer nobody waits for."""
        protocol, transport = self._client.protocol, self._client.transport
        if self._accepted and protocol is not None and protocol.is_connected and transport:
            protocol.write(b"QUIT\r\n")
            transport.close()
            return
        self._client.close()

    async def _open(self, context: ssl.SSLContext | None) -> None:
        self.step = Step.CONNECT
        async with asyncio.timeout(self._connect_timeout):
            await self._client.connect(tls_context=context)
        self.step = Step.EHLO
        await self._client.ehlo()
        if self._relay.security == "starttls":
            self.step = Step.TLS
            await self._client.starttls(tls_context=context)
            self.step = Step.EHLO
            await self._client.ehlo()

    async def _login(self, username: str, password: bytes) -> None:
        """One try: a second mechanism with the same password only counts as another failure."""
        if "plain" in self._client.server_auth_methods:
            await self._client.auth_plain(username, password)
        elif "login" in self._client.server_auth_methods:
            await self._client.auth_login(username, password)
        else:
            raise aiosmtplib.SMTPNotSupported("no AUTH that we can use")

    async def _send(self, raw: bytes) -> int | None:
        """DATA in two halves, because only what ends after the second one is uncertain."""
        self.step = Step.DATA
        started = await self._client.execute_command(b"DATA")
        protocol = self._client.protocol
        if started.code != _GO_AHEAD or protocol is None:
            raise aiosmtplib.SMTPDataError(started.code, "no go-ahead")
        protocol.write(_LEADING_DOT.sub(b"..", raw) + b".\r\n")
        self.step, self._handed_over = Step.BODY, True
        answer = await protocol.read_response()
        self._accepted = answer.code in _ACCEPTED
        return answer.code if answer.code > 0 else None


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in _LOOPBACK)


def _read_secrets(relay: Relay) -> tuple[ssl.SSLContext | None, bytes]:
    """Read anew for each talk, so that a renewed certificate or password needs no restart."""
    context = None
    if relay.security != "none":
        context = ssl.create_default_context(cafile=relay.ca_file)
    if relay.password_file is None:
        return context, b""
    return context, relay.password_file.read_bytes().rstrip(b"\r\n")
