"""What a hand-over is called, so that the server takes the same words only once.

A server that knows the name answers with the event that it has already. It learns nothing from
names: they are made with a key that never leaves the safe.
"""

import hmac
import json
import secrets

from bot.core.words.ports import Safe

KIND = "once"
_NAME = "key"
_BYTES = 32


class Once:
    """Names of hand-overs; the same for the same words after a restart."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    async def open(cls, safe: Safe) -> "Once":
        """Return the names of this bot; `StoreFailed` where the safe does not keep their key."""
        key = (await safe.load(KIND)).get(_NAME)
        if key is None:
            key = secrets.token_bytes(_BYTES)
            await safe.write({(KIND, _NAME): key})
        return cls(key)

    def name(self, once: str, part: int, room_id: str, words: str) -> str:
        """Return the transaction id in a room for a part of what is known as `once`.

        Other words have another name: they must not be taken for what was said before.
        """
        meant = json.dumps([once, part, room_id, words]).encode()
        return hmac.new(self._key, meant, "sha256").hexdigest()
