"""Services die and come back: whoever is known stays known, nobody new is, the bot waits."""

import asyncio

import pytest

from tests.e2e.rig import BOT, LOBBY, TEAM, Rig, code_in
from tests.servers.client import IRCClient
from tests.servers.inspircd import InspIRCd

pytestmark = [pytest.mark.real, pytest.mark.slow]

BACK_SECONDS = 30.0
ROUNDS = 3


@pytest.fixture
def rig(real_rig: Rig) -> Rig:
    return real_rig


async def opened(rig: Rig) -> str:
    return code_in(await rig.alice.asks("!open Somebody writes threats", "Opened", TEAM))


async def waits(client: IRCClient) -> None:
    """See that somebody holds a connection on which nobody has registered yet."""
    async with asyncio.timeout(BACK_SECONDS):
        while True:
            client.send("LUSERS")
            start = len(client.lines)
            await client.expect(r" 255 ")
            unknown = [line for line in client.lines[start:] if " 253 " in line.text]
            if unknown and int(unknown[-1].params[2]) > 0:
                return


async def test_services_die_and_come_back_while_people_type(rig: Rig, inspircd: InspIRCd) -> None:
    await rig.open("mallory", "erin")
    case = await opened(rig)
    alice, bob, mallory, erin = rig.alice, rig.bob, rig.people["mallory"], rig.people["erin"]
    await mallory.client.join(LOBBY)
    notes = 0
    for number in range(ROUNDS):
        for words, change in (
            ("before", inspircd.services_down),
            ("without", inspircd.services_up),
        ):
            bob.says(f"!note {case} {words}-{number}", TEAM)
            await change()
            await bob.hears("Noted", TEAM)
            notes += 1
            # The accounts of all who were logged in are told with every message, as before.
            assert "threats" in " ".join(await alice.answers(f"!show {case}", TEAM))
            assert case in " ".join(await erin.answers("!cases"))
            await mallory.asks("!cases", "log in and type it again", LOBBY)
            mallory.says(f"!note {case} evil", LOBBY)
            await mallory.settled(LOBBY)
    timeline = " ".join(await alice.answers(f"!show {case} timeline"))
    timeline += " ".join(await alice.answers(f"!show {case} record"))
    assert "evil" not in timeline
    assert case not in " ".join(mallory.heard_anywhere())
    assert notes == 2 * ROUNDS


async def test_a_known_nick_without_services_is_nobody(rig: Rig, inspircd: InspIRCd) -> None:
    await rig.open()
    case = await opened(rig)
    await inspircd.services_down()
    erin = await rig.enter("erin", login=False)
    await erin.client.join(LOBBY)
    await erin.asks("!cases", "log in and type it again", LOBBY)
    false = await rig.enter("ChanServ", login=False)
    await inspircd.force_join("ChanServ", TEAM)
    await rig.alice.hears("whom I do not know", TEAM)
    said = " ".join(await rig.alice.answers(f"!show {case}", TEAM))
    assert "threats" not in said
    assert case not in " ".join((*erin.heard_anywhere(), *false.heard_anywhere()))
    await false.client.quit()
    await rig.alice.hears("in order again", TEAM)
    await inspircd.services_up()
    erin.client.say("NickServ", f"IDENTIFY erin {rig.server.accounts['erin']}")
    await erin.client.expect(r" 900 |now (identified|logged in)")
    assert case in " ".join(await erin.answers("!cases"))


async def test_a_bot_started_without_services_waits_for_them(rig: Rig, inspircd: InspIRCd) -> None:
    await rig.open()
    case = await opened(rig)
    client = rig.alice.client
    assert await rig.stop() == 0
    await client.expect(f"^:{BOT}!.* QUIT ")
    await inspircd.services_down()
    await rig.program.launch()
    await waits(client)
    rig.alice.says(f"!note {case} never", TEAM)
    rig.alice.says(f"!note {case} never")
    client.send(f"WHOIS {BOT}")
    await client.expect(rf" 401 \S+ {BOT} ")
    assert "ready" not in rig.program.said
    began = asyncio.get_running_loop().time()
    await inspircd.services_up()
    await rig.program.says("ready", BACK_SECONDS)
    await rig.seated()
    client.send(f"WHOIS {BOT}")
    await client.expect(rf" 330 \S+ {BOT} {BOT} ")
    assert "threats" in " ".join(await rig.alice.answers(f"!show {case}", TEAM))
    assert asyncio.get_running_loop().time() - began < BACK_SECONDS
    assert "never" not in " ".join(await rig.alice.answers(f"!show {case} timeline"))
    assert "never" not in " ".join(await rig.alice.answers(f"!show {case} record"))
