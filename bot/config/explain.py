"""The configuration in words: what the bot will do with this file."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import get_args
from zoneinfo import ZoneInfo

from bot.config import words as w
from bot.config.advice import notes, warnings
from bot.config.fields import show_duration
from bot.config.models import Day, RetentionSection
from bot.config.to_domain import Config, IRCSection, MatrixSection
from bot.core.oncall.drill_week import next_drill
from bot.core.oncall.ladder_fit import takes
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass
from bot.core.words.people import Person, Role
from bot.core.words.places import Room, Rooms


def explain(config: Config, now: datetime) -> Iterator[str]:
    """Yield the lines that tell what the bot will do, with warnings and notes at the end."""
    parts: tuple[tuple[str, Callable[[Config], Iterator[str]]], ...] = (
        ("bot", _bot),
        ("networks", _networks),
        ("rooms", _rooms),
        ("people", _people),
        ("ladder", partial(_ladder, now=now)),
        ("contacts", _contacts),
        ("relays", _relays),
        ("promises", _promises),
        ("retention", _retention),
        ("warnings", partial(warnings, now=now)),
        ("notes", notes),
    )
    for name, part in parts:
        lines = list(part(config))
        if lines:
            yield w.HEADS[name]
            yield from (f"  {line}" for line in lines)
    yield w.EVERYTHING_FINE


def _bot(config: Config) -> Iterator[str]:
    terms, settings = config.terms, config.settings
    yield w.BOT.format(
        name=terms.bot_name, prefix=terms.prefix, team=terms.team_name, mail=terms.team_mail
    )
    yield w.BOT_FILES.format(
        data=settings.bot.data_dir,
        key=settings.keys.root_key_file,
        health=settings.health.listen if settings.health else w.NO_HEALTH,
    )


def _networks(config: Config) -> Iterator[str]:
    for irc in config.irc:
        yield from _irc(irc)
    for matrix in config.matrix:
        yield from _matrix(matrix)


def _irc(irc: IRCSection) -> Iterator[str]:
    yield w.IRC.format(
        name=irc.name,
        host=irc.host,
        port=irc.port,
        tls=w.IRC_TLS if irc.tls else w.IRC_CLEAR,
        nick=irc.nick,
        account=irc.account,
        sasl=irc.sasl,
        rate=w.IRC_RATE.format(burst=irc.burst, per_second=irc.per_second),
    )
    label = irc.dm_ceiling.name.lower()
    yield w.IRC_DM.format(
        name=irc.name, label=label, what=w.CARRIES[label], why=w.IRC_DM_WHY[label]
    )


def _matrix(matrix: MatrixSection) -> Iterator[str]:
    yield w.MATRIX.format(
        name=matrix.name,
        homeserver=matrix.homeserver,
        user=matrix.user_id,
        device=matrix.device_name,
    )
    label = matrix.dm_ceiling.name.lower()
    yield w.MATRIX_DM.format(
        name=matrix.name, label=label, what=w.CARRIES[label], why=w.MATRIX_DM_WHY[label]
    )


def _rooms(config: Config) -> Iterator[str]:
    homeservers = {matrix.name: matrix.user_id for matrix in config.matrix}
    for room in config.rooms.rooms:
        yield w.ROOM.format(
            name=room.name,
            who=_for_whom(room),
            places=", ".join(str(place) for place in room.places),
            label=room.ceiling.name.lower(),
            what=w.CARRIES[room.ceiling.name.lower()],
            why=w.ROOM_WHY if room.ceiling > Label.PUBLIC else "",
        )
        for place in room.places:
            if place.network in homeservers:
                sentence = w.ROOM_MATRIX if room.ceiling > Label.PUBLIC else w.ROOM_MATRIX_PUBLIC
                yield sentence.format(name=room.name, place=place, user=homeservers[place.network])
        yield w.ROOM_WATCH[room.watch].format(name=room.name)


def _for_whom(room: Room) -> str:
    if room.roles:
        return ", ".join(sorted(room.roles))
    return w.ROOM_TEAM if room.ceiling > Label.PUBLIC else w.ROOM_ANYBODY


def _people(config: Config) -> Iterator[str]:
    for person, section in zip(config.roster.people, config.settings.people, strict=True):
        yield w.PERSON.format(
            name=person.name,
            roles=", ".join(dict.fromkeys(section.roles)),
            label=person.clearance.name.lower(),
            what=w.CARRIES[person.clearance.name.lower()],
            routes=", ".join(_routes(person)) or w.NO_ROUTE,
        )
        if person.suspended:
            yield w.PERSON_SUSPENDED.format(name=person.name)
        else:
            yield from _may(person, config.rooms)


def _may(person: Person, rooms: Rooms) -> Iterator[str]:
    """Yield what somebody's roles let them do, and where."""
    does = dict.fromkeys(
        what for role in Role if role in person.roles for what in w.ROLE_DOES[role]
    )
    if person.handles_cases:
        # Another role takes nothing away.
        does = dict.fromkeys(what for what in does if not what.startswith("sees no"))
    yield w.PERSON_DOES.format(name=person.name, what=", ".join(does))
    private = [room for room in rooms.rooms if room.ceiling > Label.PUBLIC]
    meant = [room for room in private if not room.roles or not room.roles.isdisjoint(person.roles)]
    if meant:
        listed = ", ".join(room.name for room in meant)
        yield w.PERSON_ROOMS.format(name=person.name, rooms=listed)
    label = person.clearance.name.lower()
    for room in meant:
        if person.clearance < room.ceiling:
            yield w.PERSON_LOWERS.format(
                name=person.name, room=room.name, label=label, what=w.CARRIES[label]
            )


