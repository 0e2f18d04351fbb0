"""The outbox worker: takes rows that are due, hands them over, writes how they fared.

    pending -> inflight -> sent | pending again | uncertain | held | done | dead

Rows to the same target leave in order; different targets do not wait for each other, nor does
what is urgent for what is not, nor one mail of an emergency for more than a few others. A row
whose hand-over may have happened is sent again unchanged: twice is better than never. Words
that are to be tried again keep those behind them waiting, for a few tries; no ring waits so.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog

from bot.core.oncall.tell import latest_ring
from bot.core.policy.access import CALL_ROLES, HIDE_ROLES
from bot.core.policy.gate import Stopped
from bot.core.words.beside import Beside
from bot.core.words.delivery import DeliveryInput, follow
from bot.core.words.effects import Lane, ToIdentity, ToPlace, ToReporter
from bot.core.words.identity import by_account, network_of
from bot.core.words.labels import Label
from bot.core.words.people import Person
from bot.core.words.places import Flaw, Place, PlaceKind
from bot.core.words.ports import (
    Clock,
    Letter,
    MailCarrier,
    MailOutcome,
    OutboxRow,
    Probe,
    RowState,
    Sent,
    Speech,
    Store,
    StoreFailed,
    Unit,
)
from bot.core.words.text import Doc
from bot.runtime.clock import Waker
from bot.runtime.hitkeeping import HIT
from bot.runtime.live import Live
from bot.runtime.relay import KNOCKED, knock_first, record_relay
from bot.runtime.schedule import pause
from bot.runtime.supervisor import Supervisor
from bot.runtime.voice import NEWCOMER, Audience, Voice

#: The worker looks at the clock at least this often, whatever it was told.
IDLE = 30.0
#: Mails of emergencies to one address that are on their way at once.
MAILS_AT_ONCE = 4
#: How often words are tried again before those behind them no longer wait.
PATIENCE = 4
#: How long what is for a room waits until that is read, in seconds.
UNREAD_MOST = 60.0
#: For how long words go by one name; well below the day after which networks forget it.
SAID_ONCE = timedelta(hours=20)
#: How long to wait before writing once more how a row fared, in seconds.
SETTLE_AGAIN = 5.0


log = structlog.get_logger()

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """How a hand-over ended for a row. `wait` overrides the schedule where it is tried again."""

    given: DeliveryInput
    reason: str = ""
    wait: timedelta | None = None


_MAIL_FATES = {
    MailOutcome.SENT: Fate(given=DeliveryInput.PROVE),
    MailOutcome.RETRY: Fate(given=DeliveryInput.RETRY, reason="no-relay"),
    MailOutcome.REFUSED: Fate(given=DeliveryInput.RETRY, reason="refused"),
    MailOutcome.UNCERTAIN: Fate(given=DeliveryInput.DOUBT, reason="dropped"),
}

#: The room is none of ours any more; or the person it was meant for is off the roster, is
#: suspended, is named in the case by now, or takes no pages any more.
NOBODY = Fate(given=DeliveryInput.CANCEL, reason="not-theirs")
#: The room is not fully read yet, after a start or a new connection.
UNREAD = Fate(given=DeliveryInput.RETRY, reason="place-changes", wait=timedelta(seconds=2))
#: The page has rung there again since: of all that waited for a route, the last is enough.
OVERTAKEN = Fate(given=DeliveryInput.CANCEL, reason="overtaken")

_SPEECH_FATES = {
    Sent.DELIVERED: Fate(given=DeliveryInput.PROVE),
    Sent.GONE: Fate(given=DeliveryInput.HOLD, reason="gone"),
    Sent.REFUSED: Fate(given=DeliveryInput.HOLD, reason="refused"),
    Sent.STALE: Fate(given=DeliveryInput.RETRY, reason="place-changes", wait=timedelta(seconds=1)),
    Sent.DOWN: Fate(given=DeliveryInput.RETRY, reason="network-down"),
    Sent.UNCERTAIN: Fate(given=DeliveryInput.DOUBT, reason="dropped"),
}

#: The row waits in a store that is not asked just now.
_LATER = Fate(given=DeliveryInput.RETRY, reason="moved")


class Elsewhere(Exception):
    """The row is in another store than the one that is asked now."""


#: Where a row goes, and the identity that must be there for a direct message.
Found = tuple[Place, str | None]
#: Called with a row that was held and may need a word to the team.
HeldNews = Callable[[Unit, OutboxRow, str, datetime], None]


@dataclass(slots=True, kw_only=True)
class Outbox:
    """The worker. `nudge` it after a commit that put rows in."""

    store: Store
    clock: Clock
    live: Live
    voice: Voice
    carrier: MailCarrier
    supervisor: Supervisor
    tell_held: HeldNews
    #: Whether a network is up and its people can be found.
    up: Callable[[str], bool]
    #: Whether a row, by its key, says what is not so any more.
    over: Callable[[str], bool]
    probe: Probe
    waker: Waker
    #: Which store is asked at present: 0 is the database.
    where: Callable[[], int] = lambda: 0
    #: Where rows were taken last, and whether that was ever another store.
    _last: int = 0
    _moved: bool = False
    #: How rows of the database fared that was left meanwhile.
    _stranded: list[tuple[OutboxRow, Fate]] = field(default_factory=list)
    _tails: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    #: Words that are to be tried again, by target, and those that wait behind them.
    _again: dict[str, set[int]] = field(default_factory=dict)
    _behind: dict[str, list[OutboxRow]] = field(default_factory=dict)
    #: Since when rows wait for their room to be read, on the monotonic clock.
    _unread: dict[int, float] = field(default_factory=dict)
    #: When it last came round, on the monotonic clock.
    round_at: float = field(init=False)

    def __post_init__(self) -> None:
        """Begin."""
        self.round_at = self.clock.monotonic()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            self.round_at = self.clock.monotonic()
            now = self.clock.now()
            where, rows, due = await self.store.run(partial(self._take, now), urgent=True)
            self._go_by(where)
            for row in rows:
                self._line_up(row)
            if not rows:
                await self.waker.until(due, at_most=IDLE)

    def _take(self, now: datetime, unit: Unit) -> tuple[int, Sequence[OutboxRow], datetime | None]:
        """Take what is due; returns it, where it is, and when there is more to do."""
        where = self.where()
        rows = [replace(row, store=where) for row in unit.take_rows(now)]
        return where, rows, None if rows else unit.next_row()

    def _go_by(self, where: int) -> None:
        """Once another store is asked, forget who waits behind whom: it has other rows."""
        if where == self._last:
            return
        self._last, self._moved = where, True
        self._again.clear()
        for row in [row for rows in self._behind.values() for row in rows]:
            self._stranded.append((row, _LATER))
        self._behind.clear()
        stranded, self._stranded = self._stranded, []
        for row, fate in stranded:
            self.supervisor.once("delivery", self._settle_surely(row, fate))

    def _line_up(self, row: OutboxRow) -> None:
        target = _own_line(row)
        before = self._tails.get(target)
        task = self.supervisor.once("delivery", self._after(before, row))
        self._tails[target] = task
        task.add_done_callback(lambda done: self._forget(target, done))

    def _forget(self, target: str, task: "asyncio.Task[None]") -> None:
        if self._tails.get(target) is task:
            del self._tails[target]

    async def _after(self, before: "asyncio.Task[None] | None", row: OutboxRow) -> None:
        if before is not None:
            await asyncio.wait({before})
        if self._is_behind(row):
            self._behind.setdefault(_target(row), []).append(row)
            return
        kind = _kind(row)
        self.probe(f"outbox.{kind}.taken")
        fate = await self._tried(row)
        self.probe(f"outbox.{kind}.handed-over")
        await self._settle_surely(row, fate)
        self.probe(f"outbox.{kind}.settled")

    def _is_behind(self, row: OutboxRow) -> bool:
        """Whether earlier words to the same target are to be tried again."""
        waiting = self._again.get(_target(row), set())
        return row.lane > Lane.PAGE and any(earlier < row.id for earlier in waiting)

    def _note(self, row: OutboxRow, *, again: bool) -> None:
        """Remember words that are to be tried again, or let those behind them go."""
        target = _target(row)
        waiting = self._again.setdefault(target, set())
        if again and row.lane > Lane.PAGE and isinstance(row.payload, Speech):
            waiting.add(row.id)
            return
        waiting.discard(row.id)
        if not waiting:
            del self._again[target]
        for next_row in self._behind.pop(target, []):
            self._line_up(next_row)

    async def _tried(self, row: OutboxRow) -> Fate:
        try:
            return await self._deliver(row)
        # Whatever went wrong, the row must not stay in hand for ever: it is tried again.
        except Exception as error:
            log.exception("delivery.failed", error=type(error).__name__)
            return Fate(given=DeliveryInput.DOUBT, reason="failed")

    async def _settle_surely(self, row: OutboxRow, fate: Fate) -> None:
        while True:
            try:
                await self._settle(row, fate)
            except (Elsewhere, StoreFailed) as error:
                if self.where() == row.store:
                    log.warning("settle.failed", error=type(error).__name__)
                    await self.clock.sleep(SETTLE_AGAIN)
                    continue
                # What a reserve had in hand came home as it was, and is sent once more.
                if row.store == 0:
                    self._stranded.append((row, fate))
                return
            # A full disk must not make a row that went out go out again and again.
            except Exception as error:
                log.exception("settle.failed", error=type(error).__name__)
                await self.clock.sleep(SETTLE_AGAIN)
            else:
                return

    async def _deliver(self, row: OutboxRow) -> Fate:
        if row.tries and row.page is not None and await self._overtaken(row, row.page):
            return OVERTAKEN
        if self.over(row.key):
            return Fate(given=DeliveryInput.CANCEL, reason="over")
        if isinstance(row.payload, Letter):
            if row.payload.of_roster and not self._reads(row.payload.recipient):
                return NOBODY
            return _MAIL_FATES[await self.carrier.carry(row.payload)]
        fate = await self._say(row, row.payload)
        # A ring that found nobody is over: the next ring is a row of its own.
        if row.lane is Lane.PAGE and fate.given is DeliveryInput.HOLD:
            return replace(fate, given=DeliveryInput.CANCEL)
        return fate

    async def _overtaken(self, row: OutboxRow, code: str) -> bool:
        """Whether a row is a ring and its page has rung the same target again since."""

        def look(unit: Unit) -> bool:
            page = unit.pages().find(code)
            latest = None if page is None else latest_ring(row.key, page)
            return latest not in {None, row.key} and unit.row_state(str(latest)) is not None

        return await self._ask(row, look)

    async def _say(self, row: OutboxRow, speech: Speech) -> Fate:
        if not self._still_theirs(row, speech) or await self._named_since(row, speech):
            return NOBODY
        found = await self._place(row, speech)
        if isinstance(found, Fate):
            return found
        place, whom = found
        readers = self.live.present(place)
        if await self._recused(row, readers):
            return Fate(given=DeliveryInput.CANCEL, reason="recused-present")
        knock = await self._knock(row, speech)
        draft = self.voice.draft(
            knock or speech.doc,
            place,
            plain_message=speech.plain_message,
            beside=Beside(
                case=row.case, once=_once(row, self.clock.now(), knock=knock is not None)
            ),
        )
        if draft.label > Label.PUBLIC and self._is_unread(row, place):
            return UNREAD
        person = speech.to.person if isinstance(speech.to, ToIdentity) else None
        audience = Audience(whom=whom, person=person, readers=readers, own=self._own(row, speech))
        urgent = _is_urgent(row) or speech.prompt
        said = await self.voice.say(place, draft, audience=audience, proof=True, urgent=urgent)
        if said is NEWCOMER:
            return _SPEECH_FATES[Sent.STALE]
        if isinstance(said, Stopped):
            return Fate(given=DeliveryInput.HOLD, reason=said.reason)
        fate = _SPEECH_FATES[said]
        return replace(fate, reason=KNOCKED) if knock and said is Sent.DELIVERED else fate

    def _is_unread(self, row: OutboxRow, place: Place) -> bool:
        """Whether a room's members and modes are still being read, and it is worth the wait.

        It carries nothing before, and of what is said then no more than that there is news.
        """
        if place.kind is not PlaceKind.ROOM or self.live.finding(place).flaws != (Flaw.UNREAD,):
            self._unread.pop(row.id, None)
            return False
        since = self._unread.setdefault(row.id, self.clock.monotonic())
        if self.clock.monotonic() - since < UNREAD_MOST:
            return True
        del self._unread[row.id]
        return False

    def _reads(self, address: str) -> bool:
        """Whether an address is that of somebody who may act."""
        return any(person.mail == address for person in self.live.roster.people)

    def _still_theirs(self, row: OutboxRow, speech: Speech) -> bool:
        """Whether the account is that of the person it was meant for, and they may hear of it.

        Where nobody holds it any more, whoever has it would pass for a reporter. A room has to
        be one of ours still.
        """
        if isinstance(speech.to, ToPlace) and speech.to.place.kind is PlaceKind.ROOM:
            return self.live.rooms.at(speech.to.place) is not None
        if not isinstance(speech.to, ToIdentity) or speech.to.person is None:
            return True
        person = self.live.roster.named(speech.to.person)
        if person is None or (row.page is not None and person.roles.isdisjoint(CALL_ROLES)):
            return False
        if row.key.startswith(HIT) and person.roles.isdisjoint(HIDE_ROLES):
            return False
        return speech.to.identity in map(by_account, person.accounts)

    async def _named_since(self, row: OutboxRow, speech: Speech) -> bool:
        """Whether the person it was meant for may not know of the case any more."""
        if not isinstance(speech.to, ToIdentity) or speech.to.person is None:
            return False
        person = self.live.roster.named(speech.to.person)
        return person is not None and await self._recused(row, (person,))

    async def _knock(self, row: OutboxRow, speech: Speech) -> Doc | None:
        """Return what to say instead of a relayed text to somebody who has been silent."""
        if not speech.relay or row.case is None:
            return None
        case, now = row.case, self.clock.now()
        knock = await self._ask(row, lambda unit: knock_first(unit, case, row.key, now))
        if knock is not None:
            self.probe("outbox.words.knocked")
        return knock

    def _own(self, row: OutboxRow, speech: Speech) -> str | None:
        """Return the case of a row that is for its reporter."""
        match speech.to:
            case ToReporter(case=case):
                return case
            case ToIdentity(identity=identity, person=None) if not self.live.is_roster(identity):
                return row.case
            case _:
                return None

    async def _place(self, row: OutboxRow, speech: Speech) -> Found | Fate:
        match speech.to:
            case ToPlace(place=place):
                return (place, None) if self.up(place.network) else _SPEECH_FATES[Sent.DOWN]
            case ToIdentity(identity=identity):
                return await self._found(identity)
            case ToReporter(case=case):
                session = await self._ask(row, lambda unit: unit.sessions().of_case(case))
                if session is None:
                    return Fate(given=DeliveryInput.HOLD, reason="no-reporter")
                return await self._found(session.identity)
            case _:
                return Fate(given=DeliveryInput.GIVE_UP, reason="wide-target")

    async def _found(self, identity: str) -> Found | Fate:
        transport = self.live.transports.get(network_of(identity))
        if transport is None:
            return Fate(given=DeliveryInput.HOLD, reason="no-network")
        if not self.up(transport.name):
            # After a start nobody can be found yet, and that must not end a ring.
            return _SPEECH_FATES[Sent.DOWN]
        try:
            place = await transport.find(identity)
        except OSError:
            return _SPEECH_FATES[Sent.DOWN]
        if place is not None:
            return place, identity
        return _SPEECH_FATES[Sent.GONE]

    async def _recused(self, row: OutboxRow, present: tuple[Person, ...]) -> bool:
        if row.case is None or not present:
            return False
        case = row.case
        return await self._ask(row, lambda unit: unit.excluded(case, present))

    async def _ask(self, row: OutboxRow, job: Callable[[Unit], Result]) -> Result:
        """Read about a row where it was found: another store knows nothing of its case."""

        def asked(unit: Unit) -> Result:
            if self.where() != row.store:
                raise Elsewhere
            return job(unit)

        return await self.store.run(asked, urgent=_is_urgent(row))

    async def _settle(self, row: OutboxRow, fate: Fate) -> None:
        now = self.clock.now()
        state = follow(RowState.INFLIGHT, fate.given)
        again = state in {RowState.PENDING, RowState.UNCERTAIN}
        next_at = now + (fate.wait or pause(row.tries + 1, row.lane)) if again else None

        def job(unit: Unit) -> None:
            if self.where() != row.store:
                raise Elsewhere
            if self._moved and unit.row_state(row.key) is not RowState.INFLIGHT:
                # It went on elsewhere meanwhile.
                return
            unit.settle(row.id, state, next_at=next_at, reason=fate.reason)
            record_relay(unit, row, state, fate.reason, now)
            if state in {RowState.HELD, RowState.DEAD} or fate.reason == "recused-present":
                self.tell_held(unit, row, fate.reason, now)

        await self.store.run(job, urgent=_is_urgent(row))
        self._note(row, again=again and fate.reason != "failed" and row.tries < PATIENCE)
        self.waker.nudge()


def _kind(row: OutboxRow) -> str:
    """Name what a row is, for the probe: its lane, and whether it is a mail."""
    lane = row.lane.name.lower()
    return f"{lane}-mail" if isinstance(row.payload, Letter) else lane


def _once(row: OutboxRow, now: datetime, *, knock: bool) -> str:
    """Name the words of a row, for networks that say what they know by name only once.

    It is the same in whatever store the row goes on. Networks forget names after a day.
    """
    since = (now - row.created_at) // SAID_ONCE
    return f"{row.key}|{row.created_at.isoformat()}|{since}{'|knock' if knock else ''}"


def _target(row: OutboxRow) -> str:
    if isinstance(row.payload, Letter):
        return f"mail:{row.payload.recipient}"
    return repr(row.payload.to)


def _is_urgent(row: OutboxRow) -> bool:
    return row.lane <= Lane.PAGE


def _own_line(row: OutboxRow) -> str:
    """Name the line in which a row waits: those in the same one leave one after the other.

    Mails have no order that anybody could rely on: a relay that hangs holds a few of them up,
    and a relay is not asked for more at once.
    """
    target = _target(row)
    if not _is_urgent(row):
        return target
    if isinstance(row.payload, Letter):
        return f"urgent:{row.id % MAILS_AT_ONCE}:{target}"
    return f"urgent:{target}"
