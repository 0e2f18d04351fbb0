"""Encryption: who can read what the bot says, and whose words it believes to have heard."""

import json
import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.core.words.keys import KeyNews
from bot.core.words.ports import Safe
from bot.transports.matrix.account import Login
from bot.transports.matrix.crypt import Crypt, CryptError, Plain, Unread
from bot.transports.matrix.memory_safe import MemorySafe
from bot.transports.matrix.outbound import MOST_MESSAGES
from bot.transports.matrix.owners import Owners, Proof
from tests.transports.matrix.keyserver import ALICE, BOB, BOT, ROOM, Clock, KeyServer, Line, Peer

TEXT = {"msgtype": "m.text", "body": "hello"}


async def opened(
    safe: Safe,
    device: str,
    now: Callable[[], datetime],
    *,
    staff: frozenset[str] = frozenset(),
    told: list[KeyNews] | None = None,
) -> Crypt:
    """The keys of a device of the bot; of `staff` only signed devices count."""
    owners = await Owners.open(
        safe,
        network="matrix",
        on_roster=staff.__contains__,
        fixed=lambda _: None,
        tell=(told if told is not None else []).append,
    )
    login = Login(user_id=BOT, device_id=device, token="-", fresh=False)
    return await Crypt.open(safe, login, now, owners)


@pytest.fixture
def server() -> KeyServer:
    return KeyServer()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def safe() -> Safe:
    return MemorySafe()


class Bot:
    """Our side, which can be restarted."""

    def __init__(self, server: KeyServer, safe: Safe, clock: Clock) -> None:
        self.server, self.safe, self.clock = server, safe, clock
        self.line = Line(server, BOT, "BOT")
        self.crypt: Crypt

    async def start(self) -> "Bot":
        self.crypt = await opened(self.safe, "BOT", self.clock.now)
        await self.crypt.publish(self.line)
        await self.crypt.flush()
        return self

    async def sync(self, *changed: str) -> frozenset[str]:
        new = self.crypt.take(
            self.server.fetch(BOT, "BOT"), {"changed": list(changed)}, self.server.left(BOT, "BOT")
        )
        await self.crypt.settle(self.line)
        await self.crypt.flush()
        return new

    def read(self, event: dict[str, Any], room: str = ROOM) -> Plain | Unread:
        return self.crypt.read(room, event)

    async def say(self, *users: str, words: str = "hello") -> dict[str, Any]:
        await self.crypt.share(self.line, ROOM, users, 1)
        return self.crypt.lock(ROOM, "m.room.message", {"msgtype": "m.text", "body": words})


@pytest.fixture
async def bot(server: KeyServer, safe: Safe, clock: Clock) -> Bot:
    return await Bot(server, safe, clock).start()


@pytest.fixture
async def alice(server: KeyServer) -> Peer:
    return await Peer(server, ALICE, "PHONE").publish()


def plain(found: Plain | Unread) -> Plain:
    assert isinstance(found, Plain)
    return found


# ---- both ways -----------------------------------------------------------------------------------


async def test_what_others_say_is_read_and_known(bot: Bot, alice: Peer) -> None:
    await alice.share([BOT])
    event = alice.say("hi")
    assert isinstance(bot.read(event), Unread)
    assert await bot.sync() == {event["content"]["session_id"]}
    assert await bot.sync() == frozenset()
    found = plain(bot.read(event))
    assert (found.content["body"], found.type) == ("hi", "m.room.message")
    assert found.sender_known


async def test_what_we_say_is_read(bot: Bot, alice: Peer) -> None:
    content = await bot.say(ALICE)
    alice.take()
    assert alice.read(content) == "hello"
    assert alice.read(await bot.say(ALICE, words="again")) == "again"
    assert content["algorithm"] == "m.megolm.v1.aes-sha2"


async def test_a_restart_loses_nothing(bot: Bot, alice: Peer) -> None:
    await alice.share([BOT])
    first = alice.say("before")
    await bot.sync()
    alice.take()
    await bot.say(ALICE)
    alice.take()
    again = await bot.start()
    assert not again.crypt.fresh
    assert plain(bot.read(first)).content["body"] == "before"
    # Whose devices were listed before the start is asked for once more.
    assert not plain(bot.read(first)).sender_known
    await bot.sync()
    assert plain(bot.read(first)).sender_known
    content = await bot.say(ALICE, words="after")
    alice.take()
    assert alice.read(content) == "after"
    assert server_keys(bot) == 49


