"""What is said or written so often and no more, whoever asks for it again and again."""

from collections import OrderedDict, deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

#: So many are known again; the one that asked longest ago is forgotten first.
MOST = 5_000


@dataclass(slots=True, kw_only=True)
class Seldom:
    """Something that is done once in `every` for each key."""

    every: timedelta
    _at: OrderedDict[Hashable, datetime] = field(default_factory=OrderedDict)

    def due(self, key: Hashable, now: datetime) -> bool:
        """Tell whether it may be done now; where it may, it counts as done."""
        at = self._at.get(key)
        # A clock that was set back must not keep anybody waiting for what it showed.
        if at is not None and at <= now < at + self.every:
            return False
        self._at[key] = now
        self._at.move_to_end(key)
        if len(self._at) > MOST:
            self._at.popitem(last=False)
        return True

    def undone(self, key: Hashable) -> None:
        """It could not be done: the next time it may."""
        self._at.pop(key, None)


@dataclass(slots=True, kw_only=True)
class Budget:
    """Something that is done `most` times in `every`, and no more often."""

    most: int
    every: timedelta
    _at: deque[datetime] = field(default_factory=deque)

    def spend(self, now: datetime) -> bool:
        """Tell whether it may be done once more; where it may, it counts as done."""
        while self._at and not self._at[0] <= now < self._at[0] + self.every:
            self._at.popleft()
        if len(self._at) >= self.most:
            return False
        self._at.append(now)
        return True
