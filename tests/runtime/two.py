"""A world with a second network: the team's room is on both, and so is Carol, who runs the bot."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

from bot.core.words.labels import Label
from bot.core.words.people import Account, Roster
from bot.core.words.places import Place, Room, Rooms
from bot.runtime.live import Live
from bot.transports.memory import MemoryTransport
from tests.world import NETWORK, PEOPLE, World, new_folder, terms

OTHER = "oth"
TEAM = "#team"
#: Whoever is on the other network as well.
_BOTH = ("alice", "carol")


def _people() -> Roster:
    return Roster(
        tuple(
            replace(each, accounts=(*each.accounts, Account(network=OTHER, name=each.name)))
            if each.name in _BOTH
            else each
            for each in PEOPLE
        )
    )


class Both:
    """The world, and its other network."""

    def __init__(self) -> None:
        self.world = World(new_folder())
        world = self.world
        self.net = world.net
        self.oth = MemoryTransport(OTHER, roster=lambda: world.live.roster, clock=world.clock)
        roster = _people()
        places = tuple(Place(network=name, address=TEAM) for name in (NETWORK, OTHER))
        world.live = Live(
            roster=roster,
            rooms=Rooms((Room(name="team", places=places, ceiling=Label.CASE),)),
            terms=terms(roster.people),
            transports={NETWORK: self.net, OTHER: self.oth},
            dm_most={NETWORK: Label.PII, OTHER: Label.PII},
        )
        world.populate()
        for name in _BOTH:
            self.oth.arrive(name, name)
        self.oth.channel(TEAM, "alice")

    async def restart(self) -> None:
        """Start anew after `world.stop`: everybody is where they were."""
        self.net, self.oth = self.net.restarted(), self.oth.restarted()
        self.world.net = self.net
        self.world.live.transports = {NETWORK: self.net, OTHER: self.oth}
        await self.world.start()

    def mails(self) -> list[str]:
        """Return to whom what was mailed, and the words of the mail, as one line each."""
        found = []
        for letter in self.world.carrier.carried:
            body = message_from_bytes(letter.raw, policy=default).get_content()
            found.append(f"{letter.recipient} {' '.join(body.split())}")
        return found


def heard(net: MemoryTransport, where: str) -> list[str]:
    """Return what the bot said in a place of a network."""
    return [said.text for said in net.said if said.place.address == where]


@asynccontextmanager
async def both_networks() -> AsyncIterator[Both]:
    """Make that world, and start it."""
    both = Both()
    try:
        await both.world.start()
        yield both
    finally:
        await both.world.stop()
        shutil.rmtree(both.world.folder, ignore_errors=True)
