"""Lines that are never obeyed: what is written of them, who is told, and that danger counts."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.core.words.inbound import Never
from bot.core.words.places import PlaceKind
from bot.core.words.ports import AuditEntry
from bot.runtime.barred import MOST_RELAYED
from bot.texts.catalogue import says
from storage.audit import AuditBook
from storage.store import SealedStore
from tests.world import World, new_world

#: How a direct message in clear is addressed: by its room.
CLEAR = "!clear:example.org"
#: Words that an interview asks about.
DOUBT = "I want to disappear"


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world() as made:
        made.net.arrive(CLEAR, "alice", clear=True)
        yield made


async def audit(world: World, outcome: str) -> list[AuditEntry]:
    store = world.store
    assert isinstance(store, SealedStore)
    ring = store._ring
    entries = await store.database.run(lambda raw: AuditBook(raw, ring).read())
    return [entry for entry in entries if entry.outcome == outcome]


async def heard(
    world: World,
    nick: str,
    where: str | None,
    text: str,
    *,
    never: Never | None = None,
    relayed: bool = False,
) -> list[str]:
    mark = len(world.net.said)
    world.net.hear(nick, where, text, never=never, relayed=relayed)
    await world.settle()
    return [said.text for said in world.net.said[mark:]]


# ---- rooms ---------------------------------------------------------------------------------


async def test_a_command_in_clear_is_written_down_and_answered_once_a_minute(world: World) -> None:
    said = await heard(world, "alice", "#team", "!open Insults", never=Never.CLEAR)
    assert [says("clear.command", line) for line in said] == [True]
    assert await heard(world, "bob", "#team", "!cases", never=Never.CLEAR) == []
    await world.later(seconds=61)
    assert await heard(world, "bob", "#team", "!cases", never=Never.CLEAR)
    written = await audit(world, "never-clear")
    assert [entry.verb for entry in written] == ["open", "cases", "cases"]
    assert all(
        entry.who == f"net|link|clear:{nick}"
        for entry, nick in zip(written, ["alice", "bob", "bob"], strict=True)
    )
    assert "C-" not in " ".join(world.heard())


@pytest.mark.parametrize("never", [Never.EDIT, Never.NOTICE])
async def test_edits_and_words_of_programs_are_written_down_and_not_answered(
    world: World, never: Never
) -> None:
    for where in ("#team", None):
        assert await heard(world, "alice", where, "!open Insults", never=never) == []
        assert await heard(world, "alice", where, "hello there", never=never) == []
        assert await heard(world, "alice", where, "!frobnicate it", never=never) == []
    written = await audit(world, f"never-{never}")
    assert [(entry.who, entry.verb) for entry in written] == [("alice", "open")] * 2


async def test_one_message_is_written_down_once(world: World) -> None:
    inbound = world.net.hear("alice", "#team", "!cases", never=Never.EDIT)
    world.net.repeat(inbound)
    await world.settle()
    assert len(await audit(world, "never-edit")) == 1


@pytest.mark.parametrize("never", [Never.CLEAR, Never.EDIT])
async def test_a_call_for_help_counts_however_it_is_said(world: World, never: Never) -> None:
    said = await heard(world, "alice", "#lobby", "!emergency he is at the door", never=never)
    assert any(says("emergency.room", line) for line in said)
    assert world.carrier.carried
    assert not await audit(world, f"never-{never}")


async def test_a_call_in_clear_is_nobodys(world: World) -> None:
    await world.says("bob", None, "!ping")
    await heard(world, "alice", "#team", "!emergency he is at the door", never=Never.CLEAR)
    # The account's own conversation hears nothing of a call that anybody may have made.
    assert not any(says("emergency.code", line) for line in world.heard("alice"))
    assert not any(says("emergency.raised", line) for line in world.heard("alice"))


async def test_a_program_does_not_call(world: World) -> None:
    await heard(world, "alice", "#team", "!emergency drill of the monitor", never=Never.NOTICE)
    assert not world.carrier.carried
    assert [entry.verb for entry in await audit(world, "never-notice")] == ["emergency"]


async def test_bridges_are_written_down_so_often_and_no_more(world: World) -> None:
    for _ in range(MOST_RELAYED + 5):
        assert await heard(world, "alice", "#team", "!cases", relayed=True) == []
    assert await heard(world, "alice", None, "!cases", relayed=True) == []
    assert (
        await heard(world, "alice", None, "he will kill me", relayed=True, never=Never.CLEAR) == []
    )
    assert len(await audit(world, "never-relayed")) == MOST_RELAYED
    await world.later(seconds=61)
    await heard(world, "stranger", None, "!cases", relayed=True)
    assert len(await audit(world, "never-relayed")) == MOST_RELAYED + 1
    assert not world.carrier.carried


# ---- direct messages in clear ----------------------------------------------------------------


async def test_who_writes_in_clear_hears_once_why_nothing_is_kept(world: World) -> None:
    said = await heard(world, CLEAR, None, "Somebody insults me.")
    assert says("clear.dm", said[0])
    assert any("emergency@example.org" in line for line in said)
    assert await heard(world, CLEAR, None, "yes") == []
    assert await heard(world, CLEAR, None, "status") == []
    await world.later(hours=12, seconds=1)
    assert await heard(world, CLEAR, None, "hello again")
    assert not any(says("intake.hello", line) for line in world.heard())


async def test_whoever_may_be_in_danger_hears_it_sooner_again(world: World) -> None:
    await heard(world, CLEAR, None, "hello")
    assert await heard(world, CLEAR, None, DOUBT)
    assert await heard(world, CLEAR, None, DOUBT) == []
    await world.later(minutes=11)
    assert await heard(world, CLEAR, None, "hello") == []
    assert await heard(world, CLEAR, None, DOUBT)
    assert not world.carrier.carried


@pytest.mark.parametrize(
    "text",
    [
        "he will kill me tonight",
        "urgent he is at my door",
        "!emergency he is here",
        "caseward: emergency child she is eleven",
    ],
)
async def test_danger_in_clear_raises_and_its_caller_is_told(world: World, text: str) -> None:
    said = await heard(world, CLEAR, None, text)
    assert world.carrier.carried
    assert any(
        says("emergency.raised", line) or says("emergency.raised.child", line) for line in said
    )
    assert "E-" not in " ".join(world.heard(CLEAR))
    # No interview has begun.
    assert says("clear.dm", (await heard(world, CLEAR, None, "status"))[0])


async def test_a_command_in_a_clear_dm_is_written_down_and_explained(world: World) -> None:
    said = await heard(world, CLEAR, None, "!cases")
    assert says("clear.dm", said[0])
    assert [entry.verb for entry in await audit(world, "never-clear")] == ["cases"]


async def test_a_claimed_account_in_clear_is_worth_nothing(world: World) -> None:
    inbound = world.net.hear("alice", None, "!ping")
    await world.settle()
    assert inbound.place.kind is PlaceKind.DM
    code = world.code(await world.says("alice", None, "!open Insults"))
    # Even where a network says whose account it is.
    assert world.bot is not None
    world.bot.sink(replace(inbound, key="x1", text=f"!show {code}", never=Never.CLEAR))
    world.bot.sink(replace(inbound, key="x2", text="he will kill me tonight", never=Never.CLEAR))
    await world.settle()
    assert world.carrier.carried
    assert [(entry.who, entry.verb) for entry in await audit(world, "never-clear")] == [
        ("net|link|clear:alice", "show")
    ]
    # Whoever called hears that it was passed on; what came of it is for nobody here.
    assert any(says("emergency.room", line) for line in world.heard("alice"))
    assert not any(says("emergency.raised", line) for line in world.heard("alice"))
    said = await world.says("alice", None, "status")
    assert not any(says("intake.hello", line) for line in said)


# ---- edits of the roster in direct messages --------------------------------------------------


async def test_a_colleague_who_reports_may_put_their_words_right(world: World) -> None:
    await world.says("finn", None, "report")
    assert await heard(world, "finn", None, "Somebody insults me at Example.", never=Never.EDIT)
    assert await heard(world, "alice", None, "Somebody insults me.", never=Never.EDIT) == []


async def test_what_a_reporter_says_anew_is_heard(world: World) -> None:
    said = await heard(world, "rita", None, "Somebody insults me.", never=Never.EDIT)
    assert any(says("intake.hello", line) for line in said)


# ---- replays ---------------------------------------------------------------------------------


async def test_a_replay_is_written_down_and_done_once(world: World) -> None:
    inbound = world.net.hear("alice", "#team", "!open Insults", mark="$one")
    await world.settle()
    before = len(world.net.said)
    world.net.repeat(inbound)
    await world.settle()
    assert not await audit(world, "replay")
    for mark in ("$two", "$three", "$three"):
        world.net.repeat(inbound, mark=mark)
    await world.settle()
    assert [(entry.who, entry.verb) for entry in await audit(world, "replay")] == [
        ("alice", "open")
    ] * 2
    assert len(world.net.said) == before


async def test_replayed_words_of_a_reporter_are_written_down_without_them(world: World) -> None:
    inbound = world.net.hear("rita", None, "Somebody insults me.", mark="$one")
    await world.settle()
    before = len(world.net.said)
    world.net.repeat(inbound, mark="$two")
    await world.settle()
    assert [entry.verb for entry in await audit(world, "replay")] == ["report"]
    assert len(world.net.said) == before


async def test_a_replayed_question_is_not_answered(world: World) -> None:
    inbound = world.net.hear("alice", "#team", "!ping one", mark="$one")
    await world.settle()
    before = len(world.net.said)
    world.net.repeat(inbound)
    world.net.repeat(inbound, mark="$two")
    await world.settle()
    assert [entry.verb for entry in await audit(world, "replay")] == ["ping"]
    assert len(world.net.said) == before


# ---- while the database keeps nothing --------------------------------------------------------


def fails(world: World) -> None:
    """Let no commit succeed any more."""

    def probe(name: str) -> None:
        if name == "store.commit":
            raise sqlite3.OperationalError("database or disk is full")

    assert isinstance(world.store, SealedStore)
    world.store.database._probe = probe


async def test_a_call_in_clear_goes_on_in_the_reserve(world: World) -> None:
    fails(world)
    for _ in range(2):
        await heard(world, CLEAR, None, "he will kill me tonight")
    assert world.carrier.carried
    assert any(says("emergency.spool", line) for line in world.heard(CLEAR))
    said = await heard(world, "bob", "#team", "!cases", never=Never.CLEAR)
    assert [says("clear.command", line) for line in said] == [True]
    assert await heard(world, "bob", "#team", "!cases", never=Never.EDIT) == []


async def test_a_replayed_call_is_no_second_one_in_the_reserve(world: World) -> None:
    fails(world)
    inbound = world.net.hear("rita", None, "urgent he is at my door", mark="$one")
    await world.settle()
    before = len(world.net.said), len(world.carrier.carried)
    assert all(before)
    world.net.repeat(inbound)
    world.net.repeat(inbound, mark="$two")
    await world.settle()
    assert (len(world.net.said), len(world.carrier.carried)) == before
