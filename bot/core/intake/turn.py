"""One line being taken in: the session as far as it has come, and the effects so far.

`Turn` has the moves that an interview is made of (keep, ask, alarm, pass on, receipt); which of
them a line asks for is decided in `machine`.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.core.danger.judge import judge
from bot.core.intake import say
from bot.core.intake.script import CONSENT, CONTACT, DANGER, SCRIPT, STORY, Question, Script
from bot.core.intake.session import Session, save
from bot.core.intake.spoken import Word, hear
from bot.core.intake.table import Beside, Input, State, follow
from bot.core.words.cases import CaseView
from bot.core.words.effects import (
    DropSession,
    Effects,
    Hear,
    Lane,
    OpenReport,
    RaiseEmergency,
    RaiseExposure,
    SaveSession,
)
from bot.core.words.ids import CodeKind, Dice
from bot.core.words.kinds import DEFAULT_KIND
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass
from bot.core.words.readers import Cases, Sessions, Terms
from bot.core.words.text import Line, Msg, Pieces, at_least, plain, public
from bot.core.words.verdict import Danger, Reading, Verdict

#: Lines this soon after a question still belong to the words before it.
WINDOW = timedelta(seconds=10)
PHRASE_LENGTH = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One line of a reporter. `at` is when they said it.

    `private` is true where whoever runs the network they write on cannot read it.
    """

    identity: str
    network: str
    reading: Reading
    at: datetime
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What an interview may know besides. `case` is the view of the session's case.

    `since` is when the bot was started: what was asked before may never have been heard.
    """

    now: datetime
    dice: Dice
    terms: Terms
    cases: Cases
    sessions: Sessions
    case: CaseView | None = None
    since: datetime | None = None
    script: Script = SCRIPT


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The session as it now is, None when nothing is kept, and what is to be done."""

    session: Session | None
    effects: Effects


