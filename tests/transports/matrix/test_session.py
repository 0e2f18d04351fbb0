"""The life of a login: it lasts, comes back, gives way, and asks no server to death."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from bot.core.words.identity import by_account
from bot.core.words.inbound import Event, LinkChanged
from bot.core.words.people import Account, Person, Roster
from bot.core.words.places import Place, PlaceKind, RoomView
from bot.core.words.ports import StoreFailed
from bot.transports.matrix.memory_safe import MemorySafe
from bot.transports.matrix.transport import MatrixTransport, build
from tests.transports.irc.fake import FakeClock
from tests.transports.matrix.homeserver_double import Answer, Homeserver, homeserver, no
from tests.transports.matrix.test_state import SOUND, event, member
from tests.transports.matrix.test_wire import settings as plain
from tests.transports.matrix.test_wire import until

pytestmark = pytest.mark.net
NET, ME, ALICE = "matrix", "@bot:example.org", "@alice:example.org"
TEAM, DM = "!team:example.org", "!made:example.org"
SYNC = ("GET", "/sync")
ROSTER = Roster(
    people=(
        Person(name="Example-A", roles=frozenset(), accounts=(Account(network=NET, name=ALICE),)),
    )
)


class Drawer(MemorySafe):
    """A safe that fails when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.fails = False

    async def load(self, kind: str) -> Mapping[str, bytes]:
        if self.fails:
            raise StoreFailed
        return await super().load(kind)

    async def write(self, changes: Mapping[tuple[str, str], bytes | None]) -> None:
        if self.fails:
            raise StoreFailed
        await super().write(changes)


class Rig:
    """A transport before a homeserver that answers what it is told to."""

    def __init__(
        self, server: Homeserver, password: Path, rooms: tuple[str, ...] = (TEAM,)
    ) -> None:
        self.server, self.clock, self.safe = server, FakeClock(), Drawer()
        self.told: list[Event] = []
        self.settings = replace(plain(server.url), password_file=password, rooms=rooms)
        self.transport: MatrixTransport
        self.life: asyncio.Task[None]
        self.logins = 0

    def start(self) -> None:
        self.transport = build(
            self.settings, lambda: ROSTER, lambda _: True, self.clock, self.safe, chance=lambda: 1.0
        )
        self.life = asyncio.ensure_future(self.transport.run(self.told.append))

    def links(self) -> list[bool]:
        return [each.up for each in self.told if isinstance(each, LinkChanged)]

    async def until(self, ready: Any) -> None:
        async with asyncio.timeout(10):
            await until(ready)

    async def pass_until(self, ready: Any, step: float = 0.5, most: int = 400) -> None:
        """Let time pass until something is so."""
        for _ in range(most):
            await breathe()
            if ready():
                return
            await self.clock.advance(step)
        raise AssertionError

    def count(self, path: str) -> int:
        return sum(each.path.startswith(path) for each in self.server.asked)

    async def stop(self) -> None:
        if not self.life.done():
            await asyncio.wait_for(self.transport.stop(), 5)
            await self.life


async def breathe() -> None:
    """Let what goes over loopback arrive."""
    for _ in range(30):
        await asyncio.sleep(0)


def team(token: str = "s1", **more: Any) -> Answer:
    """Return a batch with the configured room in it."""
    room = {"state": {"events": list(SOUND)}, "timeline": {"events": []}}
    return Answer(body={"next_batch": token, "rooms": {"join": {TEAM: room}}} | more)


def batch(token: str, **more: Any) -> Answer:
    return Answer(body={"next_batch": token} | more)


def hangs() -> Answer:
    return Answer(body={"next_batch": "late"}, held=asyncio.Event())


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Homeserver]:
    async with homeserver() as double:
        double.on("GET", "/account/whoami", Answer(body={"user_id": ME}))
        double.on("POST", "/login", Answer(body={"user_id": ME, "access_token": "tok"}))
        double.on(
            "POST", "/keys/upload", Answer(body={"one_time_key_counts": {"signed_curve25519": 50}})
        )
        double.on("POST", "/keys/query", Answer(body={"device_keys": {}}))
        double.on("GET", "/rooms/*/state", Answer(body=list(SOUND)))
        double.on("GET", "/directory/list/room/*", Answer(body={"visibility": "private"}))
        double.on("GET", "/rooms/*/aliases", Answer(body={"aliases": []}))
        double.on(*SYNC, team(), team("s2"), hangs())
        yield double


@pytest_asyncio.fixture
async def rig(server: Homeserver, tmp_path: Path) -> AsyncIterator[Rig]:
    file = tmp_path / "password"
    file.write_text("correct horse\n")
    made = Rig(server, file)
    yield made
    server.release()
    await made.stop()


def at(address: str = TEAM) -> Place:
    return Place(network=NET, address=address)


