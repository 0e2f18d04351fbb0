"""Words of cases in rooms: noticed as a line comes in, written down a little later, told to few.

The line itself is treated as ever, and costs what any line costs: nobody can tell by what happens
next that it held something. Where its network keeps lines until they are done, it is not done
before the hit is durable; elsewhere a kill within these seconds loses the hit.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import structlog

from bot.core.pii.watch import Found, Holds, Lately, Spoken, held_in, hit_of, lines_of, together
from bot.core.words.effects import Effects, Lane, Post, SaveHit, ToPerson
from bot.core.words.hits import Hit
from bot.core.words.ids import Dice
from bot.core.words.inbound import Inbound, Overheard
from bot.core.words.labels import Label
from bot.core.words.people import Person, Role
from bot.core.words.places import PlaceKind
from bot.core.words.ports import Clock, StoreFailed, Unit, Viewer
from bot.core.words.text import Count, Msg, When, doc, public, team
from bot.runtime.clock import SystemDice
from bot.runtime.hitkeeping import HIT
from bot.runtime.live import Live
from bot.runtime.performer import Cause, Performer
from bot.runtime.settled import halved
from bot.runtime.stores import Stores

log = structlog.get_logger()
#: So long after a line, at least and at most, its hit is written; in milliseconds.
EARLIEST, LATEST = 2_000, 6_000
#: So many noticed lines wait to be written, beyond that they are passed over; and of so many it
#: is known what was said, so that earlier lines are found that belong to them.
MOST, MOST_WHOLE = 20_000, 1_000
#: Who hears of a hit: these, and those after them only where none of these may.
HEAR = (Role.OVERSIGHTER, Role.STEWARD)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Noticed:
    """A line that holds words of these cases."""

    said: Inbound | Overheard
    line: Spoken
    before: tuple[Spoken, ...]
    codes: frozenset[str]
    done: Callable[[], None]


@dataclass(slots=True, kw_only=True)
class Spotting:
    """Reads what is said in rooms, and tells those who can remove it."""

    store: Stores
    clock: Clock
    live: Live
    performer: Performer
    holds: Holds
    nudge: Callable[[], None]
    dice: Dice = field(default_factory=SystemDice)
    _lately: Lately = field(default_factory=Lately)
    _noticed: list[_Noticed] = field(default_factory=list)
    _some: asyncio.Event = field(default_factory=asyncio.Event)

    def read(self, inbound: Inbound) -> Inbound:
        """Read a line that goes on to be handled; returns what is to be handled.

        Whatever fails in reading it, it may be a call for help, and goes on.
        """
        text = f"{inbound.text}\n{inbound.besides}" if inbound.besides else inbound.text
        try:
            codes, before = self._look(inbound, text)
        except Exception as error:  # noqa: BLE001 - a call for help must not hang on the watch
            log.warning("watch.unread", error=type(error).__name__)
            return inbound
        if not codes:
            return inbound
        inbound, done = halved(inbound)
        self._notice(inbound, text, before, codes, done)
        return inbound

    def overhear(self, said: Overheard) -> None:
        """Read words that nothing else comes of."""
        codes, before = self._look(said, said.text)
        done = said.done or _nothing
        if codes:
            self._notice(said, said.text, before, codes, done)
        else:
            done()

    def _look(
        self, said: Inbound | Overheard, text: str
    ) -> tuple[frozenset[str], tuple[Spoken, ...]]:
        """Return which cases hold something in a text, with what was said right before it."""
        place = said.place
        in_room = place.kind is PlaceKind.ROOM and self.live.is_watched(place)
        if not in_room or self.live.ceiling(place)[0] >= Label.PII:
            return frozenset(), ()
        who = (said.speaker.identity, said.speaker.nick, place)
        line = Spoken(text=said.text, message=said.message)
        before = self._lately.then(who, line, self.clock.monotonic())
        return held_in(self.holds, text, before), before

    def _notice(
        self,
        said: Inbound | Overheard,
        text: str,
        before: tuple[Spoken, ...],
        codes: frozenset[str],
        done: Callable[[], None],
    ) -> None:
        if len(self._noticed) >= MOST:
            done()
            return
        if not before or len(self._noticed) >= MOST_WHOLE:
            text, before = "", ()
        line = Spoken(text=text, message=said.message)
        # It is not kept any longer than it has to.
        said = replace(said, text="") if isinstance(said, Overheard) else _bare(said)
        noticed = _Noticed(said=said, line=line, before=before, codes=codes, done=done)
        self._noticed.append(noticed)
        self._some.set()

    # ---- later -------------------------------------------------------------------------------

    async def run(self) -> None:
        """Write down what was noticed, a while after it was, until cancelled."""
        while True:
            await self._some.wait()
            wait = EARLIEST + self.dice.below(LATEST - EARLIEST + 1)
            await self.clock.sleep(wait / 1000)
            await self.write()

    async def write(self) -> None:
        """Write down what was noticed by now; what cannot be kept now is kept later."""
        noticed, self._noticed = self._noticed, []
        self._some.clear()
        if not noticed:
            return
        found = together(each for one in noticed for each in self._found(one))
        if await self._kept(found):
            for one in noticed:
                one.done()
            self.nudge()
        else:
            self._noticed[:0] = noticed
            self._some.set()

    def _found(self, noticed: _Noticed) -> Iterable[Found]:
        said, speaker = noticed.said, noticed.said.speaker
        transport = self.live.transports.get(said.place.network)
        for code in sorted(noticed.codes):
            yield Found(
                case=code,
                place=said.place,
                # Nobody on the other side of a bridge can be written to.
                author="" if speaker.relayed else speaker.identity,
                nick=speaker.nick,
                at=said.at,
                lines=lines_of(self.holds, code, noticed.line, noticed.before),
                removes=transport is not None and transport.removes,
            )

    async def _kept(self, found: Sequence[Found]) -> bool:
        """Keep hits in the database; False where it cannot keep anything now.

        A reserve knows nothing of them.
        """
        if self.store.fallen.is_set():
            return False
        try:
            return await self.store.run(partial(self._job, found))
        except StoreFailed:
            return False
        # Whatever is wrong with one case must not keep the hits of others from being told.
        except Exception:  # noqa: BLE001 - a log would tell whoever reads it that there was a hit
            if len(found) == 1:
                return True
            return all([await self._kept([each]) for each in found])

    def _job(self, found: Sequence[Found], unit: Unit) -> bool:
        if self.store.where:
            return False
        now = self.clock.now()
        cases = unit.cases(Viewer(system=True))
        for each in found:
            made = hit_of(each, unit.hits().of(each.case), now)
            if made is None or not cases.known(each.case):
                continue
            hit, told = made
            news = self._news(unit, hit) if told else []
            self.performer.apply(unit, [SaveHit(hit=hit), *news], Cause(now=now))
        return True

    def _news(self, unit: Unit, hit: Hit) -> Effects:
        about = (team(hit.case), team(str(hit.place)), When(at=hit.at), Count(number=hit.lines))
        how = Msg("hit.how", (public(self.live.terms.prefix), team(hit.case)))
        said = doc(Msg("hit.news", about), how, instead=Msg("room.news"))
        key = f"{HIT}{hit.case}:{hit.place}:{hit.told_at.isoformat()}"
        return [
            Post(
                to=ToPerson(name=person.name),
                doc=said,
                key=f"{key}:{person.name}",
                lane=Lane.WORDS,
                case=hit.case,
            )
            for person in self._who_hears(unit, hit.case)
        ]

    def _who_hears(self, unit: Unit, code: str) -> list[Person]:
        for role in HEAR:
            people = self.live.roster.with_roles([role])
            free = [p for p in people if p.accounts and not unit.excluded(code, (p,))]
            if free:
                return free
        return []


def _bare(inbound: Inbound) -> Inbound:
    """Return a line without its words."""
    return replace(inbound, text="", besides="", attachments=())


def _nothing() -> None:
    """Do nothing: nobody waits to be told."""
