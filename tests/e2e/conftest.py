"""Rigs for tests: a whole program on each kind of server, ended with the test."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.demo.homeserver import Homeserver, missing
from tests.e2e.matrix_rig import MatrixRig, make_matrix_rig
from tests.e2e.rig import Rig, make_rig
from tests.servers.api import IRCServer
from tests.servers.embedded import EmbeddedServer
from tests.servers.inspircd import InspIRCd


@pytest_asyncio.fixture
async def rig(tmp_path: Path, irc_server: IRCServer) -> AsyncIterator[Rig]:
    """On the embedded server and on InspIRCd, with one relay; nothing is started yet."""
    async with make_rig(tmp_path, irc_server) as made:
        yield made


@pytest_asyncio.fixture
async def demo_rig(tmp_path: Path, embedded: EmbeddedServer) -> AsyncIterator[Rig]:
    """On the embedded server only: for what no server has a part in. Mark the test `net`."""
    async with make_rig(tmp_path, embedded) as made:
        yield made


@pytest_asyncio.fixture
async def real_rig(tmp_path: Path, inspircd: InspIRCd) -> AsyncIterator[Rig]:
    """On InspIRCd with Atheme only. Mark the test `real`."""
    async with make_rig(tmp_path, inspircd) as made:
        yield made


@pytest.fixture(scope="session")
def homeserver_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Homeserver]:
    """A Synapse for the whole session; ask for `homeserver`, which waits until it answers."""
    if missing():
        sentence = f"not installed: {', '.join(missing())}"
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    server = Homeserver(tmp_path_factory.mktemp("homeserver"))
    yield server
    server.end()


@pytest_asyncio.fixture
async def homeserver(homeserver_process: Homeserver) -> Homeserver:
    """Synapse, up, whatever the test before has done to it. Mark the test `real`."""
    await homeserver_process.start()
    return homeserver_process


@pytest_asyncio.fixture
async def matrix_rig(tmp_path: Path, homeserver: Homeserver) -> AsyncIterator[MatrixRig]:
    """The program on Synapse, with one relay; nothing is started yet. Mark the test `real`."""
    async with make_matrix_rig(tmp_path, homeserver) as made:
        yield made
