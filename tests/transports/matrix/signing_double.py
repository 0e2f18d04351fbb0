"""A homeserver's part in cross-signing, as Synapse plays it, and a safe: both end where told."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from bot.transports.matrix.canonical import is_signed, public_of, sign
from bot.transports.matrix.memory_safe import MemorySafe
from bot.transports.matrix.seeds import MASTER, SELF_SIGNING, USAGES, Seeds
from bot.transports.matrix.signing import OwnDevice
from bot.transports.matrix.wire import Lost, Refused

ME, DEVICE, PASSWORD = "@caseward:example.org", "DEVICE", "correct horse"
HOME = "https://matrix.example.org"
_SEED = bytes(range(32))
OWN = OwnDevice(
    user_id=ME, device_id=DEVICE, ed25519=public_of(_SEED), curve25519=public_of(bytes(32))
)
PASSWORDS: dict[str, Any] = {"flows": [{"stages": ["m.login.password"]}], "params": {}}


def listed(own: OwnDevice = OWN, seed: bytes = _SEED) -> dict[str, Any]:
    """Return a device as it uploads itself."""
    bare = {
        "user_id": own.user_id,
        "device_id": own.device_id,
        "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
        "keys": {
            f"ed25519:{own.device_id}": own.ed25519,
            f"curve25519:{own.device_id}": own.curve25519,
        },
    }
    name = f"ed25519:{own.device_id}"
    return {**bare, "signatures": {own.user_id: {name: sign(seed, bare)}}}


class Fate:
    """Lets the step of a number be the last one, undone or done; steps are calls and writes."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.last: int | None = None
        self.done = False

    def begin(self, step: str) -> None:
        """Count a step, which may not come to be."""
        self.steps.append(step)
        if self._is_last and not self.done:
            raise Lost(step)

    def end(self, step: str) -> None:
        """Cut off what follows a step that was done."""
        if self._is_last and self.done:
            raise Lost(step)

    @property
    def _is_last(self) -> bool:
        return self.last is not None and len(self.steps) > self.last


class FatedSafe(MemorySafe):
    """A safe whose writes are steps."""

    def __init__(self, fate: Fate) -> None:
        super().__init__()
        self.fate = fate

    async def write(self, changes: Mapping[tuple[str, str], bytes | None]) -> None:
        self.fate.begin("write")
        await super().write(changes)
        self.fate.end("write")


class Desk:
    """Answers `Wire.call` about keys. `masters` are all master keys that it ever took."""

    def __init__(self) -> None:
        self.fate = Fate()
        self.device: Any = listed()
        self.keys: dict[str, Any] = {}
        self.masters: list[str] = []
        #: Keys that it will not take again, as Synapse does not, beside others that are new.
        self.used: set[str] = set()
        #: What the server wants proven before it replaces keys.
        self.wants = PASSWORDS
        #: Whether it wants that for the first keys too.
        self.strict = False
        self.approved: set[str] = set()
        self.sessions = 0
        self.bodies: list[tuple[str, Any]] = []
        #: Another answer in place of the right one, by what is asked.
        self.instead: dict[str, Callable[[], Any]] = {}

    def calls(self) -> list[str]:
        """Return what was asked since the last time."""
        found, self.bodies = [what for what, _ in self.bodies], []
        return found

    async def call(
        self, method: str, path: str, *, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        assert method == "POST"
        what = path.removeprefix("/_matrix/client/v3/keys/").partition("/")[0]
        given = json.loads(json.dumps(body))
        self.bodies.append((what, given))
        self.fate.begin(what)
        instead = self.instead.get(what)
        answer = getattr(self, f"_{what}")(given) if instead is None else instead()
        self.fate.end(what)
        return answer if isinstance(answer, dict) else {}

    def _query(self, body: Any) -> dict[str, Any]:
        assert body["device_keys"] == {ME: []}
        answer: dict[str, Any] = {f"{usage}_keys": {ME: key} for usage, key in self.keys.items()}
        named = {**self.device, "unsigned": {"device_display_name": "caseward"}}
        return {**answer, "device_keys": {ME: {DEVICE: named}}, "failures": {}}

    def _device_signing(self, body: Any) -> dict[str, Any]:
        auth = body.pop("auth", None)
        keys = {usage: body[f"{usage}_key"] for usage in USAGES if f"{usage}_key" in body}
        publics = {usage: next(iter(key["keys"].values())) for usage, key in keys.items()}
        master = next(iter({**self.keys, **keys}[MASTER]["keys"].values()))
        for usage, key in keys.items():
            assert usage == MASTER or is_signed(key, ME, f"ed25519:{master}", master)
        if any(self.keys.get(usage) != key for usage, key in keys.items()):
            if self.keys or self.strict:
                self._prove(auth)
            if self.used.intersection(publics.values()):
                raise Lost("status 500")
            self.used.update(publics.values())
            self.masters += [publics[MASTER]] if MASTER in publics else []
            self.keys |= keys
        return {}

    def _prove(self, auth: Any) -> None:
        if auth is None:
            self.sessions += 1
            raise asks({**self.wants, "session": f"s{self.sessions}"})
        if auth["session"] in self.approved:
            return
        if auth["session"] != f"s{self.sessions}":
            raise Refused(400, "M_UNKNOWN")
        if auth.get("type") == "m.login.password" and auth["password"] == PASSWORD:
            assert auth["identifier"] == {"type": "m.id.user", "user": ME}
            return
        code = {"errcode": "M_FORBIDDEN"} if "type" in auth else {}
        raise asks({**self.wants, **code, "session": auth["session"]})

    def _signatures(self, body: Any) -> dict[str, Any]:
        signed = body[ME][DEVICE]
        if SELF_SIGNING not in self.keys:
            return {"failures": {ME: {DEVICE: {"errcode": "M_NOT_FOUND"}}}}
        key = next(iter(self.keys[SELF_SIGNING]["keys"].values()))
        assert is_signed(signed, ME, f"ed25519:{key}", key)
        assert {n: v for n, v in signed.items() if n != "signatures"} == {
            n: v for n, v in self.device.items() if n != "signatures"
        }
        mine = {**self.device["signatures"][ME], **signed["signatures"][ME]}
        self.device = {**self.device, "signatures": {ME: mine}}
        return {"failures": {}}

    def stranger(self) -> Seeds:
        """Let somebody else put their keys here."""
        seeds = Seeds.new()
        self.keys = seeds.published(ME)
        return seeds


def asks(wants: dict[str, Any]) -> Refused:
    """Return what the wire makes of an answer that wants something proven."""
    return Refused(401, wants.get("errcode", "M_UNAUTHORIZED"), wants=wants)
