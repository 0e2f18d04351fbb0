"""The bot's identity on its homeserver: three keys published, its own device signed, both checked.

No key that people may have compared is ever replaced unless an operator says so.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.core.words.ports import Safe
from bot.transports.matrix import approval
from bot.transports.matrix.account import is_asleep, is_dead
from bot.transports.matrix.approval import Claimant, Outcome
from bot.transports.matrix.canonical import ED25519, canonical, is_signed, unpadded
from bot.transports.matrix.keydrawer import KeyDrawer
from bot.transports.matrix.keytalk import Caller
from bot.transports.matrix.seeds import LENGTH, MASTER, SELF_SIGNING, USAGES, Seeds, load
from bot.transports.matrix.wire import Refused

_V3 = "/_matrix/client/v3"
_UNSIGNED = ("signatures", "unsigned")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,63}")


class Standing(StrEnum):
    """How the bot stands."""

    #: The server shows our keys, and our device signed by them.
    SIGNED = "signed"
    #: The server shows a master key that is not ours, or ours is lost. Nothing was changed.
    FOREIGN = "foreign"
    #: The server wants a human to approve it first, at a URL.
    WAITING = "waiting"
    #: The server refuses, or does not show what it took.
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDevice:
    """The device we are, with the keys of our own Olm account as unpadded base64."""

    user_id: str
    device_id: str
    ed25519: str
    curve25519: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What people can compare. `master` is our key, unpadded base64, None where we have none.

    `theirs` is what the server shows where that is another (None also for what is no key), `url`
    where a human approves, `why` a code: the server's, or `device-missing`, `device-mismatch`,
    `signature-refused`, `not-shown`.
    """

    standing: Standing
    device_id: str
    master: str | None = None
    theirs: str | None = None
    url: str | None = None
    why: str | None = None


async def ensure(
    wire: Caller,
    safe: Safe,
    device: OwnDevice,
    *,
    homeserver: str,
    password: Callable[[], str],
    reset: bool = False,
) -> Identity:
    """See that the server shows our identity and our device as signed by it, and tell how it is.

    Whatever was cut off is finished by the next call. `reset` replaces the identity that is
    there; the old one stays good until the server has taken the new one. Raises `StoreFailed`,
    what `password` raises, and what `Wire.call` does, of refusals only those that end a login.
    """
    claimant = Claimant(user_id=device.user_id, homeserver=homeserver, password=password)
    work = _Work(wire, safe, device, claimant)
    try:
        return await work.run(reset=reset)
    except Refused as error:
        if is_dead(error) or is_asleep(error):
            raise
        return work.stands(Standing.FAILED, why=error.code)


