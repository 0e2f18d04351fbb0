"""A text that somebody writes in several lines of a DM, kept in memory until `done`."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.words.doors import Line
from bot.core.words.effects import Answer, Compose
from bot.core.words.labels import Label
from bot.core.words.readers import Composing
from bot.core.words.text import NO_PING, Count, Msg, doc

#: What one text may hold, in bytes of UTF-8; more is for a document, not for a chat.
MOST_BYTES = 16 * 1024
#: After this long without a line, what was written is dropped: the next line may be about
#: anything.
IDLE = timedelta(minutes=30)

DONE = "done"
CANCEL = "cancel"


@dataclass(slots=True, kw_only=True)
class Text:
    """The lines so far, and the command they are for. `touched` is when the last one came."""

    asked: Compose
    touched: datetime
    lines: list[str] = field(default_factory=list)
    size: int = 0

    def add(self, line: str, now: datetime) -> bool:
        """Keep another line; False, and nothing kept, where the text would be too long."""
        kept = line.replace(NO_PING, "").rstrip()
        size = self.size + len(kept.encode()) + 1
        self.touched = now
        if size > MOST_BYTES:
            return False
        self.lines.append(kept)
        self.size = size
        return True

    def idle(self, now: datetime) -> bool:
        """Tell whether the last line is too long ago."""
        return now - self.touched >= IDLE

    def line(self) -> Line:
        """Return the command with the whole text, as if it had been typed at once."""
        text = "\n".join(self.lines).strip("\n")
        return Line(verb=self.asked.verb, rest=self.asked.rest, text=text)

    def seen(self) -> Composing:
        """Return what handlers may know of it."""
        return Composing(verb=self.asked.verb, case=self.asked.case, lines=len(self.lines))


def meant(typed: str, text: Text) -> Line | None:
    """Return the command that a plain line is while a text is written; None for more text."""
    word = typed.strip().lower()
    if word == DONE:
        return text.line()
    return Line(verb="no", rest="") if word == CANCEL else None


def dropped(was: Composing) -> Answer:
    """What somebody hears who dropped their text."""
    return _answer(_about("compose.dropped", was))


def waits(now: Composing) -> Answer:
    """What somebody hears whose text was complete, and the command did not run."""
    return _answer(_about("compose.waits", now), Msg("compose.how"))


def full(now: Composing) -> Answer:
    """What somebody hears whose last line did not fit any more."""
    return _answer(_about("compose.full", now), Msg("compose.how"))


def not_stored(now: Composing) -> Answer:
    """What somebody hears whose line could not be taken while the database fails."""
    return _answer(_about("compose.failed", now), Msg("compose.how"))


def lapsed(was: Composing, *, plain: bool) -> Answer:
    """What somebody hears whose text was dropped, as no line came for too long.

    `plain` is whether the line they wrote now was meant for it, and so is not kept either.
    """
    neither = (Msg("compose.not-kept"),) if plain else ()
    return _answer(_about("compose.lapsed", was), *neither, Msg("compose.again"))


def _answer(*lines: Msg) -> Answer:
    return Answer(doc=doc(*lines, label=Label.PUBLIC))


def _about(key: str, text: Composing) -> Msg:
    return Msg(key, (Count(number=text.lines, label=Label.PUBLIC),))
