"""Relays that fail at every step: the next one gets the mail, and nothing is said in clear."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest

from bot.core.words.ports import Letter, MailCarrier, MailOutcome
from bot.transports.email import (
    CONNECT_TIMEOUT,
    SHUNNED,
    TOTAL_TIMEOUT,
    Mailer,
    MailResult,
    Relay,
    Security,
    Step,
    build_mail,
)
from tests.servers.smtp import HOST, NAME, PASSWORD, FaultySMTP
from tests.servers.smtp_certs import MailCertificates, make_mail_certificates
from tests.transports.mail_faults import BAD_TLS, PERHAPS_TAKEN, TAKEN_BY_NOBODY, Fault, broke, said

TO = "emergency@example.org"
BODY = "It is at the old bridge.\n.\n..dots\n\x00 \u202e\r" + "long " * 400
MAIL = build_mail(
    sender="caseward@example.org",
    recipient=TO,
    subject="Caseward emergency E-7K3M9Q",
    body=BODY,
    message_id="<E-7K3M9Q.1@caseward.example.org>",
    date=datetime(2026, 11, 22, 12, 30, 15, tzinfo=UTC),
    team_mail="team@example.org",
)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> MailCertificates:
    return make_mail_certificates(tmp_path_factory.mktemp("mail"))


class Clock:
    """The loop's clock, which can jump `ahead` (seconds) without anybody waiting."""

    def __init__(self, time: Callable[[], float]) -> None:
        self.ahead = 0.0
        self._time = time

    def time(self) -> float:
        return self._time() + self.ahead

    def jump(self) -> None:
        """Let all the time pass that one relay gets."""
        self.ahead += TOTAL_TIMEOUT + 1


@pytest.fixture
async def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    loop = asyncio.get_running_loop()
    clock = Clock(loop.time)
    monkeypatch.setattr(loop, "time", clock.time)
    return clock


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    path = tmp_path / "smtp"
    path.write_text(PASSWORD + "\n")
    return path


@pytest.fixture
def serve(certificates: MailCertificates, clock: Clock) -> Callable[[Fault | None], FaultySMTP]:
    def server(fault: Fault | None = None) -> FaultySMTP:
        if fault is None:
            return FaultySMTP(certificates)
        return FaultySMTP(certificates, fault.script, on_hang=clock.jump, **fault.options)

    return server


@pytest.fixture
def relay(certificates: MailCertificates, password_file: Path) -> Callable[..., Relay]:
    def to(server: FaultySMTP, **changes: Any) -> Relay:
        usual: dict[str, Any] = {
            "host": HOST,
            "port": server.port,
            "security": server.security,
            "ca_file": certificates.ca,
            "username": NAME,
            "password_file": password_file,
            "sender": "caseward@example.org",
        }
        return Relay(**{**usual, **changes})

    return to


def named(fault: Fault) -> str:
    return fault.name.replace(" ", "-")


@pytest.mark.net
@pytest.mark.parametrize("fault", TAKEN_BY_NOBODY, ids=named)
async def test_the_second_relay_gets_what_the_first_does_not_take(
    fault: Fault, serve: Callable[..., FaultySMTP], relay: Callable[..., Relay]
) -> None:
    loop = asyncio.get_running_loop()
    async with serve(fault) as first, serve() as second:
        begin = loop.time()
        result = await Mailer([relay(first), relay(second)]).deliver(MAIL, recipient=TO)
        assert loop.time() - begin < 60
    failure = MailResult(kind=fault.kind, relay=0, where=fault.where, code=fault.code)
    assert result == MailResult(
        kind=MailOutcome.SENT, relay=1, where=Step.BODY, code=250, earlier=(failure,)
    )
    assert first.accepted == []
    (taken,) = second.accepted
    assert (taken.sender, taken.recipient, taken.raw) == ("caseward@example.org", TO, MAIL)


@pytest.mark.net
@pytest.mark.parametrize("fault", TAKEN_BY_NOBODY, ids=named)
async def test_when_both_fail_the_result_says_how(
    fault: Fault, serve: Callable[..., FaultySMTP], relay: Callable[..., Relay]
) -> None:
    async with serve(fault) as first, serve(fault) as second:
        result = await Mailer([relay(first), relay(second)]).deliver(MAIL, recipient=TO)
    failure = MailResult(kind=fault.kind, relay=0, where=fault.where, code=fault.code)
    assert result == MailResult(
        kind=fault.kind, relay=1, where=fault.where, code=fault.code, earlier=(failure,)
    )
    assert first.accepted == second.accepted == []


@pytest.mark.net
@pytest.mark.parametrize("fault", PERHAPS_TAKEN, ids=named)
async def test_a_lost_answer_is_uncertain_and_the_next_call_can_begin_elsewhere(
    fault: Fault, serve: Callable[..., FaultySMTP], relay: Callable[..., Relay]
) -> None:
    async with serve(fault) as first, serve() as second:
        mailer = Mailer([relay(first), relay(second)])
        result = await mailer.deliver(MAIL, recipient=TO)
        assert result == MailResult(
            kind=MailOutcome.UNCERTAIN, relay=0, where=Step.BODY, code=fault.code
        )
        assert [one.raw for one in first.handed] == [MAIL]
        assert second.steps == []
        again = await mailer.deliver(MAIL, recipient=TO, first=result.relay + 1)
    assert (again.kind, again.relay) == (MailOutcome.SENT, 1)
    assert [one.raw for one in second.accepted] == [MAIL]
    assert len(first.handed) == 1


