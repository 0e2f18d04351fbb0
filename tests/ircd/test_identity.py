"""Who is who: accounts in tags, joins, rows and notices, and what cannot be forged."""

from __future__ import annotations

import pytest

from tests.servers.client import IRCClient, barrier
from tests.servers.crowd import Crowd

FORGERIES = [
    "@+account=alice",
    "@account=alice",
    "@+account=alice;account=alice",
    "@+account=alice;+account=alice",
    "@account",
    "@;account=alice;=",
    "@draft/account=alice;account=alice;time=2020-01-01T00:00:00.000Z;msgid=forged",
]


async def test_account_tag_for_those_who_asked(crowd: Crowd) -> None:
    alice, mallory = await crowd.enter_all("alice", "mallory")
    bob = await crowd.enter("bob", caps=())
    alice.say("mallory", "one")
    alice.say("bob", "two")
    heard = await mallory.expect("PRIVMSG mallory :one")
    assert heard.tags["account"] == "alice"
    assert {"time", "msgid"} <= heard.tags.keys()
    assert (await bob.expect("PRIVMSG bob :two")).tags == {}


async def test_no_account_no_tag(crowd: Crowd) -> None:
    alice, mallory = await crowd.enter_all("alice", "mallory")
    mallory.say("alice", "hello")
    heard = await alice.expect("PRIVMSG alice :hello")
    assert "account" not in heard.tags


async def test_a_nick_is_not_an_account(crowd: Crowd) -> None:
    carol = await crowd.enter("carol")
    alice = await crowd.enter("alice", login=False)
    alice.say("carol", "hello")
    assert "account" not in (await carol.expect("PRIVMSG carol :hello")).tags


@pytest.mark.parametrize("tags", FORGERIES)
async def test_account_tag_cannot_be_forged(crowd: Crowd, tags: str) -> None:
    alice, mallory = await crowd.enter_all("alice", "mallory")
    mallory.send(f"{tags} PRIVMSG alice :trust me")
    heard = await alice.expect("PRIVMSG alice :trust me")
    assert "account" not in heard.tags
    assert heard.tags.get("+account") == ("alice" if "+account" in tags else None)
    assert heard.tags["msgid"] != "forged"
    assert not heard.tags["time"].startswith("2020")


async def test_own_account_wins_over_a_forged_tag(crowd: Crowd) -> None:
    alice, bob = await crowd.enter_all("alice", "bob")
    bob.send("@+account=alice;account=alice PRIVMSG alice :hello")
    heard = await alice.expect("PRIVMSG alice :hello")
    assert heard.tags["account"] == "bob"
    assert heard.tags["+account"] == "alice"


async def test_join_tells_the_account(crowd: Crowd) -> None:
    alice, bob, mallory = await crowd.enter_all("alice", "bob", "mallory")
    watcher = await crowd.enter("carol", caps=("extended-join",))
    await watcher.join("#team")
    for client in (alice, bob, mallory):
        await client.join("#team")
    joined = await watcher.expect("^:bob!.* JOIN ")
    assert joined.params == ["JOIN", "#team", "bob", "bob of the tests"]
    joined = await watcher.expect("^:mallory!.* JOIN ")
    assert joined.params == ["JOIN", "#team", "*", "mallory of the tests"]
    assert (await alice.expect("^:bob!.* JOIN ")).params == ["JOIN", "#team"]


async def identify(client: IRCClient, account: str) -> None:
    client.say("NickServ", f"IDENTIFY {account} {account}-test-password")
    await client.expect(f" 900 .* {account} ")


