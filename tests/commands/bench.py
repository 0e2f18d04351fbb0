"""A bench for commands: typed lines are decided on cases that are folded in memory.

bench.types("!open Insults on a talk page")
assert bench.keys == ["open.done"]
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.core.case import facts
from bot.core.case.fold import fold, row_of
from bot.core.policy.gate import Cleared, clear
from bot.core.words.cases import CaseRow, CaseStatus, CaseView
from bot.core.words.doors import Doors, Ran
from bot.core.words.effects import (
    AddFacts,
    Answer,
    Compose,
    Confirm,
    CreateCase,
    DropOffer,
    Effect,
    EndWatch,
    OfferWatch,
    Post,
    RememberCase,
    RememberList,
    SaveHit,
    SavePage,
    TakeWatch,
)
from bot.core.words.facts import Fact, Mark, MarkKind, Spine
from bot.core.words.hits import Hit
from bot.core.words.ids import CodeKind, Dice, new_code
from bot.core.words.labels import Label
from bot.core.words.names import party_key
from bot.core.words.pages import EmergencyClass, Page
from bot.core.words.people import Account, Person, Role, Roster
from bot.core.words.places import Place, Rooms
from bot.core.words.readers import (
    Asker,
    Composing,
    Contact,
    Desk,
    Ladder,
    LastDone,
    StoredSession,
    Suspension,
    Terms,
)
from bot.core.words.rota import Offer, Override
from bot.core.words.text import Arg, Doc, Line, Msg, Pieces
from bot.runtime.keymatters import KeyMatters
from bot.runtime.reads import Reads
from bot.texts.render import Reader
from commands._parse import addressed
from commands._registry import load
from commands._run import run_line

START = datetime(2031, 5, 28, 12, 0, tzinfo=UTC)
TABLE = load()


def person(name: str, *roles: Role) -> Person:
    account = Account(network="net", name=name)
    return Person(name=name, roles=frozenset(roles), accounts=(account,))


ALICE = person("alice", Role.FUNCTIONARY, Role.OVERSIGHTER)
BOB = person("bob", Role.FUNCTIONARY)
CAROL = person("carol", Role.OPERATOR)
OLGA = person("olga", Role.ON_CALL)
PEOPLE = (ALICE, BOB, CAROL, OLGA)

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
        steps=(("olga",), ("alice",)),
        repage=timedelta(minutes=3),
        escalate=timedelta(minutes=5),
        ack_lifetime=timedelta(minutes=30),
        acks={EmergencyClass.LIFE: 1, EmergencyClass.CHILD: 2},
    ),
    team_rooms=("team",),
    oversight_rooms=("oversight",),
    words=(),
    people=PEOPLE,
)


class Counting:
    """Chance that counts."""

    def __init__(self) -> None:
        self._next = 0

    def below(self, limit: int) -> int:
        self._next += 7
        return self._next % limit


@dataclass
class Shelf:
    """Cases, pages and sessions in memory, for a viewer who cannot see `hidden`."""

    facts: dict[str, list[Fact]] = field(default_factory=dict)
    kept: dict[str, Page] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    removed: set[tuple[str, int]] = field(default_factory=set)
    #: Cases that joined a page, by its code.
    joined: dict[str, list[str]] = field(default_factory=dict)

    def find(self, code: str) -> CaseView | None:
        if code in self.hidden or code not in self.facts:
            return None
        return fold(code, list(self._spines(code)))

    def rows(self, *, status: CaseStatus | None = CaseStatus.OPEN) -> Sequence[CaseRow]:
        views = [view for code in self.facts if (view := self.find(code)) is not None]
        views.sort(key=lambda view: (view.next_at is None, view.next_at))
        return [row_of(view) for view in views if status is None or view.status is status]

    def words(self, code: str, seq: int) -> Pieces | None:
        if code in self.hidden or (code, seq) in self.removed:
            return None
        return self.facts[code][seq - 1].body

    def marked(self, mark: Mark) -> Sequence[str]:
        return [code for code, made in self.facts.items() for f in made if mark in f.marks]

    def fresh_code(self, kind: CodeKind, dice: Dice) -> str:
        return new_code(kind, dice)

    def known(self, code: str) -> bool:
        return self.find(code) is not None

    def kept_out(self, code: str, people: Sequence[Person]) -> tuple[str, ...]:
        marked = self._marked(code) if self.known(code) else set()
        return tuple(one.name for one in people if marked & set(map(party_key, one.names())))

    def _marked(self, code: str) -> set[str]:
        """Return what the case is found by: identities as they are, names by their key."""
        undone = {
            entry.seq for entry in fold(code, list(self._spines(code))).entries if entry.undone
        }
        marked: set[str] = set()
        for seq, made in enumerate(self.facts[code], start=1):
            if seq not in undone:
                values = [mark.value for mark in made.marks if mark.kind is MarkKind.PARTY]
                marked |= {*values, *map(party_key, values)}
            marked -= {party_key(mark.value) for mark in made.unmarks}
        return marked

    def _spines(self, code: str) -> Iterator[Spine]:
        for seq, fact in enumerate(self.facts[code], start=1):
            words = fact.body is not None and (code, seq) not in self.removed
            yield Spine(
                seq=seq, kind=fact.kind, at=fact.at, by=fact.by, data=fact.data, words=words
            )


@dataclass
class Calls:
    """`Pages` over a shelf."""

    shelf: Shelf

    def live(self) -> Sequence[Page]:
        return [page for page in self.shelf.kept.values() if page.state != "ended"]

    def find(self, code: str) -> Page | None:
        return next((p for p in self.shelf.kept.values() if code in {p.code, p.case}), None)

    def cases_of(self, page: Page) -> Sequence[str] | None:
        codes = (*filter(None, (page.case,)), *self.shelf.joined.get(page.code, ()))
        return None if self.shelf.hidden.intersection(codes) else codes


@dataclass
class NobodySuspended:
    """`Standing` of a team all of whom may act."""

    everybody: Roster

    def suspension(self, name: str) -> Suspension | None:
        del name
        return None


@dataclass
class WatchBook:
    """`Watch` in memory."""

    kept: list[Override] = field(default_factory=list)
    offered: dict[str, Offer] = field(default_factory=dict)
    pages: dict[str, int] = field(default_factory=dict)
    kept_out: frozenset[str] = frozenset()

    def overrides(self) -> tuple[Override, ...]:
        return tuple(self.kept)

    def offers(self) -> tuple[Offer, ...]:
        return tuple(self.offered.values())

    def taken(self, since: datetime) -> Mapping[str, int]:
        del since
        return self.pages

    def recused(self, page: Page) -> frozenset[str]:
        del page
        return self.kept_out

    def carry_out(self, effect: Effect) -> None:
        match effect:
            case TakeWatch(person=person, begins=begins, ends=ends, instead=instead):
                self.kept.append(Override(person=person, begins=begins, ends=ends, instead=instead))
            case EndWatch(person=person):
                self.kept = [o for o in self.kept if o.person != person or o.instead]
            case OfferWatch(offer=offer):
                self.offered[offer.giver] = offer
            case DropOffer(giver=giver):
                self.offered.pop(giver, None)
            case _:
                pass


@dataclass
class Spots:
    """`Hits` in memory."""

    hits: list[Hit] = field(default_factory=list)

    def of(self, code: str) -> Sequence[Hit]:
        return [hit for hit in self.hits if hit.case == code]

    def save(self, hit: Hit) -> None:
        def name(one: Hit) -> tuple[object, ...]:
            return (one.case, one.place, one.author, one.nick, one.told_at)

        self.hits = [one for one in self.hits if name(one) != name(hit)] + [hit]


class NoSessions:
    """`Sessions` without any."""

    def of(self, identity: str) -> StoredSession | None:
        return None

    def by_phrase(self, phrase: str) -> StoredSession | None:
        return None

    def of_case(self, code: str) -> StoredSession | None:
        return None


@dataclass
class Bench:
    """Who types, where, and what came of it."""

    who: Person | None = ALICE
    ceiling: Label = Label.CASE
    dm_ceiling: Label = Label.PII
    in_dm: bool = False
    reasons: tuple[str, ...] = ()
    account: bool = True
    sealed: bool = False
    now: datetime = START
    terms: Terms = TERMS
    shelf: Shelf = field(default_factory=Shelf)
    matters: KeyMatters = field(default_factory=KeyMatters)
    desk: Desk = field(default_factory=Desk)
    dice: Dice = field(default_factory=Counting)
    reads: Reads = field(default_factory=Reads)
    watch: WatchBook = field(default_factory=WatchBook)
    spots: Spots = field(default_factory=Spots)
    rooms: Rooms = field(default_factory=lambda: Rooms(()))
    last: Ran | None = None

    # ---- doing -----------------------------------------------------------------------------

    def types(self, text: str, *, confirmed: bool = False, late: bool = False) -> Ran:
        line = addressed(text, prefix=self.terms.prefix, name=self.terms.bot_name)
        assert line is not None
        ran = run_line(TABLE, line, self._doors(), late=late, confirmed=confirmed)
        for effect in ran.effects:
            self._carry_out(effect, undoable=ran.undoable)
        self.last = ran
        return ran

    def opens(self, text: str = "Insults on a talk page") -> str:
        """Open a case as whoever types, and return its code."""
        self.types(f"!open {text}")
        return next(reversed(self.shelf.facts))

    def report(self, *heard: tuple[str, Pieces]) -> str:
        """Put a reporter's case on the shelf, and return its code."""
        code = new_code(CodeKind.CASE, self.dice)
        made = [
            facts.opened(
                at=self.now,
                by=None,
                kind="doxing",
                has_reporter=True,
                next_at=self.now + self.terms.first_reply,
                next_what="first-reply",
            )
        ]
        made += [facts.heard(at=self.now, question=q, pieces=words) for q, words in heard]
        self.shelf.facts[code] = made
        return code

    def page(self, case: str | None = None, *, kind: EmergencyClass = EmergencyClass.LIFE) -> Page:
        """Let a page ring."""
        code = new_code(CodeKind.PAGE, self.dice)
        page = Page(code=code, emergency=kind, case=case, opened_at=self.now)
        self.shelf.kept[code] = page
        return page

    def _doors(self) -> Doors:
        return Doors(
            asker=self.asker(),
            cases=self.shelf,
            pages=Calls(self.shelf),
            sessions=NoSessions(),
            reads=self.reads,
            terms=self.terms,
            desk=self.desk,
            roster=Roster(self.terms.people),
            rooms=self.rooms,
            standing=NobodySuspended(Roster(self.terms.people)),
            keys=self.matters,
            watch=self.watch,
            hits=self.spots,
            now=self.now,
            dice=self.dice,
        )

    def asker(self) -> Asker:
        name = "stranger" if self.who is None else self.who.name
        return Asker(
            person=self.who,
            identity=f"net|account|{name}",
            nick=name,
            account=Account(network="net", name=name) if self.account else None,
            in_dm=self.in_dm,
            ceiling=self.dm_ceiling if self.in_dm else self.ceiling,
            dm_ceiling=self.dm_ceiling,
            reasons=self.reasons,
            room=None if self.in_dm else "team",
            sealed=self.sealed,
        )

    def _carry_out(self, effect: Effect, *, undoable: bool) -> None:
        self.watch.carry_out(effect)
        match effect:
            case CreateCase(code=code, facts=made):
                self.shelf.facts[code] = list(made)
            case AddFacts(code=code, facts=made):
                first = len(self.shelf.facts[code]) + 1
                self.shelf.facts[code] += made
                seqs = tuple(range(first, first + len(made)))
                done = LastDone(code=code, seqs=seqs, at=self.now) if undoable else None
                self.desk = replace(self.desk, last_done=done)
            case RememberCase(code=code):
                self.desk = replace(self.desk, case=code)
            case Compose(verb=verb, case=code):
                self.desk = replace(self.desk, composing=Composing(verb=verb, case=code, lines=0))
            case RememberList(codes=codes):
                self.desk = replace(self.desk, listed=codes)
            case SaveHit(hit=hit):
                self.spots.save(hit)
            case SavePage(page=page):
                self.shelf.kept[page.code] = page
            case _:
                pass

    # ---- looking ---------------------------------------------------------------------------

    def case(self, code: str) -> CaseView:
        view = self.shelf.find(code)
        assert view is not None
        return view

    @property
    def effects(self) -> tuple[Effect, ...]:
        assert self.last is not None
        return self.last.effects

    @property
    def docs(self) -> list[Doc]:
        return [e.doc for e in self.effects if isinstance(e, Answer | Confirm)]

    @property
    def keys(self) -> list[str]:
        """The message key of every line that was answered."""
        return [key_of(line) for doc in self.docs for line in doc.lines]

    @property
    def posts(self) -> list[Post]:
        return [effect for effect in self.effects if isinstance(effect, Post)]

    @property
    def added(self) -> list[Fact]:
        """The facts that were added to cases that were there already."""
        return [fact for e in self.effects if isinstance(e, AddFacts) for fact in e.facts]

    @property
    def said(self) -> list[str]:
        """Every line that was answered, as it is read where it goes."""
        return [line for effect in self.effects for line in self._said(effect)]

    def _said(self, effect: Effect) -> tuple[str, ...]:
        if not isinstance(effect, Answer | Confirm):
            return ()
        asker = self.asker()
        private = isinstance(effect, Answer) and effect.private
        cleared = clear(
            Reader().draft(effect.doc),
            place=Place(network="net", address="#team"),
            epoch=1,
            ceiling=asker.dm_ceiling if private else asker.ceiling,
            scan=lambda _line: False,
            held=lambda code, number: f"[held {code} {number}]",
        )
        assert isinstance(cleared, Cleared), f"not sayable there: {effect}"
        return cleared.lines


def key_of(line: Line) -> str:
    """Return a line's message key; that of a plain line is empty."""
    return line.key if isinstance(line, Msg) else ""


def keys_in(value: Arg | Line) -> Iterator[str]:
    """Yield every message key in a line."""
    if isinstance(value, Msg):
        yield value.key
        for arg in value.args:
            yield from keys_in(arg)