def _routes(person: Person) -> Iterator[str]:
    for account in person.accounts:
        if account.name.startswith("@"):
            yield w.ROUTE_MATRIX.format(user=account.name)
        else:
            yield w.ROUTE_IRC.format(account=account)
    if person.mail:
        yield w.ROUTE_MAIL.format(mail=person.mail)


def _ladder(config: Config, now: datetime) -> Iterator[str]:
    ladder = config.terms.ladder
    for index, names in enumerate(ladder.steps):
        step = w.STEP_LATER if index else w.STEP_FIRST
        after = show_duration(takes(index, ladder.escalate))
        yield step.format(people=", ".join(names), after=after)
    yield from _shifts(config)
    yield w.LADDER_AGAIN.format(
        repage=show_duration(ladder.repage),
        through=show_duration(takes(len(ladder.steps), ladder.escalate)),
    )
    if config.terms.call_words:
        yield w.CALL_WORDS.format(words=" or ".join(config.terms.call_words))
    yield w.LADDER_ACKS.format(
        life=ladder.acks[EmergencyClass.LIFE],
        child=ladder.acks[EmergencyClass.CHILD],
        lifetime=show_duration(ladder.ack_lifetime),
    )
    yield from _drill(config, now)


def _drill(config: Config, now: datetime) -> Iterator[str]:
    section, plan, zone = config.settings.oncall.drill, config.terms.drill, config.terms.time_zone
    if section is None or plan is None:
        yield w.NO_DRILL
        return
    due = next_drill(plan, zone, now).astimezone(ZoneInfo(zone))
    yield w.DRILL.format(
        day=section.day, time=f"{plan.at:%H:%M}", zone=zone, next=f"{due:%a %Y-%m-%d %H:%M %Z}"
    )


def _shifts(config: Config) -> Iterator[str]:
    shifts = config.settings.oncall.shifts
    for section, shift in zip(shifts, config.terms.shifts, strict=True):
        yield w.SHIFT.format(
            name=shift.person,
            days=w.EVERY_DAY if len(shift.days) == len(get_args(Day)) else ", ".join(section.days),
            start=f"{shift.start:%H:%M}",
            end=f"{shift.end:%H:%M}",
            next_day=w.NEXT_DAY if shift.end <= shift.start else "",
            zone=shift.zone,
        )
    if shifts:
        with_shifts = {shift.person for shift in config.terms.shifts}
        for names in config.terms.ladder.steps:
            for name in names:
                if name not in with_shifts:
                    yield w.ALWAYS_ON.format(name=name)
        yield w.GAP_RINGS


def _contacts(config: Config) -> Iterator[str]:
    for name, contact in config.terms.contacts.items():
        alone = name in set(EmergencyClass)
        sentence = w.CONTACT_ITSELF if alone else w.CONTACT_PERSON
        yield sentence.format(name=name, mail=", ".join(contact.mail))


def _relays(config: Config) -> Iterator[str]:
    for number, relay in enumerate(config.relays, start=1):
        yield w.RELAY.format(
            number=number,
            host=relay.host,
            port=relay.port,
            security=relay.security,
            sender=relay.sender,
        )


def _promises(config: Config) -> Iterator[str]:
    terms = config.terms
    yield w.PROMISES.format(
        first_reply=show_duration(terms.first_reply),
        check_in=show_duration(terms.check_in),
        warn=show_duration(terms.warn),
    )


def _retention(config: Config) -> Iterator[str]:
    for name in RetentionSection.model_fields:
        time = show_duration(getattr(config.settings.retention, name))
        yield w.RETENTION.format(what=w.RETENTION_NAMES[name], time=time)
