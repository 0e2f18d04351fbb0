"""Asks the homeserver for devices and keys, and believes of its answers only what is signed.

Which users are to be asked about is known here: those who never were, and those who changed since.
"""

import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
import vodozemac
from nio.crypto import Olm, OlmDevice
from nio.responses import (
    KeysClaimResponse,
    KeysQueryResponse,
    KeysUploadResponse,
    ToDeviceResponse,
)

from bot.transports.matrix.owners import Owners

_log = structlog.get_logger(__name__)
_V3 = "/_matrix/client/v3"
#: One-time keys that a server need not come and ask for.
_ENOUGH = 25
#: Who has no key left, or whose server does not answer, is asked about again after this time.
_AGAIN = timedelta(minutes=1)
_MOST_USERS = 200
_MOST_MESSAGES = 50
_LONGEST_ID = 255
#: How long the homeserver may wait for others, in milliseconds.
_PATIENCE = 5000
_SIGNED = "signed_curve25519"


class Caller(Protocol):
    """Whatever asks the homeserver, see `Wire`."""

    async def call(self, method: str, path: str, *, body: Mapping[str, Any] | None = None) -> Any:
        """Return the server's answer."""


class KeyTalk:
    """What the bot and its homeserver tell each other of keys. `version` grows with the devices."""

    def __init__(self, olm: Olm, owners: Owners, now: Callable[[], datetime]) -> None:
        self._olm = olm
        self.owners = owners
        self._now = now
        self.version = 0
        self._stale: set[str] = set()
        self._tracked: set[str] = set()
        #: Users whose servers did not answer, and devices without keys, and when that was.
        self._unanswered: dict[str, datetime] = {}
        self._keyless: dict[str, datetime] = {}
        self._uploading: dict[str, Any] | None = None

    # ---- whose devices are known ---------------------------------------------------------------

    def changed(self, user_id: str) -> None:
        """Note that somebody's devices are not what they were, or never were known."""
        if user_id.startswith("@") and len(user_id) <= _LONGEST_ID:
            self._stale.add(user_id)
            self._unanswered.pop(user_id, None)
            self.version += 1

    def left(self, user_id: str) -> None:
        """Note that nobody tells any more whether somebody's devices change."""
        self._tracked.discard(user_id)
        self._stale.discard(user_id)
        self.version += 1

    def wonder(self, user_id: str) -> None:
        """Ask about somebody with the next query, unless their server has just not answered."""
        if not self._is_late(self._unanswered, user_id):
            self.changed(user_id)

    def is_known(self, user_id: str) -> bool:
        """Tell whether the devices of a user are as their server listed them last.

        Where that server does not answer, what is known counts.
        """
        if user_id in self._unanswered:
            return True
        return user_id in self._tracked and user_id not in self._stale

    # ---- queries -------------------------------------------------------------------------------

    async def query(self, wire: Caller, users: Iterable[str] | None = None) -> None:
        """Ask for the devices of these users, where they are not known; by default of the changed.

        Raises what `Wire.call` does; then they are asked for again by the next call.
        """
        wanted = set(self._stale) if users is None else set(users)
        asked = sorted(
            user
            for user in wanted
            if (user in self._stale or user not in self._tracked)
            and not self._is_late(self._unanswered, user)
        )
        for start in range(0, len(asked), _MOST_USERS):
            await self._query(wire, asked[start : start + _MOST_USERS])

    async def _query(self, wire: Caller, users: Sequence[str]) -> None:
        # What changes while the server answers, is asked for once more.
        self._stale.difference_update(users)
        self._tracked.difference_update(users)
        try:
            answer = await wire.call(
                "POST",
                f"{_V3}/keys/query",
                body={"device_keys": {user: [] for user in users}, "timeout": _PATIENCE},
            )
        except BaseException:
            self._stale.update(users)
            raise
        listed, failures = _object(answer, "device_keys"), _object(answer, "failures")
        for user in users:
            devices = listed.get(user)
            if not isinstance(devices, dict) or user.partition(":")[2] in failures:
                self._stale.add(user)
                self._unanswered[user] = self._now()
                continue
            self._tracked.add(user)
            self._unanswered.pop(user, None)
            sound = self._take_devices(user, devices)
            master, lesser = _object(answer, "master_keys"), _object(answer, "self_signing_keys")
            self.owners.take(user, master.get(user), lesser.get(user), sound)
        self.version += 1

    def _take_devices(self, user: str, devices: Mapping[str, Any]) -> dict[str, Any]:
        """Take devices in; returns those that are what they should be."""
        sound = {name: one for name, raw in devices.items() if (one := _device(user, name, raw))}
        try:
            self._olm.handle_response(KeysQueryResponse({user: sound}, {}))
        except (ValueError, KeyError, TypeError) as error:
            self._stale.add(user)
            self._unanswered[user] = self._now()
            _log.error("matrix.devices-unreadable", error=type(error).__name__)
            return {}
        return sound

    async def trust(self, user: str, key: str) -> None:
        """Let a master key count for somebody from now on. `StoreFailed`, and it does not."""
        await self.owners.trust(user, key)
        self.version += 1

    # ---- Olm sessions --------------------------------------------------------------------------

    async def claim(self, wire: Caller, devices: Iterable[OlmDevice]) -> None:
        """Begin Olm sessions with these devices, as far as they have keys left."""
        wanted = {
            (device.user_id, device.id): device
            for device in devices
            if not self._is_late(self._keyless, device.curve25519)
        }
        if not wanted:
            return
        asked: dict[str, dict[str, str]] = {}
        for user, name in wanted:
            asked.setdefault(user, {})[name] = _SIGNED
        answer = await wire.call(
            "POST", f"{_V3}/keys/claim", body={"one_time_keys": asked, "timeout": _PATIENCE}
        )
        keys = _object(answer, "one_time_keys")
        for (user, name), device in wanted.items():
            if not self._begin(user, name, _object(_object(keys, user), name)):
                self._keyless[device.curve25519] = self._now()

    def _begin(self, user: str, name: str, keys: Mapping[str, Any]) -> bool:
        key_id, key = next(iter(keys.items()), ("", None))
        if not key_id.startswith(f"{_SIGNED}:") or not isinstance(key, dict):
            return False
        device = self._olm.device_store[user].get(name)
        if device is None or not isinstance(key.get("key"), str):
            return False
        before = self._olm.session_store.get(device.curve25519)
        try:
            self._olm.handle_response(KeysClaimResponse({user: {name: {key_id: key}}}, {}))
        except (ValueError, KeyError, TypeError):
            return False
        return self._olm.session_store.get(device.curve25519) is not before

    async def mend(self, wire: Caller) -> None:
        """Begin anew with devices that can no longer be understood."""
        wedged = list(self._olm.wedged_devices)
        if not wedged:
            return
        await self.claim(wire, wedged)
        # Who has no key now, is found again by what comes and cannot be read.
        self._olm.wedged_devices.clear()

    # ---- what goes out -------------------------------------------------------------------------

    async def send(
        self, wire: Caller, messages: Iterable[tuple[str, str, Mapping[str, Any]]]
    ) -> None:
        """Hand encrypted contents over to devices, by user and device."""
        every = list(messages)
        for start in range(0, len(every), _MOST_MESSAGES):
            body: dict[str, dict[str, Mapping[str, Any]]] = {}
            for user, device, content in every[start : start + _MOST_MESSAGES]:
                body.setdefault(user, {})[device] = content
            path = f"{_V3}/sendToDevice/m.room.encrypted/{secrets.token_hex(16)}"
            await wire.call("PUT", path, body={"messages": body})

    async def send_queued(self, wire: Caller) -> None:
        """Hand over what the machine has queued: words that say a session has begun."""
        queued = list(self._olm.outgoing_to_device_messages)
        await self.send(
            wire, ((one.recipient, one.recipient_device, one.content) for one in queued)
        )
        for one in queued:
            self._olm.handle_response(ToDeviceResponse(one))

    # ---- our own keys --------------------------------------------------------------------------

    def count(self, left: int) -> None:
        """Note how many one-time keys the server still has."""
        self._olm.uploaded_key_count = left

    def prepare(self) -> bool:
        """Make the keys that the server is to have; whether there are any to upload."""
        olm = self._olm
        if self._uploading is not None:
            return True
        count = olm.uploaded_key_count
        if olm.account.shared and (count is None or count >= _ENOUGH):
            return False
        self._uploading = olm.share_keys()
        olm.save_account()
        return True

    async def upload(self, wire: Caller) -> None:
        """Hand over what `prepare` made, the same again where that fails."""
        if self._uploading is None:
            return
        answer = await wire.call("POST", f"{_V3}/keys/upload", body=self._uploading)
        left = _object(answer, "one_time_key_counts").get(_SIGNED)
        self._uploading = None
        self._olm.handle_response(KeysUploadResponse(0, left if isinstance(left, int) else 0))

    def _is_late(self, since: Mapping[str, datetime], name: str) -> bool:
        moment = since.get(name)
        return moment is not None and self._now() - moment < _AGAIN


def _object(value: Any, name: str) -> dict[str, Any]:
    """Return what stands under a name, an empty object where that is none."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _device(user: str, name: str, raw: Any) -> dict[str, Any] | None:
    """Return what a device says of itself, None where that cannot be a device."""
    if not isinstance(raw, dict) or (raw.get("user_id"), raw.get("device_id")) != (user, name):
        return None
    keys = _object(raw, "keys")
    signature = _object(_object(raw, "signatures"), user).get(f"ed25519:{name}")
    try:
        vodozemac.Curve25519PublicKey.from_base64(keys[f"curve25519:{name}"])
        vodozemac.Ed25519PublicKey.from_base64(keys[f"ed25519:{name}"])
        vodozemac.Ed25519Signature.from_base64(str(signature))
        json.dumps(raw, ensure_ascii=False).encode()
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return {each: value for each, value in raw.items() if each != "unsigned"}
