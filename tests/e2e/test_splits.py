"""A network of two servers splits and heals, twenty times, while people type and report.

The bot and alice are on the hub, with services; bob, rita and ivan are on the leaf. rita reports
without an account, ivan with one. At every split mallory takes a nick of somebody on the other
side, with the user and host of its owner, so that it is the owner who loses it, or without.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from bot.core.case.facts import FactKind
from bot.core.words.cases import CaseStatus
from bot.core.words.ports import AuditEntry, Unit, Viewer
from bot.runtime.clock import SystemClock
from storage.store import open_store
from storage.unit import SealedUnit
from tests.e2e.rig import BOT, LOBBY, TEAM, Person, Rig, code_in, make_rig
from tests.servers.client import IRCClient
from tests.servers.inspircd import InspIRCd
from tests.servers.linked import Linked

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.timeout(180)]

SPLITS = 20
BACK_SECONDS = 30.0
SECRET = "lanternfish"
SIX_WORDS = r"^[a-z]+( [a-z]+){5}$"
KEPT = "I have added that"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theft:
    """Whose nick mallory takes in a split, on which side; `twin` with the owner's user name."""

    nick: str
    side: str
    twin: bool


THEFTS = (
    Theft(nick="alice", side="leaf", twin=True),
    Theft(nick="rita", side="hub", twin=True),
    Theft(nick=BOT, side="leaf", twin=True),
    Theft(nick="bob", side="hub", twin=True),
    Theft(nick="ivan", side="hub", twin=True),
    Theft(nick="alice", side="leaf", twin=False),
    Theft(nick="rita", side="hub", twin=False),
    Theft(nick=BOT, side="leaf", twin=False),
    Theft(nick="bob", side="hub", twin=False),
    Theft(nick="ivan", side="hub", twin=False),
)


@dataclass(slots=True)
class Kept:
    """What the database holds in the end: words by case, and the audit."""

    words: dict[str, str] = field(default_factory=dict)
    authors: set[str | None] = field(default_factory=set)
    audit: list[AuditEntry] = field(default_factory=list)


