"""Fixtures: real and embedded IRC servers. `pytest_plugins` or an import in a conftest takes them in."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.servers.api import IRCServer
from tests.servers.certs import Certificates, make_certificates
from tests.servers.crowd import Crowd
from tests.servers.embedded import EmbeddedServer
from tests.servers.inspircd import InspIRCd, missing_programs
from tests.servers.linked import Linked

__all__ = [
    "certificates",
    "crowd",
    "embedded",
    "inspircd",
    "inspircd_processes",
    "irc_server",
    "irc_server_unstarted",
    "linked",
]


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """A throw-away CA with what it has signed."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def inspircd_processes(certificates: Certificates) -> Iterator[InspIRCd]:
    """InspIRCd and Atheme for the whole session; ask for `inspircd`, which waits until they answer."""
    _need_programs()
    server = InspIRCd(certificates)
    try:
        yield server
    finally:
        server.close()


def _need_programs() -> None:
    missing = missing_programs()
    if missing:
        sentence = f"not installed: {', '.join(missing)}"
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)


@pytest_asyncio.fixture
async def inspircd(inspircd_processes: InspIRCd) -> InspIRCd:
    """InspIRCd with services, up, whatever the test before has killed. Mark the test `real`."""
    await inspircd_processes.start()
    return inspircd_processes


@pytest_asyncio.fixture
async def linked(certificates: Certificates) -> AsyncIterator[Linked]:
    """Two linked InspIRCd with services, of this test alone. Mark the test `real`."""
    _need_programs()
    network = Linked(certificates)
    try:
        async with network:
            yield network
    finally:
        network.close()


@pytest_asyncio.fixture
async def embedded(certificates: Certificates) -> AsyncIterator[EmbeddedServer]:
    """The demo's server, fresh for each test. Mark the test `net`."""
    server = EmbeddedServer(certificates)
    await server.start()
    yield server
    await server.close()


@pytest.fixture(
    params=[
        pytest.param("embedded", marks=pytest.mark.net),
        pytest.param("inspircd", marks=[pytest.mark.real, pytest.mark.slow]),
    ]
)
def irc_server_unstarted(
    request: pytest.FixtureRequest, certificates: Certificates
) -> EmbeddedServer | InspIRCd:
    """What `irc_server` starts, in an event loop of the test's own."""
    if request.param == "embedded":
        return EmbeddedServer(certificates)
    server = request.getfixturevalue("inspircd_processes")
    assert isinstance(server, InspIRCd)
    return server


@pytest_asyncio.fixture
async def irc_server(
    irc_server_unstarted: EmbeddedServer | InspIRCd,
) -> AsyncIterator[IRCServer]:
    """Each server in turn, started; the marks `net` and `real` come with it."""
    await irc_server_unstarted.start()
    yield irc_server_unstarted
    if isinstance(irc_server_unstarted, EmbeddedServer):
        await irc_server_unstarted.close()


@pytest_asyncio.fixture
async def crowd(irc_server: IRCServer) -> AsyncIterator[Crowd]:
    """People on `irc_server`; they leave when the test ends."""
    people = Crowd(irc_server)
    yield people
    await people.leave()
