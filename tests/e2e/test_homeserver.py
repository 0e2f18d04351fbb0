"""The homeserver of the tests and the demo, and the people at it: what other tests lean on."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.demo.homeserver import Homeserver, HomeserverError, missing
from tests.e2e.matrix_person import MatrixPerson, Town

slow = [pytest.mark.real, pytest.mark.slow]


async def _log_in(server: Homeserver, user: str, password: str) -> int:
    body = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": user},
        "password": password,
    }
    path = f"{server.url}/_matrix/client/v3/login"
    async with ClientSession() as http, http.post(path, json=body) as answer:
        return answer.status


def _python(folder: Path, script: str) -> Path:
    """Return a stand-in for the interpreter that the homeserver runs on."""
    python = folder / "bin" / "python"
    python.parent.mkdir()
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o700)
    return python


def _installed(folder: Path, script: str) -> Path:
    python = _python(folder, script)
    (python.parent / "synapse_homeserver").touch()
    return python


@pytest.mark.net
async def test_what_is_not_installed_is_named_and_not_started(tmp_path: Path) -> None:
    python = _python(tmp_path, "exit 0")
    assert missing(python) == ["matrix-synapse"]
    with pytest.raises(HomeserverError, match="not installed: matrix-synapse"):
        await Homeserver(tmp_path / "data", python=python).start()


@pytest.mark.net
async def test_one_that_ends_at_once_says_why(tmp_path: Path) -> None:
    python = _installed(tmp_path, "echo no good >&2; exit 3")
    server = Homeserver(tmp_path / "data", python=python)
    with pytest.raises(HomeserverError, match="no good"):
        await server.start()
    assert not server.running


@pytest.mark.net
async def test_nothing_runs_on_where_nobody_waits_any_more(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    os.mkfifo(pid)
    server = Homeserver(
        tmp_path / "data", python=_installed(tmp_path, f"echo $$ >{pid}; exec sleep 60")
    )
    start = asyncio.create_task(server.start())
    process = int(await asyncio.to_thread(pid.read_text))
    start.cancel()
    with pytest.raises(asyncio.CancelledError):
        await start
    assert not server.running
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


@pytest.mark.net
async def test_its_files_are_for_nobody_else(tmp_path: Path) -> None:
    server = Homeserver(tmp_path / "data")
    files = list(server.folder.iterdir())
    assert files
    assert server.folder.stat().st_mode & 0o077 == 0
    assert [path for path in files if path.stat().st_mode & 0o077] == []


class TestSynapse:
    """The real one."""

    pytestmark = slow

    async def test_it_comes_back_with_its_data_after_a_power_cut(
        self, homeserver: Homeserver
    ) -> None:
        town = Town(homeserver)
        await town.register("rita")
        url = homeserver.url
        await homeserver.kill()
        assert not homeserver.running
        with pytest.raises(OSError, match="onnect"):
            await _log_in(homeserver, town.local("rita"), town.password("rita"))
        await homeserver.start()
        assert homeserver.url == url
        assert await _log_in(homeserver, town.local("rita"), town.password("rita")) == 200
        assert await _log_in(homeserver, town.local("rita"), "another") == 403

    async def test_whoever_is_there_stays_as_they_are(self, homeserver: Homeserver) -> None:
        town = Town(homeserver)
        await town.register("rita")
        await homeserver.register(town.local("rita"), "another")
        assert await _log_in(homeserver, town.local("rita"), "another") == 403

    async def test_the_limits_of_networks_hold_where_they_are_asked_for(
        self, homeserver: Homeserver, tmp_path: Path
    ) -> None:
        assert {await _log_in(homeserver, "nobody", "wrong") for _ in range(8)} == {403}
        limited = Homeserver(tmp_path / "limited", limits="default")
        await limited.start()
        try:
            # It answers late whom it limits, so that no more than needed are tried.
            while (status := await _log_in(limited, "nobody", "wrong")) == 403:
                pass
            assert status == 429
        finally:
            await limited.stop()
        assert not limited.running

    async def test_two_people_talk_encrypted(self, homeserver: Homeserver, tmp_path: Path) -> None:
        town = Town(homeserver)
        people = []
        for name in ("rita", "caseward"):
            await town.register(name)
            people.append(MatrixPerson(town, name, tmp_path / name))
        rita, other = people
        try:
            await rita.enter()
            await other.enter()
            room = await rita.create("caseward")
            await other.join(room)
            await rita.sees(room, "caseward")
            root = await other.say(room, "made up, and encrypted")
            heard = await rita.hears("made up", room)
            assert (heard.encrypted, heard.event_id) == (True, root)
            await other.say(room, "in its thread", thread=root)
            assert (await rita.hears("in its thread", room)).thread == root
            await other.say_clear(room, "for all to read")
            assert not (await rita.hears("for all", room)).encrypted
        finally:
            for person in people:
                await person.leave()
