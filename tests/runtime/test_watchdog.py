"""The word to systemd: given behind an answer of the database, and not without one."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.runtime.watchdog import Watchdog
from tests.world import World, new_world


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world() as made:
        yield made


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.setblocking(False)
        yield listening


def heard(systemd: socket.socket) -> list[str]:
    words = []
    while True:
        try:
            words.append(systemd.recv(100).decode())
        except BlockingIOError:
            return words


def watchdog(world: World, **environ: str) -> Watchdog | None:
    assert world.store is not None
    assert world.bot is not None
    return Watchdog.named_in(
        environ, clock=world.clock, store=world.store, hanging=world.bot.vitals.hanging
    )


async def test_it_speaks_three_times_in_the_time_that_may_pass(
    world: World, systemd: socket.socket
) -> None:
    told = watchdog(world, NOTIFY_SOCKET=systemd.getsockname(), WATCHDOG_USEC="90000000")
    assert told is not None
    assert world.bot is not None
    world.bot.supervisor.keep("watchdog", told.run)
    await world.settle()
    assert heard(systemd) == ["READY=1", "WATCHDOG=1"]
    await world.later(seconds=90)
    assert heard(systemd) == ["WATCHDOG=1"] * 3


async def test_a_database_that_hangs_makes_it_fall_silent(
    world: World, systemd: socket.socket
) -> None:
    class Hanging:
        async def run(self, _job: object) -> None:
            await asyncio.Event().wait()

    told = Watchdog(
        address=systemd.getsockname(),
        every=30.0,
        clock=world.clock,
        store=Hanging(),  # type: ignore[arg-type]  # only what the watchdog asks of it
        hanging=lambda: None,
    )
    assert world.bot is not None
    world.bot.supervisor.keep("watchdog", told.run)
    for _ in range(3):
        await asyncio.sleep(0)
    world.clock.set(world.clock.now())
    assert heard(systemd) == ["READY=1"]


@pytest.mark.parametrize("part", ["outbox", "scheduler"])
async def test_a_worker_that_hangs_makes_it_fall_silent(
    world: World, systemd: socket.socket, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = watchdog(world, NOTIFY_SOCKET=systemd.getsockname(), WATCHDOG_USEC="90000000")
    assert told is not None
    assert world.bot is not None
    world.bot.supervisor.keep("watchdog", told.run)
    await world.later(minutes=5)
    assert world.bot.vitals.hanging() is None
    heard(systemd)

    async def never(_moment: datetime | None, *, at_most: float) -> None:
        del at_most
        await asyncio.Event().wait()

    monkeypatch.setattr(getattr(world.bot, part).waker, "until", never)
    await world.later(minutes=2)
    assert len(heard(systemd)) == 4
    await world.later(minutes=2)
    assert world.bot.vitals.hanging() == part
    assert len(heard(systemd)) <= 2
    await world.later(minutes=5)
    assert heard(systemd) == []


async def test_a_database_that_fails_is_an_answer(world: World, systemd: socket.socket) -> None:
    class Failing:
        async def run(self, _job: object) -> None:
            raise OSError("full")

    told = Watchdog(
        address=systemd.getsockname(),
        every=30.0,
        clock=world.clock,
        store=Failing(),  # type: ignore[arg-type]  # only what the watchdog asks of it
        hanging=lambda: None,
    )
    assert world.bot is not None
    world.bot.supervisor.keep("watchdog", told.run)
    await world.settle()
    assert heard(systemd) == ["READY=1", "WATCHDOG=1"]


@pytest.mark.parametrize(
    ("environ", "every"),
    [
        ({"WATCHDOG_USEC": "3000000"}, 1.0),
        ({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": str(os.getpid())}, 1.0),
        ({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({}, None),
    ],
)
async def test_it_speaks_as_often_as_it_was_asked(
    world: World, environ: dict[str, str], every: float | None
) -> None:
    told = watchdog(world, NOTIFY_SOCKET="@caseward", **environ)
    assert told is not None
    assert told.every == every


@pytest.mark.parametrize("name", ["", "elsewhere"])
async def test_nobody_listens(world: World, name: str) -> None:
    assert watchdog(world, NOTIFY_SOCKET=name) is None


async def test_a_socket_that_is_gone_ends_nothing(world: World, tmp_path: Path) -> None:
    told = watchdog(world, NOTIFY_SOCKET=str(tmp_path / "gone"))
    assert told is not None
    await told.run()