class Play:
    """The people, and what they were told that was kept."""

    def __init__(self, rig: Rig, net: Linked) -> None:
        self.rig = rig
        self.net = net
        self.case = ""
        self.reports: dict[str, str] = {}
        self.phrase = ""
        self.acknowledged: list[tuple[str, str]] = []
        self.unsure: list[str] = []
        self.never: list[str] = []
        self.words: list[tuple[str, str]] = []
        self.seconds: list[float] = []

    # -- who is where

    async def sits(self, server: InspIRCd, nick: str) -> Person:
        """Somebody connects to one of the servers, logged in where there is an account."""
        account = nick if nick in server.accounts else None
        person = Person(await self._connect(server, nick, account))
        self.rig.people[nick] = person
        return person

    async def steals(self, theft: Theft) -> IRCClient:
        """Mallory connects under a nick that its owner has on the other side."""
        server = self.net.hub if theft.side == "hub" else self.net.leaf
        client = await self._connect(server, theft.nick if theft.twin else "mallory", None)
        if not theft.twin:
            client.send(f"NICK {theft.nick}")
            await client.expect(f"^:mallory!.* NICK :?{theft.nick}$")
            client.nick = theft.nick
        await client.join(LOBBY)
        return client

    async def _connect(self, server: InspIRCd, nick: str, account: str | None) -> IRCClient:
        return await IRCClient.connect(
            server.host,
            server.tls_port,
            nick,
            account=account,
            password=server.accounts[account] if account else "",
            tls=server.certificates.client_context(),
        )

    async def open(self) -> None:
        """Everybody in place, one case of the team's, and two reports half told."""
        rig = self.rig
        await rig.enter("alice")
        for nick in ("bob", "rita", "ivan"):
            await self.sits(self.net.leaf, nick)
        await rig.furnish()
        await rig.start()
        said = await rig.alice.asks(f"!open Somebody writes of a {SECRET}", "Opened", TEAM)
        self.case = code_in(said)
        for nick in ("rita", "ivan"):
            person = rig.people[nick]
            await person.asks(f"Somebody undoes every edit of mine about the {SECRET}.", "danger")
            await person.asks("no", "Shall I pass on")
            person.says("yes")
            self.reports[nick] = code_in(await person.hears("C-"))
            phrase = await person.ever_hears(SIX_WORDS)
            self.phrase = phrase if nick == "rita" else self.phrase

    # -- what they type

    async def keeps(self, nick: str, words: str) -> None:
        """Type words that are to be kept, and see that they were."""
        person = self.rig.people[nick]
        if nick == "bob":
            await person.asks(f"!note {self.case} {words}", "Noted", TEAM)
        else:
            await person.asks(f"add {words}", KEPT)
        self.acknowledged.append((self.case if nick == "bob" else self.reports[nick], words))

    def types(self, nick: str, words: str) -> None:
        """Type words, and wait for nothing."""
        person = self.rig.people[nick]
        if nick == "bob":
            person.says(f"!note {self.case} {words}", TEAM)
        else:
            person.says(f"add {words}")

    async def writes(self, nick: str, words: str) -> None:
        """Alice has words sent to a reporter whose server is away."""
        self.words.append((nick, words))
        alice = self.rig.alice
        await alice.asks(f"!say {self.reports[nick]} reporter {words}", "words?\\.", TEAM)
        await alice.asks("!yes", "On its way", TEAM)

    # -- one split

    async def round(self, number: int) -> None:
        """Before, into, during and after one split."""
        theft = THEFTS[number % len(THEFTS)]
        for nick in ("bob", "rita", "ivan"):
            await self.keeps(nick, f"before-{nick}-{number}.")
        for nick in ("bob", "rita", "ivan"):
            self.types(nick, f"into-{nick}-{number}.")
            self.unsure.append(f"into-{nick}-{number}.")
        await self.net.split()
        await self.rig.alice.client.expect("^:bob!.* QUIT :")
        thief = await self.meanwhile(number, theft)
        began = asyncio.get_running_loop().time()
        await self.net.heal()
        await self.after_theft(number, theft, thief)
        await self.rig.bob.settled(TEAM)
        self.seconds.append(asyncio.get_running_loop().time() - began)
        await self.afterwards(number)

    async def meanwhile(self, number: int, theft: Theft) -> IRCClient:
        """What is typed on the far side never comes; mallory types as somebody else."""
        for nick in ("bob", "rita", "ivan"):
            self.types(nick, f"during-{nick}-{number}.")
            self.never.append(f"during-{nick}-{number}.")
            person = self.rig.people[nick]
            await person.client.sync()
            # An answer from before the split is none to what is typed after it.
            person._read[TEAM] = person._read[nick] = len(person.client.lines)
        thief = await self.steals(theft)
        await self.types_as(thief, number)
        if theft.side == "hub":
            if theft.nick in self.reports:
                await self.writes(theft.nick, f"Words for {theft.nick} {number}.")
            await thief.sync()
        alice = self.rig.alice
        assert SECRET in " ".join(await alice.answers(f"!show {self.case}", TEAM))
        assert self.case in " ".join(await alice.answers("!cases"))
        return thief

    async def types_as(self, thief: IRCClient, number: int) -> None:
        """Whatever its owner might type."""
        evil = f"evil-{number}."
        self.never.append(evil)
        for where in (TEAM, LOBBY, BOT)[: 2 if thief.nick == BOT else 3]:
            for line in (
                f"!note {self.case} {evil}",
                f"!show {self.case}",
                f"add {evil}",
                "status",
                "read",
                "!cases",
                "!yes",
            ):
                thief.say(where, line)
        await thief.sync()

    async def after_theft(self, number: int, theft: Theft, thief: IRCClient) -> None:
        """Healed: one of the two has lost the nick. Then mallory goes, and its owner is back."""
        if theft.nick == BOT:
            await thief.quit()
            if theft.twin:
                await self.rig.alice.client.expect(rf"^:\d\S+ NICK :?{BOT}$", BACK_SECONDS)
        else:
            await self.types_as(thief, number)
            thief.say(LOBBY, "!ping handled")
            await thief.expect(rf"^:{BOT}!\S+ NOTICE {LOBBY} :handled")
            owner = self.rig.people[theft.nick]
            await owner.client.sync()
            lost = _renamed(owner.client, theft.nick)
            assert (lost is not None) is theft.twin
            if lost is not None and theft.nick not in self.reports:
                owner.nick = lost
                assert self.case in " ".join(await owner.answers("!cases"))
            await thief.quit()
            await self.net.settle()
            if lost is not None:
                owner.client.send(f"NICK {theft.nick}")
                await owner.client.expect(f" NICK :?{theft.nick}$")
                owner.nick = theft.nick
        await self.heard_nothing(thief)

    async def heard_nothing(self, thief: IRCClient) -> None:
        """Not a word of a case, nor a code."""
        told = "\n".join(line.text for line in thief.lines)
        for words in (SECRET, "Words for", self.phrase, self.case, *self.reports.values()):
            assert words not in told

    async def afterwards(self, number: int) -> None:
        """Everybody is known again, and the team's channel is what it was."""
        rita = self.rig.people["rita"]
        await self.rig.alice.settled(TEAM)
        shown = await self.rig.bob.answers(f"!show {self.case}", TEAM)
        assert SECRET in " ".join(shown)
        await rita.asks(self.phrase, "Welcome back")
        for nick in ("bob", "rita", "ivan"):
            await self.keeps(nick, f"after-{nick}-{number}.")


