"""A homeserver that answers anything: the bot stays, hears on, and says nothing in clear."""

import asyncio
import json
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.words.inbound import Event, Inbound
from bot.core.words.people import Roster
from bot.core.words.ports import no_probe
from bot.transports.matrix.memory_safe import MemorySafe
from bot.transports.matrix.session import Session, World
from bot.transports.matrix.settings import Settings
from bot.transports.matrix.timing import Backoff
from tests.transports.irc.fake import FakeClock, settle
from tests.transports.matrix.test_state import ALICE, ME, SOUND, event, member

NET, TEAM, DM = "matrix", "!team:example.org", "!dm:example.org"
KEYS = (
    "next_batch rooms join leave invite state timeline events limited prev_batch to_device type "
    "device_lists changed left device_one_time_keys_count signed_curve25519 content sender "
    "event_id state_key membership algorithm ciphertext sender_key session_id body msgtype "
    "chunk end device_keys one_time_keys failures invite_state unsigned prev_content"
).split()
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**70), max_value=2**70)
    | st.sampled_from(
        [TEAM, DM, ALICE, ME, "m.room.member", "m.room.message", "m.room.encrypted", "join", "x"]
    )
    | st.text(max_size=8)
)
JSON = st.recursive(
    VALUES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from([*KEYS, TEAM, DM, ALICE, ""]), inner, max_size=5)
    ),
    max_leaves=25,
)
EVENTS = st.lists(
    st.dictionaries(st.sampled_from(["type", "sender", "content", "event_id", "state_key"]), JSON),
    max_size=4,
)
PART = st.fixed_dictionaries(
    {
        "state": JSON | st.fixed_dictionaries({"events": EVENTS}),
        "timeline": JSON
        | st.fixed_dictionaries({"events": EVENTS, "limited": JSON, "prev_batch": JSON}),
    }
)
BATCH = st.fixed_dictionaries(
    {
        "next_batch": st.just("fuzz"),
        "rooms": JSON
        | st.fixed_dictionaries(
            {
                "join": JSON | st.dictionaries(st.sampled_from([TEAM, DM, "!u:x.org"]), PART),
                "invite": JSON,
                "leave": JSON,
            }
        ),
        "to_device": JSON | st.fixed_dictionaries({"events": EVENTS}),
        "device_lists": JSON,
        "device_one_time_keys_count": JSON,
    }
)


class AnyWire:
    """In the place of the wire: whatever was made up, as the wire would hand it on."""

    def __init__(self, batches: list[Any], other: Any) -> None:
        self.token: str | None = None
        self.clock = FakeClock()
        self.batches, self.other = batches, other
        self.asked: list[tuple[str, str, Any]] = []

    async def open(self) -> None:
        """Nothing is dialled."""

    async def close(self) -> None:
        """Nothing hangs."""

    async def call(
        self, method: str, path: str, *, body: Mapping[str, Any] | None = None, **more: Any
    ) -> Any:
        self.asked.append((method, path, body))
        await asyncio.sleep(0)
        if path.endswith("/login"):
            return {"user_id": ME, "access_token": "tok"}
        if path.endswith("/sync"):
            # As the wire puts it on the way.
            urlencode(more["params"], quote_via=quote)
            if not self.batches:
                await asyncio.Event().wait()
            return json.loads(json.dumps(self.batches.pop(0)))
        if path.endswith("/state"):
            return self.other if isinstance(self.other, list) else []
        return self.other if isinstance(self.other, dict) else {}


def plain(name: str) -> dict[str, Any]:
    said = {"msgtype": "m.text", "body": "still here"}
    return {"type": "m.room.message", "event_id": name, "sender": ALICE, "content": said}


def join(room_id: str, *state: Any, words: tuple[Any, ...] = ()) -> dict[str, Any]:
    return {room_id: {"state": {"events": list(state)}, "timeline": {"events": list(words)}}}


