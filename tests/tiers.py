"""A few of many cases run each time; all of them run in the long tier."""

from collections.abc import Collection, Iterable
from typing import TypeVar

import pytest
from _pytest.mark import ParameterSet

Case = TypeVar("Case")


def mostly_slow(cases: Iterable[Case], few: Collection[Case]) -> list[ParameterSet]:
    """Return parameters for all cases, those marked slow that are not among the few."""
    cases = list(cases)
    missing = [case for case in few if case not in cases]
    assert not missing, missing
    return [pytest.param(each, marks=() if each in few else pytest.mark.slow) for each in cases]
