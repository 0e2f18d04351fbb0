"""An emergency leaves in time: the whole program, with the targets themselves as bounds."""

from pathlib import Path

import pytest

from bench.emergency import FAULTS, Found, Plan, measure, p99

#: A flood at the pace at which networks let 2,000 people write: a line in four seconds.
SMALL = Plan(calls=8, senders=2_000, flooded_calls=5, pace=500.0, faults=("refuses",))


def test_the_99th_percentile_is_a_sample() -> None:
    assert p99([3.0]) == 3.0
    assert p99([float(n) for n in range(200)]) == 197.0


def test_the_table_tells_what_missed_its_target() -> None:
    found = Found()
    found.add("first page", 0.25, 1.0)
    found.add("SMTP 250", 7.5, 5.0)
    assert found.missed == ["SMTP 250"]
    told = found.told().splitlines()
    assert [cell.strip() for cell in told[3].split("|")[1:-1]] == [
        "SMTP 250",
        "1",
        "7.500",
        "7.500",
        "7.500",
        "5",
    ]


def test_the_faults_are_those_of_a_relay() -> None:
    assert {what for script in FAULTS.values() for what in script.values()} == {
        "refuse",
        "hole",
        "hang",
    }


@pytest.mark.net
@pytest.mark.slow
@pytest.mark.parametrize("part", ["quiet", "flood", "relay"])
async def test_an_emergency_leaves_in_time(part: str, tmp_path: Path) -> None:
    found = Found()
    await measure(SMALL, [part], tmp_path, found)
    assert found.seconds
    assert found.missed == [], found.told()
