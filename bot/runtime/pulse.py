"""Feels the pulse of every network: one that looks up and passes nothing on is dialled anew.

The silence of one network is told on the others, and by mail; the silence of all by mail alone.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.core.oncall.reach import on_duty, who_of_all
from bot.core.words.effects import Lane, ToIdentity, ToPlace
from bot.core.words.identity import by_account
from bot.core.words.people import Person, Role
from bot.core.words.ports import Clock, Unit
from bot.core.words.rota import Rota
from bot.core.words.text import Arg, Count, Msg, When, team
from bot.runtime.away import Away, News, Way
from bot.runtime.live import Live
from bot.runtime.mailwatch import MailWatch

EVERY = 60.0
#: How long an echo may take, in seconds, and how many may fail to come before it is silence.
ECHO, MISSES = 30.0, 2
#: What has been away for so many seconds is told.
PATIENCE = 120.0
#: No network has such a name.
ALL, MAIL = "*all", "*mail"

log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class _Network:
    """`since`, on the monotonic clock: nothing has proven the network well after that moment."""

    since: float | None
    misses: int = 0
    silent: bool = False

    def doubt(self, now: float) -> None:
        """Note that it may not be well since `now`, unless that is known."""
        if self.since is None:
            self.since = now

    def proven(self) -> None:
        """Note that it is well."""
        self.since, self.misses, self.silent = None, 0, False


@dataclass(slots=True, kw_only=True)
class Pulse:
    """The worker. `up` tells whether a network's connection stands."""

    live: Live
    clock: Clock
    up: Callable[[str], bool]
    away: Away
    mail: MailWatch
    _networks: dict[str, _Network] = field(default_factory=dict)

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            began = self.clock.monotonic()
            async with asyncio.TaskGroup() as group:
                for name in self.live.transports:
                    group.create_task(self._beat(name))
            await self._tell()
            await self.clock.sleep(max(0.0, began + EVERY - self.clock.monotonic()))

    def lost(self, name: str) -> None:
        """Note that a connection ended."""
        self._of(name).doubt(self.clock.monotonic())

    @property
    def silent(self) -> bool:
        """Whether any network looked up and passed nothing on, and has not since."""
        return any(network.silent for network in self._networks.values())

    def _of(self, name: str) -> _Network:
        now = self.clock.monotonic()
        return self._networks.setdefault(name, _Network(since=now))

    def _well(self) -> list[str]:
        """Return the networks on which something can be said."""
        return [n for n in self.live.transports if self.up(n) and not self._of(n).silent]

    async def _beat(self, name: str) -> None:
        network, began = self._of(name), self.clock.monotonic()
        came = False
        if self.up(name):
            try:
                came = await self.live.transports[name].echo(ECHO)
            # A transport may fail in any way; the others have a pulse, too.
            except Exception as error:
                log.exception("pulse.failed", error=type(error).__name__)
        if came:
            network.proven()
            return
        network.doubt(began)
        network.misses = network.misses + 1 if self.up(name) else 0
        if network.misses >= MISSES:
            network.misses, network.silent = 0, True
            log.warning("network.silent", network=name)
            self.live.transports[name].redial()

    # ---- telling -----------------------------------------------------------------------------

    async def _tell(self) -> None:
        well = self._well()
        for name in self.live.transports:
            since = self._of(name).since
            if since is None:
                await self._back(name)
            elif any(other != name for other in well):
                await self._gone(name, since, PATIENCE)
        await self._tell_of_all(well)
        if not self.mail.failing:
            await self._back(MAIL)
        elif self.mail.down_since is not None and well:
            await self._gone(MAIL, self.mail.down_since)

    async def _tell_of_all(self, well: list[str]) -> None:
        if well:
            back = next((name for name in well if self._of(name).since is None), None)
            if back is not None:
                await self._back(ALL, back)
            return
        moments = [self._of(name).since for name in self.live.transports]
        known = [since for since in moments if since is not None]
        if known and len(known) == len(moments):
            await self._gone(ALL, max(known), PATIENCE)

    async def _gone(self, name: str, since: float, patience: float = 0.0) -> None:
        """Tell that something has been away for too long, unless that was told lately."""
        lasted = self.clock.monotonic() - since
        if lasted < patience or self.away.since(name) is not None or not self.away.calm(name):
            return
        at = self.clock.now() - timedelta(seconds=lasted)
        log.warning("pulse.away", network=_word(name))
        await self.away.gone(name, at, _gone(name, at), lambda unit: list(self._ways(name, unit)))

    async def _back(self, name: str, network: str = "") -> None:
        """Tell that something is back, if it was told to be away."""
        since = self.away.since(name)
        if since is None:
            return
        log.warning("pulse.back", network=_word(name))
        await self.away.back(name, _back(name, network or name, since, self.clock.now()))

    def _ways(self, name: str, unit: Unit) -> Iterator[Way]:
        """Yield where it is told that something is away, each way once."""
        operators = self.live.roster.with_roles([Role.OPERATOR])
        if name == ALL:
            rota = Rota(shifts=self.live.terms.shifts, overrides=unit.overrides())
            terms = self.live.terms
            steps = on_duty(terms.ladder, who_of_all(terms, rota, self.clock.now()))
            yield from _addresses([*operators, *(each for step in steps for each in step)])
            return
        well = [network for network in self._well() if network != name]
        if name != MAIL:
            for room in map(self.live.rooms.named, self.live.terms.team_rooms):
                places = () if room is None else room.places
                yield from (ToPlace(place=place) for place in places if place.network in well)
            yield from _addresses(operators)
        for person in operators:
            for account in person.accounts:
                if account.network in well:
                    yield ToIdentity(identity=by_account(account), person=person.name)


def _addresses(people: list[Person] | tuple[Person, ...]) -> Iterator[str]:
    yield from dict.fromkeys(person.mail for person in people if person.mail)


def _word(name: str) -> str:
    """Return a name as a log may carry it."""
    return name.removeprefix("*")


def _gone(name: str, since: datetime) -> News:
    public, subject = Msg("pulse.away.public"), Msg("pulse.subject")
    moment = When(at=since)
    if name == ALL:
        line = Msg("pulse.all", (moment,))
        return News(line=line, public=public, subject=subject, lane=Lane.PAGE)
    if name == MAIL:
        return News(line=Msg("pulse.mail", (moment,)), public=Msg("room.news"), subject=subject)
    return News(line=Msg("pulse.away", (team(name), moment)), public=public, subject=subject)


def _back(name: str, network: str, since: datetime, now: datetime) -> News:
    minutes = Count(number=max(1, round((now - since) / timedelta(minutes=1))))
    lasted: tuple[Arg, ...] = (When(at=since), When(at=now), minutes)
    public, subject = Msg("pulse.back.public"), Msg("pulse.subject.back")
    if name == ALL:
        line = Msg("pulse.all-back", (team(network), *lasted))
        return News(line=line, public=public, subject=subject, lane=Lane.PAGE)
    if name == MAIL:
        return News(line=Msg("pulse.mail-back", lasted), public=Msg("room.news"), subject=subject)
    return News(line=Msg("pulse.back", (team(name), *lasted)), public=public, subject=subject)
