"""How far is noted as read: never beyond what is still in hand, and seldom for mere talk."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from bot.core.words.ports import StoreFailed
from bot.transports.matrix.checkpoint import KIND, Checkpoint
from tests.world import FakeClock


class Drawer:
    """A safe that counts what is written, and fails when told to."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], bytes] = {}
        self.writes = 0
        self.fails = False

    async def load(self, kind: str) -> Mapping[str, bytes]:
        return {name: value for (each, name), value in self.values.items() if each == kind}

    async def write(self, changes: Mapping[tuple[str, str], bytes | None]) -> None:
        if self.fails:
            raise StoreFailed
        self.writes += 1
        for key, value in changes.items():
            assert value is not None
            self.values[key] = value


@pytest.fixture
def drawer() -> Drawer:
    return Drawer()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def checkpoint(drawer: Drawer, clock: FakeClock) -> Checkpoint:
    return Checkpoint(drawer, clock)


async def _noted(drawer: Drawer) -> bytes | None:
    return (await drawer.load(KIND)).get("token")


async def test_a_batch_is_noted_once_all_it_asked_for_is_done(
    checkpoint: Checkpoint, drawer: Drawer
) -> None:
    batch = checkpoint.begin("t1")
    first, second = checkpoint.asks(batch), checkpoint.asks(batch)
    checkpoint.end(batch)
    first()
    await checkpoint.write(now=True)
    assert await _noted(drawer) is None
    second()
    await checkpoint.write()
    assert await _noted(drawer) == b"t1"
    assert await checkpoint.load() == "t1"


async def test_done_twice_counts_once(checkpoint: Checkpoint, drawer: Drawer) -> None:
    batch = checkpoint.begin("t1")
    first = checkpoint.asks(batch)
    checkpoint.asks(batch)
    checkpoint.end(batch)
    first()
    first()
    await checkpoint.write(now=True)
    assert await _noted(drawer) is None


async def test_a_later_batch_waits_for_an_earlier_one(
    checkpoint: Checkpoint, drawer: Drawer
) -> None:
    early, late = checkpoint.begin("t1"), checkpoint.begin("t2")
    waits = checkpoint.asks(early)
    checkpoint.end(early)
    checkpoint.asks(late)()
    checkpoint.end(late)
    await checkpoint.write(now=True)
    assert await _noted(drawer) is None
    waits()
    await checkpoint.write()
    assert await _noted(drawer) == b"t2"
    assert drawer.writes == 1


async def test_a_batch_that_is_not_whole_is_not_noted(
    checkpoint: Checkpoint, drawer: Drawer
) -> None:
    batch = checkpoint.begin("t1")
    checkpoint.asks(batch)()
    await checkpoint.write(now=True)
    assert await _noted(drawer) is None
    checkpoint.drop(batch)
    checkpoint.end(checkpoint.begin("t2"))
    await checkpoint.write(now=True)
    assert await _noted(drawer) == b"t2"


async def test_talk_is_noted_once_a_minute(
    checkpoint: Checkpoint, drawer: Drawer, clock: FakeClock
) -> None:
    await checkpoint.load()
    for number in range(10):
        checkpoint.end(checkpoint.begin(f"t{number}"))
        await checkpoint.write()
    assert drawer.writes == 0
    clock.set(clock.now() + timedelta(minutes=1))
    await checkpoint.write()
    assert await _noted(drawer) == b"t9"
    assert drawer.writes == 1


async def test_a_failed_write_is_made_up_for(
    checkpoint: Checkpoint, drawer: Drawer, clock: FakeClock
) -> None:
    batch = checkpoint.begin("t1")
    checkpoint.asks(batch)()
    checkpoint.end(batch)
    drawer.fails = True
    await checkpoint.write()
    drawer.fails = False
    clock.set(clock.now() + timedelta(minutes=1))
    await checkpoint.write()
    assert await _noted(drawer) == b"t1"
