"""What both sides of a comparison can work out, and nobody in between: the code, and the proofs."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from vodozemac import EstablishedSas

from bot.transports.matrix import sas_words as words
from bot.transports.matrix.canonical import pad_off
from bot.transports.matrix.sas_emoji import EMOJI
from bot.transports.matrix.sas_words import Code, Flow, Party, Terms, Wrong


def commitment(key: str, start: bytes) -> str:
    """Return what holds somebody to a key (unpadded base64) before they show it.

    `start` is the canonical form of the `start` that counts.
    """
    return pad_off(hashlib.sha256(key.encode() + start).digest())


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The code that people compare: seven pairs of picture and name, three numbers, or one."""

    emoji: tuple[tuple[str, str], ...]
    decimals: tuple[int, int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """The secret of two devices, in one comparison under agreed terms."""

    flow: Flow
    me: Party
    them: Party
    terms: Terms
    secret: EstablishedSas = field(repr=False)

    def shown(self, own_key: str, their_key: str, *, started_by_us: bool) -> Shown:
        """Return what both sides see, if both have each other's true key."""
        mine = f"{self.me.user_id}|{self.me.device_id}|{own_key}"
        theirs = f"{self.them.user_id}|{self.them.device_id}|{their_key}"
        first, second = (mine, theirs) if started_by_us else (theirs, mine)
        seen = self.secret.bytes(f"MATRIX_KEY_VERIFICATION_SAS|{first}|{second}|{self.flow.id}")
        pictures = tuple(EMOJI[each] for each in seen.emoji_indices)
        return Shown(
            emoji=pictures if words.EMOJI in self.terms.strings else (),
            decimals=seen.decimals if words.DECIMAL in self.terms.strings else None,
        )

    def sealed(self) -> dict[str, Any]:
        """Return the proofs of our keys. `Wrong` where our device has the name of a key."""
        info, own = self._info(self.me, self.them), self.me.keys()
        sealed = {name: self._seal(key, info + name) for name, key in own.items()}
        keys = self._seal(",".join(sorted(own)), f"{info}KEY_IDS")
        return {**self.flow.mark(), "mac": sealed, "keys": keys}

    def proven(self, content: dict[str, Any]) -> tuple[str, str | None]:
        """Return which keys of theirs are proven: the device's, and the master's if it is.

        `Wrong` where a proof of a key that we know is not right, or that of the device is missing.
        """
        given, keys = content.get("mac"), words.text(content, "keys")
        if not isinstance(given, dict):
            raise Wrong(Code.INVALID_MESSAGE)
        info, known = self._info(self.them, self.me), self.them.keys()
        if not words.same(self._seal(",".join(sorted(given)), f"{info}KEY_IDS"), keys):
            raise Wrong(Code.KEY_MISMATCH)
        proven = {name: key for name, key in known.items() if name in given}
        for name, key in proven.items():
            if not words.same(self._seal(key, info + name), given[name]):
                raise Wrong(Code.KEY_MISMATCH)
        device = proven.get(f"ed25519:{self.them.device_id}")
        if device is None:
            raise Wrong(Code.KEY_MISMATCH)
        return device, proven.get(f"ed25519:{self.them.master}")

    def _seal(self, value: str, info: str) -> str:
        """Return the proof that we know a value, for this comparison and this purpose."""
        if self.terms.mac == words.MAC_OLD:
            return self.secret.calculate_mac_invalid_base64(value, info)
        return self.secret.calculate_mac(value, info)

    def _info(self, giver: Party, taker: Party) -> str:
        who = f"{giver.user_id}{giver.device_id}{taker.user_id}{taker.device_id}"
        return f"MATRIX_KEY_VERIFICATION_MAC{who}{self.flow.id}"
