"""What only the demo's server can do, and that nothing a client sends breaks it."""

from __future__ import annotations

import asyncio
import datetime as dt
import random

import pytest

from bot.demo.ircd import DemoIRCd, connection
from bot.demo.ircd.server import COMMANDS
from tests.servers.client import IRCClient, barrier, plain
from tests.servers.embedded import EmbeddedServer

pytestmark = pytest.mark.net

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


async def enter(server: EmbeddedServer, nick: str, *caps: str) -> IRCClient:
    account = nick if nick in server.accounts else None
    return await IRCClient.connect(
        server.host,
        server.port,
        nick,
        account=account,
        password=server.accounts.get(nick, ""),
        caps=caps,
    )


async def test_netsplit_and_heal(embedded: EmbeddedServer) -> None:
    alice = await enter(embedded, "alice", "extended-join", "account-tag")
    bob, mallory = await enter(embedded, "bob"), await enter(embedded, "mallory")
    for client in (alice, bob, mallory):
        await client.join("#team")
    alice.mode("#team", "+osi", "bob")
    mallory.send("MONITOR + bob")
    await barrier(alice, bob, mallory)

    embedded.ircd.split(["bob"])
    assert (await alice.expect("^:bob!.* QUIT ")).params[1] == "a.example b.example"
    assert (await bob.expect("^:alice!.* QUIT ")).params[1] == "a.example b.example"
    await mallory.expect(" 731 mallory :bob")
    bob.say("#team", "is anyone there?")
    bob.say("alice", "hello?")
    await bob.expect(" 401 bob alice ")
    bob.say("NickServ", "HELP")
    await bob.expect(" 401 bob NickServ ")
    assert "bob" not in embedded.ircd.snapshot().users

    embedded.ircd.heal()
    joined = await alice.expect("^:bob!.* JOIN ")
    assert joined.params == ["JOIN", "#team", "bob", "bob of the tests"]
    assert joined.tags["account"] == "bob"
    assert (await alice.expect(" MODE #team ")).params[2:] == ["+o", "bob"]
    await bob.expect("^:alice!.* JOIN ")
    await bob.expect(r" MODE #team \+o :?alice")
    await mallory.expect(" 730 mallory :bob!")
    bob.say("#team", "back")
    await alice.expect("^:bob!.* PRIVMSG #team :back")
    assert not any("anyone" in line.text for line in alice.lines)
    view = embedded.ircd.snapshot().channels["#team"]
    assert view.members == {"alice": "@", "mallory": "", "bob": "@"}
    assert view.modes == ("+inst",)


async def test_netsplit_with_a_nick_that_was_taken(embedded: EmbeddedServer) -> None:
    alice, bob = await enter(embedded, "alice"), await enter(embedded, "bob")
    await alice.join("#team")
    await bob.join("#team")
    embedded.ircd.split(["bob"])
    thief = await enter(embedded, "bob")
    gone = await enter(embedded, "carol")
    await gone.quit()
    embedded.ircd.heal()
    await bob.expect("^ERROR .*Nickname collision")
    await thief.expect("^ERROR .*Nickname collision")
    await alice.sync()
    assert set(embedded.ircd.snapshot().users) == {"alice", "NickServ", "ChanServ"}


async def test_one_who_leaves_during_a_netsplit(embedded: EmbeddedServer) -> None:
    alice, bob = await enter(embedded, "alice"), await enter(embedded, "bob")
    await alice.join("#team")
    await bob.join("#team")
    embedded.ircd.split(["bob"])
    await bob.quit()
    embedded.ircd.heal()
    await alice.sync()
    assert set(embedded.ircd.snapshot().channels["#team"].members) == {"alice"}
    assert sum("JOIN" in line.params for line in alice.lines) == 2


