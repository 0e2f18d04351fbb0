"""What the tests of storage are made with: a moment, people, facts, and short ways to say them."""

from datetime import UTC, datetime, timedelta

from bot.core.case import facts
from bot.core.words.cases import CaseView
from bot.core.words.effects import Lane, Target, ToRoom
from bot.core.words.facts import Fact, Mark, MarkKind
from bot.core.words.labels import Label
from bot.core.words.people import Account, Person, Role
from bot.core.words.ports import Letter, NewRow, Speech, Unit, Viewer
from bot.core.words.text import Doc, Msg, Piece, Pieces

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CODE = "C-000000"
OTHER = "C-000001"
SYSTEM = Viewer(system=True)

ALICE = Person(
    name="Example-A",
    roles=frozenset({Role.FUNCTIONARY}),
    accounts=(Account(network="testnet", name="Alice[m]"),),
    wiki=("Example Alpha", "émigré_Example"),
)
BOB = Person(
    name="Example-B",
    roles=frozenset({Role.OVERSIGHTER}),
    accounts=(Account(network="testnet", name="bob"),),
)
OPERATOR = Person(name="Example-O", roles=frozenset({Role.OPERATOR}))


class Clock:
    """A wall clock that moves only when told."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


class Draws:
    """Dice that fall as they are told to, then always on 0."""

    def __init__(self, *falls: int) -> None:
        self.falls = list(falls)

    def below(self, limit: int) -> int:
        return self.falls.pop(0) % limit if self.falls else 0


def words(text: str, number: int | None = None) -> Pieces:
    """Return a text as one personal piece, numbered as evidence where asked."""
    return (Piece(text=text, label=Label.PII, number=number),)


def opening(*, by: str | None = "Example-B", kind: str = "harassment") -> Fact:
    """Return the opening of a case, with its next date in an hour."""
    return facts.opened(
        at=NOW,
        by=by,
        kind=kind,
        has_reporter=True,
        next_at=NOW + 60 * MINUTE,
        next_what="first-reply",
        summary=words("it began"),
    )


def named(name: str) -> Fact:
    """Return the fact that somebody is the target of a case."""
    return facts.party(at=NOW, by="Example-B", role="target", name=words(name))


def note(text: str = "a note", number: int | None = None) -> Fact:
    """Return a note."""
    return facts.noted(at=NOW, by="Example-B", pieces=words(text, number))


def party(name: str) -> Mark:
    """Return the mark of a party."""
    return Mark(kind=MarkKind.PARTY, value=name)


def viewer(person: Person | None, *present: Person) -> Viewer:
    """Return a viewer, with who reads along."""
    return Viewer(person=person, present=present)


def found(unit: Unit, code: str = CODE) -> CaseView:
    """Return a case that must be there, as the bot itself sees it."""
    view = unit.cases(SYSTEM).find(code)
    assert view is not None
    return view


def speech(to: Target | None = None, text: str = "hello") -> Speech:
    """Return something to be said."""
    piece = Piece(text=text, label=Label.CASE)
    return Speech(to=to or ToRoom(room="team"), doc=Doc(lines=(Msg("line", (piece,)),)))


def letter(raw: bytes = b"From: team\r\n\r\nbytes \xff\x00") -> Letter:
    """Return a mail."""
    return Letter(recipient="contact@example.org", raw=raw)


def row(
    key: str,
    *,
    lane: Lane = Lane.NEWS,
    payload: Speech | Letter | None = None,
    at: datetime = NOW,
    case: str | None = None,
    page: str | None = None,
) -> NewRow:
    """Return a row for the outbox."""
    return NewRow(key=key, lane=lane, payload=payload or speech(), at=at, case=case, page=page)
