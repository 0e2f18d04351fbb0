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
from tests.crash.play import FusedRig, fused_rig, look
from tests.servers.embedded import EmbeddedServer
from tests.servers.smtp_certs import MailCertificates

pytestmark = [pytest.mark.crash, pytest.mark.net]

_SIZE = "2m"
_FAILED = re.escape(message("storage.failed"))
_NOT_STORED = re.escape(message("intake.not-stored"))


class Disk(Protocol):
    """Where the data lies."""

    def fill(self, rig: FusedRig) -> None:
        """From now on nothing more can be written."""

    def clear(self, rig: FusedRig) -> None:
        """There is space again."""


class SmallDisk:
    """A real file system, and a small one: a tmpfs, which needs root."""

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


class ShortFiles:
    """Files of the program that may not grow any more: what can be done without root."""

    def fill(self, rig: FusedRig) -> None:
        self._limit(rig, 4096)

    def clear(self, rig: FusedRig) -> None:
        self._limit(rig, resource.RLIM_INFINITY)

    @staticmethod
    def _limit(rig: FusedRig, most: int) -> None:
        assert rig.program.process is not None
        limits = (most, resource.RLIM_INFINITY)
        resource.prlimit(rig.program.process.pid, resource.RLIMIT_FSIZE, limits)


@pytest.fixture(params=["small disk", "short files"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    if request.param == "short files":
        yield ShortFiles()
        return
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
        await alice.asks("!open During the drought", _FAILED)
        await ivan.asks("Somebody calls me a quagmire.", _NOT_STORED)
        await ivan.hears("emergency@example.org")
        await ivan.asks("He says he will kill me tonight.", _NOT_STORED)
        await ivan.hears("emergency@example.org")
        disk.clear(rig)
        await alice.asks("!open After the rain", "Opened")
        await ivan.asks("He says he will kill me tonight.", "emergency team")
        await rig.relays[0].mail("emergency@example.org")
        assert await rig.stop() == 0
        left = await look(rig)
    assert "harvest" in left.words
    assert "drought" not in left.words
    assert "quagmire" not in left.words
    assert "rain" in left.words
    assert len(left.cases) == 3
