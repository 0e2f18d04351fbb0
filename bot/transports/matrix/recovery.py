"""A recovery key as people write it down, and what is sealed by it: AES-256-CTR, HMAC-SHA-256.

Source: Matrix specification 1.15, client-server API, "m.secret_storage.v1.aes-hmac-sha2", and
appendices, "Cryptographic key representation".
"""

import hmac
import secrets
from collections.abc import Mapping
from enum import StrEnum
from functools import reduce
from operator import xor
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.transports.matrix.canonical import pad_off, unpadded

ALGORITHM = "m.secret_storage.v1.aes-hmac-sha2"
LENGTH = 32
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PREFIX = b"\x8b\x01"
_WHOLE = len(_PREFIX) + LENGTH + 1
#: With this prefix, so many bytes always make as many letters.
_LETTERS = 48
_IV = 16
_ZEROS = bytes(32)
#: Not the name of any secret.
_NAMING = "org.caseward.key_id"


class Fault(StrEnum):
    """What is wrong with a recovery key that somebody typed."""

    BASE58 = "base58"
    LENGTH = "length"
    PREFIX = "prefix"
    PARITY = "parity"


class BadKey(ValueError):
    """This text is no recovery key, as `fault` says. The text itself is not in it."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"this is no recovery key: {fault}")
        self.fault = fault


class WrongKey(Exception):
    """This was sealed by another key."""


class Misshapen(Exception):
    """What the server holds is damaged, or of a kind that nobody here knows."""


def new_key() -> bytes:
    """Return a key that nobody has seen, 32 bytes."""
    return secrets.token_bytes(LENGTH)


def encode(key: bytes) -> str:
    """Return a key of 32 bytes as people write it down: "EsTb …", in groups of four."""
    if len(key) != LENGTH:
        raise BadKey(Fault.LENGTH)
    raw = _PREFIX + key
    number = int.from_bytes(raw + bytes([reduce(xor, raw)]))
    letters = ""
    while number:
        number, rest = divmod(number, len(_ALPHABET))
        letters = _ALPHABET[rest] + letters
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def decode(text: str) -> bytes:
    """Return the key of 32 bytes that somebody wrote down, with spaces anywhere. `BadKey`."""
    letters = "".join(text.split())
    if not letters or not set(letters) <= set(_ALPHABET):
        raise BadKey(Fault.BASE58)
    if len(letters) != _LETTERS:
        raise BadKey(Fault.LENGTH)
    number = reduce(lambda sum_, each: sum_ * 58 + _ALPHABET.index(each), letters, 0)
    # Other texts of as many letters can make a byte more.
    whole = number.to_bytes(_WHOLE + 1)[1:]
    if number.bit_length() > 8 * _WHOLE or not whole.startswith(_PREFIX):
        raise BadKey(Fault.PREFIX)
    if reduce(xor, whole):
        raise BadKey(Fault.PARITY)
    return whole[len(_PREFIX) : -1]


def seal(key: bytes, name: str, plain: bytes, iv: bytes | None = None) -> dict[str, str]:
    """Return bytes as the secret `name` that only the key opens. A fixed `iv` is for checks."""
    if iv is None:
        drawn = bytearray(secrets.token_bytes(_IV))
        # Some clients count in 64 bits only, which then never run over.
        drawn[8] &= 0x7F
        iv = bytes(drawn)
    aes, mac = _keys(key, name)
    hidden = _crypt(aes, iv, plain)
    return {
        "iv": pad_off(iv),
        "ciphertext": pad_off(hidden),
        "mac": pad_off(hmac.digest(mac, hidden, "sha256")),
    }


def unseal(key: bytes, name: str, sealed: Any) -> bytes:
    """Return what `seal` was given. `Misshapen` for any other shape, `WrongKey` by the MAC.

    A MAC that does not fit says no more than that: the data may be damaged just as well.
    """
    iv, hidden, theirs = (_bytes(sealed, each) for each in ("iv", "ciphertext", "mac"))
    if len(iv) != _IV:
        raise Misshapen
    aes, mac = _keys(key, name)
    if not hmac.compare_digest(hmac.digest(mac, hidden, "sha256"), theirs):
        raise WrongKey
    return _crypt(aes, iv, hidden)


def described(key: bytes) -> dict[str, str]:
    """Return what the server may know of a key: enough to tell it from others."""
    check = seal(key, "", _ZEROS)
    return {"algorithm": ALGORITHM, "iv": check["iv"], "mac": check["mac"]}


def fits(key: bytes, description: Mapping[str, Any]) -> bool | None:
    """Whether a description is of this key; None where it does not say. `Misshapen`."""
    if description.get("algorithm") != ALGORITHM:
        raise Misshapen
    if description.get("iv") is None and description.get("mac") is None:
        return None
    iv, theirs = _bytes(description, "iv"), _bytes(description, "mac")
    if len(iv) != _IV:
        raise Misshapen
    return hmac.compare_digest(unpadded(seal(key, "", _ZEROS, iv)["mac"]), theirs)


def named(key: bytes, content: bytes) -> str:
    """Return a name for a key, always the same with the same content, that tells nothing of it."""
    return hmac.digest(_keys(key, _NAMING)[1], content, "sha256").hex()[:LENGTH]


def _keys(key: bytes, name: str) -> tuple[bytes, bytes]:
    """Return the keys for one secret: to hide it, and to prove it."""
    made = HKDF(algorithm=SHA256(), length=2 * LENGTH, salt=_ZEROS, info=name.encode()).derive(key)
    return made[:LENGTH], made[LENGTH:]


def _crypt(aes: bytes, iv: bytes, text: bytes) -> bytes:
    """Hide bytes or show them, which is the same."""
    worker = Cipher(AES256(aes), CTR(iv)).encryptor()
    return worker.update(text) + worker.finalize()


def _bytes(value: Any, name: str) -> bytes:
    try:
        return unpadded(value[name])
    except (ValueError, KeyError, TypeError) as error:
        raise Misshapen from error
