"""Who calls, while the page stands where, and whether they have called before: what follows."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.core.oncall.calls import expand
from bot.core.words.cases import CaseStatus
from bot.core.words.effects import (
    DropTimer,
    Effect,
    Hear,
    OpenReport,
    Post,
    RaiseEmergency,
    SavePage,
    SetTimer,
)
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass, Page, PageState
from bot.core.words.people import Person
from bot.core.words.text import Piece, Pieces
from bot.texts.catalogue import says
from tests.core.oncall.office import (
    ALICE,
    BOB,
    MINUTE,
    START,
    Office,
    case,
    mails,
    page_of,
    posts,
    rung,
    said,
)

WORDS: Pieces = (Piece(text="He says he will come", label=Label.CASE),)
ANNA = "net|account|anna"
BERT = "net|link|77"
CLIO = "net|link|78"
#: The interview's case of each.
CASES = {ANNA: "C-AAAAAA", BERT: "C-BBBBBB", CLIO: "C-CCCCCC"}


def call(
    office: Office,
    identity: str | None,
    *,
    dm: bool,
    who: Person | None = None,
    about: str | None = None,
    words: Pieces = WORDS,
) -> list[Effect]:
    """Let somebody call: in an interview with a case of their own, or in a room."""
    if dm and about is None and who is None and identity is not None:
        about = CASES[identity]
        office.views.setdefault(about, case(about))
    effect = RaiseEmergency(
        emergency=EmergencyClass.LIFE,
        words=words,
        case=about,
        identity=identity,
        by=who.name if who else None,
    )
    return office.call(effect, who, in_dm=dm)


def told(effects: list[Effect]) -> list[str]:
    """Return what whoever took the page is told of calls that joined."""
    return [said(post.doc) for post in posts(effects, "joined:")]


def in_rooms(effects: list[Effect]) -> int:
    return len(posts(effects, "joined-room:"))


def wakes(office: Office, code: str) -> list[Effect]:
    """Let the page's own timer for what waits ring."""
    timer = office.timers.pop(f"page:{code}:behind")
    office.now = max(office.now, timer.due)
    return office.tick(code)


