"""What was typed, what should have come of it, and what the audit says came of it.

What should have come of it is read from the reviewed table of rights, never from the rules. An
entry counts as refused when it was refused for who typed it, or where; everything else ran.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bot.core.intake.spoken import hear
from bot.core.pii.reading import read
from bot.core.words.labels import Label
from bot.core.words.people import CLEARANCE, Role
from bot.core.words.ports import AuditEntry, Unit, Viewer
from bot.core.words.verdict import Danger
from bot.runtime.barred import RELAYED
from bot.runtime.clock import SystemClock
from bot.runtime.sorting import ANSWERS
from storage.store import open_store
from storage.unit import SealedUnit
from tests.core.rights import COMMANDS, golden
from tests.e2e.people import Person
from tests.e2e.rig import LOBBY, TEAM, Rig

#: Whoever has no account; which connection it was does not matter here.
LINK = "link"
NOBODY: frozenset[Role] = frozenset()
#: Outcomes of lines that were refused for who typed them, or where.
WRONGLY = {"refused-not-known", "refused-not-yours", "refused-not-here"}
#: What reads and keeps nothing stands in no audit, whoever typed it.
AUDITED = {verb for verb, command in COMMANDS.items() if not command.writes_nothing}
_NAMED = re.compile(r"\b(CASE|PAGE)\b")

#: Somebody for each role alone, and who else the tests need.
ROLES = {
    "erin": Role.FUNCTIONARY,
    "faythe": Role.OVERSIGHTER,
    "grace": Role.CHECKUSER,
    "judy": Role.STEWARD,
    "victor": Role.ARBITRATOR,
    "olga": Role.ON_CALL,
    "dan": Role.OMBUDS,
    "carol": Role.OPERATOR,
}
KNOWN = {
    **{name: frozenset({role}) for name, role in ROLES.items()},
    "alice": frozenset({Role.FUNCTIONARY, Role.OVERSIGHTER, Role.ON_CALL}),
    "bob": frozenset({Role.FUNCTIONARY, Role.STEWARD, Role.ON_CALL}),
    "mike": frozenset({Role.FUNCTIONARY}),
    "frank": frozenset({Role.FUNCTIONARY}),
}
_PERSON = """
[[people]]
name = "{name}"
roles = ["{roles}"]
irc = ["net/{account}"]
wiki = ["Example-{title}"]
"""
_MORE = ("faythe", "grace", "judy", "victor", "olga", "mike", "frank")
#: On the roster, and never there: whoever has the nick has not the account.
EVERYTHING = '", "'.join(Role)


def more_people(rig: Rig) -> None:
    """Put them into the file. `zoe` has an account that is another one's in rfc1459 letters."""
    rows = [(name, "".join(KNOWN[name]), name) for name in _MORE]
    rows += [("zoe", EVERYTHING, "zoe{m}"), ("trent", EVERYTHING, "trent")]
    with rig.program.config.open("a") as file:
        for name, roles, account in rows:
            file.write(_PERSON.format(name=name, roles=roles, account=account, title=name.title()))


# ---- lines -----------------------------------------------------------------------------------


def verb_of(line: str) -> str:
    """The verb of a typed line."""
    return line.removeprefix("!").split()[0]


def lines(case: str) -> list[str]:
    """Every line of every example, for this case; but no call for help, which anybody may make."""
    typed = dict.fromkeys(
        _NAMED.sub(lambda found: {"CASE": case, "PAGE": "E-000000"}[found[0]], line)
        for command in COMMANDS.values()
        for example in command.examples
        for line in (*example.given, example.typed)
    )
    return [line for line in typed if line.startswith("!") and "emergency" not in line]


def is_command(line: str) -> bool:
    """Whether a stranger's DM is taken for a command, and not for words of a report."""
    word = hear(verb_of(line)).word
    calm = read(line).verdict.danger is Danger.NONE
    return calm and (word is None or word in ANSWERS)


