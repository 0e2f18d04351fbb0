"""The whole bot, made of ports: what `app` builds for real and the tests build in memory."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.core.oncall.jump import Jump
from bot.core.pii.held import HeldSet, free_phrases
from bot.core.pii.links import canonical
from bot.core.words.doors import CommandRunner
from bot.core.words.ids import Dice
from bot.core.words.inbound import (
    Event,
    IdentityEnded,
    Inbound,
    LinkChanged,
    Overheard,
    RoomChanged,
    Unheard,
)
from bot.core.words.keys import KeyNews
from bot.core.words.ports import (
    Clock,
    Kept,
    LetterWriter,
    MailCarrier,
    Probe,
    Store,
    Unit,
    no_probe,
)
from bot.core.words.reloading import ConfigSource
from bot.core.words.reserve import Reserve
from bot.core.words.text import Doc
from bot.runtime.clock import Waker
from bot.runtime.containing import Containing
from bot.runtime.desks import Desks
from bot.runtime.dispatcher import Dispatcher
from bot.runtime.drilling import look_for_drill
from bot.runtime.handling import Handling
from bot.runtime.holding import held_words, own_names
from bot.runtime.homecoming import Homecoming
from bot.runtime.jumps import after_jump
from bot.runtime.keydesk import KeyDesk
from bot.runtime.live import Live
from bot.runtime.outbox import Outbox
from bot.runtime.performer import Cause, Performer
from bot.runtime.reload import Reloader
from bot.runtime.roomwatch import RoomWatch
from bot.runtime.scheduler import Scheduler
from bot.runtime.spotting import Spotting
from bot.runtime.standing import orphans, ring_anew
from bot.runtime.stores import Stores
from bot.runtime.supervisor import Supervisor
from bot.runtime.vitals import Vitals
from bot.runtime.voice import Voice
from bot.runtime.watching import look_again


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything a bot is built from."""

    store: Store
    clock: Clock
    dice: Dice
    live: Live
    runner: CommandRunner
    carrier: MailCarrier
    write_letter: LetterWriter
    mail_domain: str
    probe: Probe = no_probe
    #: Where emergencies go while `store` cannot keep them; None: nowhere.
    reserve: Reserve | None = None
    #: Where the configuration is read again; None: it cannot be.
    source: ConfigSource | None = None


