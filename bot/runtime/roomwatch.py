"""Tells a room when what it may carry has changed, why, and what mends it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from bot.core.policy.ceiling import Finding
from bot.core.policy.flaws import named
from bot.core.words.labels import Label
from bot.core.words.places import Flaw, Place
from bot.core.words.ports import Clock, Sent
from bot.core.words.text import Doc, Msg, doc
from bot.runtime.live import Live
from bot.runtime.supervisor import Supervisor
from bot.runtime.voice import ROOM_LINES, TRIES, Voice

#: A place is told no more of itself than so often in so many seconds; then only how it is by now.
_MOST_NEWS = 6
_CALM_SECONDS = 60.0


def notice(finding: Finding, *, was: Label, wanted: Label, by_file: bool = False) -> Doc:
    """Return the words for a room whose ceiling went from `was` to the one found.

    `by_file` says that the configuration has another one for it now.
    """
    level = Msg(f"room.level.{finding.ceiling.name.lower()}")
    if by_file and not finding.flaws:
        return doc(Msg("room.lowered", (level,)), label=Label.PUBLIC)
    if finding.ceiling >= wanted:
        return doc(Msg("room.restored", (level,)), label=Label.PUBLIC)
    key = "room.lowered" if finding.ceiling < was else "room.changed"
    return doc(Msg(key, (level,)), *named(finding.flaws, ROOM_LINES - 1), label=Label.PUBLIC)


@dataclass(slots=True, kw_only=True)
class RoomWatch:
    """Remembers what each place was found to be, and what it was last told."""

    live: Live
    voice: Voice
    supervisor: Supervisor
    clock: Clock
    _known: dict[Place, Finding] = field(default_factory=dict)
    _wanted: dict[Place, Label] = field(default_factory=dict)
    #: What each place was last told of itself, or need not be told.
    _told: dict[Place, Finding] = field(default_factory=dict)
    _by_file: set[Place] = field(default_factory=set)
    _telling: set[Place] = field(default_factory=set)
    #: When each place was told something, the latest last.
    _times: dict[Place, deque[float]] = field(default_factory=dict)

    def changed(self, place: Place) -> bool:
        """Look at a place again; returns whether its ceiling rose."""
        room = self.live.rooms.at(place)
        finding = self.live.finding(place)
        if room is None or finding.flaws == (Flaw.UNREAD,):
            return False
        known = self._known.get(place)
        self._known[place] = finding
        wanted = finding.wanted
        if self._wanted.setdefault(place, wanted) is not wanted:
            self._by_file.add(place)
        self._wanted[place] = wanted
        self._tell_soon(place)
        return known is None or finding.ceiling > known.ceiling

    def renew(self) -> None:
        """Forget what is not configured any more."""
        configured = {place for room in self.live.rooms.rooms for place in room.places}
        self._keep(configured.__contains__)

    def forget(self, network: str) -> None:
        """A network is gone: what its rooms were no longer counts."""
        wanted = dict(self._wanted)
        self._keep(lambda place: place.network != network)
        self._wanted = wanted

    def _keep(self, wanted: Callable[[Place], bool]) -> None:
        self._known = {place: found for place, found in self._known.items() if wanted(place)}
        self._told = {place: found for place, found in self._told.items() if wanted(place)}
        self._wanted = {place: label for place, label in self._wanted.items() if wanted(place)}
        self._times = {place: times for place, times in self._times.items() if wanted(place)}
        self._by_file = set(filter(wanted, self._by_file))

    def _tell_soon(self, place: Place) -> None:
        if place not in self._telling and self._news(place) is not None:
            self._telling.add(place)
            self.supervisor.once("room news", self._tell(place))

    def _news(self, place: Place) -> Doc | None:
        """Return what a place does not know of itself yet."""
        finding, told = self._known.get(place), self._told.get(place)
        if finding is None:
            return None
        wanted = self._wanted[place]
        was = wanted if told is None else told.ceiling
        before = () if told is None else told.flaws
        # A room that was flawed before anybody was there to hear it is told once somebody is.
        first_heard = bool(finding.present) and told is not None and not told.present
        changed = finding.ceiling != was or finding.flaws != before
        if not changed and not (first_heard and finding.flaws):
            self._told[place] = finding
            self._by_file.discard(place)
            return None
        return notice(finding, was=was, wanted=wanted, by_file=place in self._by_file)

    async def _tell(self, place: Place) -> None:
        wait = 0.0
        try:
            for _ in range(TRIES):
                news, wait = self._news(place), self._calm(place)
                if news is None or wait > 0:
                    break
                finding = self._known[place]
                draft = self.voice.draft(news, place)
                if await self.voice.say(place, draft, tries=1) is not Sent.STALE:
                    self._note(place, finding)
        finally:
            self._telling.discard(place)
        if self._news(place) is not None and wait > 0:
            self._telling.add(place)
            self.supervisor.keep("room calm", partial(self._tell_later, place, wait))

    async def _tell_later(self, place: Place, wait: float) -> None:
        await self.clock.sleep(wait)
        self._telling.discard(place)
        self._tell_soon(place)

    def _note(self, place: Place, finding: Finding) -> None:
        self._told[place] = finding
        self._by_file.discard(place)
        times = self._times.setdefault(place, deque(maxlen=_MOST_NEWS))
        times.append(self.clock.monotonic())

    def _calm(self, place: Place) -> float:
        """Return how long to wait, in seconds: strangers may come and go as they like."""
        times = self._times.get(place)
        if times is None or len(times) < _MOST_NEWS:
            return 0.0
        return max(0.0, times[0] + _CALM_SECONDS - self.clock.monotonic())
