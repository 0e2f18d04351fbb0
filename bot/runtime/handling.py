"""What one job does with one thing that happened: load, decide, write, all in one commit."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.core import promise
from bot.core.intake import machine
from bot.core.intake.session import load
from bot.core.intake.spoken import called_for
from bot.core.oncall import calls, drill, drill_start, routes, watch
from bot.core.oncall.drill_start import DrillContext
from bot.core.oncall.told import direct
from bot.core.pii.reading import read, reading_of
from bot.core.pii.watch import KEPT
from bot.core.words.doors import UNKNOWN_NAMED, CommandRunner, Doors, Line
from bot.core.words.effects import (
    Answer,
    DropHits,
    Effect,
    Forget,
    Lane,
    Post,
    RaiseEmergency,
    ToIdentity,
    ToPerson,
    ToRoom,
)
from bot.core.words.ids import Dice, read_code
from bot.core.words.inbound import Inbound
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass
from bot.core.words.people import Person, Role
from bot.core.words.places import Place, PlaceKind
from bot.core.words.ports import AuditEntry, Kept, OutboxRow, Speech, Timer, Unit, Viewer
from bot.core.words.readers import Asker, Desk, Terms
from bot.core.words.text import Msg, doc, plain, public, team
from bot.core.words.verdict import Reading
from bot.runtime.claims import CALL, REPLAY, Claim, audited_verb, claim, note
from bot.runtime.composing import dropped
from bot.runtime.desks import Pending, chosen
from bot.runtime.hitkeeping import HIT, HITS
from bot.runtime.knowing import CasesHere
from bot.runtime.live import Live
from bot.runtime.performer import Cause, Outcome, Performer
from bot.runtime.standing import StandingHere, is_active
from bot.runtime.watching import WatchHere, recused, watch_context

#: Of rows whose keys begin so the team does not hear that they could not be said.
UNTOLD = ("held:", HIT)
#: How often strangers who call the bot by name in a room are told how the team is reached.
INVITE_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A line with everything that was known about it when its job was put in line."""

    inbound: Inbound
    #: What was said, as far as it is read for what it holds.
    text: str
    asker: Asker
    present: tuple[Person, ...]
    desk: Desk
    pending: tuple[Pending, ...]
    line: Line | None
    #: What a line in a thread may be about that names no case, the likeliest first.
    abouts: tuple[str, ...] = ()
    #: Calls for help that were decided of it: they outlive a commit that fails.
    decided: list[RaiseEmergency] = field(default_factory=list)

    @property
    def reading(self) -> Reading:
        """What the text holds; read when it is asked for, as most lines need not be."""
        return reading_of(self.inbound, self.text)

    @property
    def readers(self) -> tuple[Person, ...]:
        """Every roster person who would read the answer."""
        asker = self.asker.person
        return self.present if asker is None else (asker, *self.present)


