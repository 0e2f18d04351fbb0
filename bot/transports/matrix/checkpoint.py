"""From where the next process goes on: a batch counts once all that it asked for is durable.

Ordinary talk asks for nothing, and is worth no write of its own: after a crash it is read again.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from bot.core.words.ports import Clock, Probe, Safe, StoreFailed, no_probe

_log = structlog.get_logger(__name__)
KIND = "sync"
_NAME = "token"
#: Batches that asked for nothing are noted this often, in seconds.
_SELDOM = 60.0


@dataclass(slots=True, eq=False)
class Batch:
    """What one answer of the server asked for; `token` is what the next request begins with."""

    token: str
    left: int = 0
    asked: int = 0
    whole: bool = False

    @property
    def settled(self) -> bool:
        """Whether nothing of it is open any more."""
        return self.whole and self.left == 0


@dataclass(slots=True)
class Checkpoint:
    """The batches in hand, oldest first, and the token that is durable."""

    safe: Safe
    clock: Clock
    probe: Probe = no_probe
    _open: deque[Batch] = field(default_factory=deque)
    _reached: str | None = None
    _kept: str | None = None
    _pressing: bool = False
    _written_at: float = 0.0

    async def load(self) -> str | None:
        """Return where an earlier process stopped; None where there is nothing to go on from."""
        kept = (await self.safe.load(KIND)).get(_NAME)
        self._kept = self._reached = None if kept is None else kept.decode()
        self._open.clear()
        self._written_at = self.clock.monotonic()
        return self._kept

    def begin(self, token: str) -> Batch:
        """Take a batch in hand."""
        batch = Batch(token)
        self._open.append(batch)
        return batch

    def asks(self, batch: Batch) -> Callable[[], None]:
        """Count one thing that a batch asks for; what is returned is called once it is durable."""
        batch.left += 1
        batch.asked += 1
        open_still = [batch]

        def done() -> None:
            if open_still:
                open_still.pop().left -= 1
                self._advance()

        return done

    def passed(self, batch: Batch) -> None:
        """One thing that a batch asked for was passed over at once: that is worth no write."""
        batch.asked -= 1

    def end(self, batch: Batch) -> None:
        """Nothing more is asked for by a batch."""
        batch.whole = True
        self._advance()

    def drop(self, batch: Batch) -> None:
        """A batch could not be taken in whole: it will be asked for again."""
        if batch in self._open:
            self._open.remove(batch)

    def _advance(self) -> None:
        while self._open and self._open[0].settled:
            batch = self._open.popleft()
            self._reached = batch.token
            self._pressing = self._pressing or batch.asked > 0

    async def write(self, *, now: bool = False) -> None:
        """Make durable how far all is done, where that is worth it; `now`: in any case."""
        seldom = self.clock.monotonic() - self._written_at >= _SELDOM
        reached = self._reached
        if reached is None or reached == self._kept or not (now or self._pressing or seldom):
            return
        self._pressing = False
        try:
            await self.safe.write({(KIND, _NAME): reached.encode()})
        except StoreFailed:
            # Then the next process reads more than once, and each message still counts once.
            _log.warning("matrix.checkpoint-failed")
            return
        self.probe("matrix.checkpoint.written")
        self._kept = reached
        self._written_at = self.clock.monotonic()
