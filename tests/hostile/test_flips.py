"""A channel that changes while something is being said in it: no word of a case after the change.

Changes of modes, members and accounts are mixed at random with commands, by seed. What counts is
the moment at which the bot has read the line that tells of the change.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random

import pytest
import pytest_asyncio

from bot.transports.irc import Settings, build
from bot.transports.irc.lines import parse
from bot.transports.irc.wire import Ears, Wire
from tests.hostile.fuzz import BOT, MASK, ROOMS
from tests.hostile.fuzz_server import Found, Network
from tests.world import NETWORK, FakeClock, World, new_folder

SECRET = "lanternfish"
TEAM = "#team"
SEEDS, INTERLEAVINGS, STEPS = 10, 20, 10
_PATIENCE = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """A change of the channel, what undoes it, and whether codes may be said meanwhile."""

    line: str
    back: str
    codes: bool = False


def _mode(change: str, back: str) -> Flip:
    return Flip(
        line=f":alice!{MASK} MODE {TEAM} {change}", back=f":alice!{MASK} MODE {TEAM} {back}"
    )


def _enters(nick: str, account: str, leaves: str, *, codes: bool = False) -> Flip:
    source = f":{nick}!{MASK}"
    return Flip(
        line=f"{source} JOIN {TEAM} {account} :{nick}", back=f"{source} {leaves}", codes=codes
    )


FLIPS = (
    _mode("-s", "+s"),
    _mode("-i", "+i"),
    _mode("-n", "+n"),
    _mode("-sin", "+sin"),
    _mode("+D", "-D"),
    _mode("+u", "-u"),
    _mode("+m-i+l 5", "+i-ml"),
    _enters("mallory", "*", f"PART {TEAM}"),
    _enters("ghost", "*", "QUIT :gone"),
    _enters("heidi", "heidi", f"PART {TEAM} :bye"),
    _enters("alice2", "alice2", "QUIT"),
    _enters("carol", "carol", f"PART {TEAM}", codes=True),
    _enters("olga", "olga", "QUIT :later", codes=True),
    Flip(line=f":bob!{MASK} ACCOUNT *", back=f":bob!{MASK} ACCOUNT bob"),
    Flip(line=f":bob!{MASK} ACCOUNT mallory", back=f":bob!{MASK} ACCOUNT bob"),
    Flip(line=f":finn!{MASK} ACCOUNT carol", back=f":finn!{MASK} ACCOUNT finn", codes=True),
)


class CoarseClock(FakeClock):
    """Wakes nobody sooner than it can tell apart from now."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(max(seconds, 0.001))


class Strings(Network):
    """A well-behaved network of strings, which knows of what is wrong with the channel."""

    def __init__(self) -> None:
        super().__init__(Found())
        self.ears: Ears
        self.code = ""
        self.flaws: list[Flip] = []
        self.written: list[str] = []
        self.leaks: list[str] = []

    async def dial(self, settings: Settings, ears: Ears) -> Wire:
        """Implements `Dial`."""
        self.ears = ears
        ears.opened(self)
        return self

    def write(self, line: str) -> None:
        """Implements `Wire`: what is written now is held against what was read before."""
        self.written.append(line)
        secrets = [SECRET]
        if self.code and not all(flip.codes for flip in self.flaws):
            secrets.append(self.code)
        told = line.split(" ")[1] == TEAM and any(secret in line for secret in secrets)
        if self.flaws and told:
            self.leaks.append(f"{self.flaws[-1].line} -> {line}")
        self._answer(line)

    def close(self, farewell: str) -> None:
        """Implements `Wire`."""
        self.abort()

    def abort(self) -> None:
        """Implements `Wire`."""
        self.ears.lost()

    def tell(self, *lines: str) -> None:
        """Answers come in later turns of the loop."""
        for line in lines:
            asyncio.get_running_loop().call_soon(self.hear, line)

    def hear(self, line: str) -> None:
        """The bot reads a line."""
        parsed = parse(line)
        assert parsed is not None
        self.ears.heard(parsed)

    def flip(self, flip: Flip) -> None:
        """The channel loses what it needs."""
        self.flaws.append(flip)
        self.hear(flip.line)

    def mend(self, flip: Flip) -> None:
        """It has that again; only from then on may anything be said."""
        self.hear(flip.back)
        self.flaws.remove(flip)


