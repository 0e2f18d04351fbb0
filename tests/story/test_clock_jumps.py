"""Whatever the clock on the wall does, a page rings on: nothing is lost, doubled, or silent."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest

from bot.core.policy.gate import Cleared
from bot.core.words.pages import Page, PageState
from bot.core.words.places import PlaceKind
from bot.core.words.ports import MailOutcome
from tests.world import PAGE, World, new_world

JUMPS = tuple(
    sign * timedelta(seconds=seconds)
    for sign in (1, -1)
    for seconds in (1, 59, 60, 300, 3600, 86_400, 30 * 86_400, 365 * 86_400)
)
MOST_SILENCE = 300.0
#: A jump is noticed within this, by whoever sleeps.
NOTICED = 60.0
LIFETIME, QUESTION = 30 * 60.0, 3 * 60.0


@dataclass
class Ear:
    """Hears who is rung, when, on a clock that does not jump."""

    world: World
    rings: dict[str, list[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.world.net.before_send = self.hear

    @property
    def now(self) -> float:
        return self.world.clock.monotonic()

    def hear(self, cleared: Cleared) -> None:
        text = " ".join(cleared.lines)
        if cleared.place.kind is PlaceKind.DM and PAGE.search(text) and "Nobody has taken" in text:
            self.rings.setdefault(cleared.place.address, []).append(self.now)

    def last(self) -> float:
        return max(times[-1] for times in self.rings.values())


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world() as made:
        yield made


async def page_of(world: World, code: str) -> Page:
    assert world.store is not None
    page = await world.store.run(lambda unit: unit.pages().find(code))
    assert page is not None
    return page


def jump(world: World, by: timedelta, dice: Random) -> None:
    # No clock is set to the microsecond.
    world.clock.jump(by + timedelta(microseconds=dice.randrange(1, 1000)))


async def lived(world: World, seed: int, hours: float) -> int:
    """Let a page ring, be taken and open again among jumps; returns how often it was taken."""
    dice = Random(seed)
    ear = Ear(world)
    await world.says("rita", None, "urgent he is at my door")
    code, taken_at, acks = world.page(), None, 0
    while ear.now < hours * 3600:
        for _ in range(dice.choice([0, 0, 1, 1, 2, 4])):
            jump(world, dice.choice(JUMPS), dice)
        if taken_at is None and dice.random() < 0.04:
            await world.says(dice.choice(["alice", "bob", "olga"]), None, f"!ack {code}")
            taken_at, acks = ear.now, acks + 1
        await world.later(seconds=dice.choice([1, 7, 29, 60, 100]))
        page = await page_of(world, code)
        assert page.state is not PageState.ENDED
        if taken_at is None:
            assert page.state is PageState.RINGING
            assert ear.now - ear.last() <= MOST_SILENCE
        elif ear.last() > taken_at:
            assert ear.last() - taken_at >= LIFETIME - NOTICED, "an ack was cut short"
            taken_at = None
        else:
            assert ear.now - taken_at <= LIFETIME + QUESTION + 3 * NOTICED, "an ack never ended"
    for name, times in ear.rings.items():
        gaps = [after - before for before, after in pairwise(times)]
        assert min(gaps) > 5, f"{name} was rung twice"
    return acks


@pytest.mark.parametrize("seed", range(4))
async def test_a_page_rings_on_through_jumps_of_the_clock(world: World, seed: int) -> None:
    assert await lived(world, seed, 2.5) > 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 130))
async def test_a_page_rings_on_through_many_jumps_of_the_clock(world: World, seed: int) -> None:
    assert await lived(world, seed, 8) > 0


@pytest.mark.parametrize("by", JUMPS, ids=str)
async def test_nobody_hears_too_early_or_too_late_that_nothing_went_out(
    world: World, by: timedelta
) -> None:
    world.carrier.always = MailOutcome.RETRY
    for nick in ("alice", "bob", "olga"):
        world.net.leave(nick)
    await world.says("rita", None, "urgent he is at my door")
    before = len(world.heard("rita"))
    await world.later(seconds=20)
    jump(world, by, Random(1))
    await world.later(seconds=79 - min(59, abs(by.total_seconds())))
    assert "couldn't reach anyone" not in " ".join(world.heard("rita")[before:])
    await world.later(seconds=180)
    assert "couldn't reach anyone" in " ".join(world.heard("rita")[before:])


@pytest.mark.parametrize("by", JUMPS, ids=str)
async def test_a_mail_of_an_emergency_is_tried_on_in_its_own_pace(
    world: World, by: timedelta
) -> None:
    world.carrier.always = MailOutcome.RETRY
    await world.says("rita", None, "urgent he is at my door")
    await world.later(minutes=5)
    jump(world, by, Random(1))
    world.carrier.always = MailOutcome.SENT
    await world.later(seconds=130)
    assert [m for m in world.carrier.carried if m.recipient == "emergency@example.org"]


async def test_whom_a_colleague_wants_is_called_for_half_an_hour_whatever_the_clock_shows(
    world: World,
) -> None:
    await world.says("alice", "#team", "!open Insults on a talk page")
    await world.says("alice", "#team", f"!page bob {world.code()}")
    for seconds in (3600, -86_400, 365 * 86_400, -59):
        await world.later(minutes=6)
        world.clock.jump(timedelta(seconds=seconds, microseconds=7))
    assert not any("No answer" in line for line in world.heard("alice"))
    await world.later(minutes=8)
    assert sum("No answer" in line for line in world.heard("alice")) == 1