@dataclass(slots=True, kw_only=True)
class Handling:
    """The jobs. All methods run on the database thread, inside the transaction of `unit`."""

    live: Live
    runner: CommandRunner
    performer: Performer
    dice: Dice
    #: When the bot was started.
    since: datetime
    _invited: dict[Place, datetime] = field(default_factory=dict)

    def command(self, unit: Unit, heard: Heard, line: Line, now: datetime) -> Outcome | None:
        """Run a typed line; None when this very message was handled before."""
        if not self._is_first(unit, heard, line.verb, now):
            return None
        heard = self._as_it_stands(unit, heard)
        outcome = self._run(unit, heard, line, now, confirmed=False)
        if outcome.rerun is not None:
            outcome = self._confirmed(unit, heard, outcome, now)
        elif outcome.forget is not None:
            outcome.answers.append(_dropped(outcome.forget, heard.desk))
        return outcome

    def replayed(self, unit: Unit, heard: Heard, verb: str, now: datetime) -> None:
        """Write down that a line which was decided elsewhere came once more, as if it were new."""
        if self._has_name(verb):
            who = heard.asker.name or heard.asker.identity
            note(unit, heard.inbound, who, audited_verb(verb), REPLAY, now)

    def _is_first(self, unit: Unit, heard: Heard, verb: str, now: datetime) -> bool:
        """Take a message; False for one that was handled before. Replays are written down."""
        claimed = claim(unit, heard.inbound, now)
        if claimed is Claim.REPLAYED:
            self.replayed(unit, heard, verb, now)
        return claimed is Claim.FIRST

    def _has_name(self, verb: str) -> bool:
        return verb in {"report", CALL} or self.runner.knows(verb)

    def _as_it_stands(self, unit: Unit, heard: Heard) -> Heard:
        """Return the line as that of nobody, where its author's rights changed on its way here."""
        asker = heard.asker
        if asker.person is None or is_active(unit, self.live, asker.person):
            return heard
        ceiling = Label.PUBLIC if asker.in_dm else asker.ceiling
        nobody = replace(asker, person=None, ceiling=ceiling, dm_ceiling=Label.PUBLIC)
        return replace(heard, asker=nobody)

    def _confirmed(self, unit: Unit, heard: Heard, asked: Outcome, now: datetime) -> Outcome:
        token = asked.rerun.token if asked.rerun else None
        waiting = chosen(heard.pending, token)
        if len(waiting) != 1 or not waiting[0].seen_before(heard.inbound.key):
            asked.rerun = None
            why = Msg("yes.early" if len(waiting) == 1 else "yes.nothing")
            asked.answers.append(Answer(doc=doc(why, label=Label.PUBLIC)))
            return asked
        outcome = self._run(unit, heard, waiting[0].line, now, confirmed=True)
        outcome.rerun = asked.rerun
        return outcome

    def _run(
        self, unit: Unit, heard: Heard, line: Line, now: datetime, *, confirmed: bool
    ) -> Outcome:
        asker = heard.asker
        here = CasesHere(unit, asker.person, heard.present)
        doors = Doors(
            asker=asker,
            cases=here,
            pages=unit.pages(heard.readers),
            sessions=unit.sessions(),
            reads=self.performer.reads,
            terms=self.live.terms,
            desk=self._desk(unit, heard),
            roster=self.live.roster,
            rooms=self.live.rooms,
            standing=StandingHere(unit, self.live),
            keys=self.live.keys,
            watch=WatchHere(unit, self.live, heard.readers),
            hits=unit.hits(),
            now=now,
            dice=self.dice,
        )
        ran = self.runner.run(line, doors, late=heard.inbound.late, confirmed=confirmed)
        if ran.outcome == UNKNOWN_NAMED and self._said_already(heard.inbound.place, now):
            ran = replace(ran, effects=())
        effects = [self._apart(heard, each) for each in ran.effects]
        heard.decided[:] = [each for each in effects if isinstance(each, RaiseEmergency)]
        outcome = self.performer.apply(unit, effects, self._cause(heard, now))
        self._keep_from(unit, heard, outcome)
        if here.kept_back:
            outcome.answers.append(kept_back(here.kept_back[0]))
        outcome.verb, outcome.result, outcome.undoable = ran.verb, ran.outcome, ran.undoable
        outcome.line, outcome.case = ran.line, outcome.case or ran.case
        if ran.verb != "?":
            self._audit(unit, heard, outcome, now)
        return outcome

    @staticmethod
    def _desk(unit: Unit, heard: Heard) -> Desk:
        """Return the desk with the case of the thread, as far as the asker may know of it.

        To others a case is as if it had never been used there: what was before it counts.
        """
        known = unit.cases(Viewer(person=heard.asker.person)).known
        about = next(filter(known, heard.abouts), None)
        return heard.desk if about is None else replace(heard.desk, case=about)

    @staticmethod
    def _keep_from(unit: Unit, heard: Heard, outcome: Outcome) -> None:
        """Answer by DM where somebody present may not know of the case any more.

        What was just done named them: the room hears what it would of a case that is not there.
        """
        others = tuple(person for person in heard.present if person != heard.asker.person)
        if any(unit.excluded(code, others) for code, _ in outcome.added if others):
            absent = Answer(doc=doc(Msg("case.none"), label=Label.PUBLIC))
            apart = [replace(answer, private=True) for answer in outcome.answers]
            outcome.answers = [absent, *apart]

    def report(self, unit: Unit, heard: Heard, now: datetime) -> Outcome | None:
        """Take one line of a reporter; None when this very message was handled before."""
        if not self._is_first(unit, heard, "report", now):
            return None
        identity = heard.asker.identity
        sessions = unit.sessions()
        stored = sessions.of(identity)
        session = None if stored is None else load(stored.data)
        cases = unit.cases(Viewer(system=True))
        context = machine.Context(
            now=now,
            dice=self.dice,
            terms=self.live.terms,
            cases=cases,
            sessions=sessions,
            case=cases.find(session.code) if session and session.code else None,
            since=self.since,
        )
        step = machine.advance(
            session,
            machine.Heard(
                identity=identity,
                network=heard.inbound.place.network,
                reading=heard.reading,
                at=heard.inbound.at,
                # Only what came encrypted bears a mark of its delivery apart from its own name.
                private=heard.inbound.mark is not None,
            ),
            context,
        )
        heard.decided[:] = [each for each in step.effects if isinstance(each, RaiseEmergency)]
        outcome = self.performer.apply(unit, list(step.effects), self._cause(heard, now))
        outcome.verb = "report"
        outcome.own = None if step.session is None else step.session.code
        if outcome.own is not None:
            self.performer.kept_out.note_reporter(identity, outcome.own)
        outcome.in_question = machine.in_question(step.session, identity)
        return outcome

    def call(self, unit: Unit, heard: Heard, now: datetime) -> Outcome | None:
        """Make a call for help of a line, without the interview that it belongs to.

        What was decided of it counts, else what it says. None when it was handled before.
        """
        if not self._is_first(unit, heard, "report", now):
            return None
        verdict, identity = heard.reading.verdict, heard.asker.identity
        said = RaiseEmergency(
            emergency=called_for(heard.reading.text, verdict),
            words=heard.reading.pieces,
            identity=identity,
            self_harm=verdict.self_harm,
        )
        # Its case may be elsewhere: the words are kept in one that is here.
        effects = [self._without_case(unit, each) for each in heard.decided or [said]]
        outcome = self.performer.apply(unit, list(effects), self._cause(heard, now))
        outcome.verb = "report"
        return outcome

    def _without_case(self, unit: Unit, call: RaiseEmergency) -> RaiseEmergency:
        """Return a call for a case of its own, of which nobody hears who must not of its own."""
        known = self.performer.kept_out
        out = recused(unit, self.live, call.case) | known.of(call.case or "")
        if call.by is None and call.identity is not None:
            out |= known.of_reporter(call.identity)
        return replace(call, case=None, kept_out=out - {call.by})

    def _apart(self, heard: Heard, effect: Effect) -> Effect:
        """Return a call of the team about a case that only the database knows, which has failed.

        Whoever is kept out of that case themselves has named no case, as always.
        """
        if not isinstance(effect, RaiseEmergency) or effect.case is not None:
            return effect
        if heard.asker.name is None or self.performer.kept() is Kept.DATABASE:
            return effect
        out = self.performer.kept_out.of(str(read_code(plain(effect.words).partition(" ")[0])))
        return effect if heard.asker.name in out else replace(effect, kept_out=out)

    def has_session(self, unit: Unit, identity: str) -> bool:
        """Tell whether an interview of this identity is under way."""
        return unit.sessions().of(identity) is not None

    def timer(self, unit: Unit, timer: Timer, now: datetime) -> None:
        """Do what a timer was set for; one for something that is gone does nothing."""
        effects: list[Effect] = [DropHits(before=now - KEPT)]
        if timer.kind != HITS:
            effects = self._timed(unit, timer, now)
        by = timer.data.get("by")
        person = None if by is None else self.live.roster.named(str(by))
        self.performer.apply(unit, effects, Cause(now=now, person=person))

    def _timed(self, unit: Unit, timer: Timer, now: datetime) -> list[Effect]:
        if timer.kind == "promise":
            view = unit.cases(Viewer(system=True)).find(timer.key.partition(":")[2])
            return [] if view is None else list(promise.on_timer(view, self.live.terms, now))
        if timer.kind == watch.KIND:
            return list(watch.look(watch_context(unit, self.live, now)))
        if timer.kind == drill.KIND:
            context = self.performer.call_context(unit, Cause(now=now))
            return drill_start.on_timer(timer, DrillContext(call=context, noted=unit.noted))
        page = unit.pages().find(str(timer.data.get("page")))
        if page is None:
            return []
        caller = timer.data.get("caller", page.caller)
        cause = Cause(now=now, identity=None if caller is None else str(caller))
        context = self.performer.call_context(unit, cause)
        if timer.kind == "page" and page.drill:
            return drill.on_page_timer(page, context)
        if timer.kind == "page":
            return list(calls.on_page_timer(page, context))
        if timer.kind == "routes":
            said = timer.data.get("since")
            since = None if said is None else datetime.fromisoformat(str(said))
            return list(routes.on_routes(page, unit.rows_of_page(page.code), context, since))
        return []

    def keep_answer(
        self,
        unit: Unit,
        heard: Heard,
        answer: Answer,
        now: datetime,
        *,
        lane: Lane,
        number: int,
        own: str | None,
    ) -> None:
        """Keep an answer that did not arrive, for the very person who was answered.

        `number` is its place among the answers to the line, `own` the case of a reporter.
        """
        kept = Post(
            to=ToIdentity(identity=heard.asker.identity, person=heard.asker.name),
            doc=answer.doc,
            key=f"answer:{heard.inbound.key}:{number}",
            lane=lane,
            case=own,
            plain_message=answer.plain_message,
        )
        self.performer.apply(unit, [kept], self._cause(heard, now))

    def tell_held(self, unit: Unit, row: OutboxRow, reason: str, now: datetime) -> None:
        """Tell the team that words of a case could not be said, and why; once for each row.

        Words for a room where somebody is recused from their case go to the others by DM.
        """
        if row.case is None or row.key.startswith(UNTOLD) or not isinstance(row.payload, Speech):
            return
        if reason == "recused-present":
            self._tell_apart(unit, row, row.case, row.payload, now)
            return
        notice = Msg("outbox.held", (team(row.case), Msg(f"outbox.reason.{reason}")))
        posts = [
            Post(
                to=ToRoom(room=name),
                doc=doc(notice, label=Label.TEAM, instead=Msg("room.news")),
                key=f"held:{row.key}:{name}",
                lane=Lane.NEWS,
                case=row.case,
            )
            for name in self.live.terms.team_rooms
        ]
        self.performer.apply(unit, list(posts), Cause(now=now))

    def _tell_apart(
        self, unit: Unit, row: OutboxRow, case: str, speech: Speech, now: datetime
    ) -> None:
        if row.lane <= Lane.PAGE:
            # Whoever is to be rung is rung by themselves.
            return
        known = [p for p in self.live.roster.people if not unit.excluded(case, (p,))]
        handlers = [p for p in known if p.handles_cases]
        posts = [
            Post(
                to=ToPerson(name=person.name),
                doc=speech.doc,
                key=f"held:{row.key}:{person.name}",
                lane=row.lane,
                case=case,
            )
            for person in handlers or [p for p in known if Role.OMBUDS in p.roles]
        ]
        self.performer.apply(unit, list(posts), Cause(now=now))

    def _cause(self, heard: Heard, now: datetime) -> Cause:
        return Cause(
            now=now,
            person=heard.asker.person,
            identity=heard.asker.identity,
            nick=heard.asker.nick,
            in_dm=heard.asker.in_dm,
            present=heard.present,
        )

    def _said_already(self, place: Place, now: datetime) -> bool:
        """Tell whether strangers in a room heard within the minute how the team is reached."""
        at = self._invited.get(place)
        if at is not None and now - at < INVITE_EVERY:
            return True
        self._invited[place] = now
        return False

    @staticmethod
    def _audit(unit: Unit, heard: Heard, outcome: Outcome, now: datetime) -> None:
        unit.audit(
            AuditEntry(
                at=now,
                who=heard.asker.name or heard.asker.identity,
                place=str(heard.inbound.place),
                verb=outcome.verb,
                outcome=outcome.result,
                case=outcome.case,
                about=outcome.about,
            )
        )


