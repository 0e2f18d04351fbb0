"""Who works on a case no more, and what the team hears when nobody is left."""

from collections.abc import Collection
from datetime import datetime

from bot.core.case import facts
from bot.core.words.cases import CaseStatus, CaseView
from bot.core.words.effects import Effects, Post, ToRoom
from bot.core.words.facts import Fact
from bot.core.words.readers import Terms
from bot.core.words.text import Msg, doc, public, team


def has_it(case: CaseView, name: str) -> bool:
    """Tell whether somebody works on a case, or was asked to."""
    return name in {case.lead, *case.handlers, *case.assigned}


def named_off(case: CaseView, names: Collection[str], at: datetime) -> tuple[Fact, ...]:
    """Return that those of these people who have a case work on it no more: it names them."""
    return tuple(facts.dropped(at=at, by=name, named=True) for name in names if has_it(case, name))


def news(case: CaseView, names: Collection[str], terms: Terms) -> Effects:
    """Return what the team's rooms hear when these people leave and nobody works on it now.

    Nobody has to work on a closed case.
    """
    others = {case.lead, *case.handlers} - {*names, None}
    left = any(has_it(case, name) for name in names)
    if others or not left or case.status is CaseStatus.CLOSED:
        return []
    said = Msg("drop.no-lead", (team(case.code), public(terms.prefix)))
    return [
        Post(
            to=ToRoom(room=room),
            doc=doc(said, instead=Msg("room.news")),
            key=f"no-lead:{case.code}:{len(case.entries) + 1}:{room}",
            case=case.code,
        )
        for room in terms.team_rooms
    ]
