"""The same message is never handled twice, and one that was made to look new is written down."""

from datetime import datetime
from enum import StrEnum

from bot.core.words.inbound import Inbound
from bot.core.words.ports import AuditEntry, Unit

#: How a replay stands in the audit.
REPLAY = "replay"
#: The verb of a line that begins with a public call word.
CALL = "!"


class Claim(StrEnum):
    """What a message is, by what was handled before."""

    FIRST = "first"
    #: The network hands the very same over again, as it may.
    AGAIN = "again"
    #: Somebody shows the same words once more as if they had just been said.
    REPLAYED = "replayed"


def claim(unit: Unit, inbound: Inbound, now: datetime) -> Claim:
    """Take a message, and this delivery of it, in the job that does what it asks for."""
    mark = inbound.mark
    marked = mark is not None and unit.claim(f"{inbound.key}:{mark}", now)
    if unit.claim(inbound.key, now):
        return Claim.FIRST
    return Claim.REPLAYED if marked else Claim.AGAIN


def note(unit: Unit, inbound: Inbound, who: str, verb: str, outcome: str, now: datetime) -> None:
    """Write into the audit that a line was not obeyed, and why."""
    place = str(inbound.place)
    unit.audit(AuditEntry(at=now, who=who, place=place, verb=verb, outcome=outcome))


def audited_verb(verb: str) -> str:
    """Return how a typed verb is called in the audit; public call words are one."""
    return "call" if verb == CALL else verb
