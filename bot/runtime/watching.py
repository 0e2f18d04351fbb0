"""`Watch`, as one job sees it: what people agreed on about being on call."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.core.oncall.watch import KIND, TIMER, WatchContext
from bot.core.words import effects as fx
from bot.core.words.pages import Page
from bot.core.words.people import Person
from bot.core.words.ports import AuditEntry, RowState, Timer, Unit
from bot.core.words.rota import Offer, Override, Rota
from bot.runtime.live import Live


class WatchHere:
    """What everybody present may know of it."""

    def __init__(self, unit: Unit, live: Live, readers: Sequence[Person]) -> None:
        """Take what keeps it, who is on the roster, and who would read the answer."""
        self._unit = unit
        self._live = live
        self._readers = readers

    def overrides(self) -> tuple[Override, ...]:
        """Return what overrides the shifts, in the order in which it was agreed on."""
        return self._unit.overrides()

    def offers(self) -> tuple[Offer, ...]:
        """Return what is being offered and was not accepted yet, over or not."""
        return self._unit.offers()

    def taken(self, since: datetime) -> Mapping[str, int]:
        """Return how many pages that all may know of each person has taken since then."""
        return self._unit.pages_taken(since, self._readers)

    def recused(self, page: Page) -> frozenset[str]:
        """Return the names of those who must not hear of a page's case."""
        return recused(self._unit, self._live, page.case)


def recused(unit: Unit, live: Live, case: str | None) -> frozenset[str]:
    """Return the names of those who may act, but must not hear of a case."""
    if case is None:
        return frozenset()
    people = live.roster.people
    return frozenset(person.name for person in people if unit.excluded(case, (person,)))


def watch_context(unit: Unit, live: Live, now: datetime) -> WatchContext:
    """Return what a look at the rota may read."""

    def states(key: str, person: Person) -> Sequence[RowState]:
        routes = [f"{key}@{account}" for account in person.accounts]
        found = (unit.row_state(route) for route in (*routes, f"{key}:mail"))
        return [state for state in found if state is not None]

    def pages(person: Person) -> Sequence[Page]:
        live = unit.pages((person,)).live()
        return [page for page in live if page.whom in {None, person.name}]

    return WatchContext(
        now=now,
        terms=live.terms,
        rota=Rota(shifts=live.terms.shifts, overrides=unit.overrides()),
        offers=unit.offers(),
        noted=unit.noted,
        states=states,
        pages=pages,
    )


def agree(
    unit: Unit,
    effect: fx.TakeWatch | fx.EndWatch | fx.OfferWatch | fx.DropOffer,
    by: Person | None,
    now: datetime,
) -> None:
    """Write what was agreed on, put it on record, and have it looked at what follows."""
    about: str | None = None
    match effect:
        case fx.TakeWatch(person=person, begins=begins, ends=ends, instead=instead):
            override = Override(person=person, begins=begins, ends=ends, instead=instead)
            unit.add_override(override, now)
            who, about = person, instead
            outcome = "take" if instead is None else "swap"
        case fx.EndWatch(person=person):
            unit.end_overrides(person, now)
            who, outcome = person, "drop"
        case fx.OfferWatch(offer=offer):
            unit.save_offer(offer)
            who, outcome, about = offer.giver, "offer", offer.taker
        case fx.DropOffer(giver=giver, outcome=outcome):
            unit.drop_offer(giver)
            who = giver
    name = who if by is None else by.name
    entry = AuditEntry(at=now, who=name, place="rota", verb="oncall", outcome=outcome, about=about)
    unit.audit(entry)
    look_again(unit, now)


def look_again(unit: Unit, now: datetime) -> None:
    """Have the rota looked at now: somebody else may be on call than before."""
    unit.set_timer(Timer(key=TIMER, due=now, kind=KIND, data={}))