def server_keys(bot: Bot) -> int:
    return bot.server.left(BOT, "BOT")["signed_curve25519"]


async def test_a_relation_stands_outside(bot: Bot) -> None:
    await bot.crypt.share(bot.line, ROOM, [], 1)
    relation = {"rel_type": "m.thread", "event_id": "$root"}
    content = bot.crypt.lock(ROOM, "m.room.message", TEXT | {"m.relates_to": relation})
    assert content["m.relates_to"] == relation
    assert "hello" not in json.dumps(content)


async def test_nothing_is_said_unshared(bot: Bot, alice: Peer) -> None:
    with pytest.raises(CryptError):
        bot.crypt.lock(ROOM, "m.room.message", TEXT)
    bot.server.lost = {"sendToDevice"}
    with pytest.raises(ConnectionError):
        await bot.crypt.share(bot.line, ROOM, [alice.user], 1)
    with pytest.raises(CryptError):
        bot.crypt.lock(ROOM, "m.room.message", TEXT)


# ---- who can read --------------------------------------------------------------------------------


async def test_a_new_device_reads_from_then_on(bot: Bot, alice: Peer, server: KeyServer) -> None:
    first = await bot.say(ALICE)
    tablet = await Peer(server, ALICE, "TABLET").publish()
    await bot.sync(ALICE)
    second = await bot.say(ALICE, words="two")
    assert second["session_id"] == first["session_id"]
    for peer in (alice, tablet):
        peer.take()
        assert peer.read(second) == "two"
    assert alice.read(first) == "hello"
    assert tablet.read(first) is None


async def test_a_device_that_goes_reads_no_more(bot: Bot, alice: Peer, server: KeyServer) -> None:
    tablet = await Peer(server, ALICE, "TABLET").publish()
    first = await bot.say(ALICE)
    del server.devices[ALICE]["TABLET"]
    await bot.sync(ALICE)
    second = await bot.say(ALICE, words="two")
    assert second["session_id"] != first["session_id"]
    alice.take()
    tablet.take()
    assert alice.read(second) == "two"
    assert tablet.read(first) == "hello"
    assert tablet.read(second) is None


async def test_a_device_that_comes_back_with_other_keys_is_another(
    bot: Bot, server: KeyServer
) -> None:
    old = await Peer(server, ALICE, "PHONE").publish()
    first = await bot.say(ALICE)
    del server.devices[ALICE]["PHONE"]
    server.keys.pop((ALICE, "PHONE"))
    await bot.sync(ALICE)
    await bot.say(ALICE)
    new = await Peer(server, ALICE, "PHONE").publish()
    await bot.sync(ALICE)
    second = await bot.say(ALICE, words="two")
    waiting = [*server.inbox[ALICE, "PHONE"]]
    old.take()
    server.inbox[ALICE, "PHONE"] = waiting
    new.take()
    assert old.read(first) == "hello"
    assert old.read(second) is None
    assert new.read(second) == "two"


async def test_keys_that_change_under_a_name_are_not_taken(bot: Bot, server: KeyServer) -> None:
    await Peer(server, ALICE, "PHONE").publish()
    await bot.say(ALICE)
    intruder = await Peer(server, ALICE, "PHONE").publish()
    await bot.sync(ALICE)
    content = await bot.say(ALICE, words="two")
    intruder.take()
    assert intruder.read(content) is None


async def test_a_user_who_leaves_reads_no_more(bot: Bot, alice: Peer, server: KeyServer) -> None:
    bob = await Peer(server, BOB, "LAPTOP").publish()
    first = await bot.say(ALICE, BOB)
    second = await bot.say(ALICE, words="two")
    assert second["session_id"] != first["session_id"]
    alice.take()
    bob.take()
    assert (bob.read(first), bob.read(second)) == ("hello", None)
    assert alice.read(second) == "two"


