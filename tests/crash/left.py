"""What a database holds after it all: read whole, and nothing in it torn."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.core.words.cases import CaseStatus, CaseView
from bot.core.words.ports import RowState, Unit, Viewer
from storage.store import SealedStore, open_store


@dataclass(slots=True)
class Left:
    """What the database holds after it all. `timers` are the keys of those that are set."""

    cases: dict[str, tuple[CaseView, str]] = field(default_factory=dict)
    pages: dict[str, list[RowState]] = field(default_factory=dict)
    timers: set[str] = field(default_factory=set)

    @property
    def words(self) -> str:
        """Everything that any case holds."""
        return "\n".join(words for _, words in self.cases.values())


async def look_in(data: Path, root_key: Path, now: datetime) -> Left:
    """Read the whole database of a program that has ended. AssertionError where it is torn."""
    _check_files(data)
    store = await open_store(data, root_key, now=lambda: now)
    try:
        verdict = await store.verify_audit()
        assert verdict.broken_at is None
        return await _read(store)
    finally:
        await store.close()


def _check_files(data: Path) -> None:
    for file in data.glob("*.db"):
        with sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True) as raw:
            assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        raw.close()


async def _read(store: SealedStore) -> Left:
    def job(unit: Unit) -> Left:
        left, cases = Left(), unit.cases(Viewer(system=True))
        for status in CaseStatus:
            for row in cases.rows(status=status):
                view = cases.find(row.code)
                assert view is not None
                found = (cases.words(row.code, entry.seq) for entry in view.entries)
                words = " ".join(p.text for pieces in found if pieces for p in pieces)
                left.cases[row.code] = (view, words)
        for page in unit.pages().live():
            left.pages[page.code] = [row.state for row in unit.rows_of_page(page.code)]
        last = datetime(9000, 1, 1, tzinfo=UTC)
        left.timers = {timer.key for timer in unit.due_timers(last, 10_000)}
        return left

    return await store.run(job)
