"""One bot on two networks: the same name is not the same person, and one goes on without the other.

`net` is InspIRCd, `oth` the embedded server; the team's room and the lobby are on both. bob has
his account on `net` only, and the account carol of `oth` is erin's.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.e2e.people import Person
from tests.e2e.rig import BOT, LOBBY, TEAM, Rig, code_in, make_rig
from tests.servers.client import IRCClient
from tests.servers.embedded import EmbeddedServer
from tests.servers.inspircd import InspIRCd

pytestmark = [pytest.mark.real, pytest.mark.slow]

BACK_SECONDS = 30.0
_ROOMS = {"team": TEAM, "lobby": LOBBY}
_PEOPLE = {
    'irc = ["net/alice"]': 'irc = ["net/alice", "oth/alice"]',
    'irc = ["net/erin"]': 'irc = ["net/erin", "oth/carol"]',
}


class Both:
    """The rig on `net`, and people on `oth`."""

    def __init__(self, rig: Rig, other: EmbeddedServer) -> None:
        self.rig = rig
        self.other = other
        self.there: dict[str, Person] = {}
        self._configure()

    def _configure(self) -> None:
        """Put the second network into the program's file."""
        path = self.rig.program.config
        text = path.read_text("utf-8")
        start = text.index("[[transports]]")
        first = text[start : text.index("[[rooms]]")]
        second = first.replace('name = "net"', 'name = "oth"').replace(
            f"port = {self.rig.server.tls_port}\n", f"port = {self.other.tls_port}\n"
        )
        text = text.replace(first, first + second)
        for channel in _ROOMS.values():
            text = text.replace(f'["net/{channel}"]', f'["net/{channel}", "oth/{channel}"]')
        for old, new in _PEOPLE.items():
            text = text.replace(old, new)
        path.write_text(text, "utf-8")

    async def enter(self, nick: str) -> Person:
        """Somebody connects to `oth`."""
        server = self.other
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

    async def settle_there(self) -> None:
        """Alice makes the channels of `oth`; the bot comes in, and then they are closed."""
        alice = await self.enter("alice")
        for channel in _ROOMS.values():
            await alice.client.join(channel)
        alice.client.mode(TEAM, "+sn")

    async def closed_there(self) -> None:
        """The team's channel of `oth` is in order."""
        alice = self.there["alice"]
        await alice.arrives(BOT, TEAM, BACK_SECONDS)
        alice.client.mode(TEAM, "+i")
        await alice.settled(TEAM)

    async def open(self) -> None:
        await self.rig.enter_all("alice", "bob", "rita")
        await self.rig.furnish()
        await self.settle_there()
        await self.rig.start()
        await self.closed_there()

    async def leave(self) -> None:
        for person in self.there.values():
            if not person.client.closed:
                await person.client.quit()


@pytest_asyncio.fixture
async def both(tmp_path: Path, inspircd: InspIRCd, embedded: EmbeddedServer) -> AsyncIterator[Both]:
    async with make_rig(tmp_path, inspircd) as rig:
        made = Both(rig, embedded)
        yield made
        await rig.program.close()
        await made.leave()


async def report(person: Person, words: str) -> str:
    await person.asks(words, "danger")
    await person.asks("no", "Shall I pass on")
    person.says("yes")
    return code_in(await person.hears("C-"))


async def test_the_same_name_is_somebody_else(both: Both) -> None:
    await both.open()
    alice, rita = both.rig.alice, both.rig.people["rita"]
    case = code_in(await alice.asks("!open Somebody writes threats", "Opened", TEAM))
    bob, carol, other = [await both.enter(nick) for nick in ("bob", "carol", "rita")]
    await both.rig.bob.asks("!whoami", "You are bob")
    await carol.asks("!whoami", "You are erin")
    await both.there["alice"].asks("!whoami", "You are alice")
    await bob.client.join(LOBBY)
    await bob.asks("!cases", "log in and type it again", LOBBY)
    bob.says(f"!note {case} evil")
    await bob.hears("for the team")
    mine = await report(rita, "Somebody undoes every edit of mine.")
    await other.asks("status", "no report from you here|tell me what happened|danger")
    await alice.asks(f"!say {mine} reporter For rita of net only.", "words", TEAM)
    await alice.asks("!yes", "On its way", TEAM)
    await rita.ever_hears("For rita of net only")
    await alice.settled(TEAM)
    told = " ".join((*other.heard_anywhere(), *bob.heard_anywhere()))
    assert not any(words in told for words in ("For rita", mine, case, "threats"))
    assert "evil" not in " ".join(await alice.answers(f"!show {case} record"))


async def test_news_go_to_both_and_answers_where_the_question_was(both: Both) -> None:
    await both.open()
    here, there = both.rig.alice, both.there["alice"]
    case = await report(both.rig.people["rita"], "Somebody undoes every edit about lanterns.")
    await here.ever_hears(f"New report {case}", TEAM)
    await there.ever_hears(f"New report {case}", TEAM)
    assert "lanterns" in " ".join(await here.answers(f"!show {case}", TEAM))
    assert "lanterns" not in " ".join(await there.settled(TEAM))
    assert "lanterns" not in " ".join(there.heard(TEAM))
    mark = len(here.heard(TEAM))
    assert "lanterns" in " ".join(await there.answers(f"!show {case}", TEAM))
    await here.settled(TEAM)
    assert "lanterns" not in " ".join(here.heard(TEAM)[mark:])


async def test_one_network_dies_and_the_other_goes_on(both: Both) -> None:
    await both.open()
    alice, rita = both.rig.alice, both.rig.people["rita"]
    await both.other.kill()
    case = await report(rita, "Somebody undoes every edit about lanterns.")
    await alice.ever_hears(f"New report {case}", TEAM)
    assert "lanterns" in " ".join(await alice.answers(f"!show {case}", TEAM))
    await both.other.start()
    began = asyncio.get_running_loop().time()
    await both.settle_there()
    await both.closed_there()
    assert asyncio.get_running_loop().time() - began < BACK_SECONDS
    there = both.there["alice"]
    await there.ever_hears(f"New report {case}", TEAM)
    await alice.settled(TEAM)
    await both.rig.bob.asks(f"!note {case} Read twice", "Noted", TEAM)
    server = both.rig.server
    await server.kill()
    assert "lanterns" in " ".join(await there.answers(f"!show {case}", TEAM))
    assert sum(f"New report {case}" in line for line in there.heard(TEAM)) == 1
