"""The bot comes back by itself: identified, in its channels, or not at all."""

from pathlib import Path

import pytest

from bot.core.words.ports import Sent
from tests.servers.client import IRCClient
from tests.servers.crowd import Crowd
from tests.servers.embedded import EmbeddedServer
from tests.transports.irc.rig import Rig, members, room


async def test_a_killed_server_is_found_again(rig: Rig, crowd: Crowd) -> None:
    await rig.start("#team")
    await rig.server.kill()
    await rig.down()
    assert await rig.say(room("#team"), "anybody") is Sent.DOWN
    await rig.server.start()
    await rig.up(times=2)
    await rig.sees("#team", lambda view: view.complete)
    watcher = await crowd.enter("alice")
    watcher.send("WHOIS caseward")
    await watcher.expect(r" 330 \S+ caseward caseward ")


async def test_an_operators_kill_is_survived(rig: Rig) -> None:
    await rig.start("#team")
    await rig.server.kill_client("caseward")
    await rig.up(times=2)
    assert rig.links() == [True, False, True]


async def without_services(rig: Rig, client: IRCClient) -> None:
    """Wait until the bot has found that there are none."""
    while (session := rig.transport._session) is None or session.link.state != "waiting":
        await client.sync()


async def test_without_services_nothing_is_joined_or_claimed(rig: Rig, crowd: Crowd) -> None:
    await rig.server.services_down()
    watcher = await crowd.enter("watcher")
    await watcher.join("#team")
    rig.begin("#team")
    await without_services(rig, watcher)
    watcher.send("WHOIS caseward")
    await watcher.expect(r" 401 \S+ caseward ")
    assert rig.links() == []
    assert not [line for line in watcher.lines if line.nick == "caseward"]
    await rig.server.services_up()
    await rig.up()
    assert rig.dialled == 1
    joins = [line for line in watcher.lines if " JOIN " in line.text and line.nick == "caseward"]
    assert len(joins) <= 1
    watcher.send("WHOIS caseward")
    await watcher.expect(r" 330 \S+ caseward caseward ")


async def test_services_that_go_and_come_leave_us_identified(rig: Rig, crowd: Crowd) -> None:
    await rig.start("#team")
    await rig.server.services_down()
    await rig.server.services_up()
    alice = await crowd.enter("alice")
    await alice.join("#team")
    view = await rig.sees("#team", lambda view: members(view) == {"alice": "alice"})
    assert view.complete
    assert await rig.say(room("#team"), "still here") is Sent.DELIVERED
    alice.send("WHOIS caseward")
    await alice.expect(r" 330 \S+ caseward caseward ")


@pytest.mark.net
@pytest.mark.parametrize("irc_server_unstarted", ["embedded"], indirect=True)
async def test_logged_out_while_services_are_away_it_waits_for_them(rig: Rig, crowd: Crowd) -> None:
    server = rig.server
    assert isinstance(server, EmbeddedServer)
    await rig.start("#team")
    watcher = await crowd.enter("watcher")
    await watcher.join("#team")
    await server.services_down()
    server.ircd.set_account("caseward", None)
    await rig.down()
    await without_services(rig, watcher)
    assert await rig.say(room("#team"), "anybody") is Sent.DOWN
    watcher.send("WHOIS caseward")
    await watcher.expect(r" 401 \S+ caseward ")
    await server.services_up()
    await rig.up(times=2)
    watcher.send("WHOIS caseward")
    await watcher.expect(r" 330 \S+ caseward caseward ")


# Reading and writing a few bytes blocks nobody in a test.
# ruff: noqa: ASYNC240
async def test_a_wrong_password_claims_nothing(rig: Rig, password_file: Path, crowd: Crowd) -> None:
    right, wrong = password_file.read_bytes(), b"wrong"
    password_file.write_bytes(wrong)
    watcher = await crowd.enter("watcher")
    await watcher.join("#team")
    rig.begin("#team")
    await rig.attempts(3)
    assert rig.links() == []
    await watcher.sync()
    assert not [line for line in watcher.lines if line.nick == "caseward"]
    password_file.write_bytes(right)
    await rig.up()


async def test_a_taken_nick_is_won_back(rig: Rig, crowd: Crowd) -> None:
    taker = await crowd.enter("caseward", account="erin")
    await rig.start("#team")
    bob = await crowd.enter("bob")
    await bob.join("#team")
    bob.say("caseward_", "are you there")
    await rig.message("are you there")
    await taker.quit()
    await bob.expect(r":caseward_!\S+ NICK :?caseward$")


@pytest.mark.parametrize("sasl", ["plain", "external"])
async def test_tls_is_verified_and_carries_sasl(rig: Rig, crowd: Crowd, sasl: str) -> None:
    certificates = rig.server.certificates
    await rig.start(
        "#team",
        port=rig.server.tls_port,
        tls=True,
        ca_file=certificates.ca,
        sasl=sasl,
        client_cert_file=certificates.bot if sasl == "external" else None,
    )
    watcher = await crowd.enter("watcher")
    watcher.send("WHOIS caseward")
    await watcher.expect(r" 330 \S+ caseward caseward ")


async def test_a_strangers_certificate_proves_nothing(rig: Rig) -> None:
    certificates = rig.server.certificates
    rig.begin(
        "#team",
        port=rig.server.tls_port,
        tls=True,
        ca_file=certificates.ca,
        sasl="external",
        client_cert_file=certificates.stranger,
    )
    await rig.attempts(3)
    assert rig.links() == []


async def test_a_certificate_of_nobody_is_refused(rig: Rig) -> None:
    rig.begin("#team", port=rig.server.tls_port, tls=True)
    await rig.attempts(3)
    assert rig.links() == []


async def test_a_dm_counts_as_secure_only_with_tls_at_both_ends(rig: Rig, crowd: Crowd) -> None:
    certificates = rig.server.certificates
    await rig.start("#team", port=rig.server.tls_port, tls=True, ca_file=certificates.ca)
    alice = await crowd.enter("alice", tls=certificates.client_context())
    bob = await crowd.enter("bob")
    alice.say("caseward", "by tls")
    bob.say("caseward", "in clear")
    await rig.message("by tls")
    await rig.message("in clear")
    seen = {nick: view.secure for nick in ("alice", "bob") if (view := rig.peer(nick))}
    assert seen == {"alice": True, "bob": False}


async def test_the_bot_says_that_it_is_one_and_whose(rig: Rig, crowd: Crowd) -> None:
    await rig.start("#team")
    alice = await crowd.enter("alice")
    alice.send("WHOIS caseward")
    line = await alice.expect(" 311 ")
    assert line.params[-1] == "ops@example.org bot"
    await alice.expect(r" 335 ")
