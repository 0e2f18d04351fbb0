"""Locks and opens: the one place where it is judged who wrote what, and who may read what we say.

Everything that comes in is untrusted: of any shape, any size, relabelled or said twice.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nio.crypto import InboundGroupSession, Olm, OlmDevice
from nio.events import OlmEvent
from nio.exceptions import EncryptionError

from bot.core.words.ports import Safe
from bot.transports.matrix.account import Login
from bot.transports.matrix.keytalk import Caller, KeyTalk
from bot.transports.matrix.olmstore import SealedOlmStore
from bot.transports.matrix.outbound import Outbounds, Voice, as_device
from bot.transports.matrix.owners import Owners, Proof
from bot.transports.matrix.signing import OwnDevice

OLM = "m.olm.v1.curve25519-aes-sha2"
MEGOLM = "m.megolm.v1.aes-sha2"
_SIGNED = "signed_curve25519"
#: No server takes an event this long.
_LONGEST = 100_000
#: What badly shaped input makes the machine raise.
_MISSHAPEN = (
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    IndexError,
    RecursionError,
    AssertionError,
)


class CryptError(Exception):
    """It cannot be said encrypted now, so it is not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """What an encrypted event held.

    `digest` tells it from all others, however often and in whatever wrapping it comes again.
    `proof`: how far the device that has made it is proven to be the sender's.
    """

    content: dict[str, Any] = field(repr=False)
    type: str
    digest: str
    proof: Proof

    @property
    def sender_known(self) -> bool:
        """Whether a device that the sender's server lists has made it."""
        return self.proof is not Proof.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """An event that cannot be read. Empty strings where it does not say what key it needs."""

    session_id: str
    sender_key: str


