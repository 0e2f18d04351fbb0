"""Tells of what is away, and that it is back: once each, and only to those who can hear it.

Who heard that something was away hears that it is back. A word that nobody has heard by then is
dropped, and so is one that an earlier run of the program left behind.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import structlog

from bot.core.words.effects import Effects, Lane, Mail, Post, ToIdentity, ToPlace
from bot.core.words.ports import Clock, RowState, Store, StoreFailed, Unit
from bot.core.words.text import Doc, Msg, doc
from bot.runtime.performer import Cause, Performer

#: One way to somebody: a room's place, a person's account, or an address for mail.
Way = ToPlace | ToIdentity | str
#: Looks up, in the transaction of the news, who is to hear it.
Ways = Callable[[Unit], Sequence[Way]]

#: One thing is told of at most this often, in seconds: it may come and go as it likes.
CALM = 600.0
_PREFIX = "away:"
#: Somebody may have heard it.
_HEARD = frozenset({RowState.SENT, RowState.UNCERTAIN, RowState.INFLIGHT})

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is said: `line`, `public` where a room may not carry it, and `subject` of its mail."""

    line: Msg
    public: Msg
    subject: Msg
    lane: Lane = Lane.WORDS

    def doc(self) -> Doc:
        """Return it as a document."""
        return doc(self.line, instead=self.public)


@dataclass(slots=True, kw_only=True)
class Told:
    """That something is away: `since` when, under which key, and to whom it was said."""

    key: str
    since: datetime
    ways: Sequence[Way] = ()


@dataclass(slots=True, kw_only=True)
class Away:
    """Remembers of what it was told that it is away."""

    store: Store
    performer: Performer
    clock: Clock
    #: Wakes the outbox.
    nudge: Callable[[], None]
    _told: dict[str, Told] = field(default_factory=dict)
    _last: dict[str, float] = field(default_factory=dict)

    def over(self, key: str) -> bool:
        """Tell whether an outbox row says that something is away which no longer is."""
        current = any(key.startswith(f"{told.key}@") for told in self._told.values())
        return key.startswith(_PREFIX) and not current

    def since(self, name: str) -> datetime | None:
        """Return since when something is away, as it was told; None where it was not told."""
        told = self._told.get(name)
        return None if told is None else told.since

    def calm(self, name: str) -> bool:
        """Tell whether it is long enough since something was last told to be away."""
        last = self._last.get(name)
        return last is None or self.clock.monotonic() - last >= CALM

    async def gone(self, name: str, since: datetime, news: News, ways: Ways) -> None:
        """Say that something is away. Where the store fails nothing was said."""
        now = self.clock.now()
        told = self._told[name] = Told(key=f"{_PREFIX}{name}:{_stamp(now)}", since=since)
        try:
            told.ways = await self.store.run(partial(self._say, told.key, news, ways, now))
        except BaseException as error:
            del self._told[name]
            log.warning("away.unsaid", kind=type(error).__name__)
            if not isinstance(error, StoreFailed):
                raise
        else:
            self._last[name] = self.clock.monotonic()
            self.nudge()

    async def back(self, name: str, news: News) -> None:
        """Say that it is back to whoever heard that it was away."""
        told, now = self._told.pop(name), self.clock.now()

        def heard(unit: Unit) -> Sequence[Way]:
            states = ((way, unit.row_state(_key(told.key, way))) for way in told.ways)
            return [way for way, state in states if state in _HEARD]

        try:
            key = f"back:{name}:{_stamp(now)}"
            await self.store.run(partial(self._say, key, news, heard, now))
        except StoreFailed as error:
            log.warning("away.unsaid", kind=type(error).__name__)
        self.nudge()

    def _say(self, key: str, news: News, ways: Ways, now: datetime, unit: Unit) -> Sequence[Way]:
        found = ways(unit)
        effects: Effects = []
        for way in found:
            one = _key(key, way)
            if isinstance(way, str):
                mail = Mail(to=way, subject=news.subject, body=news.doc(), key=one, lane=news.lane)
                effects.append(mail)
            else:
                post = Post(to=way, doc=news.doc(), key=one, lane=news.lane, prompt=True)
                effects.append(post)
        self.performer.apply(unit, effects, Cause(now=now))
        return found


def _key(key: str, way: Way) -> str:
    match way:
        case ToPlace(place=place):
            return f"{key}@{place}"
        case ToIdentity(identity=identity):
            return f"{key}@{identity}"
        case address:
            return f"{key}@mail:{address}"


def _stamp(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%S.%f}"