async def test_who_has_no_keys_left_is_left_out_for_now(
    bot: Bot, alice: Peer, server: KeyServer, clock: Clock
) -> None:
    bob = await Peer(server, BOB, "LAPTOP").publish()
    kept = server.keys.pop((BOB, "LAPTOP"))
    content = await bot.say(ALICE, BOB)
    alice.take()
    bob.take()
    assert alice.read(content) == "hello"
    assert bob.read(content) is None
    server.keys[BOB, "LAPTOP"] = kept
    asked = server.calls.count("claim")
    await bot.say(ALICE, BOB)
    assert server.calls.count("claim") == asked
    clock.forward(minutes=2)
    third = await bot.say(ALICE, BOB, words="three")
    bob.take()
    assert bob.read(third) == "three"


async def test_our_own_other_devices_get_nothing(bot: Bot, server: KeyServer) -> None:
    other = await Peer(server, BOT, "OTHER").publish()
    await bot.sync(BOT)
    content = await bot.say(BOT, ALICE)
    assert other.take() == []
    assert other.read(content) is None


async def test_a_session_ends_after_a_hundred_messages(bot: Bot, alice: Peer) -> None:
    said = [await bot.say(ALICE) for _ in range(MOST_MESSAGES + 1)]
    sessions = [content["session_id"] for content in said]
    assert len(set(sessions[:MOST_MESSAGES])) == 1
    assert sessions[-1] != sessions[0]
    alice.take()
    assert alice.read(said[-1]) == "hello"
    for _ in range(MOST_MESSAGES - 1):
        bot.crypt.lock(ROOM, "m.room.message", TEXT)
    with pytest.raises(CryptError):
        bot.crypt.lock(ROOM, "m.room.message", TEXT)


async def test_a_session_ends_after_a_week(bot: Bot, clock: Clock) -> None:
    first = await bot.say(ALICE)
    clock.at += timedelta(days=7)
    with pytest.raises(CryptError):
        bot.crypt.lock(ROOM, "m.room.message", TEXT)
    assert (await bot.say(ALICE))["session_id"] != first["session_id"]


async def test_requests_for_keys_are_not_answered(bot: Bot, server: KeyServer) -> None:
    other = await Peer(server, BOT, "OTHER").publish()
    content = await bot.say(ALICE)
    request = {
        "type": "m.room_key_request",
        "sender": BOT,
        "content": {
            "action": "request",
            "request_id": "1",
            "requesting_device_id": "OTHER",
            "body": {
                "algorithm": "m.megolm.v1.aes-sha2",
                "room_id": ROOM,
                "sender_key": content["sender_key"],
                "session_id": content["session_id"],
            },
        },
    }
    server.inbox[BOT, "BOT"].append(request)
    await bot.sync(BOT)
    assert other.take() == []


# ---- whose words they are ------------------------------------------------------------------------


async def test_a_relabelled_sender_is_not_known(bot: Bot, alice: Peer, server: KeyServer) -> None:
    await Peer(server, BOB, "LAPTOP").publish()
    await alice.share([BOT])
    await bot.sync(BOB)
    event = alice.say("hi", sender=BOB)
    assert not plain(bot.read(event)).sender_known
    await bot.sync()
    assert not plain(bot.read(event)).sender_known
    assert plain(bot.read(event | {"sender": ALICE})).sender_known


async def test_a_device_that_borrows_a_key_is_not_known(
    bot: Bot, alice: Peer, server: KeyServer
) -> None:
    """Somebody lists a device of their own that has the Curve25519 key of another's."""
    bob = Peer(server, BOB, "LAPTOP")
    keys = bob.olm.share_keys()["device_keys"]
    keys["keys"]["curve25519:LAPTOP"] = alice.olm.account.identity_keys["curve25519"]
    del keys["signatures"]
    keys["signatures"] = {BOB: {"ed25519:LAPTOP": bob.olm.sign_json(keys)}}
    server.devices[BOB]["LAPTOP"] = keys
    await alice.share([BOT])
    await bot.sync(BOB)
    assert bot.crypt.devices_of(BOB)
    assert not plain(bot.read(alice.say("hi", sender=BOB))).sender_known


