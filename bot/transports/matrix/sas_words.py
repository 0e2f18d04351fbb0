"""What is said while two people compare keys: names, contents to send, checks of what comes.

Source: Matrix specification 1.15, client-server API, "Key verification framework" and "Short
Authentication String (SAS) verification".
"""

import hmac
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.transports.matrix.canonical import canonical, unpadded

_ALL = "m.key.verification."
REQUEST, READY, START = f"{_ALL}request", f"{_ALL}ready", f"{_ALL}start"
ACCEPT, KEY, MAC = f"{_ALL}accept", f"{_ALL}key", f"{_ALL}mac"
DONE, CANCEL = f"{_ALL}done", f"{_ALL}cancel"
#: In a room, a request is a message of this type whose `msgtype` is `REQUEST`.
MESSAGE = "m.room.message"
TYPES = frozenset({REQUEST, READY, START, ACCEPT, KEY, MAC, DONE, CANCEL})

METHOD = "m.sas.v1"
AGREEMENT = "curve25519-hkdf-sha256"
HASH = "sha256"
MAC_NOW, MAC_OLD = "hkdf-hmac-sha256.v2", "hkdf-hmac-sha256"
EMOJI, DECIMAL = "emoji", "decimal"
_AGREEMENTS = "key_agreement_protocols"
_MACS = "message_authentication_codes"
_STRINGS = "short_authentication_string"
_DIGEST = 32


class Code(StrEnum):
    """Why a comparison ended before its time, as the other side is told."""

    USER = "m.user"
    TIMEOUT = "m.timeout"
    UNKNOWN_TRANSACTION = "m.unknown_transaction"
    UNKNOWN_METHOD = "m.unknown_method"
    UNEXPECTED_MESSAGE = "m.unexpected_message"
    KEY_MISMATCH = "m.key_mismatch"
    USER_MISMATCH = "m.user_mismatch"
    INVALID_MESSAGE = "m.invalid_message"
    #: Another device of the one who was asked has answered.
    ACCEPTED = "m.accepted"
    MISMATCHED_COMMITMENT = "m.mismatched_commitment"
    MISMATCHED_SAS = "m.mismatched_sas"
    #: Only heard, never sent: a code that is none of these.
    OTHER = "other"


class Wrong(Exception):
    """A message that ends the comparison, and why."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One side: a device with its Ed25519 key, and the owner's master key where there is one.

    Keys are unpadded base64, as `/keys/query` gives them.
    """

    user_id: str
    device_id: str
    ed25519: str
    master: str | None = None

    def keys(self) -> dict[str, str]:
        """Return the keys by their ids. `Wrong` where a device has the name of a key."""
        found = {f"ed25519:{self.device_id}": self.ed25519}
        if self.master is not None:
            if self.device_id == self.master:
                raise Wrong(Code.KEY_MISMATCH)
            found[f"ed25519:{self.master}"] = self.master
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Which comparison a message belongs to: the request's event id in a room, else any name."""

    id: str
    in_room: bool

    @staticmethod
    def of(content: Any, *, in_room: bool) -> "Flow | None":
        """Return what a content of any shape says it belongs to; None where it does not say.

        A request in a room does not: its own event id is the name.
        """
        try:
            if in_room:
                relation = content["m.relates_to"]
                name = relation["event_id"] if relation["rel_type"] == "m.reference" else None
            else:
                name = content["transaction_id"]
        except (TypeError, KeyError, IndexError):
            return None
        return Flow(id=name, in_room=in_room) if isinstance(name, str) and name else None

    def mark(self) -> dict[str, Any]:
        """Return what each content of ours carries to say where it belongs."""
        if self.in_room:
            return {"m.relates_to": {"rel_type": "m.reference", "event_id": self.id}}
        return {"transaction_id": self.id}


def device_of(content: Any) -> str | None:
    """Return the device that a request, `ready` or `start` of any shape says it comes from."""
    name = content.get("from_device") if isinstance(content, dict) else None
    return name if isinstance(name, str) and name else None


def request_to_device(me: Party, transaction: str, sent: int) -> dict[str, Any]:
    """Return a request of ours to devices; `sent` is now, in milliseconds since 1970."""
    own = {"from_device": me.device_id, "methods": [METHOD], "timestamp": sent}
    return {**own, "transaction_id": transaction}


def request_in_room(me: Party, to: str, body: str) -> dict[str, Any]:
    """Return a request of ours in a room; `body` is for clients that cannot compare keys."""
    own = {"from_device": me.device_id, "methods": [METHOD], "to": to}
    return {**own, "msgtype": REQUEST, "body": body}


def sayable(flow: Flow, me: Party, them: Party) -> bool:
    """Whether all names are text that can be written down."""
    names = [flow.id, *(each for who in (me, them) for each in (who.user_id, who.device_id))]
    try:
        checked({"names": names})
    except Wrong:
        return False
    return True


