"""One case and one person on two networks: InspIRCd and Synapse, the same team on both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.demo.homeserver import Homeserver
from tests.e2e.matrix_rig import BOT, MatrixRig, make_matrix_rig
from tests.e2e.people import Person
from tests.e2e.relay import read
from tests.e2e.rig import CLOSED, CODE, PAGE, code_in
from tests.servers.client import IRCClient
from tests.servers.inspircd import InspIRCd

pytestmark = [pytest.mark.real, pytest.mark.slow]

TEAM = "#functionaries"
#: What the six words look like, on a line of their own.
PHRASE = r"(?m)^[a-z]+( [a-z]+){5}$"
BACK_SECONDS = 10.0


class Both:
    """The rig on Synapse, and people on IRC, who are the same people by the file."""

    def __init__(self, rig: MatrixRig, irc: InspIRCd) -> None:
        self.rig = rig
        self.irc = irc
        self.there: dict[str, Person] = {}

    async def enter(self, nick: str) -> Person:
        """Somebody connects to IRC; whoever has an account of their nick is logged in."""
        account = nick if nick in self.irc.accounts else None
        client = await IRCClient.connect(
            self.irc.host,
            self.irc.tls_port,
            nick,
            account=account,
            password=self.irc.accounts[account] if account else "",
            tls=self.irc.certificates.client_context(),
        )
        self.there[nick] = Person(client)
        return self.there[nick]

    async def open(self, *others: str) -> None:
        """The channel and the rooms, the bot in both; `others` are on Matrix, and not of the team."""
        await self.rig.furnish(*others)
        alice, bob = await asyncio.gather(self.enter("alice"), self.enter("bob"))
        for person in (alice, bob):
            await person.client.join(TEAM)
        alice.client.mode(TEAM, CLOSED)
        alice.client.mode(TEAM, "+I", f"R:{BOT}")
        await alice.client.sync()
        await self.rig.start()
        client = alice.client
        client.send(f"NAMES {TEAM}")
        names = await client.expect(rf" 353 \S+ \S+ {TEAM} ")
        if BOT not in {name.lstrip("~&@%+") for name in names.params[-1].split()}:
            client.send(f"INVITE {BOT} {TEAM}")
            await client.expect(rf"^:{BOT}\S* JOIN :?{TEAM}")
        await alice.settled(TEAM)

    async def leave(self) -> None:
        """Everybody quits IRC."""
        for person in self.there.values():
            if not person.client.closed:
                await person.client.quit()


@pytest_asyncio.fixture
async def both(tmp_path: Path, homeserver: Homeserver, inspircd: InspIRCd) -> AsyncIterator[Both]:
    async with make_matrix_rig(tmp_path, homeserver, irc=inspircd, channels={"team": TEAM}) as rig:
        made = Both(rig, inspircd)
        yield made
        await made.leave()


async def test_a_case_of_one_network_is_worked_on_the_other(both: Both) -> None:
    await both.open()
    rig, irc = both.rig, both.there["alice"]
    case = code_in(await irc.asks("!open Example threats", "Opened", TEAM), CODE)
    shown = await rig.alice.asks(rig.team, f"!show {case}", f"{case}: ")
    assert "lead: alice" in shown.body
    await rig.bob.asks(rig.team, f"!note {case} Written on Matrix", "✓")
    await irc.asks(f"!show {case} timeline", "Written on Matrix", TEAM)
    opened = await rig.alice.asks(rig.team, "!open Begun on Matrix", "Opened")
    other = code_in(opened.body, CODE)
    await both.there["bob"].asks(f"!take {other}", f"working on {other}", TEAM)
    shown = await rig.alice.asks(rig.team, f"!show {other}", f"{other}: ")
    assert shown.thread == opened.event_id
    # Answers stay where it was asked.
    assert not any("Begun on Matrix" in text for text in irc.heard(TEAM))


async def test_a_reporter_goes_on_elsewhere_with_the_six_words(both: Both) -> None:
    await both.open("rita")
    rig, rita = both.rig, both.rig.people["rita"]
    at_irc = await both.enter("rita")
    await at_irc.asks("Somebody writes to me at night", "Is anyone in danger now")
    await at_irc.asks("no", "Shall I pass on")
    at_irc.says("yes")
    case = code_in(await at_irc.hears(CODE.pattern))
    phrase = await at_irc.hears(PHRASE)
    await rig.alice.hears(f"New report {case}", rig.team)
    assert any(case in text for text in both.there["alice"].heard(TEAM)) or (
        await both.there["alice"].ever_hears(f"New report {case}", TEAM)
    )
    room = await rita.dm()
    await rita.say(room, phrase)
    await rita.hears(case, room)
    await rita.say(room, "It began on Monday, on Matrix now")
    await rig.alice.asks(rig.team, f"!take {case}", f"{case} is yours")
    shown = await rig.alice.asks(rig.team, f"!show {case} messages", "at night")
    assert "on Matrix now" in shown.body or await rig.alice.asks(
        rig.team, f"!show {case} messages", "on Matrix now"
    )
    irc_alice = both.there["alice"]
    await irc_alice.asks(f"!say {case} reporter Thank you for writing.", "would go to", TEAM)
    await irc_alice.asks("!yes", "On its way", TEAM)
    told = await rita.hears("Thank you for writing", room)
    assert told.content["msgtype"] == "m.text"
    assert not any("Thank you for writing" in text for text in at_irc.heard())


async def test_a_page_rings_every_route_until_it_is_taken_on_any(both: Both) -> None:
    await both.open("rita")
    rig, rita = both.rig, both.rig.people["rita"]
    mine, hers = await asyncio.gather(rig.alice.dm(), rita.dm())
    irc = both.there["alice"]
    await rita.say(hers, "urgent somebody is at my door")
    rung = await rig.alice.hears("danger to life", mine)
    page = code_in(rung.body, PAGE)
    assert rung.content["m.mentions"] == {"user_ids": [rig.alice.user_id]}
    await irc.ever_hears(f"^{page}: danger to life")
    mail = read(await rig.relays[0].mail("alice@example.org"))
    assert page in str(mail["Subject"]) + mail.get_content()
    await rig.alice.asks(mine, f"!ack {page}", f"You have {page}")
    await irc.settled()
    rings = sum(page in text and "Nobody" in text for text in irc.heard())
    # The time in which it would have rung twice more.
    for number in range(3):
        await irc.asks(f"!ping later-{number}", f"later-{number}")
    assert sum(page in text and "Nobody" in text for text in irc.heard()) == rings


async def test_one_network_goes_on_without_the_other(both: Both) -> None:
    await both.open()
    rig, irc = both.rig, both.there["alice"]
    case = code_in(await irc.asks("!open Example threats", "Opened", TEAM), CODE)
    server = rig.town.server
    await server.kill()
    await irc.asks(f"!note {case} Written meanwhile", "✓", TEAM)
    await server.start()
    began = asyncio.get_running_loop().time()
    await rig.alice.asks(rig.team, f"!show {case} timeline", "Written meanwhile")
    assert asyncio.get_running_loop().time() - began < BACK_SECONDS
