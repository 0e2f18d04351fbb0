"""The server: listening, stopping, and what the demo and the tests may do behind its back."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from bot.demo.ircd import (
    channels,
    messages,
    modes,
    netsplit,
    queries,
    registration,
)
from bot.demo.ircd.commands import dispatch
from bot.demo.ircd.connection import Connection, Flood
from bot.demo.ircd.modes import set_status
from bot.demo.ircd.network import Network
from bot.demo.ircd.services import Services
from bot.demo.ircd.state import ChannelView, Settings, Snapshot, User, UserView
from bot.demo.ircd.wire import Line

COMMANDS = {
    **registration.COMMANDS,
    **channels.COMMANDS,
    **modes.COMMANDS,
    **messages.COMMANDS,
    **queries.COMMANDS,
}


class DemoIRCd:
    """An IRC network of one server. State lives from `start` to `stop` or `kill`; accounts stay.

    `accounts` maps account to password. `now` gives aware datetimes. `tls` is used by listeners
    that ask for it; let it request client certificates if SASL EXTERNAL is wanted. `flood` is
    (lines at once, lines per second after that): who sends more is thrown out.
    """

    def __init__(
        self,
        accounts: Mapping[str, str],
        *,
        now: Callable[[], datetime],
        name: str = "irc.demo.test",
        network: str = "Demo",
        casemapping: str = "rfc1459",
        tls: ssl.SSLContext | None = None,
        flood: tuple[int, float] | None = None,
        motd: Iterable[str] = (),
    ) -> None:
        self.faults: list[str] = []  # lines that broke a handler: command and kind of error
        self._accounts = dict(accounts)
        self._now = now
        self._name = name
        self._network_name = network
        self._casemapping = casemapping
        self._tls = tls
        self._flood = flood
        self._motd = tuple(motd)
        self._certificates: dict[str, str] = {}
        self._starts = 0
        self._listeners: list[asyncio.Server] = []
        self._connections: set[Connection] = set()
        self._network: Network | None = None
        self._far: Network | None = None
        self._services: Services | None = None

    # -- listening

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Begin with an empty network, services up, and listen without TLS; returns the port."""
        assert self._network is None, "already started"
        self._starts += 1
        self._network = Network(
            Settings(
                name=self._name,
                network=self._network_name,
                casemapping=self._casemapping,
                now=self._now,
                accounts=self._accounts,
                motd=self._motd,
                certificates=self._certificates,
                epoch=f"{self._now().timestamp():.0f}.{self._starts}",
            )
        )
        self._services = Services(self._network)
        self._services.up()
        return await self.listen(host, port, flood=self._flood)

    async def listen(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        secure: bool = False,
        flood: tuple[int, float] | None = None,
    ) -> int:
        """Listen on one more port of the running server; returns the port."""
        network = self._running()
        limit = Flood(burst=flood[0], per_second=flood[1]) if flood else None
        listener = await asyncio.get_running_loop().create_server(
            lambda: Connection(network, self._handle, self._connections, limit),
            host,
            port,
            ssl=self._tls if secure else None,
        )
        self._listeners.append(listener)
        bound: int = listener.sockets[0].getsockname()[1]
        return bound

    async def stop(self) -> None:
        """Say ERROR to everyone and end."""
        for connection in list(self._connections):
            connection.close("Server shutting down")
        await self._end()

    async def kill(self) -> None:
        """End as by SIGKILL: connections break without a word."""
        await self._end()

    async def _end(self) -> None:
        for listener in self._listeners:
            listener.close()
        for connection in list(self._connections):
            connection.abort()
        for listener in self._listeners:
            await listener.wait_closed()
        self._listeners.clear()
        self._connections.clear()
        self._network = self._far = self._services = None

    def _running(self) -> Network:
        assert self._network is not None, "not started"
        return self._network

    def _handle(self, network: Network, user: User, line: Line) -> None:
        try:
            dispatch(COMMANDS, network, user, line)
        except Exception as error:  # noqa: BLE001 - one client's line must not end the others
            self.faults.append(f"{line.command}: {type(error).__name__}")
            if user.link is not None:
                user.link.close("Internal error")

    # -- behind its back

    def set_services(self, *, up: bool) -> None:
        """Bring services back, or take them away: no NickServ, no SASL."""
        self._running()
        assert self._services is not None
        if up:
            self._services.up()
        else:
            self._services.down()

    def chanserv_join(self, channel: str) -> None:
        """ChanServ sits in a channel, as an operator."""
        self._running()
        assert self._services is not None
        self._services.sit_in(channel)

    def add_certificate(self, account: str, fingerprint: str) -> None:
        """SASL EXTERNAL with this certificate (SHA-256, hex) is this account; stays over starts."""
        self._certificates[fingerprint.lower()] = account

    def force_join(self, nick: str, channel: str, *, status: str = "") -> None:
        """Put somebody into a channel past its modes; `status` is of `o` and `v`."""
        network = self._running()
        user = self._find(nick)
        joined = network.join(user, channel)
        channels.tell_names(network, user, joined)
        set_status(network, joined, user, status)

    def set_account(self, nick: str, account: str | None) -> None:
        """Log somebody in or out, as services may do."""
        self._running().log_in(self._find(nick), account)

    def kill_client(self, nick: str, reason: str = "tests") -> None:
        """An operator's KILL."""
        user = self._find(nick)
        self._running().quit(user, f"Killed (operator ({reason}))")
        if user.link is not None:
            user.link.close(f"Killed (operator ({reason}))")

    def split(self, nicks: Iterable[str]) -> None:
        """A netsplit takes these people away; `heal` brings them back."""
        assert self._far is None, "split already"
        self._far = netsplit.split(self._running(), nicks)
        self._home(self._far)

    def heal(self) -> None:
        """End the netsplit."""
        assert self._far is not None, "not split"
        netsplit.heal(self._running(), self._far)
        self._far = None
        self._home(self._running())

    def _home(self, network: Network) -> None:
        """Lines of those who are on `network` are handled there from now on."""
        for user in network.users():
            if isinstance(user.link, Connection):
                user.link.network = network

    def _find(self, nick: str) -> User:
        user = self._running().find(nick)
        if user is None:
            raise KeyError(nick)
        return user

    def snapshot(self) -> Snapshot:
        """What is so at this moment."""
        network = self._running()
        return Snapshot(
            users={
                user.nick: UserView(
                    nick=user.nick,
                    account=user.account,
                    modes=frozenset(user.modes),
                    channels=frozenset(channel.name for channel in user.channels),
                )
                for user in network.users()
            },
            channels={
                channel.name: ChannelView(
                    name=channel.name,
                    modes=tuple(channel.describe_modes(secrets=True)),
                    topic=channel.topic.text if channel.topic else "",
                    members={member.nick: channel.status(member) for member in channel.members},
                )
                for channel in network.channels.values()
            },
        )
