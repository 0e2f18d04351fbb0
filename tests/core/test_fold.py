"""The fold: what a case is after its facts, whatever they are."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.case import facts
from bot.core.case.facts import FactKind, evidence_words
from bot.core.case.fold import fold, row_of
from bot.core.case.labels import as_labelled
from bot.core.words.cases import CaseStatus, CaseView, Outcome
from bot.core.words.facts import JSON, Fact, Keep, Mark, MarkKind, Spine
from bot.core.words.labels import Label
from bot.core.words.names import party_key
from bot.core.words.pages import EmergencyClass
from bot.core.words.text import Piece, Pieces, plain

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
CODE = "C-000000"


def spines(*made: Fact) -> list[Spine]:
    return [
        Spine(seq=seq, kind=f.kind, at=f.at, by=f.by, data=f.data, words=f.body is not None)
        for seq, f in enumerate(made, 1)
    ]


def case(*made: Fact) -> CaseView:
    return fold(CODE, spines(*made))


def pii(text: str, number: int | None = None) -> Piece:
    return Piece(text=text, label=Label.PII, number=number)


def opened(by: str | None = None, summary: Pieces | None = None) -> Fact:
    return facts.opened(
        at=NOW,
        by=by,
        kind="doxing",
        has_reporter=True,
        next_at=NOW + HOUR,
        next_what="first-reply",
        summary=summary,
    )


def closed() -> Fact:
    return facts.closed(
        at=NOW + 3 * HOUR, by="Ann", outcome=Outcome.ACTIONABLE, summary=(pii("done"),)
    )


def test_an_opening_makes_an_open_case() -> None:
    view = case(opened())
    assert view.status is CaseStatus.OPEN
    assert (view.kind, view.opened_at, view.opened_by) == ("doxing", NOW, None)
    assert (view.lead, view.handlers, view.has_reporter) == (None, (), True)
    assert (view.next_at, view.next_what) == (NOW + HOUR, "first-reply")
    assert (view.closed_at, view.outcome, view.reporter_told_at) == (None, None, None)
    assert view.next_number == 1


def test_the_lead_is_the_opener_else_the_first_who_takes() -> None:
    take = [facts.taken(at=NOW, by=name) for name in ("Bea", "Cal", "Bea")]
    assert case(opened(), *take).lead == "Bea"
    assert case(opened(), *take).handlers == ("Bea", "Cal")
    assert case(opened("Ann"), *take).lead == "Ann"


def test_the_next_date_is_the_latest_that_was_set() -> None:
    later = facts.due(at=NOW, by="Ann", next_at=NOW + 9 * HOUR, next_what="check-in")
    promised = facts.said(
        at=NOW, by="Ann", pieces=(pii("hello"),), next_at=NOW + 5 * HOUR, next_what="promised"
    )
    assert case(opened(), later).next_at == NOW + 9 * HOUR
    view = case(opened(), later, promised)
    assert (view.next_at, view.next_what) == (NOW + 5 * HOUR, "promised")


def test_undoing_brings_the_earlier_date_back_and_shows_both() -> None:
    later = facts.due(at=NOW, by="Ann", next_at=NOW + 9 * HOUR, next_what="check-in")
    view = case(opened(), later, facts.undone(at=NOW, by="Ann", seqs=[2]))
    assert view.next_at == NOW + HOUR
    assert [entry.undone for entry in view.entries] == [False, True, False]


def test_an_undoing_can_be_undone() -> None:
    undo = facts.undone(at=NOW, by="Ann", seqs=[2])
    again = facts.undone(at=NOW, by="Ann", seqs=[3])
    assert case(opened(), facts.taken(at=NOW, by="Bea"), undo).lead is None
    assert case(opened(), facts.taken(at=NOW, by="Bea"), undo, again).lead == "Bea"


def test_undoing_reaches_backwards_only() -> None:
    undo = facts.undone(at=NOW, by="Ann", seqs=[2, 3, 99])
    assert case(opened(), undo, facts.taken(at=NOW, by="Bea")).lead == "Bea"


def test_an_undoing_of_nothing_undoes_nothing() -> None:
    assert case(opened(), Fact(kind=FactKind.UNDONE, at=NOW)).status is CaseStatus.OPEN


def test_an_undone_opening_is_a_withdrawn_case() -> None:
    view = case(opened("Ann"), facts.undone(at=NOW + HOUR, by="Ann", seqs=[1]))
    assert (view.status, view.outcome) == (CaseStatus.CLOSED, Outcome.WITHDRAWN)
    assert (view.closed_at, view.next_at, view.kind) == (NOW + HOUR, None, "doxing")


def test_closing_ends_the_dates_and_can_be_undone() -> None:
    view = case(opened(), closed())
    assert (view.status, view.next_at, view.next_what) == (CaseStatus.CLOSED, None, None)
    assert (view.outcome, view.closed_at) == (Outcome.ACTIONABLE, NOW + 3 * HOUR)
    view = case(opened(), closed(), facts.undone(at=NOW, by="Ann", seqs=[2]))
    assert (view.status, view.next_at, view.outcome) == (CaseStatus.OPEN, NOW + HOUR, None)


def test_telling_the_reporter_counts_and_telling_others_does_not() -> None:
    def say(hours: int, to: str) -> Fact:
        return facts.said(at=NOW + hours * HOUR, by="Ann", pieces=(pii("x"),), to=to)

    view = case(opened(), say(1, "target"))
    assert (view.reporter_told_at, view.first_reply_at) == (None, None)
    view = case(opened(), say(1, "reporter"), say(2, "reporter"), say(3, "witness"))
    assert view.first_reply_at == NOW + HOUR
    assert view.reporter_told_at == NOW + 2 * HOUR
    undo = facts.undone(at=NOW, by="Ann", seqs=[3])
    view = case(opened(), say(1, "reporter"), say(2, "reporter"), undo)
    assert view.reporter_told_at == NOW + HOUR


@pytest.mark.parametrize(("step", "skipped"), [("reporter", True), ("notice", False)])
def test_skipping_the_reporter_is_known(step: str, skipped: bool) -> None:
    fact = facts.skipped(at=NOW, by="Ann", step=step, reason=(pii("left"),))
    assert case(opened(), fact).reporter_skipped is skipped


def test_evidence_is_numbered_pieces_wherever_they_are() -> None:
    heard = facts.heard(
        at=NOW,
        question="where",
        pieces=(pii("https://example.org/1", 2), Piece(text=" and ", label=Label.CASE)),
        links={2},
    )
    noted = facts.noted(at=NOW, by="Ann", pieces=(pii("a name", 3),))
    view = case(opened(summary=(pii("x", 1),)), heard, noted)
    assert [(e.number, e.seq, e.label, e.link) for e in view.evidence] == [
        (1, 1, Label.PII, False),
        (2, 2, Label.PII, True),
        (3, 3, Label.PII, False),
    ]
    assert view.next_number == 4
    assert row_of(view).evidence == 3


def test_numbers_of_undone_evidence_stay_reserved() -> None:
    noted = facts.noted(at=NOW, by="Ann", pieces=(pii("a name", 1),))
    assert case(opened(), noted, facts.undone(at=NOW, by="Ann", seqs=[2])).next_number == 2


def test_a_link_carries_its_own_label_its_mark_and_its_words() -> None:
    fact = facts.linked(
        at=NOW,
        by="Ann",
        number=4,
        label=Label.CASE,
        pieces=(pii("https://example.org/a"), pii("her address", 5)),
        canonical="example.org/a",
    )
    view = case(opened(), fact)
    assert [(e.number, e.label, e.link) for e in view.evidence] == [
        (4, Label.CASE, True),
        (5, Label.PII, False),
    ]
    assert fact.marks == (Mark(kind=MarkKind.LINK, value="example.org/a"),)
    assert fact.body is not None
    assert plain(evidence_words(fact.body, 4)) == "https://example.org/a"


def test_a_link_without_canonical_form_is_marked_as_typed() -> None:
    fact = facts.linked(at=NOW, by="Ann", number=1, label=Label.PII, pieces=(pii("ab"), pii("c")))
    assert fact.marks == (Mark(kind=MarkKind.LINK, value="abc"),)


def test_a_link_without_words_is_no_evidence() -> None:
    fact = facts.linked(at=NOW, by="Ann", number=1, label=Label.PII, pieces=())
    assert case(opened(), fact).evidence == ()


def test_words_are_kept_as_long_as_they_are_needed() -> None:
    who = facts.party(at=NOW, by=None, role="target", name=(pii("Example X"),))
    kept = {
        FactKind.HEARD: facts.heard(at=NOW, question="what", pieces=(pii("x"),)).keep,
        FactKind.SAID: facts.said(at=NOW, by="Ann", pieces=(pii("x"),)).keep,
        FactKind.NOTED: facts.noted(at=NOW, by="Ann", pieces=(pii("x"),)).keep,
        FactKind.PARTY: who.keep,
        FactKind.CLOSED: closed().keep,
    }
    assert kept == {
        FactKind.HEARD: Keep.TRANSCRIPT,
        FactKind.SAID: Keep.TRANSCRIPT,
        FactKind.NOTED: Keep.EVIDENCE,
        FactKind.PARTY: Keep.RECORD,
        FactKind.CLOSED: Keep.RECORD,
    }
    assert who.marks == (Mark(kind=MarkKind.PARTY, value="Example X"),)


def test_calls_and_deliveries_are_lines_of_the_timeline() -> None:
    view = case(
        opened(),
        facts.called(at=NOW, by=None, page="E-000000", emergency=EmergencyClass.LIFE),
        facts.called(at=NOW, by="Ann", page="E-000001", emergency=None),
        facts.delivered(at=NOW, what="words"),
        facts.undelivered(at=NOW, what="words"),
    )
    assert [entry.kind for entry in view.entries] == [
        "opened", "called", "called", "delivered", "undelivered",
    ]  # fmt: skip
    assert view.entries[1].data == {"page": "E-000000", "emergency": "life"}
    assert view.entries[2].data == {"page": "E-000001", "emergency": None}


def test_unknown_facts_are_shown_and_change_nothing() -> None:
    strange = Fact(kind="weighed", at=NOW + HOUR, by="Ann", data={"kind": "other"})
    view = case(opened(), strange)
    assert view.entries[1].kind == "weighed"
    assert dataclasses.replace(view, entries=()) == dataclasses.replace(case(opened()), entries=())


def test_a_case_without_opening_or_date_is_overdue_at_once() -> None:
    view = case(Fact(kind="weighed", at=NOW))
    assert (view.status, view.next_at, view.next_what) == (CaseStatus.OPEN, NOW, None)
    assert (view.kind, view.has_reporter) == ("other", False)


DATA: st.SearchStrategy[JSON] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just(NOW.isoformat()),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["number", "label", "link"]), inner)
    ),
    max_leaves=6,
)
KEYS = ("next_at", "next_what", "evidence", "seqs", "outcome", "to", "kind", "step")


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*FactKind, "weighed"]),
            st.none() | st.just("Ann"),
            st.dictionaries(st.sampled_from(KEYS), DATA),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_the_fold_is_total(made: list[tuple[str, str | None, dict[str, JSON]]]) -> None:
    view = case(*(Fact(kind=kind, at=NOW, by=by, data=data) for kind, by, data in made))
    assert len(view.entries) == len(made)
    assert (view.next_at is None) is (view.status is CaseStatus.CLOSED)
    assert row_of(view).code == CODE


@pytest.mark.parametrize("label", [True, 9, -1, "pii", None, [1]])
def test_what_is_no_label_counts_as_personal(label: JSON) -> None:
    data: dict[str, JSON] = {"evidence": [{"number": 1, "label": label}, "x", {"number": "1"}]}
    view = case(opened(), Fact(kind="noted", at=NOW, data=data))
    assert [item.label for item in view.evidence] == [Label.PII]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Example Alpha", "example_alpha"),
        ("Example  Alpha ", "_Example Alpha"),
        ("EXAMPLE", "example"),
        ("e\u0301xample", "\u00c9xample"),
        ("Exam\u200bple\u202e", "example"),
        ("a\u030angstrom", "\u00c5NGSTROM"),
    ],
)
def test_ways_to_write_a_name_are_one(one: str, other: str) -> None:
    assert party_key(one) == party_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Example A", "ExampleA"), ("x\u00e9", "x\u00c9"), ("a[b]", "a{b}"), ("\u00dfx", "SSx")],
)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert party_key(one) != party_key(other)


@given(st.text())
def test_folding_a_name_twice_changes_nothing(name: str) -> None:
    assert party_key(party_key(name)) == party_key(name)


def test_whoever_opened_leads_until_they_pass_it_on() -> None:
    first, taken = opened(by="Ann"), facts.taken(at=NOW, by="Ben")
    assert case(first, taken).lead == "Ann"
    dropped = case(first, taken, facts.dropped(at=NOW, by="Ann"))
    assert (dropped.lead, dropped.handlers) == ("Ben", ("Ben",))
    assert case(first, facts.dropped(at=NOW, by="Ann")).lead is None


def test_an_assignment_counts_once_it_is_taken() -> None:
    asked = (opened(by="Ann"), facts.assigned(at=NOW, by="Ann", to="Ben"))
    assert (case(*asked).assigned, case(*asked).handlers) == (("Ben",), ())
    taken = case(*asked, facts.taken(at=NOW, by="Ben"))
    assert (taken.assigned, taken.handlers) == ((), ("Ben",))
    assert case(*asked, facts.dropped(at=NOW, by="Ben")).assigned == ()


def test_the_last_kind_that_was_set_counts() -> None:
    again = facts.kind(at=NOW, by="Ann", kind="trolling")
    assert case(opened(), again).kind == "trolling"
    assert case(opened(), again, facts.undone(at=NOW, by="Ann", seqs=(2,))).kind == "doxing"


def test_evidence_has_the_label_that_was_said_last() -> None:
    noted = facts.noted(at=NOW, by="Ann", pieces=(pii("somebody", 1),))
    lowered = facts.labelled(at=NOW, by="Ann", number=1, label=Label.CASE)
    (item,) = case(opened(), noted, lowered).evidence
    assert (item.label, item.relabelled) == (Label.CASE, True)
    words = as_labelled((pii("somebody", 1), pii("else", 2)), case(opened(), noted, lowered))
    assert [piece.label for piece in words] == [Label.CASE, Label.PII]
    undone = facts.undone(at=NOW, by="Ann", seqs=(3,))
    (item,) = case(opened(), noted, lowered, undone).evidence
    assert (item.label, item.relabelled) == (Label.PII, False)


def test_cases_are_related_once_each() -> None:
    other = facts.related(at=NOW, by="Ann", code="C-000001")
    assert case(opened(), other, other).related == ("C-000001",)
