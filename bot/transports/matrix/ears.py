"""What is heard of the events of a room: at once, or once their keys have come."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from bot.core.words.inbound import Inbound, Overheard, Unheard, Why
from bot.core.words.people import Roster
from bot.core.words.ports import Clock, Safe
from bot.transports.matrix.crypt import Plain, Unread
from bot.transports.matrix.hearing import Hearing
from bot.transports.matrix.rooms import Known, Rooms
from bot.transports.matrix.settings import Settings
from bot.transports.matrix.threads import Threads
from bot.transports.matrix.waiting import Waiting


class Given(Protocol):
    """What the ears need of the world around them."""

    settings: Settings

    @property
    def roster(self) -> Callable[[], Roster]:
        """Return those who may act at that moment."""

    @property
    def clock(self) -> Clock:
        """The time."""

    @property
    def safe(self) -> Safe:
        """Where is kept what outlives the process."""


@dataclass(slots=True)
class Ears:
    """Hears events, and keeps those that cannot be read yet."""

    hearing: Hearing
    waiting: Waiting
    threads: Threads
    clock: Clock

    @classmethod
    async def open(cls, given: Given, rooms: Rooms, threads: Threads) -> "Ears":
        """Return ears that know what an earlier process could not read."""
        hearing = Hearing(
            network=given.settings.name,
            me=given.settings.user_id,
            roster=given.roster,
            relays=lambda: given.settings.relays,
            clock=given.clock,
        )

        def word(room_id: str, event: Mapping[str, Any]) -> Unheard | None:
            known = rooms.room(room_id)
            return None if known is None else hearing.unread(known, event, Why.NO_KEY)

        waiting = await Waiting.open(given.safe, word, given.clock.now())
        return cls(hearing, waiting, threads, given.clock)

    def hear(
        self,
        known: Known,
        event: Mapping[str, Any],
        opened: Plain | Unread | None,
        *,
        early: bool = False,
    ) -> Iterator[Inbound | Overheard | Unheard]:
        """Yield what an event says, or whose words cannot be read and never will be.

        `early` are events from before the bot came in: nobody need have sent it their keys.
        """
        if isinstance(opened, Unread):
            lost = self.hearing.unread(known, event, Why.FIRST) if early and known.dm else None
            now, told = self.clock.now(), lost is not None
            self.waiting.add(known.room_id, event, opened.session_id, now, told=told)
            if lost is not None:
                yield lost
            return
        heard = self.hearing.hear(known, event, opened)
        if isinstance(heard, Inbound) and heard.thread is not None:
            heard = replace(heard, about=self.threads.case_of(known.room_id, heard.thread))
        if heard is not None:
            yield heard
