"""Sets the stage: a network, a mailbox, a configuration on disk, the real bot, and people.

Everything is on the loopback and in one temporary folder, which is gone when the stage is left.
"""

import asyncio
import io
import secrets
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot import logs
from bot.app import serve_until
from bot.config import Config, load_config
from bot.demo.cast import BOT, Actor, Terms, Venue, Witness
from bot.demo.mailbox import Mailbox
from storage.keys import new_root_key

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
{transport}
[[rooms]]
name = "team"
places = ["{team}"]
ceiling = "case"

[[rooms]]
name = "lobby"
places = ["{lobby}"]
ceiling = "public"

[[people]]
name = "alice"
roles = ["functionary", "oversighter", "on-call"]
{alice}
wiki = ["Example-Alice"]

[[people]]
name = "bob"
roles = ["functionary", "steward", "on-call"]
{bob}
wiki = ["Example-Bob"]

[[people]]
name = "carol"
roles = ["operator"]
{carol}

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
    """What is set up, and everybody who is there.

    `log` is what the bot logged, `said` what it printed.
    """

    folder: Path
    config: Config
    venue: Venue
    mailbox: Mailbox
    actors: dict[str, Actor] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    log: io.StringIO = field(default_factory=io.StringIO)

    async def enter(self, nick: str, witness: Witness) -> None:
        """Let somebody come to the network."""
        self.actors[nick] = await self.venue.enter(nick, witness)

    def on_disk(self, words: str) -> list[Path]:
        """Return the files of the bot and of the network that hold these words in clear."""
        folders = (self.config.data_dir, *self.venue.kept)
        files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
        return [path for path in files if words.encode() in path.read_bytes()]


def write_config(folder: Path, terms: Terms, *, smtp_port: int, bot_password: str) -> Path:
    """Write the root key, the bot's password and the configuration; return the latter's path."""
    new_root_key(folder / "secrets" / "root.key")
    password_file = folder / "secrets" / terms.file
    password_file.touch(mode=0o600)
    password_file.write_text(f"{bot_password}\n")
    path = folder / "config.toml"
    accounts = {name: terms.account.format(name=name) for name in TEAM_PEOPLE}
    path.write_text(
        CONFIG.format(
            transport=terms.transport,
            team=terms.team,
            lobby=terms.lobby,
            smtp_port=smtp_port,
            **accounts,
        )
    )
    return path


@asynccontextmanager
async def set_stage(venue: Venue, witness: Witness) -> AsyncIterator[Stage]:
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
        log = io.StringIO()
        logs.install("info", stream=log)
        passwords = {name: secrets.token_hex(4) for name in (BOT, *TEAM_PEOPLE)}
        mailbox = Mailbox()
        smtp_port = await mailbox.start()
        stack.push_async_callback(mailbox.stop)
        actors = await stack.enter_async_context(venue.open(folder, passwords, witness))
        path = write_config(folder, venue.terms, smtp_port=smtp_port, bot_password=passwords[BOT])
        stage = Stage(
            folder=folder,
            config=load_config(path),
            venue=venue,
            mailbox=mailbox,
            actors=actors,
            log=log,
        )
        await stack.enter_async_context(_bot(stage))
        await stage.actors["alice"].hears(venue.team, venue.unready, within=_READY_WITHIN)
        yield stage


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
