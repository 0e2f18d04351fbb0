"""The bot's identity in an operator's hands: shown, kept, lost, brought back, replaced."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.e2e.matrix_rig import BOT, MatrixRig
from tests.e2e.program import Ended
from tests.e2e.sdk import sdk_people

pytestmark = [pytest.mark.real, pytest.mark.slow]

KEY = re.compile(r"(?m)^key: (.+)$")
RECOVERY = re.compile(r"(?m)^  ((?:\w{4} ){11}\w{4})$")
SEEDS = ("cross-signing", "cross-signing-pending", "cross-signing-approval")


async def ask(rig: MatrixRig, *words: str) -> Ended:
    return await rig.program.run_once(*words, "--config", str(rig.program.config))


async def identity(rig: MatrixRig, *options: str) -> Ended:
    return await ask(rig, "matrix", "identity", *options)


def key_in(said: Ended) -> str:
    found = KEY.search(said.out)
    assert found is not None, said
    return found[1]


async def recovery_key(rig: MatrixRig, folder: Path) -> Path:
    """Make a recovery key; returns the file in which the operator has it."""
    made = await identity(rig, "--new-recovery-key")
    assert made.code == 0, made
    found = RECOVERY.search(made.out)
    assert found is not None, made
    file = folder / "recovery.txt"
    file.write_text(found[1])
    return file


async def test_it_is_shown_beside_the_running_bot(matrix_rig: MatrixRig) -> None:
    await matrix_rig.open()
    shown = await identity(matrix_rig)
    assert shown.code == 0, shown
    assert "The server shows this key" in shown.out
    assert "no recovery key was made" in shown.out
    for option in ("--new-recovery-key", "--reset"):
        refused = await identity(matrix_rig, option, "--yes")
        assert refused.code == 2
        assert "stop it first" in refused.err
    found = await ask(matrix_rig, "doctor")
    assert found.code == 0, found
    assert f"its key: {key_in(shown)}" in found.out
    assert "and a bot is using it" in found.out
    assert "of the team have a verified device" in found.out
    assert "carol: no device of theirs is verified" in found.out
    assert not any(word in found.out for word in ("Traceback", "fault"))


async def test_lost_seeds_come_back_with_the_recovery_key(
    matrix_rig: MatrixRig, tmp_path: Path
) -> None:
    await matrix_rig.open()
    await matrix_rig.program.stop()
    file = await recovery_key(matrix_rig, tmp_path)
    before = key_in(await identity(matrix_rig))
    await matrix_rig.forget(*SEEDS)
    found = await ask(matrix_rig, "doctor")
    assert found.code == 1
    assert "fault mx: the server shows another identity than ours" in found.out
    for wrong, sentence in (
        ("EsTb " * 12, "no recovery key"),
        (file.read_text()[:-1] + "#", "no recovery key"),
        ("EsU1 591R iFs4 8xe9 kR6x 2bhb 71TF tY6b 5x4i EFus VvxK JTQj", "opens nothing here"),
    ):
        (tmp_path / "wrong.txt").write_text(wrong)
        refused = await identity(matrix_rig, "--restore", str(tmp_path / "wrong.txt"))
        assert refused.code == 1
        assert sentence in refused.out or "no recovery key" in refused.out
        assert "Nothing was changed" in refused.out
    back = await identity(matrix_rig, "--restore", str(file))
    assert back.code == 0, back
    assert key_in(back) == before
    await matrix_rig.start()
    assert (await ask(matrix_rig, "doctor")).code == 0


async def test_a_lost_store_is_a_new_device_of_the_same_bot(
    matrix_rig: MatrixRig, tmp_path: Path
) -> None:
    await matrix_rig.open()
    await matrix_rig.program.stop()
    file = await recovery_key(matrix_rig, tmp_path)
    before = await identity(matrix_rig)
    shutil.rmtree(matrix_rig.folder / "data")
    assert "there is no database yet" in (await ask(matrix_rig, "doctor")).out
    await matrix_rig.program.start(within=30)
    found = await ask(matrix_rig, "doctor")
    assert found.code == 1
    assert "--restore" in found.out
    await matrix_rig.program.stop()
    back = await identity(matrix_rig, "--restore", str(file))
    assert back.code == 0, back
    assert key_in(back) == key_in(before)
    assert back.out.splitlines()[0] != before.out.splitlines()[1]


async def test_lost_device_keys_mend_themselves(matrix_rig: MatrixRig) -> None:
    await matrix_rig.open()
    await matrix_rig.program.stop()
    before = key_in(await identity(matrix_rig))
    await matrix_rig.forget("olm-account")
    found = await ask(matrix_rig, "doctor")
    assert found.code == 1
    assert "logs in as a new device" in found.out
    await matrix_rig.start()
    shown = await identity(matrix_rig)
    assert (shown.code, key_in(shown)) == (0, before)


async def test_a_reset_is_a_new_identity_and_nothing_else_is(matrix_rig: MatrixRig) -> None:
    await matrix_rig.open()
    await matrix_rig.program.stop()
    before = key_in(await identity(matrix_rig))
    made = await identity(matrix_rig, "--reset", "--yes")
    assert made.code == 0, made
    assert key_in(made) != before
    await matrix_rig.start()
    shown = await identity(matrix_rig)
    assert (shown.code, key_in(shown)) == (0, key_in(made))


async def test_a_copy_is_told_of(matrix_rig: MatrixRig) -> None:
    await matrix_rig.open()
    await matrix_rig.program.stop()
    data = matrix_rig.folder / "data"
    data.rename(matrix_rig.folder / "original")
    shutil.copytree(matrix_rig.folder / "original", data)
    found = await ask(matrix_rig, "doctor")
    assert found.code == 1
    assert "is a copy" in found.out
    assert "--adopt" in found.out


async def test_element_takes_the_recovery_key(matrix_rig: MatrixRig, tmp_path: Path) -> None:
    """An operator who signs in as the bot can see, with Element, that its identity is whole."""
    await matrix_rig.open()
    await matrix_rig.program.stop()
    file = await recovery_key(matrix_rig, tmp_path)
    ours = key_in(await identity(matrix_rig)).replace(" ", "")
    async with sdk_people(matrix_rig.town, tmp_path) as people:
        element = await people.log_in(BOT)
        after = await element.restore(file.read_text())
        assert after["ready"]
        assert after["master"] == ours
