"""The whole bot, made of ports: what `app` builds for real and the tests build in memory."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bot.core.pii.held import HeldSet, free_phrases
from bot.core.pii.links import canonical
from bot.core.words.cases import CaseStatus
from bot.core.words.doors import CommandRunner
from bot.core.words.ids import Dice
from bot.core.words.inbound import Event, IdentityEnded, Inbound, LinkChanged, RoomChanged
from bot.core.words.ports import (
    Clock,
    LetterWriter,
    MailCarrier,
    Probe,
    Store,
    Unit,
    Viewer,
    no_probe,
)
from bot.core.words.text import Pieces
from bot.runtime.clock import Waker
from bot.runtime.desks import Desks
from bot.runtime.dispatcher import Dispatcher
from bot.runtime.handling import Handling
from bot.runtime.live import Live
from bot.runtime.outbox import Outbox
from bot.runtime.performer import Performer, held_by
from bot.runtime.roomwatch import RoomWatch
from bot.runtime.scheduler import Scheduler
from bot.runtime.supervisor import Supervisor
from bot.runtime.voice import Voice


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


class Bot:
    """A running bot: `start` it, wait, `stop` it."""

    def __init__(self, parts: Parts, *, on_ready: Callable[[], None]) -> None:
        """Wire the parts; `on_ready` is called once, when every network is up."""
        self.parts = parts
        self.supervisor = Supervisor(parts.clock)
        self.held = HeldSet(free=free_phrases(own_names(parts.live)))
        self.voice = Voice(live=parts.live, scan=self.held.hit)
        performer = Performer(
            live=parts.live,
            dice=parts.dice,
            write_letter=parts.write_letter,
            canonical=canonical,
            mail_domain=parts.mail_domain,
        )
        self.handling = Handling(
            live=parts.live,
            runner=parts.runner,
            performer=performer,
            dice=parts.dice,
            since=parts.clock.now(),
        )
        self.rooms = RoomWatch(live=parts.live, voice=self.voice, supervisor=self.supervisor)
        self.outbox = Outbox(
            store=parts.store,
            clock=parts.clock,
            live=parts.live,
            voice=self.voice,
            carrier=parts.carrier,
            supervisor=self.supervisor,
            tell_held=self.handling.tell_held,
            up=lambda network: network in self._up,
            probe=parts.probe,
            waker=Waker(parts.clock),
        )
        self.scheduler = Scheduler(
            store=parts.store,
            clock=parts.clock,
            ring=self.handling.timer,
            waker=Waker(parts.clock),
            after=self.outbox.waker.nudge,
        )
        self.dispatcher = Dispatcher(
            store=parts.store,
            clock=parts.clock,
            live=parts.live,
            handling=self.handling,
            voice=self.voice,
            desks=Desks(parts.dice),
            held=self.held,
            supervisor=self.supervisor,
            nudge=self._nudge,
            probe=parts.probe,
        )
        self._on_ready = on_ready
        self._up: set[str] = set()
        self._was_ready = False

    @property
    def up(self) -> bool:
        """Whether every network is up right now."""
        return self._up == set(self.parts.live.transports)

    async def start(self) -> None:
        """Read what live cases hold, then start every part."""
        for code, pieces in await self.parts.store.run(held_words):
            self.held.add(code, pieces)
        self.supervisor.keep("outbox", self.outbox.run)
        self.supervisor.keep("scheduler", self.scheduler.run)
        for name, transport in self.parts.live.transports.items():
            self.supervisor.keep(name, partial(transport.run, self.sink))

    async def stop(self) -> None:
        """Stop taking anything in, finish what is in hand, close."""
        for transport in self.parts.live.transports.values():
            await transport.stop()
        await self.supervisor.stop()
        await self.parts.store.close()

    def sink(self, event: Event) -> None:
        """Take one event of a transport; returns at once."""
        match event:
            case Inbound():
                self.dispatcher.take(event)
            case RoomChanged(place=place):
                if self.rooms.changed(place):
                    self._release(place.network)
            case LinkChanged(network=network, up=True):
                self._up.add(network)
                self._release(network)
                self._maybe_ready()
            case LinkChanged(network=network):
                self._up.discard(network)
                self.rooms.forget(network)
            case IdentityEnded():
                # What was said under it stays; the next line needs the six words.
                pass

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


def own_names(live: Live) -> list[str]:
    """Return the names and addresses that the bot itself has to say."""
    terms = live.terms
    contacts = [address for contact in terms.contacts.values() for address in contact.mail]
    people = [name for p in live.roster.people for name in (p.name, *map(str, p.accounts))]
    return [terms.bot_name, terms.team_name, terms.team_mail, *contacts, *people]


def held_words(unit: Unit) -> list[tuple[str, Pieces]]:
    """Return every word that open cases hold, by case."""
    cases = unit.cases(Viewer(system=True))
    held: list[tuple[str, Pieces]] = []
    for row in cases.rows(status=CaseStatus.OPEN):
        view = cases.find(row.code)
        held += [] if view is None else held_by(unit, view)
    return held
