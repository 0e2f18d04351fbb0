"""Who somebody is: the account on that very message, or this connection of theirs, or nobody."""

import asyncio

from bot.core.words.people import Person
from tests.servers.client import PATIENCE, IRCClient
from tests.servers.crowd import Crowd
from tests.transports.irc.rig import Rig, dm


def name_of(person: Person | None) -> str | None:
    return person.name if person else None


async def test_an_account_on_the_message_is_the_person(rig: Rig, crowd: Crowd) -> None:
    await rig.start()
    alice = await crowd.enter("alice")
    alice.say("caseward", "hello there")
    heard = await rig.message("hello there")
    assert heard.place == dm("alice")
    assert name_of(heard.speaker.person) == "alice"
    assert heard.speaker.identity == "net|account|alice"
    assert not heard.late


async def test_a_nick_without_an_account_is_nobody(rig: Rig, crowd: Crowd) -> None:
    await rig.start()
    fake = await crowd.enter("alice", login=False)
    fake.say("caseward", "!cases")
    heard = await rig.message("!cases")
    assert heard.speaker.person is None
    assert heard.speaker.account is None
    assert heard.speaker.identity.startswith("net|link|")


async def test_another_account_under_her_nick_is_not_her(rig: Rig, crowd: Crowd) -> None:
    await rig.start()
    other = await crowd.enter("alice", account="erin")
    other.say("caseward", "!cases")
    heard = await rig.message("!cases")
    assert heard.speaker.person is None
    assert heard.speaker.identity == "net|account|erin"


async def test_a_tag_that_users_can_send_is_not_the_account(rig: Rig, crowd: Crowd) -> None:
    await rig.start()
    fake = await crowd.enter("mallory")
    fake.send("@+account=alice PRIVMSG caseward :!cases")
    fake.send("@account=alice PRIVMSG caseward :!cases mine")
    assert (await rig.message("!cases")).speaker.account is None
    assert (await rig.message("!cases mine")).speaker.account is None


async def test_an_account_of_a_relay_is_marked(rig: Rig, crowd: Crowd) -> None:
    await rig.start()
    bridge = await crowd.enter("heidi")
    bridge.say("caseward", "<alice> !cases")
    assert (await rig.message("<alice> !cases")).speaker.relayed


async def test_logging_out_ends_the_person_at_once(rig: Rig, crowd: Crowd) -> None:
    await rig.start()
    alice = await crowd.enter("alice")
    alice.say("caseward", "first")
    first = await rig.message("first")
    alice.say("NickServ", "LOGOUT")
    await alice.expect(" 901 ")
    alice.say("caseward", "second")
    second = await rig.message("second")
    assert name_of(first.speaker.person) == "alice"
    assert second.speaker.person is None
    assert second.speaker.identity.startswith("net|link|")


async def test_a_connection_identity_lasts_until_the_nick_changes(rig: Rig, crowd: Crowd) -> None:
    await rig.start()
    stranger = await crowd.enter("mallory")
    stranger.say("caseward", "one")
    stranger.say("caseward", "two")
    identity = (await rig.message("one")).speaker.identity
    assert (await rig.message("two")).speaker.identity == identity
    assert await rig.transport.find(identity) == dm("mallory")
    stranger.send("NICK mallet")
    await rig.until(lambda: identity in rig.ended())
    stranger.say("caseward", "three")
    assert (await rig.message("three")).speaker.identity != identity
    assert await rig.transport.find(identity) is None


async def test_quitting_ends_a_connection_identity(rig: Rig, crowd: Crowd) -> None:
    await rig.start()
    stranger = await crowd.enter("mallory")
    stranger.say("caseward", "one")
    identity = (await rig.message("one")).speaker.identity
    await stranger.quit()
    await rig.until(lambda: identity in rig.ended())
    again = await crowd.enter("mallory")
    again.say("caseward", "two")
    assert (await rig.message("two")).speaker.identity != identity


async def _watched(rig: Rig, client: IRCClient) -> None:
    """Wait until the network has said that it watches this nick: before, nobody sees it go."""
    session = rig.transport._session
    assert session is not None
    async with asyncio.timeout(PATIENCE):
        while not ((peer := session.peers.get(client.nick)) and peer.confirmed):
            await client.sync()


async def test_someone_else_under_the_nick_ends_it(rig: Rig, crowd: Crowd) -> None:
    """They shared only a message with us; the network's watch list tells that they went."""
    await rig.start()
    stranger = await crowd.enter("mallory")
    stranger.say("caseward", "one")
    identity = (await rig.message("one")).speaker.identity
    await _watched(rig, stranger)
    stranger.send("NICK elsewhere")
    thief = await crowd.enter("mallory")
    thief.say("caseward", "read")
    assert (await rig.message("read")).speaker.identity != identity
    assert identity in rig.ended()


async def test_our_own_reconnect_ends_connection_identities(rig: Rig, crowd: Crowd) -> None:
    await rig.start()
    stranger = await crowd.enter("mallory")
    stranger.say("caseward", "one")
    identity = (await rig.message("one")).speaker.identity
    await rig.server.kill_client("caseward")
    await rig.up(times=2)
    assert identity in rig.ended()


async def test_a_person_is_found_wherever_their_account_is(rig: Rig, crowd: Crowd) -> None:
    await rig.start()
    await asyncio.gather(crowd.enter("alice"), crowd.enter("someone", account="bob"))
    assert await rig.transport.find("net|account|alice") == dm("alice")
    assert await rig.transport.find("net|account|carol") is None
    assert await rig.transport.find("other|account|alice") is None


async def test_a_member_is_found_under_any_nick(rig: Rig, crowd: Crowd) -> None:
    await rig.start("#team")
    hidden = await crowd.enter("someone", account="bob")
    await hidden.join("#team")
    await rig.sees("#team", lambda view: bool(view.members) and view.complete)
    assert await rig.transport.find("net|account|bob") == dm("someone")


async def test_a_nick_without_the_account_is_not_found(rig: Rig, crowd: Crowd) -> None:
    await rig.start()
    await crowd.enter("alice", login=False)
    assert await rig.transport.find("net|account|alice") is None


async def test_what_programs_send_is_not_a_message(rig: Rig, crowd: Crowd) -> None:
    await rig.start("#team")
    alice = await crowd.enter("alice")
    await alice.join("#team")
    await rig.sees("#team", lambda view: len(view.members) == 1)
    alice.notice("caseward", "a notice")
    alice.say("caseward", "\x01VERSION\x01")
    alice.say("caseward", "\x01ACTION waves\x01")
    alice.say("@#team", "to operators")
    alice.say("caseward", "\x02real\x0f \x0304,12red\x03 text")
    await rig.message("real red text")
    assert len(rig.heard()) == 1


async def test_every_message_has_its_own_lasting_key(rig: Rig, crowd: Crowd) -> None:
    await rig.start()
    alice = await crowd.enter("alice")
    alice.say("caseward", "same one")
    alice.say("caseward", "same two")
    one, two = await rig.message("same one"), await rig.message("same two")
    assert one.key != two.key
    assert one.key.startswith("net|")
