"""Sets the stage: an IRC server, a mailbox, a configuration on disk, the real bot, and people.

Everything is on the loopback and in one temporary folder, which is gone when the stage is left.
"""

import asyncio
import io
import secrets
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot import logs
from bot.app import serve_until
from bot.config import Config, load_config
from bot.demo.actor import Actor, Heard
from bot.demo.ircd import DemoIRCd
from bot.demo.mailbox import Mailbox
from bot.runtime.clock import SystemClock
from storage.keys import new_root_key

HOST = "127.0.0.1"
BOT = "caseward"
TEAM = "#functionaries"
LOBBY = "#lobby"
#: Roster people of the demo; each has a services account of the same name.
TEAM_PEOPLE = ("alice", "bob", "carol")
#: How long the bot may take to be on the network, in seconds.
_READY_WITHIN = 60.0

CONFIG = """\
# The demo's configuration: of the same form as yours will be.

[bot]
name = "caseward"
data_dir = "data"
team_name = "the safety team"
team_mail = "safety-team@example.org"

[keys]
root_key_file = "secrets/root.key"

[[transports]]
kind = "irc"
name = "demo"
host = "127.0.0.1"
port = {irc_port}
tls = false                       # accepted for loopback only
nick = "caseward"
password_file = "secrets/irc"
owner = "ops@example.org"
rate = {{ burst = 50, per_second = 200.0 }}
dm_ceiling = "pii"                # the default is "case": network staff can read IRC

[[rooms]]
name = "team"
places = ["demo/#functionaries"]
ceiling = "case"

[[rooms]]
name = "lobby"
places = ["demo/#lobby"]
ceiling = "public"

[[people]]
name = "alice"
roles = ["functionary", "oversighter", "on-call"]
irc = ["demo/alice"]
wiki = ["Example-Alice"]

[[people]]
name = "bob"
roles = ["functionary", "steward", "on-call"]
irc = ["demo/bob"]
wiki = ["Example-Bob"]

[[people]]
name = "carol"
roles = ["operator"]
irc = ["demo/carol"]

[contacts.life]
mail = ["emergency@example.org"]
[contacts.child]
mail = ["legal-reports@example.org"]

[[smtp]]
host = "127.0.0.1"
port = {smtp_port}
security = "none"                 # accepted for loopback only
sender = "caseward@example.org"

[oncall]
[[oncall.steps]]
people = ["alice"]
[[oncall.steps]]
people = ["bob"]

[health]
listen = "127.0.0.1:0"
"""


@dataclass(slots=True, kw_only=True)
class Stage:
    """What is set up, and everybody who is there; `passwords` are those of the accounts.

    `log` is what the bot logged, `said` what it printed.
    """

    folder: Path
    config: Config
    ircd: DemoIRCd
    irc_port: int
    mailbox: Mailbox
    passwords: dict[str, str]
    actors: dict[str, Actor] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    log: io.StringIO = field(default_factory=io.StringIO)

    async def enter(self, nick: str, witness: Callable[[Actor, Heard], None]) -> Actor:
        """Let somebody connect; roster people log in."""
        actor = Actor(nick, witness)
        await actor.enter(HOST, self.irc_port, password=self.passwords.get(nick))
        self.actors[nick] = actor
        return actor

    def heard_in(self, place: str) -> list[Heard]:
        """Return everything that any actor heard in a place."""
        return [
            heard
            for actor in self.actors.values()
            for heard in actor.record
            if heard.place == place
        ]

    def on_disk(self, words: str) -> list[Path]:
        """Return the bot's files that hold these words in clear."""
        files = (path for path in self.config.data_dir.rglob("*") if path.is_file())
        return [path for path in files if words.encode() in path.read_bytes()]


def write_config(folder: Path, *, irc_port: int, smtp_port: int, bot_password: str) -> Path:
    """Write the root key, the bot's password and the configuration; return the latter's path."""
    new_root_key(folder / "secrets" / "root.key")
    password_file = folder / "secrets" / "irc"
    password_file.touch(mode=0o600)
    password_file.write_text(f"{bot_password}\n")
    path = folder / "config.toml"
    path.write_text(CONFIG.format(irc_port=irc_port, smtp_port=smtp_port))
    return path


@asynccontextmanager
async def set_stage(witness: Callable[[Actor, Heard], None]) -> AsyncIterator[Stage]:
    """Set the stage, with the bot at work and everybody in place; clear it away afterwards.

    `witness` is told of everything that an actor hears. Raises whatever keeps the bot from
    starting, TimeoutError when it takes too long.
    """
    async with AsyncExitStack() as stack:
        folder = Path(
            stack.enter_context(
                # A folder that cannot be removed whole must not hide how the story ended.
                tempfile.TemporaryDirectory(prefix="caseward-demo-", ignore_cleanup_errors=True)
            )
        )
        passwords = {name: secrets.token_hex(4) for name in (BOT, *TEAM_PEOPLE)}
        ircd = DemoIRCd(passwords, now=SystemClock().now)
        irc_port = await ircd.start(HOST)
        stack.push_async_callback(ircd.stop)
        mailbox = Mailbox()
        smtp_port = await mailbox.start()
        stack.push_async_callback(mailbox.stop)
        path = write_config(
            folder, irc_port=irc_port, smtp_port=smtp_port, bot_password=passwords[BOT]
        )
        stage = Stage(
            folder=folder,
            config=load_config(path),
            ircd=ircd,
            irc_port=irc_port,
            mailbox=mailbox,
            passwords=passwords,
        )
        logs.install("info", stream=stage.log)
        await stack.enter_async_context(_people(stage, witness))
        await stack.enter_async_context(_bot(stage))
        # The channel is still open: before the story begins, the bot says what mends that.
        await stage.actors["alice"].hears(TEAM, r"mode \+i", within=_READY_WITHIN)
        yield stage


@asynccontextmanager
async def _people(stage: Stage, witness: Callable[[Actor, Heard], None]) -> AsyncIterator[None]:
    """Alice makes the channel, so she is its operator; bob joins her; rita is somewhere else."""
    try:
        alice = await stage.enter("alice", witness)
        await alice.join(TEAM)
        alice.raw(f"MODE {TEAM} +snp")
        bob = await stage.enter("bob", witness)
        await bob.join(TEAM)
        await stage.enter("rita", witness)
        yield
    finally:
        for actor in stage.actors.values():
            actor.leave()


@asynccontextmanager
async def _bot(stage: Stage) -> AsyncIterator[None]:
    """Run the real bot beside the story, in the same loop, until the story ends."""
    stop, ready = asyncio.Event(), asyncio.Event()

    def say(line: str) -> None:
        stage.said.append(line)
        if line == "ready":
            ready.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(serve_until(stage.config, stop, say=say))
        try:
            async with asyncio.timeout(_READY_WITHIN):
                await ready.wait()
            yield
        finally:
            stop.set()
