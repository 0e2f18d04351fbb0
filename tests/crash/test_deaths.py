"""kill -9 wherever something is durable or handed over: rings, acks, timers, and all the rest."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.deaths import Deaths, cuts_in, new_folder
from tests.crash.stories import LINES, STORIES
from tests.crash.test_kill import CALLS, INTERVIEWS

pytestmark = [pytest.mark.crash]


@pytest.fixture(scope="module")
def deaths() -> Iterator[Deaths]:
    with Deaths() as forking:
        yield forking


@pytest.fixture
def folder() -> Iterator[Path]:
    made = new_folder()
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.mark.parametrize(("story", "line"), LINES)
def test_whatever_was_going_on_survives(
    deaths: Deaths, folder: Path, story: str, line: str
) -> None:
    assert deaths.killed_at(folder, story, cuts_in(line)) == ""


def test_without_a_kill_every_story_ends_well(deaths: Deaths, folder: Path) -> None:
    for story in STORIES:
        assert deaths.killed_at(folder / story, story, ()) == ""


def test_a_point_that_is_not_there_is_told(deaths: Deaths, folder: Path) -> None:
    assert "never reached" in deaths.killed_at(folder, "roster", cuts_in("suspend:no.such.point"))


def test_there_are_sixty_points_and_each_is_another() -> None:
    here = [(story, cut.act, cut.point) for story, line in LINES for cut in cuts_in(line)]
    there = [("real", *word.split(":")) for line in (*INTERVIEWS, *CALLS) for word in line.split()]
    assert len(set(here)) == len(here)
    assert len(set(here)) + len(set(there)) >= 120
    assert len({point for _, _, point in here} | {word[-1] for word in there}) >= 40
