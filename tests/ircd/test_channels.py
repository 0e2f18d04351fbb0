"""Channels: modes seen and told, coming in and being kept out, names, topics."""

from __future__ import annotations

import pytest

from tests.servers.api import IRCServer
from tests.servers.client import IRCClient, barrier
from tests.servers.crowd import Crowd

MANY = ("multi-prefix", "userhost-in-names")


async def two_in(crowd: Crowd, channel: str) -> tuple[IRCClient, IRCClient]:
    """alice, who has made the channel and is its operator, and mallory."""
    alice, mallory = await crowd.enter_all("alice", "mallory")
    await alice.join(channel)
    await mallory.join(channel)
    await alice.expect("^:mallory!.* JOIN ")
    return alice, mallory


async def test_modes_are_told_and_shown(crowd: Crowd) -> None:
    alice, mallory = await two_in(crowd, "#team")
    alice.mode("#team", "+sikl", "sesame", "10")
    assert (await mallory.expect(" MODE #team ")).params[2:] == ["+sikl", "sesame", "10"]
    mallory.mode("#team")
    shown = (await mallory.expect(" 324 ")).params
    assert set(shown[3]) == set("+iklnst")
    assert shown[4:] == ["sesame", "10"]
    await mallory.expect(" 329 mallory #team ")
    alice.mode("#team", "-s+m-kl", "sesame")
    assert (await mallory.expect(" MODE #team ")).params[2:] == ["-s+m-kl", "sesame"]


async def test_who_changes_modes_is_named(crowd: Crowd) -> None:
    alice, mallory = await two_in(crowd, "#team")
    alice.mode("#team", "-n")
    told = await mallory.expect(" MODE #team ")
    assert told.nick == "alice"
    assert told.tags["account"] == "alice"


async def test_modes_need_an_operator_and_a_known_letter(crowd: Crowd) -> None:
    alice, mallory = await two_in(crowd, "#team")
    mallory.mode("#team", "+i")
    await mallory.expect(" 482 mallory #team ")
    alice.mode("#team", "+Q")
    await alice.expect(" 472 alice Q ")
    alice.mode("#team", "+o", "nobody-here")
    await alice.expect(" 401 alice nobody-here ")
    alice.mode("#team", "+k")
    await alice.expect(" 696 alice #team k ")
    alice.mode("#team", "+l", "many")
    await alice.expect(" 696 alice #team l ")
    alice.mode("#team", "+t")  # it has it already
    alice.mode("#none-such", "+s")
    await alice.expect(" 403 alice #none-such ")
    await barrier(alice, mallory)
    assert not any(" MODE #team " in line.text for line in mallory.lines)


async def test_secret_channel_is_hidden_from_outside(crowd: Crowd) -> None:
    alice, mallory = await crowd.enter_all("alice", "mallory")
    await alice.join("#hidden")
    alice.mode("#hidden", "+s")
    await barrier(alice, mallory)
    for question, answer in {
        "MODE #hidden": " 403 ",
        "TOPIC #hidden": " 403 ",
        "NAMES #hidden": " 366 ",
        "WHO #hidden %na": " 315 ",
        "LIST": " 323 ",
    }.items():
        mallory.send(question)
        await mallory.expect(answer)
    mallory.say("#hidden", "hello")
    await mallory.expect(" 404 ")
    numerics = {line.params[0] for line in mallory.lines}
    assert not numerics & {"324", "353", "354", "332", "322"}
    await alice.sync()
    assert not any("hello" in line.text for line in alice.lines)


@pytest.mark.parametrize(
    ("modes", "numeric"),
    [
        (("+i",), "473"),
        (("+k", "sesame"), "475"),
        (("+l", "1"), "471"),
        (("+b", "mallory!*@*"), "474"),
        (("+b", "m?llory"), "474"),
        (("+R",), "477"),
    ],
    ids="".join,
)
async def test_kept_out(crowd: Crowd, modes: tuple[str, ...], numeric: str) -> None:
    alice, mallory = await crowd.enter_all("alice", "mallory")
    await alice.join("#team")
    alice.mode("#team", *modes)
    await alice.expect(" MODE #team ")
    mallory.send("JOIN #team")
    await mallory.expect(f" {numeric} mallory #team ")
    alice.send("NAMES #team")
    assert (await alice.expect(" 353 ")).params[-1].split() == ["@alice"]


async def test_key_and_account_let_in(crowd: Crowd) -> None:
    alice, bob = await crowd.enter_all("alice", "bob")
    await alice.join("#team")
    alice.mode("#team", "+Rk", "sesame")
    await alice.expect(" MODE #team ")
    await bob.join("#team", "sesame")
    bob.send("JOIN #TEAM")  # in it already: nothing happens
    assert await bob.sync() == []


