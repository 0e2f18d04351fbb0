"""Lines that are never obeyed: said in clear, by a program, by a bridge, or to change earlier words.

They are written down, and whoever can do better is told how. Calls for help among them count.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.core.danger.judge import judge
from bot.core.intake.spoken import Word, hear
from bot.core.oncall.told import direct
from bot.core.words.doors import CommandRunner, Line
from bot.core.words.effects import Answer
from bot.core.words.identity import by_link
from bot.core.words.inbound import Inbound, Never
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass
from bot.core.words.people import Account, Speaker
from bot.core.words.places import PlaceKind
from bot.core.words.ports import Clock, Unit
from bot.core.words.text import Msg, doc, public
from bot.core.words.verdict import Danger
from bot.runtime.claims import Claim, audited_verb, claim, note
from bot.runtime.live import Live
from bot.runtime.seldom import Budget, Seldom
from bot.runtime.stores import Stores

RELAYED = "never-relayed"
#: Lines of whom nothing is proven: whoever can do better is told how.
UNPROVEN = frozenset(f"never-{each}" for each in Never if each.proves_nobody)
#: How often a place hears that a line in clear is not obeyed.
TOLD_IN_ROOM = timedelta(minutes=1)
#: How often somebody who writes in clear is told why nothing comes of it; whoever may be in
#: danger sooner.
EXPLAINED = timedelta(hours=12)
EXPLAINED_IN_DOUBT = timedelta(minutes=10)
#: How many lines of bridges and other bots are written down in a minute, for each network.
MOST_RELAYED = 30
MINUTE = timedelta(minutes=1)


def as_it_counts(inbound: Inbound, line: Line | None) -> Inbound:
    """Return a line as it counts: calls for help are not barred, whatever else would be.

    Who calls in clear is nobody. What a reporter says anew is what they say.
    """
    in_room = inbound.place.kind is PlaceKind.ROOM
    if inbound.never is None or inbound.never is Never.NOTICE:
        return inbound
    if inbound.never.proves_nobody:
        unproven = replace(inbound.speaker, account=None, person=None)
        inbound = replace(inbound, speaker=unproven)
    if line is not None and (line.calls or line.verb == "emergency"):
        if inbound.never is Never.EDIT:
            return replace(inbound, never=None)
        if in_room and not (inbound.speaker.relayed and not line.calls):
            return replace(inbound, never=None, speaker=nobody(inbound.speaker))
    if inbound.never is Never.EDIT and not in_room and inbound.speaker.person is None:
        return replace(inbound, never=None)
    return inbound


def barred_as(inbound: Inbound, line: Line | None) -> str | None:
    """Return for the audit why a line is not obeyed; None for one that may be."""
    in_room = inbound.place.kind is PlaceKind.ROOM
    # A bridge is never obeyed, but somebody on its other side may call.
    if inbound.speaker.relayed and not (in_room and line is not None and line.calls):
        return RELAYED
    if inbound.never is None:
        return None
    # Whoever of the roster reports something may have put their own words right.
    if inbound.never is Never.EDIT and not in_room and line is None:
        return None
    return f"never-{inbound.never}"


def calls_in_clear(inbound: Inbound, line: Line | None) -> bool:
    """Tell whether a direct message that proves nobody is a call for help."""
    if inbound.never is None or not inbound.never.proves_nobody:
        return False
    if inbound.place.kind is PlaceKind.ROOM or inbound.speaker.relayed:
        return False
    if line is not None and (line.calls or line.verb == "emergency"):
        return True
    asked = hear(inbound.text).word is Word.URGENT
    return asked or judge(inbound.text).danger is Danger.RAISED


def nobody(speaker: Speaker) -> Speaker:
    """Return a speaker of whom nothing is proven: no account's words may be taken for theirs."""
    own = by_link(speaker.network, "")
    identity = speaker.identity
    if not identity.startswith(own):
        identity = by_link(speaker.network, f"clear:{speaker.nick}")
    return replace(speaker, identity=identity, account=None, person=None)