class Play:
    """Random steps on one bot."""

    def __init__(self, world: World, net: Strings) -> None:
        self.world = world
        self.net = net
        self.dice = Random()
        self._said = 0

    def says(self, nick: str, text: str) -> None:
        self._said += 1
        tags = f"@account={nick};msgid=m{self._said}"
        self.net.spoke[nick] = nick
        self.net.hear(f"{tags} :{nick}!{MASK} PRIVMSG {TEAM} :{text}")

    async def turns(self) -> None:
        """Let a few things happen, at any depth."""
        for _ in range(self.dice.randrange(25)):
            await asyncio.sleep(0)
        if self.dice.random() < 0.5:
            await asyncio.sleep(self.dice.random() / 500)
        if self.dice.random() < 0.5:
            # Lines wait for their turn, and are held against the channel again when it comes.
            self.world.clock.set(self.world.clock.now() + timedelta(seconds=self.dice.random() / 2))

    async def begin(self) -> None:
        self.says("alice", f"!open Somebody writes of a {SECRET}")
        async with asyncio.timeout(_PATIENCE):
            while not any("Opened" in line for line in self.net.written):
                await later(self.world, 1)
        self.net.code = self.world.code(self.net.written)

    async def interleaving(self) -> None:
        """Commands and changes, then everything is mended, and said again."""
        open_flips = list(FLIPS)
        for _ in range(STEPS):
            step = self.dice.random()
            if step < 0.5:
                verb = self.dice.choice(("show {}", "show {} timeline", "show {} record", "cases"))
                self.says("alice", f"!{verb.format(self.net.code)}")
            elif step < 0.8 and not self._clashes(flip := self.dice.choice(open_flips)):
                self.net.flip(flip)
            elif self.net.flaws:
                self.net.mend(self.dice.choice(self.net.flaws))
            await self.turns()
        while self.net.flaws:
            self.net.mend(self.net.flaws[-1])
        await later(self.world, 30)
        start = len(self.net.written)
        self.says("alice", f"!show {self.net.code}")
        async with asyncio.timeout(_PATIENCE):
            while not any(SECRET in line for line in self.net.written[start:]):
                await later(self.world, 1)

    def _clashes(self, flip: Flip) -> bool:
        """Whether undoing one of the two would undo the other."""
        mode = " MODE " in flip.line
        nick = flip.line.partition("!")[0]
        return any(
            (mode and " MODE " in other.line) or (not mode and nick == other.line.partition("!")[0])
            for other in self.net.flaws
        )


async def later(world: World, seconds: int) -> None:
    """Let time pass; work may wait for it, so nothing waits for the work to end."""
    assert world.bot is not None
    for _ in range(2 * seconds):
        if world.bot.supervisor._works:
            await asyncio.wait(set(world.bot.supervisor._works), timeout=0.003)
        world.clock.set(world.clock.now() + timedelta(seconds=0.5))
        for _ in range(10):
            await asyncio.sleep(0)


@pytest_asyncio.fixture
async def play() -> AsyncIterator[Play]:
    """A bot on a network of strings; nobody has said anything."""
    made = World(new_folder())
    made.falls = False
    made.clock = CoarseClock()
    net = Strings()
    password = made.folder / "password"
    password.write_text("correct horse\n")
    settings = Settings(
        name=NETWORK, host="localhost", port=6667, tls=False, nick=BOT, account=BOT,
        password_file=password, channels=ROOMS, burst=1, per_second=3.0,
    )  # fmt: skip
    irc = build(settings, lambda: made.live.roster, made.clock, dialler=net.dial)
    made.live.transports = {NETWORK: irc}
    await made.start()
    while not made.ready:
        await later(made, 1)
    yield Play(made, net)
    await made.stop()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SEEDS))
async def test_no_word_of_a_case_after_a_change_was_read(play: Play, seed: int) -> None:
    play.dice.seed(seed)
    await play.begin()
    for _ in range(INTERLEAVINGS):
        await play.interleaving()
    assert play.net.leaks == []
