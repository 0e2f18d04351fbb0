"""One call for help, one list: fact, mails, page, and true words to whoever called."""

from dataclasses import replace

import pytest

from bot.core.oncall.calls import on_page_timer
from bot.core.words.cases import CaseStatus
from bot.core.words.effects import (
    Answer,
    Called,
    DropTimer,
    Effect,
    Hear,
    Lane,
    Mail,
    OpenReport,
    Post,
    RaiseEmergency,
    SavePage,
    SetTimer,
    ToIdentity,
    ToRoom,
)
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass, PageState
from bot.core.words.text import Piece, Pieces
from bot.texts.catalogue import says
from tests.core.oncall.office import (
    ALICE,
    LADDER,
    MINUTE,
    Office,
    answers,
    case,
    mails,
    page_of,
    posts,
    rung,
    said,
)

WORDS: Pieces = (
    Piece(text="He says he will come to ", label=Label.CASE),
    Piece(text="https://wiki.example.org/w/1", label=Label.PII),
)
ANNA = "net|account|anna"
BERT = "net|link|77"


def life(
    case: str | None = None,
    identity: str | None = None,
    by: str | None = None,
    *,
    self_harm: bool = False,
) -> RaiseEmergency:
    return RaiseEmergency(
        emergency=EmergencyClass.LIFE,
        words=WORDS,
        case=case,
        identity=identity,
        by=by,
        self_harm=self_harm,
    )


def first(effects: list[Effect]) -> str:
    """Return the code of the page that a call made."""
    return page_of(effects).code


# ---- a report in an interview ----------------------------------------------------------------


def test_a_reporter_in_danger_gets_fact_mail_page_and_words_in_one_list() -> None:
    office = Office(views={"C-AAAAAA": case("C-AAAAAA")})
    effects = office.call(life(case="C-AAAAAA", identity=ANNA), nick="anna")
    page = page_of(effects)
    assert (page.case, page.emergency, page.caller) == ("C-AAAAAA", EmergencyClass.LIFE, ANNA)
    assert page.state is PageState.RINGING
    assert Called(code="C-AAAAAA", page=page.code, emergency=EmergencyClass.LIFE) in effects
    assert [mail.to for mail in mails(effects)] == ["emergency@example.org", "second@example.org"]
    assert rung(effects) == ["alice"]
    assert not any(isinstance(effect, OpenReport | Hear) for effect in effects)
    routes = [e for e in effects if isinstance(e, SetTimer) and e.kind == "routes"]
    assert [(e.key, e.data) for e in routes] == [
        (
            f"routes:{page.code}",
            {"page": page.code, "caller": ANNA, "since": office.now.isoformat()},
        )
    ]
    assert routes[0].due == office.now + MINUTE * 100 / 60
    (answer,) = answers(effects)
    assert answer.plain_message
    assert not answer.private
    assert answer.doc.label is Label.PUBLIC
    words = said(answer.doc)
    assert says("emergency.raised", words.split("\n")[0])
    assert "emergency@example.org" in words
    assert "local emergency services" in words
    assert page.code not in words


def test_the_mail_has_a_constant_subject_and_keys_of_its_own() -> None:
    office = Office(views={"C-AAAAAA": case("C-AAAAAA")})
    effects = office.call(life(case="C-AAAAAA", identity=ANNA))
    code = first(effects)
    for mail in mails(effects):
        assert mail.key.startswith(f"mail:{code}:1:{mail.to}:")
        assert ANNA not in mail.key
        assert (mail.case, mail.page) == ("C-AAAAAA", code)
        assert mail.subject.key == "emergency.subject"
        assert [piece.text for piece in mail.subject.args if isinstance(piece, Piece)] == [code]


def test_the_page_is_written_before_the_rows_that_hang_on_it() -> None:
    effects = Office().call(life(identity=ANNA))
    kinds = [type(effect) for effect in effects]
    assert kinds.index(OpenReport) < kinds.index(SavePage) < kinds.index(Post)
    assert kinds.index(SavePage) < kinds.index(Mail)
    assert kinds.index(SavePage) < kinds.index(Called)


@pytest.mark.parametrize(
    ("emergency", "self_harm", "key", "address", "kind"),
    [
        ("life", False, "emergency.raised", "emergency@example.org", "threats-physical-harm"),
        ("life", True, "emergency.self-harm", "emergency@example.org", "threats-self-harm"),
        ("child", False, "emergency.raised.child", "legal@example.org", "minor"),
    ],
)
def test_each_class_has_its_words_its_contact_and_its_kind(
    emergency: str, self_harm: bool, key: str, address: str, kind: str
) -> None:
    effect = replace(life(identity=ANNA), emergency=EmergencyClass(emergency), self_harm=self_harm)
    effects = Office().call(effect)
    (told,) = posts(effects, "told:")
    lines = said(told.doc).split("\n")
    assert says(key, lines[0])
    assert address in lines[1]
    assert [report.kind for report in effects if isinstance(report, OpenReport)] == [kind]
    assert {mail.to for mail in mails(effects)} >= {address}


