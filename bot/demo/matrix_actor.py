"""The people of the demo on Matrix: a small encrypting client each, remembering everything."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nio import (
    AsyncClient,
    AsyncClientConfig,
    EncryptionError,
    ErrorResponse,
    InviteMemberEvent,
    MegolmEvent,
    RoomMemberEvent,
    RoomMessageNotice,
    RoomMessageText,
    RoomPreset,
    SyncResponse,
)

from bot.demo.cast import BOT, DM, Deed, Heard, Listener, Witness
from bot.demo.signer import sign
from bot.transports.matrix.memory_safe import MemorySafe

#: How long the homeserver may hold an empty answer back, in milliseconds.
_POLL = 10_000
#: How long the bot may take to come to a direct message, in seconds.
_COMES_WITHIN = 30.0
#: What people see of each other in a room, by what became of a membership.
_MOVES = {"join": "{nick} joins", "leave": "{nick} leaves"}
#: Settings of a room whose changes are seen, with the key that holds their value.
_SETTINGS = {"m.room.join_rules": "join_rule", "m.room.history_visibility": "history_visibility"}

ENCRYPTED = {
    "type": "m.room.encryption",
    "state_key": "",
    "content": {"algorithm": "m.megolm.v1.aes-sha2"},
}
NO_GUESTS = {
    "type": "m.room.guest_access",
    "state_key": "",
    "content": {"guest_access": "forbidden"},
}


@dataclass(slots=True, kw_only=True)
class Town:
    """What all people share: the homeserver, where clients keep things, and rooms by name."""

    url: str
    domain: str
    folder: Path
    rooms: dict[str, str] = field(default_factory=dict)

    def user(self, nick: str) -> str:
        """Return somebody's user id."""
        return f"@{nick}:{self.domain}"


