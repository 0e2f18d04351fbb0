"""Twenty changes of a channel on a real network while a bot talks there: nothing after it was read.

The bot runs in this process, so that the order of what it reads and writes is known for certain.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from random import Random

import pytest
import pytest_asyncio

from bot.runtime.clock import SystemClock
from bot.transports.irc import Settings, build
from bot.transports.irc.lines import Line
from bot.transports.irc.wire import Ears, Wire, dial
from tests.hostile.fuzz import BOT
from tests.servers.client import IRCClient
from tests.servers.inspircd import InspIRCd
from tests.world import CODE, NETWORK, World, new_folder

pytestmark = [pytest.mark.real, pytest.mark.slow]

SECRET = "lanternfish"
TEAM = "#team"
TIMES = 20
NEEDED = frozenset("sin")
#: Who may hear cases here, and who codes only.
TRUSTED, CODES_ONLY = frozenset({"alice", "bob", BOT}), frozenset({"carol"})
Act = Callable[[], Awaitable[None]]


class Tap:
    """Between the wire and the bot: knows what was read when something is written."""

    def __init__(self) -> None:
        self.modes: set[str] = set()
        self.members: dict[str, str | None] = {}
        self.code = ""
        self.leaks: list[str] = []
        self.news = asyncio.Event()
        self._ears: Ears
        self._wire: Wire

    async def dial(self, settings: Settings, ears: Ears) -> Wire:
        """Implements `Dial`."""
        self._ears = ears
        return await dial(settings, self)

    def opened(self, wire: Wire) -> None:
        """Implements `Ears`."""
        self._wire = wire
        self._ears.opened(self)

    def lost(self) -> None:
        """Implements `Ears`."""
        self._ears.lost()

    def overheard(self, raw: bytes) -> bool:
        """Implements `Ears`: talk changes nothing."""
        return self._ears.overheard(raw)

    def heard(self, line: Line) -> None:
        """Implements `Ears`: from here on the line has been read."""
        self._learn(line)
        self._ears.heard(line)
        self.news.set()

    def _learn(self, line: Line) -> None:
        where, what = line.param(0), line.param(1)
        if line.command == "ACCOUNT" and line.nick in self.members:
            self.members[line.nick] = None if where == "*" else where
        elif line.command == "QUIT":
            self.members.pop(line.nick, None)
        elif where == TEAM and line.command == "JOIN":
            self.members[line.nick] = None if what == "*" else what
        elif where == TEAM and line.command == "PART":
            self.members.pop(line.nick, None)
        elif line.command == "324":
            self.modes = set(line.param(2)) & NEEDED
        elif where == TEAM and line.command == "MODE":
            letters = set(what[1:]) & NEEDED
            self.modes = self.modes | letters if what[0] == "+" else self.modes - letters

    @property
    def sound(self) -> bool:
        """Whether the channel may hear cases."""
        return self.modes >= NEEDED and set(self.members.values()) <= TRUSTED

    def write(self, line: str) -> None:
        """Implements `Wire`."""
        codes = self.modes >= NEEDED and set(self.members.values()) <= TRUSTED | CODES_ONLY
        secrets = [SECRET, self.code] if self.code and not codes else [SECRET]
        told = line.split(" ")[1] == TEAM and any(secret in line for secret in secrets)
        if told and not self.sound:
            self.leaks.append(f"{self.modes} {self.members} -> {line}")
        self._wire.write(line)

    def close(self, farewell: str) -> None:
        """Implements `Wire`."""
        self._wire.close(farewell)

    def abort(self) -> None:
        """Implements `Wire`."""
        self._wire.abort()

    async def until(self, *, sound: bool) -> None:
        """Wait until the channel has been read as sound, or as not."""
        async with asyncio.timeout(10):
            while self.sound is not sound:
                self.news.clear()
                await self.news.wait()


class Play:
    """People on the network, and what they do to the channel."""

    def __init__(self, server: InspIRCd, tap: Tap) -> None:
        self.server = server
        self.tap = tap
        self.dice = Random(20)
        self.people: dict[str, IRCClient] = {}

    async def enter_all(self) -> None:
        """Everybody connects; alice and bob make the channel."""
        async with asyncio.TaskGroup() as group:
            for nick in ("alice", "bob", "carol", "ivan", "mallory"):
                group.create_task(self.enter(nick))
        for nick in ("alice", "bob"):
            await self.people[nick].join(TEAM)
            self.tap.members[nick] = nick

    async def begin(self) -> None:
        """The bot comes in, the channel is closed, and a case is opened."""
        await self.people["alice"].expect(f"^:{BOT}!.* JOIN ")
        self.people["alice"].mode(TEAM, "+sin")
        await self.tap.until(sound=True)
        self.says(f"!open Somebody writes of a {SECRET}")
        self.tap.code = CODE.findall(await self.hears("Opened"))[0]

    async def enter(self, nick: str) -> None:
        account = nick if nick in self.server.accounts else None
        self.people[nick] = await IRCClient.connect(
            self.server.host,
            self.server.port,
            nick,
            account=account,
            password=self.server.accounts[account] if account else "",
        )

    def says(self, text: str) -> None:
        self.people["alice"].say(TEAM, text)

    async def hears(self, pattern: str) -> str:
        line = await self.people["alice"].expect(rf"^:{BOT}!\S+ NOTICE {TEAM} :.*{pattern}")
        return line.text

    def asks(self) -> None:
        """A few commands whose answers are a few lines each."""
        for _ in range(self.dice.randrange(1, 4)):
            part = self.dice.choice(("", " timeline", " record", " messages"))
            self.says(f"!show {self.tap.code}{part}")

    def changes(self) -> tuple[Act, Act]:
        """A change, and what undoes it."""
        alice, bob = self.people["alice"], self.people["bob"]
        password = self.server.accounts["bob"]
        modes = self.dice.choice(("s", "i", "n", "sin"))
        guest = self.dice.choice(("mallory", "ivan", "carol"))

        async def open_up() -> None:
            alice.mode(TEAM, f"-{modes}")

        async def close() -> None:
            alice.mode(TEAM, f"+{modes}")

        async def log_out() -> None:
            bob.say("NickServ", "LOGOUT")

        async def log_in() -> None:
            bob.say("NickServ", f"IDENTIFY bob {password}")

        async def come() -> None:
            await self.server.force_join(guest, TEAM)

        async def go() -> None:
            self.people[guest].send(f"PART {TEAM}")

        pairs = ((open_up, close), (log_out, log_in), (come, go))
        return pairs[self.dice.randrange(len(pairs))]

    async def interleaving(self) -> None:
        """Ask, change, ask; then mend it, and ask again."""
        change, mend = self.changes()
        self.asks()
        if self.dice.random() < 0.5:
            await self.people["alice"].sync()
        await change()
        self.asks()
        await self.tap.until(sound=False)
        self.asks()
        token = f"t{self.dice.randrange(10**9)}"
        self.says(f"!ping {token}")
        await self.hears(token)
        await mend()
        await self.tap.until(sound=True)
        self.says(f"!show {self.tap.code}")
        await self.hears(SECRET)


@pytest_asyncio.fixture
async def play(inspircd: InspIRCd) -> AsyncIterator[Play]:
    """Alice, bob and the bot are in the channel, and a case is open."""
    made, tap = World(new_folder()), Tap()
    made.clock = SystemClock()  # type: ignore[assignment]  # this world's time is the real one
    password = made.folder / "password"
    password.write_text(inspircd.accounts[BOT])
    settings = Settings(
        name=NETWORK, host=inspircd.host, port=inspircd.port, tls=False, nick=BOT, account=BOT,
        password_file=password, channels=(TEAM,), burst=2, per_second=40.0,
    )  # fmt: skip
    irc = build(settings, lambda: made.live.roster, made.clock, dialler=tap.dial)
    made.live.transports = {NETWORK: irc}
    people = Play(inspircd, tap)
    try:
        await people.enter_all()
        await made.start()
        await people.begin()
        yield people
    finally:
        if made.bot is not None:
            await made.stop()
        for client in people.people.values():
            await client.quit()


async def test_no_word_after_a_change_was_read(play: Play) -> None:
    for _ in range(TIMES):
        await play.interleaving()
    assert play.tap.leaks == []
