"""Taking a changed configuration over while running: all of it in one step, or nothing."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import structlog

from bot.core.pii.held import HeldSet, free_phrases
from bot.core.policy.standing import tell_people, tell_rooms
from bot.core.words.people import Role
from bot.core.words.ports import AuditEntry, Clock, Probe, Store, Unit, no_probe
from bot.core.words.reloading import (
    ConfigSource,
    Difference,
    Found,
    Fresh,
    Mistakes,
    NeedsRestart,
    NetworkTerms,
)
from bot.core.words.text import Doc, Line, Msg, Piece, doc, public, team
from bot.runtime.drilling import look_for_drill
from bot.runtime.holding import held_words, own_names
from bot.runtime.live import Live
from bot.runtime.performer import Cause, Performer
from bot.runtime.roomwatch import RoomWatch
from bot.runtime.standing import after_loss, ring_anew
from bot.runtime.watching import look_again

#: Lines about single mistakes or keys; more of them are counted.
MOST = 8
#: Who asks by a signal.
SIGNAL = "SIGHUP"

log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class Reloader:
    """Reads the configuration again and puts it in force; `nudge` wakes the workers."""

    source: ConfigSource | None
    store: Store
    clock: Clock
    live: Live
    rooms: RoomWatch
    held: HeldSet
    performer: Performer
    nudge: Callable[[], None]
    probe: Probe = no_probe
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def reload(self, by: str | None = None, place: str = SIGNAL) -> Doc:
        """Read the file and take it over; returns what to tell whoever asked, label `team`.

        `by` is the name of whoever asked, None for a signal: then all operators hear by DM.
        """
        async with self._turn:
            found = await self._found()
            before = frozenset(person.name for person in self.live.roster.people)
            free = self.held.free
            if isinstance(found, Fresh) and found.difference.count:
                found = await self._take_over(found)
            told = doc(*lines(found))
            _log(found)
            after = partial(self._after, found, told, before, by, place, self.clock.now())
            self.probe("reload.before")
            await self.store.run(after)
            self.probe("reload.committed")
            if free - self.held.free:
                # Names that are nobody's of ours any more are held like others.
                for code, pieces in await self.store.run(held_words):
                    self.held.add(code, pieces)
        self.nudge()
        return told

    async def _found(self) -> Found:
        if self.source is not None:
            return await self.source.read()
        live = self.live
        return Fresh(
            roster=live.everybody,
            rooms=live.rooms,
            terms=live.terms,
            dm_most=live.dm_most,
            networks={},
            was={},
        )

    async def _take_over(self, fresh: Fresh) -> Found:
        names = [person.name for person in fresh.roster.people]
        stored = await self.store.run(
            lambda unit: frozenset(name for name in names if unit.is_suspended(name))
        )
        # From here on nothing waits: no line is read, and none is said, halfway.
        live = self.live
        stood = (live.everybody, live.rooms, live.terms, live.dm_most, live.suspended)
        live.renew(
            roster=fresh.roster,
            rooms=fresh.rooms,
            terms=fresh.terms,
            dm_most=fresh.dm_most,
            suspended=_stopped(names, stored, live),
        )
        try:
            self._renew_networks(fresh.networks)
        except ValueError:
            roster, rooms, terms, most, suspended = stood
            live.renew(roster=roster, rooms=rooms, terms=terms, dm_most=most, suspended=suspended)
            self._renew_networks(fresh.was)
            return NeedsRestart(keys=("transports",))
        self.rooms.renew()
        self.held.renew(free_phrases(own_names(live)))
        if self.source is not None:
            self.source.taken()
        return fresh

    def _renew_networks(self, networks: Mapping[str, NetworkTerms]) -> None:
        for name, terms in networks.items():
            self.live.transports[name].renew(
                channels=terms.channels, trusted_agents=terms.trusted_agents, relays=terms.relays
            )

    def _after(
        self,
        found: Found,
        told: Doc,
        before: frozenset[str],
        by: str | None,
        place: str,
        now: datetime,
        unit: Unit,
    ) -> None:
        """Put on record what came of it, and tell whoever has to know."""
        outcome = _OUTCOMES[type(found)]
        who = by or SIGNAL
        unit.audit(AuditEntry(at=now, who=who, place=place, verb="reload", outcome=outcome))
        live = self.live
        key = f"reload:{now:%Y%m%dT%H%M%S.%f}"
        changed = isinstance(found, Fresh) and bool(found.difference.count)
        operators = [p for p in live.roster.with_roles([Role.OPERATOR]) if p.name != by]
        effects = tell_people(told, operators, key=key) if changed or by is None else []
        if isinstance(found, Fresh):
            active = live.roster.people
            gone = before - {person.name for person in active}
            if found.difference.concerns_rights:
                effects += tell_rooms(_news(found.difference, live), key=key, terms=live.terms)
            effects += after_loss(unit, live, gone, active, key=key)
            effects += ring_anew(unit, now) if gone else []
        self.performer.apply(unit, effects, Cause(now=now))
        if live.terms.shifts:
            look_again(unit, now)
        look_for_drill(unit, live, now)
        for network in live.transports:
            unit.release_rows(network=network)


def _stopped(names: list[str], stored: frozenset[str], live: Live) -> frozenset[str]:
    """Return whom of a new file a command suspended.

    Of whoever was on the roster before, `live` knows best: somebody may have been suspended or
    reinstated since the database was asked.
    """
    now = {name.lower() for name in live.suspended}
    known = {person.name.lower() for person in live.everybody.people}
    return frozenset(
        name for name in names if (name.lower() in now if name.lower() in known else name in stored)
    )


_OUTCOMES: Mapping[type[Found], str] = {
    Fresh: "taken-over",
    Mistakes: "mistakes",
    NeedsRestart: "needs-restart",
}


def lines(found: Found) -> list[Line]:
    """Return what came of reading the file, in words."""
    match found:
        case Mistakes(sentences=sentences):
            shown = [Msg("reload.item", (team(sentence),)) for sentence in sentences[:MOST]]
            return [Msg("reload.mistakes"), *shown, *_rest(len(sentences))]
        case NeedsRestart(keys=keys):
            shown = [Msg("reload.item", (team(key),)) for key in keys[:MOST]]
            return [Msg("reload.restart"), *shown, *_rest(len(keys))]
        case Fresh(difference=difference) if difference.count:
            return [Msg("reload.done"), *_told(difference)]
        case _:
            return [Msg("reload.unchanged")]


def _rest(number: int) -> list[Line]:
    return [Msg("reload.more", (team(str(number - MOST)),))] if number > MOST else []


def _told(found: Difference) -> list[Line]:
    """Return a line for each way in which something differs."""
    changes = [
        f"{each.name} ({' '.join([f'+{role}' for role in each.gained] + [f'-{role}' for role in each.lost])})"
        for each in found.roles
    ]
    ceilings = [
        f"{each.name} ({each.was.name.lower()} > {each.now.name.lower()})"
        for each in found.ceilings
    ]
    listed = {
        "came": found.came,
        "left": found.left,
        "renamed": [f"{was} > {now}" for was, now in found.renamed],
        "roles": changes,
        "suspended": found.suspended,
        "reinstated": found.reinstated,
        "details": found.details,
        "rooms-added": found.rooms_added,
        "rooms-removed": found.rooms_removed,
        "ceilings": ceilings,
        "rooms": found.rooms,
        "keys": found.keys,
    }
    return [
        Msg(f"reload.{what}", (team(", ".join(names)),)) for what, names in listed.items() if names
    ]


def _news(found: Difference, live: Live) -> Msg:
    """Return the one line for the team: who came, left, or may do something else."""
    others = [each.name for each in found.roles] + list(found.details)
    marks = [
        *(f"+{name}" for name in (*found.came, *found.reinstated, *found.rooms_added)),
        *(f"-{name}" for name in (*found.left, *found.suspended, *found.rooms_removed)),
        *(f"*{name}" for name in dict.fromkeys(others)),
        *(f"*{each}" for each in dict.fromkeys([c.name for c in found.ceilings] + [*found.rooms])),
    ]
    listed: Piece = team(", ".join(marks))
    return Msg("reload.news", (listed, public(live.terms.prefix)))


def _log(found: Found) -> None:
    match found:
        case Mistakes(sentences=sentences):
            log.warning("reload.refused", reason="mistakes", count=len(sentences))
            keys = [sentence.partition(": ")[0] for sentence in sentences]
        case NeedsRestart(keys=found_keys):
            log.warning("reload.refused", reason="needs-restart", count=len(found_keys))
            keys = list(found_keys)
        case _:
            log.info("reload.taken-over", count=found.difference.count)
            keys = list(found.difference.keys)
    for key in keys[:MOST]:
        log.info("reload.key", where=key.replace("[", ".").replace("]", ""))
