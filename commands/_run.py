"""Running one line: find the command, ask for the right, read the arguments, decide.

Nothing here acts: what comes back are effects, and words for the audit.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.core.pii.reading import label
from bot.core.policy.access import Refusal, decide, state_allows
from bot.core.policy.flaws import named
from bot.core.words.doors import UNKNOWN_NAMED, Doors, Line, Ran
from bot.core.words.effects import Answer, CountRead, Effect, PublicCall
from bot.core.words.ids import Dice
from bot.core.words.labels import Label
from bot.core.words.people import Roster
from bot.core.words.places import Rooms
from bot.core.words.readers import (
    Asker,
    Cases,
    Desk,
    Hits,
    Keys,
    Pages,
    Sessions,
    Standing,
    Terms,
    Watch,
)
from bot.core.words.text import NO_PING, Count, Msg, doc, public
from commands._parse import Parsed, Unclear, addressed, parse
from commands._reads import stopped
from commands._registry import Table
from commands._spec import Call, Command

#: The verb of a line that begins with a public call word; nobody can type it.
CALL = "!"
#: What counts however late it arrives: taking a call, and calling for help.
AT_ANY_AGE = frozenset({"ack", "emergency"})

#: Lines of a refusal in a room that say what is wrong with the room.
MOST_REASONS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """All commands behind one door (`CommandRunner`), for one configured prefix and name."""

    table: Table
    prefix: str
    name: str
    call_words: tuple[str, ...] = ()

    def addressed(self, text: str) -> Line | None:
        """Return the typed line, None for text that is not for the bot.

        What begins with a public call word is for the bot as well: a line whose verb is `CALL`.
        """
        line = addressed(text, prefix=self.prefix, name=self.name)
        if not self.call_words or (line is not None and self.knows(line.verb)):
            return line
        word, _, rest = text.replace(NO_PING, "").strip().partition(" ")
        return (
            Line(verb=CALL, rest=rest.strip(), calls=True)
            if word.lower() in self.call_words
            else line
        )

    def knows(self, verb: str) -> bool:
        """Tell whether there is such a command."""
        return self.table.find(verb) is not None

    def writes_nothing(self, verb: str) -> bool:
        """Tell whether this command is decided without the database."""
        command = self.table.find(verb)
        return command is not None and command.writes_nothing

    def goes_on(self, line: Line) -> bool:
        """Tell whether this line is run while the database cannot keep anything."""
        command = self.table.find(line.verb)
        return line.verb == CALL or (command is not None and command.goes_on)

    def run(self, line: Line, doors: Doors, *, late: bool = False, confirmed: bool = False) -> Ran:
        """Decide it."""
        return run_line(self.table, line, doors, late=late, confirmed=confirmed)


def run_line(table: Table, line: Line, doors: Doors, *, late: bool, confirmed: bool) -> Ran:
    """Decide a typed line.

    Strangers' unknown verbs are passed over in silence, as other bots may share the prefix; but
    whoever calls the bot by name hears how to reach the team.
    """
    if line.verb == CALL:
        called = PublicCall(words=label(line.rest), by=doors.asker.name)
        return Ran(effects=(called,), verb="call", outcome="ok")
    command = table.find(line.verb)
    if command is None:
        return _unknown(table, line, doors)
    refusal = decide(command.rule, doors.asker.person, doors.asker.ceiling)
    if refusal is None and late and command.verb not in AT_ANY_AGE:
        refusal = Refusal.TOO_LATE
    if refusal is not None:
        return _refused(command, refusal, doors.asker)
    parsed = parse(
        command,
        line,
        cases=doors.cases,
        desk=doors.desk,
        label=label,
        prefix=doors.terms.prefix,
        in_dm=doors.asker.in_dm,
    )
    if isinstance(parsed, Unclear):
        return _said(command, (parsed.why, *parsed.more), "unclear")
    if parsed.case is not None and not state_allows(command.rule, parsed.case.status):
        return _refused(command, Refusal.CASE_CLOSED, doors.asker)
    reading = _reading(command, parsed, doors)
    if isinstance(reading, Ran):
        return reading
    call = _call(command, parsed, doors.asker, confirmed=confirmed)
    effects = command.handler(**_filled(command, call, doors, table))
    counted = [] if confirmed else _counted(line)
    return Ran(
        effects=(*reading, *counted, *effects),
        verb=command.verb,
        outcome="ok",
        line=Line(verb=command.verb, rest=parsed.spelled, text=line.text),
        case=parsed.case.code if parsed.case else None,
        undoable=command.undoable,
    )


def _reading(command: Command, parsed: Parsed, doors: Doors) -> tuple[Effect, ...] | Ran:
    """Return the count of a case that is read, or what comes of one too many."""
    person, case = doors.asker.person, parsed.case
    if not command.reads_case or person is None or case is None:
        return ()
    if not doors.reads.full(person.name, case.code, doors.now):
        return (CountRead(name=person.name, case=case.code),)
    effects = stopped(doors.asker, person, doors.reads, doors.roster, doors.terms, doors.now)
    outcome = f"refused-{Refusal.TOO_MANY}"
    return Ran(effects=tuple(effects), verb=command.verb, outcome=outcome, case=case.code)


def _counted(line: Line) -> list[Effect]:
    """Return how many lines a composed text has, so that a lost one is noticed."""
    if line.text is None:
        return []
    lines = Count(number=line.text.count("\n") + 1)
    return [Answer(doc=doc(Msg("compose.done", (lines,))))]


def _call(command: Command, parsed: Parsed, asker: Asker, *, confirmed: bool) -> Call:
    return Call(
        verb=command.verb,
        asker=asker,
        case=parsed.case,
        words=parsed.words,
        text=parsed.text,
        spelled=parsed.spelled,
        confirmed=confirmed,
    )


def _filled(command: Command, call: Call, doors: Doors, table: Table) -> dict[str, Any]:
    by_type: dict[Any, Any] = {
        Call: call,
        Table: table,
        Cases: doors.cases,
        Pages: doors.pages,
        Sessions: doors.sessions,
        Terms: doors.terms,
        Desk: doors.desk,
        Roster: doors.roster,
        Rooms: doors.rooms,
        Standing: doors.standing,
        Keys: doors.keys,
        Watch: doors.watch,
        Hits: doors.hits,
        datetime: doors.now,
        Dice: doors.dice,
    }
    return {name: by_type[kind] for name, kind in command.reads.items()}


def _said(command: Command, why: tuple[Msg, ...], outcome: str) -> Ran:
    answer = Answer(doc=doc(*why, label=Label.PUBLIC))
    return Ran(effects=(answer,), verb=command.verb, outcome=outcome)


def _refused(command: Command, refusal: Refusal, asker: Asker) -> Ran:
    lines = [Msg(f"refused.{refusal}", (public(command.verb),))]
    if refusal is Refusal.NOT_HERE:
        lines += named(asker.reasons, MOST_REASONS)
    answer = Answer(doc=doc(*lines, label=Label.PUBLIC))
    return Ran(effects=(answer,), verb=command.verb, outcome=f"refused-{refusal}")


def _unknown(table: Table, line: Line, doors: Doors) -> Ran:
    effects: tuple[Effect, ...] = ()
    outcome = "unknown"
    if doors.asker.person is None and line.named and not doors.asker.in_dm:
        about = (public(doors.terms.team_name), public(doors.terms.prefix))
        words = doc(Msg("help.stranger-named", about), label=Label.PUBLIC)
        effects, outcome = (Answer(doc=words),), UNKNOWN_NAMED
    if doors.asker.person is not None:
        near = table.nearest(line.verb, doors.asker.person)
        why = Msg("verb.unknown") if near is None else Msg("verb.near", (public(near),))
        not_part = () if doors.desk.composing is None else (Msg("compose.not-part"),)
        effects = (Answer(doc=doc(why, *not_part, label=Label.PUBLIC)),)
    return Ran(effects=effects, verb="?", outcome=outcome)
