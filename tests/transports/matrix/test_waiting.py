"""Events that wait for their keys: kept through restarts, told of once, let go in the end."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.core.words.identity import by_account
from bot.core.words.inbound import Unheard, Why
from bot.core.words.people import Account, Speaker
from bot.core.words.places import Place, PlaceKind
from bot.core.words.ports import StoreFailed
from bot.transports.matrix import waiting as module
from bot.transports.matrix.memory_safe import MemorySafe
from bot.transports.matrix.waiting import KEPT, KIND, MOST, MOST_OF_ONE, Waiting

NOW = datetime(2031, 5, 28, 12, tzinfo=UTC)
ROOM = "!room:example.org"
SECOND = timedelta(seconds=1)


def event(number: int, sender: str = "@a:example.org", **more: Any) -> dict[str, Any]:
    return {
        "type": "m.room.encrypted",
        "event_id": f"${number}",
        "sender": sender,
        "origin_server_ts": 1000 - number,
        "content": {"ciphertext": "x"},
        **more,
    }


def word(_room_id: str, event: Mapping[str, Any]) -> Unheard | None:
    sender = event["sender"]
    if sender.startswith("@silent"):
        return None
    speaker = Speaker(
        network="m", nick=sender, identity=by_account(Account(network="m", name=sender))
    )
    place = Place(network="m", address=sender, kind=PlaceKind.DM)
    return Unheard(speaker=speaker, place=place, why=Why.NO_KEY)


async def opened(safe: MemorySafe, now: datetime = NOW) -> Waiting:
    return await Waiting.open(safe, word, now)


def names(found: list[tuple[str, Mapping[str, Any]]]) -> list[str]:
    return [event["event_id"] for _, event in found]


async def test_events_are_had_back_in_the_order_they_were_said() -> None:
    waiting = await opened(MemorySafe())
    for number, session in ((1, "s"), (2, "t"), (3, "s")):
        waiting.add(ROOM, event(number), session, NOW)
    assert names(waiting.retry({"s", "u"})) == ["$3", "$1"]
    assert names(waiting.retry({"u"})) == []
    assert names(waiting.retry()) == ["$3", "$2", "$1"]
    assert waiting.retry({"t"})[0][0] == ROOM


async def test_they_wait_until_they_are_forgotten_through_restarts() -> None:
    safe = MemorySafe()
    waiting = await opened(safe)
    waiting.add(ROOM, event(1), "s", NOW)
    waiting.add(ROOM, event(2), "s", NOW)
    await waiting.flush()
    again = await opened(safe)
    assert names(again.retry({"s"})) == ["$2", "$1"]
    again.forget(ROOM, event(1))
    assert names(again.retry({"s"})) == ["$2"]
    await again.flush()
    assert names((await opened(safe)).retry()) == ["$2"]


async def test_what_cannot_be_kept_now_is_kept_later() -> None:
    class Failing(MemorySafe):
        fails = True

        async def write(self, changes: Mapping[tuple[str, str], bytes | None]) -> None:
            if self.fails:
                raise StoreFailed
            await super().write(changes)

    safe = Failing()
    waiting = await opened(safe)
    waiting.add(ROOM, event(1), "s", NOW)
    await waiting.flush()
    assert not await safe.load(KIND)
    safe.fails = False
    await waiting.flush()
    assert len(await opened(safe)) == 1


async def test_its_author_is_told_once_after_a_minute() -> None:
    safe = MemorySafe()
    waiting = await opened(safe)
    waiting.add(ROOM, event(1), "s", NOW)
    assert waiting.due(NOW + 59 * SECOND) == []
    [told] = waiting.due(NOW + 60 * SECOND)
    assert told.speaker.nick == "@a:example.org"
    assert waiting.due(NOW + timedelta(hours=1)) == []
    await waiting.flush()
    assert (await opened(safe)).due(NOW + timedelta(hours=1)) == []


async def test_one_person_is_told_once_in_ten_minutes() -> None:
    waiting = await opened(MemorySafe())
    for number in range(3):
        waiting.add(ROOM, event(number), "s", NOW)
    waiting.add(ROOM, event(8, "@b:example.org"), "s", NOW)
    waiting.add(ROOM, event(9, "@silent:example.org"), "s", NOW)
    told = waiting.due(NOW + 60 * SECOND)
    assert [each.speaker.nick for each in told] == ["@a:example.org", "@b:example.org"]
    waiting.add(ROOM, event(10), "s", NOW + 60 * SECOND)
    assert waiting.due(NOW + 120 * SECOND) == []
    waiting.add(ROOM, event(11), "s", NOW + 10 * 60 * SECOND)
    assert len(waiting.due(NOW + 11 * 60 * SECOND)) == 1


async def test_whoever_was_told_before_is_not_told_again() -> None:
    waiting = await opened(MemorySafe())
    waiting.add(ROOM, event(1), "s", NOW, told=True)
    assert waiting.due(NOW + 61 * SECOND) == []


async def test_a_week_later_it_is_let_go() -> None:
    safe = MemorySafe()
    waiting = await opened(safe)
    waiting.add(ROOM, event(1), "s", NOW)
    await waiting.flush()
    assert len(await opened(safe, NOW + KEPT)) == 1
    late = await opened(safe, NOW + KEPT + SECOND)
    assert len(late) == 0
    await late.flush()
    assert not await safe.load(KIND)
    waiting.due(NOW + KEPT + SECOND)
    assert len(waiting) == 0


async def test_nobody_pushes_out_everybody_else() -> None:
    waiting = await opened(MemorySafe())
    waiting.add(ROOM, event(0, "@needs:example.org"), "s", NOW)
    for number in range(1, MOST_OF_ONE + 5):
        waiting.add(ROOM, event(number, "@many:example.org"), "s", NOW)
    assert len(waiting) == MOST_OF_ONE + 1
    for number in range(MOST + 50):
        waiting.add(ROOM, event(1000 + number, f"@u{number % 400}:example.org"), "s", NOW)
    assert len(waiting) == MOST
    assert "$0" in names(waiting.retry())


async def test_large_events_do_not_fill_the_memory() -> None:
    waiting = await opened(MemorySafe())
    waiting.add(ROOM, event(0, content={"ciphertext": "x" * 90_000}), "s", NOW)
    assert len(waiting) == 0
    most = module.MOST_BYTES // 60_000
    for number in range(most + 20):
        body = {"ciphertext": "x" * 60_000}
        waiting.add(ROOM, event(number, f"@u{number % 9}:example.org", content=body), "s", NOW)
    assert len(waiting) <= most


async def test_what_is_no_event_is_not_kept() -> None:
    waiting = await opened(MemorySafe())
    for odd in (event(1, event_id=None), event(1, content=object()), {}):
        waiting.add(ROOM, odd, "s", NOW)
    waiting.add(ROOM, event(1), "", NOW)
    assert len(waiting) == 0
    waiting.forget(ROOM, {})


async def test_rows_that_cannot_be_read_are_dropped() -> None:
    safe = MemorySafe()
    rows = (
        b"{",
        b"[]",
        b'{"since":"x"}',
        b'{"room":1,"session":"s","since":"2031-05-28","event":{}}',
    )
    await safe.write({(KIND, str(number)): row for number, row in enumerate(rows)})
    waiting = await opened(safe)
    assert len(waiting) == 0
    await waiting.flush()
    assert not await safe.load(KIND)