async def test_an_unlisted_device_is_not_known_until_it_is(
    bot: Bot, alice: Peer, server: KeyServer
) -> None:
    listed = server.devices.pop(ALICE)
    await alice.share([BOT])
    await bot.sync()
    event = alice.say("hi")
    assert not plain(bot.read(event)).sender_known
    server.devices[ALICE] = listed
    await bot.sync()
    assert plain(bot.read(event)).sender_known
    server.devices.pop(ALICE)
    assert plain(bot.read(event)).sender_known
    await bot.sync(ALICE)
    assert not plain(bot.read(event)).sender_known


async def test_a_change_that_is_not_looked_at_yet_makes_nobody_known(
    bot: Bot, alice: Peer, server: KeyServer
) -> None:
    await alice.share([BOT])
    await bot.sync()
    event = alice.say("hi")
    server.lost = {"query"}
    with pytest.raises(ConnectionError):
        await bot.sync(ALICE)
    assert not plain(bot.read(event)).sender_known
    server.lost = set()
    await bot.sync()
    assert plain(bot.read(event)).sender_known


async def test_where_a_server_is_silent_what_is_known_counts(
    bot: Bot, alice: Peer, server: KeyServer, clock: Clock
) -> None:
    await alice.share([BOT])
    await bot.sync()
    server.failures = {"example.org"}
    await bot.sync(ALICE)
    assert plain(bot.read(alice.say("hi"))).sender_known
    asked = server.calls.count("query")
    await bot.sync()
    assert server.calls.count("query") == asked
    server.failures, server.devices[ALICE] = set(), {}
    clock.forward(minutes=2)
    await bot.sync()
    assert not plain(bot.read(alice.say("hi"))).sender_known


async def test_who_is_no_longer_told_of_is_asked_about_anew(
    bot: Bot, alice: Peer, server: KeyServer
) -> None:
    await alice.share([BOT])
    await bot.sync(ALICE)
    event = alice.say("hi")
    bot.crypt.take([], {"left": [ALICE]}, {})
    assert not plain(bot.read(event)).sender_known
    await bot.sync()
    assert plain(bot.read(event)).sender_known
    asked = server.calls.count("query")
    await bot.say(ALICE)
    await bot.say(ALICE)
    assert server.calls.count("query") == asked


async def test_a_key_that_is_not_signed_begins_no_session(
    bot: Bot, alice: Peer, server: KeyServer
) -> None:
    forged = Peer(server, ALICE, "PHONE").olm.share_keys()["one_time_keys"]
    server.keys[ALICE, "PHONE"] = forged
    content = await bot.say(ALICE)
    assert server.inbox[ALICE, "PHONE"] == []
    assert alice.read(content) is None


async def test_a_device_whose_signature_is_wrong_is_none(bot: Bot, server: KeyServer) -> None:
    one, other = Peer(server, ALICE, "PHONE"), Peer(server, ALICE, "PHONE")
    await one.publish()
    forged = other.olm.share_keys()["device_keys"]
    forged["signatures"] = server.devices[ALICE]["PHONE"]["signatures"]
    server.devices[ALICE]["PHONE"] = forged
    await bot.sync(ALICE)
    assert bot.crypt.devices_of(ALICE) == ()


@pytest.mark.parametrize(
    "broken",
    [
        None,
        [],
        "x",
        {},
        {"user_id": ALICE, "device_id": "BAD"},
        {"user_id": ALICE, "device_id": "BAD", "keys": {"ed25519:BAD": "x"}},
        {
            "user_id": ALICE,
            "device_id": "BAD",
            "keys": {"ed25519:BAD": 1, "curve25519:BAD": None},
            "signatures": {ALICE: {"ed25519:BAD": "\ud800"}},
        },
    ],
)
async def test_a_broken_device_hides_no_other(
    bot: Bot, alice: Peer, server: KeyServer, broken: Any
) -> None:
    server.devices[ALICE] = {"BAD": broken} | server.devices[ALICE]
    await bot.sync(ALICE)
    assert [device.id for device in bot.crypt.devices_of(ALICE)] == [alice.device]


# ---- what is read --------------------------------------------------------------------------------


