"""Comparisons with people of the team: who is answered, when, and what operators may trust."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from bot.core.words.keys import KeyAct, KeyKind, KeyNews
from bot.core.words.ports import StoreFailed
from bot.transports.matrix import sas_words as words
from bot.transports.matrix.comparing import REST, Comparing
from bot.transports.matrix.memory_safe import MemorySafe
from bot.transports.matrix.owners import Device
from bot.transports.matrix.posting import Posting
from bot.transports.matrix.sas import LONGEST, Kind, News, Send, Verification
from bot.transports.matrix.sas_words import Flow
from bot.transports.matrix.seeds import MASTER, Seeds
from bot.transports.matrix.signing import OwnDevice
from bot.transports.matrix.wire import Lost, Refused
from tests.transports.matrix.test_sas import ALICE, BOT, NOW, key

USER, DM = ALICE.user_id, "!dm:example.org"
STRANGER = "@rita:example.org"


class Desk:
    """The bot's side, what goes out of it, and a server that lists what it is told to."""

    def __init__(self) -> None:
        self.at = NOW
        self.devices: dict[str, list[Device]] = {USER: [(ALICE.device_id, ALICE.ed25519, "C")]}
        self.master = ALICE.master
        self.wondered: list[str] = []
        self.out: list[tuple[str, str, str | None, Send]] = []
        self.told: list[KeyNews] = []
        self.kept: list[tuple[str, str, Callable[[bool], None]]] = []
        self.bot = Comparing(
            me=BOT,
            network="matrix",
            on_roster=lambda user: user == USER,
            devices_of=lambda user: self.devices.get(user, []),
            master_of=lambda _: self.master,
            wonder=self.wondered.append,
            now=self.now,
            post=self,
            tell=self.told.append,
        )

    def now(self) -> datetime:
        """No two looks at a clock show the same."""
        self.at += timedelta(microseconds=1)
        return self.at

    def say(self, user: str, device: str, room_id: str | None, send: Send) -> None:
        self.out.append((user, device, room_id, send))

    def proven(self, user: str, master: str, then: Callable[[bool], None]) -> None:
        self.kept.append((user, master, then))

    @property
    def kinds(self) -> list[KeyKind]:
        return [each.kind for each in self.told]

    @property
    def types(self) -> list[str]:
        return [each[3].type.removeprefix("m.key.verification.") for each in self.out]

    def asks(self, name: str = "t1", user: str = USER, **changed: Any) -> None:
        """A device asks to compare."""
        content = words.request_to_device(ALICE, name, int(self.at.timestamp() * 1000)) | changed
        self.hears(words.REQUEST, content, user)

    def hears(self, kind: str, content: Any, user: str = USER) -> None:
        assert self.bot.heard({"type": kind, "sender": user, "content": content})


class Phone:
    """Alice's device in one comparison that it asked for, or that the bot did."""

    def __init__(self, desk: Desk, name: str = "t1", *, asked: bool = True) -> None:
        self.desk = desk
        self.side = Verification(
            Flow(id=name, in_room=False), me=ALICE, them=BOT, now=desk.at, asked_by_us=asked
        )
        self.news: list[News] = []

    def hears_all(self) -> None:
        """Both sides say all there is to say."""
        while self.desk.out:
            _, _, _, send = self.desk.out.pop(0)
            self.says(self.side.take(BOT.user_id, send.type, send.content))

    def says(self, steps: list[Any]) -> None:
        for step in steps:
            if isinstance(step, News):
                self.news.append(step)
            else:
                self.desk.hears(step.type, step.content)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def shown(desk: Desk, name: str = "t1") -> Phone:
    """Alice asks, an operator agrees, and both see pictures."""
    phone = Phone(desk, name)
    desk.asks(name)
    desk.bot.order(KeyAct.COMPARE, USER)
    phone.hears_all()
    assert desk.kinds[-1] is KeyKind.SHOWN
    return phone


def test_nobody_is_answered_before_an_operator_says_so(desk: Desk) -> None:
    desk.asks()
    desk.asks()
    assert (desk.kinds, desk.out) == ([KeyKind.ASKED], [])


