"""What follows from a call is said once the caller is there again, and to nobody else."""

from collections.abc import AsyncIterator

import pytest

from bot.texts import catalogue
from tests.faults.kit import CALL, Moment, Routes, new_routes
from tests.world import NETWORK


@pytest.fixture
async def world() -> AsyncIterator[Routes]:
    async with new_routes() as made:
        yield made


async def test_the_answer_to_a_call_waits_for_the_callers_own_network(world: Routes) -> None:
    world.dies_at(Moment("report.committed"), [NETWORK])
    await world.says("rita", None, CALL)
    assert not world.told("emergency.raised")
    await world.later(minutes=2)
    await world.mend([NETWORK])
    await world.later(minutes=5)
    assert len(world.told("emergency.raised")) == 1
    assert len(world.told("intake.issued-words")) == 1


async def test_the_six_words_of_a_report_wait_as_well(world: Routes) -> None:
    await world.says("rita", None, "Somebody writes nasty words under my pictures.")
    await world.says("rita", None, "no")
    world.dies_at(Moment("report.committed"), [NETWORK])
    await world.says("rita", None, "yes")
    assert not world.told("intake.issued-words")
    await world.later(minutes=2)
    await world.mend([NETWORK])
    await world.later(minutes=5)
    assert len(world.told("intake.issued-words")) == 1


async def test_an_answer_without_a_call_is_not_kept(world: Routes) -> None:
    world.dies_at(Moment("report.committed"), [NETWORK])
    await world.says("rita", None, "Somebody writes nasty words under my pictures.")
    await world.later(minutes=2)
    await world.mend([NETWORK])
    await world.later(minutes=5)
    assert not [seen for seen in world.seen if seen.whom == "rita"]


async def test_nobody_else_on_that_nick_hears_it(world: Routes) -> None:
    world.dies_at(Moment("report.committed"), [NETWORK])
    await world.says("rita", None, CALL)
    world.net.leave("rita")
    world.net.arrive("rita")
    await world.later(minutes=2)
    await world.mend([NETWORK])
    await world.later(minutes=10)
    assert not [seen for seen in world.seen if seen.whom == "rita"]
    assert not any(catalogue.says("intake.issued-words", line) for line in world.heard())