@pytest.mark.net
async def test_a_letter_goes_round_a_relay_that_loses_answers(
    serve: Callable[..., FaultySMTP], relay: Callable[..., Relay]
) -> None:
    reports: list[MailResult] = []
    letter, other = Letter(recipient=TO, raw=MAIL), Letter(recipient="b@example.org", raw=MAIL)
    async with serve(broke(Step.BODY, "drop")) as first, serve() as second:
        carrier: MailCarrier = Mailer([relay(first), relay(second)], report=reports.append)
        ends = [await carrier.carry(one) for one in (letter, other, letter, letter)]
    unsure, sent = MailOutcome.UNCERTAIN, MailOutcome.SENT
    assert ends == [unsure, unsure, sent, unsure] == [report.kind for report in reports]
    assert [one.recipient for one in second.accepted] == [TO]


@pytest.mark.net
@pytest.mark.parametrize("step", [Step.EHLO, Step.AUTH, Step.BODY])
async def test_a_relay_that_hangs_holds_one_letter_up_and_is_asked_again_later(
    step: Step, serve: Callable[..., FaultySMTP], relay: Callable[..., Relay], clock: Clock
) -> None:
    reports: list[MailResult] = []
    letter, other = Letter(recipient=TO, raw=MAIL), Letter(recipient="b@example.org", raw=MAIL)
    async with serve(broke(step, "hang")) as first, serve() as second:
        mailer = Mailer([relay(first), relay(second)], report=reports.append)
        await mailer.carry(letter)
        begin = clock.time()
        await mailer.carry(other)
        assert clock.time() - begin < CONNECT_TIMEOUT
        first.script.clear()
        clock.ahead += SHUNNED + 1
        await mailer.carry(other)
    assert [report.relay for report in reports[1:]] == [1, 0]
    assert [one.recipient for one in first.accepted] == ["b@example.org"]


@pytest.mark.net
@pytest.mark.parametrize("refused_first", [True, False])
async def test_one_refusal_is_not_final_while_another_relay_may_come_back(
    refused_first: bool, serve: Callable[..., FaultySMTP], relay: Callable[..., Relay]
) -> None:
    refusing = said(Step.RCPT, "550 5.1.1 Nobody here")
    faults = [refusing, broke(Step.MAIL, "drop")]
    async with (
        serve(faults[not refused_first]) as first,
        serve(faults[refused_first]) as second,
    ):
        result = await Mailer([relay(first), relay(second)]).deliver(MAIL, recipient=TO)
    assert (result.kind, result.where) == (MailOutcome.RETRY, Step.MAIL)
    assert [one.kind for one in result.earlier] == [MailOutcome.REFUSED]


@pytest.mark.net
@pytest.mark.parametrize("fault", BAD_TLS, ids=named)
async def test_without_proven_tls_no_password_and_no_mail(
    fault: Fault, serve: Callable[..., FaultySMTP], relay: Callable[..., Relay]
) -> None:
    async with serve(fault) as server:
        result = await Mailer([relay(server)]).deliver(MAIL, recipient=TO)
    assert result.kind is MailOutcome.RETRY
    assert {step for step, _ in server.steps} <= {"banner", "ehlo", "starttls", "tls"}
    assert not server.logins
    assert not server.handed


@pytest.mark.net
@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
async def test_a_mail_arrives_with_everything_secret_inside_tls(
    security: Security,
    mechanism: str,
    certificates: MailCertificates,
    relay: Callable[..., Relay],
) -> None:
    async with FaultySMTP(certificates, security=security, mechanisms=[mechanism]) as server:
        result = await Mailer([relay(server, host="localhost")]).deliver(MAIL, recipient=TO)
        await server.idle.wait()
    assert result == MailResult(kind=MailOutcome.SENT, relay=0, where=Step.BODY, code=250)
    assert [one.raw for one in server.accepted] == [MAIL]
    assert server.logins == [(mechanism, True)]
    secret = {"auth", "mail", "rcpt", "data", "body", "quit"}
    assert {step for step, over_tls in server.steps if over_tls} >= secret
    assert not {step for step, over_tls in server.steps if not over_tls} & secret


