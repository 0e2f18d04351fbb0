"""`open`: a new case, led by whoever opens it."""

import re
from datetime import datetime

from bot.core import promise
from bot.core.case import facts
from bot.core.policy.access import CASE_ROLES, Rule
from bot.core.words.effects import Answer, CreateCase, Effects, RememberCase
from bot.core.words.ids import CodeKind, Dice
from bot.core.words.kinds import DEFAULT_KIND, read_kind
from bot.core.words.labels import Label
from bot.core.words.readers import Cases, Terms
from bot.core.words.text import Msg, Pieces, When, doc, plain, team
from commands._spec import Call, Example, TakesText, command
from commands._words import cut, held_line, kind_of, kinds_listed, numbered, usage

USAGE = "open SUMMARY [kind:K]"
_KIND = re.compile(r"(?:^|(?<=\s))kind:(\S*)\s*", re.IGNORECASE)


@command(
    "open",
    usage=USAGE,
    rule=Rule(who=CASE_ROLES, floor=Label.CASE),
    label=Label.CASE,
    takes=(TakesText(name="summary"),),
    examples=(
        Example(typed="!open Insults on several talk pages kind:intimidation", says="open.done"),
        Example(typed="!open Insults on a talk page kind:insults", says="open.kind"),
        Example(typed="!open", says="usage"),
    ),
)
def open_(call: Call, cases: Cases, terms: Terms, now: datetime, dice: Dice) -> Effects:
    """Start a case with its summary; who types it leads it."""
    words, typed = _split(call.text or ())
    kind = DEFAULT_KIND if typed is None else read_kind(typed)
    if kind is None:
        return [kinds_listed(Msg("open.kind"))]
    if not plain(words).strip():
        return [usage(USAGE, terms)]
    code = cases.fresh_code(CodeKind.CASE, dice)
    summary = numbered(words, code, 1)
    next_at, next_what = promise.first_dates(terms, now, reporter=False)
    fact = facts.opened(
        at=now,
        by=call.by,
        kind=kind,
        has_reporter=False,
        next_at=next_at,
        next_what=next_what,
        summary=summary.pieces,
        links=summary.links,
        marks=summary.marks,
    )
    done = Msg("open.done", (team(code), kind_of(kind), When(at=next_at, day=True)))
    return [
        CreateCase(code=code, facts=(fact,)),
        RememberCase(code=code),
        Answer(doc=doc(done, *held_line(summary, code), label=Label.CASE)),
    ]


def _split(text: Pieces) -> tuple[Pieces, str | None]:
    """Return the words without `kind:K`, and K as typed, None where it was left out."""
    whole = plain(text)
    found = _KIND.search(whole)
    if found is None:
        return text, None
    rest = cut(text, 0, found.start()) + cut(text, found.end(), len(whole))
    return rest, found[1]
