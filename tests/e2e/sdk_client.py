"""One client with Element's own cryptography, as a process: commands, answers, news.

`sdk.py` says what people do at it; `tests/js/person.mjs` is the process.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.e2e.matrix_person import PATIENCE

FOLDER = Path(__file__).resolve().parent.parent / "js"
#: What Debian 12 has; the SDK asks for 20, and runs on this.
_NODE = 18
#: The longest line that is read: one event, or an account's devices.
_LINE = 4 * 2**20


class SdkError(Exception):
    """A command failed; the sentence is the SDK's, or the server's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One event as the client shows it.

    `failure` is the SDK's code where it has no words for it, `colour` that of the shield beside
    decrypted words (NONE, GREY, RED; None for what came in the clear), `reason` why it is there.
    """

    room: str
    sender: str
    type: str
    event_id: str
    encrypted: bool
    failure: str | None
    colour: str | None
    reason: str | None
    content: Mapping[str, Any] = field(repr=False)

    @property
    def body(self) -> str:
        """Its words; none where it could not be read."""
        return "" if self.failure else str(self.content.get("body", ""))

    @property
    def clean(self) -> bool:
        """Whether it came encrypted and is read with no shield beside it."""
        return self.encrypted and self.failure is None and self.colour == "NONE"

    @property
    def thread(self) -> str | None:
        """The first event of the thread it stands in."""
        relation = self.content.get("m.relates_to") or {}
        found = relation.get("event_id") if relation.get("rel_type") == "m.thread" else None
        return None if found is None else str(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A verification as it stands. `phase`: Requested, Ready, Started, Done or Cancelled.

    `mine` says whether this client asked for it; `emoji` (with `names`) and `decimal` are empty
    until they can be compared; `code` says why it was cancelled, `cancelled_by` by whom.
    """

    check: str
    phase: str
    user: str
    device: str | None
    room: str | None
    mine: bool
    emoji: tuple[str, ...]
    names: tuple[str, ...]
    decimal: tuple[int, ...]
    code: str | None
    cancelled_by: str | None


def missing_sdk() -> str | None:
    """Return what is missing to run it, as one line, or None."""
    node = shutil.which("node")
    if node is None:
        return f"not installed: node {_NODE} or newer"
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.", said)
    if version is None or int(version[1]) < _NODE:
        return f"node {_NODE} or newer is needed, not {said.strip()}"
    # npm writes this file last.
    if not (FOLDER / "node_modules" / ".package-lock.json").exists():
        return "not installed: tests/js/node_modules (./run test does)"
    return None


class SdkClient:
    """A client of `name`. `record` is all that was shown, and again where it changed."""

    def __init__(self, name: str, log: Path) -> None:
        self.name = name
        self.record: list[Shown] = []
        self.shown: dict[str, Shown] = {}
        self.checks: dict[str, Check] = {}
        #: How one stands in each room: (membership, by whom).
        self.memberships: dict[str, tuple[str, str | None]] = {}
        self._log = log
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._number = 0
        self._news = asyncio.Event()
        self._up = asyncio.Event()
        self._process: Process | None = None
        self._reader: asyncio.Task[None] | None = None

    # -- the process

    async def open(self) -> None:
        """Start the process; nobody is logged in yet."""
        with self._log.open("ab") as err:
            self._process = await asyncio.create_subprocess_exec(
                "node", "person.mjs", cwd=FOLDER, stdin=PIPE, stdout=PIPE, stderr=err, limit=_LINE
            )
        self._reader = asyncio.create_task(self._listen(self._process))
        await self.until(self._up.is_set, "does not start")

    async def close(self) -> int:
        """Close its input, upon which it ends; returns its exit code. The device stays."""
        process, reader = self._process, self._reader
        if process is None or reader is None:
            return 0
        self._process = None
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(PATIENCE):
                code = await process.wait()
        except TimeoutError:
            process.kill()
            code = await process.wait()
        await reader
        return code

    async def do(self, command: str, *, within: float = PATIENCE, **arguments: Any) -> Any:
        """Give a command by name, and return its answer.

        Raises:
            SdkError: it failed.
            AssertionError: there was no answer in time, or the process ended.
        """
        assert self._process is not None, f"{self.name} has no client"
        assert self._process.stdin is not None
        self._number += 1
        number = self._number
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        line = json.dumps({"id": number, "do": command, **arguments})
        self._process.stdin.write(line.encode() + b"\n")
        try:
            async with asyncio.timeout(within):
                return await answer
        except TimeoutError:
            raise AssertionError(f"{self.name}: no answer to {command}; {self._end()}") from None
        finally:
            del self._waiting[number]

    async def until(
        self,
        there: Callable[[], bool | Awaitable[bool]],
        sentence: str,
        within: float = PATIENCE,
    ) -> None:
        """Wait until `there()` is true; it is asked again with every news, each sync among them.

        Raises AssertionError with the sentence where it did not come true in time.
        """
        try:
            async with asyncio.timeout(within):
                while True:
                    self._news.clear()
                    found = there()
                    if found if isinstance(found, bool) else await found:
                        return
                    assert self._reader is None or not self._reader.done(), "its process ended"
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"{self.name}: {sentence}; {self._end()}") from None

    def _end(self) -> str:
        last = [(s.sender, s.body or s.failure) for s in self.record[-6:]]
        return f"last: {last}; log: {self._log.read_text('utf-8')[-1000:]}"

    async def _listen(self, process: Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            self._take(json.loads(line))
            self._news.set()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(AssertionError(f"{self.name}: its process ended"))
        self._news.set()

    def _take(self, said: dict[str, Any]) -> None:
        news = said.pop("news", None)
        if news is None:
            answer = self._waiting.get(said["id"])
            if answer is None or answer.done():
                return
            if "error" in said:
                answer.set_exception(SdkError(said["error"]))
            else:
                answer.set_result(said["result"])
        elif news == "up":
            self._up.set()
        elif news == "heard":
            self._hear(Shown(**said))
        elif news == "membership":
            self.memberships[said["room"]] = (said["membership"], said["by"])
        elif news == "check":
            check = Check(**said)
            self.checks[check.check] = replace(
                check,
                emoji=tuple(check.emoji),
                names=tuple(check.names),
                decimal=tuple(check.decimal),
            )

    def _hear(self, shown: Shown) -> None:
        if self.shown.get(shown.event_id) != shown:
            self.shown[shown.event_id] = shown
            self.record.append(shown)
