"""A page that rings, is taken and opens again while the clock on the wall jumps about."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from random import Random

from bot.core.policy.gate import Cleared
from bot.core.words.pages import Page, PageState
from bot.core.words.places import PlaceKind
from tests.world import PAGE, World

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
