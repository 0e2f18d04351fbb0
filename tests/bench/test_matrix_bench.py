"""The table of the Matrix benchmark, and one short run on the real server."""

import pytest

from bench.__main__ import names
from bench.matrix import FLOOR, OURS, RAW, Plan, measure, peer


def test_it_is_one_of_the_benchmarks() -> None:
    assert "matrix" in names()
    assert {"matrix_nio", "matrix_raw", "matrix_speakers"}.isdisjoint(names())


def test_the_peer_is_looked_for_where_it_may_be(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("peers")
    monkeypatch.setenv("BENCH_PEERS", str(folder))
    assert peer() is None
    python = folder / "simplematrixbotlib" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    assert peer() == str(python)


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.timeout(400)  # three bots start twice, beside whatever else runs
async def test_a_short_run_prints_every_figure() -> None:
    plan = Plan(repeats=1, starts=1, talk=10, per_second=20.0, commands=5, asked=2)
    text = await measure(plan, [RAW, FLOOR, OURS])
    head, _, *rows = (
        [cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines()
    )
    assert head == ["figure", RAW, FLOOR, OURS]
    assert len(rows) > 10
    assert all("-" not in row[2:] for row in rows)
    # What is encrypted says nothing to a loop without keys.
    assert [row[1] for row in rows if row[0].startswith("CPU") and "encrypted" in row[0]] == [
        "-"
    ] * 2
