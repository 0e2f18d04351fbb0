"""The ways in which a relay can fail, and what a delivery over it alone must come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.core.words.ports import MailOutcome
from bot.transports.email import Security, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What the first relay does, and what a delivery over it alone must come to."""

    name: str
    where: Step
    script: Mapping[str, str] = field(default_factory=dict)
    code: int | None = None
    kind: MailOutcome = MailOutcome.RETRY
    options: Mapping[str, Any] = field(default_factory=dict)


def said(
    step: Step, line: str, kind: MailOutcome = MailOutcome.RETRY, at: str | None = None
) -> Fault:
    """The relay answers `line` at this step."""
    code = int(line[:3])
    return Fault(name=f"{step} {code}", where=step, script={at or step: line}, code=code, kind=kind)


def broke(step: Step, way: str, at: str | None = None, **options: Any) -> Fault:
    """The relay drops the connection at this step, or hangs."""
    name = " ".join([str(at or step), way.split(maxsplit=1)[0], *map(str, options.values())])
    return Fault(name=name, where=step, script={at or step: way}, options=options)


def shows(certificate: str, security: Security) -> Fault:
    """The relay has a bad certificate."""
    options = {"certificate": certificate, "security": security}
    return Fault(name=f"{certificate} {security}", where=Step.TLS, options=options)


BAD_TLS = [
    Fault(name="no starttls", where=Step.TLS, options={"offers_starttls": False}),
    said(Step.TLS, "454 4.7.0 TLS is not available", at="starttls"),
    said(Step.TLS, "502 5.5.1 What is TLS", at="starttls"),
    Fault(
        name="starttls injected",
        where=Step.TLS,
        script={"starttls": "220 Go ahead\r\n250 and I speak on in clear"},
    ),
    broke(Step.TLS, "drop", at="starttls"),
    broke(Step.TLS, "drop"),
    broke(Step.TLS, "hang"),
    Fault(
        name="tls nonsense",
        where=Step.TLS,
        script={"tls": "220 This is in clear"},
        options={"security": "tls"},
    ),
    *(shows(bad, "starttls") for bad in ("wrong-host", "expired", "unknown")),
    *(shows(bad, "tls") for bad in ("wrong-host", "expired", "unknown")),
]
TAKEN_BY_NOBODY = [
    broke(Step.CONNECT, "refuse"),
    broke(Step.CONNECT, "black-hole"),
    broke(Step.CONNECT, "drop", at="banner"),
    broke(Step.CONNECT, "hang", at="banner"),
    broke(Step.CONNECT, "hang", at="banner", security="tls"),
    broke(Step.CONNECT, "hang", at="tls", security="tls"),
    said(Step.CONNECT, "421 4.3.2 Closing", at="banner"),
    said(Step.CONNECT, "554 5.7.1 Not from you", at="banner"),
    Fault(name="nonsense", where=Step.CONNECT, script={"banner": "SSH-2.0-what"}),
    broke(Step.CONNECT, "flood", at="banner"),
    broke(Step.CONNECT, f"slow 220 {'x' * 30}", at="banner"),
    broke(Step.EHLO, "drop"),
    broke(Step.EHLO, "hang"),
    said(Step.EHLO, "550 5.7.1 Go away"),
    broke(Step.EHLO, f"slow 250 {'x' * 30}"),
    *BAD_TLS,
    broke(Step.AUTH, "drop"),
    broke(Step.AUTH, "hang"),
    said(Step.AUTH, "535 5.7.8 No"),
    said(Step.AUTH, "454 4.7.0 Later"),
    Fault(name="no mechanism", where=Step.AUTH, options={"mechanisms": ()}),
    broke(Step.MAIL, "drop"),
    broke(Step.MAIL, "hang"),
    said(Step.MAIL, "451 4.3.0 Later"),
    said(Step.MAIL, "421 4.3.2 Closing"),
    said(Step.MAIL, "550 5.7.1 Not this sender"),
    broke(Step.RCPT, "drop"),
    broke(Step.RCPT, "hang"),
    broke(Step.RCPT, "flood"),
    said(Step.RCPT, "450 4.2.0 Grey"),
    said(Step.RCPT, "421 4.3.2 Closing"),
    said(Step.RCPT, "530 5.7.0 Who are you"),
    said(Step.RCPT, "550 5.1.1 Nobody here", MailOutcome.REFUSED),
    said(Step.RCPT, "501 5.1.3 Not an address", MailOutcome.REFUSED),
    broke(Step.DATA, "drop"),
    broke(Step.DATA, "hang"),
    said(Step.DATA, "451 4.3.0 Later"),
    said(Step.DATA, "554 5.5.1 No"),
    said(Step.BODY, "451 4.3.0 Later"),
    said(Step.BODY, "421 4.3.2 Closing"),
    said(Step.BODY, "552 5.3.4 Too big", MailOutcome.REFUSED),
    said(Step.BODY, "554 5.6.0 No such content", MailOutcome.REFUSED),
]
#: The answer is lost: it may or may not have been taken.
PERHAPS_TAKEN = [
    broke(Step.BODY, "drop"),
    broke(Step.BODY, "hang"),
    broke(Step.BODY, "flood"),
    broke(Step.BODY, f"slow 250 {'x' * 30}"),
    said(Step.BODY, "354 What else"),
    Fault(name="body nonsense", where=Step.BODY, script={"body": "fine"}),
]
#: What looks like a fault and is none: the message was taken.
TAKEN = [Fault(name="taken then dropped", where=Step.BODY, script={"body": "taken-drop"})]
#: The relay breaks off before it has the whole message, which we cannot know.
BROKEN_OFF = [Fault(name="half of it", where=Step.BODY, script={"data": "half"})]
