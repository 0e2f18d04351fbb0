"""`oncall`: who may ask for what, and what comes of it."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.core.words.effects import DropOffer, EndWatch, OfferWatch, Post, TakeWatch, ToPerson
from bot.core.words.pages import EmergencyClass, PageState
from bot.core.words.rota import Offer, Override, Shift
from tests.commands.bench import ALICE, BOB, CAROL, OLGA, START, TERMS, Bench, person

HOUR = timedelta(hours=1)
#: The bench stands on a Wednesday at noon.
SHIFTS = (
    Shift(person="alice", zone="UTC", days=frozenset({2}), start=time(8), end=time(20)),
    Shift(person="olga", zone="UTC", days=frozenset({3}), start=time(8), end=time(20)),
)


def bench(*shifts: Shift) -> Bench:
    made = Bench()
    made.terms = replace(TERMS, shifts=shifts)
    return made


@pytest.mark.parametrize(
    ("word", "length"),
    [
        ("1m", timedelta(minutes=1)),
        ("90m", timedelta(minutes=90)),
        ("90min", timedelta(minutes=90)),
        ("4h", 4 * HOUR),
        ("4H", 4 * HOUR),
        ("7d", timedelta(days=7)),
        ("168h", timedelta(days=7)),
    ],
)
def test_lengths_that_can_be_taken(word: str, length: timedelta) -> None:
    made = Bench()
    made.types(f"!oncall take {word}")
    assert [e for e in made.effects if isinstance(e, TakeWatch)] == [
        TakeWatch(person="alice", begins=START, ends=START + length)
    ]
    assert made.keys == ["oncall.taken"]


@pytest.mark.parametrize("word", ["", "0m", "8d", "169h", "4", "h", "4w", "-4h", "4.5h", "99999d"])
def test_lengths_that_cannot_change_nothing(word: str) -> None:
    made = Bench()
    made.types(f"!oncall take {word}".strip())
    assert made.keys == ["oncall.how-long"]
    assert made.posts == []
    assert made.watch.kept == []


@pytest.mark.parametrize("line", ["take 4h", "drop", "swap bob", "accept bob"])
def test_whoever_takes_no_calls_may_only_look(line: str) -> None:
    made = bench(*SHIFTS)
    made.who = CAROL
    made.types("!oncall")
    assert made.keys[0] == "oncall.now-shifts"
    made.types(f"!oncall {line}")
    assert made.keys == ["oncall.not-yours"]
    assert len(made.effects) == 1


@pytest.mark.parametrize("line", ["nonsense", "show me", "take 4h now", "drop it", "swap"])
def test_what_is_not_understood_shows_how_it_is_typed(line: str) -> None:
    made = bench(*SHIFTS)
    made.types(f"!oncall {line}")
    assert made.keys == ["usage"]


def test_the_list_tells_who_who_follows_gaps_and_load() -> None:
    made = bench(*SHIFTS)
    made.types("!oncall show")
    assert made.keys[:4] == ["oncall.now-shifts", "oncall.next", "oncall.gaps", "oncall.load"]
    assert made.said[0].startswith("On call now: alice until 2031-05-28 20:00 UTC. If nobody takes")
    assert made.said[1] == "From 2031-05-28 20:00 UTC: olga; then alice"
    assert made.said[3].endswith(": olga 12 h, 0, alice 12 h, 0")


def test_an_offer_stands_in_the_list_until_it_is_over() -> None:
    made = bench(*SHIFTS)
    made.watch.offered["alice"] = Offer(
        giver="alice", taker="bob", begins=START, ends=START + HOUR, until=START + HOUR
    )
    made.types("!oncall")
    assert made.keys[-1] == "oncall.offer-open"
    made.now = START + HOUR
    made.types("!oncall")
    assert "oncall.offer-open" not in made.keys


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("swap nobody", "standing.unknown"),
        ("swap alice", "oncall.yourself"),
        ("swap carol", "oncall.not-theirs"),
        ("swap erin", "oncall.no-account"),
        ("accept", "oncall.no-offer"),
        ("accept nobody", "oncall.no-offer"),
    ],
)
def test_a_swap_that_cannot_be_says_why(line: str, key: str) -> None:
    made = bench(*SHIFTS)
    erin = replace(person("erin", *BOB.roles), accounts=())
    made.terms = replace(made.terms, people=(*TERMS.people, erin))
    made.types(f"!oncall {line}")
    assert made.keys == [key]
    assert len(made.effects) == 1


def test_nobody_hands_on_what_they_do_not_have() -> None:
    made = bench(SHIFTS[1])
    made.types("!oncall swap bob")
    assert made.keys == ["oncall.no-watch"]


def test_the_present_watch_is_offered_first_and_until_it_ends() -> None:
    made = bench(*SHIFTS)
    made.types("!oncall swap bob")
    ends = START + 8 * HOUR
    offer = Offer(giver="alice", taker="bob", begins=START - 4 * HOUR, ends=ends, until=ends)
    assert [e.offer for e in made.effects if isinstance(e, OfferWatch)] == [offer]
    assert [post.to for post in made.posts] == [ToPerson(name="bob")]
    assert made.watch.kept == []


def test_an_offer_lives_a_day_at_most_and_ends_when_the_watch_begins() -> None:
    made = bench(replace(SHIFTS[0], days=frozenset({4})))
    made.types("!oncall swap bob")
    assert made.watch.offered["alice"].until == START + 24 * HOUR
    made.now = START + 40 * HOUR
    made.types("!oncall swap bob")
    assert made.watch.offered["alice"].until == START + 44 * HOUR


def test_nothing_of_an_offer_counts_once_it_is_over() -> None:
    made = bench(*SHIFTS)
    made.types("!oncall swap bob")
    made.who, made.now = BOB, START + 8 * HOUR
    made.types("!oncall accept alice")
    assert made.keys == ["oncall.no-offer"]
    assert made.watch.kept == []


def test_of_several_offers_one_has_to_be_named() -> None:
    made = bench(*SHIFTS)
    made.types("!oncall swap bob")
    made.who = OLGA
    made.types("!oncall swap bob")
    made.who = BOB
    made.types("!oncall accept")
    assert made.keys == ["oncall.which"]
    made.types("!oncall accept olga")
    assert made.keys == ["oncall.accepted"]
    assert [(o.person, o.instead) for o in made.watch.kept] == [("bob", "olga")]
    made.types("!oncall accept")
    assert [(o.person, o.instead) for o in made.watch.kept][1:] == [("bob", "alice")]


def test_what_was_handed_on_meanwhile_cannot_be_accepted() -> None:
    made = bench(*SHIFTS)
    made.types("!oncall swap bob")
    made.watch.kept.append(
        Override(person="olga", begins=START, ends=START + 9 * HOUR, instead="alice")
    )
    made.who = BOB
    made.types("!oncall accept")
    assert made.keys == ["oncall.not-theirs-now"]
    assert [e.outcome for e in made.effects if isinstance(e, DropOffer)] == ["void"]
    assert len(made.watch.kept) == 1


def test_dropping_ends_a_take_alone() -> None:
    made = bench(*SHIFTS)
    swapped = Override(person="alice", begins=START, ends=START + HOUR, instead="olga")
    made.watch.kept.append(swapped)
    made.types("!oncall drop")
    assert made.keys == ["oncall.nothing-taken"]
    made.types("!oncall take 2h")
    made.types("!oncall drop")
    assert EndWatch(person="alice") in made.effects
    assert made.keys == ["oncall.dropped"]
    assert made.watch.kept == [swapped]


@pytest.mark.parametrize("line", ["take 2h", "swap bob"])
def test_a_line_each_for_the_team_only_where_somebody_else_is_rung(line: str) -> None:
    made = bench(*SHIFTS)
    made.types(f"!oncall {line}")
    rooms = [post for post in made.posts if not isinstance(post.to, ToPerson)]
    assert len(rooms) == (1 if line.startswith("take") else 0)
    assert all(isinstance(post, Post) and len(post.doc.lines) == 1 for post in made.posts)


# ---- ack ---------------------------------------------------------------------------------------


def test_an_ack_does_not_wait_for_people_who_must_not_hear_of_it() -> None:
    made = Bench()
    page = made.page(kind=EmergencyClass.CHILD)
    made.types("!ack")
    assert made.shelf.kept[page.code].state is PageState.RINGING
    made = Bench()
    made.watch.kept_out = frozenset({"olga"})
    page = made.page(kind=EmergencyClass.CHILD)
    made.types("!ack")
    assert made.shelf.kept[page.code].state is PageState.ACKED
    assert not any(post.to == ToPerson(name="olga") for post in made.posts)


def test_an_ack_does_not_wait_for_people_who_are_off() -> None:
    made = bench(*SHIFTS)
    page = made.page(kind=EmergencyClass.CHILD)
    made.types("!ack")
    assert made.shelf.kept[page.code].state is PageState.ACKED
    assert ALICE.name in made.shelf.kept[page.code].acked_by
