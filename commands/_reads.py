"""Reading many cases within an hour: who hears of it, and what the reader hears."""

from datetime import datetime

from bot.core.words.effects import Answer, CountRead, Effects, Lane, Post, Target, ToPerson, ToRoom
from bot.core.words.people import Person, Role, Roster
from bot.core.words.readers import Asker, Reads, Terms
from bot.core.words.text import Msg, doc, public, team


def tell(
    said: Msg, key: str, asker: Asker, roster: Roster, terms: Terms, *, also: Person | None = None
) -> Effects:
    """Return what the team's rooms and the ombuds hear: all but the asker, and the room they are in.

    `also` is told besides, by DM.
    """
    people = {person.name for person in roster.with_roles({Role.OMBUDS})}
    people |= set() if also is None else {also.name}
    to: list[Target] = [ToRoom(room=name) for name in terms.team_rooms if name != asker.room]
    to += [ToPerson(name=name) for name in sorted(people) if name != asker.name]
    return [
        Post(to=target, doc=doc(said), key=f"{key}:{number}", lane=Lane.NEWS, prompt=True)
        for number, target in enumerate(to)
    ]


def stopped(
    asker: Asker, person: Person, reads: Reads, roster: Roster, terms: Terms, now: datetime
) -> Effects:
    """Return what comes of one case too many: words for the reader, an alarm for the others, once."""
    name, prefix = team(person.name), public(terms.prefix)
    answer = Answer(doc=doc(Msg("refused.too-many"), Msg("reads.ask", (prefix, name))))
    if reads.told(person.name, now):
        return [answer]
    alarm = Msg("reads.alarm", (name, prefix))
    key = f"reads:{person.name}:{now.isoformat()}"
    return [
        CountRead(name=person.name),
        answer,
        *tell(alarm, key, asker, roster, terms),
    ]
