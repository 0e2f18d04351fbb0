"""The one store that everything asks, whatever is behind it: database, spool, memory.

While the database cannot keep things, emergencies go on in a reserve. What that needs to begin
with is the *shadow*: what the last job that changed anything vital would carry elsewhere. While
fallen, nothing but an attempt to come home touches the database.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

import structlog

from bot.core.words.ports import Carried, Clock, Kept, Store, StoreFailed, Unit
from bot.core.words.reserve import Reserve
from bot.runtime.clock import begun, within

#: An urgent job that takes longer, in seconds: the store hangs.
URGENT = 10.0
#: Any job that takes longer, while no other comes back either: the store hangs.
PATIENCE = 30.0
#: How long jobs that a failing store has in hand may take to end.
DRAIN = 1.0
#: How long a reserve may take to open, or a store to close.
OPENING = 3.0
#: A wait is this many naps, so that a loop that stood still is not taken for a store that does.
_NAPS = 4
#: What comes after what.
_CHAIN = (Kept.DATABASE, Kept.SPOOL, Kept.MEMORY)

log = structlog.get_logger()

Result = TypeVar("Result")
#: Takes in what a reserve held, in the job that brings it home.
Bring = Callable[[Unit, Carried], Result]


class DatabaseUnusable(Exception):
    """The database cannot be read or written now."""

    def __init__(self, error: str) -> None:
        """Build the sentence; `error` is the kind of what went wrong."""
        super().__init__(
            f"the database cannot be read or written ({error}); "
            "see whether the disk is full, read-only or failing."
        )


class NoDatabase:
    """Stands where there is none, for a bot that takes emergencies only."""

    async def run(self, job: Callable[[Unit], Result], *, urgent: bool = False) -> Result:
        """Raise `StoreFailed`."""
        del job, urgent
        raise StoreFailed("there is no database")

    async def close(self) -> None:
        """Do nothing."""


class _Cast(NamedTuple):
    """A shadow, and the how-manieth of its store it is."""

    order: int
    carried: Carried


class _Done(NamedTuple, Generic[Result]):
    result: Result
    cast: _Cast | None


@dataclass(slots=True, kw_only=True, eq=False)
class _Backing:
    """One store of the chain. `number` is 0 for the database, and never used again for others."""

    store: Store
    kept: Kept
    number: int
    #: When it last gave a sign of life, on the monotonic clock.
    alive: float
    #: Jobs of an earlier era that have not begun are not run any more.
    era: int = 0
    #: Counted on the thread of the store, in the order of its commits.
    casts: int = 0
    #: Jobs in hand, each with what bounds its patience.
    jobs: "dict[asyncio.Future[Any], asyncio.Future[None]]" = field(default_factory=dict)


class Stores:
    """`Store` over a chain of stores. Without a `reserve` it is just the database."""

    def __init__(self, database: Store, reserve: Reserve | None, clock: Clock) -> None:
        """Start with the database, to be told by `start` what is in it."""
        self._home = _Backing(store=database, kept=Kept.DATABASE, number=0, alive=clock.monotonic())
        self._current = self._home
        self._reserve = reserve
        self._clock = clock
        self._turn = asyncio.Lock()
        self._homeward = asyncio.Lock()
        self._gate = asyncio.Event()
        self._gate.set()
        self._shadow: _Cast | None = None
        self._left: Carried | None = None
        self._opened = 0
        self._closing = False
        #: Set as long as the database is not what is asked.
        self.fallen = asyncio.Event()
        #: When the database was left.
        self.since: datetime | None = None
        #: The same store for whoever does not mind where a job is run, nor that it is run again.
        self.again: Store = _Again(self)

    @property
    def kept(self) -> Kept:
        """Where what comes in is kept at present."""
        return self._current.kept

    @property
    def where(self) -> int:
        """Which store is asked at present: 0 is the database, any other is never met again."""
        return self._current.number

    @property
    def has_home(self) -> bool:
        """Whether there is a database at all."""
        return not isinstance(self._home.store, NoDatabase)

    # ---- jobs --------------------------------------------------------------------------------

    async def run(self, job: Callable[[Unit], Result], *, urgent: bool = False) -> Result:
        """Run a job on the store of the moment; returns after it is kept there.

        `StoreFailed` when that store could not do it: by then the next one has taken over.
        """
        if self._reserve is None:
            return await self._home.store.run(job, urgent=urgent)
        while not self._gate.is_set():
            await self._gate.wait()
        backing = self._current
        try:
            return await self._on(backing, job, urgent=urgent)
        except StoreFailed as error:
            await self._fall(backing, error)
            raise

    async def _on(
        self, backing: _Backing, job: Callable[[Unit], Result], *, urgent: bool
    ) -> Result:
        """Run a job on one store, and no longer than patience lasts."""
        wanted = partial(self._wanted, backing, backing.era, job)
        waiting = begun(backing.store.run(wanted, urgent=urgent))
        patience = begun(self._patience(backing, urgent=urgent))
        backing.jobs[waiting] = patience
        # Whoever asked may be gone by then: what was kept casts its shadow all the same.
        waiting.add_done_callback(partial(self._came_back, backing))
        await asyncio.wait({waiting, patience}, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            raise StoreFailed("the store does not answer")
        return waiting.result().result

    def _wanted(
        self, backing: _Backing, era: int, job: Callable[[Unit], Result], unit: Unit
    ) -> _Done[Result]:
        """Do a job, on the thread of its store."""
        if backing.era != era:
            raise StoreFailed("the store was left before the job began")
        return _Done(job(unit), self._cast(backing, unit))

    def _cast(self, backing: _Backing, unit: Unit) -> _Cast | None:
        if not unit.vital:
            return None
        try:
            carried = unit.carry(whole=backing is not self._home)
        # A shadow that cannot be cast must not lose what casts it.
        except Exception as error:
            log.exception("shadow.failed", error=type(error).__name__)
            return None
        backing.casts += 1
        return _Cast(backing.casts, carried)

    def _came_back(self, backing: _Backing, waiting: "asyncio.Future[_Done[Any]]") -> None:
        backing.alive = self._clock.monotonic()
        backing.jobs.pop(waiting).cancel()
        if waiting.cancelled() or waiting.exception() is not None:
            return
        cast = waiting.result().cast
        if cast is None or backing is not self._current:
            return
        if self._shadow is None or cast.order > self._shadow.order:
            self._shadow = cast

    async def _patience(self, backing: _Backing, *, urgent: bool) -> None:
        """Return when a job that is in hand until then will not come back."""
        limit = URGENT if urgent else PATIENCE
        while True:
            for _ in range(_NAPS):
                await self._clock.sleep(limit / _NAPS)
            if urgent or self._clock.monotonic() - backing.alive >= limit:
                return

    # ---- falling -----------------------------------------------------------------------------

    async def fall(self) -> None:
        """Leave the store of the moment for the next one, if there is one."""
        await self._fall(self._current, StoreFailed("left by order"))

    async def _fall(self, failed: _Backing, why: Exception) -> None:
        async with self._turn:
            last = failed.kept is _CHAIN[-1] or self._reserve is None
            if failed is not self._current or self._closing or last:
                return
            log.error("store.failed", kept=failed.kept.value, error=type(why).__name__)
            self._gate.clear()
            failed.era += 1
            try:
                await self._drain(failed)
                await self._leave_for_next(failed)
            finally:
                self._gate.set()

    async def _leave_for_next(self, failed: _Backing) -> None:
        for kept in _CHAIN[_CHAIN.index(failed.kept) + 1 :]:
            try:
                opened = await self._open(kept)
            # Whatever is wrong with one reserve, the next may do.
            except Exception as error:
                log.exception("reserve.failed", kept=kept.value, error=type(error).__name__)
                continue
            if failed is not self._home:
                await self._close(failed)
            self._current = opened
            if self._shadow is not None:
                self._shadow = _Cast(0, self._shadow.carried)
            if self.since is None:
                self.since = self._clock.now()
            self.fallen.set()
            log.error("store.reserve", kept=kept.value)
            return

    async def _open(self, kept: Kept) -> _Backing:
        assert self._reserve is not None
        store = await self._within(OPENING, self._reserve.open(kept))
        self._opened += 1
        opened = _Backing(
            store=store, kept=kept, number=self._opened, alive=self._clock.monotonic()
        )
        now = self._clock.now()
        try:
            for carried in (self._left, self._shadow and self._shadow.carried):
                if carried is not None:
                    take_in = partial(_take_in, carried, now)
                    await self._within(OPENING, store.run(take_in))
        except BaseException:
            # Its thread would keep the program from ending.
            await self._close(opened)
            raise
        return opened

    async def _drain(self, backing: _Backing) -> None:
        """Let the jobs in hand end; whoever waits for one that does not is told that it failed."""
        if backing.jobs:
            nap = begun(self._clock.sleep(DRAIN))
            ended = begun(asyncio.wait(set(backing.jobs)))
            await asyncio.wait({nap, ended}, return_when=asyncio.FIRST_COMPLETED)
            nap.cancel()
            ended.cancel()
        for patience in list(backing.jobs.values()):
            patience.cancel()

    # ---- coming home -------------------------------------------------------------------------

    async def start(self, bring: Bring[None]) -> None:
        """Learn what the database holds, and bring home what an earlier process left aside."""
        if self._reserve is None:
            return
        if not self.has_home:
            await self.fall()
            return
        carried = await self._home.store.run(lambda unit: unit.carry())
        self._shadow = _Cast(0, carried)
        try:
            self._left = await self._reserve.left()
        except StoreFailed as error:
            log.exception("reserve.unread", error=type(error).__name__)
        if self._left is None:
            return
        try:
            await self._bring(self._left, bring)
        except StoreFailed as error:
            await self._fall(self._home, error)
        else:
            await self._clear()

    async def go_home(self, bring: Bring[Result]) -> Result:
        """Bring everything home and go on there; `bring` takes it in, in the job that keeps it.

        No job is run elsewhere between the two: all wait. Whatever is raised, nothing has
        changed, and it can be tried again.
        """
        async with self._homeward:
            # First something small, for which nobody waits: a database that hangs hangs here.
            key = f"home:{self._clock.now().isoformat()}"
            await self._home.store.run(lambda unit: unit.claim(key, self._clock.now()))
            return await self._switch_home(bring)

    async def _switch_home(self, bring: Bring[Result]) -> Result:
        async with self._turn:
            reserve = self._current
            self._gate.clear()
            try:
                await self._drain(reserve)
                carried = await self._within(
                    OPENING, reserve.store.run(lambda unit: unit.carry(whole=True))
                )
                result = await self._bring(carried, bring)
                self._current = self._home
                self.since = None
                self.fallen.clear()
            finally:
                self._gate.set()
            log.warning("store.home", kept=Kept.DATABASE.value)
            await self._close(reserve)
            await self._clear()
        return result

    async def _bring(self, carried: Carried, bring: Bring[Result]) -> Result:
        era = self._home.era

        def job(unit: Unit) -> tuple[Result, Carried]:
            if self._home.era != era:
                raise StoreFailed("nobody waits for this any more")
            return bring(unit, carried), unit.carry()

        try:
            result, shadow = await self._within(URGENT, self._home.store.run(job, urgent=True))
        except BaseException:
            self._home.era += 1
            raise
        self._shadow = _Cast(self._home.casts, shadow)
        return result

    async def _clear(self) -> None:
        """What lay aside is home. Where that cannot be emptied it is brought once more."""
        assert self._reserve is not None
        self._left = None
        try:
            await self._within(OPENING, self._reserve.clear())
        # Whatever is wrong with the spool, what it held is safe.
        except Exception as error:
            log.exception("reserve.not-cleared", error=type(error).__name__)

    async def settled(self) -> None:
        """Wait until it is neither on its way home nor falling."""
        async with self._homeward, self._turn:
            pass

    async def close(self) -> None:
        """Finish the jobs in hand and close everything that is open."""
        self._closing = True
        if self._current is not self._home:
            await self._close(self._current)
            await self._close(self._home)
        else:
            await self._home.store.close()

    async def _close(self, backing: _Backing) -> None:
        try:
            await self._within(OPENING, backing.store.close())
        # It has failed before, and is not asked any more.
        except Exception as error:  # noqa: BLE001 (nothing is lost with it)
            log.warning("store.not-closed", kept=backing.kept.value, error=type(error).__name__)

    async def _within(self, seconds: float, work: Coroutine[Any, Any, Result]) -> Result:
        """Wait for work on a store. `StoreFailed` where it takes too long."""
        try:
            return await within(self._clock, seconds, work)
        except TimeoutError:
            raise StoreFailed("the store does not answer") from None


class _Again:
    """`Store` for jobs that may be run once more, on the next store, when one fails."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    async def run(self, job: Callable[[Unit], Result], *, urgent: bool = False) -> Result:
        """Run a job on the store of the moment, else on the one that takes over."""
        for _ in _CHAIN[1:]:
            where = self._stores.where
            try:
                return await self._stores.run(job, urgent=urgent)
            except StoreFailed:
                if self._stores.where == where:
                    raise
        return await self._stores.run(job, urgent=urgent)

    async def close(self) -> None:
        """Close what is behind it."""
        await self._stores.close()


def _take_in(carried: Carried, now: datetime, unit: Unit) -> None:
    unit.take_in(carried, now)
