"""Who may run what, where: one decision, closed by default.

Every command carries its `Rule`; the whole table (verb by role) is printed from the rules and
held to a reviewed golden file, so that no right changes unseen.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.words.cases import CaseStatus
from bot.core.words.labels import Label
from bot.core.words.people import HANDLERS, Person, Role

#: Roles that may see the words of cases and work on them.
CASE_ROLES = HANDLERS
#: Roles that may see personal information.
PII_ROLES = frozenset({Role.OVERSIGHTER, Role.CHECKUSER, Role.STEWARD, Role.ARBITRATOR})
#: Roles that may take a page.
CALL_ROLES = HANDLERS | {Role.ON_CALL}
#: Roles that may hide what is said in the open.
HIDE_ROLES = frozenset({Role.OVERSIGHTER, Role.STEWARD})
#: Everybody on the roster.
ROSTER = frozenset(Role)


class Refusal(StrEnum):
    """Why a command does not run; each is a message `refused.…` of the catalogue."""

    NOT_KNOWN = "not-known"
    NOT_YOURS = "not-yours"
    NOT_HERE = "not-here"
    CASE_CLOSED = "case-closed"
    TOO_LATE = "too-late"
    TOO_MANY = "too-many"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a command asks of whoever types it.

    `who` None means anybody at all. `floor` is the least the place must be able to carry;
    `closed_too` lets it run on closed cases.
    """

    who: frozenset[Role] | None = ROSTER
    floor: Label = Label.PUBLIC
    closed_too: bool = True


def may_ever(rule: Rule, person: Person | None) -> bool:
    """Tell whether this person has the right, wherever they stand."""
    if rule.who is None:
        return True
    return person is not None and not person.roles.isdisjoint(rule.who)


def decide(rule: Rule, person: Person | None, ceiling: Label) -> Refusal | None:
    """Return why this command does not run for this person in a place with this ceiling.

    None means that it may run. What a case's state forbids is asked after the case is found.
    """
    if not may_ever(rule, person):
        return Refusal.NOT_KNOWN if person is None else Refusal.NOT_YOURS
    if ceiling < rule.floor:
        return Refusal.NOT_HERE
    return None


def state_allows(rule: Rule, status: CaseStatus) -> bool:
    """Tell whether the command runs on a case in this state."""
    return rule.closed_too or status is CaseStatus.OPEN
