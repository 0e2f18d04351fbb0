"""What one IRC network needs to be told, checked before anything is dialled."""

import ipaddress
import re
import ssl
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from bot.transports.irc.isupport import valid_channel, valid_nick

_PORTS = range(1, 65536)
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45}")
#: What `rate` may ask for at most; no network allows more.
_MOST_PER_SECOND = 1000.0


@cache
def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One `[[transports]]` of kind `irc`, in the words of the configuration.

    Passwords stay in their file until the moment they are needed. Raises ValueError, with the
    key's name and never a value, for what could not be used safely.
    """

    name: str
    host: str
    port: int
    nick: str
    account: str
    tls: bool = True
    ca_file: Path | None = None
    sasl: Literal["plain", "external"] = "plain"
    password_file: Path | None = None
    client_cert_file: Path | None = None
    owner: str = ""
    burst: int = 5
    per_second: float = 1.0
    trusted_agents: tuple[str, ...] = ("ChanServ",)
    relays: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        problems = {
            "host": not _HOST.fullmatch(self.host),
            "port": self.port not in _PORTS,
            "nick": not valid_nick(self.nick),
            "account": not self.account or any(char <= " " for char in self.account),
            "tls": not (self.tls or self.loopback),
            "sasl": self.sasl not in {"plain", "external"},
            "password_file": self.sasl == "plain" and self.password_file is None,
            "client_cert_file": self.sasl == "external"
            and (self.client_cert_file is None or not self.tls),
            "owner": any(char < " " for char in self.owner),
            "rate": self.burst < 1 or not 0 < self.per_second <= _MOST_PER_SECOND,
            "channels": not all(valid_channel(channel) for channel in self.channels),
        }
        wrong = [key for key, bad in problems.items() if bad]
        if wrong:
            raise ValueError(f"cannot use {', '.join(wrong)} of the IRC transport {self.name!r}")

    @property
    def loopback(self) -> bool:
        """Whether the server is on this very machine."""
        return _loopback(self.host)

    def password(self) -> str:
        """Read the password now. OSError when the file cannot be read, ValueError when empty."""
        if self.password_file is None:
            raise ValueError("there is no password file")
        text = self.password_file.read_text("utf-8").rstrip("\r\n")
        if not text or "\0" in text:
            raise ValueError("the password file holds no usable password")
        return text

    def tls_context(self) -> ssl.SSLContext | None:
        """Return what verifies the server, None for plain text. OSError for unreadable files."""
        if not self.tls:
            return None
        context = ssl.create_default_context(cafile=self.ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.client_cert_file is not None:
            context.load_cert_chain(self.client_cert_file)
        return context