class Crypt:
    """Keys of one login. Made by `open`; `fresh` where the safe held no account for it."""

    def __init__(
        self, safe: Safe, store: SealedOlmStore, olm: Olm, owners: Owners, *, fresh: bool
    ) -> None:
        self.fresh = fresh
        self.owners = owners
        self._safe = safe
        self._store = store
        self._olm = olm
        self._talk = KeyTalk(olm, owners, store.now)
        self._outbounds = Outbounds(olm, self._talk, self.flush, store.now)

    @staticmethod
    async def open(
        safe: Safe, login: Login, now: Callable[[], datetime], owners: Owners
    ) -> "Crypt":
        """Return what the safe holds for a login's device, with a new account where that is lost.

        Writes nothing: a new account is kept by the first `flush`. Raises `StoreFailed`.
        """
        store = await SealedOlmStore.open(safe, login.user_id, login.device_id, now)
        fresh = store.fresh
        olm = Olm(login.user_id, login.device_id, store)
        return Crypt(safe, store, olm, owners, fresh=fresh)

    @property
    def identity(self) -> str:
        """The Curve25519 key by which others address this device."""
        return str(self._olm.account.identity_keys["curve25519"])

    @property
    def own_device(self) -> OwnDevice:
        """This device, as others see it."""
        keys = self._olm.account.identity_keys
        return OwnDevice(
            user_id=self._olm.user_id,
            device_id=self._olm.device_id,
            ed25519=str(keys["ed25519"]),
            curve25519=str(keys["curve25519"]),
        )

    # ---- keeping up ----------------------------------------------------------------------------

    async def publish(self, wire: Caller) -> None:
        """Upload device keys and one-time keys, where the server needs any.

        They are durable before they are handed over. Raises what `Wire.call` does.
        """
        if self._talk.prepare():
            await self.flush()
            await self._talk.upload(wire)

    def take(
        self,
        to_device: Sequence[Mapping[str, Any]],
        lists: Mapping[str, Any],
        counts: Mapping[str, Any],
    ) -> frozenset[str]:
        """Take in what one sync says of keys; returns the ids of Megolm sessions that are new."""
        for event in to_device:
            self._take_one(event)
        for user in _strings(lists.get("changed")):
            self._talk.changed(user)
        for user in _strings(lists.get("left")):
            self._talk.left(user)
        left = counts.get(_SIGNED, 0)
        if counts and isinstance(left, int):
            self._talk.count(max(0, left))
        new = frozenset(self._store.groups.new)
        self._store.groups.new.clear()
        return new

    def _take_one(self, event: Mapping[str, Any]) -> None:
        # Requests for keys and keys from third parties come in other types: none is looked at.
        try:
            content, sender = event["content"], event["sender"]
            if event["type"] != "m.room.encrypted" or content["algorithm"] != OLM:
                return
            sender_key = content["sender_key"]
            mine = content["ciphertext"][self.identity]
            body = mine["body"]
            if not all(isinstance(each, str) for each in (sender, sender_key, body)):
                return
            if len(body) > _LONGEST:
                return
            if self._store.devices.device_from_sender_key(sender, sender_key) is None:
                self._talk.wonder(sender)
            self._olm.decrypt_event(OlmEvent({}, sender, sender_key, content["ciphertext"]))
        except _MISSHAPEN:
            return

    async def settle(self, wire: Caller) -> None:
        """Ask for devices, mend sessions, upload keys: whatever `take` and `read` found missing.

        Raises what `Wire.call` does; what was not done is done by the next call.
        """
        await self._talk.query(wire)
        await self._talk.mend(wire)
        if self._olm.outgoing_to_device_messages:
            await self.flush()
            await self._talk.send_queued(wire)
        await self.publish(wire)

    async def flush(self) -> None:
        """Make durable what has changed; where that fails, it is tried with the next flush."""
        await self._store.flush(self._safe)
        await self.owners.flush()

    async def ask(self, wire: Caller, users: Sequence[str]) -> None:
        """Ask for the devices of these users now. Raises what `Wire.call` does."""
        await self._talk.query(wire, users)

    def is_doubtful(self, user_id: str, proof: Proof) -> bool:
        """Whether asking once more may prove whose device it is."""
        if proof is Proof.UNKNOWN:
            return True
        return proof in {Proof.UNSIGNED, Proof.CHANGED} and self.owners.is_on_roster(user_id)

    def recheck(self) -> None:
        """Who is on the roster, or whose key counts, has changed."""
        self.owners.look_again()
        self._talk.version += 1

    def wonder(self, user_id: str) -> None:
        """Have somebody's devices asked for with the next `settle`."""
        self._talk.wonder(user_id)

    async def trust(self, user_id: str, key: str) -> None:
        """Let a master key count for somebody from now on. `StoreFailed`, and it does not."""
        await self._talk.trust(user_id, key)

    # ---- reading -------------------------------------------------------------------------------

    def read(self, room_id: str, event: Mapping[str, Any]) -> Plain | Unread:
        """Open an encrypted event of a room. Never raises, whatever the event is.

        What was said before opens again: `Plain.digest` tells.
        """
        session_id = sender_key = ""
        try:
            content = event["content"]
            session_id, sender_key = _text(content, "session_id"), _text(content, "sender_key")
            ciphertext = content["ciphertext"]
            if content["algorithm"] != MEGOLM or not 0 < len(ciphertext) <= _LONGEST:
                return Unread(session_id=session_id, sender_key=sender_key)
            sender = event["sender"]
            session = self._session(room_id, sender, sender_key, session_id)
            if session is not None:
                plain = self._open(room_id, sender, session, ciphertext)
                if plain is not None:
                    return plain
        except _MISSHAPEN:
            pass
        return Unread(session_id=session_id, sender_key=sender_key)

    def _session(
        self, room_id: str, sender: str, sender_key: str, session_id: str
    ) -> InboundGroupSession | None:
        if sender_key:
            return self._store.groups.get(room_id, sender_key, session_id)
        # The key may be left out: then it is the sender's own, else whichever fits.
        found = list(self._store.groups.of(room_id, session_id).values())
        own = [one for one in found if self.sender_of(sender, one) is not None]
        return next(iter(own or found), None)

    def _open(
        self, room_id: str, sender: str, session: InboundGroupSession, ciphertext: str
    ) -> Plain | None:
        plaintext, index = session.decrypt(ciphertext)
        payload = json.loads(plaintext)
        content, kind = payload["content"], payload["type"]
        if payload["room_id"] != room_id or not isinstance(content, dict):
            return None
        if not isinstance(kind, str):
            return None
        self._store.used(session)
        device = self.sender_of(sender, session)
        if device is None:
            self._talk.wonder(sender)
            proof = Proof.UNKNOWN
        else:
            proof = self.owners.proof(sender, as_device(device))
            if proof is Proof.UNSIGNED and self.owners.spoke(sender, as_device(device)):
                self._talk.version += 1
        # Of the words, not of the ciphertext: that can be wrapped in more ways than one.
        said = f"{session.sender_key}|{session.id}|{index}|{plaintext}"
        digest = hashlib.sha256(said.encode()).hexdigest()
        return Plain(content=content, type=kind, digest=digest, proof=proof)

    def sender_of(self, user_id: str, session: InboundGroupSession) -> OlmDevice | None:
        """Return the device by which this user, and nobody else, made a session; None for none.

        It is listed by the user's server as of now, both its keys are those of the session, and
        it sent the session itself.
        """
        if session.forwarding_chain or not self._talk.is_known(user_id):
            return None
        device = self._store.devices.device_from_sender_key(user_id, session.sender_key)
        return device if device is not None and device.ed25519 == session.ed25519 else None

    def devices_of(self, user_id: str) -> tuple[OlmDevice, ...]:
        """Return the devices that are listed for a user, as far as they are known."""
        return tuple(self._store.devices.active_user_devices(user_id))

    # ---- writing -------------------------------------------------------------------------------

    async def share(self, wire: Caller, room_id: str, users: Sequence[str], epoch: int = 0) -> None:
        """See that exactly the devices of these users can read what is said next in a room.

        Our own devices never can. A device without one-time keys is left out. Raises what
        `Wire.call` does; then nothing may be said yet.
        """
        await self._outbounds.share(wire, room_id, users, epoch)

    def is_read_by(self, room_id: str, user_id: str) -> bool:
        """Whether any device of somebody can read what is said next in a room."""
        voice = self._outbounds.voice(room_id)
        return voice is not None and any(reader[0] == user_id for reader in voice.readers)

    def lock(self, room_id: str, kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return the content of the `m.room.encrypted` event that holds this.

        A relation stands outside, where servers look for it. Raises `CryptError` where the room's
        session is not shared or used up: call `share` first.
        """
        voice = self._outbounds.voice(room_id)
        if voice is None:
            raise CryptError("the session of this room is not shared")
        locked = self._encrypt(voice, room_id, kind, content)
        if "m.relates_to" in content:
            locked["m.relates_to"] = content["m.relates_to"]
        return locked

    def _encrypt(
        self, voice: Voice, room_id: str, kind: str, content: Mapping[str, Any]
    ) -> dict[str, Any]:
        payload = {"room_id": room_id, "type": kind, "content": content}
        try:
            ciphertext = voice.session.encrypt(json.dumps(payload))
        except EncryptionError as error:
            raise CryptError("the session of this room cannot be used") from error
        return {
            "algorithm": MEGOLM,
            "sender_key": self.identity,
            "ciphertext": ciphertext,
            "session_id": voice.session.id,
            "device_id": self._olm.device_id,
        }


def _text(content: Mapping[str, Any], name: str) -> str:
    value = content.get(name)
    return value if isinstance(value, str) else ""


def _strings(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
