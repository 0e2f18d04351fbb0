"""Whose device is whose: by the owner's own signature, under a key that is remembered.

A server can list any device for anybody, and show any key. What it cannot do is sign a device with
a key it does not have. So the master key of each account on the roster is pinned, by the
configuration or when it is first seen; whatever does not hang on that key is not theirs.

Whoever reports is known by any device that has written to the bot: so that one may read, too, what
is said to them, signed or not. One that was only ever listed may not, where they sign theirs.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import structlog

from bot.core.words.keys import KeyKind, KeyNews
from bot.core.words.people import Account
from bot.core.words.ports import Safe
from bot.transports.matrix.canonical import ED25519, is_signed, unpadded
from bot.transports.matrix.seeds import MASTER, SELF_SIGNING

_log = structlog.get_logger(__name__)
KIND, _SPOKE = "owner", "spoke"
#: Devices without a signature that are remembered of one reporter, the oldest forgotten first.
_MOST_SPOKE = 10
_LENGTH = 32
#: A device by its name and both its keys: whoever has the same name and other keys is another.
Device = tuple[str, str, str]


class Proof(StrEnum):
    """How far a device is proven to be its owner's."""

    #: The owner's server does not list it.
    UNKNOWN = "unknown"
    #: The owner has signed devices, or must have, and not this one.
    UNSIGNED = "unsigned"
    #: The owner's master key is not the one that counts.
    CHANGED = "changed"
    #: Listed by the server, and the owner signs none; never that of an account on the roster.
    LISTED = "listed"
    #: Signed by the owner.
    SIGNED = "signed"


