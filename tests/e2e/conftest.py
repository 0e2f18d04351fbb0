"""Rigs for tests: a whole program on each kind of server, ended with the test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

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