async def test_words_meant_for_another_room_are_not_read(bot: Bot, alice: Peer) -> None:
    await alice.share([BOT])
    await bot.sync()
    content = alice.olm.group_encrypt(ROOM, {"type": "m.room.message", "content": TEXT})
    payload = {"type": "m.room.message", "content": TEXT, "room_id": "!other:example.org"}
    session = alice.olm.outbound_group_sessions[ROOM]
    moved = content | {"ciphertext": session.encrypt(json.dumps(payload))}
    event = {"type": "m.room.encrypted", "sender": ALICE}
    assert isinstance(bot.read(event | {"content": content}), Plain)
    assert isinstance(bot.read(event | {"content": moved}), Unread)
    assert isinstance(bot.read(event | {"content": content}, "!other:example.org"), Unread)


async def test_what_is_said_twice_is_told_by_its_digest(bot: Bot, alice: Peer) -> None:
    await alice.share([BOT])
    await bot.sync()
    event, other = alice.say("hi"), alice.say("hi")
    digest = plain(bot.read(event)).digest
    assert plain(bot.read(event | {"event_id": "$again"})).digest == digest
    assert plain(bot.read(other)).digest != digest
    wrapped = event["content"] | {"ciphertext": event["content"]["ciphertext"] + "="}
    again = bot.read(event | {"content": wrapped})
    assert isinstance(again, Unread) or again.digest == digest
    bare = {k: v for k, v in event["content"].items() if k not in {"sender_key", "device_id"}}
    assert plain(bot.read(event | {"content": bare})).digest == digest
    assert plain(bot.read(event | {"content": bare})).sender_known


async def test_another_who_passes_a_session_on_speaks_for_themselves(
    bot: Bot, alice: Peer, server: KeyServer
) -> None:
    """Whoever has the key of a session may send it as their own; the words become theirs."""
    bob = await Peer(server, BOB, "LAPTOP").publish()
    await alice.share([BOT, BOB])
    session = alice.olm.outbound_group_sessions[ROOM]
    bob.take()
    await bob.share([BOT])
    key = {
        "algorithm": "m.megolm.v1.aes-sha2",
        "room_id": ROOM,
        "session_id": session.id,
        "session_key": session.session_key,
    }
    device = bob.olm.device_store[BOT]["BOT"]
    olm = bob.olm.session_store.get(device.curve25519)
    passed = bob.olm._olm_encrypt(olm, device, "m.room_key", key)
    await bob.line.call("PUT", "/sendToDevice/", body={"messages": {BOT: {"BOT": passed}}})
    await bot.sync()
    event = alice.say("hi")
    assert plain(bot.read(event)).sender_known
    theirs = event["content"] | {"sender_key": bob.olm.account.identity_keys["curve25519"]}
    assert not plain(bot.read(event | {"content": theirs})).sender_known
    stolen = plain(bot.read(event | {"content": theirs, "sender": BOB}))
    assert stolen.sender_known
    assert stolen.digest != plain(bot.read(event)).digest


SCRAPS: list[Any] = [
    None, True, -1, 10**400, 1.5, "", "x", "\ud800", "A" * 43, [], {}, [[]], {"body": "x"}, "é" * 99,
    "m.room.encrypted", "m.megolm.v1.aes-sha2", "m.olm.v1.curve25519-aes-sha2", "A" * 200_000,
]  # fmt: skip


def scrap(dice: random.Random, keys: list[str], depth: int = 0) -> Any:
    if depth < 4 and dice.random() < 0.6:
        chosen = dice.sample(keys, dice.randint(0, len(keys)))
        return {key: scrap(dice, keys, depth + 1) for key in chosen}
    return dice.choice(SCRAPS)


def spoilt(dice: random.Random, good: Any, keys: list[str]) -> Any:
    """Return something like `good` with one part of it replaced."""
    if isinstance(good, dict) and good and dice.random() < 0.8:
        key = dice.choice(list(good))
        return good | {key: spoilt(dice, good[key], keys)}
    if isinstance(good, str) and good and dice.random() < 0.5:
        at = dice.randrange(len(good))
        return good[:at] + dice.choice("A=é\x00 ") + good[at + 1 :]
    return scrap(dice, keys)


