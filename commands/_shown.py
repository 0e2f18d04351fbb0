"""The lines that `show` says about a case, part by part.

Names, links and other personal pieces are passed on as they are: the gate holds them where
the place may not carry them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.core.case import facts
from bot.core.case.facts import KNOWN_KINDS, FactKind
from bot.core.case.fold import undone_seqs
from bot.core.case.labels import as_labelled
from bot.core.intake.script import STORY
from bot.core.oncall.calls import QUESTION as CALL
from bot.core.words.cases import CaseView, Entry, Evidence
from bot.core.words.facts import JSON
from bot.core.words.readers import Cases, Terms
from bot.core.words.text import Arg, Count, Line, Msg, Pieces, When, public, team
from commands._words import kind_of, lead_of, next_of

#: What a case is about is told in answer to these.
_ABOUT = frozenset({STORY, "what", CALL})
#: Kinds that always come with words.
_WORDY = frozenset(
    {
        FactKind.HEARD,
        FactKind.NOTED,
        FactKind.LINKED,
        FactKind.PARTY,
        FactKind.SAID,
        FactKind.SKIPPED,
        FactKind.CLOSED,
        FactKind.STOOD_DOWN,
    }
)
_FROM_REPORTER = frozenset({FactKind.OPENED, FactKind.HEARD, FactKind.PARTY})
#: The value that says what happened, for kinds whose value is a word of its own.
_NAMED: Mapping[str, str] = {
    FactKind.CLOSED: "outcome",
    FactKind.CALLED: "page",
    FactKind.STOOD_DOWN: "page",
    FactKind.HEARD: "question",
    FactKind.ASSIGNED: "to",
    FactKind.LIFTED: "person",
    FactKind.LABELLED: "number",
    FactKind.SPILLED: "step",
}
#: A longer timeline is cut at its beginning; `record` has it all.
MOST_ENTRIES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A case on its way to somebody's eyes."""

    case: CaseView
    cases: Cases
    terms: Terms
    now: datetime

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What happened, without what tells that there are cases the reader may not know of."""
        hidden = {
            entry.seq
            for entry in self.case.entries
            if entry.kind == FactKind.RELATED and not self.cases.known(str(entry.data.get("code")))
        }
        return tuple(
            entry
            for entry in self.case.entries
            if entry.seq not in hidden and not _undoes_only(entry, hidden)
        )

    def words(self, entry: Entry) -> Arg | None:
        """Return an entry's words, that they were removed, or None where it never had any."""
        words = self.cases.words(self.case.code, entry.seq) if entry.words else None
        if words:
            return as_labelled(words, self.case)
        own_case = entry.kind == FactKind.OPENED and entry.by is not None
        return Msg("show.removed") if own_case or entry.kind in _WORDY else None


def overview(shown: Shown) -> tuple[Line, ...]:
    """Where the case stands, what it is about, and the numbers of its evidence."""
    case = shown.case
    lines: list[Line] = [_head(shown)]
    for entry in case.entries:
        told = entry.kind == FactKind.OPENED or entry.data.get("question") in _ABOUT
        words = shown.words(entry) if told and not entry.undone else None
        if words is not None:
            lines.append(Msg("show.about", (words,)))
    if case.assigned:
        lines.append(Msg("show.assigned", (team(", ".join(case.assigned)),)))
    related = [code for code in case.related if shown.cases.known(code)]
    if related:
        lines.append(Msg("show.related", (team(", ".join(related)),)))
    evidence = _standing(case)
    if evidence:
        numbers = (_numbers(evidence), team(case.code), _prefix(shown))
        lines.append(Msg("show.evidence", numbers))
    return tuple(lines)


def timeline(shown: Shown) -> tuple[Line, ...]:
    """Everything that happened, oldest first."""
    entries = shown.entries
    lines: list[Line] = [_entry(shown, entry) for entry in entries[-MOST_ENTRIES:]]
    earlier = len(entries) - MOST_ENTRIES
    if earlier > 0:
        lines.insert(0, Msg("show.earlier", (Count(number=earlier), _prefix(shown))))
    return tuple(lines)


def parties(shown: Shown) -> tuple[Line, ...]:
    """Who is involved, and who of the team may not know of the case."""
    kept_out = shown.cases.kept_out(shown.case.code, shown.terms.people)
    if not kept_out:
        return _parties(shown)
    return (*_parties(shown), Msg("show.kept-out", (team(", ".join(kept_out)),)))


def _parties(shown: Shown) -> tuple[Line, ...]:
    return tuple(
        Msg(
            "show.party", (_role(entry.data.get("role")), shown.words(entry) or Msg("show.removed"))
        )
        for entry in _counting(shown.case)
        if entry.kind == FactKind.PARTY
    )


