"""Whoever may be calling is read first: what the lists raise should hardly ever be passed by."""

from bench.chatter import lines
from bot.core.danger.hint import pressing
from bot.core.danger.judge import LISTS
from bot.core.words.verdict import Danger


def _line(text: str) -> bytes:
    return b"@account=kill :killer!gun@help PRIVMSG bot :" + text.encode()


def test_most_of_what_is_danger_presses() -> None:
    raised = [hit for entry in LISTS if entry.danger is Danger.RAISED for hit in entry.hits]
    passed_by = [hit for hit in raised if not pressing(_line(hit))]
    assert len(passed_by) <= len(raised) // 10, passed_by


def test_commands_and_hidden_letters_press() -> None:
    for text in ("!emergency life", ".ack", "k1ll you", "d i e now", "k!ll", "URGENT"):
        assert pressing(_line(text)), text


def test_talk_does_not_nor_do_names() -> None:
    assert not pressing(_line("please revert the edit"))
    assert sum(pressing(_line(text)) for text in lines(1000)) < 100
