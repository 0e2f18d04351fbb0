"""One login that lasts, and a new device only where the old one is beyond repair."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.core.words.ports import StoreFailed
from bot.transports.matrix.account import DEVICE_KINDS, enter, is_asleep, is_dead
from bot.transports.matrix.memory_safe import MemorySafe
from bot.transports.matrix.olmstore import KINDS
from bot.transports.matrix.settings import Settings
from bot.transports.matrix.wire import Lost, Refused, Wire
from tests.transports.irc.fake import FakeClock
from tests.transports.matrix.homeserver_double import Answer, Homeserver, homeserver, no
from tests.transports.matrix.test_wire import settings as plain

pytestmark = pytest.mark.net
ME, DEVICE, PASSWORD = "@bot:example.org", "OLDDEVICE", "correct horse"
OLD, NEW = "old_token", "new_token"
LOGIN, WHOAMI = ("POST", "/login"), ("GET", "/account/whoami")


class Drawer(MemorySafe):
    """A safe that counts what is written at once, and fails when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[set[tuple[str, str]]] = []
        self.fails = False

    async def write(self, changes: Mapping[tuple[str, str], bytes | None]) -> None:
        if self.fails:
            raise StoreFailed
        self.writes.append(set(changes))
        await super().write(changes)


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Homeserver]:
    async with homeserver() as double:
        double.on(*WHOAMI, who())
        yield double


@pytest.fixture
def settings(server: Homeserver, tmp_path: Path) -> Settings:
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n")
    return replace(plain(server.url), password_file=file, device_name="caseward of the team")


@pytest_asyncio.fixture
async def wire(settings: Settings) -> AsyncIterator[Wire]:
    wire = Wire(settings, FakeClock())
    await wire.open()
    yield wire
    await wire.close()


@pytest.fixture
def empty() -> Drawer:
    return Drawer()


@pytest_asyncio.fixture
async def safe() -> Drawer:
    """What an earlier process has left."""
    drawer = Drawer()
    await drawer.write(
        {
            ("login", "user"): ME.encode(),
            ("login", "device"): DEVICE.encode(),
            ("login", "token"): OLD.encode(),
            ("thread", "kept"): b"x",
            **{(kind, "a"): b"x" for kind in DEVICE_KINDS},
        }
    )
    drawer.writes.clear()
    return drawer


def who(user: str = ME, device: str = DEVICE) -> Answer:
    return Answer(body={"user_id": user, "device_id": device})


def in_as(device: str | None = None, user: str = ME, token: str = NEW) -> Answer:
    """Return the answer to a login; like a server, it takes the device it is told."""
    body = {"user_id": user, "access_token": token}
    return Answer(body=body if device is None else {**body, "device_id": device})


async def held(safe: MemorySafe) -> dict[str, str]:
    return {name: value.decode() for name, value in (await safe.load("login")).items()}


async def left_of_the_device(safe: MemorySafe) -> list[str]:
    return [kind for kind in DEVICE_KINDS if await safe.load(kind)]


async def test_the_first_login(
    server: Homeserver, settings: Settings, wire: Wire, empty: Drawer
) -> None:
    server.on(*LOGIN, in_as())
    login = await enter(wire, settings, empty)
    assert login.fresh
    assert (login.user_id, login.token, wire.token) == (ME, NEW, NEW)
    assert NEW not in repr(login)
    (asked,) = server.asked
    assert asked.token is None
    assert asked.body == {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": ME},
        "password": PASSWORD,
        "device_id": login.device_id,
        "initial_device_display_name": "caseward of the team",
    }
    assert len(login.device_id) == 10
    assert await held(empty) == {"user": ME, "device": login.device_id, "token": NEW}


async def test_a_login_that_lasts(
    server: Homeserver, settings: Settings, wire: Wire, safe: Drawer
) -> None:
    settings.password_file.unlink()
    login = await enter(wire, settings, safe)
    assert (login.device_id, login.token, login.fresh) == (DEVICE, OLD, False)
    assert wire.token == OLD
    assert [(each.path, each.token) for each in server.asked] == [("/account/whoami", OLD)]
    assert safe.writes == []


async def test_a_soft_logout_keeps_the_device(
    server: Homeserver, settings: Settings, wire: Wire, safe: Drawer
) -> None:
    server.on(*WHOAMI, no(401, "M_UNKNOWN_TOKEN", soft_logout=True))
    server.on(*LOGIN, in_as(DEVICE))
    login = await enter(wire, settings, safe)
    assert (login.device_id, login.token, login.fresh) == (DEVICE, NEW, False)
    assert server.asked[-1].body["device_id"] == DEVICE
    assert server.asked[-1].token is None
    assert await held(safe) == {"user": ME, "device": DEVICE, "token": NEW}
    assert await left_of_the_device(safe) == list(DEVICE_KINDS)


