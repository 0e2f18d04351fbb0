"""A homeserver's part in end-to-end encryption, in memory, and other people's Olm machines."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from nio.crypto import Olm
from nio.events import ToDeviceEvent
from nio.responses import KeysClaimResponse, KeysQueryResponse, KeysUploadResponse
from nio.store import SqliteMemoryStore

from bot.transports.matrix.seeds import MASTER, SELF_SIGNING, Seeds

ROOM = "!room:example.org"
BOT = "@caseward:example.org"
ALICE, BOB = "@alice:example.org", "@bob:example.org"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Clock:
    """A wall clock that moves only when told."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


class KeyServer:
    """Devices, one-time keys and what waits for each device."""

    def __init__(self) -> None:
        self.devices: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        self.keys: defaultdict[tuple[str, str], dict[str, Any]] = defaultdict(dict)
        self.inbox: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        self.failures: set[str] = set()
        #: Master and self-signing keys by user, as they are published.
        self.masters: dict[str, Any] = {}
        self.self_signing: dict[str, Any] = {}
        self.calls: list[str] = []
        self.lost: set[str] = set()

    def fetch(self, user: str, device: str) -> list[dict[str, Any]]:
        """Return what waits for a device, once, as it comes from the wire."""
        waiting = json.loads(json.dumps(self.inbox.pop((user, device), [])))
        return [event for event in waiting if isinstance(event, dict)]

    def sign(self, user: str, *devices: str, seeds: Seeds | None = None) -> Seeds:
        """Publish a user's identity, and sign these devices of theirs by it."""
        seeds = seeds or Seeds.new()
        published = seeds.published(user)
        self.masters[user], self.self_signing[user] = published[MASTER], published[SELF_SIGNING]
        for device in devices:
            listed = self.devices[user][device]
            self.devices[user][device] = seeds.signed(SELF_SIGNING, user, listed)
        return seeds

    def left(self, user: str, device: str) -> dict[str, int]:
        """Return how many one-time keys a device has there."""
        return {"signed_curve25519": len(self.keys[user, device])}


def _of(users: Sequence[str], held: Mapping[str, Any]) -> dict[str, Any]:
    return {user: held[user] for user in users if user in held}


class Line:
    """The wire of one device."""

    def __init__(self, server: KeyServer, user: str, device: str) -> None:
        self.server = server
        self.user = user
        self.device = device

    async def call(
        self, method: str, path: str, *, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Answer as a homeserver does."""
        what = next(w for w in ("upload", "query", "claim", "sendToDevice") if w in path)
        assert method == ("PUT" if what == "sendToDevice" else "POST")
        self.server.calls.append(what)
        if what in self.server.lost:
            raise ConnectionError
        given = json.loads(json.dumps(body))
        answer = getattr(self, f"_{what.lower()}")(given)
        return dict(json.loads(json.dumps(answer)))

    def _upload(self, body: Any) -> dict[str, Any]:
        if "device_keys" in body:
            self.server.devices[self.user][self.device] = body["device_keys"]
        keys = self.server.keys[self.user, self.device]
        keys.update(body.get("one_time_keys", {}))
        return {"one_time_key_counts": {"signed_curve25519": len(keys)}}

    def _query(self, body: Any) -> dict[str, Any]:
        answering = [
            user
            for user in body["device_keys"]
            if user.partition(":")[2] not in self.server.failures
        ]
        return {
            "device_keys": {user: self.server.devices[user] for user in answering},
            "master_keys": _of(answering, self.server.masters),
            "self_signing_keys": _of(answering, self.server.self_signing),
            "failures": {host: {} for host in self.server.failures},
        }

    def _claim(self, body: Any) -> dict[str, Any]:
        given: dict[str, dict[str, Any]] = {}
        for user, devices in body["one_time_keys"].items():
            for device in devices:
                keys = self.server.keys[user, device]
                if keys:
                    name = next(iter(keys))
                    given.setdefault(user, {})[device] = {name: keys.pop(name)}
        return {"one_time_keys": given, "failures": {}}

    def _sendtodevice(self, body: Any) -> dict[str, Any]:
        for user, devices in body["messages"].items():
            for device, content in devices.items():
                event = {"type": "m.room.encrypted", "sender": self.user, "content": content}
                self.server.inbox[user, device].append(event)
        return {}


class Peer:
    """Somebody else's client: nio's machine on nio's own store."""

    def __init__(self, server: KeyServer, user: str, device: str) -> None:
        self.user = user
        self.device = device
        self.server = server
        self.line = Line(server, user, device)
        self.olm = Olm(user, device, SqliteMemoryStore(user, device))

    async def publish(self) -> "Peer":
        """Upload device keys and one-time keys."""
        await self.line.call("POST", "/keys/upload", body=self.olm.share_keys())
        self.olm.handle_response(KeysUploadResponse(0, 50))
        return self

    async def share(self, users: Sequence[str], room: str = ROOM) -> None:
        """Begin a session in a room, and give its key to the devices of these users."""
        answer = await self.line.call(
            "POST", "/keys/query", body={"device_keys": {user: [] for user in users}}
        )
        self.olm.handle_response(KeysQueryResponse(answer["device_keys"], {}))
        missing = self.olm.get_missing_sessions(list(users))
        if missing:
            asked = {
                user: dict.fromkeys(devices, "signed_curve25519")
                for user, devices in missing.items()
            }
            keys = await self.line.call("POST", "/keys/claim", body={"one_time_keys": asked})
            self.olm.handle_response(KeysClaimResponse(keys["one_time_keys"], {}))
        self.olm.create_outbound_group_session(room)
        given = self.olm.share_group_session(
            room, list(users), ignore_missing_sessions=True, ignore_unverified_devices=True
        )
        await self.line.call("PUT", "/sendToDevice/", body=given[1])
        self.olm.outbound_group_sessions[room].mark_as_shared()

    def say(self, words: str, room: str = ROOM, **changed: Any) -> dict[str, Any]:
        """Return the encrypted event of a text; the session must be shared."""
        said = {"type": "m.room.message", "content": {"msgtype": "m.text", "body": words}}
        content = self.olm.group_encrypt(room, said)
        return {
            "type": "m.room.encrypted",
            "sender": self.user,
            "event_id": "$event",
            "origin_server_ts": 1,
            "content": content,
        } | changed

    def take(self) -> list[Any]:
        """Read what came for this device; returns what the machine made of each."""
        events = self.server.fetch(self.user, self.device)
        return [
            self.olm.handle_to_device_event(ToDeviceEvent.parse_encrypted_event(event))
            for event in events
        ]

    def read(self, content: Mapping[str, Any], room: str = ROOM) -> str | None:
        """Return the body of what the bot said, None where the key is missing."""
        session = self.olm.inbound_group_store.get(
            room, content["sender_key"], content["session_id"]
        )
        if session is None:
            return None
        try:
            plain, _ = session.decrypt(content["ciphertext"])
        except ValueError:
            return None
        payload = json.loads(plain)
        assert payload["room_id"] == room
        return str(payload["content"]["body"])
