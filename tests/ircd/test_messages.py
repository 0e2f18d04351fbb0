"""What arrives, what is cut, what is refused."""

from __future__ import annotations

import pytest

from tests.servers.client import barrier
from tests.servers.crowd import Crowd

ECHO = ("echo-message", "labeled-response", "batch", "message-tags", "server-time")


async def test_a_line_is_cut_at_512_bytes_as_others_see_it(crowd: Crowd) -> None:
    alice, mallory = await crowd.enter_all("alice", "mallory")
    alice.say("mallory", "x" * 495)
    heard = await mallory.expect("PRIVMSG mallory ")
    assert len(heard.text.encode()) == 510
    assert heard.tags["account"] == "alice"
    assert len(heard.params[2]) < 495


async def test_a_cut_may_break_a_character(crowd: Crowd) -> None:
    alice, mallory = await crowd.enter_all("alice", "mallory")
    for filler in ("", "x"):
        alice.say("mallory", filler + "é" * 240)
    cut = [await mallory.expect("PRIVMSG mallory ") for _ in range(2)]
    raw = [line.text.encode("utf-8", "surrogateescape") for line in cut]
    assert {len(each) for each in raw} == {510}
    assert sum(each.endswith(b"\xc3") for each in raw) == 1


async def test_bytes_that_are_not_utf8_are_relayed(crowd: Crowd) -> None:
    alice, mallory = await crowd.enter_all("alice", "mallory")
    alice.send_raw(b"PRIVMSG mallory :caf\xe9 \x03red\x0f\r\n")
    heard = await mallory.expect("PRIVMSG mallory ")
    expected = b"caf\xe9 \x03red\x0f"
    assert heard.params[2].encode("utf-8", "surrogateescape") == expected


async def test_echo_has_the_id_that_others_get(crowd: Crowd) -> None:
    alice = await crowd.enter("alice", caps=ECHO)
    mallory = await crowd.enter("mallory")
    await alice.join("#team")
    await mallory.join("#team")
    alice.say("#team", "hello")
    own = await alice.expect("^:alice!.* PRIVMSG #team :hello")
    other = await mallory.expect("PRIVMSG #team :hello")
    assert own.tags["msgid"] == other.tags["msgid"]
    mallory.say("#team", "no echo")
    await alice.expect("no echo")
    await mallory.sync()
    assert not any("no echo" in line.text for line in mallory.lines)


async def test_labels_come_back(crowd: Crowd) -> None:
    alice = await crowd.enter("alice", caps=ECHO)
    mallory = await crowd.enter("mallory")
    alice.send("@label=one PRIVMSG mallory :hello")
    assert (await alice.expect("PRIVMSG mallory :hello")).tags["label"] == "one"
    assert "label" not in (await mallory.expect("PRIVMSG mallory :hello")).tags
    alice.send("@label=two PRIVMSG nobody-here :hello")
    assert (await alice.expect(" 401 ")).tags["label"] == "two"
    alice.send("@label=three PONG nothing")
    assert (await alice.expect(" ACK$")).tags["label"] == "three"
    alice.send("@label=four WHOIS mallory")
    opened = await alice.expect(r" BATCH \+")
    assert opened.tags["label"] == "four"
    batch = opened.params[1].removeprefix("+")
    assert (await alice.expect(" 318 ")).tags["batch"] == batch
    await alice.expect(rf" BATCH :?-{batch}$")


async def test_a_tag_message_reaches_those_who_know_tags(crowd: Crowd) -> None:
    alice, bob = await crowd.enter_all("alice", "bob")
    plain = await crowd.enter("mallory", caps=())
    for client in (alice, bob, plain):
        await client.join("#team")
    alice.send("@+typing=active TAGMSG #team")
    assert (await bob.expect(" TAGMSG ")).tags["+typing"] == "active"
    await plain.sync()
    assert not any(line.params[0] == "TAGMSG" for line in plain.lines)
    alice.send("TAGMSG #team")
    await alice.expect(" 412 ")


