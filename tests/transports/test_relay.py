"""What a relay may be and what may be handed to it, before any connection is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.transports.email import Mailer, Relay

RAW = b"Subject: a\r\n\r\na\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Subject: a\r\n\r\nno end",
        b"Subject: a\r\n\r\nbare\nfeed\r\n",
        b"Subject: a\r\n\r\n\n.\r\nMAIL FROM:<x@example.org>\r\n",
        b"Subject: a\r\n\r\nbare\rreturn\r\n",
        b"Subject: a\r\n\r\n\x00\r\n",
        b"Subject: a\r\n\r\n\xff\r\n",
        b"Subject: a\r\n\r\n" + b"a" * 999 + b"\r\n",
    ],
)
async def test_bytes_that_are_not_ours_are_not_sent(raw: bytes) -> None:
    relay = Relay(host="127.0.0.1", port=1, security="none", sender="caseward@example.org")
    with pytest.raises(ValueError, match="not a message"):
        await Mailer([relay]).deliver(raw, recipient="emergency@example.org")


@pytest.mark.parametrize("recipient", ["", "a", "a@b> NOTIFY=NEVER", "a@b\r\nRCPT TO:<c@d>"])
async def test_a_recipient_is_one_address(recipient: str) -> None:
    relay = Relay(host="127.0.0.1", port=1, security="none", sender="caseward@example.org")
    with pytest.raises(ValueError, match=r"^not a plain mail address$"):
        await Mailer([relay]).deliver(RAW, recipient=recipient)


def test_a_mailer_needs_a_relay() -> None:
    with pytest.raises(ValueError, match="relay"):
        Mailer([])


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "LOCALHOST"])
def test_in_clear_to_the_loopback(host: str) -> None:
    Relay(host=host, port=25, security="none", sender="caseward@example.org")


@pytest.mark.parametrize(
    "changes",
    [
        {"host": "mail.example.org", "security": "none"},
        {"host": "localhost.example.org", "security": "none"},
        {"host": "128.0.0.1", "security": "none"},
        {"host": "0.0.0.0", "security": "none"},
        {"host": "::", "security": "none"},
        {"host": "::ffff:192.0.2.1", "security": "none"},
        {"security": "plain"},
        {"security": ""},
        {"host": ""},
        {"host": "mail.example.org\r\n"},
        {"host": "mail example"},
        {"port": 0},
        {"port": 65536},
        {"username": "bot"},
        {"password_file": Path("smtp")},
        {"sender": "Caseward <caseward@example.org>"},
        {"sender": "caseward@example.org\r\nRCPT TO:<x@example.org>"},
    ],
)
def test_a_relay_that_is_not_safe_is_refused(changes: dict[str, Any]) -> None:
    usual: dict[str, Any] = {
        "host": "mail.example.org",
        "port": 587,
        "security": "starttls",
        "sender": "caseward@example.org",
    }
    Relay(**usual)
    with pytest.raises(ValueError, match=r"^[a-z =_,]+$"):
        Relay(**{**usual, **changes})
