"""The two commands of an operator: opens what they need, prints what they found."""

import asyncio
import sys
from enum import Enum, auto
from pathlib import Path

from bot.config import Config
from bot.core.words.ports import Safe
from bot.operating import identity as deeds
from bot.operating.doctor import Grade, examine
from bot.operating.homeserver import Home, NeverLoggedIn, as_it_is, in_its_place, settings_of
from bot.runtime.clock import SystemClock
from bot.transports.matrix.settings import Settings
from storage.peek import peek
from storage.safe import StoreSafe
from storage.store import open_store


class Deed(Enum):
    """What is to be done with the bot's identity."""

    SHOW = auto()
    KEEP = auto()
    RESTORE = auto()
    RESET = auto()


def look_at_everything(config: Config) -> int:
    """Print what `doctor` finds; 0 where nothing is a fault."""

    async def look() -> bool:
        well = True
        async for finding in examine(config, SystemClock()):
            print(finding)
            well = well and finding.grade is not Grade.FAULT
        return well

    return 0 if asyncio.run(look()) else 1


def identity(config: Config, deed: Deed, *, network: str | None, typed: Path | None) -> int:
    """Do it; 0 where all is well. LookupError for a network that is not there, `StorageError`."""
    settings = _one(config, network)
    words = _read(typed) if deed is Deed.RESTORE else ""
    try:
        ended = asyncio.run(_done(config, settings, deed, words))
    except NeverLoggedIn:
        print("The bot has never logged in there: start it once.", file=sys.stderr)
        return 1
    except deeds.ON_THE_WAY as error:
        print(f"The server could not be asked: {deeds.trouble(error)}", file=sys.stderr)
        return 1
    for line in ended.lines:
        print(line)
    return 0 if ended.well else 1


def _one(config: Config, network: str | None) -> Settings:
    found = [each for each in config.matrix if network in {None, each.name}]
    if len(found) != 1:
        names = ", ".join(each.name for each in config.matrix) or "none"
        raise LookupError(f"name one homeserver with --network; the file has: {names}")
    return settings_of(found[0])


def _read(typed: Path | None) -> str:
    if typed is None or str(typed) == "-":
        return sys.stdin.read()
    try:
        return typed.read_text("utf-8", errors="replace")
    except OSError as error:
        raise LookupError(f"{typed} cannot be read ({type(error).__name__})") from error


async def _done(config: Config, settings: Settings, deed: Deed, words: str) -> deeds.Ended:
    clock = SystemClock()
    if deed is Deed.SHOW:
        with peek(config.data_dir, config.root_key_file, clock.now) as found:
            async with as_it_is(settings, found.safe(settings.name), config, clock) as home:
                return await deeds.show(home)
    store = await open_store(config.data_dir, config.root_key_file, now=clock.now)
    try:
        safe: Safe = StoreSafe(store, settings.name)
        async with in_its_place(settings, safe, config, clock) as home:
            return await _mended(home, deed, words)
    finally:
        await store.close()


async def _mended(home: Home, deed: Deed, words: str) -> deeds.Ended:
    if deed is Deed.KEEP:
        return await deeds.keep(home)
    if deed is Deed.RESET:
        return await deeds.reset(home)
    return await deeds.bring_back(home, words)