def test_what_is_compared_counts_once_it_is_kept(desk: Desk) -> None:
    phone = shown(desk)
    assert len(desk.told[-1].shown) == 7
    desk.bot.order(KeyAct.SAME, USER)
    phone.says(phone.side.match())
    phone.hears_all()
    assert phone.news[-1].kind is Kind.DONE
    assert desk.kinds == [KeyKind.ASKED, KeyKind.SHOWN]
    [(user, master, then)] = desk.kept
    assert (user, master) == (USER, ALICE.master)
    then(True)
    assert (desk.kinds[-1], desk.told[-1].key) == (KeyKind.VERIFIED, ALICE.master)
    assert desk.told[-1].account.name == USER


def test_what_cannot_be_kept_is_not_said_to_count(desk: Desk) -> None:
    phone = shown(desk)
    desk.bot.order(KeyAct.SAME, USER)
    phone.says(phone.side.match())
    phone.hears_all()
    desk.kept[0][2](False)
    assert KeyKind.VERIFIED not in desk.kinds
    assert desk.kinds[-1] is KeyKind.ENDED


def test_another_key_shown_meanwhile_is_not_the_one_that_was_compared(desk: Desk) -> None:
    phone = shown(desk)
    desk.master = key(9)
    desk.bot.order(KeyAct.SAME, USER)
    phone.says(phone.side.match())
    phone.hears_all()
    assert [each[1] for each in desk.kept] == [ALICE.master]


def test_whoever_claims_another_key_is_not_proven(desk: Desk) -> None:
    desk.master = key(9)
    phone = shown(desk)
    desk.bot.order(KeyAct.SAME, USER)
    phone.says(phone.side.match())
    phone.hears_all()
    assert desk.kept == []
    assert desk.kinds[-1] is KeyKind.ENDED


def test_the_bot_asks_all_devices_and_goes_on_with_one(desk: Desk) -> None:
    desk.devices[USER].append(("OTHER", key(7), "C2"))
    desk.bot.order(KeyAct.COMPARE, USER)
    assert [each[1] for each in desk.out] == [ALICE.device_id, "OTHER"]
    flow = desk.out[0][3].content["transaction_id"]
    phone = Phone(desk, flow, asked=False)
    _, second = desk.out
    del desk.out[1]
    phone.hears_all()
    phone.says(phone.side.go())
    # The other device is told that somebody answered; the phone goes on.
    told = [each for each in desk.out if each[1] == "OTHER"]
    assert [each[3].content["code"] for each in told] == ["m.accepted"]
    desk.out = [each for each in desk.out if each[1] != "OTHER"]
    phone.hears_all()
    assert second[3].type == words.REQUEST
    assert desk.kinds == [KeyKind.SHOWN]


def test_a_device_that_was_not_asked_takes_no_part(desk: Desk) -> None:
    desk.bot.order(KeyAct.COMPARE, USER)
    flow = desk.out[0][3].content["transaction_id"]
    desk.devices[USER].append(("INJECTED", key(7), "C2"))
    ready = {"transaction_id": flow, "from_device": "INJECTED", "methods": [words.METHOD]}
    desk.hears(words.READY, ready)
    assert len(desk.out) == 1


def test_a_device_without_a_name_yet_is_looked_up_once(desk: Desk) -> None:
    desk.devices[USER], known = [], desk.devices[USER]
    desk.asks()
    assert (desk.wondered, desk.told) == ([USER], [])
    desk.bot.listed()
    assert desk.wondered == [USER]
    desk.asks()
    desk.devices[USER] = known
    desk.bot.listed()
    assert desk.kinds == [KeyKind.ASKED]


def test_strangers_are_neither_answered_nor_told_of(desk: Desk) -> None:
    desk.devices[STRANGER] = [(ALICE.device_id, ALICE.ed25519, "C")]
    desk.asks(user=STRANGER)
    event = {"sender": STRANGER, "event_id": "$1", "origin_server_ts": 1}
    asked = words.request_in_room(ALICE, BOT.user_id, "compare")
    assert desk.bot.said(DM, event | {"content": asked}, "m.room.message", asked)
    with pytest.raises(ValueError, match="nobody"):
        desk.bot.order(KeyAct.COMPARE, STRANGER)
    desk.bot.listed()
    assert (desk.out, desk.told) == ([], [])