@dataclass(slots=True)
class _Pin:
    """The master key that counts for somebody, and whether operators were told of it."""

    key: str
    told: bool = False


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a server last showed of somebody: their master key, and the devices under it."""

    master: str | None = None
    signed: frozenset[Device] = frozenset()


class Owners:
    """The keys that count. Made by `open`."""

    def __init__(
        self,
        safe: Safe,
        *,
        network: str,
        on_roster: Callable[[str], bool],
        fixed: Callable[[str], str | None],
        tell: Callable[[KeyNews], None],
    ) -> None:
        self._safe = safe
        self._network = network
        self._on_roster = on_roster
        self._fixed = fixed
        self._tell = tell
        self._pins: dict[str, _Pin] = {}
        self._shown: dict[str, _Shown] = {}
        self._dirty: set[str] = set()
        self._spoke: dict[str, list[Device]] = {}
        self._new_spoke: set[str] = set()
        self._said: dict[str, str] = {}

    @staticmethod
    async def open(
        safe: Safe,
        *,
        network: str,
        on_roster: Callable[[str], bool],
        fixed: Callable[[str], str | None],
        tell: Callable[[KeyNews], None],
    ) -> "Owners":
        """Return the keys that the safe holds. Raises `StoreFailed`.

        `on_roster` tells whose devices must be signed, `fixed` the key that the configuration
        names. What operators have not heard yet is told anew.
        """
        made = Owners(safe, network=network, on_roster=on_roster, fixed=fixed, tell=tell)
        for user, value in (await safe.load(KIND)).items():
            pin = _pin(value)
            if pin is not None:
                made._pins[user] = pin
        for user, value in (await safe.load(_SPOKE)).items():
            made._spoke[user] = _devices(value)
        for user, pin in made._pins.items():
            if not pin.told:
                made._tell_first(user, pin)
        return made

    # ---- what a server says --------------------------------------------------------------------

    def take(
        self, user: str, master: Any, self_signing: Any, devices: Mapping[str, Mapping[str, Any]]
    ) -> None:
        """Take in what a server lists for a user: two keys of any shape, devices that are sound."""
        key = _key(user, MASTER, master)
        lesser = _key(user, SELF_SIGNING, self_signing)
        if key is None or lesser is None or not is_signed(self_signing, user, _id(key), key):
            lesser = None
        signed = frozenset(
            _device(name, raw)
            for name, raw in devices.items()
            if lesser is not None and is_signed(raw, user, _id(lesser), lesser)
        )
        self._shown[user] = _Shown(key, signed)
        if key is not None and self._on_roster(user):
            self._compare(user, key)

    def _compare(self, user: str, key: str) -> None:
        counts = self.pinned(user)
        if counts is None:
            self._pins[user] = pin = _Pin(key)
            self._dirty.add(user)
            self._tell_first(user, pin)
        elif counts == key:
            self._settle(user)
        elif self._said.get(user) != key:
            self._said[user] = key
            _log.warning("matrix.owner-changed")
            self._tell(
                KeyNews(
                    kind=KeyKind.CHANGED,
                    account=self._account(user),
                    key=key,
                    before=counts,
                    by_file=self._fixed(user) is not None,
                )
            )

    def _settle(self, user: str) -> None:
        """The key that counts is the one that is shown: what was told of another is over."""
        said = self._said.pop(user, None)
        if said is not None:
            self._tell(KeyNews(kind=KeyKind.SETTLED, account=self._account(user), key=said))

    def _tell_first(self, user: str, pin: _Pin) -> None:
        def done() -> None:
            pin.told = True
            self._dirty.add(user)

        account = self._account(user)
        self._tell(KeyNews(kind=KeyKind.FIRST, account=account, key=pin.key, done=done))

    def _account(self, user: str) -> Account:
        return Account(network=self._network, name=user)

    def look_again(self) -> None:
        """The configuration may name other keys than before."""
        for user, key in list(self._said.items()):
            if self.pinned(user) == key:
                self._settle(user)
        for user, shown in list(self._shown.items()):
            if shown.master is not None and self._on_roster(user):
                self._compare(user, shown.master)

    # ---- judging -------------------------------------------------------------------------------

    def pinned(self, user: str) -> str | None:
        """Return the master key that counts for somebody; None before one was seen."""
        fixed = self._fixed(user)
        if fixed is not None:
            return fixed
        pin = self._pins.get(user)
        return None if pin is None else pin.key

    def shown(self, user: str) -> str | None:
        """Return the master key that their server shows; None for none."""
        found = self._shown.get(user)
        return None if found is None else found.master

    def is_on_roster(self, user: str) -> bool:
        """Whether somebody's devices must be signed."""
        return self._on_roster(user)

    def proof(self, user: str, device: Device) -> Proof:
        """Judge a device (name, Ed25519 key, Curve25519 key) that a server lists for a user."""
        shown = self._shown.get(user, _Shown())
        signed = device in shown.signed
        if self._on_roster(user):
            counts = self.pinned(user)
            if shown.master is not None and counts != shown.master:
                return Proof.CHANGED
            return Proof.SIGNED if signed else Proof.UNSIGNED
        if shown.master is None:
            return Proof.LISTED
        return Proof.SIGNED if signed else Proof.UNSIGNED

    def may_read(self, user: str, device: Device) -> bool:
        """Whether a device gets the keys of what is said to its owner."""
        if self.proof(user, device) in {Proof.SIGNED, Proof.LISTED}:
            return True
        return not self._on_roster(user) and device in self._spoke.get(user, ())

    def spoke(self, user: str, device: Device) -> bool:
        """Note that words of a device without a signature were read; whether that is news.

        For somebody on the roster it changes nothing.
        """
        held = self._spoke.get(user, [])
        if self._on_roster(user) or device in held:
            return False
        self._spoke[user] = [*held, device][-_MOST_SPOKE:]
        self._new_spoke.add(user)
        return True

    # ---- what operators decide -----------------------------------------------------------------

    async def trust(self, user: str, key: str) -> None:
        """Let a key count for somebody from now on. `StoreFailed`, and it does not.

        ValueError where the configuration names another.
        """
        if self._fixed(user) not in {None, key}:
            raise ValueError("the configuration names another key")
        before = self._pins.get(user)
        self._pins[user] = _Pin(key, told=True)
        self._dirty.add(user)
        try:
            await self.flush()
        except BaseException:
            if before is None:
                self._pins.pop(user, None)
            else:
                self._pins[user] = before
            raise
        self._said.pop(user, None)
        shown = self.shown(user)
        if shown is not None and self._on_roster(user):
            # By now the server may show yet another.
            self._compare(user, shown)

    async def flush(self) -> None:
        """Make durable what has changed; where that fails, it is tried with the next flush."""
        dirty, self._dirty = self._dirty, set()
        spoke, self._new_spoke = self._new_spoke, set()
        changes: dict[tuple[str, str], bytes | None] = {
            (KIND, user): _kept(self._pins[user]) for user in dirty if user in self._pins
        }
        changes |= {(_SPOKE, user): json.dumps(self._spoke[user]).encode() for user in spoke}
        try:
            await self._safe.write(changes)
        except BaseException:
            self._dirty |= dirty
            self._new_spoke |= spoke
            raise


def _kept(pin: _Pin) -> bytes:
    return json.dumps({"key": pin.key, "told": pin.told}).encode()


def _pin(value: bytes) -> _Pin | None:
    try:
        raw = json.loads(value)
        return _Pin(str(raw["key"]), bool(raw["told"]))
    except (ValueError, KeyError, TypeError):
        return None


def _devices(value: bytes) -> list[Device]:
    try:
        return [(str(name), str(ed), str(curve)) for name, ed, curve in json.loads(value)]
    except (ValueError, TypeError):
        return []


def _id(key: str) -> str:
    return f"{ED25519}{key}"


def _key(user: str, usage: str, raw: Any) -> str | None:
    """Return the one key of a cross-signing object, as unpadded base64; None for what is none."""
    try:
        [(name, key)] = raw["keys"].items()
        sound = raw["user_id"] == user and usage in raw["usage"]
        if (
            not sound
            or not isinstance(key, str)
            or name != _id(key)
            or len(unpadded(key)) != _LENGTH
        ):
            return None
    except (TypeError, KeyError, AttributeError, ValueError):
        return None
    return str(key)


def _device(name: str, raw: Mapping[str, Any]) -> Device:
    keys = raw["keys"]
    return name, str(keys[f"{ED25519}{name}"]), str(keys[f"curve25519:{name}"])
