"""A network that is away, or only looks as if it were there, is told where somebody can hear it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.core.words.ports import Letter, MailOutcome
from bot.runtime.mailwatch import MailWatch
from tests.runtime.two import OTHER, TEAM, Both, both_networks, heard
from tests.world import NETWORK, PEOPLE, FakeCarrier, FakeClock, World, new_world

AWAY = "not been reachable on net"
BACK = "I am back on net"


@pytest.fixture
async def both() -> AsyncIterator[Both]:
    async with both_networks() as made:
        yield made


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world() as made:
        yield made


def away(both: Both, words: str = AWAY) -> list[str]:
    """Who was told, on either network or by mail."""
    said = [
        f"{net.name} {each.place.address}"
        for net in (both.net, both.oth)
        for each in net.said
        if words in each.text
    ]
    return sorted(said) + sorted(m.split()[0] for m in both.mails() if words in m)


async def test_one_that_is_down_is_told_on_the_other_and_by_mail_and_so_is_its_return(
    both: Both,
) -> None:
    await both.world.later(minutes=5)
    both.net.link(up=False)
    await both.world.later(seconds=110)
    assert away(both) == []
    await both.world.later(seconds=80)
    everywhere = ["oth #team", "oth carol", "carol@example.org"]
    assert away(both) == everywhere
    (line,) = [line for line in heard(both.oth, TEAM) if AWAY in line]
    assert "09:05" in line
    await both.world.later(hours=1)
    assert away(both) == everywhere
    both.net.link(up=True)
    await both.world.later(minutes=1)
    assert away(both, BACK) == everywhere
    (line,) = [line for line in heard(both.oth, TEAM) if BACK in line]
    assert "(64 minutes)" in line
    await both.world.later(hours=1)
    assert len(away(both)) + len(away(both, BACK)) == 6


async def test_a_room_that_may_not_carry_it_hears_no_name(both: Both) -> None:
    both.oth.mode(TEAM, "-s")
    both.net.link(up=False)
    await both.world.later(minutes=4)
    said = " ".join(heard(both.oth, TEAM))
    assert "one of my networks" in said
    assert NETWORK not in said.replace("networks", "")
    both.net.link(up=True)
    await both.world.later(minutes=1)
    assert "can be reached again" in " ".join(heard(both.oth, TEAM))


async def test_one_that_passes_nothing_on_is_dialled_anew_within_three_minutes(both: Both) -> None:
    await both.world.later(seconds=30)
    assert both.world.bot is not None
    assert await both.world.bot.vitals.well()
    both.net.silent = True
    await both.world.later(minutes=3)
    assert both.net.redialled == 1
    assert away(both)
    # It comes up again, but nothing proves yet that it passes anything on.
    both.net.link(up=True)
    await both.world.settle()
    assert both.world.bot.up
    assert not await both.world.bot.vitals.well()
    await both.world.later(seconds=59)
    assert away(both, BACK) == []
    both.net.silent = False
    await both.world.later(minutes=3)
    assert len(away(both, BACK)) == 3
    assert both.net.redialled == 1
    assert await both.world.bot.vitals.well()


async def test_one_echo_that_is_lost_is_nothing(both: Both) -> None:
    await both.world.later(seconds=30)
    both.net.silent = True
    await both.world.later(seconds=61)
    both.net.silent = False
    await both.world.later(minutes=10)
    assert both.net.redialled == 0
    assert away(both) == []


async def test_nothing_is_said_on_one_that_is_silent(both: Both) -> None:
    both.net.silent = True
    both.oth.link(up=False)
    await both.world.later(seconds=170)
    assert both.net.redialled == 1
    both.net.link(up=True)
    await both.world.later(seconds=20)
    assert away(both, "reached") == []


async def test_when_all_are_away_operators_and_whoever_is_on_call_get_mail(both: Both) -> None:
    await both.world.later(minutes=5)
    both.net.link(up=False)
    both.oth.link(up=False)
    await both.world.later(minutes=4)
    told = [f"{name}@example.org" for name in ("alice", "bob", "carol", "olga")]
    assert away(both, "on no network since") == told
    assert away(both) == []
    await both.world.later(hours=1)
    assert away(both, "on no network since") == told
    both.oth.link(up=True)
    await both.world.later(minutes=1)
    assert away(both, "am on oth again") == told
    # The other one is still away, and now there is somebody to hear it.
    assert away(both) == ["oth #team", "oth carol", "carol@example.org"]


async def test_one_that_comes_and_goes_is_told_once_in_ten_minutes(both: Both) -> None:
    for _ in range(5):
        both.net.link(up=False)
        await both.world.later(seconds=200)
        both.net.link(up=True)
        await both.world.later(seconds=40)
    begun = [line for line in heard(both.oth, TEAM) if AWAY in line]
    over = [line for line in heard(both.oth, TEAM) if BACK in line]
    assert len(begun) == len(over) == 2


async def test_what_is_over_is_not_said_later(both: Both) -> None:
    both.oth.leave("carol")
    both.net.link(up=False)
    await both.world.later(minutes=4)
    both.net.link(up=True)
    await both.world.later(minutes=1)
    both.oth.arrive("carol", "carol")
    both.oth.link(up=True)
    await both.world.later(minutes=1)
    assert heard(both.oth, "carol") == []
    assert len([line for line in heard(both.oth, TEAM) if "net" in line]) == 2


async def test_what_is_not_over_is_said_to_whoever_comes_later(both: Both) -> None:
    both.oth.leave("carol")
    both.net.link(up=False)
    await both.world.later(minutes=4)
    both.oth.arrive("carol", "carol")
    both.oth.link(up=True)
    await both.world.later(minutes=1)
    assert AWAY in " ".join(heard(both.oth, "carol"))


async def test_an_earlier_runs_news_are_dropped(both: Both) -> None:
    both.oth.leave("carol")
    both.net.link(up=False)
    await both.world.later(minutes=4)
    await both.world.stop()
    both.oth.arrive("carol", "carol")
    await both.restart()
    await both.world.later(minutes=1)
    assert heard(both.oth, "carol") == []


async def test_a_network_that_never_came_is_told_as_well(both: Both) -> None:
    await both.world.stop()
    both.net.up = False
    net = both.net.restarted()
    net.up = False
    both.world.net = both.net = net
    both.oth = both.oth.restarted()
    both.world.live.transports = {NETWORK: net, OTHER: both.oth}
    await both.world.start()
    await both.world.later(minutes=4)
    assert AWAY in " ".join(heard(both.oth, TEAM))


async def test_a_jump_of_the_clock_tells_of_nothing(both: Both) -> None:
    await both.world.later(minutes=5)
    both.net.link(up=False)
    await both.world.later(seconds=30)
    both.net.link(up=True)
    both.world.clock.set(both.world.clock.now())
    await both.world.later(minutes=30)
    assert away(both) == []


async def test_mail_that_fails_for_ten_minutes_is_told_to_operators(world: World) -> None:
    world.carrier.always = MailOutcome.RETRY
    await world.says("alice", None, "!emergency somebody says where they will do it")
    await world.says("alice", None, "!ack")
    await world.later(minutes=9)
    assert "No mail" not in " ".join(world.heard())
    await world.later(minutes=4)
    assert "No mail of mine has gone out" in " ".join(world.heard("carol"))
    assert "No mail" not in " ".join(world.heard("#team"))
    world.carrier.always = MailOutcome.SENT
    await world.later(minutes=3)
    (line,) = [line for line in world.heard("carol") if "Mail goes out again" in line]
    assert "minutes" in line
    await world.later(minutes=15)
    assert len([line for line in world.heard("carol") if "No mail" in line]) == 1


async def test_one_address_that_is_refused_is_no_news() -> None:
    clock, carrier = FakeClock(), FakeCarrier()
    watch = MailWatch(carrier=carrier, clock=clock)
    letter = Letter(recipient="emergency@example.org", raw=b"")
    for outcome in (MailOutcome.REFUSED, MailOutcome.UNCERTAIN, MailOutcome.SENT) * 5:
        carrier.outcomes.append(outcome)
        assert await watch.carry(letter) is outcome
        assert watch.failing is (outcome is not MailOutcome.SENT)
        assert watch.down_since is None
        clock.set(clock.now() + timedelta(minutes=4))
    for outcome in (MailOutcome.REFUSED, MailOutcome.UNCERTAIN, MailOutcome.RETRY):
        carrier.outcomes.append(outcome)
        await watch.carry(letter)
        clock.set(clock.now() + timedelta(minutes=5))
    assert watch.down_since == 60 * 60


async def test_a_mail_that_could_not_go_out_in_time_does_not_go_out_later(both: Both) -> None:
    both.world.carrier.always = MailOutcome.RETRY
    for net in (both.net, both.oth):
        net.link(up=False)
    await both.world.later(minutes=4)
    for net in (both.net, both.oth):
        net.link(up=True)
    await both.world.later(minutes=1)
    both.world.carrier.always = MailOutcome.SENT
    await both.world.later(hours=1)
    assert both.mails() == []


async def test_where_nobody_can_be_told_it_is_in_the_log(world: World) -> None:
    world.renew(replace(person, mail=None) for person in PEOPLE)
    await world.later(minutes=1)
    with capture_logs() as logged:
        world.net.link(up=False)
        await world.later(minutes=4)
        world.net.link(up=True)
        await world.later(minutes=1)
    words = [line["event"] for line in logged if line["event"].startswith("pulse.")]
    assert words == ["pulse.away", "pulse.back"]
    assert world.carrier.carried == []
    assert world.heard() == []
