"""What docs/operating.md tells people to do by hand works."""

import shutil
from pathlib import Path

import pytest

from storage.errors import CopiedDatabase
from storage.store import open_store
from tests.world import FakeClock, World, new_world

SUMMARY = "Insults on a talk page"


async def reopened(data: Path, key: Path, *, adopt: bool = False) -> None:
    """Open a data folder and close it again."""
    store = await open_store(data, key, now=FakeClock().now, adopt=adopt)
    await store.close()


async def stopped_with_a_case(world: World) -> str:
    """Open a case, stop the bot; returns the code."""
    code = world.code(await world.says("alice", "#team", f"!open {SUMMARY}"))
    await world.stop()
    return code


async def test_a_copy_goes_back_into_the_same_folder(tmp_path: Path) -> None:
    async with new_world() as world:
        code = await stopped_with_a_case(world)
        data = world.folder / "data"
        shutil.copytree(data, tmp_path / "copy")
        await world.start()
        await world.says("alice", "#team", f"!close {code} withdrawn Asked us to stop")
        await world.stop()
        for name in ("caseward.db", "instance"):
            shutil.copy(tmp_path / "copy" / name, data / name)
        for name in ("caseward.db-wal", "caseward.db-shm"):
            (data / name).unlink(missing_ok=True)
        await world.start()
        assert any(SUMMARY in line for line in await world.says("alice", "#team", f"!show {code}"))
        assert code in " ".join(await world.says("alice", "#team", "!cases"))


async def test_a_copy_elsewhere_is_refused_until_it_is_adopted_once(tmp_path: Path) -> None:
    async with new_world() as world:
        await stopped_with_a_case(world)
        key, there = world.folder / "root.key", tmp_path / "there"
        there.mkdir()
        for name in ("caseward.db", "instance"):
            shutil.copy(world.folder / "data" / name, there / name)
        with pytest.raises(CopiedDatabase):
            await reopened(there, key)
        await reopened(there, key, adopt=True)
        await reopened(there, key)
