"""The sealing boundary: what is inside is readable, what comes out is AES-256-GCM.

A sealed value is a header (format version, id of the data key), a random nonce, and the
ciphertext of the padded plaintext. It is bound to where it stands: table, row, column and case
are associated data, as is the header, so a value that was changed or moved does not open.
"""

import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.errors import SealBroken

FORMAT = 1
STEP = 256
_LENGTH = 4
_ID = 8
_HEADER = 1 + _ID
_NONCE = 12
_KEY = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """The one place where a sealed value may stand. `case` is empty outside cases."""

    table: str
    row: str
    column: str
    case: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKey:
    """A key in use, with its id in the key table."""

    id: int
    cipher: AESGCM = field(repr=False)


def wrapping_key(raw: bytes) -> DataKey:
    """Return the key derived from the root key, which wraps the others; its id is 0."""
    return DataKey(id=0, cipher=AESGCM(raw))


def make_key() -> bytes:
    """Return 32 fresh random bytes."""
    return os.urandom(_KEY)


def wrap(parent: DataKey, raw: bytes, *, purpose: str, scope: str) -> bytes:
    """Encrypt a data key under its parent, bound to what it is for."""
    nonce = os.urandom(_NONCE)
    return nonce + parent.cipher.encrypt(nonce, raw, _bound("keys", purpose, scope))


def unwrap(parent: DataKey, wrapped: bytes, *, key_id: int, purpose: str, scope: str) -> DataKey:
    """Decrypt a data key. Raises `SealBroken` when it was changed or is for something else."""
    bound = _bound("keys", purpose, scope)
    try:
        raw = parent.cipher.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], bound)
    except (InvalidTag, ValueError) as error:
        raise SealBroken("keys") from error
    return DataKey(id=key_id, cipher=AESGCM(raw))


def seal(key: DataKey, slot: Slot, content: bytes) -> bytes:
    """Seal content for one slot; its length shows only in steps of 256 bytes."""
    header = FORMAT.to_bytes(1) + key.id.to_bytes(_ID)
    nonce = os.urandom(_NONCE)
    return header + nonce + key.cipher.encrypt(nonce, _pad(content), _bind(header, slot))


def key_id_of(sealed: bytes) -> int:
    """Return the id of the key a value was sealed with. Raises `SealBroken` when misshapen."""
    if len(sealed) < _HEADER + _NONCE or sealed[0] != FORMAT:
        raise SealBroken
    return int.from_bytes(sealed[1:_HEADER])


def unseal(key: DataKey, slot: Slot, sealed: bytes) -> bytes:
    """Open a sealed value. Raises `SealBroken` when it was changed, moved or is another key's."""
    header, nonce = sealed[:_HEADER], sealed[_HEADER : _HEADER + _NONCE]
    try:
        padded = key.cipher.decrypt(nonce, sealed[_HEADER + _NONCE :], _bind(header, slot))
    except (InvalidTag, ValueError) as error:
        raise SealBroken(slot.table) from error
    return padded[_LENGTH : _LENGTH + int.from_bytes(padded[:_LENGTH])]


def _pad(content: bytes) -> bytes:
    framed = len(content).to_bytes(_LENGTH) + content
    return framed + bytes(-len(framed) % STEP)


def _bind(header: bytes, slot: Slot) -> bytes:
    return header + _bound(slot.table, slot.row, slot.column, slot.case)


def _bound(*parts: str) -> bytes:
    # Tables, columns, codes, numbers and hex digits: none of them can hold the separator.
    return "\x1f".join(parts).encode()
