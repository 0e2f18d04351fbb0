"""Registration and logging in, the same on the demo's server and on InspIRCd."""

from __future__ import annotations

import pytest

from tests.servers.api import BOT_ACCOUNT, IRCServer
from tests.servers.client import IRCClient, barrier, plain
from tests.servers.crowd import Crowd

BAD_LOGINS = {
    "wrong password": plain("alice", "wrong"),
    "unknown account": plain("nobody", "alice-test-password"),
    "no account": plain("mallory", ""),
    "not base64": "!!!",
    "no secret": "YWxpY2U=",
}


def supported(client: IRCClient) -> dict[str, str]:
    words = [word for line in client.lines if " 005 " in line.text for word in line.params[2:-1]]
    return {name: value for name, _, value in (word.partition("=") for word in words)}


async def test_welcome_says_what_the_network_can(crowd: Crowd) -> None:
    mallory = await crowd.enter("mallory", caps=())
    offered = supported(mallory)
    assert offered["CASEMAPPING"] == "rfc1459"
    assert offered["CHANTYPES"] == "#"
    assert offered["PREFIX"] == "(ov)@+"
    assert offered["BOT"] == "B"
    assert offered["STATUSMSG"] == "@+"
    assert offered["NICKLEN"] == "30"
    assert {"CHANMODES", "NETWORK", "MODES", "MONITOR", "WHOX", "TOPICLEN"} <= offered.keys()
    lists, keys, limits, flags = offered["CHANMODES"].split(",")
    assert "b" in lists
    assert (keys, limits) == ("k", "l")
    assert set("Rimnprst") <= set(flags)


async def test_numerics_come_in_order(crowd: Crowd) -> None:
    mallory = await crowd.enter("mallory", caps=())
    numerics = [line.params[0] for line in mallory.lines if line.params[0].isdigit()]
    assert numerics[:5] == ["001", "002", "003", "004", "005"]


async def test_capabilities_are_offered_with_sasl(crowd: Crowd) -> None:
    mallory = await crowd.enter("mallory")
    wanted = (
        "account-notify account-tag cap-notify echo-message extended-join invite-notify "
        "labeled-response message-tags multi-prefix server-time userhost-in-names"
    ).split()
    assert set(wanted) <= mallory.offered.keys()
    assert "PLAIN" in mallory.offered["sasl"].split(",")


async def test_request_is_all_or_nothing(crowd: Crowd) -> None:
    mallory = await crowd.enter("mallory", caps=("server-time",))
    mallory.send("CAP REQ :account-tag no-such-thing")
    await mallory.expect("CAP mallory NAK :account-tag no-such-thing")
    mallory.send("CAP LIST")
    listed = await mallory.expect("CAP mallory LIST")
    assert "server-time" in listed.params[-1]
    assert "account-tag" not in listed.params[-1]
    mallory.send("CAP REQ :account-tag -server-time")
    await mallory.expect("CAP mallory ACK :account-tag -server-time")


async def test_nothing_but_registration_comes_first(crowd: Crowd) -> None:
    stranger = await crowd.raw()
    stranger.send("PRIVMSG alice :too early")
    await stranger.expect(" 451 ")
    stranger.send("CAP LS 302")
    stranger.send("NICK stranger")
    stranger.send("USER stranger 0 * :Stranger")
    stranger.send("CAP LIST")
    await stranger.expect("CAP .* LIST")
    assert not any(" 001 " in line.text for line in stranger.lines)
    stranger.send("CAP END")
    await stranger.expect(" 001 stranger ")


async def test_password_logs_in_before_the_welcome(crowd: Crowd) -> None:
    alice = await crowd.enter("alice")
    numerics = [line.params[0] for line in alice.lines]
    assert numerics.index("900") < numerics.index("903") < numerics.index("001")
    logged_in = next(line for line in alice.lines if line.params[0] == "900")
    assert logged_in.params[3] == "alice"


async def ready_to_log_in(crowd: Crowd) -> IRCClient:
    stranger = await crowd.raw()
    stranger.send("CAP REQ :sasl")
    stranger.send("NICK stranger")
    stranger.send("USER stranger 0 * :Stranger")
    await stranger.expect("CAP .* ACK")
    return stranger


@pytest.mark.parametrize("payload", BAD_LOGINS.values(), ids=BAD_LOGINS.keys())
async def test_bad_login_is_refused_and_registration_goes_on(crowd: Crowd, payload: str) -> None:
    stranger = await ready_to_log_in(crowd)
    stranger.send("AUTHENTICATE PLAIN")
    await stranger.expect(r"^AUTHENTICATE :?\+")
    stranger.send(f"AUTHENTICATE {payload}")
    await stranger.expect(" 904 ")
    stranger.send("CAP END")
    await stranger.expect(" 001 stranger ")
    stranger.send("WHOIS stranger")
    await stranger.expect(" 318 ")
    assert not any(line.params[0] in {"900", "330"} for line in stranger.lines)


async def test_login_can_be_aborted(crowd: Crowd) -> None:
    stranger = await ready_to_log_in(crowd)
    stranger.send("AUTHENTICATE PLAIN")
    await stranger.expect(r"^AUTHENTICATE :?\+")
    stranger.send("AUTHENTICATE *")
    await stranger.expect(" 906 ")


async def test_mechanism_must_be_known(crowd: Crowd) -> None:
    stranger = await ready_to_log_in(crowd)
    stranger.send("AUTHENTICATE SCRAM-NONSENSE")
    known = await stranger.expect(" 908 ")
    assert "PLAIN" in known.params[2]
    await stranger.expect(" 904 ")


async def test_certificate_logs_the_bot_in(crowd: Crowd) -> None:
    certificates = crowd.server.certificates
    bot = await crowd.enter(
        "robot", external=True, tls=certificates.client_context(certificates.bot)
    )
    assert any(f" {BOT_ACCOUNT} :You are now logged in" in line.text for line in bot.lines)
    assert "EXTERNAL" in bot.offered["sasl"].split(",")


async def test_certificate_of_a_stranger_does_not(crowd: Crowd) -> None:
    certificates = crowd.server.certificates
    with pytest.raises(AssertionError, match="904"):
        await crowd.enter(
            "robot", external=True, tls=certificates.client_context(certificates.stranger)
        )


async def test_nick_in_use_and_nick_that_cannot_be(crowd: Crowd) -> None:
    await crowd.enter("mallory", caps=())
    late = await crowd.raw()
    late.send("NICK MALLORY")
    await late.expect(" 433 .*MALLORY")
    late.send("NICK 1st")
    await late.expect(" 432 .*1st")
    late.send("NICK late[x]")
    late.send("USER late 0 * :Late")
    await late.expect(r" 001 late\[x\] ")
    later = await crowd.raw()
    later.send("NICK late{x}")  # the same, by the case mapping of the network
    await later.expect(r" 433 ")


async def test_services_away_and_back(irc_server: IRCServer, crowd: Crowd) -> None:
    mallory = await crowd.enter("mallory")
    await irc_server.services_down()
    mallory.say("NickServ", "IDENTIFY alice alice-test-password")
    await mallory.expect(" 401 mallory NickServ ")
    stranger = await crowd.raw()
    stranger.send("CAP LS 302")
    offer = await stranger.expect("CAP .* LS ")
    assert "sasl" not in offer.params[-1]
    stranger.send("CAP REQ :server-time sasl")
    await stranger.expect("CAP .* NAK :server-time sasl")
    await irc_server.services_up()
    alice = await crowd.enter("alice")
    assert any(" 903 " in line.text for line in alice.lines)
    await barrier(mallory, alice)
