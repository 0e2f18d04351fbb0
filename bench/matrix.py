"""Caseward and other bots side by side on a real homeserver (`./run bench matrix [--quick]`).

Every bot is a process of its own with an account, a clear and an encrypted room of its own, and
five speakers in them. The bots take turns in every repeat; figures are medians, CPU as the ratio
to a minimal bot on matrix-nio in the same repeat. Synapse is started on loopback.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import chatter, matrix_caseward
from bench.matrix_speakers import PASSWORD, Crowd
from bench.process import Gone, Process
from bench.stats import Book, growth, short, table
from bot.demo.homeserver import Homeserver, HomeserverError, missing

RAW, FLOOR, OURS = "raw", "nio", "caseward"
_PEER = "simplematrixbotlib"
_ROOT = Path(__file__).resolve().parent.parent
#: Kinds of rooms; the floor of all cannot read one of them.
_CLEAR, _SEALED = "plain", "encrypted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is said, how often."""

    repeats: int = 5
    starts: int = 3
    talk: int = 150
    per_second: float = 10.0
    commands: int = 50
    asked: int = 20


QUICK = Plan(repeats=3, starts=2, talk=80, commands=20, asked=8)


@dataclass(slots=True)
class Contender:
    """One bot with its process and its rooms, by kind."""

    name: str
    command: list[str]
    folder: Path
    rooms: dict[str, str]
    crowd: Crowd
    process: Process | None = None
    messages: int = 0
    #: Megabytes by which it grew while people talked.
    grown: float = 0.0
    #: Commands, and how many of them had an answer.
    asked: int = 0
    answered: int = 0

    @property
    def running(self) -> Process:
        """Its process."""
        assert self.process is not None, f"{self.name} does not run"
        self.process.check()
        return self.process

    @property
    def kinds(self) -> list[str]:
        """The kinds of rooms in which it understands what is said."""
        return [_CLEAR] if self.name == RAW else [_CLEAR, _SEALED]

    async def start(self) -> float:
        """Start it, and have people give it their keys; returns seconds until its first answer."""
        # As installed: modules are compiled once, by the first start.
        compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(self.folder / "pyc")}
        self.process = Process(self.command, self.folder, {"PYTHONPATH": str(_ROOT), **compiled})
        process, room = self.process, self.rooms[_CLEAR]
        seconds = await self.crowd.arrives(room, process.started, process.check)
        if _SEALED in self.kinds:
            await self.crowd.share(self.rooms[_SEALED], _user(self.name))
        return seconds

    async def end(self) -> None:
        """End it, if it runs."""
        if self.process is not None:
            process, self.process = self.process, None
            await asyncio.to_thread(process.end)


def _user(name: str) -> str:
    return f"bot-{name}"


def peer() -> str | None:
    """Return the Python of the environment that has the peer, below `BENCH_PEERS`."""
    found = Path(os.environ.get("BENCH_PEERS", "/nowhere")) / _PEER / "bin" / "python"
    return str(found.absolute()) if found.exists() else None


async def contenders(folder: Path, crowd: Crowd, only: list[str]) -> list[Contender]:
    """Return the bots that this machine has (`only` these, if any), each in rooms of its own."""
    server = crowd.server
    made: list[Contender] = []
    for name in (RAW, FLOOR, *([_PEER] if peer() else []), OURS):
        if only and name not in only:
            continue
        user, home = server.user_id(_user(name)), folder / name
        home.mkdir()
        await server.register(_user(name), PASSWORD)
        rooms = {
            kind: await crowd.room(_user(name), encrypted=kind == _SEALED)
            for kind in (_CLEAR, _SEALED)
        }
        if name == _PEER:
            # It takes no invitation that came before it.
            await crowd.takes_in(_user(name), list(rooms.values()))
        if name == OURS:
            team = {"team": rooms[_SEALED], "lobby": rooms[_CLEAR]}
            people = [(each.name, each.user_id) for each in crowd.people]
            command = matrix_caseward.prepare(home, server.url, user, PASSWORD, team, people)
        else:
            python = peer() if name == _PEER else sys.executable
            script = str(Path(__file__).parent / f"matrix_{'simple' if name == _PEER else name}.py")
            store = [] if name == RAW else [str(home)]
            command = [str(python), "-P", script, server.url, user, PASSWORD, *store]
        made.append(Contender(name, command, home, rooms, crowd))
    return made


