"""Keeps events that cannot be read yet, durably, until their keys come or a week is over."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import structlog

from bot.core.words.inbound import Unheard
from bot.core.words.ports import Safe, StoreFailed
from bot.transports.matrix.content import event_id

_log = structlog.get_logger(__name__)
KIND = "waiting"
MOST = 2000
MOST_OF_ONE = 200
MOST_BYTES = 16 * 2**20
KEPT = timedelta(days=7)
PATIENCE = timedelta(seconds=60)
TOLD_AGAIN = timedelta(minutes=10)
_MOST_EVENT = 80_000
_PARTS = ("type", "event_id", "sender", "origin_server_ts", "content")

#: Makes the word for an unread event of a room; None where its author is not told.
Word = Callable[[str, Mapping[str, Any]], Unheard | None]


@dataclass(slots=True, kw_only=True)
class _Kept:
    room_id: str
    session_id: str
    event: Mapping[str, Any]
    since: datetime
    told: bool
    size: int

    @property
    def sender(self) -> str:
        return str(self.event.get("sender"))

    @property
    def stamp(self) -> int:
        stamp = self.event.get("origin_server_ts")
        return stamp if isinstance(stamp, int) else 0


@dataclass(slots=True, kw_only=True)
class Waiting:
    """The events that wait, oldest first. What is added or forgotten is durable after `flush`."""

    safe: Safe
    word: Word
    _kept: dict[str, _Kept] = field(default_factory=dict)
    _bytes: int = 0
    _of: Counter[str] = field(default_factory=Counter)
    _told: dict[str, datetime] = field(default_factory=dict)
    _changed: set[str] = field(default_factory=set)

    @classmethod
    async def open(cls, safe: Safe, word: Word, now: datetime) -> "Waiting":
        """Return what an earlier process left waiting, without what is too old by now."""
        waiting = cls(safe=safe, word=word)
        found = [(name, _loaded(raw)) for name, raw in (await safe.load(KIND)).items()]
        waiting._changed = {name for name, kept in found if kept is None}
        sound = [(name, kept) for name, kept in found if kept is not None]
        for name, kept in sorted(sound, key=lambda pair: pair[1].since):
            waiting._put(name, kept)
        waiting._expire(now)
        return waiting

    def __len__(self) -> int:
        return len(self._kept)

    def add(
        self,
        room_id: str,
        event: Mapping[str, Any],
        session_id: str | None,
        now: datetime,
        *,
        told: bool = False,
    ) -> None:
        """Keep an event until its session is there; one that is kept already stays as it is.

        `told` where its author knows already.
        """
        name = event_id(event.get("event_id"))
        if name is None or not session_id:
            return
        name = _name(room_id, name)
        if name in self._kept:
            return
        parts = {part: event[part] for part in _PARTS if part in event}
        kept = _Kept(
            room_id=room_id, session_id=session_id, event=parts, since=now, told=told, size=0
        )
        packed = _packed(kept)
        if packed is None or len(packed) > _MOST_EVENT:
            return
        kept.size = len(packed)
        self._put(name, kept)
        self._changed.add(name)
        self._make_room(kept.sender)

    def retry(self, sessions: Iterable[str] | None = None) -> list[tuple[str, Mapping[str, Any]]]:
        """Return the events of these sessions, of all at a start, with their rooms' ids.

        In the order in which they were said. They are kept until `forget`.
        """
        wanted = None if sessions is None else frozenset(sessions)
        found = [
            kept for kept in self._kept.values() if wanted is None or kept.session_id in wanted
        ]
        found.sort(key=lambda kept: kept.stamp)
        return [(kept.room_id, kept.event) for kept in found]

    def forget(self, room_id: str, event: Mapping[str, Any]) -> None:
        """An event was read, and all that it asked for is durable."""
        name = event_id(event.get("event_id"))
        if name is not None:
            self._drop(_name(room_id, name))

    def due(self, now: datetime) -> list[Unheard]:
        """Return whom to tell by now that their words cannot be read: each once in a while."""
        self._expire(now)
        self._told = {who: at for who, at in self._told.items() if now - at < TOLD_AGAIN}
        words: list[Unheard] = []
        for name, kept in self._kept.items():
            if kept.told or now - kept.since < PATIENCE:
                continue
            word = self.word(kept.room_id, kept.event)
            kept.told = True
            if word is not None and kept.sender not in self._told:
                self._told[kept.sender] = now
                self._changed.add(name)
                words.append(word)
        return words

    async def flush(self) -> None:
        """Make durable what changed; what cannot be now, is with the next call."""
        if not self._changed:
            return
        changed, self._changed = self._changed, set()
        changes = {(KIND, name): self._row(name) for name in changed}
        try:
            await self.safe.write(changes)
        except StoreFailed:
            self._changed |= changed
            _log.warning("matrix.waiting-not-kept", count=len(changed))

    def _row(self, name: str) -> bytes | None:
        kept = self._kept.get(name)
        return None if kept is None else _packed(kept)

    def _put(self, name: str, kept: _Kept) -> None:
        self._kept[name] = kept
        self._bytes += kept.size
        self._of[kept.sender] += 1

    def _drop(self, name: str) -> None:
        kept = self._kept.pop(name, None)
        if kept is None:
            return
        self._bytes -= kept.size
        self._of[kept.sender] -= 1
        if not self._of[kept.sender]:
            del self._of[kept.sender]
        self._changed.add(name)

    def _make_room(self, sender: str) -> None:
        """Let nobody's unreadable words push out everybody else's."""
        if self._of[sender] > MOST_OF_ONE:
            self._drop(next(name for name, kept in self._kept.items() if kept.sender == sender))
        while len(self._kept) > MOST or self._bytes > MOST_BYTES:
            [(most, _)] = self._of.most_common(1)
            self._drop(next(name for name, kept in self._kept.items() if kept.sender == most))

    def _expire(self, now: datetime) -> None:
        for name in [n for n, kept in self._kept.items() if now - kept.since > KEPT]:
            self._drop(name)


def _name(room_id: str, name: str) -> str:
    return sha256(f"{room_id}|{name}".encode("utf-8", "replace")).hexdigest()


def _packed(kept: _Kept) -> bytes | None:
    """Return an event as it is kept; None for what is not JSON."""
    row = {
        "room": kept.room_id,
        "session": kept.session_id,
        "since": kept.since.isoformat(),
        "told": kept.told,
        "event": kept.event,
    }
    try:
        return json.dumps(row, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError):
        return None


def _loaded(raw: bytes) -> _Kept | None:
    """Return a kept event; None for what another version wrote."""
    try:
        row = json.loads(raw)
        since = datetime.fromisoformat(row["since"]).astimezone(UTC)
        room_id, session_id, event = row["room"], row["session"], row["event"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not (isinstance(room_id, str) and isinstance(session_id, str) and isinstance(event, dict)):
        return None
    return _Kept(
        room_id=room_id,
        session_id=session_id,
        event=event,
        since=since,
        told=row.get("told") is True,
        size=len(raw),
    )
