"""Every check of the story can fail, and says what came instead."""

from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest
import pytest_asyncio

from bot.config import load_config
from bot.demo import beats
from bot.demo.beats import (
    Beat,
    Hears,
    Mailed,
    Never,
    NotKept,
    Play,
    Says,
    Settled,
    StepFailed,
    opening,
)
from bot.demo.cast import BOT, DM, Deed
from bot.demo.irc_venue import TEAM, IRCVenue
from bot.demo.mailbox import Mailbox
from bot.demo.stage import Stage, write_config

pytestmark = pytest.mark.net
#: How long to wait, in seconds, for what will not come.
SOON = 0.3


@pytest_asyncio.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    """A stage on which the bot is an actor too, so that it says what a test wants."""
    venue, mailbox = IRCVenue(), Mailbox()
    smtp_port = await mailbox.start()
    async with venue.open(tmp_path, {"alice": "once", BOT: "once"}, lambda *_: None) as actors:
        path = write_config(tmp_path, venue.terms, smtp_port=smtp_port, bot_password="once")
        stage = Stage(
            folder=tmp_path, config=load_config(path), venue=venue, mailbox=mailbox, actors=actors
        )
        await stage.enter(BOT, lambda *_: None)
        actors[BOT].does(Deed.JOIN, TEAM)
        await actors["alice"].hears(TEAM, f"{BOT} joins", within=5)
        yield Play(stage=stage, show=lambda *_: None, arrive=lambda *_: None)
    await mailbox.stop()
    assert venue.ircd is not None
    assert venue.ircd.faults == []


async def fails(beat: Beat, play: Play) -> StepFailed:
    with pytest.raises(StepFailed) as caught:
        await beat.play(play)
    return caught.value


async def test_what_is_heard_is_caught_and_can_be_said_again(play: Play) -> None:
    play.actor(BOT).say(TEAM, "New report C-111112.")
    await Hears("alice", TEAM, r"(?P<case>C-[0-9]{6})").play(play)
    await Says("alice", TEAM, "!show {case}").play(play)
    await Hears(BOT, TEAM, r"^!show {case}$").play(play)


async def test_what_does_not_come_is_named_with_what_came(play: Play) -> None:
    play.actor(BOT).say("rita", "something else")
    failed = await fails(Hears("rita", DM, "an answer", SOON), play)
    assert "rita hears 'an answer'" in failed.expected
    assert failed.came == ("caseward: something else",)


async def test_a_line_counts_once(play: Play) -> None:
    play.actor(BOT).say("rita", "one answer")
    await Hears("rita", DM, "answer").play(play)
    await fails(Hears("rita", DM, "answer", SOON), play)


async def test_a_bot_that_does_not_answer_is_not_settled(play: Play) -> None:
    await fails(Settled("alice", TEAM, SOON), play)
    await Hears(BOT, TEAM, "!ping settled-0").play(play)
    play.actor(BOT).say(TEAM, "settled-1")
    await Settled("alice", TEAM).play(play)


async def test_words_in_the_channel_are_found_there_and_only_there(play: Play) -> None:
    play.actor(BOT).say("alice", "a secret")
    play.actor(BOT).say("alice", "the last")
    await Hears("alice", DM, "the last").play(play)
    await Never("secret", place=TEAM).play(play)
    failed = await fails(Never("secret", who="alice"), play)
    assert failed.came == ("alice, DM: a secret",)
    play.actor(BOT).say(TEAM, "a secret")
    await Hears("alice", TEAM, "secret").play(play)
    await Never("secret", who="rita").play(play)
    await fails(Never("secret", place=TEAM), play)


async def send(play: Play, subject: str, text: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.org", "b@example.org", subject
    mail.set_content(text)
    (relay,) = play.stage.config.relays
    await aiosmtplib.send(mail, hostname=relay.host, port=relay.port, start_tls=False)


async def test_a_mail_must_have_the_whole_subject_and_the_words(play: Play) -> None:
    subject = r"Emergency report (?P<page>E-\d{6})"
    await send(play, "Emergency report E-111112 about somebody", "words")
    await send(play, "Emergency report E-111113", "something else")
    failed = await fails(Mailed("b@example.org", subject, "words", SOON), play)
    assert len(failed.came) == 2
    await send(play, "Emergency report E-111114", "the words")
    await Mailed("b@example.org", subject, "words").play(play)
    assert play.caught["page"] == "E-111114"


async def test_words_in_clear_are_found_wherever_they_are_kept(play: Play) -> None:
    data = play.stage.config.data_dir
    data.mkdir()
    (data / "a.db").write_bytes(b"\0sealed\0")
    await NotKept("marker").play(play)
    (data / "a.db-wal").write_bytes(b"\0a marker\0")
    play.stage.log.write("a marker\n")
    play.stage.said.append("a marker")
    failed = await fails(NotKept("marker"), play)
    assert failed.came == ("a.db-wal", "the log", "standard output")


def test_an_opening_knows_a_message_by_its_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    long = "Case $1 (dangerous?) came in " + "x" * 99
    monkeypatch.setattr(beats, "message", lambda _key: long)
    assert opening("any").startswith(r"Case\ .*?\ \(dangerous\?\)\ came\ in\ x")
