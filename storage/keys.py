"""The root key: how it is made and read, and the working keys that HKDF derives from it.

The root key is 32 raw bytes in a file of its owner's alone. A file that holds the same as one
line of base64 is read too, since secrets are sometimes handed over as text.
"""

import base64
import binascii
import contextlib
import hmac
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.errors import BadKey, KeyExists, KeyInDataFolder, LooseKey, MissingKey

KEY_BYTES = 32
_LONGEST_FILE = 256
#: Where systemd and Docker put secrets: they see to the modes, and show them in their own way.
_MANAGED = (Path("/run/credentials"), Path("/run/secrets"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RootSecrets:
    """Keys derived from the root key, one for each use. Never shown by `repr`."""

    wrapping: bytes = field(repr=False)
    index: bytes = field(repr=False)
    phrase: bytes = field(repr=False)
    inbound: bytes = field(repr=False)
    audit: bytes = field(repr=False)
    identity: bytes = field(repr=False)
    name: bytes = field(repr=False)
    check: bytes = field(repr=False)


def digest(key: bytes, *parts: str) -> bytes:
    """Return the HMAC-SHA256 of these texts; the borders between them count."""
    message = b"".join(len(raw).to_bytes(4) + raw for raw in (part.encode() for part in parts))
    return hmac.digest(key, message, "sha256")


def derive(root: bytes) -> RootSecrets:
    """Derive all working keys from a root key of 32 bytes."""
    return RootSecrets(
        wrapping=_hkdf(root, "key wrapping"),
        index=_hkdf(root, "blind index"),
        phrase=_hkdf(root, "phrase digest"),
        inbound=_hkdf(root, "inbound-key digest"),
        audit=_hkdf(root, "audit chain"),
        identity=_hkdf(root, "identity digest"),
        name=_hkdf(root, "timer and outbox key digest"),
        check=_hkdf(root, "meta check value"),
    )


def _hkdf(root: bytes, label: str) -> bytes:
    info = b"caseward/1/" + label.encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(root)


def new_root_key(path: Path) -> None:
    """Write a fresh root key to `path` (mode 0600), making its folder (0700) where needed.

    Raises `KeyExists` when there is anything at `path` already, OSError where the file cannot
    be written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise KeyExists(path) from error
    try:
        os.write(handle, os.urandom(KEY_BYTES))
        os.fsync(handle)
    finally:
        os.close(handle)


def load_root_key(path: Path, *, data_dir: Path | None = None) -> bytes:
    """Read the root key, refusing what others could have read or replaced.

    Raises `MissingKey`, `LooseKey`, `BadKey`, or `KeyInDataFolder` when it lies in `data_dir`.
    """
    target = path.resolve()
    if data_dir is not None and target.is_relative_to(data_dir.resolve()):
        raise KeyInDataFolder(path)
    try:
        handle = os.open(target, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except PermissionError as error:
        raise LooseKey(path) from error
    except OSError as error:
        raise MissingKey(path) from error
    try:
        _check_owner_only(path, target, os.fstat(handle))
        content = os.read(handle, _LONGEST_FILE)
    finally:
        os.close(handle)
    return _read_key(path, content)


def _check_owner_only(path: Path, target: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise BadKey(path)
    if any(target.is_relative_to(folder) for folder in _MANAGED):
        return
    if status.st_mode & 0o077 or status.st_uid not in (0, os.geteuid()):
        raise LooseKey(path)
    # Whoever can write the folder can put another file in its place, behind a link or not.
    for folder in {path.absolute().parent, target.parent}:
        mode = folder.stat().st_mode
        if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
            raise LooseKey(path)


def _read_key(path: Path, content: bytes) -> bytes:
    if len(content) == KEY_BYTES:
        return content
    with contextlib.suppress(binascii.Error, ValueError):
        decoded = base64.b64decode(content.strip(), validate=True)
        if len(decoded) == KEY_BYTES:
            return decoded
    raise BadKey(path)