async def test_invitation_lets_in_and_is_told_to_operators(crowd: Crowd) -> None:
    alice = await crowd.enter("alice", caps=("invite-notify",))
    bob = await crowd.enter("bob", caps=("invite-notify",))
    mallory, carol = await crowd.enter_all("mallory", "carol")
    await alice.join("#team")
    await bob.join("#team")
    await carol.join("#team")
    alice.mode("#team", "+io", "bob")
    await carol.expect(" MODE #team ")
    carol.send("INVITE mallory #team")
    await carol.expect(" 482 carol #team ")
    alice.send("INVITE bob #team")
    await alice.expect(" 443 alice bob #team ")
    alice.send("INVITE nobody-here #team")
    await alice.expect(" 401 ")
    alice.send("INVITE mallory #team")
    await alice.expect(" 341 alice mallory ")
    assert (await mallory.expect(" INVITE ")).params == ["INVITE", "mallory", "#team"]
    assert (await bob.expect(" INVITE ")).nick == "alice"
    await mallory.join("#team")
    mallory.send("PART #team")
    await mallory.expect(" PART ")
    mallory.send("JOIN #team")  # an invitation is good for once
    await mallory.expect(" 473 ")


async def test_kick(crowd: Crowd) -> None:
    alice, mallory = await two_in(crowd, "#team")
    mallory.send("KICK #team alice :no")
    await mallory.expect(" 482 mallory #team ")
    alice.send("KICK #team mallory :enough")
    assert (await mallory.expect(" KICK ")).params == ["KICK", "#team", "mallory", "enough"]
    await alice.expect(" KICK #team mallory ")
    alice.send("KICK #team mallory")
    await alice.expect(" 441 alice mallory #team ")
    mallory.say("#team", "still here")
    await mallory.expect(" 404 ")


async def test_part_with_and_without_words(crowd: Crowd) -> None:
    alice, mallory = await two_in(crowd, "#team")
    mallory.send("PART #team :good night")
    assert (await alice.expect("^:mallory!.* PART ")).params == ["PART", "#team", "good night"]
    mallory.send("PART #team")
    await mallory.expect(" 442 mallory #team ")
    mallory.send("PART #none-such")
    await mallory.expect(" 403 ")
    await mallory.join("#team")
    mallory.send("PART #team")
    assert (await alice.expect("^:mallory!.* PART ")).params == ["PART", "#team"]


async def test_names_with_all_prefixes_and_hosts(crowd: Crowd) -> None:
    alice, bob = await crowd.enter_all("alice", "bob")
    watcher = await crowd.enter("carol", caps=MANY)
    for client in (alice, bob, watcher):
        await client.join("#team")
    alice.mode("#team", "+v", "alice")
    alice.mode("#team", "+v", "bob")
    await alice.expect(r" MODE #team \+v :?bob")
    await barrier(alice, watcher)
    watcher.send("NAMES #team")
    names = set((await watcher.expect(" 353 ")).params[-1].split())
    assert {name.partition("!")[0] for name in names} == {"@+alice", "+bob", "carol"}
    assert all("@" in name.partition("!")[2] for name in names)
    bob.send("NAMES #team")
    assert set((await bob.expect(" 353 ")).params[-1].split()) == {"@alice", "+bob", "carol"}


async def test_topic(crowd: Crowd) -> None:
    alice, mallory = await two_in(crowd, "#team")
    mallory.send("TOPIC #team")
    await mallory.expect(" 331 ")
    mallory.send("TOPIC #team :mine")
    await mallory.expect(" 482 ")
    alice.send("TOPIC #team :be kind")
    assert (await mallory.expect(" TOPIC ")).params == ["TOPIC", "#team", "be kind"]
    bob = await crowd.enter("bob")
    bob.send("JOIN #team")
    assert (await bob.expect(" 332 ")).params[3] == "be kind"
    assert (await bob.expect(" 333 ")).params[3] == "alice"


async def test_several_channels_at_once(crowd: Crowd) -> None:
    alice, bob = await crowd.enter_all("alice", "bob")
    await alice.join("#one")
    alice.mode("#one", "+k", "sesame")
    await barrier(alice, bob)
    bob.send("JOIN #one,#two sesame")
    await bob.expect(" 366 bob #one ")
    await bob.expect(" 366 bob #two ")
    bob.send("JOIN no-channel")
    await bob.expect(" (476|403) bob no-channel ")
    bob.send("PART #one,#two :both")
    assert [(await bob.expect(" PART ")).params[1] for _ in range(2)] == ["#one", "#two"]


async def test_status_given_and_taken(crowd: Crowd) -> None:
    alice, mallory = await two_in(crowd, "#team")
    alice.mode("#team", "+ov", "mallory", "mallory")
    assert (await mallory.expect(" MODE ")).params[2:] == ["+ov", "mallory", "mallory"]
    mallory.mode("#team", "-o", "alice")
    assert (await alice.expect(" MODE #team -o")).params[2:] == ["-o", "alice"]
    alice.mode("#team", "+s")
    await alice.expect(" 482 ")


async def test_somebody_forced_in(irc_server: IRCServer, crowd: Crowd) -> None:
    alice, mallory = await crowd.enter_all("alice", "mallory")
    await alice.join("#team")
    alice.mode("#team", "+is")
    await alice.expect(" MODE #team ")
    await irc_server.force_join("mallory", "#team")
    await alice.expect("^:mallory!.* JOIN ")
    await mallory.expect(" 366 mallory #team ")
