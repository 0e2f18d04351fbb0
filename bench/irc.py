"""Caseward and other bots side by side on a real IRC server (`./run bench irc [--quick]`).

Every bot is a process of its own, in a channel of its own, with five speakers. The bots take
turns in every repeat; figures are medians, CPU as the ratio to a bot on bare asyncio in the same
repeat. InspIRCd and Atheme are started on loopback; they must be installed.
"""

import argparse
import asyncio
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import caseward, chatter, others
from bench.process import Gone, Process
from bench.speakers import Table
from bench.stats import Book, growth, short, table
from tests.servers.api import IRCServer
from tests.servers.certs import make_certificates
from tests.servers.embedded import EmbeddedServer
from tests.servers.inspircd import InspIRCd, missing_programs

FLOOR = "raw"
OURS = "caseward"
_ROOT = Path(__file__).resolve().parent.parent
#: What a commit is measured with: rows of this many bytes.
_ROW = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is said, how often."""

    repeats: int = 5
    starts: int = 3
    burst: int = 20_000
    paced: int = 1_200
    per_second: float = 300.0
    commands: int = 800
    asked: int = 150
    notes: int = 200


QUICK = Plan(repeats=2, starts=1, burst=4_000, paced=300, commands=300, asked=50, notes=60)


@dataclass(slots=True)
class Contender:
    """One bot with its process and its speakers."""

    name: str
    command: list[str]
    folder: Path
    room: Table
    process: Process | None = None
    messages: int = 0
    #: Megabytes by which it grew while people talked.
    grown: float = 0.0

    @property
    def running(self) -> Process:
        """Its process."""
        assert self.process is not None, f"{self.name} does not run"
        self.process.check()
        return self.process

    async def start(self) -> float:
        """Start it; returns seconds until its first answer."""
        # As installed: modules are compiled once, by the first start.
        compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(self.folder / "pyc")}
        self.process = Process(self.command, self.folder, {"PYTHONPATH": str(_ROOT), **compiled})
        return await self.room.arrives(self.process.started, self.process.check)

    async def end(self) -> None:
        """End it, if it runs."""
        if self.process is not None:
            process, self.process = self.process, None
            await asyncio.to_thread(process.end)

    async def stop(self) -> None:
        """End it, and let the network see it go."""
        await self.end()
        await self.room.settled()


def contenders(folder: Path, server: IRCServer, only: list[str]) -> list[Contender]:
    """Return the bots that this machine has (`only` these, if any), each in its own folder."""
    made: list[Contender] = []

    def add(name: str, command: list[str], home: Path) -> None:
        made.append(Contender(name, command, home, Table(name, _nick(name), _channel(name))))

    def home(name: str) -> Path:
        path = folder / name
        path.mkdir()
        return path

    for name in (FLOOR, "plain"):
        script = str(Path(__file__).parent / f"{name}.py")
        arguments = [server.host, str(server.port), _nick(name), _channel(name)]
        # Without -P, this folder's irc.py would hide the package.
        add(name, [sys.executable, "-P", script, *arguments], home(name))
    for name, (program, setup) in others.OTHERS.items():
        if others.find(program) is None:
            continue
        path = home(name)
        command = others.command(program, setup(path, server, _nick(name), _channel(name)))
        if command is not None:
            add(name, command, path)
    path = home(OURS)
    add(OURS, caseward.prepare(path, server, _nick(OURS), _channel(OURS)), path)
    return [bot for bot in made if not only or bot.name in only]


def _nick(name: str) -> str:
    return f"{name}-b"


def _channel(name: str) -> str:
    return f"#bench-{name}"


async def starts(folder: Path, plan: Plan, book: Book, only: list[str]) -> None:
    """Measure how long a start takes, on the demo's server: InspIRCd lets people in once a second."""
    server = EmbeddedServer(make_certificates(folder))
    await server.start()
    bots = contenders(folder, server, only)
    try:
        for bot in bots:
            await bot.room.gather(server)
        for turn in range(plan.starts + 1):
            for bot in bots:
                seconds = await bot.start()
                if turn:
                    book.add("start", bot.name, seconds)
                await bot.stop()
    finally:
        for bot in bots:
            await bot.end()
        await server.close()


async def sizes(bots: list[Contender], book: Book) -> None:
    """Start all, and measure what memory they need."""
    for bot in bots:
        await bot.start()
        await bot.stop()
        await bot.start()
        rss, pss = bot.running.memory()
        book.add("rss", bot.name, rss)
        book.add("pss", bot.name, pss)