async def test_chanserv_sits_in_channels(embedded: EmbeddedServer) -> None:
    alice = await enter(embedded, "alice")
    await alice.join("#team")
    embedded.ircd.chanserv_join("#team")
    assert (await alice.expect(" JOIN ")).source.endswith("@services.demo.test")
    assert (await alice.expect(" MODE ")).params[2:] == ["+o", "ChanServ"]
    alice.send("WHO #team %nah")
    assert (await alice.expect(" 354 .* ChanServ ")).params[2:] == [
        "services.demo.test",
        "ChanServ",
        "0",
    ]
    alice.say("ChanServ", "HELP")
    await alice.expect("^:ChanServ!.* NOTICE alice ")
    await embedded.services_down()
    await alice.expect("^:ChanServ!.* QUIT ")


async def test_services_going_are_told_to_those_who_know_capabilities(
    embedded: EmbeddedServer,
) -> None:
    alice = await enter(embedded, "alice")
    await embedded.services_down()
    assert (await alice.expect("CAP ")).params == ["CAP", "alice", "DEL", "sasl"]
    await embedded.services_up()
    assert (await alice.expect("CAP ")).params == ["CAP", "alice", "NEW", "sasl=PLAIN"]


async def test_login_fails_when_services_go_in_the_middle(embedded: EmbeddedServer) -> None:
    client = await IRCClient.open(embedded.host, embedded.port)
    client.send("CAP REQ sasl")
    client.send("AUTHENTICATE PLAIN")
    await client.expect("^AUTHENTICATE ")
    await embedded.services_down()
    client.send(f"AUTHENTICATE {plain('alice', 'alice-test-password')}")
    await client.expect(" 904 ")
    await embedded.services_up()
    client.send("AUTHENTICATE PLAIN")
    await client.expect("^AUTHENTICATE ")
    client.send(f"AUTHENTICATE {plain('alice', 'alice-test-password')}")
    await client.expect(" 903 ")
    client.send("AUTHENTICATE PLAIN")
    await client.expect(" 907 ")
    await client.quit()


async def test_long_logins_come_in_pieces(embedded: EmbeddedServer) -> None:
    client = await IRCClient.open(embedded.host, embedded.port)
    client.send("CAP REQ sasl")
    for pieces, answer in ((["x" * 400, "+"], " 904 "), (["x" * 400] * 11, " 905 ")):
        client.send("AUTHENTICATE PLAIN")
        await client.expect("^AUTHENTICATE ")
        for piece in pieces:
            client.send(f"AUTHENTICATE {piece}")
        await client.expect(answer)
    await client.quit()


async def test_snapshot_and_set_account(embedded: EmbeddedServer) -> None:
    alice = await enter(embedded, "alice")
    await alice.join("#team")
    alice.send("TOPIC #team :be kind")
    alice.mode("#team", "+kl", "sesame", "5")
    embedded.ircd.set_account("alice", "erin")
    await alice.expect(" 900 .* erin ")
    await alice.sync()
    view = embedded.ircd.snapshot()
    assert view.users["alice"].account == "erin"
    assert view.users["alice"].channels == {"#team"}
    assert view.channels["#team"].modes == ("+klnt", "sesame", "5")
    assert view.channels["#team"].topic == "be kind"
    with pytest.raises(KeyError):
        embedded.ircd.force_join("nobody-here", "#team")


async def test_force_join_can_give_status(embedded: EmbeddedServer) -> None:
    alice = await enter(embedded, "alice")
    mallory = await enter(embedded, "mallory")
    await alice.join("#team")
    embedded.ircd.force_join("mallory", "#team", status="ov")
    assert (await alice.expect(" MODE ")).params[2:] == ["+ov", "mallory", "mallory"]
    await mallory.expect(" 366 mallory #team ")


async def test_certificates_can_be_added_by_their_owner(embedded: EmbeddedServer) -> None:
    certificates = embedded.certificates
    tls = certificates.client_context(certificates.stranger)
    mallory = await IRCClient.connect(embedded.host, embedded.tls_port, "mallory", tls=tls)
    mallory.say("NickServ", "IDENTIFY alice alice-test-password")
    await mallory.expect(" 900 .* alice ")
    mallory.say("NickServ", "CERT ADD")
    await mallory.expect("NOTICE mallory :Added fingerprint ")
    mallory.send("WHOIS mallory")
    await mallory.expect(" 671 mallory mallory ")
    again = await IRCClient.connect(
        embedded.host, embedded.tls_port, "again", tls=tls, external=True
    )
    assert any(" 900 again " in line.text for line in again.lines)
    await mallory.quit()
    await again.quit()


