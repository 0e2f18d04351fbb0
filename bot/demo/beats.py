"""What a story is made of: steps of beats, each of which is played and checked.

Texts and patterns may hold `{name}`: what an earlier `Hears` or `Mailed` caught in a named group.
"""

import asyncio
import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from bot.demo.cast import BOT, DM, Actor, Deed, NotHeardError, Witness
from bot.demo.mailbox import ReceivedMail
from bot.demo.stage import Stage
from bot.texts.catalogue import message

#: How long anything may take, in seconds: plenty, for machines with much else to do.
PATIENCE = 20.0
_NAME = re.compile(r"\{([a-z_]+)\}")
_ARGUMENT = re.compile(r"\$\d+|\{\{PLURAL:\$\d+\|[^{}]*\}\}")
#: A long sentence comes in several lines: its beginning is enough to know it by.
_KNOWN_BY = 60
#: How many lines are shown of what came instead.
_LAST = 8


def opening(key: str, *filled: str) -> str:
    """Return a pattern for the beginning of a message of the catalogue.

    `filled` are patterns for what fills it, in the order in which it stands there; what they do
    not reach may be anything.
    """
    first, *others = _ARGUMENT.split(message(key))
    pattern, known = re.escape(first), len(first)
    for fill, part in zip(itertools.chain(filled, itertools.repeat(".*?")), others, strict=False):
        if known < _KNOWN_BY:
            pattern += fill + re.escape(part)
            known += len(part)
    return pattern


class StepFailed(Exception):
    """A beat did not go as it must: what was expected, and what came instead."""

    def __init__(self, expected: str, came: Iterable[str]) -> None:
        super().__init__("a step failed")
        self.expected = expected
        self.came = tuple(came)[-_LAST:]


@dataclass(slots=True, kw_only=True)
class Play:
    """A story being played on a stage. `caught` is what was caught so far, by name."""

    stage: Stage
    show: Callable[[str, str, str], None]
    arrive: Witness
    caught: dict[str, str] = field(default_factory=dict)
    tokens: "itertools.count[int]" = field(default_factory=itertools.count)

    def fill(self, text: str) -> str:
        """Return a text with the names in it replaced."""
        return _NAME.sub(lambda found: self.caught[found[1]], text)

    def pattern(self, text: str) -> str:
        """Return a pattern with the names in it replaced."""
        return _NAME.sub(lambda found: re.escape(self.caught[found[1]]), text)

    def catch(self, found: re.Match[str]) -> None:
        """Remember what named groups caught."""
        self.caught |= {name: text for name, text in found.groupdict().items() if text}

    def actor(self, nick: str) -> Actor:
        """Return somebody on the stage."""
        return self.stage.actors[nick]


class Beat(Protocol):
    """Something that is done, or that must come."""

    async def play(self, play: Play) -> None:
        """Do it, or wait for it. Raises StepFailed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A few beats with a name, and what to notice in them."""

    name: str
    caption: str
    beats: tuple[Beat, ...]


@dataclass(frozen=True, slots=True)
class Says:
    """Somebody types something, in a room or to the bot."""

    who: str
    place: str
    text: str

    async def play(self, play: Play) -> None:
        """Send it, and show it."""
        text = play.fill(self.text)
        play.actor(self.who).say(BOT if self.place == DM else self.place, text)
        play.show(shown_place(self.place, self.who), self.who, text)


@dataclass(frozen=True, slots=True)
class Does:
    """Somebody does something to a room. What comes of it is seen by others."""

    who: str
    deed: Deed
    place: str

    async def play(self, play: Play) -> None:
        """Do it."""
        play.actor(self.who).does(self.deed, self.place)


@dataclass(frozen=True, slots=True)
class Enters:
    """Somebody new connects to the network."""

    who: str

    async def play(self, play: Play) -> None:
        """Let them in."""
        await play.stage.enter(self.who, play.arrive)