@dataclass(slots=True, kw_only=True)
class Barred:
    """Writes them down, and explains."""

    store: Stores
    clock: Clock
    live: Live
    runner: CommandRunner
    #: Says an answer to a line.
    answer: Callable[[Inbound, Answer], Awaitable[object]]
    #: Tells that somebody wrote in the name of an account of the roster.
    unsigned: Callable[[Account], None]
    _in_room: Seldom = field(default_factory=lambda: Seldom(every=TOLD_IN_ROOM))
    _by_dm: Seldom = field(default_factory=lambda: Seldom(every=EXPLAINED))
    _in_doubt: Seldom = field(default_factory=lambda: Seldom(every=EXPLAINED_IN_DOUBT))
    _relayed: dict[str, Budget] = field(default_factory=dict)

    def matters(self, inbound: Inbound, line: Line | None, bar: str) -> bool:
        """Tell whether anything comes of a barred line at all."""
        if bar in UNPROVEN and inbound.place.kind is PlaceKind.DM:
            return True
        return self._verb(line) is not None and (bar != RELAYED or self._may_note(inbound))

    async def handle(self, inbound: Inbound, line: Line | None, bar: str) -> None:
        """Write down a line that reads like a command; tell whoever wrote it in clear."""
        verb = self._verb(line)
        first = verb is None or await self._noted(inbound, verb, bar)
        if bar not in UNPROVEN or inbound.never is None or not first:
            return
        if inbound.never is Never.UNSIGNED:
            account = Account(network=inbound.place.network, name=inbound.speaker.nick)
            if self.live.everybody.holder(account.network, account.name) is not None:
                self.unsigned(account)
        now = self.clock.now()
        if inbound.place.kind is PlaceKind.ROOM:
            if self._in_room.due((inbound.place, inbound.never), now):
                why = Msg(f"{inbound.never}.command")
                await self.answer(inbound, Answer(doc=doc(why, label=Label.PUBLIC)))
        elif self._may_explain(inbound):
            await self.answer(inbound, self._explained(inbound.never))

    async def _noted(self, inbound: Inbound, verb: str, bar: str) -> bool:
        """Write a line down; False for one that was before. A reserve keeps emergencies only."""
        if self.store.fallen.is_set():
            return True
        now, who = self.clock.now(), self._who(inbound)

        def job(unit: Unit) -> bool:
            first = claim(unit, inbound, now) is Claim.FIRST
            if first:
                note(unit, inbound, who, verb, bar, now)
            return first

        return await self.store.run(job)

    def _who(self, inbound: Inbound) -> str:
        person = self.live.person_of(inbound.speaker)
        if person is not None:
            return person.name
        unproven = inbound.never is not None and inbound.never.proves_nobody
        return (nobody(inbound.speaker) if unproven else inbound.speaker).identity

    def _verb(self, line: Line | None) -> str | None:
        known = line is not None and (line.calls or self.runner.knows(line.verb))
        return audited_verb(line.verb) if known and line is not None else None

    def _may_note(self, inbound: Inbound) -> bool:
        fresh = Budget(most=MOST_RELAYED, every=MINUTE)
        return self._relayed.setdefault(inbound.place.network, fresh).spend(self.clock.now())

    def _may_explain(self, inbound: Inbound) -> bool:
        now, identity = self.clock.now(), inbound.speaker.identity
        if self._by_dm.due(identity, now):
            return True
        doubtful = judge(inbound.text).danger is not Danger.NONE
        return doubtful and self._in_doubt.due(identity, now)

    def _explained(self, never: Never) -> Answer:
        terms = self.live.terms
        lines = (
            Msg(f"{never}.dm", (public(terms.team_name),)),
            Msg("clear.dm-urgent") if never is Never.CLEAR else Msg("unproven.dm-urgent"),
            *direct(EmergencyClass.LIFE, terms),
        )
        return Answer(doc=doc(*lines, label=Label.PUBLIC), plain_message=True)
