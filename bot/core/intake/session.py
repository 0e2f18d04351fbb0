"""An interview as it is kept: one frozen value, saved and loaded as versioned JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, cast

from bot.core.intake.script import STORY
from bot.core.intake.table import Beside, State
from bot.core.words.facts import JSON
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass
from bot.core.words.text import Piece, Pieces

VERSION = 1

#: Pairs of a question's id and words that answer it.
Answers = tuple[tuple[str, Pieces], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One reporter's interview.

    `answers` holds words only until they are passed on; from then on the case has them.
    `trail` are the ids of the questions asked so far, the last of which stands. `asked_at` is
    when it was last asked, None once `done` has closed the window for late pieces; those go
    to `into`. `phrase` is kept from pass-on to the receipt. `danger` is the last answer to
    the danger question, `danger_at` when that was asked or answered, `doubt` the unclear
    words it was asked for, `emergency` what the lists took them for. `exposed`: private details are out, told once there is a case.
    `unread` are facts of the case, by number, that wait for `read`.
    """

    state: State = State.NEW
    beside: Beside = Beside.NOTHING
    started_at: datetime
    trail: tuple[str, ...] = ()
    asked_at: datetime | None = None
    into: str = STORY
    answers: Answers = ()
    code: str | None = None
    phrase: str | None = None
    danger: str | None = None
    danger_at: datetime | None = None
    doubt: Pieces = ()
    emergency: EmergencyClass | None = None
    exposed: bool = False
    acked_at: datetime | None = None
    unread: tuple[int, ...] = ()

    @property
    def asked(self) -> str | None:
        """Id of the question that stands."""
        return self.trail[-1] if self.trail else None


def with_unread(session: Session, seqs: Sequence[int]) -> Session:
    """Return the session with these facts of its case waiting for `read`, each once."""
    return replace(session, unread=tuple(dict.fromkeys((*session.unread, *seqs))))


def save(session: Session) -> dict[str, JSON]:
    """Return the session as JSON."""
    data: dict[str, JSON] = {"version": VERSION}
    for field in fields(session):
        data[field.name] = _out(getattr(session, field.name))
    return data


def load(data: Mapping[str, JSON]) -> Session:
    """Return the session that `save` made this of; ValueError for another version."""
    if data.get("version") != VERSION:
        raise ValueError("a session of another version")
    row = cast("Mapping[str, Any]", data)
    return Session(
        state=State(row["state"]),
        beside=Beside(row["beside"]),
        started_at=datetime.fromisoformat(row["started_at"]),
        trail=tuple(row["trail"]),
        asked_at=_moment(row["asked_at"]),
        into=row["into"],
        answers=tuple((question, _pieces(words)) for question, words in row["answers"]),
        code=row["code"],
        phrase=row["phrase"],
        danger=row["danger"],
        danger_at=_moment(row["danger_at"]),
        doubt=_pieces(row["doubt"]),
        emergency=None if row["emergency"] is None else EmergencyClass(row["emergency"]),
        exposed=row["exposed"],
        acked_at=_moment(row["acked_at"]),
        unread=tuple(row["unread"]),
    )


def _out(value: object) -> JSON:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Piece):
        return [value.text, int(value.label), value.code, value.number]
    if isinstance(value, tuple):
        return [_out(item) for item in value]
    return cast("JSON", value)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _pieces(rows: Sequence[Sequence[Any]]) -> Pieces:
    return tuple(
        Piece(text=text, label=Label(label), code=code, number=number)
        for text, label, code, number in rows
    )
