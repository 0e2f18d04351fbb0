"""While the database keeps nothing, calls for help go out all the same, and the truth is told."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from bot.core.words.ports import Kept, MailOutcome
from bot.texts import catalogue
from bot.texts.catalogue import message
from storage.store import SealedStore
from tests.world import CODE, PAGE, World

EMERGENCY = "emergency@example.org"
CALL = "he says he will kill me tonight"


class Disk:
    """What is wrong with the disk of a world: nothing, until it is told."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.trouble: Callable[[], Exception] | None = None
        self.asked = 0
        #: Cleared while the thread of the database stands still.
        self.hangs = threading.Event()
        self.hangs.set()
        assert isinstance(world.store, SealedStore)
        world.store.database._probe = self._probe

    def _probe(self, name: str) -> None:
        self.hangs.wait(20)
        self.asked += name == "store.begun"
        if name == "store.commit" and self.trouble is not None:
            raise self.trouble()

    def full(self) -> None:
        self.trouble = lambda: sqlite3.OperationalError("database or disk is full")

    def well(self) -> None:
        self.trouble = None

    async def pragma(self, pragma: str) -> None:
        assert isinstance(self._world.store, SealedStore)
        await self._world.store.database.call(lambda raw: raw.execute(pragma).close())


@pytest.fixture
def disk(world: World) -> Disk:
    return Disk(world)


def mails(world: World, to: str = EMERGENCY) -> list[str]:
    raw = [letter.raw for letter in world.carrier.carried if letter.recipient == to]
    return [message_from_bytes(each, policy=policy.default).get_content() for each in raw]


def heard(key: str, lines: list[str]) -> bool:
    return any(catalogue.says(key, line) for line in lines)


async def home(world: World) -> None:
    """Let enough time pass for the bot to come home."""
    await world.later(seconds=61)
    assert world.bot is not None
    assert world.bot.store.kept is Kept.DATABASE


async def test_a_call_goes_out_and_is_told_where_its_words_are(world: World, disk: Disk) -> None:
    disk.full()
    said = await world.says("rita", None, CALL)
    assert heard("emergency.spool", said)
    assert heard("emergency.only", said)
    assert EMERGENCY in " ".join(said)
    assert len(mails(world)) == 1
    page = world.page()
    assert page in " ".join(world.heard("alice"))
    assert "✓" in " ".join(await world.says("alice", None, "!ack"))
    rung = len(world.heard("alice"))
    await world.later(minutes=7)
    assert not any(page in line for line in world.heard("alice")[rung:])


@pytest.mark.parametrize(
    "error",
    [
        sqlite3.OperationalError("disk I/O error"),
        sqlite3.OperationalError("attempt to write a readonly database"),
        sqlite3.DatabaseError("database disk image is malformed"),
    ],
    ids=str,
)
async def test_whatever_the_disk_says(world: World, disk: Disk, error: Exception) -> None:
    disk.trouble = lambda: error
    said = await world.says("rita", None, CALL)
    assert heard("emergency.spool", said)
    assert len(mails(world)) == 1
    disk.well()
    await home(world)
    assert heard("home.calls", world.heard("#team"))


async def test_a_database_that_has_become_read_only(world: World, disk: Disk) -> None:
    await disk.pragma("PRAGMA query_only = ON")
    said = await world.says("rita", None, CALL)
    assert heard("emergency.spool", said)
    await disk.pragma("PRAGMA query_only = OFF")
    await home(world)
    assert world.code(world.heard("#team")) in " ".join(await world.says("bob", None, "!cases"))