@pytest.mark.slow
async def test_no_garbage_raises(bot: Bot, alice: Peer, server: KeyServer) -> None:
    dice = random.Random(5)
    await alice.share([BOT])
    letter = server.inbox[BOT, "BOT"][0]
    own = next(iter(letter["content"]["ciphertext"]))
    await bot.sync()
    event = alice.say("hi")
    keys = [*event, *event["content"], "ciphertext", "type", "body", own, "sender", "keys"]
    for _ in range(2000):
        assert isinstance(bot.read(spoilt(dice, event, keys)), Plain | Unread)
        lists, counts = spoilt(dice, {"changed": [ALICE], "left": []}, keys), scrap(dice, keys)
        bot.crypt.take(
            [spoilt(dice, letter, keys)],
            lists if isinstance(lists, dict) else {},
            counts if isinstance(counts, dict) else {},
        )
    assert plain(bot.read(event)).content["body"] == "hi"


@pytest.mark.parametrize(
    "words",
    ["", "[]", "null", '{"room_id":"!room:example.org"}', "[" * 50_000, "9" * 5000, "NaN", "\x00"],
)
async def test_no_payload_raises(bot: Bot, alice: Peer, words: str) -> None:
    await alice.share([BOT])
    await bot.sync()
    event = alice.say("hi")
    session = alice.olm.outbound_group_sessions[ROOM]
    content = event["content"] | {"ciphertext": session.encrypt(words)}
    assert isinstance(bot.read(event | {"content": content}), Unread)


async def test_an_answer_of_any_shape_breaks_nothing(bot: Bot, alice: Peer) -> None:
    dice = random.Random(6)

    class Odd:
        async def call(self, method: str, path: str, *, body: object = None) -> Any:
            assert method
            assert path
            assert body is not None
            keys = [ALICE, "PHONE", "device_keys", "one_time_keys", "failures", "keys"]
            return scrap(dice, keys)

    for _ in range(300):
        bot.crypt.take([], {"changed": [ALICE]}, {})
        await bot.crypt.settle(Odd())
        await bot.crypt.share(Odd(), ROOM, [ALICE], 1)
        bot.clock.forward(minutes=2)
    bot.clock.forward(minutes=2)
    await bot.sync(ALICE)
    alice.take()
    content = await bot.say(ALICE)
    alice.take()
    assert alice.read(content) == "hello"


# ---- accounts, broken sessions -------------------------------------------------------------------


async def test_a_lost_account_is_told(bot: Bot, safe: Safe, clock: Clock) -> None:
    assert bot.crypt.fresh
    assert not (await opened(safe, "BOT", clock.now)).fresh
    assert (await opened(safe, "OTHER", clock.now)).fresh
    await safe.write({("olm-account", "account"): None})
    again = await opened(safe, "BOT", clock.now)
    assert again.fresh
    await safe.write({("olm-account", "account"): b"damaged"})
    assert (await opened(safe, "BOT", clock.now)).fresh


async def test_keys_are_uploaded_where_few_are_left(bot: Bot, server: KeyServer) -> None:
    assert server_keys(bot) == 50
    for _ in range(24):
        server.keys[BOT, "BOT"].popitem()
    await bot.sync()
    assert server_keys(bot) == 26
    for _ in range(2):
        server.keys[BOT, "BOT"].popitem()
    server.lost = {"upload"}
    with pytest.raises(ConnectionError):
        await bot.sync()
    server.lost = set()
    await bot.sync()
    assert server_keys(bot) == 50


async def test_keys_are_kept_before_they_are_given_out(
    server: KeyServer, safe: Safe, clock: Clock
) -> None:
    """A crash right after the upload: whoever took a key can still write to the bot."""
    bot = Bot(server, safe, clock)
    bot.crypt = await opened(safe, "BOT", clock.now)
    await bot.crypt.publish(bot.line)
    alice = await Peer(server, ALICE, "PHONE").publish()
    await alice.share([BOT])
    await bot.start()
    await bot.sync()
    assert plain(bot.read(alice.say("hi"))).sender_known


