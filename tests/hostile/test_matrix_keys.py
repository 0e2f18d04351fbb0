"""Keys in hostile hands: what operators hear and decide while a server or a colleague plays."""

from typing import Any, cast

import pytest

from bot.core.words.keys import KeyAct, KeyKind, KeyNews, KeyOrder
from bot.core.words.people import Account
from bot.core.words.ports import StoreFailed
from bot.runtime.keydesk import AGAIN, MOST, KeyDesk
from bot.runtime.keymatters import KeyMatters
from tests.world import FakeClock

ALICE = Account(network="matrix", name="@alice:example.org")


class _Network:
    """A network that does what it is told, or fails."""

    def __init__(self) -> None:
        self.fails: Exception | None = None

    async def keys(self, order: KeyOrder) -> None:
        del order
        if self.fails is not None:
            raise self.fails


class _Rest:
    """Live, and the supervisor: what is to be told is counted, not told."""

    def __init__(self) -> None:
        self.keys = KeyMatters()
        self.network = _Network()
        self.transports = {"matrix": self.network}
        self.told = 0

    def once(self, name: str, work: Any) -> None:
        assert name == "keys"
        work.close()
        self.told += 1


@pytest.fixture
def rest() -> _Rest:
    return _Rest()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def desk(rest: _Rest, clock: FakeClock) -> KeyDesk:
    made = cast("Any", rest)
    return KeyDesk(
        store=made, clock=clock, live=made, performer=made, supervisor=made, nudge=lambda: None
    )


def news(kind: KeyKind, key: str | None = None) -> KeyNews:
    return KeyNews(kind=kind, account=ALICE, key=key)


@pytest.mark.parametrize(
    "kind", [KeyKind.CHANGED, KeyKind.ASKED, KeyKind.ENDED, KeyKind.OWN_FAILED]
)
async def test_nobody_floods_operators_with_keys(
    desk: KeyDesk, rest: _Rest, clock: FakeClock, kind: KeyKind
) -> None:
    for number in range(100):
        desk.take(news(kind, f"key-{number}"))
    assert rest.told == MOST
    desk.take(KeyNews(kind=kind, account=Account(network="matrix", name="@bob:example.org")))
    assert rest.told == MOST + 1
    clock.jump(AGAIN)
    desk.take(news(kind, "key"))
    assert rest.told == MOST + 2


async def test_what_was_not_told_can_be_decided_all_the_same(desk: KeyDesk, rest: _Rest) -> None:
    for number in range(100):
        desk.take(news(KeyKind.CHANGED, f"key-{number}"))
    changed = rest.keys.changed(ALICE)
    assert changed is not None
    assert changed.key == "key-99"


@pytest.mark.parametrize("kind", [KeyKind.FIRST, KeyKind.SHOWN, KeyKind.VERIFIED])
async def test_what_operators_must_hear_is_always_told(
    desk: KeyDesk, rest: _Rest, kind: KeyKind
) -> None:
    for number in range(MOST + 5):
        desk.take(news(kind, f"key-{number}"))
    assert rest.told == MOST + 5


@pytest.mark.parametrize("decided", ["order", "verified"])
async def test_a_key_that_came_while_another_was_decided_on_stays_to_be_decided(
    desk: KeyDesk, rest: _Rest, decided: str
) -> None:
    desk.take(news(KeyKind.CHANGED, "evil"))
    if decided == "order":
        assert await desk.order(KeyOrder(act=KeyAct.TRUST, account=ALICE, key="looked-at"))
    else:
        desk.take(news(KeyKind.VERIFIED, "looked-at"))
    changed = rest.keys.changed(ALICE)
    assert changed is not None
    assert changed.key == "evil"
    assert await desk.order(KeyOrder(act=KeyAct.TRUST, account=ALICE, key="evil"))
    assert rest.keys.changed(ALICE) is None


@pytest.mark.parametrize(
    ("error", "stays"),
    [(ValueError(), False), (ConnectionError(), True), (StoreFailed(), True)],
)
async def test_pictures_of_an_earlier_login_do_not_stand_in_the_way_for_ever(
    desk: KeyDesk, rest: _Rest, error: Exception, stays: bool
) -> None:
    desk.take(news(KeyKind.SHOWN))
    rest.network.fails = error
    assert not await desk.order(KeyOrder(act=KeyAct.SAME, account=ALICE))
    assert (rest.keys.comparing(ALICE) is not None) is stays
