"""From the checked file to the values that the rest of the program goes by."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal, get_args

from bot.config.fields import split_listen
from bot.config.models import (
    Day,
    DrillSection,
    IRCTransport,
    MatrixTransport,
    PersonSection,
    RoomSection,
    Settings,
    ShiftSection,
    SMTPSection,
    beside,
)
from bot.core.words.labels import Label, read_label
from bot.core.words.pages import EmergencyClass
from bot.core.words.people import Account, Person, Role, Roster
from bot.core.words.places import Place, Room, Rooms
from bot.core.words.readers import Contact, Ladder, Terms, WikiRoute
from bot.core.words.rota import DrillPlan, Shift

_NO_MATRIX = "matrix"
_DAYS: tuple[str, ...] = get_args(Day)


@dataclass(frozen=True, slots=True, kw_only=True)
class IRCSection:
    """One IRC network: where it is, who the bot is there, and which channels are configured.

    `account` is the bot's services account, `owner` who answers for it. `password_file` is set
    for sasl `plain`, `client_cert_file` for `external`. `burst` lines at once, then `per_second`.
    """

    name: str
    host: str
    port: int
    tls: bool
    ca_file: Path | None
    nick: str
    account: str
    sasl: Literal["plain", "external"]
    password_file: Path | None
    client_cert_file: Path | None
    owner: str
    burst: int
    per_second: float
    dm_ceiling: Label
    trusted_agents: tuple[str, ...]
    relays: tuple[str, ...]
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixSection:
    """One homeserver: who the bot is there, and which rooms are configured, by id or alias.

    `relays` are the users of bridges and bots, with `*` for any characters.
    """

    name: str
    homeserver: str
    user_id: str
    password_file: Path
    device_name: str
    ca_file: Path | None
    dm_ceiling: Label
    relays: tuple[str, ...]
    rooms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaySection:
    """One mail server, in the order in which they are asked."""

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    ca_file: Path | None
    username: str | None
    password_file: Path | None
    sender: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that the program is told. Secrets are named here, never held.

    `health` is host and port, port 0 for any; None: nobody is told. `settings` is the file as
    read, for the rest.
    """

    path: Path
    data_dir: Path
    root_key_file: Path
    roster: Roster
    rooms: Rooms
    terms: Terms
    irc: tuple[IRCSection, ...]
    matrix: tuple[MatrixSection, ...]
    relays: tuple[RelaySection, ...]
    health: tuple[str, int] | None
    settings: Settings


def to_domain(settings: Settings, path: Path) -> Config:
    """Build what the program goes by. `settings` must have passed every check of `load`."""
    roster = Roster(tuple(_person(settings, person) for person in settings.people))
    rooms = Rooms(tuple(_room(room) for room in settings.rooms))
    networks = settings.transports
    return Config(
        path=path,
        data_dir=beside(path, settings.bot.data_dir),
        root_key_file=beside(path, settings.keys.root_key_file),
        roster=roster,
        rooms=rooms,
        terms=_terms(settings, roster, rooms),
        irc=tuple(_irc(settings, t, path) for t in networks if isinstance(t, IRCTransport)),
        matrix=tuple(
            _matrix(settings, t, path) for t in networks if isinstance(t, MatrixTransport)
        ),
        relays=tuple(_relay(settings, relay, path) for relay in settings.smtp),
        health=split_listen(settings.health.listen) if settings.health else None,
        settings=settings,
    )


def matrix_network(settings: Settings) -> str:
    """Return the network of the people's Matrix users: the transport's name, else `matrix`."""
    names = (t.name for t in settings.transports if isinstance(t, MatrixTransport))
    return next(names, _NO_MATRIX)


def accounts_of(settings: Settings, person: PersonSection) -> tuple[Account, ...]:
    """Return the accounts of a person on every network."""
    irc = (Account(network=n, name=a) for n, a in (text.split("/", 1) for text in person.irc))
    network = matrix_network(settings)
    return (*irc, *(Account(network=network, name=user) for user in person.matrix))


def steps_of(settings: Settings) -> tuple[tuple[str, ...], ...]:
    """Return who is rung on each step: as written, else everybody on call, one after another."""
    if settings.oncall.steps:
        return tuple(step.people for step in settings.oncall.steps)
    return tuple((p.name,) for p in settings.people if Role.ON_CALL in p.roles)


def place(text: str) -> Place:
    """Read `NETWORK/ADDRESS`, which was checked to be of this form."""
    network, address = text.split("/", 1)
    return Place(network=network, address=address)


def _file(path: Path, name: str | None) -> Path | None:
    return None if name is None else beside(path, name)


