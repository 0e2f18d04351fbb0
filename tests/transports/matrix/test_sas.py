"""Two who compare keys: every way it goes, every way it ends, and whatever else may be said."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.transports.matrix import sas_words as words
from bot.transports.matrix.canonical import canonical, pad_off, unpadded
from bot.transports.matrix.sas import AHEAD, LONGEST, Kind, News, Send, Stage, Step, Verification
from bot.transports.matrix.sas_emoji import EMOJI
from bot.transports.matrix.sas_proof import commitment
from bot.transports.matrix.sas_words import Code, Flow, Party

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
SENT = int(NOW.timestamp() * 1000)
TO_DEVICE = Flow(id="transaction-1", in_room=False)
IN_ROOM = Flow(id="$request", in_room=True)
FLOWS = pytest.mark.parametrize("flow", [TO_DEVICE, IN_ROOM])
EITHER = pytest.mark.parametrize("bot_starts", [True, False])


def key(number: int) -> str:
    return pad_off(bytes([number]) * 32)


ALICE = Party(user_id="@alice:example.org", device_id="AAA", ed25519=key(1), master=key(2))
BOT = Party(user_id="@bot:example.org", device_id="BBB", ed25519=key(3), master=key(4))

Change = Callable[[dict[str, Any]], Any]


class Pair:
    """The bot, asked by somebody, and the wire between, which may change what is said."""

    def __init__(
        self,
        flow: Flow = TO_DEVICE,
        *,
        person: Party = ALICE,
        bot: Party = BOT,
        seen_person: Party | None = None,
        seen_bot: Party | None = None,
    ) -> None:
        self.flow = flow
        self.parties = {"person": person, "bot": bot}
        self.sides = {
            "person": Verification(
                flow, me=person, them=seen_bot or bot, now=NOW, asked_by_us=True
            ),
            "bot": Verification(flow, me=bot, them=seen_person or person, now=NOW, sent=SENT),
        }
        self.news: dict[str, list[News]] = {"person": [], "bot": []}
        self.said: list[tuple[str, Send]] = []
        self.changes: dict[tuple[str, str], Change] = {}
        self.waiting: list[tuple[str, Send]] = []

    @property
    def person(self) -> Verification:
        return self.sides["person"]

    @property
    def bot(self) -> Verification:
        return self.sides["bot"]

    def does(self, who: str, steps: list[Step]) -> None:
        """Take what a side wants, and carry on until nobody says anything."""
        self.holds(who, steps)
        self.deliver()

    def holds(self, who: str, steps: list[Step]) -> None:
        for step in steps:
            if isinstance(step, News):
                self.news[who].append(step)
            else:
                self.waiting.append((who, step))

    def deliver(self) -> None:
        while self.waiting:
            who, sent = self.waiting.pop(0)
            self.said.append((who, sent))
            change: Change = self.changes.get((who, sent.type), dict)
            other = "bot" if who == "person" else "person"
            sender = self.parties[who].user_id
            self.holds(other, self.sides[other].take(sender, sent.type, change(sent.content)))

    def request(self) -> dict[str, Any]:
        person = self.parties["person"]
        if self.flow.in_room:
            return words.request_in_room(person, self.parties["bot"].user_id, "Hello")
        return words.request_to_device(person, self.flow.id, SENT)

    def until(self, stage: Stage, *, bot_starts: bool = False) -> "Pair":
        """Go on until the bot is at a stage."""
        starter = "bot" if bot_starts else "person"
        steps: list[tuple[Stage, Callable[[], None]]] = [
            (Stage.ASKED, lambda: self.does("person", [self._asks()])),
            (Stage.READY, lambda: self.does("bot", self.bot.go())),
            (Stage.SHOWN, lambda: self.does(starter, self.sides[starter].start())),
            (Stage.MATCHED, self._both_match),
        ]
        for reached, step in steps:
            step()
            if reached is stage:
                break
        return self

    def _asks(self) -> Send:
        return Send(type=words.REQUEST, content=self.request())

    def _both_match(self) -> None:
        self.does("bot", self.bot.match())
        self.does("person", self.person.match())

    def kinds(self, who: str) -> list[Kind]:
        return [each.kind for each in self.news[who]]

    def ends(self) -> tuple[News, News]:
        """Return how it ended for person and bot."""
        return self.news["person"][-1], self.news["bot"][-1]

    def called_off(self, code: Code, by: str) -> bool:
        """Whether one side called it off for a reason, and the other heard it, and nobody else."""
        ended = {
            who: News(kind=Kind.CANCELLED, code=code, by_us=who == by) for who in ("person", "bot")
        }
        both_over = self.person.over and self.bot.over
        cancels = [who for who, sent in self.said if sent.type == words.CANCEL]
        return both_over and cancels == [by] and self.ends() == (ended["person"], ended["bot"])


# ---- how it goes ---------------------------------------------------------------------------------


@FLOWS
@EITHER
@pytest.mark.parametrize("first", ["person", "bot"])
def test_both_compare_and_both_are_proven(flow: Flow, bot_starts: bool, first: str) -> None:
    pair = Pair(flow).until(Stage.SHOWN, bot_starts=bot_starts)
    shown = [side[-1] for side in pair.news.values()]
    assert shown[0] == shown[1]
    assert len(shown[0].emoji) == 7
    assert shown[0].decimals is not None
    assert all(1000 <= each <= 9191 for each in shown[0].decimals)
    second = "bot" if first == "person" else "person"
    pair.does(first, pair.sides[first].match())
    assert Kind.MATCHED not in pair.kinds(first) + pair.kinds(second)
    pair.does(second, pair.sides[second].match())
    assert pair.kinds("bot") == [Kind.ASKED, Kind.SHOW, Kind.MATCHED, Kind.DONE]
    assert pair.kinds("person") == [Kind.READY, Kind.SHOW, Kind.MATCHED, Kind.DONE]
    person, bot = pair.ends()
    assert (person.device, person.master) == (BOT.ed25519, BOT.master)
    assert (bot.device, bot.master) == (ALICE.ed25519, ALICE.master)
    assert pair.person.over
    assert pair.bot.over


@FLOWS
def test_each_message_says_where_it_belongs(flow: Flow) -> None:
    pair = Pair(flow).until(Stage.MATCHED)
    kinds = [sent.type.removeprefix("m.key.verification.") for _, sent in pair.said]
    assert kinds == "request ready start accept key key mac mac done done".split()
    for _, sent in pair.said[1:]:
        assert Flow.of(sent.content, in_room=flow.in_room) == flow
        assert ("m.relates_to" in sent.content) is flow.in_room
        assert ("transaction_id" in sent.content) is not flow.in_room


def test_nothing_goes_out_before_somebody_agrees() -> None:
    pair = Pair().until(Stage.ASKED)
    assert [who for who, _ in pair.said] == ["person"]
    assert pair.bot.start() == pair.bot.match() == pair.bot.differ() == []
    pair.does("bot", pair.bot.go())
    assert pair.bot.go() == []
    assert pair.bot.stage is Stage.READY


@pytest.mark.parametrize(
    ("person", "bot", "winner"),
    [
        (ALICE, BOT, "person"),
        (BOT, ALICE, "bot"),
        (
            Party(user_id=BOT.user_id, device_id="CCC", ed25519=key(5)),
            BOT,
            "bot",
        ),
        (Party(user_id=BOT.user_id, device_id="AAA", ed25519=key(5)), BOT, "person"),
    ],
)
@FLOWS
def test_of_two_who_start_the_lesser_name_wins(
    person: Party, bot: Party, winner: str, flow: Flow
) -> None:
    pair = Pair(flow, person=person, bot=bot).until(Stage.READY)
    pair.holds("person", pair.person.start())
    pair.holds("bot", pair.bot.start())
    pair.deliver()
    accepts = [who for who, sent in pair.said if sent.type == words.ACCEPT]
    assert accepts == ["bot" if winner == "person" else "person"]
    pair._both_match()
    assert pair.kinds("bot")[-2:] == pair.kinds("person")[-2:] == [Kind.MATCHED, Kind.DONE]


def test_two_ways_at_once_do_not_go() -> None:
    pair = Pair().until(Stage.READY)
    pair.changes["person", words.START] = lambda content: content | {"method": "m.qr_code.show.v1"}
    pair.holds("bot", pair.bot.start())
    pair.holds("person", pair.person.start())
    sent = pair.waiting.pop(0)
    pair.deliver()
    assert sent[1].type == words.START
    assert pair.news["bot"][-1] == News(
        kind=Kind.CANCELLED, code=Code.UNEXPECTED_MESSAGE, by_us=True
    )


def test_a_device_key_other_than_the_one_that_is_known() -> None:
    """One side takes a device key for another."""
    other = Party(user_id=ALICE.user_id, device_id="AAA", ed25519=key(9), master=key(2))
    pair = Pair(seen_person=other).until(Stage.MATCHED)
    assert pair.called_off(Code.KEY_MISMATCH, by="bot")
    pair = Pair(seen_bot=Party(user_id=BOT.user_id, device_id="BBB", ed25519=key(9)))
    pair.until(Stage.MATCHED)
    assert pair.called_off(Code.KEY_MISMATCH, by="person")


def test_another_master_key_than_the_one_that_is_known() -> None:
    other = Party(user_id=ALICE.user_id, device_id="AAA", ed25519=key(1), master=key(9))
    pair = Pair(seen_person=other).until(Stage.MATCHED)
    assert pair.ends()[1].kind is Kind.DONE
    assert (pair.ends()[1].device, pair.ends()[1].master) == (ALICE.ed25519, None)


def test_a_side_without_master_key_proves_its_device_only() -> None:
    person = Party(user_id=ALICE.user_id, device_id="AAA", ed25519=key(1))
    pair = Pair(person=person).until(Stage.MATCHED)
    assert pair.ends() == (
        News(kind=Kind.DONE, device=BOT.ed25519, master=BOT.master),
        News(kind=Kind.DONE, device=ALICE.ed25519),
    )


def test_a_device_that_has_the_name_of_a_key_is_none() -> None:
    person = Party(user_id=ALICE.user_id, device_id=key(2), ed25519=key(1), master=key(2))
    pair = Pair(person=person, seen_person=person).until(Stage.SHOWN)
    pair.does("person", pair.person.match())
    assert pair.called_off(Code.KEY_MISMATCH, by="person")
    honest = Party(user_id=ALICE.user_id, device_id=key(2), ed25519=key(1))
    pair = Pair(person=honest, seen_person=person).until(Stage.SHOWN)
    pair.does("person", pair.person.match())
    assert pair.called_off(Code.KEY_MISMATCH, by="bot")


def starts_with(pair: Pair, change: dict[str, Any]) -> None:
    """Let the person start with other offers than ours."""
    content = words.start_content(pair.flow, ALICE) | change
    pair.person.start()
    pair.person._talk.start = canonical(content)
    pair.does("person", [Send(type=words.START, content=content)])


@pytest.mark.parametrize(
    ("offered", "taken"),
    [
        ([words.MAC_OLD], words.MAC_OLD),
        ([words.MAC_NOW], words.MAC_NOW),
        ([words.MAC_OLD, words.MAC_NOW], words.MAC_NOW),
        (["hmac-sha256", words.MAC_OLD], words.MAC_OLD),
    ],
)
def test_the_better_way_to_seal_that_both_know_is_taken(offered: list[str], taken: str) -> None:
    pair = Pair().until(Stage.READY)
    starts_with(pair, {"message_authentication_codes": offered})
    pair._both_match()
    [accept] = [sent.content for _, sent in pair.said if sent.type == words.ACCEPT]
    assert accept["message_authentication_code"] == taken
    assert pair.kinds("bot")[-1] is pair.kinds("person")[-1] is Kind.DONE


def test_who_accepts_may_choose_the_old_way_to_seal() -> None:
    """The other side knows only that, and so is made to seal like it."""
    pair = Pair()
    old = {"message_authentication_code": words.MAC_OLD}
    pair.changes["person", words.ACCEPT] = lambda content: content | old
    pair.until(Stage.SHOWN, bot_starts=True)
    shared = pair.person._talk.shared
    assert shared is not None
    pair.person._talk.shared = replace(shared, terms=replace(shared.terms, mac=words.MAC_OLD))
    pair._both_match()
    assert pair.kinds("bot")[-1] is pair.kinds("person")[-1] is Kind.DONE


@pytest.mark.parametrize("strings", [[words.DECIMAL], [words.EMOJI]])
def test_only_what_both_can_show_is_shown(strings: list[str]) -> None:
    pair = Pair().until(Stage.READY)
    starts_with(pair, {"short_authentication_string": strings})
    person, bot = pair.ends()
    assert person == bot
    assert bool(bot.emoji) is (words.EMOJI in strings)
    assert (bot.decimals is not None) is (words.DECIMAL in strings)


def test_what_comes_twice_is_taken_once() -> None:
    pair = Pair().until(Stage.SHOWN)
    for who, sent in pair.said:
        if who == "person":
            assert pair.bot.take(ALICE.user_id, sent.type, dict(sent.content)) == []
    pair._both_match()
    assert pair.ends()[1].kind is Kind.DONE


def test_another_device_of_ours_may_answer_in_a_room() -> None:
    pair = Pair(IN_ROOM).until(Stage.ASKED)
    other = Party(user_id=BOT.user_id, device_id="ZZZ", ed25519=key(8))
    assert pair.bot.take(BOT.user_id, words.READY, words.ready_content(IN_ROOM, BOT)) == []
    elsewhere = Flow(id="$other", in_room=True)
    assert pair.bot.take(BOT.user_id, words.READY, words.ready_content(elsewhere, other)) == []
    assert pair.bot.take(BOT.user_id, words.READY, words.ready_content(IN_ROOM, other)) == [
        News(kind=Kind.CANCELLED, code=Code.ACCEPTED)
    ]
    assert pair.bot.over


def test_what_the_bot_says_in_a_room_comes_back_and_is_nothing() -> None:
    pair = Pair(IN_ROOM).until(Stage.SHOWN)
    for who, sent in pair.said:
        if who == "bot":
            assert pair.bot.take(BOT.user_id, sent.type, sent.content) == []
    assert pair.bot.stage is Stage.SHOWN


# ---- how it ends ---------------------------------------------------------------------------------


@FLOWS
@pytest.mark.parametrize("who", ["person", "bot"])
def test_pictures_that_differ_end_it(flow: Flow, who: str) -> None:
    pair = Pair(flow).until(Stage.SHOWN)
    pair.does(who, pair.sides[who].differ())
    assert pair.called_off(Code.MISMATCHED_SAS, by=who)
    assert pair.bot.match() == pair.bot.differ() == pair.bot.cancel() == []


def test_one_side_says_same_and_the_other_differs() -> None:
    pair = Pair().until(Stage.SHOWN)
    pair.does("bot", pair.bot.match())
    assert pair.bot.match() == []
    pair.does("person", pair.person.differ())
    assert pair.called_off(Code.MISMATCHED_SAS, by="person")


@pytest.mark.parametrize("stage", [Stage.ASKED, Stage.READY, Stage.SHOWN])
@pytest.mark.parametrize("who", ["person", "bot"])
def test_either_may_call_it_off_at_any_time(stage: Stage, who: str) -> None:
    pair = Pair().until(stage)
    pair.does(who, pair.sides[who].cancel())
    assert pair.called_off(Code.USER, by=who)
    assert pair.bot.go() == pair.bot.start() == pair.bot.match() == []


def test_it_may_not_take_for_ever() -> None:
    pair = Pair().until(Stage.SHOWN)
    assert pair.bot.deadline == NOW + LONGEST
    assert pair.bot.expire(NOW + LONGEST - timedelta(milliseconds=1)) == []
    pair.does("bot", pair.bot.expire(NOW + LONGEST))
    assert pair.called_off(Code.TIMEOUT, by="bot")
    assert pair.bot.expire(NOW + LONGEST) == []


@pytest.mark.parametrize(
    ("age", "asked", "left"),
    [
        (timedelta(minutes=4), True, timedelta(minutes=6)),
        (LONGEST, True, timedelta(0)),
        (LONGEST + timedelta(milliseconds=1), False, LONGEST),
        (-AHEAD, True, LONGEST),
        (-AHEAD - timedelta(milliseconds=1), False, LONGEST),
    ],
)
@FLOWS
def test_a_request_counts_for_ten_minutes_from_when_it_was_sent(
    age: timedelta, asked: bool, left: timedelta, flow: Flow
) -> None:
    sent = SENT - age // timedelta(milliseconds=1)
    bot = Verification(flow, me=BOT, them=ALICE, now=NOW, sent=sent)
    request = Pair(flow).request()
    if not flow.in_room:
        request["timestamp"] = sent
    expected = [News(kind=Kind.ASKED)] if asked else []
    assert bot.take(ALICE.user_id, words.REQUEST, request) == expected
    assert bot.over is not asked
    assert bot.deadline == NOW + left


def test_a_request_to_somebody_else_is_nothing() -> None:
    bot = Verification(IN_ROOM, me=BOT, them=ALICE, now=NOW, sent=SENT)
    request = words.request_in_room(ALICE, "@carol:example.org", "Hello")
    assert bot.take(ALICE.user_id, words.REQUEST, request) == []
    assert bot.over


def test_somebody_else_speaks() -> None:
    pair = Pair().until(Stage.READY)
    start = words.start_content(TO_DEVICE, ALICE)
    pair.does("bot", pair.bot.take("@carol:example.org", words.START, start))
    assert pair.called_off(Code.USER_MISMATCH, by="bot")


def test_another_device_speaks() -> None:
    pair = Pair().until(Stage.READY)
    pair.changes["person", words.START] = lambda content: content | {"from_device": "ZZZ"}
    pair.does("person", pair.person.start())
    assert pair.called_off(Code.USER_MISMATCH, by="bot")


@FLOWS
def test_another_comparison_is_meant(flow: Flow) -> None:
    pair = Pair(flow).until(Stage.READY)
    other = Flow(id="other", in_room=flow.in_room)
    pair.changes["person", words.START] = lambda content: content | other.mark()
    pair.does("person", pair.person.start())
    assert pair.called_off(Code.UNKNOWN_TRANSACTION, by="bot")
    pair = Pair(flow).until(Stage.READY)
    assert pair.bot.take(ALICE.user_id, words.CANCEL, words.cancel_content(other, Code.USER)) == []
    assert pair.bot.stage is Stage.READY


@pytest.mark.parametrize("who", ["person", "bot"])
def test_a_side_that_cannot_compare_by_pictures(who: str) -> None:
    pair = Pair()
    change = {"methods": ["m.qr_code.show.v1"]}
    pair.changes[who, words.REQUEST if who == "person" else words.READY] = lambda c: c | change
    pair.until(Stage.READY)
    assert pair.called_off(Code.UNKNOWN_METHOD, by="bot" if who == "person" else "person")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("method", "m.reciprocate.v1"),
        ("key_agreement_protocols", ["curve25519"]),
        ("hashes", ["sha512"]),
        ("message_authentication_codes", ["hmac-sha256"]),
        ("short_authentication_string", ["colours"]),
    ],
)
def test_a_start_that_offers_nothing_known(name: str, value: Any) -> None:
    pair = Pair()
    pair.changes["person", words.START] = lambda content: content | {name: value}
    pair.until(Stage.SHOWN)
    assert pair.called_off(Code.UNKNOWN_METHOD, by="bot")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("method", "m.reciprocate.v1"),
        ("key_agreement_protocol", "curve25519"),
        ("hash", "sha512"),
        ("message_authentication_code", "hmac-sha256"),
        ("short_authentication_string", ["emoji", "colours"]),
        ("short_authentication_string", []),
    ],
)
def test_an_accept_of_what_was_not_offered(name: str, value: Any) -> None:
    pair = Pair()
    pair.changes["person", words.ACCEPT] = lambda content: content | {name: value}
    pair.until(Stage.SHOWN, bot_starts=True)
    assert pair.called_off(Code.UNKNOWN_METHOD, by="bot")


# ---- somebody in between -------------------------------------------------------------------------


@EITHER
def test_a_key_other_than_the_one_that_was_held_to(bot_starts: bool) -> None:
    pair = Pair()
    acceptor, starter = ("person", "bot") if bot_starts else ("bot", "person")
    pair.changes[acceptor, words.KEY] = lambda content: content | {"key": key(7)}
    pair.until(Stage.SHOWN, bot_starts=bot_starts)
    assert pair.called_off(Code.MISMATCHED_COMMITMENT, by=starter)


@EITHER
def test_a_key_of_the_starter_that_was_exchanged_shows(bot_starts: bool) -> None:
    pair = Pair()
    starter = "bot" if bot_starts else "person"
    pair.changes[starter, words.KEY] = lambda content: content | {"key": key(7)}
    pair.until(Stage.SHOWN, bot_starts=bot_starts)
    person, bot = pair.ends()
    assert person.kind is bot.kind is Kind.SHOW
    assert (person.emoji, person.decimals) != (bot.emoji, bot.decimals)
    pair.does("bot", pair.bot.match())
    assert pair.called_off(Code.KEY_MISMATCH, by="person")


def test_a_start_that_was_changed_on_the_way_shows() -> None:
    pair = Pair()
    old = {"message_authentication_codes": [words.MAC_OLD]}
    pair.changes["person", words.START] = lambda content: content | old
    pair.until(Stage.SHOWN)
    assert pair.called_off(Code.MISMATCHED_COMMITMENT, by="person")


def test_a_commitment_that_was_changed_on_the_way_shows() -> None:
    pair = Pair()
    pair.changes["bot", words.ACCEPT] = lambda content: content | {"commitment": key(7)}
    pair.until(Stage.SHOWN)
    assert pair.called_off(Code.MISMATCHED_COMMITMENT, by="person")


def _flip(text: str) -> str:
    raw = unpadded(text)
    return pad_off(bytes([raw[0] ^ 1, *raw[1:]]))


@pytest.mark.parametrize("which", ["device", "master", "keys"])
@pytest.mark.parametrize("bot_first", [True, False])
def test_a_proof_that_was_changed_on_the_way_shows(which: str, bot_first: bool) -> None:
    def change(content: dict[str, Any]) -> dict[str, Any]:
        if which == "keys":
            return content | {"keys": _flip(content["keys"])}
        name = f"ed25519:{ALICE.device_id if which == 'device' else ALICE.master}"
        mac = content["mac"]
        return content | {"mac": mac | {name: _flip(mac[name])}}

    pair = Pair()
    pair.changes["person", words.MAC] = change
    pair.until(Stage.SHOWN)
    if bot_first:
        pair.does("bot", pair.bot.match())
    pair.does("person", pair.person.match())
    assert pair.called_off(Code.KEY_MISMATCH, by="bot")
    assert Kind.MATCHED not in pair.kinds("bot")


@pytest.mark.parametrize("which", [ALICE.device_id, ALICE.master])
def test_a_proof_that_was_left_out_on_the_way_shows(which: str) -> None:
    def change(content: dict[str, Any]) -> dict[str, Any]:
        kept = {name: each for name, each in content["mac"].items() if name != f"ed25519:{which}"}
        return content | {"mac": kept}

    pair = Pair()
    pair.changes["person", words.MAC] = change
    pair.until(Stage.MATCHED)
    assert pair.called_off(Code.KEY_MISMATCH, by="bot")


def test_a_proof_without_the_device_is_none() -> None:
    pair = Pair().until(Stage.SHOWN)
    shared = pair.person._talk.shared
    assert shared is not None
    info = shared._info(ALICE, BOT)
    name = f"ed25519:{ALICE.master}"
    assert ALICE.master is not None
    content = {
        **TO_DEVICE.mark(),
        "mac": {name: shared._seal(ALICE.master, info + name)},
        "keys": shared._seal(name, f"{info}KEY_IDS"),
    }
    pair.does("person", [Send(type=words.MAC, content=content)])
    assert pair.called_off(Code.KEY_MISMATCH, by="bot")


def test_keys_that_are_not_known_are_not_proven() -> None:
    pair = Pair().until(Stage.SHOWN)
    shared = pair.person._talk.shared
    assert shared is not None
    info, names = shared._info(ALICE, BOT), [f"ed25519:{ALICE.device_id}", "ed25519:ZZZ"]
    content = {
        **TO_DEVICE.mark(),
        "mac": {names[0]: shared._seal(ALICE.ed25519, info + names[0]), names[1]: "any"},
        "keys": shared._seal(",".join(sorted(names)), f"{info}KEY_IDS"),
    }
    pair.does("person", [Send(type=words.MAC, content=content)])
    [_, _, matched] = pair.bot.match()
    assert matched == News(kind=Kind.MATCHED, device=ALICE.ed25519)


def test_a_proof_of_one_side_is_none_of_the_other() -> None:
    pair = Pair().until(Stage.SHOWN)
    [mac] = pair.bot.match()
    assert isinstance(mac, Send)
    pair.does("person", [mac])
    assert pair.ends()[1].code is Code.KEY_MISMATCH


# ---- out of order --------------------------------------------------------------------------------

#: Which messages are in place where the bot stands; `cancel` always is.
PLACES: dict[Stage, set[str]] = {
    Stage.NEW: {words.REQUEST},
    Stage.ASKED: set(),
    Stage.READY: {words.START},
    Stage.SHOWN: {words.MAC},
    Stage.MATCHED: {words.DONE},
}


@pytest.mark.parametrize("stage", PLACES)
@pytest.mark.parametrize("kind", sorted(words.TYPES - {words.CANCEL}))
def test_what_is_out_of_place_ends_it(stage: Stage, kind: str) -> None:
    pair = Pair()
    if stage is Stage.MATCHED:
        pair.until(Stage.SHOWN)
        pair.does("person", pair.person.match())
        pair.bot.match()
    elif stage is not Stage.NEW:
        pair.until(stage)
    assert pair.bot.stage is stage
    content = {**pair.request(), **pair.flow.mark(), "more": 1}
    steps = pair.bot.take(ALICE.user_id, kind, content)
    last = steps[-1]
    assert isinstance(last, News)
    unexpected = last.code is Code.UNEXPECTED_MESSAGE
    assert unexpected is (kind not in PLACES[stage])


def test_types_that_are_unknown_are_nothing() -> None:
    pair = Pair().until(Stage.READY)
    assert pair.bot.take(ALICE.user_id, "m.key.verification.future", {}) == []
    assert pair.bot.stage is Stage.READY


@pytest.mark.parametrize(
    "code", [*sorted(set(Code) - {Code.OTHER}), "org.example.mine", "other", 3, None]
)
def test_their_reason_is_one_that_is_known_or_other(code: Any) -> None:
    pair = Pair().until(Stage.SHOWN)
    content = {**TO_DEVICE.mark(), "code": code, "reason": "x"}
    [news] = pair.bot.take(ALICE.user_id, words.CANCEL, content)
    known = isinstance(code, Code)
    assert news == News(kind=Kind.CANCELLED, code=Code(code) if known else Code.OTHER)


# ---- junk ----------------------------------------------------------------------------------------

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.just(words.METHOD),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    "from_device methods timestamp transaction_id method key_agreement_protocols hashes key mac keys"
    " message_authentication_codes short_authentication_string key_agreement_protocol hash"
    " message_authentication_code commitment code m.relates_to"
).split()
STAGES = [Stage.NEW, Stage.ASKED, Stage.READY, Stage.SHOWN]


@given(
    stage=st.sampled_from(STAGES),
    kind=st.sampled_from(sorted(words.TYPES)),
    content=VALUES | st.dictionaries(st.sampled_from(FIELDS), VALUES),
    in_room=st.booleans(),
    marked=st.booleans(),
)
def test_junk_of_any_shape_proves_nothing(
    stage: Stage, kind: str, content: Any, in_room: bool, marked: bool
) -> None:
    pair = Pair(IN_ROOM if in_room else TO_DEVICE)
    if stage is not Stage.NEW:
        pair.until(stage)
    if marked and isinstance(content, dict):
        content = content | pair.flow.mark()
    steps = pair.bot.take(ALICE.user_id, kind, content)
    steps += pair.bot.go() + pair.bot.start() + pair.bot.match()
    kinds = {step.kind for step in steps if isinstance(step, News)}
    assert kinds.isdisjoint({Kind.MATCHED, Kind.DONE})


@given(
    name=st.sampled_from(FIELDS),
    value=VALUES,
    kind=st.sampled_from([words.START, words.KEY, words.MAC, words.ACCEPT, words.READY]),
    bot_starts=st.booleans(),
)
def test_one_field_of_any_shape_never_raises(
    name: str, value: Any, kind: str, bot_starts: bool
) -> None:
    pair = Pair()
    for who in ("person", "bot"):
        pair.changes[who, kind] = lambda content: content | {name: value}
    pair.until(Stage.MATCHED, bot_starts=bot_starts)
    for who, news in pair.news.items():
        if Kind.DONE in pair.kinds(who):
            other = BOT if who == "person" else ALICE
            assert news[-1].device == other.ed25519


@pytest.mark.parametrize(
    "value", ["", "A" * 43, "AAAA", key(1) + "\ud800", "é" * 43, 7, None, [], {}]
)
def test_a_key_that_is_none(value: Any) -> None:
    pair = Pair().until(Stage.READY)
    pair.changes["person", words.KEY] = lambda content: content | {"key": value}
    pair.does("person", pair.person.start())
    assert pair.called_off(Code.INVALID_MESSAGE, by="bot")


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        (words.START, {"from_device": 1}),
        (words.START, {"hashes": "sha256"}),
        (words.START, {"hashes": [1]}),
        (words.START, {"fraction": 0.5}),
        (words.START, {"transaction_id": 1}),
        (words.ACCEPT, {"commitment": 1}),
        (words.ACCEPT, {"commitment": "AAAA"}),
        (words.ACCEPT, {"commitment": "not base64"}),
        (words.MAC, {"mac": []}),
        (words.MAC, {"keys": {}}),
    ],
)
def test_a_message_of_another_shape_is_none(kind: str, change: dict[str, Any]) -> None:
    pair = Pair()
    pair.changes["person", kind] = lambda content: content | change
    pair.until(Stage.SHOWN, bot_starts=kind == words.ACCEPT)
    pair.does("person", pair.person.match())
    assert pair.called_off(Code.INVALID_MESSAGE, by="bot")


@pytest.mark.parametrize("proof", ["not base64", 7, None, []])
def test_a_proof_of_another_shape_is_none(proof: Any) -> None:
    pair = Pair()
    pair.changes["person", words.MAC] = lambda content: (
        content | {"mac": content["mac"] | {f"ed25519:{ALICE.device_id}": proof}}
    )
    pair.until(Stage.MATCHED)
    assert pair.called_off(Code.KEY_MISMATCH, by="bot")


def test_a_second_proof_is_out_of_place() -> None:
    pair = Pair().until(Stage.SHOWN)
    pair.does("person", pair.person.match())
    again = {**TO_DEVICE.mark(), "mac": {}, "keys": "x"}
    pair.does("person", [Send(type=words.MAC, content=again)])
    assert pair.called_off(Code.UNEXPECTED_MESSAGE, by="bot")


def test_what_is_nested_too_deeply_is_no_message() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    pair = Pair().until(Stage.READY)
    content = {**TO_DEVICE.mark(), "deep": deep}
    pair.does("bot", pair.bot.take(ALICE.user_id, words.START, content))
    assert pair.called_off(Code.INVALID_MESSAGE, by="bot")


def test_names_that_are_no_text_are_over_at_once() -> None:
    flow = Flow(id="\ud800", in_room=False)
    bot = Verification(flow, me=BOT, them=ALICE, now=NOW)
    assert bot.over
    assert bot.cancel() == bot.take(ALICE.user_id, words.REQUEST, {}) == []
    assert Flow.of({"transaction_id": ""}, in_room=False) is None


# ---- the words -----------------------------------------------------------------------------------


def test_there_are_64_pictures_with_a_name_each() -> None:
    assert len(EMOJI) == 64
    assert len({picture for picture, _ in EMOJI}) == len({name for _, name in EMOJI}) == 64
    assert [EMOJI[at][1] for at in (0, 34, 53, 63)] == ["Dog", "Spanner", "Aeroplane", "Pin"]


def test_the_commitment_is_over_key_and_start() -> None:
    """Worked out by hand, as the specification has it."""
    start = canonical({"method": words.METHOD, "from_device": "AAA"})
    assert start == b'{"from_device":"AAA","method":"m.sas.v1"}'
    expected = hashlib.sha256(b"KEY" + start).digest()
    assert commitment("KEY", start) == pad_off(expected)


def test_no_two_comparisons_share_a_key() -> None:
    made = [Verification(TO_DEVICE, me=BOT, them=ALICE, now=NOW)._own_key for _ in range(4)]
    assert all(one != other for one, other in combinations(made, 2))


@pytest.mark.parametrize("content", [None, 1, [], "x", {}, {"from_device": 1}, {"from_device": ""}])
def test_a_message_that_does_not_say_its_device(content: Any) -> None:
    assert words.device_of(content) is None
    assert words.device_of({"from_device": "AAA"}) == "AAA"
    assert Flow.of(content, in_room=True) is None
    assert Flow.of(content, in_room=False) is None