@pytest.mark.net
async def test_the_relay_does_not_learn_the_name_of_this_machine(
    certificates: MailCertificates, relay: Callable[..., Relay], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getfqdn", lambda _name="": "secret-host.example.org")
    async with FaultySMTP(certificates) as server:
        await Mailer([relay(server)]).deliver(MAIL, recipient=TO)
    assert server.greetings == ["localhost", "localhost"]


@pytest.mark.net
async def test_lines_that_begin_with_a_dot_arrive(
    certificates: MailCertificates, relay: Callable[..., Relay]
) -> None:
    raw = b"Subject: dots\r\n\r\n.\r\n..\r\n.one\r\n" + b"." * 998 + b"\r\n"
    async with FaultySMTP(certificates) as server:
        result = await Mailer([relay(server)]).deliver(raw, recipient=TO)
    assert result.kind is MailOutcome.SENT
    assert [one.raw for one in server.accepted] == [raw]


@pytest.mark.net
@pytest.mark.parametrize("step", ["banner", "ehlo", "tls", "auth", "rcpt", "data", "body"])
async def test_cancelling_closes_the_connection(
    step: str, certificates: MailCertificates, relay: Callable[..., Relay]
) -> None:
    hanging = asyncio.Event()
    async with FaultySMTP(certificates, {step: "hang"}, on_hang=hanging.set) as server:
        delivery = asyncio.create_task(Mailer([relay(server)]).deliver(MAIL, recipient=TO))
        await hanging.wait()
        assert len(server.connections) == 1
        delivery.cancel()
        with pytest.raises(asyncio.CancelledError):
            await delivery
        await asyncio.wait_for(server.idle.wait(), 5)
    assert server.accepted == []


@pytest.mark.net
async def test_a_frozen_relay_does_not_keep_our_socket(
    certificates: MailCertificates, relay: Callable[..., Relay], monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging, sockets = asyncio.Event(), []
    ehlo = aiosmtplib.SMTP.ehlo

    async def watched(client: aiosmtplib.SMTP) -> aiosmtplib.SMTPResponse:
        sockets.append(client.get_transport_info("socket"))
        return await ehlo(client)

    monkeypatch.setattr(aiosmtplib.SMTP, "ehlo", watched)
    async with FaultySMTP(certificates, {"mail": "hang"}, on_hang=hanging.set) as server:
        delivery = asyncio.create_task(Mailer([relay(server)]).deliver(MAIL, recipient=TO))
        await hanging.wait()
        for connection in server.connections:
            connection.freeze()
        delivery.cancel()
        with pytest.raises(asyncio.CancelledError):
            await delivery
        await asyncio.sleep(0)
        assert [socket.fileno() for socket in sockets] == [-1, -1]


@pytest.mark.net
async def test_a_relay_that_does_not_greet_is_left_sooner_than_a_slow_one(
    certificates: MailCertificates, relay: Callable[..., Relay], clock: Clock
) -> None:
    def pass_time() -> None:
        clock.ahead += CONNECT_TIMEOUT + 1

    async with FaultySMTP(certificates, {"banner": "hang"}, on_hang=pass_time) as server:
        begin = clock.time()
        result = await Mailer([relay(server)]).deliver(MAIL, recipient=TO)
        assert CONNECT_TIMEOUT < clock.time() - begin < TOTAL_TIMEOUT
    assert (result.kind, result.where) == (MailOutcome.RETRY, Step.CONNECT)


@pytest.mark.net
@pytest.mark.parametrize("missing", ["ca_file", "password_file"])
async def test_a_file_that_cannot_be_read_is_this_relays_failure_only(
    missing: str, certificates: MailCertificates, relay: Callable[..., Relay], tmp_path: Path
) -> None:
    async with FaultySMTP(certificates) as first, FaultySMTP(certificates) as second:
        bad = relay(first, **{missing: tmp_path / "not-there"})
        result = await Mailer([bad, relay(second)]).deliver(MAIL, recipient=TO)
    assert (result.kind, result.relay) == (MailOutcome.SENT, 1)
    assert result.earlier == (MailResult(kind=MailOutcome.RETRY, relay=0, where=Step.SETUP),)
    assert first.steps == []


@pytest.mark.net
async def test_a_password_is_tried_once_and_shown_nowhere(
    certificates: MailCertificates,
    relay: Callable[..., Relay],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("wrong-horse-marker\n")
    caplog.set_level(logging.DEBUG)
    async with FaultySMTP(certificates) as server:
        mailer = Mailer([relay(server, password_file=wrong)])
        result = await mailer.deliver(MAIL, recipient=TO)
    assert (result.kind, result.where, result.code) == (MailOutcome.RETRY, Step.AUTH, 535)
    assert server.logins == [("PLAIN", False)]
    seen = f"{mailer!r} {mailer.__dict__!r} {result!r} {caplog.text}"
    assert not [word for word in ("wrong-horse", NAME + "'", TO, "caseward@") if word in seen]


@pytest.mark.net
async def test_a_relay_without_a_password_on_the_loopback_gets_its_mail_in_clear(
    certificates: MailCertificates, relay: Callable[..., Relay]
) -> None:
    async with FaultySMTP(certificates, security="none") as server:
        open_relay = relay(server, ca_file=None, username=None, password_file=None)
        refused = await Mailer([open_relay]).deliver(MAIL, recipient=TO)
        taken = await Mailer([relay(server, ca_file=None)]).deliver(MAIL, recipient=TO)
    assert (refused.kind, refused.where, refused.code) == (MailOutcome.RETRY, Step.MAIL, 530)
    assert taken.kind is MailOutcome.SENT
