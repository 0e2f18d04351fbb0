"""Whom a page can reach, in which order, and who may take it."""

from dataclasses import dataclass

from bot.core.policy.access import CALL_ROLES
from bot.core.words.pages import Page
from bot.core.words.people import Person, Role
from bot.core.words.readers import Ladder, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Whom a page can reach: the roster, less those who may not know of its case.

    `rooms` are told whenever people are rung. `prefix` is what commands begin with.
    """

    people: tuple[Person, ...]
    rooms: tuple[str, ...]
    prefix: str
    excluded: frozenset[str] = frozenset()


def who_of(page: Page, terms: Terms, excluded: frozenset[str] = frozenset()) -> Who:
    """Return whom this page can reach; `excluded` are the names recused from its case."""
    rooms = terms.team_rooms
    if page.exposure:
        rooms = terms.oversight_rooms or terms.team_rooms
    return Who(
        people=terms.people,
        rooms=rooms,
        prefix=terms.prefix,
        excluded=excluded,
    )


def steps_of(page: Page, ladder: Ladder, who: Who) -> tuple[tuple[Person, ...], ...]:
    """Return the people of each step who can be reached; steps may be empty.

    An exposure has one step: oversighters, or stewards where there are none. Where no step of
    the ladder has anybody, everybody who could take the page is one step.
    """
    reachable = {
        person.name: person
        for person in who.people
        if person.name not in who.excluded and (person.accounts or person.mail)
    }
    if page.exposure:
        for role in (Role.OVERSIGHTER, Role.STEWARD):
            holders = tuple(person for person in reachable.values() if role in person.roles)
            if holders:
                return (holders,)
    steps = tuple(
        tuple(reachable[name] for name in names if name in reachable) for names in ladder.steps
    )
    if any(steps):
        return steps
    return (tuple(p for p in reachable.values() if not p.roles.isdisjoint(CALL_ROLES)),)


def may_take(page: Page, name: str, ladder: Ladder, who: Who) -> bool:
    """Tell whether this person can act on the page, and so end its ringing.

    On-call people, people of any step, and whoever works cases; an exposure needs somebody
    who would be rung for it. Nobody who is recused.
    """
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
    """Return how many people must take this page: never more than can be reached."""
    wanted = ladder.acks.get(page.emergency, 1) if page.emergency else 1
    able = sum(
        1
        for person in who.people
        if (person.accounts or person.mail) and may_take(page, person.name, ladder, who)
    )
    return max(1, min(wanted, able))


def takers_of(page: Page, who: Who) -> tuple[Person, ...]:
    """Return the people who took the page and may still know of it."""
    return tuple(
        person
        for person in who.people
        if person.name in page.acked_by and person.name not in who.excluded
    )
