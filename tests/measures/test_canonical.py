"""The sets of canonical links are what was frozen, and are known as they were measured."""

import hashlib

import pytest

from tests.measures.canonical import report
from tests.measures.make import HERE


def test_the_sets_are_those_that_were_frozen() -> None:
    for line in (HERE / "canon/SHA256SUMS").read_text("utf-8").splitlines():
        digest, name = line.split()
        assert hashlib.sha256((HERE / "canon" / name).read_bytes()).hexdigest() == digest, name


@pytest.mark.slow
@pytest.mark.parametrize("part", ["dev", "test"])
def test_variants_are_known_and_near_misses_are_not(part: str) -> None:
    told = list(report(part, misses=False))
    assert "100.000%" in told[0]
    assert told[2].startswith("near misses that share a key: 0 of ")
