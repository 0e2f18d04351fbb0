"""Echoes come back by the sync loop; anybody else's, and late ones, are nobody's word."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
import pytest_asyncio

from bot.transports.matrix.echo import TYPE, Echo
from bot.transports.matrix.wire import Wire
from tests.transports.irc.fake import FakeClock
from tests.transports.matrix.homeserver_double import Answer, Homeserver, homeserver, no
from tests.transports.matrix.test_wire import asleep, settings, until

pytestmark = pytest.mark.net
ME, DEVICE = "@bot:example.org", "DEVICE"


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Homeserver]:
    async with homeserver() as double:
        double.on("PUT", "/sendToDevice/*", Answer())
        yield double


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest_asyncio.fixture
async def wire(server: Homeserver, clock: FakeClock) -> AsyncIterator[Wire]:
    wire = Wire(settings(server.url), clock)
    await wire.open()
    yield wire
    await wire.close()


def begin(echo: Echo, wire: Wire) -> "asyncio.Task[bool]":
    return asyncio.create_task(echo.beat(wire, ME, DEVICE, 5.0))


def back(server: Homeserver, number: int, sender: str = ME) -> Mapping[str, Any]:
    """Return what the sync loop hears of a request."""
    return {
        "type": TYPE,
        "sender": sender,
        "content": server.asked[number].body["messages"][ME][DEVICE],
    }


async def test_it_comes_back(server: Homeserver, wire: Wire) -> None:
    echo = Echo()
    beat = begin(echo, wire)
    await server.until(lambda: bool(server.asked))
    assert echo.heard(back(server, 0))
    assert await beat


async def test_several_at_once(server: Homeserver, wire: Wire, clock: FakeClock) -> None:
    echo = Echo()
    beats = {begin(echo, wire) for _ in range(3)}
    await server.until(lambda: len(server.asked) == 3)
    assert len({each.path for each in server.asked}) == 3
    for number in (2, 0):
        assert echo.heard(back(server, number))
    await until(lambda: sum(each.done() for each in beats) == 2)
    await asleep(clock)
    await clock.advance(5.0)
    assert sorted([await each for each in beats]) == [False, True, True]


async def test_it_does_not_come_back(server: Homeserver, wire: Wire, clock: FakeClock) -> None:
    echo = Echo()
    beat = begin(echo, wire)
    await server.until(lambda: bool(server.asked))
    # Nobody else's message with the same token will do, nor another of ours.
    assert echo.heard(back(server, 0, sender="@mallory:example.org"))
    for content in ({"token": "other"}, {"token": ["x"]}, {}, "token", None):
        assert echo.heard({"type": TYPE, "sender": ME, "content": content})
    await asleep(clock)
    await clock.advance(4.9)
    assert not beat.done()
    await clock.advance(0.1)
    assert not await beat
    # What comes too late is an echo nevertheless.
    assert echo.heard(back(server, 0))


def test_everything_else_is_none_of_its_business() -> None:
    for event in ({}, {"type": "m.room_key"}, {"type": None, "content": {"token": "x"}}):
        assert not Echo().heard(event)


async def test_a_server_that_says_no(server: Homeserver, wire: Wire) -> None:
    server.on("PUT", "/sendToDevice/*", no(403, "M_FORBIDDEN"))
    assert not await Echo().beat(wire, ME, DEVICE, 5.0)


async def test_a_server_that_is_away(wire: Wire) -> None:
    await wire.close()
    assert not await Echo().beat(wire, ME, DEVICE, 5.0)