# ---- the table -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: who calls, where, when, and all that follows.

    `page` is whether they join the one that is there. `told` is when whoever took it hears of it,
    in minutes from the call; `again` whether it rings once nobody has said `ack` after that.
    """

    state: str
    who: str
    dm: bool
    page: bool = True
    mailed: bool = True
    room: bool = True
    told: int | None = None
    again: bool = False


TABLE = [
    Row(state="ringing", who="other", dm=False),
    Row(state="ringing", who="other", dm=True),
    Row(state="ringing", who="same", dm=False, mailed=False, room=False),
    Row(state="ringing", who="same", dm=True, mailed=False, room=False),
    Row(state="ringing", who="roster", dm=False, page=False, room=False),
    Row(state="ringing", who="roster-case", dm=False, room=False),
    Row(state="taken", who="other", dm=False, told=0, again=True),
    Row(state="taken", who="other", dm=True, told=0, again=True),
    Row(state="taken", who="same", dm=False, mailed=False, room=False, told=0),
    Row(state="taken", who="same", dm=True, mailed=False, room=False, told=0),
    Row(state="taken", who="roster", dm=True, page=False, room=False),
    Row(state="taken", who="roster-case", dm=True, room=False, told=0, again=True),
    Row(state="told", who="other", dm=False, told=10, again=True),
    Row(state="told", who="other", dm=True, told=10, again=True),
    Row(state="told", who="same", dm=False, mailed=False, room=False, told=10),
    Row(state="told", who="same", dm=True, mailed=False, room=False, told=10),
    Row(state="told", who="taker", dm=True, room=False),
    Row(state="told", who="roster", dm=True, page=False, room=False),
    Row(state="told", who="roster-case", dm=True, room=False, told=10, again=True),
    Row(state="over", who="other", dm=True, page=False, room=False),
    Row(state="over", who="same", dm=True, page=False, room=False),
    Row(state="over", who="same", dm=False, page=False, room=False),
]


def standing(state: str, *, dm: bool) -> tuple[Office, str]:
    """Return an office with a page of Anna's that stands there, and its code.

    `told`: taken, and five minutes ago whoever took it heard of a call of somebody else, and
    said `ack` again.
    """
    office = Office()
    code = page_of(call(office, ANNA, dm=dm)).code
    office.later(1)
    if state in {"taken", "told"}:
        office.ack(code, "alice")
    if state == "told":
        assert told(call(office, CLIO, dm=True))
        office.later(1)
        office.ack(code, "alice")
        office.later(4)
    if state == "over":
        office.keep([SavePage(page=replace(office.saved[code], state=PageState.ENDED))])
    return office, code


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.state}-{row.who}-{row.dm}")
@pytest.mark.parametrize("first_dm", [True, False])
def test_the_table(row: Row, first_dm: bool) -> None:
    office, code = standing(row.state, dm=first_dm)
    own = str(office.saved[code].case)
    if row.who == "same" and row.dm:
        effects = call(office, ANNA, dm=True, about=own)
    elif row.who == "same":
        effects = call(office, ANNA, dm=False)
    elif row.who == "other":
        effects = call(office, BERT, dm=row.dm)
    else:
        who = ALICE if row.who == "taker" else BOB
        about = None if row.who == "roster" else own
        effects = call(office, f"net|account|{who.name}", dm=row.dm, who=who, about=about)
    assert (page_of(effects).code == code) is row.page
    assert bool(rung(effects)) is not row.page
    assert bool(mails(effects)) is row.mailed
    assert bool(in_rooms(effects)) is row.room
    assert office.repeated == []
    assert bool(told(effects)) is (row.told == 0)
    _follow(office, code, row)


def _follow(office: Office, code: str, row: Row) -> None:
    """See that what waits is told when it may be, and what happens without an ack."""
    if row.told is None:
        assert f"page:{code}:behind" not in office.timers or row.state == "told"
        return
    called_at = office.now
    if row.told:
        [line] = told(wakes(office, code))
        assert office.now == called_at + row.told * MINUTE
        assert "1 more call came" in line
    if not row.again:
        assert office.saved[code].unseen_at is None
        return
    assert rung(wakes(office, code)) == ["alice"]
    assert office.saved[code].state is PageState.RINGING
    assert office.now == called_at + (row.told + 3) * MINUTE


# ---- what the table does not show -------------------------------------------------------------


def test_one_incident_has_cases_of_rooms_and_interviews_and_ends_with_all_of_them() -> None:
    office = Office()
    effects = call(office, ANNA, dm=True)
    code = page_of(effects).code
    assert page_of(effects).strangers
    bert = call(office, BERT, dm=False)
    [report] = [each for each in bert if isinstance(each, OpenReport)]
    clio = call(office, CLIO, dm=True)
    assert list(office.saved) == [code]
    assert office.saved[code].calls == 3
    cases = {row.case for row in office.rows_of_page(code)}
    assert cases == {"C-AAAAAA", report.code, "C-CCCCCC"}
    assert {mail.case for mail in mails(clio)} == {"C-CCCCCC"}
    routes = [e for e in clio if isinstance(e, SetTimer) and e.kind == "routes"]
    assert [each.data["caller"] for each in routes] == [CLIO]
    assert routes[0].key != f"routes:{code}"
    for each in cases:
        office.later(3)
        assert not any(isinstance(effect, DropTimer) for effect in office.tick(code))
        office.views[str(each)] = replace(office.views[str(each)], status=CaseStatus.CLOSED)
    assert DropTimer(key=f"page:{code}") in office.tick(code)


def test_whoever_called_in_an_interview_adds_to_that_case_from_a_room() -> None:
    office = Office()
    call(office, ANNA, dm=True)
    office.later(1)
    call(office, BERT, dm=True)
    office.later(1)
    effects = call(office, BERT, dm=False)
    assert Hear(code="C-BBBBBB", question="call", words=WORDS) in effects
    assert not any(isinstance(effect, OpenReport) for effect in effects)
    assert mails(effects) == []


def test_each_caller_has_a_quarter_of_an_hour_of_their_own() -> None:
    office = Office()
    call(office, ANNA, dm=True)
    office.later(10)
    assert mails(call(office, BERT, dm=True))
    office.later(5)
    assert mails(call(office, ANNA, dm=True))
    assert mails(call(office, BERT, dm=True)) == []
    office.later(10)
    assert mails(call(office, BERT, dm=True))
    assert office.repeated == []


def test_a_call_over_a_bridge_that_nobody_can_be_told_joins_as_well() -> None:
    office = Office()
    code = page_of(call(office, ANNA, dm=True)).code
    for number in (2, 3):
        effects = call(office, None, dm=False)
        assert (page_of(effects).code, page_of(effects).calls) == (code, number)
        assert mails(effects)


def test_an_incident_of_an_older_version_is_known_by_what_strangers_were_told() -> None:
    office = Office()
    code = page_of(call(office, ANNA, dm=False)).code
    office.saved[code] = replace(office.saved[code], strangers=False)
    assert page_of(call(office, BERT, dm=True)).code == code


def test_no_stranger_joins_a_drill_or_a_call_for_one_person() -> None:
    office = Office()
    page = Page(
        code="E-AAAAAA",
        emergency=EmergencyClass.LIFE,
        case="C-AAAAAA",
        opened_at=START,
        strangers=True,
    )
    office.saved["E-AAAAAA"] = replace(page, drill=True)
    office.saved["E-BBBBBB"] = replace(page, code="E-BBBBBB", whom="bob")
    assert rung(call(office, ANNA, dm=True)) == ["alice"]


def test_calls_that_keep_out_others_are_pages_of_their_own() -> None:
    office = Office()
    first = page_of(call(office, ANNA, dm=True)).code
    naming: Pieces = (Piece(text="alice will come", label=Label.CASE),)
    effects = call(office, BERT, dm=False, words=naming)
    assert page_of(effects).code != first
    assert rung(effects) == ["bob"]
    outside = {"C-CCCCCC": frozenset({"alice"})}
    apart = replace(office.context(identity=CLIO), excluded=lambda c: outside.get(c, frozenset()))
    office.views["C-CCCCCC"] = case("C-CCCCCC")
    effect = RaiseEmergency(
        emergency=EmergencyClass.LIFE, words=WORDS, case="C-CCCCCC", identity=CLIO
    )
    assert page_of(expand(effect, apart)).code != first


def test_calls_are_counted_until_they_may_be_told() -> None:
    office, code = standing("told", dm=True)
    for identity in (BERT, ANNA, CLIO):
        assert told(call(office, identity, dm=True)) == []
        office.later(1)
    office.ack(code, "alice")
    line = told(wakes(office, code))[0]
    assert "3 more calls came" in line
    assert says("page.look", line.split("\n")[1])
    assert f"page:{code}:behind" in office.timers
    assert office.saved[code].untold == 0


def test_an_ack_after_being_told_is_enough() -> None:
    office, code = standing("taken", dm=True)
    assert told(call(office, BERT, dm=False))
    office.later(1)
    office.ack(code, "alice")
    assert rung(wakes(office, code)) == []
    assert office.saved[code].state is PageState.ACKED


def test_the_lines_about_a_joined_call_belong_to_its_case() -> None:
    office, _ = standing("taken", dm=True)
    effects = call(office, BERT, dm=True)
    about = [e for e in effects if isinstance(e, Post) and e.key.startswith("joined")]
    assert {each.case for each in about} == {"C-BBBBBB"}
    assert all("C-BBBBBB" in said(each.doc) for each in about)


def test_where_nobody_is_left_who_took_it_a_call_rings() -> None:
    office, code = standing("taken", dm=True)
    office.excluded = frozenset({"alice"})
    effects = call(office, ANNA, dm=True)
    assert page_of(effects).code == code
    assert rung(effects) == ["bob"]


def test_a_clock_that_was_set_back_makes_nobody_wait() -> None:
    office, code = standing("told", dm=True)
    office.now -= timedelta(days=365)
    effects = call(office, BERT, dm=True)
    assert mails(effects)
    assert told(effects)
    assert wakes(office, code)
    assert office.saved[code].state is PageState.RINGING
    assert office.now < START


def test_a_page_that_rings_again_for_what_came_in_owes_no_more_of_it() -> None:
    office, code = standing("taken", dm=True)
    call(office, BERT, dm=True)
    office.later(1)
    call(office, CLIO, dm=True)
    assert rung(wakes(office, code)) == ["alice"]
    page = office.saved[code]
    assert (page.untold, page.unheard, page.unseen_at) == (0, 0, None)
