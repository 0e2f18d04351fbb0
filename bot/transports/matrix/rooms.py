"""The rooms that the bot is in: which of them are configured, which are direct messages."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.core.words.identity import by_account, by_link
from bot.core.words.inbound import Event, RoomChanged
from bot.core.words.labels import Label
from bot.core.words.people import Account
from bot.core.words.places import DMView, Flaw, Place, PlaceKind, RoomView, View
from bot.transports.matrix.hearing import matches
from bot.transports.matrix.state import RoomState

#: Settings that come with changes of the directory or of addresses, of which no event tells.
_UNTOLD = frozenset({"m.room.canonical_alias", "m.room.join_rules"})


@dataclass(slots=True, kw_only=True, eq=False)
class Known:
    """One room that the bot is in. `place` is None for one that is not configured.

    `listed` and `aliased` are what the directory says, None until it was read. `agreed` is true
    once what the server said when asked is what its events had told.
    """

    room_id: str
    private: Callable[[Place], bool]
    state: RoomState
    epoch: int
    place: Place | None = None
    listed: bool | None = None
    aliased: bool | None = None
    agreed: bool = False
    #: With whom it is a direct message.
    other: str | None = None
    #: Who wrote last in it while it was one.
    spoke: str | None = None
    view: RoomView | None = field(default=None, repr=False)

    @property
    def complete(self) -> bool:
        """Whether everything was read that a ceiling depends on."""
        return self.agreed and self.listed is not None and self.aliased is not None

    @property
    def encrypted(self) -> bool:
        """Whether it was ever said that the room is encrypted."""
        return self.state.encrypted

    @property
    def configured(self) -> bool:
        """Whether the configuration names it."""
        return self.place is not None

    @property
    def above_public(self) -> bool:
        """Whether it is configured to carry more than public words."""
        return self.place is not None and self.private(self.place)

    @property
    def dm(self) -> bool:
        """Whether it is a direct message."""
        return self.other is not None

    @property
    def clear(self) -> bool:
        """Whether it is a direct message without encryption."""
        return self.dm and not self.encrypted


class Rooms:
    """All rooms of one login. `configured` are addresses: room ids, or aliases.

    `private` tells of a configured place whether it is to carry more than public words.
    """

    def __init__(
        self,
        *,
        network: str,
        me: str,
        configured: tuple[str, ...],
        relays: tuple[str, ...],
        epochs: Iterator[int],
        emit: Callable[[Event], None],
        private: Callable[[Place], bool] = lambda _: True,
    ) -> None:
        self._network = network
        self._me = me
        self._configured = configured
        self._relays = relays
        self._epochs = epochs
        self._emit = emit
        self._private = private
        self._rooms: dict[str, Known] = {}
        self._behind: dict[str, str] = {}
        #: Conversations by who else is in them, and the one where each of them wrote last.
        self._with: dict[str, dict[str, None]] = {}
        self._heard: dict[str, str] = {}

    # ---- what happens ------------------------------------------------------------------------

    def enter(self, room_id: str, events: Iterable[object]) -> None:
        """Take a room in, with all its state events."""
        state, known = RoomState.of(events), self._rooms.get(room_id)
        if known is None:
            place, private = self._place_of(room_id), self._private
            known = Known(room_id=room_id, private=private, state=state, epoch=0, place=place)
            self._rooms[room_id] = known
        else:
            state.remember(known.state)
            known.state, known.agreed = state, False
        self._renew(known)

    def apply(self, room_id: str, event: Mapping[str, Any]) -> bool:
        """Take one state event of a room in; whether something that matters is different now."""
        known = self._rooms.get(room_id)
        if known is None:
            return False
        changed = known.state.apply(event)
        kind = event.get("type")
        if known.configured and isinstance(kind, str) and kind in _UNTOLD:
            known.listed = known.aliased = None
            changed = True
        if changed:
            self._renew(known)
        return changed

    def left(self, room_id: str) -> None:
        """The bot is not in a room any more."""
        known = self._rooms.pop(room_id, None)
        if known is not None:
            self._index(known, None)
            self._tell(known.place)

    def alias(self, address: str, room_id: str) -> None:
        """Learn which room is behind an address; what is no room id is passed over."""
        if room_id.startswith("!") and self._behind.get(address) != room_id:
            self._behind[address] = room_id
            self._readdress()

    def heard_in(self, user_id: str, room_id: str) -> None:
        """Remember the conversation where somebody wrote last: there they are answered."""
        if room_id in self._with.get(user_id, {}):
            self._heard[user_id] = room_id
            self._rooms[room_id].spoke = user_id

    def fresh(
        self,
        room_id: str,
        state: Sequence[object],
        listed: bool,
        aliased: bool,
    ) -> bool:
        """Take in what the server says of a room when asked; whether all is as it was known.

        Where its state differs, it is not known which of the two is the newer one: the room is
        complete only once the server was asked again and both agree.
        """
        known = self._rooms.get(room_id)
        if known is None:
            return False
        seen = RoomState.of(state)
        seen.remember(known.state)
        same = seen == known.state
        agreed = same or not known.above_public
        before = (known.agreed, known.listed, known.aliased)
        known.agreed, known.listed, known.aliased = agreed, listed, aliased
        if same and before == (agreed, listed, aliased):
            return True
        known.state = seen
        self._renew(known)
        return False

    def recheck(self) -> None:
        """Have every place judged anew: nothing that was cleared for one before is said."""
        for known in list(self._rooms.values()):
            self._renew(known)

    def renew(self, configured: tuple[str, ...], relays: tuple[str, ...]) -> None:
        """Take changed addresses and bridges over."""
        self._configured, self._relays = configured, relays
        self._behind = {name: room for name, room in self._behind.items() if name in configured}
        self._readdress()
        self.recheck()

    # ---- what is asked -----------------------------------------------------------------------

    def room(self, room_id: str) -> Known | None:
        """Return a room that the bot is in."""
        return self._rooms.get(room_id)

    def is_configured(self, room_id: str) -> bool:
        """Whether the configuration names a room, by its id or by an address known to be its."""
        return self._place_of(room_id) is not None

    def is_in(self, address: str) -> bool:
        """Whether the bot is in the room behind a configured address."""
        known = self._at(address)
        return known is not None and known.state.joined(self._me)

    def room_id_of(self, address: str) -> str | None:
        """Return the room behind a configured address, None for one that nobody told of."""
        return address if address.startswith("!") else self._behind.get(address)

    def address_of(self, room_id: str) -> str | None:
        """Return how the configuration calls a room."""
        place = self._place_of(room_id)
        return None if place is None else place.address

    def others_in(self, room_id: str) -> Collection[str]:
        """Return who is in a room or invited to it, beside the bot."""
        known = self._rooms.get(room_id)
        members = () if known is None else known.state.members
        return frozenset(user for user in members if user != self._me)

    def crowd_in(self, room_id: str) -> str:
        """Return the identity of all who are in a conversation that is one of two no more."""
        return by_link(self._network, f"crowd:{room_id}")

    def dm_of(self, user_id: str) -> str | None:
        """Return the encrypted conversation with somebody: the one where they wrote last.

        Else one that they have joined, the newest of several.
        """
        rooms = [
            room_id for room_id in self._with.get(user_id, {}) if self._rooms[room_id].encrypted
        ]
        if not rooms:
            return None
        heard = self._heard.get(user_id)
        if heard in rooms:
            return heard
        joined = [room_id for room_id in rooms if self._rooms[room_id].state.joined(user_id)]
        return (joined or rooms)[-1]

    def last_in(self, room_id: str) -> str | None:
        """Return who wrote last in a conversation, also after others came; None for nobody."""
        known = self._rooms.get(room_id)
        if known is None or known.spoke not in known.state.members:
            return None
        return known.spoke

    def place_of(self, identity: str) -> Place | None:
        """Return the direct message where an identity is spoken to, None where there is none."""
        account, clear = f"{self._network}|account|", f"{self._network}|link|clear:"
        if identity.startswith(account):
            user = identity.removeprefix(account)
            return None if self.dm_of(user) is None else self._dm(user)
        rest = identity.removeprefix(clear) if identity.startswith(clear) else ""
        cut = rest.find(":@")
        while cut >= 0:
            known = self._rooms.get(rest[:cut])
            if known is not None and known.clear and known.other == rest[cut + 1 :]:
                return self._dm(known.room_id)
            cut = rest.find(":@", cut + 1)
        return None

    def unread(self) -> tuple[str, ...]:
        """Return the configured rooms that the server is to be asked about.

        Where the directory speaks against one, it is asked again, as no event tells of it.
        """
        return tuple(
            known.room_id
            for known in self._rooms.values()
            if known.configured and (not known.complete or known.listed or known.aliased)
        )

    def view(self, place: Place) -> View | None:
        """Return what is known of a place right now; None while the bot is not there."""
        if place.network != self._network:
            return None
        if place.kind is PlaceKind.DM:
            return self._dm_view(place)
        known = self._at(place.address)
        if known is None or known.place != place or not known.state.joined(self._me):
            return None
        if known.view is None:
            known.view = self._look(known, place)
        return known.view

    # ---- how it is kept ----------------------------------------------------------------------

    def _look(self, known: Known, place: Place) -> RoomView:
        found = known.state.flaws(known.listed, known.aliased, self._me)
        members = known.state.members.values()
        if any(matches(relay, each.nick) for relay in self._relays for each in members):
            found = tuple(flaw for flaw in Flaw if flaw in found or flaw is Flaw.BRIDGED)
        return RoomView(
            place=place,
            epoch=known.epoch,
            complete=known.complete,
            secure=True,
            hidden=True,
            closed=True,
            no_external=True,
            members=tuple(member for member in members if member.nick != self._me),
            found=found,
            most=Label.PII,
        )

    def _dm_view(self, place: Place) -> DMView | None:
        address = place.address
        if address.startswith("!"):
            known = self._rooms.get(address)
            if known is None or known.configured or (known.dm and known.encrypted):
                return None
            identity = self.crowd_in(address)
            if known.dm:
                identity = by_link(self._network, f"clear:{address}:{known.other}")
            return DMView(
                place=place,
                epoch=known.epoch,
                identity=identity,
                account=None,
                secure=False,
                clear=True,
            )
        room_id = self.dm_of(address)
        if room_id is None:
            return None
        return DMView(
            place=place,
            epoch=self._rooms[room_id].epoch,
            identity=by_account(Account(network=self._network, name=address)),
            account=address,
            secure=True,
            sealed=True,
        )

    def _dm(self, address: str) -> Place:
        return Place(network=self._network, address=address, kind=PlaceKind.DM)

    def _at(self, address: str) -> Known | None:
        room_id = self.room_id_of(address)
        return None if room_id is None else self._rooms.get(room_id)

    def _place_of(self, room_id: str) -> Place | None:
        """Return a room's place; of two addresses of one room the first counts."""
        for address in self._configured:
            if self.room_id_of(address) == room_id:
                return Place(network=self._network, address=address)
        return None

    def _readdress(self) -> None:
        """Go by other addresses: nothing that was cleared for a place before is said."""
        for known in list(self._rooms.values()):
            place = self._place_of(known.room_id)
            if place != known.place:
                was, known.place = known.place, place
                known.listed = known.aliased = None
                self._renew(known)
                self._tell(was)

    def _renew(self, known: Known) -> None:
        """Begin a new epoch of a room, and tell of it."""
        known.epoch, known.view = next(self._epochs), None
        self._index(known, None if known.configured else known.state.other(self._me))
        self._tell(known.place)

    def _index(self, known: Known, other: str | None) -> None:
        was, known.other = known.other, other
        if was == other:
            return
        if was is not None:
            rooms = self._with[was]
            del rooms[known.room_id]
            if self._heard.get(was) == known.room_id:
                del self._heard[was]
            if not rooms:
                del self._with[was]
        if other is not None:
            self._with.setdefault(other, {})[known.room_id] = None

    def _tell(self, place: Place | None) -> None:
        if place is not None:
            self._emit(RoomChanged(place=place))
