"""Two hundred events that came while the bot was down, and SIGKILL at twenty points on its way through."""

from __future__ import annotations

import signal
import sys

import pytest

from tests.e2e.ledger import kept
from tests.e2e.matrix_person import MatrixPerson
from tests.e2e.matrix_rig import MatrixRig
from tests.e2e.rig import CODE, code_in

pytestmark = [pytest.mark.real, pytest.mark.slow]

COMMANDS, WORDS, CHAT = 20, 20, 160
#: Where the process ends, and at which hit of that point since it began.
FUSES = [
    *(f"command.before {number}" for number in (1, 4, 9, 16, 20)),
    *(f"command.committed {number}" for number in (1, 3, 7, 12, 20)),
    *(f"command.answered {number}" for number in (2, 5, 11)),
    *(f"report.before {number}" for number in (1, 10)),
    *(f"report.committed {number}" for number in (1, 6, 20)),
    *(f"report.answered {number}" for number in (2, 13)),
]
_DIES_WITHIN = 60.0


async def _reporter(rig: MatrixRig) -> tuple[MatrixPerson, str, str]:
    """Rita has told her story, and may go on at any time."""
    rita = rig.people["rita"]
    room = await rita.dm()
    await rita.asks(room, "Somebody writes to me at night", "Is anyone in danger now")
    await rita.asks(room, "no", "Shall I pass on")
    report = code_in((await rita.asks(room, "yes", "Your report is")).body, CODE)
    return rita, room, report


async def test_each_command_runs_once_and_no_word_is_lost(matrix_rig: MatrixRig) -> None:
    rig = matrix_rig
    await rig.open("rita")
    rita, room, report = await _reporter(rig)
    case = code_in((await rig.alice.asks(rig.team, "!open Example threats", "Opened")).body, CODE)
    await rig.bob.join(rig.rooms["lobby"])
    await rig.program.stop()
    for number in range(COMMANDS):
        await rig.alice.say(rig.team, f"!note {case} marker-{number:02}-end")
        await rita.say(room, f"word-{number:02}-end")
        for each in range(CHAT // COMMANDS):
            await rig.bob.say_clear(rig.rooms["lobby"], f"chat {number} {each}")
    fuse = rig.folder / "fuse"
    rig.program.command = (sys.executable, "-m", "tests.crash.child")
    rig.program.env = {"FUSE": str(fuse)}
    for order in FUSES:
        fuse.write_text(order)
        await rig.program.launch()
        assert await rig.program.ends(_DIES_WITHIN) == -signal.SIGKILL, order
    fuse.unlink()
    await rig.program.start(within=40)
    await rig.alice.asks(rig.team, "!ping over", "^over$")
    await rig.alice.asks(rig.team, f"!show {report}", report)
    assert await rig.program.stop() == 0
    words = (await kept(rig)).words
    assert [words[case].count(f"marker-{n:02}-end") for n in range(COMMANDS)] == [1] * COMMANDS
    assert [words[report].count(f"word-{n:02}-end") for n in range(WORDS)] == [1] * WORDS
