"""The file as a running bot sees it: read again when somebody asks, off the event loop."""

import asyncio
from collections.abc import Mapping

from bot.config.difference import changed_keys, difference, needs_restart
from bot.config.load import load_config
from bot.config.problems import ConfigError
from bot.config.to_domain import Config
from bot.core.words.labels import Label
from bot.core.words.reloading import Found, Fresh, Mistakes, NeedsRestart, NetworkTerms


class FileSource:
    """`ConfigSource` on the file that the bot was started with."""

    def __init__(self, config: Config) -> None:
        """Begin with what the bot was started with."""
        self._stands = config
        self._read = config

    async def read(self) -> Found:
        """Read and check the file, and compare it with what stands."""
        try:
            new = await asyncio.to_thread(load_config, self._stands.path)
        except ConfigError as error:
            return Mistakes(sentences=tuple(str(problem) for problem in error.problems))
        keys = tuple(key for key in changed_keys(self._stands, new) if needs_restart(key))
        if keys:
            return NeedsRestart(keys=keys)
        self._read = new
        return Fresh(
            roster=new.roster,
            rooms=new.rooms,
            terms=new.terms,
            dm_most=dm_most(new),
            networks=networks(new),
            was=networks(self._stands),
            difference=difference(self._stands, new),
        )

    def taken(self) -> None:
        """Note that what `read` returned last stands now."""
        self._stands = self._read


def dm_most(config: Config) -> Mapping[str, Label]:
    """Return the most that a direct message may carry, by network."""
    irc = {section.name: section.dm_ceiling for section in config.irc}
    return irc | {section.name: section.dm_ceiling for section in config.matrix}


def networks(config: Config) -> Mapping[str, NetworkTerms]:
    """Return what of each network can change while it is connected."""
    channels = {
        section.name: NetworkTerms(
            channels=section.channels,
            trusted_agents=section.trusted_agents,
            relays=section.relays,
        )
        for section in config.irc
    }
    rooms = {
        section.name: NetworkTerms(channels=section.rooms, relays=section.relays)
        for section in config.matrix
    }
    return channels | rooms
