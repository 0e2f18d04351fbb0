"""Whoever waits for an answer sees that there will be one."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from bot.transports.matrix.typing import Typing
from bot.transports.matrix.wire import Lost
from tests.world import FakeClock

ROOM = "!dm:example.org"


class Wire:
    """Notes what is shown."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, bool]] = []
        self.lost = False

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        seconds: float = 20.0,
        waits: bool = True,
    ) -> Any:
        assert (method, waits) == ("PUT", False)
        assert seconds <= 20
        assert body is not None
        self.shown.append((path, body["typing"]))
        if self.lost:
            raise Lost("connection")
        return {}


@pytest.fixture
async def typing() -> AsyncIterator[Typing]:
    made = Typing(wire=Wire(), clock=FakeClock(), me="@bot:example.org")
    running = asyncio.ensure_future(made.run())
    yield made
    running.cancel()


async def _later(typing: Typing, seconds: float) -> list[bool]:
    """Let time pass; returns what was shown so far."""
    assert isinstance(typing.clock, FakeClock)
    assert isinstance(typing.wire, Wire)
    for _ in range(5):
        await asyncio.sleep(0)
    typing.clock.set(typing.clock.now() + timedelta(seconds=seconds))
    for _ in range(5):
        await asyncio.sleep(0)
    assert {path for path, _ in typing.wire.shown} <= {
        "/_matrix/client/v3/rooms/%21dm%3Aexample.org/typing/%40bot%3Aexample.org"
    }
    return [on for _, on in typing.wire.shown]


async def test_an_answer_that_comes_at_once_needs_no_sign(typing: Typing) -> None:
    typing.begin(ROOM)
    assert await _later(typing, 0.2) == []
    typing.end(ROOM)
    assert await _later(typing, 1) == []


async def test_one_that_takes_a_while_shows_until_it_is_there(typing: Typing) -> None:
    typing.begin(ROOM)
    assert await _later(typing, 0.3) == [True]
    typing.end(ROOM)
    assert await _later(typing, 0) == [True, False]


async def test_one_sign_at_a_time_is_enough(typing: Typing) -> None:
    assert typing.begin(ROOM)
    assert not typing.begin(ROOM)
    assert await _later(typing, 1) == [True]
    typing.end(ROOM)
    assert await _later(typing, 0) == [True, False]
    typing.end(ROOM)
    assert await _later(typing, 1) == [True, False]
    assert typing.begin(ROOM)
    assert await _later(typing, 1) == [True, False, True]


async def test_a_server_that_takes_no_sign_does_no_harm(typing: Typing) -> None:
    assert isinstance(typing.wire, Wire)
    typing.wire.lost = True
    typing.begin(ROOM)
    assert await _later(typing, 1) == [True]
    typing.wire.lost = False
    typing.end(ROOM)
    typing.begin(ROOM)
    assert (await _later(typing, 1))[-1:] == [True]


async def test_in_a_crowd_only_the_first_are_shown_anything(typing: Typing) -> None:
    assert isinstance(typing.wire, Wire)
    typing.clock = FakeClock()
    for number in range(30):
        typing.begin(f"!{number}:example.org")
    for _ in range(5):
        await asyncio.sleep(0)
    typing.clock.set(typing.clock.now() + timedelta(seconds=1))
    for _ in range(5):
        await asyncio.sleep(0)
    assert len(typing.wire.shown) == 20
