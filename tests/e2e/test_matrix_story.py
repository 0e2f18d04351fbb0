"""The team's evening on Matrix: everything encrypted, in threads, with nothing where it may not be."""

from __future__ import annotations

import pytest

from tests.e2e.matrix_rig import MatrixRig
from tests.e2e.rig import CODE, code_in

pytestmark = [pytest.mark.real, pytest.mark.slow]


async def test_a_case_is_opened_shown_and_noted_in_its_thread(matrix_rig: MatrixRig) -> None:
    rig = matrix_rig
    await rig.open()
    opened = await rig.alice.asks(rig.team, "!open Example threats", "Opened C-")
    code = code_in(opened.body, CODE)
    assert opened.encrypted
    assert opened.thread is None
    shown = await rig.alice.asks(rig.team, f"!show {code}", f"{code}: ")
    assert shown.thread == opened.event_id
    assert shown.content["msgtype"] == "m.notice"
    assert shown.content["m.mentions"] == {}
    noted = await rig.alice.asks(
        rig.team, "!note An example of a note", "✓", thread=opened.event_id
    )
    assert noted.thread == opened.event_id


async def test_a_command_typed_while_it_was_down_is_obeyed_once_it_is_back(
    matrix_rig: MatrixRig,
) -> None:
    rig = matrix_rig
    await rig.open()
    await rig.program.kill9()
    await rig.alice.say(rig.team, "!open Typed while it was down")
    await rig.program.start(within=40)
    await rig.alice.hears("Opened C-", rig.team)
