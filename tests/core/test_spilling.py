"""How far containing has come, from the facts of a case."""

from collections.abc import Sequence

import pytest

from bot.core.case import facts
from bot.core.case.fold import fold
from bot.core.case.spilling import Progress, progress
from bot.core.words.facts import JSON, Fact
from tests.core.test_fold import CODE, NOW, opened, spines


def spilled(step: int, room: str | None = None) -> Fact:
    return facts.spilled(at=NOW, by="Ann", step=step, room=room)


def of(*made: Fact) -> Progress | None:
    return progress(fold(CODE, spines(opened(), *made)))


@pytest.mark.parametrize(
    ("made", "found"),
    [
        ([], None),
        ([spilled(0)], Progress()),
        ([spilled(0, "lobby"), spilled(1), spilled(2)], Progress(done=2, room="lobby")),
        ([spilled(0), spilled(2), spilled(1)], Progress(done=2)),
        ([spilled(0, "lobby"), spilled(6), spilled(0)], Progress()),
        ([spilled(3)], None),
    ],
)
def test_the_last_time_that_something_slipped_out_counts(
    made: Sequence[Fact], found: Progress | None
) -> None:
    assert of(*made) == found


def test_what_was_undone_does_not_count() -> None:
    undone = facts.undone(at=NOW, by="Ann", seqs=[3])
    assert of(spilled(0), spilled(1), undone) == Progress()


@pytest.mark.parametrize(
    "data", [{}, {"step": "1"}, {"step": True}, {"step": None}, {"step": 0, "room": 7}]
)
def test_data_of_another_shape_counts_as_absent(data: dict[str, JSON]) -> None:
    assert of(spilled(0), Fact(kind="spilled", at=NOW, data=data)) == Progress()
