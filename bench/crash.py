"""A bot that is killed (`./run bench crash [--times N] [--random N] [--workers N] [--quick]`).

Every named point of the stories in `tests/crash/stories.py`, so many times each; then so many
kills at moments that chance picks. After each the bot lives on, and the database and everything
said and mailed is looked at. Prints what was found; the exit code is 1 if anything was wrong.
"""

import argparse
import shutil
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import SimpleQueue
from random import Random
from typing import Self

from tests.crash.deaths import Cut, Deaths, cuts_in, new_folder
from tests.crash.stories import LINES, STORIES

TIMES, RANDOM = 50, 500
QUICK_TIMES, QUICK_RANDOM = 1, 30


@dataclass(slots=True)
class _Found:
    """How often it was killed, and what was wrong afterwards."""

    points: int = 0
    kills: int = 0
    random: int = 0
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0


def main(arguments: list[str]) -> int:
    """Run it; returns 0 if nothing was lost, torn or said too often."""
    parser = argparse.ArgumentParser(prog="bench crash", description="kill -9")
    parser.add_argument("--times", type=int, help=f"kills at each point ({TIMES})")
    parser.add_argument("--random", type=int, help=f"kills at random moments ({RANDOM})")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1, help="lives at the same time (1)")
    parser.add_argument("--quick", action="store_true", help="a small part of it")
    asked = parser.parse_args(arguments)
    times = _or(asked.times, QUICK_TIMES if asked.quick else TIMES)
    random = _or(asked.random, QUICK_RANDOM if asked.quick else RANDOM)
    found, begun = _Found(), time.monotonic()
    with _Workers(max(1, asked.workers)) as workers:
        _at_points(workers, times, found)
        chance = Random(asked.seed)  # noqa: S311 - it picks moments, and guards nothing
        _at_random(workers, random, chance, found)
    found.seconds = time.monotonic() - begun
    print(_told(found))
    return 1 if found.wrong else 0


def _or(asked: int | None, default: int) -> int:
    return default if asked is None else asked


class _Workers:
    """Processes that fork lives, each on its own; threads of ours only wait for them."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._idle: SimpleQueue[Deaths] = SimpleQueue()
        self._all = [Deaths() for _ in range(count)]
        for each in self._all:
            self._idle.put(each)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for each in self._all:
            each.__exit__(None, None, None)

    def at_points(self, lives: Iterable[tuple[str, tuple[Cut, ...]]]) -> list[str]:
        """Play stories with lives that end at points; return what was wrong with each."""
        with ThreadPoolExecutor(self._count) as threads:
            return list(threads.map(lambda life: self._at_points(*life), lives))

    def at_moments(self, lives: Iterable[tuple[str, float]]) -> list[str | None]:
        """Play stories with a life that ends after seconds; None where it was over before."""
        with ThreadPoolExecutor(self._count) as threads:
            return list(threads.map(lambda life: self._at_moment(*life), lives))

    def lasts(self, story: str) -> float:
        """Return how long a story takes while the others are at work as well, in seconds."""
        begun = time.monotonic()
        self.at_points([(story, ())] * self._count)
        return time.monotonic() - begun

    def _at_points(self, story: str, cuts: tuple[Cut, ...]) -> str:
        deaths, folder = self._idle.get(), new_folder()
        try:
            return deaths.killed_at(folder, story, cuts)
        finally:
            self._idle.put(deaths)
            shutil.rmtree(folder, ignore_errors=True)

    def _at_moment(self, story: str, seconds: float) -> str | None:
        deaths, folder = self._idle.get(), new_folder()
        try:
            return deaths.killed_after(folder, story, seconds)
        finally:
            self._idle.put(deaths)
            shutil.rmtree(folder, ignore_errors=True)


def _at_points(workers: _Workers, times: int, found: _Found) -> None:
    lines = [(story, cuts_in(line)) for story, line in LINES]
    found.points = sum(len(cuts) for _, cuts in lines)
    found.wrong += [wrong for wrong in workers.at_points(lines * times) if wrong]
    found.kills = found.points * times


def _at_random(workers: _Workers, kills: int, chance: Random, found: _Found) -> None:
    """Kill at a moment within the time that a story takes; one that ended before is no kill."""
    lasts = {story: workers.lasts(story) for story in STORIES} if kills else {}
    while found.random < kills:
        stories = [chance.choice(sorted(STORIES)) for _ in range(kills - found.random)]
        ends = workers.at_moments((s, chance.uniform(0.0, lasts[s])) for s in stories)
        found.random += sum(wrong is not None for wrong in ends)
        found.wrong += [wrong for wrong in ends if wrong]


def _told(found: _Found) -> str:
    figures = {
        "named points": str(found.points),
        "kills at them": f"{found.kills:,}",
        "kills at random moments": f"{found.random:,}",
        "lost, torn or said too often": str(len(found.wrong)),
        "seconds": f"{found.seconds:,.0f}",
    }
    lines = [f"{name + ':':30}{value}" for name, value in figures.items()]
    return "\n".join([*lines, *found.wrong])