def _dropped(asked: Forget, desk: Desk) -> Answer:
    if asked.written and desk.composing is not None:
        return dropped(desk.composing)
    return Answer(doc=doc(Msg("no.dropped"), label=Label.PUBLIC))


def not_kept(inbound: Inbound, line: Line | None, terms: Terms, *, aside: bool = False) -> Answer:
    """What somebody hears whose line could not be stored; whoever may need help, where to write.

    `aside`: calls for help go on in a reserve, and what this was is none.
    """
    calls = line is not None and line.verb == "emergency"
    to_team = inbound.speaker.person is not None or inbound.place.kind is PlaceKind.ROOM
    if line is not None and to_team and not calls:
        msg = Msg("storage.aside", (public(terms.prefix),)) if aside else Msg("storage.failed")
        return Answer(doc=doc(msg, label=Label.PUBLIC))
    named = line.rest.split()[:1] if line is not None else []
    emergency = EmergencyClass.CHILD if named == ["child"] else None
    emergency = emergency or read(inbound.text).verdict.emergency or EmergencyClass.LIFE
    first: tuple[Msg, ...] = (Msg("intake.not-stored"),)
    if aside and not calls:
        first = (Msg("intake.aside"), Msg("intake.aside.urgent"))
    lines = (*first, *direct(emergency, terms))
    return Answer(doc=doc(*lines, label=Label.PUBLIC), plain_message=True)


def hint(terms_prefix: str, *, waits_for_yes: bool) -> Answer:
    """What a roster person hears who writes plain words to the bot."""
    prefix = (public(terms_prefix),)
    if waits_for_yes:
        return Answer(doc=doc(Msg("dm.hint-yes", prefix), label=Label.PUBLIC))
    return Answer(
        doc=doc(
            Msg("dm.hint-not-kept"),
            Msg("dm.hint", prefix),
            Msg("dm.hint-report"),
            Msg("dm.hint-danger", prefix),
            label=Label.PUBLIC,
        )
    )


def kept_back(code: str) -> Answer:
    """What the asker hears by DM of a case that somebody in the room must not hear of."""
    words = doc(Msg("case.kept-back", (team(code),)), label=Label.TEAM)
    return Answer(doc=words, private=True)


def lasting(heard: Heard, answer: Answer) -> Lane | None:
    """Return the lane in which an answer waits that did not arrive, None where it is lost.

    What follows from a call for help must be heard, and what is said only once.
    """
    if not (answer.private or heard.inbound.place.kind is PlaceKind.DM):
        return None
    return Lane.EMERGENCY if heard.decided else answer.keep