async def test_tags_that_are_too_long_are_refused(crowd: Crowd) -> None:
    alice, bob = await crowd.enter_all("alice", "bob")
    alice.send(f"@+big={'x' * 4095} PRIVMSG bob :hello")
    await alice.expect(" 417 ")
    await barrier(alice, bob)
    assert not any(line.params[0] == "PRIVMSG" for line in bob.lines)


@pytest.mark.parametrize("command", ["PRIVMSG", "NOTICE"])
async def test_registered_only_users_refuse_people_without_account(
    crowd: Crowd, command: str
) -> None:
    alice, bob, mallory = await crowd.enter_all("alice", "bob", "mallory")
    bob.mode("bob", "+R")
    await bob.expect(r" MODE bob :?\+R")
    mallory.send(f"{command} bob :hello")
    await mallory.expect(" 477 mallory bob ")
    alice.send(f"{command} bob :hi")
    assert (await bob.expect(f" {command} bob ")).params[2] == "hi"


async def test_caller_id(crowd: Crowd) -> None:
    alice, bob = await crowd.enter_all("alice", "bob")
    bob.mode("bob", "+g")
    await bob.expect(r" MODE bob :?\+g")
    alice.say("bob", "one")
    await alice.expect(" 716 alice bob ")
    await alice.expect(" 717 alice bob ")
    assert (await bob.expect(" 718 bob alice ")).params[3].startswith("alice@")
    alice.notice("bob", "two")  # told once only
    await alice.expect(" 716 alice bob ")
    bob.send("ACCEPT alice")
    await bob.sync()
    alice.say("bob", "three")
    assert (await bob.expect(" PRIVMSG bob ")).params[2] == "three"
    bob.send("ACCEPT *")
    await bob.expect(" 281 bob :?alice")
    await bob.expect(" 282 ")
    bob.send("ACCEPT -alice")
    await bob.sync()
    alice.say("bob", "four")
    await alice.expect(" 716 alice bob ")
    assert sum(" 718 " in line.text for line in bob.lines) == 1


async def test_moderated_and_no_messages_from_outside(crowd: Crowd) -> None:
    alice, bob, mallory = await crowd.enter_all("alice", "bob", "mallory")
    await alice.join("#team")
    await bob.join("#team")
    mallory.say("#team", "from outside")
    await mallory.expect(" 404 mallory #team ")
    alice.mode("#team", "+m-n")
    await bob.expect(" MODE ")
    bob.say("#team", "quiet?")
    await bob.expect(" 404 bob #team ")
    alice.mode("#team", "-m+v", "bob")
    await bob.expect(" MODE ")
    mallory.say("#team", "let in")
    await bob.expect("^:mallory!.* PRIVMSG #team :let in")
    alice.say("@#team", "operators")
    mallory.say("+#team", "voices")
    assert (await bob.expect(" PRIVMSG ")).params[1:] == ["+#team", "voices"]


async def test_targets_that_are_not_there(crowd: Crowd) -> None:
    alice, mallory = await crowd.enter_all("alice", "mallory")
    alice.say("nobody-here", "hello")
    await alice.expect(" 401 alice nobody-here ")
    alice.say("#none-such", "hello")
    await alice.expect(" 403 alice #none-such ")
    alice.send("PRIVMSG mallory :")
    await alice.expect(" 412 ")
    alice.send("PRIVMSG mallory")
    await alice.expect(" 461 alice PRIVMSG ")
    alice.send("NONSENSE")
    await alice.expect(" 421 alice NONSENSE ")
    alice.say("mallory,nobody-here,MALLORY", "twice?")
    await alice.expect(" 401 alice nobody-here ")
    await barrier(alice, mallory)
    assert sum("twice?" in line.text for line in mallory.lines) <= 2


async def test_away_is_told(crowd: Crowd) -> None:
    alice, bob = await crowd.enter_all("alice", "bob")
    bob.send("AWAY :back at nine")
    await bob.expect(" 306 ")
    alice.say("bob", "hello")
    assert (await alice.expect(" 301 ")).params[2:] == ["bob", "back at nine"]
    bob.send("AWAY")
    await bob.expect(" 305 ")


async def test_nobody_here_may_kill(crowd: Crowd) -> None:
    alice = await crowd.enter("alice")
    alice.send("KILL alice :why not")
    await alice.expect(" 481 ")
    await alice.sync()