async def test_a_database_that_another_process_holds(world: World, disk: Disk) -> None:
    await disk.pragma("PRAGMA busy_timeout = 0")
    with sqlite3.connect(world.folder / "data" / "caseward.db", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        said = await world.says("rita", None, CALL)
        assert heard("emergency.spool", said)
        assert len(mails(world)) == 1
        other.execute("ROLLBACK")
    other.close()
    await home(world)
    assert heard("home.calls", world.heard("#team"))


async def test_a_database_that_hangs(world: World, disk: Disk) -> None:
    assert world.bot is not None
    disk.hangs.clear()
    world.net.hear("rita", None, CALL)
    start = world.clock.now()
    while not mails(world):
        assert world.clock.now() - start < timedelta(seconds=20)
        # The spool has a thread of its own, which no fake clock moves.
        for _ in range(50):
            await asyncio.sleep(0.001)
        world.clock.set(world.clock.now() + timedelta(seconds=0.5))
    assert world.bot.store.kept is Kept.SPOOL
    assert heard("emergency.spool", world.heard("rita"))
    disk.hangs.set()
    await home(world)
    assert heard("home.calls", world.heard("#team"))


@pytest.mark.parametrize("where", [None, "#team", "#lobby"])
async def test_anybody_calls_from_anywhere(world: World, disk: Disk, where: str | None) -> None:
    disk.full()
    who = "stranger" if where == "#lobby" else "alice"
    said = await world.says(who, where, "!emergency somebody hurts a friend of mine")
    assert mails(world)
    assert heard("emergency.spool", said)
    public = " ".join(world.heard("#lobby"))
    assert "hurts" not in public
    assert not PAGE.search(public)


async def test_home_again_the_case_is_there_exactly_once(world: World, disk: Disk) -> None:
    disk.full()
    await world.says("rita", None, CALL)
    code = world.code(world.heard("alice") + await world.says("alice", None, "!ack"))
    disk.well()
    await home(world)
    shown = " ".join(await world.says("bob", None, f"!show {code}"))
    assert code in shown
    listed = await world.says("bob", "#team", "!cases")
    assert " ".join(listed).count(code) == 1
    assert len(mails(world)) == 1
    assert heard("home.calls", world.heard("#team"))
    assert any(code in line for line in world.heard("#team"))
    rung = len(world.net.said)
    await world.later(minutes=20)
    assert not any("E-" in said.text for said in world.net.said[rung:])


async def test_while_fallen_nothing_touches_the_database(world: World, disk: Disk) -> None:
    disk.full()
    await world.says("rita", None, CALL)
    asked = disk.asked
    await world.says("rita", None, "and more words")
    await world.says("alice", "#team", "!open Somebody writes threats")
    await world.says("alice", None, "!ack")
    assert disk.asked == asked


async def test_other_lines_are_told_that_nothing_is_kept(world: World, disk: Disk) -> None:
    await world.says("rita", None, "Somebody follows me.")
    disk.full()
    said = await world.says("rita", None, "On every page.")
    assert heard("intake.aside", said)
    assert EMERGENCY in " ".join(said)
    assert heard("storage.aside", await world.says("alice", "#team", "!open Threats"))
    assert await world.says("stranger", "#lobby", "!weather tomorrow") == []
    assert "moth" in " ".join(await world.says("alice", "#team", "!ping moth"))
    disk.well()
    await home(world)
    assert heard("home.none", world.heard("#team"))
    assert "✓" in " ".join(await world.says("alice", "#team", "!open Threats"))


async def test_a_yes_to_danger_outlives_the_commit_that_failed(world: World, disk: Disk) -> None:
    await world.says("rita", None, "Somebody frightens me very much.")
    disk.full()
    said = await world.says("rita", None, "yes")
    assert heard("emergency.spool", said)
    assert "frightens" in " ".join(mails(world))


async def test_a_yes_counts_after_the_fall_as_well(world: World, disk: Disk) -> None:
    await world.says("rita", None, "Somebody frightens me very much.")
    disk.full()
    await world.says("alice", "#team", "!open Threats")
    assert not mails(world)
    said = await world.says("rita", None, "yes")
    assert heard("emergency.spool", said)
    assert "frightens" in " ".join(mails(world))


async def test_more_words_of_the_same_person_join_their_page(world: World, disk: Disk) -> None:
    disk.full()
    await world.says("rita", None, CALL)
    page = world.page()
    said = await world.says("rita", None, "urgent he is at my door")
    assert heard("emergency.spool.again", said)
    assert len(mails(world)) == 1
    assert set(PAGE.findall("\n".join(world.heard()))) == {page}
    disk.well()
    await home(world)
    code = world.code(world.heard("#team"))
    shown = " ".join(await world.says("alice", None, f"!show {code}"))
    assert "kill" in shown
    assert "door" in shown


async def test_pages_from_before_ring_on_and_are_taken(world: World, disk: Disk) -> None:
    await world.says("rita", None, "urgent he is at my door")
    page = world.page()
    disk.full()
    await world.says("alice", "#team", "!open Threats")
    rung = len(world.heard("alice"))
    await world.later(minutes=3, seconds=1)
    assert any(page in line for line in world.heard("alice")[rung:])
    assert page in " ".join(await world.says("alice", None, "!ack"))
    disk.well()
    await home(world)
    rung = len(world.heard("alice"))
    await world.later(minutes=10)
    assert not any(page in line for line in world.heard("alice")[rung:])


async def test_a_mail_that_waited_still_goes_out_and_only_once(world: World, disk: Disk) -> None:
    world.carrier.always = MailOutcome.RETRY
    await world.says("rita", None, "urgent he is at my door")
    disk.full()
    await world.says("alice", "#team", "!open Threats")
    world.carrier.always = MailOutcome.SENT
    await world.later(minutes=2)
    assert len(mails(world)) == 1
    disk.well()
    await home(world)
    await world.later(minutes=5)
    assert len(mails(world)) == 1


async def test_when_every_route_is_dead_the_person_hears_it_in_time(
    world: World, disk: Disk
) -> None:
    disk.full()
    world.carrier.always = MailOutcome.RETRY
    for nick in ("alice", "bob", "olga"):
        world.net.leave(nick)
    await world.says("rita", None, CALL)
    before = len(world.heard("rita"))
    await world.later(minutes=2)
    assert heard("emergency.unreachable", world.heard("rita")[before:])


async def test_people_are_told_once_of_the_fall_and_once_of_the_return(
    world: World, disk: Disk
) -> None:
    disk.full()
    await world.says("alice", "#team", "!open Threats")
    await world.later(minutes=1)
    told = [line for line in world.heard("#team") if catalogue.says("fallen.spool", line)]
    assert len(told) == 1
    assert heard("fallen.spool", world.heard("carol"))
    assert len(mails(world, "carol@example.org")) == 1
    disk.well()
    await home(world)
    for _ in range(3):
        disk.full()
        await world.says("alice", "#team", "!open Threats")
        disk.well()
        await home(world)
    lines = world.heard("#team")
    assert sum(catalogue.says("fallen.spool", line) for line in lines) == 1
    assert sum(catalogue.says("home.none", line) for line in lines) == 1
    await world.later(minutes=10)
    disk.full()
    await world.says("alice", "#team", "!open Threats")
    assert heard("fallen.spool.again", world.heard("#team"))


async def test_codes_of_what_came_in_reach_nobody_who_is_named_in_it(
    world: World, disk: Disk
) -> None:
    disk.full()
    await world.says("rita", None, "Example-Bob says he will kill me tonight")
    page = world.page()
    assert page not in " ".join(world.heard("bob"))
    disk.well()
    await home(world)
    assert not CODE.search(" ".join(world.heard("bob") + world.heard("#team")))
    assert CODE.search(" ".join(world.heard("alice")))


async def test_what_is_read_says_what_it_does_not_see(world: World, disk: Disk) -> None:
    await world.says("alice", "#team", "!open From before")
    before = world.code()
    disk.full()
    await world.says("rita", None, CALL)
    said = await world.says("alice", "#team", "!cases")
    assert before not in " ".join(said)
    assert heard("storage.sees", said)


async def test_a_call_that_meets_a_bug_gets_through_all_the_same(
    world: World, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    del disk
    assert world.bot is not None

    def broken(*_args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("bot.runtime.handling.machine.advance", broken)
    said = await world.says("rita", None, CALL)
    assert heard("emergency.raised", said)
    assert len(mails(world)) == 1
    assert world.bot.store.kept is Kept.DATABASE


async def test_a_command_that_breaks_in_the_database_calls_from_the_reserve(
    world: World, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    del disk
    assert isinstance(world.store, SealedStore)
    broken = world.store.ring

    def unseal(*_args: object, **_named: object) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr(broken, "seal", unseal)
    said = await world.says("alice", None, "!emergency somebody hurts a friend of mine")
    assert heard("emergency.spool", said)
    assert len(mails(world)) == 1


async def test_where_no_spool_can_be_had_it_says_that_it_is_in_memory(
    world: World, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert world.bot is not None
    reserve = world.bot.parts.reserve
    assert reserve is not None
    opened = reserve.open

    async def without(kept: Kept) -> object:
        if kept is Kept.SPOOL:
            raise sqlite3.OperationalError("disk I/O error")
        return await opened(kept)

    monkeypatch.setattr(type(reserve), "open", lambda _self, kept: without(kept))
    disk.full()
    said = await world.says("rita", None, CALL)
    assert heard("emergency.memory", said)
    assert heard("emergency.direct.memory", said)
    assert heard("fallen.memory", world.heard("#team"))
    assert len(mails(world)) == 1
    disk.well()
    await home(world)
    code = world.code(world.heard("#team"))
    assert code in " ".join(await world.says("alice", None, f"!show {code}"))


async def test_killed_in_the_spool_nothing_is_lost(world: World, disk: Disk) -> None:
    disk.full()
    await world.says("rita", None, CALL)
    page = world.page()
    assert world.bot is not None
    assert world.store is not None
    await world.bot.supervisor.stop()
    await world.bot.store.close()
    world.net = world.renewed()
    world.populate()
    await world.start()
    assert world.bot.store.kept is Kept.DATABASE
    assert heard("home.left", world.heard("#team"))
    assert page in " ".join(await world.says("alice", None, "!ack"))
    code = world.code(world.heard("#team"))
    assert "kill" in " ".join(await world.says("alice", None, f"!show {code}"))


async def test_a_reporter_goes_on_where_they_were_once_it_is_home(world: World, disk: Disk) -> None:
    await world.says("rita", None, "Somebody frightens me very much.")
    await world.says("rita", None, "no")
    disk.full()
    await world.says("rita", None, CALL)
    disk.well()
    await home(world)
    said = await world.says("rita", None, "yes")
    assert said
    assert message("intake.aside") not in said
