"""Words of cases in rooms: who hears of them, when, and that nobody else can tell."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from bot.core.pii.watch import KEPT, Found
from bot.core.words.hits import Hit
from bot.core.words.inbound import Never, Overheard
from bot.core.words.labels import Label
from bot.core.words.people import Role, Speaker
from bot.core.words.places import Room, Rooms
from bot.core.words.ports import StoreFailed, Unit
from bot.runtime.spotting import Spotting
from storage.store import SealedStore
from tests.world import NETWORK, PEOPLE, World, new_world, person, place

LINK = "https://wiki.example.org/w/index.php?diff=471147"
OTHER = "https://wiki.example.org/w/index.php?diff=471148"


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world() as made:
        yield made


@pytest.fixture
async def sealed() -> AsyncIterator[World]:
    async with new_world(sealed=True) as made:
        yield made


async def holding(world: World, link: str = LINK) -> str:
    """Have a case that holds a link; returns its code."""
    return world.code(await world.says("alice", None, f"!open Look at {link}"))


async def hits(world: World, code: str) -> list[Hit]:
    assert world.store is not None
    return list(await world.store.run(lambda unit: unit.hits().of(code)))


async def wait(world: World, **amount: float) -> None:
    """Let what was said be taken in, and time pass."""
    await world.settle()
    await world.later(**(amount or {"seconds": 8}))


def told(world: World, who: str, since: int = 0) -> list[str]:
    """Return the news of hits that somebody was told."""
    said = world.net.said[since:]
    return [s.text for s in said if s.place.address == who and " stand in " in s.text]


# ---- who hears, and when -------------------------------------------------------------------------


async def test_oversighters_hear_within_seconds_and_nobody_else(world: World) -> None:
    code = await holding(world)
    mark = len(world.net.said)
    await world.says("stranger", "#lobby", f"look at {LINK}")
    await world.later(seconds=1.9)
    assert world.net.said[mark:] == []
    await world.later(seconds=4.2)
    [news] = told(world, "alice", mark)
    assert code in news
    assert "net/#lobby" in news
    assert {said.place.address for said in world.net.said[mark:]} == {"alice"}
    assert [said.text for said in world.net.said[mark:] if "471147" in said.text] == []
    [hit] = await hits(world, code)
    assert (hit.place, hit.nick, hit.lines, hit.contained) == (
        place("#lobby"),
        "stranger",
        1,
        False,
    )


async def test_what_no_case_holds_is_nothing(world: World) -> None:
    code = await holding(world)
    mark = len(world.net.said)
    await world.says("stranger", "#lobby", f"look at {OTHER}")
    await world.later(seconds=10)
    assert world.net.said[mark:] == []
    assert await hits(world, code) == []


async def test_an_oversighter_of_the_case_does_not_hear_and_stewards_do(world: World) -> None:
    code = await holding(world)
    await world.says("bob", None, f"!party {code} subject Example-Alice")
    mark = len(world.net.said)
    await world.says("stranger", "#lobby", LINK)
    await world.later(seconds=10)
    assert told(world, "alice", mark) == []
    assert len(told(world, "bob", mark)) == 1


async def test_where_none_may_hear_nobody_does(world: World) -> None:
    code = await holding(world)
    world.renew([each for each in PEOPLE if each.name not in {"alice", "bob"}])
    await world.settle()
    mark = len(world.net.said)
    await world.says("stranger", "#lobby", LINK)
    await world.later(minutes=2)
    assert world.net.said[mark:] == []
    assert len(await hits(world, code)) == 1


async def test_stewards_do_not_hear_where_an_oversighter_may(world: World) -> None:
    await holding(world)
    world.renew([*PEOPLE, person("erin", Role.OVERSIGHTER)])
    world.net.arrive("erin", "erin")
    mark = len(world.net.said)
    await world.says("stranger", "#lobby", LINK)
    await world.later(seconds=10)
    assert [len(told(world, who, mark)) for who in ("alice", "erin", "bob")] == [1, 1, 0]


async def test_news_that_cannot_be_said_are_told_to_no_room(world: World) -> None:
    await holding(world)
    world.net.leave("alice")
    mark = len(world.net.said)
    await world.says("stranger", "#lobby", LINK)
    await world.later(minutes=30)
    assert world.net.said[mark:] == []
    world.net.arrive("alice", "alice")
    world.net.link(up=True)
    await world.settle()
    assert len(told(world, "alice", mark)) == 1


async def test_whoever_may_not_hear_any_more_does_not(world: World) -> None:
    await holding(world)
    world.net.leave("alice")
    await world.says("stranger", "#lobby", LINK)
    await wait(world)
    world.renew([*(p for p in PEOPLE if p.name != "alice"), person("alice", Role.FUNCTIONARY)])
    world.net.arrive("alice", "alice")
    world.net.link(up=True)
    await wait(world)
    assert told(world, "alice") == []


# ---- what is read --------------------------------------------------------------------------------


async def test_all_ways_of_saying_it_are_read(world: World) -> None:
    code = await holding(world)
    hear = world.net.hear
    ways = (
        partial(hear, "alice", "#team", f"!note {LINK}"),
        partial(hear, "bob", "#team", f"!nothing {LINK}"),
        partial(hear, "bob", "#team", f"caseward: help {LINK}"),
        partial(hear, "finn", "#team", LINK, never=Never.EDIT),
        partial(hear, "finn", "#team", LINK, never=Never.NOTICE),
        partial(hear, "finn", "#team", LINK, never=Never.CLEAR),
        partial(hear, "finn", "#team", LINK, relayed=True),
        partial(hear, "finn", "#team", LINK, age_seconds=4000),
    )
    for number, said in enumerate(ways):
        before = sum(hit.lines for hit in await hits(world, code))
        said()
        await world.settle()
        await wait(world)
        assert sum(hit.lines for hit in await hits(world, code)) == before + 1, number


async def test_words_over_several_lines_are_found_and_all_of_the_lines_named(world: World) -> None:
    code = world.code(await world.says("alice", None, "!open Write to jane.q@example.org"))
    for text in ("ordinary talk", "do you know jane.q@", "example.org by now"):
        await world.says("finn", "#team", text)
    await wait(world)
    [hit] = await hits(world, code)
    assert (hit.nick, hit.lines, len(hit.messages)) == ("finn", 2, 2)
    await world.says("finn", "#lobby", "jane.q@")
    await world.later(seconds=31)
    await world.says("finn", "#lobby", "example.org")
    await wait(world)
    assert len(await hits(world, code)) == 1


async def test_what_else_people_read_in_a_line_is_read(world: World) -> None:
    code = await holding(world)
    inbound = world.net.hear("finn", "#team", "see here")
    assert world.bot is not None
    world.bot.sink(replace(inbound, key="net:x", besides=f'<a href="{LINK}">here</a>'))
    await wait(world)
    assert len(await hits(world, code)) == 1


async def test_words_that_are_nothing_to_the_bot_are_overheard(world: World) -> None:
    code = await holding(world)
    assert world.bot is not None
    settled: list[int] = []
    for text in (LINK, OTHER):
        world.bot.sink(
            Overheard(
                speaker=Speaker(network=NETWORK, nick="feed", identity="net|link|feed"),
                place=place("#lobby"),
                text=text,
                at=world.clock.now(),
                done=lambda: settled.append(1),
            )
        )
    assert len(settled) == 1
    await wait(world)
    assert len(settled) == 2
    [hit] = await hits(world, code)
    assert (hit.nick, hit.messages) == ("feed", ())


async def test_no_place_is_watched_while_no_case_holds_anything(world: World) -> None:
    assert not world.live.is_watched(place("#lobby"))
    await holding(world)
    assert world.live.is_watched(place("#lobby"))
    assert not world.live.is_watched(place("#elsewhere"))


async def test_places_that_are_not_watched_are_not_read(world: World) -> None:
    code = await holding(world)
    world.live.rooms = Rooms(
        tuple(replace(room, watch="off") for room in world.live.rooms.rooms if room.name != "x")
    )
    await world.says("finn", "#team", LINK)
    await world.says("finn", None, LINK)
    await wait(world)
    assert await hits(world, code) == []


async def test_a_place_that_may_carry_it_is_not_read(sealed: World) -> None:
    code = await holding(sealed)
    rooms = (Room(name="quiet", places=(place("#quiet"),), ceiling=Label.PII, watch="held"),)
    sealed.live.rooms = Rooms((*sealed.live.rooms.rooms, *rooms))
    sealed.net.channel("#quiet", "alice")
    sealed.net.recheck()
    await sealed.says("alice", "#quiet", LINK)
    await wait(sealed)
    assert await hits(sealed, code) == []
    # Somebody of lower clearance comes in: what was right to say is not any more.
    sealed.net.join("#quiet", "finn")
    await sealed.says("alice", "#quiet", LINK)
    await wait(sealed)
    assert len(await hits(sealed, code)) == 1


# ---- one notice ----------------------------------------------------------------------------------


async def test_many_hits_in_a_place_are_one_notice_for_a_while(world: World) -> None:
    code = await holding(world)
    mark = len(world.net.said)
    for nick in ("stranger", "finn", "stranger"):
        await world.says(nick, "#lobby", LINK)
        await world.later(minutes=2)
    assert len(told(world, "alice", mark)) == 1
    found = {(hit.nick, hit.lines) for hit in await hits(world, code)}
    assert found == {("stranger", 2), ("finn", 1)}
    await world.says("finn", "#team", LINK)
    await wait(world)
    assert len(told(world, "alice", mark)) == 2
    await world.later(minutes=10)
    await world.says("stranger", "#lobby", LINK)
    await wait(world)
    assert len(told(world, "alice", mark)) == 3


async def test_a_flood_is_one_hit(world: World) -> None:
    code = await holding(world)
    for _ in range(500):
        world.net.hear("stranger", "#lobby", LINK)
    await wait(world)
    [hit] = await hits(world, code)
    assert (hit.lines, len(hit.messages)) == (500, 500)
    assert len(told(world, "alice")) == 1


async def test_hits_are_forgotten_after_a_month(world: World) -> None:
    code = await holding(world)
    await world.says("stranger", "#lobby", LINK)
    await wait(world)
    world.clock.jump(KEPT - timedelta(hours=1))
    await world.later(minutes=2)
    assert len(await hits(world, code)) == 1
    world.clock.jump(timedelta(days=2))
    await world.later(minutes=2)
    assert await hits(world, code) == []


# ---- kept ----------------------------------------------------------------------------------------


def counted(times: list[int]) -> Callable[[], None]:
    times.append(0)
    number = len(times) - 1

    def done() -> None:
        times[number] += 1

    return done


async def test_a_line_is_settled_only_once_its_hit_is_durable(world: World) -> None:
    await holding(world)
    times: list[int] = []
    for text in (LINK, "ordinary talk", f"!note {LINK}"):
        world.net.hear("alice", "#team", text, done=counted(times))
    await world.settle()
    assert times == [0, 1, 0]
    await wait(world)
    assert times == [1, 1, 1]


async def test_a_line_that_comes_again_after_a_kill_counts_once(world: World) -> None:
    code = await holding(world)
    inbound = world.net.hear("stranger", "#lobby", LINK)
    await wait(world)
    for _ in range(2):
        world.net.repeat(inbound)
        await world.later(minutes=11)
    [hit] = await hits(world, code)
    assert hit.lines == 1


async def test_what_was_noticed_is_kept_at_the_stop(world: World) -> None:
    code = await holding(world)
    times: list[int] = []
    world.net.hear("stranger", "#lobby", LINK, done=counted(times))
    await world.stop()
    assert times == [1]
    world.renewed()
    await world.start()
    assert len(await hits(world, code)) == 1


async def test_hits_wait_until_the_database_keeps_things_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = await holding(world)
    assert world.bot is not None
    spotting, failing = world.bot.spotting, True
    job = Spotting._job

    def sometimes(self: Spotting, found: Sequence[Found], unit: Unit) -> bool:
        if failing:
            raise StoreFailed("no")
        return job(self, found, unit)

    monkeypatch.setattr(Spotting, "_job", sometimes)
    times: list[int] = []
    world.net.hear("stranger", "#lobby", LINK, done=counted(times))
    monkeypatch.setattr(world.bot.store, "_reserve", None)
    await wait(world, seconds=20)
    assert times == [0]
    assert len(spotting._noticed) == 1
    failing = False
    await wait(world)
    assert times == [1]
    assert len(await hits(world, code)) == 1


async def test_one_broken_case_keeps_no_other_from_being_told(world: World) -> None:
    broken, sound = await holding(world), await holding(world, OTHER)
    assert isinstance(world.store, SealedStore)

    def damage(raw: sqlite3.Connection) -> None:
        raw.execute(
            "CREATE TRIGGER no BEFORE INSERT ON hits WHEN new.case_id ="
            " (SELECT id FROM cases ORDER BY id LIMIT 1) BEGIN SELECT RAISE(ABORT, 'no'); END"
        )

    await world.store.database.run(damage)
    times: list[int] = []
    world.net.hear("stranger", "#lobby", f"{LINK} {OTHER}", done=counted(times))
    await wait(world, seconds=20)
    assert (await hits(world, broken), len(await hits(world, sound))) == ([], 1)
    assert times == [1]


# ---- nobody can tell -----------------------------------------------------------------------------


def _trace(callback: Callable[[str], object] | None, raw: sqlite3.Connection) -> None:
    raw.set_trace_callback(callback)


async def test_a_held_line_and_another_cost_and_say_the_same(world: World) -> None:
    await holding(world)
    assert isinstance(world.store, SealedStore)
    seen: list[tuple[list[str], list[str]]] = []
    idle = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "\nSELECT min(", "SELECT min(")
    # Once for what is read the first time only.
    for link in (OTHER, LINK, OTHER):
        ran: list[str] = []
        store = world.store
        await store.database.run(partial(_trace, ran.append))
        mark = len(world.net.said)
        for who, text in (("finn", link), ("finn", f"!show {link}"), ("stranger", f"!x {link}")):
            world.net.hear(who, "#team" if who == "finn" else "#lobby", text)
            await world.settle()
        await store.database.run(partial(_trace, None))
        statements = [one.split(" VALUES")[0].split(" WHERE")[0] for one in ran]
        statements = [one for one in statements if not one.startswith(idle)]
        seen.append((statements, [said.text for said in world.net.said[mark:]]))
    assert len(seen[1][0]) > 5
    assert seen[1] == seen[2]


async def test_no_line_of_the_audit_tells(world: World) -> None:
    await holding(world)
    assert isinstance(world.store, SealedStore)

    async def entries() -> int:
        assert isinstance(world.store, SealedStore)
        return int(
            await world.store.database.run(
                lambda raw: raw.execute("SELECT count(*) FROM audit").fetchone()[0]
            )
        )

    before = await entries()
    await world.says("stranger", "#lobby", LINK)
    await wait(world)
    assert await entries() == before
    assert len(told(world, "alice")) == 1


async def test_a_call_for_help_is_heard_whatever_fails_in_reading_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await holding(world)
    assert world.bot is not None

    def broken(_text: str, _before: str) -> frozenset[str]:
        raise RecursionError

    monkeypatch.setattr(world.bot.spotting, "holds", broken)
    await world.says("stranger", "#lobby", "!emergency somebody is outside the house")
    assert world.page()
