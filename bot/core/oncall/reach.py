"""Whom a page can reach, in which order, and who may take it."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.oncall.rota import on_call
from bot.core.policy.access import CALL_ROLES
from bot.core.words.pages import Page
from bot.core.words.people import Person, Role
from bot.core.words.readers import Ladder, Terms
from bot.core.words.rota import Rota


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Whom a page can reach: the roster, less those who may not know of its case.

    `rota` says who is on call, and `now` is when that is asked. `rooms` are told whenever people
    are rung. `prefix` is what commands begin with.
    """

    people: tuple[Person, ...]
    rooms: tuple[str, ...]
    prefix: str
    rota: Rota
    now: datetime
    excluded: frozenset[str] = frozenset()


def who_of(
    page: Page, terms: Terms, rota: Rota, now: datetime, excluded: frozenset[str] = frozenset()
) -> Who:
    """Return whom this page can reach; `excluded` are the names recused from its case."""
    rooms = () if page.whom else terms.team_rooms
    if page.exposure:
        rooms = terms.oversight_rooms or terms.team_rooms
    return Who(
        people=terms.people,
        rooms=rooms,
        prefix=terms.prefix,
        rota=rota,
        now=now,
        excluded=excluded,
    )


def who_of_all(terms: Terms, rota: Rota, now: datetime) -> Who:
    """Return whom a page can reach that is about nobody of the roster."""
    return Who(people=terms.people, rooms=terms.team_rooms, prefix=terms.prefix, rota=rota, now=now)


def steps_of(page: Page, ladder: Ladder, who: Who) -> tuple[tuple[Person, ...], ...]:
    """Return the people of each step who can be reached; steps may be empty.

    An exposure has one step: oversighters, or stewards where there are none. So has a page that
    a colleague wants for one person, and nobody stands in for them.
    """
    reachable = _reachable(who)
    if page.whom is not None:
        return (tuple(person for person in reachable.values() if person.name == page.whom),)
    if page.exposure:
        for role in (Role.OVERSIGHTER, Role.STEWARD):
            holders = tuple(person for person in reachable.values() if role in person.roles)
            if holders:
                return (holders,)
    return on_duty(ladder, who)


def on_duty(ladder: Ladder, who: Who) -> tuple[tuple[Person, ...], ...]:
    """Return the people of each step who are on call and can be reached; steps may be empty.

    Where nobody is on call who can be reached, everybody named is rung; where no step of the
    ladder has anybody at all, everybody who could take a page is one step. Never silence.
    """
    reachable = _reachable(who)
    rota, names = counted(ladder, who)
    steps = tuple(tuple(reachable[name] for name in step) for step in on_call(rota, names, who.now))
    if any(steps):
        return steps
    return (tuple(p for p in reachable.values() if not p.roles.isdisjoint(CALL_ROLES)),)


def counted(ladder: Ladder, who: Who) -> tuple[Rota, tuple[tuple[str, ...], ...]]:
    """Return the rota and the steps as far as they count: without those who cannot be rung.

    Where somebody else has the watch who cannot be rung or could not take the page, it is still
    that of whoever gave it.
    """
    reachable = _reachable(who)
    able = {p.name for p in reachable.values() if not p.roles.isdisjoint(CALL_ROLES)}
    overrides = tuple(each for each in who.rota.overrides if each.person in able)
    steps = tuple(tuple(name for name in step if name in reachable) for step in ladder.steps)
    return replace(who.rota, overrides=overrides), steps


def _reachable(who: Who) -> dict[str, Person]:
    return {
        person.name: person
        for person in who.people
        if person.name not in who.excluded and (person.accounts or person.mail)
    }


def rung(page: Page, ladder: Ladder, who: Who) -> tuple[Person, ...]:
    """Return everybody who is rung now, each once, in order.

    That is everybody of the steps so far, and the whole team once it is its turn.
    """
    steps = steps_of(page, ladder, who)
    found = {person.name: person for step in steps[: page.step + 1] for person in step}
    if page.whole:
        found |= {person.name: person for person in whole_team(page, ladder, who)}
    return tuple(found.values())


def whole_team(page: Page, ladder: Ladder, who: Who) -> tuple[Person, ...]:
    """Return everybody who is rung where nobody takes a page: who may take it, on duty or not.

    For a drill, and for what a colleague wants of one person, nobody else is.
    """
    if page.drill or page.whom is not None:
        return ()
    reachable = _reachable(who).values()
    return tuple(person for person in reachable if may_take(page, person.name, ladder, who))


def may_take(page: Page, name: str, ladder: Ladder, who: Who) -> bool:
    """Tell whether this person can take the page, and so end its ringing.

    On-call people, people of any step, and whoever works cases; an exposure needs somebody
    who would be rung for it, and what a colleague wants of one person that very person. Nobody
    who is recused.
    """
    return page.whom in {None, name} and may_end(page, name, ladder, who)


def may_end(page: Page, name: str, ladder: Ladder, who: Who) -> bool:
    """Tell whether this person can act on the page, and so stand it down."""
    person = next((person for person in who.people if person.name == name), None)
    if person is None or name in who.excluded:
        return False
    if any(person in step for step in steps_of(page, ladder, who)):
        return True
    if page.exposure:
        return False
    named = any(name in step for step in ladder.steps)
    return named or not person.roles.isdisjoint(CALL_ROLES)


def acks_needed(page: Page, ladder: Ladder, who: Who) -> int:
    """Return how many people must take this page: never more than are rung for it."""
    wanted = ladder.acks.get(page.emergency, 1) if page.emergency else 1
    names = {person.name for step in steps_of(page, ladder, who) for person in step}
    if page.whole:
        names |= {person.name for person in whole_team(page, ladder, who)}
    return max(1, min(wanted, len(names)))


def takers_of(page: Page, who: Who) -> tuple[Person, ...]:
    """Return the people who took the page and may still know of it."""
    return tuple(
        person
        for person in who.people
        if person.name in page.acked_by and person.name not in who.excluded
    )
