"""The demo's mailbox: it keeps what it is sent, and can be as strict as a real relay."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.words.ports import MailOutcome
from bot.demo.mailbox import HOST, Mailbox, ReceivedMail
from bot.transports.email import Mailer, Relay, Security, Step, build_mail
from tests.servers.smtp_certs import MailCertificates, make_mail_certificates

LOGIN = ("bot", "correct-horse-battery")


def mail(number: int, body: str = "Hello.\n") -> bytes:
    return build_mail(
        sender="caseward@example.org",
        recipient="emergency@example.org",
        subject=f"Caseward emergency E-{number}",
        body=body,
        message_id=f"<E-{number}@caseward.example.org>",
        date=datetime(2026, 11, 22, 12, 30, 15, tzinfo=UTC),
        team_mail=None,
    )


def plain(port: int) -> Mailer:
    return Mailer([Relay(host=HOST, port=port, security="none", sender="caseward@example.org")])


def about(number: int) -> Callable[[ReceivedMail], bool]:
    return lambda received: received.subject.endswith(f"E-{number}")


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    box = Mailbox()
    yield box
    await box.stop()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> MailCertificates:
    return make_mail_certificates(tmp_path_factory.mktemp("mailbox"))


@pytest.mark.net
@pytest.mark.parametrize(
    "body",
    [
        "",
        "no line break at the end",
        ".\n..\n.leading dots\n\n.\n",
        "nothing \x00 and \x07 bell",
        "right to left \u202egnp.exe\u202c",
        "\u2028separators\u0085 \U0001f198 \u0130\n" * 50,
        "long " * 2000,
    ],
)
async def test_what_is_read_is_what_was_written(mailbox: Mailbox, body: str) -> None:
    port = await mailbox.start()
    result = await plain(port).deliver(mail(1, body), recipient="emergency@example.org")
    assert result.kind is MailOutcome.SENT
    assert mailbox.messages == [
        ReceivedMail(
            recipient="emergency@example.org",
            message_id="<E-1@caseward.example.org>",
            subject="Caseward emergency E-1",
            text=body,
            raw=mail(1, body),
        )
    ]


@pytest.mark.net
async def test_waiting_finds_what_came_and_what_comes(mailbox: Mailbox) -> None:
    mailer = plain(await mailbox.start())
    await mailer.deliver(mail(1), recipient="emergency@example.org")
    assert (await mailbox.wait(about(1), 5)).message_id == "<E-1@caseward.example.org>"
    waiting = asyncio.create_task(mailbox.wait(about(3), 5))
    await mailer.deliver(mail(2), recipient="emergency@example.org")
    await mailer.deliver(mail(3), recipient="emergency@example.org")
    assert (await waiting).subject == "Caseward emergency E-3"


async def test_waiting_ends(mailbox: Mailbox) -> None:
    with pytest.raises(TimeoutError):
        await mailbox.wait(about(1), 0)


def test_what_came_is_not_in_its_repr() -> None:
    received = ReceivedMail(
        recipient="a@example.org", message_id="<a@b>", subject="a", text="marker", raw=b"marker"
    )
    assert "marker" not in repr(received)


@pytest.mark.net
async def test_stopping_cuts_who_is_connected(mailbox: Mailbox) -> None:
    port = await mailbox.start()
    reader, writer = await asyncio.open_connection(HOST, port)
    assert (await reader.readline()).startswith(b"220 ")
    await mailbox.stop()
    assert await reader.read() == b""
    writer.close()
    result = await plain(port).deliver(mail(1), recipient="emergency@example.org")
    assert (result.kind, result.where) == (MailOutcome.RETRY, Step.CONNECT)


@pytest.mark.net
@pytest.mark.parametrize(
    ("security", "password", "end"),
    [
        ("starttls", LOGIN[1], (MailOutcome.SENT, Step.BODY, 250)),
        ("starttls", "another", (MailOutcome.RETRY, Step.AUTH, 535)),
        ("starttls", None, (MailOutcome.RETRY, Step.MAIL, 530)),
        ("none", None, (MailOutcome.RETRY, Step.MAIL, 530)),
    ],
)
async def test_a_strict_mailbox_wants_starttls_and_a_password(
    security: Security,
    password: str | None,
    end: tuple[MailOutcome, Step, int],
    certificates: MailCertificates,
    tmp_path: Path,
) -> None:
    box = Mailbox(tls=certificates.server_context("good"), login=LOGIN)
    secret = tmp_path / "smtp"
    secret.write_text(password or "")
    relay = Relay(
        host=HOST,
        port=await box.start(),
        security=security,
        ca_file=certificates.ca,
        username=None if password is None else LOGIN[0],
        password_file=None if password is None else secret,
        sender="caseward@example.org",
    )
    result = await Mailer([relay]).deliver(mail(1), recipient="emergency@example.org")
    await box.stop()
    assert (result.kind, result.where, result.code) == end
    assert len(box.messages) == (result.kind is MailOutcome.SENT)


def test_a_password_without_tls_is_refused() -> None:
    with pytest.raises(ValueError, match="TLS"):
        Mailbox(login=LOGIN)
