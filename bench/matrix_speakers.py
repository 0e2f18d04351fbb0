"""Five people on Matrix who talk to bots: over plain HTTP, and with Megolm keys that they share."""

import asyncio
import base64
import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Self
from urllib.parse import quote

import aiohttp
import vodozemac

from bot.demo.homeserver import Homeserver
from bot.transports.matrix.seeds import SELF_SIGNING, Seeds

#: Of these everybody is on Caseward's roster.
PEOPLE = ("alice", "bob", "carol", "dan", "erin")
PASSWORD = "a-password-of-the-benchmark"  # noqa: S105 (of a server that lives as long as the run)
PATIENCE = 60.0
#: How often a bot that is starting is asked whether it is there.
_ASK_AGAIN = 0.1
#: A bot that says nothing for so many seconds is done with what it was asked at its start.
_CALM = 1.0
#: After so many seconds nothing more is answered.
_QUIET = 5.0
_V3 = "/_matrix/client/v3"
_OLM, _MEGOLM = "m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"
#: Keys for bots to begin with: a bot that logs in anew takes another.
_ONCE = 50
_NONE: Mapping[str, Any] = {"types": [], "limit": 0}


@dataclass(slots=True)
class Speaker:
    """One person at one device, whose keys others can look up."""

    server: Homeserver
    name: str
    http: aiohttp.ClientSession
    device: str = ""
    account: vodozemac.Account = field(default_factory=vodozemac.Account)
    _sessions: dict[str, vodozemac.GroupSession] = field(default_factory=dict)
    #: Devices that have the key of a room.
    _given: set[tuple[str, str]] = field(default_factory=set)
    _numbers: Any = field(default_factory=count)

    @property
    def user_id(self) -> str:
        """How they are called."""
        return self.server.user_id(self.name)

    async def call(self, method: str, path: str, body: Any = None, **params: str) -> Any:
        """Ask the server; `path` comes after `/v3`. Raises for everything but an answer."""
        async with self.http.request(method, f"{_V3}{path}", json=body, params=params) as answer:
            said = await answer.json()
            if not answer.ok:
                raise RuntimeError(f"{path.split('/')[1]}: {said}")
            return said

    async def enter(self) -> None:
        """Get an account, log in, and upload keys."""
        await self.server.register(self.name, PASSWORD)
        await self.log_in()
        self.account.generate_one_time_keys(_ONCE)
        once = {
            f"signed_curve25519:{number}": self._signed({"key": key.to_base64()})
            for number, key in self.account.one_time_keys.items()
        }
        device = {
            "user_id": self.user_id,
            "device_id": self.device,
            "algorithms": [_OLM, _MEGOLM],
            "keys": {
                f"curve25519:{self.device}": self.account.curve25519_key.to_base64(),
                f"ed25519:{self.device}": self.account.ed25519_key.to_base64(),
            },
        }
        device = self._signed(device)
        keys = {"device_keys": device, "one_time_keys": once}
        await self.call("POST", "/keys/upload", keys)
        await self._prove(device)

    async def _prove(self, device: dict[str, Any]) -> None:
        """Sign the device, as clients do: without that, a bot need not believe it."""
        seeds = Seeds.new()
        published = {f"{usage}_key": key for usage, key in seeds.published(self.user_id).items()}
        await self.call("POST", "/keys/device_signing/upload", published)
        signed = seeds.signed(SELF_SIGNING, self.user_id, device)
        await self.call("POST", "/keys/signatures/upload", {self.user_id: {self.device: signed}})

    async def log_in(self) -> None:
        """Log in as a new device."""
        body = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": self.user_id},
            "password": PASSWORD,
        }
        answer = await self.call("POST", "/login", body)
        self.device = answer["device_id"]
        self.http.headers["Authorization"] = f"Bearer {answer['access_token']}"

    def _signed(self, content: dict[str, Any]) -> dict[str, Any]:
        text = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
        signature = self.account.sign(text).to_base64()
        return {**content, "signatures": {self.user_id: {f"ed25519:{self.device}": signature}}}

    async def create(self, bot: str, *others: str, encrypted: bool) -> str:
        """Make a room with people and a bot: a team's, or one for everybody."""
        visibility = "joined" if encrypted else "shared"
        state = {
            "m.room.history_visibility": {"history_visibility": visibility},
            "m.room.guest_access": {"guest_access": "forbidden"},
        } | ({"m.room.encryption": {"algorithm": _MEGOLM}} if encrypted else {})
        body = {
            "preset": "private_chat" if encrypted else "public_chat",
            "invite": [self.server.user_id(name) for name in (bot, *others)],
            "initial_state": [
                {"type": kind, "state_key": "", "content": content}
                for kind, content in state.items()
            ],
        }
        return str((await self.call("POST", "/createRoom", body))["room_id"])

    async def share(self, room: str, bot: str) -> None:
        """Give every device of a bot the key of what is said here from now on."""
        found = await self.call("POST", "/keys/query", {"device_keys": {bot: []}})
        devices = found["device_keys"].get(bot, {})
        fresh = {name: keys for name, keys in devices.items() if (room, name) not in self._given}
        if not fresh:
            return
        wanted = {bot: dict.fromkeys(fresh, "signed_curve25519")}
        claimed = await self.call("POST", "/keys/claim", {"one_time_keys": wanted})
        session = self._sessions.setdefault(room, vodozemac.GroupSession())
        content = {
            "algorithm": _MEGOLM,
            "room_id": room,
            "session_id": session.session_id,
            "session_key": session.session_key.to_base64(),
        }
        messages = {}
        for name, keys in claimed["one_time_keys"].get(bot, {}).items():
            [key] = keys.values()
            messages[name] = self._to_device(bot, name, fresh[name]["keys"], key["key"], content)
            self._given.add((room, name))
        path = f"/sendToDevice/m.room.encrypted/{self._txn()}"
        await self.call("PUT", path, {"messages": {bot: messages}})

    def _to_device(
        self, bot: str, device: str, keys: Mapping[str, str], once: str, content: Any
    ) -> dict[str, Any]:
        theirs = keys[f"curve25519:{device}"]
        identity = vodozemac.Curve25519PublicKey.from_base64(theirs)
        payload = {
            "sender": self.user_id,
            "sender_device": self.device,
            "keys": {"ed25519": self.account.ed25519_key.to_base64()},
            "recipient": bot,
            "recipient_keys": {"ed25519": keys[f"ed25519:{device}"]},
            "type": "m.room_key",
            "content": content,
        }
        session = self.account.create_outbound_session(
            identity, vodozemac.Curve25519PublicKey.from_base64(once)
        )
        kind, body = session.encrypt(json.dumps(payload).encode()).to_parts()
        return {
            "algorithm": _OLM,
            "sender_key": self.account.curve25519_key.to_base64(),
            "ciphertext": {theirs: {"type": kind, "body": _base64(body)}},
        }

    async def say(self, room: str, text: str) -> None:
        """Say something: encrypted, where a key was shared."""
        kind, content = "m.room.message", {"msgtype": "m.text", "body": text}
        session = self._sessions.get(room)
        if session is not None:
            payload = {"room_id": room, "type": kind, "content": content}
            kind = "m.room.encrypted"
            content = {
                "algorithm": _MEGOLM,
                "sender_key": self.account.curve25519_key.to_base64(),
                "ciphertext": session.encrypt(json.dumps(payload).encode()).to_base64(),
                "session_id": session.session_id,
                "device_id": self.device,
            }
        path = f"/rooms/{quote(room, safe='')}/send/{kind}/{self._txn()}"
        await self.call("PUT", path, content)

    def _txn(self) -> str:
        return str(next(self._numbers))


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")


