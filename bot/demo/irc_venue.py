"""The demo on IRC: a server of its own on the loopback, two channels, and their people."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from bot.demo.actor import IRCActor
from bot.demo.cast import Actor, Terms, Witness
from bot.demo.ircd import DemoIRCd
from bot.runtime.clock import SystemClock

HOST = "127.0.0.1"
TEAM = "#functionaries"
LOBBY = "#lobby"

_TRANSPORT = """\
kind = "irc"
name = "demo"
host = "127.0.0.1"
port = {port}
tls = false                       # accepted for loopback only
nick = "caseward"
password_file = "secrets/irc"
owner = "ops@example.org"
rate = {{ burst = 50, per_second = 200.0 }}
dm_ceiling = "pii"                # the default is "case": network staff can read IRC
"""


def terms(port: int) -> Terms:
    """Return what the configuration says of a server on this port of the loopback."""
    return Terms(
        transport=_TRANSPORT.format(port=port),
        team=f"demo/{TEAM}",
        lobby=f"demo/{LOBBY}",
        account='irc = ["demo/{name}"]',
        file="irc",
    )


class IRCVenue:
    """An IRC network; implements `cast.Venue`."""

    team = TEAM
    reporter = "rita, who has no account"
    #: The channel is still open: before the story begins, the bot says what mends that.
    unready = r"mode \+i"
    kept: tuple[Path, ...] = ()

    def __init__(self) -> None:
        self.ircd: DemoIRCd | None = None
        self._port = 0
        self._passwords: Mapping[str, str] = {}
        self._actors: list[IRCActor] = []

    @asynccontextmanager
    async def open(
        self, folder: Path, passwords: Mapping[str, str], witness: Witness
    ) -> AsyncIterator[dict[str, Actor]]:
        """Start the server. Alice makes the channel, so she is its operator; bob joins her; rita
        is somewhere else.
        """
        del folder
        self._passwords = passwords
        self.ircd = DemoIRCd(passwords, now=SystemClock().now)
        self._port = await self.ircd.start(HOST)
        try:
            alice = await self.enter("alice", witness)
            await alice.join(TEAM)
            alice.raw(f"MODE {TEAM} +snp")
            bob = await self.enter("bob", witness)
            await bob.join(TEAM)
            rita = await self.enter("rita", witness)
            yield {"alice": alice, "bob": bob, "rita": rita}
        finally:
            for actor in self._actors:
                await actor.leave()
            await self.ircd.stop()

    async def enter(self, nick: str, witness: Witness) -> IRCActor:
        """Let somebody connect; roster people log in."""
        actor = IRCActor(nick, witness)
        await actor.enter(HOST, self._port, password=self._passwords.get(nick))
        self._actors.append(actor)
        return actor

    @property
    def terms(self) -> Terms:
        """What the configuration says."""
        return terms(self._port)

    @property
    def introduction(self) -> tuple[str, ...]:
        """Say what is real, and where."""
        return (
            "The bot is real, and so is its IRC: a server, a mailbox and a database on this machine",
            f"(port {self._port}), for as long as this runs. Here, personal details may go out",
            'by direct message: dm_ceiling = "pii". The default is less.',
        )

    @property
    def attaching(self) -> tuple[str, ...]:
        """How to come here with a client of one's own."""
        server = f"{HOST} -p {self._port}"
        return (
            "",
            f"Your own client:  irssi -c {server} -n alice2",
            f"             or:  weechat irc://alice2@{HOST}:{self._port}",
            f"then, to be alice there too:  /msg NickServ IDENTIFY alice {self._passwords['alice']}",
            f"here:  invite alice2   and there:  /join {TEAM}   (or come as a stranger, and see)",
            "",
        )
