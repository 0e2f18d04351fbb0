"""The interview as a reporter meets it, line by line."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.intake.script import SCRIPT, Kind, Question, Script
from bot.core.intake.session import save, with_unread
from bot.core.intake.table import State
from bot.core.words.cases import CaseStatus
from bot.core.words.effects import (
    DropSession,
    Hear,
    MoveSession,
    OpenReport,
    Post,
    RaiseEmergency,
    RaiseExposure,
    SaveSession,
    ToRoom,
)
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass
from bot.core.words.text import Msg, Piece, Pieces, When, plain
from tests.core.intake.talk import CHILD, RAISED, TERMS, UNCLEAR, Talk, reading

HELLO = ["hello", "hello-private"]


def passed_on() -> Talk:
    talk = Talk()
    talk.says("somebody follows me around")
    talk.says("no")
    talk.says("yes")
    return talk


def received() -> Talk:
    talk = passed_on()
    for _ in range(5):
        talk.says("skip")
    assert talk.session is not None
    assert talk.session.state is State.RECEIVED
    return talk


def heard(talk: Talk) -> list[tuple[str, str]]:
    return [(e.question, plain(e.words)) for e in talk.effects if isinstance(e, Hear)]


def opened(talk: Talk) -> OpenReport:
    (report,) = [e for e in talk.effects if isinstance(e, OpenReport)]
    return report


def raised(talk: Talk) -> list[RaiseEmergency]:
    return [e for e in talk.effects if isinstance(e, RaiseEmergency)]


def test_first_contact_says_who_this_is_and_asks_about_danger_in_one_go() -> None:
    talk = Talk()
    assert talk.says("hi") == [*HELLO, "ask-danger"]
    assert talk.session is not None
    assert talk.session.answers == (("story", (Piece(text="hi", label=Label.CASE),)),)


@pytest.mark.parametrize("line", ["help", "yes", "done", "pause", "skip", "back", "language"])
def test_the_first_message_is_kept_whatever_it_is(line: str) -> None:
    talk = Talk()
    talk.says(line)
    assert talk.session is not None
    assert [plain(words) for _, words in talk.session.answers] == [line]


@pytest.mark.parametrize("line", ["status", "read", "stop", "delete"])
def test_asking_about_a_report_that_is_not_there_begins_none(line: str) -> None:
    talk = Talk()
    assert talk.says(line) == ["not-known"]
    assert talk.session is None
    assert talk.took(SaveSession) == []


def test_nothing_is_passed_on_without_a_yes() -> None:
    talk = Talk()
    talk.says("somebody follows me around")
    assert talk.says("No.") == ["ask-pass-on"]
    assert talk.says("no thanks") == ["refused"]
    assert talk.session is None
    assert talk.took(DropSession)
    assert not any(isinstance(effect, OpenReport) for effect in talk.history)


def test_who_leaves_danger_open_and_passes_nothing_on_gets_the_direct_address() -> None:
    talk = Talk()
    talk.says("hello")
    assert talk.says("skip") == ["ask-pass-on"]
    assert talk.says("no") == ["refused", "direct"]


def test_consent_passes_on_everything_so_far_and_gives_the_six_words() -> None:
    talk = Talk()
    talk.says("somebody follows me around")
    talk.says("and writes to my friends")
    talk.says("no")
    told = talk.says("yes please")
    assert told[:2] == ["issued", "issued-words"]
    assert told[3] == "ask-what"
    phrase = told[2]
    assert len(phrase.split(" ")) == 6
    report = opened(talk)
    assert [question for question, _ in report.answers] == ["story", "story", "danger"]
    (kept,) = [e for e in talk.effects if isinstance(e, SaveSession)]
    assert (kept.phrase, kept.case) == (phrase, report.code)
    (news,) = [e for e in talk.effects if isinstance(e, Post)]
    assert news.to == ToRoom(room="team")
    assert news.doc.label is Label.TEAM
    assert news.doc.instead == Msg("intake.team-instead")


@pytest.mark.parametrize("line", ["yes", "unsure", "I don't know", "YES!!", "not sure…"])
def test_danger_passes_on_at_once_and_the_questions_go_on(line: str) -> None:
    talk = Talk()
    talk.says("he is in front of my house")
    told = talk.says(line)
    report = opened(talk)
    (alarm,) = raised(talk)
    assert talk.effects.index(report) < talk.effects.index(alarm)
    assert (alarm.emergency, alarm.case) == (EmergencyClass.LIFE, report.code)
    assert plain(alarm.words) == "he is in front of my house"
    assert told[-1] == "ask-what"


def test_a_yes_with_words_behind_it_is_a_yes() -> None:
    talk = Talk()
    talk.says("hello")
    talk.says("yes he is outside")
    (alarm,) = raised(talk)
    assert "outside" in plain(alarm.words)


def test_the_lists_raise_in_the_first_line_and_danger_is_not_asked() -> None:
    talk = Talk()
    told = talk.says("he will kill me", RAISED)
    assert told[:3] == [*HELLO, "issued"]
    assert told[-1] == "ask-what"
    assert [alarm.emergency for alarm in raised(talk)] == [EmergencyClass.LIFE]


def test_the_lists_decide_that_it_is_about_a_child() -> None:
    talk = Talk()
    talk.says("a picture of a child", CHILD)
    assert [alarm.emergency for alarm in raised(talk)] == [EmergencyClass.CHILD]
    assert opened(talk).kind == "minor"


def test_pieces_within_ten_seconds_belong_to_the_words_before() -> None:
    talk = Talk()
    talk.says("it began last week")
    assert talk.says("on my talk page", later=3) == []
    assert talk.says("and by mail", later=3) == []
    assert talk.says("every day", later=11) == ["ask-danger-again"]
    assert talk.session is not None
    assert len(talk.session.answers) == 4


def test_answers_go_to_their_questions_and_pieces_to_the_one_before() -> None:
    talk = passed_on()
    assert talk.says("one more", later=5) == []
    assert heard(talk) == [("story", "one more")]
    assert talk.says("he insults me", later=11) == ["ask-where"]
    assert heard(talk) == [("what", "he insults me")]
    assert talk.says("and my friends", later=2) == []
    assert heard(talk) == [("what", "and my friends")]
    assert talk.says("done") == ["ask-where-again"]
    assert talk.says("on my talk page") == ["ask-who"]
    assert heard(talk) == [("where", "on my talk page")]


def test_names_and_contact_details_are_personal() -> None:
    talk = passed_on()
    talk.says("skip")
    talk.says("skip")
    talk.says("Example-B", later=11)
    (name,) = [e for e in talk.effects if isinstance(e, Hear)]
    assert name.words[0].label is Label.PII
    talk.says("skip")
    talk.says("write to me at a@example.org", later=11)
    (contact,) = [e for e in talk.effects if isinstance(e, Hear)]
    assert contact.words[0].label is Label.PII


def test_the_receipt_has_code_date_and_six_words() -> None:
    talk = passed_on()
    assert talk.session is not None
    phrase = talk.session.phrase
    code = talk.session.code
    for _ in range(4):
        talk.says("skip")
    told = talk.says("yes")
    assert told == ["receipt", "receipt-date", "receipt-words", phrase, "receipt-change"]
    (receipt,) = [e for e in talk.effects if isinstance(e, Post)]
    assert receipt.key == f"receipt:{code}"
    assert receipt.plain_message
    date = receipt.doc.lines[1]
    assert isinstance(date, Msg)
    assert date.args[1] == When(at=talk.desk.cases[str(code)].next_at, day=True)  # type: ignore[arg-type]  # set by view()
    assert talk.session is not None
    assert talk.session.phrase is None


def test_at_most_eight_questions_and_all_but_one_can_be_skipped() -> None:
    assert len(SCRIPT.questions) <= 8
    assert [q.id for q in SCRIPT.questions if not q.skippable] == ["pass-on"]


def test_a_question_more_is_one_record() -> None:
    more = Question(id="since", key="intake.ask-since")
    talk = Talk(script=Script((*SCRIPT.questions[:3], more, *SCRIPT.questions[3:])))
    talk.says("somebody follows me around")
    talk.says("no")
    talk.says("yes")
    assert talk.says("he insults me", later=11) == ["ask-since"]
    assert talk.says("for a week", later=11) == ["ask-where"]
    assert heard(talk) == [("since", "for a week")]


def test_pause_then_any_line_goes_on_and_is_kept() -> None:
    talk = passed_on()
    assert talk.says("pause") == ["paused"]
    assert talk.says("I am back now", later=7200) == ["ask-what-again"]
    assert heard(talk) == [("what", "I am back now")]


def test_a_yes_after_a_pause_still_raises_danger_but_consents_to_nothing() -> None:
    talk = Talk()
    talk.says("hello")
    talk.says("pause")
    talk.says("yes", later=60)
    assert raised(talk)
    talk = Talk()
    talk.says("hello")
    talk.says("no")
    talk.says("pause")
    assert talk.says("yes", later=60) == ["ask-pass-on-again"]
    assert not talk.took(OpenReport)


def test_back_repeats_the_question_before_and_adds_to_its_answer() -> None:
    talk = passed_on()
    talk.says("he insults me", later=11)
    assert talk.says("back") == ["ask-what-again"]
    assert talk.says("every day") == ["ask-where"]
    assert heard(talk) == [("what", "every day")]
    talk = Talk()
    talk.says("hello")
    talk.says("no")
    assert talk.says("back") == ["ask-danger-again"]
    assert talk.says("yes")[0] == "issued"


def test_stop_says_what_was_passed_on() -> None:
    talk = Talk()
    talk.says("hello")
    assert talk.says("stop please") == ["stopped-nothing"]
    assert talk.session is None
    talk = passed_on()
    told = talk.says("stop")
    assert "stopped" in told
    assert "receipt-date" in told
    assert talk.session is not None


def test_delete_asks_once_and_says_what_remains() -> None:
    talk = Talk()
    talk.says("hello")
    assert talk.says("delete") == ["delete-sure"]
    assert talk.says("no") == ["delete-kept", "ask-danger-again"]
    talk.says("delete")
    assert talk.says("yes") == ["deleted"]
    assert talk.session is None
    talk = passed_on()
    assert talk.says("delete everything") == ["delete-sure-passed"]
    assert talk.says("yes") == ["delete-asked"]
    assert heard(talk) == [("delete-asked", "delete")]
    assert [e.doc.lines[0].key for e in talk.effects if isinstance(e, Post)] == [  # type: ignore[union-attr]  # news is one message
        "intake.team-delete"
    ]


def test_status_at_any_time() -> None:
    talk = Talk()
    talk.says("hello")
    assert talk.says("status") == ["status-here"]
    talk = received()
    assert talk.says("any news?") == ["status-next"]
    assert talk.says("status", later=49 * 3600) == ["status-late"]


def test_words_after_the_receipt_are_kept_and_acknowledged_once_a_minute() -> None:
    talk = received()
    assert talk.says("he did it again") == ["added"]
    assert heard(talk) == [("added", "he did it again")]
    assert talk.says("twice", later=5) == []
    assert heard(talk) == [("added", "twice")]
    assert talk.says("and today", later=61) == ["added"]
    assert [p.key[:5] for p in talk.effects if isinstance(p, Post)] == ["added"]


def test_add_and_urgent_take_words_at_any_time() -> None:
    talk = passed_on()
    assert talk.says("add: he wrote to my mother") == ["kept"]
    assert heard(talk) == [("added", "he wrote to my mother")]
    assert talk.says("urgent he is at the door") == ["ask-what-again"]
    assert [plain(alarm.words) for alarm in raised(talk)] == ["he is at the door"]
    talk = Talk()
    told = talk.says("urgent he is at the door")
    assert told[0] == "hello"
    assert told[-1] == "ask-what"
    assert [plain(alarm.words) for alarm in raised(talk)] == ["he is at the door"]


def test_unclear_words_get_the_danger_question_once() -> None:
    talk = received()
    talk.now += timedelta(hours=1)
    assert talk.says("I can't go on like this", UNCLEAR) == ["ask-danger"]
    assert talk.says("it is too much", UNCLEAR, later=12) == ["ask-danger-again"]
    talk.says("unsure")
    assert [plain(alarm.words) for alarm in raised(talk)] == ["I can't go on like this"]
    assert talk.says("so tired", UNCLEAR, later=30) == ["added"]


def test_unclear_words_right_after_a_no_are_not_asked_about() -> None:
    talk = passed_on()
    assert talk.says("I can't take it any more", UNCLEAR, later=11) == ["ask-where"]


def test_exposure_is_told_once_and_only_when_there_is_a_case() -> None:
    talk = Talk()
    talk.says("they posted my address", exposure=True)
    assert not talk.took(RaiseExposure)
    talk.says("no")
    talk.says("yes")
    assert len(talk.took(RaiseExposure)) == 1
    assert opened(talk).kind == "doxing"
    talk.says("my phone number too", exposure=True)
    assert not talk.took(RaiseExposure)


def test_six_words_bring_the_report_to_another_connection() -> None:
    talk = passed_on()
    assert talk.session is not None
    phrase = str(talk.session.phrase)
    other = talk.elsewhere("libera|link|2")
    told = other.says(phrase.upper() + ".")
    assert told == ["welcome-back", "status-next", "ask-what-again"]
    assert other.took(MoveSession) == [MoveSession(old=talk.identity, new="libera|link|2")]
    assert other.session is not None
    assert other.session.code == talk.session.code


def test_words_written_before_the_six_words_are_added_to_the_report() -> None:
    talk = passed_on()
    assert talk.session is not None
    other = talk.elsewhere("libera|link|2")
    other.says("it is me again")
    other.says(str(talk.session.phrase))
    assert heard(other) == [("added", "it is me again")]


def test_six_words_that_fit_nothing_are_kept_as_words() -> None:
    talk = Talk()
    told = talk.says("amber amber amber amber amber amber")
    assert told == ["words-unknown", *HELLO, "ask-danger"]
    assert talk.session is not None
    assert len(talk.session.answers) == 1


def test_own_six_words_tell_the_status_and_those_of_another_report_do_not_mix() -> None:
    talk = passed_on()
    assert talk.session is not None
    phrase = str(talk.session.phrase)
    assert talk.says(phrase) == ["status-next"]
    other = talk.elsewhere("libera|link|2")
    other.says("something else")
    other.says("no")
    other.says("yes")
    assert other.says(phrase) == ["words-busy", "status-next"]
    assert not other.took(MoveSession)


def test_read_gives_the_words_that_waited() -> None:
    talk = received()
    assert talk.session is not None
    code = str(talk.session.code)
    waiting: Pieces = (Piece(text="We have read it.", label=Label.CASE),)
    talk.desk.said[code, 7] = waiting
    talk.session = with_unread(talk.session, (7, 8, 7))
    assert talk.says("read") == ["read-from", "We have read it.", "read-gone"]
    assert talk.says("read") == ["read-nothing"]


def test_report_opens_an_interview_without_being_the_story() -> None:
    talk = Talk()
    assert talk.says("report") == [*HELLO, "tell"]
    assert talk.says("somebody follows me") == ["ask-danger"]
    assert talk.session is not None
    assert [plain(words) for _, words in talk.session.answers] == ["somebody follows me"]


def test_help_language_and_appeal_answer_in_place() -> None:
    talk = received()
    assert talk.says("help") == ["help", "help-words", "help-end"]
    assert talk.says("language") == ["language"]
    assert talk.says("appeal") == ["appeal"]
    assert heard(talk) == [("appeal", "appeal")]
    talk = Talk()
    talk.says("hello")
    assert talk.says("appeal") == ["appeal-early"]


def test_labels_on_the_way_in_are_kept() -> None:
    talk = Talk()
    talk.hears(reading("me@example.org", label=Label.PII))
    talk.says("no")
    talk.says("yes")
    assert opened(talk).answers[0][1][0].label is Label.PII
    assert len(TERMS.team_rooms) == 1


def test_a_paused_report_with_a_message_waiting_is_taken_up_elsewhere() -> None:
    talk = passed_on()
    talk.says("pause")
    assert talk.session is not None
    phrase = str(talk.session.phrase)
    waiting = with_unread(talk.session, (7,))
    talk.desk.stored[talk.identity] = replace(talk.desk.stored[talk.identity], data=save(waiting))
    other = talk.elsewhere("libera|link|2")
    assert other.says(phrase) == ["welcome-back", "status-next", "unread", "ask-what-again"]


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"status": CaseStatus.CLOSED, "next_at": None}, "status-closed"),
        ({"next_at": None}, "status"),
    ],
)
def test_status_of_a_case_without_a_date(changed: dict[str, Any], key: str) -> None:
    talk = received()
    assert talk.session is not None
    code = str(talk.session.code)
    talk.desk.cases[code] = replace(talk.desk.cases[code], **changed)
    assert talk.says("status") == [key]


def test_status_of_a_case_that_cannot_be_read_and_a_receipt_without_a_date() -> None:
    talk = passed_on()
    talk.desk.cases.clear()
    assert talk.says("status") == ["status-unknown"]
    assert "receipt-date" in talk.says("stop")


def test_add_and_urgent_without_words() -> None:
    talk = Talk()
    talk.says("report")
    assert talk.says("add") == ["add-how"]
    assert talk.says("add it began last week") == ["ask-danger"]
    assert talk.says("emergency")[0] == "issued"
    assert [plain(alarm.words) for alarm in raised(talk)] == ["it began last week"]


def test_self_harm_has_a_kind_of_its_own() -> None:
    talk = Talk()
    talk.says("I want to end my life", replace(RAISED, self_harm=True))
    assert opened(talk).kind == "threats-self-harm"


def test_the_script_can_branch_and_knows_its_questions() -> None:
    script = Script((Question(id="a", key="a", next="c"), *SCRIPT.questions))
    assert script.after("a") == "c"
    assert script.after("contact") is None
    with pytest.raises(KeyError):
        script.get("nowhere")


def test_urgent_words_after_the_receipt_are_kept() -> None:
    talk = received()
    assert talk.says("urgent he is here") == []
    assert heard(talk) == [("added", "he is here")]
    assert talk.says("pause") == ["write-here"]
    assert talk.says("back") == ["write-here"]


def test_a_question_that_takes_no_words_keeps_them_with_those_before() -> None:
    strict = Question(id="known", key="intake.ask-known", kind=Kind.YES_NO)
    talk = Talk(script=Script((*SCRIPT.questions[:2], strict, *SCRIPT.questions[2:])))
    talk.says("hello")
    talk.says("no")
    talk.says("yes")
    assert talk.says("it depends", later=11) == ["ask-known-again"]
    assert heard(talk) == [("story", "it depends")]
    talk.says("pause")
    assert talk.says("I am back", later=60) == ["ask-known-again"]
    assert talk.says("unsure", later=11) == ["ask-known-again"]
    assert talk.says("ok") == ["ask-what"]
    assert heard(talk) == [("known", "ok")]
