"""Where networks let us in, and where not."""

import pytest

from tests.transports.irc.fake import MASK, Make
from tests.transports.irc.rig import room

TEAM = room("#team")
ALICE = ":alice!u@h.example.org"
MALLORY = ":mallory!u@h"


def joins(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("JOIN")]


@pytest.mark.parametrize(
    "line",
    [
        ":irc {code} caseward #team :Cannot join channel",
        ":irc {code} caseward #TEAM :Cannot join channel",
    ],
)
@pytest.mark.parametrize(
    "code", "403 405 437 471 473 474 475 476 477 479 480 489 500 520 609 926".split()
)
async def test_a_refusal_is_taken_for_one_and_answered_with_patience(
    make: Make, line: str, code: str
) -> None:
    net = make(trusted_agents=())
    await net.begin()
    await net.register()
    net.sent()
    await net.says(line.format(code=code))
    assert net.links() == [True]
    await net.clock.advance(4)
    assert joins(net.sent()) == []
    await net.clock.advance(6)
    assert joins(net.sent()) == ["JOIN #team"]


async def test_no_answer_at_all_is_met_with_patience_too(make: Make) -> None:
    net = make()
    await net.begin()
    await net.register()
    sent = 0
    for _ in range(30):
        await net.clock.advance(20)
        await net.says(":irc PONG irc :x")
        sent += len(joins(net.sent()))
    assert 4 <= sent <= 12


async def test_a_channel_that_forwards_is_not_the_one_it_forwards_to(make: Make) -> None:
    net = make()
    await net.begin()
    await net.register()
    net.sent()
    await net.says(
        ":irc 470 caseward #team ##overflow :Forwarding to another channel",
        f":{MASK} JOIN ##overflow caseward :bot",
        ":irc 353 caseward = ##overflow :caseward mallory",
        ":irc 366 caseward ##overflow :end",
        f"{MALLORY} PRIVMSG ##overflow :!cases",
    )
    await net.clock.advance(1)
    assert net.sent() == ["PART ##overflow"]
    assert net.view(TEAM) is None
    assert net.view(room("##overflow")) is None
    assert net.heard() == []
    assert net.links() == [True]


async def test_a_forward_to_a_channel_of_ours_is_that_channel(make: Make) -> None:
    net = make(channels=("#team", "#other"))
    await net.begin()
    await net.register()
    net.sent()
    await net.says(
        ":irc 470 caseward #team #other :Forwarding to another channel",
        f":{MASK} JOIN #other caseward :bot",
    )
    assert net.view(TEAM) is None
    assert net.view(room("#other")) is not None
    await net.clock.advance(1)
    assert not [line for line in net.sent() if line.startswith("PART")]


async def test_invitations_to_anywhere_else_are_not_followed(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    await net.says(f"{ALICE} INVITE caseward :#elsewhere", f"{ALICE} INVITE bob :#team")
    await net.clock.advance(2)
    assert joins(net.sent()) == []


async def test_many_invitations_are_followed_now_and_then(make: Make) -> None:
    net = make(trusted_agents=())
    await net.begin()
    await net.register()
    await net.says(":irc 474 caseward #team :Cannot join (+b)")
    net.sent()
    for _ in range(50):
        await net.says(f"{ALICE} INVITE caseward :#team", ":irc 474 caseward #team :Cannot")
    assert joins(net.sent()) == ["JOIN #team"]


async def test_who_is_kicked_again_and_again_comes_back_slower_and_slower(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    waits = []
    for _ in range(4):
        await net.says(f"{ALICE} KICK #team caseward :out")
        assert net.view(TEAM) is None
        began = net.clock.passed
        net.sent()
        while not joins(net.sent()):
            await net.clock.advance(1)
            await net.says(":irc PONG irc :x")
        waits.append(net.clock.passed - began)
        await net.says(f":{MASK} JOIN #team caseward :bot")
    assert waits == sorted(waits)
    assert 5 <= waits[0] <= 10
    assert waits[-1] > 30
    assert net.links() == [True]


async def test_a_channel_that_we_are_not_in_after_all_is_entered_again(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    await net.says(":irc 442 caseward #team :You're not on that channel")
    assert net.view(TEAM) is None
    await net.clock.advance(30)
    await net.says(":irc PONG irc :x")
    assert "JOIN #team" in net.sent()