class MatrixActor(Listener):
    """One person at one Matrix client; implements `cast.Actor`.

    What they say and do is done by `live`, in order. Their direct message with the bot is the
    encrypted room in which the bot wrote last, else one that they make.
    """

    def __init__(self, nick: str, witness: Witness, town: Town) -> None:
        super().__init__(nick)
        self._witness = witness
        self._town = town
        self._client = AsyncClient(
            town.url,
            town.user(nick),
            store_path=str(town.folder),
            config=AsyncClientConfig(store_sync_tokens=False, encryption_enabled=True),
        )
        self._to_do: asyncio.Queue[Callable[[], Awaitable[object]]] = asyncio.Queue()
        self._unread: list[tuple[str, MegolmEvent]] = []
        self._direct: str | None = None
        self._keeping = asyncio.Lock()
        self._life: asyncio.Task[None] | None = None

    # -- coming and going

    async def enter(self, password: str, group: asyncio.TaskGroup) -> None:
        """Log in as a new device whose keys are published, and go on in a task of `group`.

        Raises ConnectionError where the homeserver does not let them.
        """
        _done(await self._client.login(password, device_name=self.nick))
        assert self._client.olm is not None, "nothing is said in clear where it should not be"
        _done(await self._client.keys_upload())
        await sign(self._client, MemorySafe(), password)
        await self._sync(0)
        self._life = group.create_task(self._live())

    async def leave(self) -> None:
        """Stop, and close every connection."""
        self._gone = True
        self._news.set()
        if self._life is not None:
            self._life.cancel()
            await asyncio.wait([self._life])
        await self._client.close()

    async def create(self, name: str, *state: dict[str, Any], public: bool = False) -> str:
        """Make a room; returns its id."""
        preset = RoomPreset.public_chat if public else RoomPreset.private_chat
        made = self._client.room_create(name=name, preset=preset, initial_state=state)
        return str(_done(await made).room_id)

    async def join(self, place: str, *, within: float = 30.0) -> None:
        """Join a room and wait until it is there."""
        room_id = self._town.rooms[place]
        _done(await self._client.join(room_id))
        async with asyncio.timeout(within):
            while room_id not in self._client.rooms:
                await self._more()

    async def bring(self, nick: str, place: str) -> None:
        """Invite somebody to a room, and wait until that is done."""
        _done(await self._client.room_invite(self._town.rooms[place], self._town.user(nick)))

    # -- speaking and doing

    def say(self, target: str, text: str) -> None:
        """Send a message to a room, or to the bot."""
        self._to_do.put_nowait(lambda: self._say(target, text))

    def does(self, deed: Deed, place: str) -> None:
        """Join or leave a room, let anybody in, or only invited people who cannot look back."""
        self._to_do.put_nowait(lambda: self._does(deed, self._town.rooms[place]))

    def invite(self, nick: str, place: str) -> None:
        """Let somebody into a room."""
        self._to_do.put_nowait(lambda: self.bring(nick, place))

    async def _say(self, target: str, text: str) -> None:
        room_id = self._town.rooms.get(target)
        if room_id is None:
            assert target == BOT, "nobody else is written to"
            room_id = self._direct or await self._meet()
        await self._keep_up()
        content = {"msgtype": "m.text", "body": text}
        sent = self._client.room_send(
            room_id, "m.room.message", content, ignore_unverified_devices=True
        )
        _done(await sent)

    async def _does(self, deed: Deed, room_id: str) -> None:
        match deed:
            case Deed.JOIN:
                _done(await self._client.join(room_id))
            case Deed.PART:
                _done(await self._client.room_leave(room_id))
            case Deed.OPEN:
                await self._set(room_id, "m.room.join_rules", "public")
            case Deed.CLOSE:
                await self._set(room_id, "m.room.join_rules", "invite")
                await self._set(room_id, "m.room.history_visibility", "joined")

    async def _set(self, room_id: str, kind: str, value: str) -> None:
        _done(await self._client.room_put_state(room_id, kind, {_SETTINGS[kind]: value}))

    async def _meet(self) -> str:
        """Make a direct message with the bot, and wait until it has come."""
        bot = self._town.user(BOT)
        made = self._client.room_create(
            is_direct=True,
            preset=RoomPreset.private_chat,
            invite=[bot],
            initial_state=[ENCRYPTED, NO_GUESTS],
        )
        room_id = str(_done(await made).room_id)
        async with asyncio.timeout(_COMES_WITHIN):
            while not self._is_in(bot, room_id):
                await self._more()
        self._direct = room_id
        return room_id

    def _is_in(self, user: str, room_id: str) -> bool:
        room = self._client.rooms.get(room_id)
        return room is not None and user in room.users and user not in room.invited_users

    # -- hearing

    async def _live(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._work())
            while True:
                await self._sync(_POLL)

    async def _work(self) -> None:
        while True:
            deed = await self._to_do.get()
            await deed()

    async def _sync(self, wait: int) -> None:
        first = self._client.next_batch is None
        answer = _done(await self._client.sync(timeout=wait, full_state=first))
        # Keys first: whoever has just come must be able to read what is said next.
        await self._keep_up()
        await self._accept(answer)
        for room_id, room in answer.rooms.join.items():
            for event in room.timeline.events:
                self._take(room_id, event)
        self._read_again()
        self._news.set()

    async def _keep_up(self) -> None:
        """Publish, look up and claim the keys that are asked for, and send what waits for them."""
        async with self._keeping:
            client = self._client
            if client.should_upload_keys:
                _done(await client.keys_upload())
            if client.should_query_keys:
                _done(await client.keys_query())
            if client.should_claim_keys:
                _done(await client.keys_claim(client.get_users_for_key_claiming()))
            await client.send_to_device_messages()

    async def _accept(self, answer: SyncResponse) -> None:
        """Follow the bot wherever it invites."""
        for room_id, room in answer.rooms.invite.items():
            if any(self._is_asked(event) for event in room.invite_state):
                _done(await self._client.join(room_id))

    def _is_asked(self, event: object) -> bool:
        return (
            isinstance(event, InviteMemberEvent)
            and (event.membership, event.sender) == ("invite", self._town.user(BOT))
            and event.state_key == self._client.user_id
        )

    def _take(self, room_id: str, event: object) -> None:
        match event:
            case MegolmEvent():
                self._unread.append((room_id, event))
            case RoomMessageText() | RoomMessageNotice() if event.sender != self._client.user_id:
                place = self._place(room_id, event.sender)
                for line in event.body.splitlines():
                    self._hear(place, _nick(event.sender), line)
            case RoomMemberEvent() if event.membership != event.prev_membership:
                if event.membership in _MOVES:
                    self._happen(
                        room_id, _MOVES[event.membership].format(nick=_nick(event.state_key))
                    )
            case _:
                self._see(room_id, getattr(event, "source", {}))

    def _see(self, room_id: str, source: dict[str, Any]) -> None:
        """Notice a changed setting of a room."""
        key = _SETTINGS.get(source.get("type", ""))
        if key is not None:
            nick = _nick(source["sender"])
            self._happen(room_id, f"{nick} sets {key} to {source['content'].get(key)}")

    def _read_again(self) -> None:
        """Read what could not be read when it came, now that there may be keys."""
        unread, self._unread = self._unread, []
        for room_id, event in unread:
            try:
                self._take(room_id, self._client.decrypt_event(event))
            except EncryptionError:
                self._unread.append((room_id, event))

    def _place(self, room_id: str, sender: str) -> str:
        for name, known in self._town.rooms.items():
            if known == room_id:
                return name
        if sender == self._town.user(BOT):
            self._direct = room_id
        return DM

    def _happen(self, room_id: str, text: str) -> None:
        place = self._place(room_id, "")
        if place != DM:
            self._hear(place, "", text)

    def _hear(self, place: str, nick: str, text: str) -> None:
        heard = Heard(place=place, nick=nick, text=text)
        self.record.append(heard)
        self._witness(self, heard)


def _nick(user: str) -> str:
    return user.removeprefix("@").partition(":")[0]


def _done(answer: Any) -> Any:
    """Return an answer of the homeserver; ConnectionError where it says no."""
    if isinstance(answer, ErrorResponse):
        message = f"the homeserver refuses: {answer.status_code}"
        raise ConnectionError(message)
    return answer
