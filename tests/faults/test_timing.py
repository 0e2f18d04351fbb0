"""What is promised in minutes: the ladder, the honest word, and that nothing is left alone."""

import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from itertools import chain, combinations, pairwise
from random import Random

import pytest

from bot.core.words.effects import Lane
from bot.core.words.ports import OutboxRow, RowState
from tests.faults.kit import CALL, EMERGENCY, ROUTES, SILENCE, TEAM, Moment, Routes, new_routes
from tests.tiers import mostly_slow

LADDER, MINUTE = timedelta(minutes=15), timedelta(minutes=1)
HONEST = timedelta(seconds=120)
OPEN = frozenset({RowState.PENDING, RowState.UNCERTAIN})
#: The moment in the key of a ring.
STAMP = re.compile(r"\d{8}T\d{12}")
#: Every set of routes that leaves one alive.
DEAD = tuple(chain.from_iterable(combinations(ROUTES, n) for n in range(len(ROUTES))))


@pytest.fixture
async def world() -> AsyncIterator[Routes]:
    async with new_routes() as made:
        yield made


async def calls(world: Routes, dead: tuple[str, ...]) -> datetime:
    """Have rita call while routes are dead; her line is the last thing that came over hers."""
    world.dies_at(Moment("report.before"), dead)
    called = world.clock.now()
    await world.says("rita", None, CALL)
    return called


@pytest.mark.parametrize(
    "dead",
    mostly_slow(DEAD, [(), ROUTES[:1], ROUTES[1:]]),
    ids=lambda dead: "+".join(dead) or "none",
)
async def test_the_whole_ladder_rings_in_time_and_never_falls_silent(
    world: Routes, dead: tuple[str, ...]
) -> None:
    called = await calls(world, dead)
    await world.later(minutes=25)
    for route in set(ROUTES) - set(dead):
        rings = world.rings(route)
        for name in TEAM:
            own = [ring.at for ring in rings if ring.whom.partition("@")[0] == name]
            assert own[0] <= called + LADDER, (route, name)
        times = [called, *(ring.at for ring in rings), world.clock.now()]
        assert max(b - a for a, b in pairwise(times)) <= SILENCE, route
    assert not any(world.rings(route) for route in dead)


async def test_all_dead_is_told_within_two_minutes(world: Routes) -> None:
    for name in ("alice", "bob", "finn", "olga"):
        world.net.leave(name)
    called = await calls(world, ROUTES[1:])
    await world.later(minutes=10)
    (told,) = world.told("emergency.unreachable")
    assert told.at <= called + HONEST
    assert not world.told("emergency.through")


async def open_rows(world: Routes) -> list[OutboxRow]:
    """Return the rows of the emergency that have not reached anybody."""
    return [row for row in await world.rows() if row.lane <= Lane.PAGE and row.state in OPEN]


async def lives_on(world: Routes, hours: float, chance: Random, restarts: int) -> None:
    """Let time pass with restarts at random moments; whatever is open is due within a minute."""
    begin = world.clock.now()
    end = begin + timedelta(hours=hours)
    stops = sorted(begin + chance.random() * (end - begin) for _ in range(restarts))
    for stop in (*stops, end):
        await world.later(seconds=(stop - world.clock.now()).total_seconds())
        rows = await open_rows(world)
        assert all(row.next_at <= world.clock.now() + MINUTE for row in rows)
        rings = Counter(STAMP.sub("", row.key) for row in rows if row.lane is Lane.PAGE)
        assert max(rings.values()) <= 2, "rings pile up"
        if stop is not end:
            await world.again()


def check_tries(world: Routes, called: datetime) -> None:
    """The emergency was offered every minute, and always as the same letter."""
    tries = [(at, letter) for at, letter in world.mail.tries if letter.recipient == EMERGENCY]
    times = [called, *(at for at, _ in tries), world.clock.now()]
    assert max(b - a for a, b in pairwise(times)) <= MINUTE
    assert len({letter.raw for _, letter in tries}) == 1


@pytest.mark.slow
async def test_for_a_while_all_rings_go_on_and_in_the_end_each_is_rung_once(world: Routes) -> None:
    called = await calls(world, ROUTES)
    await lives_on(world, 0.75, Random(1), 6)
    check_tries(world, called)
    await world.mend(ROUTES)
    await world.later(minutes=1)
    assert len(world.letters()) == 1
    for route in ROUTES:
        people = [ring.whom for ring in world.rings(route)]
        assert len(people) == len(set(people)) >= len(TEAM), route


@pytest.mark.slow
async def test_for_a_day_nothing_is_left_alone_through_any_restart(world: Routes) -> None:
    dead = ROUTES[1:]
    called = await calls(world, dead)
    code = str((await world.rows())[0].page)
    await world.says("bob", None, f"!stand-down {code} all is well")
    await world.says("bob", None, "!yes")
    left = {row.key for row in await open_rows(world)}
    assert len(left) >= len(dead)
    await lives_on(world, 24, Random(2), 20)
    check_tries(world, called)
    assert {row.key for row in await open_rows(world)} == left
    await world.mend(dead)
    await world.later(minutes=1)
    assert len(world.letters()) == 1
    assert not await open_rows(world)
