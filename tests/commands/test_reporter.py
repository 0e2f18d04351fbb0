"""What reaches the reporter: say, due, close, skip."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.words.cases import CaseStatus
from bot.core.words.effects import Confirm, Lane, ToReporter
from bot.core.words.labels import Label
from bot.core.words.text import Msg, plain
from bot.texts.render import Reader
from tests.commands.bench import START, Bench, key_of

WORDS = "Thank you, we are reading what you sent to mail@example.org"


# ---- say -----------------------------------------------------------------------------------


def test_say_shows_first_and_sends_nothing(bench: Bench) -> None:
    code = bench.report()
    bench.types(f"!say {code} {WORDS}")
    [confirm] = bench.effects
    assert isinstance(confirm, Confirm)
    assert confirm.lasting == timedelta(minutes=10)
    assert bench.keys == ["say.preview", "say.preview-end"]
    assert "10 words" in bench.said[0]
    assert "the safety team" in bench.said[0]


def test_a_preview_leaves_personal_words_personal(bench: Bench) -> None:
    code = bench.report()
    bench.types(f"!say {code} one two three call +44 7700 900123 at four today please")
    [confirm] = [each for each in bench.effects if isinstance(each, Confirm)]
    last = confirm.doc.lines[-1]
    assert isinstance(last, Msg)
    [end] = last.args
    assert isinstance(end, tuple)
    assert plain(end) == "… 7700 900123 at four today please"
    assert {piece.text for piece in end if piece.label is Label.PII} == {"7700 900123"}


@pytest.mark.parametrize(
    ("typed", "sent", "number"),
    [
        ("Look at https://wiki.example.org/?oldid=471147 please", "Look at […] please", 1),
        ("It was rev 123456789, and [[User:Example-A]].", "It was […], and […].", 2),
        ("It is at wiki dot example dot org/?oldid=471147", "It is at […]", 1),
        ("Read [[Wikipedia:Harassment]] or https://example.org", None, 0),
        ("Thank you, we are reading", None, 0),
    ],
)
def test_links_are_left_out_and_that_is_said(
    bench: Bench, typed: str, sent: str | None, number: int
) -> None:
    code = bench.report()
    bench.types(f"!say {code} {typed}")
    assert bench.keys.count("say.preview-links") == min(number, 1)
    bench.types(f"!say {code} {typed}", confirmed=True)
    [post] = bench.posts
    words = post.doc.lines[1]
    assert isinstance(words, tuple)
    assert plain(words) == (typed if sent is None else sent)
    [fact] = bench.added
    assert plain(fact.body or ()) == plain(words)


def test_say_sends_as_the_team_once_confirmed(bench: Bench) -> None:
    code = bench.report()
    bench.types(f"!say {code} reporter {WORDS}", confirmed=True)
    [post] = bench.posts
    assert post.to == ToReporter(case=code)
    assert (post.key, post.lane, post.case) == (f"say:{code}:2", Lane.WORDS, code)
    assert post.relay
    assert post.plain_message
    intro, words = post.doc.lines
    assert key_of(intro) == "say.from-team"
    assert isinstance(words, tuple)
    assert plain(words) == WORDS
    assert {piece.label for piece in words} == {Label.CASE}
    [fact] = bench.added
    assert plain(fact.body or ()) == WORDS
    assert bench.keys == ["say.sent", "say.next"]


def test_no_name_of_a_handler_goes_along(bench: Bench) -> None:
    code = bench.report()
    bench.types(f"!say {code} Thank you", confirmed=True)
    lines = Reader().draft(bench.posts[0].doc).lines
    assert "alice" not in "".join(plain(line) for line in lines).lower()


def test_the_first_answer_is_followed_by_a_check_in(bench: Bench) -> None:
    code = bench.report()
    bench.now = START + timedelta(hours=3)
    bench.types(f"!say {code} Thank you", confirmed=True)
    case = bench.case(code)
    assert (case.next_at, case.next_what) == (bench.now + timedelta(days=7), "check-in")
    bench.types(f"!say {code} One more thing", confirmed=True)
    assert bench.keys == ["say.sent"]
    assert bench.case(code).next_at == case.next_at
    bench.now += timedelta(days=8)
    bench.types(f"!say {code} We are late, sorry", confirmed=True)
    assert bench.case(code).next_at == bench.now + timedelta(days=7)


def test_words_to_nobody_are_refused(bench: Bench) -> None:
    code = bench.opens()
    for confirmed in (False, True):
        bench.types(f"!say {code} Thank you", confirmed=confirmed)
        assert bench.keys == ["say.no-reporter"]
        assert not bench.posts


def test_the_reporter_of_a_closed_case_can_be_written_to(bench: Bench) -> None:
    code = bench.report()
    bench.types(f"!skip {code} reporter Asked for silence")
    bench.types(f"!close {code} withdrawn Asked us to stop")
    bench.types(f"!say {code} Thank you", confirmed=True)
    assert bench.keys == ["say.sent"]
    assert bench.case(code).next_at is None


@pytest.mark.parametrize("line", ["say Thank you", "due 3d", "close mistaken words"])
def test_the_last_case_is_never_meant_where_others_are_reached(bench: Bench, line: str) -> None:
    bench.report()
    bench.types("!cases")
    bench.types("!show 1")
    bench.types(f"!{line}", confirmed=True)
    assert bench.keys == ["case.which"]
    assert not bench.posts


# ---- due -----------------------------------------------------------------------------------


def test_due_shows_first_and_then_tells_the_reporter_the_date_alone(bench: Bench) -> None:
    code = bench.report()
    bench.types(f"!due {code} 2031-06-03")
    assert bench.keys == ["due.preview"]
    assert "2031-06-03 12:00 UTC" in bench.said[0]
    assert not bench.posts
    assert not bench.added
    bench.types(f"!due {code} 2031-06-03", confirmed=True)
    assert bench.case(code).next_at == datetime(2031, 6, 3, 12, tzinfo=UTC)
    [post] = bench.posts
    assert (post.to, post.key) == (ToReporter(case=code), f"due:{code}:2")
    text = "".join(plain(line) for line in Reader().draft(post.doc).lines)
    assert "2031-06-03" in text
    assert code not in text
    assert bench.keys == ["due.done-told"]


def test_due_without_a_reporter_is_done_at_once(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!due {code} tomorrow")
    assert bench.keys == ["due.done"]
    assert not bench.posts
    assert bench.case(code).next_at == datetime(2031, 5, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "key"),
    [("03/04", "dates.ambiguous"), ("2031-01-01", "dates.past"), ("soon", "dates.unread")],
)
def test_due_does_nothing_with_a_date_that_is_not_clear(bench: Bench, typed: str, key: str) -> None:
    code = bench.report()
    bench.types(f"!due {code} {typed}", confirmed=True)
    assert bench.keys == [key]
    assert not bench.added
    assert not bench.posts
    assert len(bench.said) == 1


# ---- close and skip --------------------------------------------------------------------------


def test_close_waits_for_the_last_word_to_the_reporter(bench: Bench) -> None:
    code = bench.report()
    bench.types(f"!close {code} mistaken It was a misunderstanding")
    assert bench.keys == ["close.untold", "close.untold-how"]
    assert f"!say {code}" in bench.said[1]
    assert f"!skip {code} reporter REASON" in bench.said[1]
    assert bench.case(code).status is CaseStatus.OPEN


def test_close_after_the_reporter_was_told(bench: Bench) -> None:
    code = bench.report()
    bench.types(f"!say {code} Thank you", confirmed=True)
    bench.types(f"!close {code} mist It was a misunderstanding")
    assert bench.keys == ["close.done"]
    assert "60 seconds" in bench.said[0]
    assert bench.case(code).status is CaseStatus.CLOSED


def test_close_after_skipping_with_a_reason(bench: Bench) -> None:
    code = bench.report()
    bench.types(f"!skip {code} reporter")
    assert bench.keys == ["usage"]
    bench.types(f"!skip {code} reporter They asked for silence")
    assert bench.keys == ["skip.done"]
    bench.types(f"!close {code} withdrawn They asked us to stop, see mail@example.org")
    assert bench.keys == ["close.done", "held.count"]


def test_a_closed_case_is_not_closed_again(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!close {code} mistaken One")
    bench.types(f"!close {code} mistaken Two")
    assert bench.keys == ["refused.case-closed"]


def test_close_wants_an_outcome(bench: Bench) -> None:
    code = bench.opens()
    for typed in ("solved It stopped", "m It stopped", ""):
        bench.types(f"!close {code} {typed}")
        assert bench.keys == ["word.choices"]
    bench.types(f"!close {code} mistaken")
    assert bench.keys == ["usage"]


def test_there_is_nothing_to_skip_without_a_reporter(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!skip {code} reporter Nobody is there")
    assert bench.keys == ["skip.not-needed"]
    assert not bench.added
