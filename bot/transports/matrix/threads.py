"""A thread per case in each room: which event it begins with, and what a text says to stand in it.

The first text about a case in a room is sent without a relation, and others hang on it: a thread
cannot begin with an event that stands in relation to another one.
"""

from collections.abc import Mapping
from typing import Any

import structlog

from bot.core.words.beside import Beside
from bot.core.words.ports import Safe, StoreFailed

_log = structlog.get_logger(__name__)
KIND = "thread"


class Threads:
    """The root events, by room and case. What could not be written yet is written with the next."""

    def __init__(self, safe: Safe, roots: Mapping[str, str]) -> None:
        self._safe = safe
        self._roots = dict(roots)
        self._cases = {_turned(name, root): name.rpartition(" ")[2] for name, root in roots.items()}
        self._unwritten: dict[tuple[str, str], bytes | None] = {}

    @classmethod
    async def open(cls, safe: Safe) -> "Threads":
        """Return what earlier processes kept. `StoreFailed` where it cannot be read."""
        kept = await safe.load(KIND)
        return cls(safe, {name: root.decode() for name, root in kept.items()})

    def root(self, room_id: str, beside: Beside) -> str | None:
        """Return the event that begins the thread where a text of a room belongs.

        That is the thread in which it was asked for, else that of its case; None for neither.
        """
        if beside.thread is not None:
            return beside.thread
        return None if beside.case is None else self._roots.get(_name(room_id, beside.case))

    def case_of(self, room_id: str, root: str) -> str | None:
        """Return which case the thread that begins with an event is about, None for none."""
        return self._cases.get((room_id, root))

    async def begun(self, room_id: str, beside: Beside, event_id: str) -> None:
        """Take note of a text that was sent without a relation: the first of a case is its root."""
        if beside.case is None or _name(room_id, beside.case) in self._roots:
            return
        if beside.message is not None:
            # Somebody may hang a thread on what they typed, instead of on what came of it.
            self._cases[room_id, beside.message] = beside.case
        self._roots[_name(room_id, beside.case)] = event_id
        self._cases[room_id, event_id] = beside.case
        await self._write(_name(room_id, beside.case), event_id.encode())

    async def lost(self, room_id: str, root: str) -> None:
        """Forget a root that nothing can hang on: the next text of its case begins a new thread."""
        gone = [name for name, kept in self._roots.items() if kept == root]
        for name in gone:
            if name.startswith(f"{room_id} "):
                del self._roots[name]
                self._cases.pop((room_id, root), None)
                await self._write(name, None)

    async def _write(self, name: str, value: bytes | None) -> None:
        self._unwritten[KIND, name] = value
        changes = dict(self._unwritten)
        try:
            await self._safe.write(changes)
        except StoreFailed:
            # At the worst a case has a second thread after the next start.
            _log.warning("matrix.thread-not-kept")
            return
        for key, written in changes.items():
            if self._unwritten.get(key, b"") == written:
                del self._unwritten[key]


def relation(root: str, message: str | None = None) -> dict[str, Any]:
    """Return the `m.relates_to` of a text in a thread; `message` is the one in it that it answers.

    Clients that know no threads show it as an answer.
    """
    return {
        "rel_type": "m.thread",
        "event_id": root,
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": message or root},
    }


def _name(room_id: str, case: str) -> str:
    return f"{room_id} {case}"


def _turned(name: str, root: str) -> tuple[str, str]:
    return name.rpartition(" ")[0], root