@dataclass(slots=True, kw_only=True)
class Turn:
    """A line on its way through. `known` tells whether a session was stored before it."""

    session: Session
    heard: Heard
    ctx: Context
    known: bool
    case: CaseView | None
    effects: Effects = field(default_factory=list)
    posts: Effects = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    #: Six words that were issued by this very line.
    issued: str | None = None

    # ---- the frame -----------------------------------------------------------------------

    def step(self) -> Step:
        """Return the outcome: what is kept comes before anything that is said."""
        # The six words are said this once.
        keep = None if self.issued is None else Lane.WORDS
        said = [*self.posts, *([say.reply(*self.lines, keep=keep)] if self.lines else [])]
        identity = self.heard.identity
        if self.session.state is State.GONE:
            gone: Effects = [DropSession(identity=identity)] if self.known else []
            return Step(session=None, effects=[*self.effects, *gone, *said])
        kept = SaveSession(
            identity=identity,
            data=save(self.session),
            case=self.session.code,
            phrase=self.issued,
        )
        return Step(session=self.session, effects=[*self.effects, kept, *said])

    def change(self, **values: Any) -> None:
        """Replace fields of the session."""
        self.session = replace(self.session, **values)

    def move(self, given: Input) -> None:
        """Follow the tables."""
        state, beside = follow(self.session.state, self.session.beside, given)
        self.change(state=state, beside=beside)

    def tell(self, key: str, *more: Line) -> None:
        """Say a message without arguments, and what follows it."""
        self.lines += [Msg(key), *more]

    # ---- what is the case ----------------------------------------------------------------

    @property
    def verdict(self) -> Verdict:
        """What the lists found in this line."""
        return self.heard.reading.verdict

    @property
    def raised(self) -> bool:
        """Whether the lists found danger in this line."""
        return self.verdict.danger is Danger.RAISED

    @property
    def danger_stands(self) -> bool:
        """Whether the danger question is the one to be answered."""
        return self.session.state is State.DANGER or self.session.beside is Beside.CHECKING

    @property
    def question(self) -> Question | None:
        """The question that stands, beneath whatever is beside it."""
        if self.session.state not in {State.DANGER, State.CONSENT, State.ASKING}:
            return None
        assert self.session.asked is not None
        return self.ctx.script.get(self.session.asked)

    @property
    def in_window(self) -> bool:
        """Whether this line still belongs to the words before the standing question."""
        asked_at = self.session.asked_at
        return asked_at is not None and self.heard.at < asked_at + WINDOW

    # ---- keeping -------------------------------------------------------------------------

    def keep(self, question: str, words: Pieces, floor: Label = Label.CASE) -> None:
        """Keep words: here as long as nothing was passed on, else with the team."""
        labelled = at_least(words, floor)
        if self.session.code is None:
            self.change(answers=(*self.session.answers, (question, labelled)))
        else:
            self.effects.append(Hear(code=self.session.code, question=question, words=labelled))

    def keep_for(self, question: str, words: Pieces) -> None:
        """Keep words under a question, at least at its label."""
        records = [record for record in self.ctx.script.questions if record.id == question]
        self.keep(question, words, records[0].label if records else Label.CASE)

    # ---- asking --------------------------------------------------------------------------

    def ask(self, question: str) -> None:
        """Ask a question for the first time: it stands from now on."""
        self.change(trail=(*self.session.trail, question), asked_at=self.ctx.now)
        self.lines.append(say.ask(self.ctx.script.get(question)))

    def ask_anew(self) -> None:
        """Begin the questions that follow once a report was passed on."""
        self.change(trail=(), into=STORY)
        first = self.ctx.script.after(CONSENT)
        assert first is not None, "a script asks something after pass-on"
        self.ask(first)

    def repeat(self, *, window: bool = True) -> None:
        """Say briefly what stands. Without `window` the next line is already its answer."""
        question = self.question
        self.change(asked_at=self.ctx.now if window else None)
        if self.session.beside is Beside.CHECKING:
            self.lines.append(say.ask_again(self.ctx.script.get(DANGER)))
        elif question is not None:
            self.lines.append(say.ask_again(question))
        else:
            story = self.session.state is State.STORY
            self.tell("intake.tell" if story else "intake.write-here")

    def advance(self) -> None:
        """Leave the standing question for the one that follows, or for the receipt."""
        assert self.session.asked is not None
        following = self.ctx.script.after(self.session.asked)
        if following is None:
            self.move(Input.LAST)
            self.receipt()
        else:
            self.move(Input.ANSWER)
            self.ask(following)

    # ---- with the team -------------------------------------------------------------------

    def pass_on(self, kind: str = DEFAULT_KIND) -> None:
        """Give what was said to the team, and the six words to the reporter."""
        if self.session.code is not None:
            return
        if kind == DEFAULT_KIND and self.session.exposed:
            kind = "doxing"
        code = self.ctx.cases.fresh_code(CodeKind.CASE, self.ctx.dice)
        words = self.ctx.terms.words
        drawn = (words[self.ctx.dice.below(len(words))] for _ in range(PHRASE_LENGTH))
        self.issued = " ".join(drawn)
        self.effects.append(
            OpenReport(
                code=code,
                answers=self.session.answers,
                kind=kind,
                identity=self.heard.identity,
            )
        )
        if self.session.exposed:
            self.effects.append(RaiseExposure(case=code))
        self.change(code=code, phrase=self.issued, answers=())
        self.posts += say.new_report(code, kind, self.ctx.now - self.session.started_at, self.ctx)
        self.lines += say.issued(code, self.issued, self.ctx.terms)

    def expose(self) -> None:
        """Private details are out in the open: once there is a case, tell who can hide them."""
        if self.session.exposed:
            return
        self.change(exposed=True)
        if self.session.code is not None:
            self.effects.append(RaiseExposure(case=self.session.code))

    def alarm(self, emergency: EmergencyClass, words: Pieces) -> bool:
        """Raise an emergency, passing on first; returns whether that had still to be done."""
        first = self.session.code is None
        self.move(Input.ALARM)
        self.pass_on(_kind(emergency, self.verdict))
        self.effects.append(
            RaiseEmergency(
                emergency=emergency,
                words=words,
                case=self.session.code,
                identity=self.heard.identity,
                self_harm=self.verdict.self_harm or judge(plain(words)).self_harm,
            )
        )
        self.change(danger="yes", danger_at=self.ctx.now, doubt=(), emergency=None)
        return first

    def receipt(self) -> None:
        """Give the receipt, durably; the six words are not kept in clear after it."""
        code = self.session.code
        assert code is not None
        due = self.case.next_at if self.case is not None else None
        answered = hear(self.heard.reading.text).word
        self.posts.append(
            say.receipt(
                code,
                self.session.phrase,
                due or self.ctx.now + self.ctx.terms.first_reply,
                self.ctx.terms,
                quiet=self.session.asked == CONTACT and answered is Word.NO,
            )
        )
        self.change(phrase=None, trail=(), asked_at=None)


def story(session: Session) -> Pieces:
    """Return everything that was said so far and not yet passed on, in one piece."""
    joined: list[Pieces] = []
    for _, words in session.answers:
        joined += [(public(" / "),), words] if joined else [words]
    return tuple(piece for words in joined for piece in words)


def _kind(emergency: EmergencyClass, verdict: Verdict) -> str:
    if emergency is EmergencyClass.CHILD:
        return "minor"
    if verdict.self_harm:
        return "threats-self-harm"
    found = verdict.danger is Danger.RAISED
    return "threats-physical-harm" if found else DEFAULT_KIND
