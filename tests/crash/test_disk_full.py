"""The disk is full: everybody is told the truth, nothing is torn, and it goes on afterwards."""

from __future__ import annotations

import os
import re
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from bot.texts.catalogue import message
from tests.crash.nursery import Nursery
from tests.crash.play import FusedRig, check_mail, fused_rig, look
from tests.e2e.rig import TEAM
from tests.servers.embedded import EmbeddedServer
from tests.servers.smtp_certs import MailCertificates

pytestmark = [pytest.mark.crash, pytest.mark.net]

_SIZE, _LARGER = "1m", "8m"


def _says(key: str) -> str:
    """Return a pattern for what begins like a message."""
    return re.escape(message(key).partition("$1")[0][:60])


_ASIDE = _says("storage.aside")
_NOT_KEPT = _says("intake.aside")


class Disk(Protocol):
    """Where the data lies. `kept` is where emergencies are kept once it is full."""

    kept: str

    def fill(self, rig: FusedRig) -> None:
        """From now on nothing more can be written."""

    def clear(self, rig: FusedRig) -> None:
        """There is space again."""


class SmallDisk:
    """A real file system, and a small one: a tmpfs, which needs root."""

    kept = "spool"

    def fill(self, rig: FusedRig) -> None:
        with (rig.folder / "data" / "filler").open("wb", buffering=0) as filler:
            for step in (65536, 4096):
                try:
                    while True:
                        filler.write(bytes(step))
                except OSError:
                    continue

    def clear(self, rig: FusedRig) -> None:
        (rig.folder / "data" / "filler").unlink()
        larger = ["mount", "-o", f"remount,size={_LARGER}", str(rig.folder / "data")]
        subprocess.run(larger, check=True)


class ShortFiles:
    """Files of the program that may not be written beyond their first page: as good as no disk."""

    kept = "memory"

    def fill(self, rig: FusedRig) -> None:
        self._limit(rig, 4096)

    def clear(self, rig: FusedRig) -> None:
        self._limit(rig, resource.RLIM_INFINITY)

    @staticmethod
    def _limit(rig: FusedRig, most: int) -> None:
        assert rig.program.process is not None
        limits = (most, resource.RLIM_INFINITY)
        resource.prlimit(rig.program.process.pid, resource.RLIMIT_FSIZE, limits)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Disk]:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    options = f"size={_SIZE},mode=0700"
    mount = ["mount", "-t", "tmpfs", "-o", options, "caseward-test", str(data)]
    mounted = subprocess.run(mount, capture_output=True, check=False)
    if mounted.returncode != 0:
        sentence = "a small file system cannot be mounted here: this needs root"
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    try:
        yield SmallDisk()
    finally:
        subprocess.run(["umount", "--lazy", str(data)], check=True)


@pytest.fixture(params=["small disk", "short files"])
def disk(request: pytest.FixtureRequest) -> Disk:
    if request.param == "short files":
        return ShortFiles()
    found: Disk = request.getfixturevalue("small_disk")
    return found


async def test_a_full_disk(
    tmp_path: Path,
    embedded: EmbeddedServer,
    mail_certificates: MailCertificates,
    nursery: Nursery,
    disk: Disk,
) -> None:
    async with fused_rig(tmp_path, embedded, mail_certificates, nursery=nursery) as rig:
        alice, ivan = rig.alice, rig.people["ivan"]
        await alice.asks("!open Before the harvest", "Opened")
        disk.fill(rig)
        await alice.asks("!open During the drought", _ASIDE)
        await alice.hears(_says(f"fallen.{disk.kept}"), TEAM)
        await ivan.asks("Somebody calls me a quagmire.", _NOT_KEPT)
        await ivan.hears("emergency@example.org")
        await ivan.asks("He says he will kill me tonight.", _says(f"emergency.{disk.kept}"))
        await ivan.hears("emergency@example.org")
        await rig.relays[0].mail("emergency@example.org")
        await alice.hears("E-")
        await alice.asks("!ack", "C-")
        disk.clear(rig)
        await alice.hears(_says("home.calls"), TEAM, within=40)
        await alice.asks("!open After the rain", "Opened")
        code = re.search(r"(C-\w{6}) came in while", "\n".join(alice.heard_anywhere()))
        assert code is not None
        await alice.asks(f"!show {code[1]}", "kill me tonight")
        assert await rig.stop() == 0
        left = await look(rig)
        check_mail(rig)
    assert "harvest" in left.words
    assert "drought" not in left.words
    assert "quagmire" not in left.words
    assert "rain" in left.words
    assert len(left.cases) == 3


async def test_killed_in_the_spool_nothing_is_lost(
    tmp_path: Path,
    embedded: EmbeddedServer,
    mail_certificates: MailCertificates,
    nursery: Nursery,
    small_disk: Disk,
) -> None:
    async with fused_rig(tmp_path, embedded, mail_certificates, nursery=nursery) as rig:
        alice, ivan = rig.alice, rig.people["ivan"]
        small_disk.fill(rig)
        await ivan.asks("He says he will kill me tonight.", _says("emergency.spool"))
        await rig.relays[0].mail("emergency@example.org")
        page = await alice.hears("E-")
        await rig.kill9()
        small_disk.clear(rig)
        await rig.restart()
        await alice.ever_hears(r"C-\w{6} came in while", TEAM)
        taken = await alice.asks("!ack", "C-")
        assert re.findall(r"E-\w{6}", taken)[0] in page
        assert await rig.stop() == 0
        left = await look(rig)
        check_mail(rig)
    assert "kill me tonight" in left.words
    assert len(left.cases) == 1


async def test_without_a_database_calls_go_out_all_the_same(
    tmp_path: Path,
    embedded: EmbeddedServer,
    mail_certificates: MailCertificates,
    nursery: Nursery,
) -> None:
    async with fused_rig(tmp_path, embedded, mail_certificates, nursery=nursery) as rig:
        assert await rig.stop() == 0
        key = tmp_path / "secrets" / "root.key"
        key.rename(tmp_path / "elsewhere.key")
        (tmp_path / "data" / "caseward.db").write_bytes(b"no database at all" * 100)
        refused = await rig.program.run_once("run", "--config", str(rig.program.config))
        assert refused.code == 2
        assert "--emergency-only" in refused.err
        (tmp_path / "elsewhere.key").rename(key)
        refused = await rig.program.run_once("run", "--config", str(rig.program.config))
        assert refused.code == 2
        assert "--emergency-only" in refused.err
        key.unlink()
        rig.program.arguments = ("--emergency-only",)
        await rig.restart()
        alice, ivan = rig.alice, rig.people["ivan"]
        await alice.ever_hears(_says("fallen.only"), TEAM)
        await ivan.asks("He says he will kill me tonight.", _says("emergency.memory"))
        await rig.relays[0].mail("emergency@example.org")
        await alice.asks("!ack", "C-")
        await alice.asks("!open In the drought", _ASIDE)
        assert await rig.stop() == 0
        check_mail(rig)
    assert (tmp_path / "data" / "caseward.db").read_bytes().startswith(b"no database")
