"""One login to a homeserver: keys first, then a look at everything, then batch after batch."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from bot.core.policy.gate import Cleared
from bot.core.words.identity import by_account
from bot.core.words.inbound import Event, LinkChanged
from bot.core.words.keys import KeyAct, KeyOrder
from bot.core.words.people import Roster
from bot.core.words.places import Place, PlaceKind, View
from bot.core.words.ports import Clock, Probe, Safe, Sent
from bot.transports.matrix.account import enter, is_asleep, is_dead
from bot.transports.matrix.checkpoint import Checkpoint
from bot.transports.matrix.comparing import Comparing
from bot.transports.matrix.crypt import Crypt
from bot.transports.matrix.doors import Doors
from bot.transports.matrix.ears import Ears
from bot.transports.matrix.echo import Echo
from bot.transports.matrix.identity import comparing, sign
from bot.transports.matrix.mouth import Mouth
from bot.transports.matrix.once import Once
from bot.transports.matrix.owners import Owners
from bot.transports.matrix.pace import Pace
from bot.transports.matrix.posting import Posting
from bot.transports.matrix.removing import Remover
from bot.transports.matrix.rooms import Rooms
from bot.transports.matrix.settings import Settings
from bot.transports.matrix.survey import survey
from bot.transports.matrix.sync import Sync
from bot.transports.matrix.threads import Threads
from bot.transports.matrix.timing import Backoff
from bot.transports.matrix.typing import Typing
from bot.transports.matrix.wire import Lost, Refused, Wire

_log = structlog.get_logger(__name__)
#: How often what waits is looked at, in seconds.
_LOOK = 5.0
#: A room that could not be read is tried again after this many seconds; no two looks at the
#: rooms follow each other faster than this.
_AGAIN, _BREATH = 10.0, 0.5
#: Configured rooms that did not let the bot in are tried again this often, in seconds.
_KNOCK = 300.0
#: Invitations to conversations that are followed at once.
_HANDS = 4
#: A server that refuses what was read last is asked so often before it is taken at its word.
_DOUBTS, _DOUBT = 3, 1.0
_BAD_REQUEST = 400
#: How often the directory is asked about rooms that it spoke against.
_DIRECTORY = 60.0


@dataclass(slots=True, kw_only=True)
class World:
    """What a session is given: it ends, while these stay."""

    settings: Settings
    roster: Callable[[], Roster]
    private: Callable[[Place], bool]
    clock: Clock
    safe: Safe
    emit: Callable[[Event], None]
    epochs: Iterator[int]
    backoff: Backoff
    chance: Callable[[], float]
    probe: Probe


class DeadToken(Exception):
    """The server does not know this login any more; whoever ended it must have meant it."""


class Asleep(Exception):
    """The server wants the same device to log in once more."""


class Session:
    """One login. `up` while the server answers and everything that is configured was looked at."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.up = False
        settings, clock = world.settings, world.clock
        self.wire = Wire(settings, clock)
        self.rooms = Rooms(
            network=settings.name,
            me=settings.user_id,
            configured=settings.rooms,
            relays=settings.relays,
            epochs=world.epochs,
            emit=self._changed,
            private=world.private,
        )
        self.doors = Doors(
            wire=self.wire,
            rooms=self.rooms,
            clock=clock,
            me=settings.user_id,
            configured=settings.rooms,
            known=self._is_known,
        )
        self.checkpoint = Checkpoint(world.safe, clock, world.probe)
        self.echo = Echo()
        self.typing = Typing(wire=self.wire, clock=clock, me=settings.user_id)
        self._device = ""
        self._asked_at = self._knocked_at = clock.monotonic()
        self._pace = Pace(clock)
        #: What was heard before the rooms were read.
        self._early: list[Event] = []
        self._mouth: Mouth | None = None
        self._ears: Ears | None = None
        self._posting: Posting | None = None
        self._comparing: Comparing | None = None
        self._sync: Sync | None = None
        self._unread = asyncio.Event()
        self._uninvited = asyncio.Event()
        self._asking: asyncio.Timeout | None = None

    async def run(self) -> None:
        """Log in and stay; raises `DeadToken`, and whatever keeps it from logging in."""
        ended: Exception | None = None
        await self.wire.open()
        try:
            await self._enter()
            async with asyncio.TaskGroup() as group:
                group.create_task(self.doors.run())
                for _ in range(_HANDS):
                    group.create_task(self.doors.receive())
                group.create_task(self._survey_rooms())
                group.create_task(self._look_after())
                group.create_task(self.typing.run())
                assert self._posting is not None
                group.create_task(self._posting.run())
                await self._listen()
        except* (DeadToken, Asleep) as group:
            [ended, *_] = group.exceptions
        finally:
            self._down()
            await self.checkpoint.write(now=True)
            await self.wire.close()
        if ended is not None:
            raise ended

    # ---- what the transport asks -------------------------------------------------------------

    def view(self, place: Place) -> View | None:
        """Return what is known of a place right now; nothing while the server is away."""
        return self.rooms.view(place) if self.up else None

    async def find(self, identity: str) -> Place | None:
        """Return where an identity is spoken to. OSError while the server cannot be asked."""
        if not self.up:
            raise ConnectionError
        name = self.world.settings.name
        found = self.rooms.place_of(identity)
        if found is not None:
            return found
        for person in self.world.roster().people:
            for account in person.accounts:
                if account.network == name and by_account(account) == identity:
                    return await self._open(account.name)
        return None

    async def _open(self, user: str) -> Place | None:
        try:
            await self.doors.open_dm(user)
        except Refused as error:
            _log.warning("matrix.no-dm", code=error.code)
            return None
        return Place(network=self.world.settings.name, address=user, kind=PlaceKind.DM)

    async def say(self, cleared: Cleared, *, urgent: bool) -> Sent:
        """Say cleared text in its place."""
        if not self.up or self._mouth is None:
            return Sent.DOWN
        return await self._mouth.say(cleared, urgent=urgent)

    async def remove(self, place: Place, messages: Sequence[str]) -> tuple[str, ...]:
        """Take back what others said, see `Transport.remove`."""
        if not self.up:
            return tuple(messages)
        world = self.world
        remover = Remover(self.wire, self.rooms, world.clock, world.settings.user_id)
        return await remover.remove(place, messages)

    async def beat(self, seconds: float) -> bool:
        """Send ourselves a message; whether it came back in time."""
        if not self.up:
            return False
        return await self.echo.beat(self.wire, self.world.settings.user_id, self._device, seconds)

    async def keys(self, order: KeyOrder) -> None:
        """Do what an operator decided about keys, see `Transport.keys`."""
        if self._sync is None or self._comparing is None:
            raise ConnectionError
        if order.act is not KeyAct.TRUST:
            self._comparing.order(order.act, order.account.name)
        elif order.key is not None:
            await self._sync.crypt.trust(order.account.name, order.key)

    def redial(self) -> None:
        """Break off what is asked of the server now, and ask anew."""
        asking, self._asking = self._asking, None
        if asking is not None:
            asking.reschedule(asyncio.get_running_loop().time())

    def renew(self) -> None:
        """Take changed rooms and bridges over."""
        settings = self.world.settings
        gone = [each for each in self.doors.configured if each not in settings.rooms]
        leaving = [self.rooms.room_id_of(each) for each in gone]
        self.doors.configured = settings.rooms
        self.rooms.renew(settings.rooms, settings.relays)
        for room_id in leaving:
            # It may still be configured, by another of its addresses.
            if room_id is not None and not self.rooms.is_configured(room_id):
                self.doors.leave(room_id)
        self._uninvited.set()
        self._unread.set()

    def recheck(self) -> None:
        """Have every place judged anew, and every key."""
        if self._sync is not None:
            self._sync.crypt.recheck()
        self.rooms.recheck()

    # ---- its life ----------------------------------------------------------------------------

    async def _enter(self) -> None:
        """Log in, have keys that others can write to, and look at everything once."""
        world, wire = self.world, self.wire
        settings = world.settings
        login = await enter(wire, settings, world.safe)
        owners = await Owners.open(
            world.safe,
            network=settings.name,
            on_roster=self._is_known,
            fixed=self._fixed_key,
            tell=self._heard,
        )
        crypt = await Crypt.open(world.safe, login, world.clock.now, owners)
        if crypt.fresh and not login.fresh:
            # A device whose keys are gone is beyond repair: nobody could write to it.
            login = await enter(wire, settings, world.safe, lost=True)
            crypt = await Crypt.open(world.safe, login, world.clock.now, owners)
        self._device = login.device_id
        try:
            await self._look_round(crypt)
        except Refused as error:
            ended = _ended_by(error)
            if ended is None:
                raise
            raise ended from error

    async def _look_round(self, crypt: Crypt) -> None:
        world, wire = self.world, self.wire
        # Before anything is joined: what is said after that must be readable.
        await crypt.publish(wire)
        await crypt.flush()
        identity = await sign(wire, world.settings, world.safe, crypt, self._heard)
        self._posting = Posting(wire, crypt, world.safe)
        self._comparing = comparing(
            crypt,
            identity,
            self._posting,
            network=world.settings.name,
            on_roster=self._is_known,
            now=world.clock.now,
            tell=self._heard,
        )
        threads = await Threads.open(world.safe)
        self._ears = await Ears.open(world, self.rooms, threads)
        self._mouth = Mouth(
            wire=wire,
            crypt=crypt,
            rooms=self.rooms,
            threads=threads,
            once=await Once.open(world.safe),
            clock=world.clock,
            roster=world.roster,
            network=world.settings.name,
            open_dm=self.doors.open_dm,
        )
        if await self.doors.name_aliases():
            self._uninvited.set()
        since = await self.checkpoint.load()
        self._sync = self._begin(crypt, self._ears, since)
        await self._hear(wait=False)
        await self.checkpoint.write(now=since is None)
        if await self.doors.enter_configured():
            self._uninvited.set()

    def _begin(self, crypt: Crypt, ears: Ears, since: str | None) -> Sync:
        """Return what hears the server out, from a token on."""
        assert self._comparing is not None
        return Sync(
            wire=self.wire,
            crypt=crypt,
            rooms=self.rooms,
            ears=ears,
            doors=self.doors,
            echo=self.echo,
            comparing=self._comparing,
            checkpoint=self.checkpoint,
            typing=self.typing,
            network=self.world.settings.name,
            me=self.world.settings.user_id,
            look=self._look_at,
            emit=self._heard,
            probe=self.world.probe,
            since=since,
        )

    async def _hear(self, *, wait: bool) -> None:
        """Take one batch in. Where the server does not know any more what was read, all it shows.

        What was said before that may be lost then: the server has forgotten it first.
        """
        assert self._sync is not None
        for _ in range(_DOUBTS):
            try:
                async with asyncio.timeout(None) as self._asking:
                    answer = await self._sync.ask(wait=wait)
            except Refused as error:
                if error.status != _BAD_REQUEST or self._sync.since is None:
                    raise
                _log.warning("matrix.sync-refused", code=error.code)
                await self.world.clock.sleep(_DOUBT)
            else:
                await self._sync.take(answer)
                return
            finally:
                self._asking = None
        _log.error("matrix.sync-forgotten")
        self._sync = self._begin(self._sync.crypt, self._sync.ears, None)
        self._sync.astray = True
        await self._sync.once(wait=False)

    async def _listen(self) -> None:
        """Ask again and again; returns only by raising `DeadToken` or `Asleep`."""
        assert self._sync is not None
        attempt = 0
        while True:
            before, was_up = self._sync.since, self.up
            began = self.world.clock.monotonic()
            try:
                await self._hear(wait=was_up)
            except Refused as error:
                ended = _ended_by(error)
                if ended is not None:
                    raise ended from error
                _log.warning("matrix.sync-refused", code=error.code)
            except (Lost, TimeoutError, ConnectionError) as error:
                _log.warning("matrix.sync-lost", error=type(error).__name__)
            else:
                attempt = 0
                await self._rise()
                if was_up:
                    await self._pace.keep(began, nothing=self._sync.since == before)
                continue
            self._down()
            await self.world.clock.sleep(self.world.backoff.delay(attempt, self.world.chance()))
            attempt += 1

    async def _rise(self) -> None:
        if self.up:
            return
        again = await self._survey_once()
        if again or (self.rooms.unread() and await self._survey_once()):
            self._unread.set()
        self.up = True
        self.world.emit(LinkChanged(network=self.world.settings.name, up=True))
        # What was cleared before is cleared anew; and only now do rooms look like anything.
        self.rooms.recheck()
        early, self._early = self._early, []
        for event in early:
            self.world.emit(event)

    def _down(self) -> None:
        if self.up:
            self.up = False
            self.world.emit(LinkChanged(network=self.world.settings.name, up=False))

    def _heard(self, event: Event) -> None:
        """Pass on what was heard; not before the rooms are read, by which it is judged."""
        if self.up:
            self.world.emit(event)
        else:
            self._early.append(event)

    def _changed(self, event: Event) -> None:
        """Pass on what the rooms tell, and look at what is not read yet."""
        self._unread.set()
        self.world.emit(event)

    async def _survey_rooms(self) -> None:
        """Read what no event tells of the configured rooms, whenever there is one to read."""
        while True:
            await self._unread.wait()
            self._unread.clear()
            again = await self._survey_once()
            if again:
                self._unread.set()
            # Rooms that never say the same twice must not keep the server busy.
            await self.world.clock.sleep(_AGAIN if again else _BREATH)

    async def _survey_once(self) -> bool:
        """Read the directory and the aliases of the rooms; whether one is to be tried again."""
        async with asyncio.TaskGroup() as group:
            looks = [group.create_task(self._survey(each)) for each in self.rooms.unread()]
        return any(look.result() for look in looks)

    async def _survey(self, room_id: str) -> bool:
        try:
            seen = await survey(self.wire, room_id)
        except Refused as error:
            _log.warning("matrix.room-unreadable", code=error.code)
        except Lost:
            return True
        else:
            self.rooms.fresh(room_id, seen.state, listed=seen.listed, aliased=seen.aliased)
        return False

    async def _look_at(self, room_id: str) -> None:
        """Read a room in which somebody speaks, as what they say is judged by it; not for long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LOOK):
                for _ in range(_DOUBTS):
                    known = self.rooms.room(room_id)
                    done = not self.up or known is None or known.complete
                    if done or await self._survey(room_id):
                        return

    async def _look_after(self) -> None:
        """Tell whose words stay unreadable, and note from time to time how far all is done."""
        assert self._ears is not None
        while True:
            await self.world.clock.sleep(_LOOK)
            for unheard in self._ears.waiting.due(self.world.clock.now()):
                self.world.emit(unheard)
            if self._comparing is not None:
                self._comparing.look()
            await self.checkpoint.write()
            self._ask_directory()
            self._knock()
            if self._uninvited.is_set():
                self._uninvited.clear()
                await self._try_doors()

    def _ask_directory(self) -> None:
        """Have rooms looked at again that the directory spoke against: no event tells of that."""
        now = self.world.clock.monotonic()
        if now - self._asked_at >= _DIRECTORY:
            self._asked_at = now
            self._unread.set()

    def _knock(self) -> None:
        """Try rooms again that did not let the bot in, or that nobody had made yet."""
        now = self.world.clock.monotonic()
        if now - self._knocked_at >= _KNOCK:
            self._knocked_at = now
            if not all(map(self.rooms.is_in, self.doors.configured)):
                self._uninvited.set()

    async def _try_doors(self) -> None:
        unnamed = await self.doors.name_aliases()
        if await self.doors.enter_configured() or unnamed:
            self._uninvited.set()

    def _fixed_key(self, user: str) -> str | None:
        """Return the master key that the configuration names for somebody."""
        person = self.world.roster().holder(self.world.settings.name, user)
        return None if person is None else person.master_key

    def _is_known(self, user: str) -> bool:
        """Whether somebody is on the roster, by the server's word: they are only let in first."""
        return self.world.roster().holder(self.world.settings.name, user) is not None


def _ended_by(error: Refused) -> DeadToken | Asleep | None:
    """Return what a refusal means for the login; None where that goes on."""
    if is_dead(error):
        return DeadToken()
    return Asleep() if is_asleep(error) else None
