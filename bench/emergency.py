"""How fast an emergency leaves (`./run bench emergency [PART ...] [--quick] [--pace N]`).

The whole program, a mail relay with TLS and an IRC server on loopback; from the moment at which
a caller writes a line to the relay's 250, to the line at the client of whoever is on call, and
to the words that the caller gets. Parts: `quiet`, `flood`, `relay` (the first relay is dead: when
has the second taken the mail), `dead` (nothing works and nobody is there: when does the caller
hear so). The exit code is 1 where a target is missed.
"""

import argparse
import asyncio
import re
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any, Protocol

from bench.chatter import lines
from bench.guests import Flood, guests
from bench.relays import Apart, Timed
from bench.stats import table
from tests.e2e.people import Person
from tests.e2e.rig import LOBBY, PAGE, Rig, code_in
from tests.servers.api import IRCServer
from tests.servers.certs import make_certificates
from tests.servers.embedded import EmbeddedServer
from tests.servers.inspircd import InspIRCd, missing_programs
from tests.servers.smtp_certs import MailCertificates, make_mail_certificates

#: Seconds after which a sample counts as never.
NEVER = 180.0
#: What a stranger is told whose call was taken, and who calls when nothing works.
TAKEN = r"Your words are saved"
UNREACHABLE = r"I couldn't reach anyone yet"
OVER = r"is over"
#: Ladders that do not ring a second time while a sample lasts.
REPAGE, ESCALATE = "180s", "300s"
#: Strangers who call at the same moment while others flood, beside a colleague.
AT_ONCE = 4
PARTS = ("quiet", "flood", "relay", "dead")
#: What a dead relay does: at which step of the talk, and what.
FAULTS = {
    "refuses": {"connect": "refuse"},
    "takes no connection (black hole)": {"connect": "hole"},
    "hangs before its greeting": {"banner": "hang"},
    "hangs in the TLS handshake": {"tls": "hang"},
    "hangs at AUTH": {"auth": "hang"},
    "hangs after DATA": {"data": "hang"},
    "hangs after the last dot": {"body": "hang"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is asked. Seconds are the targets."""

    calls: int = 200
    senders: int = 10_000
    flooded_calls: int = 60
    #: Lines a second of all who flood; 0 for as many as the bot reads.
    pace: float = 0.0
    faults: tuple[str, ...] = tuple(FAULTS)
    quiet_most: float = 1.0
    flood_most: float = 5.0
    relay_most: float = 60.0
    dead_most: float = 120.0


QUICK = Plan(calls=30, senders=2_000, flooded_calls=24, faults=("refuses",))


class Caller(Protocol):
    """Somebody without an account, at a client."""

    def says(self, text: str) -> None:
        """Write to the bot."""

    async def hears(self, words: str, *, within: float) -> str:
        """Wait for what it says to them."""


class Desk:
    """A relay's mailbox, which wakes whoever waits for the mail with certain words in it."""

    def __init__(self, relays: Sequence[Timed]) -> None:
        self._wanted: dict[str, asyncio.Future[float]] = {}
        for relay in relays:
            relay.tell = self.came

    def expect(self, mark: str) -> "asyncio.Future[float]":
        """Return what will be the moment of the 250 for the mail that holds `mark`."""
        future: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._wanted[mark] = future
        return future

    def came(self, at: float, body: str) -> None:
        """Take a mail in."""
        found = re.search(r"sample \d+", body)
        future = self._wanted.pop(found[0], None) if found else None
        if future is not None and not future.done():
            future.set_result(at)


class Rings:
    """When the one on call was first rung for each page, as their own client hears it."""

    def __init__(self, rig: Rig) -> None:
        self._ears = Person(rig.alice.client)
        self._known: set[str] = set()

    async def next(self) -> tuple[str, float]:
        """Return the next page that rings, and when it did."""
        while True:
            said = await self._ears.hears(f"{PAGE.pattern}.*!ack", within=NEVER)
            code, at = code_in(said, PAGE), time.monotonic()
            if code not in self._known:
                self._known.add(code)
                return code, at


@dataclass(slots=True)
class Found:
    """Seconds, by what was measured; and what else is worth a line."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    most: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, seconds: float, most: float) -> None:
        """Keep a sample, with its target."""
        self.seconds.setdefault(name, []).append(seconds)
        self.most[name] = most

    @property
    def missed(self) -> list[str]:
        """What was slower than its target, by the 99th percentile."""
        return [name for name, each in self.seconds.items() if p99(each) > self.most[name]]

    def told(self) -> str:
        """Return the table."""
        head = ["seconds from the caller's line", "n", "p50", "p99", "max", "target (p99)"]
        rows = [
            [
                name,
                str(len(each)),
                f"{median(each):.3f}",
                f"{p99(each):.3f}",
                f"{max(each):.3f}",
                f"{self.most[name]:g}",
            ]
            for name, each in self.seconds.items()
        ]
        return "\n".join([table(head, rows), *self.notes])


def p99(samples: Sequence[float]) -> float:
    """Return the 99th percentile: the smallest sample that 99 % do not exceed."""
    ordered = sorted(samples)
    return ordered[-(-99 * len(ordered) // 100) - 1]


@asynccontextmanager
async def rig_with(
    folder: Path, server: IRCServer, scripts: Sequence[dict[str, str]]
) -> AsyncIterator[tuple[Rig, Desk]]:
    """A rig with relays that go wrong as told, and one apart where nothing is told.

    `hole` at connect is a port that never answers.
    """
    mail: MailCertificates = make_mail_certificates(_made(_made(folder) / "mail"))
    async with AsyncExitStack() as stack:
        relays: list[Timed] = []
        for script in scripts:
            hole = script.get("connect") == "hole"
            made = Timed(mail, {} if hole else script) if script else Apart(mail)
            relay = await stack.enter_async_context(made)
            if hole:
                relay.port = stack.enter_context(_hole())
            relays.append(relay)
        rig = Rig(
            folder, server=server, relays=relays, mail_ca=mail.ca, repage=REPAGE, escalate=ESCALATE
        )
        yield await stack.enter_async_context(rig), Desk(relays)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


class _hole:  # noqa: N801 - used as a function
    """A listening port whose queue is full: a connection to it is never made."""

    def __enter__(self) -> int:
        self.sockets = [socket.socket() for _ in range(4)]
        listening, *others = self.sockets
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for each in others:
            each.setblocking(False)
            each.connect_ex(listening.getsockname())
        port: int = listening.getsockname()[1]
        return port

    def __exit__(self, *_: object) -> None:
        for each in self.sockets:
            each.close()


# ---- one call --------------------------------------------------------------------------------


@dataclass(slots=True)
class Calls:
    """Makes calls and takes the time. `part` names what is measured."""

    rig: Rig
    desk: Desk
    found: Found
    part: str
    most: float
    number: int = 0
    rings: Rings = field(init=False)

    def __post_init__(self) -> None:
        self.rings = Rings(self.rig)

    def _mark(self) -> str:
        self.number += 1
        return f"sample {self.number}"

    async def stranger(self, caller: Caller, *, rings: bool) -> str | None:
        """A danger line by DM; with `rings` nothing like it is open. Returns the page that rang."""
        mark = self._mark()
        mail, begun = self.desk.expect(mark), time.monotonic()
        caller.says(f"He says he will kill me tonight, {mark}")
        async with asyncio.TaskGroup() as group:
            group.create_task(self._words(caller, begun))
            group.create_task(self._mail(mail, begun))
            ring = group.create_task(self._ring(begun)) if rings else None
        return None if ring is None else ring.result()

    async def colleague(self, person: Person, where: str | None) -> None:
        """`!emergency` of somebody of the team, in a room or by DM: a page of its own."""
        mark = self._mark()
        mail, begun = self.desk.expect(mark), time.monotonic()
        person.says(f"!emergency life {mark} he stands at her door", where)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._mail(mail, begun))
            ring = group.create_task(self._ring(begun))
            answer = group.create_task(self._answer(person, begun))
        assert answer.result() == ring.result(), "another page"
        await self.stand_down(ring.result())

    async def stand_down(self, code: str) -> None:
        """End a page, so that the next call rings."""
        alice = self.rig.alice
        alice.says(f"!stand-down {code} a sample")
        await alice.hears("!yes", within=NEVER)
        alice.says("!yes")
        await alice.hears(OVER, within=NEVER)

    async def _mail(self, mail: "asyncio.Future[float]", begun: float) -> None:
        async with asyncio.timeout(NEVER):
            self._add("SMTP 250", await mail - begun)

    async def _words(self, caller: Caller, begun: float) -> None:
        await caller.hears(TAKEN, within=NEVER)
        self._add("words to the caller", time.monotonic() - begun)

    async def _ring(self, begun: float) -> str:
        code, at = await self.rings.next()
        self._add("first page", at - begun)
        return code

    async def _answer(self, person: Person, begun: float) -> str:
        said = await person.hears(f"This is {PAGE.pattern}", within=NEVER)
        self._add("words to the caller", time.monotonic() - begun)
        return code_in(said, PAGE)

    def _add(self, what: str, seconds: float) -> None:
        self.found.add(f"{self.part}: {what}", seconds, self.most)


# ---- the parts -------------------------------------------------------------------------------


async def quiet(folder: Path, server: IRCServer, plan: Plan, found: Found) -> None:
    """One call after the other: strangers by DM, colleagues by DM and in a room."""
    async with rig_with(folder, server, [{}]) as (rig, desk):
        await rig.open("erin")
        erin = rig.people["erin"]
        await erin.client.join(LOBBY)
        calls = Calls(rig, desk, found, f"quiet, {server.kind}", plan.quiet_most)
        for number in range(plan.calls):
            if number % 2 == 0:
                caller = await rig.enter(f"guest{number}", login=False)
                code = await calls.stranger(caller, rings=True)
                await calls.stand_down(str(code))
                await caller.client.quit()
                del rig.people[caller.nick]
            else:
                await calls.colleague(erin, LOBBY if number % 4 == 1 else None)


async def flood(folder: Path, plan: Plan, found: Found, server: EmbeddedServer) -> None:
    """As many people as the plan says write as fast as the bot reads, and some are in danger."""
    people = guests(server, plan.senders, "flood")
    callers = guests(server, plan.flooded_calls, "caller")
    async with rig_with(folder, server, [{}]) as (rig, desk):
        await rig.open("erin")
        erin = rig.people["erin"]
        calls = Calls(rig, desk, found, f"{plan.senders:,} flooding", plan.flood_most)
        before = _memory(rig)
        storm = Flood(server, people, lines(5_000), plan.pace)
        async with asyncio.TaskGroup() as group:
            group.create_task(storm.run())
            await storm.under_way(plan.senders)
            # The first stranger's call rings; the others join it, and are mailed and answered.
            first, *others = callers
            await calls.stranger(first, rings=True)
            for at in range(0, len(others), AT_ONCE):
                async with asyncio.TaskGroup() as together:
                    together.create_task(calls.colleague(erin, None))
                    for caller in others[at : at + AT_ONCE]:
                        together.create_task(calls.stranger(caller, rings=False))
            storm.stop()
        found.notes.append(
            f"flood: {storm.lines:,} lines of {plan.senders:,} people in {storm.seconds:.0f} s "
            f"({storm.lines / storm.seconds:,.0f}/s), {_answered(people):,} of them answered; "
            f"memory {before:.0f} MB before, {_memory(rig):.0f} MB after"
        )


def _answered(people: Iterable[Any]) -> int:
    return sum(bool(guest.heard) for guest in people)


def _memory(rig: Rig) -> float:
    """Return the program's resident memory in megabytes."""
    process = rig.program.process
    assert process is not None
    text = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+)", text)[0]) / 1024


async def one_relay_dead(
    folder: Path, name: str, plan: Plan, found: Found, server: EmbeddedServer
) -> None:
    """Three calls at once, so that mails to the same address wait for each other."""
    async with rig_with(folder, server, [FAULTS[name], {}]) as (rig, desk):
        await rig.open("erin")
        found_here = Found()
        calls = Calls(rig, desk, found_here, "", plan.relay_most)
        async with asyncio.TaskGroup() as group:
            for caller in guests(server, 12, "guest"):
                group.create_task(calls.stranger(caller, rings=False))
        for seconds in found_here.seconds[": SMTP 250"]:
            found.add(f"first relay {name}: 250 of the second", seconds, plan.relay_most)


async def all_dead(
    folder: Path, name: str, plan: Plan, found: Found, server: EmbeddedServer
) -> None:
    """Both relays are dead and nobody on call is there."""
    async with rig_with(folder, server, [FAULTS[name]] * 2) as (rig, _):
        await rig.open()
        for person in (rig.alice, rig.bob):
            await person.client.quit()
        (caller,) = guests(server, 1, "guest")
        begun = time.monotonic()
        caller.says("He says he will kill me tonight")
        await caller.hears(UNREACHABLE, within=NEVER)
        seconds = time.monotonic() - begun
        found.add(f"all routes dead, relay {name}: honest words", seconds, plan.dead_most)


# ---- all of it -------------------------------------------------------------------------------


async def measure(plan: Plan, parts: Sequence[str], folder: Path, found: Found) -> None:
    """Run the parts, each program in a folder of its own."""
    certificates = make_certificates(_made(folder / "certificates"))

    @asynccontextmanager
    async def embedded() -> AsyncIterator[EmbeddedServer]:
        server = EmbeddedServer(certificates)
        await server.start()
        try:
            yield server
        finally:
            await server.close()

    if "quiet" in parts:
        async with embedded() as server:
            await quiet(folder / "quiet", server, plan, found)
        if not missing_programs():
            real = InspIRCd(certificates)
            try:
                await real.start()
                few = Plan(calls=min(plan.calls, 50), quiet_most=plan.quiet_most)
                await quiet(folder / "quiet-real", real, few, found)
            finally:
                real.close()
    if "flood" in parts:
        async with embedded() as server:
            await flood(folder / "flood", plan, found, server)

    async def apart(part: str, name: str) -> None:
        run = one_relay_dead if part == "relay" else all_dead
        async with embedded() as server:
            await run(folder / f"{part}-{list(FAULTS).index(name)}", name, plan, found, server)

    # These mostly wait, so they wait together.
    async with asyncio.TaskGroup() as group:
        for name in plan.faults:
            if "relay" in parts:
                group.create_task(apart("relay", name))
        for name in ("refuses", "hangs before its greeting"):
            if "dead" in parts:
                group.create_task(apart("dead", name))


def main(arguments: list[str]) -> int:
    """Run it; returns 0 if every target was met."""
    parser = argparse.ArgumentParser(prog="bench emergency", description="how fast it leaves")
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all, if none")
    parser.add_argument("--quick", action="store_true", help="a small part of it")
    parser.add_argument(
        "--pace", type=float, default=0.0, help="lines a second of the flood (what the bot reads)"
    )
    asked = parser.parse_args(arguments)
    plan = replace(QUICK if asked.quick else Plan(), pace=asked.pace)
    parts = asked.parts or PARTS
    if not set(parts) <= set(PARTS):
        parser.error(f"parts are {', '.join(PARTS)}")
    found = Found()
    try:
        with tempfile.TemporaryDirectory(prefix="caseward-bench-") as folder:
            asyncio.run(measure(plan, parts, Path(folder), found))
    finally:
        # Also what was found before something went wrong.
        print(found.told())
    for name in found.missed:
        print(f"missed: {name}", file=sys.stderr)
    return 1 if found.missed else 0
