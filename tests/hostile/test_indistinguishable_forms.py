"""Held or not, in every argument of every command: nobody is answered otherwise.

Two worlds that are alike but for what a case holds hear the same lines, with a link of its own in
each. What is said, logged and audited, and what each line asks the database, is the same; only what
the oversighter hears by direct message of words that were noticed is left out.
"""

import re
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import islice
from typing import NamedTuple

import pytest
from structlog.testing import capture_logs

from commands._registry import load
from storage.store import SealedStore
from tests.hostile.kit import report
from tests.hostile.probing import HOLE, PLACES, SPEAKERS, Form, Probed, forms, probed
from tests.world import World

#: Links that are typed, and others of the same form.
TYPED, ELSE = 471_000, 581_000
LINK = "https://wiki.example.org/w/index.php?diff={}"
#: So many lines are typed in one world, and in the fast suite.
WORLD, FEW = 24, 48
#: What somebody looks at after each line.
LOOKS = ("timeline", "parties", "links")
_LITERALS = re.compile(r"x'[0-9a-f]*'|'[^']*'|\b\d+\b")
_FRAMES = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "PRAGMA")


class Typed(NamedTuple):
    """Who types which form where."""

    form: Form
    place: str | None
    speaker: str


class Told(NamedTuple):
    """All that came of some lines: answers and jobs of each, then what was logged and audited."""

    lines: list[object]
    logs: list[object]
    audit: str


def everything() -> list[Typed]:
    """Return every form in every place, by everybody in turn, in an order that mixes them."""
    pairs = [(form, place) for form in forms(load()) for place in PLACES]
    mixed = sorted(range(len(pairs)), key=lambda number: number * 7919 % len(pairs))
    return [Typed(*pairs[at], SPEAKERS[turn % len(SPEAKERS)]) for turn, at in enumerate(mixed)]


def alike(made: Probed, speaker: str) -> list[tuple[str, str]]:
    """Return what was heard since, but for notices of what was noticed."""
    heard, made.heard = made.heard, []
    oversighter = f"{made.world.net.name}/alice"
    return [
        (one.where, one.text) for one in heard if one.where != oversighter or speaker == "alice"
    ]


async def asked(world: World, begin: Callable[[], object]) -> Counter[str]:
    """Begin something and let it happen; returns how often what was asked of the database for it.

    How jobs share a transaction is chance, and so is how often it is asked what is due.
    """
    store, statements = world.store, list[str]()
    assert isinstance(store, SealedStore)
    await store.database.trace(statements.append)
    begin()
    await world.settle()
    await store.database.trace(None)
    bare = (_LITERALS.sub("?", one).strip() for one in statements)
    return Counter(one for one in bare if not one.startswith(_FRAMES))


async def idle(world: World) -> set[str]:
    """Return what is asked of the database while nothing happens."""
    assert world.bot is not None
    return set(await asked(world, world.bot.outbox.waker.nudge)) | set(
        await asked(world, world.bot.scheduler.waker.nudge)
    )


async def told(lines: list[Typed], holds: int, *, sealed: bool) -> Told:
    """Have lines typed where a case holds links from this number on."""
    async with probed(sealed=sealed) as made:
        world = made.world
        assert world.bot is not None
        # Both have sent something by then: the first time of each month makes a key.
        code = await report(world, "rita", "more", "there", "nobody", "me", "yes")
        made.heard.clear()
        made.holds([LINK.format(holds + number) for number in range(len(lines))])
        assert bool(world.bot.held.hit(LINK.format(TYPED))) == (holds == TYPED)
        calm = await idle(world)
        found: list[object] = []
        with capture_logs() as logs:
            for number, one in enumerate(lines):
                link = LINK.format(TYPED + number)
                line = one.form.line.replace("CASE", code).replace(HOLE, link)
                says = partial(world.net.hear, one.speaker, one.place, line)
                jobs = await asked(world, says)
                found.append({what: often for what, often in jobs.items() if what not in calm})
                found += (one, alike(made, one.speaker))
                await world.says(one.speaker, one.place, "!yes")
                found.append(alike(made, one.speaker))
                for look in LOOKS:
                    await world.says("finn", "#team", f"!show {code} {look}")
                # Only later is written down what was noticed, and told.
                await world.later(seconds=20)
                found.append(alike(made, ""))
        return Told(found, list(logs), await made.audit())


async def compared(lines: list[Typed], *, sealed: bool) -> None:
    """Have the same lines typed in two worlds, and compare them."""
    for start in range(0, len(lines), WORLD):
        some = lines[start : start + WORLD]
        held = await told(some, TYPED, sealed=sealed)
        other = await told(some, ELSE, sealed=sealed)
        for one, two in zip(held.lines, other.lines, strict=True):
            assert one == two
        assert held.logs == other.logs
        assert held.audit == other.audit


@pytest.mark.parametrize("sealed", [False, True])
async def test_a_held_link_is_answered_like_another(sealed: bool) -> None:
    await compared(list(islice(everything(), FEW)), sealed=sealed)


@pytest.mark.slow
@pytest.mark.parametrize("sealed", [False, True])
async def test_a_held_link_is_answered_like_another_in_every_argument(sealed: bool) -> None:
    await compared(everything(), sealed=sealed)
