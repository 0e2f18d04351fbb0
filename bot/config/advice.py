"""What check-config warns of, and which keys this version reads without acting on them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from ipaddress import ip_address
from zoneinfo import ZoneInfo

from bot.config import words as w
from bot.config.checks_files import exposed
from bot.config.checks_team import routes_of
from bot.config.models import Settings
from bot.config.to_domain import Config, steps_of
from bot.core.oncall.ladder_fit import may_take
from bot.core.oncall.reach import who_of_all
from bot.core.oncall.watch import gaps_ahead
from bot.core.words.labels import Label
from bot.core.words.people import Role, Roster
from bot.core.words.rota import Rota

#: Gaps in the rota that are named; the others are counted.
MOST_GAPS = 3

#: Keys whose work comes later, and when they ask for it. Delete a line when its work is there.
NOT_YET: tuple[tuple[str, Callable[[Settings], bool]], ...] = (
    (
        'rooms.watch = "all", beyond what is held',
        lambda s: any(r.watched == "all" for r in s.rooms),
    ),
    ("rooms.redact", lambda s: any(room.redact for room in s.rooms)),
    ("contacts other than life and child", lambda s: bool(s.contacts.keys() - {"life", "child"})),
    ("retention", lambda _: True),
    ("wikis.url", lambda s: bool(s.wikis)),
)


def notes(config: Config) -> Iterator[str]:
    """Yield a sentence for each key that asks for what this version does not do."""
    for key, asked in NOT_YET:
        if asked(config.settings):
            yield w.NOT_YET.format(key=key)


def warnings(config: Config, now: datetime) -> Iterator[str]:
    """Yield a sentence for each thing that may fail the team, most pressing first."""
    yield from _ladder(config)
    yield from _gaps(config, now)
    yield from _roles(config)
    if len(config.relays) == 1:
        yield w.ONE_RELAY
    if not config.terms.team_rooms:
        yield w.NO_TEAM_ROOM
    if config.irc and not config.matrix and all(n.dm_ceiling < Label.PII for n in config.irc):
        yield w.NOWHERE_PII
    for network in config.irc:
        if network.dm_ceiling >= Label.PII:
            yield w.DM_PII.format(name=network.name)
    for homeserver in config.matrix:
        yield w.MATRIX_UNSIGNED.format(name=homeserver.name)
    for key in exposed(config.settings, config.path):
        yield w.FILE_OPEN.format(key=key)
    host = config.health[0] if config.health else "localhost"
    if host != "localhost" and not ip_address(host).is_loopback:
        yield w.HEALTH_OPEN


def _ladder(config: Config) -> Iterator[str]:
    settings = config.settings
    by_name = {person.name: person for person in settings.people}
    named = [by_name[name] for names in steps_of(settings) for name in names]
    for person in named:
        if person.suspended:
            yield w.STEP_SUSPENDED.format(name=person.name)
    ladder = [person for person in named if not person.suspended]
    routes = {p.name: routes_of(settings, p) for p in ladder if may_take(p.roles)}
    reached = {name: found for name, found in routes.items() if found}
    if len(reached) == 1:
        yield w.ONE_ON_CALL.format(name=next(iter(reached)))
    ways = {way for found in reached.values() for way in found}
    if len(ways) == 1:
        yield w.ONE_NETWORK.format(network=next(iter(ways)))
    for name, found in routes.items():
        if not found:
            yield w.STEP_UNREACHED.format(name=name)
    for name in dict.fromkeys(shift.person for shift in config.terms.shifts):
        if name not in {person.name for person in named}:
            yield w.SHIFT_OFF_LADDER.format(name=name)


def _gaps(config: Config, now: datetime) -> Iterator[str]:
    """Yield the gaps of the next 7 days, in the time of the bot."""
    people = tuple(person for person in config.roster.people if not person.suspended)
    terms = replace(config.terms, people=people)
    zone = ZoneInfo(terms.time_zone)
    who = who_of_all(terms, Rota(shifts=terms.shifts), now)
    found = [gap for gap in gaps_ahead(who, terms, now) if terms.shifts]
    for gap in found[:MOST_GAPS]:
        begins, ends = max(gap.begins, now).astimezone(zone), gap.ends.astimezone(zone)
        yield w.GAP.format(
            begins=f"{begins:%a %Y-%m-%d %H:%M}", ends=f"{ends:%a %Y-%m-%d %H:%M %Z}"
        )
    if len(found) > MOST_GAPS:
        yield w.MORE_GAPS.format(count=len(found) - MOST_GAPS)


def _roles(config: Config) -> Iterator[str]:
    roster = Roster(tuple(p for p in config.roster.people if not p.suspended))
    if not roster.with_roles([Role.OVERSIGHTER]):
        stewards = roster.with_roles([Role.STEWARD])
        yield w.NO_OVERSIGHTER if stewards else w.NO_OVERSIGHTER_NO_STEWARD
    if not roster.with_roles([Role.OMBUDS]):
        yield w.NO_OMBUDS
    for person in roster.people:
        if not person.accounts:
            yield w.NO_ACCOUNT.format(name=person.name)
