"""What a place may carry right now: never more than what is seen of it allows."""

from dataclasses import dataclass, field

from bot.core.words.labels import Label
from bot.core.words.people import Person, Roster
from bot.core.words.places import DMView, Flaw, Room, RoomView


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A room's ceiling and why it is no higher; `present` are the roster people in it.

    `wanted` is what it would carry without a flaw.
    """

    ceiling: Label
    wanted: Label = field(default=Label.PUBLIC, compare=False)
    flaws: tuple[Flaw, ...] = ()
    present: tuple[Person, ...] = ()


def room_ceiling(room: Room, view: RoomView | None, roster: Roster) -> Finding:
    """Judge a room by what the transport sees of it at this moment.

    A room that is configured `public` is public whatever is seen. Any flaw makes any other
    room public, except that a member with a lower clearance only lowers it to theirs.
    """
    if view is None or not view.complete:
        return Finding(ceiling=Label.PUBLIC, flaws=(Flaw.UNREAD,))
    people = [roster.holder(view.place.network, member.account) for member in view.members]
    present = tuple(person for person in people if person is not None)
    if room.ceiling is Label.PUBLIC:
        return Finding(ceiling=Label.PUBLIC, present=present)
    strangers = [
        member
        for person, member in zip(people, view.members, strict=True)
        if person is None and not member.agent
    ]
    checks = (
        (Flaw.NOT_SECURE, not view.secure),
        (Flaw.NOT_HIDDEN, not view.hidden),
        (Flaw.NOT_CLOSED, not view.closed),
        (Flaw.OPEN_TO_OUTSIDE, not view.no_external),
        (Flaw.REPLAYED, view.replayed),
        *((flaw, True) for flaw in view.found),
        (Flaw.STRANGER, any(not member.invited for member in strangers)),
        (Flaw.STRANGER_INVITED, any(member.invited for member in strangers)),
    )
    flaws = tuple(flaw for flaw, found in checks if found)
    wanted = min(room.ceiling, view.most)
    if flaws:
        return Finding(ceiling=Label.PUBLIC, wanted=wanted, flaws=flaws, present=present)
    lowest = min((person.clearance for person in present), default=wanted)
    if lowest < wanted:
        low = (Flaw.LOW_CLEARANCE,)
        return Finding(ceiling=lowest, wanted=wanted, flaws=low, present=present)
    return Finding(ceiling=wanted, wanted=wanted, present=present)


def dm_ceiling(view: DMView | None, person: Person | None, allowed: Label) -> Label:
    """Judge a direct message to a roster person, or to a reporter (`person` None).

    A reporter may read what the team says about their own case. Personal information needs
    both ends encrypted towards the network.
    """
    if view is None or view.clear:
        return Label.PUBLIC
    if person is None:
        return Label.CASE
    ceiling = min(person.clearance, allowed)
    return min(ceiling, Label.CASE) if not view.secure else ceiling
