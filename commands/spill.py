"""`spill`: something personal slipped out where it does not belong; containing it, step by step.

Anyone on the roster, anywhere. In the room stands one sentence; the steps come by DM. Nothing that
was typed keeps the alarm from being raised: what is neither a case nor a step is text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.case import facts
from bot.core.case.spilling import STEPS, Progress, Steps, progress
from bot.core.policy.access import ROSTER, Rule
from bot.core.words.cases import CaseStatus, CaseView
from bot.core.words.effects import (
    AddFacts,
    Answer,
    Effects,
    RaiseExposure,
    RememberCase,
)
from bot.core.words.ids import CodeKind, Dice, read_code
from bot.core.words.labels import Label
from bot.core.words.people import Person, Roster
from bot.core.words.places import Rooms
from bot.core.words.readers import Cases, Terms
from bot.core.words.text import Line, Msg, Pieces, doc, plain, team
from commands._spec import Call, Example, TakesText, command
from commands._spill import extended, handles, opened
from commands._words import cut

NEXT, ALL = "next", "all"
LAST = len(STEPS)
_STEPS = {NEXT, ALL, *map(str, range(1, LAST + 1))}


@command(
    "spill",
    usage="spill [CASE] [TEXT|next|all]",
    rule=Rule(who=ROSTER, floor=Label.PUBLIC),
    label=Label.PUBLIC,
    takes=(TakesText(optional=True),),
    examples=(
        Example(typed="!spill", says="spill.room"),
        Example(typed="!spill a street name stood in an edit summary", says="spill.room"),
        Example(
            typed="!spill CASE all", says="spill.by-dm", given=("!open A name on a talk page",)
        ),
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
    asked = _asked(call, cases)
    case, begun = asked.case, asked.begun
    steps = _steps(call, asked, cases, roster, rooms, terms)
    if not asked.step:
        return _begun(call, asked, steps, cases, now, dice)
    if asked.step == NEXT and case is not None and begun is not None:
        return _gone_on(call, case, begun, steps, now)
    if asked.step in {NEXT, ALL}:
        return _answered(call, "spill.by-dm", steps.lines(range(1, LAST + 1)))
    number = int(asked.step)
    lines = steps.lines([number])
    if number < LAST:
        lines.append(_hint(terms, None if case is None else case.code, str(number + 1)))
    return _answered(call, "spill.by-dm", lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What a line asks for: `step` is one of `_STEPS`, or empty for the alarm.

    `case` is one that the asker may know of, `begun` how far it has come, `words` what is kept.
    """

    step: str = ""
    words: Pieces = ()
    case: CaseView | None = None
    begun: Progress | None = None


def _asked(call: Call, cases: Cases) -> _Asked:
    """Read a line. A case that this asker cannot find is text like any other."""
    text = call.text or ()
    whole = plain(text)
    head, _, tail = whole.partition(" ")
    code = read_code(head)
    typed = (tail if isinstance(code, str) else whole).strip().lower()
    step = typed if typed in _STEPS else ""
    found = cases.find(code) if isinstance(code, str) and handles(call) else None
    if found is None:
        return _Asked(step=step, words=text)
    begun = progress(found)
    if step == NEXT and begun is None:
        # Nothing was said to have slipped out there so far: it is said now.
        return _Asked(case=found)
    words = cut(text, len(whole) - len(tail.lstrip()), len(whole))
    return _Asked(step=step, words=words, case=found, begun=begun)


def _steps(
    call: Call, asked: _Asked, cases: Cases, roster: Roster, rooms: Rooms, terms: Terms
) -> Steps:
    """Return the steps for this asker; nobody is named in them who must not know of the case."""
    gone = {call.by, *(person.name for person in _kept_out(asked.case, cases, terms))}
    name = call.asker.room if asked.begun is None else asked.begun.room
    room = None if name is None else rooms.named(name)
    return Steps(
        people=[person for person in roster.people if person.name not in gone],
        places=() if room is None else room.places,
        terms=terms,
    )


def _kept_out(case: CaseView | None, cases: Cases, terms: Terms) -> list[Person]:
    out = () if case is None else cases.kept_out(case.code, terms.people)
    return [person for person in terms.people if person.name in out]


def _begun(
    call: Call, asked: _Asked, steps: Steps, cases: Cases, now: datetime, dice: Dice
) -> Effects:
    """Raise the alarm, in the case that was named if it is open, else in a new one.

    Whatever rings for a closed case is over at once.
    """
    case, terms = asked.case, steps.terms
    if case is not None and case.status is CaseStatus.OPEN:
        code, closed = case.code, None
        kept = extended(call, case, asked.words, now)
    else:
        code, closed = cases.fresh_code(CodeKind.CASE, dice), case
        out = _kept_out(closed, cases, terms)
        kept = opened(call, code, asked.words, terms, now, after=closed, out=out)
    kept = [*kept, RaiseExposure(case=code)]
    if not handles(call):
        lines = [Msg("spill.passed-on"), *steps.lines([1]), _hint(terms, None, "2")]
        return [*kept, *_answered(call, "spill.room", lines)]
    again = [] if closed is None else [Msg("spill.again", (team(closed.code),))]
    lines = [Msg("spill.begun", (team(code),)), *again, *steps.lines([1])]
    lines.append(_hint(terms, code, NEXT))
    return [*kept, RememberCase(code=code), *_answered(call, "spill.room", lines)]


def _gone_on(call: Call, case: CaseView, begun: Progress, steps: Steps, now: datetime) -> Effects:
    """Keep that the step which was shown is done, and show the one after it."""
    done = min(begun.done + 1, LAST)
    fact = facts.spilled(at=now, by=call.by, step=done)
    kept: Effects = [AddFacts(code=case.code, facts=(fact,))] if begun.done < LAST else []
    lines: list[Line] = [Msg("spill.finished", (team(case.code),))]
    if done < LAST:
        hint = _hint(steps.terms, case.code, NEXT, last=done + 1 == LAST)
        lines = [*steps.lines([done + 1]), hint]
    return [*kept, RememberCase(code=case.code), *_answered(call, "spill.by-dm", lines)]


def _hint(terms: Terms, code: str | None, what: str, *, last: bool = False) -> Line:
    """Return what to type once a step is done."""
    begins = f"{terms.prefix}spill" if code is None else f"{terms.prefix}spill {code}"
    if last:
        return Msg("spill.last", (team(f"{begins} {what}"),))
    return Msg("spill.next", (team(f"{begins} {what}"), team(f"{begins} {ALL}")))


def _answered(call: Call, room: str, lines: Sequence[Line]) -> Effects:
    """Return one sentence for the room, and the rest by DM."""
    quiet = Msg("spill.elsewhere")
    private = Answer(doc=doc(*lines, label=Label.TEAM, instead=quiet), private=True)
    if call.asker.in_dm:
        return [private]
    return [Answer(doc=doc(Msg(room), label=Label.PUBLIC)), private]