async def look(wire: Caller, safe: Safe, device: OwnDevice) -> Identity:
    """Tell how it is, and change nothing. Raises `StoreFailed`, and what `Wire.call` does.

    FAILED with `not-published` or `not-signed` is what the next login of the bot mends.
    """
    # Nothing is uploaded, so nobody is asked to prove anything.
    claimant = Claimant(user_id=device.user_id, homeserver="", password=str)
    return await _Work(wire, safe, device, claimant).look()


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the server shows of us, of any shape: keys by usage, and our device."""

    keys: Mapping[str, Any]
    device: Any

    @property
    def master(self) -> str | None:
        """The master key; None for none, and for what is no key."""
        return _key(self.keys[MASTER])

    def is_foreign(self, ours: Seeds | None) -> bool:
        """Whether a master key is there that is not ours."""
        there = self.keys[MASTER] is not None
        return there and (ours is None or self.master != ours.public(MASTER))

    def missing(self, ours: Seeds, user_id: str) -> list[str]:
        """Return which of our keys are not there just as we publish them."""
        published = ours.published(user_id)
        master = ours.key_id(MASTER), ours.public(MASTER)
        return [
            usage
            for usage in USAGES
            if not _is_same(self.keys[usage], published[usage])
            or (usage != MASTER and not is_signed(self.keys[usage], user_id, *master))
        ]

    def wrong(self, own: OwnDevice) -> str | None:
        """Return what is wrong with our device as it is listed: a code, None for nothing."""
        if self.device is None:
            return "device-missing"
        named = f"{ED25519}{own.device_id}"
        keys = {named: own.ed25519, f"curve25519:{own.device_id}": own.curve25519}
        same = isinstance(self.device, dict) and (
            self.device.get("user_id") == own.user_id
            and self.device.get("device_id") == own.device_id
            and self.device.get("keys") == keys
            # With that nothing else in it is changed either.
            and is_signed(self.device, own.user_id, named, own.ed25519)
        )
        return None if same else "device-mismatch"

    def is_device_signed(self, ours: Seeds, user_id: str) -> bool:
        """Whether our device carries the signature of our self-signing key."""
        key = ours.key_id(SELF_SIGNING), ours.public(SELF_SIGNING)
        return is_signed(self.device, user_id, *key)


class _Work:
    """One go. `_ours` are the keys that count for us by now."""

    def __init__(self, wire: Caller, safe: Safe, own: OwnDevice, claimant: Claimant) -> None:
        self._wire = wire
        self._own = own
        self._claimant = claimant
        self._safe = safe
        self._drawer = KeyDrawer(safe)
        self._shown = _Shown(dict.fromkeys(USAGES), None)
        self._ours: Seeds | None = None

    async def run(self, *, reset: bool) -> Identity:
        """Do what is missing, in an order in which each step may be the last one."""
        await self._look()
        self._ours, adopted = await self._drawer.recall(self._shown.master)
        reset = reset and not adopted
        if self._shown.is_foreign(self._ours) and not reset:
            return self.stands(Standing.FOREIGN)
        if wrong := self._shown.wrong(self._own):
            return self.stands(Standing.FAILED, why=wrong)
        if self._ours is None and not reset:
            self._ours = await self._drawer.first()
        wanted = USAGES if reset else self._shown.missing(self._known, self._own.user_id)
        if wanted:
            outcome = await self._publish(wanted, reset=reset)
            if not outcome.done:
                standing = Standing.WAITING if outcome.url is not None else Standing.FAILED
                return self.stands(standing, url=outcome.url, why=outcome.why)
        signed = self._shown.is_device_signed(self._known, self._own.user_id)
        if not signed and (refused := await self._sign()):
            return self.stands(Standing.FAILED, why=refused)
        if wanted or not signed:
            await self._look()
        return self._judge()

    async def look(self) -> Identity:
        """Say what `run` would find."""
        await self._look()
        self._ours = await load(self._safe)
        if self._shown.is_foreign(self._ours):
            return self.stands(Standing.FOREIGN)
        if self._ours is None or self._shown.missing(self._ours, self._own.user_id):
            return self.stands(Standing.FAILED, why="not-published")
        if not self._shown.wrong(self._own):
            signed = self._shown.is_device_signed(self._ours, self._own.user_id)
            if not signed:
                return self.stands(Standing.FAILED, why="not-signed")
        return self._judge()

    def stands(
        self, standing: Standing, *, url: str | None = None, why: str | None = None
    ) -> Identity:
        """Return how it stands."""
        ours = None if self._ours is None else self._ours.public(MASTER)
        theirs = self._shown.master
        return Identity(
            standing=standing,
            device_id=self._own.device_id,
            master=ours,
            theirs=None if theirs == ours else theirs,
            url=url,
            why=why,
        )

    @property
    def _known(self) -> Seeds:
        assert self._ours is not None
        return self._ours

    async def _look(self) -> None:
        """Ask what the server shows of us."""
        user = self._own.user_id
        answer = await self._wire.call(
            "POST", f"{_V3}/keys/query", body={"device_keys": {user: []}}
        )
        keys = {usage: _at(answer, f"{usage}_keys", user) for usage in USAGES}
        self._shown = _Shown(keys, _at(answer, "device_keys", user, self._own.device_id))

    async def _publish(self, wanted: Sequence[str], *, reset: bool) -> Outcome:
        """Upload our keys; with `reset` new ones, which are ours once the server has them.

        None that the server has already: Synapse breaks on a key that it knows beside a new one.
        """
        seeds = await self._drawer.replacement() if reset else self._known
        session = await self._drawer.session(seeds)
        outcome = await self._upload(seeds, wanted, session)
        if outcome.stale:
            await self._drawer.forget(seeds)
            seeds = await self._drawer.replacement() if reset else seeds
            outcome = await self._upload(seeds, wanted, None)
        if outcome.done:
            await self._drawer.promote(seeds)
            self._ours = seeds
        elif outcome.url is not None and outcome.session is not None:
            await self._drawer.wait(seeds, outcome.session)
        return outcome

    async def _upload(self, seeds: Seeds, wanted: Sequence[str], session: str | None) -> Outcome:
        keys = seeds.published(self._own.user_id)
        body = {f"{usage}_key": keys[usage] for usage in wanted}
        path = f"{_V3}/keys/device_signing/upload"
        return await approval.request(self._wire, path, body, self._claimant, session)

    async def _sign(self) -> str | None:
        """Sign our device, which was compared; returns a code where the server refuses that."""
        user, name = self._own.user_id, self._own.device_id
        bare = {each: v for each, v in self._shown.device.items() if each not in _UNSIGNED}
        body = {user: {name: self._known.signed(SELF_SIGNING, user, bare)}}
        answer = await self._wire.call("POST", f"{_V3}/keys/signatures/upload", body=body)
        failures = _at(answer, "failures")
        if not failures:
            return None
        code = _at(failures, user, name, "errcode")
        return code if isinstance(code, str) and _CODE.fullmatch(code) else "signature-refused"

    def _judge(self) -> Identity:
        """Return whether the server shows the whole chain: master, self-signing key, device."""
        if wrong := self._shown.wrong(self._own):
            return self.stands(Standing.FAILED, why=wrong)
        user = self._own.user_id
        missing = self._shown.missing(self._known, user)
        if not missing and self._shown.is_device_signed(self._known, user):
            return self.stands(Standing.SIGNED)
        return self.stands(Standing.FAILED, why="not-shown")


def _at(value: Any, *names: str) -> Any:
    """Return what stands under these names, one inside the other; None for nothing."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _key(raw: Any) -> str | None:
    """Return the one key of a published object, as unpadded base64."""
    keys = _at(raw, "keys")
    named = list(keys.items()) if isinstance(keys, dict) else []
    if len(named) != 1 or not isinstance(named[0][1], str):
        return None
    [(name, key)] = named
    try:
        return key if name == f"{ED25519}{key}" and len(unpadded(key)) == LENGTH else None
    except ValueError:
        return None


def _is_same(raw: Any, ours: Mapping[str, Any]) -> bool:
    try:
        return isinstance(raw, dict) and canonical(raw) == canonical(ours)
    except ValueError:
        return False
