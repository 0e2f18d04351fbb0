"""The one way in: every line is read, sorted, put in its speaker's order, decided, answered.

Danger words and calls for an emergency jump that order, and every other line on their way to the
store and out again. What is not for the bot is passed over.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

from bot.core.danger.judge import judge
from bot.core.intake.spoken import Word, hear
from bot.core.oncall.told import direct
from bot.core.pii.held import HeldSet
from bot.core.policy.gate import Stopped
from bot.core.words.doors import Line
from bot.core.words.effects import Answer, Lane
from bot.core.words.inbound import Inbound
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass
from bot.core.words.places import Place, PlaceKind
from bot.core.words.ports import Clock, Probe, Sent
from bot.core.words.text import Doc, Msg, doc, public, quotes
from bot.core.words.verdict import Danger
from bot.runtime.answering import Answering
from bot.runtime.aside import Aside, LostError
from bot.runtime.barred import Barred, as_it_counts, barred_as, calls_in_clear, nobody
from bot.runtime.claims import Claim, claim
from bot.runtime.composing import full, lapsed, not_stored, waits
from bot.runtime.containing import Containing
from bot.runtime.crowd import Crowd
from bot.runtime.desks import Desks
from bot.runtime.handled import Handled
from bot.runtime.handling import Handling, Heard, hint, lasting, not_kept
from bot.runtime.keydesk import KeyDesk
from bot.runtime.live import Live
from bot.runtime.lookup import Lookup
from bot.runtime.performer import Outcome
from bot.runtime.remembering import remember
from bot.runtime.seldom import Seldom
from bot.runtime.settled import settle, settling
from bot.runtime.sorting import Sorting, Way
from bot.runtime.spotting import Spotting
from bot.runtime.stores import Stores
from bot.runtime.supervisor import Supervisor
from bot.runtime.threads import Threads
from bot.runtime.unreadable import Unreadable
from bot.runtime.voice import Voice

#: What a preview is answered with by whoever forgets the prefix.
BARE = frozenset({"yes", "no"})
#: How often somebody hears in a place that their lines came too late.
LATE_AGAIN = timedelta(minutes=10)
#: The outcome of an unknown verb.
UNKNOWN = "unknown"
#: How it fares what may not have been heard.
UNHEARD = frozenset({Sent.DOWN, Sent.UNCERTAIN, Sent.STALE, Sent.GONE})
#: Said to whoever sent a file where only words are taken.
_NO_FILE = Answer(doc=doc(Msg("file.not-kept"), label=Label.PUBLIC))


@dataclass(slots=True, kw_only=True)
class Dispatcher:
    """Takes lines from the transports' sinks; `nudge` wakes the workers after a commit."""

    store: Stores
    clock: Clock
    live: Live
    handling: Handling
    voice: Voice
    desks: Desks
    held: HeldSet
    supervisor: Supervisor
    nudge: Callable[[], None]
    #: Goes by who may act, at once: names, and whether they are suspended.
    stand: Callable[[list[tuple[str, bool]]], None]
    #: Reads the configuration again for somebody; returns what they are told.
    reload: Callable[[Inbound], Awaitable[Doc]]
    probe: Probe
    #: Passes on what operators decide about keys.
    keys: KeyDesk
    #: Reads what is said in rooms for what cases hold.
    spotting: Spotting
    #: Takes messages back.
    containing: Containing
    crowd: Crowd = field(init=False)
    aside: Aside = field(init=False)
    barred: Barred = field(init=False)
    unreadable: Unreadable = field(init=False)
    _say: Answering = field(init=False)
    _sort: Sorting = field(init=False)
    _threads: Threads = field(init=False)
    _lookup: Lookup = field(init=False)
    _handled: Handled = field(default_factory=Handled)
    _late: Seldom = field(default_factory=lambda: Seldom(every=LATE_AGAIN))

    def __post_init__(self) -> None:
        handling = self.handling
        self.aside = Aside(store=self.store, clock=self.clock, handling=handling)
        self._lookup = Lookup(live=self.live, runner=handling.runner, dice=handling.dice)
        self._say = Answering(live=self.live, voice=self.voice)
        self._threads = Threads()
        self._sort = Sorting(
            store=self.store,
            clock=self.clock,
            live=self.live,
            desks=self.desks,
            handling=handling,
        )
        self.unreadable = Unreadable(
            live=self.live,
            clock=self.clock,
            supervisor=self.supervisor,
            answer=self._say.answer,
        )
        self.barred = Barred(
            store=self.store,
            clock=self.clock,
            live=self.live,
            runner=handling.runner,
            answer=self._say.answer,
            unsigned=self.keys.unsigned,
        )
        self.crowd = Crowd(
            supervisor=self.supervisor, handle=self._handle, slow_down=self._slow_down
        )

    def take(self, inbound: Inbound) -> None:
        """Put a line into its speaker's order; returns at once."""
        inbound = settling(self.spotting.read(inbound))
        line = self.handling.runner.addressed(inbound.text)
        inbound = as_it_counts(inbound, line)
        if not self._matters(inbound, line):
            settle(inbound)
        elif self._urgent(inbound, line):
            self.crowd.jump(inbound, self._handle(inbound, line, urgent=True))
        elif not self.crowd.take(inbound, line):
            settle(inbound)

    def _matters(self, inbound: Inbound, line: Line | None) -> bool:
        """Tell whether a line is for the bot at all."""
        in_room = inbound.place.kind is PlaceKind.ROOM
        if in_room and (line is None or self.live.rooms.at(inbound.place) is None):
            return False
        bar = barred_as(inbound, line)
        return bar is None or self.barred.matters(inbound, line, bar)

    async def _slow_down(self, inbound: Inbound) -> None:
        slow = Answer(doc=doc(Msg("dm.too-fast"), label=Label.PUBLIC), plain_message=True)
        await self._say.answer(inbound, slow)

    def _urgent(self, inbound: Inbound, line: Line | None) -> bool:
        if barred_as(inbound, line) is not None:
            return calls_in_clear(inbound, line)
        if line is not None and (line.calls or line.verb in {"emergency", "ack"}):
            return True
        if inbound.place.kind is PlaceKind.ROOM or inbound.speaker.person is not None:
            return False
        asked = hear(inbound.text).word is Word.URGENT
        # The danger alone: what else a line holds is found where there is time for it.
        return asked or judge(inbound.text).danger is Danger.RAISED

    async def _handle(self, inbound: Inbound, line: Line | None, *, urgent: bool = False) -> None:
        """Do what a line asks for. Cut short, it was not done: its network brings it once more."""
        bar = barred_as(inbound, line)
        try:
            if bar is None or calls_in_clear(inbound, line):
                await self._do(inbound, line, urgent=urgent)
            else:
                await self.barred.handle(inbound, line, bar)
        # Its author was told by now that nothing was kept; brought once more, it would count then.
        except Exception:
            settle(inbound)
            raise
        settle(inbound)

    async def _do(self, inbound: Inbound, line: Line | None, *, urgent: bool) -> None:
        heard = None
        try:
            way, line = await self._sort.way(inbound, line)
            if way is Way.NOTHING:
                return
            heard = self._heard(inbound, line)
            if way is not Way.HINT and self.aside.stands_for(line):
                await self._aside(way, heard, urgent=urgent)
                return
            if way is Way.TEXT:
                await self._write(inbound)
                return
            self.probe(f"{way}.before")
            outcome = await self._decide(way, heard, urgent=urgent)
        # Whatever failed, nothing of this line was kept, and whoever wrote it must hear that.
        except Exception as error:
            heard = heard or self._heard(inbound, line)
            await self._rescued(heard, error, urgent=urgent)
            raise
        self._handled.add(inbound)
        settle(inbound)
        self.probe(f"{way}.committed")
        if outcome is not None:
            self.aside.remember(heard, outcome)
            if way is Way.CALL:
                await self._tell_caller(inbound)
            await self._finish(heard, line, outcome, urgent=urgent)
        elif way is Way.HINT and not await self._tell_lapsed(inbound, plain=True):
            await self._hint(inbound)
        self.probe(f"{way}.answered")

    async def _tell_caller(self, inbound: Inbound) -> None:
        """Tell whoever called where nothing proves who they are, and so nobody can be written to."""
        if nobody(inbound.speaker).identity != inbound.speaker.identity:
            lines = (Msg("emergency.room"), *direct(EmergencyClass.LIFE, self.live.terms))
            calm = Answer(doc=doc(*lines, label=Label.PUBLIC), plain_message=True)
            await self._say.answer(inbound, calm, urgent=True)

    async def _hint(self, inbound: Inbound) -> None:
        if inbound.late and not self._late.due(_where(inbound), self.clock.now()):
            return
        bare = inbound.text.strip().lower() in BARE
        waits_for_yes = bare and self.desks.waiting(self._sort.desk(inbound), self.clock.now())
        await self._say.answer(
            inbound, hint(self.live.terms.prefix, waits_for_yes=bool(waits_for_yes))
        )

    async def _aside(self, way: Way, heard: Heard, *, urgent: bool) -> None:
        """Do what can be done while the database keeps nothing; say plainly what cannot."""
        inbound, line = heard.inbound, heard.line
        if self._handled.knows(inbound):
            await self._again(way, heard)
            return
        try:
            outcome = await self.aside.decide(heard, urgent=urgent)
        except LostError:
            # Other bots share the prefix.
            theirs = line is not None and not self.handling.runner.knows(line.verb)
            if not (theirs and inbound.speaker.person is None and way is Way.COMMAND):
                await self._say.answer(inbound, self._not_kept(inbound), urgent=urgent)
            return
        self._handled.add(inbound)
        settle(inbound)
        if outcome is not None:
            await self._finish(heard, line, outcome, urgent=True)

    async def _again(self, way: Way, heard: Heard) -> None:
        """Write down a replay, as far as anything can be: no reserve knows what was before it."""
        if not self._handled.replays(heard.inbound):
            return
        verb = "report" if heard.line is None or way is Way.CALL else heard.line.verb
        now = self.clock.now()
        note_it = partial(self.handling.replayed, heard=heard, verb=verb, now=now)
        await self.store.again.run(note_it)

    async def _rescued(self, heard: Heard, error: Exception, *, urgent: bool) -> None:
        """Make a call for help once more; whatever cannot be, nothing of it was kept."""
        if self._handled.knows(heard.inbound):
            return
        try:
            outcome = await self.aside.rescue(heard, error, urgent=urgent)
        except LostError:
            await self._say.answer(heard.inbound, self._not_kept(heard.inbound), urgent=urgent)
            return
        self._handled.add(heard.inbound)
        settle(heard.inbound)
        if outcome is not None:
            await self._finish(heard, heard.line, outcome, urgent=True)

    async def _write(self, inbound: Inbound) -> None:
        """Take one more line of a text that is being composed; only trouble is answered."""
        key, now = self._sort.desk(inbound), self.clock.now()
        text = self.desks.text(key, now)
        claimed = await self.store.run(lambda unit: claim(unit, inbound, now))
        if claimed is not Claim.FIRST or text is None:
            return
        if not text.add(inbound.text, now):
            await self._say.answer(inbound, full(text.seen()))
        if inbound.attachments:
            await self._say.answer(inbound, _NO_FILE)

    async def _tell_lapsed(self, inbound: Inbound, *, plain: bool) -> bool:
        """Say that a text was dropped for waiting too long, where one was."""
        was = self.desks.lapsed(self._sort.desk(inbound), self.clock.now(), told=True)
        if was is not None:
            await self._say.answer(inbound, lapsed(was, plain=plain))
        return was is not None

    def _not_kept(self, inbound: Inbound) -> Answer:
        said = self.handling.runner.addressed(inbound.text)
        text = self.desks.text(self._sort.desk(inbound), self.clock.now())
        if said is None and text is not None:
            return not_stored(text.seen())
        return not_kept(inbound, said, self.live.terms, aside=self.store.fallen.is_set())

    async def _decide(self, way: Way, heard: Heard, *, urgent: bool) -> Outcome | None:
        """Run the job that a line asks for; returns once it is committed."""
        now, line, inbound = self.clock.now(), heard.line, heard.inbound
        if way is Way.HINT:
            return None
        if way is Way.CALL:
            return await self.store.run(
                lambda unit: self.handling.call(unit, heard, now), urgent=True
            )
        if way is Way.REPORT or line is None:
            return await self.store.run(
                lambda unit: self.handling.report(unit, heard, now), urgent=urgent
            )
        if self.handling.runner.writes_nothing(line.verb):
            if self._lookup.replays(inbound):
                note_it = partial(self.handling.replayed, heard=heard, verb=line.verb, now=now)
                await self.store.run(note_it)
            return self._lookup.decide(heard, line, now)
        return await self.store.run(
            lambda unit: self.handling.command(unit, heard, line, now), urgent=urgent
        )

    def _heard(self, inbound: Inbound, line: Line | None) -> Heard:
        key, now = self._sort.desk(inbound), self.clock.now()
        if inbound.thread is not None and inbound.about is not None:
            # What was asked outside a thread about its case was shown inside.
            outside = self._sort.desk(replace(inbound, thread=None))
            self.desks.share(outside, inbound.about, key)
        desk = self.desks.look(key, now)
        text = inbound.text
        unproven = inbound.never is not None and inbound.never.proves_nobody
        called = self.handling.runner.addressed(text) if unproven else None
        by = nobody(inbound.speaker) if unproven else inbound.speaker
        asker = self.live.asker(replace(inbound, speaker=by))
        if called is not None and called.verb == "emergency":
            text = f"{called.verb} {called.rest}"
        elif asker.in_dm and asker.person is None:
            text = text.strip().removeprefix(self.live.terms.prefix)
        return Heard(
            inbound=inbound,
            text=text,
            asker=asker,
            present=self.live.present(inbound.place),
            desk=desk,
            abouts=self._threads.cases(inbound),
            pending=self.desks.waiting(key, now),
            line=line,
        )

    async def _finish(
        self, heard: Heard, line: Line | None, outcome: Outcome, *, urgent: bool
    ) -> None:
        """After the commit: remember, wake the workers, and only then speak."""
        if outcome.stood:
            self.stand(outcome.stood)
        remember(self.desks, self._sort.desk(heard.inbound), heard, outcome, self.clock.now())
        self._threads.use(heard.inbound, outcome.case)
        for code in outcome.relabelled:
            self.held.drop(code)
        for code, pieces in outcome.held:
            self.held.add(code, pieces)
        if outcome.stored:
            self.nudge()
        await self._tell_lapsed(heard.inbound, plain=False)
        for number, answer in enumerate(self._answers(heard, outcome)):
            said = await self._say.answer(
                heard.inbound,
                answer,
                heard.present,
                own=outcome.own,
                case=outcome.case,
                urgent=urgent,
            )
            if said in UNHEARD and heard.inbound.late:
                self._late.undone(_where(heard.inbound))
            if said in UNHEARD and (lane := lasting(heard, answer)) is not None:
                await self._keep(heard, answer, outcome, lane, number)
        await self._do_now(heard, outcome)
        if outcome.confirm is not None and line is not None:
            await self._confirm(heard, outcome.line or line, *outcome.confirm, outcome.case)
        if line is None or line.text is None:
            return
        text = self.desks.text(self._sort.desk(heard.inbound), self.clock.now())
        if text is not None and text.lines:
            await self._say.answer(heard.inbound, waits(text.seen()))

    async def _do_now(self, heard: Heard, outcome: Outcome) -> None:
        """Do what is no part of the commit, and tell what came of it."""
        inbound = heard.inbound
        for order in outcome.orders:
            if not await self.keys.order(order):
                failed = Answer(doc=doc(Msg("verify.failed"), label=Label.PUBLIC))
                await self._say.answer(inbound, failed)
        if outcome.removals:
            removed = await self.containing.remove(outcome.removals)
            await self._say.answer(inbound, removed, heard.present, case=outcome.case)
        if outcome.reload:
            told = await self.reload(inbound)
            private = self.live.asker(inbound).ceiling < told.label
            await self._say.answer(inbound, Answer(doc=told, private=private))

    def _answers(self, heard: Heard, outcome: Outcome) -> list[Answer]:
        """Return what is said; of lines that came too late to be obeyed once for all of them."""
        refused = outcome.result == UNKNOWN or outcome.result.startswith("refused-")
        if not (refused and outcome.answers and heard.inbound.late):
            by_line = heard.line is not None and outcome.result == "ok"
            with_file = by_line and heard.inbound.attachments
            return [*outcome.answers, _NO_FILE] if with_file else outcome.answers
        if not self._late.due(_where(heard.inbound), self.clock.now()):
            return []
        return [Answer(doc=doc(Msg("late.once"), label=Label.PUBLIC))]

    async def _keep(
        self, heard: Heard, answer: Answer, outcome: Outcome, lane: Lane, number: int
    ) -> None:
        """Have words said once whoever they are for is there again: the commit stands."""
        now = self.clock.now()
        await self.store.again.run(
            lambda unit: self.handling.keep_answer(
                unit, heard, answer, now, lane=lane, number=number, own=outcome.own
            ),
            urgent=True,
        )
        self.nudge()

    async def _confirm(
        self, heard: Heard, line: Line, preview: Doc, lasting: timedelta, case: str | None
    ) -> None:
        key = self._sort.desk(heard.inbound)
        now = self.clock.now()
        token = self.desks.wait(key, line, now + lasting, case)
        waiting = len(self.desks.waiting(key, now))
        prefix = public(self.live.terms.prefix)
        how = (
            Msg("confirm.yes", (prefix,))
            if waiting == 1
            else Msg("confirm.yes-token", (prefix, public(token)))
        )
        shown = Answer(doc=doc(*preview.lines, how, label=preview.label))
        inbound = heard.inbound
        said = await self._say.say(inbound, shown, heard.present, case=case)
        if isinstance(said, Stopped):
            # Words that may not be said here can be sent all the same, to who may have them.
            own = [line for line in preview.lines if not quotes(line)]
            bare = Answer(doc=doc(*own, Msg("confirm.unquoted"), how, label=preview.label))
            said = await self._say.answer(
                inbound, bare, heard.present, case=case, sorry="confirm.stopped"
            )
        if said is Sent.DELIVERED:
            self.desks.shown(key, token, self.crowd.unread(inbound.speaker.identity))
        else:
            self.desks.withdraw(key, token)


def _where(inbound: Inbound) -> tuple[str, Place]:
    return inbound.speaker.identity, inbound.place
