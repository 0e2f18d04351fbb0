"""Cutting and pacing."""

import asyncio
import unicodedata
from types import SimpleNamespace

import hypothesis
import pytest
from hypothesis import strategies as st

from bot.transports.irc import speech
from bot.transports.irc.speech import Bucket, Lane, Turnstile, budget, split
from tests.transports.irc.fake import FakeClock, settle

FAMILY = "👩‍👩‍👧"


@pytest.mark.parametrize(
    ("text", "size", "pieces"),
    [
        ("", 10, []),
        ("short", 10, ["short"]),
        ("one two three", 7, ["one two", "three"]),
        ("one  two", 4, ["one", "two"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("ääää", 3, ["ä", "ä", "ä", "ä"]),
        (f"{FAMILY}{FAMILY}", 20, [FAMILY, FAMILY]),
        ("e\u0301e\u0301", 4, ["e\u0301", "e\u0301"]),
        ("🇩🇪🇫🇷", 9, ["🇩🇪", "🇫🇷"]),
        ("👍🏽👍🏽", 9, ["👍🏽", "👍🏽"]),
        (FAMILY, 6, ["👩", "\u200d", "👩", "\u200d", "👧"]),
    ],
)
def test_text_is_cut_where_readers_would(text: str, size: int, pieces: list[str]) -> None:
    found = split(text, size)
    if text == FAMILY:
        assert "".join(found) == text
        assert all(len(piece.encode()) <= size for piece in found)
    else:
        assert found == pieces


@hypothesis.given(st.text(), st.integers(4, 60))
def test_nothing_is_lost_and_everything_fits(text: str, size: int) -> None:
    pieces = split(text, size)
    assert all(0 < len(piece.encode("utf-8", "replace")) <= size for piece in pieces)
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")


def test_a_text_that_is_one_letter_is_cut_without_reading_it_again_and_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked = 0

    def category(char: str) -> str:
        nonlocal looked
        looked += 1
        return unicodedata.category(char)

    monkeypatch.setattr(speech, "unicodedata", SimpleNamespace(category=category))
    text = "\u0301" * 4000
    assert "".join(split(text, 400)) == text
    assert looked <= 4 * len(text)


def test_the_budget_is_what_others_see() -> None:
    size = budget(nick="bot", user="u", host="h.example", command="PRIVMSG", target="#team")
    relayed = f":bot!u@h.example PRIVMSG #team :{'x' * size}\r\n"
    assert len(relayed) == 512


def test_an_unknown_host_counts_as_the_longest() -> None:
    known = budget(nick="bot", user="u", host="h", command="NOTICE", target="x")
    unknown = budget(nick="bot", user="", host="", command="NOTICE", target="x")
    assert unknown < known


def test_the_bucket_gives_a_burst_then_the_rate() -> None:
    bucket = Bucket(burst=3, per_second=2.0)
    for _ in range(3):
        assert bucket.wait(100.0) == 0
        bucket.take(100.0)
    assert bucket.wait(100.0) == 0.5
    assert bucket.wait(100.5) == 0
    assert bucket.wait(1000.0) == 0
    for _ in range(3):
        bucket.take(1000.0)
    assert bucket.wait(1000.0) > 0


async def test_urgent_lines_overtake_the_others() -> None:
    clock = FakeClock()
    turnstile = Turnstile(Bucket(burst=1, per_second=1.0), clock)
    order: list[str] = []

    async def go(name: str, lane: Lane) -> None:
        assert await turnstile.turn(lane)
        order.append(name)

    async with asyncio.TaskGroup() as group:
        for name in ("first", "second", "third"):
            group.create_task(go(name, Lane.NORMAL))
        await settle()
        group.create_task(go("housekeeping", Lane.CONTROL))
        group.create_task(go("page", Lane.URGENT))
        group.create_task(go("page two", Lane.URGENT))
        await clock.advance(10)
    assert order == ["first", "page", "page two", "housekeeping", "second", "third"]


async def test_whoever_gives_up_does_not_block_the_others() -> None:
    clock = FakeClock()
    turnstile = Turnstile(Bucket(burst=1, per_second=1.0), clock)
    assert await turnstile.turn(Lane.NORMAL)
    quitter = asyncio.create_task(turnstile.turn(Lane.URGENT))
    stayer = asyncio.create_task(turnstile.turn(Lane.NORMAL))
    await settle()
    quitter.cancel()
    await clock.advance(2)
    assert stayer.done()
    assert stayer.result()


async def test_the_end_of_the_link_sends_everybody_away() -> None:
    turnstile = Turnstile(Bucket(burst=1, per_second=0.1), FakeClock())
    assert await turnstile.turn(Lane.NORMAL)
    waiting = [asyncio.create_task(turnstile.turn(Lane.NORMAL)) for _ in range(2)]
    await settle()
    turnstile.close()
    await settle()
    assert waiting[1].done()
    assert not waiting[1].result()
    waiting[0].cancel()
