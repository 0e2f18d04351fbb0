"""How things stand right now: who is on the roster, which places exist, what they may carry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from bot.core.policy.ceiling import Finding, dm_ceiling, room_ceiling
from bot.core.words.identity import by_account
from bot.core.words.inbound import Inbound
from bot.core.words.labels import Label
from bot.core.words.people import Account, Person, Roster, Speaker
from bot.core.words.places import DMView, Place, PlaceKind, Room, Rooms, RoomView, View
from bot.core.words.ports import Transport
from bot.core.words.readers import Asker, Terms
from bot.runtime.keymatters import KeyMatters

#: What is found of a place that is not configured.
_UNKNOWN = Finding(ceiling=Label.PUBLIC)


class _Found(NamedTuple):
    """A finding, with the very things that it was made from: it holds as long as they are these."""

    room: Room
    view: View | None
    roster: Roster
    finding: Finding


@dataclass(slots=True, kw_only=True)
class Live:
    """The configuration and the networks, as one thing to ask.

    It is made with everybody who is configured. From then on `everybody` are these, while `roster`
    and `terms.people` are those who may act: without whoever is suspended, by the file or, in
    `suspended`, by a command.
    """

    roster: Roster
    rooms: Rooms
    terms: Terms
    transports: Mapping[str, Transport]
    #: The most that a DM may carry, by network.
    dm_most: Mapping[str, Label]
    _found: dict[Place, _Found] = field(default_factory=dict)
    suspended: frozenset[str] = frozenset()
    #: What there is to decide about people's keys.
    keys: KeyMatters = field(default_factory=KeyMatters)
    #: Whether any case holds anything that must not be said.
    holding: Callable[[], bool] = lambda: True
    everybody: Roster = field(init=False)

    def __post_init__(self) -> None:
        """Keep apart who may act."""
        self._go_by(self.roster, self.terms, self.suspended)

    def renew(
        self,
        *,
        roster: Roster,
        rooms: Rooms,
        terms: Terms,
        dm_most: Mapping[str, Label],
        suspended: frozenset[str],
    ) -> None:
        """Take another configuration over. The transports are to look at their places again."""
        self.rooms, self.dm_most = rooms, dm_most
        self._found.clear()
        self._go_by(roster, terms, suspended)

    def suspend(self, names: frozenset[str]) -> None:
        """Let exactly these people be nobody until further notice, beside those of the file."""
        self._go_by(self.everybody, self.terms, names)

    def _go_by(self, everybody: Roster, terms: Terms, suspended: frozenset[str]) -> None:
        # Jobs on the database thread read these meanwhile: nobody may act in between who may not.
        stopped = {name.lower() for name in suspended}
        people = everybody.people
        active = tuple(p for p in people if not p.suspended and p.name.lower() not in stopped)
        roster, terms = Roster(active), replace(terms, people=active)
        self.roster, self.terms = roster, terms
        self.everybody, self.suspended = everybody, suspended

    def view(self, place: Place) -> View | None:
        """Return what the place's transport sees of it."""
        transport = self.transports.get(place.network)
        return None if transport is None else transport.view(place)

    def finding(self, place: Place) -> Finding:
        """Judge a room's place; one that is not configured may carry nothing but `public`."""
        room = self.rooms.at(place)
        return _UNKNOWN if room is None else self._judged(place, room, self.view(place))

    def _judged(self, place: Place, room: Room, view: View | None) -> Finding:
        found = self._found.get(place)
        if (
            found is None
            or found.room is not room
            or found.view is not view
            or found.roster is not self.roster
        ):
            finding = room_ceiling(room, view if isinstance(view, RoomView) else None, self.roster)
            found = self._found[place] = _Found(room, view, self.roster, finding)
        return found.finding

    def is_private(self, place: Place) -> bool:
        """Tell whether a place is configured to carry more than public words."""
        room = self.rooms.at(place)
        return room is not None and room.ceiling > Label.PUBLIC

    def is_watched(self, place: Place) -> bool:
        """Tell whether what is said in a place is read for what cases hold, if any holds anything."""
        if not self.holding():
            return False
        room = self.rooms.at(place)
        return room is not None and room.watch != "off"

    def ceiling(self, place: Place) -> tuple[Label, int]:
        """Return what a place may carry, and the epoch for which that is true."""
        view = self.view(place)
        if view is None:
            return Label.PUBLIC, 0
        if isinstance(view, RoomView):
            room = self.rooms.at(place)
            finding = _UNKNOWN if room is None else self._judged(place, room, view)
            return finding.ceiling, view.epoch
        person = self.roster.holder(place.network, view.account)
        return dm_ceiling(view, person, self.dm_most[place.network]), view.epoch

    def asker(self, inbound: Inbound) -> Asker:
        """Describe who typed a line and what may be said to them, here and by DM."""
        speaker = inbound.speaker
        in_dm = inbound.place.kind is PlaceKind.DM
        room = None if in_dm else self.rooms.at(inbound.place)
        finding = _UNKNOWN
        if room is not None:
            finding = self._judged(inbound.place, room, self.view(inbound.place))
        person = self.person_of(speaker)
        own_dm = self._own_dm(speaker, person)
        return Asker(
            person=person,
            identity=speaker.identity,
            nick=speaker.nick,
            account=_account_of(speaker),
            in_dm=in_dm,
            ceiling=own_dm if in_dm else finding.ceiling,
            dm_ceiling=own_dm,
            reasons=tuple(flaw.value for flaw in finding.flaws) if finding.flaws else (),
            room=None if room is None else room.name,
            sealed=isinstance(dm := self.view(self.dm_place(speaker)), DMView) and dm.sealed,
        )

    def person_of(self, speaker: Speaker) -> Person | None:
        """Return who said a line, as the roster is by now: nobody gains by waiting in a queue."""
        if speaker.person is None:
            return None
        return self.roster.holder(speaker.network, speaker.account)

    def is_roster(self, identity: str) -> bool:
        """Tell whether an identity is an account of somebody on the roster."""
        accounts = (account for person in self.roster.people for account in person.accounts)
        return any(by_account(account) == identity for account in accounts)

    def present(self, place: Place) -> tuple[Person, ...]:
        """Return the roster people who would read along in a place."""
        return () if place.kind is PlaceKind.DM else self.finding(place).present

    def dm_place(self, speaker: Speaker) -> Place:
        """Return where a direct message to a speaker goes."""
        return Place(network=speaker.network, address=speaker.nick, kind=PlaceKind.DM)

    def _own_dm(self, speaker: Speaker, person: Person | None) -> Label:
        view = self.view(self.dm_place(speaker))
        dm_view = view if isinstance(view, DMView) else None
        return dm_ceiling(dm_view, person, self.dm_most[speaker.network])


def _account_of(speaker: Speaker) -> Account | None:
    if speaker.account is None:
        return None
    return Account(network=speaker.network, name=speaker.account)