class Bot:
    """A running bot: `start` it, wait, `stop` it."""

    def __init__(self, parts: Parts, *, on_ready: Callable[[], None]) -> None:
        """Wire the parts; `on_ready` is called once, when every network is up."""
        #: The one store that everything asks from here on, whatever is behind it.
        self.store = Stores(parts.store, parts.reserve, parts.clock)
        parts = replace(parts, store=self.store)
        self.parts = parts
        self.supervisor = Supervisor(parts.clock)
        self.held = HeldSet(free=free_phrases(own_names(parts.live)))
        parts.live.holding = lambda: not self.held.empty
        self.voice = Voice(live=parts.live, scan=self.held.hit)
        performer = self._performer()
        self.handling = Handling(
            live=parts.live,
            runner=parts.runner,
            performer=performer,
            dice=parts.dice,
            since=parts.clock.now(),
        )
        self.rooms = RoomWatch(
            live=parts.live, voice=self.voice, supervisor=self.supervisor, clock=parts.clock
        )
        self.vitals = self._vitals(performer)
        self.outbox = self._outbox()
        self.keys = self._keys(performer)
        self.scheduler = self._scheduler()
        self.spotting = self._spotting(performer)
        self.containing = Containing(
            store=self.store, clock=parts.clock, live=parts.live, performer=performer
        )
        self.dispatcher = self._dispatcher()
        self.reloader = self._reloader(performer)
        self.homecoming = self._homecoming(performer)
        self._on_ready = on_ready
        self._up: set[str] = set()
        self._was_ready = False

    def _performer(self) -> Performer:
        parts = self.parts
        return Performer(
            live=parts.live,
            dice=parts.dice,
            write_letter=parts.write_letter,
            canonical=canonical,
            mail_domain=parts.mail_domain,
            probe=parts.probe,
            kept=lambda: self.store.kept,
        )

    def _outbox(self) -> Outbox:
        parts = self.parts
        return Outbox(
            store=self.store.again,
            where=lambda: self.store.where,
            clock=parts.clock,
            live=parts.live,
            voice=self.voice,
            carrier=self.vitals.mail,
            over=self.vitals.away.over,
            supervisor=self.supervisor,
            tell_held=self.handling.tell_held,
            up=lambda network: network in self._up,
            probe=parts.probe,
            waker=Waker(parts.clock),
        )

    def _keys(self, performer: Performer) -> KeyDesk:
        parts = self.parts
        return KeyDesk(
            store=self.store,
            clock=parts.clock,
            live=parts.live,
            performer=performer,
            supervisor=self.supervisor,
            nudge=self._nudge,
        )

    def _scheduler(self) -> Scheduler:
        return Scheduler(
            store=self.store.again,
            clock=self.parts.clock,
            ring=self.handling.timer,
            waker=Waker(self.parts.clock),
            after=self.outbox.waker.nudge,
            turned_back=self._turned_back,
            looked=self._looked,
            probe=self.parts.probe,
        )

    def _dispatcher(self) -> Dispatcher:
        parts = self.parts
        return Dispatcher(
            store=self.store,
            clock=parts.clock,
            live=parts.live,
            handling=self.handling,
            voice=self.voice,
            desks=Desks(parts.dice),
            held=self.held,
            supervisor=self.supervisor,
            nudge=self._nudge,
            stand=self._stand,
            reload=self._reload_for,
            keys=self.keys,
            spotting=self.spotting,
            containing=self.containing,
            probe=parts.probe,
        )

    def _spotting(self, performer: Performer) -> Spotting:
        parts = self.parts
        return Spotting(
            store=self.store,
            clock=parts.clock,
            live=parts.live,
            performer=performer,
            holds=self.held.hit,
            nudge=self._nudge,
        )

    def _homecoming(self, performer: Performer) -> Homecoming:
        parts = self.parts
        return Homecoming(
            store=self.store,
            clock=parts.clock,
            live=parts.live,
            performer=performer,
            held=self.held,
            nudge=self._nudge,
        )

    def _vitals(self, performer: Performer) -> Vitals:
        parts = self.parts
        return Vitals(
            live=parts.live,
            clock=parts.clock,
            store=self.store,
            again=self.store.again,
            performer=performer,
            carrier=parts.carrier,
            up=lambda network: network in self._up,
            fallen=self.store.fallen.is_set,
            nudge=self._nudge,
            rounds=lambda: {"outbox": self.outbox.round_at, "scheduler": self.scheduler.round_at},
        )

    def _reloader(self, performer: Performer) -> Reloader:
        parts = self.parts
        return Reloader(
            source=parts.source,
            store=parts.store,
            clock=parts.clock,
            live=parts.live,
            rooms=self.rooms,
            held=self.held,
            performer=performer,
            nudge=self._nudge,
            probe=parts.probe,
        )

    @property
    def up(self) -> bool:
        """Whether every network is up right now."""
        return self._up == set(self.parts.live.transports)

    async def start(self) -> None:
        """Read what live cases hold, then start every part."""
        live = self.parts.live
        await self.homecoming.start()
        store = self.store.again
        live.suspend(await store.run(self._suspended))
        for code, pieces in await store.run(held_words):
            self.held.add(code, pieces)
        kept_out, everybody = self.handling.performer.kept_out, live.everybody.people
        await store.run(lambda unit: kept_out.fill(unit, everybody))
        await store.run(self._look_for_orphans)
        self.supervisor.keep("homecoming", self.homecoming.run)
        self.supervisor.keep("outbox", self.outbox.run)
        self.supervisor.keep("scheduler", self.scheduler.run)
        self.supervisor.keep("spotting", self.spotting.run)
        self.vitals.start(self.supervisor)
        for name, transport in live.transports.items():
            self.supervisor.keep(name, partial(transport.run, self.sink))

    async def stop(self) -> None:
        """Stop taking anything in, finish what is in hand, close."""
        for transport in self.parts.live.transports.values():
            await transport.stop()
        await self.spotting.write()
        await self.supervisor.stop()
        if self.store.kept is Kept.MEMORY and self.store.has_home:
            # What is in memory only is gone in a moment.
            await self.homecoming.try_home()
        await self.store.close()

    def reload(self) -> None:
        """Read the configuration again, as a signal asks; returns at once."""

        async def reload() -> None:
            await self.reloader.reload()

        self.supervisor.once("reload", reload())

    def sink(self, event: Event) -> None:
        """Take one event of a transport; returns at once."""
        match event:
            case Inbound():
                self.dispatcher.take(event)
            case Overheard():
                self.spotting.overhear(event)
            case Unheard():
                self.dispatcher.unreadable.take(event)
            case RoomChanged(place=place):
                if self.rooms.changed(place):
                    self._release(place.network)
            case LinkChanged(network=network, up=True):
                self._up.add(network)
                self._release(network)
                self._maybe_ready()
            case LinkChanged(network=network):
                self._up.discard(network)
                self.vitals.pulse.lost(network)
                self.rooms.forget(network)
            case KeyNews():
                self.keys.take(event)
            case IdentityEnded():
                # What was said under it stays; the next line needs the six words.
                pass

    async def _reload_for(self, inbound: Inbound) -> Doc:
        person = inbound.speaker.person
        by = None if person is None else person.name
        return await self.reloader.reload(by, str(inbound.place))

    def _stand(self, changes: list[tuple[str, bool]]) -> None:
        """Go by who may act from now on, and have every place judged anew."""
        live = self.parts.live
        names = set(live.suspended)
        for name, stops in changes:
            (names.add if stops else names.discard)(name)
        live.suspend(frozenset(names))
        for transport in live.transports.values():
            transport.recheck()

    def _suspended(self, unit: Unit) -> frozenset[str]:
        people = self.parts.live.everybody.people
        return frozenset(person.name for person in people if unit.is_suspended(person.name))

    def _look_for_orphans(self, unit: Unit) -> None:
        """The roster may be another than when the bot was stopped."""
        live = self.parts.live
        now = self.parts.clock.now()
        effects = orphans(unit, live, live.roster.people)
        self.handling.performer.apply(unit, effects, Cause(now=now))
        if live.terms.shifts:
            look_again(unit, now)
        look_for_drill(unit, live, now)

    def _looked(self, unit: Unit, jump: Jump | None) -> None:
        """Where the clock jumped, move what was written before that."""
        fresh = self.handling.performer.fresh
        if jump is not None:
            after_jump(unit, jump, fresh)
        fresh.clear()

    def _turned_back(self, unit: Unit, now: datetime) -> None:
        """The clock was set back: look at every page and at the rota by the new time."""
        self.handling.performer.apply(unit, ring_anew(unit, now), Cause(now=now))
        if self.parts.live.terms.shifts:
            look_again(unit, now)
        look_for_drill(unit, self.parts.live, now)

    def _maybe_ready(self) -> None:
        if self.up and not self._was_ready:
            self._was_ready = True
            self._on_ready()

    def _release(self, network: str) -> None:
        async def release() -> None:
            await self.parts.store.run(lambda unit: unit.release_rows(network=network))
            self._nudge()

        self.supervisor.once("release", release())

    def _nudge(self) -> None:
        self.outbox.waker.nudge()
        self.scheduler.waker.nudge()
