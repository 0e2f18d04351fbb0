"""A safe that holds its values in memory: for tests, and for a bot whose disk takes nothing in."""

from collections.abc import Mapping


class MemorySafe:
    """`Safe` without a disk: what is in it is gone when the program ends."""

    def __init__(self) -> None:
        self._values: dict[str, dict[str, bytes]] = {}

    async def load(self, kind: str) -> Mapping[str, bytes]:
        """Return all values of a kind by name."""
        return dict(self._values.get(kind, {}))

    async def write(self, changes: Mapping[tuple[str, str], bytes | None]) -> None:
        """Set values by kind and name, or forget them (None)."""
        for (kind, name), value in changes.items():
            if value is None:
                self._values.get(kind, {}).pop(name, None)
            else:
                self._values.setdefault(kind, {})[name] = value
