"""An on-call office on paper: it keeps what effects would write, and nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.core.oncall.calls import CallContext, expand, expand_exposure, on_page_timer, on_routes
from bot.core.oncall.ladder import PageInput, Step, advance
from bot.core.words.cases import CaseRow, CaseStatus, CaseView, Entry
from bot.core.words.effects import (
    Answer,
    Called,
    DropTimer,
    Effect,
    Lane,
    Mail,
    OpenReport,
    Post,
    RaiseEmergency,
    RaiseExposure,
    SavePage,
    SetTimer,
    ToIdentity,
)
from bot.core.words.facts import JSON, Mark
from bot.core.words.ids import CodeKind, Dice, new_code
from bot.core.words.pages import EmergencyClass, Page, PageState
from bot.core.words.people import Account, Person, Role
from bot.core.words.ports import Letter, OutboxRow, RowState, Speech
from bot.core.words.readers import Contact, Ladder, Terms
from bot.core.words.rota import Rota
from bot.core.words.text import Doc, Pieces
from bot.texts.render import Reader

START = datetime(2031, 3, 4, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FORGOTTEN = Speech(to=ToIdentity(identity=""), doc=Doc(lines=()))
LADDER = Ladder(
    steps=(("alice",), ("bob",), ("cleo",)),
    repage=timedelta(minutes=3),
    escalate=timedelta(minutes=5),
    ack_lifetime=timedelta(minutes=30),
    acks={EmergencyClass.LIFE: 1},
)


def person(name: str, *roles: Role, mail: bool = True, chat: bool = True) -> Person:
    return Person(
        name=name,
        roles=frozenset(roles),
        accounts=(Account(network="net", name=name),) if chat else (),
        mail=f"{name}@example.org" if mail else None,
    )


ALICE = person("alice", Role.FUNCTIONARY, Role.ON_CALL)
BOB = person("bob", Role.STEWARD, Role.ON_CALL)
CLEO = person("cleo", Role.OPERATOR, mail=False)
DORA = person("dora", Role.ARBITRATOR)
OLGA = person("olga", Role.OVERSIGHTER)
CAROL = person("carol", Role.OPERATOR)
PEOPLE = (ALICE, BOB, CLEO, DORA, OLGA, CAROL)


class Counting:
    """Chance that counts."""

    def __init__(self) -> None:
        self._next = 0

    def below(self, limit: int) -> int:
        self._next += 7
        return self._next % limit


@dataclass
class Office:
    """Keeps cases, pages, rows and timers; every key that was ever rung."""

    now: datetime = START
    people: tuple[Person, ...] = PEOPLE
    ladder: Ladder = LADDER
    contacts: Mapping[str, Contact] = field(
        default_factory=lambda: {
            "life": Contact(mail=("emergency@example.org", "second@example.org")),
            "child": Contact(mail=("legal@example.org",), note="They act on links alone."),
        }
    )
    oversight_rooms: tuple[str, ...] = ("oversight",)
    excluded: frozenset[str] = frozenset()
    rota: Rota = field(default_factory=Rota)
    dice: Dice = field(default_factory=Counting)
    views: dict[str, CaseView] = field(default_factory=dict)
    bodies: dict[tuple[str, int], Pieces] = field(default_factory=dict)
    saved: dict[str, Page] = field(default_factory=dict)
    outbox: dict[str, OutboxRow] = field(default_factory=dict)
    timers: dict[str, SetTimer] = field(default_factory=dict)
    repeated: list[str] = field(default_factory=list)

    @property
    def terms(self) -> Terms:
        return Terms(
            bot_name="caseward",
            prefix="!",
            language="en",
            time_zone="UTC",
            team_name="the safety team",
            team_mail="safety-team@example.org",
            first_reply=timedelta(hours=48),
            check_in=timedelta(days=7),
            warn=timedelta(hours=48),
            contacts=self.contacts,
            ladder=self.ladder,
            team_rooms=("team",),
            oversight_rooms=self.oversight_rooms,
            words=(),
            people=self.people,
        )

    # ---- readers ---------------------------------------------------------------------------

    def find(self, code: str) -> CaseView | None:
        return self.views.get(code)

    def rows(self, *, status: CaseStatus | None = CaseStatus.OPEN) -> Sequence[CaseRow]:
        raise NotImplementedError

    def words(self, code: str, seq: int) -> Pieces | None:
        return self.bodies.get((code, seq))

    def marked(self, mark: Mark) -> Sequence[str]:
        raise NotImplementedError

    def fresh_code(self, kind: CodeKind, dice: Dice) -> str:
        return new_code(kind, dice)

    def known(self, code: str) -> bool:
        return self.find(code) is not None

    def kept_out(self, code: str, people: Sequence[Person]) -> tuple[str, ...]:
        raise NotImplementedError

    def context(
        self,
        who: Person | None = None,
        identity: str | None = None,
        nick: str | None = None,
        *,
        in_dm: bool = True,
    ) -> CallContext:
        return CallContext(
            now=self.now,
            dice=self.dice,
            terms=self.terms,
            cases=self,
            pages=PagesOf(self),
            rows=self.rows_of_page,
            excluded=lambda _case: self.excluded,
            rota=self.rota,
            in_dm=in_dm,
            person=who,
            identity=identity,
            nick=nick,
        )

    def rows_of_page(self, code: str) -> Sequence[OutboxRow]:
        return [row for row in self.outbox.values() if row.page == code]

    # ---- what happens ----------------------------------------------------------------------

    def later(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)

    def call(
        self,
        effect: RaiseEmergency,
        who: Person | None = None,
        nick: str | None = None,
        *,
        in_dm: bool = True,
    ) -> list[Effect]:
        context = self.context(who, effect.identity, nick, in_dm=in_dm)
        return self.keep(expand(effect, context))

    def expose(self, case: str) -> list[Effect]:
        return self.keep(expand_exposure(RaiseExposure(case=case), self.context()))

    def tick(self, code: str) -> list[Effect]:
        return self.keep(on_page_timer(self.saved[code], self.context()))

    def ask_routes(self, code: str, identity: str | None) -> list[Effect]:
        context = self.context(identity=identity)
        asked = [timer for timer in self.timers.values() if timer.kind == "routes"]
        waits = [timer for timer in asked if timer.data["caller"] == identity]
        since = datetime.fromisoformat(str(waits[0].data["since"])) if waits else None
        rows = self.rows_of_page(code)
        return self.keep(on_routes(self.saved[code], rows, context, since))

    def ack(self, code: str, by: str) -> Step:
        page = self.saved[code]
        who = self.context().who(page)
        step = advance(page, PageInput.ACK, self.now, self.ladder, who, by)
        self.keep(step.effects)
        return step

    def keep(self, effects: Iterable[Effect]) -> list[Effect]:
        """Write down what effects change; rows wait, and nothing leaves."""
        kept = list(effects)
        for effect in kept:
            match effect:
                case SavePage(page=page):
                    self.saved[page.code] = page
                case SetTimer(key=key):
                    self.timers[key] = effect
                case DropTimer(key=key):
                    self.timers.pop(key, None)
                case OpenReport(code=code, kind=kind):
                    self.views[code] = case(code, kind=kind)
                case Called(code=code, page=rung, by=by) if code in self.views:
                    view = self.views[code]
                    called = self._called(len(view.entries) + 1, rung, by)
                    self.views[code] = replace(view, entries=(*view.entries, called))
                case Post() | Mail():
                    self._enqueue(effect)
                case _:
                    pass
        return kept

    def _called(self, seq: int, page: str, by: str | None) -> Entry:
        data: dict[str, JSON] = {"page": page}
        return Entry(seq=seq, kind="called", at=self.now, by=by, data=data, words=False)

    def _enqueue(self, effect: Post | Mail) -> None:
        if effect.key in self.outbox:
            self.repeated.append(effect.key)
            return
        payload = (
            Speech(to=effect.to, doc=effect.doc)
            if isinstance(effect, Post)
            else Letter(recipient=effect.to, raw=b"")
        )
        self.outbox[effect.key] = OutboxRow(
            id=len(self.outbox) + 1,
            key=effect.key,
            lane=effect.lane,
            state=RowState.PENDING,
            payload=payload,
            created_at=self.now,
            next_at=self.now,
            tries=0,
            case=effect.case,
            page=effect.page,
            reason="",
        )

    def send(self, prefix: str) -> int:
        """Mark every row whose key begins so as sent; returns how many.

        As in the store, a row forgets its words then, and whom it was for.
        """
        keys = [key for key in self.outbox if key.startswith(prefix)]
        for key in keys:
            self.outbox[key] = replace(self.outbox[key], state=RowState.SENT, payload=FORGOTTEN)
        return len(keys)


@dataclass
class PagesOf:
    """The pages of an office."""

    office: Office

    def live(self) -> Sequence[Page]:
        pages = self.office.saved.values()
        return [page for page in pages if page.state is not PageState.ENDED]

    def find(self, code: str) -> Page | None:
        return self.office.saved.get(code)

    def cases_of(self, page: Page) -> Sequence[str] | None:
        raise NotImplementedError


def case(code: str, *, kind: str = "report", status: CaseStatus = CaseStatus.OPEN) -> CaseView:
    return CaseView(
        code=code,
        status=status,
        kind=kind,
        opened_at=START,
        opened_by=None,
        has_reporter=True,
        lead=None,
        handlers=(),
        next_at=START + timedelta(hours=48),
        next_what="first-reply",
        evidence=(),
        entries=(),
    )


# ---- reading what came out -------------------------------------------------------------------


def said(doc: Doc) -> str:
    """Render a document whole."""
    lines = Reader().draft(doc).lines
    return "\n".join("".join(piece.text for piece in line) for line in lines)


def answers(effects: Iterable[Effect]) -> list[Answer]:
    return [effect for effect in effects if isinstance(effect, Answer)]


def posts(effects: Iterable[Effect], prefix: str = "") -> list[Post]:
    return [e for e in effects if isinstance(e, Post) and e.key.startswith(prefix)]


def mails(effects: Iterable[Effect], lane: Lane = Lane.EMERGENCY) -> list[Mail]:
    return [effect for effect in effects if isinstance(effect, Mail) and effect.lane is lane]


def rung(effects: Iterable[Effect]) -> list[str]:
    """Return the names of the people who are rung by message, in order."""
    return [post.key.split(":")[2] for post in posts(effects, "ring:")]


def page_of(effects: Iterable[Effect]) -> Page:
    """Return the page that these effects save last."""
    return [effect.page for effect in effects if isinstance(effect, SavePage)][-1]
