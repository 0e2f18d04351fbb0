"""`say`: words to the reporter of a case, as the team.

Links are left out, but for those that everybody makes: a message can be read by others on its way, and
if some links arrived and others did not, that would tell what other cases hold.
"""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.case import facts
from bot.core.intake.script import CONTACT
from bot.core.intake.spoken import Word, hear
from bot.core.pii.held import is_everybodys
from bot.core.pii.links import find
from bot.core.policy.access import CASE_ROLES, Rule
from bot.core.promise import CHECK_IN, FIRST_REPLY
from bot.core.words.cases import CaseView
from bot.core.words.effects import (
    AddFacts,
    Answer,
    Confirm,
    Effects,
    Lane,
    Post,
    RememberCase,
    ToReporter,
)
from bot.core.words.labels import Label
from bot.core.words.readers import Cases, Terms
from bot.core.words.text import Count, Msg, Piece, Pieces, When, doc, plain, public, team
from commands._compose import compose
from commands._spec import Call, Example, TakesCase, TakesText, TakesWord, command
from commands._words import cut

#: Words for somebody are read twice before they are sent.
LASTING = timedelta(minutes=10)
#: Words of the end that a preview shows.
SHOWN = 6
#: Stands where a link stood.
LEFT_OUT = "[…]"

_WORD, _SPACES = re.compile(r"\S+"), re.compile(r"\s+")


@command(
    "say",
    usage="say CASE [reporter] TEXT",
    rule=Rule(who=CASE_ROLES, floor=Label.CASE),
    label=Label.CASE,
    takes=(
        TakesCase(),
        TakesWord(name="to", choices=("reporter",), optional=True),
        TakesText(composed=True),
    ),
    examples=(
        Example(
            typed="!say CASE Thank you, we are reading what you sent",
            says="say.no-reporter",
            given=("!open Insults on a talk page",),
        ),
        Example(typed="!say Thank you, we are reading what you sent", says="case.which"),
    ),
)
def say(call: Call, cases: Cases, terms: Terms, now: datetime) -> Effects:
    """Show what would be sent, and on `yes` send it under the team's name."""
    case = call.subject
    if not case.has_reporter:
        return [Answer(doc=doc(Msg("say.no-reporter", (team(case.code),)), label=Label.CASE))]
    if call.text is None:
        return compose(call)
    text, left_out = _without_links(call.text)
    words = _for_the_reporter(text)
    about = (team(case.code), public(terms.team_name), Count(number=len(plain(words).split())))
    if not call.confirmed:
        shown = [Msg("say.preview", about), Msg("say.preview-end", (_end(text),))]
        if left_out:
            shown.append(Msg("say.preview-links", (Count(number=left_out), public(LEFT_OUT))))
        if _declined(case, cases):
            shown.append(Msg("say.preview-declined"))
        return [Confirm(doc=doc(*shown, label=Label.CASE), lasting=LASTING)]
    next_at = _next(case, terms, now)
    said = facts.said(at=now, by=call.by, pieces=words, next_at=next_at, next_what=CHECK_IN)
    sent = [Msg("say.sent", about)]
    if next_at is not None:
        dated = (team(case.code), When(at=next_at, day=True), public(terms.prefix))
        sent.append(Msg("say.next", dated))
    return [
        AddFacts(code=case.code, facts=(said,)),
        _post(case, words, terms),
        RememberCase(code=case.code),
        Answer(doc=doc(*sent, label=Label.CASE)),
    ]


def _declined(case: CaseView, cases: Cases) -> bool:
    """Whether the reporter's last word on it was not to be written to here."""
    asked = [entry for entry in case.entries if entry.data.get("question") == CONTACT]
    words = cases.words(case.code, asked[-1].seq) if asked else None
    return words is not None and hear(plain(words)).word is Word.NO


def _without_links(text: Pieces) -> tuple[Pieces, int]:
    """Return the words without links that could be a case's, and how many these were."""
    whole = plain(text)
    kept: list[Piece] = []
    at = left_out = 0
    for link in find(whole):
        if link.end > at and not is_everybodys(link):
            kept += (*cut(text, at, link.start), Piece(text=LEFT_OUT, label=Label.CASE))
            at, left_out = link.end, left_out + 1
    return (*kept, *cut(text, at, len(whole))), left_out


def _end(words: Pieces) -> Pieces:
    """Return the last words: an IRC server cuts a long line without telling anybody.

    What is personal in them stays so: who reads along must not learn by a refusal what a case holds.
    """
    starts = [word.start() for word in _WORD.finditer(plain(words))]
    first = starts[-SHOWN] if len(starts) > SHOWN else 0
    end: list[Piece] = [] if first == 0 else [Piece(text="… ", label=Label.CASE)]
    at = 0
    for piece in words:
        rest = piece.text[max(0, first - at) :]
        at += len(piece.text)
        if rest:
            end.append(replace(piece, text=_SPACES.sub(" ", rest)))
    return tuple(end)


def _next(case: CaseView, terms: Terms, now: datetime) -> datetime | None:
    """Return the next date where these words keep the present one, None where it stands."""
    if case.next_at is None or (case.next_what != FIRST_REPLY and case.next_at > now):
        return None
    return now + terms.check_in


def _for_the_reporter(text: Pieces) -> Pieces:
    """Return the words without holes: they were written to be read by the reporter."""
    return tuple(replace(piece, label=min(piece.label, Label.CASE)) for piece in text)


def _post(case: CaseView, words: Pieces, terms: Terms) -> Post:
    seq = case.entries[-1].seq + 1
    return Post(
        to=ToReporter(case=case.code),
        doc=doc(Msg("say.from-team", (public(terms.team_name),)), words, label=Label.CASE),
        key=f"say:{case.code}:{seq}",
        lane=Lane.WORDS,
        case=case.code,
        relay=True,
        plain_message=True,
    )
