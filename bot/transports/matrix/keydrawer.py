"""What the safe keeps of our own keys: those that count, and those no server has taken yet."""

from bot.core.words.ports import Safe
from bot.transports.matrix.seeds import LENGTH, MASTER, USAGES, Seeds, load

_PENDING, _APPROVAL = "cross-signing-pending", "cross-signing-approval"


class KeyDrawer:
    """One bot's. Every method raises `StoreFailed` where the safe does."""

    def __init__(self, safe: Safe) -> None:
        self._safe = safe

    async def recall(self, shown: str | None) -> tuple[Seeds | None, bool]:
        """Return our keys, and whether they are new ones that the server has taken meanwhile."""
        pending = await self._pending()
        if pending is None or pending.public(MASTER) != shown:
            return await load(self._safe), False
        await self.promote(pending)
        return pending, True

    async def first(self) -> Seeds:
        """Return new keys where we had none, durable before anybody sees them."""
        seeds = Seeds.new()
        await self._safe.write(seeds.kept())
        return seeds

    async def replacement(self) -> Seeds:
        """Return keys to replace ours: those that a human is asked to approve, else new ones."""
        pending = await self._pending()
        if pending is not None and await self.session(pending) is not None:
            return pending
        seeds = Seeds.new()
        await self._safe.write({(_PENDING, usage): seeds.of(usage) for usage in USAGES})
        return seeds

    async def promote(self, seeds: Seeds) -> None:
        """Let keys count that the server has taken; nothing waits any more."""
        changes = seeds.kept()
        for kind in (_PENDING, _APPROVAL):
            changes |= {(kind, name): None for name in await self._safe.load(kind)}
        await self._safe.write(changes)

    async def session(self, seeds: Seeds) -> str | None:
        """Return the session in which a human approves keys."""
        held = (await self._safe.load(_APPROVAL)).get(seeds.public(MASTER))
        return None if held is None else held.decode()

    async def wait(self, seeds: Seeds, session: str) -> None:
        """Keep the session in which a human approves keys."""
        await self._safe.write({(_APPROVAL, seeds.public(MASTER)): session.encode()})

    async def forget(self, seeds: Seeds) -> None:
        """Forget that session."""
        await self._safe.write({(_APPROVAL, seeds.public(MASTER)): None})

    async def _pending(self) -> Seeds | None:
        held = await self._safe.load(_PENDING)
        if not all(len(held.get(usage, b"")) == LENGTH for usage in USAGES):
            return None
        return Seeds(**{usage: held[usage] for usage in USAGES})