async def starts(bots: list[Contender], plan: Plan, book: Book) -> None:
    """Measure how long a start takes; the first, with invitations to follow, does not count."""
    for turn in range(plan.starts + 1):
        for bot in bots:
            seconds = await bot.start()
            if turn:
                book.add("start", bot.name, seconds)
            await bot.crowd.quiet(bot.rooms[_CLEAR])
            if turn < plan.starts:
                await bot.end()
    for bot in bots:
        rss, pss = bot.running.memory()
        book.add("rss", bot.name, rss)
        book.add("pss", bot.name, pss)


async def repeat(bot: Contender, plan: Plan, book: Book, said: list[str]) -> None:
    """Measure one bot once in everything."""
    process, crowd = bot.running, bot.crowd
    size = process.memory()[0]
    for kind in bot.kinds:
        room = bot.rooms[kind]
        await crowd.answered(room)
        before = process.cpu()
        await crowd.talk(room, said, plan.per_second)
        book.add(f"talk, {kind}", bot.name, (process.cpu() - before) / len(said))
        bot.messages += len(said)
    # Commands between the repeats are not talk, and do not count.
    bot.grown += process.memory()[0] - size
    for kind in bot.kinds:
        room = bot.rooms[kind]
        before = process.cpu()
        answered = await crowd.commands(room, plan.commands, plan.per_second)
        book.add(f"command, {kind}", bot.name, (process.cpu() - before) / (answered or 1))
        bot.asked += plan.commands
        bot.answered += answered
        waits = [await crowd.answered(room, at % 5) for at in range(plan.asked)]
        book.add(f"latency, {kind}", bot.name, median(waits))


def report(bots: list[Contender], book: Book) -> str:
    """Return the table: a column for each bot."""
    names = [bot.name for bot in bots]

    def ratios(figure: str) -> list[str]:
        return [short(book.ratio(figure, name, FLOOR)) for name in names]

    def middles(figure: str, scale: float = 1.0) -> list[str]:
        found = (book.middle(figure, name) for name in names)
        return [short(None if value is None else value * scale) for value in found]

    rows: list[list[str]] = []
    for kind in (_CLEAR, _SEALED):
        rows += [
            [f"CPU per ordinary message, {kind} room, ratio", *ratios(f"talk, {kind}")],
            ["  the same, ms per 1,000", *middles(f"talk, {kind}", 1e6)],
            [f"CPU per command, {kind} room, ratio", *ratios(f"command, {kind}")],
            ["  the same, ms", *middles(f"command, {kind}", 1e3)],
            [f"latency p50 of a command, {kind} room, ratio", *ratios(f"latency, {kind}")],
            ["  the same, ms", *middles(f"latency, {kind}", 1e3)],
        ]
    grown = [growth([(0, 0.0), (bot.messages, bot.grown)], 10_000) for bot in bots]
    heard = [bot.answered * 100 / (bot.asked or 1) for bot in bots]
    rows += [
        ["commands that were answered, per cent", *map(short, heard)],
        ["memory at start, RSS, MB", *middles("rss")],
        ["memory at start, PSS, MB", *middles("pss")],
        ["memory growth per 10,000 messages, MB", *map(short, grown)],
        ["process start to first answer, s", *middles("start")],
    ]
    return table(["figure", *names], rows)


async def measure(plan: Plan, only: list[str]) -> str:
    """Run everything; returns the table."""
    book = Book()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        server = Homeserver(folder / "homeserver")
        await server.start()
        bots: list[Contender] = []
        try:
            async with Crowd(server) as crowd:
                bots = await contenders(folder, crowd, only)
                users = [server.user_id(_user(bot.name)) for bot in bots]
                crowd.listen(users)
                await starts(bots, plan, book)
                said = chatter.lines(plan.talk)
                for bot in bots:
                    for kind in bot.kinds:
                        await crowd.talk(bot.rooms[kind], said[:30], plan.per_second)
                for _ in range(plan.repeats):
                    for bot in bots:
                        await repeat(bot, plan, book, said)
        finally:
            for bot in bots:
                await bot.end()
            await server.stop()
        return report(bots, book)


def main(arguments: list[str]) -> int:
    """Measure, and print one table."""
    parser = argparse.ArgumentParser(prog="bench matrix", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of everything")
    parser.add_argument("--only", default="", help="bots, by name, with commas between")
    given = parser.parse_args(arguments)
    absent = missing()
    if absent:
        print(f"bench: not installed: {', '.join(absent)}", file=sys.stderr)
        return 1
    only = [FLOOR, *given.only.split(",")] if given.only else []
    if peer() is None and not only:
        print(f"{_PEER}: not installed, left out", file=sys.stderr)
    try:
        print(asyncio.run(measure(QUICK if given.quick else Plan(), only)))
    except (Gone, HomeserverError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    return 0
