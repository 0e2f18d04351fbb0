"""What a channel is at this moment: members, accounts, modes; and that every change is told."""

import asyncio

import pytest

from bot.core.words.inbound import RoomChanged
from bot.core.words.places import RoomView
from bot.core.words.ports import Sent
from tests.servers.client import IRCClient
from tests.servers.crowd import Crowd
from tests.transports.irc.rig import Rig, members, room


async def private_room(rig: Rig, crowd: Crowd) -> IRCClient:
    """Alice holds #team, the bot is in it, and it is as private as can be."""
    alice = await crowd.enter("alice")
    await alice.join("#team")
    alice.mode("#team", "+nst")
    await alice.sync()
    await rig.start("#team")
    alice.mode("#team", "+i")
    await rig.sees("#team", is_private)
    return alice


def is_private(view: RoomView) -> bool:
    return view.complete and view.hidden and view.closed and view.no_external and view.secure


async def test_a_private_room_is_seen_as_one(rig: Rig, crowd: Crowd) -> None:
    await private_room(rig, crowd)
    view = await rig.sees("#team", is_private)
    assert members(view) == {"alice": "alice"}


@pytest.mark.parametrize(
    ("flip", "field"),
    [("-s", "hidden"), ("-i", "closed"), ("-n", "no_external")],
)
async def test_a_mode_that_goes_is_seen_and_comes_back(
    rig: Rig, crowd: Crowd, flip: str, field: str
) -> None:
    alice = await private_room(rig, crowd)
    before = await rig.sees("#team", is_private)
    alice.mode("#team", flip)
    after = await rig.sees("#team", lambda view: not getattr(view, field))
    assert after.epoch > before.epoch
    assert rig.events[-1] == RoomChanged(place=room("#team"))
    alice.mode("#team", flip.replace("-", "+"))
    assert (await rig.sees("#team", is_private)).epoch > after.epoch


async def test_a_key_closes_a_room_too(rig: Rig, crowd: Crowd) -> None:
    alice = await private_room(rig, crowd)
    alice.mode("#team", "-i+k", "sesame")
    await alice.sync()
    alice.mode("#team", "+m")
    alice.say("#team", "after the modes")
    await rig.message("after the modes")
    view = rig.look("#team")
    assert view is not None
    assert view.closed


async def test_a_stranger_who_comes_in_is_seen(rig: Rig, crowd: Crowd) -> None:
    await private_room(rig, crowd)
    await crowd.enter("mallory")
    before = await rig.sees("#team", is_private)
    await rig.server.force_join("mallory", "#team")
    view = await rig.sees("#team", lambda view: len(view.members) == 2)
    assert members(view) == {"alice": "alice", "mallory": None}
    assert view.complete
    assert view.epoch > before.epoch


async def test_text_cleared_before_a_change_is_not_said(rig: Rig, crowd: Crowd) -> None:
    alice = await private_room(rig, crowd)
    cleared = rig.cleared(room("#team"), "for those who were there")
    await crowd.enter("mallory")
    await rig.server.force_join("mallory", "#team")
    await rig.sees("#team", lambda view: len(view.members) == 2)
    assert await rig.transport.send(cleared) is Sent.STALE
    await alice.sync()
    assert not [line for line in alice.lines if "for those" in line.text]


async def test_an_account_that_changes_in_the_room_is_seen(rig: Rig, crowd: Crowd) -> None:
    alice = await private_room(rig, crowd)
    alice.say("NickServ", "LOGOUT")
    view = await rig.sees("#team", lambda view: members(view) == {"alice": None})
    assert view.complete


async def test_a_nick_change_keeps_the_account(rig: Rig, crowd: Crowd) -> None:
    alice = await private_room(rig, crowd)
    alice.send("NICK alicia")
    await rig.sees("#team", lambda view: members(view) == {"alicia": "alice"})


async def test_whoever_leaves_is_not_there_any_more(rig: Rig, crowd: Crowd) -> None:
    alice = await private_room(rig, crowd)
    bob, carol, dan = await crowd.enter_all("bob", "carol", "dan")
    for one in (bob, carol, dan):
        alice.send(f"INVITE {one.nick} #team")
        await one.expect(" INVITE ")
        await one.join("#team")
    await rig.sees("#team", lambda view: len(view.members) == 4)
    bob.send("PART #team")
    alice.send("KICK #team carol")
    await dan.quit()
    view = await rig.sees("#team", lambda view: len(view.members) == 1)
    assert members(view) == {"alice": "alice"}


async def test_members_who_were_there_before_us_are_known(rig: Rig, crowd: Crowd) -> None:
    one, two, three = await asyncio.gather(
        crowd.enter("alice"), crowd.enter("other", account="erin"), crowd.enter("mallory")
    )
    for client in (one, two, three):
        await client.join("#team")
    await rig.start("#team")
    view = await rig.sees("#team", lambda view: view.complete)
    assert members(view) == {"alice": "alice", "other": "erin", "mallory": None}


async def test_a_kick_takes_the_room_away_until_we_are_back(rig: Rig, crowd: Crowd) -> None:
    alice = await private_room(rig, crowd)
    alice.send("KICK #team caseward")
    await rig.until(lambda: rig.look("#team") is None)
    assert await rig.say(room("#team"), "anybody") is Sent.DOWN
    alice.send("INVITE caseward #team")
    await rig.sees("#team", is_private)


async def test_only_configured_channels_are_entered(rig: Rig, crowd: Crowd) -> None:
    await rig.start("#team")
    alice = await crowd.enter("alice")
    await alice.join("#elsewhere")
    alice.send("INVITE caseward #elsewhere")
    await rig.server.force_join("caseward", "#elsewhere")
    await alice.expect(r":caseward!\S+ PART :?#elsewhere")
    assert rig.look("#elsewhere") is None


async def test_an_agent_needs_the_word_of_the_network(rig: Rig, crowd: Crowd) -> None:
    await rig.start("#team", trusted_agents=("ChanServ", "Helper"))
    fake = await crowd.enter("Helper")
    await fake.join("#team")
    view = await rig.sees("#team", lambda view: len(view.members) == 1 and view.complete)
    assert not view.members[0].agent


async def test_a_refused_channel_does_not_keep_the_network_down(rig: Rig, crowd: Crowd) -> None:
    alice = await crowd.enter("alice")
    await alice.join("#closed")
    alice.mode("#closed", "+i")
    await alice.sync()
    await rig.start("#closed", "#team")
    assert rig.look("#closed") is None
    await rig.sees("#team", lambda view: view.complete)
    alice.send("INVITE caseward #closed")
    await rig.sees("#closed", lambda view: view.complete)


async def test_channels_have_one_name_however_they_are_spelt(rig: Rig, crowd: Crowd) -> None:
    await rig.start("#Team[1]")
    alice = await crowd.enter("alice")
    alice.send("JOIN #TEAM[1]")
    await alice.expect(" 366 ")
    alice.say("#TEAM[1]", "spelt otherwise")
    assert (await rig.message("spelt otherwise")).place == room("#Team[1]")
