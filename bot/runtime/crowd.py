"""Everybody's turn: each speaker has a line of their own, and strangers are served a few at a time.

So nobody waits for anybody else, and thousands of strangers bury neither the store nor the
network. What is urgent jumps its speaker's line.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field

from bot.core.intake.spoken import Word, hear
from bot.core.words.doors import Line
from bot.core.words.inbound import Inbound
from bot.runtime.supervisor import Supervisor

#: Lines of one speaker that may wait; beyond that they are told to slow down.
MOST_WAITING = 200
#: The same for lines that their network keeps until they are done: somebody may have written all
#: of them while the bot was away, and nobody else will ever read them.
MOST_KEPT = 5_000
#: Strangers who are served at once, from the reading of a line to its answer on the wire.
AT_ONCE = 16
#: Lines of all strangers that may wait. From the first number on, each may have only a few; what
#: a network keeps is passed over only beyond the second, and all of it beyond the third.
CROWDED, MOST_IN_ALL, MOST_AT_ALL = 5_000, 20_000, 40_000
MOST_IN_CROWD = 5
#: Strangers who are served at once in such a crowd: reading what all of them say comes first, for
#: one of them may be in danger.
AT_ONCE_IN_CROWD = 4
#: What may say that somebody is in danger, as an answer: its author is served before others.
MAY_CALL = frozenset({Word.YES, Word.AGREED, Word.UNSURE})


@dataclass(slots=True)
class _Queue:
    waiting: deque[tuple[Inbound, Line | None]] = field(default_factory=deque)
    #: Lines that jumped the queue: what was said after them is answered after them.
    ahead: set[asyncio.Task[None]] = field(default_factory=set)
    busy: bool = False
    #: Whether a stranger's turn is to come.
    lined_up: bool = False
    told: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing of this speaker is in hand."""
        return not (self.waiting or self.ahead or self.busy)


@dataclass(slots=True, kw_only=True)
class Crowd:
    """Keeps the order of lines within bounds, and hands each over when its turn has come."""

    supervisor: Supervisor
    #: Does what one line asks for.
    handle: Callable[[Inbound, Line | None], Coroutine[None, None, None]]
    #: Tells a speaker that their lines are being passed over.
    slow_down: Callable[[Inbound], Awaitable[None]]
    _queues: dict[str, _Queue] = field(default_factory=dict)
    #: Strangers whose turn is to come: those who may be calling, and all others.
    _callers: deque[str] = field(default_factory=deque)
    _crowd: deque[str] = field(default_factory=deque)
    #: Strangers being served, and being told to slow down; lines of strangers that wait.
    _served: int = 0
    _telling: int = 0
    _waiting: int = 0

    def jump(self, inbound: Inbound, work: Coroutine[None, None, None]) -> None:
        """Begin the work of an urgent line; what its speaker says after it waits for it."""
        identity = inbound.speaker.identity
        queue = self._queues.setdefault(identity, _Queue())
        task = self.supervisor.once("urgent line", work)
        queue.ahead.add(task)
        task.add_done_callback(lambda done: self._through(identity, queue, done))

    def take(self, inbound: Inbound, line: Line | None) -> bool:
        """Put a line into its speaker's order; False where too much waits and it is passed over."""
        identity = inbound.speaker.identity
        queue = self._queues.setdefault(identity, _Queue())
        stranger = inbound.speaker.person is None
        kept = inbound.done is not None
        if len(queue.waiting) >= self._room(stranger=stranger, kept=kept):
            self._too_fast(inbound, queue)
            self._forget(identity, queue)
            return False
        queue.waiting.append((inbound, line))
        if stranger:
            self._waiting += 1
            self._join(identity, queue, inbound)
        elif not queue.busy:
            queue.busy = True
            self.supervisor.once("speaker", self._serve(identity, queue))
        return True

    def unread(self, identity: str) -> frozenset[str]:
        """Return the keys of a speaker's lines whose turn is to come."""
        queue = self._queues.get(identity, _Queue())
        return frozenset(said.key for said, _ in queue.waiting)

    def _through(self, identity: str, queue: _Queue, task: "asyncio.Task[None]") -> None:
        queue.ahead.discard(task)
        self._forget(identity, queue)

    def _forget(self, identity: str, queue: _Queue) -> None:
        if queue.empty:
            self._queues.pop(identity, None)

    def _room(self, *, stranger: bool, kept: bool) -> int:
        """Return how many lines of a speaker may wait now; `kept`: their network has them still."""
        most, full = (MOST_KEPT, MOST_IN_ALL) if kept else (MOST_WAITING, CROWDED)
        if not stranger or self._waiting < full:
            return most
        end = MOST_AT_ALL if kept else MOST_IN_ALL
        return MOST_IN_CROWD if self._waiting < end else 0

    def _too_fast(self, inbound: Inbound, queue: _Queue) -> None:
        """Say once that lines are being passed over, as far as a crowd leaves room to say it."""
        if not queue.told and self._telling < AT_ONCE:
            queue.told = True
            self._telling += 1
            self.supervisor.once("too fast", self._tell(inbound))

    def _join(self, identity: str, queue: _Queue, inbound: Inbound) -> None:
        """Let a stranger wait for a turn; who may be saying that there is danger goes first."""
        if hear(inbound.text).word in MAY_CALL:
            self._callers.append(identity)
        elif not (queue.lined_up or queue.busy):
            queue.lined_up = True
            self._crowd.append(identity)
        self._serve_next()

    def _serve_next(self) -> None:
        """Give the next strangers their turn: one line each, callers all that they have said."""
        while self._callers or self._crowd:
            calling = bool(self._callers)
            crowded = self._waiting >= CROWDED and not calling
            if self._served >= (AT_ONCE_IN_CROWD if crowded else AT_ONCE):
                return
            identity = (self._callers or self._crowd).popleft()
            queue = self._queues.get(identity)
            if queue is None:
                continue
            queue.lined_up = queue.lined_up and calling
            # Who is served out of turn is found here once more, with nothing left to say.
            if queue.waiting and not queue.busy:
                queue.busy = True
                self._served += 1
                most = len(queue.waiting) if calling else 1
                self.supervisor.once("stranger", self._serve_stranger(identity, queue, most))

    async def _serve_stranger(self, identity: str, queue: _Queue, most: int) -> None:
        # Cancelled at the end of the bot: then nobody is next.
        await self._serve(identity, queue, most)
        self._served -= 1
        if queue.waiting and not queue.lined_up:
            queue.lined_up = True
            self._crowd.append(identity)
        self._serve_next()

    async def _tell(self, inbound: Inbound) -> None:
        try:
            await self.slow_down(inbound)
        finally:
            self._telling -= 1

    async def _serve(self, identity: str, queue: _Queue, most: int | None = None) -> None:
        """Handle what a speaker said, in order: all of it, or the first `most` lines."""
        try:
            while queue.waiting and most != 0:
                if queue.ahead:
                    await asyncio.wait(set(queue.ahead))
                inbound, line = queue.waiting.popleft()
                if most is not None:
                    most -= 1
                    self._waiting -= 1
                # A line that fails must not leave those behind it unread.
                await self.supervisor.guard("line", self.handle(inbound, line))
        finally:
            queue.busy = False
            self._forget(identity, queue)
