"""`spill`: something personal slipped out where it does not belong; containing it, step by step.

Anyone on the roster, anywhere. In the room stands one sentence; the steps come by DM.
"""

from collections.abc import Iterator
from datetime import datetime

from bot.core import promise
from bot.core.case import facts
from bot.core.policy.access import CASE_ROLES, ROSTER, Rule, may_ever
from bot.core.words.cases import CaseView
from bot.core.words.effects import (
    AddFacts,
    Answer,
    CreateCase,
    Effects,
    RaiseExposure,
    RememberCase,
)
from bot.core.words.ids import CodeKind, Dice, read_code
from bot.core.words.labels import Label
from bot.core.words.people import Person, Role, Roster
from bot.core.words.places import Place, Rooms
from bot.core.words.readers import Asker, Cases, Terms
from bot.core.words.text import Arg, Line, Msg, Pieces, doc, plain, public, team
from commands._spec import Call, Example, TakesText, command
from commands._words import cut, numbered

USAGE = "spill [CASE] [TEXT]"
KIND = "doxing"
ALL = "all"
#: What is done, in this order.
STEPS = ("quiet", "hide", "attention", "copies", "operators", "tell")


@command(
    "spill",
    usage=USAGE,
    rule=Rule(who=ROSTER, floor=Label.PUBLIC),
    label=Label.PUBLIC,
    takes=(TakesText(optional=True),),
    examples=(
        Example(typed="!spill", says="spill.room"),
        Example(typed="!spill a street name stood in an edit summary", says="spill.room"),
        Example(typed="!spill CASE 3", says="spill.by-dm", given=("!open A name on a talk page",)),
    ),
)
def spill(
    call: Call,
    cases: Cases,
    roster: Roster,
    rooms: Rooms,
    terms: Terms,
    now: datetime,
    dice: Dice,
) -> Effects:
    """Alert those who can hide it, open or extend a case, and lead through the steps by DM."""
    found, words = _case_and_words(call, cases)
    steps = _Steps(call.asker, roster, rooms, terms)
    asked = plain(words).strip().lower()
    if asked == ALL or asked in steps.numbers:
        code = None if found is None else found.code
        return _answered(call, "spill.by-dm", steps.lines(asked, code))
    kept, code = _kept(call, found, words, cases, terms, now, dice)
    handles = may_ever(Rule(who=CASE_ROLES), call.asker.person)
    begun = Msg("spill.begun" if handles else "spill.passed-on", (team(code),))
    lines = [begun, *steps.lines("1", code if handles else None)]
    seen = [RememberCase(code=code)] if handles else []
    return [*kept, RaiseExposure(case=code), *seen, *_answered(call, "spill.room", lines)]


def _answered(call: Call, room: str, lines: list[Line]) -> Effects:
    """Return one sentence for the room, and the rest by DM."""
    quiet = Msg("spill.elsewhere")
    private = Answer(doc=doc(*lines, label=Label.TEAM, instead=quiet), private=True)
    if call.asker.in_dm:
        return [private]
    return [Answer(doc=doc(Msg(room), label=Label.PUBLIC)), private]


def _kept(
    call: Call,
    found: CaseView | None,
    words: Pieces,
    cases: Cases,
    terms: Terms,
    now: datetime,
    dice: Dice,
) -> tuple[Effects, str]:
    """Return what keeps the words, and the code of the case that they are kept in."""
    said = bool(plain(words).strip())
    if found is not None:
        typed = numbered(words, found.code, found.next_number)
        note = facts.noted(
            at=now, by=call.by, pieces=typed.pieces, links=typed.links, marks=typed.marks
        )
        return ([AddFacts(code=found.code, facts=(note,))] if said else []), found.code
    code = cases.fresh_code(CodeKind.CASE, dice)
    typed = numbered(words, code, 1)
    next_at, next_what = promise.first_dates(terms, now, reporter=False)
    handles = may_ever(Rule(who=CASE_ROLES), call.asker.person)
    opened = facts.opened(
        at=now,
        by=call.by if handles else None,
        kind=KIND,
        has_reporter=False,
        next_at=next_at,
        next_what=next_what,
        summary=typed.pieces if said else None,
        links=typed.links,
        marks=typed.marks,
    )
    return [CreateCase(code=code, facts=(opened,))], code