def links(shown: Shown) -> tuple[Line, ...]:
    """The links of the evidence, by their numbers."""
    return tuple(
        Msg("show.link", (Count(number=item.number), _evidence(shown, item)))
        for item in _standing(shown.case)
        if item.link
    )


def messages(shown: Shown) -> tuple[Line, ...]:
    """What the reporter and the team said to each other."""
    return tuple(
        _entry(shown, entry)
        for entry in _counting(shown.case)
        if entry.kind in {FactKind.HEARD, FactKind.SAID} or "question" in entry.data
    )


def record(shown: Shown) -> tuple[Line, ...]:
    """The whole case as wiki text."""
    case = shown.case
    people = tuple(dict.fromkeys(name for name in (case.lead, *case.handlers) if name))
    lines: list[Line] = [
        Msg("show.record-title", (team(case.code),)),
        _listed(_head(shown)),
        _listed(Msg("show.record-people", (team(", ".join(people) or "-"),))),
    ]
    evidence = (
        Msg("show.link" if item.link else "show.detail", (Count(number=item.number), words))
        for item in _standing(case)
        for words in (_evidence(shown, item),)
    )
    # Who is kept out stays out of it: they may read the wiki that it is pasted into.
    lines += [_listed(line) for line in _parties(shown)]
    lines += [_listed(line) for line in evidence]
    lines += [_listed(_entry(shown, entry)) for entry in shown.entries]
    return tuple(lines)


def _listed(line: Line) -> Msg:
    return Msg("show.record-line", (line,))


def _prefix(shown: Shown) -> Arg:
    return public(shown.terms.prefix)


def _head(shown: Shown) -> Msg:
    case = shown.case
    opened = When(at=case.opened_at, day=True)
    about = (team(case.code), kind_of(case.kind), opened, lead_of(case.lead))
    return Msg("show.head", (*about, next_of(case, shown.now)))


def _numbers(evidence: Iterable[Evidence]) -> Pieces:
    """Return the numbers of the evidence, those of links marked."""
    marked = (f"{item.number}{'*' if item.link else ''}" for item in evidence)
    return (team(", ".join(marked)),)


def _standing(case: CaseView) -> tuple[Evidence, ...]:
    """Return the evidence that was not taken back."""
    counting = {entry.seq for entry in _counting(case)}
    return tuple(item for item in case.evidence if item.seq in counting)


def _counting(case: CaseView) -> tuple[Entry, ...]:
    return tuple(entry for entry in case.entries if not entry.undone)


def _evidence(shown: Shown, item: Evidence) -> Arg:
    words = shown.cases.words(shown.case.code, item.seq) or ()
    own = facts.evidence_words(words, item.number)
    return as_labelled(own, shown.case) or Msg("show.removed")


def _role(role: JSON) -> Msg:
    known = {"target", "reporter", "subject", "witness"}
    return Msg(f"show.role.{role}" if role in known else "show.role.other")


def _entry(shown: Shown, entry: Entry) -> Msg:
    about = (When(at=entry.at), _who(entry), _what(entry))
    words = shown.words(entry)
    line = Msg("show.entry", about)
    if words is not None:
        line = Msg("show.entry-words", (*about, words))
    return Msg("show.undone", (line,)) if entry.undone else line


def _who(entry: Entry) -> Arg:
    if entry.by is not None:
        return team(entry.by)
    from_reporter = entry.kind in _FROM_REPORTER
    return Msg("show.by-reporter" if from_reporter else "show.by-bot")


def _what(entry: Entry) -> Msg:
    if entry.kind not in KNOWN_KINDS:
        return Msg("show.fact.unknown")
    if entry.kind == FactKind.DROPPED and entry.data.get("named") is True:
        return Msg("show.fact.off")
    if entry.kind == FactKind.SPILLED and entry.data.get("step") != 0:
        return Msg("show.fact.spill-step", (_detail(entry),))
    return Msg(f"show.fact.{entry.kind}", (_detail(entry),))


def _undoes_only(entry: Entry, hidden: set[int]) -> bool:
    """Tell whether an entry does nothing but to take these back."""
    undone = set(undone_seqs(entry.data)) if entry.kind == FactKind.UNDONE else set()
    return bool(undone) and undone <= hidden


def _detail(entry: Entry) -> Arg:
    """Return the one value of a fact that the timeline names; an empty text where it has none."""
    data = entry.data
    match entry.kind:
        case FactKind.DUE:
            return team(str(data.get("next_at"))[:10])
        case FactKind.PARTY:
            return _role(data.get("role"))
        case FactKind.KIND:
            return kind_of(str(data.get("kind")))
        case FactKind.RELATED:
            return team(str(data.get("code")))
        case kind:
            named = _NAMED.get(kind)
            return public("") if named is None else team(str(data.get(named)))
