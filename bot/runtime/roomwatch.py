"""Tells a room when what it may carry has changed, why, and what mends it."""

from dataclasses import dataclass, field

from bot.core.policy.ceiling import CHANNEL_MOST, Finding, Flaw
from bot.core.policy.flaws import named
from bot.core.words.labels import Label
from bot.core.words.places import Place
from bot.core.words.ports import Sent
from bot.core.words.text import Doc, Msg, doc
from bot.runtime.live import Live
from bot.runtime.supervisor import Supervisor
from bot.runtime.voice import ROOM_LINES, TRIES, Voice


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
    """Remembers what each place was last found to be."""

    live: Live
    voice: Voice
    supervisor: Supervisor
    _known: dict[Place, Finding] = field(default_factory=dict)
    _wanted: dict[Place, Label] = field(default_factory=dict)

    def changed(self, place: Place) -> bool:
        """Look at a place again; returns whether its ceiling rose."""
        room = self.live.rooms.at(place)
        finding = self.live.finding(place)
        if room is None or finding.flaws == (Flaw.UNREAD,):
            return False
        known = self._known.get(place)
        self._known[place] = finding
        wanted = min(room.ceiling, CHANNEL_MOST)
        by_file = self._wanted.get(place, wanted) is not wanted
        self._wanted[place] = wanted
        was = wanted if known is None else known.ceiling
        before = () if known is None else known.flaws
        # A room that was flawed before anybody was there to hear it is told once somebody is.
        first_heard = bool(finding.present) and known is not None and not known.present
        news = notice(finding, was=was, wanted=wanted, by_file=by_file)
        changed = finding.ceiling != was or finding.flaws != before
        if changed or (first_heard and finding.flaws):
            self.supervisor.once("room news", self._tell(place, finding, news))
        return known is None or finding.ceiling > was

    def renew(self) -> None:
        """Forget what is not configured any more."""
        configured = {place for room in self.live.rooms.rooms for place in room.places}
        self._known = {p: finding for p, finding in self._known.items() if p in configured}
        self._wanted = {p: label for p, label in self._wanted.items() if p in configured}

    def forget(self, network: str) -> None:
        """A network is gone: what its rooms were no longer counts."""
        self._known = {p: f for p, f in self._known.items() if p.network != network}

    async def _tell(self, place: Place, finding: Finding, news: Doc) -> None:
        draft = self.voice.draft(news, place)
        for _ in range(TRIES):
            if self._known.get(place) != finding:
                # The room changed once more meanwhile, and is told of that instead.
                return
            if await self.voice.say(place, draft, tries=1) is not Sent.STALE:
                return