def _case_and_words(call: Call, cases: Cases) -> tuple[CaseView | None, Pieces]:
    """Take a case's code off the words. One that this asker cannot find is as good as none."""
    text = call.text or ()
    whole = plain(text)
    head, _, tail = whole.partition(" ")
    code = read_code(head)
    if not isinstance(code, str):
        return None, text
    handles = may_ever(Rule(who=CASE_ROLES), call.asker.person)
    found = cases.find(code) if handles else None
    return found, cut(text, len(whole) - len(tail.lstrip()), len(whole))


class _Steps:
    """The steps, for whoever asks, where they ask."""

    def __init__(self, asker: Asker, roster: Roster, rooms: Rooms, terms: Terms) -> None:
        self._asker = asker
        self._roster = roster
        self._rooms = rooms
        self._terms = terms
        self.numbers = frozenset(str(number) for number in range(1, len(STEPS) + 1))

    def lines(self, asked: str, code: str | None) -> list[Line]:
        """Return one step and how to go on, or all of them."""
        numbers = range(1, len(STEPS) + 1) if asked == ALL else (int(asked),)
        lines = [line for number in numbers for line in self._step(number)]
        if asked != ALL and numbers[0] < len(STEPS):
            about = [] if code is None else [code]
            typed = " ".join((f"{self._terms.prefix}spill", *about, str(numbers[0] + 1)))
            every = " ".join((f"{self._terms.prefix}spill", *about, ALL))
            lines.append(Msg("spill.next", (team(typed), team(every))))
        return lines

    def _step(self, number: int) -> Iterator[Line]:
        name = STEPS[number - 1]
        counted = public(f"{number}/{len(STEPS)}")
        if name == "hide":
            yield from self._who_hides(counted)
        elif name == "copies":
            yield from self._copies(counted)
        else:
            yield Msg(f"spill.step.{name}", (counted,))

    def _who_hides(self, counted: Arg) -> Iterator[Line]:
        """Say who can hide a revision for good, wiki by wiki, and who cannot."""
        people = self._others(Role.OVERSIGHTER)
        if people:
            yield Msg("spill.step.hide", (counted, _names(people)))
        else:
            stewards = self._others(Role.STEWARD)
            key = "spill.step.hide-stewards" if stewards else "spill.step.hide-nobody"
            yield Msg(key, (counted, _names(stewards)))
        for wiki in self._terms.wikis:
            if wiki.oversight:
                where = team(", ".join(wiki.oversight))
                yield Msg("spill.step.wiki-room", (team(wiki.name), where))
            elif wiki.stewards_mail:
                mail = team(", ".join(wiki.stewards_mail))
                yield Msg("spill.step.wiki-stewards", (team(wiki.name), mail))
        yield Msg("spill.step.hide-meanwhile")

    def _others(self, role: Role) -> list[Person]:
        return [p for p in self._roster.with_roles([role]) if p != self._asker.person]

    def _copies(self, counted: Arg) -> Iterator[Line]:
        """Name every place that may hold a copy: the room's others, bridges, logs, feeds."""
        yield Msg("spill.step.copies", (counted,))
        places = self._places()
        if len(places) > 1:
            yield Msg("spill.step.copies-places", (team(", ".join(map(str, places))),))
        networks = {place.network for place in places} or None
        relays = [r for r in self._terms.relays if networks is None or r.split("/")[0] in networks]
        if relays:
            yield Msg("spill.step.copies-relays", (team(", ".join(relays)),))

    def _places(self) -> tuple[Place, ...]:
        room = None if self._asker.room is None else self._rooms.named(self._asker.room)
        return () if room is None else room.places


def _names(people: list[Person]) -> Arg:
    return team(", ".join(person.name for person in people))
