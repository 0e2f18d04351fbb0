"""The program starts, is in its places, stops when told, and is alone on its data."""

import socket
from pathlib import Path

import pytest

from tests.e2e.rig import LOBBY, TEAM, Rig, code_in

pytestmark = [pytest.mark.net, pytest.mark.slow]


@pytest.fixture
def rig(demo_rig: Rig) -> Rig:
    return demo_rig


async def test_ready_means_that_it_answers_and_term_ends_it_in_order(rig: Rig) -> None:
    await rig.open()
    for channel in (TEAM, LOBBY, None):
        await rig.alice.asks("!ping here", "^here$", channel)
    assert await rig.stop() == 0
    assert "Traceback" not in rig.program.err


async def test_a_service_tells_that_it_runs(rig: Rig) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(rig.folder / "notify"))
        systemd.settimeout(20)
        rig.program.env = {"NOTIFY_SOCKET": systemd.getsockname(), "WATCHDOG_USEC": "60000000"}
        await rig.open()
        assert [systemd.recv(100) for _ in range(2)] == [b"READY=1", b"WATCHDOG=1"]


async def test_after_kill_9_it_starts_again_and_knows_its_cases(rig: Rig) -> None:
    await rig.open()
    opened = await rig.alice.asks("!open Somebody writes threats", "Opened", TEAM)
    await rig.kill9()
    await rig.restart()
    code = code_in(opened)
    await rig.alice.asks(f"!show {code}", "writes threats", TEAM)
    assert await rig.stop() == 0


async def test_a_second_instance_on_the_same_data_is_refused(rig: Rig) -> None:
    await rig.open()
    second = await rig.program.run_once("run", "--config", str(rig.program.config))
    assert second.code == 2
    assert second.out == ""
    assert "Traceback" not in second.err
    assert len(second.err.strip().splitlines()) == 1
    assert "caseward:" in second.err
    await rig.alice.asks("!ping still", "^still$", TEAM)


async def test_what_it_writes_is_for_its_owner_only(rig: Rig) -> None:
    await rig.open()
    data = rig.folder / "data"
    loose = [path for path in (data, *data.rglob("*")) if path.stat().st_mode & 0o077]
    assert loose == []


async def test_what_people_write_is_in_no_file_in_clear(rig: Rig) -> None:
    await rig.open("rita")
    marker = "Marker-Quillfeather"
    rita = rig.people["rita"]
    await rita.asks(f"Somebody calls themselves {marker} and follows me.", "danger")
    await rita.asks("yes", "emergency@example.org")
    await rig.alice.asks(f"!open About {marker}", "Opened", TEAM)
    await rig.relays[0].mail("emergency@example.org")
    assert await rig.stop() == 0
    assert [path.name for path in _files(rig.folder) if marker.encode() in path.read_bytes()] == []
    assert marker not in "\n".join(rig.program.said)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
