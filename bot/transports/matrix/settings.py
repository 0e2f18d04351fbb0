"""What one Matrix homeserver needs to be told, checked before anything is asked of it."""

import ipaddress
import re
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45}")
_SERVER = r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?"
_USER = re.compile(rf"(?=.{{4,255}}\Z)@[!-9;-~]+:{_SERVER}")
_RELAY = re.compile(r"@[!-~]{1,254}")
_ROOM = re.compile(r"[!#][^\s\x00-\x1f\x7f]{1,254}")
_MOST_DEVICE_NAME = 100


def _usable(address: SplitResult) -> bool:
    try:
        port = address.port
    except ValueError:
        return False
    bare = not (address.query or address.fragment or address.path.strip("/"))
    named = address.username is None and address.password is None
    return bare and named and port != 0 and bool(_HOST.fullmatch(address.hostname or ""))


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One `[[transports]]` of kind `matrix`, in the words of the configuration.

    `relays` are user ids of bridges, or patterns of them with `*`; `rooms` the ids and aliases of
    the configured rooms. The password stays in its file until it is needed. Raises ValueError,
    with the key's name and never a value, for what could not be used safely.
    """

    name: str
    homeserver: str
    user_id: str
    password_file: Path
    device_name: str = "caseward"
    ca_file: Path | None = None
    relays: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        problems = {
            "homeserver": not self._safe_address(),
            "user_id": not _USER.fullmatch(self.user_id),
            "device_name": not self.device_name.isprintable()
            or not 0 < len(self.device_name) <= _MOST_DEVICE_NAME,
            "relays": not all(_RELAY.fullmatch(relay) for relay in self.relays),
            "rooms": not all(_ROOM.fullmatch(room) for room in self.rooms),
        }
        wrong = [key for key, bad in problems.items() if bad]
        if wrong:
            raise ValueError(f"cannot use {', '.join(wrong)} of the Matrix transport {self.name!r}")

    def _safe_address(self) -> bool:
        """Whether the address names a server and nothing else, and nobody can listen on the way."""
        if not self.homeserver.isascii() or any(char <= " " for char in self.homeserver):
            return False
        try:
            address = urlsplit(self.homeserver)
        except ValueError:
            return False
        if not _usable(address):
            return False
        return address.scheme == "https" or (
            address.scheme == "http" and _loopback(address.hostname or "")
        )

    @property
    def base(self) -> str:
        """The address to which paths are added: no slash at its end."""
        return self.homeserver.rstrip("/")

    def password(self) -> str:
        """Read the password now. OSError when the file cannot be read, ValueError when empty."""
        # An error of decoding would carry what the file holds.
        text = self.password_file.read_text("utf-8", errors="replace").rstrip("\r\n")
        if not text or "\ufffd" in text or "\0" in text:
            raise ValueError("the password file holds no usable password")
        return text

    def tls_context(self) -> ssl.SSLContext | bool:
        """Return what verifies the server. OSError for an unreadable `ca_file`.

        True, the ordinary verification, where the address is plain http: that is loopback only.
        """
        if urlsplit(self.homeserver).scheme != "https":
            return True
        context = ssl.create_default_context(cafile=self.ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context
