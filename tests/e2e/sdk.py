"""People at clients with Element's own cryptography: matrix-js-sdk, in a process of its own.

    async with sdk_people(Town(homeserver), tmp_path) as people:
        alice = await people.enter("alice")       # logged in, with an identity, her device signed
        room = await alice.dm("caseward")         # encrypted, the bot has joined
        await alice.say(room, "help")
        shown = await alice.hears("HELP", room)
        assert shown.clean                        # read, and without a shield

They exclude devices that their owner has not signed, as clients now do, unless told otherwise.
`tests/js/person.mjs` is the other end.
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.matrix_person import BOT, PATIENCE, Town
from tests.e2e.sdk_client import Check, SdkClient, SdkError, Shown, missing_sdk

__all__ = ["Check", "SdkError", "SdkPeople", "SdkPerson", "Shown", "sdk_people"]

_MEGOLM = {"algorithm": "m.megolm.v1.aes-sha2"}


class SdkPerson(SdkClient):
    """Somebody at one device."""

    def __init__(self, town: Town, name: str, log: Path) -> None:
        super().__init__(name, log)
        self.town = town
        self.user_id = town.user_id(name)
        self.device_id = ""
        #: What opens this person's secret storage, once it was made.
        self.recovery_key = ""
        self._read: dict[str | None, int] = {}

    # -- coming and going, and one's own identity

    async def log_in(self) -> None:
        """Log in as a new device, and listen from now on. It is signed by nobody yet."""
        answer = await self.do(
            "login",
            url=self.town.url,
            user=self.town.local(self.name),
            password=self.town.password(self.name),
            device_name="a test's",
        )
        self.device_id = answer["device_id"]
        await self.do("start")

    async def restart(self, url: str | None = None) -> None:
        """End the client and start another over what it stored; verifications are forgotten.

        `url` is where it connects from now on.
        """
        await self.do("restart", url=url)
        self.checks.clear()

    async def bootstrap(self, *, reset: bool = False) -> dict[str, Any]:
        """Make an identity and sign this device, or with `reset` another instead of the present.

        Returns what `identity` does.
        """
        password = self.town.password(self.name)
        found: dict[str, Any] = await self.do("bootstrap", password=password, reset=reset)
        return found

    async def store(self) -> str:
        """Put one's identity into new secret storage; returns (and keeps) its recovery key."""
        self.recovery_key = str(await self.do("store"))
        return self.recovery_key

    async def restore(self, recovery_key: str) -> dict[str, Any]:
        """Take one's identity out of secret storage, and sign this device. As `identity`.

        Raises `SdkError` for a key that is misshapen or wrong, and where nothing is stored.
        """
        found: dict[str, Any] = await self.do("restore", recovery_key=recovery_key)
        return found

    async def identity(self) -> dict[str, Any]:
        """Return user_id, device_id, ed25519, curve25519, master, self_signing, user_signing.

        Keys are unpadded base64; the last three None where this device does not hold them.
        `ready`: whether it trusts and can use its identity.
        """
        found: dict[str, Any] = await self.do("identity")
        return found

    async def isolate(self, *, signed_only: bool) -> None:
        """Exclude devices that their owner did not sign (so it begins), or take all."""
        await self.do("isolate", signed_only=signed_only)

    # -- rooms

    async def create(
        self, *invited: str, encrypted: bool = True, public: bool = False, **more: Any
    ) -> str:
        """Make a room that is in order (or a public one), and invite users by name."""
        state = {
            "m.room.history_visibility": {"history_visibility": "shared" if public else "joined"},
            "m.room.guest_access": {"guest_access": "forbidden"},
        } | ({"m.room.encryption": _MEGOLM} if encrypted else {})
        options = {
            "preset": "public_chat" if public else "private_chat",
            "invite": [self.town.user_id(name) for name in invited],
            "initial_state": [
                {"type": kind, "state_key": "", "content": content}
                for kind, content in state.items()
            ],
            **more,
        }
        return str(await self.do("create", options=options, encrypted=encrypted))

    async def dm(self, name: str = BOT, *, encrypted: bool = True) -> str:
        """Invite somebody to a direct message; returns once they are there."""
        room = await self.create(name, encrypted=encrypted, is_direct=True)
        await self.sees(room, name)
        return room

    async def join(self, room: str, *, encrypted: bool = True) -> None:
        """Join a room; returns once the client sees it (and that it is encrypted)."""
        await self.do("join", room=room, encrypted=encrypted)

    async def is_asked_in(self, by: str, within: float = PATIENCE) -> str:
        """Wait for an invitation by a user, by name; returns the room. It is not joined yet."""
        user = self.town.user_id(by)

        def rooms() -> list[str]:
            return [room for room, how in self.memberships.items() if how == ("invite", user)]

        await self.until(lambda: bool(rooms()), f"is not invited by {by}", within)
        return rooms()[0]

    async def sees(self, room: str, *names: str, within: float = PATIENCE) -> None:
        """Wait until this client knows that users have joined a room."""
        users = [self.town.user_id(name) for name in names]
        await self.do("sees", room=room, users=users, within=within)

    # -- talking

    async def say(self, room: str, text: str, *, thread: str | None = None, **content: Any) -> str:
        """Say something, encrypted where the room is; returns the event's id.

        Raises `SdkError` where the client refuses to, as it does to people whose identity changed.
        """
        said = {"msgtype": "m.text", "body": text, **content}
        if thread is not None:
            said["m.relates_to"] = {"rel_type": "m.thread", "event_id": thread}
        return str(await self.do("say", room=room, content=said))

    async def hears(
        self, words: str, room: str | None = None, *, by: str = BOT, within: float = PATIENCE
    ) -> Shown:
        """The next words of a user (by name) in a room, or anywhere, that match.

        Reads on from the last. What cannot be read never matches. Raises AssertionError where
        nothing came in time.
        """
        wanted = re.compile(words, re.DOTALL)

        def match(shown: Shown) -> bool:
            return shown.failure is None and bool(wanted.search(shown.body))

        return await self._next(match, f"hears no {words!r}", room, by, within)

    async def fails_to_read(
        self, room: str | None = None, *, by: str = BOT, within: float = PATIENCE
    ) -> Shown:
        """The next event of a user that this client cannot or will not read; `failure` says why."""
        return await self._next(
            lambda shown: shown.failure is not None, "reads everything", room, by, within
        )

    async def _next(
        self,
        match: Callable[[Shown], bool],
        sentence: str,
        room: str | None,
        by: str,
        within: float,
    ) -> Shown:
        user = self.town.user_id(by)

        def found() -> bool:
            for number in range(self._read.get(room, 0), len(self.record)):
                each = self.record[number]
                if room in {None, each.room} and each.sender == user and match(each):
                    self._read[room] = number + 1
                    return True
            return False

        await self.until(found, sentence, within)
        return self.record[self._read[room] - 1]

    async def look(self, room: str, event_id: str) -> Shown:
        """Show an event as it is shown now, which may be otherwise than when it came."""
        return Shown(**await self.do("look", room=room, event=event_id))

    async def rotate(self, room: str) -> None:
        """Encrypt with another session from the next words on."""
        await self.do("rotate", room=room)

    async def raw(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Ask the server by hand; `path` comes after `/v3`. Its errors are `SdkError`."""
        return await self.do("raw", method=method, path=path, body=body)

    # -- whom one trusts

    async def user(self, name: str) -> dict[str, bool]:
        """How a user stands: has_identity, verified, was_verified, needs_approval."""
        found: dict[str, bool] = await self.do("user", user=self.town.user_id(name))
        return found

    async def devices(self, name: str) -> dict[str, dict[str, bool]]:
        """How each device of a user stands: signed_by_owner, cross_signed, verified."""
        found: dict[str, dict[str, bool]] = await self.do("devices", user=self.town.user_id(name))
        return found

    async def knows(self, name: str, device_id: str, within: float = PATIENCE) -> None:
        """Wait until this client knows a device of somebody in an encrypted room of theirs."""
        user = self.town.user_id(name)
        await self.do("knows", user=user, device=device_id, within=within)

    async def approve(self, name: str) -> None:
        """Accept the changed identity of a user who had not been verified."""
        await self.do("approve", user=self.town.user_id(name))

    async def withdraw(self, name: str) -> None:
        """Accept the changed identity of a user who had been verified."""
        await self.do("withdraw", user=self.town.user_id(name))

    # -- verification by emoji; each is named by its transaction id

    async def check_device(self, name: str, device_id: str) -> str:
        """Ask a device of somebody's to verify each other, in messages between devices.

        Both have to know the other's device, which comes of an encrypted room that both are in:
        this waits until this client does, and whom it asks ignores it unless they do (`knows`).
        """
        user = self.town.user_id(name)
        return str(await self.do("check_device", user=user, device=device_id))

    async def check_room(self, name: str, room: str) -> str:
        """Ask somebody to verify each other, in a room that both are in; see `check_device`."""
        return str(await self.do("check_room", user=self.town.user_id(name), room=room))

    async def check_own(self) -> str:
        """Ask one's own other devices."""
        return str(await self.do("check_own"))

    async def is_asked_to_check(self, name: str, within: float = PATIENCE) -> Check:
        """Wait for a request of a user's that was not answered yet."""
        user = self.town.user_id(name)

        def open_ones() -> list[Check]:
            asked = [c for c in self.checks.values() if c.user == user and not c.mine]
            return [each for each in asked if each.phase == "Requested"]

        await self.until(lambda: bool(open_ones()), f"is not asked by {name}", within)
        return open_ones()[0]

    async def accept(self, check: str) -> None:
        """Agree to what the other side has asked for."""
        await self.do("check_accept", check=check)

    async def begin(self, check: str) -> None:
        """Start with emoji, once both agreed. What the other side starts is taken at once."""
        await self.do("check_begin", check=check)

    async def match(self, check: str) -> None:
        """Say that the emoji are the same."""
        await self.do("check_match", check=check)

    async def differ(self, check: str) -> None:
        """Say that they are not."""
        await self.do("check_differ", check=check)

    async def cancel(self, check: str) -> None:
        """Do not go on."""
        await self.do("check_cancel", check=check)

    async def reaches(self, check: str, phase: str, within: float = PATIENCE) -> Check:
        """Wait until a verification is in a phase."""
        await self.until(
            lambda: check in self.checks and self.checks[check].phase == phase,
            f"verification is not {phase} but {self.checks.get(check)}",
            within,
        )
        return self.checks[check]

    async def is_shown_emoji(self, check: str, within: float = PATIENCE) -> Check:
        """Wait until there are emoji to compare."""
        await self.until(
            lambda: check in self.checks and bool(self.checks[check].emoji), "no emoji", within
        )
        return self.checks[check]


@dataclass(slots=True)
class SdkPeople:
    """Who was let in; all leave at the end."""

    town: Town
    folder: Path
    inside: list[SdkPerson] = field(default_factory=list)

    async def log_in(self, name: str) -> SdkPerson:
        """Somebody logs in as a new device, signed by nobody; with an account if they had none."""
        await self.town.register(name)
        person = SdkPerson(self.town, name, self.folder / f"sdk-{len(self.inside)}-{name}.txt")
        self.inside.append(person)
        await person.open()
        await person.log_in()
        return person

    async def enter(self, name: str) -> SdkPerson:
        """Somebody logs in for the first time: with an identity, their device signed."""
        person = await self.log_in(name)
        await person.bootstrap()
        return person


@asynccontextmanager
async def sdk_people(town: Town, folder: Path) -> AsyncIterator[SdkPeople]:
    """People of a town; skips the test (in CI: fails it) where the SDK is not installed."""
    if sentence := missing_sdk():
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    people = SdkPeople(town, folder)
    try:
        yield people
    finally:
        for person in people.inside:
            await person.close()
