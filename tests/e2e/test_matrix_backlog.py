"""What piled up while the bot was away: old commands do not run, words of reporters are all kept."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest

from tests.e2e.ledger import kept
from tests.e2e.matrix_person import MatrixPerson
from tests.e2e.matrix_rig import MatrixRig
from tests.e2e.rig import CODE, code_in

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.timeout(900)]

#: How much comes in: all events, how many of them commands, how many a reporter's. By hand: more.
EVENTS, COMMANDS, WORDS = (int(each) for each in os.environ.get("BACKLOG", "1000 20 20").split())
AT_ONCE = 8
AHEAD_SECONDS = 11 * 60
DONE_SECONDS = 60.0


async def _talk(person: MatrixPerson, room: str, lines: range) -> None:
    for number in lines:
        await person.say_clear(room, f"chat {number}")


async def _orders(person: MatrixPerson, room: str, case: str) -> None:
    for number in range(COMMANDS):
        await person.say(room, f"!note {case} marker-{number:03}-end")
    await person.say(room, "!ack")


async def _words(person: MatrixPerson, room: str) -> None:
    for number in range(WORDS):
        await person.say(room, f"word-{number:03}-end")
    await person.say(room, "status")


async def test_old_commands_do_not_run_and_no_word_is_lost(matrix_rig: MatrixRig) -> None:
    rig = matrix_rig
    await rig.open("rita")
    alice, bob, rita = rig.alice, rig.bob, rig.people["rita"]
    room = await rita.dm()
    await rita.asks(room, "Somebody writes to me at night", "Is anyone in danger now")
    await rita.asks(room, "no", "Shall I pass on")
    report = code_in((await rita.asks(room, "yes", "Your report is")).body, CODE)
    case = code_in((await alice.asks(rig.team, "!open Example threats", "Opened")).body, CODE)
    lobby = rig.rooms["lobby"]
    await bob.join(lobby)
    await rig.program.stop()
    each = (EVENTS - COMMANDS - WORDS) // AT_ONCE
    async with asyncio.TaskGroup() as group:
        group.create_task(_orders(alice, rig.team, case))
        group.create_task(_words(rita, room))
        for part in range(AT_ONCE):
            group.create_task(_talk(bob, lobby, range(part * each, (part + 1) * each)))
    rig.program.command = (sys.executable, "-m", "tests.e2e.ahead")
    rig.program.env = {"AHEAD": str(AHEAD_SECONDS)}
    loop = asyncio.get_running_loop()
    seen = len(rita.record)
    began = loop.time()
    await rig.program.start(within=DONE_SECONDS)
    # Both count at any age, and come last in their speaker's order.
    await alice.ever_hears("Nothing is ringing", rig.team, within=DONE_SECONDS)
    await rita.until(
        lambda: any(report in each.body for each in rita.record[seen:]),
        "status is not answered",
        DONE_SECONDS,
    )
    took = loop.time() - began
    assert took < DONE_SECONDS
    print(f"{EVENTS} events in {took:.1f} s")
    assert await rig.program.stop() == 0
    words = (await kept(rig)).words
    assert "marker-" not in words[case]
    assert [words[report].count(f"word-{n:03}-end") for n in range(WORDS)] == [1] * WORDS
    assert sum("I was away" in text for text in alice.heard_of(rig.team)) == 1