async def test_it_is_up_once_all_was_looked_at(rig: Rig) -> None:
    rig.start()
    await rig.until(lambda: rig.links() == [True])
    view = rig.transport.view(at())
    assert isinstance(view, RoomView)
    assert view.complete
    assert 1 <= rig.count("/rooms/%21team%3Aexample.org/state") <= 2


async def test_a_soft_logout_keeps_the_device(rig: Rig) -> None:
    soft = no(401, "M_UNKNOWN_TOKEN", soft_logout=True)
    rig.server.on(*SYNC, team(), soft, team("s2"), team("s3"), hangs())
    rig.server.on("GET", "/account/whoami", soft)
    rig.start()
    await rig.pass_until(lambda: rig.links()[-1:] == [True])
    devices = [each.body["device_id"] for each in rig.server.asked if each.path == "/login"]
    assert len(devices) == 2
    assert len(set(devices)) == 1


async def test_a_dead_token_stops_it_and_nothing_spins(rig: Rig) -> None:
    rig.server.on(*SYNC, team(), team("s2"), no(401, "M_UNKNOWN_TOKEN"))
    with capture_logs() as logs:
        rig.start()
        await rig.until(lambda: rig.links() == [True, False])
        await rig.until(lambda: "matrix.logged-out" in [each["event"] for each in logs])
    asked = len(rig.server.asked)
    for _ in range(100):
        await rig.clock.advance(60)
    assert len(rig.server.asked) == asked
    assert rig.count("/login") == 1
    assert not rig.life.done()
    assert rig.transport.view(at()) is None
    # Whoever takes its pulse does it no harm.
    rig.transport.redial()
    assert not await rig.transport.echo(1)


async def test_a_token_that_dies_on_the_way_in_is_dead(rig: Rig) -> None:
    rig.server.on(*SYNC, no(401, "M_UNKNOWN_TOKEN"))
    rig.start()
    await rig.until(lambda: rig.count("/sync") == 1)
    for _ in range(50):
        await rig.clock.advance(60)
        await breathe()
    assert (rig.count("/login"), rig.count("/sync")) == (1, 1)


async def test_lost_keys_make_a_new_device(rig: Rig) -> None:
    await rig.safe.write(
        {
            ("login", "user"): ME.encode(),
            ("login", "device"): b"OLD",
            ("login", "token"): b"old",
        }
    )
    rig.start()
    await rig.until(lambda: rig.links() == [True])
    [login] = [each.body for each in rig.server.asked if each.path == "/login"]
    assert login["device_id"] != "OLD"


async def test_a_safe_that_fails_at_first_is_tried_again(rig: Rig) -> None:
    rig.safe.fails = True
    rig.start()
    for _ in range(5):
        await rig.clock.advance(10)
        await breathe()
    assert rig.links() == []
    rig.safe.fails = False
    await rig.pass_until(lambda: rig.links() == [True])


async def test_a_safe_that_fails_meanwhile_keeps_nobody_out(rig: Rig) -> None:
    gate = asyncio.Event()
    rig.server.on(*SYNC, team(), team("s2"), Answer(body={"next_batch": "s3"}, held=gate), hangs())
    rig.start()
    await rig.until(lambda: rig.links() == [True])
    rig.safe.fails = True
    gate.set()
    await rig.until(lambda: rig.count("/sync") == 4)
    assert rig.links() == [True]
    rig.safe.fails = False
    await rig.clock.advance(61)
    await rig.pass_until(lambda: rig.safe._values["sync"]["token"] == b"s3")


async def test_redial_breaks_off_what_hangs_and_may_come_at_any_time(rig: Rig) -> None:
    rig.server.on(*SYNC, team(), team("s2"), hangs(), team("s3"), hangs())
    rig.start()
    await rig.until(lambda: rig.count("/sync") == 3)
    rig.transport.redial()
    rig.transport.redial()
    await rig.pass_until(lambda: rig.links() == [True, False, True])
    rig.server.on(*SYNC, Answer(status=502))
    rig.transport.redial()
    await rig.pass_until(lambda: rig.links()[-1] is False)
    for _ in range(10):
        rig.transport.redial()
        await rig.clock.advance(0.3)
    assert not rig.life.done()


async def test_after_an_absence_nothing_counts_that_was_cleared_before(rig: Rig) -> None:
    gate = asyncio.Event()
    rig.server.on(*SYNC, team(), team("s2"), Answer(status=502, held=gate), batch("s3"), hangs())
    rig.start()
    await rig.until(lambda: rig.links() == [True])
    before = rig.transport.view(at())
    gate.set()
    await rig.until(lambda: rig.links()[-1] is False)
    assert rig.transport.view(at()) is None
    await rig.pass_until(lambda: rig.links()[-1] is True)
    after = rig.transport.view(at())
    assert before is not None
    assert after is not None
    assert after.epoch > before.epoch


