"""The fold: what a case is, seen from the spines of its facts alone.

It is total: any list of spines gives a case. Facts of unknown kinds are shown in the timeline
and change nothing, and data of another shape than expected counts as absent.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core.case.facts import FactKind
from bot.core.words.cases import CaseRow, CaseStatus, CaseView, Entry, Evidence, Outcome
from bot.core.words.facts import JSON, Spine
from bot.core.words.labels import Label

_LABELS = {label.value: label for label in Label}


def fold(code: str, spines: Sequence[Spine]) -> CaseView:
    """Return the case that these facts make; there is at least one, the oldest comes first.

    A case whose opening was undone is closed as withdrawn. Without any date the next one is
    the day it was opened: overdue, so that somebody looks.
    """
    gone = _undone(spines)
    live = [spine for spine in spines if spine.seq not in gone]
    first = next((s for s in spines if s.kind == FactKind.OPENED), spines[0])
    crew = _crew(live)
    told = [s.at for s in live if s.kind == FactKind.SAID and s.data.get("to") == "reporter"]
    end = _end(first, live, gone)
    next_at, next_what = _next(live)
    return CaseView(
        code=code,
        status=CaseStatus.OPEN if end is None else CaseStatus.CLOSED,
        kind=_kind(live) or _text(first.data.get("kind")) or "other",
        opened_at=first.at,
        opened_by=first.by,
        has_reporter=first.data.get("has_reporter") is True,
        lead=next(iter(crew.working), None),
        handlers=tuple(crew.takers),
        next_at=None if end is not None else next_at or first.at,
        next_what=None if end is not None else next_what,
        evidence=_evidence(spines, live),
        entries=tuple(_entry(spine, undone=spine.seq in gone) for spine in spines),
        reporter_told_at=max(told, default=None),
        first_reply_at=min(told, default=None),
        reporter_skipped=any(
            s.kind == FactKind.SKIPPED and s.data.get("step") == "reporter" for s in live
        ),
        closed_at=None if end is None else end[0],
        outcome=None if end is None else end[1],
        assigned=tuple(crew.assigned),
        related=_related(live),
    )


def row_of(view: CaseView) -> CaseRow:
    """Return the open row of a case."""
    return CaseRow(
        code=view.code,
        status=view.status,
        kind=view.kind,
        opened_at=view.opened_at,
        next_at=view.next_at,
        next_what=view.next_what,
        lead=view.lead,
        evidence=len(view.evidence),
        handlers=view.handlers,
        assigned=view.assigned,
    )


def undone_seqs(data: Mapping[str, JSON]) -> tuple[int, ...]:
    """Return which facts a fact of kind `undone` takes back."""
    seqs = data.get("seqs")
    if not isinstance(seqs, list):
        return ()
    return tuple(seq for seq in seqs if isinstance(seq, int))


def _undone(spines: Sequence[Spine]) -> Mapping[int, datetime]:
    """Return when each undone fact was; an undoing that was itself undone does not count."""
    gone: dict[int, datetime] = {}
    for spine in reversed(spines):
        if spine.kind == FactKind.UNDONE and spine.seq not in gone:
            gone |= {seq: spine.at for seq in undone_seqs(spine.data) if seq < spine.seq}
    return gone


def _end(
    first: Spine, live: Sequence[Spine], gone: Mapping[int, datetime]
) -> tuple[datetime, Outcome | None] | None:
    """Return when and how the case ended, None while it is open."""
    closings = [spine for spine in live if spine.kind == FactKind.CLOSED]
    if closings:
        return closings[-1].at, _outcome(closings[-1].data.get("outcome"))
    if first.seq in gone:
        return gone[first.seq], Outcome.WITHDRAWN
    return None


def _next(live: Sequence[Spine]) -> tuple[datetime | None, str | None]:
    for spine in reversed(live):
        at = _moment(spine.data.get("next_at"))
        if at is not None:
            return at, _text(spine.data.get("next_what"))
    return None, None


@dataclass(slots=True)
class _Crew:
    """Who works on the case, the lead first; who of them took it; who was asked to."""

    working: dict[str, None] = field(default_factory=dict)
    takers: dict[str, None] = field(default_factory=dict)
    assigned: dict[str, None] = field(default_factory=dict)


def _crew(live: Sequence[Spine]) -> _Crew:
    crew = _Crew()
    for spine in live:
        match spine.kind, spine.by:
            case FactKind.OPENED, str(by):
                crew.working[by] = None
            case FactKind.TAKEN, str(by):
                crew.working[by] = crew.takers[by] = None
                crew.assigned.pop(by, None)
            case FactKind.ASSIGNED, _:
                to = _text(spine.data.get("to"))
                if to is not None and to not in crew.takers:
                    crew.assigned[to] = None
            case ((FactKind.DROPPED | FactKind.RECUSED), str(by)):
                for people in (crew.working, crew.takers, crew.assigned):
                    people.pop(by, None)
            case _:
                pass
    return crew


def _kind(live: Sequence[Spine]) -> str | None:
    kinds = [_text(s.data.get("kind")) for s in live if s.kind == FactKind.KIND]
    return kinds[-1] if kinds else None


def _related(live: Sequence[Spine]) -> tuple[str, ...]:
    codes = (_text(s.data.get("code")) for s in live if s.kind == FactKind.RELATED)
    return tuple(dict.fromkeys(code for code in codes if code is not None))


def _evidence(spines: Sequence[Spine], live: Sequence[Spine]) -> tuple[Evidence, ...]:
    """Return every item ever numbered, with its label of now.

    Numbers of undone facts stay reserved.
    """
    labels = {
        number: _label(s.data.get("label"))
        for s in live
        if s.kind == FactKind.LABELLED and isinstance(number := s.data.get("number"), int)
    }
    items = sorted(_numbered(spines), key=lambda item: item.number)
    return tuple(
        replace(item, label=labels[item.number], relabelled=True) if item.number in labels else item
        for item in items
    )


def _numbered(spines: Iterable[Spine]) -> Iterable[Evidence]:
    for spine in spines:
        items = spine.data.get("evidence")
        for item in items if isinstance(items, list) else ():
            if not isinstance(item, dict):
                continue
            number, label = item.get("number"), item.get("label")
            if isinstance(number, int):
                yield Evidence(
                    number=number,
                    seq=spine.seq,
                    label=_label(label),
                    link=item.get("link") is True,
                )


def _entry(spine: Spine, *, undone: bool) -> Entry:
    return Entry(
        seq=spine.seq,
        kind=spine.kind,
        at=spine.at,
        by=spine.by,
        data=spine.data,
        words=spine.words,
        undone=undone,
    )


def _text(value: JSON) -> str | None:
    return value if isinstance(value, str) else None


def _label(value: JSON) -> Label:
    """Return the label; whatever is not one counts as personal."""
    return _LABELS.get(value, Label.PII) if type(value) is int else Label.PII


def _outcome(value: JSON) -> Outcome | None:
    return Outcome(value) if value in tuple(Outcome) else None


def _moment(value: JSON) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return None if moment is None or moment.tzinfo is None else moment
