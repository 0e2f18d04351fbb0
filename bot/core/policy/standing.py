"""Who hears that somebody may not act any more, or may again, and what that leaves undone."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from bot.core.words.cases import CaseRow
from bot.core.words.effects import Effects, Lane, Post, ToPerson, ToRoom
from bot.core.words.labels import Label
from bot.core.words.people import Person, Role
from bot.core.words.readers import Terms
from bot.core.words.text import Count, Doc, Line, Msg, doc, public, team

#: Who may reinstate, and so hears of every suspension by DM.
REINSTATE = frozenset({Role.OPERATOR, Role.OMBUDS})
#: Who may suspend: whoever runs the bot, and who may stop a colleague at night.
SUSPEND = frozenset({Role.OPERATOR, Role.STEWARD, Role.ARBITRATOR})


def suspended(name: str, by: str, at: datetime, terms: Terms, people: Sequence[Person]) -> Effects:
    """Tell the team's rooms, and those who may reinstate, of a suspension."""
    line = Msg("suspend.news", (team(name), team(by), public(terms.prefix)))
    return _told(line, f"suspended:{name}:{at:%Y%m%dT%H%M%S.%f}", by, terms, people)


def reinstated(name: str, by: str, at: datetime, terms: Terms, people: Sequence[Person]) -> Effects:
    """Tell the same people that a suspension is over."""
    line = Msg("reinstate.news", (team(name), team(by)))
    return _told(line, f"reinstated:{name}:{at:%Y%m%dT%H%M%S.%f}", by, terms, people)


def tell_rooms(*lines: Line, key: str, terms: Terms, case: str | None = None) -> Effects:
    """Tell the team's rooms."""
    return [
        Post(
            to=ToRoom(room=room),
            doc=doc(*lines, instead=Msg("room.news")),
            key=f"{key}:{room}",
            case=case,
        )
        for room in terms.team_rooms
    ]


def tell_people(said: Doc, people: Iterable[Person], *, key: str) -> Effects:
    """Tell people by DM, whenever they are there next."""
    return [
        Post(to=ToPerson(name=person.name), doc=said, key=f"{key}:{person.name}", lane=Lane.WORDS)
        for person in people
        if person.accounts
    ]


def leaderless(
    rows: Iterable[CaseRow],
    gone: frozenset[str],
    restricted: Callable[[str], bool],
    terms: Terms,
    *,
    key: str,
) -> Effects:
    """Tell the team's rooms how many cases are led by somebody who cannot act.

    A case that somebody on the roster may not know of (`restricted`) is not counted among them,
    but told by itself, to those who may.
    """
    led = [row.code for row in rows if row.lead in gone]
    alone = [code for code in led if restricted(code)]
    prefix = public(terms.prefix)
    effects: Effects = []
    if number := len(led) - len(alone):
        line = Msg("standing.leaderless", (Count(number=number), prefix))
        effects += tell_rooms(line, key=f"{key}:leaderless", terms=terms)
    for code in alone:
        line = Msg("standing.leaderless-one", (team(code), prefix))
        effects += tell_rooms(line, key=f"{key}:leaderless:{code}", terms=terms, case=code)
    return effects


def _told(line: Msg, key: str, by: str, terms: Terms, people: Sequence[Person]) -> Effects:
    others = [p for p in people if p.name != by and not p.roles.isdisjoint(REINSTATE)]
    said = doc(line, label=Label.TEAM)
    return [*tell_rooms(line, key=key, terms=terms), *tell_people(said, others, key=key)]
