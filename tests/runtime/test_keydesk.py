"""Keys: operators hear what happens to them, and what they decide is done."""

from collections.abc import AsyncIterator

import pytest

from bot.core.words.inbound import Never
from bot.core.words.keys import KeyAct, KeyKind, KeyNews, KeyOrder
from bot.core.words.people import Account
from bot.core.words.ports import StoreFailed
from bot.texts import catalogue
from tests.world import World, new_world

OLD, NEW = "O" * 43, "Nnnn" + "N" * 39
ALICE = Account(network="net", name="alice")


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world(sealed=True) as made:
        yield made


def news(world: World, kind: KeyKind, **more: object) -> None:
    made = KeyNews(kind=kind, account=ALICE, **more)  # type: ignore[arg-type]  # as the test says
    assert world.bot is not None
    world.bot.sink(made)


async def test_operators_hear_of_a_changed_key_once_and_decide(world: World) -> None:
    for _ in range(2):
        news(world, KeyKind.CHANGED, key=NEW, before=OLD)
        await world.settle()
    heard = world.heard("carol")
    assert sum(catalogue.says("keys.changed", line) for line in heard) == 1
    assert any("Nnnn NNNN" in line for line in heard)
    assert not any(catalogue.says("keys.changed", line) for line in world.heard("alice"))
    answer = await world.says("carol", None, f"!verify alice {NEW[:8]}")
    assert any(catalogue.says("verify.trusted", line) for line in answer)
    assert world.net.orders == [KeyOrder(act=KeyAct.TRUST, account=ALICE, key=NEW)]
    answer = await world.says("carol", None, "!verify alice")
    assert any(catalogue.says("verify.nothing", line) for line in answer)


async def test_an_order_that_fails_is_told_and_can_be_given_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(order: KeyOrder) -> None:
        del order
        raise StoreFailed

    monkeypatch.setattr(world.net, "keys", fails)
    news(world, KeyKind.CHANGED, key=NEW, before=OLD)
    await world.settle()
    answer = await world.says("carol", None, f"!verify alice {NEW[:8]}")
    assert any(catalogue.says("verify.failed", line) for line in answer)
    monkeypatch.undo()
    await world.says("carol", None, f"!verify alice {NEW[:8]}")
    assert len(world.net.orders) == 1


async def test_a_first_key_is_done_once_it_is_written_down(world: World) -> None:
    done: list[bool] = []
    news(world, KeyKind.FIRST, key=NEW, done=lambda: done.append(True))
    assert done == []
    await world.settle()
    assert done == [True]
    assert any(catalogue.says("keys.first", line) for line in world.heard("carol"))


@pytest.mark.parametrize("never", [Never.UNSIGNED, Never.CHANGED])
async def test_a_device_that_proves_nobody_runs_nothing(world: World, never: Never) -> None:
    world.net.hear("alice", "#team", "!open Example threats", never=never)
    world.net.hear("alice", "#team", "!open Example threats", never=never)
    await world.settle()
    said = world.heard("#team")
    assert [catalogue.says(f"{never}.command", line) for line in said] == [True]
    assert world.store is not None
    audit = await world.store.run(lambda unit: unit._audit.read())  # type: ignore[attr-defined]  # as a test reads it
    assert [(e.verb, e.outcome) for e in audit] == [("open", f"never-{never}")] * 2
    told = [line for line in world.heard("carol") if catalogue.says("keys.unsigned", line)]
    assert len(told) == (never is Never.UNSIGNED)


async def test_who_is_not_proven_can_still_call_for_help(world: World) -> None:
    world.net.hear("alice", None, "urgent he is at my door", never=Never.UNSIGNED)
    await world.settle()
    assert any(m.recipient == "emergency@example.org" for m in world.carrier.carried)
    world.net.hear("alice", None, "hello", never=Never.CHANGED)
    await world.settle()
    assert any(catalogue.says("changed.dm", line) for line in world.heard("alice"))


async def test_the_bots_own_trouble_is_told(world: World) -> None:
    for kind, reason in (
        (KeyKind.OWN_WAITING, "https://example.org/approve"),
        (KeyKind.OWN_FAILED, "M_FORBIDDEN"),
    ):
        news(world, kind, reason=reason)
        await world.settle()
        assert any(reason in line for line in world.heard("carol"))
