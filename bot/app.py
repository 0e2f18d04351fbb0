"""Where concrete parts meet: a configuration becomes a running bot."""

import asyncio
import gc
import os
import signal
import sqlite3
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import structlog

from bot import logs
from bot.core.words.ports import Clock, Probe, Safe, Store, Transport, no_probe
from bot.core.words.reserve import Reserve
from bot.runtime.bot import Bot, Parts
from bot.runtime.clock import SystemClock, SystemDice
from bot.runtime.health import serve
from bot.runtime.live import Live
from bot.runtime.stores import DatabaseUnusable, NoDatabase
from bot.runtime.watchdog import Watchdog
from commands._aside import aside
from commands._registry import load
from commands._run import Runner

if TYPE_CHECKING:
    from bot.config import Config

log = structlog.get_logger()

#: What is said once every network is up.
READY = "ready"
#: When Python looks for garbage: after this many new objects, and more seldom among older ones.
_GARBAGE = (20_000, 20, 50)
#: Prints a line for whoever started the bot.
Say = Callable[[str], None]


def irc_networks(config: "Config", clock: Clock, live: Live) -> dict[str, Transport]:
    """Return the IRC networks by name."""
    from bot.transports.irc import Settings, build

    built: dict[str, Transport] = {}
    for section in config.irc:
        settings = Settings(
            name=section.name,
            host=section.host,
            port=section.port,
            nick=section.nick,
            account=section.account,
            tls=section.tls,
            ca_file=section.ca_file,
            sasl=section.sasl,
            password_file=section.password_file,
            client_cert_file=section.client_cert_file,
            owner=section.owner,
            burst=section.burst,
            per_second=section.per_second,
            trusted_agents=section.trusted_agents,
            relays=section.relays,
            channels=section.channels,
        )
        built[section.name] = build(
            settings,
            roster=lambda: live.roster,
            clock=clock,
            aside=aside(config.terms.prefix, config.terms.bot_name, config.terms.call_words),
            watched=live.is_watched,
        )
    return built


def homeservers(
    config: "Config", clock: Clock, live: Live, safe: Callable[[str], Safe], probe: Probe
) -> dict[str, Transport]:
    """Return the Matrix homeservers by name; `safe` is where each keeps what is its own."""
    from bot.operating.homeserver import settings_of
    from bot.transports.matrix import build

    built: dict[str, Transport] = {}
    for section in config.matrix:
        built[section.name] = build(
            settings_of(section),
            roster=lambda: live.roster,
            private=live.is_private,
            clock=clock,
            safe=safe(section.name),
            probe=probe,
        )
    return built


def _safe(store: Store) -> Callable[[str], Safe]:
    """Return what makes a transport's safe: in the database, or in memory where there is none."""
    from bot.transports.matrix.memory_safe import MemorySafe
    from storage.safe import StoreSafe
    from storage.store import SealedStore

    if isinstance(store, SealedStore):
        return lambda name: StoreSafe(store, name)
    return lambda _name: MemorySafe()


async def stores(
    config: "Config", clock: Clock, *, adopt: bool, probe: Probe, emergency_only: bool
) -> tuple[Store, Reserve]:
    """Open the database, and the reserve beside it; without a database there is only memory.

    `StorageRefused` and `DatabaseUnusable` say why it may not start.
    """
    from storage.errors import StorageError, StorageRefused
    from storage.reserve import MemoryReserve, reserve_of
    from storage.store import open_store

    if emergency_only:
        return NoDatabase(), MemoryReserve(now=clock.now)
    try:
        store = await open_store(
            config.data_dir, config.root_key_file, now=clock.now, adopt=adopt, probe=probe
        )
    except StorageRefused:
        raise
    except (StorageError, sqlite3.Error, OSError) as error:
        raise DatabaseUnusable(type(error).__name__) from error
    reserve = reserve_of(store, now=clock.now, probe=probe)
    await reserve.prepare()
    return store, reserve


async def assemble(
    config: "Config",
    *,
    adopt: bool = False,
    probe: Probe = no_probe,
    emergency_only: bool = False,
) -> Parts:
    """Open the database and build every part. `StorageRefused` says why it may not start.

    `adopt` takes over a database that was copied here from elsewhere. `emergency_only` opens none.
    """
    from bot.config.source import FileSource, dm_most
    from bot.transports.email import Mailer, Relay, letter_writer

    clock = SystemClock()
    store, reserve = await stores(
        config, clock, adopt=adopt, probe=probe, emergency_only=emergency_only
    )
    relays = [
        Relay(
            host=section.host,
            port=section.port,
            security=section.security,
            ca_file=section.ca_file,
            username=section.username,
            password_file=section.password_file,
            sender=section.sender,
        )
        for section in config.relays
    ]
    sender = config.relays[0].sender
    live = Live(
        roster=config.roster,
        rooms=config.rooms,
        terms=config.terms,
        transports={},
        dm_most=dm_most(config),
    )
    networks = irc_networks(config, clock, live)
    if config.matrix:
        networks |= homeservers(config, clock, live, _safe(store), probe)
    live.transports = networks
    return Parts(
        store=store,
        reserve=reserve,
        clock=clock,
        dice=SystemDice(),
        live=live,
        runner=Runner(
            table=load(),
            prefix=config.terms.prefix,
            name=config.terms.bot_name,
            call_words=config.terms.call_words,
        ),
        carrier=Mailer(relays),
        write_letter=letter_writer(sender=sender, team_mail=config.terms.team_mail),
        mail_domain=sender.rpartition("@")[2],
        probe=probe,
        source=None if emergency_only else FileSource(config),
    )


async def serve_until(
    config: "Config",
    stop: asyncio.Event,
    *,
    say: Say,
    adopt: bool = False,
    emergency_only: bool = False,
    probe: Probe = no_probe,
    on_bot: Callable[[Bot], None] = lambda _bot: None,
) -> None:
    """Run the bot until `stop` is set; says `ready` once every network is up.

    `on_bot` is given the bot once it runs.
    """
    parts = await assemble(config, adopt=adopt, probe=probe, emergency_only=emergency_only)
    bot = Bot(parts, on_ready=lambda: say(READY))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(bot.stop)
        await bot.start()
        on_bot(bot)
        watchdog = Watchdog.named_in(
            os.environ, clock=parts.clock, store=parts.store, hanging=bot.vitals.hanging
        )
        if watchdog is not None:
            bot.supervisor.keep("watchdog", watchdog.run)
        if config.health is not None:
            port = await serve(config.health, bot.vitals.well, stack)
            if config.health[1] == 0:
                say(f"health {config.health[0]}:{port}")
        await stop.wait()


def _settle_memory() -> None:
    """Look no more for garbage among what stays until the end, and seldom among what comes."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GARBAGE)


def run_bot(config: "Config", *, adopt: bool = False, emergency_only: bool = False) -> int:
    """Run the bot until SIGTERM or SIGINT, reload on SIGHUP; returns the exit code."""

    def say(line: str) -> None:
        print(line, flush=True)
        if line == READY:
            _settle_memory()

    async def main() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(logs.on_loop_error)
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, stop.set)
        # Before the bot runs there is nothing to renew: it has just read the file.
        loop.add_signal_handler(signal.SIGHUP, lambda: None)

        def on_bot(bot: Bot) -> None:
            loop.add_signal_handler(signal.SIGHUP, bot.reload)

        await serve_until(
            config, stop, say=say, adopt=adopt, emergency_only=emergency_only, on_bot=on_bot
        )

    asyncio.run(main())
    return 0
