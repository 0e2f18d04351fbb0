"""What networks say of themselves midway, what is not for us, and two networks at once."""

import pytest

from bot.core.words.places import RoomView
from bot.core.words.ports import Sent
from tests.transports.irc.fake import CAPS, MASK, FakeNet, Make, settle
from tests.transports.irc.rig import ROSTER, dm, room

TEAM = room("#team")
ALICE = ":alice!u@h.example.org"
MALLORY = ":mallory!u@h"


def team(net: FakeNet) -> RoomView:
    view = net.view(TEAM)
    assert isinstance(view, RoomView)
    return view


def joins(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("JOIN")]


async def isupport(net: FakeNet, tokens: str) -> None:
    await net.says(f":irc 005 caseward {tokens} :are supported by this server")


# ---- what the network says of itself -------------------------------------------------------------


async def test_a_watch_list_that_is_taken_away_watches_for_nobody(make: Make) -> None:
    net = make()
    await net.up()
    await net.says(f"{MALLORY} PRIVMSG caseward :first")
    await net.clock.advance(1)
    assert "MONITOR + mallory" in net.sent()
    identity = net.heard()[0].speaker.identity
    await net.clock.advance(59)
    await net.says(":irc PONG irc :alive")
    assert await net.transport.find(identity) == dm("mallory")
    await isupport(net, "-MONITOR")
    await net.clock.advance(2)
    assert await net.transport.find(identity) is None
    await net.says(":bob!u@h PRIVMSG caseward :hello")
    await net.clock.advance(2)
    assert not [line for line in net.sent() if line.startswith("MONITOR")]


async def test_a_shorter_watch_list_is_kept_to(make: Make) -> None:
    net = make()
    await net.up()
    for nick in ("one", "two"):
        await net.says(f":{nick}!u@h PRIVMSG caseward :x")
    await net.clock.advance(2)
    net.sent()
    await isupport(net, "MONITOR=2")
    await net.clock.advance(2)
    assert net.sent() == ["MONITOR - one"]


async def test_another_case_mapping_makes_other_people(make: Make) -> None:
    """`a[` and `a{` are one nick under rfc1459 and two under ascii."""
    net = make()
    await net.up("a[=0")
    await net.says(":a[!u@h.example.org PRIVMSG caseward :x")
    identity = net.heard()[0].speaker.identity
    await isupport(net, "CASEMAPPING=ascii")
    assert net.ended() == [identity]
    assert net.view(dm("a[")) is None
    assert not team(net).complete
    await net.says(":a{!u@h JOIN #team * :other", ":a{!u@h QUIT :gone")
    assert [member.nick for member in team(net).members] == ["a["]
    await isupport(net, "-CASEMAPPING")
    await net.says(":A{!u@h QUIT :gone")
    assert team(net).members == ()


