"""Who plays, and where: what a story asks of its people and of the network they are on."""

import asyncio
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

BOT = "caseward"
#: How a direct message is called where a room's name could stand.
DM = "DM"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Something that an actor's client received.

    `place` is a room, or `DM`; `nick` who it came from, empty for what merely happens (somebody
    joins, leaves, changes a setting).
    """

    place: str
    nick: str
    text: str


class Deed(StrEnum):
    """What people do to a room; what comes of it is seen by others."""

    JOIN = "join"
    PART = "part"
    OPEN = "open"
    CLOSE = "close"


class NotHeardError(Exception):
    """What was expected did not come in time; `last` is what came instead, oldest first."""

    def __init__(self, last: tuple[Heard, ...]) -> None:
        super().__init__("not heard")
        self.last = last


class Actor(Protocol):
    """One person at one client. `record` holds all that was heard, in order."""

    nick: str
    record: list[Heard]

    def say(self, target: str, text: str) -> None:
        """Send a message to a room or a person; returns before it is there."""

    def does(self, deed: Deed, place: str) -> None:
        """Do something to a room; returns before it is done."""

    def invite(self, nick: str, place: str) -> None:
        """Let somebody into a room."""

    async def hears(self, place: str, pattern: str, *, within: float) -> re.Match[str]:
        """Return the first match of `pattern` in what came to `place` since the last one.

        Raises NotHeardError when there was none after `within` seconds, ConnectionError when
        nothing can come any more.
        """

    async def leave(self) -> None:
        """Go away for good."""


Witness = Callable[[Actor, Heard], None]


class Listener:
    """The hearing of an actor, on whatever network; `hears` reads on from where it last stopped."""

    def __init__(self, nick: str) -> None:
        self.nick = nick
        self.record: list[Heard] = []
        self._read: dict[str, int] = {}
        self._news = asyncio.Event()
        self._gone = False

    async def hears(self, place: str, pattern: str, *, within: float) -> re.Match[str]:
        """Return the first match of `pattern` in what came to `place` since the last one.

        Raises NotHeardError when there was none after `within` seconds.
        """
        wanted = re.compile(pattern)
        start = self._read.get(place, 0)
        try:
            async with asyncio.timeout(within):
                while True:
                    found = self._find(place, wanted)
                    if found is not None:
                        return found
                    await self._more()
        except TimeoutError:
            came = tuple(heard for heard in self.record[start:] if heard.place == place)
            raise NotHeardError(came) from None

    def _find(self, place: str, wanted: re.Pattern[str]) -> re.Match[str] | None:
        for index in range(self._read.get(place, 0), len(self.record)):
            heard = self.record[index]
            found = wanted.search(heard.text) if heard.place == place else None
            if found is not None:
                self._read[place] = index + 1
                return found
        return None

    async def _more(self) -> None:
        self._news.clear()
        await self._news.wait()
        if self._gone:
            message = f"{self.nick} lost the connection"
            raise ConnectionError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the configuration says of a network: its table, its places, and people's accounts.

    `account` is a line with `{name}` in it, `file` the name of the bot's password file.
    """

    transport: str
    team: str
    lobby: str
    account: str
    file: str


class Unset(Exception):
    """The network cannot be set up on this machine; `mend` is a sentence that says what helps."""

    def __init__(self, mend: str) -> None:
        super().__init__("not set up")
        self.mend = mend


class Venue(Protocol):
    """The network on which a story is played. `team` is what the team's room is called here.

    `unready` is a pattern for what the bot says of that room before the story begins, `reporter`
    who rita is.
    """

    team: str
    reporter: str
    unready: str

    def open(
        self, folder: Path, passwords: Mapping[str, str], witness: Witness
    ) -> AbstractAsyncContextManager[dict[str, Actor]]:
        """Set the network up, with everybody in place but the bot; those there are returned.

        `passwords` are those of the accounts, by name; `folder` is where files can be. Raises
        `Unset` where the machine has not what it takes.
        """

    @property
    def terms(self) -> Terms:
        """What the configuration says, once the network is open."""

    async def enter(self, nick: str, witness: Witness) -> Actor:
        """Let somebody come."""

    @property
    def introduction(self) -> tuple[str, ...]:
        """What a reader should know before the story begins."""

    @property
    def attaching(self) -> tuple[str, ...]:
        """How to come here with a client of one's own."""

    @property
    def kept(self) -> tuple[Path, ...]:
        """Folders in which the network itself keeps what it carries."""
