"""A network that answers late, or not at all: not to know is not the same as nobody there."""

import asyncio

import pytest

from bot.core.words.places import DMView, Place
from bot.core.words.ports import Sent
from tests.transports.irc.fake import FakeNet, Make, settle
from tests.transports.irc.rig import dm

MALLORY = ":mallory!u@h.example.org"


def token(net: FakeNet) -> str:
    """The token of the last question."""
    return next(line for line in reversed(net.sent()) if line.startswith("WHO ")).split(",")[1]


def row(token: str) -> str:
    return f":irc 354 caseward {token} * u h.example.org mallory H 0"


async def asked_anew(net: FakeNet) -> tuple["asyncio.Task[Sent]", str]:
    """Begin to say something to mallory, who has to be proven first."""
    sending = asyncio.create_task(net.transport.send(net.cleared(dm("mallory"), "for mallory")))
    await settle()
    return sending, token(net)


async def known(make: Make) -> FakeNet:
    net = make()
    await net.up()
    await net.says(f"{MALLORY} PRIVMSG caseward :first")
    await net.clock.advance(1)
    await net.says(":irc 730 caseward :mallory!u@h.example.org")
    await net.clock.advance(20)
    net.sent()
    return net


async def test_a_late_answer_does_not_make_somebody_go(make: Make) -> None:
    net = await known(make)
    sending, first = await asked_anew(net)
    await net.clock.advance(11)
    assert await sending is Sent.DOWN
    sending, second = await asked_anew(net)
    # What was asked first is answered first, too late; the second answer is another.
    await net.says(row(first), ":irc 315 caseward mallory :end")
    assert not sending.done()
    await net.says(row(second), ":irc 315 caseward mallory :end")
    assert await sending is Sent.DELIVERED
    assert net.ended() == []


async def test_a_question_that_is_never_answered_delays_the_next_only_once(make: Make) -> None:
    net = await known(make)
    sending, _ = await asked_anew(net)
    await net.clock.advance(11)
    assert await sending is Sent.DOWN
    sending, _ = await asked_anew(net)
    await net.says(":irc 315 caseward mallory :end")
    await net.clock.advance(11)
    assert await sending is Sent.DOWN
    sending, _ = await asked_anew(net)
    await net.says(":irc 315 caseward mallory :end")
    assert await sending is Sent.GONE


async def look_for(net: FakeNet) -> "asyncio.Task[Place | None]":
    task = asyncio.create_task(net.transport.find("net|account|alice"))
    await settle()
    assert token(net)
    return task


async def test_nobody_is_said_to_be_away_before_the_network_has_told(make: Make) -> None:
    net = make()
    await net.up()
    task = await look_for(net)
    await net.clock.advance(11)
    with pytest.raises(OSError, match=r".*"):
        await task


async def test_nobody_is_said_to_be_away_when_the_connection_ends(make: Make) -> None:
    net = make()
    await net.up()
    task = await look_for(net)
    net.wire.abort()
    await settle()
    with pytest.raises(OSError, match=r".*"):
        await task
    with pytest.raises(OSError, match=r".*"):
        await net.transport.find("net|account|alice")


async def test_a_question_about_tls_that_is_never_answered_is_asked_again(make: Make) -> None:
    net = make(tls=True)
    await net.up()
    await net.says("@account=alice :alice!u@h.example.org PRIVMSG caseward :one")
    await net.clock.advance(5)
    assert net.sent().count("WHOIS alice") == 1
    await net.clock.advance(10)
    await net.says("@account=alice :alice!u@h.example.org PRIVMSG caseward :two")
    await net.clock.advance(1)
    assert net.sent().count("WHOIS alice") == 1
    await net.says(":irc 671 caseward alice :is secure", ":irc 318 caseward alice :end")
    view = net.view(dm("alice"))
    assert isinstance(view, DMView)
    assert view.secure
    assert [inbound.text for inbound in net.heard()] == ["one", "two"]