async def test_modes_that_mean_something_else_now_are_read_again(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    assert team(net).complete
    await isupport(net, "CHANMODES=bes,k,l,imnprtu")
    assert not team(net).complete
    await net.clock.advance(2)
    assert {"MODE #team", "NAMES #team"} <= set(net.sent())
    await net.says(":irc 324 caseward #team +nst", f"{ALICE} MODE #team +s *!*@h")
    assert not team(net).hidden


async def test_ranks_are_not_modes_of_the_channel(make: Make) -> None:
    net = make()
    await net.begin()
    await net.register(isupport="WHOX PREFIX=(sinqo)~&%.@")
    await net.enter("alice=alice", modes="+")
    await net.says(f"{ALICE} MODE #team +sin alice alice alice")
    view = team(net)
    assert (view.hidden, view.closed, view.no_external) == (False, False, False)


async def test_a_channel_with_a_history_is_seen_as_one(make: Make) -> None:
    """Whoever joins later is shown what was said: on servers whose `H` means that."""
    net = make()
    await net.begin()
    await net.register(isupport="WHOX")
    await isupport(net, "CHANMODES=be,k,Hl,Rimnprstu")
    await net.enter("alice=alice", modes="+sin")
    assert not team(net).replayed
    await net.says(f"{ALICE} MODE #team +H 10:60")
    assert team(net).replayed
    await net.says(f"{ALICE} MODE #team -H")
    assert not team(net).replayed


async def test_half_a_line_about_ourselves_changes_nothing(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    await net.says(":caseward NICK", ":irc 001", ":irc 004 caseward x")
    await net.says(f"@account=alice {ALICE} PRIVMSG caseward :still here")
    assert [inbound.text for inbound in net.heard()] == ["still here"]


@pytest.mark.parametrize("line", ["396 QUIT x", "396 alice x", "396 caseward"])
async def test_what_is_about_others_makes_our_lines_no_longer(make: Make, line: str) -> None:
    """Text is cut for the host that others see of us: a wrong one would have it cut off."""
    net = make()
    await net.up("alice=alice")
    text = "a " * 400
    lengths: list[int] = []
    for told in ("PONG irc :x", line):
        await net.says(f":irc.example.org {told}")
        net.sent()
        assert await net.transport.send(net.cleared(TEAM, text)) is Sent.DELIVERED
        lengths.append(max(map(len, net.sent())))
    assert lengths[0] == lengths[1]


async def test_the_mode_of_bots_may_come_late(make: Make) -> None:
    net = make()
    await net.begin()
    await net.register(isupport="WHOX")
    await net.enter()
    net.sent()
    await isupport(net, "BOT=b")
    await settle()
    assert net.sent() == ["MODE caseward +b"]


async def test_what_is_no_channel_here_is_not_joined(make: Make) -> None:
    net = make(channels=("&team", "+team"))
    await net.begin()
    await net.register(isupport="WHOX CHANTYPES=#&")
    assert joins(net.sent()) == ["JOIN &team"]
    await net.says(":irc 473 caseward &team :Cannot join (+i)")
    assert net.links() == [True]
    await net.clock.advance(60)
    assert set(joins(net.sent())) == {"JOIN &team"}


# ---- what is not for us --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "@account=alice {alice} PRIVMSG @#team :!cases",
        "@account=alice {alice} PRIVMSG +#team :!cases",
        "@account=alice {alice} PRIVMSG ~#team :!cases",
        "@account=alice {alice} PRIVMSG $*.example.org :!cases",
        "@account=alice {alice} PRIVMSG #elsewhere :!cases",
        "@account=alice {alice} PRIVMSG other :!cases",
        "@account=alice {alice} NOTICE #team :!cases",
        "@account=alice {alice} NOTICE caseward :!cases",
        "@account=alice;+typing=active {alice} TAGMSG #team",
        "@account=alice {alice} TAGMSG caseward",
        "@account=alice {alice} INVITE caseward :#team",
        ":irc.example.org PRIVMSG caseward :!cases",
        ":irc.example.org PRIVMSG #team :!cases",
        ":irc.example.org NOTICE * :*** Looking up your hostname",
        "NOTICE AUTH :!cases",
        "PRIVMSG caseward :!cases",
        "@account=alice :alice PRIVMSG caseward :!cases",
        "@account=caseward {me} PRIVMSG #team :!cases",
        "@account=caseward {me} PRIVMSG caseward :!cases",
        ":ChanServ!ChanServ@services.example.org PRIVMSG caseward :!cases",
    ],
)
async def test_what_is_not_said_to_all_of_a_room_or_to_the_bot_is_not_heard(
    make: Make, line: str
) -> None:
    net = make()
    await net.begin()
    await net.register(isupport="WHOX MONITOR=3 STATUSMSG=~@+")
    await net.enter("alice=alice")
    net.events.clear()
    await net.says(line.format(alice=ALICE, me=f":{MASK}"))
    assert net.events == []


# ---- two networks --------------------------------------------------------------------------------


async def test_two_networks_share_nothing(make: Make) -> None:
    one, two = make(name="net"), make(name="web")
    await one.up("alice=alice")
    await two.up("alice=alice", "bob=bob")
    for net in (one, two):
        await net.says(f"@account=alice {ALICE} PRIVMSG caseward :x")
        await net.says(f"{MALLORY} PRIVMSG caseward :x")
    persons = [net.heard()[0].speaker for net in (one, two)]
    assert [speaker.identity for speaker in persons] == ["net|account|alice", "web|account|alice"]
    assert [speaker.person for speaker in persons] == [ROSTER.holder("net", "alice"), None]
    strangers = [net.heard()[1].speaker.identity for net in (one, two)]
    assert strangers[0].partition("|")[0] == "net"
    assert strangers[1].partition("|")[0] == "web"
    assert two.view(TEAM) is None
    assert two.view(dm("alice")) is None
    assert await two.transport.send(one.cleared(TEAM, "x")) is Sent.DOWN
    assert await two.transport.find(persons[0].identity) is None
    one.wire.abort()
    await settle()
    assert (one.links(), two.links()) == ([True, False], [True])
    two.transport.renew(channels=(), trusted_agents=(), relays=())
    await one.clock.advance(10)
    await one.register(caps=CAPS)
    assert "JOIN #team" in one.sent()