async def test_a_broken_session_is_mended(bot: Bot, alice: Peer, server: KeyServer) -> None:
    """What comes can no longer be opened, as after a backup was restored."""
    await alice.share([BOT])
    letter = server.inbox[BOT, "BOT"][0]
    await bot.sync()
    (session,) = bot.crypt._store.sessions[alice.olm.account.identity_keys["curve25519"]]
    session.creation_time -= timedelta(hours=2)
    mine = letter["content"]["ciphertext"][bot.crypt.identity]
    mine["body"] = f"{mine['body'][:-8]}AAAA{mine['body'][-4:]}"
    server.inbox[BOT, "BOT"].append(letter)
    await bot.sync()
    assert [type(event).__name__ for event in alice.take()] == ["DummyEvent"]
    await alice.share([BOT])
    await bot.sync()
    assert plain(bot.read(alice.say("hi"))).sender_known


async def test_nobody_is_named_in_the_log(
    bot: Bot, alice: Peer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await alice.share([BOT])
    await bot.sync()
    await bot.say(ALICE)
    ours = [one.getMessage() for one in caplog.records if one.name.startswith(("nio", "bot"))]
    assert not any("@" in message for message in ours)
    assert not logging.getLogger("nio.crypto.log").isEnabledFor(logging.CRITICAL)


# ---- whose devices are proven --------------------------------------------------------------------


async def proving(server: KeyServer, safe: Safe, clock: Clock, told: list[KeyNews]) -> Bot:
    """The bot, for which Alice is of the team."""
    made = Bot(server, safe, clock)
    made.crypt = await opened(safe, "BOT", clock.now, staff=frozenset({ALICE}), told=told)
    await made.crypt.publish(made.line)
    await made.crypt.flush()
    return made


async def test_only_signed_devices_of_the_team_speak_and_read(
    server: KeyServer, safe: Safe, clock: Clock, alice: Peer
) -> None:
    seeds = server.sign(ALICE, "PHONE")
    injected = await Peer(server, ALICE, "INJECTED").publish()
    bot = await proving(server, safe, clock, [])
    for peer in (alice, injected):
        await peer.share([BOT])
    said = [peer.say("hi") for peer in (alice, injected)]
    await bot.sync(ALICE)
    assert [plain(bot.read(each)).proof for each in said] == [Proof.SIGNED, Proof.UNSIGNED]
    content = await bot.say(ALICE)
    assert server.inbox[ALICE, "INJECTED"] == []
    alice.take()
    assert alice.read(content) == "hello"
    server.sign(ALICE, "INJECTED", seeds=seeds)
    await bot.sync(ALICE)
    assert plain(bot.read(said[1])).proof is Proof.SIGNED
    await bot.say(ALICE, words="two")
    assert server.inbox[ALICE, "INJECTED"] != []


async def test_a_changed_key_reads_nothing_until_it_counts(
    server: KeyServer, safe: Safe, clock: Clock, alice: Peer
) -> None:
    told: list[KeyNews] = []
    server.sign(ALICE, "PHONE")
    bot = await proving(server, safe, clock, told)
    await alice.share([BOT])
    words = alice.say("hi")
    await bot.sync(ALICE)
    first = await bot.say(ALICE)
    theirs = server.sign(ALICE, "PHONE").public("master")
    await bot.sync(ALICE)
    assert plain(bot.read(words)).proof is Proof.CHANGED
    server.inbox.clear()
    second = await bot.say(ALICE, words="two")
    assert second["session_id"] != first["session_id"]
    assert server.inbox[ALICE, "PHONE"] == []
    assert [news.kind for news in told] == ["first", "changed"]
    await bot.crypt.trust(ALICE, theirs)
    assert plain(bot.read(words)).proof is Proof.SIGNED
    third = await bot.say(ALICE, words="three")
    alice.take()
    assert alice.read(third) == "three"


async def test_a_relabelled_sender_is_not_proven(
    server: KeyServer, safe: Safe, clock: Clock, alice: Peer
) -> None:
    server.sign(ALICE, "PHONE")
    bob = await Peer(server, BOB, "PHONE").publish()
    server.sign(BOB, "PHONE")
    bot = await proving(server, safe, clock, [])
    await bob.share([BOT])
    event = bob.say("hi") | {"sender": ALICE}
    await bot.sync(ALICE, BOB)
    assert plain(bot.read(event)).proof is Proof.UNKNOWN
    # Not even where the server lists that device for both.
    server.devices[ALICE]["OTHER"] = server.devices[BOB]["PHONE"]
    await bot.sync(ALICE)
    assert plain(bot.read(event)).proof is not Proof.SIGNED
