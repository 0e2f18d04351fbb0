"""Ceilings: every flaw of a room takes its cases away, and nothing raises it above the rest."""

from dataclasses import replace

import pytest

from bot.core.policy.ceiling import Finding, dm_ceiling, room_ceiling
from bot.core.words.identity import by_account
from bot.core.words.labels import Label
from bot.core.words.people import Account, Roster
from bot.core.words.places import DMView, Flaw, Member, Place, PlaceKind, RoomView
from tests.world import NETWORK, PEOPLE, ROOMS, place

ROSTER = Roster(PEOPLE)
TEAM = ROOMS.rooms[0]
GOOD = RoomView(
    place=place("#team"),
    epoch=1,
    complete=True,
    secure=True,
    hidden=True,
    closed=True,
    no_external=True,
    members=(Member(nick="alice", account="alice"), Member(nick="bob", account="BOB")),
)


def _with(*members: Member) -> RoomView:
    return replace(GOOD, members=(*GOOD.members, *members))


def test_a_sound_room_carries_cases() -> None:
    finding = room_ceiling(TEAM, GOOD, ROSTER)
    assert finding.ceiling is Label.CASE
    assert not finding.flaws
    assert [person.name for person in finding.present] == ["alice", "bob"]


@pytest.mark.parametrize(
    ("view", "flaw"),
    [
        (None, Flaw.UNREAD),
        (replace(GOOD, complete=False), Flaw.UNREAD),
        (replace(GOOD, secure=False), Flaw.NOT_SECURE),
        (replace(GOOD, hidden=False), Flaw.NOT_HIDDEN),
        (replace(GOOD, closed=False), Flaw.NOT_CLOSED),
        (replace(GOOD, no_external=False), Flaw.OPEN_TO_OUTSIDE),
        (replace(GOOD, replayed=True), Flaw.REPLAYED),
        (_with(Member(nick="guest", account=None)), Flaw.STRANGER),
        (_with(Member(nick="alice", account="somebody")), Flaw.STRANGER),
        (_with(Member(nick="ChanServ", account=None, agent=False)), Flaw.STRANGER),
    ],
)
def test_any_flaw_makes_it_public(view: RoomView | None, flaw: Flaw) -> None:
    assert room_ceiling(TEAM, view, ROSTER) == Finding(
        ceiling=Label.PUBLIC,
        flaws=(flaw,),
        present=room_ceiling(TEAM, view, ROSTER).present,
    )


def test_a_trusted_agent_may_sit_in() -> None:
    view = _with(Member(nick="ChanServ", account=None, agent=True))
    assert room_ceiling(TEAM, view, ROSTER).ceiling is Label.CASE


def test_the_lowest_clearance_counts() -> None:
    finding = room_ceiling(TEAM, _with(Member(nick="carol", account="carol")), ROSTER)
    assert (finding.ceiling, finding.flaws) == (Label.TEAM, (Flaw.LOW_CLEARANCE,))


def test_an_irc_channel_never_carries_personal_information() -> None:
    room = replace(TEAM, ceiling=Label.PII)
    only_alice = replace(GOOD, members=GOOD.members[:1])
    assert room_ceiling(room, only_alice, ROSTER).ceiling is Label.CASE


def test_a_public_room_is_public_without_flaws() -> None:
    open_view = replace(GOOD, hidden=False, closed=False, place=place("#lobby"))
    finding = room_ceiling(ROOMS.rooms[2], open_view, ROSTER)
    assert (finding.ceiling, finding.flaws) == (Label.PUBLIC, ())


@pytest.mark.parametrize(
    ("name", "secure", "allowed", "ceiling"),
    [
        ("alice", True, Label.PII, Label.PII),
        ("alice", False, Label.PII, Label.CASE),
        ("alice", True, Label.CASE, Label.CASE),
        ("finn", True, Label.PII, Label.CASE),
        ("carol", True, Label.PII, Label.TEAM),
        (None, True, Label.PII, Label.CASE),
    ],
)
def test_direct_messages(name: str | None, *, secure: bool, allowed: Label, ceiling: Label) -> None:
    person = ROSTER.named(name) if name else None
    view = DMView(
        place=Place(network=NETWORK, address="nick", kind=PlaceKind.DM),
        epoch=1,
        identity="net|account|nick",
        account=name,
        secure=secure,
    )
    assert dm_ceiling(view, person, allowed) is ceiling
    assert dm_ceiling(None, person, allowed) is Label.PUBLIC


def test_accounts_are_folded_by_ascii_only() -> None:
    assert ROSTER.holder(NETWORK, "ALICE") is ROSTER.named("alice")
    assert ROSTER.holder("elsewhere", "alice") is None
    assert ROSTER.holder(NETWORK, None) is None


def test_user_ids_of_matrix_are_compared_letter_by_letter() -> None:
    upper, lower = "@Alice:example.org", "@alice:example.org"
    mine = Account(network="matrix", name=upper)
    roster = Roster((replace(PEOPLE[0], accounts=(mine,)),))
    assert roster.holder("matrix", upper) is roster.people[0]
    assert roster.holder("matrix", lower) is None
    assert by_account(mine) == f"matrix|account|{upper}"
    assert by_account(Account(network="net", name="Alice")) == "net|account|alice"


MATRIX = replace(GOOD, most=Label.PII)


@pytest.mark.parametrize("flaw", list(Flaw))
def test_what_a_transport_finds_counts_like_any_flaw(flaw: Flaw) -> None:
    finding = room_ceiling(TEAM, replace(GOOD, found=(flaw,)), ROSTER)
    assert (finding.ceiling, finding.wanted) == (Label.PUBLIC, Label.CASE)
    assert finding.flaws == (flaw,)


def test_a_room_of_matrix_carries_personal_information_for_those_who_may_see_it() -> None:
    room = replace(TEAM, ceiling=Label.PII)
    only_alice = replace(MATRIX, members=MATRIX.members[:1])
    assert room_ceiling(room, only_alice, ROSTER).ceiling is Label.PII
    finn = Member(nick="finn", account="finn")
    finding = room_ceiling(room, replace(only_alice, members=(finn,)), ROSTER)
    assert (finding.ceiling, finding.flaws) == (Label.CASE, (Flaw.LOW_CLEARANCE,))
    assert room_ceiling(TEAM, MATRIX, ROSTER).ceiling is Label.CASE


def test_whoever_is_invited_counts_as_present() -> None:
    carol = Member(nick="carol", account="carol", invited=True)
    finding = room_ceiling(TEAM, _with(carol), ROSTER)
    assert finding.ceiling is Label.TEAM
    assert "carol" in [person.name for person in finding.present]
    guest = Member(nick="guest", account="guest", invited=True)
    assert room_ceiling(TEAM, _with(guest), ROSTER).flaws == (Flaw.STRANGER_INVITED,)
    outsider = replace(guest, nick="outsider", invited=False)
    both = (Flaw.STRANGER, Flaw.STRANGER_INVITED)
    assert room_ceiling(TEAM, _with(guest, outsider), ROSTER).flaws == both


def test_a_clear_conversation_carries_nothing() -> None:
    view = DMView(
        place=Place(network=NETWORK, address="alice", kind=PlaceKind.DM),
        epoch=1,
        identity="net|account|alice",
        account="alice",
        secure=True,
        clear=True,
    )
    assert dm_ceiling(view, ROSTER.named("alice"), Label.PII) is Label.PUBLIC
    assert dm_ceiling(view, None, Label.PII) is Label.PUBLIC
