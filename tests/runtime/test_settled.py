"""Every line that a network hands over is settled once, and not before it is safe to forget it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from bot.core.words.inbound import Inbound, Never
from bot.core.words.ports import Unit, Viewer
from bot.runtime import crowd as crowds
from bot.runtime.crowd import MOST_WAITING
from bot.texts import catalogue
from storage.store import SealedStore
from tests.world import World, new_world


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world() as made:
        yield made


class Counted:
    """Hands lines over and counts how often each is settled."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.times: list[int] = []

    def done(self) -> Callable[[], None]:
        number = len(self.times)
        self.times.append(0)

        def done() -> None:
            self.times[number] += 1

        return done

    def hear(
        self,
        nick: str,
        where: str | None,
        text: str,
        *,
        never: Never | None = None,
        relayed: bool = False,
        age: float = 0,
    ) -> Inbound:
        return self.world.net.hear(
            nick, where, text, never=never, relayed=relayed, age_seconds=age, done=self.done()
        )


async def test_each_line_is_settled_once_whatever_comes_of_it(world: World) -> None:
    counted = Counted(world)
    for nick, where, text in (
        ("alice", "#team", "!open Insults"),
        ("alice", "#team", "overheard by the way"),
        ("alice", "#elsewhere", "!open Insults"),
        ("alice", "#team", "!frobnicate"),
        ("stranger", "#lobby", "!cases"),
        ("alice", None, "!ping one"),
        ("alice", None, "plain words"),
        ("alice", None, "!emergency somebody is in danger"),
        ("stranger", "#lobby", "!emergency somebody is in danger"),
        ("rita", None, "Somebody insults me."),
        ("rita", None, "urgent he is at my door"),
    ):
        counted.hear(nick, where, text)
    for never in Never:
        for where in ("#team", None):
            for text in ("!cases", "hello", "!emergency he is here", "he will kill me tonight"):
                counted.hear("bob", where, text, never=never)
    counted.hear("bob", "#team", "!cases", relayed=True)
    counted.hear("bob", None, "he will kill me tonight", relayed=True)
    counted.hear("bob", "#team", "!cases", age=3_600)
    again = counted.hear("bob", "#team", "!cases")
    world.net.repeat(replace(again, done=counted.done()))
    world.net.repeat(replace(again, done=counted.done()), mark="$other")
    await world.settle()
    assert counted.times == [1] * len(counted.times)


async def test_a_line_is_settled_when_it_is_committed_and_before_it_is_answered(
    world: World,
) -> None:
    order: list[str] = []
    world.on_probe = order.append
    world.net.before_send = lambda _cleared: order.append("said")
    world.net.hear("alice", "#team", "!open Insults", done=lambda: order.append("done"))
    await world.settle()
    assert order.index("command.before") < order.index("done") < order.index("said")


@pytest.mark.parametrize("text", ["Somebody insults me.", "urgent he is at my door"])
@pytest.mark.parametrize("times", [1, 100])
async def test_what_the_store_cannot_keep_is_settled_once(
    world: World, text: str, times: int
) -> None:
    failing = iter(range(times))

    def probe(name: str) -> None:
        if name == "store.commit" and next(failing, None) is not None:
            raise sqlite3.OperationalError("database or disk is full")

    assert isinstance(world.store, SealedStore)
    world.store.database._probe = probe
    counted = Counted(world)
    counted.hear("rita", None, text)
    counted.hear("alice", "#team", "!open Insults")
    counted.hear("alice", "#team", "!cases", never=Never.CLEAR)
    counted.hear("bob", "#team", "!cases", never=Never.EDIT)
    await world.settle()
    assert counted.times == [1] * 4


async def test_a_line_that_fails_is_settled_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert world.bot is not None

    def fails(*_args: object, **_how: object) -> None:
        raise ValueError

    monkeypatch.setattr(type(world.bot.handling), "command", fails)
    counted = Counted(world)
    counted.hear("alice", "#team", "!cases")
    counted.hear("alice", "#team", "!ack")
    await world.settle()
    assert counted.times == [1, 1]


async def test_lines_that_are_too_many_are_settled(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = Counted(world)
    monkeypatch.setattr(crowds, "MOST_KEPT", 30)
    for number in range(30 + 20):
        counted.hear("alice", None, f"!ping {number}")
    monkeypatch.setattr(crowds, "MOST_IN_ALL", 10)
    monkeypatch.setattr(crowds, "MOST_AT_ALL", 15)
    for number in range(20):
        world.net.arrive(f"guest{number}")
        counted.hear(f"guest{number}", None, "hello")
    # Those that are passed over at once.
    assert sum(counted.times) == 20 + 5
    await world.settle()
    assert counted.times == [1] * len(counted.times)


async def test_words_that_their_network_keeps_are_all_taken(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody may have written them while the bot was away."""
    monkeypatch.setattr(crowds, "CROWDED", 5)
    counted = Counted(world)
    await world.says("rita", None, "Somebody frightens me.")
    await world.says("rita", None, "no")
    await world.says("rita", None, "yes")
    for number in range(MOST_WAITING + 20):
        counted.hear("rita", None, f"word-{number:03}-end")
    await world.settle()
    assert not any(catalogue.says("dm.too-fast", line) for line in world.heard("rita"))
    assert counted.times == [1] * (MOST_WAITING + 20)
    assert world.store is not None
    said = await world.store.run(_words)
    assert [said.count(f"word-{each:03}-end") for each in range(MOST_WAITING + 20)] == [
        1 for _ in counted.times
    ]


def _words(unit: Unit) -> str:
    cases = unit.cases(Viewer(system=True))
    views = [view for row in cases.rows(status=None) if (view := cases.find(row.code))]
    found = [cases.words(view.code, entry.seq) for view in views for entry in view.entries]
    return "\n".join(piece.text for pieces in found if pieces for piece in pieces)


async def test_what_is_cut_short_comes_again_and_is_done_then(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert world.store is not None
    run, begun = world.store.run, asyncio.Event()

    async def held(job: Callable[[Unit], object], *, urgent: bool = False) -> object:
        begun.set()
        if not urgent:
            await asyncio.Event().wait()
        return await run(job, urgent=urgent)

    counted = Counted(world)
    monkeypatch.setattr(world.store, "run", held)
    first = counted.hear("alice", "#team", "!open Insults")
    counted.hear("alice", "#team", "!ping one")
    counted.hear("rita", None, "Somebody insults me.")
    await begun.wait()
    await world.stop()
    assert counted.times == [0, 0, 0]
    world.renewed()
    await world.start()
    world.net = world.live.transports["net"]  # type: ignore[assignment]  # the one that is renewed
    world.net.repeat(first)
    await world.settle()
    assert counted.times == [1, 0, 0]
    assert world.code()


async def test_a_network_that_fails_when_it_is_told_takes_no_line_along(world: World) -> None:
    def fails() -> None:
        raise RuntimeError

    world.net.hear("alice", "#elsewhere", "!ping zero", done=fails)
    world.net.hear("alice", None, "!ping one", done=fails)
    await world.settle()
    assert world.heard("alice")[-1].endswith("one")