@dataclass(frozen=True, slots=True)
class Hears:
    """Somebody's client must receive a line that matches."""

    who: str
    place: str
    pattern: str
    within: float = PATIENCE

    async def play(self, play: Play) -> None:
        """Wait for it, and remember what it caught."""
        pattern = play.pattern(self.pattern)
        try:
            found = await play.actor(self.who).hears(self.place, pattern, within=self.within)
        except NotHeardError as missed:
            came = (f"{heard.nick or '*'}: {heard.text}" for heard in missed.last)
            raise StepFailed(f"{self.who} hears {pattern!r} ({self.place})", came) from None
        play.catch(found)


@dataclass(frozen=True, slots=True)
class Mailed:
    """A mail must arrive."""

    to: str
    subject: str
    body: str
    within: float = PATIENCE

    async def play(self, play: Play) -> None:
        """Wait for it, and show where it went."""
        subject, body = play.pattern(self.subject), play.pattern(self.body)

        def matches(mail: ReceivedMail) -> bool:
            return (
                mail.recipient == self.to
                and re.fullmatch(subject, mail.subject) is not None
                and re.search(body, mail.text) is not None
            )

        mailbox = play.stage.mailbox
        try:
            mail = await mailbox.wait(matches, within=self.within)
        except TimeoutError:
            came = (f"{mail.recipient}: {mail.subject}" for mail in mailbox.messages)
            raise StepFailed(f"a mail to {self.to}, {subject!r}", came) from None
        found = re.fullmatch(subject, mail.subject)
        assert found is not None, "the mail was chosen by this"
        play.catch(found)
        play.show("mail", "to", mail.recipient)
        play.show("mail", "subject", mail.subject)


@dataclass(frozen=True, slots=True)
class Settled:
    """Everything that was said before is answered: shown by an answer to a later line."""

    who: str
    place: str
    within: float = PATIENCE

    async def play(self, play: Play) -> None:
        """Ping the bot, out of the reader's sight, and wait for the answer."""
        actor, token = play.actor(self.who), f"settled-{next(play.tokens)}"
        actor.say(BOT if self.place == DM else self.place, f"!ping {token}")
        try:
            await actor.hears(self.place, token, within=self.within)
        except NotHeardError as missed:
            came = (f"{heard.nick or '*'}: {heard.text}" for heard in missed.last)
            raise StepFailed(f"the bot answers {self.who}'s ping", came) from None


@dataclass(frozen=True, slots=True)
class Never:
    """Nothing that was heard in a place, by anybody there, may match: from the first line on.

    With `who`, nothing that this one actor heard anywhere.
    """

    pattern: str
    place: str | None = None
    who: str | None = None

    async def play(self, play: Play) -> None:
        """Look through everything that was received."""
        pattern = re.compile(play.pattern(self.pattern))
        found = [
            f"{actor.nick}, {heard.place}: {heard.text}"
            for actor in play.stage.actors.values()
            for heard in actor.record
            if self.who in {None, actor.nick}
            and self.place in {None, heard.place}
            and pattern.search(heard.text)
        ]
        if found:
            where = self.place or f"what {self.who} hears"
            raise StepFailed(f"{pattern.pattern!r} is nowhere in {where}", found)


@dataclass(frozen=True, slots=True)
class NotKept:
    """These words are nowhere in clear: not in files of the bot or of the network, not in the log,
    not in what was printed.
    """

    words: str

    async def play(self, play: Play) -> None:
        """Look through all of them."""
        stage = play.stage
        found = [path.name for path in await asyncio.to_thread(stage.on_disk, self.words)]
        if self.words in stage.log.getvalue():
            found.append("the log")
        if any(self.words in line for line in stage.said):
            found.append("standard output")
        if found:
            raise StepFailed(f"{self.words!r} is nowhere in clear", found)


def shown_place(place: str, nick: str) -> str:
    """Return how a place is called in the transcript: a direct message by whose it is."""
    return f"{DM} {nick}" if place == DM else place
