"""What a mail is made of: fixed bytes, safe headers, a body that arrives as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.transports.email import build_mail, check_address, letter_writer

GOOD: dict[str, Any] = {
    "sender": "caseward@example.org",
    "recipient": "emergency@example.org",
    "subject": "Caseward emergency E-7K3M9Q",
    "body": "Somebody is in danger.\n",
    "message_id": "<E-7K3M9Q.1@caseward.example.org>",
    "date": datetime(2026, 11, 22, 12, 30, 15, tzinfo=UTC),
    "team_mail": "team@example.org",
}
GOLDEN = (
    b"From: caseward@example.org\r\n"
    b"To: emergency@example.org\r\n"
    b"Reply-To: team@example.org\r\n"
    b"Subject: Caseward emergency E-7K3M9Q\r\n"
    b"Date: Sun, 22 Nov 2026 12:30:15 +0000\r\n"
    b"Message-ID: <E-7K3M9Q.1@caseward.example.org>\r\n"
    b"MIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: base64\r\n"
    b"Auto-Submitted: auto-generated\r\n"
    b"\r\n"
    b"U29tZWJvZHkgaXMgaW4gZGFuZ2VyLg0K\r\n"
)
HEADERS = [line.partition(b":")[0].decode() for line in GOLDEN.split(b"\r\n")[:10]]
INJECTIONS = [
    "a@example.org\r\nBcc: x@example.org",
    "a@example.org\nBcc: x@example.org",
    "a@example.org\rBcc: x@example.org",
    "a@example.org\n",
    "a@example.org\x00",
    "a@example.org\u2028Bcc: x@example.org",
    "a@example.org, b@example.org",
    "Example-A <a@example.org>",
    "<a@example.org>",
    "a@example.org> SIZE=1",
    "=?utf-8?q?=0D=0ABcc:_x?=@example.org",
    '"a b"@example.org',
    "@relay.example:a@example.org",
    "a b@example.org",
    "a@exa mple.org",
    "a@example..org",
    ".a@example.org",
    "á@example.org",
    "a@exämple.org",
    "a@@example.org",
    "a@[127.0.0.1]",
    "a",
    "",
    "a" * 65 + "@example.org",
    "a@" + "b." * 130 + "org",
]


REFUSALS = {"not a plain mail address", "not a plain subject", "not a plain Message-ID"}


def built_or_refused(**fields: Any) -> bytes | str:
    try:
        return build_mail(**fields)
    except ValueError as refusal:
        return str(refusal)


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_bytes_are_fixed() -> None:
    assert build_mail(**GOOD) == GOLDEN


def test_a_letter_is_these_bytes_for_this_recipient() -> None:
    write = letter_writer(sender=GOOD["sender"], team_mail=GOOD["team_mail"])
    letter = write(
        recipient=GOOD["recipient"],
        subject=GOOD["subject"],
        body=GOOD["body"],
        message_id=GOOD["message_id"],
        at=GOOD["date"],
    )
    assert (letter.recipient, letter.raw) == ("emergency@example.org", GOLDEN)
    with pytest.raises(ValueError, match="address"):
        letter_writer(sender="Example-A <a@example.org>", team_mail=None)


def test_without_a_team_mailbox_there_is_no_reply_to() -> None:
    raw = build_mail(**{**GOOD, "team_mail": None})
    assert raw == GOLDEN.replace(b"Reply-To: team@example.org\r\n", b"")


def test_a_date_is_said_in_utc_whatever_its_zone() -> None:
    elsewhere = GOOD["date"].astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert build_mail(**{**GOOD, "date": elsewhere.replace(microsecond=7)}) == GOLDEN


def test_a_date_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        build_mail(**{**GOOD, "date": GOOD["date"].replace(tzinfo=None)})


@given(body=st.text())
def test_any_body_arrives_as_it_was(body: str) -> None:
    raw = build_mail(**{**GOOD, "body": body})
    assert raw == build_mail(**{**GOOD, "body": body})
    wanted = body.replace("\r\n", "\n").replace("\r", "\n")
    assert parsed(raw).get_content().replace("\r\n", "\n") == wanted


@given(body=st.text(alphabet="\r\n.\x00\u202e\ufeffabc\U0001f198", max_size=400))
def test_no_body_shows_on_the_wire(body: str) -> None:
    raw = build_mail(**{**GOOD, "body": body})
    head, _, content = raw.partition(b"\r\n\r\n")
    assert head + b"\r\n\r\n" == GOLDEN[: len(head) + 4]
    lines = content.split(b"\r\n")
    assert all(len(line) <= 76 and not line.startswith(b".") for line in lines)
    assert set(content) <= set(b"+/=\r\n") | {byte for byte in range(128) if chr(byte).isalnum()}


def test_an_unpaired_surrogate_does_not_stop_a_mail() -> None:
    raw = build_mail(**{**GOOD, "body": "help \ud800 me"})
    assert parsed(raw).get_content() == "help ? me"


@pytest.mark.parametrize("field", ["sender", "recipient", "team_mail"])
@pytest.mark.parametrize("address", INJECTIONS)
def test_an_address_is_an_address_and_nothing_else(field: str, address: str) -> None:
    with pytest.raises(ValueError, match="address") as refusal:
        build_mail(**{**GOOD, field: address})
    assert refusal.value.args == ("not a plain mail address",)


@pytest.mark.parametrize(
    "address", ["a@b", "first.last+tag=x@mail.example.org", "x_-1@a-b.example"]
)
def test_usual_addresses_pass(address: str) -> None:
    assert check_address(address) == address


@given(
    field=st.sampled_from(["sender", "recipient", "team_mail", "subject", "message_id"]),
    text=st.text() | st.text(alphabet="aE-0 .@<>=?:\r\n\x00\u0085\u2028", max_size=30),
)
def test_no_text_makes_a_header_of_its_own(field: str, text: str) -> None:
    built = built_or_refused(**{**GOOD, field: text})
    if isinstance(built, str):
        assert built in REFUSALS
        return
    message = parsed(built)
    assert message.keys() == HEADERS
    assert message.get_content() == "Somebody is in danger.\r\n"
    names = {"sender": "From", "recipient": "To", "team_mail": "Reply-To"}
    assert message[names.get(field, field.replace("_", "-"))] == text
    assert "=?" not in text


@pytest.mark.parametrize(
    "subject",
    [
        "",
        " a",
        "a ",
        "a\r\nBcc: x@example.org",
        "a\n",
        "a\x00",
        "=?utf-8?q?=0ABcc=3A_x?=",
        "é",
        "a" * 79,
        "<a>",
    ],
)
def test_a_subject_is_plain(subject: str) -> None:
    with pytest.raises(ValueError, match=r"^not a plain subject$"):
        build_mail(**{**GOOD, "subject": subject})


@pytest.mark.parametrize(
    "message_id", ["a@example.org", "<a>", "<a@b>\r\nBcc: x", "<a b@c>", "<a@b>\n", "<@b>", ""]
)
def test_a_message_id_is_plain(message_id: str) -> None:
    with pytest.raises(ValueError, match=r"^not a plain Message-ID$"):
        build_mail(**{**GOOD, "message_id": message_id})
