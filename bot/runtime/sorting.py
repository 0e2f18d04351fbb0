"""Which of the bot's ways a line goes: a command, part of a report, more of a text, or nothing."""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.intake.spoken import Word, hear
from bot.core.pii.reading import read
from bot.core.words.doors import Line
from bot.core.words.inbound import Inbound, Never
from bot.core.words.places import PlaceKind
from bot.core.words.ports import Clock
from bot.core.words.verdict import Danger
from bot.runtime.composing import meant
from bot.runtime.desks import DeskKey, Desks
from bot.runtime.handling import Handling
from bot.runtime.live import Live
from bot.runtime.stores import Stores

REPORT = "report"
ANSWERS = frozenset({Word.YES, Word.AGREED, Word.NO, Word.UNSURE})


class Way(StrEnum):
    """What a line is for."""

    COMMAND = "command"
    REPORT = "report"
    HINT = "hint"
    TEXT = "text"
    NOTHING = "nothing"
    #: A call for help of somebody with whom there is no interview.
    CALL = "call"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorting:
    """Sorts lines that may be obeyed, and calls in clear."""

    store: Stores
    clock: Clock
    live: Live
    desks: Desks
    handling: Handling

    async def way(self, inbound: Inbound, line: Line | None) -> tuple[Way, Line | None]:
        """Return what a line is for, and the command that it is, if any."""
        if inbound.place.kind is PlaceKind.ROOM:
            return (Way.NOTHING if line is None else Way.COMMAND), line
        if inbound.never is not None and inbound.never.proves_nobody:
            return Way.CALL, None
        if self.live.person_of(inbound.speaker) is None:
            return (
                (Way.COMMAND, line) if self._forgot_to_log_in(inbound, line) else (Way.REPORT, None)
            )
        if line is not None:
            return Way.COMMAND, line
        return await self._plain(inbound)

    async def _plain(self, inbound: Inbound) -> tuple[Way, Line | None]:
        """Tell what plain words of somebody on the roster are for."""
        identity = inbound.speaker.identity
        if inbound.never is Never.EDIT:
            return (Way.REPORT if await self._reports(identity) else Way.NOTHING), None
        key, now = self.desk(inbound), self.clock.now()
        text = self.desks.text(key, now)
        if text is not None:
            line = meant(inbound.text, text)
            return (Way.TEXT if line is None else Way.COMMAND), line
        if inbound.text.strip().lower() == REPORT:
            return Way.REPORT, None
        if self.desks.lapsed(key, now) is not None:
            return Way.HINT, None
        if self.store.fallen.is_set():
            return Way.HINT, None
        return (Way.REPORT if await self._reports(identity) else Way.HINT), None

    async def _reports(self, identity: str) -> bool:
        return await self.store.run(lambda unit: self.handling.has_session(unit, identity))

    def _forgot_to_log_in(self, inbound: Inbound, line: Line | None) -> bool:
        """Whether somebody unknown types a command of the team's, rather than a report.

        `!yes` must not answer whether somebody is in danger, nor `!show` begin a story; but
        words that mean something in an interview, and danger, always go there.
        """
        if line is None or not self.handling.runner.knows(line.verb):
            return False
        word = hear(line.verb).word
        if read(inbound.text).verdict.danger is not Danger.NONE:
            return False
        return word is None or word in ANSWERS

    def desk(self, inbound: Inbound) -> DeskKey:
        """Return whose desk a line is laid on; each thread of a room has its own.

        A DM is one place, whatever the nick is by now.

        An account that is another person's by now finds nothing of what its last holder left.
        """
        in_dm = inbound.place.kind is PlaceKind.DM
        person = self.live.person_of(inbound.speaker)
        name = "" if person is None else person.name
        place = (
            str(inbound.place) if inbound.thread is None else f"{inbound.place} {inbound.thread}"
        )
        return (inbound.speaker.identity, name, "" if in_dm else place)
