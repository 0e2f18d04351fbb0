"""What the Olm machine must not forget: held in memory, its changes collected for the Safe.

The Safe seals every value, so the pickles in it are made with a fixed key that is no secret.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from nio.crypto import InboundGroupSession, OlmAccount, OlmDevice, OutgoingKeyRequest, Session

from bot.core.words.ports import Safe, StoreFailed
from bot.transports.matrix.olmheld import Devices, Groups, Sessions

# The machine names users and devices in what it logs.
logging.getLogger("nio").setLevel(logging.CRITICAL + 1)

_log = structlog.get_logger(__name__)
ACCOUNT, SESSION, GROUP, DEVICE = "olm-account", "olm-session", "olm-group", "olm-device"
KINDS = (ACCOUNT, SESSION, GROUP, DEVICE)
#: A session that nobody has used for so long is forgotten.
UNUSED = timedelta(days=90)
#: Reading notes the use of a session this often.
_NOTED_EVERY = timedelta(days=1)
_ONLY = "account"


class SealedOlmStore:
    """The store that nio's Olm machine works on. `fresh` until an account was found or made."""

    def __init__(self, user_id: str, device_id: str, now: Callable[[], datetime]) -> None:
        self._user_id = user_id
        self._device_id = device_id
        self.now = now
        self._account: OlmAccount | None = None
        self.sessions = Sessions()
        self.groups = Groups()
        self.devices = Devices()
        self._used: dict[str, datetime] = {}
        self.changes: dict[tuple[str, str], bytes | None] = {}
        self._writing = asyncio.Lock()

    @property
    def fresh(self) -> bool:
        """Whether there is no account yet."""
        return self._account is None

    # ---- the safe ----------------------------------------------------------------------------

    @staticmethod
    async def open(
        safe: Safe, user_id: str, device_id: str, now: Callable[[], datetime]
    ) -> "SealedOlmStore":
        """Return what the safe holds for this device; `StoreFailed` where it cannot be read.

        Without the account nothing else is of use: it is forgotten with the next flush.
        """
        store = SealedOlmStore(user_id, device_id, now)
        rows = {kind: await safe.load(kind) for kind in KINDS}
        store._read(ACCOUNT, rows[ACCOUNT], store._read_account)
        if store._account is None:
            store.changes = {(kind, name): None for kind in KINDS for name in rows[kind]}
            return store
        store._read(SESSION, rows[SESSION], store._read_session)
        store._read(GROUP, rows[GROUP], store._read_group)
        store._read(DEVICE, rows[DEVICE], store._read_devices)
        store.groups.new.clear()
        return store

    async def flush(self, safe: Safe) -> bool:
        """Write all changes in one commit; whether that was done. What was not stays for later."""
        # One after the other: what fails late must not come over what was written after it.
        async with self._writing:
            if not self.changes:
                return True
            writing, self.changes = self.changes, {}
            try:
                await safe.write(writing)
            except BaseException as error:
                # Cancelled or failed: all of it is written again, under what changed meanwhile.
                self.changes = writing | self.changes
                if not isinstance(error, StoreFailed):
                    raise
                _log.error("matrix.keys-not-kept", error=type(error).__name__)
                return False
            return True

    def _read(
        self,
        kind: str,
        rows: Mapping[str, bytes],
        reader: Callable[[dict[str, Any]], bool],
    ) -> None:
        for name, content in rows.items():
            try:
                keep = reader(json.loads(content))
            except (ValueError, KeyError, TypeError, AttributeError):
                _log.error("matrix.key-unreadable", kind=kind)
                keep = False
            if not keep:
                self.changes[kind, name] = None

    # ---- the account -------------------------------------------------------------------------

    def load_account(self) -> OlmAccount | None:
        """Return the account, None where there is none."""
        return self._account

    def save_account(self, account: OlmAccount) -> None:
        """Keep the account as it is now."""
        self._account = account
        self._put(
            ACCOUNT,
            _ONLY,
            {
                "user": self._user_id,
                "device": self._device_id,
                "shared": account.shared,
                "pickle": account.pickle().decode(),
            },
        )

    def _read_account(self, row: dict[str, Any]) -> bool:
        if (row["user"], row["device"]) != (self._user_id, self._device_id):
            return False
        self._account = OlmAccount.from_pickle(row["pickle"].encode(), shared=row["shared"])
        return True

    # ---- Olm sessions ------------------------------------------------------------------------

    def load_sessions(self) -> Sessions:
        """Return the sessions with other devices."""
        return self.sessions

    def save_session(self, sender_key: str, session: Session) -> None:
        """Keep a session as it is now; the least used ones of a device with too many go."""
        self._put(
            SESSION,
            f"{sender_key} {session.id}",
            {
                "key": sender_key,
                "made": session.creation_time.timestamp(),
                "used": session.use_time.timestamp(),
                "pickle": session.pickle().decode(),
            },
        )
        for old in self.sessions.trim(sender_key):
            self.changes[SESSION, f"{sender_key} {old.id}"] = None

    def _read_session(self, row: dict[str, Any]) -> bool:
        if row["used"] < (self.now() - UNUSED).timestamp():
            return False
        session = Session.from_pickle(
            row["pickle"].encode(),
            creation_time=datetime.fromtimestamp(row["made"]),  # noqa: DTZ006 - as nio counts
            use_time=datetime.fromtimestamp(row["used"]),  # noqa: DTZ006 - as above
        )
        self.sessions.add(row["key"], session)
        return True

    # ---- Megolm sessions ---------------------------------------------------------------------

    def load_inbound_group_sessions(self) -> Groups:
        """Return the sessions that others write into rooms with."""
        return self.groups

    def save_inbound_group_session(self, session: InboundGroupSession) -> None:
        """Keep a session, if it is the one that is used."""
        if self.groups.get(session.room_id, session.sender_key, session.id) is session:
            self._save_group(session)

    def used(self, session: InboundGroupSession) -> None:
        """Note that a session is in use, now and then."""
        last = self._used.get(_name(session))
        if last is None or self.now() - last > _NOTED_EVERY:
            self._save_group(session)

    def _save_group(self, session: InboundGroupSession) -> None:
        used = self._used[_name(session)] = self.now()
        self._put(
            GROUP,
            _name(session),
            {
                "room": session.room_id,
                "key": session.sender_key,
                "signing": session.ed25519,
                "used": used.timestamp(),
                "pickle": session.pickle().decode(),
            },
        )

    def _read_group(self, row: dict[str, Any]) -> bool:
        now = self.now()
        if row["used"] < (now - UNUSED).timestamp():
            return False
        session = InboundGroupSession.from_pickle(
            row["pickle"].encode(), row["signing"], row["key"], row["room"]
        )
        self._used[_name(session)] = datetime.fromtimestamp(row["used"], now.tzinfo)
        return self.groups.add(session)

    # ---- devices -----------------------------------------------------------------------------

    def load_device_keys(self) -> Devices:
        """Return the devices of others."""
        return self.devices

    def save_device_keys(self, changed: Mapping[str, Mapping[str, OlmDevice]]) -> None:
        """Keep the devices of these users; deleted ones are forgotten."""
        for user_id in changed:
            self.devices.purge(user_id)
            devices = {
                device.id: {"ed25519": device.ed25519, "curve25519": device.curve25519}
                for device in self.devices.active_user_devices(user_id)
            }
            if devices:
                self._put(DEVICE, user_id, {"user": user_id, "devices": devices})
            else:
                self.changes[DEVICE, user_id] = None

    def _read_devices(self, row: dict[str, Any]) -> bool:
        for device_id, keys in row["devices"].items():
            self.devices.add(
                OlmDevice(
                    row["user"],
                    device_id,
                    {"ed25519": keys["ed25519"], "curve25519": keys["curve25519"]},
                )
            )
        return True

    # ---- what the machine asks besides -------------------------------------------------------

    def load_outgoing_key_requests(self) -> dict[str, OutgoingKeyRequest]:
        """Return the keys that were asked for: none ever is, so none is taken from a third."""
        return {}

    def is_device_verified(self, device: OlmDevice) -> bool:
        """Tell that no device is vouched for by hand: `Crypt.sender_of` judges."""
        return bool(device.verified)

    def is_device_blacklisted(self, device: OlmDevice) -> bool:
        """Tell that no device is banned by hand."""
        return bool(device.blacklisted)

    def is_device_ignored(self, device: OlmDevice) -> bool:
        """Tell that no device is let pass by hand."""
        return bool(device.ignored)

    def _put(self, kind: str, name: str, row: Mapping[str, Any]) -> None:
        self.changes[kind, name] = json.dumps(row, separators=(",", ":")).encode()


def _name(session: InboundGroupSession) -> str:
    return f"{session.room_id} {session.sender_key} {session.id}"
