"""What is signed on Matrix, byte for byte, and the signatures: Ed25519 over canonical JSON.

Source: Matrix specification 1.15, appendices, "Signing JSON" and "Canonical JSON".
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519 = "ed25519:"
_UNSIGNED = ("signatures", "unsigned")
_MOST = 2**53 - 1


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return an object as it is signed: keys in order, no spaces, UTF-8, without signatures.

    ValueError for what has no such form: fractions, numbers that are too large, broken letters,
    an object that is nested too deeply.
    """
    signed = {name: each for name, each in value.items() if name not in _UNSIGNED}
    try:
        _check(signed)
        text = json.dumps(
            signed, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
        )
    except (RecursionError, TypeError) as error:
        raise ValueError("this has no canonical form") from error
    return text.encode()


def sign(seed: bytes, value: Mapping[str, Any]) -> str:
    """Return the signature of an object by the key of a seed (32 bytes), as unpadded base64."""
    return pad_off(Ed25519PrivateKey.from_private_bytes(seed).sign(canonical(value)))


def public_of(seed: bytes) -> str:
    """Return the public key of a seed, as unpadded base64."""
    key = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    return pad_off(key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def is_signed(value: Mapping[str, Any], user_id: str, key_id: str, public: str) -> bool:
    """Whether an object carries a user's good signature under `key_id`, by the key `public`.

    Never raises, whatever the object is: what cannot be checked is not signed.
    """
    try:
        signature = value["signatures"][user_id][key_id]
        key = Ed25519PublicKey.from_public_bytes(unpadded(public))
        key.verify(unpadded(signature), canonical(value))
    except (InvalidSignature, ValueError, KeyError, TypeError, AttributeError):
        return False
    return True


def pad_off(raw: bytes) -> str:
    """Return bytes as unpadded base64."""
    return base64.b64encode(raw).decode().rstrip("=")


def unpadded(text: str) -> bytes:
    """Return the bytes of base64, padded or not. ValueError for what is none."""
    try:
        bare = text.rstrip("=")
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, AttributeError, TypeError) as error:
        raise ValueError("this is no base64") from error


def _check(value: Any) -> None:
    """Raise ValueError for what canonical JSON does not know."""
    match value:
        case None | bool() | str():
            return
        case int():
            if abs(value) > _MOST:
                raise ValueError("a number is too large")
        case dict():
            for name, each in value.items():
                if not isinstance(name, str):
                    raise TypeError("a name is no text")
                _check(each)
        case list() | tuple():
            for each in value:
                _check(each)
        case _:
            raise ValueError("only whole numbers, text, lists and objects are signed")
