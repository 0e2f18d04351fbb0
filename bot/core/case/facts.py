"""The kinds of facts, and how each is made: the only constructors of `Fact`.

`data` carries everything the fold needs and nobody's words; the words are the body. Pieces
that carry a number are evidence: their numbers, labels and whether they are links go into
`data["evidence"]`, so that the numbers outlive the words.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from bot.core.words.cases import Outcome
from bot.core.words.facts import JSON, Fact, Keep, Mark, MarkKind
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass
from bot.core.words.people import Person
from bot.core.words.text import Pieces, plain

#: Version of the spines that this program writes; it reads this one and those below.
SPINE_VERSION = 1


class FactKind(StrEnum):
    """Everything that can become true of a case."""

    OPENED = "opened"
    HEARD = "heard"
    NOTED = "noted"
    LINKED = "linked"
    PARTY = "party"
    TAKEN = "taken"
    SAID = "said"
    DUE = "due"
    CALLED = "called"
    SKIPPED = "skipped"
    CLOSED = "closed"
    UNDONE = "undone"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    KIND = "kind"
    ASSIGNED = "assigned"
    DROPPED = "dropped"
    RECUSED = "recused"
    LIFTED = "lifted"
    RELATED = "related"
    LABELLED = "labelled"
    STOOD_DOWN = "stood-down"
    SPILLED = "spilled"


KNOWN_KINDS = frozenset(kind.value for kind in FactKind)


class CaseIsReadOnly(Exception):
    """The case holds facts of a newer version of this program; it can be read, not changed."""

    def __init__(self, code: str) -> None:
        super().__init__(f"case {code} holds facts of a newer version and cannot be changed")


def evidence_words(pieces: Pieces, number: int) -> Pieces:
    """Return the pieces of a body that evidence `number` consists of, in order."""
    return tuple(piece for piece in pieces if piece.number == number)


def _evidence(pieces: Pieces, links: Collection[int]) -> dict[str, JSON]:
    labels: dict[int, Label] = {}
    for piece in pieces:
        if piece.number is not None:
            labels[piece.number] = max(piece.label, labels.get(piece.number, Label.PUBLIC))
    if not labels:
        return {}
    items: list[JSON] = [
        {"number": number, "label": int(label), "link": number in links}
        for number, label in sorted(labels.items())
    ]
    return {"evidence": items}


def _next(at: datetime | None, what: str | None) -> dict[str, JSON]:
    return {} if at is None else {"next_at": at.isoformat(), "next_what": what}


def opened(
    *,
    at: datetime,
    by: str | None,
    kind: str,
    has_reporter: bool,
    next_at: datetime,
    next_what: str,
    summary: Pieces | None = None,
    links: Collection[int] = (),
    marks: tuple[Mark, ...] = (),
) -> Fact:
    """A case began: by a roster person, who leads it, or by a reporter (`by` is None)."""
    data: dict[str, JSON] = {
        "kind": kind,
        "has_reporter": has_reporter,
        **_next(next_at, next_what),
        **_evidence(summary or (), links),
    }
    return Fact(kind=FactKind.OPENED, at=at, by=by, data=data, body=summary, marks=marks)


def heard(
    *,
    at: datetime,
    question: str,
    pieces: Pieces,
    links: Collection[int] = (),
    marks: tuple[Mark, ...] = (),
) -> Fact:
    """The reporter said something, in answer to `question` (an id of the script, or any word).

    `links` are the numbers of those pieces that are links; `marks` name who or what they mean.
    """
    data: dict[str, JSON] = {"question": question, **_evidence(pieces, links)}
    return Fact(
        kind=FactKind.HEARD, at=at, data=data, body=pieces, keep=Keep.TRANSCRIPT, marks=marks
    )


def noted(
    *,
    at: datetime,
    by: str | None,
    pieces: Pieces,
    links: Collection[int] = (),
    marks: tuple[Mark, ...] = (),
) -> Fact:
    """A handler wrote something down for the team."""
    data = _evidence(pieces, links)
    return Fact(kind=FactKind.NOTED, at=at, by=by, data=data, body=pieces, marks=marks)


def linked(
    *,
    at: datetime,
    by: str | None,
    number: int,
    label: Label,
    pieces: Pieces,
    canonical: str | None = None,
    links: Collection[int] = (),
    marks: tuple[Mark, ...] = (),
) -> Fact:
    """A link was put to the evidence as `number`; `canonical` is the form it is looked up by.

    Pieces without a number of their own belong to the link; of the others `links` and `marks`
    tell what `heard` is told.
    """
    own = tuple(replace(p, number=number) if p.number is None else p for p in pieces)
    data = _evidence(own, (number, *links))
    items = data.get("evidence")
    if isinstance(items, list):
        for item in items:
            if isinstance(item, dict) and item["number"] == number:
                item["label"] = int(label)
    link = plain(evidence_words(own, number)) if canonical is None else canonical
    return Fact(
        kind=FactKind.LINKED,
        at=at,
        by=by,
        data=data,
        body=own,
        marks=(Mark(kind=MarkKind.LINK, value=link), *marks),
    )


def party(*, at: datetime, by: str | None, role: str, name: Pieces) -> Fact:
    """Somebody is involved in the case: `role` is target, reporter, subject or witness."""
    return Fact(
        kind=FactKind.PARTY,
        at=at,
        by=by,
        data={"role": role, **_evidence(name, ())},
        body=name,
        keep=Keep.RECORD,
        marks=(Mark(kind=MarkKind.PARTY, value=plain(name)),),
    )


def taken(*, at: datetime, by: str) -> Fact:
    """A handler works on the case from now on."""
    return Fact(kind=FactKind.TAKEN, at=at, by=by)


def said(
    *,
    at: datetime,
    by: str,
    pieces: Pieces,
    to: str = "reporter",
    next_at: datetime | None = None,
    next_what: str | None = None,
) -> Fact:
    """The team said something to a party; `next_at` is the date that was promised with it."""
    data: dict[str, JSON] = {"to": to, **_next(next_at, next_what), **_evidence(pieces, ())}
    return Fact(kind=FactKind.SAID, at=at, by=by, data=data, body=pieces, keep=Keep.TRANSCRIPT)


def due(*, at: datetime, by: str | None, next_at: datetime, next_what: str) -> Fact:
    """The next date of the case was set."""
    return Fact(kind=FactKind.DUE, at=at, by=by, data=_next(next_at, next_what))


def called(*, at: datetime, by: str | None, page: str, emergency: EmergencyClass | None) -> Fact:
    """An emergency was raised about the case; `emergency` is None for a live exposure."""
    return Fact(
        kind=FactKind.CALLED,
        at=at,
        by=by,
        data={"page": page, "emergency": None if emergency is None else emergency.value},
    )


def stood_down(*, at: datetime, by: str, page: str, reason: Pieces) -> Fact:
    """The emergency that was raised about the case was ended by somebody, for a reason."""
    data: dict[str, JSON] = {"page": page, **_evidence(reason, ())}
    return Fact(kind=FactKind.STOOD_DOWN, at=at, by=by, data=data, body=reason)


def spilled(*, at: datetime, by: str, step: int, room: str | None = None) -> Fact:
    """Step `step` of containing what slipped out is done, counted from 1; 0 says that it did.

    `room` is where that was said, by its name in the configuration; None for a DM.
    """
    data: dict[str, JSON] = {"step": step}
    if room is not None:
        data["room"] = room
    return Fact(kind=FactKind.SPILLED, at=at, by=by, data=data)


def skipped(*, at: datetime, by: str, step: str, reason: Pieces) -> Fact:
    """A step of closing was left out on purpose."""
    data: dict[str, JSON] = {"step": step, **_evidence(reason, ())}
    return Fact(kind=FactKind.SKIPPED, at=at, by=by, data=data, body=reason)


def closed(*, at: datetime, by: str, outcome: Outcome, summary: Pieces) -> Fact:
    """The case is over; the summary is its closing record."""
    data: dict[str, JSON] = {"outcome": outcome.value, **_evidence(summary, ())}
    return Fact(kind=FactKind.CLOSED, at=at, by=by, data=data, body=summary, keep=Keep.RECORD)


def undone(*, at: datetime, by: str, seqs: Sequence[int]) -> Fact:
    """Earlier facts count for nothing any more, though they stay to be seen."""
    return Fact(kind=FactKind.UNDONE, at=at, by=by, data={"seqs": list(seqs)})


def delivered(*, at: datetime, what: str) -> Fact:
    """Something reached whom it was for; `what` is a word of the program."""
    return Fact(kind=FactKind.DELIVERED, at=at, data={"what": what})


def undelivered(*, at: datetime, what: str) -> Fact:
    """Something could not be brought to whom it was for; `what` is a word of the program."""
    return Fact(kind=FactKind.UNDELIVERED, at=at, data={"what": what})


def kind(*, at: datetime, by: str, kind: str) -> Fact:
    """What the case is about was set anew."""
    return Fact(kind=FactKind.KIND, at=at, by=by, data={"kind": kind})


def assigned(*, at: datetime, by: str, to: str) -> Fact:
    """A handler was asked to work on the case; it counts once they take it."""
    return Fact(kind=FactKind.ASSIGNED, at=at, by=by, data={"to": to})


def dropped(*, at: datetime, by: str, named: bool = False) -> Fact:
    """A handler works on the case no more; nobody asks why. `named` when the case names them."""
    data: dict[str, JSON] = {"named": True} if named else {}
    return Fact(kind=FactKind.DROPPED, at=at, by=by, data=data)


def recused(*, at: datetime, by: Person) -> Fact:
    """A person took themselves out: from now on the case is not there for them."""
    return Fact(
        kind=FactKind.RECUSED,
        at=at,
        by=by.name,
        data={"person": by.name},
        marks=person_marks(by),
    )


def person_marks(person: Person) -> tuple[Mark, ...]:
    """Return what keeps somebody of the roster out, whichever of their names changes later."""
    return tuple(Mark(kind=MarkKind.PARTY, value=name) for name in dict.fromkeys(person.names()))


def lifted(*, at: datetime, by: str, person: Person, still: Sequence[str] = ()) -> Fact:
    """Somebody who was kept out, because they are named, may know of the case after all.

    `still` are the names of people who stay kept out, though they may share a name with them.
    Whoever reported it keeps a reporter's view whatever is lifted.
    """
    return Fact(
        kind=FactKind.LIFTED,
        at=at,
        by=by,
        data={"person": person.name},
        marks=tuple(Mark(kind=MarkKind.PARTY, value=name) for name in still),
        unmarks=person_marks(person),
    )


def related(*, at: datetime, by: str, code: str) -> Fact:
    """The case has to do with the case `code`."""
    return Fact(kind=FactKind.RELATED, at=at, by=by, data={"code": code})


def labelled(*, at: datetime, by: str, number: int, label: Label) -> Fact:
    """Evidence `number` may travel as far as `label` says from now on."""
    data: dict[str, JSON] = {"number": number, "label": int(label)}
    return Fact(kind=FactKind.LABELLED, at=at, by=by, data=data)
