"""Coming and going: MONITOR, nicks, quits, kills, floods, and a server that dies."""

from __future__ import annotations

from tests.servers.api import IRCServer
from tests.servers.client import Heard, barrier
from tests.servers.crowd import Crowd


def nicks(line: Heard) -> list[str]:
    """Of a row of MONITOR: networks give nicks or whole masks."""
    return [word.partition("!")[0] for word in line.params[-1].split(",")]


async def test_monitor_tells_who_is_there(crowd: Crowd) -> None:
    alice, mallory = await crowd.enter_all("alice", "mallory")
    mallory.send("MONITOR + alice,nobody-here")
    assert nicks(await mallory.expect(" 730 ")) == ["alice"]
    assert nicks(await mallory.expect(" 731 ")) == ["nobody-here"]
    mallory.send("MONITOR S")
    assert nicks(await mallory.expect(" 730 ")) == ["alice"]
    mallory.send("MONITOR L")
    assert set(nicks(await mallory.expect(" 732 "))) == {"alice", "nobody-here"}
    await mallory.expect(" 733 ")
    mallory.send("MONITOR - alice")
    await alice.quit()
    mallory.send("MONITOR C")
    mallory.send("MONITOR L")
    await mallory.expect(" 733 ")
    assert sum(line.params[0] == "731" for line in mallory.lines) == 2


async def test_monitor_tells_of_coming_renaming_and_going(crowd: Crowd) -> None:
    mallory = await crowd.enter("mallory")
    mallory.send("MONITOR + Alice,zoe")
    await mallory.expect(" 731 ")
    alice = await crowd.enter("alice")
    assert nicks(await mallory.expect(" 730 ")) == ["alice"]
    alice.send("NICK zoe")
    assert nicks(await mallory.expect(" 731 "))[0].lower() == "alice"
    assert nicks(await mallory.expect(" 730 ")) == ["zoe"]
    alice.drop()
    assert nicks(await mallory.expect(" 731 ")) == ["zoe"]


async def test_nick_change_is_told_once_to_those_who_see_it(crowd: Crowd) -> None:
    alice, bob, mallory = await crowd.enter_all("alice", "bob", "mallory")
    for client in (alice, bob):
        await client.join("#one")
        await client.join("#two")
    alice.send("NICK Alice")
    await alice.expect(" NICK :?Alice$")
    alice.send("NICK alice-2")
    await alice.expect(" NICK :?alice-2$")
    await barrier(alice, bob, mallory)
    told = [line.params[1] for line in bob.lines if line.params[0] == "NICK"]
    assert told == ["Alice", "alice-2"]
    assert not any(line.params[0] == "NICK" for line in mallory.lines)
    alice.send("NICK bob")
    await alice.expect(" 433 alice-2 bob ")
    alice.say("bob", "still logged in")
    assert (await bob.expect(" PRIVMSG bob ")).tags["account"] == "alice"


async def test_quit_and_vanishing_are_told(crowd: Crowd) -> None:
    alice, bob, mallory = await crowd.enter_all("alice", "bob", "mallory")
    for client in (alice, bob, mallory):
        await client.join("#team")
    bob.send("QUIT :good night")
    assert (await alice.expect("^:bob!.* QUIT ")).params == ["QUIT", "Quit: good night"]
    assert (await bob.expect("^ERROR ")).params[0] == "ERROR"
    await bob.wait_closed()
    mallory.drop()
    await alice.expect("^:mallory!.* QUIT ")
    alice.send("NAMES #team")
    assert (await alice.expect(" 353 ")).params[-1].split() == ["@alice"]


async def test_an_operator_kills(irc_server: IRCServer, crowd: Crowd) -> None:
    alice, bob = await crowd.enter_all("alice", "bob")
    await alice.join("#team")
    await bob.join("#team")
    await irc_server.kill_client("bob")
    await alice.expect("^:bob!.* QUIT :?Killed ")
    await bob.expect("^ERROR ")
    await bob.wait_closed()
    again = await crowd.enter("bob")
    await again.join("#team")


async def test_ghost_ends_who_holds_the_nick(crowd: Crowd) -> None:
    old = await crowd.enter("alice")
    alice = await crowd.enter("alice-2", account="alice")
    mallory = await crowd.enter("mallory")
    mallory.say("NickServ", "GHOST alice")
    await mallory.expect("^:NickServ!.* NOTICE ")
    alice.say("NickServ", "GHOST alice")
    await alice.expect("^:NickServ!.* NOTICE .*alice.* has been ghosted")
    await old.wait_closed()
    alice.send("NICK alice")
    await alice.expect(" NICK :?alice$")


async def test_flood_ends_the_connection(irc_server: IRCServer, crowd: Crowd) -> None:
    flooder = await crowd.enter("mallory", port=irc_server.limited_port, caps=())
    watcher = await crowd.enter("alice")
    for client in (watcher, flooder):
        await client.join("#team")
    flooder.send_raw(b"PRIVMSG #team :hello\r\n" * 40)
    await watcher.expect("^:mallory!.* QUIT :?Excess Flood")
    await flooder.wait_closed()


async def test_killed_and_started_again(irc_server: IRCServer, crowd: Crowd) -> None:
    ports = (irc_server.port, irc_server.tls_port, irc_server.limited_port)
    alice = await crowd.enter("alice")
    await alice.join("#team")
    alice.mode("#team", "+s")
    await alice.expect(" MODE #team ")
    await irc_server.kill()
    await alice.wait_closed()
    assert not any(line.text.startswith("ERROR") for line in alice.lines)
    await irc_server.start()
    assert ports == (irc_server.port, irc_server.tls_port, irc_server.limited_port)
    again = await crowd.enter("alice")
    await again.join("#team")
    again.mode("#team")
    assert "s" not in (await again.expect(" 324 ")).params[3]
