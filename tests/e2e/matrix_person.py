"""People at Matrix clients of their own: they type, encrypt, and wait for what the bot answers.

The client is matrix-nio's, which the bot does not use: two programs have to agree.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nio import AsyncClient, AsyncClientConfig, MatrixRoom
from nio.events import Event, MegolmEvent

from bot.core.words.ports import Safe
from bot.demo.homeserver import Homeserver
from bot.demo.signer import sign
from bot.transports.matrix.memory_safe import MemorySafe

__all__ = ["BOT", "UNREADABLE", "Heard", "MatrixPerson", "Town"]

BOT = "caseward"
PATIENCE = 20.0
_V3 = "/_matrix/client/v3"
_MEGOLM = {"algorithm": "m.megolm.v1.aes-sha2"}
#: What a client shows in place of words that it has no key for.
UNREADABLE = "(unreadable)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One event as a client shows it; `content` is what was inside of an encrypted one."""

    room: str
    sender: str
    body: str
    event_id: str
    encrypted: bool
    content: Mapping[str, Any] = field(repr=False)

    @property
    def thread(self) -> str | None:
        """The first event of the thread it stands in."""
        relation = self.content.get("m.relates_to", {})
        found = relation.get("event_id") if relation.get("rel_type") == "m.thread" else None
        return None if found is None else str(found)


