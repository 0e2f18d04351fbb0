"""A whole bot against a server that mixes hostile lines into a well-behaved network.

Real sockets, the real adapter, a real store; the clock moves with the lines.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, MutableMapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import structlog

from bot.core.words.inbound import Event, Inbound
from bot.core.words.labels import Label
from bot.core.words.people import Roster
from bot.runtime.bot import Bot, Parts
from bot.runtime.live import Live
from bot.transports.email import letter_writer
from bot.transports.irc import IRCTransport, Settings, build
from commands._registry import load
from commands._run import Runner
from storage.keys import new_root_key
from storage.store import open_store
from tests.hostile.fuzz import BOT, MASK, ROOMS, Hostile
from tests.hostile.fuzz_server import PATIENCE, Found, Network
from tests.world import NETWORK, PEOPLE, FakeCarrier, FakeClock, FixedDice, terms
from tests.world import ROOMS as PLACES

_HOST = "127.0.0.1"
_KEY = re.compile(rf"{NETWORK}\|msgid\|m(\d+)")
_BATCH = 100
#: The network says again how things are after so many batches.
_TRUTH = 20
_BATCH_SECONDS = 0.5
_MOST_WORK = 20
#: So many seconds after the network said how things are, the bot knows it.
_SETTLED = 10
_LAST = 10**9
#: Enough that nobody is given the six words of somebody else.
_WORDS = tuple("".join(letters) for letters in product("abcdefghijklmnop", repeat=3))


class Ear:
    """Listens in on what the transport tells the bot."""

    def __init__(self, bot: Bot, network: Network) -> None:
        self._sink = bot.sink
        self._network = network

    def __call__(self, event: Event) -> None:
        """Pass it on, once it is certain that nobody is taken for somebody else."""
        if isinstance(event, Inbound) and event.speaker.person is not None:
            number = _KEY.fullmatch(event.key)
            account = self._network.accounts.get(int(number[1])) if number else None
            if account != event.speaker.person.name:
                self._network.found.wrong_people += 1
                self._network.found.examples[f"{account} taken for somebody else"] += 1
        self._sink(event)


@contextmanager
def _counted(found: Found) -> Iterator[None]:
    """Count what is logged as a fault, and log nothing."""

    def count(
        _logger: Any, level: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        name = str(event["event"])
        if level in {"error", "critical", "exception"} or name == "irc.line-failed":
            found.exceptions += 1
            found.examples[f"{name} {event.get('kind') or event.get('error') or ''}"] += 1
        raise structlog.DropEvent

    processors = structlog.get_config()["processors"]
    before = list(processors)
    processors[:] = [count]
    try:
        yield
    finally:
        processors[:] = before


@asynccontextmanager
async def _bot(folder: Path, network: Network, clock: FakeClock) -> AsyncIterator[Bot]:
    """A whole bot on this network, up and in its rooms."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: network, _HOST, 0)
    password = folder / "password"
    password.write_text("correct horse\n")
    key = folder / "root.key"
    new_root_key(key)
    settings = Settings(
        name=NETWORK, host=_HOST, port=server.sockets[0].getsockname()[1], tls=False,
        nick=BOT, account=BOT, password_file=password, channels=ROOMS, burst=10_000,
        per_second=1000.0,
    )  # fmt: skip
    transport: IRCTransport = build(settings, lambda: live.roster, clock)
    live = _live(transport)
    parts = Parts(
        store=await open_store(folder / "data", key, now=clock.now),
        clock=clock,
        dice=FixedDice(),
        live=live,
        runner=Runner(table=load(), prefix="!", name=BOT),
        carrier=FakeCarrier(),
        write_letter=letter_writer(sender="caseward@example.org", team_mail="team@example.org"),
        mail_domain="example.org",
    )
    ready = asyncio.Event()
    bot = Bot(parts, on_ready=ready.set)
    bot.sink = Ear(bot, network)  # type: ignore[method-assign]  # listens in
    try:
        await bot.start()
        async with asyncio.timeout(PATIENCE):
            while not ready.is_set():
                # Slowly: to a clock that runs away, every server is silent.
                await asyncio.sleep(0.005)
                _pass(clock, 0.1)
        yield bot
    finally:
        stopping = asyncio.ensure_future(bot.stop())
        while not stopping.done():
            await asyncio.sleep(0.005)
            _pass(clock, 1)
        await stopping
        server.close()


def _folder() -> Path:
    """A new folder, in memory where the machine has such a place."""
    shm = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="fuzz-", dir=shm if shm.is_dir() else None))


def _live(transport: IRCTransport) -> Live:
    return Live(
        roster=Roster(PEOPLE),
        rooms=PLACES,
        terms=replace(terms(), words=_WORDS),
        transports={NETWORK: transport},
        dm_most={NETWORK: Label.CASE},
    )


def _pass(clock: FakeClock, seconds: float) -> None:
    clock.set(clock.now() + timedelta(seconds=seconds))


async def run(lines: int, seed: int) -> Found:
    """Feed so many lines, and tell what came of it."""
    found = Found(lines=lines)
    network = Network(found)
    folder = _folder()
    clock = FakeClock()
    try:
        with _counted(found):
            async with _bot(folder, network, clock) as bot:
                began = time.perf_counter()
                await _feed(bot, network, clock, lines, seed)
                found.seconds = time.perf_counter() - began
                found.deaf = not await _hears(bot, network, clock)
                network.over = True
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return found


async def _feed(bot: Bot, network: Network, clock: FakeClock, lines: int, seed: int) -> None:
    hostile, dice = Hostile(seed), Random(seed)
    for batch in range(-(-lines // _BATCH)):
        if batch % _TRUTH == 0:
            network.truth()
        size = min(_BATCH, lines - batch * _BATCH)
        network.feed(list(hostile.items(size)), dice)
        await network.until_pong(f"batch-{batch}")
        _pass(clock, _BATCH_SECONDS)
        await _rest(bot, clock, _MOST_WORK)


async def _rest(bot: Bot, clock: FakeClock, most: int) -> None:
    """Let the bot catch up: what it passes over since it is flooded is never tested."""
    async with asyncio.timeout(PATIENCE):
        while len(bot.supervisor._works) > most:
            await _work(bot, 0.005)
            _pass(clock, 0.01)


async def _work(bot: Bot, seconds: float) -> None:
    """Let work end that waits for the disk, not for the clock."""
    if bot.supervisor._works:
        await asyncio.wait(set(bot.supervisor._works), timeout=seconds)


async def _hears(bot: Bot, network: Network, clock: FakeClock) -> bool:
    """Whether the bot still answers alice, in a room and by DM."""
    network.spoke["alice"] = "alice"
    await _rest(bot, clock, 0)
    for turn in range(300):
        if turn % 100 == 0:
            network.truth()
        elif turn % 100 == _SETTLED:
            for number, target in ((_LAST + turn, "#lobby"), (_LAST + turn + 1, BOT)):
                network.accounts[number] = "alice"
                tags = f"@msgid=m{number};account=alice"
                network.tell(f"{tags} :alice!{MASK} PRIVMSG {target} :!ping last")
        await network.until_pong(f"end-{turn}")
        await _work(bot, 0.05)
        _pass(clock, 1)
        if {"#lobby", "alice"} <= network.last:
            return True
    return False
