"""Carries effects out: everything durable inside one transaction, everything said after it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.core import promise
from bot.core.case import facts, leaving, recording
from bot.core.case.labels import as_labelled
from bot.core.intake.script import CONSENT, SCRIPT
from bot.core.intake.session import Session, save
from bot.core.intake.table import State
from bot.core.oncall import calls, drill, public
from bot.core.oncall.context import CallContext
from bot.core.policy.recusal import orphaned
from bot.core.words import effects as fx
from bot.core.words.cases import CaseView
from bot.core.words.doors import Line
from bot.core.words.facts import Fact, MarkKind
from bot.core.words.hits import Hit
from bot.core.words.identity import by_account
from bot.core.words.ids import ALPHABET, Dice
from bot.core.words.keys import KeyOrder
from bot.core.words.pages import Page, PageState
from bot.core.words.people import Person
from bot.core.words.ports import (
    Kept,
    Letter,
    LetterWriter,
    NewRow,
    Probe,
    Speech,
    Timer,
    Unit,
    Viewer,
    no_probe,
)
from bot.core.words.rota import Rota
from bot.core.words.text import Doc, Pieces, of_case
from bot.runtime.drilling import record_drill
from bot.runtime.hitkeeping import keep_hits
from bot.runtime.kept_out import KeptOut
from bot.runtime.live import Live
from bot.runtime.reads import Reads
from bot.runtime.standing import after_standing
from bot.runtime.watching import agree, recused
from bot.texts.render import Reader

MESSAGE_ID_CHARACTERS = 26
#: After these facts the labels of words that are stored already may be others.
_RELABELLING = frozenset({facts.FactKind.UNDONE, facts.FactKind.LABELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """On whose behalf effects are carried out, and when."""

    now: datetime
    person: Person | None = None
    identity: str | None = None
    nick: str | None = None
    in_dm: bool = True
    present: tuple[Person, ...] = ()


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What is left to do once the transaction is committed."""

    answers: list[fx.Answer] = field(default_factory=list)
    confirm: tuple[Doc, timedelta] | None = None
    rerun: fx.Rerun | None = None
    forget: fx.Forget | None = None
    compose: fx.Compose | None = None
    listed: tuple[str, ...] | None = None
    case: str | None = None
    #: Facts appended, by case, in order.
    added: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)
    #: Words that live cases now hold, for the gate's last look.
    held: list[tuple[str, Pieces]] = field(default_factory=list)
    #: Cases whose words are labelled otherwise now: `held` has all that they hold.
    relabelled: list[str] = field(default_factory=list)
    left_the_room: bool = False
    #: Who was suspended (True) or reinstated, in order.
    stood: list[tuple[str, bool]] = field(default_factory=list)
    #: What networks are to do with people's keys, in order.
    orders: list[KeyOrder] = field(default_factory=list)
    #: Whose messages networks are to take back.
    removals: list[Hit] = field(default_factory=list)
    reload: bool = False
    #: The line as it was understood, for what waits for a `yes`.
    line: Line | None = None
    #: The case of the reporter who is answered.
    own: str | None = None
    #: What was done, for the audit.
    verb: str = ""
    result: str = "ok"
    #: Whom on the roster it was done to, by a command about people.
    about: str | None = None
    undoable: bool = False
    #: A page that rings in earnest: no drill, and no colleague who is wanted.
    rings: Page | None = None
    #: The call that a `yes` to the question that was asked would be.
    in_question: fx.RaiseEmergency | None = None
    #: Whether the database was asked at all, so that there may be work in it now.
    stored: bool = True


