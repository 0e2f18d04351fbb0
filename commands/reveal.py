"""`reveal`: a piece of evidence, whole, in a direct message to somebody who may see it."""

from dataclasses import replace

from bot.core.case import facts
from bot.core.case.recording import is_of_child
from bot.core.policy.access import PII_ROLES, Rule
from bot.core.words.attachment import is_marker
from bot.core.words.cases import CaseView
from bot.core.words.effects import Answer, Effects, RememberCase
from bot.core.words.labels import Label
from bot.core.words.readers import Asker, Cases, Terms
from bot.core.words.text import Count, Line, Msg, Piece, Pieces, at_least, doc, team
from commands._evidence import is_number, no_such_number, numbered_as
from commands._spec import Call, Example, TakesCase, TakesWord, command
from commands._words import usage

USAGE = "reveal CASE N"
LINK = "!link CASE https://en.wikipedia.example.org/w/index.php?diff=1234"


@command(
    "reveal",
    usage=USAGE,
    rule=Rule(who=PII_ROLES, floor=Label.TEAM),
    label=Label.PII,
    takes=(TakesCase(), TakesWord(name="number")),
    reads_case=True,
    by_dm=True,
    examples=(
        Example(
            typed="!reveal CASE 1",
            says="reveal.by-dm",
            given=("!open Insults on a talk page", LINK),
        ),
        Example(
            typed="!reveal CASE 9", says="reveal.none", given=("!open Insults on a talk page",)
        ),
    ),
    goes_on=True,
)
def reveal(call: Call, cases: Cases, terms: Terms) -> Effects:
    """Say one piece of evidence by DM; that it was asked for is on the record."""
    case = call.subject
    typed = call.words["number"]
    if not is_number(typed):
        return [usage(USAGE, terms)]
    seen = RememberCase(code=case.code)
    item = numbered_as(case, typed)
    if item is None:
        return [seen, no_such_number(case)]
    words = facts.evidence_words(cases.words(case.code, item.seq) or (), item.number)
    if not words:
        removed = Msg("reveal.removed", (Count(number=item.number), team(case.code)))
        return [seen, Answer(doc=doc(removed))]
    return [seen, *_shown(case, item.number, words, call.asker)]


def _shown(case: CaseView, number: int, words: Pieces, asker: Asker) -> Effects:
    whole = doc(
        *_evidence(case, number, at_least(words, Label.PII), asker),
        Msg("reveal.sealed" if asker.sealed else "reveal.network"),
        label=Label.PII,
        instead=Msg("reveal.held"),
    )
    said: Effects = [] if asker.in_dm else [Answer(doc=doc(Msg("reveal.by-dm")))]
    return [*said, Answer(doc=whole, private=True)]


def _evidence(case: CaseView, number: int, words: Pieces, asker: Asker) -> tuple[Line, ...]:
    """Return the words, or the file that they stand for: that is opened where it came from."""
    about = (team(case.code), Count(number=number))
    if not any(is_marker(piece.text) for piece in words):
        return (Msg("reveal.words", (*about, words)),)
    if is_of_child(case):
        return (Msg("reveal.attachment-child", about),)
    if not asker.sealed:
        return (Msg("reveal.attachment-elsewhere", about),)
    return (Msg("reveal.attachment", about), tuple(_handed_on(piece) for piece in words))


def _handed_on(piece: Piece) -> Piece:
    """Return a piece that the gate lets through where the place may carry it."""
    return replace(piece, own=True) if is_marker(piece.text) else piece
