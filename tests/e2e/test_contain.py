"""A link that a case holds is said in the channel: who can hide it hears, and is led by hand."""

import pytest

from tests.e2e.rig import TEAM, Rig, code_in

pytestmark = pytest.mark.slow

LINK = "https://wiki.example.org/w/index.php?diff=118203457"
DISGUISED = "hxxps://wiki[.]example[.]org/wiki/Special:Diff/118203457"


async def test_the_oversighter_hears_and_has_the_steps(rig: Rig) -> None:
    await rig.open()
    alice, bob = rig.alice, rig.bob
    case = code_in(await alice.asks(f"!open It is {LINK}", "Opened"))
    start = len(alice.heard(TEAM))
    bob.says(f"look at {DISGUISED} please", TEAM)
    news = await alice.ever_hears("stand in")
    assert case in news
    assert "118203457" not in news
    steps = " ".join(await alice.answers(f"!contain {case}"))
    assert "1. Nobody can take back a line there" in steps
    assert TEAM in steps
    refused = " ".join(await bob.answers(f"!contain {case}"))
    assert "118203457" not in refused
    assert not [line for line in alice.heard(TEAM)[start:] if "contain" in line or case in line]
    assert not [line for line in bob.heard_anywhere() if "stand in" in line]


async def test_what_slipped_out_rings_and_is_led_by_dm(rig: Rig) -> None:
    await rig.open()
    bob = rig.bob
    bob.says(f"!spill it stood in {LINK}", TEAM)
    await bob.hears("direct message", TEAM)
    await bob.hears("1/6")
    ring = await rig.alice.ever_hears("private details")
    assert "118203457" not in ring
    assert not [
        line for line in rig.alice.heard(TEAM) if "118203457" in line and "spill" not in line
    ]