@dataclass(slots=True, kw_only=True)
class Performer:
    """Knows how each effect is carried out."""

    live: Live
    dice: Dice
    write_letter: LetterWriter
    canonical: Callable[[str], str | None]
    mail_domain: str
    reads: Reads = field(default_factory=Reads)
    probe: Probe = no_probe
    #: Codes of the pages that were written since the scheduler last looked at the clock.
    fresh: set[str] = field(default_factory=set)
    #: Where what is carried out will be kept.
    kept: Callable[[], Kept] = lambda: Kept.DATABASE
    kept_out: KeptOut = field(default_factory=KeptOut)
    #: Whether there may be a drill that has to give way: nobody looks for one in a flood of calls.
    _drills: bool = True

    def apply(self, unit: Unit, effects: list[fx.Effect], cause: Cause) -> Outcome:
        """Carry out effects in order; those that stand for several are expanded in place."""
        outcome = Outcome()
        waiting = list(effects)
        while waiting:
            effect = waiting.pop(0)
            expanded = self._expand(unit, effect, cause)
            if expanded is not None:
                waiting[:0] = expanded
            else:
                self._one(unit, effect, cause, outcome)
                self.probe(f"effect.{type(effect).__name__}")
        if outcome.rings is not None and self._drills:
            self._give_way(unit, outcome.rings, cause, outcome)
        return outcome

    def _give_way(self, unit: Unit, real: Page, cause: Cause, outcome: Outcome) -> None:
        """End a drill, once all that rings in earnest is written."""
        effects = drill.give_way(real, self.call_context(unit, cause))
        self._drills = bool(effects)
        for effect in effects:
            self._one(unit, effect, cause, outcome)

    def _expand(self, unit: Unit, effect: fx.Effect, cause: Cause) -> list[fx.Effect] | None:
        match effect:
            case fx.RaiseEmergency():
                return calls.expand(effect, self.call_context(unit, cause))
            case fx.RaiseExposure():
                return calls.expand_exposure(effect, self.call_context(unit, cause))
            case fx.PublicCall():
                return public.expand_public(effect, self.call_context(unit, cause))
            case fx.OpenReport():
                made = recording.report(
                    effect.code,
                    effect.answers,
                    kind=effect.kind,
                    at=cause.now,
                    by=effect.by,
                    has_reporter=_reports(effect),
                    promised=promise.first_dates(
                        self.live.terms, cause.now, reporter=_reports(effect)
                    ),
                    canonical=self.canonical,
                    people=self.live.everybody.people if effect.by is None else (),
                    reporter=effect.identity if effect.by is None else None,
                    kept_out=[p for p in self.live.everybody.people if p.name in effect.kept_out],
                )
                return [fx.CreateCase(code=effect.code, facts=made), *_bound(unit, effect, cause)]
            case fx.Hear():
                return self._hear(unit, effect, cause)
            case fx.Called():
                fact = facts.called(
                    at=cause.now, by=effect.by, page=effect.page, emergency=effect.emergency
                )
                return [fx.AddFacts(code=effect.code, facts=(fact,))]
            case fx.StoodDown():
                return self._stood_down(unit, effect, cause)
            case _:
                return None

    @staticmethod
    def _stood_down(unit: Unit, effect: fx.StoodDown, cause: Cause) -> list[fx.Effect]:
        """Keep the reason in a case whose call was stood down, its details numbered there."""
        view = unit.cases(Viewer(system=True)).find(effect.code)
        if view is None:
            return []
        reason, _ = of_case(effect.reason, view.code, view.next_number)
        fact = facts.stood_down(at=cause.now, by=effect.by, page=effect.page, reason=reason)
        return [fx.AddFacts(code=view.code, facts=(fact,))]

    def _hear(self, unit: Unit, effect: fx.Hear, cause: Cause) -> list[fx.Effect]:
        """Keep what was said; whoever is named in it works on the case no more."""
        view = unit.cases(Viewer(system=True)).find(effect.code)
        heard = self._heard(effect, cause, view)
        if view is None:
            return [fx.AddFacts(code=effect.code, facts=(heard,))]
        marked = {mark.value for mark in heard.marks if mark.kind is MarkKind.PARTY}
        named = [person.name for person in self.live.everybody.people if person.name in marked]
        off = leaving.named_off(view, named, cause.now)
        kept = fx.AddFacts(code=effect.code, facts=(heard, *off))
        return [kept, *leaving.news(view, named, self.live.terms)]

    def _heard(self, effect: fx.Hear, cause: Cause, view: CaseView | None) -> Fact:
        first = 1 if view is None else view.next_number
        of_team = effect.question == calls.QUESTION and cause.person is not None
        return recording.answer(
            effect.code,
            effect.question,
            effect.words,
            at=cause.now,
            first=first,
            canonical=self.canonical,
            people=() if of_team else self.live.everybody.people,
            child=recording.is_of_child(view),
        )[0]

    def call_context(self, unit: Unit, cause: Cause) -> CallContext:
        """Return what deciding about an emergency may read."""
        return CallContext(
            now=cause.now,
            dice=self.dice,
            terms=self.live.terms,
            cases=unit.cases(Viewer(system=True)),
            pages=unit.pages(),
            rows=unit.rows_of_page,
            excluded=lambda code: recused(unit, self.live, code),
            rota=Rota(shifts=self.live.terms.shifts, overrides=unit.overrides()),
            person=cause.person,
            identity=cause.identity,
            nick=cause.nick,
            in_dm=cause.in_dm,
            kept=self.kept(),
            canonical=self.canonical,
        )

    # One branch for each effect, and nothing else, is what this function is.
    def _one(  # noqa: PLR0912, PLR0915
        self, unit: Unit, effect: fx.Effect, cause: Cause, outcome: Outcome
    ) -> None:
        match effect:
            case fx.Answer():
                outcome.answers.append(effect)
            case fx.CreateCase(code=code, facts=made):
                self._facts(unit, code, made, unit.create_case(code, made), cause, outcome)
            case fx.AddFacts(code=code, facts=made):
                self._facts(unit, code, made, unit.add_facts(code, made), cause, outcome)
            case fx.Post():
                outcome.left_the_room = True
                self._post(unit, effect, cause)
            case fx.Mail():
                outcome.left_the_room = True
                self._mail(unit, effect, cause)
            case fx.SaveSession(identity=identity, data=data, case=case, phrase=phrase):
                unit.save_session(identity, data, seen_at=cause.now, case=case, phrase=phrase)
                if case is not None:
                    unit.release_rows(case=case)
            case fx.DropSession(identity=identity):
                unit.drop_session(identity)
            case fx.MoveSession(old=old, new=new):
                unit.move_session(old, new)
            case fx.SavePage(page=page):
                self._save_page(unit, page, cause, outcome)
            case fx.CountRead(name=name, case=code):
                self._read(name, code, cause.now)
            case fx.AllowReads(name=name):
                self.reads.allow(name, cause.now)
                outcome.about = name
            case fx.SetTimer(key=key, due=due, kind=kind, data=data):
                unit.set_timer(Timer(key=key, due=due, kind=kind, data=data))
            case fx.DropTimer(key=key):
                unit.drop_timer(key)
            case fx.TakeWatch() | fx.EndWatch() | fx.OfferWatch() | fx.DropOffer():
                agree(unit, effect, cause.person, cause.now)
            case fx.Note(key=key):
                unit.note(key, cause.now)
            case fx.Confirm(doc=doc, lasting=lasting):
                outcome.confirm = (doc, lasting)
            case fx.Rerun():
                outcome.rerun = effect
            case fx.Forget():
                outcome.forget = effect
            case fx.Compose():
                outcome.compose = effect
            case fx.Suspend() | fx.Reinstate():
                self._stand(unit, effect, cause, outcome)
            case fx.OrderKeys() | fx.Reload() | fx.RemoveMessages():
                self._later(effect, outcome)
            case fx.SaveHit() | fx.DropHits():
                keep_hits(unit, effect, cause.now)
            case fx.RememberList(codes=codes):
                outcome.listed = codes
            case fx.RememberCase(code=code):
                outcome.case = code
            case _:
                message = f"no way to carry out {type(effect).__name__}"
                raise TypeError(message)

    def _read(self, name: str, case: str | None, now: datetime) -> None:
        """Count a case that somebody reads, or that they were stopped."""
        if case is None:
            self.reads.stop(name, now)
        else:
            self.reads.count(name, case, now)

    @staticmethod
    def _later(effect: fx.OrderKeys | fx.Reload | fx.RemoveMessages, outcome: Outcome) -> None:
        """Note what is done after the commit."""
        match effect:
            case fx.OrderKeys(order=order):
                outcome.orders.append(order)
            case fx.RemoveMessages(hits=hits):
                outcome.removals += hits
            case fx.Reload():
                outcome.reload = True

    def _save_page(self, unit: Unit, page: Page, cause: Cause, outcome: Outcome) -> None:
        if page.drill:
            self._drills = True
            record_drill(unit, page, cause.person, self.live, cause.now)
        elif page.state is PageState.RINGING and drill.is_real(page):
            outcome.rings = page
        self.fresh.add(page.code)
        unit.save_page(page)

    def _stand(
        self, unit: Unit, effect: fx.Suspend | fx.Reinstate, cause: Cause, outcome: Outcome
    ) -> None:
        stops = isinstance(effect, fx.Suspend)
        if stops:
            unit.suspend(effect.name, by=effect.by, at=cause.now)
        else:
            unit.reinstate(effect.name)
        outcome.stood.append((effect.name, stops))
        outcome.about = effect.name
        outcome.left_the_room = True
        for each in after_standing(unit, self.live, effect, cause.now):
            self._one(unit, each, cause, outcome)

    def _facts(
        self,
        unit: Unit,
        code: str,
        made: tuple[Fact, ...],
        seqs: tuple[int, ...],
        cause: Cause,
        outcome: Outcome,
    ) -> None:
        outcome.added.append((code, seqs))
        outcome.held += [(code, fact.body) for fact in made if fact.body is not None]
        view = unit.cases(Viewer(system=True)).find(code)
        if view is None:
            return
        if any(fact.kind in _RELABELLING for fact in made):
            outcome.relabelled.append(code)
            outcome.held += held_by(unit, view)
        following: list[fx.Effect] = [*promise.timers(view, self.live.terms, cause.now)]
        marks = [mark for fact in made for mark in (*fact.marks, *fact.unmarks)]
        if any(mark.kind is MarkKind.PARTY for mark in marks):
            people = self.live.roster.people
            free = [person for person in people if not unit.excluded(code, (person,))]
            self.kept_out.note(code, frozenset(p.name for p in people if p not in free))
            following += orphaned(code, free, self.live.terms)
        for effect in following:
            self._one(unit, effect, cause, outcome)

    def _post(self, unit: Unit, post: fx.Post, cause: Cause) -> None:
        if isinstance(post.to, fx.ToPerson):
            person = self.live.roster.named(post.to.name)
            if person is not None and self._recused(unit, post.case, person):
                return
        for target, suffix in self._places(post.to):
            row = NewRow(
                key=post.key + suffix,
                lane=post.lane,
                at=cause.now,
                case=post.case,
                page=post.page,
                payload=Speech(
                    to=target,
                    doc=post.doc,
                    relay=post.relay,
                    plain_message=post.plain_message,
                    prompt=post.prompt,
                ),
            )
            unit.enqueue(row)

    def _places(self, target: fx.Target) -> list[tuple[fx.Target, str]]:
        """Return the exact targets that a wide one stands for, with a key suffix each."""
        match target:
            case fx.ToRoom(room=name):
                room = self.live.rooms.named(name)
                places = () if room is None else room.places
                return [(fx.ToPlace(place=place), f"@{place}") for place in places]
            case fx.ToPerson(name=name):
                person = self.live.roster.named(name)
                accounts = () if person is None else person.accounts
                return [
                    (fx.ToIdentity(identity=by_account(account), person=name), f"@{account}")
                    for account in accounts
                    if account.network in self.live.transports
                ]
            case _:
                return [(target, "")]

    @staticmethod
    def _recused(unit: Unit, case: str | None, person: Person) -> bool:
        """Whoever is a party to a case hears nothing of it, whatever a handler decided."""
        return case is not None and unit.excluded(case, (person,))

    def _mail(self, unit: Unit, mail: fx.Mail, cause: Cause) -> None:
        readers = [person for person in self.live.everybody.people if person.mail == mail.to]
        if any(self._recused(unit, mail.case, person) for person in readers):
            return
        reader = Reader(self.live.terms.language, "UTC")
        drawn = (ALPHABET[self.dice.below(len(ALPHABET))] for _ in range(MESSAGE_ID_CHARACTERS))
        body = "\n".join(
            "".join(piece.text for piece in line) for line in reader.draft(mail.body).lines
        )
        written = self.write_letter(
            recipient=mail.to,
            subject=reader.text(mail.subject),
            body=body,
            message_id=f"<{''.join(drawn).lower()}@{self.mail_domain}>",
            at=cause.now,
        )
        contacts = {to for contact in self.live.terms.contacts.values() for to in contact.mail}
        letter: Letter = replace(written, of_roster=bool(readers) and mail.to not in contacts)
        unit.enqueue(
            NewRow(
                key=mail.key,
                lane=mail.lane,
                payload=letter,
                at=cause.now,
                case=mail.case,
                page=mail.page,
            )
        )


def held_by(unit: Unit, view: CaseView) -> list[tuple[str, Pieces]]:
    """Return the code of a case with all words that it holds."""
    cases = unit.cases(Viewer(system=True))
    found = (cases.words(view.code, entry.seq) for entry in view.entries if entry.words)
    return [(view.code, as_labelled(words, view)) for words in found if words is not None]


def _reports(effect: fx.OpenReport) -> bool:
    """Whether somebody outside the team waits for an answer to this report."""
    return effect.identity is not None and effect.by is None


def _bound(unit: Unit, effect: fx.OpenReport, cause: Cause) -> list[fx.Effect]:
    """Give whoever called from a room a session, so that the team's words find them."""
    if effect.identity is None or not _reports(effect):
        return []
    if unit.sessions().of(effect.identity) is not None:
        return []
    following = SCRIPT.after(CONSENT)
    trail = () if following is None else (following,)
    session = Session(
        state=State.ASKING, started_at=cause.now, code=effect.code, trail=trail, danger="yes"
    )
    return [fx.SaveSession(identity=effect.identity, data=save(session), case=effect.code)]