async def test_regain_gives_the_nick_back(embedded: EmbeddedServer) -> None:
    old = await enter(embedded, "alice")
    alice = await IRCClient.connect(
        embedded.host,
        embedded.port,
        "alice-2",
        account="alice",
        password=embedded.accounts["alice"],
    )
    alice.say("NickServ", "REGAIN alice")
    await old.wait_closed()
    await alice.expect("^:alice-2!.* NICK :?alice$")


async def test_ascii_case_mapping_and_message_of_the_day() -> None:
    server = DemoIRCd({}, now=lambda: NOW, casemapping="ascii", motd=["Be kind."], network="Ascii")
    port = await server.start()
    one = await IRCClient.connect("127.0.0.1", port, "nick[x]")
    two = await IRCClient.connect("127.0.0.1", port, "nick{x}")
    assert any("CASEMAPPING=ascii" in line.text for line in two.lines)
    assert [line.params[-1] for line in two.lines if line.params[0] == "372"] == ["- Be kind."]
    one.say("NICK{X}", "hello")
    heard = await two.expect("PRIVMSG ")
    assert heard.params[1] == "nick{x}"
    assert heard.tags["time"] == "2026-11-22T12:00:00.000Z"
    await server.stop()
    for client in (one, two):
        await client.expect("^ERROR .*Server shutting down")
        await client.wait_closed()


async def test_ids_of_messages_differ_over_a_restart(embedded: EmbeddedServer) -> None:
    seen = []
    for _ in range(2):
        alice = await enter(embedded, "alice", "message-tags", "echo-message")
        alice.say("alice", "hello")
        seen.append((await alice.expect("PRIVMSG alice")).tags["msgid"])
        await embedded.restart()
    assert len(set(seen)) == 2


async def test_lines_without_end_are_thrown_away(embedded: EmbeddedServer) -> None:
    alice = await enter(embedded, "alice")
    alice.send_raw(b"PRIVMSG alice :" + b"x" * 100_000)
    await alice.expect(" 417 ")
    alice.send_raw(b"x" * 100_000 + b"\r\n")
    await alice.sync()
    assert not any(line.params[0] == "PRIVMSG" for line in alice.lines)
    assert sum(line.params[0] == "417" for line in alice.lines) == 1


async def test_one_who_does_not_read_is_dropped(embedded: EmbeddedServer) -> None:
    alice = await enter(embedded, "alice")
    await alice.join("#team")
    _, sleeper = await asyncio.open_connection(embedded.host, embedded.port, limit=1024)
    sleeper.write(b"NICK sleeper\r\nUSER s 0 * :s\r\nJOIN #team\r\n")
    await alice.expect("^:sleeper!.* JOIN ")
    for _ in range(60):
        alice.send_raw(b"PRIVMSG #team :" + b"x" * 400 + b"\r\n")
        alice.send_raw((b"PRIVMSG sleeper :" + b"x" * 400 + b"\r\n") * 500)
        await alice.sync()
        if "sleeper" not in embedded.ircd.snapshot().users:
            break
    await alice.expect("^:sleeper!.* QUIT :?SendQ exceeded")
    sleeper.close()


