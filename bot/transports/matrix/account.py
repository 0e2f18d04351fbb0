"""Whose voice the bot speaks with: one login that lasts, and what to do when it does not."""

import re
import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.core.words.ports import Safe
from bot.transports.matrix.settings import Settings
from bot.transports.matrix.wire import Refused, Wire

_log = structlog.get_logger(__name__)
_V3 = "/_matrix/client/v3"
_KIND = "login"
#: What belongs to a device and is worth nothing to the next one.
DEVICE_KINDS = ("olm-account", "olm-session", "olm-group", "olm-device", "sync")
_TOKEN = re.compile(r"[!-~]{1,4096}")
_UNKNOWN, _GONE = "M_UNKNOWN_TOKEN", frozenset({"M_MISSING_TOKEN", "M_USER_DEACTIVATED"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A login that the server knows. `fresh`: its device is new, and nothing is known of it."""

    user_id: str
    device_id: str
    token: str = field(repr=False)
    fresh: bool


def is_dead(error: Refused) -> bool:
    """Whether the server has forgotten this login for good."""
    return error.code in _GONE or (error.code == _UNKNOWN and not error.soft)


def is_asleep(error: Refused) -> bool:
    """Whether the same device has only to log in anew: `enter` does that."""
    return error.code == _UNKNOWN and error.soft


async def enter(wire: Wire, settings: Settings, safe: Safe, *, lost: bool = False) -> Login:
    """Log in, as the device that the safe knows where the server still does; sets `wire.token`.

    With `lost`, because a device's keys are gone, as a new one. What belongs to an earlier device
    leaves the safe together with it. Raises what `Wire.call` does (`Refused` with M_FORBIDDEN for
    a wrong password), OSError or ValueError for a password file that is of no use, ValueError
    where the server takes us for somebody else, and `StoreFailed`.
    """
    wire.token = None
    known = {name: value.decode() for name, value in (await safe.load(_KIND)).items()}
    ours = known.get("user") == settings.user_id and {"device", "token"} <= known.keys()
    if lost or not ours:
        return await _as_new(wire, settings, safe, known.get("next"))
    device = known["device"]
    wire.token = known["token"]
    try:
        answer = await wire.call("GET", f"{_V3}/account/whoami")
    except Refused as error:
        wire.token = None
        if is_asleep(error):
            return await _as_before(wire, settings, safe, device)
        if not is_dead(error):
            raise
        _log.warning("matrix.login-forgotten", network=settings.name)
        return await _as_new(wire, settings, safe, known.get("next"))
    try:
        _check(answer, settings, device)
    except ValueError:
        wire.token = None
        raise
    return Login(user_id=settings.user_id, device_id=device, token=known["token"], fresh=False)


async def _as_before(wire: Wire, settings: Settings, safe: Safe, device: str) -> Login:
    """Log in once more as a device whose keys are still good."""
    token = await _log_in(wire, settings, device)
    await safe.write({(_KIND, "token"): token.encode()})
    wire.token = token
    return Login(user_id=settings.user_id, device_id=device, token=token, fresh=False)


async def _as_new(wire: Wire, settings: Settings, safe: Safe, device: str | None) -> Login:
    """Log in as a new device.

    Its name is kept before the server hears it: a bot that is stopped in between, or whose disk
    takes nothing in, comes back as the same device and leaves no trail of them.
    """
    if device is None:
        device = "".join(secrets.choice(string.ascii_uppercase) for _ in range(10))
        await safe.write({(_KIND, "next"): device.encode()})
    token = await _log_in(wire, settings, device)
    changes: dict[tuple[str, str], bytes | None] = {
        (kind, name): None for kind in DEVICE_KINDS for name in await safe.load(kind)
    }
    changes |= {
        (_KIND, "user"): settings.user_id.encode(),
        (_KIND, "device"): device.encode(),
        (_KIND, "token"): token.encode(),
        (_KIND, "next"): None,
    }
    await safe.write(changes)
    wire.token = token
    return Login(user_id=settings.user_id, device_id=device, token=token, fresh=True)


async def _log_in(wire: Wire, settings: Settings, device: str) -> str:
    """Log in by the password and return the token."""
    body = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": settings.user_id},
        "password": settings.password(),
        "device_id": device,
        "initial_device_display_name": settings.device_name,
    }
    answer = await wire.call("POST", f"{_V3}/login", body=body)
    _check(answer, settings, device)
    token = answer.get("access_token")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise ValueError("the server gives no usable token")
    return token


def _check(answer: Mapping[str, Any], settings: Settings, device: str) -> None:
    """Raise ValueError where the server takes us for another user or device."""
    if answer.get("user_id") != settings.user_id:
        raise ValueError(f"the server of {settings.name!r} takes us for another user")
    if answer.get("device_id", device) != device:
        raise ValueError(f"the server of {settings.name!r} takes us for another device")
