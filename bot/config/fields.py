"""The kinds of values in the configuration file: durations, addresses, accounts, names."""

import ipaddress
import re
from collections.abc import Callable
from datetime import time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

#: What to write instead, by the kind of value. Constants: an error never repeats what was read.
EXPECTED = {
    "duration": 'not a duration; write a whole number and s, m, h or d, as in "30s" or "7d"',
    "mail": 'not a plain mail address; write it as in "team@example.org"',
    "host": 'not a host; write a name or an IP address, as in "irc.example.org"',
    "listen": 'not an address and port; write them as in "127.0.0.1:8787"',
    "zone": 'not a time zone; write its IANA name, as in "Europe/Berlin" or "UTC"',
    "account": 'not an account; write NETWORK/ACCOUNT, as in "libera/alice"',
    "matrix_id": 'not a Matrix user id; write it as in "@alice:example.org"',
    "relay": 'not Matrix users; write a user id, * for any characters, as in "@irc_*:example.org"',
    "place": 'not a place; write NETWORK/ADDRESS, as in "libera/#team" or "matrix/!abc:example.org"',
    "name": "not a name; use lower-case letters, digits, - and _, beginning with a letter or digit",
    "person": "not a name; use letters, digits, - and _, beginning with a letter or digit",
    "nick": "not a nick; use letters, digits and []\\`_^{|}-, not beginning with a digit or -",
    "irc_word": "not an account name; no spaces, no control characters, at most 64 characters",
    "prefix": "not a prefix; use one to three marks such as ! or %, no letters, digits, spaces, /",
    "call_word": "not a call word; write one word of 1 to 20 letters and marks of ASCII",
    "line": "not a line of text; no line breaks or control characters, 1 to 200 characters",
    "file": "not the name of a file",
    "clock": 'not a time of day; write it as in "08:00"',
    "homeserver": 'not a homeserver; write its address, as in "https://matrix.example.org"',
    "url": 'not a web address; write it as in "https://wiki.example.org/"',
    "empty": "empty; give at least one",
    "key": 'not a master key; write it as in "ed25519:" and 43 characters of base64',
}

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"([1-9][0-9]{0,5})([smhd])")
_DNS = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9_-]+)*")
_ATOM = r"[A-Za-z0-9#$&'*+/=^_~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_MAIL = rf"(?=[^@]{{1,64}}@)(?=.{{3,254}}\Z){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*"
_LISTEN = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+|localhost)):([0-9]{1,5})")
_MAX_PORT = 65535


def wrong(kind: str) -> PydanticCustomError:
    """Return the error for a value that is not of this kind of `EXPECTED`."""
    return PydanticCustomError(kind, "refused")


def read_duration(value: object) -> timedelta:
    """Read `30s`, `3m`, `48h`, `7d`; a timedelta stays what it is (defaults are given so)."""
    if isinstance(value, timedelta):
        return value
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise wrong("duration")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def show_duration(value: timedelta) -> str:
    """Write a duration as the file has it: whole, in days only above 48 hours."""
    seconds = round(value.total_seconds())
    for unit, length, above in (("d", 86400, 172800), ("h", 3600, 0), ("m", 60, 0)):
        if seconds % length == 0 and seconds > above:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"


def is_loopback(host: str) -> bool:
    """Whether a host is this machine without doubt: `localhost` or a loopback address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def split_listen(value: str) -> tuple[str, int]:
    """Split `127.0.0.1:8787` or `[::1]:8787` into host and port; PydanticCustomError else."""
    found = _LISTEN.fullmatch(value)
    if found is None or int(found[3]) > _MAX_PORT:
        raise wrong("listen")
    host = found[1] or found[2]
    if host != "localhost":
        try:
            ipaddress.ip_address(host)
        except ValueError:
            raise wrong("listen") from None
    return host, int(found[3])


def _check_host(value: str) -> str:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        if not _DNS.fullmatch(value):
            raise wrong("host") from None
    if "%" in value:  # an address of one interface, which the transports do not take
        raise wrong("host")
    return value


def _check_listen(value: str) -> str:
    split_listen(value)
    return value


def _check_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise wrong("zone") from None
    return value


def _read_clock(value: object) -> time:
    if isinstance(value, time):
        return value
    if not (isinstance(value, str) and re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value)):
        raise wrong("clock")
    return time.fromisoformat(value)


def _check_some(value: tuple[object, ...]) -> tuple[object, ...]:
    if not value:
        raise wrong("empty")
    return value


def _matches(kind: str, pattern: str) -> Callable[[str], str]:
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise wrong(kind)
        return value

    return check


#: For lists with at least one item. Unlike `min_length` it does not count refused items as missing.
SOME = AfterValidator(_check_some)
Duration = Annotated[timedelta, BeforeValidator(read_duration)]
Clock = Annotated[time, BeforeValidator(_read_clock)]
Port = Annotated[int, Field(strict=True, ge=1, le=_MAX_PORT)]
Flag = Annotated[bool, Field(strict=True)]
Host = Annotated[str, AfterValidator(_check_host)]
Listen = Annotated[str, AfterValidator(_check_listen)]
Zone = Annotated[str, AfterValidator(_check_zone)]
Mail = Annotated[str, AfterValidator(_matches("mail", _MAIL))]
Account = Annotated[str, AfterValidator(_matches("account", r"[^\s/\x00-\x1f]+/[^\s\x00-\x1f]+"))]
MatrixId = Annotated[
    str, AfterValidator(_matches("matrix_id", r"@[^:\s\x00-\x1f]{1,200}:[A-Za-z0-9.:\[\]-]+"))
]
MatrixRelay = Annotated[
    str, AfterValidator(_matches("relay", r"@[^:\s\x00-\x1f]{1,200}:[A-Za-z0-9.:\[\]*-]+"))
]
PlaceName = Annotated[
    str, AfterValidator(_matches("place", r"[^\s/\x00-\x1f]+/[^\s,\x00-\x1f\x7f]+"))
]
Name = Annotated[str, AfterValidator(_matches("name", r"[a-z0-9][a-z0-9_-]{0,39}"))]
PersonName = Annotated[str, AfterValidator(_matches("person", r"\w[\w-]{0,39}"))]
Nick = Annotated[
    str, AfterValidator(_matches("nick", r"[A-Za-z\[\]\\`_^{|}][A-Za-z0-9\[\]\\`_^{|}-]{0,29}"))
]
IRCWord = Annotated[str, AfterValidator(_matches("irc_word", r"[^\s\x00-\x1f\x7f]{1,64}"))]
Prefix = Annotated[str, AfterValidator(_matches("prefix", r"[^\w\s/\x00-\x1f]{1,3}"))]
CallWord = Annotated[str, AfterValidator(_matches("call_word", r"[!-~]{1,20}"))]
TextLine = Annotated[str, AfterValidator(_matches("line", r"[^\x00-\x1f\x7f-\x9f]{1,200}"))]
FileName = Annotated[str, AfterValidator(_matches("file", r"[^\x00-\x1f]{1,4000}"))]
Homeserver = Annotated[str, AfterValidator(_matches("homeserver", r"https?://[^\s/?#@]+/?"))]
WebAddress = Annotated[str, AfterValidator(_matches("url", r"https?://[^\s/?#@]+(?:/\S*)?"))]
MasterKey = Annotated[str, AfterValidator(_matches("key", r"(?:ed25519:)?[A-Za-z0-9+/]{43}"))]
Language = Annotated[str, StringConstraints(min_length=2, max_length=20)]
