"""The bot is killed inside what it hears, with keys in hand and nothing noted, and comes back."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Sequence

import pytest

from tests.e2e.ledger import kept
from tests.e2e.matrix_person import MatrixPerson
from tests.e2e.matrix_rig import MatrixRig
from tests.e2e.rig import CODE, code_in

pytestmark = [pytest.mark.real, pytest.mark.slow]

#: More talk than the server tells in one answer: the rest is asked for.
ROUNDS, CHAT, AT_ONCE = 8, 104, 8
#: On its way through what piled up. Points of the work itself stand between, so that a part is
#: done already when the same is heard again.
IN_BACKLOG = (
    "matrix.batch.taken 1",
    "matrix.keys.kept 1",
    "matrix.event.heard 1",
    "matrix.event.heard 70",
    "command.committed 3",
    "matrix.event.heard 20",
    "report.committed 4",
    "matrix.keys.kept 1",
    "matrix.event.heard 115",
    "matrix.checkpoint.written 1",
)
#: While it listens, and people speak with keys that it has just been sent.
LIVE = (
    "matrix.batch.taken 1",
    "matrix.keys.kept 1",
    "matrix.event.heard 1",
    "matrix.event.heard 2",
    "matrix.checkpoint.written 1",
)
_DIES_WITHIN = _READY_WITHIN = 60.0


async def _reporter(rig: MatrixRig) -> tuple[MatrixPerson, str, str]:
    """Rita has told her story, and may go on at any time."""
    rita = rig.people["rita"]
    room = await rita.dm()
    await rita.asks(room, "Somebody writes to me at night", "Is anyone in danger now")
    await rita.asks(room, "no", "Shall I pass on")
    report = code_in((await rita.asks(room, "yes", "Your report is")).body, CODE)
    return rita, room, report


def _arm(rig: MatrixRig, order: str) -> None:
    """Say where the program is to end; nowhere for an empty order."""
    (rig.folder / "fuse").write_text(order)


async def _says_with_a_new_key(person: MatrixPerson, room: str, text: str) -> None:
    """The key goes to the bot's device first, and only once."""
    person.client.invalidate_outbound_session(room)
    await person.say(room, text)


async def _each(person: MatrixPerson, room: str, lines: Sequence[str]) -> None:
    for line in lines:
        await _says_with_a_new_key(person, room, line)


async def _chats(person: MatrixPerson, room: str) -> None:
    for number in range(CHAT // AT_ONCE):
        await person.say_clear(room, f"chat {number}")


async def _backlog(rig: MatrixRig, rita: MatrixPerson, room: str, case: str) -> None:
    notes = [f"!note {case} marker-{number:02}-end" for number in range(ROUNDS)]
    words = [f"word-{number:02}-end" for number in range(ROUNDS)]
    async with asyncio.TaskGroup() as group:
        group.create_task(_each(rig.alice, rig.team, notes))
        group.create_task(_each(rita, room, words))
        for _ in range(AT_ONCE):
            group.create_task(_chats(rig.bob, rig.rooms["lobby"]))


async def _killed_live(rig: MatrixRig, rita: MatrixPerson, room: str, case: str) -> None:
    for number, order in enumerate(LIVE, ROUNDS):
        _arm(rig, order)
        await asyncio.gather(
            _says_with_a_new_key(rig.alice, rig.team, f"!note {case} marker-{number:02}-end"),
            _says_with_a_new_key(rita, room, f"word-{number:02}-end"),
        )
        assert await rig.program.ends(_DIES_WITHIN) == -signal.SIGKILL, order
        _arm(rig, "")
        await rig.program.start(within=_READY_WITHIN)


async def test_killed_while_it_hears_it_loses_and_repeats_nothing(matrix_rig: MatrixRig) -> None:
    rig = matrix_rig
    await rig.open("rita")
    rita, room, report = await _reporter(rig)
    case = code_in((await rig.alice.asks(rig.team, "!open Example threats", "Opened")).body, CODE)
    await rig.bob.join(rig.rooms["lobby"])
    await rig.program.stop()
    await _backlog(rig, rita, room, case)
    rig.program.command = (sys.executable, "-m", "tests.crash.child")
    rig.program.env = {"FUSE": str(rig.folder / "fuse")}
    for order in IN_BACKLOG:
        _arm(rig, order)
        await rig.program.launch()
        assert await rig.program.ends(_DIES_WITHIN) == -signal.SIGKILL, order
    _arm(rig, "")
    await rig.program.start(within=_READY_WITHIN)
    await _killed_live(rig, rita, room, case)
    await rig.alice.asks(rig.team, "!ping over", "^over$")
    seen = len(rita.record)
    await rita.say(room, "status")
    await rita.until(
        lambda: any(report in each.body for each in rita.record[seen:]), "status is not answered"
    )
    assert await rig.program.stop() == 0
    words, all_said = (await kept(rig)).words, range(ROUNDS + len(LIVE))
    assert [words[case].count(f"marker-{n:02}-end") for n in all_said] == [1] * len(all_said)
    assert [words[report].count(f"word-{n:02}-end") for n in all_said] == [1] * len(all_said)