def first() -> dict[str, Any]:
    rooms = join(TEAM, *SOUND) | join(DM, SOUND[0], member(ME), member(ALICE))
    return {"next_batch": "s1", "rooms": {"join": rooms}}


def last() -> dict[str, Any]:
    """Say in a conversation of two, as it should be, that somebody is still there."""
    back = join("!calm:example.org", SOUND[0], member(ME), member(ALICE), words=(plain("$last"),))
    return {"next_batch": "s9", "rooms": {"join": back}}


def session(wire: AnyWire, told: list[Event], tmp: Path) -> Session:
    tmp.write_text("correct horse\n")
    world = World(
        settings=Settings(
            name=NET,
            homeserver="http://127.0.0.1:1",
            user_id=ME,
            password_file=tmp,
            rooms=(TEAM,),
        ),
        roster=lambda: Roster(people=()),
        private=lambda _: True,
        clock=wire.clock,
        safe=MemorySafe(),
        emit=told.append,
        epochs=count(1),
        backoff=Backoff(),
        chance=lambda: 1.0,
        probe=no_probe,
    )
    made = Session(world)
    for part in (made, made.doors, made.typing):
        part.wire = wire
    return made


async def _lives(batches: list[Any], other: Any, tmp: Path) -> None:
    told: list[Event] = []
    wire = AnyWire([first(), first(), *batches, last()], other)
    made = session(wire, told, tmp)
    life = asyncio.ensure_future(made.run())
    try:
        for _ in range(60):
            await settle()
            await wire.clock.advance(1)
            if life.done():
                life.result()
            if not wire.batches:
                break
        await settle()
        assert not life.done()
        heard = [each for each in told if isinstance(each, Inbound)]
        assert [each.message for each in heard][-1:] == ["$last"]
        # Nothing was said of its own accord, in clear or otherwise.
        assert not [path for _, path, _ in wire.asked if "/send/" in path]
        assert len(wire.asked) < 1000
    finally:
        life.cancel()
        await asyncio.wait([life])


@pytest.mark.slow
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(batches=st.lists(BATCH, max_size=3), other=JSON)
def test_no_answer_ends_the_hearing(batches: list[Any], other: Any, tmp_path: Path) -> None:
    asyncio.run(_lives(batches, other, tmp_path / "password"))


def timeline(**parts: Any) -> dict[str, Any]:
    return {"next_batch": "p", "rooms": {"join": {DM: {"timeline": parts}}}}


POISON: tuple[dict[str, Any], ...] = (
    {"next_batch": "p", "to_device": {"events": 5}},
    {"next_batch": "p", "rooms": {"join": {TEAM: {"state": {"events": True}}}}},
    timeline(events=7),
    timeline(events=[], limited=True, prev_batch="before"),
    timeline(events=[{"type": ["m.room.encrypted"], "sender": {}, "content": 1}]),
    timeline(events=[plain("$twice"), plain("$twice")]),
    timeline(events=[event("m.room.encryption", {})]),
    timeline(events=[event("m.room.member", {"membership": "leave"}, ME)]),
    timeline(events=[event("m.room.member", {"membership": "join"}, key=4)]),
    {"next_batch": "\ud800"},
    {"next_batch": ""},
    {"next_batch": 5},
    {"next_batch": "p", "device_one_time_keys_count": {"signed_curve25519": -(2**70)}},
    {"next_batch": "p", "device_lists": {"changed": [f"@u{n}:x.org" for n in range(5000)]}},
    {"next_batch": "p", "rooms": {"invite": {"\ud800": {"invite_state": {"events": 3}}}}},
)


@pytest.mark.parametrize("number", range(len(POISON)))
@pytest.mark.parametrize("other", [{}, {"chunk": 5}, {"device_keys": 5, "chunk": [3]}])
async def test_no_poison_ends_it(number: int, other: dict[str, Any], tmp_path: Path) -> None:
    await _lives([POISON[number]], other, tmp_path / "password")
