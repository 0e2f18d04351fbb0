"""Keeps the long-running parts running, each apart: one that fails never takes another along."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from bot.core.words.ports import Clock

log = structlog.get_logger()

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
#: A part that ran this long before it failed starts over with the first pause.
STEADY = 120.0
#: How long a stop waits for the parts to end by themselves.
GRACE = 5.0

Part = Callable[[], Awaitable[None]]


class Supervisor:
    """Runs parts until it is stopped; a part that fails is started again after a pause."""

    def __init__(self, clock: Clock) -> None:
        """Take the clock on which pauses are measured."""
        self._clock = clock
        self._parts: set[asyncio.Task[None]] = set()
        self._works: set[asyncio.Task[None]] = set()
        self._stopping = False

    def keep(self, name: str, part: Part) -> None:
        """Keep a part running from now on, until it returns by itself or `stop`."""
        self._start(name, self._kept(name, part), self._parts)

    def once(self, name: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something to its end, beside everything else; a failure is logged, not raised."""
        return self._start(name, self._guarded(name, work), self._works)

    async def guard(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Run something to its end inside the caller's own work; a failure is logged, not raised."""
        await self._guarded(name, work)

    async def stop(self) -> None:
        """Ask all parts to end and wait for them, at most `GRACE` seconds."""
        self._stopping = True
        tasks = (self._parts | self._works) - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=GRACE)

    async def settled(self) -> None:
        """Wait until everything given to `once` has ended."""
        while self._works:
            await asyncio.wait(set(self._works))

    @staticmethod
    def _start(
        name: str, work: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]]
    ) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        return task

    async def _kept(self, name: str, part: Part) -> None:
        pause = FIRST_PAUSE
        while not self._stopping:
            started = self._clock.monotonic()
            try:
                await part()
            except asyncio.CancelledError:
                raise
            # A part may fail in any way; what it was doing is durable, so it starts again.
            except Exception as error:
                log.exception("part.failed", part=name, error=type(error).__name__)
            else:
                return
            if self._clock.monotonic() - started > STEADY:
                pause = FIRST_PAUSE
            await self._clock.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _guarded(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except asyncio.CancelledError:
            raise
        # One piece of work may fail in any way and must not take its neighbours along.
        except Exception as error:
            log.exception("work.failed", part=name, error=type(error).__name__)