def _renamed(client: IRCClient, nick: str) -> str | None:
    """The nick that a collision has left somebody with, if it took theirs."""
    now = nick
    for line in client.lines:
        found = re.match(r":(\S+)!\S+ NICK :?(\S+)$", line.text)
        if found is not None and found[1] == now:
            now = found[2]
    return None if now == nick else now


async def left(rig: Rig) -> Kept:
    """Read the database, once the program has ended."""
    store = await open_store(
        rig.folder / "data", rig.folder / "secrets/root.key", now=SystemClock().now
    )

    def job(unit: Unit) -> Kept:
        assert isinstance(unit, SealedUnit)
        kept, cases = Kept(), unit.cases(Viewer(system=True))
        for row in cases.rows(status=CaseStatus.OPEN):
            view = cases.find(row.code)
            assert view is not None
            pieces = (cases.words(row.code, entry.seq) for entry in view.entries)
            kept.words[row.code] = "\n".join(p.text for found in pieces if found for p in found)
            kept.authors |= {entry.by for entry in view.entries if entry.kind == FactKind.NOTED}
        kept.audit = unit._audit.read()
        return kept

    try:
        return await store.run(job)
    finally:
        await store.close()


@pytest_asyncio.fixture
async def play(tmp_path: Path, linked: Linked) -> AsyncIterator[Play]:
    async with make_rig(tmp_path, linked.hub) as rig:
        yield Play(rig, linked)


async def test_twenty_splits_lose_nothing_and_tell_nobody(play: Play) -> None:
    await play.open()
    for number in range(SPLITS):
        await play.round(number)
    rig = play.rig
    for nick, words in play.words:
        await rig.people[nick].ever_hears(re.escape(words))
    told = "\n".join("\n".join(rig.people[nick].heard()) for nick in play.reports)
    assert all(told.count(words) == 1 for _, words in play.words)
    assert max(play.seconds) < BACK_SECONDS
    assert await rig.stop() == 0
    kept = await left(rig)
    everything = "\n".join(kept.words.values())
    for code, words in play.acknowledged:
        assert kept.words[code].count(words) == 1, words
    for words in play.unsure:
        assert everything.count(words) <= 1, words
    for words in play.never:
        assert words not in everything, words
    assert kept.authors == {"bob"}
    ran = {(entry.who, entry.verb) for entry in kept.audit if entry.outcome == "ok"}
    assert {who for who, verb in ran if verb != "ping"} == {"alice", "bob"}


async def test_whoever_lost_a_nick_to_a_collision_is_answered_under_the_new_one(play: Play) -> None:
    """InspIRCd calls them by a number that starts with a digit: no nick that could be watched."""
    await play.open()
    rita = play.rig.people["rita"]
    await play.net.split()
    thief = await play.steals(Theft(nick="rita", side="hub", twin=True))
    await play.net.heal()
    await rita.client.sync()
    lost = _renamed(rita.client, "rita")
    assert lost is not None
    rita.nick = lost
    await rita.asks(play.phrase, "Welcome back")
    await rita.asks("add under another name.", KEPT)
    await play.heard_nothing(thief)
    await thief.quit()
