"""Brings home what a reserve holds as soon as the database keeps things again, and tells people.

Whoever looks after the bot hears that only emergencies are taken, since when, and where they are
kept; once home, for how long that was, and which cases came in.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

import structlog

from bot.core.pii.held import HeldSet
from bot.core.policy.standing import tell_people
from bot.core.words.effects import Effects, Lane, Mail, Post, ToRoom
from bot.core.words.people import Role
from bot.core.words.ports import Carried, Clock, Kept, Unit, Viewer
from bot.core.words.text import Count, Msg, Pieces, When, doc, public, team
from bot.runtime.live import Live
from bot.runtime.performer import Cause, Performer, held_by
from bot.runtime.stores import Stores

#: Pauses between attempts to come home, in seconds.
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 30.0
#: People are told of a fall at most this often.
QUIET = timedelta(minutes=10)
#: Within this time after they were told, a fall is one more of the same.
SAME = timedelta(hours=1)

log = structlog.get_logger()


class Brought(NamedTuple):
    """What came home: words that live cases hold, and codes that nothing has any more."""

    held: Sequence[tuple[str, Pieces]]
    renamed: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Homecoming:
    """The worker, beside the outbox and the scheduler."""

    store: Stores
    clock: Clock
    live: Live
    performer: Performer
    held: HeldSet
    nudge: Callable[[], None]
    #: The last fall that people were told of.
    _told_at: datetime | None = None
    #: What they were told about this one.
    _said: Kept | None = None
    _brought: list[Brought] = field(default_factory=list)

    async def run(self) -> None:
        """Work until cancelled; without a database, until people know that there is none."""
        while True:
            await self.store.fallen.wait()
            self._said = None
            pause = FIRST_PAUSE
            while self.store.fallen.is_set():
                await self._tell_of_fall()
                if not self.store.has_home:
                    return
                await self.clock.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                await self.try_home()

    async def start(self) -> None:
        """Learn what the database holds, and bring home what an earlier process left aside."""
        await self.store.start(partial(self._bring_left, self.clock.now()))
        self._remember()

    async def try_home(self) -> None:
        """Go on in the database, if it keeps things again."""
        if not self.store.fallen.is_set():
            return
        try:
            await self.store.go_home(partial(self._bring, self.clock.now()))
        # Whatever is wrong, emergencies are where they were, and it is tried again.
        except Exception as error:  # noqa: BLE001
            log.warning("store.not-home", error=type(error).__name__)
            return
        self._remember()
        self.nudge()

    def _remember(self) -> None:
        """Hold what the new cases hold, under the codes that they have now."""
        for brought in self._brought:
            for code in brought.renamed:
                self.held.drop(code)
            for code, pieces in brought.held:
                self.held.add(code, pieces)
        self._brought.clear()

    # ---- what is told ------------------------------------------------------------------------

    async def _tell_of_fall(self) -> None:
        kept, now, since = self.store.kept, self.clock.now(), self.store.since
        lately = self._told_at is not None and now - self._told_at < QUIET
        if kept is self._said or since is None or (lately and self._said is None):
            return
        again = self._told_at is not None and now - self._told_at < SAME
        again = again and self._said is None
        key = f"fallen.{kept}.again" if again else f"fallen.{kept}"
        line = Msg(key, (When(at=since),))
        if not self.store.has_home:
            line = Msg("fallen.only")
        effects = self._news(line, Msg("fallen.public"), f"fallen:{_stamp(since)}:{kept}")
        cause = Cause(now=now)
        await self.store.again.run(lambda unit: self.performer.apply(unit, effects, cause))
        if self._said is None:
            self._told_at = now
        self._said = kept
        self.nudge()

    def _news(self, line: Msg, instead: Msg, key: str) -> Effects:
        """Tell the team's rooms, and whoever looks after the bot by every route they have."""
        said = doc(line, instead=instead)
        operators = self.live.roster.with_roles([Role.OPERATOR])
        rooms = [
            Post(to=ToRoom(room=room), doc=said, key=f"{key}:{room}")
            for room in self.live.terms.team_rooms
        ]
        mails = [
            Mail(
                to=person.mail,
                subject=Msg("fallen.subject"),
                body=said,
                key=f"{key}:{person.name}:mail",
                lane=Lane.NEWS,
            )
            for person in operators
            if person.mail
        ]
        return [*rooms, *tell_people(said, operators, key=key), *mails]

    # ---- in the job that brings it home --------------------------------------------------------

    def _bring(self, now: datetime, unit: Unit, carried: Carried) -> None:
        since = self.store.since or now
        fresh = self._take_in(now, unit, carried)
        if self._said is not None:
            minutes = Count(number=max(1, round((now - since).total_seconds() / 60)))
            line = Msg("home.none", (minutes,))
            if count := self._for_all(unit, fresh):
                line = Msg("home.calls", (minutes, Count(number=count)))
            effects = self._news(line, Msg("home.public"), f"home:{_stamp(since)}")
            self.performer.apply(unit, effects, Cause(now=now))

    def _bring_left(self, now: datetime, unit: Unit, carried: Carried) -> None:
        fresh = self._take_in(now, unit, carried)
        if count := self._for_all(unit, fresh):
            line = Msg("home.left", (Count(number=count),))
            effects = self._news(line, Msg("home.public"), f"home:{_stamp(now)}")
            self.performer.apply(unit, effects, Cause(now=now))

    def _for_all(self, unit: Unit, fresh: Sequence[str]) -> int:
        """Return how many of these cases there are that everybody of the roster may know of.

        A case that somebody may not know of is nothing to be counted for all: `_codes` tells of it.
        """
        return sum(not unit.excluded(code, self.live.everybody.people) for code in fresh)

    def _take_in(self, now: datetime, unit: Unit, carried: Carried) -> Sequence[str]:
        """Take in what came; returns the codes of cases that nobody knew here before."""
        cases = unit.cases(Viewer(system=True))
        known = {code for code in carried.cases if cases.known(code)}
        renamed = unit.take_in(carried, now)
        fresh = [
            renamed.get(code, code)
            for code in carried.cases
            if code not in known or code in renamed
        ]
        for network in self.live.transports:
            unit.release_rows(network=network)
        self.performer.apply(unit, self._codes(unit, fresh, renamed, now), Cause(now=now))
        views = [view for code in fresh if (view := cases.find(code)) is not None]
        held = [each for view in views for each in held_by(unit, view)]
        self._brought[:] = [Brought(held, renamed)]
        return fresh

    def _codes(
        self, unit: Unit, fresh: Sequence[str], renamed: Mapping[str, str], now: datetime
    ) -> Effects:
        """Tell of each case by itself, as of any new one: not everybody may know of each."""
        was = {new: old for old, new in renamed.items()}
        prefix = public(self.live.terms.prefix)
        lines = [(Msg("home.case", (team(code), prefix)), code) for code in fresh]
        for new, old in was.items():
            page = unit.pages().find(new)
            about = page.case if page is not None else new
            lines.append((Msg("home.renamed", (team(old), team(new))), about or new))
        return [
            Post(
                to=ToRoom(room=room),
                doc=doc(line, instead=Msg("intake.team-instead")),
                key=f"home:{number}:{_stamp(now)}:{room}",
                case=code,
            )
            for number, (line, code) in enumerate(lines)
            for room in self.live.terms.team_rooms
        ]


def _stamp(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%S.%f}"