def cancel_content(flow: Flow, code: Code) -> dict[str, Any]:
    """Return how a comparison is called off, also one that is not known here (any more)."""
    return {**flow.mark(), "code": str(code), "reason": str(code)}


def ready_content(flow: Flow, me: Party) -> dict[str, Any]:
    """Return that we take part."""
    return {**flow.mark(), "from_device": me.device_id, "methods": [METHOD]}


def start_content(flow: Flow, me: Party) -> dict[str, Any]:
    """Return how we would like to compare."""
    return {
        **flow.mark(),
        "from_device": me.device_id,
        "method": METHOD,
        _AGREEMENTS: [AGREEMENT],
        "hashes": [HASH],
        _MACS: [MAC_NOW, MAC_OLD],
        _STRINGS: [DECIMAL, EMOJI],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What both sides agreed on: how keys are sealed, and as what the code is shown."""

    mac: str
    strings: tuple[str, ...]


def accept_content(flow: Flow, terms: Terms, commitment: str) -> dict[str, Any]:
    """Return that we take their `start`, and what we hold to."""
    return {
        **flow.mark(),
        "method": METHOD,
        "key_agreement_protocol": AGREEMENT,
        "hash": HASH,
        "message_authentication_code": terms.mac,
        _STRINGS: list(terms.strings),
        "commitment": commitment,
    }


# ---- checks of what comes ------------------------------------------------------------------------


def checked(content: Any) -> bytes:
    """Return the canonical form of a content. `Wrong` where it has none."""
    if not isinstance(content, dict):
        raise Wrong(Code.INVALID_MESSAGE)
    try:
        return canonical(content)
    except ValueError as error:
        raise Wrong(Code.INVALID_MESSAGE) from error


def text(content: dict[str, Any], name: str) -> str:
    """Return a field that must be text. `Wrong` where it is not."""
    value = content.get(name)
    if not isinstance(value, str) or not value:
        raise Wrong(Code.INVALID_MESSAGE)
    return value


def texts(content: dict[str, Any], name: str) -> list[str]:
    """Return a field that must be a list of texts. `Wrong` where it is not."""
    value = content.get(name)
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Wrong(Code.INVALID_MESSAGE)
    return value


def offers_sas(content: dict[str, Any]) -> None:
    """Raise `Wrong` unless a request or `ready` knows the way we compare."""
    if METHOD not in texts(content, "methods"):
        raise Wrong(Code.UNKNOWN_METHOD)


def terms_of_start(content: dict[str, Any]) -> Terms:
    """Return what we choose of what a `start` offers. `Wrong` where nothing is common."""
    if text(content, "method") != METHOD:
        raise Wrong(Code.UNKNOWN_METHOD)
    macs = texts(content, _MACS)
    mac = next((each for each in (MAC_NOW, MAC_OLD) if each in macs), None)
    offered = texts(content, _STRINGS)
    strings = tuple(each for each in (DECIMAL, EMOJI) if each in offered)
    known = AGREEMENT in texts(content, _AGREEMENTS) and HASH in texts(content, "hashes")
    if not known or mac is None or not strings:
        raise Wrong(Code.UNKNOWN_METHOD)
    return Terms(mac=mac, strings=strings)


def terms_of_accept(content: dict[str, Any]) -> Terms:
    """Return what they chose of what we offered. `Wrong` where we offered something else."""
    mac, strings = text(content, "message_authentication_code"), texts(content, _STRINGS)
    chosen = (
        text(content, "method"),
        text(content, "key_agreement_protocol"),
        text(content, "hash"),
    )
    known = chosen == (METHOD, AGREEMENT, HASH) and mac in {MAC_NOW, MAC_OLD}
    if not known or not strings or not set(strings) <= {DECIMAL, EMOJI}:
        raise Wrong(Code.UNKNOWN_METHOD)
    return Terms(mac=mac, strings=tuple(strings))


def commitment_of(content: dict[str, Any]) -> str:
    """Return what an `accept` holds itself to. `Wrong` where that is no digest."""
    value = text(content, "commitment")
    try:
        if len(unpadded(value)) == _DIGEST:
            return value
    except ValueError:
        pass
    raise Wrong(Code.INVALID_MESSAGE)


def same(mine: str, theirs: Any) -> bool:
    """Whether two base64 texts say the same bytes; in a time that does not depend on them."""
    try:
        return hmac.compare_digest(unpadded(mine), unpadded(theirs))
    except ValueError:
        return False


def code_of(content: Any) -> Code:
    """Return why they call it off, whatever shape it has."""
    value = content.get("code") if isinstance(content, dict) else None
    return Code(value) if isinstance(value, str) and value in set(Code) else Code.OTHER
