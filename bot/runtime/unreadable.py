"""Words that could not be read: whoever wrote them is told so, and how to be heard."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.core.words.effects import Answer
from bot.core.words.inbound import Unheard, Why
from bot.core.words.labels import Label
from bot.core.words.places import PlaceKind
from bot.core.words.ports import Clock
from bot.core.words.text import Msg, doc, public
from bot.runtime.live import Live
from bot.runtime.seldom import Seldom
from bot.runtime.settled import settle, settling
from bot.runtime.supervisor import Supervisor

#: How often somebody is told the same.
AGAIN = timedelta(minutes=10)
#: How many are told at the same time; beyond that the network may be in trouble, not they.
AT_ONCE = 16


@dataclass(slots=True, kw_only=True)
class Unreadable:
    """Tells them."""

    live: Live
    clock: Clock
    supervisor: Supervisor
    #: Says an answer to whoever was not heard.
    answer: Callable[[Unheard, Answer], Awaitable[object]]
    _told: Seldom = field(default_factory=lambda: Seldom(every=AGAIN))
    _telling: int = 0

    def take(self, unheard: Unheard) -> None:
        """Tell somebody that they were not heard, as often as that helps; returns at once."""
        unheard = settling(unheard)
        in_room = unheard.place.kind is PlaceKind.ROOM
        known = not in_room or self.live.rooms.at(unheard.place) is not None
        whom = (unheard.speaker.identity, unheard.place, unheard.why)
        told = unheard.speaker.relayed or not known or self._telling >= AT_ONCE
        if told or not self._told.due(whom, self.clock.now()):
            settle(unheard)
            return
        self._telling += 1
        self.supervisor.once("unheard", self._tell(unheard))

    async def _tell(self, unheard: Unheard) -> None:
        try:
            await self.answer(unheard, self._words(unheard))
        # It is not tried again: whoever waits for a word would hear it late, and out of place.
        except Exception:
            settle(unheard)
            raise
        finally:
            self._telling -= 1
        settle(unheard)

    def _words(self, unheard: Unheard) -> Answer:
        team = unheard.place.kind is PlaceKind.ROOM or self.live.is_roster(unheard.speaker.identity)
        msg = Msg(f"unheard.{unheard.why}")
        if unheard.why is Why.NO_KEY and team:
            msg = Msg("unheard.no-key-team")
        elif unheard.why is Why.REACTION:
            msg = Msg("unheard.reaction", (public(self.live.terms.prefix),))
        return Answer(doc=doc(msg, label=Label.PUBLIC), plain_message=not team)
