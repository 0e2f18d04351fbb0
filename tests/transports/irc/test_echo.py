"""A message to ourselves comes back through the network, or the network passes nothing on."""

import asyncio

import pytest

from bot.runtime.away import Away
from bot.runtime.mailwatch import MailWatch
from bot.runtime.pulse import Pulse
from tests.transports.irc.fake import MASK, FakeNet, Make, settle
from tests.transports.irc.rig import room

ASKED = "PRIVMSG caseward :"


async def up(make: Make, **changes: object) -> FakeNet:
    net = make(**changes)
    await net.up("alice=alice")
    await net.clock.advance(10)
    net.sent()
    return net


def begin(net: FakeNet) -> "asyncio.Task[bool]":
    return asyncio.create_task(net.transport.echo(30))


def token(net: FakeNet) -> str:
    """Return what the bot has just said to itself."""
    (line,) = [line for line in net.sent() if line.startswith(ASKED)]
    return line.removeprefix(ASKED)


async def answered(net: FakeNet) -> bool:
    """Ask, and have the network deliver it."""
    asked = begin(net)
    await settle()
    await net.says(f":{MASK} PRIVMSG caseward :{token(net)}")
    return await asked


async def missed(net: FakeNet) -> bool:
    """Ask, and have it swallowed."""
    asked = begin(net)
    await net.clock.advance(31)
    await net.says(":irc PONG irc :alive")
    return await asked


async def test_what_comes_back_in_time_is_proof_and_nobodys_word(make: Make) -> None:
    net = await up(make)
    events = len(net.events)
    assert await answered(net)
    assert net.events[events:] == []
    assert net.heard() == []


async def test_what_does_not_come_back_is_a_miss(make: Make) -> None:
    net = await up(make)
    asked = begin(net)
    await net.clock.advance(29)
    assert not asked.done()
    await net.clock.advance(2)
    assert not await asked
    net.sent()
    assert await answered(net)


async def test_an_answer_that_comes_late_counts_for_no_other(make: Make) -> None:
    net = await up(make)
    asked = begin(net)
    await settle()
    late = token(net)
    await net.clock.advance(31)
    assert not await asked
    asked = begin(net)
    await settle()
    await net.says(f":{MASK} PRIVMSG caseward :{late}")
    assert not asked.done()
    await net.says(f":{MASK} PRIVMSG caseward :{token(net)}")
    assert await asked
    assert net.heard() == []


async def test_with_echo_message_both_come_and_neither_is_heard(make: Make) -> None:
    net = await up(make)
    asked = begin(net)
    await settle()
    said = token(net)
    await net.says(*[f":{MASK} PRIVMSG caseward :{said}"] * 2)
    assert await asked
    assert net.heard() == []


async def test_nobody_else_can_answer(make: Make) -> None:
    net = await up(make)
    asked = begin(net)
    await settle()
    said = token(net)
    await net.says(
        f":mallory!u@h.example.org PRIVMSG caseward :{said}",
        f":caseward PRIVMSG caseward :{said}",
        f":irc.example.org PRIVMSG caseward :{said}",
        f":{MASK} PRIVMSG #team :{said}",
        f":{MASK} NOTICE caseward :{said}",
        f":{MASK} PRIVMSG caseward :{said}x",
        f":{MASK} PRIVMSG caseward :token0",
        f":irc.example.org PONG irc.example.org :{said}",
        f":irc.example.org 401 caseward mallory :{said}",
    )
    assert not asked.done()
    await net.says(f":{MASK} PRIVMSG caseward :{said}")
    assert await asked


async def test_tokens_never_repeat(make: Make) -> None:
    net = await up(make)
    tokens = set()
    for _ in range(5):
        asked = begin(net)
        await settle()
        tokens.add(said := token(net))
        await net.says(f":{MASK} PRIVMSG caseward :{said}")
        assert await asked
        await net.clock.advance(5)
    assert len(tokens) == 5


async def test_one_at_a_time(make: Make) -> None:
    net = await up(make)
    first, second = begin(net), begin(net)
    await settle()
    await net.says(f":{MASK} PRIVMSG caseward :{token(net)}")
    await net.says(f":{MASK} PRIVMSG caseward :{token(net)}")
    assert await first
    assert await second


@pytest.mark.parametrize("numeric", ["401", "404", "531"])
async def test_a_network_that_refuses_them_is_asked_by_ping(make: Make, numeric: str) -> None:
    net = await up(make)
    asked = begin(net)
    await settle()
    assert token(net)
    await net.says(f":irc {numeric} caseward caseward :No")
    (ping,) = [line for line in net.sent() if line.startswith("PING token")]
    await net.says(f":irc PONG irc :{ping.removeprefix('PING ')}")
    assert await asked
    # From then on nothing else is tried, on this connection.
    asked = begin(net)
    await settle()
    (ping,) = [line for line in net.sent() if not line.endswith(":alive")]
    assert ping.startswith("PING token")
    await net.clock.advance(31)
    assert not await asked


