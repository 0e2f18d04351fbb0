"""A link that a case holds is said in a Matrix room: with one command it is gone, or the steps are said."""

from __future__ import annotations

import pytest

from tests.e2e.matrix_rig import BOT, MatrixRig
from tests.e2e.rig import code_in

pytestmark = [pytest.mark.real, pytest.mark.slow]

LINK = "https://wiki.example.org/w/index.php?diff=118203457"


async def empower(rig: MatrixRig, power: int) -> None:
    levels = await rig.alice.raw("GET", f"/rooms/{rig.team}/state/m.room.power_levels/")
    levels["users"][rig.town.user_id(BOT)] = power
    answer = await rig.alice.state(rig.team, "m.room.power_levels", levels)
    assert "event_id" in answer, answer


async def is_there(rig: MatrixRig, event: str) -> bool:
    """Whether the words of an event are still on the server, for a member."""
    shown = await rig.alice.raw("GET", f"/rooms/{rig.team}/event/{event}")
    return bool(shown["content"])


async def test_with_the_power_it_is_gone_and_without_the_steps_are_said(
    matrix_rig: MatrixRig,
) -> None:
    rig = matrix_rig
    await rig.open()
    alice, bob = rig.alice, rig.bob
    mine = await alice.dm()
    case = code_in((await alice.asks(mine, f"!open It is {LINK}", "Opened")).body)
    first = await bob.say(rig.team, f"look at {LINK}")
    news = await alice.ever_hears("stand in", mine)
    assert case in news.body
    assert "118203457" not in news.body
    said = await alice.asks(mine, f"!contain {case}", "By hand")
    assert await is_there(rig, first)
    await empower(rig, 50)
    said = await alice.asks(mine, f"!contain {case}", "taken back")
    await alice.ever_hears("taken back.", mine)
    assert "118203457" not in said.body
    assert not await is_there(rig, first)
    assert not [line for line in alice.heard_of(rig.team) if case in line]


async def test_a_kill_right_behind_the_line_loses_nothing(matrix_rig: MatrixRig) -> None:
    rig = matrix_rig
    await rig.open()
    alice, bob = rig.alice, rig.bob
    mine = await alice.dm()
    case = code_in((await alice.asks(mine, f"!open It is {LINK}", "Opened")).body)
    await bob.say(rig.team, f"look at {LINK}")
    # By this answer the line before it was read; what it held is written seconds later.
    await bob.asks(rig.team, "!ping behindit", "behindit")
    await rig.program.kill9()
    await rig.start()
    news = await alice.ever_hears("stand in", mine, within=60)
    assert case in news.body
    assert len([line for line in alice.heard_of(mine) if "stand in" in line]) == 1
