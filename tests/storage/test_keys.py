"""The root key file: who may read it, what it may hold, where it may lie."""

import base64
import stat
from pathlib import Path

import pytest

from storage import keys
from storage.errors import (
    BadKey,
    KeyExists,
    KeyInDataFolder,
    KeyRefused,
    LooseKey,
    MissingKey,
    StorageRefused,
)
from storage.keys import derive, digest, load_root_key, new_root_key


def write(path: Path, content: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_a_new_key_is_its_owners_alone(folder: Path) -> None:
    path = folder / "new" / "root.key"
    new_root_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(load_root_key(path)) == 32


def test_two_keys_differ(folder: Path) -> None:
    new_root_key(folder / "one")
    new_root_key(folder / "two")
    assert load_root_key(folder / "one") != load_root_key(folder / "two")


def test_a_key_is_never_overwritten(folder: Path) -> None:
    new_root_key(folder / "root.key")
    before = (folder / "root.key").read_bytes()
    with pytest.raises(KeyExists, match=r"root\.key"):
        new_root_key(folder / "root.key")
    assert (folder / "root.key").read_bytes() == before


def test_a_key_may_be_a_line_of_base64(folder: Path) -> None:
    raw = bytes(range(32))
    assert load_root_key(write(folder / "raw", raw)) == raw
    assert load_root_key(write(folder / "text", base64.b64encode(raw) + b"\n")) == raw


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o644, 0o666])
def test_what_others_can_touch_is_refused(folder: Path, mode: int) -> None:
    path = write(folder / "root.key", bytes(32), mode)
    with pytest.raises(LooseKey, match=r"chmod 600.*root\.key"):
        load_root_key(path)


@pytest.mark.parametrize("content", [b"", b"short", bytes(31), bytes(33), b"\xff" * 44, b"A" * 300])
def test_what_is_no_key_is_refused(folder: Path, content: bytes) -> None:
    with pytest.raises(BadKey, match="32 bytes"):
        load_root_key(write(folder / "root.key", content))


def test_a_missing_key_says_how_to_make_one(folder: Path) -> None:
    with pytest.raises(MissingKey, match="caseward key new"):
        load_root_key(folder / "root.key")
    with pytest.raises(BadKey):
        load_root_key(folder)


def test_a_key_that_may_not_be_read_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: object) -> int:
        raise PermissionError

    path = write(folder / "root.key", bytes(32))
    monkeypatch.setattr(keys.os, "open", closed)  # type: ignore[attr-defined] # it imports os
    with pytest.raises(LooseKey):
        load_root_key(path)


def test_a_key_of_somebody_else_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(folder / "root.key", bytes(32))
    owner = path.stat().st_uid
    monkeypatch.setattr("storage.keys.os.geteuid", lambda: owner + 1)
    if owner == 0:
        assert load_root_key(path) == bytes(32)
    else:
        with pytest.raises(LooseKey):
            load_root_key(path)


def test_a_link_is_followed_to_the_file_that_counts(folder: Path) -> None:
    target = write(folder / "target", bytes(32), 0o644)
    link = folder / "link"
    link.symlink_to(target)
    with pytest.raises(LooseKey):
        load_root_key(link)
    target.chmod(0o600)
    assert load_root_key(link) == bytes(32)


@pytest.mark.parametrize(("mode", "refused"), [(0o777, True), (0o1777, False), (0o755, False)])
def test_a_folder_where_all_can_write_is_refused(folder: Path, mode: int, refused: bool) -> None:
    shared = folder / "shared"
    shared.mkdir()
    target = write(shared / "root.key", bytes(32))
    link = folder / "link"
    link.symlink_to(target)
    shared.chmod(mode)
    for path in (target, link):
        if refused:
            with pytest.raises(LooseKey):
                load_root_key(path)
        else:
            assert load_root_key(path) == bytes(32)


def test_what_systemd_and_docker_provide_keeps_its_modes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(folder / "root.key", bytes(32), 0o444)
    monkeypatch.setattr(keys, "_MANAGED", (folder.resolve(),))
    assert load_root_key(path) == bytes(32)


def test_a_key_inside_the_data_is_refused(folder: Path) -> None:
    data = folder / "data"
    data.mkdir()
    inside = write(data / "root.key", bytes(32))
    link = folder / "link"
    link.symlink_to(inside)
    for path in (inside, link):
        with pytest.raises(KeyInDataFolder):
            load_root_key(path, data_dir=data)
    assert issubclass(KeyInDataFolder, KeyRefused)
    assert issubclass(KeyRefused, StorageRefused)


def test_each_use_has_its_own_key_and_shows_none() -> None:
    secrets = derive(bytes(32))
    names = ("wrapping", "index", "phrase", "inbound", "audit", "identity", "name", "check")
    values = [getattr(secrets, name) for name in names]
    assert len(set(values)) == len(names)
    assert {len(value) for value in values} == {32}
    assert repr(secrets) == "RootSecrets()"
    assert derive(bytes(32)) == secrets
    assert derive(bytes(31) + b"\x01").wrapping != secrets.wrapping


def test_the_borders_between_parts_count() -> None:
    assert digest(bytes(32), "ab", "c") != digest(bytes(32), "a", "bc")
