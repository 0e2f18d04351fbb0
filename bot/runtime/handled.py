"""Which messages were handled since the start, for as long as the database cannot be asked.

A reserve knows only what came in since the fall: whoever shows the words of somebody on the team
once more would be obeyed there.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

from bot.core.words.inbound import Inbound

#: So many are remembered; the one that was handled longest ago is forgotten first.
MOST = 10_000


@dataclass(slots=True, kw_only=True)
class Handled:
    """Keys of messages whose commit stands, each with the mark of that delivery."""

    _marks: OrderedDict[str, str | None] = field(default_factory=OrderedDict)

    def add(self, inbound: Inbound) -> None:
        """What a message asked for is done, or needs nothing."""
        self._marks.setdefault(inbound.key, inbound.mark)
        if len(self._marks) > MOST:
            self._marks.popitem(last=False)

    def knows(self, inbound: Inbound) -> bool:
        """Tell whether this very message was handled."""
        return inbound.key in self._marks

    def replays(self, inbound: Inbound) -> bool:
        """Tell whether a message that was handled comes once more as if it were new."""
        return self.knows(inbound) and self._marks[inbound.key] != inbound.mark
