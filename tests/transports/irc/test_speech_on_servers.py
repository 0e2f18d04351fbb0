"""Text arrives whole, once, in its order, or the sender is told that it did not."""

import asyncio

import pytest

from bot.core.words.ports import Sent
from tests.servers.client import IRCClient
from tests.servers.crowd import Crowd
from tests.transports.irc.rig import Rig, dm, room

LONG = " ".join(f"wörd{number}·日本語🙂" for number in range(150))


async def together(rig: Rig, crowd: Crowd, nick: str = "alice") -> IRCClient:
    await rig.start("#team")
    client = await crowd.enter(nick)
    await client.join("#team")
    await rig.sees("#team", lambda view: len(view.members) == 1 and view.complete)
    return client


def said(client: IRCClient, command: str = "PRIVMSG") -> list[str]:
    return [
        line.params[-1]
        for line in client.lines
        if line.nick == "caseward" and line.params[0] == command
    ]


async def test_long_text_arrives_whole(rig: Rig, crowd: Crowd) -> None:
    alice = await together(rig, crowd)
    assert await rig.say(room("#team"), LONG) is Sent.DELIVERED
    await alice.sync()
    assert " ".join(said(alice)) == LONG
    assert len(said(alice)) > 3


async def test_a_word_without_end_arrives_whole(rig: Rig, crowd: Crowd) -> None:
    alice = await together(rig, crowd)
    text = "e\u0301👩‍🔬日" * 200
    assert await rig.say(room("#team"), text) is Sent.DELIVERED
    await alice.sync()
    assert "".join(said(alice)) == text


async def test_long_text_is_heard_whole(rig: Rig, crowd: Crowd) -> None:
    alice = await together(rig, crowd)
    text = ("ä🙂 " * 55).strip()
    alice.say("caseward", text)
    assert (await rig.message(text)).text == text


async def test_answers_are_notices_and_pages_are_messages(rig: Rig, crowd: Crowd) -> None:
    alice = await together(rig, crowd)
    await rig.transport.send(rig.cleared(room("#team"), "an answer", plain=False), proof=True)
    await rig.transport.send(rig.cleared(room("#team"), "a page", plain=True), proof=True)
    await alice.sync()
    assert said(alice, "NOTICE") == ["an answer"]
    assert said(alice) == ["a page"]


async def test_no_text_becomes_a_command(rig: Rig, crowd: Crowd) -> None:
    alice = await together(rig, crowd)
    evil = "a\rQUIT\nQUIT\0QUIT \x10rQUIT \x01ACTION x\x01 z"
    assert await rig.say(room("#team"), evil) is Sent.DELIVERED
    await alice.sync()
    assert said(alice) == ["a QUITQUIT rQUIT ACTION x z".replace("QUITQUIT", "QUIT QUITQUIT")]
    assert rig.links() == [True]


async def test_a_dm_to_nobody_is_gone(rig: Rig, crowd: Crowd) -> None:
    await rig.start("#team")
    stranger = await crowd.enter("mallory")
    stranger.say("caseward", "one")
    await rig.message("one")
    cleared = rig.cleared(dm("mallory"), "for you alone")
    await stranger.quit()
    sent = await rig.transport.send(cleared, proof=True)
    assert sent in {Sent.GONE, Sent.STALE}


async def test_a_dm_does_not_reach_the_next_holder_of_a_nick(rig: Rig, crowd: Crowd) -> None:
    await rig.start("#team")
    alice = await crowd.enter("alice")
    place = await rig.transport.find("net|account|alice")
    assert place is not None
    cleared = rig.cleared(place, "for alice alone")
    await alice.quit()
    thief = await crowd.enter("alice", login=False)
    assert await rig.transport.send(cleared, proof=True) in {Sent.GONE, Sent.STALE}
    await thief.sync()
    assert said(thief) == []


async def test_whoever_takes_no_messages_refuses(rig: Rig, crowd: Crowd) -> None:
    alice = await crowd.enter("alice")
    await alice.join("#team")
    alice.mode("#team", "+m")
    await rig.start("#team")
    assert await rig.say(room("#team"), "hello") is Sent.REFUSED


async def test_a_dm_is_proven(rig: Rig, crowd: Crowd) -> None:
    await rig.start("#team")
    alice = await crowd.enter("alice")
    place = await rig.transport.find("net|account|alice")
    assert place is not None
    assert await rig.say(place, "page E-123456") is Sent.DELIVERED
    await alice.sync()
    assert said(alice) == ["page E-123456"]


async def test_a_person_who_hides_is_found_and_reached(rig: Rig, crowd: Crowd) -> None:
    await rig.start("#team")
    alice = await crowd.enter("alice")
    alice.mode("alice", "+i")
    await alice.sync()
    place = await rig.transport.find("net|account|alice")
    assert place is not None
    assert await rig.say(place, "page E-123456") is Sent.DELIVERED


async def test_a_person_who_screens_messages_refuses(rig: Rig, crowd: Crowd) -> None:
    await rig.start("#team")
    alice = await crowd.enter("alice")
    alice.mode("alice", "+g")
    await alice.sync()
    place = await rig.transport.find("net|account|alice")
    assert place is not None
    assert await rig.say(place, "page E-123456") is Sent.REFUSED


async def test_a_text_cut_off_by_the_end_of_the_link_is_uncertain(rig: Rig, crowd: Crowd) -> None:
    await rig.start("#team", burst=1, per_second=2.0)
    await rig.sees("#team", lambda view: view.complete)
    sending = asyncio.create_task(rig.say(room("#team"), "one", "two", "three"))
    await asyncio.sleep(0)
    await rig.server.kill_client("caseward")
    assert await sending in {Sent.UNCERTAIN, Sent.DOWN}


@pytest.mark.slow
async def test_limits_as_networks_have_them_are_kept(rig: Rig, crowd: Crowd) -> None:
    alice = await crowd.enter("alice")
    await alice.join("#team")
    await rig.start("#team", port=rig.server.limited_port, burst=5, per_second=1.0)
    lines = [f"line {number}" for number in range(6)]
    assert await rig.say(room("#team"), *lines) is Sent.DELIVERED
    await alice.sync()
    assert said(alice) == lines
    assert rig.links() == [True]


@pytest.mark.parametrize(
    "noise",
    [
        b"PRIVMSG #team :bad \xff\xfe\xc3( bytes\r\n",
        b"PRIVMSG #team :nul\0byte\r\n",
        b"PRIVMSG #team :\x10rQUIT :owned\r\n",
        b"PRIVMSG #team :\x01\x10nQUIT\x01\r\n",
        b"PRIVMSG #team :" + b"x" * 100_000 + b"\r\n",
    ],
)
async def test_hostile_bytes_of_users_end_nothing(rig: Rig, crowd: Crowd, noise: bytes) -> None:
    alice = await together(rig, crowd)
    hostile = await crowd.enter("mallory")
    await hostile.join("#team")
    hostile.send_raw(noise)
    alice.say("#team", "still hearing")
    await rig.message("still hearing")
    assert rig.links() == [True]
