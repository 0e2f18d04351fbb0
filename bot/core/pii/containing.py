"""What people do by hand about words of a case in a room, where no network takes them back."""

from collections.abc import Iterator, Sequence

from bot.core.words.hits import Hit
from bot.core.words.places import Place, Rooms
from bot.core.words.text import Arg, Count, Line, Msg, When, public, team

#: The steps, in their order, where nothing that was said can be taken back, and where moderators
#: can do that.
_STANDS = ("operators", "history", "logs", "copies", "rest")
_GOES = ("moderators", "logs", "copies", "rest")


def by_hand(hits: Sequence[Hit], rooms: Rooms) -> list[Line]:
    """Return the exact steps for the places of these hits, numbered anew for each."""
    places = dict.fromkeys(hit.place for hit in hits)
    return [line for place in places for line in _steps(place, hits, rooms)]


def _steps(place: Place, hits: Sequence[Hit], rooms: Rooms) -> Iterator[Line]:
    here = [hit for hit in hits if hit.place == place]
    name = team(str(place))
    since = When(at=min(hit.at for hit in here))
    yield Msg("contain.by-hand", (name, since, Count(number=sum(hit.lines for hit in here))))
    steps = _GOES if any(hit.removes for hit in here) else _STANDS
    for number, step in enumerate(steps, 1):
        counted = public(f"{number}.")
        if step == "copies":
            yield _copies(counted, place, rooms)
        else:
            yield Msg(f"contain.step.{step}", (counted, name, since))


def _copies(number: Arg, place: Place, rooms: Rooms) -> Line:
    """Return where else the same words may stand: in the other places of the room, behind bridges."""
    room = rooms.at(place)
    others = [] if room is None else [str(other) for other in room.places if other != place]
    if not others:
        return Msg("contain.step.bridges", (number,))
    return Msg("contain.step.copies", (number, team(", ".join(others))))