def reach(roles: frozenset[Role], place: str) -> Label:
    """What a place may carry for somebody: their DM, or a channel that is as it should be."""
    if place == LOBBY:
        return Label.PUBLIC
    highest = max((CLEARANCE[role] for role in roles), default=Label.CASE)
    return Label.CASE if place == TEAM else highest


# ---- the two sides ---------------------------------------------------------------------------

Row = tuple[str, str, str, bool]


@dataclass(slots=True)
class Ledger:
    """Rows that the audit should hold: who, where, which verb, whether it was refused."""

    rows: Counter[Row] = field(default_factory=Counter)
    #: Lines of somebody who may, and who may be gone before their turn comes.
    either: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def differences(self, actual: Counter[Row]) -> tuple[Counter[Row], Counter[Row]]:
        """Return the entries that nobody expected, and those that are missing."""
        wanted = Counter(self.rows)
        for line, count in self.either.items():
            ran = min(count, max(0, actual[(*line, False)] - wanted[(*line, False)]))
            wanted[(*line, False)] += ran
            wanted[(*line, True)] += count - ran
        return actual - wanted, wanted - actual

    def note(
        self, who: str, where: str, line: str, *, nick: str, ceiling: Label | None = None
    ) -> None:
        """Expect one line's entry. `where` is a channel, or the bot's nick for a DM of `nick`."""
        roles = KNOWN.get(who, NOBODY)
        place = where if where.startswith("#") else nick
        verb = verb_of(line)
        most = reach(roles, where) if ceiling is None else ceiling
        if verb in AUDITED:
            allowed = golden().allows(verb, roles, most)
            self.rows[(who, f"net/{place}", verb, not allowed)] += 1


@dataclass(slots=True)
class Kept:
    """What the database holds: the audit, and of each case the words and who acted."""

    audit: list[AuditEntry] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)
    acts: dict[str, list[tuple[str, str | None]]] = field(default_factory=dict)

    def rows(self) -> Counter[Row]:
        """The audit in the form of a ledger, without bridges: some of their lines are noted."""
        return Counter(
            (_who(entry.who), entry.place, entry.verb, entry.outcome in WRONGLY)
            for entry in self.audit
            if entry.outcome != RELAYED
        )

    def everything(self) -> str:
        """Every word of every case."""
        return "\n".join(self.words.values())


def _who(name: str) -> str:
    return LINK if name.startswith("net|link|") else name


class Ended(Protocol):
    """A program that has ended, on whatever network."""

    @property
    def folder(self) -> Path:
        """Where its configuration lies."""


async def kept(rig: Ended) -> Kept:
    """Read the database through its own door, once the program has ended."""
    key = rig.folder / "secrets/root.key"
    store = await open_store(rig.folder / "data", key, now=SystemClock().now)
    try:
        return await store.run(_read)
    finally:
        await store.close()


def _read(unit: Unit) -> Kept:
    assert isinstance(unit, SealedUnit)
    found, cases = Kept(audit=unit._audit.read()), unit.cases(Viewer(system=True))
    for row in cases.rows(status=None):
        view = cases.find(row.code)
        assert view is not None
        pieces = (cases.words(row.code, entry.seq) for entry in view.entries)
        found.words[row.code] = "\n".join(p.text for some in pieces if some for p in some)
        found.acts[row.code] = [(entry.kind, entry.by) for entry in view.entries]
    return found


# ---- typing ----------------------------------------------------------------------------------


def batches(typed: list[str], size: int = 100) -> Iterator[list[str]]:
    """A speaker has at most two hundred lines waiting; beyond that they are told to slow down."""
    for start in range(0, len(typed), size):
        yield typed[start : start + size]


async def types(
    person: Person,
    ledger: Ledger,
    typed: list[str],
    *,
    who: str,
    where: str,
    tags: str = "",
) -> None:
    """Type lines in a place, to the last answer, as somebody whom the bot should take for `who`."""
    for batch in batches(typed):
        for line in batch:
            person.client.send(f"{tags}PRIVMSG {where} :{line}")
            ledger.note(who, where, line, nick=person.nick)
        await person.settled(LOBBY)