class Crowd:
    """The people, and one of them who listens to what bots answer."""

    def __init__(self, server: Homeserver) -> None:
        self.server = server
        self.people: list[Speaker] = []
        self._stack = AsyncExitStack()
        self._numbers = count()
        self._listening: asyncio.Task[None] | None = None
        #: Who waits for what a bot says, by room.
        self._ears: dict[str, asyncio.Queue[tuple[float, str]]] = {}

    async def __aenter__(self) -> Self:
        """Have everybody log in."""
        for name in PEOPLE:
            http = aiohttp.ClientSession(self.server.url)
            await self._stack.enter_async_context(http)
            speaker = Speaker(self.server, name, http)
            await speaker.enter()
            self.people.append(speaker)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait([self._listening])
        await self._stack.aclose()

    def listen(self, bots: Sequence[str]) -> None:
        """Hear what these users say, from now on."""
        self._listening = asyncio.create_task(self._listen(bots))

    async def _listen(self, bots: Sequence[str]) -> None:
        kinds = ["m.room.message", "m.room.encrypted"]
        heard = {"types": kinds, "senders": list(bots), "limit": 1000}
        room = {"timeline": heard, "state": _NONE, "ephemeral": _NONE, "account_data": _NONE}
        sieve = json.dumps({"room": room, "presence": _NONE, "account_data": _NONE})
        listener, since = self.people[0], {"timeout": "0"}
        while True:
            seen = await listener.call("GET", "/sync", filter=sieve, **since)
            now = time.perf_counter()
            for name, part in seen.get("rooms", {}).get("join", {}).items():
                ear = self._ears.get(name)
                for event in part["timeline"]["events"] if ear is not None else ():
                    assert ear is not None
                    ear.put_nowait((now, str(event["content"].get("body", ""))))
            since = {"since": seen["next_batch"], "timeout": "30000"}

    async def room(self, bot: str, *, encrypted: bool) -> str:
        """Make a room for a bot, with everybody in it."""
        first, *others = self.people
        names = [each.name for each in others]
        room = await first.create(bot, *names, encrypted=encrypted)
        for each in others:
            await each.call("POST", f"/rooms/{quote(room, safe='')}/join", {})
        self._ears[room] = asyncio.Queue()
        return room

    async def takes_in(self, bot: str, rooms: Sequence[str]) -> None:
        """Have a bot's user join rooms."""
        async with aiohttp.ClientSession(self.server.url) as http:
            user = Speaker(self.server, bot, http)
            await user.log_in()
            for room in rooms:
                await user.call("POST", f"/rooms/{quote(room, safe='')}/join", {})
            await user.call("POST", "/logout", {})

    async def share(self, room: str, bot: str) -> None:
        """Have everybody give their keys to a bot's devices."""
        for each in self.people:
            await each.share(room, self.server.user_id(bot))

    async def arrives(self, room: str, began: float, check: Callable[[], None]) -> float:
        """Ask in a clear room until the bot answers; returns seconds since `began`.

        `check` is called again and again, and raises if there is nothing more to wait for.
        """
        ear, asked = self._ears[room], set[str]()
        async with asyncio.timeout(PATIENCE):
            while True:
                check()
                asked.add(token := self._token())
                await self.people[0].say(room, f"!ping {token}")
                try:
                    while True:
                        at, said = await asyncio.wait_for(ear.get(), _ASK_AGAIN)
                        if any(token in said for token in asked):
                            return at - began
                except TimeoutError:
                    continue

    async def quiet(self, room: str) -> None:
        """Wait until the bot has answered whatever it was asked."""
        with suppress(TimeoutError):
            while True:
                await asyncio.wait_for(self._ears[room].get(), _CALM)

    async def answered(self, room: str, person: int = 0) -> float:
        """Say a `!ping`, wait for the next words of the bot; returns how long that took.

        Bots miss what was said while more came than one answer of the server holds: they are
        asked once more.
        """
        ear = self._ears[room]
        async with asyncio.timeout(PATIENCE):
            while True:
                while not ear.empty():
                    ear.get_nowait()
                began = time.perf_counter()
                await self.people[person].say(room, f"!ping {self._token()}")
                with suppress(TimeoutError):
                    return (await asyncio.wait_for(ear.get(), _QUIET))[0] - began

    async def talk(self, room: str, said: Sequence[str], per_second: float) -> None:
        """Say lines evenly, one person after the other; returns when the bot has read them."""
        await self._say(room, said, per_second)
        await self.answered(room)

    async def commands(self, room: str, number: int, per_second: float) -> int:
        """Have `!ping` said evenly; returns how many were answered before it was quiet."""
        ear = self._ears[room]
        while not ear.empty():
            ear.get_nowait()
        await self._say(room, [f"!ping {self._token()}" for _ in range(number)], per_second)
        for answered in range(number):
            try:
                await asyncio.wait_for(ear.get(), _QUIET)
            except TimeoutError:
                return answered
        return number

    async def _say(self, room: str, said: Sequence[str], per_second: float) -> None:
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for at, text in enumerate(said):
                group.create_task(self.people[at % len(self.people)].say(room, text))
                wait = began + (at + 1) / per_second - time.perf_counter()
                if wait > 0:
                    await asyncio.sleep(wait)

    def _token(self) -> str:
        return f"t{next(self._numbers)}x"
