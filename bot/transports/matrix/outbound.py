"""The sessions that the bot writes with, one a room, and who holds the keys of each.

Only devices that are proven to be their owner's get a key, see `owners`.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from nio.crypto import Olm, OlmDevice, OutboundGroupSession

from bot.transports.matrix.keytalk import Caller, KeyTalk
from bot.transports.matrix.owners import Device

MEGOLM = "m.megolm.v1.aes-sha2"
MOST_MESSAGES = 100
LONGEST = timedelta(days=7)

#: A device as its key was given to it: whoever has the same name and other keys is another.
Reader = tuple[str, str, str, str]


@dataclass(slots=True, kw_only=True)
class Voice:
    """A session, and who can read it. `shared` once all that were to have the key have it."""

    made_at: datetime
    session: OutboundGroupSession = field(default_factory=OutboundGroupSession)
    readers: set[Reader] = field(default_factory=set)
    shared: bool = False
    #: For whom it was shared last: their names, the room's epoch, the version of the devices.
    state: tuple[frozenset[str], int, int] | None = None


class Outbounds:
    """Gives keys to devices before anything is said. A restart begins all sessions anew."""

    def __init__(
        self,
        olm: Olm,
        talk: KeyTalk,
        flush: Callable[[], Awaitable[None]],
        now: Callable[[], datetime],
    ) -> None:
        self._olm = olm
        self._talk = talk
        self._flush = flush
        self._now = now
        self._voices: dict[str, Voice] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def voice(self, room_id: str) -> Voice | None:
        """Return the session of a room, if it may be written with."""
        voice = self._voices.get(room_id)
        return voice if voice is not None and voice.shared and not self._is_used_up(voice) else None

    async def share(self, wire: Caller, room_id: str, users: Sequence[str], epoch: int) -> None:
        """See that exactly the devices of these users hold the key of the room's session."""
        async with self._locks[room_id]:
            others = frozenset(users) - {self._olm.user_id}
            voice = self.voice(room_id)
            if voice is not None and voice.state == (others, epoch, self._talk.version):
                return
            await self._talk.query(wire, others)
            state = (others, epoch, self._talk.version)
            devices = {_reader(one): one for user in others for one in self._active(user)}
            voice = self._voices.get(room_id)
            if voice is None or self._is_used_up(voice) or not voice.readers <= devices.keys():
                voice = self._voices[room_id] = Voice(made_at=self._now())
            missing = {each: one for each, one in devices.items() if each not in voice.readers}
            await self._give(wire, room_id, voice, missing)
            voice.session.mark_as_shared()
            voice.shared = True
            # Who has no keys left, is looked at again with the next message.
            voice.state = state if voice.readers == devices.keys() else None

    async def _give(
        self, wire: Caller, room_id: str, voice: Voice, devices: dict[Reader, OlmDevice]
    ) -> None:
        if not devices:
            return
        sessions = self._olm.session_store
        await self._talk.claim(
            wire, [one for one in devices.values() if sessions.get(one.curve25519) is None]
        )
        content = {
            "algorithm": MEGOLM,
            "room_id": room_id,
            "session_id": voice.session.id,
            "session_key": voice.session.session_key,
        }
        messages, readers = [], set()
        for reader, device in devices.items():
            session = sessions.get(device.curve25519)
            if session is not None:
                messages.append((device.user_id, device.id, self._locked(session, device, content)))
                readers.add(reader)
        # Whoever may have got it counts as a reader, even if the answer is lost; and no state of a
        # session is used twice, even after a crash.
        voice.readers |= readers
        await self._flush()
        try:
            await self._talk.send(wire, messages)
        except BaseException:
            # Who of them has it is not known: neither is it written with, nor shared again.
            self._voices.pop(room_id, None)
            raise

    def _locked(self, session: Any, device: OlmDevice, content: dict[str, str]) -> dict[str, Any]:
        return dict(self._olm._olm_encrypt(session, device, "m.room_key", content))  # noqa: SLF001 - the machine has no other door to one message

    def _active(self, user: str) -> Iterable[OlmDevice]:
        owners, every = self._talk.owners, self._olm.device_store.active_user_devices(user)
        return (one for one in every if owners.may_read(user, as_device(one)))

    def _is_used_up(self, voice: Voice) -> bool:
        return (
            voice.session.message_count >= MOST_MESSAGES
            or bool(voice.session.expired)
            or self._now() - voice.made_at >= LONGEST
        )


def as_device(device: OlmDevice) -> Device:
    """Return what tells a device from all others of its owner."""
    return str(device.id), str(device.ed25519), str(device.curve25519)


def _reader(device: OlmDevice) -> Reader:
    return device.user_id, device.id, device.ed25519, device.curve25519
