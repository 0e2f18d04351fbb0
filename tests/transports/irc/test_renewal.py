"""A configuration or a roster that changes while the bot is connected."""

import asyncio

import pytest

from bot.core.words.inbound import RoomChanged
from bot.core.words.places import DMView, RoomView
from bot.core.words.ports import Sent
from tests.servers.crowd import Crowd
from tests.transports.irc.fake import FakeNet, Make, settle
from tests.transports.irc.rig import Rig, dm, room

TEAM = room("#team")
ALICE = ":alice!u@h.example.org"


def renew(net: FakeNet, *channels: str, **changes: tuple[str, ...]) -> None:
    values = {"trusted_agents": ("ChanServ",), "relays": ()} | changes
    net.transport.renew(channels=channels, **values)


def changed(net: FakeNet) -> list[str]:
    return [event.place.address for event in net.events if isinstance(event, RoomChanged)]


async def test_a_new_channel_is_entered_at_once(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    renew(net, "#team", "#more")
    await settle()
    assert net.sent() == ["JOIN #more"]
    await net.says(":caseward!caseward@bot.example.org JOIN #more caseward :bot")
    assert net.view(room("#more")) is not None
    assert net.links() == [True]


async def test_a_channel_that_is_none_any_more_is_left_and_forgotten_at_once(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    net.events.clear()
    renew(net)
    assert net.view(TEAM) is None
    assert changed(net) == ["#team"]
    await net.says(f"{ALICE} PRIVMSG #team :!cases")
    assert net.heard() == []
    assert net.sent() == ["PART #team"]
    await net.says(":caseward!caseward@bot.example.org PART #team")
    await net.clock.advance(60)
    assert not [line for line in net.sent() if line.startswith("JOIN")]


async def test_a_channel_that_was_about_to_be_entered_is_left(make: Make) -> None:
    net = make()
    await net.begin()
    await net.register()
    renew(net)
    net.sent()
    await net.says(":caseward!caseward@bot.example.org JOIN #team caseward :bot")
    await settle()
    assert net.sent() == ["PART #team"]
    assert net.view(TEAM) is None
    assert net.links() == [True]


async def test_another_spelling_is_another_place(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    renew(net, "#Team")
    await settle()
    assert net.sent() == ["PART #team", "JOIN #Team"]
    await net.says(
        ":caseward!caseward@bot.example.org PART #team",
        ":caseward!caseward@bot.example.org JOIN #team caseward :bot",
    )
    assert net.view(TEAM) is not None
    assert net.view(TEAM) == net.view(room("#Team"))


async def test_agents_are_judged_anew(make: Make) -> None:
    net = make()
    await net.up("alice=alice", "Helper=Helper")
    view = net.view(TEAM)
    assert isinstance(view, RoomView)
    assert [member.agent for member in view.members] == [False, False]
    net.events.clear()
    renew(net, "#team", trusted_agents=("Helper",))
    after = net.view(TEAM)
    assert isinstance(after, RoomView)
    assert [member.agent for member in after.members] == [False, True]
    assert after.epoch > view.epoch
    assert changed(net) == ["#team"]


async def test_relays_are_judged_anew(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    for relays in ((), ("Bridge",), ()):
        renew(net, "#team", relays=relays)
        await net.says("@account=bridge :bridge!u@h PRIVMSG #team :<alice> !cases")
    assert [inbound.speaker.relayed for inbound in net.heard()] == [False, True, False]


async def test_names_that_cannot_be_used_change_nothing(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    before = net.view(TEAM)
    with pytest.raises(ValueError, match="channels"):
        renew(net, "#team", "#a b")
    assert net.view(TEAM) == before
    assert net.sent() == []


async def test_without_a_connection_the_next_one_is_told(make: Make) -> None:
    net = make()
    renew(net, "#other")
    await net.begin()
    await net.register()
    assert "JOIN #other" in net.sent()


async def test_a_new_roster_voids_what_was_cleared_under_the_old_one(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    await net.says(f"@account=alice {ALICE} PRIVMSG caseward :x")
    await net.says(":mallory!u@h PRIVMSG caseward :y")
    view, stranger = net.view(dm("alice")), net.view(dm("mallory"))
    in_room, in_dm = net.cleared(TEAM, "old"), net.cleared(dm("alice"), "old")
    net.events.clear()
    net.transport.recheck()
    assert changed(net) == ["#team"]
    assert await net.transport.send(in_room) is Sent.STALE
    assert await net.transport.send(in_dm) is Sent.STALE
    after = net.view(dm("alice"))
    assert isinstance(view, DMView)
    assert isinstance(after, DMView)
    assert (after.identity, after.epoch > view.epoch) == (view.identity, True)
    assert net.view(dm("mallory")) == stranger


async def test_a_text_that_waits_for_its_turn_is_void_too(make: Make) -> None:
    net = make(burst=1)
    await net.begin()
    await net.register()
    await net.enter("alice=alice")
    await net.clock.advance(3)
    net.sent()
    sending = asyncio.create_task(net.transport.send(net.cleared(TEAM, "one", "two")))
    await settle()
    net.transport.recheck()
    await net.clock.advance(5)
    assert await sending is Sent.STALE
    assert net.sent() == ["PRIVMSG #team :one"]


async def test_channels_change_on_servers(rig: Rig, crowd: Crowd) -> None:
    await rig.start("#team")
    alice = await crowd.enter("alice")
    await alice.join("#team")
    await alice.join("#more")
    rig.transport.renew(channels=("#more",), trusted_agents=(), relays=())
    await alice.expect(r":caseward!\S+ PART :?#team")
    view = await rig.sees("#more", lambda view: view.complete)
    assert [member.nick for member in view.members] == ["alice"]
    assert rig.look("#team") is None
