"""What the interview says, as documents: which messages, filled with what.

Everything here goes to the reporter or, by code only, to the team's rooms.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.intake.script import Question
from bot.core.words.cases import CaseStatus, CaseView
from bot.core.words.effects import Answer, Effects, Lane, Post, ToReporter, ToRoom
from bot.core.words.labels import Label
from bot.core.words.readers import Terms
from bot.core.words.text import Count, Line, Msg, Piece, Pieces, When, doc, public, team


def reply(*lines: Line, keep: Lane | None = None) -> Answer:
    """Return an answer to the reporter, as an ordinary message."""
    return Answer(doc=doc(*lines), plain_message=True, keep=keep)


def hello(terms: Terms, *, private: bool) -> tuple[Line, ...]:
    """Who this is, who reads it, what is not private."""
    return (
        Msg("intake.hello", (public(terms.team_name),)),
        Msg("intake.hello-sealed" if private else "intake.hello-private"),
    )


def ask(question: Question) -> Line:
    """Return the question in full."""
    return Msg(question.key)


def ask_again(question: Question) -> Line:
    """Return the question in short."""
    return Msg(question.again)


def issued(code: str, phrase: str, terms: Terms) -> tuple[Line, ...]:
    """The report was passed on: its code, and the six words on a line of their own."""
    return (
        Msg("intake.issued", (public(terms.team_name), team(code))),
        Msg("intake.issued-words"),
        _words(phrase),
    )


def _words(phrase: str) -> Pieces:
    return (Piece(text=phrase, label=Label.CASE),)


def receipt(
    code: str, phrase: str | None, next_at: datetime, terms: Terms, *, quiet: bool = False
) -> Post:
    """Return the receipt: thanks, code, date, six words, and where to go on writing.

    It goes to whoever the reporter is by then: the six words may have carried them elsewhere.
    `quiet` is for somebody who asked not to be written to here.
    """
    dated = Msg("intake.receipt-date", (public(terms.team_name), When(at=next_at, day=True)))
    words: tuple[Line, ...] = ()
    if phrase is not None:
        words = (Msg("intake.receipt-words"), _words(phrase))
    return Post(
        to=ToReporter(case=code),
        doc=doc(
            Msg("intake.receipt", (team(code),)),
            Msg("intake.receipt-quiet") if quiet else dated,
            *words,
            Msg("intake.receipt-change"),
        ),
        key=f"receipt:{code}",
        lane=Lane.WORDS,
        case=code,
        plain_message=True,
    )


def waited(code: str, lines: Sequence[Line], now: datetime) -> Post:
    """Return the team's words that waited for their reader."""
    return Post(
        to=ToReporter(case=code),
        doc=doc(*lines),
        key=f"read:{code}:{now.isoformat()}",
        lane=Lane.WORDS,
        case=code,
        plain_message=True,
    )


def status(case: CaseView | None, code: str | None, now: datetime, terms: Terms) -> Line:
    """Return where the report stands, in words that cannot reveal the investigation."""
    name = public(terms.team_name)
    if code is None:
        return Msg("intake.status-here")
    if case is None:
        return Msg("intake.status-unknown", (team(code), name))
    received = (team(code), When(at=case.opened_at, day=True), name)
    if case.status is CaseStatus.CLOSED:
        return Msg("intake.status-closed", received)
    if case.next_at is None:
        return Msg("intake.status", received)
    due = (*received, When(at=case.next_at, day=True))
    return Msg("intake.status-late" if case.next_at < now else "intake.status-next", due)


class Moment(Protocol):
    """When, and for which team, something is said."""

    @property
    def now(self) -> datetime:
        """The present moment."""

    @property
    def terms(self) -> Terms:
        """What the team configured."""


def new_report(code: str, kind: str, age: timedelta, moment: Moment) -> Effects:
    """Tell the team's rooms of a new report: code, kind, age."""
    minutes = max(0, int(age.total_seconds() // 60))
    what, prefix = Msg(f"kind.{kind}"), public(moment.terms.prefix)
    news = Msg("intake.team-new-now", (team(code), what, prefix))
    if minutes:
        news = Msg("intake.team-new", (team(code), what, Count(number=minutes), prefix))
    return _to_team(news, f"new:{code}", code, moment.terms, prompt=True)


def news(code: str, what: str, moment: Moment) -> Effects:
    """Tell the team's rooms that something came in: at most once a minute of each sort.

    `what` is `added`, `appeal` or `delete`.
    """
    minute = moment.now.strftime("%Y%m%dT%H%M")
    key = f"{what}:{code}:{minute}"
    line = Msg(f"intake.team-{what}", (team(code), public(moment.terms.prefix)))
    return _to_team(line, key, code, moment.terms)


def _to_team(line: Msg, key: str, code: str, terms: Terms, *, prompt: bool = False) -> Effects:
    text = doc(line, label=Label.TEAM, instead=Msg("intake.team-instead"))
    return [
        Post(
            to=ToRoom(room=room),
            doc=text,
            key=f"{key}:{room}",
            lane=Lane.NEWS,
            case=code,
            prompt=prompt,
        )
        for room in terms.team_rooms
    ]
