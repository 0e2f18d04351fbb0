"""What follows, in the same commit, when people may not act any more or may again."""

from datetime import datetime, timedelta

from bot.core.oncall.watch import KIND, TIMER
from bot.core.policy.recusal import orphaned
from bot.core.policy.standing import leaderless, reinstated, suspended
from bot.core.words import effects as fx
from bot.core.words.cases import CaseStatus
from bot.core.words.people import Person
from bot.core.words.ports import Unit, Viewer
from bot.core.words.readers import Suspension
from bot.runtime.live import Live

#: A page is looked at again once the bot goes by who may act now.
SOON = timedelta(seconds=1)


class StandingHere:
    """`Standing`, as one job sees it."""

    def __init__(self, unit: Unit, live: Live) -> None:
        """Take what knows of suspensions, and of people."""
        self._unit = unit
        self.everybody = live.everybody

    def suspension(self, name: str) -> Suspension | None:
        """Return the suspension of somebody by a command; None where there is none."""
        return self._unit.suspension(name)


def is_active(unit: Unit, live: Live, person: Person) -> bool:
    """Tell whether somebody may act, as this job's transaction has it."""
    return live.roster.named(person.name) == person and not unit.is_suspended(person.name)


def after_standing(
    unit: Unit, live: Live, effect: fx.Suspend | fx.Reinstate, now: datetime
) -> fx.Effects:
    """Return who is told, which cases nobody leads, and which rings are needed again."""
    # Where there are shifts, somebody else may be on call than before.
    rota = [fx.SetTimer(key=TIMER, due=now + SOON, kind=KIND)] if live.terms.shifts else []
    if isinstance(effect, fx.Reinstate):
        told = reinstated(effect.name, effect.by, now, live.terms, live.roster.people)
        return [*told, *rota]
    name = effect.name
    people = tuple(p for p in live.roster.people if p.name.lower() != name.lower())
    key = f"suspended:{name}:{now:%Y%m%dT%H%M%S.%f}"
    return [
        *suspended(name, effect.by, now, live.terms, people),
        *after_loss(unit, live, frozenset({name}), people, key=key),
        *ring_anew(unit, now),
        *rota,
    ]


def after_loss(
    unit: Unit, live: Live, gone: frozenset[str], people: tuple[Person, ...], *, key: str
) -> fx.Effects:
    """Return what follows when `gone` cannot act any more and `people` still can."""
    if not gone:
        return orphans(unit, live, people)
    rows = unit.cases(Viewer(system=True)).rows()
    known = live.everybody.people
    news = leaderless(rows, gone, lambda code: unit.excluded(code, known), live.terms, key=key)
    return [*news, *orphans(unit, live, people)]


def orphans(unit: Unit, live: Live, people: tuple[Person, ...]) -> fx.Effects:
    """Return who is told of open cases that nobody who handles cases may see; once for each."""
    handlers = [person for person in people if person.handles_cases]
    cases = unit.cases(Viewer(system=True))
    effects: fx.Effects = []
    for code in unit.hidden_from_all(handlers):
        view = cases.find(code)
        if view is not None and view.status is CaseStatus.OPEN:
            free = [person for person in people if not unit.excluded(code, (person,))]
            effects += orphaned(code, free, live.terms)
    return effects


def ring_anew(unit: Unit, now: datetime) -> fx.Effects:
    """Wake every page: whoever was rung for it, or took it, may not act any more."""
    return [
        fx.SetTimer(key=f"page:{page.code}", due=now + SOON, kind="page", data={"page": page.code})
        for page in unit.pages().live()
    ]
