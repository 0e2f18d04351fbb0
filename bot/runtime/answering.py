"""Saying an answer where it belongs: in the place it was asked for, or by DM to whoever asked."""

from dataclasses import dataclass

from bot.core.policy.gate import Stopped
from bot.core.words.beside import NOTHING_BESIDE, Beside
from bot.core.words.effects import Answer
from bot.core.words.inbound import Inbound, Unheard
from bot.core.words.labels import Label
from bot.core.words.people import Person
from bot.core.words.places import Place, PlaceKind
from bot.core.words.ports import Sent
from bot.core.words.text import Msg, doc
from bot.runtime.live import Live
from bot.runtime.voice import Audience, Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """Answers lines, through the gate."""

    live: Live
    voice: Voice

    async def answer(
        self,
        asked: Inbound | Unheard,
        answer: Answer,
        present: tuple[Person, ...] = (),
        *,
        own: str | None = None,
        case: str | None = None,
        sorry: str = "answer.stopped",
        urgent: bool = False,
    ) -> Sent | Stopped:
        """Say an answer; where it may not be said, say that.

        `present` are the roster people who were reckoned with, `own` the case of the reporter who
        is answered, `case` the one that the answer is about.
        """
        said = await self.say(asked, answer, present, own=own, case=case, urgent=urgent)
        if isinstance(said, Stopped):
            words = doc(Msg(f"{sorry}.{said.reason}"), label=Label.PUBLIC)
            await self.say(asked, Answer(doc=words, private=answer.private), urgent=urgent)
        return said

    async def say(
        self,
        asked: Inbound | Unheard,
        answer: Answer,
        present: tuple[Person, ...] = (),
        *,
        own: str | None = None,
        case: str | None = None,
        urgent: bool = False,
    ) -> Sent | Stopped:
        """Say an answer, or return why it may not be said."""
        dm = self.live.dm_place(asked.speaker)
        place = dm if answer.private or asked.place.kind is PlaceKind.DM else asked.place
        draft = self.voice.draft(
            answer.doc,
            place,
            plain_message=answer.plain_message,
            asker=asked.speaker,
            beside=_beside(asked, place, answer, case),
        )
        known = asked.speaker.person
        audience = Audience(
            whom=asked.speaker.identity,
            person=None if known is None else known.name,
            readers=present if answer.doc.label > Label.PUBLIC else None,
            own=own,
        )
        return await self.voice.answer(place, dm, draft, audience, urgent=urgent)


def _beside(asked: Inbound | Unheard, place: Place, answer: Answer, case: str | None) -> Beside:
    """Return where an answer belongs.

    Public words stand with no case: it may be one that somebody present must not know of.
    """
    about = case if answer.doc.label > Label.PUBLIC else None
    if place != asked.place or isinstance(asked, Unheard):
        return NOTHING_BESIDE if about is None else Beside(case=about)
    return Beside(case=about, message=asked.message, thread=asked.thread)
