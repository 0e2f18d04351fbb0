"""One case on two kinds of network: reporters move, pages ring everywhere, one network may die.

`net` is InspIRCd, `mx` Synapse; the team's room is on both.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.demo.homeserver import Homeserver
from tests.e2e.config import LOBBY, TEAM
from tests.e2e.matrix_rig import BOT, MatrixPerson, MatrixRig, make_matrix_rig
from tests.e2e.people import Person
from tests.e2e.relay import read
from tests.e2e.rig import CLOSED, CODE, PAGE, code_in
from tests.servers.client import IRCClient
from tests.servers.inspircd import InspIRCd

pytestmark = [pytest.mark.real, pytest.mark.slow]

BACK_SECONDS = 10.0
WORDS = "Somebody undoes every edit about lanterns."
SIX = r"(?m)^[a-z]+(?: [a-z]+){5}$"


class Crossing:
    """The rig on Matrix, and people on IRC."""

    def __init__(self, rig: MatrixRig, server: InspIRCd) -> None:
        self.rig = rig
        self.server = server
        self.there: dict[str, Person] = {}

    async def enter(self, nick: str) -> Person:
        """Somebody connects to the IRC network, with their account where they have one."""
        server = self.server
        account = nick if nick in server.accounts else None
        client = await IRCClient.connect(
            server.host,
            server.tls_port,
            nick,
            account=account,
            password=server.accounts[account] if account else "",
            tls=server.certificates.client_context(),
        )
        self.there[nick] = Person(client)
        return self.there[nick]

    async def open(self, *others: str, on_irc: tuple[str, ...] = ()) -> None:
        """Rooms on both networks, with the bot in them and in order."""
        async with asyncio.TaskGroup() as group:
            for nick in ("alice", *on_irc):
                group.create_task(self.enter(nick))
            group.create_task(self.rig.furnish(*others))
        client = self.alice.client
        for channel in (TEAM, LOBBY):
            await client.join(channel)
        if "bob" in self.there:
            await self.there["bob"].client.join(TEAM)
        client.mode(TEAM, CLOSED)
        client.mode(TEAM, "+I", f"R:{BOT}")
        await client.sync()
        await self.rig.start()
        await self.alice.arrives(BOT, TEAM)
        await self.alice.settled(TEAM)

    @property
    def alice(self) -> Person:
        """She as she is on IRC."""
        return self.there["alice"]

    async def leave(self) -> None:
        for person in self.there.values():
            if not person.client.closed:
                await person.client.quit()


@pytest_asyncio.fixture
async def both(
    tmp_path: Path, homeserver: Homeserver, inspircd: InspIRCd
) -> AsyncIterator[Crossing]:
    async with make_matrix_rig(
        tmp_path, homeserver, irc=inspircd, channels={"team": TEAM, "lobby": LOBBY}
    ) as rig:
        made = Crossing(rig, inspircd)
        yield made
        await rig.program.close()
        await made.leave()


def bodies(person: MatrixPerson, room: str) -> str:
    return " ".join(person.heard_of(room))


async def reports_on_irc(person: Person) -> tuple[str, str]:
    """Somebody reports on IRC; returns the case, and the six words to go on with."""
    await person.asks(WORDS, "danger")
    await person.asks("no", "Shall I pass on")
    person.says("yes")
    case = code_in(await person.hears("C-"))
    return case, await person.ever_hears(SIX)


async def reports_on_matrix(person: MatrixPerson, room: str) -> tuple[str, str]:
    """Somebody reports on Matrix; returns the case, and the six words to go on with."""
    await person.asks(room, WORDS, "Is anyone in danger")
    await person.asks(room, "no", "Shall I pass on")
    case = code_in((await person.asks(room, "yes", CODE.pattern)).body)
    found = re.search(SIX, (await person.ever_hears(SIX, room)).body)
    assert found is not None
    return case, found[0]


async def tells(person: MatrixPerson, room: str, case: str, words: str) -> None:
    """The team writes to a reporter."""
    await person.asks(room, f"!say {case} reporter {words}", "would go to")
    await person.asks(room, "!yes", "On its way")


async def test_a_case_of_one_network_is_worked_on_the_other(both: Crossing) -> None:
    await both.open(on_irc=("bob",))
    rig, irc = both.rig, both.alice
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


async def test_a_reporter_moves_from_matrix_to_irc(both: Crossing) -> None:
    await both.open("rita", on_irc=("rita",))
    rig, later, rita = both.rig, both.there["rita"], both.rig.people["rita"]
    hers = await rita.dm()
    case, words = await reports_on_matrix(rita, hers)
    await both.alice.ever_hears(f"New report {case}", TEAM)
    await later.asks(words, "Welcome back")
    await tells(rig.alice, rig.team, case, "Where she is by now.")
    await later.ever_hears("Where she is by now|message from the team")
    if "Where she is" not in " ".join(later.heard()):
        await later.asks("read", "Where she is by now")
    await rig.alice.settled(rig.team)
    assert "Where she is" not in bodies(rita, hers)
    assert later.nick == "rita"


async def test_a_reporter_moves_from_irc_to_matrix(both: Crossing) -> None:
    await both.open("rita", on_irc=("rita",))
    rig, rita, earlier = both.rig, both.rig.people["rita"], both.there["rita"]
    case, words = await reports_on_irc(earlier)
    await rig.alice.hears(f"New report {case}", rig.team)
    hers = await rita.dm()
    await rita.asks(hers, words, "Welcome back")
    await rita.say(hers, "It began on Monday, on Matrix now")
    await rita.asks(hers, "status", f"Your report {case}")
    shown = await rig.alice.answers(rig.team, f"!show {case} messages")
    assert "on Matrix now" in " ".join(each.body for each in shown)
    await both.alice.asks(f"!say {case} reporter Thank you for writing.", "would go to", TEAM)
    await both.alice.asks("!yes", "On its way", TEAM)
    told = await rita.hears("Thank you for writing", hers)
    assert told.content["msgtype"] == "m.text"
    assert not any("Thank you for writing" in text for text in earlier.heard())


async def test_a_page_rings_on_every_route_until_one_ack(both: Crossing) -> None:
    await both.open("rita", "sam")
    rig, rita, sam = both.rig, both.rig.people["rita"], both.rig.people["sam"]
    mine, hers, his = await asyncio.gather(rig.alice.dm(), rita.dm(), sam.dm())
    await rita.say(hers, "urgent he is at my door")
    rung = await rig.alice.hears("Nobody has taken it yet", mine)
    assert rung.content["m.mentions"] == {"user_ids": [rig.alice.user_id]}
    page = code_in(rung.body, PAGE)
    await both.alice.hears(rf"^{page}: .*Nobody has taken it yet")
    mail = read(await rig.relays[0].mail("alice@example.org"))
    assert page in mail["Subject"]
    await rig.alice.asks(mine, f"!ack {page}", f"You have {page}")
    await both.alice.settled()
    already = rings(both.alice, page)
    # Whatever else rings twice has given it the time to.
    await sam.say(his, "!emergency child somebody writes to a child at night")
    for _ in range(2):
        await both.alice.hears(rf"^(?!{page}){PAGE.pattern}: .*Nobody has taken it yet")
    assert rings(both.alice, page) == already
    other = code_in((await rig.alice.ever_hears(rf"^(?!{page})E-.*Nobody", mine)).body, PAGE)
    await both.alice.asks(f"!ack {other}", f"You have {other}")


def rings(person: Person, page: str) -> int:
    return sum(line.startswith(f"{page}: ") and "Nobody" in line for line in person.heard())


async def test_matrix_dies_and_irc_goes_on(both: Crossing, homeserver: Homeserver) -> None:
    await both.open(on_irc=("rita",))
    rig, rita = both.rig, both.there["rita"]
    await homeserver.kill()
    case, _ = await reports_on_irc(rita)
    await both.alice.ever_hears(f"New report {case}", TEAM)
    assert "lanterns" in " ".join(await both.alice.answers(f"!show {case}", TEAM))
    await homeserver.start()
    began = asyncio.get_running_loop().time()
    await rig.alice.ever_hears(f"New report {case}", rig.team)
    assert asyncio.get_running_loop().time() - began < BACK_SECONDS
    shown = await rig.alice.asks(rig.team, f"!show {case}", "lanterns")
    assert shown.encrypted
    assert sum(f"New report {case}" in line for line in both.alice.heard(TEAM)) == 1
    assert sum(f"New report {case}" in body for body in rig.alice.heard_of(rig.team)) == 1