def test_without_a_contact_nothing_is_invented() -> None:
    effects = Office(contacts={}).call(life(identity=ANNA))
    assert mails(effects) == []
    (told,) = posts(effects, "told:")
    assert "@" not in said(told.doc)
    assert rung(effects) == ["alice"]


# ---- a second call ---------------------------------------------------------------------------


def test_a_call_about_a_case_that_rings_joins_its_page() -> None:
    office = Office(views={"C-AAAAAA": case("C-AAAAAA")})
    code = first(office.call(life(case="C-AAAAAA", identity=ANNA)))
    office.later(2)
    effects = office.call(life(case="C-AAAAAA", identity=ANNA))
    assert (page_of(effects).code, page_of(effects).calls) == (code, 2)
    assert mails(effects) == []
    assert rung(effects) == []
    assert says("emergency.again", said(answers(effects)[0].doc).split("\n")[0])
    office.later(13)
    assert len(mails(office.call(life(case="C-AAAAAA", identity=ANNA)))) == 2
    assert office.repeated == []


def test_another_class_about_the_same_case_is_another_page() -> None:
    office = Office(views={"C-AAAAAA": case("C-AAAAAA")})
    office.call(life(case="C-AAAAAA", identity=ANNA))
    child = replace(life(case="C-AAAAAA", identity=ANNA), emergency=EmergencyClass.CHILD)
    effects = office.call(child)
    assert [mail.to for mail in mails(effects)] == ["legal@example.org"]
    assert len(office.saved) == 2


def test_whoever_took_a_page_hears_of_joined_calls_now_and_then() -> None:
    office = Office(views={"C-AAAAAA": case("C-AAAAAA")})
    code = first(office.call(life(case="C-AAAAAA", identity=ANNA)))
    office.ack(code, "alice")
    office.later(1)
    effects = office.call(life(case="C-AAAAAA", identity=ANNA))
    assert [post.key.split(":")[2] for post in posts(effects, "joined:")] == ["alice"]
    assert page_of(effects).state is PageState.ACKED
    office.later(14)
    assert posts(office.call(life(case="C-AAAAAA", identity=ANNA)), "joined:") == []
    office.later(1)
    assert posts(office.call(life(case="C-AAAAAA", identity=ANNA)), "joined:")


# ---- strangers -------------------------------------------------------------------------------


def test_strangers_join_one_incident_each_with_a_report_of_their_own() -> None:
    office = Office()
    code = first(office.call(life(identity=ANNA), nick="anna", in_dm=False))
    office.later(1)
    effects = office.call(life(identity=BERT), nick="bert", in_dm=False)
    assert list(office.saved) == [code]
    assert office.saved[code].calls == 2
    (report,) = [effect for effect in effects if isinstance(effect, OpenReport)]
    assert report.code != office.saved[code].case
    assert report.identity == BERT
    assert report.answers == (("call", WORDS),)
    assert Called(code=report.code, page=code, emergency=EmergencyClass.LIFE) in effects
    assert len(mails(effects)) == 2
    assert {mail.case for mail in mails(effects)} == {report.code}
    assert rung(effects) == []
    assert [post.to for post in posts(effects, "joined-room:")] == [ToRoom(room="team")]
    assert office.repeated == []


def test_the_same_stranger_again_adds_to_their_own_report_and_is_not_mailed_at_once() -> None:
    office = Office()
    office.call(life(identity=ANNA), in_dm=False)
    office.later(1)
    second = office.call(life(identity=BERT), in_dm=False)
    (report,) = [effect for effect in second if isinstance(effect, OpenReport)]
    office.later(1)
    assert office.send("told:")
    effects = office.call(life(identity=BERT), in_dm=False)
    assert [effect for effect in effects if isinstance(effect, OpenReport)] == []
    assert Hear(code=report.code, question="call", words=WORDS) in effects
    assert mails(effects) == []
    assert says("emergency.again", said(posts(effects, "told:")[0].doc).split("\n")[0])


def test_a_joined_stranger_s_case_leads_to_the_incident() -> None:
    office = Office()
    code = first(office.call(life(identity=ANNA)))
    second = office.call(life(identity=BERT))
    (report,) = [effect for effect in second if isinstance(effect, OpenReport)]
    effects = office.call(life(case=report.code, identity=BERT))
    assert page_of(effects).code == code


def test_in_a_room_a_stranger_hears_nothing_but_that_it_was_heard() -> None:
    effects = Office().call(life(identity=BERT), nick="bert", in_dm=False)
    (public,) = answers(effects)
    assert not public.private
    assert said(public.doc).count("E-") == 0
    assert public.doc.label is Label.PUBLIC
    (told,) = posts(effects, "told:")
    assert told.to == ToIdentity(identity=BERT)
    assert told.lane is Lane.EMERGENCY
    assert "emergency@example.org" in said(told.doc)
    assert BERT not in told.key


