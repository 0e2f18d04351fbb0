"""`undo`: take back the last thing that was done here, within a minute."""

from datetime import datetime, timedelta

from bot.core.case import facts
from bot.core.policy.access import ROSTER, Rule
from bot.core.words.cases import CaseView
from bot.core.words.effects import AddFacts, Answer, Effects
from bot.core.words.labels import Label
from bot.core.words.readers import Cases, Desk, LastDone
from bot.core.words.text import Msg, doc, team
from commands._spec import Call, Example, command

WITHIN = timedelta(seconds=60)


@command(
    "undo",
    usage="undo",
    rule=Rule(who=ROSTER, floor=Label.PUBLIC),
    label=Label.PUBLIC,
    examples=(
        Example(
            typed="!undo",
            says="undo.done",
            given=("!open Insults on a talk page", "!note CASE A wrong note"),
        ),
        Example(typed="!undo", says="undo.nothing"),
    ),
)
def undo(call: Call, cases: Cases, desk: Desk, now: datetime) -> Effects:
    """Append that the last facts count for nothing; the timeline shows both."""
    done = desk.last_done
    case = None if done is None or now - done.at > WITHIN else cases.find(done.code)
    if done is None or case is None or not _still_counts(case, done):
        return [Answer(doc=doc(Msg("undo.nothing"), label=Label.PUBLIC))]
    fact = facts.undone(at=now, by=call.by, seqs=done.seqs)
    words = doc(Msg("undo.done", (team(case.code),)), instead=Msg("undo.done-public"))
    return [
        *_unrelated(case, done, cases, call.by, now),
        AddFacts(code=case.code, facts=(fact,)),
        Answer(doc=words),
    ]


def _unrelated(case: CaseView, done: LastDone, cases: Cases, by: str, now: datetime) -> Effects:
    """Take a relation back on the other case, too: it was put there at the same time."""
    codes = [
        str(entry.data.get("code"))
        for entry in case.entries
        if entry.seq in done.seqs and entry.kind == facts.FactKind.RELATED and not entry.undone
    ]
    others = [other for code in codes if (other := cases.find(code)) is not None]
    return [
        AddFacts(code=other.code, facts=(facts.undone(at=now, by=by, seqs=seqs),))
        for other in others
        if (seqs := _relating(other, case.code))
    ]


def _relating(other: CaseView, code: str) -> tuple[int, ...]:
    """Return the facts that relate a case to `code` and count."""
    return tuple(
        entry.seq
        for entry in other.entries
        if entry.kind == facts.FactKind.RELATED
        and entry.data.get("code") == code
        and not entry.undone
    )


def _still_counts(case: CaseView, done: LastDone) -> bool:
    return any(entry.seq in done.seqs and not entry.undone for entry in case.entries)
