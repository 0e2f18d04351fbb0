"""One Matrix homeserver behind the `Transport` port: logs in, comes back, hears, speaks."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count

import structlog

from bot.core.policy.gate import Cleared
from bot.core.words.inbound import Event
from bot.core.words.keys import KeyOrder
from bot.core.words.people import Roster
from bot.core.words.places import Place, View
from bot.core.words.ports import Clock, Probe, Safe, Sent, StoreFailed, no_probe
from bot.transports.matrix.prompt_safe import PromptSafe
from bot.transports.matrix.session import Asleep, DeadToken, Session, World
from bot.transports.matrix.settings import Settings
from bot.transports.matrix.timing import Backoff
from bot.transports.matrix.wire import Lost, Refused

_log = structlog.get_logger(__name__)
#: A session that lasted this long was a good one: the next attempt is a first one.
_GOOD_SECONDS = 60.0
_DICE = secrets.SystemRandom()


class MatrixTransport:
    """One homeserver; implements `bot.core.words.ports.Transport`."""

    room_lines = 40
    names_ring = False
    removes = True

    def __init__(self, world: World) -> None:
        self.name = world.settings.name
        self._world = world
        self._session: Session | None = None
        self._stopping = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    async def run(self, sink: Callable[[Event], None]) -> None:
        """Connect, stay connected, hand every event to `sink`; returns only after `stop`."""
        self._world.emit = sink
        self._idle.clear()
        try:
            async with asyncio.TaskGroup() as group:
                life = group.create_task(self._live())
                await self._stopping.wait()
                life.cancel()
        finally:
            self._idle.set()

    async def stop(self) -> None:
        """Close; what was heard and is not done yet comes again after the next start."""
        self._stopping.set()
        await self._idle.wait()

    def view(self, place: Place) -> View | None:
        """Return what is known of a place right now; None when nothing is."""
        if self._session is None or place.network != self.name:
            return None
        return self._session.view(place)

    async def find(self, identity: str) -> Place | None:
        """Return the DM place of an identity; None when nobody is there.

        Somebody of the roster is invited to a direct message where there is none. OSError while
        the server does not answer.
        """
        if self._session is None:
            raise ConnectionError
        return await self._session.find(identity)

    async def send(self, cleared: Cleared, *, proof: bool = False, urgent: bool = False) -> Sent:
        """Say cleared text in its place; what the server answers is always proof.

        Above `team` the room is read from the server once more before anything is handed over.
        """
        del proof
        if self._session is None or cleared.place.network != self.name:
            return Sent.DOWN
        return await self._session.say(cleared, urgent=urgent)

    async def remove(self, place: Place, messages: Sequence[str]) -> tuple[str, ...]:
        """Take back what others said in a room; returns those that could not be.

        All of them while the server is away, and where the bot has no power for it. A minute at most.
        """
        if self._session is None or place.network != self.name:
            return tuple(messages)
        return await self._session.remove(place, messages)

    async def echo(self, seconds: float) -> bool:
        """Send a message to our own device; whether it came back in time."""
        return self._session is not None and await self._session.beat(seconds)

    async def keys(self, order: KeyOrder) -> None:
        """Do what an operator decided about somebody's keys.

        `StoreFailed` where it cannot be kept, OSError while the server is not there, ValueError
        where nothing like that is in hand any more.
        """
        if self._session is None:
            raise ConnectionError
        await self._session.keys(order)

    def redial(self) -> None:
        """Break off what is asked of the server, and ask anew."""
        if self._session is not None:
            self._session.redial()

    def renew(
        self,
        *,
        channels: tuple[str, ...],
        trusted_agents: tuple[str, ...],
        relays: tuple[str, ...],
    ) -> None:
        """Take changed rooms and bridges over at once; `recheck` comes with it."""
        del trusted_agents
        self._world.settings = replace(self._world.settings, rooms=channels, relays=relays)
        if self._session is not None:
            self._session.renew()
        self.recheck()

    def recheck(self) -> None:
        """Have every place judged anew, since the roster has changed."""
        if self._session is not None:
            self._session.recheck()

    async def _live(self) -> None:
        world, attempt = self._world, 0
        while True:
            began = world.clock.monotonic()
            self._session = session = Session(world)
            try:
                await session.run()
            except DeadToken:
                _log.critical("matrix.logged-out", network=self.name)
                await self._stopping.wait()
            except Asleep:
                _log.info("matrix.logged-out-softly", network=self.name)
            except (Refused, Lost, StoreFailed, OSError, ValueError) as error:
                reason = error.code if isinstance(error, Refused) else type(error).__name__
                _log.warning("matrix.disconnected", network=self.name, reason=reason)
            # Whatever ended it, somebody may be writing to the bot: it comes back.
            except Exception:  # noqa: BLE001 -- told with its trace, and dialled anew
                _log.exception("matrix.failed", network=self.name)
            finally:
                self._session = None
            if world.clock.monotonic() - began >= _GOOD_SECONDS:
                attempt = 0
            await world.clock.sleep(world.backoff.delay(attempt, world.chance()))
            attempt += 1


def _drop(_event: Event) -> None:
    """Nobody listens before `run`."""


def build(
    settings: Settings,
    roster: Callable[[], Roster],
    private: Callable[[Place], bool],
    clock: Clock,
    safe: Safe,
    *,
    backoff: Backoff | None = None,
    chance: Callable[[], float] = _DICE.random,
    probe: Probe = no_probe,
) -> MatrixTransport:
    """Return the transport of one homeserver; nothing is asked of it before its `run`.

    `private` tells of a configured place whether it is to carry more than public words. `safe`
    keeps what must outlive the process: login, keys, how far was read. `probe` is called at named
    points of each batch.
    """
    world = World(
        settings=settings,
        roster=roster,
        clock=clock,
        private=private,
        safe=PromptSafe(safe),
        emit=_drop,
        epochs=count(1),
        backoff=backoff or Backoff(),
        chance=chance,
        probe=probe,
    )
    return MatrixTransport(world)
