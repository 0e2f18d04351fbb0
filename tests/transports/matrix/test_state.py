"""What the state of a room says, for whatever servers and people write into it."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.words.places import Flaw
from bot.transports.matrix.state import RoomState

ME, ALICE, BOB = "@bot:example.org", "@alice:example.org", "@bob:example.org"
RULES: tuple[Any, ...] = (
    "public",
    "knock",
    "restricted",
    "knock_restricted",
    "private",
    None,
    [],
)
SEEN: tuple[Any, ...] = ("shared", "world_readable", "Joined", 1, None, {})
MEGOLM = {"algorithm": "m.megolm.v1.aes-sha2"}


def event(kind: str, content: Any, key: Any = "", sender: Any = ALICE) -> dict[str, Any]:
    return {"type": kind, "state_key": key, "sender": sender, "content": content}


def member(user: str, membership: Any = "join") -> dict[str, Any]:
    return event("m.room.member", {"membership": membership}, user)


SOUND = (
    event("m.room.create", {"room_version": "12"}),
    member(ALICE),
    member(ME),
    event("m.room.join_rules", {"join_rule": "invite"}),
    event("m.room.history_visibility", {"history_visibility": "joined"}),
    event("m.room.encryption", MEGOLM),
)


def sound(*more: dict[str, Any]) -> RoomState:
    return RoomState.of((*SOUND, *more))


def found(*more: dict[str, Any]) -> tuple[Flaw, ...]:
    return sound(*more).flaws(listed=False, aliased=False, me=ME)


def test_a_sound_room_has_no_flaw() -> None:
    assert found() == ()
    assert sound().flaws(None, None, ME) == ()


def test_a_room_of_which_nothing_is_known_is_closed() -> None:
    assert RoomState().flaws(None, None, ME) == (
        Flaw.NOT_ENCRYPTED,
        Flaw.JOINABLE,
        Flaw.HISTORY,
        Flaw.UNKNOWN_VERSION,
    )


@pytest.mark.parametrize(
    ("kind", "content", "flaw"),
    [
        *(("m.room.join_rules", {"join_rule": rule}, Flaw.JOINABLE) for rule in RULES),
        ("m.room.join_rules", {}, Flaw.JOINABLE),
        *(
            ("m.room.history_visibility", {"history_visibility": seen}, Flaw.HISTORY)
            for seen in SEEN
        ),
        ("m.room.history_visibility", {}, Flaw.HISTORY),
        ("m.room.guest_access", {"guest_access": "can_join"}, Flaw.GUESTS),
        ("m.room.guest_access", {"guest_access": None}, Flaw.GUESTS),
        ("m.room.encryption", {"algorithm": "m.megolm.v2"}, Flaw.NOT_ENCRYPTED),
        ("m.room.encryption", {}, Flaw.NOT_ENCRYPTED),
        ("m.room.canonical_alias", {"alias": "#x:example.org"}, Flaw.ALIASED),
        ("m.room.canonical_alias", {"alt_aliases": ["#x:example.org"]}, Flaw.ALIASED),
        ("m.room.tombstone", {}, Flaw.REPLACED),
        ("m.room.third_party_invite", {"display_name": "x"}, Flaw.BY_ADDRESS),
        ("m.bridge", {"protocol": {}}, Flaw.BRIDGED),
        ("uk.half-shot.bridge", {"protocol": {}}, Flaw.BRIDGED),
        ("m.room.create", {"room_version": "13"}, Flaw.UNKNOWN_VERSION),
        ("m.room.create", {"room_version": 12}, Flaw.UNKNOWN_VERSION),
        ("m.room.power_levels", {"events_default": 1}, Flaw.DEMOTED),
        ("m.room.power_levels", {"events": {"m.room.encrypted": 1}}, Flaw.DEMOTED),
        ("m.room.power_levels", {"users": {ME: -1}}, Flaw.DEMOTED),
        ("m.room.power_levels", {"users": []}, Flaw.DEMOTED),
        *(
            ("m.room.power_levels", {"users": {ME: level}}, Flaw.DEMOTED)
            for level in ("50", 50.0, 10**400, True, None, math.nan)
        ),
    ],
)
def test_each_setting_that_is_wrong_is_found(kind: str, content: Any, flaw: Flaw) -> None:
    assert found(event(kind, content)) == (flaw,)
    assert flaw in found(event(kind, "not an object"))


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("m.room.history_visibility", {"history_visibility": "invited"}),
        ("m.room.guest_access", {}),
        ("m.room.guest_access", {"guest_access": "forbidden"}),
        ("m.room.canonical_alias", {}),
        ("m.room.canonical_alias", {"alias": "", "alt_aliases": []}),
        ("m.room.third_party_invite", {}),
        ("m.bridge", {}),
        ("m.room.power_levels", {"events": {"m.room.message": 50}}),
        ("m.room.topic", {"topic": "x"}),
    ],
)
def test_what_is_in_order_is_no_flaw(kind: str, content: Any) -> None:
    assert found(event(kind, content)) == ()


def test_what_is_mended_is_no_flaw_any_more() -> None:
    room = sound(event("m.bridge", {"x": 1}, "a"), event("m.bridge", {"x": 1}, "b"))
    assert room.apply(event("m.bridge", {}, "a"))
    assert room.flaws(None, None, ME) == (Flaw.BRIDGED,)
    assert room.apply(event("m.bridge", {}, "b"))
    assert room.flaws(None, None, ME) == ()


def test_the_directory_counts() -> None:
    assert sound().flaws(True, True, ME) == (Flaw.LISTED, Flaw.ALIASED)


def test_a_setting_under_another_key_is_none() -> None:
    room = sound()
    assert not room.apply(event("m.room.join_rules", {"join_rule": "public"}, "x"))
    assert room.flaws(None, None, ME) == ()


@pytest.mark.parametrize("key", [5, None, [], {}])
def test_a_key_that_is_none_leaves_the_room_unread(key: Any) -> None:
    assert found(event("m.room.member", {"membership": "leave"}, key)) == (Flaw.UNREAD,)


def test_what_is_no_event_leaves_the_room_unread() -> None:
    assert RoomState.of((*SOUND, 5)).flaws(None, None, ME) == (Flaw.UNREAD,)
    assert RoomState.of((*SOUND, {"type": "m.room.member"})).flaws(None, None, ME)


def test_who_is_there() -> None:
    room = sound(member(BOB, "invite"))
    assert [(each.nick, each.invited) for each in room.members.values()] == [
        (ALICE, False),
        (ME, False),
        (BOB, True),
    ]
    assert not room.apply(event("m.room.member", {"membership": "invite", "displayname": "B"}, BOB))
    assert room.apply(member(BOB))
    for gone in ("leave", "ban", "knock"):
        room.apply(member(BOB))
        assert room.apply(member(BOB, gone))
        assert not room.apply(member(BOB, gone))
        assert BOB not in room.members


@pytest.mark.parametrize("membership", [None, 5, [], "elsewhere"])
def test_whoever_may_be_there_is(membership: Any) -> None:
    assert sound(member(BOB, membership)).joined(BOB)


def test_a_conversation_of_two() -> None:
    room = sound()
    assert (room.is_direct_candidate(ME), room.other(ME)) == (True, ALICE)
    room.apply(member(ALICE, "invite"))
    assert room.other(ME) == ALICE
    room.apply(member(BOB, "invite"))
    assert (room.is_direct_candidate(ME), room.other(ME)) == (False, None)
    assert RoomState.of([member(ME, "invite"), member(ALICE)]).other(ME) is None


@pytest.mark.parametrize(
    ("content", "power"),
    [
        ({"room_version": "12"}, math.inf),
        ({"room_version": "12", "creator": BOB}, math.inf),
        ({"room_version": "11", "creator": BOB}, 100),
        ({"room_version": "10", "creator": ALICE}, 100),
        ({"room_version": "10", "creator": BOB}, 0),
        ({"creator": ALICE}, 100),
        ({"room_version": "99"}, 0),
    ],
)
def test_creators(content: dict[str, Any], power: float) -> None:
    assert RoomState.of([event("m.room.create", content)]).power(ALICE) == power


def test_creators_stand_above_powers_from_version_12_on() -> None:
    powers = event("m.room.power_levels", {"users": {BOB: 50}, "events_default": 60})
    more = {"room_version": "12", "additional_creators": [ME, 7]}
    room = sound(event("m.room.create", more), powers)
    assert (room.power(ME), room.power(BOB), room.power("@x:e")) == (math.inf, 50, 0)
    assert room.flaws(None, None, ME) == ()
    room.apply(event("m.room.create", {**more, "room_version": "11"}))
    assert room.power(ME) == 0
    assert room.flaws(None, None, ME) == (Flaw.DEMOTED,)


def test_encryption_is_never_forgotten() -> None:
    room = sound(event("m.room.encryption", {}))
    assert room.encrypted
    later = RoomState()
    later.remember(room)
    assert later.encrypted
    assert Flaw.NOT_ENCRYPTED in later.flaws(None, None, ME)


def test_rights_are_those_for_what_will_be_sent() -> None:
    powers = event("m.room.power_levels", {"events": {"m.room.message": 50}})
    clear = RoomState.of([*SOUND[:-1], powers])
    assert Flaw.DEMOTED in clear.flaws(None, None, ME)
    assert Flaw.DEMOTED not in sound(powers).flaws(None, None, ME)


ANY: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from([ME, "join", "12"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                "membership join_rule users events users_default events_default room_version alias "
                "additional_creators creator algorithm guest_access history_visibility".split()
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
KINDS = [
    *sorted({each["type"] for each in SOUND}),
    "m.room.power_levels",
    "m.room.guest_access",
    "m.room.canonical_alias",
    "m.room.tombstone",
    "m.room.third_party_invite",
    "m.bridge",
]
EVENTS = st.builds(
    event,
    kind=st.sampled_from(KINDS),
    content=ANY,
    key=st.sampled_from(["", ALICE, BOB, ME]),
    sender=ANY,
)


@given(event=st.dictionaries(st.sampled_from(["type", "state_key", "sender", "content"]), ANY))
def test_no_event_of_any_shape_raises(event: dict[str, Any]) -> None:
    room = sound()
    room.apply(event)
    RoomState.of([event, 5, None])
    room.flaws(None, None, ME)


@given(kind=st.sampled_from(KINDS), content=ANY, key=st.sampled_from(["", ALICE, ME, BOB]))
def test_no_content_of_any_shape_raises(kind: str, content: Any, key: str) -> None:
    room = sound(event(kind, content, key))
    flaws = room.flaws(None, None, ME)
    assert flaws == tuple(flaw for flaw in Flaw if flaw in flaws)
    assert room.power(ME) >= -math.inf
    room.is_direct_candidate(ME)


@given(st.lists(EVENTS, max_size=20))
def test_following_events_ends_where_reading_all_of_it_does(events: list[dict[str, Any]]) -> None:
    followed = sound()
    last = {(each["type"], each["state_key"]): each for each in SOUND}
    for each in events:
        before = (followed.members.copy(), followed.flaws(None, None, ME), followed.encrypted)
        changed = followed.apply(each)
        after = (followed.members, followed.flaws(None, None, ME), followed.encrypted)
        assert changed or before == after
        last[each["type"], each["state_key"]] = each
    assert followed == RoomState.of(last.values())
