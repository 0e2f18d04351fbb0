"""A homeserver with one room, in memory: what is said there, what is changed, what the bot has read.

`Server.wire` stands where the bot has its `Wire`. What counts as seen: a change that a batch of
`/sync` told of, once the bot asks with the token of that batch; and a change that a survey (state,
directory and aliases, asked for at once) told of, once its last answer has been given and the bot
had time to read it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from bot.core.words.ports import Clock
from bot.transports.matrix.settings import Settings
from bot.transports.matrix.wire import Lost
from tests.transports.matrix.keyserver import KeyServer, Line, Peer

BOT, ALICE, BOB = "@caseward:example.org", "@alice:example.org", "@bob:example.org"
ROOM = "!team:example.org"
_V3 = "/_matrix/client/v3"
#: Turns of the loop from the last answer of a survey until all its callers have it.
_TURNS = 8
_SURVEY = ("state", "directory", "aliases")
_KEYS = ("/keys/", "/sendToDevice/")


def member(user: str, membership: str) -> dict[str, Any]:
    """Return the state event of a membership."""
    return state("m.room.member", {"membership": membership}, key=user)


def state(kind: str, content: Mapping[str, Any], *, key: str = "") -> dict[str, Any]:
    """Return a state event."""
    return {"type": kind, "state_key": key, "sender": ALICE, "content": dict(content)}


POWER = {"users": {ALICE: 100, BOT: 50}, "events_default": 0, "users_default": 0}
IN_ORDER = (
    state("m.room.create", {"room_version": "11"}),
    state("m.room.join_rules", {"join_rule": "invite"}),
    state("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}),
    state("m.room.history_visibility", {"history_visibility": "joined"}),
    state("m.room.guest_access", {"guest_access": "forbidden"}),
    state("m.room.power_levels", POWER),
    *(member(user, "join") for user in (ALICE, BOB, BOT)),
)


class Server:
    """The room as it is, and how far the bot knows it. `version` counts its changes."""

    def __init__(self) -> None:
        self.keys = KeyServer()
        self.alice = Peer(self.keys, ALICE, "ALICEDEVICE")
        self.room = {(each["type"], each["state_key"]): each for each in IN_ORDER}
        self.listed = False
        self.aliases: list[str] = []
        self.version = 0
        self.seen = 0
        #: The last change of which an event tells.
        self._latest = 0
        self.device = ""
        #: Each text that came into the room, with the version that the bot had seen then.
        self.said: list[tuple[str, int, int]] = []
        self._told: list[tuple[dict[str, Any], int]] = []
        self._given: dict[str, int] = {}
        self._read: dict[str, int] = {}
        self._news = asyncio.Event()
        self._count = 0
        self._clock: Clock | None = None

    # -- what happens in the room

    def happens(self, event: Mapping[str, Any]) -> None:
        """A state event, of which the next batch tells."""
        self.version += 1
        self.room[event["type"], event["state_key"]] = dict(event)
        self._latest = self.version
        self._tell(event)

    def untold(self) -> None:
        """Something changed of which no event tells."""
        self.version += 1

    def speak(self, text: str) -> None:
        """Alice says something, encrypted."""
        self._tell(self.alice.say(text, room=ROOM))

    def _tell(self, event: Mapping[str, Any]) -> None:
        self._count += 1
        named = {**event, "event_id": f"$event{self._count}", "origin_server_ts": self._stamp()}
        self._told.append((named, self._latest))
        self._news.set()

    # -- what the bot asks

    async def hand_over(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        """Do with keys as a homeserver does, and pass on what the bot sends to itself."""
        if "/sendToDevice/org.caseward.echo" in path:
            assert body is not None
            content = body["messages"][BOT][self.device]
            echo = {"type": "org.caseward.echo", "sender": BOT, "content": content}
            self.keys.inbox[BOT, self.device].append(echo)
            self._news.set()
            return {}
        answer = await Line(self.keys, BOT, self.device).call(method, path, body=body)
        self._news.set()
        return answer

    async def sync(self, params: Mapping[str, str]) -> dict[str, Any]:
        """Answer once there is news; whoever asks with a token has read what came with it."""
        since = params.get("since")
        start = 0
        if since is not None:
            self.seen = max(self.seen, self._given[since])
            start = int(since)
        mail = self.keys.inbox
        while params["timeout"] != "0" and len(self._told) <= start and not mail[BOT, self.device]:
            self._news.clear()
            await self._news.wait()
        events = [event for event, _ in self._told[start:]]
        token = str(len(self._told))
        self._given.setdefault(token, self._told[-1][1] if self._told else 0)
        whole = params.get("full_state") == "true"
        part = {
            "state": {"events": list(self.room.values()) if whole else []},
            "timeline": {"events": events, "limited": False},
        }
        return {
            "next_batch": token,
            "to_device": {"events": self.keys.fetch(BOT, self.device)},
            "device_one_time_keys_count": self.keys.left(BOT, self.device),
            "rooms": {"join": {ROOM: part}},
        }

    def answer(self, path: str) -> Any:
        """Answer what a survey asks."""
        if path == f"/rooms/{ROOM}/state":
            self._asked("state")
            return [dict(each) for each in self.room.values()]
        if path == f"/directory/list/room/{ROOM}":
            self._asked("directory")
            return {"visibility": "public" if self.listed else "private"}
        if path == f"/rooms/{ROOM}/aliases":
            self._asked("aliases")
            return {"aliases": list(self.aliases)}
        if path.startswith("/join/"):
            return {"room_id": ROOM}
        return {}

    def _asked(self, what: str) -> None:
        """Note what a survey read: of its three answers, what the oldest knew is sure."""
        self._read[what] = self.version
        sure = min(self._read.values())
        if len(self._read) == len(_SURVEY):
            self._after(_TURNS, sure)

    def _after(self, turns: int, version: int) -> None:
        loop = asyncio.get_running_loop()
        if turns:
            loop.call_soon(self._after, turns - 1, version)
        else:
            self.seen = max(self.seen, version)

    def send(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Take what the bot says; Alice reads it with the keys that she was sent."""
        self.alice.take()
        text = self.alice.read(content, ROOM) if "ciphertext" in content else None
        readable = str(content.get("body", "")) if text is None else text
        self.said.append((readable, self.seen, self.version))
        self._count += 1
        return {"event_id": f"$event{self._count}"}

    def wire(self, settings: Settings, clock: Clock) -> Wire:
        """Return what stands in for `Wire`."""
        del settings
        self._clock = clock
        return Wire(self, clock)

    def _stamp(self) -> int:
        return int(self._clock.now().timestamp() * 1000) if self._clock else 1


class Wire:
    """Asks the server in memory."""

    def __init__(self, server: Server, clock: Clock) -> None:
        self.server = server
        self.clock = clock
        self.token: str | None = None

    async def open(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        params: Mapping[str, str] | None = None,
        seconds: float = 20.0,
        urgent: bool = False,
        waits: bool = True,
        void: Callable[[], bool] = lambda: False,
    ) -> Any:
        """Answer as a homeserver does, after a turn of the loop."""
        del seconds, urgent, waits
        server, path = self.server, unquote(path).removeprefix(_V3)
        await asyncio.sleep(0)
        if void():
            raise Lost("void", perhaps=False)
        if path == "/sync":
            return await server.sync(dict(params or {}))
        if any(key in path for key in _KEYS):
            return await server.hand_over(method, path, body)
        if path == "/login":
            assert body is not None
            server.device = body["device_id"]
            return {"user_id": BOT, "device_id": server.device, "access_token": "token"}
        if path.startswith(f"/rooms/{ROOM}/send/"):
            return server.send(body or {})
        return server.answer(path)