@dataclass(frozen=True, slots=True)
class Town:
    """A homeserver as one test has it: everybody is somebody whom no other test knows.

    `url` is where clients connect; by default the homeserver itself.
    """

    server: Homeserver
    tag: str = field(default_factory=lambda: secrets.token_hex(4))
    #: The keys by which people sign their devices, by name.
    keys: dict[str, Safe] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where clients connect."""
        return self.server.url

    def local(self, name: str) -> str:
        """Return the part of a user id that is before the colon."""
        return f"{name}-{self.tag}"

    def user_id(self, name: str) -> str:
        """Return how somebody is called."""
        return self.server.user_id(self.local(name))

    def password(self, name: str) -> str:
        """Return the password of somebody."""
        return f"{name}-{self.tag}-password"

    async def register(self, name: str) -> None:
        """Give somebody an account."""
        await self.server.register(self.local(name), self.password(name))


class MatrixPerson:
    """Somebody at one device. `record` is all that was shown to them, oldest first."""

    def __init__(self, town: Town, name: str, folder: Path) -> None:
        self.server = town
        self.name = name
        self.user_id = town.user_id(name)
        self.bot = town.user_id(BOT)
        self.record: list[Heard] = []
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._read: dict[str, int] = {}
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.client = self._client(town.url)

    def _client(self, url: str) -> AsyncClient:
        config = AsyncClientConfig(store_sync_tokens=False, encryption_enabled=True)
        return AsyncClient(url, self.user_id, store_path=str(self._folder), config=config)

    # -- coming and going

    async def enter(self, *, signed: bool = True) -> None:
        """Log in as a new device, signed by its owner, and listen from now on."""
        password = self.server.password(self.name)
        answer = await self.client.login(password, device_name="a test's")
        assert self.client.access_token, answer
        await self.client.keys_upload()
        if signed:
            keys = self.server.keys.setdefault(self.name, MemorySafe())
            await sign(self.client, keys, password)
        await self.client.sync(timeout=0, full_state=True)
        self.client.add_event_callback(self._hear, Event)
        self._task = asyncio.create_task(self._listen())

    async def leave(self) -> None:
        """Close the client; the device stays."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self.client.close()

    async def _listen(self) -> None:
        while True:
            with suppress(OSError, asyncio.TimeoutError):
                await self.client.sync(timeout=10_000)
                if self.client.should_upload_keys:
                    await self.client.keys_upload()
                if self.client.should_query_keys:
                    await self.client.keys_query()
                await self.client.send_to_device_messages()
            self._news.set()

    async def _hear(self, room: MatrixRoom, event: Event) -> None:
        content = event.source.get("content", {})
        unread = isinstance(event, MegolmEvent)
        self.record.append(
            Heard(
                room=room.room_id,
                sender=event.sender,
                body=UNREADABLE if unread else str(content.get("body", "")),
                event_id=event.event_id,
                encrypted=unread or bool(event.decrypted),
                content=content,
            )
        )
        self._news.set()

    # -- rooms

    async def raw(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Ask the server by hand; `path` comes after `/v3`. Returns its JSON, errors too."""
        http = self.client.client_session
        assert http is not None
        async with http.request(
            method,
            f"{self.server.url}{_V3}{path}",
            data=None if body is None else json.dumps(body),
            headers={"Authorization": f"Bearer {self.client.access_token}"},
        ) as answer:
            return await answer.json()

    async def create(
        self, *invited: str, encrypted: bool = True, public: bool = False, **more: Any
    ) -> str:
        """Make a room that is in order (or a public one), and invite users by name."""
        state = {
            "m.room.history_visibility": {"history_visibility": "shared" if public else "joined"},
            "m.room.guest_access": {"guest_access": "forbidden"},
        } | ({"m.room.encryption": _MEGOLM} if encrypted else {})
        body = {
            "preset": "public_chat" if public else "private_chat",
            "invite": [self.server.user_id(name) for name in invited],
            "initial_state": [
                {"type": kind, "state_key": "", "content": content}
                for kind, content in state.items()
            ],
            **more,
        }
        answer = await self.raw("POST", "/createRoom", body)
        return str(answer["room_id"])

    async def dm(self, *, encrypted: bool = True) -> str:
        """Invite the bot to a direct message; returns once it is there."""
        room = await self.create(BOT, encrypted=encrypted, is_direct=True)
        await self.sees(room, BOT)
        return room

    async def invite(self, room: str, name: str) -> Any:
        """Invite somebody by name."""
        return await self.raw(
            "POST", f"/rooms/{room}/invite", {"user_id": self.server.user_id(name)}
        )

    async def join(self, room: str) -> None:
        """Join a room, and see it."""
        await self.client.join(room)
        await self.until(lambda: room in self.client.rooms, f"{self.name} is not in the room")

    async def sees(self, room: str, *names: str, within: float = PATIENCE) -> None:
        """Wait until this client knows that users have joined a room."""
        users = {self.server.user_id(name) for name in names}

        def there() -> bool:
            known = self.client.rooms.get(room)
            return known is not None and users <= set(known.users) - set(known.invited_users)

        await self.until(there, f"{self.name} does not see {sorted(users)}", within)

    async def misses(self, room: str, name: str, within: float = PATIENCE) -> None:
        """Wait until this client knows that somebody is not in a room any more."""
        user = self.server.user_id(name)

        def gone() -> bool:
            return user not in self.client.rooms[room].users

        await self.until(gone, f"{self.name} still sees {name}", within)

    async def state(self, room: str, kind: str, content: Mapping[str, Any], key: str = "") -> Any:
        """Set state of a room by hand."""
        return await self.raw("PUT", f"/rooms/{room}/state/{kind}/{key}", content)

    # -- talking

    async def say(self, room: str, text: str, *, thread: str | None = None, **content: Any) -> str:
        """Say something, encrypted where the room is; returns the event's id."""
        said = {"msgtype": "m.text", "body": text, **content}
        if thread is not None:
            said["m.relates_to"] = {"rel_type": "m.thread", "event_id": thread}
        answer = await self.client.room_send(
            room, "m.room.message", said, ignore_unverified_devices=True
        )
        assert hasattr(answer, "event_id"), answer
        return str(answer.event_id)

    async def edit(self, room: str, event_id: str, text: str) -> str:
        """Change what was said."""
        content: dict[str, Any] = {
            "m.new_content": {"msgtype": "m.text", "body": text},
            "m.relates_to": {"rel_type": "m.replace", "event_id": event_id},
        }
        return await self.say(room, f"* {text}", **content)

    async def say_clear(self, room: str, text: str, **content: Any) -> str:
        """Say something without encryption, whatever the room is."""
        said = {"msgtype": "m.text", "body": text, **content}
        path = f"/rooms/{room}/send/m.room.message/{secrets.token_hex(8)}"
        answer = await self.raw("PUT", path, said)
        return str(answer["event_id"])

    async def hears(self, words: str, room: str | None = None, within: float = PATIENCE) -> Heard:
        """The next words of the bot in a room (anywhere) that match; reads on from the last.

        Raises AssertionError where none came in time.
        """
        wanted = re.compile(words, re.DOTALL)
        found: list[Heard] = []

        def heard() -> bool:
            place = room or ""
            for number in range(self._read.get(place, 0), len(self.record)):
                each = self.record[number]
                here = room is None or each.room == room
                if here and each.sender == self.bot and wanted.search(each.body):
                    self._read[place] = number + 1
                    found.append(each)
                    return True
            return False

        await self.until(heard, f"{self.name} hears no {words!r}", within)
        return found[0]

    async def ever_hears(
        self, words: str, room: str | None = None, within: float = PATIENCE
    ) -> Heard:
        """As `hears`, whatever else came first: the outbox keeps no order with answers."""
        place = room or ""
        kept = self._read.pop(place, 0)
        try:
            return await self.hears(words, room, within)
        finally:
            self._read[place] = max(kept, self._read.get(place, 0))

    async def answers(self, room: str, text: str) -> list[Heard]:
        """Say something; return all that the bot said there until it had answered.

        Only for people of the roster: it is a `ping` that is answered in its turn.
        """
        await self.settled(room)
        start = len(self.record)
        await self.say(room, text)
        await self.settled(room)
        said = [each for each in self.record[start:] if each.room == room]
        return [e for e in said if e.sender == self.bot and not e.body.startswith("settled-")]

    async def settled(self, room: str) -> None:
        """Wait until the bot has answered all that this person said in a room."""
        token = f"settled-{secrets.token_hex(4)}"
        await self.asks(room, f"!ping {token}", f"^{token}$")

    async def is_asked_in(self, within: float = PATIENCE) -> str:
        """Wait for an invitation of the bot's, and follow it; returns the room."""

        def asked() -> bool:
            return any(room.inviter == self.bot for room in self.client.invited_rooms.values())

        await self.until(asked, f"nobody invites {self.name}", within)
        room = str(next(iter(self.client.invited_rooms)))
        await self.join(room)
        return room

    async def asks(self, room: str, text: str, words: str, *, thread: str | None = None) -> Heard:
        """Say something and wait for an answer in the same room."""
        await self.say(room, text, thread=thread)
        return await self.hears(words, room)

    def heard_of(self, room: str) -> list[str]:
        """Return all that the bot has said in a room so far."""
        return [each.body for each in self.record if each.room == room and each.sender == self.bot]

    async def until(self, there: Any, sentence: str, within: float = PATIENCE) -> None:
        try:
            async with asyncio.timeout(within):
                while not there():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            last = [(each.sender, each.body) for each in self.record[-6:]]
            raise AssertionError(f"{sentence}; last: {last}") from None
