"""What goes out in a comparison of keys, in order: to a device, or into a direct message.

It is no word of anybody's: only what the protocol says, to the one with whom keys are compared.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import structlog

from bot.core.words.ports import Safe, StoreFailed
from bot.transports.matrix.canonical import ED25519
from bot.transports.matrix.crypt import Crypt, CryptError
from bot.transports.matrix.sas import Send
from bot.transports.matrix.seeds import MASTER, USER_SIGNING, load
from bot.transports.matrix.wire import Lost, Refused, Wire, seg

_log = structlog.get_logger(__name__)
_V3 = "/_matrix/client/v3"


class Posting:
    """The way out of one login's comparisons; `run` goes on for as long as the login."""

    def __init__(self, wire: Wire, crypt: Crypt, safe: Safe) -> None:
        self._wire = wire
        self._crypt = crypt
        self._safe = safe
        self._to_do: asyncio.Queue[Callable[[], Awaitable[None]]] = asyncio.Queue()

    def say(self, user: str, device: str, room_id: str | None, send: Send) -> None:
        """Send a content: to a device, or encrypted in a room."""
        if room_id is None:
            self._to_do.put_nowait(partial(self._to_device, user, device, send))
        else:
            self._to_do.put_nowait(partial(self._in_room, user, room_id, send))

    def proven(self, user: str, master: str, then: Callable[[bool], None]) -> None:
        """Somebody's master key was compared: let it count, and sign it.

        `then` is told whether it counts, once that is durable.
        """
        self._to_do.put_nowait(partial(self._trust, user, master, then))

    async def run(self) -> None:
        """Do what there is to do, until cancelled."""
        while True:
            deed = await self._to_do.get()
            try:
                await deed()
            # Whoever compares begins again; what they hear meanwhile is that it ended.
            except (Refused, Lost, CryptError, StoreFailed) as error:
                _log.warning("matrix.comparison-unsaid", error=type(error).__name__)

    async def _to_device(self, user: str, device: str, send: Send) -> None:
        path = f"{_V3}/sendToDevice/{seg(send.type)}/{secrets.token_hex(16)}"
        await self._wire.call("PUT", path, body={"messages": {user: {device: send.content}}})

    async def _in_room(self, user: str, room_id: str, send: Send) -> None:
        await self._crypt.share(self._wire, room_id, [user])
        locked = self._crypt.lock(room_id, send.type, send.content)
        path = f"{_V3}/rooms/{seg(room_id)}/send/m.room.encrypted/{secrets.token_hex(16)}"
        await self._wire.call("PUT", path, body=locked)

    async def _trust(self, user: str, master: str, then: Callable[[bool], None]) -> None:
        try:
            await self._crypt.trust(user, master)
        except (StoreFailed, ValueError) as error:
            _log.warning("matrix.compared-not-kept", error=type(error).__name__)
            then(False)
            return
        then(True)
        await self._sign(user, master)

    async def _sign(self, user: str, master: str) -> None:
        """Sign their master key, so that their other devices, too, know it was compared."""
        seeds = await load(self._safe)
        if seeds is None:
            return
        answer = await self._wire.call(
            "POST", f"{_V3}/keys/query", body={"device_keys": {user: []}}
        )
        listed = answer.get("master_keys") if isinstance(answer, dict) else None
        key = listed.get(user) if isinstance(listed, dict) else None
        if not isinstance(key, dict) or not _is_master(key, user, master):
            return
        bare = {
            name: value for name, value in key.items() if name not in {"signatures", "unsigned"}
        }
        me = self._crypt.own_device.user_id
        try:
            signed = seeds.signed(USER_SIGNING, me, bare)
        except ValueError:
            return
        await self._wire.call(
            "POST", f"{_V3}/keys/signatures/upload", body={user: {master: signed}}
        )


def _is_master(key: dict[str, Any], user: str, master: str) -> bool:
    """Whether an object says that this is the master key of this user, and nobody else's."""
    named = (key.get("user_id"), key.get("usage"), key.get("keys"))
    return named == (user, [MASTER], {f"{ED25519}{master}": master})
