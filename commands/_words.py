"""What several commands do alike with typed words, and say alike about a case."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.pii.links import canonical
from bot.core.words.cases import CaseView
from bot.core.words.effects import Answer
from bot.core.words.facts import Mark, MarkKind
from bot.core.words.kinds import KINDS
from bot.core.words.labels import Label
from bot.core.words.readers import Terms
from bot.core.words.text import Arg, Count, Line, Msg, Pieces, When, doc, of_case, public, team

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_NEXT: Mapping[str | None, str] = {
    "first-reply": "promise.what.first-reply",
    "check-in": "promise.what.check-in",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """Typed words, ready to be kept: personal pieces numbered, `links` and `marks` found.

    `held` is how many pieces got a number.
    """

    pieces: Pieces
    links: tuple[int, ...]
    marks: tuple[Mark, ...]
    held: int


def numbered(text: Pieces | None, code: str, first: int) -> Numbered:
    """Number the personal pieces of words typed about a case, counting from `first`."""
    pieces, evidence = of_case(text or (), code, first)
    links = {number: link for number, words in evidence if (link := canonical(words))}
    return Numbered(
        pieces=pieces,
        links=tuple(links),
        marks=tuple(Mark(kind=MarkKind.LINK, value=link) for link in links.values()),
        held=len(evidence),
    )


def held_line(words: Numbered, code: str) -> tuple[Line, ...]:
    """Return the line that says how much was kept apart; none where nothing was."""
    return (Msg("held.count", (Count(number=words.held), team(code))),) if words.held else ()


def cut(pieces: Pieces, start: int, end: int) -> Pieces:
    """Return the pieces that make up the characters from `start` to before `end`."""
    kept = []
    at = 0
    for piece in pieces:
        text = piece.text[max(0, start - at) : max(0, end - at)]
        at += len(piece.text)
        if text:
            kept.append(replace(piece, text=text))
    return tuple(kept)


def age(since: datetime, now: datetime) -> Msg:
    """Return how long ago something was, in the largest unit that says it."""
    past = max(now - since, timedelta())
    if past < _HOUR:
        return Msg("age.minutes", (Count(number=past // timedelta(minutes=1)),))
    if past < _DAY:
        return Msg("age.hours", (Count(number=past // _HOUR),))
    return Msg("age.days", (Count(number=past // _DAY),))


def kind_of(kind: str) -> Arg:
    """Return the words for what a case is about; a kind of another version as it is written."""
    return Msg(f"kind.{kind}") if kind in KINDS else team(kind)


def next_of(case: CaseView, now: datetime) -> Arg:
    """Return what comes next in a case and by when; how it ended where nothing does."""
    if case.next_at is None:
        return Msg("status.ended", (outcome_of(case),))
    what = Msg(_NEXT.get(case.next_what, "promise.what.other"))
    key = "status.overdue" if case.next_at < now else "status.next"
    return Msg(key, (what, When(at=case.next_at, day=True)))


def kinds_listed(unknown: Msg) -> Answer:
    """Return that a kind is unknown, and those there are, in two lines that fit a phone."""
    half = len(KINDS) // 2
    listed = (public(", ".join(part)) for part in (KINDS[:half], KINDS[half:]))
    lines = (unknown, *(Msg("open.kinds", (part,)) for part in listed))
    return Answer(doc=doc(*lines, label=Label.PUBLIC))


def outcome_of(case: CaseView) -> Arg:
    """Return how a case ended; words for an ending that this version does not know."""
    return Msg("outcome.unknown") if case.outcome is None else Msg(f"outcome.{case.outcome}")


def lead_of(lead: str | None) -> Arg:
    """Return who leads a case, or that nobody does."""
    return Msg("status.nobody") if lead is None else team(lead)


def usage(text: str, terms: Terms) -> Answer:
    """Return how a command is typed, for a line whose words do not make it."""
    typed = public(f"{terms.prefix}{text}")
    return Answer(doc=doc(Msg("usage", (typed,)), label=Label.PUBLIC))
