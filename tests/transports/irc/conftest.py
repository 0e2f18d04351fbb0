"""Servers, and a bot's transport on them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from commands._aside import Aside
from tests.servers.api import BOT_ACCOUNT, IRCServer
from tests.transports.irc.fake import FakeNet, Make
from tests.transports.irc.rig import Rig


@pytest.fixture
def password_file(tmp_path: Path, irc_server: IRCServer) -> Path:
    path = tmp_path / "irc-password"
    path.write_text(irc_server.accounts[BOT_ACCOUNT] + "\n", "utf-8")
    return path


@pytest_asyncio.fixture
async def rig(irc_server: IRCServer, password_file: Path) -> AsyncIterator[Rig]:
    """A transport for `irc_server`, not yet running."""
    made = Rig(irc_server, password_file)
    yield made
    async with asyncio.timeout(10):
        await made.stop()


@pytest_asyncio.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    nets: list[FakeNet] = []

    def one(*, aside: Aside | None = None, **changes: object) -> FakeNet:
        nets.append(FakeNet(tmp_path, aside=aside, **changes))
        return nets[-1]

    yield one
    for net in nets:
        await net.end()
