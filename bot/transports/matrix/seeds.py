"""The bot's own cross-signing keys: three seeds that stay in the safe, and what they say in public.

Source: Matrix specification 1.15, client-server API, "Cross-signing".
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.core.words.ports import Safe
from bot.transports.matrix.canonical import ED25519, public_of, sign

KIND = "cross-signing"
MASTER, SELF_SIGNING, USER_SIGNING = "master", "self_signing", "user_signing"
USAGES = (MASTER, SELF_SIGNING, USER_SIGNING)
LENGTH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeds:
    """The private halves, 32 bytes each."""

    master: bytes = field(repr=False)
    self_signing: bytes = field(repr=False)
    user_signing: bytes = field(repr=False)

    @staticmethod
    def new() -> "Seeds":
        """Return keys that nobody has seen."""
        return Seeds(**{usage: secrets.token_bytes(LENGTH) for usage in USAGES})

    def of(self, usage: str) -> bytes:
        """Return the seed for one usage."""
        return {
            MASTER: self.master,
            SELF_SIGNING: self.self_signing,
            USER_SIGNING: self.user_signing,
        }[usage]

    def public(self, usage: str) -> str:
        """Return the public key for one usage, as unpadded base64."""
        return public_of(self.of(usage))

    def key_id(self, usage: str) -> str:
        """Return how a key of ours is named in signatures."""
        return f"{ED25519}{self.public(usage)}"

    def published(self, user_id: str) -> dict[str, dict[str, Any]]:
        """Return the three public keys by usage, the two lesser ones signed by the master."""
        found: dict[str, dict[str, Any]] = {}
        for usage in USAGES:
            key = {
                "user_id": user_id,
                "usage": [usage],
                "keys": {self.key_id(usage): self.public(usage)},
            }
            if usage != MASTER:
                key = self.signed(MASTER, user_id, key)
            found[usage] = key
        return found

    def signed(self, usage: str, user_id: str, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return an object with a signature of ours added to those that it has."""
        signatures = dict(value.get("signatures", {}))
        mine = dict(signatures.get(user_id, {}))
        mine[self.key_id(usage)] = sign(self.of(usage), value)
        return {**value, "signatures": {**signatures, user_id: mine}}

    def kept(self) -> dict[tuple[str, str], bytes | None]:
        """Return what the safe is to hold."""
        return {(KIND, usage): self.of(usage) for usage in USAGES}


async def load(safe: Safe) -> Seeds | None:
    """Return the seeds that the safe holds; None where one of them is missing. `StoreFailed`."""
    held = await safe.load(KIND)
    if not all(len(held.get(usage, b"")) == LENGTH for usage in USAGES):
        return None
    return Seeds(**{usage: held[usage] for usage in USAGES})


def fingerprint(public: str) -> str:
    """Return a public key as people compare it: in groups of four, as Element shows it."""
    return " ".join(public[at : at + 4] for at in range(0, len(public), 4))
