"""Splits, floods, kills, and nicks that collide."""

import asyncio
import re

import pytest

from bot.core.words.inbound import RoomChanged
from bot.core.words.places import DMView, RoomView
from tests.servers.crowd import Crowd
from tests.transports.irc.fake import MASK, FakeNet, Make, settle
from tests.transports.irc.rig import Rig, dm, room

TEAM = room("#team")
ALICE = ":alice!u@h.example.org"


def team(net: FakeNet) -> RoomView:
    view = net.view(TEAM)
    assert isinstance(view, RoomView)
    return view


def peer(net: FakeNet, nick: str) -> DMView:
    view = net.view(dm(nick))
    assert isinstance(view, DMView)
    return view


async def test_a_split_of_many_and_their_return_leave_the_room_as_it_is(make: Make) -> None:
    net = make()
    crowd = [f"user{number}" for number in range(400)]
    await net.up("alice=alice", *(f"{nick}={nick}" for nick in crowd))
    assert len(team(net).members) == 401
    epoch = team(net).epoch
    await net.says(*(f":{nick}!u@h.example.org QUIT :a.example b.example" for nick in crowd))
    assert [member.nick for member in team(net).members] == ["alice"]
    await net.says(
        *(f":{nick}!u@h.example.org JOIN #team {nick} :x" for nick in crowd[:-2]),
        f":{crowd[-2]}!u@h.example.org JOIN #team * :x",
        f":irc MODE #team +ov {crowd[0]} {crowd[1]}",
    )
    view = team(net)
    assert view.complete
    assert view.epoch > epoch
    assert {member.nick: member.account for member in view.members} == {
        "alice": "alice",
        **{nick: nick for nick in crowd[:-2]},
        crowd[-2]: None,
    }
    assert net.events[-1] == RoomChanged(place=TEAM)


async def test_a_split_ends_every_connection_behind_it(make: Make) -> None:
    net = make()
    await net.up()
    for number in range(50):
        await net.says(f":m{number}!u@h PRIVMSG caseward :x")
    identities = [inbound.speaker.identity for inbound in net.heard()]
    await net.says(*(f":m{number}!u@h QUIT :a.example b.example" for number in range(50)))
    assert net.ended() == identities
    await net.says(":m7!u@h PRIVMSG caseward :back")
    assert net.heard()[-1].speaker.identity not in identities


async def test_a_collision_that_renames_the_bot_is_survived(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    await net.says(f":{MASK} NICK 1TSAAAAAB", "@account=alice :alice!u@h PRIVMSG 1TSAAAAAB :x")
    assert net.heard()[-1].place == dm("alice")
    await net.says("@account=alice :alice!u@h PRIVMSG caseward :to whoever has it now")
    assert len(net.heard()) == 1
    await net.clock.advance(2)
    assert "MONITOR + caseward" in net.sent()
    await net.says(":irc 731 1TSAAAAAB :caseward")
    await net.clock.advance(1)
    assert "NICK caseward" in net.sent()
    await net.says(":1TSAAAAAB!caseward@bot.example.org NICK caseward")
    await net.says("@account=alice :alice!u@h PRIVMSG caseward :y")
    assert net.heard()[-1].text == "y"


async def test_a_collision_of_others_is_a_change_of_nicks(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    await net.says(f"@account=alice {ALICE} PRIVMSG caseward :x")
    epoch = peer(net, "alice").epoch
    await net.says(f"{ALICE} NICK 1TSAAAAAC", ":alice!u@h JOIN #team * :other")
    members = {member.nick: member.account for member in team(net).members}
    assert members == {"1TSAAAAAC": "alice", "alice": None}
    view = net.view(dm("alice"))
    assert view is None or view.epoch > epoch


async def test_a_kill_is_followed_by_a_new_connection(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    await net.says(":irc KILL caseward :irc (Nickname collision)", "ERROR :Closing link")
    net.wire.abort()
    await settle()
    assert net.links() == [True, False]
    assert net.view(TEAM) is None
    await net.clock.advance(10)
    await net.register()
    await net.enter("alice=alice")
    assert net.links() == [True, False, True]


@pytest.mark.parametrize(("agents", "asked"), [(("NickServ",), True), (("ChanServ",), False)])
async def test_a_trusted_nickserv_is_asked_for_the_nick(
    make: Make, agents: tuple[str, ...], asked: bool
) -> None:
    net = make(trusted_agents=agents)
    await net.begin()
    await net.says(":irc 433 * caseward :in use")
    await net.register()
    await net.says(":irc 001 caseward_ :Welcome")
    await net.clock.advance(2)
    assert ("PRIVMSG NickServ :GHOST caseward" in net.sent()) is asked


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.parametrize("irc_server_unstarted", ["inspircd"], indirect=True)
async def test_nickserv_brings_the_nick_back(rig: Rig, crowd: Crowd) -> None:
    taker = await crowd.enter("caseward", account="erin")
    await rig.start("#team", trusted_agents=("ChanServ", "NickServ"))
    await taker.wait_closed()
    bob = await crowd.enter("bob")
    async with asyncio.timeout(30):
        bob.send("WHOIS caseward")
        while not [line for line in await bob.sync() if " 330 bob caseward caseward " in line.text]:
            bob.send("WHOIS caseward")


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.parametrize("irc_server_unstarted", ["inspircd"], indirect=True)
async def test_chanserv_lets_the_bot_into_a_closed_channel_after_a_restart(
    rig: Rig, crowd: Crowd
) -> None:
    """Registered, invite-only, with access for the bot's account: as teams have theirs."""
    alice = await crowd.enter("alice")
    await alice.join("#kept")
    try:
        for command in ("REGISTER #kept", "FLAGS #kept caseward +i"):
            alice.say("ChanServ", command)
            await alice.expect(r":ChanServ!\S+ NOTICE alice ")
        alice.mode("#kept", "+si")
        await alice.sync()
        await rig.start("#kept")
        await rig.sees("#kept", lambda view: view.complete and view.closed)
        await rig.server.kill_client("caseward")
        await rig.up(times=2)
        view = await rig.sees("#kept", lambda view: view.complete and view.closed)
        assert [member.nick for member in view.members if not member.agent] == ["alice"]
    finally:
        alice.say("ChanServ", "DROP #kept")
        line = await alice.expect(r"ChanServ DROP #kept ")
        found = re.search(r"DROP #kept [0-9a-f:]+", line.text)
        assert found is not None
        alice.say("ChanServ", found[0])
        await alice.expect("dropped")


@pytest.mark.parametrize("code", ["432", "433", "436", "437"])
async def test_a_nick_that_cannot_be_had_now_gives_another(make: Make, code: str) -> None:
    net = make()
    await net.begin()
    await net.says(f":irc {code} * caseward :Nick or channel is temporarily unavailable")
    assert net.sent()[-1] == "NICK caseward_"
    await net.register(isupport="WHOX")
    await net.says(":irc 001 caseward_ :Welcome")
    net.sent()
    await net.says(f":irc {code} caseward_ caseward :not now either")
    assert net.sent() == []
