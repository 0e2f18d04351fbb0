"""What is refused before anything is asked: names, addresses, files."""

import ssl
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.transports.matrix.settings import Settings


def settings(**changes: Any) -> Settings:
    plain = Settings(
        name="matrix",
        homeserver="https://matrix.example.org",
        user_id="@caseward:example.org",
        password_file=Path("absent"),
    )
    return replace(plain, **changes)


@pytest.mark.parametrize(
    "homeserver",
    [
        "https://matrix.example.org",
        "https://matrix.example.org:8448/",
        "http://127.0.0.1:8008",
        "http://localhost:8008",
        "http://[::1]:8008",
    ],
)
def test_usable_homeservers(homeserver: str) -> None:
    assert settings(homeserver=homeserver).base == homeserver.rstrip("/")


@pytest.mark.parametrize(
    "homeserver",
    [
        "",
        "matrix.example.org",
        "http://matrix.example.org",
        "http://localhost.example.org",
        "http://192.0.2.1:8008",
        "ftp://127.0.0.1",
        "https://",
        "https://name:word@matrix.example.org",
        "http://127.0.0.1@matrix.example.org",
        "http://127.0.0.1\\@matrix.example.org",
        "https://matrix.example.org/path",
        "https://matrix.example.org?query",
        "https://matrix.example.org#fragment",
        "https://matrix.example.org:99999",
        "https://matrix.example.org:0",
        "https://matrix.example.org\n",
        "https://matrix.exämple.org",
        "https://[::1",
    ],
)
def test_unusable_homeservers(homeserver: str) -> None:
    with pytest.raises(ValueError, match="cannot use homeserver of") as caught:
        settings(homeserver=homeserver)
    assert not homeserver or homeserver not in str(caught.value)


@pytest.mark.parametrize(
    ("key", "bad"),
    [
        ("user_id", "caseward"),
        ("user_id", "@caseward"),
        ("user_id", "@case ward:example.org"),
        ("user_id", "@caseward:example.org\n"),
        ("user_id", "@" + "c" * 250 + ":example.org"),
        ("device_name", ""),
        ("device_name", "two\nlines"),
        ("device_name", "x" * 101),
        ("relays", ("bridge",)),
        ("relays", ("@bridge *:example.org",)),
        ("rooms", ("#team:example.org", "team")),
        ("rooms", ("!a b",)),
    ],
)
def test_unusable_names(key: str, bad: Any) -> None:
    with pytest.raises(ValueError, match=f"cannot use {key} of the Matrix transport 'matrix'"):
        settings(**{key: bad})


def test_every_wrong_key_is_named() -> None:
    with pytest.raises(ValueError, match="cannot use homeserver, rooms of"):
        settings(homeserver="http://192.0.2.1", rooms=("x",))


def test_room_ids_of_every_version() -> None:
    rooms = ("!abc:example.org", "!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM", "#ops:[::1]:8448")
    assert settings(rooms=rooms, relays=("@irc_*:example.org",)).rooms == rooms


def test_password(tmp_path: Path) -> None:
    file = tmp_path / "password"
    with pytest.raises(OSError):
        settings(password_file=file).password()
    file.write_text("correct horse\n")
    assert settings(password_file=file).password() == "correct horse"
    assert "correct horse" not in repr(settings(password_file=file))


@pytest.mark.parametrize("held", [b"", b"\n", b"a\0b", b"secret\xff"])
def test_unusable_password(tmp_path: Path, held: bytes) -> None:
    file = tmp_path / "password"
    file.write_bytes(held)
    with pytest.raises(ValueError, match="no usable password") as caught:
        settings(password_file=file).password()
    assert caught.value.__context__ is None


def test_tls_is_verified(tmp_path: Path) -> None:
    context = settings().tls_context()
    assert isinstance(context, ssl.SSLContext)
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert settings(homeserver="http://127.0.0.1").tls_context() is True
    with pytest.raises(OSError):
        settings(ca_file=tmp_path / "absent.pem").tls_context()
