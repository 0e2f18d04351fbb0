"""Which case a thread of a room is about, where a network has threads."""

from collections import OrderedDict
from dataclasses import dataclass, field

from bot.core.words.inbound import Inbound
from bot.core.words.places import Place, PlaceKind

#: So many threads are remembered; the one that was used longest ago is forgotten first.
MOST = 5_000


@dataclass(slots=True, kw_only=True)
class Threads:
    """Remembers the last case that was used in each thread, in memory only."""

    _used: OrderedDict[tuple[Place, str], str] = field(default_factory=OrderedDict)

    def use(self, inbound: Inbound, case: str | None) -> None:
        """A line in a thread was about this case, if about any."""
        if case is None or inbound.thread is None or inbound.place.kind is not PlaceKind.ROOM:
            return
        key = (inbound.place, inbound.thread)
        self._used[key] = case
        self._used.move_to_end(key)
        if len(self._used) > MOST:
            self._used.popitem(last=False)

    def case(self, inbound: Inbound) -> str | None:
        """Return the case of a line that names none: the last of its thread, else its thread's."""
        if inbound.thread is None or inbound.place.kind is not PlaceKind.ROOM:
            return None
        return self._used.get((inbound.place, inbound.thread), inbound.about)
