"""The network dies and comes back, and so does the bot: identified, in its channels, by itself."""

import pytest

from tests.e2e.rig import BOT, TEAM, Rig, code_in
from tests.e2e.test_talk import SIX_WORDS, report
from tests.servers.inspircd import InspIRCd

pytestmark = [pytest.mark.real, pytest.mark.slow]


@pytest.fixture
def rig(real_rig: Rig) -> Rig:
    return real_rig


async def identified(rig: Rig) -> None:
    """The network says that the bot is logged in, and where it is."""
    client = rig.alice.client
    client.send(f"WHOIS {BOT}")
    await client.expect(rf" 330 \S+ {BOT} {BOT} ")
    client.send(f"WHO {TEAM} %tna,7")
    await client.expect(rf" 354 \S+ 7 {BOT} :?{BOT}$")


async def test_the_server_killed_and_started_again(rig: Rig, inspircd: InspIRCd) -> None:
    await rig.open()
    case = code_in(await rig.alice.asks("!open Somebody writes threats", "Opened", TEAM))
    await inspircd.kill()
    await rig.alice.client.wait_closed()
    await inspircd.start()
    await rig.enter_all("alice", "bob")
    await rig.furnish()
    await rig.alice.arrives(BOT, TEAM)
    await identified(rig)
    await rig.alice.settled(TEAM)
    assert "threats" in " ".join(await rig.alice.answers(f"!show {case}", TEAM))
    assert rig.program.said.count("ready") == 1


async def test_services_killed_and_started_again(rig: Rig, inspircd: InspIRCd) -> None:
    await rig.open()
    case = code_in(await rig.alice.asks("!open Somebody writes threats", "Opened", TEAM))
    await inspircd.services_down()
    assert "threats" in " ".join(await rig.alice.answers(f"!show {case}", TEAM))
    await inspircd.services_up()
    await identified(rig)
    assert "threats" in " ".join(await rig.alice.answers(f"!show {case}", TEAM))
    erin = await rig.enter("erin")
    assert case in " ".join(await erin.answers("!cases"))


async def test_an_operators_kill_and_the_reporters_six_words(rig: Rig, inspircd: InspIRCd) -> None:
    """To the bot everybody is new after it; six words bring a report back."""
    await rig.open("rita")
    case = await report(rig)
    alice, rita = rig.alice, rig.people["rita"]
    phrase = await rita.ever_hears(SIX_WORDS)
    await inspircd.kill_client(BOT)
    await alice.client.expect(f"^:{BOT}!.* QUIT ")
    await alice.client.expect(rf"^:{BOT}!\S* JOIN :?{TEAM}", 20)
    await alice.settled(TEAM)
    await rita.asks(phrase, "Welcome back|We were at|Could you tell me more")
    await alice.asks(f"!say {case} reporter Good to hear from you.", "words", TEAM)
    await alice.asks("!yes", "On its way", TEAM)
    await rita.hears("Good to hear from you")
