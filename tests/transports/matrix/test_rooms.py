"""Which rooms the bot knows, what it sees of them, and when that is another thing than before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.words.inbound import Event, RoomChanged
from bot.core.words.labels import Label
from bot.core.words.places import DMView, Flaw, Member, Place, PlaceKind, RoomView
from bot.transports.matrix.rooms import Rooms
from tests.transports.matrix.test_state import ALICE, BOB, EVENTS, ME, SOUND, event, member

NET, TEAM, OTHER = "matrix", "!team:example.org", "!other:example.org"
ALIAS = "#team:example.org"
GHOST = "@irc_x:example.org"
DM, DM2 = "!dm:example.org", "!dm2:example.org"


def dm_state(user: str = ALICE, membership: str = "join", *, clear: bool = False) -> list[Any]:
    state = [SOUND[0], member(ME), member(user, membership)]
    return state if clear else [*state, SOUND[-1]]


def at(address: str) -> Place:
    return Place(network=NET, address=address)


def to(address: str) -> Place:
    return Place(network=NET, address=address, kind=PlaceKind.DM)


@dataclass(slots=True)
class World:
    configured: tuple[str, ...] = (TEAM,)
    told: list[Event] = field(default_factory=list)
    public: set[Place] = field(default_factory=set)
    rooms: Rooms = field(init=False)

    def __post_init__(self) -> None:
        self.rooms = Rooms(
            network=NET,
            me=ME,
            configured=self.configured,
            relays=("@irc_*:example.org",),
            epochs=count(1),
            emit=self.told.append,
            private=lambda place: place not in self.public,
        )

    def room(self, address: str = TEAM) -> RoomView:
        view = self.rooms.view(at(address))
        assert isinstance(view, RoomView)
        return view

    def dm(self, address: str) -> DMView:
        view = self.rooms.view(to(address))
        assert isinstance(view, DMView)
        return view

    def asked(
        self,
        state: Sequence[object] = SOUND,
        *,
        listed: bool = False,
        aliased: bool = False,
    ) -> bool:
        return self.rooms.fresh(TEAM, state, listed=listed, aliased=aliased)


@pytest.fixture
def world() -> World:
    world = World()
    world.rooms.enter(TEAM, SOUND)
    assert world.asked() is False
    world.told.clear()
    return world


def test_a_sound_room(world: World) -> None:
    view = world.room()
    assert view.complete
    assert (view.found, view.most) == ((), Label.PII)
    assert (view.secure, view.hidden, view.closed, view.no_external) == (True,) * 4
    assert view.members == (Member(nick=ALICE, account=ALICE),)
    assert world.room() is view
    known = world.rooms.room(TEAM)
    assert known is not None
    assert (known.configured, known.above_public, known.dm, known.clear) == (
        True,
        True,
        False,
        False,
    )


def test_a_room_is_incomplete_until_the_directory_was_read() -> None:
    world = World()
    assert world.rooms.view(at(TEAM)) is None
    world.rooms.enter(TEAM, SOUND)
    assert world.told == [RoomChanged(place=at(TEAM))]
    assert not world.room().complete
    assert world.rooms.unread() == (TEAM,)
    assert not world.asked()
    assert world.room().complete
    assert world.rooms.unread() == ()
    assert world.asked()


@pytest.mark.parametrize(
    "change",
    [
        member(BOB, "invite"),
        member(ALICE, "leave"),
        event("m.room.join_rules", {"join_rule": "public"}),
        event("m.room.power_levels", {"users": {ALICE: 50}}),
        event("m.room.power_levels", {"ban": 10}),
        event("m.room.tombstone", {}),
    ],
)
def test_every_change_begins_an_epoch_and_is_told(world: World, change: dict[str, Any]) -> None:
    before = world.room().epoch
    assert world.rooms.apply(TEAM, change)
    assert world.room().epoch > before
    assert world.told == [RoomChanged(place=at(TEAM))]


def test_what_changes_nothing_is_not_told(world: World) -> None:
    view = world.room()
    renamed = event("m.room.member", {"membership": "join", "displayname": "x"}, ALICE)
    assert not world.rooms.apply(TEAM, renamed)
    assert not world.rooms.apply(OTHER, member(BOB))
    assert world.asked()
    assert (world.told, world.room()) == ([], view)


def test_the_directory_speaks_against_a_room_until_it_is_asked_again(world: World) -> None:
    assert not world.asked(listed=True, aliased=True)
    assert world.room().found == (Flaw.LISTED, Flaw.ALIASED)
    assert world.rooms.unread() == (TEAM,)
    assert not world.asked()
    assert world.room().found == ()


def test_with_its_address_a_room_is_read_anew(world: World) -> None:
    assert world.rooms.apply(TEAM, event("m.room.canonical_alias", {}))
    assert not world.room().complete
    assert world.rooms.unread() == (TEAM,)


def test_where_the_server_says_otherwise_both_must_agree_first(world: World) -> None:
    before = world.room().epoch
    assert not world.asked([*SOUND, member(BOB)])
    view = world.room()
    assert view.epoch > before
    assert (view.complete, len(view.members)) == (False, 2)
    assert world.rooms.unread() == (TEAM,)
    # What was read was older than this.
    world.rooms.apply(TEAM, event("m.bridge", {"x": 1}))
    assert not world.asked([*SOUND, member(BOB)])
    assert not world.room().complete
    assert not world.asked([*SOUND, member(BOB)])
    assert world.room().complete


def test_a_public_room_is_taken_as_it_is(world: World) -> None:
    world.public.add(at(TEAM))
    assert not world.asked([*SOUND, member(BOB)])
    assert world.room().complete


def test_bridged_people_are_a_bridge(world: World) -> None:
    world.rooms.apply(TEAM, member(GHOST))
    world.rooms.apply(TEAM, event("m.room.tombstone", {}))
    assert world.room().found == (Flaw.REPLACED, Flaw.BRIDGED)
    world.rooms.renew((TEAM,), ())
    assert world.room().found == (Flaw.REPLACED,)


def test_a_room_that_the_bot_is_not_in_is_not_seen(world: World) -> None:
    world.rooms.apply(TEAM, member(ME, "ban"))
    assert world.rooms.view(at(TEAM)) is None
    assert not world.rooms.is_in(TEAM)
    world.rooms.apply(TEAM, member(ME))
    assert world.rooms.is_in(TEAM)
    world.told.clear()
    world.rooms.left(TEAM)
    assert world.rooms.view(at(TEAM)) is None
    assert world.told == [RoomChanged(place=at(TEAM))]
    assert world.rooms.others_in(TEAM) == frozenset()
    assert not world.asked()


def test_an_alias_is_the_place() -> None:
    world = World(configured=(ALIAS,))
    world.rooms.enter(TEAM, SOUND)
    assert world.rooms.view(at(ALIAS)) is None
    assert not world.rooms.is_configured(TEAM)
    world.rooms.alias(ALIAS, "None")
    assert world.rooms.room_id_of(ALIAS) is None
    world.rooms.alias(ALIAS, TEAM)
    assert world.told == [RoomChanged(place=at(ALIAS))]
    assert (world.rooms.room_id_of(ALIAS), world.rooms.address_of(TEAM)) == (TEAM, ALIAS)
    assert world.rooms.is_in(ALIAS)
    first = world.room(ALIAS).epoch
    world.rooms.enter(OTHER, SOUND)
    world.rooms.alias(ALIAS, OTHER)
    assert world.rooms.address_of(TEAM) is None
    assert world.room(ALIAS).epoch > first


def test_of_two_addresses_of_a_room_the_first_counts() -> None:
    world = World(configured=(TEAM, ALIAS))
    world.rooms.enter(TEAM, SOUND)
    world.rooms.alias(ALIAS, TEAM)
    assert world.rooms.view(at(TEAM)) is not None
    assert world.rooms.view(at(ALIAS)) is None


def test_another_configuration(world: World) -> None:
    world.rooms.enter(OTHER, SOUND)
    world.told.clear()
    world.rooms.renew((OTHER,), ())
    assert world.rooms.view(at(TEAM)) is None
    assert not world.room(OTHER).complete
    assert {RoomChanged(place=at(TEAM)), RoomChanged(place=at(OTHER))} <= set(world.told)


def test_everything_is_judged_anew(world: World) -> None:
    world.rooms.enter(DM, dm_state())
    room, dm = world.room().epoch, world.dm(ALICE).epoch
    world.told.clear()
    world.rooms.recheck()
    assert world.room().epoch > room
    assert world.dm(ALICE).epoch > dm
    assert world.told == [RoomChanged(place=at(TEAM))]


def test_a_direct_message(world: World) -> None:
    world.rooms.enter(DM, dm_state())
    view = world.dm(ALICE)
    assert (view.identity, view.account) == (f"{NET}|account|{ALICE}", ALICE)
    assert (view.secure, view.clear) == (True, False)
    assert world.rooms.place_of(view.identity) == to(ALICE)
    known = world.rooms.room(DM)
    assert known is not None
    assert (known.dm, known.clear, known.configured, known.place) == (True, False, False, None)
    assert world.rooms.view(to(DM)) is None
    assert world.rooms.others_in(DM) == {ALICE}
    assert world.told == []


def test_a_clear_direct_message(world: World) -> None:
    world.rooms.enter(DM, dm_state(clear=True))
    view = world.dm(DM)
    assert (view.identity, view.account) == (f"{NET}|link|clear:{DM}:{ALICE}", None)
    assert (view.secure, view.clear) == (False, True)
    assert world.rooms.place_of(view.identity) == to(DM)
    assert world.rooms.dm_of(ALICE) is None
    assert world.rooms.view(to(ALICE)) is None
    world.rooms.apply(DM, SOUND[-1])
    assert world.rooms.view(to(DM)) is None
    assert world.rooms.dm_of(ALICE) == DM


def test_clear_words_are_never_said_where_encryption_was_on(world: World) -> None:
    world.rooms.enter(DM, dm_state())
    world.rooms.enter(DM, dm_state(clear=True))
    assert not world.dm(ALICE).clear
    assert world.rooms.view(to(DM)) is None


def test_people_are_answered_where_they_wrote_last(world: World) -> None:
    world.rooms.enter(DM, dm_state())
    world.rooms.enter(DM2, dm_state(membership="invite"))
    assert world.rooms.dm_of(ALICE) == DM
    world.rooms.apply(DM2, member(ALICE))
    assert world.rooms.dm_of(ALICE) == DM2
    epoch = world.dm(ALICE).epoch
    world.rooms.heard_in(ALICE, DM)
    assert world.rooms.dm_of(ALICE) == DM
    assert world.dm(ALICE).epoch != epoch
    world.rooms.heard_in(BOB, DM2)
    world.rooms.heard_in(ALICE, TEAM)
    assert (world.rooms.dm_of(ALICE), world.rooms.dm_of(BOB)) == (DM, None)
    world.rooms.left(DM)
    assert world.rooms.dm_of(ALICE) == DM2
    world.rooms.left(DM2)
    assert world.rooms.dm_of(ALICE) is None


def test_a_third_one_ends_a_conversation(world: World) -> None:
    world.rooms.enter(DM, dm_state())
    assert world.rooms.last_in(DM) is None
    world.rooms.heard_in(ALICE, DM)
    world.rooms.apply(DM, member(BOB, "invite"))
    assert world.rooms.dm_of(ALICE) is None
    assert world.rooms.view(to(ALICE)) is None
    assert world.rooms.last_in(DM) == ALICE
    world.rooms.apply(DM, member(BOB, "leave"))
    assert world.rooms.dm_of(ALICE) == DM
    world.rooms.apply(DM, member(ALICE, "leave"))
    assert world.rooms.last_in(DM) is None


def test_a_configured_room_of_two_is_no_direct_message(world: World) -> None:
    assert world.rooms.dm_of(ALICE) is None
    world.rooms.renew((), ())
    assert world.rooms.dm_of(ALICE) == TEAM


@pytest.mark.parametrize(
    "identity",
    ["", f"{NET}|account|", f"{NET}|link|clear:", f"{NET}|link|clear:{DM}:{ALICE}", f"x|{ALICE}"],
)
def test_nobody_is_nowhere(world: World, identity: str) -> None:
    assert world.rooms.place_of(identity) is None


def test_another_network_is_not_ours(world: World) -> None:
    assert world.rooms.view(Place(network="irc", address=TEAM)) is None


@given(st.lists(EVENTS, max_size=20))
def test_what_events_tell_is_what_the_server_says_when_asked(events: list[dict[str, Any]]) -> None:
    world = World()
    world.rooms.enter(TEAM, SOUND)
    last = {(each["type"], each["state_key"]): each for each in SOUND}
    for each in events:
        world.rooms.apply(TEAM, each)
        last[each["type"], each["state_key"]] = each
    world.asked(list(last.values()))
    view = world.rooms.view(at(TEAM))
    assert view is None or (isinstance(view, RoomView) and view.complete)
    assert world.asked(list(last.values()))
