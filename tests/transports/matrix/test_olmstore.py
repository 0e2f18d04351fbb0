"""The store of keys: what changed is collected, written in one commit, and never lost by a failure."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import pytest
import vodozemac
from nio.crypto import InboundGroupSession, OlmAccount, OlmDevice, OutboundSession

from bot.core.words.ports import Safe, StoreFailed
from bot.transports.matrix import olmheld
from bot.transports.matrix.memory_safe import MemorySafe
from bot.transports.matrix.olmstore import UNUSED, SealedOlmStore
from tests.transports.matrix.keyserver import ALICE, BOT, ROOM, Clock

KEY = OlmAccount().identity_keys["curve25519"]


class Failing(MemorySafe):
    """A safe that takes nothing in as long as it is told not to."""

    def __init__(self) -> None:
        super().__init__()
        self.error: BaseException | None = None
        self.writes = 0

    async def write(self, changes: Mapping[tuple[str, str], bytes | None]) -> None:
        self.writes += 1
        if self.error is not None:
            raise self.error
        await super().write(changes)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def safe() -> Failing:
    return Failing()


async def opened(safe: Safe, clock: Clock) -> SealedOlmStore:
    return await SealedOlmStore.open(safe, BOT, "BOT", clock.now)


@pytest.fixture
async def store(safe: Failing, clock: Clock) -> SealedOlmStore:
    """Give a store with an account, kept."""
    made = await opened(safe, clock)
    made.save_account(OlmAccount())
    await made.flush(safe)
    return made


def olm_session() -> OutboundSession:
    other = vodozemac.Account()
    other.generate_one_time_keys(1)
    (key,) = other.one_time_keys.values()
    return OutboundSession(OlmAccount(), other.curve25519_key.to_base64(), key.to_base64())


def group(key: str = KEY, session: vodozemac.GroupSession | None = None) -> InboundGroupSession:
    session = session or vodozemac.GroupSession()
    return InboundGroupSession(session.session_key.to_base64(), "signing", key, ROOM)


def device(name: str = "PHONE") -> OlmDevice:
    return OlmDevice(ALICE, name, {"ed25519": "e", "curve25519": KEY})


async def test_all_comes_back(store: SealedOlmStore, safe: Failing, clock: Clock) -> None:
    session, megolm = olm_session(), group()
    store.sessions.add(KEY, session)
    store.save_session(KEY, session)
    store.groups.add(megolm)
    store.save_inbound_group_session(megolm)
    store.devices.add(device())
    store.save_device_keys({ALICE: {"PHONE": device()}})
    before = safe.writes
    assert await store.flush(safe)
    assert await store.flush(safe)
    assert safe.writes == before + 1
    again = await opened(safe, clock)
    account, kept = again.load_account(), store.load_account()
    assert account is not None
    assert kept is not None
    assert account.identity_keys == kept.identity_keys
    assert again.load_sessions()[KEY][0].id == session.id
    assert again.load_sessions()[KEY][0].creation_time == session.creation_time
    found = again.load_inbound_group_sessions().get(ROOM, KEY, megolm.id)
    assert found is not None
    assert (found.ed25519, found.room_id) == ("signing", ROOM)
    assert list(again.load_device_keys().active_user_devices(ALICE)) == [device()]
    assert again.changes == {}
    assert again.groups.new == set()


@pytest.mark.parametrize("error", [StoreFailed(), asyncio.CancelledError()])
async def test_what_could_not_be_kept_is_kept_later(
    store: SealedOlmStore, safe: Failing, clock: Clock, error: BaseException
) -> None:
    one, two = group(), group()
    store.groups.add(one)
    store.save_inbound_group_session(one)
    safe.error = error
    if isinstance(error, StoreFailed):
        assert not await store.flush(safe)
    else:
        with pytest.raises(asyncio.CancelledError):
            await store.flush(safe)
    store.groups.add(two)
    store.save_inbound_group_session(two)
    safe.error = None
    assert await store.flush(safe)
    again = await opened(safe, clock)
    assert again.groups.get(ROOM, KEY, one.id)
    assert again.groups.get(ROOM, KEY, two.id)


async def test_what_changed_meanwhile_counts(store: SealedOlmStore, safe: Failing) -> None:
    class Slow(Failing):
        async def write(self, changes: Mapping[tuple[str, str], bytes | None]) -> None:
            assert changes["olm-device", ALICE] == b"old"
            store.changes["olm-device", ALICE] = b"new"
            raise StoreFailed

    store.changes["olm-device", ALICE] = b"old"
    assert not await store.flush(Slow())
    await store.flush(safe)
    assert await safe.load("olm-device") == {ALICE: b"new"}


async def test_what_failed_late_does_not_undo_what_came_after(
    store: SealedOlmStore, safe: Failing
) -> None:
    first = asyncio.Event()

    class Slow(Failing):
        async def write(self, changes: Mapping[tuple[str, str], bytes | None]) -> None:
            await first.wait()
            raise StoreFailed

    store.changes["olm-device", ALICE] = b"old"
    slow = asyncio.create_task(store.flush(Slow()))
    await asyncio.sleep(0)
    store.changes["olm-device", ALICE] = b"new"
    quick = asyncio.create_task(store.flush(safe))
    await asyncio.sleep(0)
    first.set()
    assert [await slow, await quick] == [False, True]
    assert await store.flush(safe)
    assert await safe.load("olm-device") == {ALICE: b"new"}


async def test_sessions_that_nobody_uses_are_forgotten(
    store: SealedOlmStore, safe: Failing, clock: Clock
) -> None:
    old, used = group(), group()
    for one in (old, used):
        store.groups.add(one)
        store.save_inbound_group_session(one)
    clock.at += UNUSED - timedelta(days=1)
    store.used(used)
    await store.flush(safe)
    clock.at += timedelta(days=2)
    again = await opened(safe, clock)
    assert again.groups.get(ROOM, KEY, old.id) is None
    assert again.groups.get(ROOM, KEY, used.id)
    await again.flush(safe)
    assert len(await safe.load("olm-group")) == 1


async def test_reading_writes_once_a_day(store: SealedOlmStore, safe: Failing) -> None:
    one = group()
    store.groups.add(one)
    store.save_inbound_group_session(one)
    await store.flush(safe)
    store.used(one)
    assert store.changes == {}


async def test_a_damaged_row_takes_no_other_along(
    store: SealedOlmStore, safe: Failing, clock: Clock
) -> None:
    one = group()
    store.groups.add(one)
    store.save_inbound_group_session(one)
    await store.flush(safe)
    damaged = [b"", b"[]", b"{}", b"null", b'{"used": 1e12, "pickle": "x"}', b"\xff"]
    for kind in ("olm-session", "olm-group", "olm-device"):
        await safe.write({(kind, f"bad {number}"): raw for number, raw in enumerate(damaged)})
    again = await opened(safe, clock)
    assert again.groups.get(ROOM, KEY, one.id)
    await again.flush(safe)
    assert len(await safe.load("olm-group")) == 1
    assert await safe.load("olm-session") == {}


async def test_without_the_account_nothing_is_of_use(
    store: SealedOlmStore, safe: Failing, clock: Clock
) -> None:
    one = group()
    store.groups.add(one)
    store.save_inbound_group_session(one)
    await store.flush(safe)
    other = await SealedOlmStore.open(safe, BOT, "OTHER", clock.now)
    assert other.fresh
    assert other.load_account() is None
    assert other.groups.get(ROOM, KEY, one.id) is None
    await other.flush(safe)
    assert await safe.load("olm-group") == {}
    assert (await opened(safe, clock)).fresh


async def test_a_deleted_device_is_forgotten(store: SealedOlmStore, safe: Failing) -> None:
    phone, tablet = device(), device("TABLET")
    for one in (phone, tablet):
        store.devices.add(one)
    tablet.deleted = True
    store.save_device_keys({ALICE: {}})
    assert list(store.devices[ALICE]) == ["PHONE"]
    phone.deleted = True
    store.save_device_keys({ALICE: {}})
    await store.flush(safe)
    assert await safe.load("olm-device") == {}


def test_a_key_that_opens_less_replaces_none() -> None:
    session = vodozemac.GroupSession()
    early = group(session=session)
    name = early.id
    session.encrypt(b"one")
    late = group(session=session)
    groups = olmheld.Groups()
    assert groups.add(late)
    assert groups.add(early)
    assert not groups.add(late)
    assert groups.get(ROOM, KEY, early.id) is early
    assert groups.new == {name}


async def test_one_device_cannot_fill_the_store(
    store: SealedOlmStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(olmheld, "MOST_GROUPS", 2)
    monkeypatch.setattr(olmheld, "MOST_SESSIONS", 2)
    assert [store.groups.add(group()) for _ in range(3)] == [True, True, False]
    assert store.groups.add(group("another"))
    sessions = [olm_session() for _ in range(3)]
    for number, session in enumerate(sessions):
        session.use_time += timedelta(seconds=number)
        store.sessions.add(KEY, session)
        store.save_session(KEY, session)
    assert store.sessions[KEY] == sessions[:0:-1]
    assert store.changes["olm-session", f"{KEY} {sessions[0].id}"] is None


def test_looking_for_strangers_leaves_no_trace() -> None:
    sessions, groups, devices = olmheld.Sessions(), olmheld.Groups(), olmheld.Devices()
    assert sessions.get("x") is None
    assert sessions["x"] == []
    assert groups.get("!r", "k", "s") is None
    assert devices.device_from_sender_key(ALICE, "k") is None
    assert not any(vars(held).get("_held") for held in (sessions, groups, devices))