async def repeat(bot: Contender, plan: Plan, book: Book, said: list[str]) -> None:
    """Measure one bot once in everything."""
    process, room = bot.running, bot.room

    size = process.memory()[0]
    before = process.cpu()
    await room.burst(said[: plan.burst])
    book.add("burst", bot.name, (process.cpu() - before) / plan.burst)

    before = process.cpu()
    await room.talk(said[: plan.paced], plan.per_second)
    book.add("paced", bot.name, (process.cpu() - before) / plan.paced)
    # Commands and notes between the repeats are not talk, and do not count.
    bot.messages += plan.burst + plan.paced
    bot.grown += process.memory()[0] - size

    waits = [await room.answered(at % 5) for at in range(plan.asked)]
    book.add("latency", bot.name, median(waits))

    before = process.cpu()
    await room.commands(plan.commands)
    book.add("command", bot.name, (process.cpu() - before) / plan.commands)


async def notes(bot: Contender, plan: Plan, book: Book) -> None:
    """Measure a command that writes: three of the team keep notes on cases of theirs by DM."""
    process = bot.running
    async with asyncio.TaskGroup() as group:
        opened = [group.create_task(bot.room.opens(at)) for at in range(len(caseward.TEAM))]
    codes = [task.result() for task in opened]
    before = process.cpu()
    async with asyncio.TaskGroup() as group:
        for at, code in enumerate(codes):
            group.create_task(bot.room.notes(at, code, plan.notes // len(codes)))
    book.add("note", bot.name, (process.cpu() - before) / (plan.notes // len(codes) * len(codes)))


def report(bots: list[Contender], book: Book) -> str:
    """Return the table: a column for each bot."""
    names = [bot.name for bot in bots]

    def ratios(figure: str) -> list[str]:
        return [short(book.ratio(figure, name, FLOOR)) for name in names]

    def middles(figure: str, scale: float = 1.0) -> list[str]:
        found = (book.middle(figure, name) for name in names)
        return [short(None if value is None else value * scale) for value in found]

    floor_cpu = [book.middle("command", FLOOR) or 0.0]
    note = [book.middle("note", name) for name in names]
    rows = [
        ["CPU per ordinary message, burst, ratio", *ratios("burst")],
        ["  the same, microseconds", *middles("burst", 1e6)],
        ["CPU per ordinary message, 300/s, ratio", *ratios("paced")],
        ["  the same, microseconds", *middles("paced", 1e6)],
        ["CPU per command at full speed, ratio", *ratios("command")],
        ["  the same, microseconds", *middles("command", 1e6)],
        ["CPU per command that writes, ratio to raw's command"]
        + [short(value / floor_cpu[0] if value and floor_cpu[0] else None) for value in note],
        ["  the same, microseconds", *middles("note", 1e6)],
        ["latency p50 of a command, ratio", *ratios("latency")],
        ["  the same, ms", *middles("latency", 1e3)],
        ["memory at start, RSS, MB", *middles("rss")],
        ["memory at start, PSS, MB", *middles("pss")],
        ["memory growth per 100,000 messages, MB"]
        + [short(growth([(0, 0.0), (bot.messages, bot.grown)], 100_000)) for bot in bots],
        ["process start to first answer, s", *middles("start")],
    ]
    return table(["figure", *names], rows)


async def measure(plan: Plan, only: list[str]) -> str:
    """Run everything; returns the table."""
    book = Book()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        for part in ("starts", "talk"):
            (folder / part).mkdir()
        await starts(folder / "starts", plan, book, only)
        server = InspIRCd(make_certificates(folder / "talk"))
        bots: list[Contender] = []
        try:
            await server.start()
            bots = contenders(folder / "talk", server, only)
            for bot in bots:
                await bot.room.gather(server)
            await sizes(bots, book)
            said = chatter.lines(plan.burst)
            for bot in bots:
                await bot.room.burst(said[: plan.burst // 4])
                await bot.room.commands(100)
            for _ in range(plan.repeats):
                for bot in bots:
                    await repeat(bot, plan, book, said)
                for bot in bots:
                    if bot.name == OURS:
                        await notes(bot, plan, book)
        finally:
            for bot in bots:
                await bot.end()
            server.close()
        return report(bots, book)


def main(arguments: list[str]) -> int:
    """Measure, and print one table."""
    parser = argparse.ArgumentParser(prog="bench irc", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of everything")
    parser.add_argument("--only", default="", help="bots, by name, with commas between")
    given = parser.parse_args(arguments)
    missing = missing_programs()
    if missing:
        print(f"bench: not installed: {', '.join(missing)}", file=sys.stderr)
        return 1
    only = [FLOOR, *given.only.split(",")] if given.only else []
    for name, (program, _) in others.OTHERS.items():
        if others.find(program) is None and not only:
            print(f"{name}: not installed, left out", file=sys.stderr)
    try:
        print(asyncio.run(measure(QUICK if given.quick else Plan(), only)))
    except Gone as gone:
        print(f"bench: {gone}", file=sys.stderr)
        return 1
    return 0
