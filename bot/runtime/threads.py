"""Which cases a thread of a room is about, where a network has threads."""

from collections import OrderedDict
from dataclasses import dataclass, field

from bot.core.words.inbound import Inbound
from bot.core.words.places import Place, PlaceKind

#: So many threads are remembered; the one that was used longest ago is forgotten first.
MOST = 5_000
#: So many cases of a thread are remembered: whoever must not know of the last one of them has to
#: find the one before, as if the last had never been used there.
MOST_CASES = 8


@dataclass(slots=True, kw_only=True)
class Threads:
    """Remembers the last cases that were used in each thread, in memory only."""

    _used: OrderedDict[tuple[Place, str], tuple[str, ...]] = field(default_factory=OrderedDict)

    def use(self, inbound: Inbound, case: str | None) -> None:
        """A line in a thread was about this case, if about any."""
        if case is None or inbound.thread is None or inbound.place.kind is not PlaceKind.ROOM:
            return
        key = (inbound.place, inbound.thread)
        earlier = (each for each in self._used.get(key, ()) if each != case)
        self._used[key] = (case, *earlier)[:MOST_CASES]
        self._used.move_to_end(key)
        if len(self._used) > MOST:
            self._used.popitem(last=False)

    def cases(self, inbound: Inbound) -> tuple[str, ...]:
        """Return what a line that names no case may be about: the last of its thread first."""
        if inbound.thread is None or inbound.place.kind is not PlaceKind.ROOM:
            return ()
        used = self._used.get((inbound.place, inbound.thread), ())
        about = () if inbound.about is None or inbound.about in used else (inbound.about,)
        return (*used, *about)