async def test_the_silent_are_dropped_and_those_who_answer_stay(
    embedded: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_PING_SECONDS", 0.02)
    alice = await enter(embedded, "alice")
    await alice.join("#team")
    never = await IRCClient.open(embedded.host, embedded.port)
    _, silent = await asyncio.open_connection(embedded.host, embedded.port)
    silent.write(b"NICK silent\r\nUSER s 0 * :s\r\nJOIN #team\r\n")
    await alice.expect("^:silent!.* JOIN ")
    await never.expect("^ERROR .*Registration timeout")
    await alice.expect("^:silent!.* QUIT :?Ping timeout")
    await alice.sync()
    silent.close()


async def test_limit_of_lines_for_the_first_port() -> None:
    server = DemoIRCd({}, now=lambda: NOW, flood=(3, 0.001))
    port = await server.start()
    client = await IRCClient.open("127.0.0.1", port)
    client.send_raw(b"PING a\r\nPING b\r\nPING c\r\nPING d\r\n")
    await client.expect("^ERROR .*Excess Flood")
    await client.wait_closed()
    await server.stop()


async def test_services_take_their_nicks_back(embedded: EmbeddedServer) -> None:
    await embedded.services_down()
    squatter = await enter(embedded, "NickServ")
    await embedded.services_up()
    await embedded.services_up()
    await squatter.expect("^ERROR .*reserved for services")
    assert embedded.ircd.snapshot().users["NickServ"].modes == {"i"}


async def test_what_nickserv_refuses(embedded: EmbeddedServer) -> None:
    await enter(embedded, "bob")
    mallory = await enter(embedded, "mallory")
    for words, answer in {
        "FROB": "Invalid command",
        "LOGOUT": "You are not logged in",
        "CERT ADD": "Log in",
        "GHOST nobody-here": "nobody-here is not online",
        "GHOST bob": "You may not ghost bob",
        "GHOST bob wrong": "You may not ghost bob",
        "REGAIN bob": "You may not ghost bob",
        "IDENTIFY": "Invalid password",
    }.items():
        mallory.say("NickServ", words)
        await mallory.expect(f"^:NickServ!.* NOTICE mallory :{answer}")
    mallory.say("NickServ", "GHOST bob bob-test-password")
    await mallory.expect("bob has been ghosted")


async def test_identifying_as_another_logs_out_first(embedded: EmbeddedServer) -> None:
    alice = await enter(embedded, "alice", "account-notify")
    alice.say("NickServ", "IDENTIFY bob bob-test-password")
    await alice.expect(" 901 ")
    assert (await alice.expect(" ACCOUNT ")).params[1] == "*"
    await alice.expect(" 900 .* bob ")
    assert (await alice.expect(" ACCOUNT ")).params[1] == "bob"


def scribble(dice: random.Random) -> bytes:
    """A line that is nearly right, or nothing like it."""
    words = [b"#team", b"alice", b"mallory", b"+o", b"-ovb", b"+k", b"%tnaf,1", b"*", b"", b":"]
    command = dice.choice([*COMMANDS, "CAP LS", "CAP REQ", "MODE #team", "NONSENSE"])
    if command in {"QUIT", "NICK"}:
        command = "PING"
    tags = dice.choice([b"", b"@label=x ", b"@+account=alice;=;; ", b"@ ", b":alice!a@b "])
    pieces = [dice.choice([*words, dice.randbytes(4)]) for _ in range(dice.randrange(6))]
    line = tags + b" ".join([command.encode(), *pieces])
    return line.replace(b"\n", b"").replace(b"\r", b"") + b"\r\n"


@pytest.mark.parametrize("seed", range(4))
async def test_nothing_that_a_client_says_breaks_a_handler(
    embedded: EmbeddedServer, seed: int
) -> None:
    dice = random.Random(seed)
    caps = ("message-tags", "labeled-response", "batch", "multi-prefix")
    alice = await enter(embedded, "alice", *caps)
    mallory = await enter(embedded, "mallory", *caps)
    await alice.join("#team")
    await mallory.join("#team")
    for _ in range(30):
        for client in (alice, mallory):
            client.send_raw(b"".join(scribble(dice) for _ in range(20)))
        await barrier(alice, mallory)
    assert embedded.ircd.faults == []


async def test_early_lines_and_vanishing_leave_nothing_behind(embedded: EmbeddedServer) -> None:
    dice = random.Random(1)
    for _ in range(20):
        client = await IRCClient.open(embedded.host, embedded.port)
        client.send_raw(b"NICK early\r\n" + b"".join(scribble(dice) for _ in range(10)))
        client.drop()
    alice = await enter(embedded, "alice")
    early = await enter(embedded, "early")
    await barrier(alice, early)
    assert set(embedded.ircd.snapshot().users) == {"alice", "early", "NickServ", "ChanServ"}
