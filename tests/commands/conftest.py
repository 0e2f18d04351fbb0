"""A fresh bench for every test."""

import pytest

from tests.commands.bench import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()
