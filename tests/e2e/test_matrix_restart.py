"""What is typed on Matrix while the bot is down is obeyed once it is back, and only once."""

from __future__ import annotations

import pytest

from tests.e2e.matrix_rig import MatrixRig

pytestmark = [pytest.mark.real, pytest.mark.slow]


async def test_a_command_typed_while_it_was_down_is_obeyed_once_it_is_back(
    matrix_rig: MatrixRig,
) -> None:
    rig = matrix_rig
    await rig.open()
    await rig.program.kill9()
    await rig.alice.say(rig.team, "!open Typed while it was down")
    await rig.program.start(within=40)
    await rig.alice.hears("Opened C-", rig.team)
    await rig.program.kill9()
    await rig.program.start(within=40)
    await rig.alice.asks(rig.team, "!ping again", "again")
    opened = [text for text in rig.alice.heard_of(rig.team) if "Opened C-" in text]
    assert len(opened) == 1