async def test_a_server_that_answers_at_once_for_nothing_is_not_asked_in_circles(rig: Rig) -> None:
    rig.server.on(*SYNC, team("same"))
    rig.start()
    await rig.until(lambda: rig.links() == [True])
    for _ in range(50):
        await breathe()
    assert rig.count("/sync") <= 4
    await rig.clock.advance(1)
    await rig.until(lambda: rig.count("/sync") >= 4)
    assert rig.count("/sync") <= 6


async def test_a_forgotten_place_in_the_sync_is_given_up(rig: Rig) -> None:
    await rig.safe.write({("sync", "token"): b"gone"})
    rig.start()
    await rig.until(lambda: rig.links() == [True])
    await rig.stop()
    since = [each.query.get("since") for each in rig.server.asked if each.path == "/sync"]
    asked = len(since)
    rig.server.on(*SYNC, *[no(400, "M_UNKNOWN")] * 3, team(), team("s2"), hangs())
    rig.told.clear()
    rig.start()
    await rig.pass_until(lambda: rig.links() == [True])
    since = [each.query.get("since") for each in rig.server.asked if each.path == "/sync"]
    assert since[asked:][:4] == ["s2", "s2", "s2", None]


async def test_one_room_that_hangs_or_fails_keeps_the_network_from_nobody(rig: Rig) -> None:
    rig.settings = replace(rig.settings, rooms=(TEAM, "#far:example.com", "!shut:example.org"))
    rig.server.on("GET", "/directory/room/*", Answer(status=502))
    rig.server.on("POST", "/join/%21shut*", no(403, "M_FORBIDDEN"))
    rig.server.on("POST", "/join/%23far*", Answer(status=502))
    rig.start()
    await rig.until(lambda: rig.links() == [True])
    assert (rig.count("/join/%21shut"), rig.count("/join/%23far")) == (1, 1)
    # What did not answer is tried again.
    await rig.pass_until(lambda: rig.count("/join/%23far") == 2)


async def test_stopping_does_not_wait_for_a_call_that_hangs(rig: Rig) -> None:
    rig.start()
    await rig.until(lambda: rig.count("/sync") == 3)
    await asyncio.wait_for(rig.transport.stop(), 4)
    assert rig.links() == [True, False]


async def test_find_opens_one_conversation_for_ten_and_for_the_roster_alone(rig: Rig) -> None:
    held = asyncio.Event()
    rig.server.on("POST", "/createRoom", Answer(body={"room_id": DM}, held=held))
    rig.start()
    await rig.until(lambda: rig.links() == [True])
    state = [SOUND[0], member(ME), member(ALICE, "invite"), SOUND[-1]]
    rig.server.on("GET", "/rooms/*/state", Answer(body=state))
    stranger = by_account(Account(network=NET, name="@mallory:example.org"))
    assert await rig.transport.find(stranger) is None
    alice = by_account(Account(network=NET, name=ALICE))
    async with asyncio.TaskGroup() as group:
        finding = [group.create_task(rig.transport.find(alice)) for _ in range(10)]
        await rig.until(lambda: rig.count("/createRoom") == 1)
        held.set()
    assert {each.result() for each in finding} == {
        Place(network=NET, address=ALICE, kind=PlaceKind.DM)
    }
    assert rig.count("/createRoom") == 1


async def test_renewing_joins_and_leaves_but_no_room_that_has_another_address(rig: Rig) -> None:
    rig.server.on("GET", "/directory/room/*", Answer(body={"room_id": TEAM}))
    rig.server.on("POST", "/join/*", Answer(body={"room_id": "!new:example.org"}))
    rig.server.on("POST", "/rooms/*/leave", Answer())
    rig.server.on("POST", "/rooms/*/forget", Answer())
    rig.settings = replace(rig.settings, rooms=("#team:example.org", TEAM))
    rig.start()
    await rig.until(lambda: rig.links() == [True])
    rig.transport.renew(channels=(TEAM, "!new:example.org"), trusted_agents=(), relays=())
    await rig.pass_until(lambda: rig.count("/join/%21new") == 1)
    assert rig.count("/rooms/%21team%3Aexample.org/leave") == 0
    rig.transport.renew(channels=("!new:example.org",), trusted_agents=(), relays=())
    await rig.pass_until(lambda: rig.count("/rooms/%21team%3Aexample.org/forget") == 1)


async def test_rooms_that_never_say_the_same_twice_are_not_asked_in_circles(rig: Rig) -> None:
    rig.server.on(
        "GET",
        "/rooms/*/state",
        *[
            Answer(
                body=[*SOUND, event("m.room.member", {"membership": "join"}, f"@u{n}:example.org")]
            )
            for n in range(200)
        ],
    )
    rig.start()
    await rig.until(lambda: rig.links() == [True])
    for _ in range(100):
        await breathe()
    assert rig.count("/rooms/%21team%3Aexample.org/state") <= 3