async def test_logging_in_later_is_told(crowd: Crowd) -> None:
    watcher = await crowd.enter("carol", caps=("account-notify", "account-tag"))
    silent = await crowd.enter("dan")
    mallory = await crowd.enter("mallory")
    for client in (watcher, silent, mallory):
        await client.join("#team")
    mallory.say("#team", "before")
    assert "account" not in (await watcher.expect("PRIVMSG #team :before")).tags
    mallory.say("NickServ", "IDENTIFY bob wrong")
    await mallory.expect("^:NickServ!.* NOTICE mallory :Invalid password")
    await identify(mallory, "bob")
    assert (await watcher.expect("^:mallory!.* ACCOUNT")).params == ["ACCOUNT", "bob"]
    mallory.say("#team", "after")
    assert (await watcher.expect("PRIVMSG #team :after")).tags["account"] == "bob"
    mallory.say("NickServ", "LOGOUT")
    await mallory.expect(" 901 ")
    assert (await watcher.expect("^:mallory!.* ACCOUNT")).params == ["ACCOUNT", "*"]
    mallory.say("#team", "out")
    assert "account" not in (await watcher.expect("PRIVMSG #team :out")).tags
    await barrier(silent)
    assert not any(" ACCOUNT " in line.text for line in silent.lines)


async def test_rows_of_whox(crowd: Crowd) -> None:
    alice, bob, mallory = await crowd.enter_all("alice", "bob", "mallory")
    for client in (alice, bob, mallory):
        await client.join("#team")
    mallory.send("AWAY :later")
    bob.mode("bob", "+B")
    alice.mode("#team", "+v", "mallory")
    await barrier(alice, bob, mallory)
    alice.send("WHO #team %tcuihsnfdlaor,77")
    await alice.expect(" 315 alice #team ")
    rows = {row.params[8]: row.params for row in alice.lines if row.params[0] == "354"}
    assert rows.keys() == {"alice", "bob", "mallory"}
    assert all(len(row) == 15 and row[2:4] == ["77", "#team"] for row in rows.values())
    assert {nick: row[12] for nick, row in rows.items()} == {
        "alice": "alice",
        "bob": "bob",
        "mallory": "0",
    }
    assert rows["alice"][9] == "H@"
    assert rows["mallory"][9] == "G+"
    assert rows["bob"][9].startswith("H")
    assert rows["bob"][14] == "bob of the tests"
    assert rows["bob"][5] == "255.255.255.255"
    alice.send("WHO #team %na")
    assert (await alice.expect(" 354 alice bob ")).params[2:] == ["bob", "bob"]


async def test_who_of_one_and_without_fields(crowd: Crowd) -> None:
    alice, mallory = await crowd.enter_all("alice", "mallory")
    mallory.send("WHO alice %tna,5")
    assert (await mallory.expect(" 354 ")).params[2:] == ["5", "alice", "alice"]
    await mallory.expect(" 315 mallory alice ")
    await alice.join("#team")
    alice.send("WHO #team")
    row = (await alice.expect(" 352 ")).params
    assert row[2] == "#team"
    assert row[6:] == ["alice", "H@", "0 alice of the tests"]
    mallory.send("WHO nobody-here")
    await mallory.expect(" 315 mallory nobody-here ")


async def test_whois_tells_account_bot_and_nothing_secret(crowd: Crowd) -> None:
    alice, mallory = await crowd.enter_all("alice", "mallory")
    alice.mode("alice", "+B")
    await alice.join("#team")
    alice.mode("#team", "+s")
    await barrier(alice, mallory)
    mallory.send("WHOIS alice")
    await mallory.expect(" 318 mallory alice ")
    rows = {line.params[0]: line.params for line in mallory.lines if line.params[0].isdigit()}
    assert rows["330"][2:4] == ["alice", "alice"]
    assert "335" in rows
    assert {"311", "312", "317"} <= rows.keys()
    assert "319" not in rows
    mallory.send("WHOIS nobody-here")
    await mallory.expect(" 401 mallory nobody-here ")
    await mallory.expect(" 318 ")


async def test_hosts_are_cloaked(crowd: Crowd) -> None:
    alice, mallory = await crowd.enter_all("alice", "mallory")
    mallory.say("alice", "hello")
    heard = await alice.expect("PRIVMSG alice :hello")
    assert "127.0.0.1" not in heard.source
    alice.send("USERHOST mallory nobody-here")
    found = await alice.expect(" 302 ")
    assert found.params[-1].strip() == f"mallory=+{heard.source.partition('!')[2]}"
    alice.send("ISON mallory nobody-here alice")
    assert (await alice.expect(" 303 ")).params[-1].split() == ["mallory", "alice"]
