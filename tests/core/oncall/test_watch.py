"""One look at the rota: what is said, what is noted, and when to look again."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta

from bot.core.oncall.watch import KIND, TIMER, WatchContext, look
from bot.core.words.effects import DropOffer, Effects, Mail, Note, Post, SetTimer, ToPerson, ToRoom
from bot.core.words.pages import EmergencyClass, Page
from bot.core.words.people import Person
from bot.core.words.ports import RowState
from bot.core.words.rota import Offer, Override, Rota, Shift
from tests.core.oncall.office import ALICE, BOB, LADDER, Office, said

#: A Monday.
NOON = datetime(2031, 3, 3, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVERY_DAY = frozenset(range(7))
PAGE = Page(code="E-AAAAAA", emergency=EmergencyClass.LIFE, case="C-AAAAAA", opened_at=NOON)
DAYTIME = Shift(person="alice", zone="UTC", days=EVERY_DAY, start=time(8), end=time(20))
NIGHT = Shift(person="bob", zone="UTC", days=EVERY_DAY, start=time(20), end=time(8))


@dataclass
class Lookout:
    """Looks, and keeps what was noted."""

    rota: Rota = field(default_factory=lambda: Rota(shifts=(DAYTIME, NIGHT)))
    offers: tuple[Offer, ...] = ()
    people: tuple[Person, ...] = (ALICE, BOB)
    state: RowState = RowState.PENDING
    now: datetime = NOON
    noted: dict[str, datetime] = field(default_factory=dict)
    rows: set[str] = field(default_factory=set)
    pages: tuple[Page, ...] = (PAGE,)

    def look(self) -> Effects:
        ladder = replace(LADDER, steps=(("alice",), ("bob",)))
        context = WatchContext(
            now=self.now,
            terms=Office(people=self.people, ladder=ladder).terms,
            rota=self.rota,
            offers=self.offers,
            noted=self.noted.get,
            states=lambda key, _person: [self.state] if key in self.rows else [],
            pages=lambda _person: self.pages,
        )
        effects = look(context)
        for effect in effects:
            match effect:
                case Note(key=key):
                    self.noted.setdefault(key, self.now)
                case Post(key=key):
                    self.rows.add(key)
                case _:
                    pass
        return effects

    def due(self) -> datetime:
        (timer,) = [effect for effect in self.look() if isinstance(effect, SetTimer)]
        assert (timer.key, timer.kind) == (TIMER, KIND)
        return timer.due


def to_people(effects: Effects) -> list[str]:
    return [e.to.name for e in effects if isinstance(e, Post) and isinstance(e.to, ToPerson)]


def to_rooms(effects: Effects) -> list[str]:
    return [said(e.doc) for e in effects if isinstance(e, Post) and isinstance(e.to, ToRoom)]


def test_without_anything_to_look_after_nothing_is_set() -> None:
    assert Lookout(rota=Rota()).look() == []


def test_it_looks_again_when_something_is_due_and_once_a_day_at_least() -> None:
    lookout = Lookout(state=RowState.SENT)
    lookout.look()
    assert lookout.due() == NOON + 7 * HOUR + 45 * MINUTE
    never = Shift(person="alice", zone="UTC", days=frozenset({6}), start=time(8), end=time(9))
    assert Lookout(rota=Rota(shifts=(never,)), people=(ALICE,)).due() == NOON + DAY


def test_a_second_look_says_nothing_anew() -> None:
    lookout = Lookout(rota=Rota(shifts=(DAYTIME, replace(NIGHT, start=time(21)))))
    assert to_people(lookout.look()) == ["alice"]
    second = lookout.look()
    assert to_people(second) == [] == to_rooms(second)


def test_the_hand_over_names_the_end_the_others_and_open_calls() -> None:
    lookout = Lookout(rota=Rota(shifts=(DAYTIME,)))
    (post,) = [e for e in lookout.look() if isinstance(e, Post)]
    assert said(post.doc).splitlines() == [
        "You are on call from 2031-03-03 08:00 UTC until 2031-03-03 20:00 UTC.",
        "On call with you: bob",
        "Open right now: E-AAAAAA. To take one: !ack CODE",
    ]


def test_it_is_tried_twice_then_told() -> None:
    lookout = Lookout()
    assert to_people(lookout.look()) == ["alice"]
    lookout.now += 4 * MINUTE
    assert to_people(lookout.look()) == []
    assert lookout.due() == NOON + 5 * MINUTE
    lookout.now = NOON + 5 * MINUTE
    second = lookout.look()
    assert to_people(second) == ["alice"]
    assert [e.to for e in second if isinstance(e, Mail)] == ["alice@example.org"]
    lookout.now += 5 * MINUTE
    third = lookout.look()
    assert to_people(third) == []
    assert to_rooms(third) == [
        "I cannot reach alice, who is on call from 2031-03-03 08:00 UTC: no message and no mail arrived."
    ]
    lookout.now += HOUR
    assert to_rooms(lookout.look()) == []


def test_what_has_arrived_is_not_tried_again() -> None:
    lookout = Lookout(state=RowState.SENT)
    lookout.look()
    lookout.now += 10 * MINUTE
    assert to_people(lookout.look()) == []


def test_without_an_account_it_is_mailed_at_once() -> None:
    lookout = Lookout(people=(replace(ALICE, accounts=()), BOB))
    assert [e.to for e in lookout.look() if isinstance(e, Mail)] == ["alice@example.org"]


def test_whoever_took_a_watch_just_now_is_not_told_of_it() -> None:
    taken = Override(person="bob", begins=NOON, ends=NOON + HOUR)
    lookout = Lookout(rota=Rota(shifts=(DAYTIME, NIGHT), overrides=(taken,)))
    assert to_people(lookout.look()) == ["alice"]


def test_whoever_is_always_on_call_gets_nothing_but_back() -> None:
    given = Override(person="alice", begins=NOON - 2 * HOUR, ends=NOON - HOUR, instead="bob")
    lookout = Lookout(rota=Rota(shifts=(DAYTIME,), overrides=(given,)))
    posts = [e for e in lookout.look() if isinstance(e, Post)]
    words = {e.to.name: said(e.doc) for e in posts if isinstance(e.to, ToPerson)}
    assert words["bob"].startswith(
        "You are on call from 2031-03-03 11:00 UTC until further notice."
    )


def test_a_gap_without_a_beginning_is_told_once() -> None:
    dark = Shift(person="alice", zone="UTC", days=frozenset(), start=time(8), end=time(9))
    lookout = Lookout(rota=Rota(shifts=(dark, replace(dark, person="bob"))))
    assert len(to_rooms(lookout.look())) == 1
    lookout.now += DAY
    assert to_rooms(lookout.look()) == []


def test_an_offer_that_is_over_is_dropped_and_both_hear_of_it() -> None:
    offer = Offer(giver="alice", taker="bob", begins=NOON, ends=NOON + HOUR, until=NOON + MINUTE)
    lookout = Lookout(offers=(offer,), state=RowState.SENT)
    lookout.look()
    assert lookout.due() == NOON + MINUTE
    lookout.now += MINUTE
    effects = lookout.look()
    assert DropOffer(giver="alice", outcome="lapsed") in effects
    assert to_people(effects) == ["alice", "bob"]


def test_a_drill_that_runs_is_marked_where_it_is_handed_over() -> None:
    lookout = Lookout(now=NOON.replace(hour=19, minute=50))
    lookout.pages = (Page(code="E-DDDDDD", emergency=None, case=None, opened_at=NOON, drill=True),)
    told = [said(post.doc) for post in lookout.look() if isinstance(post, Post)]
    lines = [line for words in told for line in words.split("\n") if "E-DDDDDD" in line]
    assert lines
    assert all(line.startswith("DRILL: E-DDDDDD has been under way") for line in lines)