def test_a_conversation_goes_the_same_way(desk: Desk) -> None:
    sent = int(NOW.timestamp() * 1000)
    asked = words.request_in_room(ALICE, BOT.user_id, "compare")
    event = {"sender": USER, "event_id": "$1", "origin_server_ts": sent, "content": asked}
    assert desk.bot.said(DM, event, "m.room.message", asked)
    desk.bot.order(KeyAct.COMPARE, USER)
    assert [each[2] for each in desk.out] == [DM, DM]
    assert desk.types == ["ready", "start"]
    assert not desk.bot.said(DM, event, "m.room.message", {"msgtype": "m.text", "body": "x"})


def test_it_lapses_in_both_directions(desk: Desk) -> None:
    desk.asks()
    desk.at += LONGEST
    desk.bot.look()
    assert (desk.types, desk.kinds) == (["cancel"], [KeyKind.ASKED, KeyKind.ENDED])
    desk.bot.order(KeyAct.COMPARE, USER)
    with pytest.raises(ValueError, match="nothing"):
        desk.bot.order(KeyAct.SAME, USER)
    desk.at += LONGEST
    desk.bot.look()
    assert desk.kinds[2:] == [KeyKind.ENDED]
    desk.bot.look()
    assert len(desk.told) == 3


def test_a_second_request_takes_the_place_of_one_without_pictures(desk: Desk) -> None:
    desk.asks("t1")
    desk.asks("t2")
    assert [each[3].content["transaction_id"] for each in desk.out] == ["t1"]
    assert desk.kinds == [KeyKind.ASKED, KeyKind.ASKED]


def test_pictures_that_operators_look_at_are_not_replaced(desk: Desk) -> None:
    phone = shown(desk)
    desk.asks("evil")
    [(_, _, _, send)] = desk.out
    assert (send.type, send.content["transaction_id"]) == (words.CANCEL, "evil")
    desk.out.clear()
    assert desk.kinds == [KeyKind.ASKED, KeyKind.SHOWN]
    desk.bot.order(KeyAct.SAME, USER)
    phone.says(phone.side.match())
    phone.hears_all()
    assert len(desk.kept) == 1


def test_same_is_never_meant_for_pictures_that_came_just_now(desk: Desk) -> None:
    shown(desk)
    desk.hears(words.CANCEL, {"transaction_id": "t1", "code": "m.user"})
    desk.asks("evil")
    with pytest.raises(ValueError, match="other pictures"):
        desk.bot.order(KeyAct.COMPARE, USER)
    with pytest.raises(ValueError, match="come to that"):
        desk.bot.order(KeyAct.SAME, USER)
    desk.at += REST - timedelta(seconds=1)
    with pytest.raises(ValueError, match="other pictures"):
        desk.bot.order(KeyAct.COMPARE, USER)
    desk.at += timedelta(seconds=1)
    desk.bot.order(KeyAct.COMPARE, USER)
    assert desk.types == ["ready", "start"]


def test_a_request_that_comes_to_nothing_disturbs_nobody(desk: Desk) -> None:
    desk.asks("t1")
    desk.asks("t2", methods=[])
    desk.asks("t3", methods=["m.other"])
    assert desk.kinds == [KeyKind.ASKED]
    assert [each[3].content["transaction_id"] for each in desk.out] == ["t2", "t3"]
    desk.out.clear()
    desk.bot.order(KeyAct.COMPARE, USER)
    assert desk.types == ["ready", "start"]


