"""One IRC network behind the `Transport` port: connects, comes back, hears, speaks."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from weakref import WeakValueDictionary

import structlog

from bot.core.policy.gate import Cleared
from bot.core.words.inbound import Event
from bot.core.words.keys import KeyOrder
from bot.core.words.people import Roster
from bot.core.words.places import Place, View
from bot.core.words.ports import Clock, Sent
from bot.transports.irc import mouth
from bot.transports.irc.context import Context
from bot.transports.irc.echo import Pulse
from bot.transports.irc.session import NO_SERVICES, Session
from bot.transports.irc.settings import Settings
from bot.transports.irc.timing import Backoff
from bot.transports.irc.wire import Dial, dial

_log = structlog.get_logger(__name__)
#: A connection that lasted this long was a good one: the next attempt is a first one.
_GOOD_SECONDS = 60.0
_DICE = secrets.SystemRandom()


class IRCTransport:
    """One network; implements `bot.core.words.ports.Transport`."""

    room_lines = 4
    names_ring = True
    removes = False

    def __init__(self, context: Context, dialler: Dial) -> None:
        self.name = context.settings.name
        self._context = context
        self._dial = dialler
        self._session: Session | None = None
        self._stopping = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._pulse = Pulse()
        self._locks: WeakValueDictionary[tuple[Place, bool], asyncio.Lock] = WeakValueDictionary()

    async def run(self, sink: Callable[[Event], None]) -> None:
        """Connect, stay connected, hand every event to `sink`; returns only after `stop`."""
        self._context.emit = sink
        self._idle.clear()
        try:
            async with asyncio.TaskGroup() as group:
                life = group.create_task(self._live())
                await self._stopping.wait()
                life.cancel()
        finally:
            self._idle.set()

    async def stop(self) -> None:
        """Say goodbye and close."""
        self._stopping.set()
        await self._idle.wait()

    def view(self, place: Place) -> View | None:
        """Return what is known of a place right now; None when nothing is."""
        if self._session is None or place.network != self.name:
            return None
        return self._session.view(place)

    async def find(self, identity: str) -> Place | None:
        """Return the DM place of an identity, proven now; None when nobody is there.

        OSError while the network does not answer.
        """
        if self._session is None:
            raise ConnectionError
        view = await mouth.find(self._session, identity)
        return view.place if view is not None else None

    async def send(self, cleared: Cleared, *, proof: bool = False, urgent: bool = False) -> Sent:
        """Say cleared text in its place; with `proof`, only return once it has arrived.

        Each line is written only while the place's epoch is still the one it was cleared for.
        `urgent` text goes before all other, which keeps its order in every place.
        """
        session = self._session
        if session is None or cleared.place.network != self.name:
            return Sent.DOWN
        key = (cleared.place, urgent)
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = asyncio.Lock()
        async with lock:
            return await mouth.say(session, cleared, proof=proof, urgent=urgent)

    async def remove(self, place: Place, messages: Sequence[str]) -> tuple[str, ...]:
        """Return all of them: what was said on IRC stands on everybody's screen."""
        del place
        return tuple(messages)

    async def echo(self, seconds: float) -> bool:
        """Send a message to ourselves; whether it came back within `seconds`.

        Where the network refuses that, an answer to PING counts. False while it is not there.
        """
        session = self._session
        return session is not None and await self._pulse.beat(session, seconds)

    async def keys(self, order: KeyOrder) -> None:
        """Raise ValueError: accounts prove who people are here, not keys."""
        del order
        raise ValueError("nobody has keys on IRC")

    def redial(self) -> None:
        """Drop the connection, if there is one: a new one is dialled at once."""
        if self._session is not None:
            self._session.give_up()

    def renew(
        self,
        *,
        channels: tuple[str, ...],
        trusted_agents: tuple[str, ...],
        relays: tuple[str, ...],
    ) -> None:
        """Take a changed configuration over at once, connected or not; `recheck` comes with it.

        New channels are entered, others left. ValueError, and nothing has changed, for names
        that cannot be used.
        """
        self._context.settings = replace(
            self._context.settings,
            channels=channels,
            trusted_agents=trusted_agents,
            relays=relays,
        )
        if self._session is not None:
            self._session.renew()
        self.recheck()

    def recheck(self) -> None:
        """Have every place judged anew, since the roster has changed.

        Each joined channel gets a new epoch and its `RoomChanged`, each person's direct
        message a new epoch: nothing cleared under the old roster is said any more.
        """
        if self._session is not None:
            self._session.recheck()

    async def _live(self) -> None:
        context, attempt = self._context, 0
        while True:
            began = context.clock.monotonic()
            self._session = session = Session(context, self._dial)
            try:
                await session.run()
            finally:
                self._session = None
            _log.warning("irc.disconnected", network=self.name, reason=session.reason)
            lasted = context.clock.monotonic() - began
            if lasted >= _GOOD_SECONDS or session.reason == NO_SERVICES:
                attempt = 0
            await context.clock.sleep(context.backoff.delay(attempt, context.chance()))
            attempt += 1


def _drop(_event: Event) -> None:
    """Nobody listens before `run`."""


#: This run of the program, in names that never repeat.
_RUN, _NAMES = secrets.token_hex(8), count(1)


def _new_token() -> str:
    # Asking the system for chance each time hands the loop's turn to another thread.
    return f"{_RUN}.{next(_NAMES):x}"


def build(
    settings: Settings,
    roster: Callable[[], Roster],
    clock: Clock,
    *,
    backoff: Backoff | None = None,
    chance: Callable[[], float] = _DICE.random,
    token: Callable[[], str] = _new_token,
    dialler: Dial = dial,
    aside: Callable[[bytes, int], object] | None = None,
    watched: Callable[[Place], bool] | None = None,
) -> IRCTransport:
    """Return the transport of one network; nothing is dialled before its `run`.

    `chance` gives numbers in [0, 1) for jitter, `token` names that never repeat. `aside` is asked
    with each line of a channel, and where its text begins, whether that is not for the bot: such
    lines are passed over unread, and never reach the sink, but for places that are `watched`: these
    are overheard.
    """
    context = Context(
        settings=settings,
        roster=roster,
        clock=clock,
        emit=_drop,
        epochs=count(1),
        token=token,
        chance=chance,
        backoff=backoff or Backoff(),
    )
    if aside is not None:
        context.aside = aside
    if watched is not None:
        context.watched = watched
    return IRCTransport(context, dialler)