@pytest.mark.parametrize("case", ["hard logout", "lost keys", "another user"])
async def test_a_new_device(
    server: Homeserver, settings: Settings, wire: Wire, safe: Drawer, case: str
) -> None:
    user = ME
    if case == "hard logout":
        server.on(*WHOAMI, no(401, "M_UNKNOWN_TOKEN"))
    elif case == "another user":
        user = "@other:example.org"
        settings = replace(settings, user_id=user)
    server.on(*LOGIN, in_as(user=user))
    login = await enter(wire, settings, safe, lost=case == "lost keys")
    assert login.fresh
    assert login.device_id != DEVICE
    assert (login.token, wire.token) == (NEW, NEW)
    assert await held(safe) == {"user": user, "device": login.device_id, "token": NEW}
    assert await left_of_the_device(safe) == []
    assert await safe.load("thread")
    # The old keys go with the login that they belonged to, in one write.
    gone = {(kind, "a") for kind in DEVICE_KINDS}
    assert [bool(each & gone) for each in safe.writes] == [False, True]
    assert safe.writes[1] > gone | {("login", "device"), ("login", "token")}


def test_all_that_the_olm_machine_keeps_belongs_to_the_device() -> None:
    assert set(KINDS) < set(DEVICE_KINDS)


async def test_a_wrong_password(
    server: Homeserver, settings: Settings, wire: Wire, safe: Drawer
) -> None:
    server.on(*WHOAMI, no(401, "M_UNKNOWN_TOKEN"))
    server.on(*LOGIN, no(403, "M_FORBIDDEN"))
    with pytest.raises(Refused) as caught:
        await enter(wire, settings, safe)
    assert (caught.value.status, caught.value.code) == (403, "M_FORBIDDEN")
    assert PASSWORD not in repr(caught.value)
    assert wire.token is None
    # Whoever mends the password must not have lost anything.
    assert (await held(safe))["device"] == DEVICE
    assert await left_of_the_device(safe) == list(DEVICE_KINDS)


async def test_attempts_leave_no_trail_of_devices(
    server: Homeserver, settings: Settings, wire: Wire, empty: Drawer
) -> None:
    server.on(*LOGIN, Answer(status=502), in_as())
    with pytest.raises(Lost):
        await enter(wire, settings, empty)
    login = await enter(wire, settings, empty)
    assert [each.body["device_id"] for each in server.asked] == [login.device_id] * 2


async def test_a_safe_that_takes_nothing(
    server: Homeserver, settings: Settings, wire: Wire, empty: Drawer
) -> None:
    empty.fails = True
    with pytest.raises(StoreFailed):
        await enter(wire, settings, empty)
    assert server.asked == []


async def test_the_server_is_away(settings: Settings, wire: Wire, safe: Drawer) -> None:
    await wire.close()
    with pytest.raises(Lost):
        await enter(wire, settings, safe)
    assert (await held(safe))["token"] == OLD


async def test_a_refusal_that_will_pass(
    server: Homeserver, settings: Settings, wire: Wire, safe: Drawer
) -> None:
    server.on(*WHOAMI, no(401, "M_USER_LOCKED", soft_logout=True))
    with pytest.raises(Refused):
        await enter(wire, settings, safe)
    assert (await held(safe))["token"] == OLD
    assert safe.writes == []


async def test_an_unreadable_password_file(settings: Settings, wire: Wire, empty: Drawer) -> None:
    settings.password_file.unlink()
    with pytest.raises(OSError) as caught:
        await enter(wire, settings, empty)
    assert not isinstance(caught.value, Lost)


@pytest.mark.parametrize(
    "answer", [who("@other:example.org"), who("@BOT:example.org"), who(device="OTHER"), Answer()]
)
async def test_the_server_takes_us_for_somebody_else(
    server: Homeserver, settings: Settings, wire: Wire, safe: Drawer, answer: Answer
) -> None:
    server.on(*WHOAMI, answer)
    with pytest.raises(ValueError, match="takes us for another"):
        await enter(wire, settings, safe)
    assert wire.token is None
    assert (await held(safe))["token"] == OLD


@pytest.mark.parametrize(
    "answer",
    [in_as(user="@other:example.org"), in_as("OTHER"), in_as(token="a\r\nb"), in_as(token="")],
)
async def test_a_login_that_is_none(
    server: Homeserver, settings: Settings, wire: Wire, empty: Drawer, answer: Answer
) -> None:
    server.on(*LOGIN, answer)
    with pytest.raises(ValueError):
        await enter(wire, settings, empty)
    assert wire.token is None
    assert "token" not in await held(empty)


def test_what_ends_a_login() -> None:
    assert is_dead(Refused(401, "M_UNKNOWN_TOKEN"))
    assert is_dead(Refused(401, "M_MISSING_TOKEN"))
    assert not is_dead(Refused(401, "M_UNKNOWN_TOKEN", soft=True))
    assert is_asleep(Refused(401, "M_UNKNOWN_TOKEN", soft=True))
    assert not is_asleep(Refused(401, "M_UNKNOWN_TOKEN"))
    assert not is_dead(Refused(403, "M_FORBIDDEN"))
    assert not is_asleep(Refused(401, "M_USER_LOCKED", soft=True))