async def test_a_nick_that_changes_under_way_is_a_miss_at_worst(make: Make) -> None:
    net = await up(make)
    asked = begin(net)
    await settle()
    assert token(net)
    await net.says(f":{MASK} NICK caseward_", ":irc 401 caseward_ caseward :No such nick")
    assert not await asked
    net.sent()
    asked = begin(net)
    await settle()
    (line,) = [line for line in net.sent() if line.startswith("PRIVMSG caseward_ :")]
    said = line.removeprefix("PRIVMSG caseward_ :")
    await net.says(f":caseward_!caseward@bot.example.org PRIVMSG caseward_ :{said}")
    assert await asked


async def test_a_network_that_says_too_fast_is_there(make: Make) -> None:
    net = await up(make)
    asked = begin(net)
    await settle()
    assert token(net)
    await net.says(":irc 439 caseward caseward :Target change too fast")
    assert await asked
    assert await answered(net)


async def test_one_that_is_gone_has_no_pulse(make: Make) -> None:
    net = make()
    assert not await net.transport.echo(30)
    await net.up()
    await net.clock.advance(10)
    asked = begin(net)
    await settle()
    net.wire.abort()
    await settle()
    assert not await asked
    assert not await net.transport.echo(30)


async def test_pages_go_first_and_a_busy_line_is_left_in_peace_twice(make: Make) -> None:
    net = await up(make, burst=1, per_second=1.0)
    assert await answered(net)

    async def busy() -> "list[asyncio.Task[object]]":
        cleared = net.cleared(room("#team"), "one", "two", "three")
        sending = asyncio.create_task(net.transport.send(cleared, urgent=True))
        await settle()
        return [sending]

    await net.clock.advance(10)
    for _ in range(2):
        sending = await busy()
        net.sent()
        assert await net.transport.echo(30)
        await net.clock.advance(10)
        assert not [line for line in net.sent() if line.startswith(ASKED)]
        assert sending[0].done()
    sending = await busy()
    asked = begin(net)
    await net.clock.advance(10)
    lines = [line for line in net.sent() if line.startswith("PRIVMSG ")]
    assert [line.startswith(ASKED) for line in lines] == [False, False, False, True]
    await net.says(f":{MASK} PRIVMSG caseward :{lines[-1].removeprefix(ASKED)}")
    assert await asked


async def test_after_a_miss_no_line_is_too_busy(make: Make) -> None:
    net = await up(make, burst=1, per_second=1.0)
    assert await answered(net)
    await net.clock.advance(10)
    assert not await missed(net)
    net.sent()
    cleared = net.cleared(room("#team"), "one", "two", "three")
    sending = asyncio.create_task(net.transport.send(cleared))
    await settle()
    asked = begin(net)
    await net.clock.advance(40)
    assert token(net)
    assert not await asked
    await sending


async def test_a_network_that_never_gives_any_back_is_not_silent_for_ever(make: Make) -> None:
    net = await up(make)
    for _ in range(4):
        assert not await missed(net)
        net.sent()
    asked = begin(net)
    await settle()
    lines = net.sent()
    said = next(line for line in lines if line.startswith(ASKED)).removeprefix(ASKED)
    assert f"PING {said}" in lines
    await net.says(f":irc PONG irc :{said}")
    assert await asked
    assert not await missed(net)
    net.sent()
    # Once one has come back after all, nothing less will do.
    asked = begin(net)
    await settle()
    await net.says(f":{MASK} PRIVMSG caseward :{token(net)}")
    assert await asked
    asked = begin(net)
    await settle()
    assert not [line for line in net.sent() if line.startswith("PING token")]
    await net.clock.advance(31)
    assert not await asked


def silent(pulse: Pulse) -> bool:
    """Whether it is by now."""
    return pulse.silent


class Nobody:
    """Hears of nothing: what is told is tested elsewhere."""

    def since(self, _name: str) -> None:
        """Nothing was told."""

    def calm(self, _name: str) -> bool:
        """Nothing is to be told."""
        return False


class Here:
    """The one network."""

    def __init__(self, net: FakeNet) -> None:
        self.transports = {"net": net.transport}


async def test_a_server_that_only_answers_ping_is_left_within_three_minutes(make: Make) -> None:
    net = await up(make)
    away: Away = Nobody()  # type: ignore[assignment]  # tells nothing
    pulse = Pulse(
        live=Here(net),  # type: ignore[arg-type]  # all that is asked of it
        clock=net.clock,
        up=lambda _name: net.links()[-1],
        away=away,
        mail=MailWatch(carrier=None, clock=net.clock),  # type: ignore[arg-type]  # never asked
    )
    working = asyncio.create_task(pulse.run())
    await settle()
    await net.says(f":{MASK} PRIVMSG caseward :{token(net)}")
    began = net.clock.passed
    while net.links()[-1]:
        await net.clock.advance(1)
        for line in net.sent():
            if line.startswith("PING "):
                await net.says(f":irc PONG irc :{line.removeprefix('PING ').lstrip(':')}")
    assert net.clock.passed - began <= 180
    assert silent(pulse)
    await net.clock.advance(15)
    assert len(net.wires) == 2
    await net.register()
    await net.enter("alice=alice")
    while not (said := [line for line in net.sent() if line.startswith(ASKED)]):
        await net.clock.advance(1)
    assert silent(pulse)
    await net.says(f":{MASK} {said[0]}")
    assert not silent(pulse)
    working.cancel()
