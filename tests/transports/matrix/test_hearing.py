"""What the core hears of one event: who said it, where, and what it may count for."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.words.inbound import Inbound, Never, Overheard, Unheard, Why
from bot.core.words.people import Account, Person, Role, Roster
from bot.core.words.places import Place, PlaceKind
from bot.transports.matrix.hearing import Hearing, matches
from bot.transports.matrix.owners import Proof
from tests.world import FakeClock

NET, ME = "matrix", "@bot:example.org"
ALICE, STRANGER = "@alice:example.org", "@stranger:example.org"
PERSON = Person(
    name="alice",
    roles=frozenset({Role.OVERSIGHTER}),
    accounts=(Account(network=NET, name=ALICE),),
)


@dataclass(frozen=True, kw_only=True)
class Room:
    room_id: str = "!room:example.org"
    place: Place | None = field(default_factory=lambda: Place(network=NET, address="#team:e"))
    encrypted: bool = True
    configured: bool = True
    above_public: bool = True
    dm: bool = False
    clear: bool = False


@dataclass(frozen=True, kw_only=True)
class Open:
    content: dict[str, Any]
    type: str = "m.room.message"
    digest: str = "d1"
    proof: Proof = Proof.SIGNED


TEAM = Room()
PUBLIC = Room(encrypted=False, above_public=False)
DM = Room(room_id="!dm:example.org", place=None, configured=False, above_public=False, dm=True)
CLEAR_DM = Room(
    room_id="!dm:example.org",
    place=None,
    configured=False,
    above_public=False,
    dm=True,
    encrypted=False,
    clear=True,
)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def ears(clock: FakeClock) -> Hearing:
    return make(clock)


def make(clock: FakeClock) -> Hearing:
    return Hearing(
        network=NET,
        me=ME,
        roster=lambda: Roster((PERSON,)),
        relays=lambda: ("@irc_*:example.org",),
        clock=clock,
    )


def event(sender: str = ALICE, kind: str = "m.room.encrypted", **more: Any) -> dict[str, Any]:
    return {"type": kind, "event_id": "$e1", "sender": sender, "content": {}, **more}


def said(body: str, msgtype: str = "m.text", **more: Any) -> dict[str, Any]:
    return {"msgtype": msgtype, "body": body, **more}


def clear(sender: str = ALICE, body: str = "!take", **more: Any) -> dict[str, Any]:
    return event(sender, "m.room.message", content=said(body), **more)


def inbound(heard: Inbound | Overheard | Unheard | None) -> Inbound:
    assert isinstance(heard, Inbound)
    return heard


def test_who_proved_it_is_a_person_of_the_roster(ears: Hearing) -> None:
    heard = inbound(ears.hear(TEAM, event(), Open(content=said("!take"))))
    assert heard.speaker.person is PERSON
    assert heard.speaker.account == ALICE
    assert heard.speaker.identity == f"{NET}|account|{ALICE}"
    assert heard.place == TEAM.place
    assert (heard.key, heard.mark, heard.message) == (f"{NET}:m:d1", "$e1", "$e1")
    assert (heard.text, heard.never) == ("!take", None)


def test_user_ids_are_compared_letter_by_letter(ears: Hearing) -> None:
    other = "@Alice:example.org"
    assert inbound(ears.hear(TEAM, event(other), Open(content=said("x")))).speaker.person is None


@pytest.mark.parametrize("room", [TEAM, DM, Room(encrypted=False)])
def test_clear_words_prove_nobody_where_they_could_have_been_kept(
    ears: Hearing, room: Room
) -> None:
    heard = inbound(ears.hear(room, clear()))
    assert (heard.never, heard.speaker.person, heard.speaker.account) == (Never.CLEAR, None, None)
    assert (heard.key, heard.mark) == (f"{NET}:e:$e1", None)


def test_clear_words_in_a_public_room_are_nobodys_of_the_roster(ears: Hearing) -> None:
    heard = inbound(ears.hear(PUBLIC, clear()))
    assert (heard.never, heard.speaker.person, heard.speaker.account) == (None, None, None)


def test_what_was_opened_counts_only_for_encrypted_events(ears: Hearing) -> None:
    heard = inbound(ears.hear(TEAM, clear(body="mine"), Open(content=said("forged"))))
    assert (heard.text, heard.never, heard.speaker.person) == ("mine", Never.CLEAR, None)


def test_a_clear_conversation_is_a_place_of_its_own(ears: Hearing) -> None:
    heard = inbound(ears.hear(CLEAR_DM, clear()))
    here = CLEAR_DM.room_id
    assert heard.place == Place(network=NET, address=here, kind=PlaceKind.DM)
    assert heard.speaker.nick == here
    assert heard.speaker.identity == f"{NET}|link|clear:{here}:{ALICE}"
    assert heard.never is Never.CLEAR


def test_a_direct_message_is_at_its_author(ears: Hearing) -> None:
    heard = inbound(ears.hear(DM, event(STRANGER), Open(content=said("help"))))
    assert heard.place == Place(network=NET, address=STRANGER, kind=PlaceKind.DM)
    assert (heard.speaker.person, heard.never) == (None, None)


@pytest.mark.parametrize(
    ("proof", "never"),
    [
        (Proof.UNKNOWN, Never.UNSIGNED),
        (Proof.UNSIGNED, Never.UNSIGNED),
        (Proof.LISTED, Never.UNSIGNED),
        (Proof.CHANGED, Never.CHANGED),
    ],
)
def test_a_device_that_is_not_signed_is_nobody_of_the_team(
    ears: Hearing, proof: Proof, never: Never
) -> None:
    opened = Open(content=said("!take"), proof=proof)
    for room in (TEAM, DM):
        heard = inbound(ears.hear(room, event(ALICE), opened))
        assert (heard.never, heard.speaker.person) == (never, None)
        assert heard.speaker.account is None


def test_an_unlisted_device_is_nobody_in_a_room(ears: Hearing) -> None:
    opened = Open(content=said("!take"), proof=Proof.UNKNOWN)
    heard = inbound(ears.hear(TEAM, event(STRANGER), opened))
    assert (heard.never, heard.speaker.account) == (Never.UNSIGNED, None)


@pytest.mark.parametrize("proof", [Proof.LISTED, Proof.UNSIGNED, Proof.SIGNED])
def test_a_reporter_is_heard_from_any_device(ears: Hearing, proof: Proof) -> None:
    heard = inbound(ears.hear(DM, event(STRANGER), Open(content=said("help"), proof=proof)))
    assert (heard.never, heard.speaker.account) == (None, STRANGER)


def test_a_reporter_is_heard_though_their_server_is_away(ears: Hearing) -> None:
    opened = Open(content=said("help"), proof=Proof.UNKNOWN)
    heard = inbound(ears.hear(DM, event(STRANGER), opened))
    assert (heard.never, heard.speaker.account) == (None, None)


def test_edits_count_for_reporters_alone(ears: Hearing) -> None:
    opened = Open(content={**said("* b"), "m.new_content": said("b")})
    for room, sender, never in (
        (TEAM, ALICE, Never.EDIT),
        (DM, ALICE, Never.EDIT),
        (TEAM, STRANGER, Never.EDIT),
        (DM, STRANGER, None),
    ):
        heard = inbound(ears.hear(room, event(sender), opened))
        assert (heard.never, heard.text) == (never, "b")


def test_a_notice_is_never_obeyed(ears: Hearing) -> None:
    heard = inbound(ears.hear(TEAM, event(), Open(content=said("!take", "m.notice"))))
    assert heard.never is Never.NOTICE


def test_bridges_are_marked(ears: Hearing) -> None:
    heard = inbound(ears.hear(TEAM, event("@irc_x:example.org"), Open(content=said("x"))))
    assert heard.speaker.relayed


@pytest.mark.parametrize(
    ("pattern", "user", "meant"),
    [
        ("@a:e", "@a:e", True),
        ("@a:e", "@ab:e", False),
        ("@irc_*:e", "@irc_b:e", True),
        ("@irc_*:e", "@irc_b:ex", False),
        ("@*:e", "@x:f:e", True),
        ("@a.b*:e", "@axb:e", False),
    ],
)
def test_patterns_of_bridges(pattern: str, user: str, meant: bool) -> None:
    assert matches(pattern, user) is meant


def test_what_is_nothing_is_not_heard(ears: Hearing) -> None:
    assert ears.hear(TEAM, event(ME), Open(content=said("own"))) is None
    assert ears.hear(TEAM, event()) is None
    assert ears.hear(DM, event(), Open(content=said("x"), type="m.sticker")) is None
    assert ears.hear(TEAM, event("nobody"), Open(content=said("x"))) is None
    assert ears.hear(TEAM, event(event_id=None), Open(content=said("x"))) is None
    assert ears.hear(Room(configured=False), event(), Open(content=said("x"))) is None


def _stamp(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def test_when_it_was_said(ears: Hearing, clock: FakeClock) -> None:
    now = clock.now()
    for stamp, at, late in (
        (_stamp(now - timedelta(minutes=9)), now - timedelta(minutes=9), False),
        (_stamp(now - timedelta(minutes=11)), now - timedelta(minutes=11), True),
        (_stamp(now + timedelta(days=900)), now, False),
        (10**30, now, False),
        (-4, now, False),
        (True, now, False),
        ("soon", now, False),
    ):
        heard = inbound(ears.hear(TEAM, event(origin_server_ts=stamp), Open(content=said("x"))))
        assert abs(heard.at - at) < timedelta(milliseconds=2)
        assert heard.late is late


def test_threads_and_files_come_along(ears: Hearing) -> None:
    outside = {"m.relates_to": {"rel_type": "m.thread", "event_id": "$root"}}
    content = said("a.png", "m.image", url="mxc://example.org/x")
    heard = inbound(ears.hear(TEAM, event(content=outside), Open(content=content)))
    assert heard.thread == "$root"
    assert [each.url for each in heard.attachments] == ["mxc://example.org/x"]


def test_what_says_nothing_to_the_bot_is_overheard_in_rooms(ears: Hearing) -> None:
    for kind, content, text in (
        ("m.sticker", said("x"), "x"),
        ("m.poll.start", {"question": {"body": "who?"}, "answers": [{"text": "me"}]}, "who?\nme"),
        ("m.room.message", {"msgtype": "org.example.new", "body": "words"}, "words"),
    ):
        heard = ears.hear(TEAM, event(), Open(content=content, type=kind))
        assert isinstance(heard, Overheard)
        assert (heard.text, heard.place, heard.message) == (text, TEAM.place, "$e1")
        assert heard.speaker.person == PERSON
    assert ears.hear(TEAM, event(), Open(content={"msgtype": "m.text"}, type="m.call")) is None


def test_what_else_people_read_comes_with_the_words(ears: Hearing) -> None:
    markup = {
        "format": "org.matrix.custom.html",
        "formatted_body": '<a href="https://e/?a=1&amp;b">x</a>',
    }
    heard = inbound(ears.hear(TEAM, event(), Open(content={**said("x"), **markup})))
    assert "https://e/?a=1&b" in heard.besides.split("\n")
    assert inbound(ears.hear(TEAM, event(), Open(content=said("x")))).besides == ""
    assert inbound(ears.hear(DM, event(), Open(content={**said("x"), **markup}))).besides == ""


def _reaction(to: str, sender: str = ALICE) -> dict[str, Any]:
    about = {"rel_type": "m.annotation", "event_id": to, "key": "+1"}
    return event(sender, "m.reaction", event_id="$r", content={"m.relates_to": about})


def test_a_reaction_is_answered_now_and_then(ears: Hearing, clock: FakeClock) -> None:
    ears.hear(TEAM, event(ME, event_id="$own"))
    told = ears.hear(TEAM, _reaction("$own"))
    assert isinstance(told, Unheard)
    assert (told.why, told.place, told.speaker.person) == (Why.REACTION, TEAM.place, None)
    assert isinstance(ears.hear(TEAM, _reaction("$own")), Overheard)
    clock.jump(timedelta(minutes=9))
    assert isinstance(ears.hear(TEAM, _reaction("$own")), Overheard)
    clock.jump(timedelta(minutes=1))
    assert isinstance(ears.hear(TEAM, _reaction("$own")), Unheard)


def test_other_reactions_are_only_overheard(ears: Hearing) -> None:
    ears.hear(TEAM, event(ME, event_id="$own"))
    for reaction in (_reaction("$other"), _reaction("$own", STRANGER)):
        heard = ears.hear(TEAM, reaction)
        assert isinstance(heard, Overheard)
        assert heard.text == "+1"


def test_who_is_told_of_words_that_cannot_be_read(ears: Hearing) -> None:
    told = ears.unread(TEAM, event(), Why.NO_KEY)
    assert told is not None
    assert (told.why, told.place, told.speaker.person) == (Why.NO_KEY, TEAM.place, None)
    assert ears.unread(TEAM, event(STRANGER), Why.NO_KEY) is None
    assert ears.unread(TEAM, event(ME), Why.NO_KEY) is None
    assert ears.unread(DM, event("@irc_x:example.org"), Why.NO_KEY) is None
    in_dm = ears.unread(DM, event(STRANGER), Why.FIRST)
    assert in_dm is not None
    assert in_dm.place == Place(network=NET, address=STRANGER, kind=PlaceKind.DM)


_KEYS = st.sampled_from("type event_id sender content origin_server_ts".split())
_ANY: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.integers() | st.floats() | st.text(max_size=6) | st.sampled_from([ALICE, "$e"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@given(
    st.dictionaries(
        _KEYS,
        _ANY | st.sampled_from(["m.room.message", "m.room.encrypted", "m.reaction", ALICE, "$e"]),
    ),
    st.sampled_from([TEAM, PUBLIC, DM, CLEAR_DM]),
    st.none() | st.builds(Open, content=st.dictionaries(st.text(max_size=8), _ANY)),
)
def test_no_event_raises(given_event: dict[str, Any], room: Room, opened: Open | None) -> None:
    ears = make(FakeClock())
    heard = ears.hear(room, given_event, opened)
    assert heard is None or heard.speaker.network == NET
    told = ears.unread(room, given_event, Why.NO_KEY)
    assert told is None or told.why is Why.NO_KEY