# ---- roster people ---------------------------------------------------------------------------


def test_a_team_member_in_a_room_gets_the_code_by_dm() -> None:
    effects = Office().call(life(identity="net|account|alice", by="alice"), ALICE, in_dm=False)
    public, private = answers(effects)
    code = first(effects)
    assert code not in said(public.doc)
    assert private.private
    assert private.doc.label is Label.TEAM
    assert code in said(private.doc)
    (report,) = [effect for effect in effects if isinstance(effect, OpenReport)]
    assert (report.by, report.identity) == ("alice", None)
    assert report.code in said(private.doc)


def test_a_team_member_in_a_dm_gets_one_answer_and_joins_no_strangers() -> None:
    office = Office()
    office.call(life(identity=ANNA))
    effects = office.call(life(identity="net|account|alice", by="alice"), ALICE)
    (answer,) = answers(effects)
    assert isinstance(answer, Answer)
    assert first(effects) in said(answer.doc)
    assert len(office.saved) == 2
    assert posts(effects, "told:") == []


def test_a_team_member_s_words_about_a_case_are_kept_in_it() -> None:
    office = Office(views={"C-AAAAAA": case("C-AAAAAA")})
    effects = office.call(life(case="C-AAAAAA", by="alice"), ALICE)
    assert Hear(code="C-AAAAAA", question="call", words=WORDS) in effects
    called = Called(code="C-AAAAAA", page=first(effects), emergency=EmergencyClass.LIFE, by="alice")
    assert called in effects


# ---- exposures -------------------------------------------------------------------------------


def test_an_exposure_rings_oversighters_in_their_room_and_mails_no_emergency() -> None:
    office = Office()
    effects = office.expose("C-AAAAAA")
    assert rung(effects) == ["olga"]
    assert [post.to for post in posts(effects, "ring-room:")] == [ToRoom(room="oversight")]
    assert mails(effects, Lane.EMERGENCY) == []
    page = page_of(effects)
    assert page.exposure
    assert Called(code="C-AAAAAA", page=page.code, emergency=None) in effects
    assert "private details" in said(posts(effects, "ring:")[0].doc)
    assert office.expose("C-AAAAAA") == []
    assert office.expose("C-BBBBBB")


def test_without_a_room_of_their_own_the_team_s_room_is_told() -> None:
    effects = Office(oversight_rooms=()).expose("C-AAAAAA")
    assert [post.to for post in posts(effects, "ring-room:")] == [ToRoom(room="team")]


def test_an_exposure_and_an_emergency_of_one_case_are_two_pages() -> None:
    office = Office(views={"C-AAAAAA": case("C-AAAAAA")})
    office.expose("C-AAAAAA")
    assert len(mails(office.call(life(case="C-AAAAAA", identity=ANNA)))) == 2
    assert len(office.saved) == 2


# ---- timers ----------------------------------------------------------------------------------


def test_a_page_ends_once_every_case_on_it_is_closed() -> None:
    office = Office()
    code = first(office.call(life(identity=ANNA)))
    second = office.call(life(identity=BERT))
    (report,) = [effect for effect in second if isinstance(effect, OpenReport)]
    own = office.saved[code].case
    assert own is not None
    office.views[own] = case(own, status=CaseStatus.CLOSED)
    office.later(3)
    assert rung(office.tick(code)) == ["alice"]
    office.views[report.code] = case(report.code, status=CaseStatus.CLOSED)
    office.later(3)
    effects = office.tick(code)
    assert page_of(effects).state is PageState.ENDED
    assert DropTimer(key=f"page:{code}") in effects
    assert office.tick(code) == [DropTimer(key=f"page:{code}")]


def test_a_page_without_a_case_rings_on() -> None:
    office = Office()
    code = first(office.call(life(identity=ANNA)))
    page = replace(office.saved[code], case=None)
    office.outbox.clear()
    office.later(3)
    assert rung(on_page_timer(page, office.context())) == ["alice"]


def test_whoever_is_recused_is_not_rung() -> None:
    office = Office(views={"C-AAAAAA": case("C-AAAAAA")}, excluded=frozenset({"alice"}))
    effects = office.call(life(case="C-AAAAAA", identity=ANNA))
    assert rung(effects) == ["bob"]
    assert LADDER.steps[0] == ("alice",)


def test_a_page_that_was_taken_ends_with_its_cases_and_nobody_is_asked_again() -> None:
    office = Office()
    code = first(office.call(life(identity=ANNA)))
    office.ack(code, "alice")
    case_code = str(office.saved[code].case)
    office.views[case_code] = replace(office.views[case_code], status=CaseStatus.CLOSED)
    office.later(30)
    effects = office.tick(code)
    assert office.saved[code].state is PageState.ENDED
    assert posts(effects) == []
    assert f"page:{code}" not in office.timers
