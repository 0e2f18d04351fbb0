"""A reporter's conversation with the bare interview: fixed time, fixed dice, no store."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.core.intake.machine import Context, Heard, Step, advance
from bot.core.intake.script import SCRIPT, Script
from bot.core.intake.session import Session, load, save
from bot.core.words.cases import CaseRow, CaseStatus, CaseView
from bot.core.words.effects import (
    Answer,
    DropSession,
    Effect,
    MoveSession,
    OpenReport,
    Post,
    SaveSession,
    ToReporter,
)
from bot.core.words.facts import Mark
from bot.core.words.ids import CodeKind, Dice, new_code
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass
from bot.core.words.people import Person
from bot.core.words.readers import Contact, Ladder, StoredSession, Terms
from bot.core.words.text import Msg, Piece, Pieces, plain
from bot.core.words.verdict import Danger, Reading, Verdict

START = datetime(2031, 5, 28, 12, 0, tzinfo=UTC)
ME = "libera|link|1"

TERMS = Terms(
    bot_name="caseward",
    prefix="!",
    language="en",
    time_zone="UTC",
    team_name="the safety team",
    team_mail="safety-team@example.org",
    first_reply=timedelta(hours=48),
    check_in=timedelta(days=7),
    warn=timedelta(hours=48),
    contacts={"life": Contact(mail=("emergency@example.org",))},
    ladder=Ladder(
        steps=(),
        repage=timedelta(minutes=3),
        escalate=timedelta(minutes=5),
        ack_lifetime=timedelta(minutes=30),
        acks={},
    ),
    team_rooms=("team",),
    oversight_rooms=(),
    words=("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron"),
)

NONE = Verdict()
UNCLEAR = Verdict(danger=Danger.UNCLEAR, emergency=EmergencyClass.LIFE)
RAISED = Verdict(danger=Danger.RAISED, emergency=EmergencyClass.LIFE)
CHILD = Verdict(danger=Danger.RAISED, emergency=EmergencyClass.CHILD)


class CountingDice:
    """Dice that count upwards."""

    def __init__(self) -> None:
        self.thrown = 0

    def below(self, limit: int) -> int:
        self.thrown += 1
        return self.thrown % limit


@dataclass
class Desk:
    """Cases and sessions, as far as an interview asks for them."""

    stored: dict[str, StoredSession] = field(default_factory=dict)
    phrases: dict[str, str] = field(default_factory=dict)
    cases: dict[str, CaseView] = field(default_factory=dict)
    said: dict[tuple[str, int], Pieces] = field(default_factory=dict)

    def find(self, code: str) -> CaseView | None:
        return self.cases.get(code)

    def rows(self, *, status: CaseStatus | None = CaseStatus.OPEN) -> Sequence[CaseRow]:
        return ()

    def words(self, code: str, seq: int) -> Pieces | None:
        return self.said.get((code, seq))

    def marked(self, mark: Mark) -> Sequence[str]:
        return ()

    def fresh_code(self, kind: CodeKind, dice: Dice) -> str:
        return new_code(kind, dice)

    def known(self, code: str) -> bool:
        return self.find(code) is not None

    def kept_out(self, code: str, people: Sequence[Person]) -> tuple[str, ...]:
        raise NotImplementedError

    def of(self, identity: str) -> StoredSession | None:
        return self.stored.get(identity)

    def by_phrase(self, phrase: str) -> StoredSession | None:
        return self.stored.get(self.phrases.get(phrase, ""))

    def of_case(self, code: str) -> StoredSession | None:
        return next((one for one in self.stored.values() if one.case == code), None)


def view(code: str, at: datetime = START) -> CaseView:
    return CaseView(
        code=code,
        status=CaseStatus.OPEN,
        kind="report",
        opened_at=at,
        opened_by=None,
        has_reporter=True,
        lead=None,
        handlers=(),
        next_at=at + timedelta(hours=48),
        next_what="first-reply",
        evidence=(),
        entries=(),
    )


def reading(
    text: str, verdict: Verdict = NONE, *, exposure: bool = False, label: Label = Label.CASE
) -> Reading:
    return Reading(
        text=text, pieces=(Piece(text=text, label=label),), verdict=verdict, exposure=exposure
    )


@dataclass
class Talk:
    """One reporter talking; what is said is applied to the desk as the performer would."""

    script: Script = SCRIPT
    identity: str = ME
    desk: Desk = field(default_factory=Desk)
    dice: CountingDice = field(default_factory=CountingDice)
    now: datetime = START
    session: Session | None = None
    effects: list[Effect] = field(default_factory=list)
    history: list[Effect] = field(default_factory=list)

    def says(
        self,
        text: str,
        verdict: Verdict = NONE,
        *,
        exposure: bool = False,
        later: float = 0,
    ) -> list[str]:
        """Hear a line after `later` seconds; returns the keys of what is answered."""
        return self.hears(reading(text, verdict, exposure=exposure), later=later)

    def hears(self, given: Reading, *, later: float = 0) -> list[str]:
        self.now += timedelta(seconds=later)
        step = advance(
            self.session,
            Heard(identity=self.identity, network="libera", reading=given, at=self.now),
            self.context(),
        )
        self.apply(step)
        return keys(step.effects)

    def context(self) -> Context:
        code = self.session.code if self.session is not None else None
        return Context(
            now=self.now,
            dice=self.dice,
            terms=TERMS,
            cases=self.desk,
            sessions=self.desk,
            case=None if code is None else self.desk.find(code),
            script=self.script,
        )

    def apply(self, step: Step) -> None:
        self.effects = step.effects
        self.history += step.effects
        self.session = step.session
        for effect in step.effects:
            match effect:
                case OpenReport():
                    self.desk.cases[effect.code] = view(effect.code, self.now)
                case SaveSession():
                    self._store(effect)
                case DropSession():
                    self.desk.stored.pop(effect.identity, None)
                case MoveSession():
                    moved = self.desk.stored.pop(effect.old)
                    self.desk.stored[effect.new] = replace(moved, identity=effect.new)
                    self.desk.phrases = {
                        phrase: effect.new if owner == effect.old else owner
                        for phrase, owner in self.desk.phrases.items()
                    }
                case _:
                    pass

    def _store(self, effect: SaveSession) -> None:
        self.desk.stored[effect.identity] = StoredSession(
            identity=effect.identity, data=effect.data, case=effect.case, seen_at=self.now
        )
        if effect.phrase is not None:
            self.desk.phrases[effect.phrase] = effect.identity

    def elsewhere(self, identity: str) -> "Talk":
        """The same desk, from another connection."""
        other = Talk(identity=identity, desk=self.desk, dice=self.dice, now=self.now)
        stored = self.desk.of(identity)
        other.session = None if stored is None else load(stored.data)
        return other

    def restart(self) -> None:
        """Save and load the session, as between two runs of the program."""
        if self.session is not None:
            self.session = load(save(self.session))

    def took(self, kind: type[Effect]) -> list[Effect]:
        """Effects of a kind among those of the last line."""
        return [effect for effect in self.effects if isinstance(effect, kind)]


def keys(effects: Sequence[Effect]) -> list[str]:
    """Message keys of what the reporter is told; bare words where there is no key."""
    told: list[str] = []
    for effect in effects:
        to_them = isinstance(effect, Post) and isinstance(effect.to, ToReporter)
        if isinstance(effect, Answer) or to_them:
            assert isinstance(effect, Answer | Post)
            told += [
                line.key.removeprefix("intake.") if isinstance(line, Msg) else plain(line)
                for line in effect.doc.lines
            ]
    return told
