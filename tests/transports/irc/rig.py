"""A transport on a server, with everything that it told, and ways to wait for more."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from bot.core.policy.gate import Cleared
from bot.core.words.inbound import Event, IdentityEnded, Inbound, LinkChanged
from bot.core.words.people import Account, Person, Role, Roster
from bot.core.words.places import DMView, Place, PlaceKind, RoomView
from bot.core.words.ports import Sent
from bot.runtime.clock import SystemClock
from bot.transports.irc import Backoff, IRCTransport, Settings, build
from bot.transports.irc.wire import Ears, Wire, dial
from tests.servers.api import BOT_ACCOUNT, IRCServer

ROSTER = Roster(
    tuple(
        Person(
            name=name,
            roles=frozenset({Role.FUNCTIONARY}),
            accounts=(Account(network="net", name=name),),
        )
        for name in ("alice", "bob", "carol")
    )
)
Result = TypeVar("Result")


def room(name: str) -> Place:
    return Place(network="net", address=name)


def dm(nick: str) -> Place:
    return Place(network="net", address=nick, kind=PlaceKind.DM)


class Rig:
    """Runs one transport; `events` is all that it told."""

    def __init__(self, server: IRCServer, password_file: Path) -> None:
        self.server = server
        self.password_file = password_file
        self.events: list[Event] = []
        self.dialled = 0
        self.transport: IRCTransport
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def settings(self, *channels: str, **changes: object) -> Settings:
        values: dict[str, object] = {
            "name": "net",
            "host": self.server.host,
            "port": self.server.port,
            "tls": False,
            "nick": "caseward",
            "account": BOT_ACCOUNT,
            "password_file": self.password_file,
            "owner": "ops@example.org",
            "burst": 5,
            "per_second": 500.0,
            "channels": channels or ("#team",),
            "relays": ("heidi",),
        }
        return Settings(**(values | changes))  # type: ignore[arg-type]  # tests vary any key

    def begin(self, *channels: str, **changes: object) -> None:
        """Start to connect."""
        self.transport = build(
            self.settings(*channels, **changes),
            lambda: ROSTER,
            SystemClock(),
            backoff=Backoff(first=0.05, last=0.3),
            dialler=self._dial,
        )
        self._task = asyncio.create_task(self.transport.run(self._sink))

    async def _dial(self, settings: Settings, ears: Ears) -> Wire:
        self.dialled += 1
        self._news.set()
        return await dial(settings, ears)

    async def attempts(self, times: int) -> None:
        """Wait until the bot has begun to connect so often: all attempts before have failed."""
        await self.until(lambda: self.dialled >= times)

    async def start(self, *channels: str, **changes: object) -> None:
        """Connect, and wait until the network is up."""
        self.begin(*channels, **changes)
        await self.up()

    async def stop(self) -> None:
        if self._task is not None:
            await self.transport.stop()
            await self._task

    def _sink(self, event: Event) -> None:
        self.events.append(event)
        self._news.set()

    async def until(self, test: Callable[[], Result | None], within: float = 20) -> Result:
        """Wait until `test` gives something true."""
        async with asyncio.timeout(within):
            while not (found := test()):
                self._news.clear()
                await self._news.wait()
        return found

    async def up(self, times: int = 1) -> None:
        await self.until(lambda: self.links().count(True) >= times)

    async def down(self) -> None:
        await self.until(lambda: False in self.links())

    def links(self) -> list[bool]:
        return [event.up for event in self.events if isinstance(event, LinkChanged)]

    def heard(self) -> list[Inbound]:
        return [event for event in self.events if isinstance(event, Inbound)]

    def ended(self) -> list[str]:
        return [event.identity for event in self.events if isinstance(event, IdentityEnded)]

    async def message(self, text: str) -> Inbound:
        """The message with this text."""
        return await self.until(
            lambda: next((event for event in self.heard() if event.text == text), None)
        )

    def look(self, name: str) -> RoomView | None:
        view = self.transport.view(room(name))
        assert view is None or isinstance(view, RoomView)
        return view

    def peer(self, nick: str) -> DMView | None:
        view = self.transport.view(dm(nick))
        assert view is None or isinstance(view, DMView)
        return view

    async def sees(self, name: str, test: Callable[[RoomView], bool]) -> RoomView:
        """Wait until a room is in view as wished."""

        def fits() -> RoomView | None:
            view = self.look(name)
            return view if view is not None and test(view) else None

        return await self.until(fits)

    def cleared(self, place: Place, *lines: str, plain: bool = True) -> Cleared:
        view = self.transport.view(place)
        return Cleared(
            place=place, epoch=view.epoch if view else 0, lines=lines, plain_message=plain
        )

    async def say(self, place: Place, *lines: str, proof: bool = True) -> Sent:
        async with asyncio.timeout(10):
            return await self.transport.send(self.cleared(place, *lines), proof=proof)


def members(view: RoomView) -> dict[str, str | None]:
    return {member.nick: member.account for member in view.members}