def _person(settings: Settings, person: PersonSection) -> Person:
    return Person(
        name=person.name,
        roles=frozenset(person.roles),
        accounts=accounts_of(settings, person),
        wiki=person.wiki,
        mail=person.mail,
        time_zone=person.time_zone or settings.bot.time_zone,
        suspended=person.suspended,
        master_key=(person.matrix_master_key or "").removeprefix("ed25519:") or None,
    )


def _room(room: RoomSection) -> Room:
    return Room(
        name=room.name,
        places=tuple(place(text) for text in room.places),
        ceiling=read_label(room.ceiling),
        roles=frozenset(room.roles),
        watch=room.watched,
        redact=room.redact,
    )


def _terms(settings: Settings, roster: Roster, rooms: Rooms) -> Terms:
    oncall, bot = settings.oncall, settings.bot
    return Terms(
        bot_name=bot.name,
        prefix=bot.prefix,
        language=bot.language,
        time_zone=bot.time_zone,
        team_name=bot.team_name,
        team_mail=bot.team_mail,
        first_reply=settings.promises.first_reply,
        check_in=settings.promises.check_in,
        warn=settings.promises.warn,
        contacts={n: Contact(mail=c.mail, note=c.note) for n, c in settings.contacts.items()},
        ladder=Ladder(
            steps=steps_of(settings),
            repage=oncall.repage,
            escalate=oncall.escalate,
            ack_lifetime=oncall.ack_lifetime,
            acks={
                EmergencyClass.LIFE: oncall.acks.life,
                EmergencyClass.CHILD: oncall.acks.child,
            },
        ),
        team_rooms=tuple(room.name for room in rooms.of_team()),
        oversight_rooms=tuple(room.name for room in rooms.for_role(Role.OVERSIGHTER)),
        words=phrase_words(),
        call_words=tuple(word.lower() for word in oncall.call_words),
        people=roster.people,
        shifts=tuple(_shift(shift, roster) for shift in oncall.shifts),
        drill=None if oncall.drill is None else _drill(oncall.drill),
        wikis=tuple(
            WikiRoute(name=name, oversight=wiki.oversight, stewards_mail=wiki.stewards_mail)
            for name, wiki in settings.wikis.items()
        ),
        relays=tuple(f"{net.name}/{who}" for net in settings.transports for who in net.relays),
    )


def _drill(drill: DrillSection) -> DrillPlan:
    return DrillPlan(day=_DAYS.index(drill.day), at=drill.at)


def _shift(shift: ShiftSection, roster: Roster) -> Shift:
    person = roster.named(shift.person)
    assert person is not None, "the checks found this person"
    return Shift(
        person=person.name,
        zone=person.time_zone,
        days=frozenset(_DAYS.index(day) for day in shift.days),
        start=shift.start,
        end=shift.to,
    )


def phrase_words() -> tuple[str, ...]:
    """Return the words that six-word phrases are drawn from."""
    text = files("bot.texts").joinpath("words.en.txt").read_text(encoding="utf-8")
    return tuple(text.split())


def _irc(settings: Settings, network: IRCTransport, path: Path) -> IRCSection:
    plain = network.sasl == "plain"
    return IRCSection(
        name=network.name,
        host=network.host,
        port=network.port,
        tls=network.tls,
        ca_file=_file(path, network.ca_file),
        nick=network.nick,
        account=network.account or network.nick,
        sasl=network.sasl,
        password_file=_file(path, network.password_file) if plain else None,
        client_cert_file=None if plain else _file(path, network.client_cert_file),
        owner=network.owner or settings.bot.team_mail,
        burst=network.rate.burst,
        per_second=network.rate.per_second,
        dm_ceiling=read_label(network.dm_ceiling),
        trusted_agents=network.trusted_agents,
        relays=network.relays,
        channels=_addresses(settings, network.name),
    )


def _matrix(settings: Settings, network: MatrixTransport, path: Path) -> MatrixSection:
    return MatrixSection(
        name=network.name,
        homeserver=network.homeserver.rstrip("/"),
        user_id=network.user_id,
        password_file=beside(path, network.password_file),
        device_name=network.device_name,
        ca_file=_file(path, network.ca_file),
        dm_ceiling=read_label(network.dm_ceiling),
        relays=network.relays,
        rooms=_addresses(settings, network.name),
    )


def _addresses(settings: Settings, network: str) -> tuple[str, ...]:
    """Return the addresses of the configured places on a network."""
    places = (place(text) for room in settings.rooms for text in room.places)
    return tuple(found.address for found in places if found.network == network)


def _relay(settings: Settings, relay: SMTPSection, path: Path) -> RelaySection:
    return RelaySection(
        host=relay.host,
        port=relay.real_port,
        security=relay.security,
        ca_file=_file(path, relay.ca_file),
        username=relay.username,
        password_file=_file(path, relay.password_file),
        sender=relay.sender or settings.bot.team_mail,
    )
