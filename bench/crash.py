"""A bot that is killed (`./run bench crash [--times N] [--random N] [--quick]`).

Every named point of the stories in `tests/crash/stories.py`, so many times each; then so many
kills at moments that chance picks. After each the bot lives on, and the database and everything
said and mailed is looked at. Prints what was found; the exit code is 1 if anything was wrong.
"""

import argparse
import shutil
import time
from dataclasses import dataclass, field
from random import Random

from tests.crash.deaths import Deaths, cuts_in, new_folder
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
    parser.add_argument("--quick", action="store_true", help="a small part of it")
    asked = parser.parse_args(arguments)
    times = _or(asked.times, QUICK_TIMES if asked.quick else TIMES)
    random = _or(asked.random, QUICK_RANDOM if asked.quick else RANDOM)
    found, begun = _Found(), time.monotonic()
    with Deaths() as deaths:
        _at_points(deaths, times, found)
        chance = Random(asked.seed)  # noqa: S311 - it picks moments, and guards nothing
        _at_random(deaths, random, chance, found)
    found.seconds = time.monotonic() - begun
    print(_told(found))
    return 1 if found.wrong else 0


def _or(asked: int | None, default: int) -> int:
    return default if asked is None else asked


def _at_points(deaths: Deaths, times: int, found: _Found) -> None:
    for story, line in LINES:
        cuts = cuts_in(line)
        found.points += len(cuts)
        for _ in range(times):
            folder = new_folder()
            wrong = deaths.killed_at(folder, story, cuts)
            found.kills += len(cuts)
            found.wrong += [wrong] if wrong else []
            shutil.rmtree(folder, ignore_errors=True)


def _at_random(deaths: Deaths, kills: int, chance: Random, found: _Found) -> None:
    """Kill at a moment within the time that a story takes; one that ended before is no kill."""
    lasts = {story: _measured(deaths, story) for story in STORIES} if kills else {}
    while found.random < kills:
        story = chance.choice(sorted(STORIES))
        folder = new_folder()
        wrong = deaths.killed_after(folder, story, chance.uniform(0.0, lasts[story]))
        found.random += wrong is not None
        found.wrong += [wrong] if wrong else []
        shutil.rmtree(folder, ignore_errors=True)


def _measured(deaths: Deaths, story: str) -> float:
    folder, begun = new_folder(), time.monotonic()
    deaths.killed_at(folder, story, ())
    shutil.rmtree(folder, ignore_errors=True)
    return time.monotonic() - begun


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