@pytest.mark.parametrize(
    "content", [None, [], {}, {"transaction_id": 1}, {"transaction_id": "t1", "methods": 7}]
)
@pytest.mark.parametrize("kind", [*sorted(words.TYPES), "m.key.verification.x"])
def test_words_of_any_shape_are_nothing(desk: Desk, kind: str, content: Any) -> None:
    desk.asks()
    event = {"type": kind, "sender": USER, "content": content, "event_id": "$1"}
    senders: list[Any] = [USER, None, []]
    for sender in senders:
        assert desk.bot.heard(event | {"sender": sender})
        if kind != words.REQUEST:
            assert desk.bot.said(DM, event | {"sender": sender}, kind, content)
    assert desk.kinds[0] is KeyKind.ASKED


# ---- the way out ---------------------------------------------------------------------------------


class Out:
    """The wire and the keys of one login, as far as they are asked; either may fail."""

    own_device = OwnDevice(
        user_id=BOT.user_id, device_id=BOT.device_id, ed25519=BOT.ed25519, curve25519="C"
    )

    def __init__(self) -> None:
        self.safe = MemorySafe()
        self.answers: dict[str, Any] = {}
        self.calls: list[tuple[str, Any]] = []
        self.fails: list[Exception] = []
        self.not_kept: Exception | None = None
        self.heard: list[bool] = []
        made = cast("Any", self)
        self.posting = Posting(made, made, self.safe)

    async def call(self, method: str, path: str, *, body: Mapping[str, Any]) -> Any:
        assert method in {"PUT", "POST"}
        self.calls.append((path, body))
        if self.fails:
            raise self.fails.pop(0)
        return self.answers.get(path.removeprefix("/_matrix/client/v3/keys/"), {})

    async def trust(self, user: str, master: str) -> None:
        del user, master
        if self.not_kept is not None:
            raise self.not_kept

    async def runs(self) -> None:
        """Do all there is to do."""
        task = asyncio.create_task(self.posting.run())
        for _ in range(50):
            await asyncio.sleep(0)
        assert not task.done()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def signs(listed: Any) -> list[Any]:
    """Return what is signed where the server lists this as somebody's master key."""
    out, seeds = Out(), Seeds.new()
    await out.safe.write(seeds.kept())
    out.answers["query"] = {"master_keys": {USER: listed}}
    out.posting.proven(USER, str(ALICE.master), out.heard.append)
    await out.runs()
    assert out.heard == [True]
    return [body for path, body in out.calls if path.endswith("/signatures/upload")]


def listed(**changed: Any) -> dict[str, Any]:
    keys = {f"ed25519:{ALICE.master}": ALICE.master}
    return {"user_id": USER, "usage": [MASTER], "keys": keys} | changed


async def test_what_was_compared_is_signed() -> None:
    [body] = await signs(listed(signatures={"x": {}}, unsigned={}))
    assert list(body[USER][ALICE.master]["signatures"]) == [BOT.user_id]


@pytest.mark.parametrize(
    "other",
    [
        None,
        [],
        listed(user_id=STRANGER),
        listed(user_id=BOT.user_id),
        listed(usage=["self_signing"]),
        listed(usage=[MASTER, "user_signing"]),
        listed(usage=None),
        listed(keys={f"ed25519:{key(9)}": key(9)}),
        listed(keys=None),
        listed(more=0.5),
    ],
)
async def test_nothing_else_is_signed(other: Any) -> None:
    assert await signs(other) == []


@pytest.mark.parametrize("error", [StoreFailed(), ValueError()])
async def test_what_is_not_kept_is_neither_signed_nor_said_to_count(error: Exception) -> None:
    out = Out()
    out.not_kept = error
    await out.safe.write(Seeds.new().kept())
    out.posting.proven(USER, str(ALICE.master), out.heard.append)
    await out.runs()
    assert (out.heard, out.calls) == ([False], [])


@pytest.mark.parametrize("error", [Lost("connection"), Refused(403, "M_FORBIDDEN")])
async def test_what_cannot_be_sent_holds_nothing_up(error: Exception) -> None:
    out = Out()
    out.fails = [error]
    send = Send(type=words.DONE, content={"transaction_id": "t1"})
    for device in ("ONE", "TWO"):
        out.posting.say(USER, device, None, send)
    await out.runs()
    assert [body["messages"] for _, body in out.calls] == [
        {USER: {device: send.content}} for device in ("ONE", "TWO")
    ]
