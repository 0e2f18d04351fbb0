"""Takes back messages that hold words of a case, where the network can, and says what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.core.pii.containing import by_hand
from bot.core.words.effects import Answer, SaveHit
from bot.core.words.hits import Hit
from bot.core.words.ports import Clock, Unit
from bot.core.words.text import Count, Line, Msg, doc, public, team
from bot.runtime.live import Live
from bot.runtime.performer import Cause, Performer
from bot.runtime.stores import Stores


@dataclass(frozen=True, slots=True, kw_only=True)
class Containing:
    """Carries out what `contain` asked for, after its commit."""

    store: Stores
    clock: Clock
    live: Live
    performer: Performer

    async def remove(self, hits: Sequence[Hit]) -> Answer:
        """Have networks take messages back; returns what whoever asked for it is told."""
        gone: list[Hit] = []
        lines: list[Line] = []
        for hit in hits:
            left = await self._left(hit)
            done = len(hit.messages) - len(left)
            about = (team(str(hit.place)), Count(number=done), Count(number=len(left)))
            lines.append(Msg("contain.some" if left else "contain.removed", about))
            if not left:
                gone.append(hit)
        kept = [hit for hit in hits if hit not in gone]
        if gone:
            await self.store.run(lambda unit: self._contained(unit, gone))
        if kept:
            lines += by_hand(kept, self.live.rooms)
            again = (public(self.live.terms.prefix), team(kept[0].case))
            lines.append(Msg("contain.once-more", again))
        return Answer(doc=doc(*lines))

    async def _left(self, hit: Hit) -> tuple[str, ...]:
        transport = self.live.transports.get(hit.place.network)
        if transport is None:
            return hit.messages
        return await transport.remove(hit.place, hit.messages)

    def _contained(self, unit: Unit, gone: Sequence[Hit]) -> None:
        """Note what is over, but for hits to which something was added meanwhile."""
        saved = [
            SaveHit(hit=replace(hit, contained=True))
            for hit in gone
            if hit in unit.hits().of(hit.case)
        ]
        self.performer.apply(unit, list(saved), Cause(now=self.clock.now()))
