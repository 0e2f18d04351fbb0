"""Nobody reads the archive alone: after twenty cases within the hour a second person is asked."""

from dataclasses import replace

from bot.core.words.people import Account
from bot.runtime.reads import MOST
from bot.texts.catalogue import says
from tests.world import NETWORK, PEOPLE, World


async def _cases(world: World, count: int) -> list[str]:
    return [
        world.code(await world.says("bob", None, f"!open Insults on page {n}"))
        for n in range(count)
    ]


def _refused(said: list[str]) -> bool:
    return any(says("refused.too-many", line) for line in said)


async def _read(world: World, codes: list[str], nick: str = "alice") -> int:
    """Read cases and return how many of them were shown."""
    return sum([not _refused(await world.says(nick, None, f"!show {code}")) for code in codes])


def _alarms(world: World, where: str) -> list[str]:
    return [line for line in world.heard(where) if says("reads.alarm", line)]


async def test_the_twenty_first_is_refused_and_the_others_hear_of_it_once(world: World) -> None:
    codes = await _cases(world, MOST + 2)
    assert await _read(world, codes) == MOST
    assert len(_alarms(world, "#team")) == 1
    assert len(_alarms(world, "dan")) == 1
    assert "alice" in _alarms(world, "dan")[0]
    assert not set(codes) & set(" ".join(_alarms(world, "#team")).split())
    assert _alarms(world, "alice") == []
    said = await world.says("alice", None, f"!reveal {codes[-1]} 1")
    assert _refused(said)
    assert any(says("reads.ask", line) for line in said)


async def test_a_case_that_was_read_may_be_read_again(world: World) -> None:
    codes = await _cases(world, MOST)
    assert await _read(world, codes * 2) == 2 * MOST
    assert await world.says("alice", None, f"!show {codes[0]} timeline")
    assert not _alarms(world, "#team")


async def test_an_hour_later_it_begins_anew(world: World) -> None:
    codes = await _cases(world, 2 * MOST + 1)
    assert await _read(world, codes[: MOST + 1]) == MOST
    await world.later(minutes=61)
    assert await _read(world, codes[MOST:]) == MOST
    assert len(_alarms(world, "#team")) == 2


async def test_a_second_person_lets_them_go_on(world: World) -> None:
    codes = await _cases(world, 2 * MOST + 2)
    assert await _read(world, codes[: MOST + 1]) == MOST
    assert any(says("allow.yourself", s) for s in await world.says("alice", None, "!allow Alice"))
    assert await _read(world, codes[MOST : MOST + 1]) == 0
    await world.later(minutes=1)
    said = await world.says("bob", None, "!allow alice")
    assert any(says("allow.done", line) for line in said)
    for where in ("#team", "dan", "alice"):
        assert any(says("allow.told", line) for line in world.heard(where)), where
    assert await _read(world, codes[MOST:]) == MOST
    assert len(_alarms(world, "#team")) == 2


async def test_it_is_counted_by_person_however_many_accounts_type_at_once(world: World) -> None:
    codes = await _cases(world, MOST + 10)
    alice = PEOPLE[0]
    other = Account(network=NETWORK, name="alice-phone")
    world.renew((replace(alice, accounts=(*alice.accounts, other)), *PEOPLE[1:]))
    world.net.arrive("phone", "alice-phone")
    for number, code in enumerate(codes):
        world.net.hear("alice" if number % 2 else "phone", None, f"!show {code}")
    await world.settle()
    shown = [line for line in world.heard() if says("show.head", line)]
    assert len(shown) == MOST
    assert len(_alarms(world, "#team")) == 1


async def test_what_is_not_read_is_not_counted(world: World) -> None:
    codes = await _cases(world, MOST + 5)
    for code in codes:
        await world.says("alice", None, f"!note {code} Seen.")
        await world.says("alice", None, f"!show {code.replace(code[-1], '*')}")
    assert await _read(world, codes[:MOST]) == MOST


async def test_who_is_no_handler_is_let_nowhere(world: World) -> None:
    for name in ("olga", "rita"):
        said = await world.says("bob", None, f"!allow {name}")
        assert any(says("allow.nobody", line) for line in said)
